//! What a campaign asks of its store, and what the store answers.

use std::time::Duration;

use super::{Attempt, BreakerState, Recipient, RecipientId, State, Tries, WaitRule};
use crate::{CallSid, StatusChange, Timestamp};

/// How long after the end of an attempt as far as it is known its status may still be read: the service tells of a call for
/// about two hours after its end, and the call itself may have gone on for some time after it was lost sight of.
pub const STATUS_KEPT: Duration = Duration::from_secs(3 * 3600);

/// So many calls whose end was lost are read again at a time.
pub const READ_AGAIN: usize = 10;

/// What was decided so much later than it is now was decided by a clock that was wrong; a smaller step harms nobody.
pub const CLOCK_STEP: Duration = Duration::from_secs(60);

/// So many recipients are planned anew at a time, after a clock was set back.
pub const PLANNED_ANEW: usize = 256;

/// One visit to the store: what is to be saved, and what is to be fetched then.
///
/// A store performs it as **one transaction**: all changes or none, durable before it answers. Visits come one at a time.
///
/// Before it fetches, calls that are [dated ahead](super::PastCall::is_ahead) of `now`, of whichever campaign of the store,
/// are kept as recounted at `now`: the clock was set back, and they rang before that. Every moment of a call that is told or
/// compared is the one [from which it counts](super::PastCall::counts_from).
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// When it is asked for.
    pub now: Timestamp,
    /// What is to be saved, one change for a recipient at most.
    pub changes: Vec<Change>,
    /// The breaker, if it is to be saved with the campaign. **With one that is [stopped](super::BreakerPhase::Stopped) the
    /// command becomes [`Command::Pause`]**, unless the campaign is cancelled: a person has to resume it.
    pub breaker: Option<Box<BreakerState>>,
    /// For how long after a call of another campaign of the store a number is not dialed: see
    /// [`Options::not_again_within`](super::Options::not_again_within).
    pub not_again_within: Duration,
    /// What is to be fetched when that is saved.
    pub fetch: Option<Fetch>,
}

/// What a recipient is from now on: everything that can change about it, so that saving it twice does no harm.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which recipient.
    pub id: RecipientId,
    /// The line of the list at which it stands.
    pub row: u64,
    /// Its state. **To `Dialing` only where no [`Obstacle`] stands in the way**, as [`Intended`](super::Intended) says: else
    /// the store leaves the recipient as it is and names it in [`Turned::refused`].
    pub state: State,
    /// When it is to be called, if it is [`State::Scheduled`]; from when on its call is to be read again, if that is to be
    /// done and it is [`State::StatusLost`].
    pub due_at: Option<Timestamp>,
    /// By which rule not before, or not at all.
    pub wait: Option<WaitRule>,
    /// Why it is in that state, in a sentence for people.
    pub reason: String,
    /// How often it was tried.
    pub tries: Tries,
    /// The attempt that this is about.
    pub attempt: Option<Attempt>,
    /// Status changes of the attempt's call that were seen since the last save.
    pub statuses: Vec<StatusChange>,
    /// Whether the reason is to be remembered when it no longer holds, because nothing else tells it: a deferral say.
    pub note: bool,
}

/// What is to be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetch {
    /// Every recipient that is `Dialing` or `InProgress`: what an earlier run left behind. Also, every recipient that is
    /// `StatusLost` is due to be read again from now on whose last attempt has a call SID and was over less than
    /// [`STATUS_KEPT`] ago.
    Unfinished,
    /// Recipients that are `Scheduled` and due; and of those that are `StatusLost` and due to be read again,
    /// [`READ_AGAIN`] at most, as [`Turned::unfinished`].
    Due {
        /// Due at that moment or before.
        by: Timestamp,
        /// So many at most: those of higher priority first, then those longer due.
        limit: usize,
        /// Since when dials of the same number are told in [`Recipient::dialed`].
        dialed_since: Timestamp,
    },
}

