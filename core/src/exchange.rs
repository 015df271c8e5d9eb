//! One API operation with its retries, as a machine.

mod attempts;

use std::time::Duration;

use crate::error::{Error, ErrorCode, Placement};
use crate::machine::{Input, Machine, Output};
use crate::operation::{Operation, answered, subject};
use crate::retry::{RetryBudget, RetryPolicy};
use crate::time::{Deadline, Timestamp};
pub(crate) use attempts::{Attempts, LATE_WAKES, Next};

/// How long things may take and how often they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one request, its body included.
    pub request_timeout: Duration,
    /// For one operation, a trigger or a status read by itself: all its requests and the waits between them. A trigger is
    /// sent again only while its answer has time to come: `request_timeout`, or half of this where that is less.
    pub operation_timeout: Duration,
    /// For following a call to its end. Within it every reading is tried until it succeeds, whatever
    /// `operation_timeout` and `retry` say of their number: readings place no calls.
    pub follow_timeout: Duration,
    /// For how long the service must refuse every reading of a call that was placed or seen, with 404 say, before that is
    /// believed and the call's end is given up. A stale replica or a moment of disorder refuses some.
    pub lost_after: Duration,
    /// How often and after how long an operation is tried again.
    pub retry: RetryPolicy,
}

impl Default for Limits {
    /// 30 seconds for a request, 2 minutes for an operation, 4 hours to follow a call, 3 minutes of refusals to lose it.
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            operation_timeout: Duration::from_secs(120),
            follow_timeout: Duration::from_secs(4 * 3600),
            lost_after: Duration::from_secs(180),
            retry: RetryPolicy::default(),
        }
    }
}

impl Limits {
    /// Time after its first request within which a trigger may be sent again. The rest of `operation_timeout` is left for the
    /// answer: `request_timeout`, or half of `operation_timeout` where that is less. A trigger that is given up while it is on
    /// its way may ring, and nobody learns of it.
    fn retry_within(&self) -> Duration {
        self.operation_timeout - self.request_timeout.min(self.operation_timeout / 2)
    }
}

/// What an exchange tells its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress<Value> {
    /// An attempt failed and another will follow.
    Retrying(Retrying),
    /// It is over.
    Done(Result<Completed<Value>, Error>),
}

/// An attempt that failed, and when the next one follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retrying {
    /// What went wrong.
    pub code: ErrorCode,
    /// The HTTP status, if there was an answer.
    pub http_status: Option<u16>,
    /// What support asks for.
    pub correlation_id: Option<String>,
    /// How many attempts were made so far.
    pub attempts: u32,
    /// How long until the next.
    pub after: Duration,
}

/// An operation that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed<Value> {
    /// What it was for.
    pub value: Value,
    /// The HTTP status of the answer.
    pub http_status: u16,
    /// What support asks for.
    pub correlation_id: Option<String>,
    /// How many requests were sent.
    pub attempts: u32,
}

/// One API operation with its retries.
pub struct Exchange<O: Operation> {
    operation: O,
    attempts: Attempts,
    /// Told after all else.
    completed: Option<Completed<O::Value>>,
}

impl<O: Operation> Exchange<O> {
    /// An exchange that sends its first request when it is first polled. The seed decides its jitter.
    #[must_use]
    pub const fn new(operation: O, limits: Limits, seed: u64) -> Self {
        let attempts = Attempts::new(limits, fastrand::Rng::with_seed(seed), 0);
        Self { operation, attempts, completed: None }
    }

    /// What it does.
    #[cfg(test)]
    pub(crate) const fn operation(&self) -> &O {
        &self.operation
    }

    /// What dropping the exchange now would leave behind: whether a call was placed, as far as is known.
    #[must_use]
    pub fn placement_if_dropped(&self) -> Option<Placement> {
        self.attempts.placement_if_dropped(&subject(&self.operation))
    }

    /// A text from outside as it may be shown to people: one line without credential, metadata values and numbers.
    #[must_use]
    pub fn redacted(&self, text: &str) -> String {
        subject(&self.operation).redacted(text)
    }
}

impl<O: Operation> Machine for Exchange<O> {
    type Event = Progress<O::Value>;

    fn poll_output(&mut self, now: Timestamp) -> Option<Output<Self::Event>> {
        Some(match self.attempts.poll(now, &subject(&self.operation)) {
            Some(Next::Send(id, correlation_id)) => {
                Output::Send { id, request: self.operation.request().under(correlation_id.as_ref()) }
            }
            Some(Next::Abort(id)) => Output::Abort(id),
            Some(Next::Retry(retrying)) => Output::Event(Progress::Retrying(retrying)),
            Some(Next::Fail(error)) => Output::Event(Progress::Done(Err(error))),
            None => Output::Event(Progress::Done(Ok(self.completed.take()?))),
        })
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.attempts.timeout()
    }

    fn times_out(&mut self, now: Timestamp) -> bool {
        self.attempts.times_out(now)
    }

    fn handle_input(&mut self, now: Timestamp, input: Input, budget: &mut RetryBudget) {
        if let Some(completed) = handle(&self.operation, &mut self.attempts, now, input, budget) {
            self.completed = Some(completed);
        }
    }
}

/// Lets the attempts at an operation take note of what happened; what it was for, if that is now answered.
pub(crate) fn handle<O: Operation>(
    operation: &O,
    attempts: &mut Attempts,
    now: Timestamp,
    input: Input,
    budget: &mut RetryBudget,
) -> Option<Completed<O::Value>> {
    let value = match &input {
        Input::Reply(id, reply) if attempts.awaits(*id) => answered(operation, reply, now),
        Input::Reply(..) | Input::Failed(..) | Input::Tick | Input::Cancel => None,
    };
    let completed = attempts.handle(now, input, value.is_some(), &subject(operation), budget)?;
    let Completed { value: (), http_status, correlation_id, attempts } = completed;
    Some(Completed { value: value?, http_status, correlation_id, attempts })
}

#[cfg(test)]
mod tests;
