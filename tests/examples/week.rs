//! A week of calls around the world in virtual time, printed for a checker that shares no code with this.
//!
//! Reads JSON Lines `{"to_number", "time_zone"}` (a zone, or null if only the number tells) from stdin, dials all of them by
//! the windows and from the moment given as arguments, and prints a JSON line for every call that the sandbox placed.
//!
//! ```text
//! week START_MILLIS DAYS RATE WINDOW …
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufWriter, Write};
use std::time::Duration;

use polyai_outbound_core::campaign::{CallingWindows, NewRecipient, Options, Pace, RedialRule, State, Zone};
use polyai_outbound_core::sandbox::Config;
use polyai_outbound_core::{PhoneNumber, Timestamp};
use polyai_outbound_tests::world::World;

#[derive(serde::Deserialize)]
struct Line {
    to_number: String,
    time_zone: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [start, days, rate, windows @ ..] = arguments.as_slice() else {
        return Err("usage: week START_MILLIS DAYS RATE WINDOW …".into());
    };
    let start = Timestamp::from_millis(start.parse()?);
    let until = start + Duration::from_secs(86_400 * days.parse::<u64>()?);
    let options = Options {
        windows: CallingWindows::parse(windows)?,
        pace: Pace { rate: rate.parse()?, max_in_flight: 10_000, max_dialing: 10_000 },
        redial: vec!["failure=2x6h".parse::<RedialRule>()?],
        until: Some(until),
        ..Options::default()
    };
    let mut world = World::new(start, Config::default(), options, 7)?;
    let mut recipients = Vec::new();
    let mut zones = BTreeMap::new();
    for (row, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let line: Line = serde_json::from_str(&line?)?;
        let mut recipient = NewRecipient::new(row, PhoneNumber::parse(&line.to_number)?);
        recipient.time_zone = line.time_zone.as_deref().map(Zone::parse).transpose()?;
        zones.insert(line.to_number, line.time_zone);
        recipients.push(recipient);
    }
    world.add(recipients);
    let finish = world.run();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut count = 0;
    for call in world.sandbox.calls() {
        let value = serde_json::to_value(&call)?;
        let number = value.get("to_number").and_then(|number| number.as_str()).unwrap_or_default();
        let line = serde_json::json!({
            "to_number": number,
            "placed_at": value.get("placed_at"),
            "time_zone": zones.get(number),
        });
        writeln!(out, "{line}")?;
        count += 1;
    }
    out.flush()?;
    let states: Vec<_> = State::ALL
        .into_iter()
        .filter(|state| world.store.count(*state) > 0)
        .map(|state| format!("{state} {}", world.store.count(state)))
        .collect();
    eprintln!("{count} calls, {} exchanges, {finish:?}: {}", world.exchanges, states.join(", "));
    Ok(())
}
