//! Numbers: those on a suppression list, those of several rows, and how often one may be called.

use super::stage::Health;
use super::*;

#[test]
fn a_number_that_is_suppressed_while_the_campaign_runs_is_not_dialed_from_the_next_turn_on() {
    for way in WAYS {
        let mut stage = Stage::new(quick(1.0), way).with(plain(30));
        let mut listed = 0;
        // The stage judges that no intent for such a number is saved.
        stage.run_while(|stage| {
            while listed < stage.sent.len() {
                // The next but two is listed, whoever is held or on the way to the store meanwhile.
                listed += 1;
                let nth = stage.sent.last().unwrap().id.0 + 3;
                stage.suppress(&number(&format!("+1{}5550100", 201 + nth)));
            }
            true
        });
        assert_eq!(stage.finish, Some(Finish::Done));
        let suppressed = stage.store.count(State::Suppressed);
        assert!(suppressed >= 8, "{suppressed}");
        assert_eq!(stage.store.count(State::Succeeded) + suppressed, 30);
        assert_eq!(stage.sent.len() + suppressed, 30, "{way:?}");
        for (_, standing, attempts) in stage.store.iter().filter(|row| row.1.state == State::Suppressed) {
            assert_eq!(standing.reason, "its number is on a suppression list");
            assert!(attempts.is_empty());
        }
    }
}

#[test]
fn a_list_of_which_all_are_suppressed_takes_a_few_turns_and_no_tokens() {
    for way in WAYS {
        let mut stage = Stage::new(quick(1.0), way).with(plain(100));
        for nth in 0..100 {
            stage.suppress(&number(&format!("+1{}5550100", 201 + nth)));
        }
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!((stage.store.count(State::Suppressed), stage.sent.len()), (100, 0));
        assert_eq!(stage.refused, 100, "each is tried once");
        assert!(stage.real.since(START) < secs(800), "and no token is spent on it");
    }
}

#[test]
fn a_number_is_not_dialed_again_within_a_minute_even_if_nobody_knows_how_the_call_went() {
    for way in WAYS {
        // The connection is cut before the answer.
        let cut = number("+12015550106");
        let list = vec![NewRecipient::new(2, cut.clone()), NewRecipient::new(3, cut)];
        let mut stage = Stage::new(quick(10.0), way).with(list);
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.store.count(State::Unconfirmed), 2);
        let rang = stage.rang();
        let dials = rang.values().next().unwrap();
        assert_eq!(dials.len(), 2);
        assert!(dials[1].placed_at.since(dials[0].placed_at) >= secs(59), "{way:?}");
    }
}

#[test]
fn rows_with_the_same_number_are_never_called_at_the_same_time() {
    for way in WAYS {
        for health in [Health::Well, Health::Fails] {
            let mut options = quick(10.0);
            options.max_per_number = 10;
            let mut stage = Stage::new(options, way).with(rows(&[0, 1, 0, 1, 0, 0, 1]));
            stage.run_while(|stage| stage.sent.is_empty());
            stage.health = health;
            stage.run_for(secs(5));
            stage.health = Health::Well;
            assert_eq!(stage.run(), Finish::Done);
            let rang = stage.rang();
            assert_eq!(rang.values().map(Vec::len).collect::<Vec<_>>(), [4, 3]);
            for calls in rang.into_values() {
                for (one, next) in calls.iter().zip(calls.iter().skip(1)) {
                    assert!(one.ended_at.unwrap() <= next.placed_at, "two at a time");
                }
            }
        }
    }
}

#[test]
fn a_redial_keeps_a_minute_from_the_calls_of_other_rows_with_its_number() {
    for way in WAYS {
        let mut options = quick(10.0);
        options.max_per_number = 100;
        options.redial = vec!["busy=2x1m".parse().unwrap()];
        let mut stage = Stage::new(options, way).with(rows(&[2, 2, 2]));
        assert_eq!(stage.run(), Finish::Done);
        let dials = stage.rang().into_values().next().unwrap();
        assert_eq!(dials.len(), 9);
        for (one, next) in dials.iter().zip(dials.iter().skip(1)) {
            assert!(next.placed_at.since(one.placed_at) >= secs(53), "{way:?}");
        }
    }
}

