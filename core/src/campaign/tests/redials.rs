//! Which calls that failed are followed by another, when, and how often.

use super::*;

fn options(rules: &[&str]) -> Options {
    Options {
        redial: rules.iter().map(|rule| rule.parse().unwrap()).collect(),
        max_per_number: 100,
        ..quick(10.0)
    }
}

/// One row of a number that ends so, run to its end.
fn run(way: Answering, options: Options, end: u8) -> Stage {
    let mut stage = Stage::new(options, way).with(rows(&[end]));
    stage.lazy = secs(30);
    assert_eq!(stage.run(), Finish::Done);
    stage
}

#[test]
fn a_rule_asks_for_so_many_calls_so_long_after_the_end_of_the_one_before() {
    for way in WAYS {
        let mut stage = run(way, options(&["busy=2x10m"]), 2);
        assert_eq!((stage.states(), stage.sent.len()), (vec![State::Failed], 3));
        assert_eq!(
            stage.standing(0).reason,
            "the call ended in failure: call setup: the called party is busy; \
             redialed 2 times by the rule busy=2x10m, which is all it asks for"
        );
        let calls = stage.rang().into_values().next().unwrap();
        for (one, next) in calls.iter().zip(calls.iter().skip(1)) {
            let between = next.placed_at.since(one.ended_at.unwrap());
            assert!(between >= secs(600) && between <= secs(660), "{between:?}");
        }
    }
}

#[test]
fn a_redial_that_is_to_come_says_by_which_rule() {
    let mut stage = Stage::new(options(&["busy=2x10m"]), Answering::Quickly).with(rows(&[2]));
    stage.run_while(|stage| stage.standing(0).wait != Some(WaitRule::Redial));
    let standing = stage.standing(0);
    assert_eq!(
        standing.reason,
        "the call ended in failure: call setup: the called party is busy; to be called again by the rule busy=2x10m"
    );
    assert_eq!(standing.due_at.unwrap().since(stage.attempts(0)[0].ended_at.unwrap()), secs(600));
}

#[test]
fn the_first_rule_that_fits_counts_and_each_counts_for_itself() {
    for (rules, end, calls) in [
        (&["busy=1x1m", "failure=5x1m"][..], 2, 2),
        (&["failure=3x1m", "busy=1x1m"], 2, 4),
        (&["no-answer=3x1m"], 2, 1),
        (&["reason:Party is BUSY=2x1m"], 2, 3),
        (&["no-answer=3x1m", "busy=1x1m"], 1, 4),
        (&["congestion=1x1m"], 3, 2),
        (&["failure=3x1m"], 0, 1),
        (&[], 2, 1),
    ] {
        let stage = run(Answering::Quickly, options(rules), end);
        assert_eq!(stage.sent.len(), calls, "{rules:?} {end}");
    }
}

#[test]
fn a_recipient_is_dialed_no_more_often_than_it_may_be_whatever_the_rules_say() {
    for way in WAYS {
        let stage = run(way, Options { max_attempts: 3, ..options(&["busy=9x1m"]) }, 2);
        assert_eq!((stage.states(), stage.sent.len()), (vec![State::Failed], 3));
        let reason = &stage.standing(0).reason;
        assert!(reason.ends_with("; dialed 3 times, which is as often as it may be"), "{reason}");
    }
}

#[test]
fn triggers_that_placed_no_call_are_no_dials() {
    // 05: two triggers fail, 07: one is turned away; a number may be dialed once a day.
    for end in [5, 7] {
        for way in WAYS {
            let limits = Options { max_attempts: 1, max_per_number: 1, ..options(&[]) };
            let stage = run(way, limits, end);
            assert_eq!(stage.states(), [State::Succeeded]);
            assert_eq!(stage.attempts(0).len(), stage.sent.len());
        }
    }
}

#[test]
fn a_redial_beyond_the_window_comes_in_the_next_one() {
    for way in WAYS {
        let mut stage = run(way, options(&["busy=1x5h"]), 2);
        assert_eq!(stage.sent.len(), 2);
        let next_day = Timestamp::from_millis(1_795_622_400_000) + 17 * HOUR;
        let at = stage.rang().into_values().next().unwrap()[1].placed_at;
        assert!(at >= next_day && at.since(next_day) < secs(120), "{at:?}");
    }
}

#[test]
fn a_redial_for_which_there_is_no_time_left_is_none_and_the_row_says_why() {
    for of_campaign in [true, false] {
        let end = START + HOUR;
        let mut row = rows(&[2]).remove(0);
        let mut options = options(&["busy=3x25m"]);
        if of_campaign {
            options.until = Some(end);
        } else {
            row.not_after = Some(end);
        }
        let mut stage = Stage::new(options, Answering::Quickly).with([row]);
        stage.lazy = secs(5);
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!((stage.states(), stage.sent.len()), (vec![State::Failed], 3));
        let whose = if of_campaign { "the campaign calls nobody" } else { "it is not to be called" };
        let reason = &stage.standing(0).reason;
        assert!(
            reason.ends_with(&format!(
                "; not called again, because {whose} from 2026-11-25 17:00 (Europe/London) on"
            )),
            "{reason}"
        );
    }
}

#[test]
fn what_may_have_rung_and_what_is_refused_is_never_redialed() {
    use crate::testing::{Cause, reply};
    for end in [6, 11, 12, 13] {
        let stage = run(Answering::Quickly, options(&["failure=9x1m"]), end);
        assert_eq!((stage.states(), stage.sent.len()), (vec![State::Unconfirmed], 1), "{end}");
    }
    let mut stage = Stage::new(options(&["failure=9x1m"]), Answering::Quickly)
        .scripted(|_| Cause::Reply(reply(400, r#"{"error":"no"}"#)))
        .with(plain(1));
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!((stage.states(), stage.sent.len()), (vec![State::Rejected], 1));
}

#[test]
fn a_redial_that_is_cancelled_says_that_the_row_was_called_before() {
    let mut stage = Stage::new(options(&["busy=3x25m"]), Answering::Quickly).with(rows(&[2, 4]));
    stage.run_while(|stage| stage.standing(0).wait != Some(WaitRule::Redial));
    stage.store.command(Command::Cancel);
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!(stage.states(), [State::Cancelled, State::Succeeded]);
    assert_eq!(stage.standing(0).reason, "the campaign was cancelled before it was called again");
}
