//! An intent is saved before its trigger leaves, and a trigger leaves only if it still may.

use super::stage::Health;
use super::*;

/// What comes between an intent and its trigger.
type Meanwhile = fn(&mut Stage);

/// Lets time pass until the first intent is on its way to the store, and the answer is not there yet.
fn until_an_intent_is_away(stage: &mut Stage) {
    stage.run_while(|stage| stage.campaign.dialing() == 0);
    assert_eq!((stage.campaign.dialing(), stage.sent.len()), (1, 0), "an intent is being saved");
}

#[test]
fn every_trigger_has_its_intent_saved_before() {
    for way in WAYS {
        // The stage judges every trigger that leaves.
        let mut stage =
            Stage::new(quick(5.0), way).with(rows(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]));
        assert_eq!(stage.run(), Finish::Done);
        stage.judge_once();
        let placed = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13];
        assert_eq!(stage.rang().len(), placed.len());
        let unconfirmed = [6, 11, 12, 13];
        for (nth, state) in stage.states().into_iter().enumerate() {
            assert_eq!(state == State::Unconfirmed, unconfirmed.contains(&nth), "{nth} {state}");
        }
    }
}

#[test]
fn nothing_is_sent_if_it_is_no_longer_allowed_when_the_intent_is_saved() {
    let cases: [(&str, Meanwhile, State); 4] = [
        ("drained", |stage| stage.tell(Input::Drain), State::Scheduled),
        ("stopped", |stage| stage.tell(Input::Stop), State::Scheduled),
        ("window closed", |stage| stage.skew = 4 * 3_600_000, State::Scheduled),
        ("clock set back", |stage| stage.skew = -8 * 3_600_000, State::Scheduled),
    ];
    for (name, meanwhile, state) in cases {
        for answered in [false, true] {
            let mut stage = Stage::new(Options::default(), Answering::Within(secs(2))).with(plain(1));
            until_an_intent_is_away(&mut stage);
            // Once before the store has answered, and once after, when the shell is slow to poll.
            while answered && stage.away {
                stage.step();
            }
            meanwhile(&mut stage);
            stage.run_for(secs(30));
            assert_eq!(stage.sent.len(), 0, "{name}");
            assert_eq!(stage.standing(0).state, state, "{name}");
            let attempt = stage.attempts(0).last().unwrap();
            assert_eq!(attempt.outcome, Outcome::NotPlaced, "{name}");
            assert!(attempt.ended_at.is_some(), "{name}");
        }
    }
}

#[test]
fn nothing_is_sent_if_the_store_brings_a_command_with_the_saved_intent() {
    for (command, state) in [(Command::Pause, State::Scheduled), (Command::Cancel, State::Cancelled)] {
        for way in WAYS {
            let mut stage = Stage::new(Options::default(), way).with(plain(1));
            while stage.turns < 2 {
                if !stage.perform() {
                    stage.step();
                }
            }
            stage.store.command(command);
            stage.run_for(secs(30));
            assert_eq!((stage.turns > 2, stage.sent.len()), (true, 0), "{command:?}");
            assert_eq!(stage.standing(0).state, state, "{command:?} {way:?}");
            assert_eq!(stage.attempts(0).last().unwrap().outcome, Outcome::NotPlaced);
            assert_eq!(stage.finish.is_some(), command == Command::Cancel);
        }
    }
}

#[test]
fn an_intent_that_had_to_be_taken_back_is_called_in_the_next_window_and_says_why() {
    let mut stage = Stage::new(Options::default(), Answering::Within(secs(4))).with(plain(1));
    stage.open = Some(|at| (9..20).contains(&(at.as_millis() / 3_600_000 % 24)));
    until_an_intent_is_away(&mut stage);
    stage.real = stage.real + 4 * HOUR;
    stage.run_for(secs(30));
    let standing = stage.standing(0).clone();
    assert_eq!((standing.state, standing.wait), (State::Scheduled, Some(WaitRule::Window)));
    assert_eq!(
        standing.reason,
        "its calling window closed before its trigger could leave; \
         waits for its calling window, which opens 2026-11-26 09:00 (Europe/London)"
    );
    assert_eq!(stage.run(), Finish::Done, "and the campaign goes on tomorrow");
    assert_eq!(stage.states(), [State::Succeeded]);
    assert_eq!((stage.sent.len(), stage.attempts(0).len()), (1, 2));
}

