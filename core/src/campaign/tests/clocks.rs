//! A clock that jumps an hour forth and back, again and again, at any moment.

use std::collections::BTreeSet;

use super::stage::Health;
use super::*;

/// Open from 15:30 to 17:00 in London, that is until 16:55 with the margin.
fn options() -> Options {
    let mut options = quick(0.5);
    options.windows = CallingWindows::parse(&["mon-sun 15:30-17:00"]).unwrap();
    options.redial = vec!["busy=2x5m".parse().unwrap()];
    options
}

fn open(at: Timestamp) -> bool {
    let minute = at.as_millis() / 60_000 % (24 * 60);
    (15 * 60 + 30..16 * 60 + 55).contains(&minute)
}

#[test]
fn a_clock_that_jumps_at_any_moment_makes_nobody_ring_twice_or_outside_the_window_and_all_end() {
    for seed in 0..60 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let way = WAYS[rng.usize(..WAYS.len())];
        let ends = [0, 1, 2, 5, 7, 8, 10, 0, 1, 2];
        let mut stage = Stage::seeded(options(), way, seed).with(rows(&ends));
        stage.open = Some(open);
        stage.lazy = secs(60);
        let mut jumped_while_dialing = BTreeSet::new();
        stage.run_while(|stage| {
            if rng.u8(..) < 20 {
                stage.skew = [0, 3_600_000, -3_600_000][rng.usize(..3)];
                let dialing = stage.states().into_iter().enumerate();
                jumped_while_dialing
                    .extend(dialing.filter(|(_, state)| *state == State::Dialing).map(|(nth, _)| nth));
            }
            // In the end it is right, and there are enough days.
            if stage.real.since(START) > 2 * HOUR {
                stage.skew = 0;
            }
            stage.real.since(START) < 10 * DAY
        });
        assert_eq!(stage.finish, Some(Finish::Done), "{seed}: {:?}", stage.states());
        for (nth, state) in stage.states().into_iter().enumerate() {
            assert!(state.is_terminal(), "{seed}");
            assert!(
                !matches!(state, State::Unconfirmed | State::StatusLost)
                    || jumped_while_dialing.contains(&nth),
                "{seed}: row {nth} {state} {}",
                stage.standing(nth).reason
            );
        }
        let busy = |number: &str| number.ends_with("02");
        // Two rows have each of 00, 01 and 02; a busy one is called thrice by the rule, and a number thrice a day.
        for (number, calls) in stage.rang() {
            let rows = ends.iter().filter(|end| number.ends_with(&format!("01{end:02}"))).count();
            let most = if busy(&number) { rows * 3 } else { rows };
            assert!(calls.len() <= most, "{seed}: {number} rang {} times", calls.len());
            for (one, next) in calls.iter().zip(calls.iter().skip(1)) {
                assert!(
                    one.ended_at.is_none_or(|end| end <= next.placed_at),
                    "{seed}: {number} twice at a time"
                );
            }
        }
    }
}

#[test]
fn a_clock_that_stepped_back_keeps_nobody_waiting_for_longer_than_the_step() {
    let mut stage = Stage::new(quick(1.0), Answering::Quickly).with(plain(10));
    stage.run_while(|stage| stage.sent.len() < 3);
    stage.skew = -3_600_000;
    stage.run_for(secs(60));
    assert_eq!(stage.states()[..3], [State::Succeeded; 3], "whoever rings is followed as before");
    assert_eq!(stage.run(), Finish::Done);
    let took = stage.real.since(START);
    assert!(took < HOUR + secs(120), "whoever was due is due when the clock shows that hour again: {took:?}");
    assert_eq!(stage.store.count(State::Succeeded), 10);
}

#[test]
fn a_clock_that_steps_forward_and_back_again_keeps_no_call_from_being_followed() {
    for way in WAYS {
        let mut stage = Stage::new(quick(1.0), way).with(plain(6));
        stage.run_while(|stage| stage.sent.len() < 3);
        stage.skew = 3_600_000;
        stage.run_while(|stage| stage.sent.len() < 6);
        stage.run_for(secs(2));
        stage.skew = 0;
        stage.run_for(secs(60));
        assert_eq!(stage.states(), [State::Succeeded; 6], "{way:?}");
    }
}

#[test]
fn a_command_is_noticed_within_seconds_after_a_clock_stepped_back() {
    for way in WAYS {
        let mut later = plain(1);
        later[0].not_before = Some(START + HOUR);
        let mut stage = Stage::new(quick(1.0), way).with(later);
        stage.run_for(secs(5));
        stage.skew = -3_600_000;
        stage.run_for(secs(5));
        stage.store.command(Command::Cancel);
        let before = stage.real;
        assert_eq!((stage.run(), stage.states()), (Finish::Done, vec![State::Cancelled]));
        assert!(stage.real.since(before) < secs(40), "{:?}", stage.real.since(before));
    }
}

