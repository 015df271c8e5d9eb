//! What is answered: the contract's bodies in the words of a dialect, and the headers that every response carries.

use std::borrow::Cow;
use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::Reaction;
use super::placed::Change;
use super::route::Found;
use super::script::Phase;
use crate::InvalidInput;
use crate::dialect::{CORRELATION_ID, Dialect};
use crate::message::{Headers, Response};

const JSON: &str = "application/json";

/// Why a request is refused.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Invalid,
    Unauthorized,
    NotFound,
    NoRoute,
    WrongMethod,
    TooMany,
    /// Triggering a call failed, or reading one; nothing was placed.
    Failed,
}

impl Kind {
    /// HTTP status, code, and the name of the status.
    const fn row(self, dialect: &Dialect) -> (u16, &'static str, &'static str) {
        match self {
            Self::Invalid => (400, "BAD_REQUEST", "Bad Request"),
            Self::Unauthorized => (401, "UNAUTHORIZED", "Unauthorized"),
            Self::NotFound => (404, "CALL_NOT_FOUND", "Not Found"),
            Self::NoRoute => (404, "ROUTE_NOT_FOUND", "Not Found"),
            Self::WrongMethod => (405, "METHOD_NOT_ALLOWED", "Method Not Allowed"),
            Self::TooMany => (429, "RATE_LIMITED", "Too Many Requests"),
            Self::Failed if dialect.placing_failed == 502 => (502, "UPSTREAM_FAILED", "Bad Gateway"),
            Self::Failed => (dialect.placing_failed, "INTERNAL_ERROR", "Internal Server Error"),
        }
    }
}

/// A refusal, with what its reader should mend.
pub(super) struct Refusal {
    kind: Kind,
    message: Cow<'static, str>,
    header: Option<(&'static str, String)>,
}

impl Refusal {
    pub(super) const FAILED: Self = Self {
        kind: Kind::Failed,
        message: Cow::Borrowed("the request failed, and no call was placed"),
        header: None,
    };

    pub(super) fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), header: None }
    }

    /// What is wrong with a field, by the name that its sender knows.
    pub(super) fn field(name: &str, problem: &str, expected: &str) -> Self {
        Self::new(Kind::Invalid, format!("{name}: {problem}; expected {expected}"))
    }

    pub(super) fn input(name: &str, invalid: &InvalidInput) -> Self {
        Self::field(name, invalid.problem(), invalid.expected())
    }

    pub(super) fn method(found: &Found<'_>) -> Self {
        let allowed = found.allowed();
        let message = format!("this route answers to {allowed}");
        Self { header: Some(("Allow", allowed)), ..Self::new(Kind::WrongMethod, message) }
    }

    pub(super) fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let header = Some(("Retry-After", seconds.to_string()));
        Self { header, ..Self::new(Kind::TooMany, "too many triggers: wait as long as Retry-After says") }
    }
}

/// A response with the headers that every one carries.
fn respond(id: Uuid, status: u16, content_type: Option<&'static str>, body: Vec<u8>) -> Response {
    let mut headers = Headers::with_capacity(6);
    if let Some(content_type) = content_type {
        headers.push("Content-Type", content_type);
    }
    headers.push(CORRELATION_ID, text(id));
    headers.push("Access-Control-Allow-Origin", "*");
    headers.push("Access-Control-Expose-Headers", "X-PolyAI-Correlation-Id, Retry-After");
    Response { status, headers, body }
}

/// A JSON body; text and numbers always make one.
fn to_json(id: Uuid, status: u16, body: &impl Serialize) -> Response {
    respond(id, status, Some(JSON), serde_json::to_vec(body).unwrap_or_default())
}

fn text(id: Uuid) -> String {
    id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// A JSON body of the sandbox's own.
pub(super) fn json(id: Uuid, body: &impl Serialize) -> Reaction {
    Reaction::answer(to_json(id, 200, body))
}

/// The answer to a trigger that was accepted.
pub(super) fn accepted(id: Uuid, dialect: &'static Dialect, call: Uuid) -> Reaction {
    json(id, &Call { dialect, call, now: None })
}

/// The answer to a status read.
pub(super) fn status(id: Uuid, dialect: &'static Dialect, call: Uuid, now: Change) -> Reaction {
    json(id, &Call { dialect, call, now: Some(now) })
}

struct Call {
    dialect: &'static Dialect,
    call: Uuid,
    /// Nothing for a trigger.
    now: Option<Change>,
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { dialect, call, now } = self;
        let mut map = serializer.serialize_map(None)?;
        // The outbound dialect tells the SID where the call is triggered, and the status where it is read.
        let tells_all = dialect.fields.environment.is_some();
        if tells_all || now.is_none() {
            map.serialize_entry(dialect.call_sid, &Sid(*call))?;
        }
        if tells_all || now.is_some() {
            map.serialize_entry("status", &*now.map_or(Phase::Queued, |now| now.phase).word(dialect))?;
        }
        if let Some(now) = now {
            map.serialize_entry("reason", now.reason)?;
        }
        map.end()
    }
}

/// `OUT-` and an identifier.
struct Sid(Uuid);

impl Serialize for Sid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("OUT-{}", self.0))
    }
}

/// A refusal in the dialect's envelope.
pub(super) fn refused(id: Uuid, dialect: &Dialect, refusal: &Refusal) -> Reaction {
    #[derive(Serialize)]
    struct Outbound<'a> {
        error: &'a str,
        code: &'a str,
    }
    #[derive(Serialize)]
    struct Agents<'a> {
        success: bool,
        error: &'a str,
        error_id: &'a str,
        error_code: &'a str,
        error_message: &'a str,
        data: (),
    }
    let (status, code, name) = refusal.kind.row(dialect);
    let message = &*refusal.message;
    let mut response = if dialect.fields.environment.is_none() {
        to_json(id, status, &Outbound { error: message, code })
    } else {
        let body = Agents {
            success: false,
            error: name,
            error_id: &text(id),
            error_code: code,
            error_message: message,
            data: (),
        };
        to_json(id, status, &body)
    };
    if let Some((name, value)) = &refusal.header {
        response.headers.push(*name, value.clone());
    }
    Reaction::answer(response)
}

/// What something before the service says when it gives up on it.
pub(super) fn gateway_page(id: Uuid) -> Reaction {
    const PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                        <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    Reaction::answer(respond(id, 502, Some("text/html"), PAGE.into()))
}

/// What a browser asks before the real request: everything is allowed to every page.
pub(super) fn preflight(id: Uuid, found: &Found<'_>) -> Reaction {
    let mut response = respond(id, 204, None, Vec::new());
    let headers = format!("*, Content-Type, {}", found.dialect.credential_header);
    response.headers.push("Access-Control-Allow-Methods", found.allowed());
    response.headers.push("Access-Control-Allow-Headers", headers);
    Reaction::answer(response)
}