#[test]
fn an_intent_whose_time_is_over_when_it_is_saved_says_that() {
    for of_campaign in [false, true] {
        let end = START + secs(10);
        let mut recipient = plain(1).remove(0);
        let mut options = Options::default();
        if of_campaign {
            options.until = Some(end);
        } else {
            recipient.not_after = Some(end);
        }
        let mut stage = Stage::new(options, Answering::Within(secs(3))).with([recipient]);
        until_an_intent_is_away(&mut stage);
        stage.real = stage.real + secs(10);
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!((stage.states(), stage.sent.len()), (vec![State::Expired], 0));
        let reason = &stage.standing(0).reason;
        assert!(reason.starts_with("its time was over before its trigger could leave; "), "{reason}");
        assert!(reason.ends_with("from 2026-11-25 16:00 (Europe/London) on"), "{reason}");
    }
}

#[test]
fn an_intent_before_whose_time_the_clock_was_set_back_is_called_when_that_comes_again() {
    let recipient = NewRecipient { not_before: Some(START - secs(60)), ..plain(1).remove(0) };
    let mut stage = Stage::new(Options::default(), Answering::Within(secs(3))).with([recipient]);
    until_an_intent_is_away(&mut stage);
    stage.skew = -600_000;
    stage.run_for(secs(10));
    let standing = stage.standing(0).clone();
    assert_eq!((standing.state, standing.due_at), (State::Scheduled, Some(START - secs(60))));
    assert_eq!(
        standing.reason,
        "the clock was set back before its trigger could leave; \
         is not to be called before 2026-11-25 15:59 (Europe/London)"
    );
    // The stage judges that it is not called before.
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!((stage.states(), stage.sent.len()), (vec![State::Succeeded], 1));
}

#[test]
fn an_intent_that_the_store_refuses_is_none() {
    for way in WAYS {
        let mut stage = Stage::new(quick(10.0), way).with(plain(3));
        // They are held by the machine when one of them is suppressed, and when nobody may be called.
        stage.run_while(|stage| stage.turns < 2);
        let second = number("+12025550100");
        stage.suppress(&second);
        stage.blocked = Some("the list of numbers cannot be read".to_owned());
        stage.run_for(secs(20));
        assert!(stage.sent.len() <= 1, "nobody is called while the store says so");
        let calls = stage.sent.len();
        stage.blocked = None;
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.sent.len(), 2.max(calls));
        assert!(stage.sent.iter().all(|sent| sent.number != second));
        assert_eq!(stage.standing(1).state, State::Suppressed);
        assert_eq!(stage.standing(1).reason, "its number is on a suppression list");
        assert!(stage.attempts(1).is_empty(), "the attempt was never written");
        let blocked: Vec<_> = stage.events.iter().filter(|it| matches!(it, Event::Blocked(_))).collect();
        assert_eq!(blocked.len(), 2, "told when it begins and when it is over");
    }
}

#[test]
fn whichever_visit_to_the_store_fails_nobody_rings_twice_and_all_are_called() {
    for way in WAYS {
        for health in [Health::Fails, Health::FailsHavingDone] {
            for nth in 0..25 {
                let mut stage = Stage::new(quick(2.0), way).with(rows(&[0, 5, 7, 2]));
                let mut failed = false;
                stage.run_while(|_| false);
                while stage.finish.is_none() {
                    let fails = stage.turns == nth && !failed;
                    stage.health = if fails { health } else { Health::Well };
                    let turns = stage.turns;
                    if !stage.perform() {
                        stage.step();
                    }
                    failed |= fails && stage.turns > turns;
                }
                assert_eq!(stage.finish, Some(Finish::Done));
                stage.judge_once();
                use State::{Failed, Succeeded};
                assert_eq!(
                    stage.states(),
                    [Succeeded, Succeeded, Succeeded, Failed],
                    "{way:?} {health:?} {nth}"
                );
            }
        }
    }
}

#[test]
fn a_campaign_is_not_done_while_anybody_is_scheduled() {
    // A trigger is turned away, or a call fails and is to be redialed, while the store is asked who comes next.
    for seed in 0..40 {
        let mut options = quick(1.0);
        options.redial = vec!["busy=1x1m".parse().unwrap()];
        let way = Answering::Within(secs(1));
        let mut stage = Stage::seeded(options, way, seed).with(rows(&[7, 2]));
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.states(), [State::Succeeded, State::Failed], "{seed}");
        assert_eq!(stage.attempts(1).len(), 2);
    }
}
