//! What is answered: the contract's bodies in the words of a dialect, and the headers that every response carries.

use std::borrow::Cow;
use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::json;
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
    /// The connector behind the credential is not configured for outbound calling.
    NotConfigured,
    Forbidden,
    NotFound,
    /// The agent has no connector for that environment.
    NoConnector,
    NoRoute,
    WrongMethod,
    /// The service was at work on the request when its time was over.
    TimedOut,
    TooMany,
    /// Triggering a call failed, or reading one; nothing was placed.
    Failed,
    Unavailable,
}

impl Kind {
    /// HTTP status, code, and the name of the status.
    const fn row(self, dialect: &Dialect) -> (u16, &'static str, &'static str) {
        match self {
            Self::Invalid => (400, "BAD_REQUEST", "Bad Request"),
            Self::Unauthorized => (401, "UNAUTHORIZED", "Unauthorized"),
            Self::NotConfigured if has_environments(dialect) => (400, "NOT_CONFIGURED", "Bad Request"),
            Self::NotConfigured => (401, "NOT_CONFIGURED", "Unauthorized"),
            Self::Forbidden => (403, "FORBIDDEN", "Forbidden"),
            Self::NotFound => (404, "CALL_NOT_FOUND", "Not Found"),
            Self::NoConnector => (404, "CONNECTOR_NOT_FOUND", "Not Found"),
            Self::NoRoute => (404, "ROUTE_NOT_FOUND", "Not Found"),
            Self::WrongMethod => (405, "METHOD_NOT_ALLOWED", "Method Not Allowed"),
            Self::TimedOut => (408, "REQUEST_TIMEOUT", "Request Timeout"),
            Self::TooMany => (429, "RATE_LIMITED", "Too Many Requests"),
            Self::Failed if dialect.placing_failed == 502 => (502, "UPSTREAM_FAILED", "Bad Gateway"),
            Self::Failed => (dialect.placing_failed, "INTERNAL_ERROR", "Internal Server Error"),
            Self::Unavailable => (503, "SERVICE_UNAVAILABLE", "Service Unavailable"),
        }
    }
}

/// The form of a refusal's body.
#[derive(Clone, Copy)]
enum Form {
    /// The dialect's envelope.
    Envelope,
    /// What a validator in front of the endpoint writes about the number: `{"detail":"…"}`, or `{"message":…,"errors":[…]}`
    /// in the dialect that has environments.
    Detail,
    /// The same, as a list: `{"detail":[{"loc":[…],"msg":"…"}]}`.
    Details,
}

/// A refusal, with what its reader should mend.
#[derive(Clone)]
pub(super) struct Refusal {
    kind: Kind,
    message: Cow<'static, str>,
    header: Option<(&'static str, Cow<'static, str>)>,
    form: Form,
}

impl Refusal {
    pub(super) const FAILED: Self = Self::fixed(Kind::Failed, "the request failed, and no call was placed");

    /// 429 that asks to wait for two seconds.
    pub(super) const TURNED_AWAY: Self = Self {
        kind: Kind::TooMany,
        message: Cow::Borrowed(Self::TOO_MANY),
        header: Some(("Retry-After", Cow::Borrowed("2"))),
        form: Form::Envelope,
    };

    pub(super) const fn fixed(kind: Kind, message: &'static str) -> Self {
        Self { kind, message: Cow::Borrowed(message), header: None, form: Form::Envelope }
    }

    /// One in the form of a validator, which names the number.
    pub(super) const fn invalid(message: &'static str, as_list: bool) -> Self {
        let form = if as_list { Form::Details } else { Form::Detail };
        Self { kind: Kind::Invalid, message: Cow::Borrowed(message), header: None, form }
    }

    pub(super) fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), header: None, form: Form::Envelope }
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
        Self { header: Some(("Allow", allowed.into())), ..Self::new(Kind::WrongMethod, message) }
    }

    pub(super) fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let header = Some(("Retry-After", seconds.to_string().into()));
        Self { header, ..Self::new(Kind::TooMany, Self::TOO_MANY) }
    }

    pub(super) const TOO_MANY: &str = "too many triggers: wait as long as Retry-After says";
}

