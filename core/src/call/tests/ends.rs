//! Tests of how following a call ends or goes on elsewhere: time, cancelling, dropping, snapshots, clocks.

use super::*;
use crate::{Exchange, Progress};

#[test]
fn the_time_to_follow_ends_in_every_step() {
    let limits = Limits { follow_timeout: secs(10), ..Limits::default() };
    let mut pausing = place_within(&outbound(), Limits { follow_timeout: secs(6), ..limits });
    pausing.answer(accepted(&outbound()));
    pausing.pass(secs(6));
    assert_eq!(pausing.sent.len(), 1, "no reading for which there is no time");
    let mut even = place_within(&outbound(), Limits { follow_timeout: secs(2), ..Limits::default() });
    even.answer(accepted(&outbound()));
    assert_eq!(even.deadline(), Deadline { at: START + secs(2), reason: WaitReason::Deadline });
    let mut reading = place_within(&outbound(), limits);
    reading.answer(accepted(&outbound()));
    reading.wake();
    assert_eq!(reading.deadline(), Deadline { at: START + secs(10), reason: WaitReason::Deadline });
    reading.wake();
    assert_eq!(reading.aborted, [reading.sent[1].0]);
    let mut waiting = place_within(&outbound(), limits);
    waiting.answer(accepted(&outbound()));
    waiting.wake();
    waiting.answer(reply_with(503, &[("X-PolyAI-Correlation-Id", "id-9"), ("Retry-After", "5")], ""));
    waiting.now = START + secs(10);
    waiting.tell(Input::Tick);
    assert_eq!(waiting.error().correlation_id(), Some("id-9"), "what the reading met is not forgotten");
    for shell in [pausing, reading, waiting] {
        assert_eq!(shell.error().code(), ErrorCode::DeadlineExceeded);
        assert_eq!(shell.error().placement(), Some(Placement::Placed));
        assert_eq!(shell.error().call_sid().map(CallSid::as_str), Some(SID));
        assert_eq!(shell.machine.poll_timeout(), None);
    }
}

#[test]
fn cancelling_says_what_is_known_in_every_step() {
    let mut placing = place(&outbound());
    placing.tell(Input::Cancel);
    assert_eq!((placing.error().placement(), placing.aborted.len()), (Some(Placement::Unknown), 1));
    let mut unsent = Shell::undrained(Call::place(outbound(), trigger_call(), Limits::default(), 7).unwrap());
    unsent.tell(Input::Cancel);
    assert_eq!((unsent.error().placement(), unsent.sent.len()), (Some(Placement::NotPlaced), 0));

    let mut pausing = placed(&outbound());
    pausing.tell(Input::Cancel);
    let mut reading = placed(&outbound());
    reading.wake();
    reading.tell(Input::Cancel);
    assert_eq!(reading.aborted, [reading.sent[1].0]);
    for shell in [&pausing, &reading] {
        assert_eq!(shell.error().placement(), Some(Placement::Placed));
        assert_eq!(shell.error().call_sid().map(CallSid::as_str), Some(SID));
    }
    let mut elsewhere = follow(&outbound());
    elsewhere.tell(Input::Cancel);
    assert_eq!(elsewhere.error().placement(), None);
    for shell in [&placing, &unsent, &pausing, &reading, &elsewhere] {
        assert_eq!(shell.error().code(), ErrorCode::Cancelled);
        assert_eq!(shell.machine.poll_timeout(), None);
    }
}

#[test]
fn what_a_drop_would_leave_behind_is_known_in_every_step() {
    let mut shell = Shell::undrained(Call::place(outbound(), trigger_call(), Limits::default(), 7).unwrap());
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::NotPlaced));
    shell.drain();
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::Unknown));
    shell.fail(refused());
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::NotPlaced));
    shell.wake();
    shell.answer(accepted(&outbound()));
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::Placed));
    shell.wake();
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::Placed));
    shell.answer(status(&outbound(), "success", ""));
    assert_eq!(shell.machine.placement_if_dropped(), None, "it was told");
    assert_eq!(follow(&outbound()).machine.placement_if_dropped(), None);
}

