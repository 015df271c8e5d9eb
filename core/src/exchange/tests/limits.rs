//! Tests of waits, limits, late replies, cancelling and clocks.

use super::*;
use crate::machine::SendId;

#[test]
fn the_seed_decides_the_waits() {
    let waits = |seed| {
        let operation = Trigger::new(outbound(), trigger_call()).unwrap();
        let mut shell = Shell::new(Exchange::new(operation, limits(), seed));
        shell.always(&Cause::Transport(refused()));
        shell.events.iter().map(|event| format!("{event:?}")).collect::<Vec<_>>()
    };
    assert_eq!(waits(1), waits(1));
    assert_ne!(waits(1), waits(2));
}

#[test]
fn retry_after_is_waited_for_whether_it_is_seconds_or_a_date() {
    // START is Tue, 14 Nov 2023 22:13:20 GMT.
    for value in ["40", "Tue, 14 Nov 2023 22:14:00 GMT"] {
        for status in [429, 503] {
            let mut shell = Shell::new(trigger(&agents(), limits()));
            shell.answer(reply_with(status, &[("Retry-After", value)], own_envelope(&agents())));
            let waited = shell.deadline().at.since(START);
            assert!((secs(40)..=secs(41)).contains(&waited), "{status} {value}: {waited:?}");
        }
    }
}

#[test]
fn a_retry_after_beyond_the_time_for_the_operation_ends_it_at_once() {
    for value in ["3600", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let mut shell = Shell::new(trigger(&outbound(), Limits::default()));
        shell.answer(reply_with(429, &[("Retry-After", value)], ""));
        assert_eq!(shell.error().code(), ErrorCode::RateLimited, "{value}");
        assert_eq!(shell.error().placement(), Some(Placement::NotPlaced));
        assert!(shell.error().retry_after() >= Some(secs(3600)), "the caller is told how long");
    }
}

#[test]
fn a_trigger_is_sent_again_only_while_its_answer_has_time_to_come() {
    // Of 120 seconds, 30 are left for the answer; of 20, half.
    for (operation, last, beyond) in [(120, "88", "90"), (20, "8", "10")] {
        let limits = Limits { operation_timeout: secs(operation), ..Limits::default() };
        let mut again = Shell::new(trigger(&outbound(), limits));
        again.answer(reply_with(429, &[("Retry-After", last)], ""));
        again.wake();
        assert_eq!(again.sent.len(), 2, "after {last} of {operation} s");
        let mut not_again = Shell::new(trigger(&outbound(), limits));
        not_again.answer(reply_with(429, &[("Retry-After", beyond)], ""));
        assert_eq!(not_again.error().code(), ErrorCode::RateLimited, "after {beyond} of {operation} s");
        assert_eq!(not_again.error().placement(), Some(Placement::NotPlaced));
        let mut reading = Shell::new(read(&outbound(), limits));
        reading.answer(reply_with(429, &[("Retry-After", beyond)], ""));
        reading.wake();
        assert_eq!(reading.sent.len(), 2, "a reading rings nobody");
    }
}

#[test]
fn a_trigger_that_waited_while_the_clock_stepped_is_not_sent_late_and_gets_its_time_else() {
    // (how far the clock steps while it waits, whether it is sent then)
    for (step, is_sent) in [(40, true), (80, true), (100, false), (3600, false)] {
        let mut shell = Shell::new(trigger(&outbound(), Limits::default()));
        shell.answer(reply_with(429, &[("Retry-After", "2")], ""));
        shell.pass(secs(step));
        if !is_sent {
            assert_eq!(shell.sent.len(), 1, "{step} s");
            assert_eq!(shell.error().placement(), Some(Placement::NotPlaced), "{step} s");
            continue;
        }
        assert_eq!(shell.sent.len(), 2, "{step} s");
        let waits = shell.deadline();
        assert_eq!(waits.reason, WaitReason::Answer, "{step} s");
        assert_eq!(waits.at.since(shell.now), secs(30), "{step} s: it has the time of a request");
    }
}

#[test]
fn retries_that_the_budget_does_not_cover_are_not_made() {
    let mut shell = Shell::new(trigger(&outbound(), limits()));
    shell.budget = RetryBudget::new(2);
    assert_eq!(shell.always(&Cause::Transport(refused())), 3, "the first and two that were paid for");
    let mut next = Shell::new(trigger(&outbound(), limits()));
    next.budget = shell.budget.clone();
    assert_eq!(next.always(&Cause::Transport(refused())), 1, "the budget is shared by all operations");
    let mut budget = shell.budget;
    for _ in 0..10 {
        let mut good = Shell::new(read(&outbound(), limits()));
        good.budget = budget;
        good.answer(status(&outbound(), "queued", ""));
        budget = good.budget;
    }
    assert!(budget.withdraw(), "ten successes pay for a retry");
}

