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
    /// The same with 503, and with a time to wait: a cache whose backend broke off having taken the request.
    PageClosed,
    PageUntilAfter,
    /// A proxy answers in JSON that looks like the service's, but for the correlation header: none, or another's.
    ProxyAfter,
    AnotherIdAfter,
    /// The service's header with a body that says nothing.
    HeaderAfter,
    /// The service gave up waiting for what it had begun.
    TimedOutAfter,
    /// The agents API does, for what stands behind it.
    BehindAfter,
    /// A failure of its own of which the dialect says nothing.
    OddFailureAfter,
    /// The service answers 429, with or without saying how long to wait, or for how many years.
    TooMany,
    TooManyUntil,
    TooManyForEver,
    /// It answers that it failed to place the call.
    Failing,
    /// It is closed for a while.
    Unavailable,
    /// Its answer arrives in part, or says nothing.
    Torn,
    Empty,
    /// It answers that it failed, and names the call that it placed; or it names two.
    NamesCall,
    NamesTwo,
    NamesTwice,
    /// It does not know the credential.
    Unauthorized,
    /// It does not like the request.
    BadRequest,
    /// Something between refuses the request, sends it elsewhere, or wants somebody to log in.
    Gateway400,
    Gateway403,
    Gateway404,
    Gateway405,
    Redirect,
    LoginPage,
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

impl Told {
    /// As it is shown to people.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Answer(response) => {
                format!("{} {}", response.status, String::from_utf8_lossy(&response.body))
            }
            other => format!("{other:?}"),
        }
    }
}

/// Which requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    All,
    Triggers,
    Readings,
}

impl Whom {
    /// Whether it is about that request.
    #[must_use]
    pub fn includes(self, request: &Request) -> bool {
        self == Self::All || (self == Self::Triggers) == (request.method == Method::Post)
    }
}

