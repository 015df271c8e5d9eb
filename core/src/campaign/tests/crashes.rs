//! The process ends at any moment, and another goes on from the store.

use std::collections::BTreeSet;

use super::*;

fn stage(way: Answering) -> Stage {
    let mut options = quick(3.0);
    options.redial = vec!["busy=1x1m".parse().unwrap()];
    Stage::new(options, way).with(rows(&[0, 2, 5, 7, 8, 1]))
}

/// Who may end unconfirmed: those whose answer is lost by their number, and those that were dialing at a crash.
fn judge(stage: &mut Stage, dialing: &BTreeSet<usize>, when: &str) {
    for (number, calls) in stage.rang() {
        // 02 is busy, and called again by the rule.
        let most = if number.ends_with("0102") { 2 } else { 1 };
        assert!(calls.len() <= most, "{when}: {number} rang {} times", calls.len());
    }
    for (nth, state) in stage.states().into_iter().enumerate() {
        assert!(state.is_terminal(), "{when}: row {nth} is {state}");
        assert!(state != State::Unconfirmed || dialing.contains(&nth), "{when}: row {nth} was not dialing");
        assert!(state != State::StatusLost, "{when}: row {nth} was read before");
    }
}

fn dialing(stage: &Stage) -> impl Iterator<Item = usize> {
    stage.states().into_iter().enumerate().filter(|(_, state)| *state == State::Dialing).map(|(nth, _)| nth)
}

#[test]
fn after_a_crash_behind_any_effect_nobody_rings_twice_and_every_row_ends() {
    for way in WAYS {
        let mut whole = stage(way);
        whole.run();
        let outputs = whole.outputs;
        assert!(outputs > 50);
        for nth in 0..outputs {
            let mut stage = stage(way);
            while stage.outputs < nth {
                if !stage.perform() {
                    stage.step();
                }
            }
            let may_be_unconfirmed = dialing(&stage).collect();
            stage.crash();
            assert_eq!(stage.run(), Finish::Done, "after effect {nth}");
            judge(&mut stage, &may_be_unconfirmed, &format!("{way:?}, after effect {nth}"));
        }
    }
}

#[test]
fn after_many_crashes_at_any_moment_nobody_rings_twice_and_every_row_ends() {
    for seed in 0..60 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let way = WAYS[rng.usize(..WAYS.len())];
        let mut stage = stage(way);
        let mut may_be_unconfirmed = BTreeSet::new();
        for _ in 0..12 {
            let until = stage.outputs + rng.usize(0..25);
            while stage.outputs < until && stage.finish.is_none() {
                if !stage.perform() {
                    stage.step();
                }
            }
            may_be_unconfirmed.extend(dialing(&stage));
            stage.crash();
            stage.real = stage.real + Duration::from_millis(rng.u64(0..20_000));
        }
        assert_eq!(stage.run(), Finish::Done);
        judge(&mut stage, &may_be_unconfirmed, &format!("seed {seed}"));
    }
}

#[test]
fn what_is_found_dialing_is_never_called_again_and_says_so() {
    let mut stage = Stage::new(Options::default(), Answering::Quickly).with(plain(1));
    stage.run_while(|stage| stage.sent.is_empty());
    stage.crash();
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!((stage.states(), stage.sent.len()), (vec![State::Unconfirmed], 1));
    assert_eq!(
        stage.standing(0).reason,
        "the run ended while the answer to its trigger was awaited: it may have rung, so it is not called again"
    );
    assert_eq!(stage.attempts(0).last().unwrap().outcome, Outcome::Unknown);
}

#[test]
fn a_call_that_was_only_looked_for_is_not_said_to_have_been_placed_after_a_crash() {
    use crate::testing::{Cause, SID, reply};
    let named = reply(500, &format!(r#"{{"error":"it failed","call_sid":"{SID}"}}"#));
    let mut stage = Stage::new(Options::default(), Answering::Quickly)
        .scripted(move |request| match request.method {
            crate::Method::Post => Cause::Reply(named.clone()),
            _ => Cause::Reply(reply(404, r#"{"error":"no such call"}"#)),
        })
        .with(plain(1));
    stage.run_while(|stage| stage.store.count(State::InProgress) == 0);
    stage.crash();
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!(stage.states(), [State::Unconfirmed], "nobody knows whether it was placed");
    assert_eq!(stage.attempts(0).last().unwrap().outcome, Outcome::Unknown);
    assert!(!stage.standing(0).reason.contains("was placed"), "{}", stage.standing(0).reason);
}

#[test]
fn stopping_before_the_first_answer_of_the_store_follows_nobody() {
    let mut stage = Stage::new(Options::default(), Answering::Within(secs(1))).with(rows(&[4]));
    stage.run_while(|stage| stage.store.count(State::InProgress) == 0);
    stage.crash();
    stage.drain();
    stage.tell(Input::Stop);
    let before = stage.real;
    assert_eq!(stage.run(), Finish::Stopped);
    assert!(stage.real.since(before) <= secs(5), "it stops at once");
    stage.crash();
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!(stage.states(), [State::Succeeded], "and the call is followed by a later run");
}
