//! What calls do, as tables: the scripts of the fictional numbers, and what any other number draws.

use std::borrow::Cow;
use std::time::Duration;

use super::answer::{Failure, Kind, Page, Refusal};
use crate::Destination;
use crate::dialect::Dialect;

/// How long status data is kept after a call's end, on the sandbox's clock.
pub(super) const RETENTION: Duration = Duration::from_secs(2 * 3600);

/// From so many seconds to so many.
pub(super) type Seconds = (u16, u16);

/// What happens to a trigger, and to the call that it places.
pub(super) struct Script {
    /// Triggers that are refused before one is accepted.
    pub(super) refused: Option<Repeated>,
    /// Whether an accepted trigger places a call.
    pub(super) placed: bool,
    /// What the caller sees of an accepted trigger.
    pub(super) fate: Fate,
    pub(super) queued: Seconds,
    /// How long the call shows a word that no reference has.
    pub(super) odd: Option<Seconds>,
    /// Nothing for a call that never leaves the queue.
    pub(super) calling: Option<Seconds>,
    pub(super) end: End,
    /// Status reads that fail before one is answered.
    pub(super) failing_reads: Option<Repeated>,
    /// How long status data is kept after the end.
    pub(super) kept: Duration,
}

/// The same answer, so many times in a row.
#[derive(Clone, Copy)]
pub(super) struct Repeated {
    pub(super) times: u8,
    pub(super) with: Failure,
}

/// What the caller sees of an accepted trigger.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    Answered,
    Cut,
    Hangs,
    /// Is told that it failed; its number's script says whether a call was placed.
    Fails(Failure),
}

