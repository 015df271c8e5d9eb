//! The attempts at an operation, whichever it is: when one is sent, given up, and followed by another.

use super::{Completed, Limits, Retrying};
use crate::correlation::CorrelationId;
use crate::error::{Error, ErrorCode, Failure, Placement};
use crate::machine::{Input, SendId, first};
use crate::operation::Subject;
use crate::retry::{Happened, RetryBudget};
use crate::time::{Deadline, Timestamp, Wait, WaitReason, is_late, seconds, soonest};

enum State {
    /// To be sent at the next poll; with what the attempt before it failed with, if there was one.
    Ready(Option<Box<Failure>>),
    InFlight {
        id: SendId,
        timeout: Wait,
    },
    /// Between attempts; what the last one failed with is told if there is no time for another.
    Waiting {
        wait: Wait,
        failure: Box<Failure>,
    },
    /// With whether a call was placed, where that is a question.
    Ended(Option<Placement>),
}

/// What is to be done next.
pub(crate) enum Next {
    /// With the correlation id to send it under.
    Send(SendId, Option<CorrelationId>),
    Abort(SendId),
    Retry(Retrying),
    Fail(Error),
}

pub(crate) struct Attempts {
    limits: Limits,
    rng: fastrand::Rng,
    state: State,
    total: Option<Wait>,
    /// The last moment at which a trigger is sent again; unlike `total`, late wakes do not move it.
    send_by: Option<Wait>,
    made: u32,
    next_id: u32,
    next: Vec<Next>,
    /// What the first request is sent under, where that was drawn before.
    first_correlation_id: Option<CorrelationId>,
    /// What the last request was sent under.
    correlation_id: Option<CorrelationId>,
    /// When the machine was last told the time.
    told_at: Timestamp,
    /// Late wakes that moved the end of a wait, of all and of this request.
    late_wakes: u8,
    late_in_flight: u8,
}

/// So many late wakes move the end of a wait; a host whose timers are always late, as those of a hidden page, would never
/// come to it else.
pub(crate) const LATE_WAKES: u8 = 16;
/// The same of one request.
const LATE_IN_FLIGHT: u8 = 4;

impl Attempts {
    pub(crate) const fn new(limits: Limits, rng: fastrand::Rng, next_id: u32) -> Self {
        Self {
            limits,
            rng,
            state: State::Ready(None),
            total: None,
            send_by: None,
            made: 0,
            next_id,
            next: Vec::new(),
            first_correlation_id: None,
            correlation_id: None,
            told_at: Timestamp::from_millis(0),
            late_wakes: 0,
            late_in_flight: 0,
        }
    }

    /// Sends the first request under an id that was saved before.
    #[cfg(feature = "campaign")]
    pub(crate) fn begin_under(&mut self, correlation_id: CorrelationId) {
        self.first_correlation_id = Some(correlation_id);
    }

    /// The number that the next request would have.
    pub(crate) const fn next_id(&self) -> u32 {
        self.next_id
    }

    /// Returns true if it is that request whose answer is waited for.
    pub(crate) fn awaits(&self, sent: SendId) -> bool {
        match self.state {
            State::InFlight { id, .. } => id == sent,
            State::Ready(_) | State::Waiting { .. } | State::Ended(_) => false,
        }
    }

    pub(crate) fn poll(&mut self, now: Timestamp, subject: &Subject<'_>) -> Option<Next> {
        self.notice(now);
        if self.next.is_empty()
            && let State::Ready(_) = self.state
        {
            let total = self.total.get_or_insert(Wait::new(now, self.limits.operation_timeout));
            let send_by = self.send_by.get_or_insert(Wait::new(now, self.limits.retry_within()));
            let too_late = subject.places_a_call && self.made > 0 && send_by.is_over(now);
            // What has no time to be answered is not sent: it would ring and nobody would learn of it.
            if too_late || total.is_over(now) || self.limits.request_timeout.is_zero() {
                self.give_up(ErrorCode::DeadlineExceeded, subject);
            } else {
                let id = SendId(self.next_id);
                self.next_id = self.next_id.wrapping_add(1);
                self.made = self.made.saturating_add(1);
                self.state = State::InFlight { id, timeout: Wait::new(now, self.limits.request_timeout) };
                self.late_in_flight = 0;
                let given = self.first_correlation_id.take();
                self.correlation_id = given.or_else(|| subject.service.correlation_id(&mut self.rng));
                return Some(Next::Send(id, self.correlation_id.clone()));
            }
        }
        first(&mut self.next)
    }

