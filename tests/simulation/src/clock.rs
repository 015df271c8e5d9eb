//! Two clocks: one that is right, and the one that the process is told.

use std::time::Duration;

use polyai_outbound_core::Timestamp;

/// The time, and what the process takes for it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// By a clock that is right.
    pub real: Timestamp,
    start: Timestamp,
    /// In milliseconds.
    skew: i64,
    /// In millionths.
    drift: i64,
}

impl Clock {
    /// A clock that is ahead by so many milliseconds at that moment and then goes wrong by so many millionths.
    #[must_use]
    pub const fn new(start: Timestamp, ahead: u64, drift: i64) -> Self {
        Self { real: start, start, skew: ahead.cast_signed(), drift }
    }

    /// What the process takes for the time.
    #[must_use]
    pub fn told(&self) -> Timestamp {
        let gone = i64::try_from(self.real.since(self.start).as_millis()).unwrap_or(i64::MAX);
        let wrong = self.skew.saturating_add(gone / 1_000 * self.drift / 1_000);
        Timestamp::from_millis(self.real.as_millis().saturating_add_signed(wrong))
    }

    /// Somebody sets the clock of the process.
    pub const fn set_by(&mut self, millis: i64) {
        self.skew = self.skew.saturating_add(millis);
    }

    /// Somebody sets the clock of the process right, but for its drift.
    pub const fn set_right(&mut self) {
        self.skew = 0;
    }

    /// Returns true if it is right, but for its drift.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.skew == 0
    }

    /// When a process wakes that sleeps until then by what it is told: sleeping takes no heed of clocks that are set.
    #[must_use]
    pub fn wakes(&self, until: Timestamp, late: Duration) -> Timestamp {
        self.real + until.since(self.told()) + late
    }
}