#[test]
fn no_time_for_another_attempt_means_none() {
    let tight = Limits { operation_timeout: secs(1), ..Limits::default() };
    for seed in 0..50 {
        let operation = Trigger::new(outbound(), trigger_call()).unwrap();
        let mut shell = Shell::new(Exchange::new(operation, tight, seed));
        while shell.outcome().is_none() {
            match shell.in_flight {
                Some(_) => shell.fail(refused()),
                None => assert_eq!(shell.wake().reason, WaitReason::Retry, "it never waits for nothing"),
            }
        }
        assert_eq!(
            shell.error().code(),
            ErrorCode::NotConnected,
            "the failure is told, not the lack of time"
        );
        assert!(shell.now < START + secs(1));
    }
}

#[test]
fn a_request_that_times_out_is_given_up_and_may_have_rung() {
    let mut shell = Shell::new(trigger(&outbound(), limits()));
    assert_eq!(shell.deadline(), Deadline { at: START + secs(30), reason: WaitReason::Answer });
    shell.pass(Duration::from_millis(29_999));
    assert!(shell.aborted.is_empty());
    shell.pass(Duration::from_millis(1));
    assert_eq!(shell.aborted, [shell.sent[0].0]);
    assert_eq!(shell.error().code(), ErrorCode::TimedOut);
    assert_eq!(shell.error().placement(), Some(Placement::Unknown));
    assert_eq!(shell.error().message(), Some("waited 30 s"));
}

#[test]
fn the_end_of_all_time_comes_in_every_state() {
    let tight = Limits { operation_timeout: secs(10), ..Limits::default() };
    let mut in_flight = Shell::new(trigger(&outbound(), tight));
    assert_eq!(in_flight.deadline(), Deadline { at: START + secs(10), reason: WaitReason::Deadline });
    let even = Limits { operation_timeout: secs(30), ..Limits::default() };
    assert_eq!(Shell::new(trigger(&outbound(), even)).deadline().reason, WaitReason::Deadline);
    in_flight.wake();
    assert_eq!(in_flight.aborted.len(), 1);
    assert_eq!(in_flight.error().code(), ErrorCode::DeadlineExceeded);
    assert_eq!(in_flight.error().placement(), Some(Placement::Unknown));

    let mut waiting = Shell::new(trigger(&outbound(), tight));
    waiting.answer(reply_with(429, &[("Retry-After", "4"), ("X-PolyAI-Correlation-Id", "id-9")], ""));
    waiting.pass(secs(60));
    assert_eq!(waiting.sent.len(), 1);
    assert_eq!(waiting.error().code(), ErrorCode::DeadlineExceeded);
    assert_eq!(waiting.error().placement(), Some(Placement::NotPlaced));
    assert_eq!(waiting.error().http_status(), Some(429), "what the last attempt met is not forgotten");
    assert_eq!(waiting.error().correlation_id(), Some("id-9"));

    let mut late = Shell::new(trigger(&outbound(), tight));
    late.fail(refused());
    let due = late.deadline().at;
    late.machine.handle_input(due, Input::Tick, &mut RetryBudget::default());
    late.now = START + secs(11);
    late.drain();
    assert_eq!(late.sent.len(), 1, "what comes to be sent after its time is not sent");
    assert_eq!(late.error().placement(), Some(Placement::NotPlaced));
}

#[test]
fn a_reading_that_fails_names_the_call_that_it_asked_about() {
    let mut cancelled = Shell::new(read(&outbound(), limits()));
    cancelled.tell(Input::Cancel);
    let mut refused = Shell::new(read(&outbound(), limits()));
    refused.answer(reply(404, own_envelope(&outbound())));
    for shell in [cancelled, refused] {
        assert_eq!(shell.error().call_sid().map(CallSid::as_str), Some(SID));
    }
    let mut triggered = Shell::new(trigger(&outbound(), limits()));
    triggered.answer(reply(400, ""));
    assert_eq!(triggered.error().call_sid(), None);
}

#[test]
fn without_any_time_nothing_is_sent() {
    for limits in [
        Limits { operation_timeout: Duration::ZERO, ..Limits::default() },
        Limits { request_timeout: Duration::ZERO, ..Limits::default() },
    ] {
        let shell = Shell::new(trigger(&outbound(), limits));
        assert!(shell.sent.is_empty());
        assert_eq!(shell.error().code(), ErrorCode::DeadlineExceeded);
        assert_eq!(shell.error().placement(), Some(Placement::NotPlaced));
        assert_eq!(shell.error().attempts(), 0);
    }
}

