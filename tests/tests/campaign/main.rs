//! Campaigns of random rows in virtual time, on a service, a network and a store that fail: judged afterwards by the calls
//! that the service really placed, and by nothing that the campaign says of itself.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "helpers of tests"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use polyai_outbound_core::campaign::{
    CallingWindows, Finish, NewRecipient, Options, Outcome, Pace, Priority, State, Zone,
};
use polyai_outbound_core::sandbox::{Config, Faults, PlacedCall};
use polyai_outbound_core::{CallStatus, Destination, PhoneNumber, Timestamp};
use polyai_outbound_tests::world::World;

/// A Wednesday in November 2026, 16:00 in London, whose clocks show UTC then.
const START: Timestamp = Timestamp::from_millis(1_795_622_400_000);
const DAY: Duration = Duration::from_secs(86_400);

/// What befalls a campaign.
struct Weather {
    faults: Faults,
    /// The chance, at every step, that the process ends and another begins.
    crash: f64,
    /// The chance, at every step, that the store begins or ceases to fail.
    store: f64,
    /// How long the store takes at most, in milliseconds.
    store_takes: u64,
}

struct Scene {
    world: World,
    options: Options,
    rows: BTreeMap<String, usize>,
}

/// Rows in London: some share a number, some have times of their own.
fn scene(rng: &mut fastrand::Rng, count: u64, rate: f64) -> Scene {
    let options = Options {
        windows: CallingWindows::parse(&["mon-sun 15:00-17:00"]).unwrap(),
        pace: Pace { rate, max_in_flight: 1 + rng.u32(4..40), max_dialing: 1 + rng.u32(..20) },
        max_per_number: 2,
        until: Some(START + DAY * 3),
        ..Options::default()
    };
    let config = Config::default().with_seed(rng.u64(..)).with_speed(10.0).unwrap();
    let mut world = World::new(START, config, options.clone(), rng.u64(..)).unwrap();
    let mut rows = BTreeMap::new();
    let recipients: Vec<_> = (1..=count)
        .map(|row| {
            // Some of the fictional numbers with a fate of their own, and others that draw one.
            let number = match rng.u8(..3) {
                0 => format!("+1{}55501{:02}", rng.u16(201..=999), rng.u8(..14)),
                _ => format!("+1415{}", rng.u32(6_000_000..6_000_000 + u32::try_from(count).unwrap() * 2)),
            };
            *rows.entry(number.clone()).or_default() += 1;
            let mut recipient = NewRecipient::new(row, PhoneNumber::parse(&number).unwrap());
            recipient.time_zone = Some(Zone::parse("Europe/London").unwrap());
            recipient.priority = Priority::new(rng.u8(..10)).unwrap();
            if rng.u8(..8) == 0 {
                recipient.not_before = Some(START + Duration::from_secs(rng.u64(..7_200)));
            }
            if rng.u8(..8) == 0 {
                recipient.not_after = Some(START + Duration::from_secs(rng.u64(..7_200)));
            }
            recipient
        })
        .collect();
    world.add(recipients);
    Scene { world, options, rows }
}

/// Runs it to its end; how many triggers were on their way at the crashes.
fn run(scene: &mut Scene, weather: &Weather, rng: &mut fastrand::Rng) -> usize {
    let world = &mut scene.world;
    world.sandbox.set_faults(weather.faults).unwrap();
    let mut on_their_way = 0;
    let mut steps = 0_u32;
    loop {
        if let Some(finish) = world.drain() {
            assert_eq!(finish, Finish::Done);
            return on_their_way;
        }
        // The storm passes after an hour and a half, and leaves nothing to do for the night.
        let storm = world.now.since(START) < Duration::from_secs(5_400);
        if storm && rng.f64() < weather.crash {
            on_their_way += world.store.count(State::Dialing);
            world.crash().unwrap();
            continue;
        }
        if storm && rng.f64() < weather.store {
            world.store_fails = match world.store_fails {
                None => Some("the disk is full".to_owned()),
                Some(_) => None,
            };
        } else if !storm {
            world.store_fails = None;
        }
        world.store_takes = Duration::from_millis(rng.u64(..=weather.store_takes));
        // Nobody is called at night, and nobody looks.
        if world.campaign().in_flight() == 0 && world.now.since(START).as_secs() % 86_400 > 3_700 {
            world.now = world.now + Duration::from_secs(300);
        }
        assert!(world.step(), "it waits for something");
        steps += 1;
        assert!(steps < 3_000_000, "it comes to no end");
    }
}

