//! Servers that say a byte a second, wherever they are in what they say: it ends when the time for the request does, not
//! before and not later, and a trigger is not sent again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use std::time::{Duration, Instant};

use common::case::{accepted, head};
use common::server::{Act, Server, raw};
use common::{SID, builder, call, expect_eq, side_by_side, within};
use polyai_outbound::ErrorCode::{self, NotConnected, TimedOut, UnexpectedAnswer};
use polyai_outbound::Placement::{self, NotPlaced, Placed, Unknown};
use polyai_outbound::{CallSid, RetryPolicy};

const TIME: Duration = Duration::from_secs(3);
/// Delay of a client that is run, see [`within`]; the slowest of what is said takes longer.
const LATE: Duration = Duration::from_secs(6);

/// What is said at once, and what is said a byte a second.
struct Case {
    name: &'static str,
    acts: Vec<Act>,
    placement: Placement,
    /// Of the trigger, unless it is placed; and of a reading, for which the answer is none in any case.
    code: ErrorCode,
}

fn case(
    name: &'static str,
    placement: Placement,
    code: ErrorCode,
    at_once: Act,
    slowly: impl Into<String>,
) -> Case {
    Case {
        name,
        acts: vec![at_once, Act::Drip(slowly.into().into(), Duration::from_secs(1))],
        placement,
        code,
    }
}

fn cases() -> Vec<Case> {
    let chunked = |rest: &str| raw(head("Transfer-Encoding: chunked\r\n").text().to_owned() + rest);
    let first = format!("{:x}\r\n{}\r\n", accepted().len(), accepted());
    let whole = raw(head("Content-Length: 600\r\n").text().to_owned() + &accepted());
    vec![
        case("the status line", Unknown, TimedOut, raw(""), "HTTP/1.1 200 OK\r\n"),
        case("a field", Unknown, TimedOut, raw("HTTP/1.1 200 OK\r\nX-Field: "), "xxxxxxxxxxxx"),
        case("empty lines before it", Unknown, TimedOut, raw(""), "\r\n\r\n\r\n\r\n\r\n\r\n\r\n"),
        case("a body", Unknown, UnexpectedAnswer, head("Content-Length: 60\r\n"), accepted()),
        case("a body until the end", Unknown, UnexpectedAnswer, head(""), accepted()),
        case("spaces behind the object", Placed, UnexpectedAnswer, whole, "            "),
        case("the length of a chunk", Unknown, UnexpectedAnswer, chunked(""), "000000000000000"),
        case("an extension of a chunk", Unknown, UnexpectedAnswer, chunked("1;"), "xxxxxxxxxxxxxxx"),
        case("a second chunk", Placed, UnexpectedAnswer, chunked(&first), "1\r\n \r\n1\r\n \r\n"),
        case(
            "a field behind the body",
            Placed,
            UnexpectedAnswer,
            chunked(&(first.clone() + "0\r\n")),
            "X: yyyyyyyyyyy",
        ),
    ]
}

impl Case {
    async fn hold(self) -> Result<(), String> {
        let server = Server::always(self.acts).await;
        let retry = RetryPolicy { base: Duration::from_millis(1), max_retries: 1, ..RetryPolicy::default() };
        let client = builder(server.url()).retry(retry).request_timeout(TIME).build().unwrap();

        let trigger = client.trigger(call());
        let handle = trigger.handle();
        let code = in_time(1, trigger).await?.err().map(|error| error.code());
        expect_eq(
            "the end",
            (handle.placement(), code),
            (self.placement, (self.placement != Placed).then_some(self.code)),
        )?;
        expect_eq("the number of triggers", server.seen().len(), 1)?;

        let error = in_time(2, client.status(&CallSid::parse(SID).unwrap())).await?.unwrap_err();
        expect_eq("the end of the reading", (error.code(), error.attempts()), (self.code, 2))
    }
}

/// So many requests have their time, and not much more.
async fn in_time<F: Future>(requests: u32, future: F) -> Result<F::Output, String> {
    let (started, most) = (Instant::now(), (TIME + LATE) * requests);
    let output = within(most, future).await.ok_or_else(|| format!("it takes longer than {most:?}"))?;
    let took = started.elapsed();
    if took >= TIME * requests { Ok(output) } else { Err(format!("{requests} requests took {took:?}")) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_a_second_ends_when_the_time_for_the_request_does() {
    side_by_side(cases().into_iter().map(|case| (case.name, case.hold()))).await;
}

/// Half the time of a request is for connecting: what has not connected by then was certainly not sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_of_a_byte_a_second_ends_before_anything_is_sent() {
    // The beginning of a record with a handshake in it.
    let server = Server::greeting([
        Act::Bytes([22, 3, 3, 1, 0].as_slice().into()),
        raw("\u{2}"),
        Act::Drip("\0\0\0\0\0\0\0\0".into(), Duration::from_secs(1)),
    ])
    .await;
    let url = format!("https://{}", server.address());
    let started = Instant::now();
    let trigger = builder(url).max_retries(0).request_timeout(TIME).build().unwrap().trigger(call());
    let error = within(TIME + LATE, trigger).await.expect("it is over in time").unwrap_err();
    assert_eq!((error.code(), error.placement()), (NotConnected, Some(NotPlaced)));
    let took = started.elapsed();
    assert!(took >= TIME / 2, "{took:?}");
    assert_eq!(server.seen().len(), 0);
}