/// What is seen of it.
#[derive(Clone, Copy)]
enum Shows {
    NeverSent,
    Lost,
    Nothing,
    /// What the service answered, or half of it, or with something about its SID that cannot be believed.
    Truth,
    Half,
    Named(Named),
    /// An answer: HTTP status (in the agents dialect), body, whose correlation header, `Retry-After`.
    Answer(u16, u16, Body, Header, Option<&'static str>),
}

#[derive(Clone, Copy)]
enum Named {
    ByFailure,
    Two,
    Twice,
}

#[derive(Clone, Copy)]
enum Body {
    Page,
    Nothing,
    Object,
    /// An error in one of the service's envelopes, with that code.
    Error(&'static str),
    Queued,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Header {
    None,
    Own,
    Another,
}

/// How an answer is put, as far as that varies.
#[derive(Clone, Copy, Debug)]
pub struct Speaks {
    /// The agents dialect.
    pub agents: bool,
    /// Its 502 is taken for not placed, which is so in that world.
    pub opted: bool,
    /// Anything: chooses among the envelopes, and the id of the answer.
    pub luck: u64,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 36] = [
        Self::Refused,
        Self::CutBefore,
        Self::CutAfter,
        Self::HangBefore,
        Self::HangAfter,
        Self::PageBefore,
        Self::PageAfter,
        Self::PageClosed,
        Self::PageUntilAfter,
        Self::ProxyAfter,
        Self::AnotherIdAfter,
        Self::HeaderAfter,
        Self::TimedOutAfter,
        Self::BehindAfter,
        Self::OddFailureAfter,
        Self::TooMany,
        Self::TooManyUntil,
        Self::TooManyForEver,
        Self::Failing,
        Self::Unavailable,
        Self::Torn,
        Self::Empty,
        Self::NamesCall,
        Self::NamesTwo,
        Self::NamesTwice,
        Self::Unauthorized,
        Self::BadRequest,
        Self::Gateway400,
        Self::Gateway403,
        Self::Gateway404,
        Self::Gateway405,
        Self::Redirect,
        Self::LoginPage,
        Self::Slow,
        Self::Missing,
        Self::Backwards,
    ];

    /// Those of which a whole outage can be: everything fares so until it is over.
    pub const OUTAGES: [Self; 14] = [
        Self::Refused,
        Self::CutBefore,
        Self::HangBefore,
        Self::PageBefore,
        Self::PageAfter,
        Self::PageClosed,
        Self::PageUntilAfter,
        Self::Failing,
        Self::Unavailable,
        Self::Gateway400,
        Self::Gateway404,
        Self::Gateway405,
        Self::Redirect,
        Self::LoginPage,
    ];

    /// Whom it befalls, whether the service gets the request, and what its sender sees.
    const fn row(self) -> (Whom, bool, Shows) {
        use Body::{Error, Nothing, Object, Page, Queued};
        use Header::{Another, None as Without, Own};
        use Whom::{All, Readings, Triggers};
        const fn answer(status: u16, body: Body, header: Header) -> Shows {
            Shows::Answer(status, status, body, header, None)
        }
        const fn until(status: u16, body: Body, header: Header, seconds: &'static str) -> Shows {
            Shows::Answer(status, status, body, header, Some(seconds))
        }
        match self {
            Self::Refused => (All, false, Shows::NeverSent),
            Self::CutBefore => (All, false, Shows::Lost),
            Self::CutAfter => (All, true, Shows::Lost),
            Self::HangBefore => (All, false, Shows::Nothing),
            Self::HangAfter => (All, true, Shows::Nothing),
            Self::PageBefore => (All, false, answer(502, Page, Without)),
            Self::PageAfter => (All, true, answer(504, Page, Without)),
            Self::PageClosed => (All, false, answer(503, Page, Without)),
            Self::PageUntilAfter => (All, true, until(503, Page, Without, "30")),
            Self::ProxyAfter => (All, true, answer(500, Error("FST_REPLY_FROM"), Without)),
            Self::AnotherIdAfter => (All, true, answer(503, Error("UNAVAILABLE"), Another)),
            Self::HeaderAfter => (All, true, until(503, Object, Own, "20")),
            Self::TimedOutAfter => (All, true, answer(408, Error("REQUEST_TIMEOUT"), Own)),
            Self::BehindAfter => (Triggers, true, Shows::Answer(504, 502, Error("BAD_GATEWAY"), Own, None)),
            Self::OddFailureAfter => (All, true, Shows::Answer(502, 500, Error("INTERNAL"), Own, None)),
            Self::TooMany => (All, false, answer(429, Error("RATE_LIMITED"), Own)),
            Self::TooManyUntil => (All, false, until(429, Page, Without, "40")),
            Self::TooManyForEver => (All, false, until(429, Error("RATE_LIMITED"), Own, "99999999999")),
            Self::Failing => (All, false, Shows::Answer(500, 502, Error("FAILED"), Own, None)),
            Self::Unavailable => (All, false, until(503, Error("UNAVAILABLE"), Own, "7")),
            Self::Torn => (All, true, Shows::Half),
            Self::Empty => (All, true, answer(200, Object, Own)),
            Self::NamesCall => (Triggers, true, Shows::Named(Named::ByFailure)),
            Self::NamesTwo => (Triggers, true, Shows::Named(Named::Two)),
            Self::NamesTwice => (Triggers, true, Shows::Named(Named::Twice)),
            Self::Unauthorized => (All, false, answer(401, Error("UNAUTHORIZED"), Own)),
            Self::BadRequest => (All, false, answer(400, Error("BAD_REQUEST"), Own)),
            Self::Gateway400 => (All, false, answer(400, Error("BAD_REQUEST"), Without)),
            Self::Gateway403 => (All, false, answer(403, Page, Without)),
            Self::Gateway404 => (All, false, answer(404, Error("ROUTE_NOT_FOUND"), Another)),
            Self::Gateway405 => (All, false, answer(405, Nothing, Without)),
            Self::Redirect => (All, false, answer(302, Nothing, Without)),
            Self::LoginPage => (All, false, answer(200, Page, Without)),
            Self::Slow => (All, true, Shows::Truth),
            Self::Missing => (Readings, false, answer(404, Error("CALL_NOT_FOUND"), Own)),
            Self::Backwards => (Readings, false, answer(200, Queued, Own)),
        }
    }

    /// Whether the service gets the request.
    #[must_use]
    pub const fn delivers(self, speaks: Speaks) -> bool {
        let (_, delivers, _) = self.row();
        // Whoever opts in relies on that.
        delivers && !(speaks.opted && matches!(self, Self::BehindAfter))
    }

    /// Whether it can befall that request.
    #[must_use]
    pub fn befalls(self, request: &Request) -> bool {
        let (whom, ..) = self.row();
        whom.includes(request)
    }

    /// What the sender sees, who would have seen that without it.
    #[must_use]
    pub fn told(self, speaks: Speaks, truth: Told) -> Told {
        let (_, _, shows) = self.row();
        match (shows, truth) {
            (Shows::NeverSent, _) => Told::NeverSent,
            (Shows::Lost, _) => Told::Lost,
            (Shows::Nothing, _) => Told::Nothing,
            (Shows::Truth, truth) => truth,
            (Shows::Half, Told::Answer(Response { status, headers, mut body })) => {
                body.truncate(body.len() / 2);
                Told::Answer(Response { status, headers, body })
            }
            (Shows::Named(named), Told::Answer(response)) if response.status == 200 => {
                Told::Answer(naming(named, speaks, &response))
            }
            (Shows::Half | Shows::Named(_), truth) => truth,
            (Shows::Answer(outbound, agents, body, header, wait), _) => {
                let status = if speaks.agents { agents } else { outbound };
                Told::Answer(response(speaks, status, body, header, wait))
            }
        }
    }
}

/// The id of the answer; in the form of one that the service gives.
fn id(luck: u64) -> String {
    format!("{:08x}-0000-4000-8000-{:012x}", luck >> 32, luck & 0xffff_ffff)
}

/// An error as the service may put it: in the envelope of either dialect, with as little as makes one, and, where it is the
/// request that is wrong, in the forms of its validation.
fn envelope(speaks: Speaks, status: u16, code: &str) -> Value {
    let id = id(speaks.luck);
    let platform = json!({
        "success": false, "error": "no", "error_id": id, "error_code": code, "error_message": "no", "data": null,
    });
    match speaks.luck % if status == 400 { 7 } else { 4 } {
        0 if speaks.agents => platform,
        0 => json!({"error": "no", "code": code}),
        1 if speaks.agents => json!({"error": "no", "code": code}),
        1 => platform,
        2 => json!({"error": "no"}),
        3 => json!({"code": code, "error_id": id}),
        4 => json!({"detail": "no"}),
        5 => json!({"detail": [{"loc": ["body", "to_number"], "msg": "no"}]}),
        _ => json!({"message": "Validation failed", "errors": [{"field": "toNumber", "message": "no"}]}),
    }
}

fn response(speaks: Speaks, status: u16, body: Body, header: Header, wait: Option<&'static str>) -> Response {
    let mut headers = Headers::default();
    let json = !matches!(body, Body::Page | Body::Nothing);
    headers.push("Content-Type", if json { "application/json" } else { "text/html" });
    let error = |code| {
        let mut error = envelope(speaks, status, code);
        if header == Header::Another {
            error["error_id"] = Value::String(id(speaks.luck));
        }
        error.to_string().into_bytes()
    };
    let body = match body {
        Body::Page => b"<html><h1>Bad Gateway</h1></html>".to_vec(),
        Body::Nothing => Vec::new(),
        Body::Object => b"{}".to_vec(),
        Body::Queued => {
            let word = if speaks.agents { "QUEUED" } else { "queued" };
            json!({"status": word, "reason": ""}).to_string().into_bytes()
        }
        Body::Error(code) => error(code),
    };
    match header {
        Header::None => {}
        Header::Own => headers.push(CORRELATION_ID, id(speaks.luck)),
        Header::Another => headers.push(CORRELATION_ID, id(!speaks.luck)),
    }
    if status == 302 {
        headers.push("Location", "/login");
    }
    if let Some(wait) = wait {
        headers.push("Retry-After", wait);
    }
    Response { status, headers, body }
}

/// The header that every answer of the service carries.
pub const CORRELATION_ID: &str = "X-PolyAI-Correlation-Id";

/// The answer to a trigger that placed a call, spoilt.
fn naming(named: Named, speaks: Speaks, truth: &Response) -> Response {
    let said: Value = serde_json::from_slice(&truth.body).unwrap_or(Value::Null);
    let name = if speaks.agents { "callSid" } else { "call_sid" };
    let sid = said[name].as_str().unwrap_or_default();
    let other = format!("OUT-{}", id(speaks.luck));
    let (status, body) = match named {
        Named::ByFailure => {
            let status = if speaks.agents { 502 } else { 500 };
            let mut body = envelope(speaks, status, "FAILED");
            body[name] = Value::from(sid);
            (status, body.to_string())
        }
        Named::Two => (200, json!({"call_sid": sid, "callSid": other, "status": "QUEUED"}).to_string()),
        // Which of them comes first is one's luck.
        Named::Twice if speaks.luck.is_multiple_of(2) => {
            (200, format!(r#"{{"{name}":"{sid}","{name}":"{other}"}}"#))
        }
        Named::Twice => (200, format!(r#"{{"{name}":"{other}","{name}":"{sid}"}}"#)),
    };
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/json");
    headers.push(CORRELATION_ID, id(speaks.luck));
    Response { status, headers, body: body.into_bytes() }
}