fn judge(scene: &mut Scene, weather: &Weather, on_their_way: usize, seed: u64) {
    let Scene { world, options, rows } = scene;
    world.sandbox.handle_time(world.now + DAY);
    let mut calls: Vec<PlacedCall> = world.sandbox.calls().collect();
    calls.sort_by_key(|call| call.placed_at);
    let mut by_number = BTreeMap::<String, Vec<&PlacedCall>>::new();
    for call in &calls {
        let Destination::E164(number) = &call.destination else { panic!("{seed}: all numbers are whole") };
        by_number.entry(number.as_str().to_owned()).or_default().push(call);
        let minute = call.placed_at.as_millis() / 60_000 % (24 * 60);
        // A trigger is on its way for a moment, which the margin is for.
        assert!((15 * 60..17 * 60).contains(&minute), "{seed}: a call at {minute} minutes of the day");
    }
    let answers_are_lost = weather.faults.cut_after > 0.0 || weather.crash > 0.0;
    for (number, calls) in &by_number {
        assert!(calls.len() <= rows[number], "{seed}: a number rang {} times", calls.len());
        for (one, next) in calls.iter().zip(calls.iter().skip(1)) {
            let scripted = number.contains("55501");
            let apart = one.ended_at.is_some_and(|end| end <= next.placed_at);
            assert!(apart || answers_are_lost || scripted, "{seed}: a number rang twice at a time");
        }
        let most = options.max_per_number as usize;
        for (first, beyond) in calls.iter().zip(calls.iter().skip(most)) {
            let between = beyond.placed_at.since(first.placed_at);
            assert!(between + Duration::from_secs(10) >= DAY, "{seed}: {} dials within a day", most + 1);
        }
    }
    // The rate holds by the clock of the service, but for what its delays push together.
    let slack = options.pace.rate * Duration::from_millis(weather.store_takes + 1_000).as_secs_f64() * 2.0;
    let most = (options.pace.rate * 20.0 + slack + 2.0) as usize;
    if weather.crash == 0.0 {
        for (one, beyond) in calls.iter().zip(calls.iter().skip(most)) {
            assert!(beyond.placed_at.since(one.placed_at) >= Duration::from_secs(20), "{seed}: too fast");
        }
    }
    let sids: BTreeMap<_, _> = calls.iter().map(|call| (call.call_sid.as_str().to_owned(), call)).collect();
    let (mut known, mut unknown) = (0, 0);
    for (recipient, standing, attempts) in world.store.iter() {
        let row = recipient.row;
        assert!(
            standing.state.is_terminal() && !standing.reason.is_empty(),
            "{seed}: row {row} {}",
            standing.state
        );
        for attempt in attempts {
            let call = attempt.call_sid.as_ref().map(|sid| sids[sid.as_str()]);
            known += usize::from(call.is_some());
            match attempt.outcome {
                Outcome::Success => {
                    assert_eq!(call.unwrap().status, CallStatus::Success, "{seed}: row {row}")
                }
                Outcome::Failure => {
                    assert_eq!(call.unwrap().status, CallStatus::Failure, "{seed}: row {row}")
                }
                Outcome::NotPlaced => assert!(call.is_none(), "{seed}: row {row}"),
                Outcome::Lost => assert!(call.is_some(), "{seed}: row {row}"),
                Outcome::Unknown => unknown += 1,
                Outcome::Dialing | Outcome::InProgress => panic!("{seed}: row {row} has not ended"),
            }
            let last = attempt.number as usize == attempts.len();
            assert!(last || attempt.outcome != Outcome::Unknown, "{seed}: row {row} was called again");
        }
        assert!(
            standing.state != State::Succeeded || attempts.last().unwrap().outcome == Outcome::Success,
            "{seed}: row {row}"
        );
    }
    assert!(calls.len() <= known + unknown, "{seed}: a call of which nothing is known");
    let cut = weather.faults.cut_after + weather.faults.cut_before > 0.0;
    let scripted =
        |number: &str| ["06", "11", "12", "13"].iter().any(|end| number.ends_with(&format!("55501{end}")));
    let lost: usize = rows.iter().filter(|(number, _)| scripted(number)).map(|(_, count)| count).sum();
    assert!(
        cut || unknown <= lost + on_their_way,
        "{seed}: {unknown} unconfirmed, {lost} and {on_their_way} may be"
    );
}

fn weather(rng: &mut fastrand::Rng) -> Weather {
    let mut some = |most: f64| if rng.bool() { rng.f64() * most } else { 0.0 };
    Weather {
        faults: Faults {
            server_error: some(0.3),
            cut_before: some(0.1),
            cut_after: some(0.1),
            delay: some(0.3),
            delay_ms: 1_000,
        },
        crash: some(0.01),
        store: some(0.01),
        store_takes: rng.u64(..3) * 700,
    }
}

#[test]
fn whatever_the_weather_nobody_rings_more_often_than_asked_for_and_every_row_ends_truly() {
    for seed in 0..300 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let weather = weather(&mut rng);
        let mut scene = scene(&mut rng, 25, 1.0);
        let on_their_way = run(&mut scene, &weather, &mut rng);
        judge(&mut scene, &weather, on_their_way, seed);
    }
}

#[test]
fn three_thousand_rows_in_bad_weather_all_end_truly() {
    let mut rng = fastrand::Rng::with_seed(3_000);
    let faults =
        Faults { server_error: 0.05, cut_before: 0.02, cut_after: 0.02, delay: 0.1, delay_ms: 2_000 };
    let weather = Weather { faults, crash: 0.000_5, store: 0.001, store_takes: 300 };
    let mut scene = scene(&mut rng, 3_000, 5.0);
    let on_their_way = run(&mut scene, &weather, &mut rng);
    judge(&mut scene, &weather, on_their_way, 3_000);
}
