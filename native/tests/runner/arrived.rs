//! Answers that are given up, because their time is over or the runner stops, when some of them has arrived: what is known of
//! a call is not lost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyai_outbound::campaign::{
    CallingWindows, Event, MemoryStore, NewRecipient, Options, Planner, Runner, State,
};
use polyai_outbound::{Client, PhoneNumber, Timestamp};

use crate::common::case::{accepted, head};
use crate::common::server::{Act, Seen, Server, own};
use crate::common::{SID, builder};

/// For one request, by the clock that a test sets.
const TIME: Duration = Duration::from_secs(60);
/// The SID of the call whose answer comes whole.
const OTHER: &str = "OUT-3f2504e0-4f89-41d3-9a0c-0305e82c3302";
/// Ends what hangs.
const HANG: Duration = Duration::from_secs(100);

/// A campaign of two recipients under a clock that goes on only as it is told.
struct World {
    runner: Runner,
    store: Arc<Mutex<MemoryStore>>,
    clock: Arc<AtomicU64>,
    server: Server,
}

impl World {
    /// The trigger of the first recipient gets this, that of the second a whole answer; readings tell a success.
    async fn of(first: Vec<Act>) -> Self {
        let server = Server::start(move |seen: &Seen, _| match seen.method() {
            "POST" if seen.body.contains("+14155550101") => first.clone(),
            "POST" => vec![own(200, format!(r#"{{"call_sid":"{OTHER}"}}"#))],
            _ if seen.target().contains(SID) => {
                vec![own(200, format!(r#"{{"call_sid":"{SID}","status":"success"}}"#))]
            }
            _ => vec![own(200, format!(r#"{{"call_sid":"{OTHER}","status":"success"}}"#))],
        })
        .await;
        let client: Client = builder(server.url()).request_timeout(TIME).build().unwrap();
        let windows = CallingWindows::always("a test: nobody is called").unwrap();
        let options = Options { windows, ..Options::default() };
        let clock = Arc::new(AtomicU64::new(1_795_622_400_000));
        let told = Arc::clone(&clock);
        let now = move || Timestamp::from_millis(told.load(Ordering::SeqCst));
        let (mut planner, mut store) = (Planner::new(&options), MemoryStore::new());
        for row in 1..=2 {
            let number = PhoneNumber::parse(&format!("+1415555010{row}")).unwrap();
            let recipient = NewRecipient::new(row, number);
            let standing = planner.first(now(), &recipient);
            store.add(recipient, standing);
        }
        let store = Arc::new(Mutex::new(store));
        let runner = Runner::with_clock(&client, Arc::clone(&store), options, Box::new(now)).unwrap();
        Self { runner, store, clock, server }
    }

    fn step(&self, span: Duration) {
        self.clock.fetch_add(u64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Runs while the clock goes on by a little, until a row stands there; returns for how long that was by the clock.
    async fn run_until(&mut self, row: u64, state: State) -> Duration {
        const TICK: Duration = Duration::from_millis(10);
        let mut passed = Duration::ZERO;
        let run = async {
            loop {
                match tokio::time::timeout(Duration::from_millis(20), self.runner.next()).await {
                    Ok(Some(Event::Saved(change))) if (change.row, change.state) == (row, state) => return,
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("it has ended: {:?}", standings(&self.store)),
                    Err(_) => {
                        self.clock.fetch_add(10, Ordering::SeqCst);
                        passed += TICK;
                    }
                }
            }
        };
        tokio::time::timeout(HANG, run)
            .await
            .unwrap_or_else(|_| panic!("it hangs: {:?}", standings(&self.store)));
        passed
    }

    async fn run_to_the_end(&mut self) {
        let run = async {
            while let Ok(Some(_)) | Err(_) =
                tokio::time::timeout(Duration::from_millis(20), self.runner.next()).await
            {
                self.clock.fetch_add(100, Ordering::SeqCst);
            }
        };
        tokio::time::timeout(HANG, run)
            .await
            .unwrap_or_else(|_| panic!("it hangs: {:?}", standings(&self.store)));
    }

    /// State of the first row, and the call SID of its last attempt.
    fn first(&self) -> (State, Option<String>) {
        let store = self.store.lock().unwrap();
        let (_, standing, attempts) = store.iter().next().unwrap();
        let call_sid = attempts.last().and_then(|it| it.call_sid.as_ref()).map(ToString::to_string);
        (standing.state, call_sid)
    }
}

fn standings(store: &Mutex<MemoryStore>) -> Vec<(State, String)> {
    let store = store.lock().unwrap();
    store.iter().map(|(_, standing, _)| (standing.state, standing.reason.to_string())).collect()
}

/// An answer that names its call, and whose connection waits for more that never comes.
fn hanging() -> Vec<Act> {
    vec![head("Content-Length: 4000\r\n"), Act::Send(accepted().into()), Act::Hang]
}

/// Its end was looked for on a clock of its own before, which had not come so far.
#[tokio::test]
async fn a_sid_that_has_come_is_kept_when_the_clock_is_set_forward_past_the_time_of_its_request() {
    let mut world = World::of(hanging()).await;
    // What was sent before the other's answer is there when that is.
    let passed = world.run_until(2, State::InProgress).await;
    assert_eq!(world.first(), (State::Dialing, None));
    // Not so far that it is taken for a process that was frozen.
    world.step(TIME - passed + Duration::from_secs(1));
    world.run_until(1, State::InProgress).await;
    assert_eq!(world.first(), (State::InProgress, Some(SID.to_owned())));
    world.run_to_the_end().await;
    assert_eq!(world.first(), (State::Succeeded, Some(SID.to_owned())));
    assert_eq!(world.server.count("POST"), 2);
}

#[tokio::test]
async fn a_sid_that_has_come_is_kept_when_the_time_of_its_request_passes_again_and_again_in_jumps() {
    let mut world = World::of(hanging()).await;
    world.run_until(2, State::InProgress).await;
    // Each is taken for a process that was frozen, and lets the answer come; so often and no more.
    for _ in 0..8 {
        world.step(TIME + Duration::from_secs(60));
        let _ = tokio::time::timeout(Duration::from_secs(2), world.runner.next()).await;
    }
    world.run_to_the_end().await;
    assert_eq!(world.first(), (State::Succeeded, Some(SID.to_owned())));
    assert_eq!(world.server.count("POST"), 2);
}

#[tokio::test]
async fn a_stop_keeps_what_has_come_and_the_next_runner_follows_the_call() {
    let mut world = World::of(hanging()).await;
    world.run_until(2, State::InProgress).await;
    world.runner.handle().stop();
    world.run_to_the_end().await;
    assert_eq!(world.first(), (State::InProgress, Some(SID.to_owned())));
    assert_eq!(world.server.count("POST"), 2);
}

/// Nothing is known of it, so nobody may say that no call was placed.
#[tokio::test]
async fn a_stop_before_any_of_the_answer_leaves_the_row_unconfirmed() {
    for nothing in [vec![Act::Hang], vec![head("Content-Length: 4000\r\n"), Act::Hang]] {
        let mut world = World::of(nothing).await;
        world.run_until(2, State::InProgress).await;
        world.runner.handle().stop();
        world.run_to_the_end().await;
        assert_eq!(world.first(), (State::Unconfirmed, None));
    }
}
