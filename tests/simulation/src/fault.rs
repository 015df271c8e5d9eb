//! What can befall a request: whether the service gets it, and what its sender sees, as a table.

use polyai_outbound_core::{Headers, Method, Request, Response};
use serde_json::{Value, json};

/// What can befall a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Nobody listens.
    Refused,
    /// The connection is cut before the service has the request, or after.
    CutBefore,
    CutAfter,
    /// Nothing ever comes, without the service having the request, or with.
    HangBefore,
    HangAfter,
    /// Something between answers with a page of its own, the same.
    PageBefore,
    PageAfter,
    /// The service answers 429, with or without saying how long to wait.
    TooMany,
    TooManyUntil,
    /// It answers that it failed to place the call.
    Failing,
    /// It is closed for a while.
    Unavailable,
    /// Its answer arrives in part, or says nothing.
    Torn,
    Empty,
    /// It answers that it failed, and names the call that it placed.
    NamesCall,
    /// It does not know the credential.
    Unauthorized,
    /// It does not like the request.
    BadRequest,
    /// Request and answer take their time.
    Slow,
    /// A reading finds nothing, or what was before.
    Missing,
    Backwards,
}

/// What the sender of a request sees.
#[derive(Clone, Debug)]
pub enum Told {
    /// An answer.
    Answer(Response),
    /// It never left.
    NeverSent,
    /// The connection was cut.
    Lost,
    /// Nothing.
    Nothing,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Refused,
        Self::CutBefore,
        Self::CutAfter,
        Self::HangBefore,
        Self::HangAfter,
        Self::PageBefore,
        Self::PageAfter,
        Self::TooMany,
        Self::TooManyUntil,
        Self::Failing,
        Self::Unavailable,
        Self::Torn,
        Self::Empty,
        Self::NamesCall,
        Self::Unauthorized,
        Self::BadRequest,
        Self::Slow,
        Self::Missing,
        Self::Backwards,
    ];

    /// Whether the service gets the request.
    #[must_use]
    pub const fn delivers(self) -> bool {
        match self {
            Self::Refused
            | Self::CutBefore
            | Self::HangBefore
            | Self::PageBefore
            | Self::TooMany
            | Self::TooManyUntil
            | Self::Failing
            | Self::Unavailable
            | Self::Unauthorized
            | Self::BadRequest
            | Self::Missing
            | Self::Backwards => false,
            Self::CutAfter
            | Self::HangAfter
            | Self::PageAfter
            | Self::Torn
            | Self::Empty
            | Self::NamesCall
            | Self::Slow => true,
        }
    }

    /// Whether it can befall that request.
    #[must_use]
    pub fn befalls(self, request: &Request) -> bool {
        let trigger = request.method == Method::Post;
        match self {
            Self::NamesCall => trigger,
            Self::Missing | Self::Backwards => !trigger,
            _ => true,
        }
    }

    /// What the sender sees, who would have seen that without it.
    #[must_use]
    pub fn told(self, agents: bool, truth: Told) -> Told {
        let answer =
            |status, body: Value| Told::Answer(response(status, None, body.to_string().into_bytes()));
        let wait = |status, body: Value, seconds| {
            Told::Answer(response(status, Some(seconds), body.to_string().into_bytes()))
        };
        let page =
            |status| Told::Answer(response(status, None, b"<html><h1>Bad Gateway</h1></html>".to_vec()));
        match self {
            Self::Refused => Told::NeverSent,
            Self::CutBefore | Self::CutAfter => Told::Lost,
            Self::HangBefore | Self::HangAfter => Told::Nothing,
            Self::PageBefore => page(502),
            Self::PageAfter => page(504),
            Self::TooMany => answer(429, envelope(agents, "RATE_LIMITED")),
            Self::TooManyUntil => wait(429, envelope(agents, "RATE_LIMITED"), "40"),
            Self::Failing => answer(if agents { 502 } else { 500 }, envelope(agents, "FAILED")),
            Self::Unavailable => wait(503, json!({}), "7"),
            Self::Unauthorized => answer(401, envelope(agents, "UNAUTHORIZED")),
            Self::BadRequest => answer(400, envelope(agents, "BAD_REQUEST")),
            Self::Missing => answer(404, envelope(agents, "CALL_NOT_FOUND")),
            Self::Backwards => {
                answer(200, json!({"status": if agents { "QUEUED" } else { "queued" }, "reason": ""}))
            }
            Self::Empty => answer(200, json!({})),
            Self::Slow => truth,
            Self::Torn => match truth {
                Told::Answer(Response { status, headers, mut body }) => {
                    body.truncate(body.len() / 2);
                    Told::Answer(Response { status, headers, body })
                }
                other => other,
            },
            Self::NamesCall => match &truth {
                Told::Answer(response) if response.status == 200 => {
                    let mut body = envelope(agents, "FAILED");
                    let named = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
                    for name in ["call_sid", "callSid"] {
                        if let Some(sid) = named.get(name) {
                            body[name] = sid.clone();
                        }
                    }
                    answer(if agents { 502 } else { 500 }, body)
                }
                _ => truth,
            },
        }
    }
}

fn envelope(agents: bool, code: &str) -> Value {
    if agents {
        json!({"success": false, "error": "no", "error_id": "c0ffee", "error_code": code, "error_message": "no", "data": null})
    } else {
        json!({"error": "no", "code": code})
    }
}

fn response(status: u16, retry_after: Option<&'static str>, body: Vec<u8>) -> Response {
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/json");
    if let Some(retry_after) = retry_after {
        headers.push("Retry-After", retry_after);
    }
    Response { status, headers, body }
}
