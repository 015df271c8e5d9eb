//! A hundred thousand calls in virtual time on one core: the real machines on one side, the sandbox on the other, and
//! between them requests and responses as bytes, JSON both ways.
//!
//! Each call is triggered, read nine times on time, and a tenth time late enough to have ended: eleven exchanges. The
//! promise: at least 300,000 exchanges a second.
//!
//!     cargo bench -p polyai-outbound-tests --bench simulation

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a program that measures and prints")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use polyai_outbound_core::sandbox::{Config, Reaction, Sandbox};
use polyai_outbound_core::{
    Api, BaseUrl, Call, CallEvent, CallStatus, Destination, Input, Limits, Machine, Metadata, Output, Reply,
    RetryBudget, Service, Timestamp, TriggerCall,
};

const READS: u64 = 10;
/// Between one trigger and the next: about 7,000 calls are live at a time.
const PACE: Duration = Duration::from_millis(10);
/// A call to the number that succeeds lasts 10 to 27 seconds of the sandbox's time: longer than nine readings take, and
/// over when the tenth is made.
const SPEED: f64 = 0.4;
const TENTH_READING: Duration = Duration::from_secs(70);

fn main() {
    // Without it, as `cargo test` runs it, a few are enough.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (rounds, calls) = if measured { (5, 100_000) } else { (1, 100) };
    let mut rates: Vec<f64> = (0..rounds).map(|_| simulate(calls)).collect();
    if !measured {
        return println!("all calls end well; `cargo bench` measures");
    }
    rates.sort_by(f64::total_cmp);
    let median = rates.get(rates.len() / 2).copied().expect("a round");
    let best = rates.last().copied().expect("a round");
    println!("{rounds} rounds of {calls} calls, a trigger and {READS} status reads each");
    println!("  median {median:>9.0} exchanges/s");
    println!("  best   {best:>9.0} exchanges/s");
}

/// Runs so many calls to their ends, and tells how many exchanges there were in a second of real time.
fn simulate(calls: u64) -> f64 {
    let config = Config::default().with_speed(SPEED).expect("a speed");
    let base_url = BaseUrl::parse("http://localhost").expect("a URL");
    let service = Arc::new(Service::at(base_url, Api::Outbound, Some(config.token().clone())));
    let mut world =
        World { sandbox: Sandbox::new(config), budget: RetryBudget::default(), exchanges: 0, succeeded: 0 };
    let mut live: BinaryHeap<Reverse<Live>> = BinaryHeap::new();

    let started = Instant::now();
    let mut placed = 0;
    loop {
        let next_trigger =
            (placed < calls).then(|| Timestamp::default() + PACE * u32::try_from(placed).expect("few"));
        let next_read = live.peek().map(|Reverse(first)| first.due);
        match (next_trigger, next_read) {
            (Some(now), read) if read.is_none_or(|read| now <= read) => {
                placed += 1;
                let machine = Call::place(Arc::clone(&service), call(placed), Limits::default(), placed);
                let call =
                    Live { due: now, reads: 0, placed_at: now, machine: Box::new(machine.expect("a call")) };
                live.extend(world.turn(now, call).map(Reverse));
            }
            (_, Some(now)) => {
                let Some(Reverse(mut call)) = live.pop() else { continue };
                call.machine.handle_input(now, Input::Tick, &mut world.budget);
                live.extend(world.turn(now, call).map(Reverse));
            }
            (_, None) => break,
        }
    }
    let rate = world.exchanges as f64 / started.elapsed().as_secs_f64();

    assert_eq!(world.succeeded, calls, "every call ends well");
    assert_eq!(world.exchanges, calls * (1 + READS));
    assert_eq!(world.sandbox.calls().count() as u64, calls, "each rang once");
    rate
}

/// As a clinic would have it.
fn call(number: u64) -> TriggerCall {
    let metadata = [("attempt_id", number.to_string()), ("patient_name", "Ada Lovelace".to_owned())];
    TriggerCall::new(Destination::parse("+14155550100", None).expect("a number"))
        .with_metadata(Metadata::new(metadata).expect("metadata"))
}

/// A call on its way, ordered by when it wants to be woken.
struct Live {
    due: Timestamp,
    reads: u64,
    placed_at: Timestamp,
    machine: Box<Call>,
}

impl Ord for Live {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.due.cmp(&other.due)
    }
}

impl PartialOrd for Live {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Live {
    fn eq(&self, other: &Self) -> bool {
        self.due == other.due
    }
}

impl Eq for Live {}

struct World {
    sandbox: Sandbox,
    budget: RetryBudget,
    exchanges: u64,
    succeeded: u64,
}

impl World {
    /// Does what the machine says until it waits; gives it back unless it has ended.
    fn turn(&mut self, now: Timestamp, mut call: Live) -> Option<Live> {
        loop {
            let mut arrived = None;
            while let Some(output) = call.machine.poll_output(now) {
                match output {
                    Output::Send { id, request } => {
                        self.exchanges += 1;
                        match self.sandbox.handle(now, &request) {
                            Reaction::Answer { response, .. } => {
                                arrived = Some(Input::Reply(id, Reply::from(&response)));
                            }
                            Reaction::Cut { .. } | Reaction::Hang => unreachable!("this number is answered"),
                        }
                    }
                    Output::Abort(_) => unreachable!("nothing takes long"),
                    Output::Event(CallEvent::Ended(end)) => {
                        let end = end.expect("a status");
                        self.succeeded += u64::from(end.status == CallStatus::Success);
                        return None;
                    }
                    Output::Event(_) => {}
                }
            }
            match arrived {
                Some(input) => call.machine.handle_input(now, input, &mut self.budget),
                None => break,
            }
        }
        call.due = call.machine.poll_timeout()?.at;
        call.reads += 1;
        if call.reads == READS {
            call.due = call.due.max(call.placed_at + TENTH_READING);
        }
        Some(call)
    }
}