/// How a call ends.
#[derive(Clone, Copy)]
pub(super) enum End {
    Success,
    Failure(&'static str),
}

const NO_ANSWER: End = End::Failure("call setup: no answer from the called party");
const BUSY: End = End::Failure("call setup: the called party is busy");
const DECLINED: End = End::Failure("call setup: declined by the called party");
/// The platform's own sentence, as its reference quotes it.
const QUEUE_TIMEOUT: End = End::Failure("call queueing: max timeout limit exceeded");

static FAILED: Refusal = Refusal::FAILED;
static TURNED_AWAY: Refusal = Refusal::TURNED_AWAY;
static NOT_CONFIGURED: Refusal =
    Refusal::fixed(Kind::NotConfigured, "the connector is not configured for outbound calling");
static FORBIDDEN: Refusal = Refusal::fixed(Kind::Forbidden, "the credential may not do this");
static NO_CONNECTOR: Refusal = Refusal::fixed(Kind::NoConnector, "no connector for that environment");
static TIMED_OUT: Refusal = Refusal::fixed(Kind::TimedOut, "the request exceeded the server timeout");
static UNAVAILABLE: Refusal = Refusal::fixed(Kind::Unavailable, "the service is temporarily unavailable");
static INVALID: Refusal = Refusal::invalid("is not a number that can be called", false);
static INVALID_LIST: Refusal = Refusal::invalid("is not a number that can be called", true);
static BAD_REQUEST: Refusal = Refusal::fixed(Kind::Invalid, "the call SID is not valid");

const HTML: &str = "text/html";
static BAD_GATEWAY: Page = Page {
    status: 502,
    content_type: HTML,
    retry_after: None,
    body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
           <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
};
static NO_SUCH_PAGE: Page = Page {
    status: 404,
    content_type: HTML,
    retry_after: None,
    body: "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n\
           <center><h1>404 Not Found</h1></center>\r\n</body>\r\n</html>\r\n",
};
/// Varnish's own, when a backend that had taken the request breaks off.
static FETCH_FAILED: Page = Page {
    status: 503,
    content_type: "text/html; charset=utf-8",
    retry_after: Some("5"),
    body: "<!DOCTYPE html>\n<html>\n  <head>\n    <title>503 Backend fetch failed</title>\n  </head>\n  <body>\n    \
           <h1>Error 503 Backend fetch failed</h1>\n    <p>Backend fetch failed</p>\n    <h3>Guru Meditation:</h3>\n    \
           <p>XID: 3</p>\n    <hr>\n    <p>Varnish cache server</p>\n  </body>\n</html>\n",
};
/// That of Fastify's proxy, when its upstream breaks off: much like the service's envelope, and none.
static PROXY_ERROR: Page = Page {
    status: 500,
    content_type: "application/json; charset=utf-8",
    retry_after: None,
    body: r#"{"statusCode":500,"code":"ECONNRESET","error":"Internal Server Error","message":"socket hang up"}"#,
};

const fn repeated(times: u8, with: Failure) -> Option<Repeated> {
    Some(Repeated { times, with })
}

/// A trigger that is told so, whether it placed a call or not.
const fn fails(failure: Failure, placed: bool) -> Script {
    Script { fate: Fate::Fails(failure), placed, ..PLAIN }
}

/// Accepted, placed, answered; a success of ordinary length.
const PLAIN: Script = Script {
    refused: None,
    placed: true,
    fate: Fate::Answered,
    queued: (2, 2),
    odd: None,
    calling: Some((8, 25)),
    end: End::Success,
    failing_reads: None,
    kept: RETENTION,
};

/// By the last two digits of a fictional number; each row says in what it differs from the plain call.
#[rustfmt::skip]
static SCRIPTS: [Script; 28] = {
    use Failure::{Foreign, Own};
    [
        /* 00 */ PLAIN,
        /* 01 */ Script { end: NO_ANSWER, ..PLAIN },
        /* 02 */ Script { end: BUSY, ..PLAIN },
        /* 03 */ Script { queued: (20, 30), calling: None, end: QUEUE_TIMEOUT, ..PLAIN },
        /* 04 */ Script { queued: (600, 600), calling: Some((20, 20)), ..PLAIN },
        /* 05 */ Script { refused: repeated(2, Own(&FAILED)), ..PLAIN },
        /* 06 */ Script { fate: Fate::Cut, ..PLAIN },
        /* 07 */ Script { refused: repeated(1, Own(&TURNED_AWAY)), ..PLAIN },
        /* 08 */ Script { failing_reads: repeated(3, Own(&FAILED)), ..PLAIN },
        /* 09 */ Script { calling: Some((150, 150)), kept: Duration::ZERO, ..PLAIN },
        /* 10 */ Script { odd: Some((5, 5)), ..PLAIN },
        /* 11 */ Script { fate: Fate::Hangs, ..PLAIN },
        /* 12 */ fails(Foreign(&BAD_GATEWAY), false),
        /* 13 */ fails(Foreign(&BAD_GATEWAY), true),
        /* 14 */ fails(Own(&NOT_CONFIGURED), false),
        /* 15 */ fails(Own(&FORBIDDEN), false),
        /* 16 */ fails(Own(&NO_CONNECTOR), false),
        /* 17 */ fails(Own(&TIMED_OUT), false),
        /* 18 */ fails(Own(&TIMED_OUT), true),
        /* 19 */ Script { refused: repeated(2, Own(&UNAVAILABLE)), ..PLAIN },
        /* 20 */ fails(Foreign(&FETCH_FAILED), true),
        /* 21 */ fails(Foreign(&PROXY_ERROR), true),
        /* 22 */ fails(Own(&INVALID), false),
        /* 23 */ fails(Own(&INVALID_LIST), false),
        /* 24 */ Script { failing_reads: repeated(3, Own(&BAD_REQUEST)), ..PLAIN },
        /* 25 */ Script { failing_reads: repeated(3, Own(&FORBIDDEN)), ..PLAIN },
        /* 26 */ Script { failing_reads: repeated(3, Foreign(&NO_SUCH_PAGE)), ..PLAIN },
        /* 27 */ Script { calling: Some((6 * 3600, 6 * 3600)), ..PLAIN },
    ]
};

/// What any other number draws, by weight.
#[rustfmt::skip]
static DRAWN: [(u32, Script); 5] = [
    (70, Script { queued: (1, 6), calling: Some((15, 180)), ..PLAIN }),
    (14, Script { queued: (1, 6), calling: Some((20, 45)), end: NO_ANSWER, ..PLAIN }),
    (7, Script { queued: (1, 6), calling: Some((2, 6)), end: BUSY, ..PLAIN }),
    (5, Script { queued: (1, 6), calling: Some((3, 20)), end: DECLINED, ..PLAIN }),
    (4, Script { queued: (20, 60), calling: None, end: QUEUE_TIMEOUT, ..PLAIN }),
];

/// The script of a fictional number, and what its refusals are counted under.
pub(super) fn scripted(destination: &Destination) -> Option<(u32, &'static Script)> {
    let [a, b, c, b'5', b'5', b'5', b'0', b'1', tens, ones] = ten_digits(destination)? else { return None };
    if a < b'2' {
        return None;
    }
    let number = [a, b, c, tens, ones].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    let script = SCRIPTS.get(usize::from(tens - b'0') * 10 + usize::from(ones - b'0'))?;
    Some((number, script))
}

/// The ten digits of a US number, in whichever form it was given.
fn ten_digits(destination: &Destination) -> Option<[u8; 10]> {
    let mut digits = [0; 11];
    let mut held = 0;
    let text = match destination {
        Destination::E164(number) if number.calling_code() == 1 => number.as_str(),
        Destination::National { number, country } if country.as_str() == "US" => number.as_str(),
        Destination::E164(_) | Destination::National { .. } => return None,
    };
    for digit in text.bytes().filter(u8::is_ascii_digit) {
        *digits.get_mut(held)? = digit;
        held += 1;
    }
    match (held, digits) {
        (11, [b'1', ten @ ..]) | (10, [ten @ .., _]) => Some(ten),
        _ => None,
    }
}

/// The script that an unscripted number draws.
pub(super) fn drawn(rng: &mut fastrand::Rng) -> &'static Script {
    let total: u32 = DRAWN.iter().map(|(weight, _)| weight).sum();
    let mut left = rng.u32(..total);
    let reached = DRAWN.iter().find(|(weight, _)| match left.checked_sub(*weight) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    });
    let [(_, first), ..] = &DRAWN;
    reached.map_or(first, |(_, script)| script)
}

