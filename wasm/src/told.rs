//! What machines want and tell, as JSON for the host's reader.

use polyai_outbound_core::json::{Object, quote};
use polyai_outbound_core::{
    CallEnd, CallEvent, CallSid, CallStatus, Completed, Error, Happened, Placed, Placement, Progress,
    Reading, Request, Retrying, Snapshot, StatusChange, Timestamp,
};

use crate::value::millis;

/// An object whose `type` says what is to be done, or what happened.
fn told(what: &str) -> Object {
    let mut told = Object::default();
    told.text("type", what);
    told
}

/// Send this request, its credential included.
#[inline(never)]
pub(crate) fn send(request: &Request) -> String {
    // It is text, and so one chunk; what `from_utf8` has for long texts is not needed for it.
    let body = request.body.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let mut headers = String::new();
    for (name, value) in request.headers.iter() {
        headers.push_str(if headers.is_empty() { "[[" } else { ",[" });
        quote(name, &mut headers);
        headers.push(',');
        quote(value.expose(), &mut headers);
        headers.push(']');
    }
    headers.push(']');
    told("send")
        .text("method", request.method.as_str())
        .text("url", request.url.as_str())
        .json("headers", &headers)
        .text("body", body)
        .end()
}

/// Give the request up that is on its way.
pub(crate) fn abort() -> String {
    told("abort").end()
}

/// What is known of a call.
pub(crate) fn snapshot(known: &Snapshot) -> String {
    let reading = known.reading.as_ref().map(reading);
    Object::default()
        .text("callSid", known.call_sid.as_str())
        .number("placedAt", known.placed_at.map(Timestamp::as_millis))
        .number("seenAt", known.seen_at.map(Timestamp::as_millis))
        .json("reading", reading.as_deref().unwrap_or("null"))
        .end()
}

fn reading(Reading { status, reason }: &Reading) -> String {
    Object::default().text("status", status.as_str()).text("reason", reason.as_str()).end()
}

/// What is told of an event; nothing of one that JavaScript has no word for.
pub(crate) trait Tell {
    fn tell(&self) -> Option<String>;
}

impl Tell for Progress<Placed> {
    fn tell(&self) -> Option<String> {
        Some(match self {
            Self::Retrying(retrying) => retry(retrying),
            Self::Done(Ok(completed)) => placed(completed),
            Self::Done(Err(error)) => failed(error),
        })
    }
}

impl Tell for Progress<Reading> {
    fn tell(&self) -> Option<String> {
        Some(match self {
            Self::Retrying(retrying) => retry(retrying),
            Self::Done(Ok(completed)) => {
                answered(told("read").json("reading", &reading(&completed.value)), completed)
            }
            Self::Done(Err(error)) => failed(error),
        })
    }
}

impl Tell for CallEvent {
    fn tell(&self) -> Option<String> {
        Some(match self {
            Self::Retrying(retrying) => retry(retrying),
            Self::Placed(completed) => placed(completed),
            Self::Status(StatusChange { status, reason, at, correlation_id }) => {
                let mut told = told("update");
                told.text("correlationId", correlation_id.as_deref());
                seen(&mut told, status, reason, *at)
            }
            Self::Regression(_) => return None,
            Self::Ended(Ok(CallEnd { call_sid, status, reason, at, correlation_id, .. })) => {
                let mut told = told("ended");
                told.text("callSid", call_sid.as_str()).text("correlationId", correlation_id.as_deref());
                seen(&mut told, status, reason, *at)
            }
            Self::Ended(Err(error)) => failed(error),
        })
    }
}

fn seen(told: &mut Object, status: &CallStatus, reason: &str, at: Timestamp) -> String {
    told.text("status", status.as_str()).text("reason", reason).number("at", at.as_millis()).end()
}

#[inline(never)]
fn retry(Retrying { code, http_status, correlation_id, attempts, after }: &Retrying) -> String {
    let mut told = told("retry");
    told.text("code", code.as_str()).number("afterMs", millis(*after));
    answer(&mut told, *http_status, correlation_id.as_deref(), *attempts)
}

fn placed(completed: &Completed<Placed>) -> String {
    let Placed { call_sid, placed_at, .. } = &completed.value;
    let mut told = told("placed");
    told.text("callSid", call_sid.as_str()).number("placedAt", placed_at.as_millis());
    answered(&mut told, completed)
}

#[inline(never)]
fn failed(error: &Error) -> String {
    let mut told = told("failed");
    told.text("code", error.code().as_str())
        .text("message", String::from(error).as_str())
        .text("placement", error.placement().map(Placement::as_str))
        .text("callSid", error.call_sid().map(CallSid::as_str))
        .text("serviceCode", error.service_code())
        .number("retryAfterMs", error.retry_after().map(millis))
        // A gateway's refusal is none of the service's.
        .json("isRefused", if error.happened() == Some(Happened::Refused) { "true" } else { "false" });
    answer(&mut told, error.http_status(), error.correlation_id(), error.attempts())
}

fn answered<Value>(told: &mut Object, completed: &Completed<Value>) -> String {
    let Completed { http_status, correlation_id, attempts, .. } = completed;
    answer(told, Some(*http_status), correlation_id.as_deref(), *attempts)
}

/// What is told of every answer.
fn answer(told: &mut Object, status: Option<u16>, correlation_id: Option<&str>, attempts: u32) -> String {
    told.number("status", status.map(u64::from))
        .text("correlationId", correlation_id)
        .number("attempts", u64::from(attempts))
        .end()
}
