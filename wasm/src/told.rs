//! What machines want and tell, as JSON for the host's reader.

use polyai_outbound_core::{
    CallEnd, CallEvent, CallSid, CallStatus, Completed, Error, ErrorCode, Placed, Placement, Progress,
    Reading, Request, Retrying, Snapshot, StatusChange, Timestamp,
};
use serde::Serialize;

use crate::value::{json, millis};

/// What is to be done, or what happened; `type` says which.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Told<'a> {
    /// Send this request.
    Send { method: &'a str, url: &'a str, headers: Vec<(&'a str, &'a str)>, body: &'a str },
    /// Give the request up that is on its way.
    Abort,
    /// A request failed and another will follow.
    Retry {
        code: ErrorCode,
        status: Option<u16>,
        correlation_id: Option<&'a str>,
        attempts: u32,
        after_ms: u64,
    },
    /// The service accepted a call.
    Placed {
        call_sid: &'a CallSid,
        placed_at: Timestamp,
        status: u16,
        correlation_id: Option<&'a str>,
        attempts: u32,
    },
    /// A status was read.
    Read { reading: &'a Reading, status: u16, correlation_id: Option<&'a str>, attempts: u32 },
    /// A call's status changed.
    Update { status: &'a CallStatus, reason: &'a str, at: Timestamp },
    /// A call ended.
    Ended {
        call_sid: &'a CallSid,
        status: &'a CallStatus,
        reason: &'a str,
        at: Timestamp,
        correlation_id: Option<&'a str>,
    },
    /// The operation failed.
    Failed {
        code: ErrorCode,
        message: String,
        placement: Option<Placement>,
        status: Option<u16>,
        correlation_id: Option<&'a str>,
        attempts: u32,
        call_sid: Option<&'a CallSid>,
        service_code: Option<&'a str>,
        retry_after_ms: Option<u64>,
    },
}

impl Told<'_> {
    /// A request to be sent, its credential included.
    pub(crate) fn send(request: &Request) -> String {
        json(&Told::Send {
            method: request.method.as_str(),
            url: &request.url,
            headers: request.headers.iter().map(|(name, value)| (name, value.expose())).collect(),
            body: std::str::from_utf8(&request.body).unwrap_or_default(),
        })
    }
}

/// What is known of a call.
pub(crate) fn snapshot(known: &Snapshot) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Known<'a> {
        call_sid: &'a CallSid,
        placed_at: Option<Timestamp>,
        seen_at: Option<Timestamp>,
        reading: &'a Option<Reading>,
    }
    json(&Known {
        call_sid: &known.call_sid,
        placed_at: known.placed_at,
        seen_at: known.seen_at,
        reading: &known.reading,
    })
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
            Self::Done(Ok(Completed { value, http_status, correlation_id, attempts })) => json(&Told::Read {
                reading: value,
                status: *http_status,
                correlation_id: correlation_id.as_deref(),
                attempts: *attempts,
            }),
            Self::Done(Err(error)) => failed(error),
        })
    }
}

impl Tell for CallEvent {
    fn tell(&self) -> Option<String> {
        Some(match self {
            Self::Retrying(retrying) => retry(retrying),
            Self::Placed(completed) => placed(completed),
            Self::Status(StatusChange { status, reason, at }) => {
                json(&Told::Update { status, reason, at: *at })
            }
            Self::Regression(_) => return None,
            Self::Ended(Ok(CallEnd { call_sid, status, reason, at, correlation_id, .. })) => {
                json(&Told::Ended {
                    call_sid,
                    status,
                    reason,
                    at: *at,
                    correlation_id: correlation_id.as_deref(),
                })
            }
            Self::Ended(Err(error)) => failed(error),
        })
    }
}

fn retry(Retrying { code, http_status, correlation_id, attempts, after }: &Retrying) -> String {
    json(&Told::Retry {
        code: *code,
        status: *http_status,
        correlation_id: correlation_id.as_deref(),
        attempts: *attempts,
        after_ms: millis(*after),
    })
}

fn placed(Completed { value, http_status, correlation_id, attempts }: &Completed<Placed>) -> String {
    json(&Told::Placed {
        call_sid: &value.call_sid,
        placed_at: value.placed_at,
        status: *http_status,
        correlation_id: correlation_id.as_deref(),
        attempts: *attempts,
    })
}

fn failed(error: &Error) -> String {
    json(&Told::Failed {
        code: error.code(),
        message: error.to_string(),
        placement: error.placement(),
        status: error.http_status(),
        correlation_id: error.correlation_id(),
        attempts: error.attempts(),
        call_sid: error.call_sid(),
        service_code: error.service_code(),
        retry_after_ms: error.retry_after().map(millis),
    })
}