#[test]
fn limits_without_end_are_limits() {
    let endless = Limits {
        request_timeout: Duration::MAX,
        operation_timeout: Duration::MAX,
        follow_timeout: Duration::MAX,
        lost_after: Duration::MAX,
        retry: RetryPolicy { max_retries: u32::MAX, base: Duration::MAX, cap: Duration::MAX },
    };
    let mut shell = Shell::new(trigger(&outbound(), endless));
    assert_eq!(shell.deadline().at, Timestamp::from_millis(u64::MAX));
    shell.fail(refused());
    while shell.outcome().is_none() {
        shell.wake();
    }
    assert_eq!(shell.error().code(), ErrorCode::NotConnected, "no time is later than the end of time");
    let instant = RetryPolicy { max_retries: 3, base: Duration::ZERO, cap: Duration::ZERO };
    let mut shell = Shell::new(trigger(&outbound(), Limits { retry: instant, ..endless }));
    assert_eq!(shell.always(&Cause::Transport(refused())), 4);
    assert_eq!(shell.now, START);
}

#[test]
fn late_and_foreign_replies_are_passed_over() {
    let service = outbound();
    let mut shell = Shell::new(read(&service, limits()));
    let first = shell.sent[0].0;
    let foreign = SendId(99);
    shell.tell(Input::Reply(foreign, status(&service, "success", "")));
    shell.tell(Input::Failed(foreign, refused()));
    assert!(shell.events.is_empty() && shell.in_flight == Some(first));
    shell.wake();
    assert_eq!(shell.aborted, [first]);
    let told = shell.events.len();
    shell.tell(Input::Reply(first, status(&service, "success", "")));
    assert_eq!(shell.events.len(), told, "between attempts");
    shell.wake();
    shell.tell(Input::Reply(first, status(&service, "success", "")));
    shell.tell(Input::Failed(first, refused()));
    assert_eq!(shell.events.len(), told, "while the next is on its way");
    shell.answer(status(&service, "calling", ""));
    let Some(Progress::Done(Ok(completed))) = shell.events.last() else { panic!("the second is answered") };
    assert_eq!(completed.value.status, crate::CallStatus::Calling);
    let told = shell.events.len();
    for input in [Input::Reply(first, status(&service, "success", "")), Input::Tick, Input::Cancel] {
        shell.tell(input);
    }
    assert_eq!((shell.events.len(), shell.sent.len()), (told, 2), "nothing follows the end");
}

#[test]
fn cancelling_says_what_is_known_in_every_state() {
    let mut unsent = Shell::undrained(trigger(&outbound(), limits()));
    unsent.tell(Input::Cancel);
    assert!(unsent.sent.is_empty() && unsent.aborted.is_empty());

    let mut waiting = Shell::new(trigger(&outbound(), limits()));
    waiting.answer(reply(429, ""));
    waiting.tell(Input::Cancel);
    assert_eq!((waiting.sent.len(), waiting.error().http_status()), (1, Some(429)));

    for shell in [&unsent, &waiting] {
        assert_eq!(shell.error().code(), ErrorCode::Cancelled);
        assert_eq!(shell.error().placement(), Some(Placement::NotPlaced));
    }

    let mut in_flight = Shell::new(trigger(&outbound(), limits()));
    in_flight.tell(Input::Cancel);
    assert_eq!(in_flight.aborted.len(), 1);
    assert_eq!(in_flight.error().code(), ErrorCode::Cancelled);
    assert_eq!(in_flight.error().placement(), Some(Placement::Unknown));
    in_flight.tell(Input::Cancel);
    assert_eq!(in_flight.events.len(), 1);
}

#[test]
fn what_a_drop_would_leave_behind_is_known_in_every_state() {
    let service = outbound();
    let unsent = trigger(&service, limits());
    assert_eq!(unsent.placement_if_dropped(), Some(Placement::NotPlaced));
    let mut shell = Shell::new(unsent);
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::Unknown), "in flight");
    shell.fail(refused());
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::NotPlaced), "waiting");
    shell.wake();
    let id = shell.in_flight.unwrap();
    shell.machine.handle_input(shell.now, Input::Reply(id, accepted(&service)), &mut RetryBudget::default());
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::Placed), "answered, and not told yet");
    shell.in_flight = None;
    shell.drain();
    assert_eq!(shell.machine.placement_if_dropped(), Some(Placement::Placed), "ended");

    let mut lost = Shell::new(trigger(&service, limits()));
    lost.fail(reset());
    assert_eq!(lost.machine.placement_if_dropped(), Some(Placement::Unknown), "ended without an answer");
    assert_eq!(
        Shell::new(read(&service, limits())).machine.placement_if_dropped(),
        None,
        "a read places nothing"
    );
}

