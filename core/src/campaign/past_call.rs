//! Calls that a number has had: from when they count, and which of them stand in the way of another.
//!
//! A store keeps them, and asks here; so every store goes by the same rule.

use std::time::Duration;

use super::{CLOCK_STEP, Obstacle, Outcome, SAME_NUMBER, State};
use crate::Timestamp;

/// Longest time for which a call of another campaign that has not ended stands in the way, lest a runner that died holds a
/// number for good.
pub const LONGEST_CALL: Duration = Duration::from_secs(3600);

/// An attempt to call a number, as a store keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastCall {
    /// When it was dialed, by the clock of then.
    pub dialed_at: Timestamp,
    /// When it was first found to be dated ahead, because the clock was set back: see [`is_ahead`](Self::is_ahead).
    pub recounted_at: Option<Timestamp>,
    /// Its outcome, as far as it is known.
    pub outcome: Outcome,
}

impl PastCall {
    /// The moment from which it counts for every rule about how long ago a number was called.
    ///
    /// One that is dated ahead counts from when that was found: it rang before, and nobody knows how long before. When its
    /// date has come it counts from there again, because the clock may have been behind when that was found.
    #[must_use]
    pub fn counts_from(&self, now: Timestamp) -> Timestamp {
        match self.recounted_at {
            Some(recounted_at) if self.dialed_at > now => recounted_at,
            Some(_) | None => self.dialed_at,
        }
    }

    /// Returns true if it counts from a moment that is more than [`CLOCK_STEP`] ahead, which is to be set to `now`.
    #[must_use]
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        self.counts_from(now) > now + CLOCK_STEP
    }

    /// Returns true if it is so recent, or may still last, that another campaign does not call the number.
    #[must_use]
    pub fn obstructs(&self, now: Timestamp, not_again_within: Duration) -> bool {
        let within = |span: Duration| !span.is_zero() && self.counts_from(now) + span > now;
        let may_last = matches!(self.outcome, Outcome::Dialing | Outcome::InProgress);
        within(SAME_NUMBER)
            || (may_last && within(LONGEST_CALL))
            || (self.outcome.may_have_rung() && within(not_again_within))
    }
}

/// An intent that is to be saved, as far as a store knows more of it than a runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intended {
    /// True if nobody may call the number: by a suppression list, or by what a list says of its people.
    pub is_suppressed: bool,
    /// Where the recipient stands.
    pub state: State,
    /// True if this very intent is saved already, because its turn comes again.
    pub is_saved: bool,
    /// Calls of the number by other campaigns; those of more than a day, and more than
    /// [`Turn::not_again_within`](super::Turn::not_again_within), ago may be left out.
    pub elsewhere: Vec<PastCall>,
}

impl Intended {
    /// The obstacle in its way, if there is one.
    #[must_use]
    pub fn obstacle(&self, now: Timestamp, not_again_within: Duration) -> Option<Obstacle> {
        match self.state {
            _ if self.is_suppressed => Some(Obstacle::Suppressed),
            State::Dialing if self.is_saved => None,
            State::Scheduled => {
                let near = self.elsewhere.iter().any(|call| call.obstructs(now, not_again_within));
                near.then_some(Obstacle::SameNumber)
            }
            State::Held
            | State::Dialing
            | State::InProgress
            | State::Succeeded
            | State::Failed
            | State::Unconfirmed
            | State::StatusLost
            | State::Rejected
            | State::Suppressed
            | State::Cancelled
            | State::Expired => Some(Obstacle::NotScheduled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_452_800_000);
    const HOUR: Duration = Duration::from_secs(3600);

    fn call(dialed_at: Timestamp, recounted_at: Option<Timestamp>) -> PastCall {
        PastCall { dialed_at, recounted_at, outcome: Outcome::Success }
    }

    #[test]
    fn a_call_that_is_dated_ahead_counts_from_when_that_was_found_until_its_date_has_come() {
        for (dialed_at, recounted_at, from, ahead) in [
            (NOW, None, NOW, false),
            (NOW + CLOCK_STEP, None, NOW + CLOCK_STEP, false),
            (NOW + HOUR, None, NOW + HOUR, true),
            (NOW + HOUR, Some(NOW - HOUR), NOW - HOUR, false),
            // It was set back once more.
            (NOW + HOUR * 9, Some(NOW + HOUR), NOW + HOUR, true),
            // It was found by a clock that was behind.
            (NOW, Some(NOW - HOUR), NOW, false),
        ] {
            let call = call(dialed_at, recounted_at);
            assert_eq!((call.counts_from(NOW), call.is_ahead(NOW)), (from, ahead), "{call:?}");
        }
    }
}
