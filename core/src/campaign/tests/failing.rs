//! A store that fails for a while: nobody is called, everybody who rings is followed, and nothing that is known is lost.

use super::stage::Health;
use super::*;

fn failures(stage: &Stage) -> usize {
    stage.events.iter().filter(|event| matches!(event, Event::StoreFailed { .. })).count()
}

#[test]
fn a_store_that_fails_stops_dialing_and_gets_everything_when_it_is_back() {
    for way in WAYS {
        for health in [Health::Fails, Health::FailsHavingDone] {
            let mut stage = Stage::new(quick(1.0), way).with(rows(&[0, 1, 2, 8, 10, 4, 5, 7]));
            stage.run_while(|stage| stage.sent.len() < 4);
            stage.health = health;
            stage.run_for(secs(8));
            let sent = stage.sent.len();
            stage.run_for(secs(120));
            assert_eq!(stage.sent.len(), sent, "nobody is called without a store");
            assert!(failures(&stage) > 5);
            stage.run_while(|stage| stage.away);
            // All that ring came to their ends, and these are known.
            let ends = stage.campaign.unsaved().filter(|change| change.state.is_terminal()).count();
            assert_eq!(ends, sent, "{way:?}");
            let Some(Event::StoreFailed { unsaved, again_at, why }) =
                stage.events.iter().rfind(|event| matches!(event, Event::StoreFailed { .. })).cloned()
            else {
                panic!("it is told")
            };
            assert_eq!((unsaved >= ends, why.as_str()), (true, "the disk is full"));
            assert!(again_at.since(stage.now()) <= secs(10));
            stage.health = Health::Well;
            assert_eq!(stage.run(), Finish::Done);
            assert_eq!(stage.events.iter().filter(|event| matches!(event, Event::StoreRecovered)).count(), 1);
            stage.judge_once();
            use State::{Failed, Succeeded};
            let ends = [Succeeded, Failed, Failed, Succeeded, Succeeded, Succeeded, Succeeded, Succeeded];
            assert_eq!(stage.states(), ends, "{way:?} {health:?}");
        }
    }
}

#[test]
fn what_was_seen_while_the_store_failed_is_saved_in_the_order_in_which_it_was_seen() {
    let words = |change: &Change| -> Vec<_> {
        change
            .statuses
            .iter()
            .map(|it| (it.status.as_str().to_owned(), it.correlation_id.is_some()))
            .collect()
    };
    let seen = ["ringing", "calling", "success"].map(|word| (word.to_owned(), true));
    for way in [Answering::Quickly, Answering::Within(secs(4)), Answering::Within(secs(20))] {
        for seed in 0..20 {
            let mut stage = Stage::seeded(quick(1.0), way, seed).with(rows(&[10]));
            stage.run_while(|stage| stage.sent.is_empty());
            stage.health = Health::Fails;
            stage.run_for(secs(90));
            stage.run_while(|stage| stage.away);
            let [change] = stage.campaign.unsaved().collect::<Vec<_>>()[..] else { panic!("one row") };
            assert_eq!(words(change), seen, "{way:?} {seed}");
            assert!(change.statuses.is_sorted_by_key(|status| status.at));
            stage.health = Health::Well;
            assert_eq!(stage.run(), Finish::Done);
            let saved = stage.events.iter().rev().find_map(|event| match event {
                Event::Saved(change) => Some(words(change)),
                _ => None,
            });
            assert_eq!(saved.unwrap(), seen);
        }
    }
}

#[test]
fn stopping_while_the_store_fails_ends_and_tells_what_is_not_saved() {
    for way in WAYS {
        let mut stage = Stage::new(quick(5.0), way).with(rows(&[0, 1, 4, 11]));
        stage.run_while(|stage| stage.sent.len() < 4);
        stage.run_for(secs(1));
        stage.health = Health::Fails;
        stage.run_for(secs(25));
        stage.tell(Input::Stop);
        let before = stage.real;
        assert_eq!(stage.run(), Finish::Stopped);
        assert!(stage.real.since(before) <= secs(20));
        use State::{Failed, Succeeded, Unconfirmed};
        let unsaved: Vec<_> = stage.campaign.unsaved().map(|change| (change.row, change.state)).collect();
        assert!(unsaved.contains(&(4, Unconfirmed)), "{unsaved:?}");
        assert!(unsaved.iter().any(|(_, state)| *state == Failed), "{unsaved:?}");
        // A later run goes on with what was saved before; the calls are still to be read.
        stage.health = Health::Well;
        stage.crash();
        assert_eq!(stage.run(), Finish::Done);
        stage.judge_once();
        assert_eq!(stage.states(), [Succeeded, Failed, Succeeded, Unconfirmed]);
    }
}

#[test]
fn a_result_that_came_just_before_a_stop_is_not_lost() {
    let mut stage = Stage::new(quick(5.0), Answering::Quickly).with(plain(1));
    // Whatever arrives, the shell is told to stop before it polls again.
    for nth in 1..60 {
        let mut at = 0;
        stage.run_while(|stage| {
            at += 1;
            at < nth && stage.finish.is_none()
        });
        if stage.finish.is_none() {
            stage.step();
            stage.tell(Input::Stop);
            stage.run();
        }
        let state = stage.standing(0).state;
        assert!(
            !matches!(state, State::StatusLost | State::Scheduled) || stage.sent.is_empty(),
            "{nth} {state}"
        );
        if state == State::InProgress {
            // Read by the next run.
            stage.crash();
            assert_eq!(stage.run(), Finish::Done);
            assert_eq!(stage.states(), [State::Succeeded]);
        }
        stage = Stage::new(quick(5.0), Answering::Quickly).with(plain(1));
    }
}

#[test]
fn a_store_that_fails_while_the_clock_is_set_back_is_tried_again_without_a_spin() {
    for way in WAYS {
        let mut stage = Stage::new(quick(1.0), way).with(rows(&[4]));
        // All that is known of the call is saved, and there is nothing new for ten minutes.
        stage.run_for(secs(40));
        stage.health = Health::Fails;
        stage.run_while(|stage| failures(stage) < 3);
        stage.skew = -3_600_000;
        let before = failures(&stage);
        // The stage judges that nothing wakes in vain again and again.
        stage.run_for(secs(30));
        assert!(failures(&stage) >= before + 2, "{way:?}");
    }
}
