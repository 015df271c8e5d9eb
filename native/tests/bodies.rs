//! Answers without end: given up early, in little memory, and told as far as they came. Memory is that of this process,
//! so its cases run one after another.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use std::time::Duration;

use common::case::{accepted, head};
use common::server::{Act, Server, json, raw};
use common::tls::{CONTINUATION, DATA, END_HEADERS, Frame, H2Server, HEADERS, PING, SETTINGS, WINDOW_UPDATE};
use common::{SID, builder, call, expect_eq, memory, side_by_side, within};
use polyai_outbound::ErrorCode::{self, ConnectionLost, Rejected, TimedOut, UnexpectedAnswer};
use polyai_outbound::Placement::{Placed, Unknown};
use polyai_outbound::{CallSid, ClientBuilder, RetryPolicy};

const MIB: usize = 1 << 20;
/// The most that any answer may cost: one body at its longest, as bytes and as text, and what is on its way.
const MOST_MEMORY: usize = 24 * MIB;
/// The most that is taken of an answer: what is read, and what lies in the buffers of the system.
const MOST_TAKEN: u64 = 16 << 20;
const SPACES: &str = match str::from_utf8(&[b' '; 1 << 16]) {
    Ok(spaces) => spaces,
    Err(_) => unreachable!(),
};
/// So many times [`SPACES`] are a GiB.
const GIB: u64 = 1 << 14;

/// One text again and again, in pieces as long as [`SPACES`].
fn pieces(text: &str) -> &'static str {
    Box::leak(text.repeat(SPACES.len().div_ceil(text.len())).into_boxed_str())
}

enum With {
    Http1(Vec<Act>),
    Http2(Vec<Frame>),
}

/// What every request is answered with, and what comes of it.
struct Case {
    name: &'static str,
    with: With,
    /// What may come of a trigger; nothing if the call is placed.
    ends: Vec<ErrorCode>,
    /// What goes on until the time for the request is over; how much of it comes until then is for the time to say.
    waits: bool,
}

impl Case {
    fn that_waits(self) -> Self {
        Self { waits: true, ..self }
    }

    fn may_end_with(mut self, code: ErrorCode) -> Self {
        self.ends.push(code);
        self
    }
}

fn case(name: &'static str, end: impl Into<Option<ErrorCode>>, acts: impl Into<Vec<Act>>) -> Case {
    Case { name, with: With::Http1(acts.into()), ends: Vec::from_iter(end.into()), waits: false }
}

fn over_2(name: &'static str, end: ErrorCode, frames: impl Into<Vec<Frame>>) -> Case {
    Case { name, with: With::Http2(frames.into()), ends: vec![end], waits: false }
}

fn over_http_1() -> Vec<Case> {
    let ok = |rest: String| raw(format!("HTTP/1.1 200 OK\r\n{rest}"));
    let started = accepted().trim_end_matches('}').to_owned();
    let gib = Act::Times(GIB, SPACES);
    let chunk = format!("{:x}\r\n{SPACES}\r\n", SPACES.len());
    let first = format!("{:x}\r\n{}\r\n", accepted().len(), accepted());
    vec![
        case("a GiB as announced", UnexpectedAnswer, [head("Content-Length: 1073741824\r\n"), gib.clone()]),
        case("a GiB until the end", UnexpectedAnswer, [head(""), gib.clone(), Act::Close]),
        case(
            "a GiB of chunks",
            UnexpectedAnswer,
            [head("Transfer-Encoding: chunked\r\n"), Act::Times(GIB, pieces(&chunk))],
        ),
        case(
            "a GiB in one chunk",
            UnexpectedAnswer,
            [head("Transfer-Encoding: chunked\r\n"), raw("40000000\r\n"), gib.clone()],
        ),
        case(
            "chunks of one byte",
            UnexpectedAnswer,
            [head("Transfer-Encoding: chunked\r\n"), Act::Times(GIB, pieces("1\r\n \r\n"))],
        )
        .that_waits(),
        case(
            "one extension of a chunk",
            UnexpectedAnswer,
            [head("Transfer-Encoding: chunked\r\n"), raw("1;a="), Act::Times(GIB, pieces("x"))],
        ),
        case(
            "zeros before the length of a chunk",
            UnexpectedAnswer,
            [head("Transfer-Encoding: chunked\r\n"), Act::Times(GIB, pieces("0"))],
        )
        .that_waits(),
        case(
            "a GiB within the object that names the call",
            UnexpectedAnswer,
            [head("Content-Length: 1073741824\r\n"), raw(format!("{started},\"x\":\"")), gib.clone()],
        ),
        case(
            "a GiB behind the object that names the call",
            None,
            [head("Content-Length: 1073741824\r\n"), raw(accepted()), gib],
        ),
        case(
            "fields without end behind the body",
            None,
            [
                head("Transfer-Encoding: chunked\r\n"),
                raw(format!("{first}0\r\n")),
                Act::Times(GIB, pieces("X-Field: x\r\n")),
            ],
        ),
        case(
            "one field behind the body",
            None,
            [
                head("Transfer-Encoding: chunked\r\n"),
                raw(format!("{first}0\r\nX-Field: ")),
                Act::Times(GIB, pieces("x")),
            ],
        ),
        case(
            "fields without end",
            ConnectionLost,
            [ok(String::new()), Act::Times(GIB, pieces("X-Field: x\r\n"))],
        ),
        case("one field", ConnectionLost, [ok("X-Field: ".to_owned()), Act::Times(GIB, pieces("x"))]),
        case("one status line", ConnectionLost, [raw("HTTP/1.1 200 "), Act::Times(GIB, pieces("x"))]),
        case("empty lines before the status", ConnectionLost, [Act::Times(GIB, pieces("\r\n"))]),
        case(
            "answers that are none yet",
            TimedOut,
            [Act::Times(GIB, pieces("HTTP/1.1 100 Continue\r\n\r\n"))],
        )
        .that_waits(),
        case(
            "early hints",
            TimedOut,
            [Act::Times(GIB, pieces("HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"))],
        )
        .that_waits(),
    ]
}

