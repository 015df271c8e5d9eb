//! Servers that answer badly, late or not at all: how many triggers each of them reads, and what is told of the call.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use std::time::Duration;

use common::case::{At, Case, accepted, head, not_connected, placed, refused, unknown};
use common::server::{Act, Full, Refusing, Server, answer, json, own, raw};
use common::{SID, builder, call, expect_eq, side_by_side};
use polyai_outbound::{AgentId, Api, CallSid, ClientBuilder, Environment, ErrorCode, Placement, RetryPolicy};

use ErrorCode::{
    ConnectionLost, Forbidden, NotFound, RateLimited, Rejected, ServiceFailed, TimedOut, Unauthorized,
    UnexpectedAnswer,
};
use Placement::{NotPlaced, Unknown};

const ENVELOPE: &str = r#"{"error":"the call could not be placed","code":"INTERNAL_ERROR"}"#;
const AGENTS_ENVELOPE: &str = r#"{"success":false,"error":"Bad Gateway","error_id":"e1","error_code":"UPSTREAM_FAILED","error_message":"no","data":null}"#;
const PAGE: &str = "<html><body><h1>Bad Gateway</h1></body></html>";

/// Other servers that the cases point to.
struct Others {
    /// Where a redirect leads; must never be reached.
    elsewhere: Server,
    refusing: Refusing,
    /// Accepts no more connections: its queue is full.
    full: Full,
}

impl Others {
    async fn new() -> Self {
        Self {
            elsewhere: Server::always([json(200, accepted())]).await,
            refusing: Refusing::new(),
            full: Full::new().await,
        }
    }
}

