//! The two operations of the API, trigger and status read, and what one reply to each of them means.

use std::sync::Arc;
use std::time::Duration;

use crate::InvalidInput;
use crate::answer::{Answer, Member};
use crate::error::{ErrorCode, Failure, Placement};
use crate::machine::TransportError;
use crate::message::Request;
use crate::retry::{Happened, Rule};
use crate::scrub::{Secrets, mask_numbers};
use crate::service::Service;
use crate::status::{CallStatus, Reading};
use crate::text::{filled, is_blank};
use crate::time::Timestamp;
use crate::trigger::{CallSid, TriggerCall};
use crate::wire::{self, Reply};

/// One operation of the API.
pub trait Operation {
    /// What it is for.
    type Value;

    /// The service that is asked.
    fn service(&self) -> &Service;

    /// The request, anew for every attempt.
    fn request(&self) -> Request;

    /// What a 2xx reply that came now says, if it says what was asked for.
    fn value(&self, reply: &Reply, now: Timestamp) -> Option<Self::Value>;

    /// The call that it asks about.
    fn call_sid(&self) -> Option<&CallSid>;

    /// The call that must not be quoted in messages.
    fn call(&self) -> Option<&TriggerCall>;

    /// Whether it places a call when it succeeds.
    const PLACES_A_CALL: bool;
}

/// All of an operation but what it is for: what its attempts are judged by.
pub(crate) struct Subject<'a> {
    pub(crate) service: &'a Service,
    pub(crate) call_sid: Option<&'a CallSid>,
    pub(crate) call: Option<&'a TriggerCall>,
    pub(crate) places_a_call: bool,
}

pub(crate) fn subject<O: Operation>(operation: &O) -> Subject<'_> {
    Subject {
        service: operation.service(),
        call_sid: operation.call_sid(),
        call: operation.call(),
        places_a_call: O::PLACES_A_CALL,
    }
}

impl<'a> Subject<'a> {
    /// The longest `Retry-After` that is waited for. A trigger waits as long as it is told to; a call's status is gone
    /// two hours after its end, and is not slept through.
    pub(crate) const fn longest_asked(&self) -> Duration {
        if self.places_a_call { Duration::MAX } else { Duration::from_secs(10 * 60) }
    }

    /// Whether, by the table of what may be sent again, this is sent again.
    pub(crate) const fn again(&self, rule: Rule) -> bool {
        if self.places_a_call { rule.trigger_again } else { rule.status_again }
    }

    /// Whether a call was placed, where that is a question.
    pub(crate) fn placement(&self, rule: Rule) -> Option<Placement> {
        self.places_a_call.then_some(rule.placement)
    }

    fn message(&self, reply: &Reply, secrets: &Secrets<'_>) -> String {
        match (&reply.answer, reply.message()) {
            (Answer::Foreign(_), Some(excerpt)) => secrets.clear_excerpt(&excerpt),
            (Answer::Foreign(_), None) => "an empty body".to_owned(),
            (Answer::Object(_), Some(said)) => secrets.clear(&said),
            (Answer::Object(_), None) => match reply.answer.text(Member::CallSid) {
                // Whoever looks for what may have been placed looks for this.
                Some(sid) if self.places_a_call && named_call(reply).is_none() => {
                    secrets.clear(&filled("it names the call `{}`, which is no call SID", &[sid]))
                }
                Some(_) | None => "a JSON object without what was asked for".to_owned(),
            },
        }
    }

    /// The row of the table and the error, for a reply that does not say what was asked for.
    pub(crate) fn judge(&self, reply: &Reply, now: Timestamp) -> (Happened, Box<Failure>) {
        let happened = self.happened(reply);
        let secrets = self.secrets();
        let code = self.code(reply, happened);
        let mut failure = Failure::with_message(code, self.message(reply, &secrets));
        failure.happened = Some(happened);
        failure.http_status = Some(reply.http_status);
        failure.service_code = reply.service_code().filter(|code| secrets.identifies(code)).map(mask_numbers);
        failure.correlation_id = self.correlation_id(reply);
        failure.retry_after = reply.retry_after.map(|it| it.delay(now));
        if self.places_a_call && happened == Happened::NotAnswered {
            failure.call_sid = named_call(reply);
        }
        (happened, failure)
    }

