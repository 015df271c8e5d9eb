//! What a client does, one line of JSON each. Two replays are equal if their lines are.

use polyai_outbound_core::{
    CORRELATION_ID, CallEvent, Completed, Error, Placed, Progress, Reading, Request, Retrying, Timestamp,
};
use serde::{Deserialize, Serialize};

/// Times are milliseconds since the vector's start, so they are below zero for what was known before it.
///
/// Regressions are not told by every shell, so they are no effects: a status that is not believed leaves no line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Effect {
    /// A request is sent.
    Request { at: i64, method: String, url: String, headers: Vec<(String, String)>, body: String },
    /// The request before is given up before its answer is whole.
    Abort { at: i64 },
    /// An attempt failed and another will follow.
    Retry {
        at: i64,
        code: String,
        http_status: Option<u16>,
        correlation_id: Option<String>,
        attempts: u32,
        after_ms: u64,
    },
    /// A call that will be followed was placed.
    Placed { at: i64, call_sid: String, attempts: u32, correlation_id: Option<String> },
    /// The status of a call changed.
    Status { at: i64, status: String, reason: String },
    /// A trigger came to its end.
    Triggered { at: i64, call_sid: String, http_status: u16, correlation_id: Option<String>, attempts: u32 },
    /// A reading of a status came to its end.
    Read {
        at: i64,
        status: String,
        reason: String,
        http_status: u16,
        correlation_id: Option<String>,
        attempts: u32,
    },
    /// A call that was followed came to its end, which was read at `ended_at`.
    Ended { at: i64, call_sid: String, status: String, reason: String, ended_at: i64 },
    /// Whatever was asked for came to nothing.
    Failed {
        at: i64,
        code: String,
        placement: Option<String>,
        http_status: Option<u16>,
        correlation_id: Option<String>,
        attempts: u32,
        call_sid: Option<String>,
        service_code: Option<String>,
        retry_after_ms: Option<u64>,
        /// The whole sentence; what the transport says of a lost connection differs between hosts and is given as `…`.
        message: String,
    },
}

impl Effect {
    /// The line.
    pub(crate) fn line(&self) -> String {
        serde_json::to_string(self).expect("text")
    }

    pub(crate) fn request(at: i64, request: &Request) -> Self {
        let headers = request.headers.iter();
        Self::Request {
            at,
            method: request.method.as_str().to_owned(),
            url: request.url.clone(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.expose().to_owned())).collect(),
            body: String::from_utf8(request.body.clone()).expect("a body is text"),
        }
    }

    pub(crate) fn retry(at: i64, retrying: &Retrying) -> Self {
        Self::Retry {
            at,
            code: retrying.code.as_str().to_owned(),
            http_status: retrying.http_status,
            correlation_id: retrying.correlation_id.clone(),
            attempts: retrying.attempts,
            after_ms: millis(retrying.after),
        }
    }

    pub(crate) fn failed(at: i64, error: &Error) -> Self {
        let lost = error.http_status().is_none() && error.code().as_str() == "connection_lost";
        let said = error.message().filter(|_| lost);
        Self::Failed {
            at,
            code: error.code().as_str().to_owned(),
            placement: error.placement().map(|it| it.as_str().to_owned()),
            http_status: error.http_status(),
            correlation_id: error.correlation_id().map(str::to_owned),
            attempts: error.attempts(),
            call_sid: error.call_sid().map(ToString::to_string),
            service_code: error.service_code().map(str::to_owned),
            retry_after_ms: error.retry_after().map(millis),
            message: said.map_or_else(|| error.to_string(), |said| error.to_string().replace(said, "…")),
        }
    }

    /// The same without what differs from run to run where the clock is the machine's and so is the seed.
    pub(crate) fn without_times(mut self) -> Self {
        match &mut self {
            Self::Retry { at, after_ms, .. } => (*at, *after_ms) = (0, 0),
            Self::Ended { at, ended_at, .. } => (*at, *ended_at) = (0, 0),
            Self::Request { at, .. }
            | Self::Abort { at }
            | Self::Placed { at, .. }
            | Self::Status { at, .. }
            | Self::Triggered { at, .. }
            | Self::Read { at, .. }
            | Self::Failed { at, .. } => *at = 0,
        }
        self
    }
}

