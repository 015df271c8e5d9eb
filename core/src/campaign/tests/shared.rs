//! One call SID for two triggers: an alarm, and the second row is never called again by itself.

use std::cell::Cell;
use std::rc::Rc;

use super::*;
use crate::Method;
use crate::testing::{Cause, SID, outbound, status};

/// A service that answers every trigger with one call SID, and how many triggers it got.
fn stage(way: Answering, options: Options, tells: &'static str, count: u64) -> (Stage, Rc<Cell<u32>>) {
    let triggers = Rc::new(Cell::new(0));
    let counted = Rc::clone(&triggers);
    let stage = Stage::new(options, way).scripted(move |request| {
        Cause::Reply(if request.method == Method::Post {
            counted.set(counted.get() + 1);
            reply(200, &format!(r#"{{"call_sid":"{SID}"}}"#))
        } else {
            status(&outbound(), tells, "line busy")
        })
    });
    (stage.with(plain(count)), triggers)
}

fn alarms(stage: &Stage) -> Vec<(u64, u64)> {
    let alarm = |event: &Event| match event {
        Event::SharedSid { row, call_sid, other_row, other_campaign: None } if call_sid.as_str() == SID => {
            Some((*row, *other_row))
        }
        _ => None,
    };
    stage.events.iter().filter_map(alarm).collect()
}

#[test]
fn of_calls_with_one_sid_the_first_is_followed_and_all_others_are_unconfirmed() {
    for way in WAYS {
        let (mut stage, triggers) = stage(way, quick(1.0), "success", 3);
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.states(), [State::Succeeded, State::Unconfirmed, State::Unconfirmed], "{way:?}");
        assert_eq!((triggers.get(), alarms(&stage)), (3, vec![(2, 1), (3, 1)]), "{way:?}");
        let (standing, attempt) = (stage.standing(1), stage.attempts(1).last().unwrap());
        for said in ["the same call SID", SID, "to that of row 1", "it is not called again"] {
            assert!(standing.reason.contains(said), "{said}: {}", standing.reason);
        }
        assert_eq!((attempt.outcome, attempt.call_sid.as_ref().unwrap().as_str()), (Outcome::Unknown, SID));
        assert_eq!(
            (attempt.error.as_deref(), attempt.disposition.as_deref()),
            (Some("unexpected_answer"), None)
        );
        assert!(attempt.ended_at.is_some() && attempt.placed_at.is_some());
    }
}

#[test]
fn no_rule_calls_a_row_again_because_the_call_of_another_failed() {
    for way in WAYS {
        let options = Options { redial: vec!["busy=5x1h".parse().unwrap()], ..quick(1.0) };
        let (mut stage, triggers) = stage(way, options, "failure", 2);
        assert_eq!(stage.run(), Finish::Done);
        // The first is called again by its rule, and gets the same SID once more.
        assert_eq!(stage.states(), [State::Unconfirmed, State::Unconfirmed], "{way:?}");
        assert_eq!((triggers.get(), alarms(&stage)), (3, vec![(2, 1), (1, 1)]), "{way:?}");
        assert_eq!(stage.attempts(0).len(), 2);
        assert_eq!(stage.attempts(0)[0].outcome, Outcome::Failure, "what was known before stays so");
    }
}

#[test]
fn two_calls_that_were_placed_at_once_are_told_apart_too() {
    let options =
        Options { pace: Pace { rate: 100.0, max_in_flight: 9, max_dialing: 9 }, ..Options::default() };
    for way in WAYS {
        let (mut stage, _) = stage(way, options.clone(), "success", 4);
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.store.count(State::Succeeded), 1, "{way:?}: {:?}", stage.states());
        assert_eq!((stage.store.count(State::Unconfirmed), alarms(&stage).len()), (3, 3), "{way:?}");
    }
}

#[test]
fn after_a_crash_at_any_moment_it_is_noticed_as_well() {
    for nth in 0..60 {
        let (mut stage, triggers) = stage(Answering::Within(secs(1)), quick(1.0), "success", 2);
        for _ in 0..nth {
            if !stage.perform() && !stage.step() {
                break;
            }
        }
        stage.crash();
        assert_eq!(stage.run(), Finish::Done);
        assert!(triggers.get() <= 2, "after {nth}");
        assert!(stage.store.count(State::Succeeded) <= 1, "after {nth}: {:?}", stage.states());
    }
}

#[test]
fn a_service_that_answers_one_sid_to_everybody_is_stopped_after_three() {
    for way in WAYS {
        let options = Options { windows: CallingWindows::always("a test").unwrap(), ..Options::default() };
        let (mut stage, triggers) = stage(way, options, "success", 40);
        stage.run_for(secs(600));
        assert_eq!(
            (stage.store.count(State::Succeeded), stage.store.count(State::Unconfirmed)),
            (1, 3),
            "{way:?}"
        );
        assert_eq!((triggers.get(), stage.campaign.command()), (4, Command::Pause), "{way:?}");
        let why = &stage.store.breaker().unwrap().why;
        assert_eq!(why, "The service gave the same call SID to several calls, so they cannot be told apart");
    }
}