    /// What is known when no reply came.
    pub(crate) fn judge_transport(&self, error: &TransportError) -> (Happened, Box<Failure>) {
        let (happened, code, detail) = match error {
            TransportError::NeverSent(detail) => (Happened::NeverSent, ErrorCode::NotConnected, detail),
            TransportError::Lost(detail) => (Happened::Lost, ErrorCode::ConnectionLost, detail),
        };
        let mut failure = Failure::with_message(code, self.secrets().clear(detail));
        failure.happened = Some(happened);
        (happened, failure)
    }

    /// The row of the table of what may be sent again, for a reply that does not say what was asked for.
    fn happened(&self, reply: &Reply) -> Happened {
        let is_own = reply.is_own();
        // A failure or a refusal of a trigger that yet names a call contradicts itself: who is to say that none was
        // placed? A refused reading may well name the call that it is about.
        let contradicts_itself = self.places_a_call && reply.answer.text(Member::CallSid).is_some();
        match reply.http_status {
            _ if contradicts_itself => Happened::NotAnswered,
            429 => Happened::TurnedAway,
            // The service was at work on it when its time was over.
            408 => Happened::NotAnswered,
            400..=499 if is_own => Happened::Refused,
            400..=499 => Happened::ForeignRefusal,
            status if is_own && self.service.failed_to_place(status) => Happened::PlacingFailed,
            503 if is_own => Happened::Unavailable,
            _ => Happened::NotAnswered,
        }
    }

    /// The error code of a reply that does not say what was asked for. A refusal is told by its HTTP status; but where it
    /// would be taken for news of a call that was placed before, only the service's own is.
    fn code(&self, reply: &Reply, happened: Happened) -> ErrorCode {
        match (reply.http_status, happened) {
            (429, _) => ErrorCode::RateLimited,
            (_, Happened::ForeignRefusal) if !self.places_a_call => ErrorCode::UnexpectedAnswer,
            (401, _) => ErrorCode::Unauthorized,
            (403, _) => ErrorCode::Forbidden,
            (404, _) => ErrorCode::NotFound,
            (_, Happened::Refused | Happened::ForeignRefusal) => ErrorCode::Rejected,
            (_, Happened::TurnedAway | Happened::PlacingFailed | Happened::Unavailable) => {
                ErrorCode::ServiceFailed
            }
            (408 | 500..=599, Happened::NotAnswered) if reply.is_own() => ErrorCode::ServiceFailed,
            (_, Happened::NeverSent | Happened::NotAnswered | Happened::Lost) => ErrorCode::UnexpectedAnswer,
        }
    }

    /// What support asks for, unless it is made of what must not be shown.
    pub(crate) fn correlation_id(&self, reply: &Reply) -> Option<String> {
        reply.correlation_id.clone().filter(|id| self.secrets().identifies(id))
    }

    /// Reads a status word; one that is not known is text from outside.
    fn status(&self, word: &str) -> CallStatus {
        match CallStatus::from_word(word) {
            CallStatus::Other(word) => CallStatus::Other(self.secrets().clear(&word)),
            known
            @ (CallStatus::Queued | CallStatus::Calling | CallStatus::Success | CallStatus::Failure) => known,
        }
    }

    /// A text from outside as it may be shown to people: one line without credential, metadata values and numbers.
    pub(crate) fn redacted(&self, text: &str) -> String {
        self.secrets().clear(text)
    }

    const fn secrets(&self) -> Secrets<'a> {
        Secrets { credential: self.service.credential(), call: self.call }
    }
}

/// Triggers a call.
#[derive(Clone, Debug)]
pub struct Trigger {
    service: Arc<Service>,
    call: Arc<TriggerCall>,
}