/// Where a call is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    Queued,
    Calling,
    Success,
    Failure,
    /// A word that no reference has.
    Odd,
}

impl Phase {
    /// The word, as the dialect writes it.
    pub(super) fn word(self, dialect: &Dialect) -> Cow<'static, str> {
        const ODD: &str = "ringing";
        let [queued, calling, success, failure] = dialect.status_words;
        match self {
            Self::Queued => queued.into(),
            Self::Calling => calling.into(),
            Self::Success => success.into(),
            Self::Failure => failure.into(),
            Self::Odd if queued.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                ODD.to_ascii_uppercase().into()
            }
            Self::Odd => ODD.into(),
        }
    }
}

impl Script {
    /// Draws a life: how many seconds each phase lasts, and what comes after all of them.
    pub(super) fn life(&self, rng: &mut fastrand::Rng) -> ([(Phase, f64); 3], Phase, &'static str) {
        let mut draw = |seconds: Option<Seconds>| match seconds {
            None => 0.0,
            Some((from, to)) => f64::from(rng.u32(u32::from(from) * 1000..=u32::from(to) * 1000)) / 1000.0,
        };
        let queued = draw(Some(self.queued));
        let phases =
            [(Phase::Queued, queued), (Phase::Odd, draw(self.odd)), (Phase::Calling, draw(self.calling))];
        match self.end {
            End::Success => (phases, Phase::Success, ""),
            End::Failure(reason) => (phases, Phase::Failure, reason),
        }
    }
}
