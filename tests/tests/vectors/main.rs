//! The shared vectors of `tests/vectors`, replayed by core in virtual time and by the native client over loopback: the
//! same effects, line by line. The npm package replays the same files in JavaScript.
//!
//!     VECTORS=bless cargo test -p polyai-outbound-tests --test vectors core
//!
//! writes what core does into the files. They are the specification, so look at every line that changes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod core;
mod effect;
mod format;
mod native;
mod server;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::thread;

use effect::Effect;
use format::{Corpus, Vector};

#[test]
fn core_does_what_the_vectors_say_to_the_byte() {
    let mut corpus = Corpus::read();
    if std::env::var("VECTORS").is_ok_and(|it| it == "bless") {
        corpus.bless(|vector| effect::lines(&core::replay(vector)));
    }
    let wrong = corpus.each(|vector| compare(&vector.lines(), &effect::lines(&core::replay(vector))));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Most of its time is waiting, so all run at once: each on a thread of its own, because the client tells of the retries
/// of a trigger only in what it logs, and what is logged belongs to a thread.
#[test]
fn the_native_client_does_the_same_over_loopback_but_for_times() {
    let corpus = Corpus::read();
    let wrong: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> = corpus
            .vectors()
            .filter(|(_, vector)| !vector.lasts_minutes)
            .map(|(place, vector)| (place, scope.spawn(move || native::replay(&vector))))
            .collect();
        let ended = running.into_iter().map(|(place, thread)| (place, thread.join().expect("no panic")));
        ended.filter_map(|(place, result)| result.err().map(|wrong| format!("{place}: {wrong}"))).collect()
    });
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_vectors_show_every_code_that_all_shells_can_meet_in_both_dialects() {
    let corpus = Corpus::read();
    let mut names = BTreeSet::new();
    let mut codes = BTreeSet::new();
    let mut placements = BTreeSet::new();
    let mut operations = BTreeSet::new();
    for (place, vector) in corpus.vectors() {
        assert!(names.insert(vector.name.clone()), "{place}: the name comes twice");
        operations.insert((vector.service.api.clone(), vector.operation.name()));
        for effect in vector.effects() {
            if let Effect::Failed { code, placement, .. } = effect {
                codes.insert(code);
                placements.insert(placement);
            }
        }
    }
    // Nothing is wrong with what the vectors ask for, and no `fetch` tells that a request was never sent.
    let expected = [
        "cancelled",
        "connection_lost",
        "deadline_exceeded",
        "expired",
        "forbidden",
        "not_found",
        "rate_limited",
        "rejected",
        "service_failed",
        "timed_out",
        "unauthorized",
        "unexpected_answer",
    ];
    assert_eq!(codes, expected.map(str::to_owned).into());
    let placement = |word: &str| Some(word.to_owned());
    assert_eq!(placements, [None, placement("not_placed"), placement("placed"), placement("unknown")].into());
    assert_eq!(operations.len(), 2 * 4, "{operations:?}");
    assert!(names.len() >= 100, "{} vectors", names.len());
}

/// Where two lists of lines part.
fn compare(expected: &[String], found: &[String]) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let same = expected.iter().zip(found).take_while(|(expected, found)| expected == found).count();
    let mut wrong = format!("{same} lines are equal, then\n");
    for (what, lines) in [("expected", expected), ("found", found)] {
        for line in lines.get(same..).unwrap_or_default().iter().take(3) {
            let _ = writeln!(wrong, "  {what:8} {line}");
        }
    }
    Err(wrong)
}

impl Corpus {
    /// What is wrong with each vector, and where it stands.
    fn each(&self, check: impl Fn(&Vector<'_>) -> Result<(), String>) -> Vec<String> {
        let checked = self.vectors().map(|(place, vector)| (place, check(&vector)));
        checked.filter_map(|(place, result)| result.err().map(|wrong| format!("{place}: {wrong}"))).collect()
    }
}