impl Trigger {
    /// Prepares it.
    ///
    /// # Errors
    /// If the call asks for what the dialect does not know.
    pub fn new(service: Arc<Service>, call: TriggerCall) -> Result<Self, InvalidInput> {
        wire::check(&service, &call)?;
        Ok(Self { service, call: Arc::new(call) })
    }

    /// Prepares the reading of what came of it.
    pub(crate) fn read(&self, call_sid: CallSid) -> StatusRead {
        StatusRead { service: Arc::clone(&self.service), call_sid, call: Some(Arc::clone(&self.call)) }
    }
}

/// What the service answered to a trigger that it accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// What the call is known by.
    pub call_sid: CallSid,
    /// Its first status, where the dialect tells it at once.
    pub status: Option<CallStatus>,
    /// When the answer came.
    pub placed_at: Timestamp,
}

impl Operation for Trigger {
    type Value = Placed;

    fn service(&self) -> &Service {
        &self.service
    }

    fn request(&self) -> Request {
        wire::trigger(&self.service, &self.call)
    }

    fn value(&self, reply: &Reply, now: Timestamp) -> Option<Placed> {
        let call_sid = named_call(reply)?;
        Some(Placed { call_sid, status: word(reply).map(|word| subject(self).status(word)), placed_at: now })
    }

    fn call_sid(&self) -> Option<&CallSid> {
        None
    }

    fn call(&self) -> Option<&TriggerCall> {
        Some(&self.call)
    }

    const PLACES_A_CALL: bool = true;
}

/// Reads a call's status.
#[derive(Clone, Debug)]
pub struct StatusRead {
    service: Arc<Service>,
    call_sid: CallSid,
    /// The call as it was triggered, if it was from here: what its answers must not quote.
    call: Option<Arc<TriggerCall>>,
}

impl StatusRead {
    /// Prepares it.
    #[must_use]
    pub const fn new(service: Arc<Service>, call_sid: CallSid) -> Self {
        Self { service, call_sid, call: None }
    }

    /// The same for a call whose trigger is known.
    #[cfg(feature = "campaign")]
    pub(crate) fn of(service: Arc<Service>, call_sid: CallSid, call: TriggerCall) -> Self {
        Self { service, call_sid, call: Some(Arc::new(call)) }
    }
}

impl Operation for StatusRead {
    type Value = Reading;

    fn service(&self) -> &Service {
        &self.service
    }

    fn request(&self) -> Request {
        wire::status_request(&self.service, &self.call_sid)
    }

    fn value(&self, reply: &Reply, _: Timestamp) -> Option<Reading> {
        let word = word(reply)?;
        // An answer about another call is no answer to this question. A UUID is the same in either case.
        let asked = self.call_sid.as_str();
        if reply.answer.text(Member::CallSid).is_some_and(|named| !named.eq_ignore_ascii_case(asked)) {
            return None;
        }
        let reason = reply.answer.text(Member::Reason).unwrap_or_default();
        let subject = subject(self);
        Some(Reading { status: subject.status(word), reason: subject.secrets().clear(reason) })
    }

    fn call_sid(&self) -> Option<&CallSid> {
        Some(&self.call_sid)
    }

    fn call(&self) -> Option<&TriggerCall> {
        self.call.as_deref()
    }

    const PLACES_A_CALL: bool = false;
}

/// What a reply says, if it says what was asked for.
pub(crate) fn answered<O: Operation>(operation: &O, reply: &Reply, now: Timestamp) -> Option<O::Value> {
    if (200..300).contains(&reply.http_status) { operation.value(reply, now) } else { None }
}

fn named_call(reply: &Reply) -> Option<CallSid> {
    CallSid::parse(reply.answer.text(Member::CallSid)?).ok()
}

fn word(reply: &Reply) -> Option<&str> {
    reply.answer.text(Member::Status).filter(|word| !is_blank(word))
}

#[cfg(test)]
mod tests;
