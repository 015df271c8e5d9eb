//! What every machine has in common: what it asks of a shell, what a shell tells it, and the loop between them.

use std::fmt;

use crate::message::Request;
use crate::retry::RetryBudget;
use crate::time::{Deadline, Timestamp};
use crate::wire::Reply;

/// Names one request of a machine, so that its answer finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendId(pub(crate) u32);

/// What a machine asks of its shell. Exhaustive on purpose: a new effect must fail to compile in every shell.
#[derive(Debug)]
pub enum Output<Event> {
    /// Send this request, and bring what comes of it back as [`Input::Reply`] or [`Input::Failed`].
    Send {
        /// Whose answer is waited for.
        id: SendId,
        /// What to send.
        request: Request,
    },
    /// Give that request up: its answer is no longer wanted.
    Abort(SendId),
    /// Tell the caller.
    Event(Event),
}

/// What a shell tells a machine. Exhaustive, as [`Output`] is.
#[derive(Debug)]
pub enum Input {
    /// A response arrived, whole or as far as it came.
    Reply(SendId, Reply),
    /// No response will come.
    Failed(SendId, TransportError),
    /// Time has passed: some [`Machine::poll_timeout`] is due, or may be.
    Tick,
    /// The caller gives up.
    Cancel,
}

/// Why no response will come, and whether the request may have left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// It was never sent: connection refused, name not found, TLS failed. Say so only when it is certain.
    NeverSent(String),
    /// It may have left, in part or whole.
    Lost(String),
}

/// A machine that decides and does nothing: no clock, no randomness, no I/O.
///
/// Methods come in three families: `handle_*` tell it what happened, `poll_*` ask what it wants, all others only look.
/// **After every `handle_*`, drain [`poll_output`](Machine::poll_output) before waiting.** The whole loop of a shell:
///
/// ```
/// use std::sync::Arc;
/// use polyai_outbound_core::{
///     Api, BaseUrl, Call, CallEvent, Destination, Input, Limits, Machine, Output, RetryBudget, Service, Timestamp,
///     TransportError, TriggerCall,
/// };
///
/// let service = Arc::new(Service::at(BaseUrl::parse("http://localhost:8787")?, Api::Outbound, None));
/// let call = TriggerCall::new(Destination::parse("+14155550100", None)?);
/// let mut budget = RetryBudget::default();
/// let mut now = Timestamp::from_millis(0);
/// let mut machine = Call::place(service, call, Limits::default(), 7)?;
/// let error = 'call: loop {
///     let mut sent = None;
///     while let Some(output) = machine.poll_output(now) {            // 1. do what it says, in order
///         match output {
///             Output::Send { id, request } => sent = Some((id, request)),
///             Output::Abort(_) => sent = None,
///             Output::Event(CallEvent::Ended(ended)) => break 'call ended.unwrap_err(),
///             Output::Event(_) => {}
///         }
///     }
///     let input = match sent {                                       // 2. wait until something arrives or is due
///         Some((id, _request)) => Input::Failed(id, TransportError::NeverSent("no network here".into())),
///         None => {
///             now = machine.poll_timeout().map_or(now, |deadline| deadline.at);
///             Input::Tick
///         }
///     };
///     machine.handle_input(now, input, &mut budget);                 // 3. tell it, and begin again
/// };
/// assert_eq!(error.attempts(), 4, "the first and three retries: nothing was ever sent, so nobody's phone rang");
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
pub trait Machine {
    /// What it tells its caller.
    type Event;

    /// What is to be done next, in order; nothing until something arrives or is due.
    fn poll_output(&mut self, now: Timestamp) -> Option<Output<Self::Event>>;

    /// When it wants a [`Input::Tick`] at the latest, and why; nothing once it has ended. To be asked when
    /// [`poll_output`](Machine::poll_output) is drained.
    fn poll_timeout(&self) -> Option<Deadline>;

    /// Returns true if an [`Input::Tick`] at `now` gives up the request that is on its way. A shell that has its answer, or a
    /// part of it, tells that first: what is known of a call must not be lost.
    fn times_out(&mut self, now: Timestamp) -> bool;

    /// Takes note of what happened. What does not fit, a late answer say, is passed over.
    fn handle_input(&mut self, now: Timestamp, input: Input, budget: &mut RetryBudget);
}

/// Takes the first out of a queue that never holds more than a few.
pub(crate) fn first<T>(queue: &mut Vec<T>) -> Option<T> {
    if queue.is_empty() { None } else { Some(queue.remove(0)) }
}

/// Shown without what the service wrote, which may quote the request.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("http_status", &self.http_status)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}
