//! A campaign over peers that answer badly, late or never: where each recipient stands afterwards, why, and how many triggers
//! left. One recipient a case, so that what one case does to the pace or the breaker is no other case's business.

#![cfg(feature = "campaign")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::case::{accepted, head};
use common::server::{Act, Refusing, Seen, Server, own, raw};
use common::{SID, expect_eq, side_by_side};
use polyai_outbound::campaign::{
    CallingWindows, Event, MemoryStore, NewRecipient, Options, Planner, Runner, RunnerHandle, State,
};
use polyai_outbound::{Client, PhoneNumber, RetryPolicy, Timestamp};

/// For one request.
const TIME: Duration = Duration::from_secs(1);
/// Delay of a busy machine.
const LATE: Duration = Duration::from_secs(10);

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::default() + since
}

/// A campaign of so many recipients, and its store.
fn campaign(url: &str, recipients: u32) -> (Runner, Arc<Mutex<MemoryStore>>) {
    let retry = RetryPolicy { base: Duration::from_millis(1), max_retries: 1, ..RetryPolicy::default() };
    let client =
        Client::builder().base_url(url).token("t").retry(retry).request_timeout(TIME).build().unwrap();
    let windows = CallingWindows::always("a test: nobody is called").unwrap();
    let options = Options { windows, ..Options::default() };
    let mut planner = Planner::new(&options);
    let mut store = MemoryStore::new();
    for row in 1..=recipients {
        let number = PhoneNumber::parse(&format!("+14155550{:03}", 100 + row)).unwrap();
        let recipient = NewRecipient::new(u64::from(row), number);
        let standing = planner.first(now(), &recipient);
        store.add(recipient, standing);
    }
    let store = Arc::new(Mutex::new(store));
    (Runner::new(&client, Arc::clone(&store), options).unwrap(), store)
}

/// Where the only recipient stands, and why.
fn standing(store: &Mutex<MemoryStore>) -> (State, String) {
    let store = store.lock().unwrap();
    let (_, standing, _) = store.iter().next().unwrap();
    (standing.state, standing.reason.to_string())
}

/// Runs until the recipient stands there, or the campaign is over.
async fn run_until(runner: &mut Runner, state: State) {
    while let Some(event) = runner.next().await {
        if matches!(event, Event::Saved(change) if change.state == state) {
            return;
        }
    }
}

