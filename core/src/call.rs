//! A call from its trigger to its end, as a machine: attempts to place it, and attempts at every reading of its status.

mod following;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::InvalidInput;
#[cfg(feature = "campaign")]
use crate::correlation::CorrelationId;
use crate::error::{Error, ErrorCode, Failure, Placement};
use crate::exchange::{Attempts, Completed, Limits, Next, Retrying, handle};
#[cfg(feature = "campaign")]
use crate::machine::SendId;
use crate::machine::{Input, Machine, Output, first};
use crate::operation::{Operation, Placed, StatusRead, Trigger, subject};
use crate::retry::RetryBudget;
use crate::service::Service;
use crate::status::{CallStatus, Reading, Transition};
use crate::time::{Deadline, Timestamp, Wait, WaitReason, soonest};
use crate::trigger::{CallSid, TriggerCall};
use following::{Following, Missed, Missing, POLL_SHORTEST, Step};

/// What following a call tells its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallEvent {
    /// The service accepted it: somebody's phone will ring.
    Placed(Completed<Placed>),
    /// A request failed and another will follow.
    Retrying(Retrying),
    /// Its status changed.
    Status(StatusChange),
    /// A reading went against the lifecycle and was not believed.
    Regression(CallStatus),
    /// It is over: nothing will follow.
    Ended(Result<CallEnd, Error>),
}

/// A change of a call's status, as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusChange {
    /// The new status.
    pub status: CallStatus,
    /// A sentence for people, filled mostly on failure.
    pub reason: String,
    /// When it was read, which is up to a polling interval after it became so.
    pub at: Timestamp,
    /// The correlation id of the exchange that told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallEnd {
    /// Which call.
    pub call_sid: CallSid,
    /// `success` or `failure`.
    pub status: CallStatus,
    /// A sentence for people, filled mostly on failure.
    pub reason: String,
    /// When the end was read.
    pub at: Timestamp,
    /// How many requests it took to place it; 0 if it was placed elsewhere.
    pub attempts: u32,
    /// What support asks for: that of the answer that told the end.
    pub correlation_id: Option<String>,
}

/// A call in mid-life, fit to be stored and followed on elsewhere with [`Call::resume`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Which call.
    pub call_sid: CallSid,
    /// When it was placed, if that is known.
    pub placed_at: Option<Timestamp>,
    /// When the status endpoint last knew it.
    pub seen_at: Option<Timestamp>,
    /// What was last read.
    pub reading: Option<Reading>,
}

/// Of a call of which nothing but its SID is known, a 404 is believed at once.
impl From<CallSid> for Snapshot {
    fn from(call_sid: CallSid) -> Self {
        Self { call_sid, placed_at: None, seen_at: None, reading: None }
    }
}

/// A call that was just placed may be unknown to the status endpoint for a while.
impl From<Placed> for Snapshot {
    fn from(placed: Placed) -> Self {
        Self { placed_at: Some(placed.placed_at), ..Self::from(placed.call_sid) }
    }
}

/// A call from its trigger to its end.
pub struct Call {
    limits: Limits,
    rng: fastrand::Rng,
    phase: Phase,
    outputs: Vec<Output<CallEvent>>,
}

#[allow(clippy::large_enum_variant, reason = "following is what a call does nearly all its life")]
enum Phase {
    Placing(Trigger, Attempts),
    Following(Following),
    /// With what was last known of it.
    Ended(Option<Snapshot>),
}

impl Call {
    /// A call to be placed when the machine is first polled, and then followed. The seed decides its jitter.
    ///
    /// # Errors
    /// If it asks for what the dialect does not know.
    pub fn place(
        service: Arc<Service>,
        call: TriggerCall,
        limits: Limits,
        seed: u64,
    ) -> Result<Self, InvalidInput> {
        let rng = fastrand::Rng::with_seed(seed);
        let phase = Phase::Placing(Trigger::new(service, call)?, Attempts::new(limits, rng.clone(), 0));
        Ok(Self { limits, rng, phase, outputs: Vec::new() })
    }

