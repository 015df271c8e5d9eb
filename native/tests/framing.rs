//! Answers whose HTTP or JSON is wrong: nothing is made of them that they do not say, and no trigger is sent twice.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use std::time::Duration;

use common::case::{Case, accepted, head, placed, refused, unknown};
use common::server::{Act, Server, answer, bytes, json, raw};
use common::{SID, builder, call, call_to, side_by_side};
use polyai_outbound::ErrorCode::{self, ConnectionLost, UnexpectedAnswer};
use polyai_outbound::Placement;

/// Another call than [`SID`].
const ANOTHER: &str = "OUT-00000000-4f89-41d3-9a0c-0305e82c3301";

/// `{"call_sid":…}` of [`SID`], compressed.
const GZIP: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 78, 204, 201, 137, 47, 206, 76, 81, 178, 82, 242, 15, 13,
    209, 53, 78, 51, 50, 53, 48, 73, 53, 208, 53, 73, 179, 176, 212, 53, 49, 76, 49, 214, 181, 76, 52, 72,
    214, 53, 48, 54, 48, 77, 181, 48, 74, 54, 54, 54, 48, 84, 170, 5, 0, 219, 140, 40, 68, 55, 0, 0, 0,
];

/// A 200 whose body is JSON, byte by byte as given.
fn body(body: impl Into<Vec<u8>>) -> [Act; 2] {
    let body = body.into();
    [head(&format!("Content-Length: {}\r\n", body.len())), bytes(body)]
}

/// A 200 that has these header fields as well, and a good body.
fn fields(fields: &[u8]) -> [Act; 1] {
    let length = accepted().len();
    let fields = [b"HTTP/1.1 200 OK\r\n", fields, b"\r\n"].concat();
    [bytes([&fields, format!("Content-Length: {length}\r\n\r\n{}", accepted()).as_bytes()].concat())]
}

/// A 200 whose only header field it is, a good body, and the end.
fn framed(field: &str) -> [Act; 2] {
    [raw(format!("HTTP/1.1 200 OK\r\n{field}\r\n\r\n{}", accepted())), Act::Close]
}

