//! What a campaign asks of its shell, what a shell tells it, and what it tells its caller.

use std::time::Duration;

use super::{BreakerState, Change, Command, RecipientId, Turn, Turned};
use crate::machine::{SendId, TransportError};
use crate::message::Request;
use crate::time::Timestamp;
use crate::wire::Reply;
use crate::{CallSid, Error};

/// Names one request of a campaign, so that its answer finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlightId {
    /// Whom it is about.
    pub recipient: RecipientId,
    /// Which attempt to call it.
    pub attempt: u32,
    /// What the request is for.
    pub purpose: Purpose,
    pub(super) send: SendId,
}

impl FlightId {
    /// The request within the call.
    #[must_use]
    pub const fn send_id(self) -> SendId {
        self.send
    }
}

/// What a request of a campaign is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// To place the call, or to follow it.
    Call,
    /// To find out whether a service that failed works again: a status read of a call that was placed, with the number of
    /// the probe.
    Probe(u32),
}

/// What a campaign asks of its shell. Exhaustive on purpose: a new effect must fail to compile in every shell.
#[derive(Debug)]
pub enum Output {
    /// Send this request, and bring what comes of it back as [`Input::Reply`] or [`Input::Failed`].
    Send {
        /// Whose answer is waited for.
        id: FlightId,
        /// What to send.
        request: Request,
    },
    /// Give that request up: its answer is no longer wanted.
    Abort(FlightId),
    /// Visit the store, and bring the turn back with what it answers as [`Input::Stored`], or as [`Input::NotStored`].
    /// There is one visit at a time.
    Store(Turn),
    /// Tell the caller.
    Event(Event),
}

/// What a shell tells a campaign. Exhaustive, as [`Output`] is.
#[derive(Debug)]
pub enum Input {
    /// A response arrived, whole or as far as it came.
    Reply(FlightId, Reply),
    /// No response will come.
    Failed(FlightId, TransportError),
    /// The store has done all that the turn asks, durably.
    Stored(Turn, Turned),
    /// The store has done nothing of the turn, or it is not certain that it has; and why.
    NotStored(Turn, String),
    /// Time has passed: [`Campaign::poll_timeout`](super::Campaign::poll_timeout) is due, or may be.
    Tick,
    /// Call nobody any more, follow what is in flight, and finish.
    Drain,
    /// Finish at once: give up what is in flight, save what is known of it.
    Stop,
}

/// What a campaign tells its caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Something about a recipient changed and **has been saved**.
    Saved(Box<Change>),
    /// The limits changed.
    Pace {
        /// Triggers a second, as allowed now.
        rate: f64,
        /// Calls in flight, as allowed now.
        max_in_flight: u32,
    },
    /// A person gave another command.
    Command(Command),
    /// The store failed: nobody is called until it works again, what is in flight is followed, its results are kept.
    StoreFailed {
        /// Why.
        why: String,
        /// How many recipients wait to be saved.
        unsaved: usize,
        /// When it is tried again.
        again_at: Timestamp,
    },
    /// The store works again, and all is saved.
    StoreRecovered,
    /// Nobody may be called for now, as the store says, and why; nothing when that is over.
    Blocked(Option<String>),
    /// The service answered the same call SID to two triggers, so that one of these calls cannot be followed: the second row
    /// is unconfirmed.
    SharedSid {
        /// The line of the list of the second one.
        row: u64,
        /// What both calls are known by.
        call_sid: CallSid,
        /// The line of the list of the first one.
        other_row: u64,
        /// The name of its campaign, if it is another.
        other_campaign: Option<String>,
    },
    /// The service fails for everybody, and nobody is dialed; or a probe of it failed, or calls are placed again.
    Breaker(BreakerState),
    /// The service asks to wait: nobody is dialed until then, and one at a time until one of them is accepted.
    AskedToWait {
        /// Until when it is waited.
        until: Timestamp,
        /// How long the service asks for, which may be longer.
        asked: Duration,
    },
    /// The service refuses every trigger, for want of a valid credential say: nobody is called any more.
    Halted(Error),
    /// It is over: nothing will follow.
    Finished(Finish),
}

/// Why a campaign is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// Every recipient has ended, or is held.
    Done,
    /// It was told to finish, or the service refuses every trigger; the rest can be gone on with later.
    Stopped,
}
