//! The machine against a store that is quick, slow or broken, and a clock that cannot be trusted. [`stage`] plays all that is
//! around it and judges every effect; the modules hold the promises.

#![allow(clippy::wildcard_enum_match_arm, reason = "a test is about the variants that it names")]

mod answers;
mod breaker;
mod by_hand;
mod clocks;
mod commands;
mod crashes;
mod elsewhere;
mod failing;
mod history;
mod intents;
mod limits;
mod lost;
mod memory;
mod numbers;
mod paces;
mod plans;
mod redials;
mod shared;
mod stage;
mod stored;
mod storms;
mod stuck;
mod words;

use std::cell::Cell;
use std::time::Duration;

use super::*;
use crate::testing::{reply, secs};
use crate::{PhoneNumber, Reply, Service, Timestamp};
use stage::{Answering, Stage};

/// A Wednesday in November 2026, 16:00 in London, whose clocks show UTC then.
const START: Timestamp = Timestamp::from_millis(1_795_622_400_000);
const HOUR: Duration = secs(3600);
const DAY: Duration = secs(24 * 3600);

/// The ways in which a store answers: at once, and at any time later while other things happen.
const WAYS: [Answering; 3] = [Answering::Quickly, Answering::Within(secs(1)), Answering::Within(secs(7))];

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap()
}

/// A row in London; the last two digits of a fictional number choose what happens.
fn row(nth: u64, to_number: &str) -> NewRecipient {
    NewRecipient {
        time_zone: Some(Zone::parse("Europe/London").unwrap()),
        ..NewRecipient::new(nth, number(to_number))
    }
}

/// Rows of numbers that end so.
fn rows(ends: &[u8]) -> Vec<NewRecipient> {
    (1..).zip(ends).map(|(nth, end)| row(nth, &format!("+1415555{:04}", 100 + u16::from(*end)))).collect()
}

/// So many rows with numbers of their own that answer and succeed.
fn plain(count: u64) -> Vec<NewRecipient> {
    (0..count).map(|nth| row(nth + 1, &format!("+1{}5550100", 201 + nth))).collect()
}

/// What the service answers to a trigger that it accepts: each time another call SID.
fn accepted(_: &Service) -> Reply {
    thread_local!(static NTH: Cell<u32> = const { Cell::new(0) });
    NTH.set(NTH.get() + 1);
    reply(200, &format!(r#"{{"call_sid":"OUT-{}"}}"#, NTH.get()))
}

/// The number of the second of [`one_every`]: when it is called, something has worked.
const SECOND: &str = "+12015550101";

/// So many rows with numbers of their own, of which one becomes due after the other.
fn one_every(span: Duration, count: u32) -> Vec<NewRecipient> {
    let row = |nth: u32| NewRecipient {
        not_before: Some(START + span * nth),
        ..row(u64::from(nth) + 1, &format!("+1201{:07}", 5_550_100 + nth))
    };
    (0..count).map(row).collect()
}

fn quick(rate: f64) -> Options {
    Options { pace: Pace { rate, max_in_flight: 1000, max_dialing: 1000 }, ..Options::default() }
}