/// The answer to a reading of the call, in the service's words.
fn ended(status: &str) -> Act {
    own(200, format!(r#"{{"call_sid":"{SID}","status":"{status}"}}"#))
}

/// One way of answering the trigger, and what has to come of it. Readings are answered with success.
struct Case {
    name: &'static str,
    trigger: Vec<Act>,
    state: State,
    /// Requests that the server reads.
    triggers: usize,
    readings: usize,
    /// It is over only when the time for one request is.
    waits: bool,
}

fn lost(name: &'static str, trigger: impl Into<Vec<Act>>) -> Case {
    Case { name, trigger: trigger.into(), state: State::Unconfirmed, triggers: 1, readings: 0, waits: false }
}

fn followed(name: &'static str, trigger: impl Into<Vec<Act>>) -> Case {
    Case { state: State::Succeeded, readings: 1, ..lost(name, trigger) }
}

impl Case {
    fn that_waits(self) -> Self {
        Self { waits: true, ..self }
    }

    async fn hold(self) -> Result<(), String> {
        let trigger = self.trigger;
        let server = Server::start(move |seen, _| match seen.method() {
            "POST" => trigger.clone(),
            _ => vec![ended("success")],
        })
        .await;
        let (mut runner, store) = campaign(&server.url(), 1);
        let started = Instant::now();
        run_until(&mut runner, self.state).await;
        let took = started.elapsed();
        expect_eq("the state", standing(&store).0, self.state)?;
        expect_eq("the number of triggers", server.count("POST"), self.triggers)?;
        expect_eq("the number of readings", server.count("GET"), self.readings)?;
        expect_eq(
            "that the end waits for the time of a request",
            took >= TIME,
            self.waits || self.readings > 0,
        )?;
        // The first reading of a call is up to five seconds after it was placed.
        let longest = TIME + LATE + if self.readings > 0 { Duration::from_secs(5) } else { Duration::ZERO };
        if took > longest {
            return Err(format!("it took {took:?}"));
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_is_sent_once_however_its_answer_ends_and_what_came_of_the_answer_counts() {
    let chunk = |text: String| raw(format!("{:x}\r\n{text}\r\n", text.len()));
    let half = accepted().split_at(20).0.to_owned();
    let cases = [
        lost("no answer", [Act::Hang]).that_waits(),
        lost("half a status line", [raw("HTTP/1.1 20"), Act::Hang]).that_waits(),
        lost("a head, and no body", [head("Content-Length: 60\r\n"), Act::Hang]).that_waits(),
        lost("a head, and half a body", [head("Content-Length: 60\r\n"), raw(half.clone()), Act::Hang])
            .that_waits(),
        lost("half a body, and the end", [head("Content-Length: 60\r\n"), raw(half), Act::Close]),
        lost("the end", [Act::Close]),
        lost("a reset", [Act::Reset]),
        lost("no HTTP", [raw("SSH-2.0-OpenSSH_9.2\r\n"), Act::Close]),
        followed(
            "a SID, and no end of the body",
            [head("Content-Length: 600\r\n"), raw(accepted()), Act::Hang],
        )
        .that_waits(),
        followed(
            "a SID in a chunk, and no further one",
            [head("Transfer-Encoding: chunked\r\n"), chunk(accepted()), Act::Hang],
        )
        .that_waits(),
        followed(
            "a SID, and a reset",
            [
                head("Content-Length: 600\r\n"),
                raw(accepted()),
                Act::Pause(Duration::from_millis(100)),
                Act::Reset,
            ],
        ),
    ];
    side_by_side(cases.into_iter().map(|case| (case.name, case.hold()))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_time_is_over_is_dropped_with_its_connection() {
    let (closed, mut is_closed) = tokio::sync::mpsc::unbounded_channel();
    let listener = common::server::listen().await;
    let url = format!("http://{}", listener.local_addr().unwrap());
    let peer = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut held = Vec::new();
        common::server::read_request(&mut stream, &mut held).await.unwrap().unwrap();
        // The next that comes is the end of the connection, for nobody sends a second request into it.
        let next = common::server::read_request(&mut stream, &mut held).await;
        closed.send(matches!(next, Ok(None) | Err(_))).unwrap();
    });
    let (mut runner, store) = campaign(&url, 1);
    run_until(&mut runner, State::Unconfirmed).await;
    let ended = tokio::time::timeout(LATE, is_closed.recv()).await.expect("the connection stays open");
    assert_eq!(ended, Some(true));
    assert_eq!(standing(&store).0, State::Unconfirmed);
    peer.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_gets_no_answer_is_made_again_and_loses_nothing() {
    for nothing in [vec![Act::Hang], vec![Act::Reset], vec![head("Content-Length: 60\r\n"), Act::Hang]] {
        let server = Server::start(move |seen, number| match (seen.method(), number) {
            ("POST", _) => vec![own(200, accepted())],
            (_, 1) => nothing.clone(),
            _ => vec![ended("failure")],
        })
        .await;
        let (mut runner, store) = campaign(&server.url(), 1);
        run_until(&mut runner, State::Failed).await;
        assert_eq!(standing(&store).0, State::Failed);
        assert_eq!((server.count("POST"), server.count("GET")), (1, 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_left_is_scheduled_again_and_sent_once_when_the_peer_is_there() {
    let refusing = Refusing::new();
    let (mut runner, store) = campaign(&refusing.url(), 1);
    run_until(&mut runner, State::Scheduled).await;
    assert_eq!(standing(&store).0, State::Scheduled);
    let server = Server::bound(refusing.listen(), Vec::new(), |seen, _| match seen.method() {
        "POST" => vec![own(200, accepted())],
        _ => vec![ended("success")],
    });
    run_until(&mut runner, State::Succeeded).await;
    assert_eq!((server.count("POST"), standing(&store).0), (1, State::Succeeded));
}

/// Answers the trigger at once and readings with `calling`, and does so with a second trigger what it is told.
async fn placing(second: Vec<Act>) -> Server {
    Server::start(move |seen: &Seen, number| match (seen.method(), number) {
        ("POST", 0) => vec![own(200, accepted())],
        ("POST", _) => second.clone(),
        _ => vec![ended("calling")],
    })
    .await
}

async fn told(tell: impl FnOnce(&RunnerHandle), second: Vec<Act>) -> (Server, Vec<State>) {
    let server = placing(second).await;
    let (mut runner, store) = campaign(&server.url(), 3);
    let handle = runner.handle();
    // One call runs, and the trigger of the second one is on its way.
    tokio::select! {
        () = async { while runner.next().await.is_some() {} } => panic!("it ended by itself"),
        () = server_reads_triggers(&server, 2) => {}
    }
    tell(&handle);
    tokio::time::timeout(TIME + LATE, async { while runner.next().await.is_some() {} })
        .await
        .expect("it ends");
    let states = store.lock().unwrap().iter().map(|(_, standing, _)| standing.state).collect();
    (server, states)
}

async fn server_reads_triggers(server: &Server, triggers: usize) {
    while server.count("POST") < triggers {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_it_gives_up_what_is_in_flight_and_says_of_each_where_it_stands() {
    let (server, states) = told(RunnerHandle::stop, vec![Act::Hang]).await;
    assert_eq!(states, [State::InProgress, State::Unconfirmed, State::Scheduled]);
    assert_eq!(server.count("POST"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_machine_that_wakes_it_late_calls_are_followed_and_a_hanging_trigger_ends_all_the_same() {
    let server = Server::start(|seen, number| match (seen.method(), number) {
        ("POST", 0) => vec![own(200, accepted())],
        ("POST", _) => vec![Act::Hang],
        _ => vec![ended("success")],
    })
    .await;
    let (mut runner, store) = campaign(&server.url(), 2);
    let run = async {
        // As a program does that shows how far it is: later than a timer may be, and more often than what came is waited for.
        while let Ok(Some(_)) | Err(_) = tokio::time::timeout(Duration::from_millis(20), runner.next()).await
        {
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    tokio::time::timeout(Duration::from_secs(30), run).await.expect("it ends");
    let states: Vec<_> = store.lock().unwrap().iter().map(|(_, standing, _)| standing.state).collect();
    assert_eq!(states, [State::Succeeded, State::Unconfirmed]);
}
