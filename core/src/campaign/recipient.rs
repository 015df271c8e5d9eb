//! One row of a list: whom it is about, where it stands, and what came of each attempt to call.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Outcome, State, WaitRule, Zone, Zones};
use crate::{CallSid, InvalidInput, Metadata, PhoneNumber, Reading, Timestamp};

/// What a recipient is known by in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecipientId(pub i64);

/// Which of the recipients that are due are called first: 9 first, 0 last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Priority(u8);

impl Priority {
    /// Called last.
    pub const LAST: Self = Self(0);
    /// Called first.
    pub const FIRST: Self = Self(9);

    /// Takes 0 to 9.
    ///
    /// # Errors
    /// If it is more.
    pub fn new(priority: u8) -> Result<Self, InvalidInput> {
        if priority > Self::FIRST.0 {
            return Err(InvalidInput::new(
                "priority",
                "is above 9",
                "a whole number from 0 (last) to 9 (first)",
            ));
        }
        Ok(Self(priority))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// All of them, the first first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=Self::FIRST.0).rev().map(Self)
    }
}

impl Default for Priority {
    /// 5
    fn default() -> Self {
        Self(5)
    }
}

impl TryFrom<u8> for Priority {
    type Error = InvalidInput;

    fn try_from(priority: u8) -> Result<Self, InvalidInput> {
        Self::new(priority)
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

/// A row of a list that was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecipient {
    /// The line of the list at which it stands; the first line is 1.
    pub row: u64,
    /// Whom to call.
    pub to_number: PhoneNumber,
    /// Where the recipient lives, if the row says so; else every zone counts that the number can be in.
    pub time_zone: Option<Zone>,
    /// Zones that count beside those of the number, unless there is a time zone: those of the row's state or province.
    pub also_in: Zones,
    /// Not to be called before.
    pub not_before: Option<Timestamp>,
    /// Not to be called from then on.
    pub not_after: Option<Timestamp>,
    /// Before or after others that are due.
    pub priority: Priority,
    /// What the row is called elsewhere.
    pub external_id: Option<String>,
    /// What the voice agent is told.
    pub metadata: Metadata,
}

impl NewRecipient {
    /// A row with nothing but a number.
    #[must_use]
    pub const fn new(row: u64, to_number: PhoneNumber) -> Self {
        Self {
            row,
            to_number,
            time_zone: None,
            also_in: Zones::NONE,
            not_before: None,
            not_after: None,
            priority: Priority(5),
            external_id: None,
            metadata: Metadata::EMPTY,
        }
    }
}

/// Where a recipient stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: State,
    /// When it is to be called, if it is [`State::Scheduled`].
    pub due_at: Option<Timestamp>,
    /// By which rule not before, or not at all.
    pub wait: Option<WaitRule>,
    /// Why, in a sentence for people.
    pub reason: String,
}

impl Standing {
    /// Of a recipient that the list itself says must not be called; `said` is where and how, as `DoNotCall=1 in row 7`.
    #[must_use]
    pub fn opted_out(said: &str) -> Self {
        let reason = format!("it must not be called: {said}");
        Self { state: State::Suppressed, due_at: None, wait: None, reason }
    }

    /// Of a recipient whose number is on a suppression list.
    #[must_use]
    pub fn suppressed() -> Self {
        let reason = "its number is on a suppression list".to_owned();
        Self { state: State::Suppressed, due_at: None, wait: None, reason }
    }
}

/// How often a recipient was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// Triggers that were intended; they number the [`Attempt`]s, from 1.
    pub attempts: u32,
    /// Those of them that rang, or may have.
    pub dials: u32,
    /// Triggers since the last call that the service says it failed to place.
    pub refusals: u32,
    /// How often each redial rule has been used, by its name.
    pub redials: Vec<(String, u32)>,
}

/// A recipient that is due, as its store hands it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// What it is known by.
    pub id: RecipientId,
    /// The line of the list at which it stands.
    pub row: u64,
    /// Whom to call.
    pub to_number: PhoneNumber,
    /// Where the recipient lives, if the row says so.
    pub time_zone: Option<Zone>,
    /// Zones that count beside those of the number, unless there is a time zone.
    pub also_in: Zones,
    /// Not to be called before.
    pub not_before: Option<Timestamp>,
    /// Not to be called from then on.
    pub not_after: Option<Timestamp>,
    /// What the voice agent is told.
    pub metadata: Metadata,
    /// How often it was tried.
    pub tries: Tries,
    /// When its number was dialed within the last 24 hours, by any row of any campaign of the store; those that are known
    /// to have placed no call are not among them.
    pub dialed: Vec<Timestamp>,
    /// When a trigger for its number may have reached a server within the last 24 hours, whatever came of it: those of
    /// `dialed` and others.
    pub triggered: Vec<Timestamp>,
    /// The last of these that was for another row: whose call may be ringing, for all that this one knows.
    pub dialed_by_others: Option<Timestamp>,
    /// When another campaign of the store called its number last, however long ago; a call that is known not to have been
    /// placed is none.
    pub called_elsewhere: Option<Timestamp>,
    /// When calls of its number that are dated ahead were last [found to be so](super::PastCall::recounted_at); nothing if
    /// none is.
    pub recounted_at: Option<Timestamp>,
}

/// One trigger for a recipient, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which of the recipient's attempts, from 1.
    pub number: u32,
    /// When it was intended, which was saved before it left.
    pub dialed_at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether its trigger may have reached a server, whatever was answered: not that of an intent that was taken back, nor
    /// one that found no connection.
    pub sent: bool,
    /// What the call is known by.
    pub call_sid: Option<CallSid>,
    /// When the service accepted it.
    pub placed_at: Option<Timestamp>,
    /// When the status endpoint last knew it.
    pub seen_at: Option<Timestamp>,
    /// What was last read of it.
    pub reading: Option<Reading>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// What kind of ending the reason tells of, if it is of a known kind: see [`disposition`](super::disposition).
    pub disposition: Option<Cow<'static, str>>,
    /// What went wrong, as a word of [`ErrorCode`](crate::ErrorCode).
    pub error: Option<Cow<'static, str>>,
    /// What support asks for: that of the last answer that told something.
    pub correlation_id: Option<String>,
}

impl Attempt {
    /// An intent.
    #[must_use]
    pub const fn intended(number: u32, dialed_at: Timestamp) -> Self {
        Self {
            number,
            dialed_at,
            outcome: Outcome::Dialing,
            sent: true,
            call_sid: None,
            placed_at: None,
            seen_at: None,
            reading: None,
            ended_at: None,
            disposition: None,
            error: None,
            correlation_id: None,
        }
    }
}
