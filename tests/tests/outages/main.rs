//! Outages of ten minutes over a thousand rows, and a gateway that refuses readings for five, in virtual time. No row ends
//! because of them, three at most become unconfirmed, and the list is finished: by itself, or by one `resume`.
//!
//! The same is tried for seconds through the program itself, on real sockets: `tests/peers`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::time::Duration;

use polyai_outbound_core::campaign::{CallingWindows, Command, Finish, NewRecipient, Options, Pace, State};
use polyai_outbound_core::sandbox::Config;
use polyai_outbound_core::{Destination, Headers, Method, PhoneNumber, Request, Response, Timestamp};
use polyai_outbound_tests::world::{Fate, World};

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const MINUTE: Duration = Duration::from_secs(60);
const OUTAGE: Duration = Duration::from_secs(600);
const ROWS: usize = 1000;

/// What everything meets while nothing works.
struct Kind {
    name: &'static str,
    fate: fn() -> Fate,
    /// Whether it may have rung: then a person is asked before the campaign goes on.
    is_in_doubt: bool,
}

/// An answer that is marked as the service's own, or not.
fn answered(status: u16, is_own: bool, content_type: &'static str, body: &str) -> Fate {
    let mut headers = Headers::default();
    headers.push("Content-Type", content_type);
    if is_own {
        headers.push("X-PolyAI-Correlation-Id", "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    }
    Fate::Answered(Response { status, headers, body: body.into() })
}

fn page(status: u16) -> Fate {
    answered(status, false, "text/html", "<html><body>something before the service</body></html>")
}

const fn kind(name: &'static str, is_in_doubt: bool, fate: fn() -> Fate) -> Kind {
    Kind { name, fate, is_in_doubt }
}

#[rustfmt::skip]
const KINDS: [Kind; 15] = [
    kind("connections are refused", false, || Fate::NeverSent),
    kind("connections are reset", true, || Fate::LostBefore),
    kind("connections are reset when all was done", true, || Fate::LostAfter),
    kind("everything hangs", true, || Fate::Hangs),
    kind("HTML 502", true, || page(502)),
    kind("HTML 503", true, || page(503)),
    kind("HTML 504", true, || page(504)),
    kind("a proxy's JSON 500", true, || answered(500, false, "application/json", r#"{"statusCode":500,"error":"Internal Server Error","code":"ECONNRESET"}"#)),
    kind("an own 500", false, || answered(500, true, "application/json", r#"{"error":"failed","code":"INTERNAL_ERROR"}"#)),
    kind("an own 503", false, || answered(503, true, "application/json", r#"{"error":"unavailable","code":"UNAVAILABLE"}"#)),
    kind("a foreign 400", false, || page(400)),
    kind("a foreign 404", false, || page(404)),
    kind("a foreign 405", false, || page(405)),
    kind("a redirect", true, || page(302)),
    kind("a login page", true, || page(200)),
];

/// A campaign of rows that would all succeed.
fn world(rows: usize, seed: u64) -> World {
    let options = Options {
        windows: CallingWindows::always("a test: nobody is called").unwrap(),
        pace: Pace { rate: 5.0, max_in_flight: 200, ..Pace::default() },
        ..Options::default()
    };
    let mut world = World::new(START, Config::default().with_seed(seed), options, seed).unwrap();
    world.keeps_events = false;
    // Of every area two numbers of the sandbox's that end in success.
    let numbers = (0..rows).map(|nth| format!("+1{}55501{}0", 201 + nth / 2, nth % 2));
    let recipient =
        |(row, number): (u64, String)| NewRecipient::new(row, PhoneNumber::parse(&number).unwrap());
    world.add((1..).zip(numbers).map(recipient));
    world
}

fn states(world: &World) -> BTreeMap<&'static str, usize> {
    let mut states = BTreeMap::new();
    for (_, standing, _) in world.store.iter() {
        *states.entry(standing.state.as_str()).or_default() += 1;
    }
    states
}

/// What must hold at any time: nobody was rung twice, and nothing has ended but in success.
fn check(world: &World, what: &str) {
    let mut rang = BTreeMap::<_, u32>::new();
    for call in world.sandbox.calls() {
        let Destination::E164(number) = call.destination else { panic!("all are in E.164 form") };
        *rang.entry(number).or_default() += 1;
    }
    assert!(rang.values().all(|times| *times == 1), "{what}: somebody was rung twice");
    let unconfirmed = world.store.count(State::Unconfirmed);
    assert!(unconfirmed <= 3, "{what}: {unconfirmed} unconfirmed");
    for (recipient, standing, _) in world.store.iter() {
        let goes_on = !standing.state.is_terminal();
        let is_meant = matches!(standing.state, State::Succeeded | State::Unconfirmed);
        assert!(goes_on || is_meant, "{what}: row {} {}: {}", recipient.row, standing.state, standing.reason);
    }
}

/// Lets the outage pass, and finishes the list; whether a person had to resume it.
fn finish(world: &mut World, from: Timestamp, what: &str) -> bool {
    assert_eq!(world.run_until(from + OUTAGE), None, "{what}: it does not end before the outage does");
    check(world, what);
    // Probes are minutes apart by now.
    let finish = world.run_until(from + OUTAGE + MINUTE * 60);
    check(world, what);
    let resumed = finish.is_none();
    let finish = if resumed {
        world.store.command(Command::Run);
        world.run_until(from + OUTAGE + MINUTE * 120)
    } else {
        finish
    };
    check(world, what);
    assert_eq!(finish, Some(Finish::Done), "{what}: {:?}", states(world));
    let unconfirmed = world.store.count(State::Unconfirmed);
    assert_eq!(world.store.count(State::Succeeded), ROWS - unconfirmed, "{what}: {:?}", states(world));
    resumed
}

#[test]
fn an_outage_of_ten_minutes_ends_no_row_and_the_list_is_finished_after_it() {
    for Kind { name, fate, is_in_doubt } in KINDS {
        // From the first request on, when nothing is known to work, and in the middle of the list.
        for (begins, when) in [(Duration::ZERO, "from the first trigger on"), (MINUTE, "in the middle")] {
            let what = format!("{name}, {when}");
            let from = START + begins;
            let mut world = world(ROWS, 7);
            world.gateway = Some(Box::new(move |now, _| (from..from + OUTAGE).contains(&now).then(fate)));
            let resumed = finish(&mut world, from, &what);
            assert!(is_in_doubt || !resumed, "{what}: it goes on by itself");
            let unconfirmed = world.store.count(State::Unconfirmed);
            assert!(
                is_in_doubt || unconfirmed == 0,
                "{what}: {unconfirmed} unconfirmed, although nothing rang"
            );
        }
    }
}

#[test]
fn an_outage_of_triggers_alone_ends_no_row_either() {
    for Kind { name, fate, .. } in KINDS {
        let what = format!("{name}, of triggers alone");
        let from = START + MINUTE;
        let mut world = world(ROWS, 11);
        let strikes = move |now: Timestamp, request: &Request| {
            let fails = request.method == Method::Post && (from..from + OUTAGE).contains(&now);
            fails.then(fate)
        };
        world.gateway = Some(Box::new(strikes));
        finish(&mut world, from, &what);
    }
}

#[test]
fn a_gateway_that_refuses_readings_for_five_minutes_loses_no_result() {
    for status in [400, 403, 404, 405, 410, 422] {
        let what = format!("readings are told {status}");
        let mut world = world(ROWS, 13);
        let (from, until) = (START + MINUTE, START + MINUTE * 6);
        let strikes = move |now: Timestamp, request: &Request| {
            let refused = request.method == Method::Get && (from..until).contains(&now);
            refused.then(|| page(status))
        };
        world.gateway = Some(Box::new(strikes));
        assert_eq!(world.run(), Some(Finish::Done), "{what}");
        assert_eq!(world.store.count(State::Succeeded), ROWS, "{what}: {:?}", states(&world));
        assert_eq!(world.sandbox.calls().count(), ROWS, "{what}");
    }
}
