//! Tests of the breaker by itself; with a campaign around it they are in `campaign/tests/breaker.rs`.

use super::*;
use crate::CallSid;

const START: Timestamp = Timestamp::from_millis(1_000_000);
const ROW: RecipientId = RecipientId(1);
const OTHER: RecipientId = RecipientId(2);

fn breaker() -> Breaker {
    Breaker::new(BreakerOptions::default(), fastrand::Rng::with_seed(7))
}

fn known() -> Known {
    Known { recipient: ROW, attempt: 1, call_sid: CallSid::parse("OUT-1").unwrap() }
}

fn fault(recipient: RecipientId, unknown: bool) -> Fault {
    Fault { recipient, unknown, why: "it fails".to_owned(), asked: None, alone: false }
}

/// One that is open, in a campaign in which a call was placed.
fn open() -> Breaker {
    let mut breaker = breaker();
    breaker.placed(ROW, known());
    for nth in 0..5 {
        let opens = breaker.fault(START, fault(RecipientId(nth), false));
        assert_eq!(opens, nth == 4);
    }
    breaker
}

/// One that is closed, after a call that was placed and two of which nobody knows whether they were.
fn with_two_unknown() -> Breaker {
    let mut breaker = breaker();
    breaker.placed(OTHER, known());
    breaker.fault(START, fault(RecipientId(3), true));
    breaker.fault(START, fault(RecipientId(4), true));
    breaker
}

fn seconds(from: u64) -> Timestamp {
    START + Duration::from_secs(from)
}

#[test]
fn of_triggers_on_their_way_and_unknown_ones_there_are_three_at_most_unless_more_may_be_on_their_way() {
    let mut breaker = breaker();
    breaker.placed(ROW, None);
    for (unknown, dialing, max_dialing, may) in [
        (0, 2, 3, true),
        (0, 3, 3, false),
        (0, 2, 1, true),
        (1, 1, 3, true),
        (1, 2, 3, false),
        (2, 0, 3, true),
        (2, 1, 3, false),
        (2, 61, 64, true),
        (2, 62, 64, false),
        (3, 0, 64, false),
    ] {
        breaker.state.unknown = unknown;
        let what = format!("{unknown} unknown, {dialing} of {max_dialing}");
        assert_eq!(breaker.may_dial(dialing, max_dialing), may, "{what}");
        assert_eq!(breaker.may_leave(ROW, dialing, max_dialing), may, "{what}");
    }
}

#[test]
fn one_recipient_alone_opens_it_only_if_nobody_else_is_to_be_dialed() {
    for (alone, opens_at) in [(false, None), (true, Some(4))] {
        let mut breaker = breaker();
        breaker.placed(OTHER, known());
        let opened = (0..9).find(|_| breaker.fault(START, Fault { alone, ..fault(ROW, false) }));
        assert_eq!(opened, opens_at, "{alone}");
    }
}

#[test]
fn a_probe_leaves_when_it_is_due_and_one_trigger_when_it_is_answered() {
    let mut breaker = open();
    let due = breaker.next_probe_at().unwrap();
    assert!(due >= seconds(4) && due <= seconds(5), "{due:?}");
    assert_eq!(breaker.probe(due - Duration::from_millis(1)), None);
    assert_eq!(breaker.probe(due), Some(known()));
    assert!(!breaker.allows() && breaker.next_probe_at().is_none());
    assert!(breaker.answered(), "a trigger may leave");
    assert!(breaker.may_dial(0, 3) && !breaker.may_leave(ROW, 0, 3), "nobody is chosen yet");
    breaker.dialed(ROW);
    assert!(!breaker.may_dial(1, 3) && breaker.may_leave(ROW, 0, 3) && !breaker.may_leave(OTHER, 0, 3));
    breaker.withdrawn(OTHER);
    assert!(!breaker.allows(), "it is about another");
    breaker.withdrawn(ROW);
    assert!(breaker.allows());
    breaker.dialed(OTHER);
    assert!(!breaker.fault(due, fault(ROW, false)), "one that left before changes nothing");
    assert!(!breaker.allows());
    assert!(breaker.placed(OTHER, None));
    assert!(breaker.is_closed() && breaker.state().phase == BreakerPhase::Closed);
}

#[test]
fn probes_come_ever_later_and_every_minute_while_readings_are_answered() {
    for (answers, longest) in [(false, [10, 20, 40, 80, 160, 300, 300]), (true, [10, 20, 40, 60, 60, 60, 60])]
    {
        let mut breaker = open();
        let mut now = breaker.next_probe_at().unwrap();
        for longest in longest {
            assert!(breaker.probe(now).is_some());
            if answers {
                breaker.answered();
                breaker.dialed(ROW);
                breaker.fault(now, fault(ROW, false));
            } else {
                breaker.read_failed(now, Some("it fails".to_owned()), None);
            }
            let span = breaker.next_probe_at().unwrap().since(now);
            let longest = Duration::from_secs(longest);
            assert!(span <= longest && span >= longest * 4 / 5, "{answers}: {span:?} of {longest:?}");
            now = now + span;
        }
    }
}

