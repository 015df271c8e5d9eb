//! Lives worlds, seed by seed.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints")]
use polyai_outbound_simulation::{campaign::live, scenario::Scenario, seen::Seen};
fn main() {
    let a: Vec<u64> = std::env::args().skip(1).map(|it| it.parse().unwrap()).collect();
    let mut seen = Seen::default();
    let mut bad = 0;
    for seed in a[0]..a[1] {
        let scenario = Scenario::of(seed);
        match live(&scenario, a.len() > 2) {
            Ok(more) => seen.add(&more),
            Err((violation, lines)) => {
                bad += 1;
                if bad < 30 { println!("{seed}: {violation}"); }
                for line in lines { println!("    {line}"); }
            }
        }
    }
    println!("{bad} bad; {seen:?}");
}
