//! The life of a recipient, as small as it can be told: what it is, and what it becomes by what is learned of it.
//!
//! A reader should be able to check it against the product's promises line by line; `tests/model.rs` holds the machine to
//! it. A service that fails for everybody is the breaker's, and no part of one recipient's life.

use polyai_outbound_core::campaign::State;

/// What is learned of a recipient's call, or happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learned {
    /// Its trigger leaves.
    Dialed,
    /// The service accepts it.
    Accepted,
    /// It turns the trigger away for a while, or there is no connection.
    TurnedAway,
    /// It refuses the request.
    Refused,
    /// The answer is lost, or not the service's.
    NoAnswer,
    /// A reading shows that it is under way, or how it ended.
    UnderWay,
    Success,
    Failure,
    /// The service itself says to a reading that there is no such call, more than half a minute after its trigger.
    Missing,
    /// A reading fails.
    Unread,
    /// The process ends, and another begins.
    Crashed,
    /// A person cancels the campaign, or puts the number on the suppression list.
    Cancelled,
    Suppressed,
    /// The campaign's time is over.
    Over,
}

/// A recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Where it is.
    pub state: State,
    /// Calls that may be placed again after a failure.
    pub redials: u32,
    /// Readings in a row that found nothing.
    missing: u32,
    cancelled: bool,
    suppressed: bool,
    over: bool,
}

impl Life {
    /// Readings in a row that have to find nothing until the call is lost: some may come from a stale replica.
    pub const LOST_AFTER: u32 = 5;

    /// One that is to be called, and again after so many failures.
    #[must_use]
    pub const fn new(redials: u32) -> Self {
        Self {
            state: State::Scheduled,
            redials,
            missing: 0,
            cancelled: false,
            suppressed: false,
            over: false,
        }
    }

    /// What can be learned now.
    #[must_use]
    pub fn can(&self, learned: Learned) -> bool {
        use Learned::*;
        match learned {
            Dialed => self.state == State::Scheduled && !(self.cancelled || self.suppressed || self.over),
            Accepted | TurnedAway | Refused | NoAnswer => self.state == State::Dialing,
            UnderWay | Success | Failure | Missing | Unread => self.state == State::InProgress,
            // A call that rings then is followed all the same.
            Over => self.state == State::Scheduled,
            Crashed | Cancelled | Suppressed => true,
        }
    }

    /// What it is then.
    #[must_use]
    pub fn after(mut self, learned: Learned) -> Self {
        use Learned::*;
        match learned {
            Dialed => {
                self.state = State::Dialing;
                self.missing = 0;
            }
            Accepted => self.state = State::InProgress,
            TurnedAway => self.state = State::Scheduled,
            Refused => self.state = State::Rejected,
            NoAnswer => self.state = State::Unconfirmed,
            UnderWay => self.missing = 0,
            Success => self.state = State::Succeeded,
            Failure if self.redials == 0 => self.state = State::Failed,
            Failure => {
                self.redials -= 1;
                self.state = State::Scheduled;
            }
            Missing => {
                self.missing += 1;
                if self.missing == Self::LOST_AFTER {
                    self.state = State::StatusLost;
                }
            }
            Unread => {}
            Crashed => {
                if self.state == State::Dialing {
                    self.state = State::Unconfirmed;
                }
                self.missing = 0;
            }
            Cancelled => self.cancelled = true,
            Suppressed => self.suppressed = true,
            Over => self.over = true,
        }
        self
    }

    /// What a recipient is in the end that is not called any more.
    #[must_use]
    pub fn rests(&self) -> State {
        match self.state {
            State::Scheduled if self.over => State::Expired,
            State::Scheduled if self.cancelled => State::Cancelled,
            State::Scheduled if self.suppressed => State::Suppressed,
            state => state,
        }
    }
}