/// Every way of answering, by what it leads to.
fn cases(others: &Others) -> Vec<Case> {
    let redirect = |status| answer(status, &format!("Location: {}/\r\n", others.elsewhere.url()), "");
    let second = Duration::from_secs(1);
    vec![
        refused("the service's own 500", ServiceFailed, 4, own(500, ENVELOPE)),
        refused("its 500 in the other dialect's envelope", ServiceFailed, 4, own(500, AGENTS_ENVELOPE)),
        refused("the service's own 503", ServiceFailed, 4, own(503, ENVELOPE)),
        refused("429", RateLimited, 4, answer(429, "Retry-After: 0\r\n", "")),
        refused("400", Rejected, 1, own(400, ENVELOPE)),
        refused("401", Unauthorized, 1, own(401, ENVELOPE)),
        refused("400 with a page", Rejected, 1, answer(400, "", PAGE)),
        unknown("the service's own 408", ServiceFailed, [own(408, ENVELOPE)]),
        unknown("408 with Retry-After", UnexpectedAnswer, [answer(408, "Retry-After: 0\r\n", "{}")]),
        unknown("a proxy's 500 with error and code", UnexpectedAnswer, [json(500, ENVELOPE)]),
        unknown("a proxy's 503 with error and code", UnexpectedAnswer, [json(503, ENVELOPE)]),
        unknown(
            "a cache's 503 with Retry-After",
            UnexpectedAnswer,
            [answer(503, "Retry-After: 0\r\n", PAGE)],
        ),
        unknown(
            "500 under the header of another answer",
            UnexpectedAnswer,
            [own(500, AGENTS_ENVELOPE.replace("e1", "e2"))],
        ),
        refused("403 with a page", Forbidden, 1, answer(403, "", PAGE)),
        refused("404 with nothing", NotFound, 1, answer(404, "", "")),
        unknown("500 with a page", UnexpectedAnswer, [answer(500, "", PAGE)]),
        unknown("502 with a page", UnexpectedAnswer, [answer(502, "", PAGE)]),
        unknown("503 with a page", UnexpectedAnswer, [answer(503, "", PAGE)]),
        unknown("504 with a page", UnexpectedAnswer, [answer(504, "", PAGE)]),
        unknown("504 with nothing", UnexpectedAnswer, [answer(504, "", "")]),
        unknown("301 to elsewhere", UnexpectedAnswer, [redirect(301)]),
        unknown("302 to elsewhere", UnexpectedAnswer, [redirect(302)]),
        unknown("303 to elsewhere", UnexpectedAnswer, [redirect(303)]),
        unknown("307 to elsewhere", UnexpectedAnswer, [redirect(307)]),
        unknown("308 to elsewhere", UnexpectedAnswer, [redirect(308)]),
        unknown("200 with a body that is no JSON", UnexpectedAnswer, [json(200, "{call_sid: OUT-1}")]),
        unknown("200 with a page", UnexpectedAnswer, [answer(200, "", PAGE)]),
        unknown("200 with an empty object", UnexpectedAnswer, [json(200, "{}")]),
        unknown("200 with nothing", UnexpectedAnswer, [answer(200, "", "")]),
        unknown("204", UnexpectedAnswer, [raw("HTTP/1.1 204 No Content\r\n\r\n")]),
        unknown("200 with what is no SID", UnexpectedAnswer, [json(200, r#"{"call_sid":"42"}"#)]),
        unknown(
            "200 with two SIDs that differ",
            UnexpectedAnswer,
            [json(200, r#"{"call_sid":"OUT-1","callSid":"OUT-2"}"#)],
        ),
        unknown(
            "200 whose body is cut within the SID",
            UnexpectedAnswer,
            [head("Content-Length: 60\r\n"), raw(r#"{"call_sid":"OUT-3f25"#), Act::Close],
        ),
        unknown(
            "200 that ends after its head",
            UnexpectedAnswer,
            [head("Content-Length: 60\r\n"), Act::Close],
        ),
        unknown("a cut after the request", ConnectionLost, [Act::Close]),
        unknown("a reset after the request", ConnectionLost, [Act::Reset]),
        unknown("a cut within the head", ConnectionLost, [raw("HTTP/1.1 200 OK\r\nContent-"), Act::Close]),
        unknown("100 and then a cut", ConnectionLost, [raw("HTTP/1.1 100 Continue\r\n\r\n"), Act::Close]),
        unknown(
            "103 and then a reset",
            ConnectionLost,
            [raw("HTTP/1.1 103 Early Hints\r\n\r\n"), Act::Reset],
        ),
        unknown("what is not HTTP", ConnectionLost, [raw("SSH-2.0-OpenSSH_9.6\r\n"), Act::Hang]),
        unknown(
            "101",
            UnexpectedAnswer,
            [raw("HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")],
        ),
        unknown(
            "header fields without end",
            ConnectionLost,
            [
                raw("HTTP/1.1 200 OK\r\n"),
                Act::Flood("X-Field: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"),
            ],
        ),
        unknown(
            "one header field without end",
            ConnectionLost,
            [
                raw("HTTP/1.1 200 OK\r\nX-Field: "),
                Act::Flood("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            ],
        ),
        unknown(
            "a body without end",
            UnexpectedAnswer,
            [head(""), Act::Flood("                                                                    ")],
        ),
        unknown("silence", TimedOut, [Act::Hang]).that_waits(),
        unknown(
            "100 again and again",
            TimedOut,
            [Act::Drip("HTTP/1.1 100 Continue\r\n\r\n".repeat(9).into(), second / 50)],
        )
        .that_waits(),
        unknown(
            "a head byte by byte",
            TimedOut,
            [Act::Drip("HTTP/1.1 200 OK\r\nX-Field: xxxxxx".into(), second / 10)],
        )
        .that_waits(),
        unknown(
            "a body byte by byte",
            UnexpectedAnswer,
            [head("Content-Length: 60\r\n"), Act::Drip(accepted().into(), second / 10)],
        )
        .that_waits(),
        placed("an answer that is given at once", [json(200, accepted())]),
        placed(
            "102 and 103 before the answer",
            [
                raw("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
                json(200, accepted()),
            ],
        ),
        placed("201", [json(201, accepted())]),
        placed(
            "a body that is shorter than its length says",
            [head("Content-Length: 600\r\n"), raw(accepted()), Act::Close],
        ),
        placed(
            "a body whose last chunk never comes, cut",
            [
                head("Transfer-Encoding: chunked\r\n"),
                raw(format!("{:x}\r\n{}\r\n", accepted().len(), accepted())),
                Act::Reset,
            ],
        ),
        placed("a body whose connection never closes", [head(""), raw(accepted()), Act::Hang]).that_waits(),
        placed(
            "a body that is longer announced, and silence",
            [head("Content-Length: 600\r\n"), raw(accepted()), Act::Hang],
        )
        .that_waits(),
        placed(
            "a body whose last chunk never comes",
            [
                head("Transfer-Encoding: chunked\r\n"),
                raw(format!("{:x}\r\n{}\r\n", accepted().len(), accepted())),
                Act::Hang,
            ],
        )
        .that_waits(),
        not_connected("nobody listens", At::Url(others.refusing.url())),
        not_connected("nobody accepts", At::Url(others.full.url.clone())).that_waits(),
        not_connected("a name that is not found", At::Url(format!("https://{}.invalid", "n".repeat(64)))),
        not_connected(
            "plain text for TLS",
            At::GreetsTls(vec![answer(400, "", "plain HTTP here"), Act::Close]),
        ),
        not_connected("a cut before TLS", At::GreetsTls(vec![Act::Reset])),
        not_connected("silence before TLS", At::GreetsTls(vec![Act::Hang])).that_waits(),
        Case { posts: 0, ..unknown("a cut before the request is read", ConnectionLost, []) }
            .greeted([Act::Arrival, Act::Reset]),
        Case { posts: 0, ..unknown("silence and nothing is read", TimedOut, []) }
            .greeted([Act::Hang])
            .that_waits(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_is_sent_again_only_where_no_call_was_placed() {
    let others = Others::new().await;
    side_by_side(cases(&others).into_iter().map(|case| (case.name, case.hold(4, |defaults| defaults)))).await;
    assert_eq!(others.elsewhere.connections(), 0, "no redirect is followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_retries_everything_is_sent_once() {
    let others = Others::new().await;
    let once = |settings: ClientBuilder| settings.max_retries(0);
    side_by_side(cases(&others).into_iter().map(|case| (case.name, case.hold(1, once)))).await;
    assert_eq!(others.elsewhere.connections(), 0, "no redirect is followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_places_no_call_is_sent_again_until_one_is_placed() {
    let server = Server::start(|_, number| match number {
        0 => vec![own(500, ENVELOPE)],
        1 => vec![answer(429, "Retry-After: 0\r\n", "")],
        _ => vec![json(200, accepted())],
    })
    .await;
    let done = builder(server.url()).build().unwrap().trigger(call()).await.unwrap();
    assert_eq!((done.value.call_sid.as_str(), done.attempts), (SID, 3));
    assert_eq!(server.count("POST"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_the_other_dialect_are_those_that_count_there() {
    let api = || Api::Agents { agent_id: AgentId::new("a").unwrap(), environment: Environment::Live };
    let trigger = async |opted_in: bool, act: Act| {
        let server = Server::always([act]).await;
        let quick = RetryPolicy { base: Duration::from_millis(10), ..RetryPolicy::default() };
        let settings = builder(server.url()).api(api()).retry(quick).agents_502_not_placed(opted_in);
        let client = settings.build().unwrap();
        let error = client.trigger(call()).await.unwrap_err();
        (server.count("POST"), error.code(), error.placement())
    };
    assert_eq!(trigger(false, own(502, AGENTS_ENVELOPE)).await, (1, ServiceFailed, Some(Unknown)));
    assert_eq!(trigger(true, own(502, AGENTS_ENVELOPE)).await, (4, ServiceFailed, Some(NotPlaced)));
    for opted_in in [false, true] {
        let foreign = (1, UnexpectedAnswer, Some(Unknown));
        assert_eq!(trigger(opted_in, json(502, AGENTS_ENVELOPE)).await, foreign);
        assert_eq!(trigger(opted_in, answer(502, "Retry-After: 0\r\n", PAGE)).await, foreign);
        let (posts, _, placement) = trigger(opted_in, own(500, AGENTS_ENVELOPE)).await;
        assert_eq!((posts, placement), (1, Some(Unknown)), "500 says nothing there");
        assert_eq!(trigger(opted_in, own(503, AGENTS_ENVELOPE)).await.0, 4);
    }
}

/// A clock here that is wrong by months, or there, makes no wait longer or shorter.
#[tokio::test(flavor = "multi_thread")]
async fn a_date_to_wait_until_is_read_by_the_clock_of_its_answer() {
    let fields = "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nRetry-After: Thu, 01 Jan 2026 00:02:00 GMT\r\n";
    let server = Server::always([answer(429, fields, "")]).await;
    let error = builder(server.url()).max_retries(0).build().unwrap().trigger(call()).await.unwrap_err();
    assert_eq!((error.code(), error.retry_after()), (RateLimited, Some(Duration::from_secs(120))));
}

#[tokio::test(flavor = "multi_thread")]
async fn status_reads_are_tried_again_after_whatever_may_pass() {
    let others = Others::new().await;
    let read = |acts: Vec<Act>, waits: bool, gets: usize, code| async move {
        let server = Server::always(acts).await;
        let quick = RetryPolicy { base: Duration::from_millis(10), ..RetryPolicy::default() };
        let mut settings = builder(server.url()).retry(quick);
        if waits {
            settings = settings.request_timeout(Duration::from_millis(300));
        }
        let sid = CallSid::parse(SID).unwrap();
        let client = settings.build().unwrap();
        let error = client.status(&sid).await.unwrap_err();
        expect_eq("the code", error.code(), code)?;
        expect_eq("the placement", error.placement(), None)?;
        expect_eq("the number of GETs", server.count("GET"), gets)?;
        expect_eq("attempts", error.attempts() as usize, gets)?;
        client.with_max_retries(0).status(&sid).await.unwrap_err();
        expect_eq("GETs without retries", server.count("GET"), gets + 1)
    };
    let moved = answer(307, &format!("Location: {}/\r\n", others.elsewhere.url()), "");
    side_by_side([
        ("its own 500", read(vec![own(500, ENVELOPE)], false, 4, ServiceFailed)),
        ("its own 408", read(vec![own(408, ENVELOPE)], false, 4, ServiceFailed)),
        ("a gateway's 400", read(vec![json(400, ENVELOPE)], false, 4, UnexpectedAnswer)),
        ("a gateway's 401", read(vec![answer(401, "", PAGE)], false, 4, UnexpectedAnswer)),
        ("a gateway's 404", read(vec![answer(404, "", PAGE)], false, 4, UnexpectedAnswer)),
        ("a gateway's 405", read(vec![answer(405, "", "")], false, 4, UnexpectedAnswer)),
        ("502 with a page", read(vec![answer(502, "", PAGE)], false, 4, UnexpectedAnswer)),
        ("429", read(vec![answer(429, "Retry-After: 0\r\n", "")], false, 4, RateLimited)),
        ("a cut", read(vec![Act::Close], false, 4, ConnectionLost)),
        ("a reset", read(vec![Act::Reset], false, 4, ConnectionLost)),
        ("silence", read(vec![Act::Hang], true, 4, TimedOut)),
        ("200 with a page", read(vec![answer(200, "", PAGE)], false, 4, UnexpectedAnswer)),
        ("200 with an empty object", read(vec![json(200, "{}")], false, 4, UnexpectedAnswer)),
        (
            "200 about another call",
            read(vec![json(200, r#"{"callSid":"OUT-2","status":"queued"}"#)], false, 4, UnexpectedAnswer),
        ),
        ("307 to elsewhere", read(vec![moved], false, 4, UnexpectedAnswer)),
        ("400", read(vec![own(400, ENVELOPE)], false, 1, Rejected)),
        ("401", read(vec![own(401, ENVELOPE)], false, 1, Unauthorized)),
        ("404", read(vec![own(404, ENVELOPE)], false, 1, NotFound)),
    ])
    .await;
    assert_eq!(others.elsewhere.connections(), 0, "no redirect is followed");
}