#[test]
fn a_probe_waits_as_long_as_the_service_asks_and_one_that_is_given_up_counts_for_nothing() {
    let mut breaker = open();
    let due = breaker.next_probe_at().unwrap();
    breaker.probe(due);
    breaker.read_failed(due, None, None);
    assert_eq!(breaker.state().probes, 0);
    let due = breaker.next_probe_at().unwrap();
    breaker.probe(due);
    breaker.read_failed(due, Some("it fails".to_owned()), Some(Duration::from_secs(600)));
    assert_eq!(breaker.next_probe_at().unwrap().since(due), Duration::from_secs(600));
    assert_eq!((breaker.state().probes, breaker.state().reads), (1, 2));
}

#[test]
fn three_unknown_placements_stop_it_and_only_a_person_goes_on() {
    let mut breaker = breaker();
    breaker.placed(OTHER, known());
    for nth in 0..3 {
        assert_eq!(breaker.fault(START, fault(RecipientId(nth), true)), nth == 2);
    }
    assert!(breaker.is_stopped() && breaker.next_probe_at().is_none());
    assert!(!breaker.placed(ROW, None) && breaker.is_stopped(), "one that was on its way changes nothing");
    assert_eq!(breaker.probe(seconds(9_999)), None);
    breaker.resume(seconds(60));
    assert_eq!((breaker.state().phase, breaker.state().unknown), (BreakerPhase::Open, 0));
    assert_eq!(breaker.probe(seconds(60)), Some(known()), "at once, and without ringing anybody");
}

#[test]
fn what_seemed_to_work_and_did_not_leaves_the_unknown_ones_in_a_row() {
    let mut breaker = breaker();
    breaker.placed(OTHER, known());
    for nth in 1..=3 {
        let before = breaker.state().unknown;
        breaker.placed(RecipientId(nth), None);
        assert_eq!(breaker.state().unknown, 0);
        breaker.did_not_work(before);
        assert_eq!(breaker.fault(START, fault(RecipientId(nth), true)), nth == 3);
    }
}

#[test]
fn a_refusal_counts_only_if_something_worked_since_the_one_before() {
    let mut breaker = breaker();
    assert!(!breaker.refusal_counts(START, ROW), "it is the first");
    assert!(!breaker.refusal_counts(START, ROW), "nothing worked");
    breaker.placed(OTHER, None);
    assert!(breaker.refusal_counts(START, ROW));
    breaker.placed(ROW, None);
    breaker.placed(OTHER, None);
    assert!(!breaker.refusal_counts(START, ROW), "it was placed in between");
}

#[test]
fn where_only_readings_are_answered_a_refusal_counts_after_an_hour_of_them() {
    let mut breaker = breaker();
    breaker.refusal_counts(START, ROW);
    for minutes in [1, 10, 59] {
        breaker.answered();
        let now = seconds(minutes * 60);
        assert!(
            !breaker.refusal_counts(now, ROW),
            "after {minutes} min it may be an outage of the triggers alone"
        );
    }
    assert!(!breaker.refusal_counts(seconds(3_600), ROW), "nothing was answered since the last");
    breaker.answered();
    assert!(breaker.refusal_counts(seconds(3_600), ROW));
    breaker.forget(ROW);
    breaker.answered();
    assert!(!breaker.refusal_counts(seconds(7_200), ROW), "it is the first again");
}

#[test]
fn triggers_that_earlier_runs_left_on_their_way_stop_nothing_but_leave_room_for_one() {
    let mut breaker = breaker();
    for _ in 0..5 {
        breaker.orphaned();
    }
    assert_eq!((breaker.state().unknown, breaker.is_stopped()), (2, false));
    assert!(breaker.may_dial(0, 3) && !breaker.may_dial(1, 3));
    breaker.placed(ROW, known());
    assert!(breaker.may_dial(2, 3), "a call that is placed makes them forgotten");
}

#[test]
fn a_call_that_is_refused_for_what_it_asks_makes_no_unknown_placement_forgotten() {
    let mut breaker = with_two_unknown();
    breaker.rejected(ROW);
    assert_eq!(breaker.state().unknown, 2);
    assert!(breaker.fault(START, fault(RecipientId(5), true)) && breaker.is_stopped());
}