/// The same over HTTP/2, and what only that has.
fn over_http_2() -> Vec<Case> {
    /// `:status: 200`.
    const OK: &[u8] = &[0x88];
    /// `:status: 100`.
    const CONTINUE: &[u8] = &[0x08, 3, b'1', b'0', b'0'];
    /// `x: y`.
    const FIELD: &[u8] = &[0, 1, b'x', 1, b'y'];
    const LONG: &[u8] = &[b' '; 16_384];
    let of_request =
        |kind, flags, payload, times| Frame::Flood { kind, flags, for_request: true, payload, times };
    let ever = |kind, payload| Frame::Flood { kind, flags: 0, for_request: false, payload, times: 1 << 30 };
    let head = || of_request(HEADERS, END_HEADERS, OK, 1);
    let begun = || of_request(HEADERS, 0, OK, 1);
    vec![
        over_2("HTTP/2: a GiB", UnexpectedAnswer, [Frame::Body(1 << 30)]),
        over_2(
            "HTTP/2: a GiB against its windows",
            UnexpectedAnswer,
            [head(), of_request(DATA, 0, LONG, 1 << 16)],
        )
        .may_end_with(TimedOut)
        .that_waits(),
        over_2("HTTP/2: pieces of nothing", UnexpectedAnswer, [head(), of_request(DATA, 0, &[], 1 << 30)]),
        over_2(
            "HTTP/2: fields without end",
            ConnectionLost,
            [begun(), of_request(CONTINUATION, 0, FIELD, 1 << 30)],
        ),
        over_2(
            "HTTP/2: fields that are nothing",
            ConnectionLost,
            [begun(), of_request(CONTINUATION, 0, &[], 1 << 30)],
        ),
        over_2(
            "HTTP/2: answers that are none yet",
            TimedOut,
            [of_request(HEADERS, END_HEADERS, CONTINUE, 1 << 30)],
        )
        .that_waits(),
        over_2("HTTP/2: pings", TimedOut, [ever(PING, &[0; 8])]).that_waits(),
        over_2("HTTP/2: settings", TimedOut, [ever(SETTINGS, &[])]).that_waits(),
        over_2("HTTP/2: windows", TimedOut, [ever(WINDOW_UPDATE, &[0, 0, 0, 1])]).that_waits(),
        over_2("HTTP/2: windows too wide", ConnectionLost, [ever(WINDOW_UPDATE, &[127, 255, 255, 255])]),
        over_2("HTTP/2: frames that nobody knows", TimedOut, [ever(0xbb, &[0; 100])]).that_waits(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_given_up_early_in_little_memory_and_nothing_is_sent_again() {
    // What every first request costs.
    let server = Server::always([json(200, accepted())]).await;
    builder(server.url()).build().unwrap().trigger(call()).await.unwrap();

    let (waiting, ending): (Vec<_>, Vec<_>) =
        over_http_1().into_iter().chain(over_http_2()).partition(|case| case.waits);
    let mut wrong = Vec::new();
    for case in ending {
        let (name, before) = (case.name, memory::forget());
        wrong.extend(case.hold().await.err().map(|it| format!("{name}: {it}")));
        wrong.extend(too_much(before).map(|it| format!("{name}: {it}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let before = memory::forget();
    side_by_side(waiting.into_iter().map(|case| (case.name, case.hold()))).await;
    assert_eq!(too_much(before), None, "all of those that wait, together");
}

/// How much more memory was had than there was before, if it was too much.
fn too_much(before: usize) -> Option<String> {
    let grown = memory::peak().saturating_sub(before);
    (grown > MOST_MEMORY).then(|| format!("{} MiB more", grown / MIB))
}

impl Case {
    /// Compares, and gives up on what is not given up early.
    async fn hold(self) -> Result<(), String> {
        // One request and two, and what a runtime that is busy with floods is late by.
        let most = Duration::from_secs(3 * 4 + 20);
        within(most, self.compare()).await.ok_or_else(|| format!("it takes longer than {most:?}"))?
    }

    /// Triggers a call and reads a status, which is tried twice, as a trigger never is.
    async fn compare(self) -> Result<(), String> {
        let server = match self.with {
            With::Http1(acts) => Either::Http1(Server::always(acts).await),
            With::Http2(frames) => Either::Http2(H2Server::always(frames).await),
        };
        let retry = RetryPolicy { base: Duration::from_millis(1), max_retries: 1, ..RetryPolicy::default() };
        // Both have time enough on a busy machine: what ends by itself to end, what waits for the head of the answer to come.
        let time = Duration::from_secs(if self.waits { 4 } else { 20 });
        let client = server.client().retry(retry).request_timeout(time).build().unwrap();

        let trigger = client.trigger(call());
        let handle = trigger.handle();
        let result = trigger.await;
        let placement = if result.is_ok() { Placed } else { Unknown };
        expect_eq("the placement", handle.placement(), placement)?;
        expect_eq("the number of triggers", server.noted().0, 1)?;
        match result.map_err(|error| error.code()) {
            Ok(done) if self.ends.is_empty() => expect_eq("the SID", done.value.call_sid.as_str(), SID)?,
            Err(code) if self.ends.contains(&code) => {}
            other => return Err(format!("the end is {other:?}, expected {:?}", self.ends)),
        }
        let code = client
            .status(&CallSid::parse(SID).unwrap())
            .await
            .map_or_else(|error| error.code(), |_| Rejected);
        expect_eq(
            "the reading is lost as well",
            self.ends.contains(&code) || code == UnexpectedAnswer,
            true,
        )?;

        let (requests, taken) = server.noted();
        // A server that is busy with a flood without end may not come to the readings in time.
        if !self.waits {
            expect_eq("the number of requests", requests, 3)?;
            if taken > MOST_TAKEN * 3 {
                return Err(format!("{taken} bytes were taken"));
            }
        }
        Ok(())
    }
}

enum Either {
    Http1(Server),
    Http2(H2Server),
}

impl Either {
    fn client(&self) -> ClientBuilder {
        match self {
            Self::Http1(server) => builder(server.url()),
            Self::Http2(server) => {
                let http = polyai_outbound::http_client_builder().no_proxy();
                let http = http.tls_certs_only([server.certificate()]).build().unwrap();
                builder(server.url()).http_client(http)
            }
        }
    }

    /// How many requests came, and how much was taken of what has no end.
    fn noted(&self) -> (usize, u64) {
        match self {
            Self::Http1(server) => (server.seen().len(), server.flooded()),
            Self::Http2(server) => (server.requests(), server.flooded()),
        }
    }
}

/// What of a call is known when its answer does not end within the object that names it: that it may have rung, and where
/// to look for it.
#[tokio::test(flavor = "multi_thread")]
async fn the_sid_at_the_beginning_of_an_answer_without_end_is_told_with_the_error() {
    let started = accepted().trim_end_matches('}').to_owned();
    let acts = [head(""), raw(format!("{started},\"x\":\"")), Act::Times(GIB, SPACES)];
    let server = Server::always(acts).await;
    let error = builder(server.url()).build().unwrap().trigger(call()).await.unwrap_err();
    assert_eq!((error.code(), error.placement(), error.call_sid()), (UnexpectedAnswer, Some(Unknown), None));
    assert!(error.to_string().contains(SID), "{error}");
    assert_eq!(server.seen().len(), 1);
}