#[test]
fn a_row_that_waits_for_another_with_its_number_says_so() {
    let mut stage = Stage::new(quick(10.0), Answering::Quickly).with(rows(&[4, 4]));
    stage.run_while(|stage| stage.standing(1).wait.is_none());
    let standing = stage.standing(1);
    assert_eq!((standing.state, standing.wait), (State::Scheduled, Some(WaitRule::SameNumber)));
    assert_eq!(standing.reason, "another row with the same number is being called");
    assert!(standing.due_at.unwrap().since(stage.now()) <= secs(60));
}

#[test]
fn a_number_is_dialed_no_more_often_in_24_hours_than_it_may_be_and_the_row_says_until_when() {
    for way in WAYS {
        for always in [false, true] {
            let mut options = quick(10.0);
            options.max_per_number = 2;
            if always {
                options.windows = CallingWindows::always("a test").unwrap();
            }
            let mut stage = Stage::new(options, way).with(rows(&[0, 0, 0, 0, 0]));
            stage.run_while(|stage| stage.standing(2).wait != Some(WaitRule::NumberCap));
            let free = stage.attempts(0)[0].dialed_at + DAY;
            let standing = stage.standing(2).clone();
            assert_eq!(standing.due_at, Some(free));
            assert!(
                standing.reason.starts_with(
                    "its number was dialed 2 times within 24 hours, the most that is allowed; it waits until 2026-11-26 16:00"
                ),
                "{}",
                standing.reason
            );
            stage.lazy = secs(60);
            assert_eq!(stage.run(), Finish::Done, "it is not over before they are called");
            assert_eq!(stage.store.count(State::Succeeded), 5);
            let at: Vec<_> = stage.sent.iter().map(|sent| sent.at).collect();
            for (one, third) in at.iter().zip(at.iter().skip(2)) {
                // What counts is the intent, which comes before its trigger by a visit to the store.
                assert!(third.since(*one) + secs(8) >= DAY, "three within 24 hours");
            }
        }
    }
}

#[test]
fn a_cap_that_ends_at_night_is_told_beside_the_window() {
    let mut options = quick(10.0);
    options.max_per_number = 1;
    options.windows =
        CallingWindows::parse(&["wed 09:00-20:00", "thu 10:00-12:00", "fri 11:00-12:00"]).unwrap();
    let mut stage = Stage::new(options, Answering::Quickly).with(rows(&[0, 0]));
    stage.run_while(|stage| stage.standing(1).wait != Some(WaitRule::Window));
    stage.lazy = secs(60);
    let reason = &stage.standing(1).reason;
    assert_eq!(
        reason,
        "its number was dialed 1 times within 24 hours, the most that is allowed; it waits until 2026-11-26 16:00 \
         (Europe/London); waits for its calling window, which opens 2026-11-27 11:00 (Europe/London)"
    );
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!(stage.states(), [State::Succeeded, State::Succeeded]);
}

#[test]
fn of_several_intents_in_one_turn_only_those_that_the_store_refused_are_none() {
    for way in WAYS {
        let pace = Pace { rate: 100.0, max_in_flight: 100, max_dialing: 100 };
        let mut stage = Stage::new(Options { pace, ..Options::default() }, way).with(plain(30));
        for nth in (0..30).step_by(3) {
            stage.suppress(&number(&format!("+1{}5550100", 201 + nth)));
        }
        assert_eq!(stage.run(), Finish::Done, "{way:?}");
        assert_eq!((stage.store.count(State::Suppressed), stage.store.count(State::Succeeded)), (10, 20));
    }
}

#[test]
fn rows_with_one_number_in_two_forms_are_called_one_after_the_other_and_count_together() {
    for (one, other) in [
        ("+5491123456789", "+541123456789"),
        ("+5511987654321", "+551187654321"),
        ("+390612345678", "+39612345678"),
        ("+576012345678", "+5712345678"),
        ("+4930123456", "+49030123456"),
    ] {
        for way in WAYS {
            let mut options = quick(10.0);
            options.max_per_number = 3;
            let list = [one, other, one, other].into_iter().zip(2..);
            let list = list.map(|(text, nth)| NewRecipient::new(nth, number(text)));
            let mut stage = Stage::new(options, way).with(list.collect::<Vec<_>>());
            stage.run_for(DAY / 2);
            let mut calls: Vec<_> = stage.rang().into_values().flatten().collect();
            calls.sort_by_key(|it| it.placed_at);
            assert_eq!(calls.len(), 3, "{one} {way:?}");
            for (call, next) in calls.iter().zip(&calls[1..]) {
                assert!(call.ended_at.unwrap() <= next.placed_at, "{one} {way:?}");
            }
        }
    }
}