#[test]
fn a_service_that_asked_to_wait_is_not_asked_sooner_for_a_clock_that_stepped_back() {
    use crate::testing::{Cause, reply_with};
    let mut stage = Stage::new(quick(1.0), Answering::Quickly)
        .scripted(|_| Cause::Reply(reply_with(429, &[("retry-after", "30")], "")))
        .with(plain(3));
    stage.run_while(|stage| stage.sent.is_empty());
    stage.run_for(secs(5));
    stage.skew = -3_600_000;
    let (sent, before) = (stage.sent.len(), stage.real);
    stage.run_while(|stage| stage.sent.len() == sent);
    let waited = stage.real.since(before);
    assert!(waited >= secs(25) && waited <= secs(31), "{waited:?}");
}

#[test]
fn a_row_waits_for_a_clock_that_was_set_back_since_another_dialed_its_number_and_says_so_once() {
    // The first call is over when it is the second's turn.
    let mut stage = Stage::new(quick(0.05), Answering::Quickly).with(rows(&[2, 2]));
    stage.run_while(|stage| stage.sent.is_empty());
    stage.skew = -3_600_000;
    stage.lazy = secs(60);
    assert_eq!(stage.run(), Finish::Done);
    let [first, second] = [0, 1].map(|nth| stage.sent[nth].really_at);
    let waited = second.since(first);
    assert!(waited >= secs(60) && waited < secs(300), "nobody knows when it was dialed: {waited:?}");
    let said = stage.events.iter().filter(|event| {
        matches!(event, Event::Saved(change) if change.reason.starts_with("its number was dialed before the clock"))
    });
    assert_eq!(said.count(), 1);
}

/// Two rows with one number, the first of which is called by a clock that is so far ahead, which then is set right.
fn called_ahead(skew: i64, options: Options) -> (Stage, Duration) {
    let mut stage = Stage::new(options, Answering::Quickly).with(rows(&[0, 0]));
    stage.skew = skew;
    stage.run_while(|stage| stage.states()[0] != State::Succeeded);
    stage.lazy = secs(60);
    let took = set_right(&mut stage);
    assert_eq!((stage.sent.len(), stage.states()), (2, vec![State::Succeeded; 2]));
    (stage, took)
}

#[test]
fn a_number_that_was_dialed_by_a_clock_years_ahead_waits_as_if_it_had_been_dialed_just_now() {
    for skew in [48 * 3_600_000, YEARS] {
        // A minute between two rows, and a day if it may be dialed once a day.
        let (_, took) = called_ahead(skew, quick(10.0));
        assert!(took >= secs(55) && took < secs(300), "{skew}: {took:?}");
        let (_, took) = called_ahead(skew, Options { max_per_number: 1, ..quick(10.0) });
        assert!(took >= DAY - secs(60) && took < DAY + secs(300), "{skew}: {took:?}");
    }
}

#[test]
fn a_clock_that_was_years_behind_for_a_while_makes_no_call_seem_old() {
    for crashes in [false, true] {
        let mut stage = Stage::new(Options { max_per_number: 1, ..quick(10.0) }, Answering::Quickly);
        stage = stage.with(rows(&[0, 0]));
        stage.run_while(|stage| stage.states()[0] != State::Succeeded);
        if crashes {
            stage.crash();
        }
        stage.skew = -YEARS;
        stage.lazy = secs(60);
        stage.run_for(secs(600));
        stage.skew = 0;
        assert_eq!(stage.run(), Finish::Done);
        let [first, second] = [0, 1].map(|nth| stage.sent[nth].really_at);
        assert!(second.since(first) >= DAY, "{:?}", second.since(first));
    }
}

#[test]
fn a_redial_does_not_wait_for_a_clock_that_was_set_back() {
    let mut options = quick(1.0);
    options.redial = vec!["busy=1x1m".parse().unwrap()];
    let mut stage = Stage::new(options, Answering::Quickly).with(rows(&[2]));
    stage.run_while(|stage| stage.sent.is_empty());
    stage.skew = -3_600_000;
    assert_eq!(stage.run(), Finish::Done);
    let [first, second] = [0, 1].map(|nth| stage.sent[nth].really_at);
    assert!(second.since(first) < secs(120));
}

const YEARS: i64 = 9 * 365 * 24 * 3_600_000;

/// Runs on with the right clock, and says for how long.
fn set_right(stage: &mut Stage) -> Duration {
    let before = stage.real;
    stage.skew = 0;
    assert_eq!(stage.run(), Finish::Done, "{:?}", stage.states());
    stage.real.since(before)
}