#[test]
fn a_snapshot_is_followed_on_elsewhere_without_telling_what_is_known() {
    let mut here = placed(&agents());
    assert!(place(&agents()).machine.snapshot().is_none(), "nothing before it is placed");
    here.read(status(&agents(), "calling", ""));
    let stored = serde_json::to_string(here.machine.snapshot().unwrap()).unwrap();
    let known: Snapshot = serde_json::from_str(&stored).unwrap();
    assert_eq!(Some(&known), here.machine.snapshot());

    let mut there = Shell::new(Call::resume(agents(), known.clone(), Limits::default(), 8));
    assert!(there.in_flight.is_some(), "it is read at once");
    there.answer(status(&agents(), "calling", ""));
    there.read(status(&agents(), "queued", ""));
    there.read(status(&agents(), "success", ""));
    assert_eq!(there.words(), ["not queued", "success", "ended in success"]);
    assert_eq!(there.outcome().unwrap().as_ref().unwrap().attempts, 0);
    assert_eq!(there.posts(), 0);
    let ended = there.machine.snapshot().unwrap();
    assert_eq!(ended.reading.as_ref().unwrap().status, CallStatus::Success, "its end is known as well");

    let mut gone = Shell::new(Call::resume(agents(), known, Limits::default(), 8));
    while gone.outcome().is_none() {
        match gone.in_flight {
            Some(_) => gone.answer(reply(404, own_envelope(&agents()))),
            None => {
                gone.wake();
            }
        }
    }
    assert_eq!(gone.error().code(), ErrorCode::Expired, "it was seen before, there");
    assert_eq!(gone.error().placement(), Some(Placement::Placed));
    assert_eq!(gone.machine.snapshot().unwrap().reading.as_ref().unwrap().status, CallStatus::Calling);
}

#[test]
fn a_call_that_was_triggered_by_itself_may_be_invisible_for_a_while_too() {
    let mut trigger =
        Shell::new(Exchange::new(Trigger::new(agents(), trigger_call()).unwrap(), Limits::default(), 7));
    trigger.answer(accepted(&agents()));
    let Some(Progress::Done(Ok(placed))) = trigger.events.pop() else { panic!("it was accepted") };
    let mut shell = Shell::new(Call::resume(agents(), placed.value.into(), Limits::default(), 8));
    let missing = || reply(404, own_envelope(&agents()));
    for answer in [missing(), missing(), status(&agents(), "queued", "")] {
        shell.read(answer);
    }
    shell.read(status(&agents(), "success", ""));
    assert_eq!(shell.words(), ["queued", "success", "ended in success"]);
}

#[test]
fn a_known_end_is_final_and_is_not_read_again() {
    let known: Snapshot = serde_json::from_str(
        r#"{"call_sid":"OUT-1","seen_at":5000,"reading":{"status":"failure","reason":"busy"}}"#,
    )
    .unwrap();
    let shell = Shell::new(Call::resume(outbound(), known, Limits::default(), 7));
    assert!(shell.sent.is_empty());
    assert_eq!(shell.words(), ["ended in failure"]);
    let end = shell.outcome().unwrap().as_ref().unwrap();
    assert_eq!((end.reason.as_str(), end.at), ("busy", Timestamp::from_millis(5000)));
}

#[test]
fn a_clock_that_steps_back_repeats_and_skips_nothing() {
    let day = secs(86_400);
    let mut shell = place(&outbound());
    shell.step_back(day);
    shell.answer(accepted(&outbound()));
    shell.step_back(day);
    assert_eq!(
        (shell.sent.len(), shell.deadline().at.since(shell.now)),
        (1, secs(2)),
        "the pause starts over"
    );
    shell.wake();
    shell.step_back(day);
    assert_eq!((shell.sent.len(), shell.aborted.len()), (2, 0), "the reading is still waited for");
    shell.answer(reply(404, own_envelope(&outbound())));
    shell.wake();
    shell.answer(status(&outbound(), "calling", ""));
    shell.step_back(day);
    shell.wake();
    shell.answer(status(&outbound(), "success", ""));
    shell.step_back(day);
    assert_eq!(shell.words(), ["placed", "calling", "success", "ended in success"]);
    assert_eq!((shell.posts(), shell.sent.len()), (1, 4));
}

