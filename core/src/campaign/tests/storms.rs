//! Everything at once: crashes, a failing store, jumps of the clock, commands, suppression, and a service that fails.

use std::collections::BTreeSet;

use super::stage::Health;
use super::*;
use crate::sandbox::Faults;

/// Something happens to the campaign, or nothing.
fn happens(stage: &mut Stage, rng: &mut fastrand::Rng, suppressed: &mut BTreeSet<String>) {
    match rng.u8(..200) {
        0 => stage.crash(),
        1..4 => stage.health = [Health::Well, Health::Fails, Health::FailsHavingDone][rng.usize(..3)],
        4 | 5 => stage.skew = [0, 3_600_000, -3_600_000][rng.usize(..3)],
        6 => stage.store.command(Command::Pause),
        7..10 => stage.store.command(Command::Run),
        10 => {
            let nth = rng.usize(..20);
            let number = stage.store.iter().nth(nth).unwrap().0.to_number.clone();
            suppressed.insert(number.as_str().to_owned());
            stage.suppress(&number);
        }
        11 if rng.u8(..4) == 0 => stage.tell(Input::Drain),
        12 if rng.u8(..4) == 0 => stage.tell(Input::Stop),
        _ => {}
    }
}

#[test]
fn in_any_storm_nobody_rings_twice_nothing_is_sent_unsaved_and_all_end_when_it_is_over() {
    use State::{Failed, Succeeded, Suppressed, Unconfirmed};
    let mut states = BTreeSet::new();
    for seed in 0..150 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let way = WAYS[rng.usize(..WAYS.len())];
        let ends = [0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 0, 1, 2, 5, 7, 0, 8, 10];
        let mut options = quick(0.2 + rng.f64());
        options.max_per_number = 1 + rng.u32(..3);
        options.windows = CallingWindows::parse(&["mon-sun 14:00-17:00"]).unwrap();
        let mut stage = Stage::seeded(options, way, seed).with(rows(&ends));
        stage.open = Some(|at| (14 * 60..17 * 60).contains(&(at.as_millis() / 60_000 % (24 * 60))));
        stage.lazy = secs(60);
        let faults =
            Faults { server_error: 0.1, cut_before: 0.03, cut_after: 0.03, delay: 0.2, delay_ms: 3_000 };
        stage.sandbox.set_faults(faults).unwrap();
        let mut suppressed = BTreeSet::new();
        while stage.real.since(START) < HOUR / 2 {
            if stage.finish.is_some() {
                stage.crash();
                stage.real = stage.real + secs(60);
            }
            if !stage.perform() {
                happens(&mut stage, &mut rng, &mut suppressed);
                if stage.finish.is_none() && !stage.perform() {
                    stage.step();
                }
            }
        }
        // It clears up.
        stage.skew = 0;
        stage.health = Health::Well;
        stage.store.command(Command::Run);
        stage.sandbox.set_faults(Faults::default()).unwrap();
        stage.crash();
        // Three numbers in a row whose answers are lost stop it, and somebody is there who resumes it.
        stage.run_while(|stage| {
            stage.store.command(Command::Run);
            true
        });
        assert_eq!(stage.finish, Some(Finish::Done), "{seed}");
        states.extend(stage.states());
        for (number, calls) in stage.rang() {
            let rows = ends.iter().filter(|end| number.ends_with(&format!("01{end:02}"))).count();
            assert!(calls.len() <= rows, "{seed}: {number} rang {} times", calls.len());
        }
        for (recipient, standing, attempts) in stage.store.iter() {
            assert!(standing.state.is_terminal(), "{seed}");
            let rang = attempts.iter().filter(|attempt| attempt.outcome.may_have_rung()).count();
            assert!(rang <= 1, "{seed}: row {} was called again", recipient.row);
            let listed = suppressed.contains(recipient.to_number.as_str());
            assert!(standing.state != Suppressed || listed, "{seed}: row {}", recipient.row);
        }
    }
    assert!([Succeeded, Failed, Unconfirmed, Suppressed].iter().all(|it| states.contains(it)), "{states:?}");
}
