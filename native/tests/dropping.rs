//! Futures that are dropped, wherever they wait: nothing further is sent, and the handle tells what was.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::Poll;
use std::time::Duration;

use common::logs::Logs;
use common::server::{Act, Full, Server, answer, json, raw};
use common::{SID, builder, call};
use futures_util::{FutureExt, StreamExt};
use polyai_outbound::{CallEvent, CallSid, Client, Placement, PlacementHandle, RetryPolicy};
use tokio::sync::Notify;

const ENVELOPE: &str = r#"{"error":"the call could not be placed","code":"INTERNAL_ERROR"}"#;
const A_SECOND: Duration = Duration::from_secs(1);

fn client(server: &Server) -> Client {
    builder(server.url()).build().unwrap()
}

fn accepted() -> Act {
    json(200, format!(r#"{{"call_sid":"{SID}"}}"#))
}

fn known(handle: &PlacementHandle) -> (Placement, Option<String>) {
    (handle.placement(), handle.call_sid().map(|sid| sid.to_string()))
}

fn with_sid(placement: Placement) -> (Placement, Option<String>) {
    (placement, Some(SID.to_owned()))
}

/// Waits until what the server has sent is read: in a runtime of one thread every wait looks at all sockets, and runs all
/// tasks that something has come for. A few of them are enough for what is handed from task to task, however slow they are.
async fn all_is_read() {
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Polls a future until that moment has come, and drops it.
async fn drop_when<F: Future>(future: F, moment: impl Future) {
    tokio::select! {
        biased;
        _ = moment => {}
        _ = future => panic!("it was over too soon"),
    }
}

#[tokio::test]
async fn what_was_never_polled_connects_to_nobody() {
    let server = Server::always([accepted()]).await;
    let client = client(&server);
    let (trigger, calling, watch) =
        (client.trigger(call()), client.call(call()), client.watch(CallSid::parse(SID).unwrap()));
    let handles = [trigger.handle(), calling.handle()];
    let sid = CallSid::parse(SID).unwrap();
    drop((trigger, calling.events(), watch.events(), client.status(&sid)));
    drop(client);
    server.all_over().await;
    assert_eq!(handles.map(|it| known(&it)), [(Placement::NotPlaced, None), (Placement::NotPlaced, None)]);
    assert_eq!(server.connections(), 0);
}

/// Asks a handle in the midst of a poll: when a host's name is looked up.
#[derive(Default)]
struct Asking {
    handle: OnceLock<PlacementHandle>,
    told: Mutex<Vec<Placement>>,
}

impl reqwest::dns::Resolve for Asking {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        self.told.lock().unwrap().push(self.handle.get().unwrap().placement());
        Box::pin(async { Err("no such host".into()) })
    }
}

#[tokio::test]
async fn the_handle_does_not_wait_for_the_end_of_a_poll_in_which_the_trigger_may_leave() {
    let asking = Arc::new(Asking::default());
    let http = polyai_outbound::http_client_builder().no_proxy().dns_resolver(Arc::clone(&asking));
    let client = builder("http://outbound.example").allow_insecure_http().max_retries(0);
    let trigger = client.http_client(http.build().unwrap()).build().unwrap().trigger(call());
    asking.handle.set(trigger.handle()).unwrap();
    let error = trigger.await.unwrap_err();
    assert_eq!(*asking.told.lock().unwrap(), [Placement::Unknown]);
    assert_eq!(error.placement(), Some(Placement::NotPlaced));
}

/// Finds every host at one address, and tells when it is asked.
struct Lookup {
    address: SocketAddr,
    asked: Arc<Notify>,
}

impl reqwest::dns::Resolve for Lookup {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        self.asked.notify_one();
        let addresses: reqwest::dns::Addrs = Box::new(std::iter::once(self.address));
        Box::pin(async { Ok(addresses) })
    }
}

#[tokio::test]
async fn dropped_while_connecting_it_sends_nothing_once_the_connection_is_there() {
    let full = Full::new().await;
    let asked = Arc::new(Notify::new());
    let lookup = Arc::new(Lookup { address: full.address(), asked: Arc::clone(&asked) });
    let http = polyai_outbound::http_client_builder().no_proxy().dns_resolver(lookup).build().unwrap();
    let url = format!("http://outbound.example:{}", full.address().port());
    let client = builder(url).allow_insecure_http().http_client(http).build().unwrap();
    // Once the address is known it connects, in the same poll.
    drop_when(client.trigger(call()), asked.notified()).await;
    drop(client);
    assert_eq!(full.opened(A_SECOND * 2).await, "");
}

#[tokio::test]
async fn dropped_once_the_server_has_read_it_nobody_knows_and_nothing_follows() {
    let logs = Logs::default();
    let _guard = tracing::subscriber::set_default(logs.subscriber());
    let answers = Arc::new(Notify::new());
    let server = Server::always([Act::Await(Arc::clone(&answers)), accepted()]).await;
    for round in 1..=2 {
        let (trigger, calling) = (client(&server).trigger(call()), client(&server).call(call()));
        let handle = if round == 1 { trigger.handle() } else { calling.handle() };
        if round == 1 {
            drop_when(trigger, server.reads(round)).await;
        } else {
            drop_when(calling, server.reads(round)).await;
        }
        answers.notify_one();
        server.all_over().await;
        assert_eq!(known(&handle), (Placement::Unknown, None), "round {round}");
    }
    assert_eq!((server.count("POST"), server.count("GET")), (2, 0));
    let warnings = logs.text().matches("WARN").count();
    assert_eq!(warnings, 2, "{}", logs.text());
    assert_eq!(logs.text().matches("the call may have been placed").count(), 2);
}

#[tokio::test]
async fn dropped_while_the_rest_of_an_answer_is_awaited_what_came_of_it_counts() {
    let logs = Logs::default();
    let _guard = tracing::subscriber::set_default(logs.subscriber());
    let head = |status| format!("HTTP/1.1 {status} X\r\nContent-Length: 600\r\n\r\n");
    let sid = format!("{}{{\"call_sid\":\"{SID}\"}}", head(200));
    for (said, expected) in [
        (sid.clone(), with_sid(Placement::Placed)),
        (head(200), (Placement::Unknown, None)),
        (format!("{}{{\"call_sid\":\"OUT-3f25", head(200)), (Placement::Unknown, None)),
        (format!("{}{ENVELOPE}", head(500)), (Placement::Unknown, None)),
        (
            format!("{}{ENVELOPE}", head(500).replace("\r\n\r\n", "\r\nX-PolyAI-Correlation-Id: e1\r\n\r\n")),
            (Placement::NotPlaced, None),
        ),
        (head(401), (Placement::NotPlaced, None)),
    ] {
        let server = Server::always([raw(said.clone()), Act::Hang]).await;
        let calling = client(&server).call(call());
        let handle = calling.handle();
        drop_when(calling, async {
            server.reads(1).await;
            all_is_read().await;
        })
        .await;
        assert_eq!(known(&handle), expected, "{said}");
        server.all_over().await;
        assert_eq!(server.seen().len(), 1);
    }
    assert_eq!(logs.text().matches("the call may have been placed").count(), 3, "{}", logs.text());
}

#[tokio::test]
async fn dropped_while_it_waits_to_try_again_no_call_was_placed_and_none_will_be() {
    let logs = Logs::default();
    let _guard = tracing::subscriber::set_default(logs.subscriber());
    let server = Server::always([answer(429, "Retry-After: 1\r\n", "")]).await;
    let trigger = client(&server).trigger(call());
    let handle = trigger.handle();
    drop_when(trigger, async {
        while !logs.text().contains("attempt failed, trying again") {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    server.all_over().await;
    assert_eq!(known(&handle), (Placement::NotPlaced, None));
    assert_eq!(server.count("POST"), 1);
    assert!(!logs.text().contains("WARN"), "nobody was called: {}", logs.text());
}

#[tokio::test]
async fn dropped_while_the_call_is_followed_it_stays_placed_and_is_not_read_again() {
    let logs = Logs::default();
    let _guard = tracing::subscriber::set_default(logs.subscriber());
    let server = Server::always([accepted()]).await;
    let mut events = client(&server).call(call()).events();
    let handle = events.handle();
    assert!(matches!(events.next().await, Some(CallEvent::Placed(_))));
    assert!(events.next().now_or_never().is_none(), "it waits for its first reading");
    assert_eq!(known(&handle), with_sid(Placement::Placed));
    drop(events);
    server.all_over().await;
    assert_eq!(known(&handle), with_sid(Placement::Placed));
    assert_eq!((server.count("POST"), server.count("GET")), (1, 0));
    assert!(!logs.text().contains("WARN"), "its placement is known: {}", logs.text());
}

#[tokio::test]
async fn dropped_while_a_status_is_read_the_call_stays_placed_and_is_not_read_again() {
    let answers = Arc::new(Notify::new());
    let reading = [Act::Await(Arc::clone(&answers)), json(200, r#"{"status":"calling","reason":""}"#)];
    let server = Server::start(move |seen, _| match seen.method() {
        "POST" => vec![accepted()],
        _ => reading.to_vec(),
    })
    .await;
    let calling = client(&server).call(call());
    let handle = calling.handle();
    drop_when(calling, server.reads(2)).await;
    answers.notify_one();
    server.all_over().await;
    assert_eq!(known(&handle), with_sid(Placement::Placed));
    assert_eq!((server.count("POST"), server.count("GET")), (1, 1));
}

#[tokio::test]
async fn a_watch_or_a_status_read_that_is_dropped_reads_nothing_further() {
    let server = Server::start(|_, number| match number {
        0 => vec![json(200, r#"{"status":"calling","reason":""}"#)],
        _ => vec![json(500, ENVELOPE)],
    })
    .await;
    let client = client(&server);
    let sid = CallSid::parse(SID).unwrap();
    let mut watch = client.watch(sid.clone());
    assert_eq!(watch.next().await.unwrap().unwrap().status.as_str(), "calling");
    assert!(watch.next().now_or_never().is_none());
    drop(watch);
    drop_when(client.status(&sid), server.reads(2)).await;
    drop(client);
    server.all_over().await;
    assert_eq!(server.count("GET"), 2);
}

/// Polls a future so many times at most, and drops it.
async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

#[tokio::test]
async fn after_however_many_polls_it_is_dropped_the_handle_tells_the_truth() {
    let words = format!("{{\"call_sid\":\"{SID}\"}}");
    let length = words.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    let drip = Duration::from_millis(1);
    for times in 0.. {
        // One refusal, then an answer that comes in pieces: many places to be dropped at.
        let answer = [raw(head.clone()), Act::Drip(words.clone().into(), drip)];
        let server = Server::start(move |_, number| match number {
            0 => vec![answer_429()],
            _ => answer.to_vec(),
        })
        .await;
        let quick = RetryPolicy { base: drip, ..RetryPolicy::default() };
        let trigger = builder(server.url()).retry(quick).build().unwrap().trigger(call());
        let handle = trigger.handle();
        let result = polled(times, trigger).await;
        let posts = server.count("POST");
        server.all_over().await;
        let after = server.count("POST");
        match (known(&handle), after) {
            ((Placement::NotPlaced, None), 0 | 1) => {}
            ((Placement::Unknown, None), 0..=2) => {}
            ((Placement::Placed, Some(sid)), 2) => assert_eq!(sid, SID),
            (told, read) => {
                panic!("after {times} polls {told:?} is told of a call that was read {read} times")
            }
        }
        assert!(after - posts <= 1, "what is on its way may still arrive, but nothing else");
        if let Some(result) = result {
            assert_eq!(result.unwrap().attempts, 2);
            assert!(times > 10, "there were only {times} places to be dropped at");
            break;
        }
    }
}

fn answer_429() -> Act {
    answer(429, "Retry-After: 0\r\n", "")
}