    pub(crate) fn timeout(&self) -> Option<Deadline> {
        let own = match &self.state {
            State::Ready(_) | State::Ended(_) => return None,
            State::InFlight { timeout, .. } => Deadline { at: timeout.at(), reason: WaitReason::Answer },
            State::Waiting { wait, .. } => Deadline { at: wait.at(), reason: WaitReason::Retry },
        };
        soonest(self.total, Some(own))
    }

    /// Returns true if a tick at `now` gives up the request that is on its way.
    pub(crate) fn times_out(&mut self, now: Timestamp) -> bool {
        self.notice(now);
        match &self.state {
            State::InFlight { timeout, .. } => {
                now >= timeout.at() || self.total.is_some_and(|total| now >= total.at())
            }
            State::Ready(_) | State::Waiting { .. } | State::Ended(_) => false,
        }
    }

    /// Takes note of what happened; a reply that is waited for may have `answered` what was asked.
    pub(crate) fn handle(
        &mut self,
        now: Timestamp,
        input: Input,
        answered: bool,
        subject: &Subject<'_>,
        budget: &mut RetryBudget,
    ) -> Option<Completed<()>> {
        self.notice(now);
        match input {
            Input::Reply(id, reply) if self.awaits(id) => {
                if answered {
                    budget.deposit();
                    self.state = State::Ended(subject.places_a_call.then_some(Placement::Placed));
                    return Some(Completed {
                        value: (),
                        http_status: reply.http_status,
                        correlation_id: subject.correlation_id(&reply).or_else(|| self.sent_under()),
                        attempts: self.made,
                    });
                }
                self.failed(now, subject.judge(&reply, now), subject, budget);
            }
            Input::Failed(id, error) if self.awaits(id) => {
                self.failed(now, subject.judge_transport(&error), subject, budget);
            }
            Input::Reply(..) | Input::Failed(..) => {}
            Input::Cancel => self.give_up(ErrorCode::Cancelled, subject),
            Input::Tick => self.tick(now, subject, budget),
        }
        None
    }

    /// An attempt failed: another one, if the table, the policy, the budget and the time allow it.
    fn failed(
        &mut self,
        now: Timestamp,
        (happened, mut failure): (Happened, Box<Failure>),
        subject: &Subject<'_>,
        budget: &mut RetryBudget,
    ) {
        failure.correlation_id = failure.correlation_id.or_else(|| self.sent_under());
        let retries_made = self.made.saturating_sub(1);
        if !subject.again(happened.rule()) || retries_made >= self.limits.retry.max_retries {
            return self.fail(happened, failure, subject);
        }
        let asked = failure.retry_after.map(|asked| asked.min(subject.longest_asked()));
        let after = self.limits.retry.delay(self.made, asked, &mut self.rng);
        let last = if subject.places_a_call { self.send_by } else { self.total };
        let in_time = last.is_none_or(|last| now + after < last.at());
        if !in_time || !budget.withdraw() {
            return self.fail(happened, failure, subject);
        }
        self.next.push(Next::Retry(Retrying {
            code: failure.code,
            http_status: failure.http_status,
            correlation_id: failure.correlation_id.clone(),
            attempts: self.made,
            after,
        }));
        self.state = State::Waiting { wait: Wait::new(now, after), failure };
    }