    /// Sends the trigger under a correlation id that was saved before.
    #[cfg(feature = "campaign")]
    #[must_use]
    pub(crate) fn under(mut self, correlation_id: CorrelationId) -> Self {
        if let Phase::Placing(_, attempts) = &mut self.phase {
            attempts.begin_under(correlation_id);
        }
        self
    }

    /// A call that was placed elsewhere, followed from now on.
    #[must_use]
    pub fn follow(service: Arc<Service>, call_sid: CallSid, limits: Limits, seed: u64) -> Self {
        Self::resume(service, call_sid.into(), limits, seed)
    }

    /// A call that was followed before, here or elsewhere; what was known of it is not told again. The time to follow
    /// it begins anew.
    #[must_use]
    pub fn resume(service: Arc<Service>, known: Snapshot, limits: Limits, seed: u64) -> Self {
        let following = Following {
            read: StatusRead::new(service, known.call_sid.clone()),
            known,
            attempts: 0,
            total: None,
            unchanged: 0,
            missing: Missing::default(),
            correlation_id: None,
            told_at: None,
            late_wakes: 0,
            next_id: 0,
            step: Step::Pausing(Wait::new(Timestamp::from_millis(0), Duration::ZERO)),
        };
        Self {
            limits,
            rng: fastrand::Rng::with_seed(seed),
            phase: Phase::Following(following),
            outputs: Vec::new(),
        }
    }

    /// The same for a call whose trigger is known: what must not be quoted of it is cleared.
    #[cfg(feature = "campaign")]
    pub(crate) fn resume_known(
        service: Arc<Service>,
        call: TriggerCall,
        known: Snapshot,
        limits: Limits,
        seed: u64,
    ) -> Self {
        let read = StatusRead::of(Arc::clone(&service), known.call_sid.clone(), call);
        let mut resumed = Self::resume(service, known, limits, seed);
        if let Phase::Following(following) = &mut resumed.phase {
            following.read = read;
        }
        resumed
    }

    /// The call as it is known now, to be followed on elsewhere, after the machine's end as well: its end may be that
    /// there was no more time. Nothing before it is placed.
    #[must_use]
    pub const fn snapshot(&self) -> Option<&Snapshot> {
        match &self.phase {
            Phase::Following(following) => Some(&following.known),
            Phase::Ended(known) => known.as_ref(),
            Phase::Placing(..) => None,
        }
    }

    /// What dropping the machine now would leave behind: whether this machine placed a call, as far as is known.
    /// Nothing if the call was placed elsewhere or has been told of as ended.
    #[must_use]
    pub fn placement_if_dropped(&self) -> Option<Placement> {
        match &self.phase {
            Phase::Placing(trigger, attempts) => attempts.placement_if_dropped(&subject(trigger)),
            Phase::Following(following) => (following.attempts > 0).then_some(Placement::Placed),
            Phase::Ended(_) => None,
        }
    }

    /// A text from outside as it may be shown to people: one line without credential, metadata values and numbers. Once
    /// the machine has ended it knows no credential any more.
    #[must_use]
    pub fn redacted(&self, text: &str) -> Option<String> {
        match &self.phase {
            Phase::Placing(trigger, _) => Some(subject(trigger).redacted(text)),
            Phase::Following(following) => Some(subject(&following.read).redacted(text)),
            Phase::Ended(_) => None,
        }
    }

    /// Returns true if it is that request whose answer is waited for.
    #[cfg(feature = "campaign")]
    pub(crate) fn awaits(&self, id: SendId) -> bool {
        match &self.phase {
            Phase::Placing(_, attempts) => attempts.awaits(id),
            Phase::Following(Following { step: Step::Reading(attempts), .. }) => attempts.awaits(id),
            Phase::Following(_) | Phase::Ended(_) => false,
        }
    }

    fn event(&mut self, event: CallEvent) {
        self.outputs.push(Output::Event(event));
    }

