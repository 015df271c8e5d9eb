//! Lives worlds, seed by seed, and shows how those that break a promise can be lived again.

#![allow(clippy::print_stdout, reason = "a program that prints")]

use std::collections::BTreeSet;
use std::ops::Range;
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use clap::Parser;
use polyai_outbound_simulation::judge::{Promise, Violation};
use polyai_outbound_simulation::scenario::Scenario;
use polyai_outbound_simulation::seen::Seen;
use polyai_outbound_simulation::{calls, campaign, shrink};

/// Lives worlds from their seeds: of each a campaign, and its rows as single calls.
#[derive(Parser)]
struct Arguments {
    /// From the first seed to before the last
    #[arg(long, value_name = "A..B", default_value = "0..2000", value_parser = range, conflicts_with = "seed")]
    seeds: Range<u64>,
    /// One seed, with all that happens in it at the end
    #[arg(long)]
    seed: Option<u64>,
    /// Parts of that seed's world to leave out, such as 0-3,7
    #[arg(long, value_name = "PARTS", requires = "seed", default_value = "")]
    without: String,
    /// Worlds at a time
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Stop after so many that break a promise
    #[arg(long, default_value_t = 3)]
    most: usize,
    /// How much is shown of what happened last
    #[arg(long, default_value_t = 60)]
    lines: usize,
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let wrong = || format!("`{text}` is no range; expected A..B, such as 0..2000");
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str| text.replace('_', "").parse().map_err(|_| wrong());
    let seeds = number(from)?..number(to)?;
    if seeds.is_empty() { Err(wrong()) } else { Ok(seeds) }
}

/// The kinds of worlds that a seed has.
const KINDS: [(&str, Live); 2] = [("campaign", campaign::live), ("calls", calls::live)];
type Live = fn(&Scenario, usize) -> Result<Seen, (Violation, Vec<String>)>;

/// A panic breaks a promise as well.
fn caught(live: Live, scenario: &Scenario, lines: usize) -> Result<Seen, (Violation, Vec<String>)> {
    panic::catch_unwind(|| live(scenario, lines)).unwrap_or_else(|_| {
        let what = "it panics; above is where".to_owned();
        Err((Violation { promise: Promise::NoPanic, what }, Vec::new()))
    })
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seeds = match arguments.seed {
        Some(seed) => seed..seed + 1,
        None => arguments.seeds.clone(),
    };
    let without = match shrink::read(&arguments.without) {
        Ok(without) => without,
        Err(wrong) => {
            println!("--without: {wrong}");
            return ExitCode::from(2);
        }
    };
    let next = AtomicU64::new(seeds.start);
    let broken = Mutex::new(Vec::new());
    let seen = Mutex::new(Seen::default());
    thread::scope(|scope| {
        for _ in 0..arguments.jobs.max(1) {
            scope.spawn(|| {
                let mut own = Seen::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    let enough = || broken.lock().is_ok_and(|broken| broken.len() >= arguments.most);
                    if seed >= seeds.end || enough() {
                        break;
                    }
                    let scenario = Scenario::of(seed).without(&without);
                    for (kind, live) in KINDS {
                        match caught(live, &scenario, 0) {
                            Ok(more) => own.add(&more),
                            Err((violation, _)) => {
                                if let Ok(mut broken) = broken.lock() {
                                    broken.push((seed, kind, live, violation));
                                }
                            }
                        }
                    }
                }
                if let Ok(mut seen) = seen.lock() {
                    seen.add(&own);
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap_or_default();
    for (seed, kind, live, violation) in &broken {
        show(*seed, kind, *live, violation, &without, &arguments);
    }
    let lived = next.into_inner().min(seeds.end) - seeds.start;
    if let Ok(seen) = seen.into_inner() {
        println!("{seen}");
    }
    println!("{lived} seeds lived, {} worlds broke a promise", broken.len());
    ExitCode::from(u8::from(!broken.is_empty()))
}

/// How it can be lived again, as small as it can be, and what happened last.
fn show(
    seed: u64,
    kind: &str,
    live: Live,
    violation: &Violation,
    without: &BTreeSet<usize>,
    arguments: &Arguments,
) {
    const COMMAND: &str = "cargo run --release -p polyai-outbound-simulation --";
    let scenario = Scenario::of(seed);
    let breaks = |less: &Scenario| -> Option<Promise> {
        caught(live, less, 0).err().map(|(violation, _)| violation.promise)
    };
    let (out, less) = if without.is_empty() {
        let out = shrink::shrink(&scenario, violation.promise, breaks);
        let less = scenario.without(&out);
        (out, less)
    } else {
        (without.clone(), scenario.without(without))
    };
    println!("{kind} of seed {seed} breaks {violation}");
    println!("  again: {COMMAND} --seed {seed}");
    println!(
        "  {} of its {} parts suffice: {COMMAND} --seed {seed} --without {}",
        scenario.parts() - out.len(),
        scenario.parts(),
        shrink::written(&out)
    );
    if let Err((violation, lines)) = caught(live, &less, arguments.lines) {
        println!("  there it breaks {violation}");
        for row in less.rows.iter().enumerate().filter(|(_, row)| !row.number.is_empty()) {
            println!("    {row:?}");
        }
        for happening in &less.happenings {
            println!("    {happening:?}");
        }
        for line in lines {
            println!("    {line}");
        }
    }
}