fn millis(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).expect("not that long")
}

/// The lines of what was done. The correlation ids that requests were sent under differ from run to run, so each is given
/// as the request's number: `sent-1`, `sent-2`, wherever it is told.
pub(crate) fn lines(effects: &[Effect]) -> Vec<String> {
    let mut sent = Vec::new();
    for effect in effects {
        if let Effect::Request { headers, .. } = effect {
            let id = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(CORRELATION_ID));
            sent.push(id.map(|(_, id)| id.clone()));
        }
    }
    let named = |line: String| {
        (1..).zip(&sent).fold(line, |line, (nth, id)| match id {
            Some(id) => line.replace(id, &format!("sent-{nth}")),
            None => line,
        })
    };
    effects.iter().map(|effect| named(effect.line())).collect()
}

/// Since the start.
pub(crate) fn since(start: Timestamp, at: Timestamp) -> i64 {
    let millis = |it: Timestamp| i64::try_from(it.as_millis()).expect("not that late");
    millis(at) - millis(start)
}

/// An event as an effect, if it is one.
pub(crate) trait Told {
    fn effect(&self, start: Timestamp, now: Timestamp) -> Option<Effect>;
}

impl Told for Progress<Placed> {
    fn effect(&self, start: Timestamp, now: Timestamp) -> Option<Effect> {
        let at = since(start, now);
        Some(match self {
            Self::Retrying(retrying) => Effect::retry(at, retrying),
            Self::Done(Ok(done)) => Effect::triggered(at, done),
            Self::Done(Err(error)) => Effect::failed(at, error),
        })
    }
}

impl Told for Progress<Reading> {
    fn effect(&self, start: Timestamp, now: Timestamp) -> Option<Effect> {
        let at = since(start, now);
        Some(match self {
            Self::Retrying(retrying) => Effect::retry(at, retrying),
            Self::Done(Ok(done)) => Effect::read(at, done),
            Self::Done(Err(error)) => Effect::failed(at, error),
        })
    }
}

impl Effect {
    pub(crate) fn triggered(at: i64, done: &Completed<Placed>) -> Self {
        Self::Triggered {
            at,
            call_sid: done.value.call_sid.to_string(),
            http_status: done.http_status,
            correlation_id: done.correlation_id.clone(),
            attempts: done.attempts,
        }
    }

    pub(crate) fn read(at: i64, done: &Completed<Reading>) -> Self {
        Self::Read {
            at,
            status: done.value.status.to_string(),
            reason: done.value.reason.clone(),
            http_status: done.http_status,
            correlation_id: done.correlation_id.clone(),
            attempts: done.attempts,
        }
    }
}

impl Told for CallEvent {
    fn effect(&self, start: Timestamp, now: Timestamp) -> Option<Effect> {
        let at = since(start, now);
        Some(match self {
            Self::Retrying(retrying) => Effect::retry(at, retrying),
            Self::Placed(done) => Effect::Placed {
                at,
                call_sid: done.value.call_sid.to_string(),
                attempts: done.attempts,
                correlation_id: done.correlation_id.clone(),
            },
            Self::Status(change) => Effect::Status {
                at: since(start, change.at),
                status: change.status.to_string(),
                reason: change.reason.clone(),
            },
            Self::Regression(_) => return None,
            Self::Ended(Ok(end)) => Effect::Ended {
                at,
                call_sid: end.call_sid.to_string(),
                status: end.status.to_string(),
                reason: end.reason.clone(),
                ended_at: since(start, end.at),
            },
            Self::Ended(Err(error)) => Effect::failed(at, error),
        })
    }
}