#[test]
fn a_clock_that_steps_back_repeats_and_skips_nothing() {
    let day = secs(86_400);
    let mut shell = Shell::new(trigger(&outbound(), limits()));
    shell.step_back(day);
    assert_eq!((shell.sent.len(), shell.events.len()), (1, 0), "in flight: it is still waited for");
    assert_eq!(shell.deadline().at, shell.now + secs(30), "and no longer than before");
    shell.answer(reply_with(429, &[("Retry-After", "5")], ""));
    shell.pass(secs(3));
    shell.step_back(day);
    assert_eq!(shell.sent.len(), 1, "waiting: the wait starts over");
    assert!((secs(5)..=secs(6)).contains(&shell.deadline().at.since(shell.now)));
    shell.wake();
    assert_eq!(shell.sent.len(), 2);
    shell.step_back(day);
    shell.answer(accepted(&outbound()));
    assert!(matches!(shell.outcome(), Some(Ok(_))));
    shell.step_back(day);
    assert_eq!((shell.sent.len(), shell.events.len()), (2, 2), "ended: it stays so");
}

#[test]
fn a_deadline_does_not_move_away_with_a_clock_that_steps_back() {
    let day = secs(86_400);
    let mut shell = Shell::new(read(&outbound(), limits()));
    shell.now = shell.now - day;
    shell.drain();
    assert_eq!(shell.deadline().at, shell.now + secs(30), "in flight: polling is enough");
    shell.answer(reply_with(429, &[("Retry-After", "5")], ""));
    shell.now = shell.now - day;
    shell.drain();
    assert!(shell.deadline().at <= shell.now + secs(6), "waiting");
    let tight = Limits { operation_timeout: secs(10), ..Limits::default() };
    let mut shell = Shell::new(read(&outbound(), tight));
    shell.now = shell.now - day;
    shell.drain();
    assert_eq!(shell.deadline().at, shell.now + secs(10), "all the time");
}

#[test]
fn a_clock_that_leaps_ahead_makes_one_step_and_no_more() {
    let mut shell = Shell::new(read(&outbound(), limits()));
    shell.fail(refused());
    shell.pass(secs(1_000));
    assert_eq!(shell.sent.len(), 2, "one request, not one for every wait that would have fitted");
    assert_eq!(shell.deadline().at, shell.now + secs(30));
}

#[test]
fn an_answer_that_came_while_the_process_was_frozen_is_read_before_its_request_is_given_up() {
    for frozen in [36, 60, 3_600, 86_400] {
        for service in both() {
            let mut shell = Shell::new(trigger(&service, limits()));
            shell.pass(secs(frozen));
            assert!(shell.aborted.is_empty() && shell.events.is_empty(), "{frozen}");
            assert_eq!(shell.deadline(), Deadline { at: shell.now + secs(30), reason: WaitReason::Answer });
            shell.answer(accepted(&service));
            assert!(matches!(shell.outcome(), Some(Ok(_))), "{frozen}");
        }
    }
    let mut lost = Shell::new(trigger(&outbound(), limits()));
    lost.pass(secs(3_600));
    lost.pass(secs(30));
    assert_eq!(lost.error().code(), ErrorCode::TimedOut, "what did not come is given up in its time");
    assert_eq!(lost.error().happened(), Some(Happened::Lost));
}

#[test]
fn a_trigger_that_waits_to_be_sent_again_is_not_sent_after_all_its_time_because_the_clock_jumped() {
    let mut shell = Shell::new(trigger(&outbound(), limits()));
    shell.fail(refused());
    shell.pass(secs(8 * 3_600));
    assert_eq!(shell.sent.len(), 1, "nobody is dialed hours later");
    assert_eq!(shell.error().placement(), Some(Placement::NotPlaced));
}

#[test]
fn a_host_whose_timers_are_always_late_comes_to_an_end_all_the_same() {
    let mut shell = Shell::new(trigger(&outbound(), limits()));
    for _ in 0..12 {
        if shell.outcome().is_none() {
            shell.pass(secs(60));
        }
    }
    assert_eq!(shell.error().code(), ErrorCode::TimedOut);
    let mut shell = Shell::new(read(&outbound(), limits()));
    let mut ticks = 0;
    while shell.outcome().is_none() {
        shell.pass(secs(60));
        ticks += 1;
        assert!(ticks < 200, "it never ends");
    }
}