#[test]
fn a_later_run_goes_on_where_an_earlier_one_was_and_no_clock_keeps_it_waiting() {
    let mut before = open();
    let mut now = before.next_probe_at().unwrap();
    for _ in 0..3 {
        before.probe(now);
        before.read_failed(now, Some("it fails".to_owned()), None);
        now = before.next_probe_at().unwrap();
    }
    let saved = before.take_unsaved().unwrap();
    assert!(before.take_unsaved().is_none() && before.take_untold().is_some());
    let restored = |at, command| {
        let mut breaker = breaker();
        breaker.restore(at, Some(saved.clone()), Some(known()), command);
        breaker
    };
    let early = restored(now - Duration::from_secs(10), Command::Run);
    assert_eq!(early.next_probe_at(), Some(now), "when it was to be");
    assert_eq!((early.state().probes, early.state().since), (3, START));
    let late = restored(now + Duration::from_secs(500), Command::Run);
    assert_eq!(late.next_probe_at(), Some(now + Duration::from_secs(500)), "at once");
    let back = now - Duration::from_secs(86_400);
    let span = restored(back, Command::Run).next_probe_at().unwrap().since(back);
    assert!(span <= Duration::from_secs(40), "{span:?}");
    // One that was stopped is so until it was resumed, whoever was there.
    let stopped = Box::new(BreakerState { phase: BreakerPhase::Stopped, unknown: 3, ..*saved.clone() });
    for (command, phase) in [
        (Command::Pause, BreakerPhase::Stopped),
        (Command::Cancel, BreakerPhase::Stopped),
        (Command::Run, BreakerPhase::Open),
    ] {
        let mut breaker = breaker();
        breaker.restore(now, Some(stopped.clone()), None, command);
        assert_eq!(breaker.take_untold().unwrap().phase, phase);
        assert_eq!(breaker.probe(now), None, "there is no call to be read");
        assert_eq!(breaker.allows(), command == Command::Run);
    }
}

#[test]
fn unknown_placements_in_a_row_are_remembered_while_it_is_closed() {
    let mut before = breaker();
    before.placed(OTHER, known());
    before.fault(START, fault(ROW, true));
    before.fault(START, fault(OTHER, true));
    assert!(before.take_untold().is_none(), "calls are placed as before");
    let mut breaker = breaker();
    breaker.restore(START, before.take_unsaved(), Some(known()), Command::Run);
    assert!(breaker.take_untold().is_none() && breaker.is_closed());
    assert!(breaker.fault(START, fault(ROW, true)) && breaker.is_stopped());
}

#[test]
fn an_answer_to_a_trigger_that_left_before_a_fault_says_nothing_of_the_service_after_it() {
    let mut breaker = breaker();
    breaker.leaves(OTHER);
    breaker.placed(OTHER, known());
    for row in [1, 2, 3, 4] {
        breaker.leaves(RecipientId(row));
    }
    breaker.fault(START, fault(RecipientId(1), true));
    assert!(!breaker.placed(RecipientId(2), None), "it left before");
    assert_eq!(breaker.state().unknown, 1);
    breaker.fault(START, fault(RecipientId(3), true));
    breaker.placed(RecipientId(4), None);
    assert_eq!(breaker.state().unknown, 2);
    assert!(!breaker.is_stopped());
    breaker.leaves(RecipientId(5));
    breaker.placed(RecipientId(5), None);
    assert_eq!(breaker.state().unknown, 0, "it left after them");
}

#[test]
fn an_open_breaker_is_closed_by_its_trial_and_by_no_answer_from_before_it_opened() {
    let mut breaker = breaker();
    breaker.leaves(ROW);
    breaker.leaves(OTHER);
    assert!(breaker.fault(START, fault(ROW, false)), "nothing has worked yet");
    assert!(!breaker.placed(OTHER, known()) && !breaker.is_closed());
    breaker.probe(seconds(60));
    breaker.answered();
    let trial = RecipientId(3);
    breaker.dialed(trial);
    breaker.leaves(trial);
    breaker.fault(START, fault(RecipientId(4), true));
    assert!(breaker.placed(trial, None) && breaker.is_closed());
    assert_eq!(breaker.state().unknown, 1, "of one that left before the trial did not");
}

#[test]
fn a_limit_that_was_lowered_below_what_is_known_stops_until_a_person_resumes() {
    let mut before = with_two_unknown();
    let saved = before.take_unsaved().unwrap();
    let options = BreakerOptions { unknown_in_a_row: 2, ..BreakerOptions::default() };
    for (command, stops) in [(Command::Pause, true), (Command::Run, false)] {
        let mut after = Breaker::new(options.clone(), fastrand::Rng::with_seed(7));
        after.restore(START, Some(saved.clone()), Some(known()), command);
        assert_eq!(after.is_stopped(), stops, "{command:?}");
        assert_eq!(
            after.next_probe_at().is_some(),
            !stops,
            "{command:?}: it is tried, or waits for a person"
        );
    }
}

#[test]
fn an_answer_that_is_lost_after_it_stopped_is_not_saved_over_what_a_person_wants_meanwhile() {
    let mut breaker = breaker();
    breaker.placed(OTHER, known());
    for nth in 3..6 {
        breaker.fault(START, fault(RecipientId(nth), true));
    }
    assert!(breaker.is_stopped() && breaker.take_unsaved().is_some());
    breaker.fault(START, fault(ROW, true));
    assert!(!breaker.is_unsaved());
}
