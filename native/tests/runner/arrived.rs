//! Answers that are given up, because their time is over or the runner stops, when some of them has arrived: what is known of
//! a call is not lost.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc;
use std::time::Duration;

use polyai_outbound::campaign::State;
use tokio::sync::oneshot;

use super::world::{TIME, World, row_of, sid};
use crate::common::case::head;
use crate::common::server::{Act, Seen, Server, own};

/// A campaign of two rows. The trigger of the first gets this, that of the second a whole answer; readings tell a success.
async fn two(first: Vec<Act>) -> (World, Server) {
    let server =
        Server::start(move |seen: &Seen, _| match (seen.method(), row_of(seen.target(), &seen.body)) {
            ("POST", 1) => first.clone(),
            ("POST", row) => vec![own(200, accepted(row))],
            (_, row) => vec![own(200, format!(r#"{{"call_sid":"{}","status":"success"}}"#, sid(row)))],
        })
        .await;
    (World::of(2, server.url()), server)
}

fn accepted(row: u64) -> String {
    format!(r#"{{"call_sid":"{}"}}"#, sid(row))
}

/// An answer that names its call, and whose connection waits for more that never comes.
fn hanging() -> Vec<Act> {
    vec![head("Content-Length: 4000\r\n"), Act::Send(accepted(1).into()), Act::Hang]
}

/// Its end was looked for on a clock of its own before, which had not come so far.
#[tokio::test]
async fn a_sid_that_has_come_is_kept_when_the_clock_is_set_forward_past_the_time_of_its_request() {
    let (mut world, server) = two(hanging()).await;
    // What was sent before the other's answer is there when that is.
    let passed = world.run_until_saved(2, State::InProgress).await;
    assert_eq!(world.row(1), (State::Dialing, None));
    // Not so far that it is taken for a process that was frozen.
    world.step(TIME - passed + Duration::from_secs(1));
    world.run_until_saved(1, State::InProgress).await;
    assert_eq!(world.row(1), (State::InProgress, Some(sid(1))));
    world.run_to_the_end().await;
    assert_eq!(world.row(1), (State::Succeeded, Some(sid(1))));
    assert_eq!(server.count("POST"), 2);
}

#[tokio::test]
async fn a_sid_that_has_come_is_kept_when_the_time_of_its_request_passes_again_and_again_in_jumps() {
    let (mut world, server) = two(hanging()).await;
    world.run_until_saved(2, State::InProgress).await;
    // Each is taken for a process that was frozen, and lets the answer come; so often and no more.
    for _ in 0..8 {
        world.step(TIME + Duration::from_secs(60));
        let _ = tokio::time::timeout(Duration::from_secs(2), world.runner.next()).await;
    }
    world.run_to_the_end().await;
    assert_eq!(world.row(1), (State::Succeeded, Some(sid(1))));
    assert_eq!(server.count("POST"), 2);
}

#[tokio::test]
async fn a_stop_keeps_what_has_come_and_the_next_runner_follows_the_call() {
    let (mut world, server) = two(hanging()).await;
    world.run_until_saved(2, State::InProgress).await;
    world.runner.handle().stop();
    world.run_to_the_end().await;
    assert_eq!(world.row(1), (State::InProgress, Some(sid(1))));
    assert_eq!(server.count("POST"), 2);
}

/// Nothing is known of it, so nobody may say that no call was placed.
#[tokio::test]
async fn a_stop_before_any_of_the_answer_leaves_the_row_unconfirmed() {
    for nothing in [vec![Act::Hang], vec![head("Content-Length: 4000\r\n"), Act::Hang]] {
        let (mut world, _server) = two(nothing).await;
        world.run_until_saved(2, State::InProgress).await;
        world.runner.handle().stop();
        world.run_to_the_end().await;
        assert_eq!(world.row(1), (State::Unconfirmed, None));
    }
}

/// A server in a thread of its own, which goes on while the runtime stands still: it reads so many triggers, one from each
/// connection, and answers them all when it is told.
struct Waiting {
    url: String,
    /// Tells when all have been read.
    have_come: oneshot::Receiver<()>,
    /// Answers, and tells when the answers have left.
    answer: mpsc::Sender<mpsc::Sender<()>>,
}

fn waiting(triggers: u64) -> Waiting {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, have_come) = oneshot::channel();
    let (answer, told) = mpsc::channel::<mpsc::Sender<()>>();
    std::thread::spawn(move || {
        let read = |_| {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut held, mut chunk) = (Vec::new(), [0; 4096]);
            // The body is JSON, and nothing else in the request ends so.
            while !held.ends_with(b"}") {
                let length = stream.read(&mut chunk).unwrap();
                held.extend_from_slice(&chunk[..length]);
            }
            (stream, row_of("", &String::from_utf8(held).unwrap()))
        };
        let mut read: Vec<_> = (0..triggers).map(read).collect();
        tell.send(()).unwrap();
        let Ok(tell) = told.recv() else { return };
        for (stream, row) in &mut read {
            let body = accepted(*row);
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).unwrap();
        }
        tell.send(()).unwrap();
        // Nothing is closed before the test has ended.
        let _ = told.recv();
    });
    Waiting { url, have_come, answer }
}

impl Waiting {
    /// Lets a campaign run until all its triggers have left, and the whole runtime stand still until all answers have come.
    async fn stands_still(&mut self, world: &mut World) -> Duration {
        let have_come = &mut self.have_come;
        let passed = world.run_until(Duration::from_millis(10), |_, _| have_come.try_recv().is_ok()).await;
        let (tell, told) = mpsc::channel();
        self.answer.send(tell).unwrap();
        told.recv().unwrap();
        passed
    }
}

/// More than a runtime hands out at once.
const MANY: u64 = 64;

fn all_in_progress() -> BTreeMap<u64, (State, Option<String>)> {
    (1..=MANY).map(|row| (row, (State::InProgress, Some(sid(row))))).collect()
}

#[tokio::test]
async fn whole_answers_that_lie_in_the_sockets_are_read_at_a_stop() {
    let mut server = waiting(MANY);
    let mut world = World::of(MANY, server.url.clone());
    server.stands_still(&mut world).await;
    world.runner.handle().stop();
    world.run_to_the_end().await;
    assert_eq!(world.store.standings(), all_in_progress());
}

#[tokio::test]
async fn whole_answers_that_lie_in_the_sockets_are_read_when_their_time_is_over() {
    // At the end itself, a little beyond it, and far beyond it.
    for beyond in [0, 1, 20, 49, 50, 3_600_000].map(Duration::from_millis) {
        let mut server = waiting(MANY);
        let mut world = World::of(MANY, server.url.clone());
        let passed = server.stands_still(&mut world).await;
        world.step(TIME - passed + beyond);
        let all_are_saved = |_: Option<&_>, store: &super::world::Told| {
            store.standings().values().all(|(state, _)| *state != State::Dialing)
        };
        world.run_until(Duration::ZERO, all_are_saved).await;
        assert_eq!(world.store.standings(), all_in_progress(), "{beyond:?} beyond");
    }
}

#[tokio::test]
async fn whole_answers_that_came_while_the_process_stood_still_are_read_when_it_goes_on() {
    const TIME: Duration = Duration::from_secs(2);
    let mut server = waiting(8);
    let mut world = World::in_real_time(8, server.url.clone(), TIME);
    server.stands_still(&mut world).await;
    // Their time is over by little, so that timers and sockets are looked at in the same moment.
    std::thread::sleep(TIME);
    let none_is_awaited = |_: Option<&_>, store: &super::world::Told| {
        store.standings().values().all(|(state, _)| *state != State::Dialing)
    };
    world.run_until(Duration::ZERO, none_is_awaited).await;
    let in_progress: BTreeMap<_, _> = (1..=8).map(|row| (row, (State::InProgress, Some(sid(row))))).collect();
    assert_eq!(world.store.standings(), in_progress);
}