/// What a person wants of a campaign, from whichever terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Command {
    /// Call.
    #[default]
    Run,
    /// Call nobody, follow what is in flight.
    Pause,
    /// Call nobody any more, follow what is in flight.
    Cancel,
}

impl Command {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Pause => "pause",
            Self::Cancel => "cancel",
        }
    }

    /// The command that the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Run, Self::Pause, Self::Cancel].into_iter().find(|it| it.as_str() == word)
    }
}

/// What the store answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// What a person wants now.
    pub command: Command,
    /// Why nobody may be called now, a suppression list that cannot be read say: then every recipient that was to be
    /// `Dialing` is among `refused`, and all other changes are saved.
    pub blocked: Option<String>,
    /// Recipients that were to be `Dialing` and were left as they are.
    pub refused: Vec<Refusal>,
    /// Attempts that were saved, and whose call SID another attempt has that was placed before, in whichever campaign of the
    /// store; those of which it is [unknown](super::Outcome::Unknown) anyway whether they rang are not among them.
    pub shared: Vec<SharedSid>,
    /// For [`Fetch::Due`]: who is due, in the order of calling.
    pub due: Vec<Recipient>,
    /// For [`Fetch::Due`]: when the next one that is `Scheduled` and not among `due` is due; nothing if there is none.
    pub next_due: Option<Timestamp>,
    /// For [`Fetch::Unfinished`], what an earlier run left behind; for [`Fetch::Due`], whose calls are to be read again.
    pub unfinished: Vec<Unfinished>,
    /// For [`Fetch::Due`]: recipients that are `Scheduled` or `Expired` and were saved, or added, at a moment that is more
    /// than [`CLOCK_STEP`] after [`Turn::now`]; [`PLANNED_ANEW`] at most, those saved first first. There
    /// is none where the clock was always right.
    pub misdated: Vec<Misdated>,
    /// For [`Fetch::Unfinished`]: the breaker as it was saved last.
    pub breaker: Option<Box<BreakerState>>,
    /// For [`Fetch::Unfinished`]: a call of the campaign that was placed, the latest that is easily found; nothing if none
    /// was.
    pub known: Option<Known>,
}

/// A call that was placed, so that its status can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// For whom.
    pub recipient: RecipientId,
    /// By which of the attempts.
    pub attempt: u32,
    /// What it is known by.
    pub call_sid: CallSid,
}

/// A recipient whose time was decided by a clock that has been set back since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misdated {
    /// The recipient.
    pub recipient: Recipient,
    /// When that was, by that clock.
    pub decided_at: Timestamp,
    /// [`State::Scheduled`] or [`State::Expired`].
    pub state: State,
    /// When it was to be called.
    pub due_at: Option<Timestamp>,
    /// By which rule not before.
    pub wait: Option<WaitRule>,
}

/// A call SID that the service answered to two triggers: one of these calls cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedSid {
    /// The recipient whose attempt was saved.
    pub id: RecipientId,
    /// The line of the list at which the recipient stands whose attempt has had it before.
    pub other_row: u64,
    /// The name of the campaign of that one, if it is another.
    pub other_campaign: Option<String>,
}

/// A recipient that was to be `Dialing` and was left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub id: RecipientId,
    /// Why.
    pub obstacle: Obstacle,
}

/// Why somebody is not called, as only the store can know at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is no longer `Scheduled`, or nobody may be called.
    NotScheduled,
    /// Its number is on a suppression list.
    Suppressed,
    /// Another campaign of the store calls its number, or dialed it less than [`SAME_NUMBER`](super::SAME_NUMBER) or
    /// [`Turn::not_again_within`] ago.
    SameNumber,
}

/// A recipient that was left in the middle of an attempt, or whose call was lost sight of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The recipient.
    pub recipient: Recipient,
    /// The attempt; `InProgress` or `Lost` if it is known to have been placed.
    pub attempt: Attempt,
}
