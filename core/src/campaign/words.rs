//! The words of a campaign, as they stand in stores, reports and exports: states, rules to wait by, outcomes.

use std::fmt;

/// Where a recipient is in its life.
///
/// `Scheduled -> Dialing -> InProgress -> Succeeded | Failed` is the straight way. Whatever ends otherwise has a state of
/// its own, and every state comes with a reason that a person can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// To be called at its time.
    Scheduled,
    /// Not to be called until a person helps: nobody knows its time zone, or its windows never meet.
    Held,
    /// A trigger may be on its way. Saved before it leaves; found after a crash it becomes `Unconfirmed`.
    Dialing,
    /// Placed, and followed to its end.
    InProgress,
    /// The call ended in success.
    Succeeded,
    /// The call ended without success, and no rule asks for another.
    Failed,
    /// Nobody knows whether it rang. Never called again by itself.
    Unconfirmed,
    /// It was placed, and how it ended cannot be learned any more.
    StatusLost,
    /// The service refused it: it would refuse it again.
    Rejected,
    /// On a suppression list.
    Suppressed,
    /// Its time was over before it was called.
    Expired,
    /// The campaign was cancelled before it was called.
    Cancelled,
}

impl State {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 12] = [
        Self::Scheduled,
        Self::Held,
        Self::Dialing,
        Self::InProgress,
        Self::Succeeded,
        Self::Failed,
        Self::Unconfirmed,
        Self::StatusLost,
        Self::Rejected,
        Self::Suppressed,
        Self::Expired,
        Self::Cancelled,
    ];

    /// The stable word, as it stands in stores, reports and exports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Held => "held",
            Self::Dialing => "dialing",
            Self::InProgress => "in_progress",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Unconfirmed => "unconfirmed",
            Self::StatusLost => "status_lost",
            Self::Rejected => "rejected",
            Self::Suppressed => "suppressed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state that the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nothing more happens by itself.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Scheduled | Self::Held | Self::Dialing | Self::InProgress => false,
            Self::Succeeded
            | Self::Failed
            | Self::Unconfirmed
            | Self::StatusLost
            | Self::Rejected
            | Self::Suppressed
            | Self::Expired
            | Self::Cancelled => true,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// By which rule a recipient is not called before its `due_at`, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitRule {
    /// Its own `not_before`.
    NotBefore,
    /// The calling windows of its zones.
    Window,
    /// A redial rule's spacing.
    Redial,
    /// The last trigger placed no call and is tried again.
    Retry,
    /// The number was called, or triggered, as often as it may be in 24 hours.
    NumberCap,
    /// Another row with the same number is being called.
    SameNumber,
    /// Another campaign called the number recently.
    RecentCall,
    /// Nobody knows in which zone the number is.
    ZoneUnknown,
    /// No moment lies within the calling windows of all its zones.
    NoWindow,
}

impl WaitRule {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::NotBefore,
        Self::Window,
        Self::Redial,
        Self::Retry,
        Self::NumberCap,
        Self::SameNumber,
        Self::RecentCall,
        Self::ZoneUnknown,
        Self::NoWindow,
    ];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotBefore => "not_before",
            Self::Window => "window",
            Self::Redial => "redial",
            Self::Retry => "retry",
            Self::NumberCap => "number_cap",
            Self::SameNumber => "same_number",
            Self::RecentCall => "recent_call",
            Self::ZoneUnknown => "zone_unknown",
            Self::NoWindow => "no_window",
        }
    }

    /// The rule that the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == word)
    }
}

impl fmt::Display for WaitRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Its trigger may be on its way.
    Dialing,
    /// Nobody's phone rang, for certain.
    NotPlaced,
    /// It was placed and is followed.
    InProgress,
    /// It ended in success.
    Success,
    /// It ended without success.
    Failure,
    /// Nobody knows whether it rang.
    Unknown,
    /// It rang, and nobody knows how it ended.
    Lost,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Dialing,
        Self::NotPlaced,
        Self::InProgress,
        Self::Success,
        Self::Failure,
        Self::Unknown,
        Self::Lost,
    ];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dialing => "dialing",
            Self::NotPlaced => "not_placed",
            Self::InProgress => "in_progress",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Unknown => "unknown",
            Self::Lost => "lost",
        }
    }

    /// The outcome that the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }

    /// Whether it rang, or may have.
    #[must_use]
    pub const fn may_have_rung(self) -> bool {
        match self {
            Self::NotPlaced => false,
            Self::Dialing | Self::InProgress | Self::Success | Self::Failure | Self::Unknown | Self::Lost => {
                true
            }
        }
    }
}
