//! How many triggers are accepted per second of the caller's time: a bucket that holds a second's worth.

use std::time::Duration;

use crate::time::Timestamp;

pub(super) struct Limiter {
    per_second: f64,
    /// A second's worth, and one at least.
    most: f64,
    held: f64,
    filled_at: Timestamp,
}

impl Limiter {
    pub(super) const fn new(per_second: f64) -> Self {
        let most = if per_second > 1.0 { per_second } else { 1.0 };
        Self { per_second, most, held: most, filled_at: Timestamp::from_millis(0) }
    }

    /// How long until the next trigger is accepted; nothing if that is now.
    pub(super) fn wait(&mut self, now: Timestamp) -> Option<Duration> {
        let grown = now.since(self.filled_at).as_secs_f64() * self.per_second;
        self.held = self.most.min(self.held + grown);
        self.filled_at = now;
        // Sums of fractions come out a little below the whole.
        let missing = 1.0 - self.held - 1e-9;
        let wait = Duration::try_from_secs_f64(missing / self.per_second);
        (missing > 0.0).then(|| wait.unwrap_or(Duration::MAX))
    }

    pub(super) fn take(&mut self) {
        self.held = (self.held - 1.0).max(0.0);
    }
}
