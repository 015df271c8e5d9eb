//! A campaign in virtual time with the store in memory: the real machine, the real sandbox, JSON both ways, one thread.
//!
//! A million recipients: exchanges a second, and bytes of each. The cost of a recipient with ten thousand, a hundred thousand
//! and a million of them: flat, but for what a million rows are to the caches of a processor.
//!
//!     cargo bench -p polyai-outbound-tests --bench campaign

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a program that measures and prints")]

use std::time::{Duration, Instant};

use polyai_outbound_core::campaign::{CallingWindows, Finish, NewRecipient, Options, Pace, State};
use polyai_outbound_core::sandbox::Config;
use polyai_outbound_core::{Metadata, PhoneNumber, Timestamp};
use polyai_outbound_tests::memory::resident;
use polyai_outbound_tests::world::World;

/// A Thursday.
const START: Timestamp = Timestamp::from_millis(1_795_680_000_000);

fn main() {
    // Without it, as `cargo test` runs it, a few are enough.
    let measured = std::env::args().any(|argument| argument == "--bench");
    if !measured {
        run(500);
        return println!("every recipient ends; `cargo bench` measures");
    }
    println!(
        "{:>10}  {:>13}  {:>14}  {:>11}  {:>15}",
        "recipients", "exchanges", "exchanges/s", "µs/recipient", "bytes/recipient"
    );
    for recipients in [10_000, 100_000, 1_000_000] {
        let Run { exchanges, took, bytes } = run(recipients);
        let seconds = took.as_secs_f64();
        println!(
            "{recipients:>10}  {exchanges:>13}  {:>14.0}  {:>12.2}  {:>15}",
            exchanges as f64 / seconds,
            seconds * 1e6 / f64::from(recipients),
            bytes / u64::from(recipients),
        );
    }
}

struct Run {
    exchanges: u64,
    took: Duration,
    /// Of the rows before the first call, as the process grew by them.
    bytes: u64,
}

fn run(recipients: u32) -> Run {
    let options = Options {
        windows: CallingWindows::always("virtual time").expect("a reason"),
        pace: Pace { rate: 500.0, max_in_flight: 50_000, max_dialing: 1_000 },
        ..Options::default()
    };
    // So fast that a call is read about six times.
    let config = Config::default().with_speed(4.0).expect("a speed");
    let mut world = World::new(START, config, options, 7).expect("options");
    world.keeps_events = false;
    let before = resident();
    world.add((0..recipients).map(recipient));
    let bytes = resident().saturating_sub(before);
    let started = Instant::now();
    let finish = world.run();
    let took = started.elapsed();
    assert_eq!(finish, Some(Finish::Done));
    let ended: usize = State::ALL
        .into_iter()
        .filter(|state| state.is_terminal())
        .map(|state| world.store.count(state))
        .sum();
    assert_eq!(ended, recipients as usize, "every recipient has ended");
    assert_eq!(world.sandbox.calls().count(), recipients as usize, "each rang once");
    Run { exchanges: world.exchanges, took, bytes }
}

/// As a clinic would have it; a number of its own for each.
fn recipient(nth: u32) -> NewRecipient {
    let number = format!("+1{}{:07}", 212 + nth / 7_000_000, 2_000_000 + nth % 7_000_000);
    let mut recipient = NewRecipient::new(u64::from(nth) + 2, PhoneNumber::parse(&number).expect("a number"));
    recipient.metadata =
        Metadata::new([("appointment", "2026-12-01 09:30"), ("patient_name", "Ada Lovelace")])
            .expect("metadata");
    recipient
}