    fn end(&mut self, result: Result<CallEnd, Error>) {
        self.phase = Phase::Ended(match std::mem::replace(&mut self.phase, Phase::Ended(None)) {
            Phase::Following(following) => Some(following.known),
            Phase::Ended(known) => known,
            Phase::Placing(..) => None,
        });
        self.event(CallEvent::Ended(result));
    }

    fn placed(&mut self, now: Timestamp, placed: Completed<Placed>) {
        let Phase::Placing(trigger, attempts) = &self.phase else { return };
        let mut following = Following {
            read: trigger.read(placed.value.call_sid.clone()),
            next_id: attempts.next_id(),
            known: placed.value.clone().into(),
            attempts: placed.attempts,
            total: Some(Wait::new(now, self.limits.follow_timeout)),
            unchanged: 0,
            missing: Missing::default(),
            correlation_id: placed.correlation_id.clone(),
            told_at: Some(now),
            late_wakes: 0,
            step: Step::Pausing(Wait::new(now, POLL_SHORTEST)),
        };
        let status = placed.value.status.clone();
        self.event(CallEvent::Placed(placed));
        // Only the status endpoint tells an end; what the trigger answered is a beginning.
        if let Some(status) = status.filter(|status| !status.is_terminal()) {
            following.known.reading = Some(Reading { status: status.clone(), reason: String::new() });
            self.event(CallEvent::Status(StatusChange {
                status,
                reason: String::new(),
                at: now,
                correlation_id: following.correlation_id.clone(),
            }));
        }
        self.phase = Phase::Following(following);
    }

    /// A reading failed for good.
    fn missed(&mut self, now: Timestamp, error: Error) {
        let Phase::Following(following) = &mut self.phase else { return };
        following.correlation_id = error.correlation_id().map(str::to_owned);
        match following.missed(now, &error, self.limits.lost_after) {
            Missed::ReadAgain => following.pause(now, &mut self.rng),
            Missed::Lost(code) => {
                let error = following.about(error.with_code(code));
                self.end(Err(error));
            }
        }
    }

    fn learned(&mut self, now: Timestamp, completed: Completed<Reading>) {
        let Phase::Following(following) = &mut self.phase else { return };
        following.known.seen_at = Some(now);
        following.missing = Missing::default();
        following.correlation_id.clone_from(&completed.correlation_id);
        let Reading { status, reason } = completed.value;
        let held = following.known.reading.as_ref().map(|reading| &reading.status);
        match held.map_or(Transition::Forward, |held| held.to(&status)) {
            Transition::Same => following.unchanged = following.unchanged.saturating_add(1),
            Transition::Regression => {
                following.unchanged = following.unchanged.saturating_add(1);
                self.outputs.push(Output::Event(CallEvent::Regression(status)));
                following.pause(now, &mut self.rng);
                return;
            }
            Transition::Forward => {
                following.unchanged = 0;
                let change = StatusChange {
                    status: status.clone(),
                    reason: reason.clone(),
                    at: now,
                    correlation_id: following.correlation_id.clone(),
                };
                self.outputs.push(Output::Event(CallEvent::Status(change)));
            }
        }
        following.known.reading = Some(Reading { status, reason });
        match following.known_end(now, completed.correlation_id) {
            Some(end) => self.end(Ok(end)),
            None => following.pause(now, &mut self.rng),
        }
    }

    fn give_up(&mut self, now: Timestamp, code: ErrorCode) {
        let Phase::Following(following) = &mut self.phase else { return };
        let mut failure = Failure::new(code);
        failure.correlation_id.clone_from(&following.correlation_id);
        let mut error = Error::new(failure, None, 0);
        if let Step::Reading(attempts) = &mut following.step {
            let subject = subject(&following.read);
            attempts.give_up(code, &subject);
            while let Some(next) = attempts.poll(now, &subject) {
                match next {
                    Next::Abort(id) => self.outputs.push(Output::Abort(id)),
                    // What the reading met so far is not forgotten.
                    Next::Fail(given_up) => error = given_up,
                    Next::Send(..) | Next::Retry(_) => {}
                }
            }
        }
        let error = following.about(error);
        self.end(Err(error));
    }
}

