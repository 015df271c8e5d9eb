//! A runner and its store: what leaves, arrives or is told is saved first, whatever happens to either of them.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use polyai_outbound::campaign::{Command, Event, State};

use super::world::{Told, World, row_of, sid};
use crate::common::server::{Act, Seen, Server, own};

/// As the sandbox does it: every trigger is taken, every call succeeds.
fn taken(seen: &Seen) -> Vec<Act> {
    let sid = sid(row_of(seen.target(), &seen.body));
    match seen.method() {
        "POST" => vec![own(200, format!(r#"{{"call_sid":"{sid}"}}"#))],
        _ => vec![own(200, format!(r#"{{"call_sid":"{sid}","status":"success"}}"#))],
    }
}

/// The rows that were dialed, each with the number of its triggers.
fn triggers(server: &Server) -> Vec<(u64, usize)> {
    let rows: Vec<u64> = server
        .seen()
        .iter()
        .filter(|seen| seen.method() == "POST")
        .map(|seen| row_of(seen.target(), &seen.body))
        .collect();
    let of = |row: u64| rows.iter().filter(|it| **it == row).count();
    rows.iter().copied().collect::<BTreeSet<_>>().into_iter().map(|row| (row, of(row))).collect()
}

fn once_each(rows: u64) -> Vec<(u64, usize)> {
    (1..=rows).map(|row| (row, 1)).collect()
}

const TICK: Duration = Duration::from_millis(10);

#[tokio::test]
async fn an_intent_is_saved_before_its_trigger_leaves_and_a_sid_before_its_status_is_read() {
    let store: Arc<OnceLock<Told>> = Arc::default();
    let wrong: Arc<Mutex<Vec<String>>> = Arc::default();
    let (looked_at, found) = (Arc::clone(&store), Arc::clone(&wrong));
    let server = Server::start(move |seen: &Seen, _| {
        let row = row_of(seen.target(), &seen.body);
        let standing = looked_at.get().unwrap().standings()[&row].clone();
        let expected = match seen.method() {
            "POST" => (State::Dialing, None),
            _ => (State::InProgress, Some(sid(row))),
        };
        if standing != expected {
            found.lock().unwrap().push(format!("{} of row {row}: {standing:?}", seen.method()));
        }
        taken(seen)
    })
    .await;
    let mut world = World::of(20, server.url());
    store.set(world.store.clone()).ok().unwrap();
    world.run_to_the_end().await;
    assert_eq!(*wrong.lock().unwrap(), [""; 0]);
    assert_eq!(triggers(&server), once_each(20));
    assert!(world.store.standings().values().all(|(state, _)| *state == State::Succeeded));
}

#[tokio::test]
async fn what_is_told_to_be_saved_is_saved() {
    let server = Server::start(|seen: &Seen, _| taken(seen)).await;
    let mut world = World::of(5, server.url());
    let (mut told, mut wrong) = (Vec::new(), Vec::new());
    let ends = |event: Option<&Event>, store: &Told| {
        if let Some(Event::Saved(change)) = event {
            let state = store.standings()[&change.row].0;
            // It may have gone on since.
            if told_before(state, change.state) {
                wrong.push((change.row, change.state, state));
            }
            told.push((change.row, change.state));
        }
        told.iter().filter(|(_, state)| *state == State::Succeeded).count() == 5
    };
    world.run_until(Duration::from_millis(500), ends).await;
    assert_eq!(wrong, []);
    for row in 1..=5 {
        let of_row: Vec<State> = told.iter().filter(|it| it.0 == row).map(|it| it.1).collect();
        assert_eq!(of_row, [State::Dialing, State::InProgress, State::Succeeded], "row {row}");
    }
}

/// True if a row that stands there has not come so far yet.
fn told_before(stands: State, told: State) -> bool {
    const WAY: [State; 4] = [State::Scheduled, State::Dialing, State::InProgress, State::Succeeded];
    let far = |state| WAY.iter().position(|it| *it == state).unwrap_or_else(|| panic!("{state:?}"));
    far(stands) < far(told)
}

#[tokio::test]
async fn a_sid_that_arrives_while_the_store_is_slow_is_saved_though_a_stop_comes_between() {
    let server = Server::start(|seen: &Seen, _| taken(seen)).await;
    let mut world = World::of(1, server.url());
    // Held from the moment at which the trigger may leave.
    world.run_until_saved(1, State::Dialing).await;
    world.store.hold();
    world.run_until(Duration::ZERO, |_, _| server.count("POST") == 1).await;
    let answered = tokio::time::timeout(Duration::from_millis(500), world.runner.next()).await;
    assert!(answered.is_err(), "nothing is told before it is saved: {answered:?}");
    assert_eq!(world.row(1), (State::Dialing, None));
    world.runner.handle().stop();
    let ended = tokio::time::timeout(Duration::from_millis(500), world.runner.next()).await;
    assert!(ended.is_err(), "it does not end before it is saved: {ended:?}");
    world.store.let_go();
    world.run_to_the_end().await;
    assert_eq!(world.row(1), (State::InProgress, Some(sid(1))));
    assert_eq!(triggers(&server), once_each(1));
}

#[tokio::test]
async fn a_sid_that_arrives_while_the_store_fails_is_saved_once_it_does_not() {
    for fails in [1, 2] {
        let server = Server::start(|seen: &Seen, _| taken(seen)).await;
        let mut world = World::of(2, server.url());
        world.run_until_saved(1, State::Dialing).await;
        world.store.fails.store(fails, Ordering::SeqCst);
        let mut failures = 0;
        let recovers = |event: Option<&Event>, _: &Told| {
            failures += usize::from(matches!(event, Some(Event::StoreFailed { .. })));
            matches!(event, Some(Event::StoreRecovered))
        };
        world.run_until(Duration::from_secs(1), recovers).await;
        assert_eq!(failures, fails);
        world.run_to_the_end().await;
        assert_eq!(world.row(1), (State::Succeeded, Some(sid(1))), "after {fails} failures");
        assert_eq!(triggers(&server), once_each(2));
    }
}

#[tokio::test]
async fn a_runner_that_is_asked_and_left_again_and_again_calls_everybody_once() {
    let server = Server::start(|seen: &Seen, _| taken(seen)).await;
    let mut world = World::of(5, server.url());
    let run = async {
        loop {
            // Asked once, and dropped at once where there is nothing to tell.
            match futures_util::FutureExt::now_or_never(world.runner.next()) {
                Some(None) => return,
                Some(Some(_)) => {}
                None => {
                    world.step(TICK);
                    tokio::task::yield_now().await;
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(100), run).await.expect("it ends");
    assert_eq!(triggers(&server), once_each(5));
    assert!(world.store.standings().values().all(|(state, _)| *state == State::Succeeded));
}

#[tokio::test]
async fn a_trigger_whose_runner_is_gone_is_unconfirmed_and_nobody_is_rung_again() {
    let server = Server::start(|seen: &Seen, _| match (seen.method(), row_of(seen.target(), &seen.body)) {
        ("POST", 1) => vec![Act::Hang],
        _ => taken(seen),
    })
    .await;
    let mut world = World::of(2, server.url());
    world.run_until_saved(2, State::InProgress).await;
    assert_eq!(world.row(1), (State::Dialing, None));
    let mut world = world.begin_anew();
    world.run_to_the_end().await;
    assert_eq!(world.row(1), (State::Unconfirmed, None));
    assert_eq!(world.row(2), (State::Succeeded, Some(sid(2))));
    assert_eq!(triggers(&server), once_each(2));
}

#[tokio::test]
async fn a_pause_lets_nobody_be_rung_and_follows_who_was() {
    for (command, rest) in [(Command::Pause, State::Scheduled), (Command::Cancel, State::Cancelled)] {
        let server = Server::start(|seen: &Seen, _| taken(seen)).await;
        let mut world = World::of(200, server.url());
        world.run_until_saved(1, State::InProgress).await;
        world.store.rows.lock().unwrap().command(command);
        let is_heard = |event: Option<&Event>, _: &Told| matches!(event, Some(Event::Command(_)));
        world.run_until(TICK, is_heard).await;
        let rung = triggers(&server).len();
        if command == Command::Cancel {
            world.run_to_the_end().await;
        } else {
            let is_in_flight = |state| matches!(state, State::Dialing | State::InProgress);
            let nobody_is_in_flight = |event: Option<&Event>, store: &Told| {
                event.is_none() && !store.standings().values().any(|it| is_in_flight(it.0))
            };
            world.run_until(Duration::from_secs(1), nobody_is_in_flight).await;
        }
        let standings = world.store.standings();
        let succeeded = standings.values().filter(|it| it.0 == State::Succeeded).count();
        assert!(succeeded >= rung && succeeded < 200, "{succeeded} of {rung}");
        assert_eq!(triggers(&server).len(), succeeded, "{command:?}");
        assert_eq!(standings.values().filter(|it| it.0 == rest).count(), 200 - succeeded, "{command:?}");
    }
}

#[tokio::test]
async fn nobody_is_dialed_from_a_stop_on() {
    let server = Server::start(|seen: &Seen, _| match seen.method() {
        "POST" => vec![Act::Hang],
        _ => taken(seen),
    })
    .await;
    let mut world = World::of(64, server.url());
    // The clock stands still, so that there is time for the first triggers only; then there is time for all.
    world.run_until(Duration::ZERO, |_, _| server.count("POST") >= 1).await;
    let dialed = |store: &Told| store.standings().values().filter(|it| it.0 != State::Scheduled).count();
    let before = dialed(&world.store);
    world.step(Duration::from_secs(10));
    world.runner.handle().stop();
    world.run_to_the_end().await;
    assert!(before < 64, "{before}");
    assert_eq!(dialed(&world.store), before);
}
