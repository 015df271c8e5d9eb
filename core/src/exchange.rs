//! One API operation with its retries, as a machine.

use std::collections::VecDeque;
use std::time::Duration;

use crate::error::{Error, ErrorCode, Failure, Placement};
use crate::machine::{Input, Machine, Output, SendId};
use crate::operation::{Operation, Verdict, correlation_id, judge, judge_transport};
use crate::retry::{Happened, RetryBudget, RetryPolicy};
use crate::time::{Deadline, Seconds, Timestamp, Wait, WaitReason};

/// How long things may take and how often they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one request, its body included.
    pub request_timeout: Duration,
    /// For one operation, a trigger or a status read by itself: all its requests and the waits between them.
    pub operation_timeout: Duration,
    /// For following a call to its end. Within it every reading is tried until it succeeds, whatever
    /// `operation_timeout` and `retry` say of their number: readings place no calls.
    pub follow_timeout: Duration,
    /// How often and after how long an operation is tried again.
    pub retry: RetryPolicy,
}

impl Default for Limits {
    /// 30 seconds for a request, 2 minutes for an operation, 4 hours to follow a call.
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            operation_timeout: Duration::from_secs(120),
            follow_timeout: Duration::from_secs(4 * 3600),
            retry: RetryPolicy::default(),
        }
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

enum State {
    /// To be sent at the next poll; with what the attempt before it failed with, if there was one.
    Ready(Option<Failure>),
    InFlight {
        id: SendId,
        timeout: Wait,
    },
    /// Between attempts; what the last one failed with is told if there is no time for another.
    Waiting {
        wait: Wait,
        failure: Failure,
    },
    /// With whether a call was placed, where that is a question.
    Ended(Option<Placement>),
}

/// One API operation with its retries.
pub struct Exchange<O: Operation> {
    operation: O,
    limits: Limits,
    rng: fastrand::Rng,
    state: State,
    total: Option<Wait>,
    attempts: u32,
    next_id: u32,
    outputs: VecDeque<Output<Progress<O::Value>>>,
}

impl<O: Operation> Exchange<O> {
    /// An exchange that sends its first request when it is first polled. The seed decides its jitter.
    #[must_use]
    pub fn new(operation: O, limits: Limits, seed: u64) -> Self {
        Self::numbered(operation, limits, fastrand::Rng::with_seed(seed), 0)
    }

    /// The same as part of a longer machine, whose requests are numbered on.
    pub(crate) fn numbered(operation: O, limits: Limits, rng: fastrand::Rng, next_id: u32) -> Self {
        Self {
            operation,
            limits,
            rng,
            state: State::Ready(None),
            total: None,
            attempts: 0,
            next_id,
            outputs: VecDeque::new(),
        }
    }

    /// What it does.
    pub(crate) const fn operation(&self) -> &O {
        &self.operation
    }

    /// The number that the next request would have.
    pub(crate) const fn next_id(&self) -> u32 {
        self.next_id
    }

    fn done(&mut self, placement: Option<Placement>, result: Result<Completed<O::Value>, Error>) {
        self.state = State::Ended(placement);
        self.outputs.push_back(Output::Event(Progress::Done(result)));
    }

    fn fail(&mut self, happened: Happened, failure: Failure) {
        let placement = O::placement(happened.rule());
        let error = Error::new(failure, placement, self.attempts);
        let error = match self.operation.call_sid() {
            Some(call_sid) => error.with_call(call_sid.clone()),
            None => error,
        };
        self.done(placement, Err(error));
    }

    /// Ends it before its time: what is in flight may have rung, what is not has not.
    fn give_up(&mut self, code: ErrorCode) {
        let (happened, failure) = match &self.state {
            State::Ready(None) => (Happened::NeverSent, Failure::new(code)),
            State::InFlight { id, .. } => {
                self.outputs.push_back(Output::Abort(*id));
                (Happened::Lost, Failure::new(code))
            }
            State::Ready(Some(failure)) | State::Waiting { failure, .. } => {
                (Happened::NeverSent, Failure { code, ..failure.clone() })
            }
            State::Ended(_) => return,
        };
        self.fail(happened, failure);
    }

    fn replied(&mut self, now: Timestamp, reply: &crate::wire::Reply, budget: &mut RetryBudget) {
        match judge(&self.operation, reply, now) {
            Verdict::Answered(value) => {
                budget.deposit();
                let completed = Completed {
                    value,
                    http_status: reply.http_status,
                    correlation_id: correlation_id(&self.operation, reply),
                    attempts: self.attempts,
                };
                self.done(O::PLACES_A_CALL.then_some(Placement::Placed), Ok(completed));
            }
            Verdict::Failed(happened, failure) => self.failed(now, happened, failure, budget),
        }
    }