impl Machine for Call {
    type Event = CallEvent;

    fn poll_output(&mut self, now: Timestamp) -> Option<Output<CallEvent>> {
        loop {
            if let Some(output) = first(&mut self.outputs) {
                return Some(output);
            }
            match &mut self.phase {
                Phase::Ended(_) => return None,
                Phase::Placing(trigger, attempts) => match attempts.poll(now, &subject(trigger))? {
                    Next::Send(id, correlation_id) => {
                        let request = trigger.request().under(correlation_id.as_ref());
                        return Some(Output::Send { id, request });
                    }
                    Next::Abort(id) => return Some(Output::Abort(id)),
                    Next::Retry(retrying) => self.event(CallEvent::Retrying(retrying)),
                    Next::Fail(error) => self.end(Err(error)),
                },
                Phase::Following(following) => {
                    following.notice(now, self.limits);
                    match &mut following.step {
                        Step::Pausing(wait) => {
                            if !wait.is_over(now) {
                                return None;
                            }
                            if let Some(end) = following.known_end(now, None) {
                                self.end(Ok(end));
                                continue;
                            }
                            let limits = following.read_limits(self.limits, now);
                            let rng = self.rng.fork();
                            following.step = Step::Reading(Attempts::new(limits, rng, following.next_id));
                        }
                        Step::Reading(attempts) => {
                            let next = attempts.poll(now, &subject(&following.read))?;
                            following.next_id = attempts.next_id();
                            match next {
                                Next::Send(id, correlation_id) => {
                                    let request = following.read.request().under(correlation_id.as_ref());
                                    return Some(Output::Send { id, request });
                                }
                                Next::Abort(id) => return Some(Output::Abort(id)),
                                Next::Retry(retrying) => self.event(CallEvent::Retrying(retrying)),
                                Next::Fail(error) => self.missed(now, error),
                            }
                        }
                    }
                }
            }
        }
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        match &self.phase {
            Phase::Ended(_) => None,
            Phase::Placing(_, attempts) => attempts.timeout(),
            Phase::Following(following) => {
                let own = match &following.step {
                    Step::Pausing(wait) => Some(Deadline { at: wait.at(), reason: WaitReason::Poll }),
                    Step::Reading(attempts) => attempts.timeout(),
                };
                soonest(following.total, own)
            }
        }
    }

    fn times_out(&mut self, now: Timestamp) -> bool {
        match &mut self.phase {
            Phase::Ended(_) => false,
            Phase::Placing(_, attempts) => attempts.times_out(now),
            Phase::Following(following) => {
                following.notice(now, self.limits);
                let is_over = following.total.is_some_and(|total| now >= total.at());
                match &mut following.step {
                    Step::Pausing(_) => false,
                    Step::Reading(attempts) => attempts.times_out(now) || is_over,
                }
            }
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input, budget: &mut RetryBudget) {
        if let Phase::Following(following) = &mut self.phase {
            following.notice(now, self.limits);
        }
        match &mut self.phase {
            Phase::Ended(_) => {}
            Phase::Placing(trigger, attempts) => {
                if let Some(placed) = handle(trigger, attempts, now, input, budget) {
                    self.placed(now, placed);
                }
            }
            Phase::Following(following) => match input {
                Input::Cancel => self.give_up(now, ErrorCode::Cancelled),
                Input::Tick if following.total.is_some_and(|total| now >= total.at()) => {
                    self.give_up(now, ErrorCode::DeadlineExceeded);
                }
                Input::Reply(..) | Input::Failed(..) | Input::Tick => match &mut following.step {
                    // Looked at when it is polled.
                    Step::Pausing(_) => {}
                    // A call that rings is followed through any outage: its readings ask no budget.
                    Step::Reading(attempts) => {
                        let budget = &mut RetryBudget::default();
                        if let Some(read) = handle(&following.read, attempts, now, input, budget) {
                            self.learned(now, read);
                        }
                    }
                },
            },
        }
    }
}

#[cfg(test)]
mod tests;