    fn tick(&mut self, now: Timestamp, subject: &Subject<'_>, budget: &mut RetryBudget) {
        if self.total.is_some_and(|total| now >= total.at()) {
            return self.give_up(ErrorCode::DeadlineExceeded, subject);
        }
        match std::mem::replace(&mut self.state, State::Ready(None)) {
            State::Waiting { wait, failure } if now >= wait.at() => self.state = State::Ready(Some(failure)),
            State::InFlight { id, timeout } if now >= timeout.at() => {
                self.next.push(Next::Abort(id));
                let waited = seconds(self.limits.request_timeout);
                let mut failure = Failure::with_message(ErrorCode::TimedOut, format!("waited {waited} s"));
                failure.happened = Some(Happened::Lost);
                self.failed(now, (Happened::Lost, failure), subject, budget);
            }
            other @ (State::Ready(_) | State::InFlight { .. } | State::Waiting { .. } | State::Ended(_)) => {
                self.state = other;
            }
        }
    }

    /// Ends it before its time: what is in flight may have rung, what is not has not.
    pub(crate) fn give_up(&mut self, code: ErrorCode, subject: &Subject<'_>) {
        let (happened, failure) = match std::mem::replace(&mut self.state, State::Ended(None)) {
            State::InFlight { id, .. } => {
                self.next.push(Next::Abort(id));
                let mut failure = Failure::new(code);
                failure.happened = Some(Happened::Lost);
                failure.correlation_id = self.sent_under();
                (Happened::Lost, Some(failure))
            }
            State::Ready(failure) => (Happened::NeverSent, failure),
            State::Waiting { failure, .. } => (Happened::NeverSent, Some(failure)),
            ended @ State::Ended(_) => {
                self.state = ended;
                return;
            }
        };
        let mut failure = failure.unwrap_or_else(|| Failure::new(code));
        failure.code = code;
        self.fail(happened, failure, subject);
    }

    /// The correlation id of the last request, as text.
    fn sent_under(&self) -> Option<String> {
        self.correlation_id.clone().map(String::from)
    }

    /// What dropping it now would leave behind: whether a call was placed, as far as is known.
    pub(crate) fn placement_if_dropped(&self, subject: &Subject<'_>) -> Option<Placement> {
        match self.state {
            // What is sent again is only what placed no call.
            State::Ready(_) | State::Waiting { .. } => subject.placement(Happened::NeverSent.rule()),
            State::InFlight { .. } => subject.placement(Happened::Lost.rule()),
            State::Ended(placement) => placement,
        }
    }

    fn fail(&mut self, happened: Happened, mut failure: Box<Failure>, subject: &Subject<'_>) {
        let placement = subject.placement(happened.rule());
        if subject.call_sid.is_some() {
            failure.call_sid = subject.call_sid.cloned();
        }
        self.state = State::Ended(placement);
        self.next.push(Next::Fail(Error::new(failure, placement, self.made)));
    }

    /// So that the next deadline is right even where a clock stepped back and nothing is due; and so that a request is
    /// not given up because the process was frozen or a clock stepped forward, while its answer may lie there unread.
    fn notice(&mut self, now: Timestamp) {
        let unheard = now.since(self.told_at);
        self.told_at = now;
        for wait in [&mut self.total, &mut self.send_by].into_iter().flatten() {
            wait.notice(now);
        }
        let step = match &mut self.state {
            State::InFlight { timeout, .. } => timeout,
            State::Waiting { wait, .. } => wait,
            State::Ready(_) | State::Ended(_) => return,
        };
        step.notice(now);
        let due = self.total.map_or(step.at(), |total| total.at().min(step.at()));
        let has_chances = self.late_wakes < LATE_WAKES && self.late_in_flight < LATE_IN_FLIGHT;
        if has_chances && is_late(due, now) {
            self.late_wakes += 1;
            if let State::InFlight { timeout, .. } = &mut self.state {
                timeout.put_off(unheard);
                self.late_in_flight += 1;
            }
            if let Some(total) = &mut self.total {
                total.put_off(unheard);
            }
        }
    }
}