/// Lengths that a body does not have.
fn lengths() -> Vec<Case> {
    let length = accepted().len();
    let lost = |name, field: &str| unknown(name, ConnectionLost, framed(field));
    vec![
        lost("a negative length", "Content-Length: -1"),
        lost("a length with a plus", &format!("Content-Length: +{length}")),
        lost("a length in hexadecimal digits", &format!("Content-Length: {length:#x}")),
        lost("a length beyond all numbers", "Content-Length: 99999999999999999999999"),
        lost("no length at all", "Content-Length: "),
        lost("two lengths", &format!("Content-Length: {length}\r\nContent-Length: {}", length - 1)),
        lost("two lengths in one", &format!("Content-Length: {length}, {}", length - 1)),
        placed(
            "the same length twice",
            framed(&format!("Content-Length: {length}\r\nContent-Length: {length}")),
        ),
        unknown("a length that ends within the SID", UnexpectedAnswer, framed("Content-Length: 30")),
        unknown("a length of nothing", UnexpectedAnswer, framed("Content-Length: 0")),
        placed("a length that ends where more follows", [json(200, accepted()), raw("more"), Act::Close]),
        placed(
            "a length beside chunks",
            [
                head(&format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", length - 1)),
                raw(format!("{length:x}\r\n{}\r\n0\r\n\r\n", accepted())),
            ],
        ),
        unknown(
            "a chunk beyond all numbers",
            UnexpectedAnswer,
            [head("Transfer-Encoding: chunked\r\n"), raw(format!("fffffffffffffffff\r\n{}", accepted()))],
        ),
        unknown(
            "a chunk of negative length",
            UnexpectedAnswer,
            [head("Transfer-Encoding: chunked\r\n"), raw(format!("-1\r\n{}", accepted()))],
        ),
        placed(
            "a chunk that is none behind a good one",
            [
                head("Transfer-Encoding: chunked\r\n"),
                raw(format!("{length:x}\r\n{}\r\nOUT-\r\n", accepted())),
            ],
        ),
        placed("the form of 1996", [raw(format!("HTTP/1.0 200 OK\r\n\r\n{}", accepted())), Act::Close]),
    ]
}

/// Heads that are none, and heads that are odd.
fn heads() -> Vec<Case> {
    let lost = |name, head: &[u8]| unknown(name, ConnectionLost, fields(head));
    let line = |name, line: &str| {
        unknown(name, ConnectionLost, [raw(format!("{line}\r\nContent-Length: 0\r\n\r\n")), Act::Close])
    };
    vec![
        lost("a field with NUL", b"X-Field: a\0b"),
        lost("a name with NUL", b"X-\0Field: a"),
        lost("a name that is no UTF-8", b"X-\xff: a"),
        lost("a field without a colon", b"X-Field"),
        lost("a field that goes on in the next line", b"X-Field: a\r\n b"),
        lost("a carriage return within a field", b"X-Field: a\rb"),
        placed("a field that is no UTF-8", fields(b"X-Field: \xff\xfe\x80")),
        placed("an identifier that is no UTF-8", fields(b"X-PolyAI-Correlation-Id: \xff\xfe")),
        placed("a field of 64 KiB", fields(format!("X-Field: {}", "x".repeat(64 << 10)).as_bytes())),
        lost("a field of 2 MiB", format!("X-Field: {}", "x".repeat(2 << 20)).as_bytes()),
        lost("5,000 fields", "X-Field: x\r\n".repeat(5_000).trim_end().as_bytes()),
        line("a status of four digits", "HTTP/1.1 2000 OK"),
        line("a status of letters", "HTTP/1.1 2OO OK"),
        line("a version that is not spoken", "HTTP/2.0 200 OK"),
        line("NUL behind the status", "HTTP/1.1 200 O\0K"),
    ]
}

/// Bodies that are read otherwise by others, or by nobody.
fn bodies() -> Vec<Case> {
    let unread = |name, text: &str| unknown(name, UnexpectedAnswer, body(text));
    let deep =
        |open: &str, close: &str, levels: usize| format!("{}{}", open.repeat(levels), close.repeat(levels));
    let with = |member: &str| format!("{{\"call_sid\":\"{SID}\",{member}}}");
    vec![
        unread("a million levels that do not end", &format!("{{\"x\":{}", "[".repeat(1_000_000))),
        unread("a million levels of what is no answer", &"[".repeat(1_000_000)),
        unread("levels of objects that do not end", &"{\"status\":".repeat(100_000)),
        placed(
            "half a million levels beside the SID",
            body(with(&format!("\"x\":{}", deep("[", "]", 500_000)))),
        ),
        placed(
            "levels where an error would be",
            body(with(&format!("\"error\":{}", deep("[", "]", 500_000)))),
        ),
        placed(
            "levels of objects",
            body(with(&format!("\"x\":{}1{}", "{\"x\":".repeat(99_999), "}".repeat(99_999)))),
        ),
        unread("NUL within the SID", &format!("{{\"call_sid\":\"{SID}\0\"}}")),
        unread("NUL within the SID, escaped", &format!("{{\"call_sid\":\"{SID}\\u0000\"}}")),
        unread("NUL behind the object", &format!("{}\0", accepted())),
        unread("half a surrogate", &format!("{{\"call_sid\":\"{SID}\",\"x\":\"\\ud800\"")),
        unknown(
            "a SID that is no UTF-8",
            UnexpectedAnswer,
            body([b"{\"call_sid\":\"OUT-\xff", SID.as_bytes(), b"\"}"].concat()),
        ),
        placed(
            "what is no UTF-8 beside the SID",
            body([b"{\"reason\":\"\xc3\x28\xff\",", &accepted().as_bytes()[1..]].concat()),
        ),
        unknown(
            "UTF-16",
            UnexpectedAnswer,
            body(accepted().bytes().flat_map(|byte| [byte, 0]).collect::<Vec<_>>()),
        ),
        unread("two objects", &accepted().repeat(2)),
        unread("an object and more", &format!("{}<!-- gateway -->", accepted())),
        unread("two SIDs", &with(&format!("\"call_sid\":\"{ANOTHER}\""))),
        unread("two SIDs, one for each dialect", &with(&format!("\"callSid\":\"{ANOTHER}\""))),
        unread(
            "three SIDs, of which two are one",
            &with(&format!("\"callSid\":\"{ANOTHER}\",\"call_sid\":\"{SID}\"")),
        ),
        unread("a SID that is taken back", &with("\"call_sid\":null")),
        placed("one SID twice", body(with(&format!("\"call_sid\":\"{SID}\"")))),
        unknown(
            "compressed, which nobody asked for",
            UnexpectedAnswer,
            [head(&format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", GZIP.len())), bytes(GZIP)],
        ),
        placed("said to be compressed, and plain", [answer(200, "Content-Encoding: gzip\r\n", accepted())]),
    ]
}

/// Redirects within the host, and words that are like redirects: none is followed.
fn moved() -> Vec<Case> {
    let moved = |name, status, to: &str| {
        unknown(name, UnexpectedAnswer, [answer(status, &format!("Location: {to}\r\n"), "")])
    };
    vec![
        moved("300 to itself", 300, "/v1/outbound-calling"),
        moved("301 to itself", 301, "/v1/outbound-calling"),
        moved("302 to itself", 302, "/v1/outbound-calling/"),
        moved("303 to itself", 303, "?again"),
        moved("304", 304, "/v1/outbound-calling"),
        moved("305 through another", 305, "http://127.0.0.1:1/"),
        moved("307 to itself", 307, ""),
        moved("308 to itself", 308, "v1/outbound-calling"),
        moved("308 to a file", 308, "file:///etc/passwd"),
        moved("302 to what is no URL", 302, "http://[::1"),
        placed(
            "200 that names a place",
            [answer(200, "Location: /elsewhere\r\nRefresh: 0; url=/\r\n", accepted())],
        ),
        refused(
            "401 that names a place",
            ErrorCode::Unauthorized,
            1,
            answer(401, "Location: /log-in\r\n", ""),
        ),
        refused(
            "407 that asks for a password",
            ErrorCode::Rejected,
            1,
            answer(407, "Proxy-Authenticate: Basic\r\n", ""),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_answer_that_is_wrong_only_what_it_says_is_believed_and_nothing_is_sent_again() {
    let cases = [lengths(), heads(), bodies(), moved()].into_iter().flatten();
    side_by_side(cases.map(|case| (case.name, case.hold(4, |defaults| defaults)))).await;
}

/// A second answer behind the first has come before its question: it must not tell what became of the next person. One
/// that comes when the next trigger is on its way already is told by nothing from that trigger's own.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_asked_for_is_not_that_of_the_next_trigger() {
    let smuggled = format!(r#"{{"call_sid":"{ANOTHER}"}}"#);
    let short = Duration::from_millis(1);
    for (acts, rest) in [
        (
            vec![raw(format!("{}{}", json(200, accepted()).text(), json(200, &smuggled).text()))],
            Duration::ZERO,
        ),
        (vec![raw(format!("{}HTTP/1.1 100 Continue\r\n\r\n", json(200, accepted()).text()))], Duration::ZERO),
        (vec![json(200, accepted()), Act::Pause(short), json(200, &smuggled)], short * 20),
    ] {
        let server = Server::always(acts).await;
        let client = builder(server.url()).build().unwrap();
        let numbers = (0..40).map(|nth| format!("+141555501{nth:02}"));
        for number in numbers.clone() {
            match client.trigger(call_to(&number)).await {
                Ok(done) => assert_eq!(done.value.call_sid.as_str(), SID, "{number}"),
                Err(error) => assert_eq!(error.placement(), Some(Placement::Unknown)),
            }
            tokio::time::sleep(rest).await;
        }
        let seen = server.seen();
        for number in numbers {
            let times = seen.iter().filter(|it| it.body.contains(&number)).count();
            assert!(times <= 1, "{number} was sent {times} times");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_compressed_answer_is_asked_for() {
    let server = Server::always([json(200, accepted())]).await;
    builder(server.url()).build().unwrap().trigger(call()).await.unwrap();
    assert_eq!(server.seen()[0].header("accept-encoding"), None);
}