/// The answer of something between the caller and the service: no envelope that counts, and no correlation id.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) retry_after: Option<&'static str>,
    pub(super) body: &'static str,
}

/// A failure that a script has.
#[derive(Clone, Copy)]
pub(super) enum Failure {
    /// The service's own.
    Own(&'static Refusal),
    /// That of something before the service.
    Foreign(&'static Page),
}

/// The answer to what fails by its script.
pub(super) fn failure(id: Uuid, dialect: &Dialect, failure: Failure) -> Reaction {
    match failure {
        Failure::Own(refusal) => refused(id, dialect, refusal),
        Failure::Foreign(page) => {
            let mut response = respond(page.status, Some(page.content_type), page.body.into());
            if let Some(seconds) = page.retry_after {
                response.headers.push("Retry-After", seconds);
            }
            Reaction::answer(response)
        }
    }
}

/// The dialect that asks for an environment has an envelope of its own.
const fn has_environments(dialect: &Dialect) -> bool {
    dialect.fields.environment.is_some()
}

/// A response with the headers that every one carries, a gateway's too: it is open to every page.
fn respond(status: u16, content_type: Option<&'static str>, body: Vec<u8>) -> Response {
    let mut headers = Headers::with_capacity(6);
    if let Some(content_type) = content_type {
        headers.push("Content-Type", content_type);
    }
    headers.push("Access-Control-Allow-Origin", "*");
    headers.push("Access-Control-Expose-Headers", "X-PolyAI-Correlation-Id, Retry-After");
    Response { status, headers, body }
}

/// The same with the header that marks it as the service's own.
fn respond_own(id: Uuid, status: u16, content_type: Option<&'static str>, body: Vec<u8>) -> Response {
    let mut response = respond(status, content_type, body);
    response.headers.push(CORRELATION_ID, text(id));
    response
}

/// A JSON body; text and numbers always make one.
fn to_json(id: Uuid, status: u16, body: &impl Serialize) -> Response {
    respond_own(id, status, Some(JSON), serde_json::to_vec(body).unwrap_or_default())
}

pub(super) fn text(id: Uuid) -> String {
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
        let tells_all = has_environments(dialect);
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

/// A refusal in its form.
pub(super) fn refused(id: Uuid, dialect: &Dialect, refusal: &Refusal) -> Reaction {
    let (status, code, name) = refusal.kind.row(dialect);
    let message = &*refusal.message;
    let field = dialect.fields.to_number;
    let body = match (refusal.form, has_environments(dialect)) {
        (Form::Envelope, false) => json!({ "error": message, "code": code }),
        (Form::Envelope, true) => json!({
            "success": false,
            "error": name,
            "error_id": text(id),
            "error_code": code,
            "error_message": message,
            "data": null,
        }),
        (Form::Detail, false) => json!({ "detail": format!("{field}: {message}") }),
        (Form::Details, false) => json!({ "detail": [{ "loc": ["body", field], "msg": message }] }),
        (Form::Detail | Form::Details, true) => {
            json!({ "message": "Validation failed", "errors": [{ "field": field, "message": message }] })
        }
    };
    let mut response = to_json(id, status, &body);
    if let Some((name, value)) = &refusal.header {
        response.headers.push(*name, value.clone());
    }
    Reaction::answer(response)
}

/// What a browser asks before the real request: everything is allowed to every page.
pub(super) fn preflight(id: Uuid, found: &Found<'_>) -> Reaction {
    let mut response = respond_own(id, 204, None, Vec::new());
    let headers = format!("*, Content-Type, {CORRELATION_ID}, {}", found.dialect.credential_header);
    response.headers.push("Access-Control-Allow-Methods", found.allowed());
    response.headers.push("Access-Control-Allow-Headers", headers);
    Reaction::answer(response)
}