#[test]
fn a_deadline_does_not_move_away_with_a_clock_that_steps_back() {
    let day = secs(86_400);
    let limits = Limits { follow_timeout: secs(20), ..Limits::default() };
    let mut shell = place_within(&outbound(), limits);
    shell.answer(accepted(&outbound()));
    for most in [secs(2), secs(20)] {
        shell.now = shell.now - day;
        shell.drain();
        assert!(shell.deadline().at <= shell.now + most, "pausing, then reading");
        if shell.in_flight.is_none() {
            shell.wake();
        }
    }
}

#[test]
fn a_clock_that_leaps_ahead_makes_one_reading_and_no_more() {
    let mut shell = placed(&outbound());
    shell.pass(secs(3600));
    assert_eq!(shell.sent.len(), 2);
    assert_eq!(shell.sent[1].1.method, Method::Get);
    shell.answer(status(&outbound(), "calling", ""));
    assert!(shell.deadline().at >= shell.now + secs(2));
}

#[test]
fn a_call_that_is_given_up_between_two_readings_tells_the_id_of_the_last_one() {
    let limits = Limits { follow_timeout: secs(3), ..Limits::default() };
    for (http_status, body) in [(200, r#"{"status":"calling"}"#), (404, own_envelope(&outbound()))] {
        let mut shell = place_within(&outbound(), limits);
        shell.answer(accepted(&outbound()));
        shell.read(reply_with(http_status, &[("X-PolyAI-Correlation-Id", "id-9")], body));
        shell.pass(secs(1));
        assert_eq!((shell.error().code(), shell.aborted.len()), (ErrorCode::DeadlineExceeded, 0));
        assert_eq!(shell.error().correlation_id(), Some("id-9"), "{http_status}");
    }
}

#[test]
fn limits_of_nothing_and_without_end_are_limits() {
    let none = Limits { follow_timeout: Duration::ZERO, ..Limits::default() };
    let mut shell = place_within(&outbound(), none);
    shell.answer(accepted(&outbound()));
    shell.wake();
    assert_eq!((shell.sent.len(), shell.error().placement()), (1, Some(Placement::Placed)));
    let shell = Shell::new(Call::follow(outbound(), CallSid::parse(SID).unwrap(), none, 7));
    assert_eq!((shell.sent.len(), shell.error().code()), (0, ErrorCode::DeadlineExceeded));

    let retry = RetryPolicy { max_retries: u32::MAX, base: Duration::MAX, cap: Duration::MAX };
    let (request_timeout, operation_timeout, follow_timeout) = (Duration::MAX, Duration::MAX, Duration::MAX);
    let endless =
        Limits { request_timeout, operation_timeout, follow_timeout, lost_after: Duration::MAX, retry };
    let mut shell = place_within(&outbound(), endless);
    shell.answer(accepted(&outbound()));
    for _ in 0..10 {
        shell.read(status(&outbound(), "calling", ""));
    }
    assert_eq!(shell.words(), ["placed", "calling"]);
}

#[test]
fn a_call_is_read_once_more_after_every_jump_before_it_is_given_up() {
    let limits = Limits { follow_timeout: secs(600), ..Limits::default() };
    let mut shell = place_within(&outbound(), limits);
    shell.answer(accepted(&outbound()));
    for _ in 0..3 {
        shell.pass(secs(3_600));
        assert!(shell.in_flight.is_some(), "it is read, not given up: {:?}", shell.words());
        shell.pass(secs(3_600));
        assert!(shell.in_flight.is_some(), "its answer may lie there: {:?}", shell.words());
        shell.answer(status(&outbound(), "calling", ""));
    }
    shell.wake();
    shell.fail(refused());
    shell.pass(secs(3_600));
    assert!(shell.in_flight.is_some(), "between two tries as well: {:?}", shell.words());
    shell.answer(status(&outbound(), "success", ""));
    assert_eq!(shell.words().last().unwrap(), "ended in success");
    assert!(shell.aborted.is_empty());
}

#[test]
fn a_jump_that_an_answer_brings_to_light_takes_nothing_off_the_time_to_follow_a_call() {
    let limits = Limits { follow_timeout: secs(600), ..Limits::default() };
    let mut shell = place_within(&outbound(), limits);
    shell.answer(accepted(&outbound()));
    shell.wake();
    let began = shell.now;
    // The answer comes at once, but the clock was set forward meanwhile.
    shell.now = shell.now + secs(300);
    shell.answer(foreign(200, "<html>"));
    while shell.outcome().is_none() {
        shell.wake();
        if shell.in_flight.is_some() {
            shell.answer(foreign(200, "<html>"));
        }
    }
    assert!(shell.now.since(began) >= secs(895), "{:?}", shell.now.since(began));
}

#[test]
fn a_jump_of_the_clock_makes_nobody_believe_sooner_that_a_call_is_lost() {
    for jump in [secs(185), secs(3_600)] {
        let mut shell = place(&outbound());
        shell.answer(accepted(&outbound()));
        shell.read(reply(404, own_envelope(&outbound())));
        // Set forward while nothing is on its way, and while an answer is.
        shell.pass(jump);
        for _ in 0..8 {
            if shell.in_flight.is_none() {
                shell.wake();
            }
            shell.now = shell.now + jump;
            shell.answer(reply(404, own_envelope(&outbound())));
            assert!(shell.outcome().is_none(), "{jump:?}: {:?}", shell.words());
        }
        shell.read(status(&outbound(), "success", ""));
        assert_eq!(shell.words().last().unwrap(), "ended in success");
    }
}

#[test]
fn every_request_goes_out_under_an_id_of_its_own_that_is_told_where_no_answer_comes() {
    let ids = |shell: &Shell<Call>| -> Vec<String> {
        let id = |request: &crate::Request| request.headers.get(CORRELATION_ID).unwrap().to_owned();
        shell.sent.iter().map(|(_, request)| id(request)).collect()
    };
    let mut shell = place(&outbound());
    shell.fail(refused());
    shell.wake();
    shell.answer(foreign(200, &format!(r#"{{"call_sid":"{SID}"}}"#)));
    for _ in 0..5 {
        shell.read(status(&outbound(), "calling", ""));
    }
    let sent = ids(&shell);
    let distinct: std::collections::BTreeSet<_> = sent.iter().collect();
    assert_eq!((sent.len(), distinct.len()), (7, 7));
    assert!(sent.iter().all(|id| uuid::Uuid::parse_str(id).is_ok()), "{sent:?}");
    let told: Vec<_> = shell
        .events
        .iter()
        .filter_map(|event| match event {
            CallEvent::Retrying(it) => it.correlation_id.as_deref(),
            CallEvent::Placed(it) => it.correlation_id.as_deref(),
            CallEvent::Status(_) | CallEvent::Regression(_) | CallEvent::Ended(_) => None,
        })
        .collect();
    assert_eq!(told, [&*sent[0], &*sent[1]], "refused, and answered without an id");
    let seen = shell.events.iter().find_map(|event| match event {
        CallEvent::Status(change) => change.correlation_id.as_deref(),
        CallEvent::Placed(_) | CallEvent::Retrying(_) | CallEvent::Regression(_) | CallEvent::Ended(_) => {
            None
        }
    });
    assert_eq!(seen, Some(CORRELATION), "that of the answer");
    for end in [Input::Cancel, Input::Tick] {
        let mut lost = place(&outbound());
        lost.now = lost.now + secs(30);
        lost.tell(end);
        assert_eq!(lost.error().correlation_id(), Some(&*ids(&lost)[0]));
    }
    let quiet = Arc::new((*outbound()).clone().without_correlation_id());
    let mut shell = place(&quiet);
    assert_eq!(shell.sent[0].1.headers.get(CORRELATION_ID), None);
    shell.fail(reset());
    assert_eq!(shell.error().correlation_id(), None);
}