    /// An attempt failed: another one, if the table, the policy, the budget and the time allow it.
    fn failed(&mut self, now: Timestamp, happened: Happened, failure: Failure, budget: &mut RetryBudget) {
        let retries_made = self.attempts.saturating_sub(1);
        if !O::again(happened.rule()) || retries_made >= self.limits.retry.max_retries {
            return self.fail(happened, failure);
        }
        let asked = failure.retry_after.map(|asked| asked.min(O::LONGEST_ASKED));
        let after = self.limits.retry.delay(self.attempts, asked, &mut self.rng);
        let in_time = self.total.is_none_or(|total| now + after < total.at());
        if !in_time || !budget.withdraw() {
            return self.fail(happened, failure);
        }
        self.outputs.push_back(Output::Event(Progress::Retrying(Retrying {
            code: failure.code,
            http_status: failure.http_status,
            correlation_id: failure.correlation_id.clone(),
            attempts: self.attempts,
            after,
        })));
        self.state = State::Waiting { wait: Wait::new(now, after), failure };
    }
}

impl<O: Operation> Machine for Exchange<O> {
    type Event = Progress<O::Value>;

    fn poll_output(&mut self, now: Timestamp) -> Option<Output<Self::Event>> {
        self.notice(now);
        if let Some(output) = self.outputs.pop_front() {
            return Some(output);
        }
        match self.state {
            State::InFlight { .. } | State::Waiting { .. } | State::Ended(_) => None,
            State::Ready(_) => {
                let total = self.total.get_or_insert(Wait::new(now, self.limits.operation_timeout));
                // What has no time to be answered is not sent: it would ring and nobody would learn of it.
                if total.is_over(now) || self.limits.request_timeout.is_zero() {
                    self.give_up(ErrorCode::DeadlineExceeded);
                    return self.outputs.pop_front();
                }
                let id = SendId(self.next_id);
                self.next_id = self.next_id.wrapping_add(1);
                self.attempts = self.attempts.saturating_add(1);
                self.state = State::InFlight { id, timeout: Wait::new(now, self.limits.request_timeout) };
                Some(Output::Send { id, request: self.operation.request() })
            }
        }
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let own = match &self.state {
            State::Ready(_) | State::Ended(_) => return None,
            State::InFlight { timeout, .. } => Deadline { at: timeout.at(), reason: WaitReason::Answer },
            State::Waiting { wait, .. } => Deadline { at: wait.at(), reason: WaitReason::Retry },
        };
        match self.total {
            Some(total) if total.at() <= own.at => {
                Some(Deadline { at: total.at(), reason: WaitReason::Deadline })
            }
            Some(_) | None => Some(own),
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input, budget: &mut RetryBudget) {
        let awaited = match self.state {
            State::InFlight { id, .. } => Some(id),
            State::Ready(_) | State::Waiting { .. } | State::Ended(_) => None,
        };
        match input {
            Input::Reply(id, reply) if awaited == Some(id) => self.replied(now, &reply, budget),
            Input::Failed(id, error) if awaited == Some(id) => {
                let (happened, failure) = judge_transport(&self.operation, &error);
                self.failed(now, happened, failure, budget);
            }
            Input::Reply(..) | Input::Failed(..) => {}
            Input::Cancel => self.give_up(ErrorCode::Cancelled),
            Input::Tick => self.ticked(now, budget),
        }
    }
}

impl<O: Operation> Exchange<O> {
    /// So that the next deadline is right even where a clock stepped back and nothing is due.
    fn notice(&mut self, now: Timestamp) {
        if let Some(total) = &mut self.total {
            total.notice(now);
        }
        match &mut self.state {
            State::InFlight { timeout, .. } => timeout.notice(now),
            State::Waiting { wait, .. } => wait.notice(now),
            State::Ready(_) | State::Ended(_) => {}
        }
    }

    fn ticked(&mut self, now: Timestamp, budget: &mut RetryBudget) {
        if self.total.as_mut().is_some_and(|total| total.is_over(now)) {
            return self.give_up(ErrorCode::DeadlineExceeded);
        }
        match &mut self.state {
            State::Ready(_) | State::Ended(_) => {}
            State::Waiting { wait, failure } => {
                if wait.is_over(now) {
                    self.state = State::Ready(Some(failure.clone()));
                }
            }
            State::InFlight { id, timeout } => {
                if timeout.is_over(now) {
                    self.outputs.push_back(Output::Abort(*id));
                    let waited = Seconds(self.limits.request_timeout);
                    let failure = Failure::with_message(ErrorCode::TimedOut, format!("waited {waited} s"));
                    self.failed(now, Happened::Lost, failure, budget);
                }
            }
        }
    }

    /// What dropping the exchange now would leave behind: whether a call was placed, as far as is known.
    #[must_use]
    pub fn placement_if_dropped(&self) -> Option<Placement> {
        match self.state {
            // What is sent again is only what placed no call.
            State::Ready(_) | State::Waiting { .. } => O::placement(Happened::NeverSent.rule()),
            State::InFlight { .. } => O::placement(Happened::Lost.rule()),
            State::Ended(placement) => placement,
        }
    }
}

#[cfg(test)]
mod tests;