#[test]
fn a_redial_that_was_put_off_by_a_clock_years_ahead_is_due_when_it_is_set_right() {
    for way in WAYS {
        for skew in [3_600_000, 24 * 3_600_000, 40 * 24 * 3_600_000, YEARS, 3 * YEARS] {
            let mut options = quick(1.0);
            options.redial = vec!["busy=1x30m".parse().unwrap()];
            let mut stage = Stage::new(options, way).with(rows(&[2]));
            stage.skew = skew;
            stage.run_while(|stage| stage.events.iter().filter(|it| is_put_off(it)).count() < 1);
            let took = set_right(&mut stage);
            assert!(took < HOUR + secs(900), "{way:?} {skew}: {took:?}");
            // The spacing is kept, whatever the clock said of the first call.
            for (number, calls) in stage.rang() {
                let gaps = calls
                    .iter()
                    .zip(calls.iter().skip(1))
                    .map(|(one, next)| next.placed_at.since(one.placed_at));
                assert!(gaps.clone().all(|gap| gap >= secs(60)), "{number}: {:?}", gaps.collect::<Vec<_>>());
            }
        }
    }
}

fn is_put_off(event: &Event) -> bool {
    matches!(event, Event::Saved(change) if change.wait == Some(WaitRule::Redial))
}

#[test]
fn whoever_expired_by_a_clock_that_was_ahead_is_called_when_it_is_set_right_and_nobody_too_late() {
    for way in WAYS {
        for skew in [7_200_000, 24 * 3_600_000, YEARS] {
            for by_row in [false, true] {
                let mut options = quick(1.0);
                let mut people = plain(5);
                if by_row {
                    people.iter_mut().for_each(|it| it.not_after = Some(START + HOUR));
                } else {
                    options.until = Some(START + HOUR);
                }
                let mut stage = Stage::new(options, way).with(people);
                stage.skew = skew;
                // The campaign has nobody left by that clock, and is gone on with by the right one.
                assert_eq!(stage.run(), Finish::Done);
                assert_eq!(stage.states(), [State::Expired; 5], "{way:?} {skew}");
                assert!(stage.sent.is_empty());
                stage.crash();
                set_right(&mut stage);
                assert_eq!(stage.states(), [State::Succeeded; 5], "{way:?} {skew}");
                assert!(stage.sent.iter().all(|sent| sent.really_at < START + HOUR));
            }
        }
    }
}

#[test]
fn whose_time_is_over_by_the_right_clock_too_stays_expired() {
    let mut options = quick(1.0);
    options.until = Some(START + HOUR);
    let mut stage = Stage::new(options, Answering::Quickly).with(plain(3));
    stage.skew = YEARS;
    assert_eq!(stage.run(), Finish::Done);
    stage.crash();
    stage.real = START + 2 * HOUR;
    set_right(&mut stage);
    assert_eq!(stage.states(), [State::Expired; 3]);
    assert!(stage.sent.is_empty());
}

#[test]
fn whoever_waits_for_a_window_of_another_year_waits_for_the_next_one_when_the_clock_is_set_right() {
    for skew in [3 * 3_600_000, 26 * 3_600_000, YEARS, YEARS + 3 * 3_600_000] {
        let mut options = options();
        options.redial.clear();
        let mut stage = Stage::new(options, Answering::Quickly).with(plain(4));
        stage.open = Some(open);
        stage.skew = skew;
        stage.run_for(secs(5));
        stage.run_while(|stage| stage.real.since(START) < secs(30));
        let took = set_right(&mut stage);
        assert!(took < DAY, "{skew}: {took:?}");
        assert!(stage.states().iter().all(|state| *state == State::Succeeded), "{:?}", stage.states());
    }
}

#[test]
fn a_clock_that_is_a_little_ahead_plans_nobody_anew() {
    let mut options = quick(1.0);
    options.redial = vec!["busy=1x5m".parse().unwrap()];
    let mut stage = Stage::new(options, Answering::Quickly).with(rows(&[2]));
    stage.skew = 30_000;
    stage.run_while(|stage| !stage.events.iter().any(is_put_off));
    set_right(&mut stage);
    let anew = |event: &Event| matches!(event, Event::Saved(change) if change.reason.contains("the clock was set back"));
    assert!(!stage.events.iter().any(anew));
}

#[test]
fn what_a_store_that_failed_has_not_taken_is_decided_again_too() {
    let mut options = quick(1.0);
    options.redial = vec!["busy=1x5m".parse().unwrap()];
    let mut stage = Stage::new(options, Answering::Quickly).with(rows(&[2]));
    stage.skew = YEARS;
    stage.run_while(|stage| stage.sent.is_empty());
    stage.health = Health::Fails;
    stage.run_for(secs(600));
    stage.health = Health::Well;
    let took = set_right(&mut stage);
    assert!(took < HOUR, "{took:?}");
    assert_eq!(stage.sent.len(), 2);
}

#[test]
fn a_campaign_that_is_cancelled_is_not_planned_anew() {
    let mut options = quick(1.0);
    options.until = Some(START + HOUR);
    let mut stage = Stage::new(options, Answering::Quickly).with(plain(2));
    stage.skew = YEARS;
    assert_eq!(stage.run(), Finish::Done);
    stage.crash();
    stage.store.command(Command::Cancel);
    set_right(&mut stage);
    assert_eq!(stage.states(), [State::Expired; 2]);
}
