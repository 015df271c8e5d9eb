//! What an answer to a trigger means for its row: every row of the table of what may be sent again.

use std::cell::Cell;
use std::rc::Rc;

use super::stage::is_to;
use super::*;
use crate::testing::causes::causes;
use crate::testing::{Cause, SID, outbound, refused, reply, reply_with, status};
use crate::{ErrorCode, Happened, Metadata, Method, Placement, RULES};

/// A campaign whose first trigger is answered so, and all others well.
fn first_answered(way: Answering, cause: Cause, count: u64) -> Stage {
    let mut first = Some(cause);
    Stage::new(quick(1.0), way)
        .scripted(move |request| match request.method {
            Method::Post => first.take().unwrap_or_else(|| Cause::Reply(accepted(&outbound()))),
            _ => Cause::Reply(status(&outbound(), "success", "")),
        })
        .with(plain(count))
}

#[test]
fn every_row_of_the_table_means_the_same_for_a_row_of_a_campaign() {
    for rule in RULES {
        for cause in causes(&outbound(), rule.happened) {
            for way in WAYS {
                let mut stage = first_answered(way, cause.clone(), 1);
                let halts = rule.happened == Happened::Refused
                    && matches!(&cause, Cause::Reply(reply) if [401, 403, 404].contains(&reply.http_status));
                let finish = stage.run();
                let what = format!("{:?} {cause:?} {way:?}", rule.happened);
                let first = &stage.attempts(0)[0];
                let (state, sent, outcome) = match (rule.placement, rule.trigger_again) {
                    _ if halts => (State::Scheduled, 1, Outcome::NotPlaced),
                    // A gateway's refusal is no row's fault: a later visit may find the service.
                    _ if rule.happened == Happened::ForeignRefusal => {
                        (State::Succeeded, 2, Outcome::NotPlaced)
                    }
                    (Placement::NotPlaced, true) => (State::Succeeded, 2, Outcome::NotPlaced),
                    (Placement::NotPlaced, false) => (State::Rejected, 1, Outcome::NotPlaced),
                    (Placement::Unknown | Placement::Placed, _) => (State::Unconfirmed, 1, Outcome::Unknown),
                };
                assert_eq!((stage.standing(0).state, stage.sent.len()), (state, sent), "{what}");
                assert_eq!(first.outcome, outcome, "{what}");
                assert!(first.error.is_some() && first.ended_at.is_some(), "{what}");
                assert_eq!(finish == Finish::Stopped, halts, "{what}");
                let says = match state {
                    State::Unconfirmed => "may have been placed, so it is not dialed again",
                    State::Rejected => "no call was placed",
                    State::Scheduled => "its trigger placed no call and is sent again",
                    _ => "the call ended in success",
                };
                assert!(stage.standing(0).reason.contains(says), "{what}: {}", stage.standing(0).reason);
            }
        }
    }
}

#[test]
fn a_service_that_refuses_every_trigger_halts_the_campaign_and_every_row_stays_scheduled() {
    for (http_status, code) in
        [(401, ErrorCode::Unauthorized), (403, ErrorCode::Forbidden), (404, ErrorCode::NotFound)]
    {
        for way in WAYS {
            let mut stage = Stage::new(quick(1.0), way)
                .scripted(move |_| Cause::Reply(reply(http_status, r#"{"error":"no","code":"E1"}"#)))
                .with(plain(20));
            assert_eq!(stage.run(), Finish::Stopped);
            assert!(stage.sent.len() <= 2, "{} were sent", stage.sent.len());
            assert_eq!(stage.store.count(State::Scheduled), 20);
            let halts: Vec<_> = stage
                .events
                .iter()
                .filter_map(|event| match event {
                    Event::Halted(error) => Some(error.code()),
                    _ => None,
                })
                .collect();
            assert_eq!(halts, [code], "told once");
            // With a valid credential all are called, those of before as well.
            stage.crash();
            stage.answers = stage::Answers::Sandbox;
            assert_eq!(stage.run(), Finish::Done);
            assert_eq!(stage.store.count(State::Succeeded), 20);
        }
    }
}

#[test]
fn a_credential_that_expires_while_calls_are_followed_loses_none_of_them() {
    for way in WAYS {
        let expired = Rc::new(Cell::new(false));
        let is_expired = Rc::clone(&expired);
        let mut stage = Stage::new(quick(1.0), way)
            .scripted(move |request| match request.method {
                _ if is_expired.get() => Cause::Reply(reply(401, r#"{"error":"no"}"#)),
                Method::Post => Cause::Reply(accepted(&outbound())),
                _ => Cause::Reply(status(&outbound(), "calling", "")),
            })
            .with(plain(3));
        stage.run_while(|stage| stage.store.count(State::InProgress) < 2);
        expired.set(true);
        assert_eq!(stage.run(), Finish::Stopped);
        assert!(stage.store.count(State::InProgress) >= 2, "{:?}", stage.states());
        assert_eq!(stage.store.count(State::InProgress) + stage.store.count(State::Scheduled), 3);
        let reason = &stage.standing(0).reason;
        assert!(reason.starts_with("was placed, and cannot be read for now: "), "{reason}");
        stage.crash();
        let mut ended = first_answered(way, Cause::Reply(accepted(&outbound())), 0);
        std::mem::swap(&mut stage.answers, &mut ended.answers);
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.store.count(State::Succeeded), 3);
    }
}

#[test]
fn a_trigger_that_the_service_fails_to_place_while_it_places_others_is_given_up_after_so_many() {
    for way in WAYS {
        let failed = reply(500, r#"{"error":"it failed","code":"E7"}"#);
        let mut stage = Stage::new(Options { max_refusals: 2, ..quick(1.0) }, way)
            .scripted(move |request| match request.method {
                Method::Post if is_to(request, SECOND) => Cause::Reply(failed.clone()),
                Method::Post => Cause::Reply(accepted(&outbound())),
                _ => Cause::Reply(status(&outbound(), "success", "")),
            })
            .with(one_every(secs(5), 20));
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!((stage.states()[1], stage.store.count(State::Succeeded)), (State::Failed, 19));
        // What counts is that others were called since the time before.
        let is_second: Vec<_> = stage.sent.iter().map(|sent| sent.number.as_str() == SECOND).collect();
        let between: Vec<_> = is_second.split(|is_second| *is_second).collect();
        let counted = between[1..between.len() - 1].iter().filter(|others| !others.is_empty());
        assert_eq!(counted.count(), 2, "{is_second:?}");
        let reason = &stage.standing(1).reason;
        assert!(reason.starts_with("tried 3 times: the service failed (HTTP 500): it failed"), "{reason}");
    }
}

#[test]
fn being_turned_away_is_no_failure_to_be_placed_and_counts_for_none() {
    // Twice turned away, and then each second trigger fails to be placed.
    for (failures, state) in [(3, State::Succeeded), (4, State::Failed)] {
        let mut nth = 0;
        let mut stage = Stage::new(quick(20.0), Answering::Quickly)
            .scripted(move |request| {
                if request.method != Method::Post {
                    return Cause::Reply(status(&outbound(), "success", ""));
                }
                nth += u32::from(is_to(request, SECOND));
                match nth {
                    nth if !is_to(request, SECOND) || nth > 2 * failures + 1 => {
                        Cause::Reply(accepted(&outbound()))
                    }
                    nth if nth <= 2 || nth % 2 == 0 => Cause::Reply(reply(429, "")),
                    _ => Cause::Reply(reply(500, r#"{"error":"it failed","code":"E7"}"#)),
                }
            })
            .with(one_every(Duration::from_millis(100), 1_200));
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.states()[1], state, "{}", stage.standing(1).reason);
        assert_eq!(
            stage.sent_to(SECOND),
            usize::try_from(2 * failures + 1).unwrap() + usize::from(failures == 3)
        );
    }
}

#[test]
fn what_is_turned_away_or_finds_no_connection_is_tried_until_its_time_is_over() {
    let unavailable = reply(503, r#"{"error":"it failed","code":"E7"}"#);
    let may_have_arrived = Options::default().max_triggers_per_number as usize;
    for (cause, sent) in [
        (Cause::Reply(reply(429, "")), may_have_arrived..=may_have_arrived),
        (Cause::Reply(unavailable), may_have_arrived..=may_have_arrived),
        (Cause::Transport(refused()), 16..=20),
    ] {
        let until = START + HOUR;
        let mut stage = Stage::new(Options { until: Some(until), ..quick(1.0) }, Answering::Quickly)
            .scripted(move |_| cause.clone())
            .with(plain(1));
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.states(), [State::Expired]);
        assert!(sent.contains(&stage.sent.len()), "{}", stage.sent.len());
        let reason = &stage.standing(0).reason;
        assert!(reason.contains("the campaign calls nobody from 2026-11-25 17:00"), "{reason}");
        assert!(!reason.contains("is sent again"), "{reason}");
    }
}

#[test]
fn the_whole_campaign_waits_as_long_as_the_service_asks_and_then_calls_more_slowly() {
    for way in WAYS {
        let busy = reply_with(429, &[("retry-after", "40")], r#"{"error":"slow down"}"#);
        let mut stage = first_answered(way, Cause::Reply(busy), 30);
        stage.run_while(|stage| !stage.events.iter().any(|event| matches!(event, Event::Pace { .. })));
        let asked_at = stage.real;
        assert_eq!(stage.campaign.allowed(), (0.5, 500));
        stage.run_for(secs(60));
        let sent = |from, to| {
            let since = |sent: &&stage::Sent| sent.really_at.since(asked_at);
            let after = stage.sent.iter().filter(|it| it.really_at > asked_at);
            after.filter(|it| since(it) >= secs(from) && since(it) < secs(to)).count()
        };
        // Whose intent was being saved when the answer came leaves; nobody else.
        assert!(sent(0, 40) <= 1 && sent(8, 40) == 0, "{way:?}");
        assert!((4..=14).contains(&sent(40, 60)), "{way:?}: {}", sent(40, 60));
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.store.count(State::Succeeded), 30);
        assert_eq!(stage.attempts(0).len(), 2);
    }
}

#[test]
fn a_wait_without_end_that_the_service_asks_for_is_no_end_of_the_campaign() {
    for asked in ["18446744073709551615", "99999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        for windows in [CallingWindows::default(), CallingWindows::always("a test").unwrap()] {
            let busy = reply_with(429, &[("retry-after", asked)], "");
            let mut first = Some(busy);
            let mut stage = Stage::new(Options { windows, ..quick(1.0) }, Answering::Quickly)
                .scripted(move |request| match request.method {
                    Method::Post => Cause::Reply(first.take().unwrap_or_else(|| accepted(&outbound()))),
                    _ => Cause::Reply(status(&outbound(), "success", "")),
                })
                .with(plain(2));
            stage.lazy = secs(60);
            assert_eq!(stage.run(), Finish::Done);
            assert_eq!(stage.states(), [State::Succeeded, State::Succeeded], "{asked}");
            let took = stage.real.since(START);
            assert!(took >= secs(600) && took < secs(700), "ten minutes, and then one trigger: {took:?}");
            let told = stage.events.iter().filter_map(|event| match event {
                Event::AskedToWait { until, asked } => Some((*until, *asked)),
                _ => None,
            });
            let [(until, asked)] = told.collect::<Vec<_>>()[..] else { panic!("told once") };
            assert!(until <= START + secs(602) && asked > DAY, "{until:?} {asked:?}");
        }
    }
}

#[test]
fn congestion_that_a_reason_tells_of_halves_the_pace_even_where_metadata_would_garble_it() {
    for metadata in [Metadata::EMPTY, Metadata::new([("intent", "call"), ("of", "queueing")]).unwrap()] {
        let mut recipient = rows(&[3]).remove(0);
        recipient.metadata = metadata;
        let mut stage = Stage::new(quick(4.0), Answering::Quickly).with([recipient]);
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.states(), [State::Failed]);
        assert_eq!(stage.attempts(0)[0].disposition.as_deref(), Some(CONGESTION));
        let paces: Vec<_> =
            stage.events.iter().filter(|event| matches!(event, Event::Pace { .. })).cloned().collect();
        assert_eq!(paces, [Event::Pace { rate: 2.0, max_in_flight: 500 }]);
    }
}

#[test]
fn a_failure_that_names_a_call_is_looked_for_and_found_or_not() {
    let named = reply(500, &format!(r#"{{"error":"it failed","code":"E7","call_sid":"{SID}"}}"#));
    for (found, state, outcome) in [
        (status(&outbound(), "success", ""), State::Succeeded, Outcome::Success),
        (status(&outbound(), "failure", "busy"), State::Failed, Outcome::Failure),
        (reply(404, r#"{"error":"no such call"}"#), State::Unconfirmed, Outcome::Unknown),
    ] {
        for way in WAYS {
            let (named, found) = (named.clone(), found.clone());
            let mut stage = Stage::new(quick(1.0), way)
                .scripted(move |request| match request.method {
                    Method::Post => Cause::Reply(named.clone()),
                    _ => Cause::Reply(found.clone()),
                })
                .with(plain(1));
            assert_eq!(stage.run(), Finish::Done);
            assert_eq!((stage.standing(0).state, stage.sent.len()), (state, 1));
            let attempt = &stage.attempts(0)[0];
            assert_eq!(
                (attempt.outcome, attempt.call_sid.as_ref().map(crate::CallSid::as_str)),
                (outcome, Some(SID))
            );
        }
    }
}

#[test]
fn a_trigger_that_found_no_connection_is_sent_again_ever_later_while_others_are_placed() {
    let mut waits = Vec::new();
    for seed in 0..12 {
        let until = START + HOUR;
        let mut stage = Stage::seeded(Options { until: Some(until), ..quick(1.0) }, Answering::Quickly, seed)
            .scripted(|request| match request.method {
                Method::Post if is_to(request, SECOND) => Cause::Transport(refused()),
                Method::Post => Cause::Reply(accepted(&outbound())),
                _ => Cause::Reply(status(&outbound(), "success", "")),
            })
            .with(one_every(secs(1), 3_600));
        let own = |event: &Event| match event {
            Event::Saved(change) if change.wait == Some(WaitRule::Retry) => {
                let ended_at = change.attempt.as_ref().unwrap().ended_at.unwrap();
                Some(change.due_at.unwrap().since(ended_at))
            }
            _ => None,
        };
        // What comes after those is the same.
        let (mut looked_at, mut own_waits) = (0, Vec::new());
        stage.run_while(|stage| {
            own_waits.extend(stage.events[looked_at..].iter().filter_map(own));
            looked_at = stage.events.len();
            own_waits.len() < 12
        });
        waits.push(own_waits);
    }
    let most = |nth: usize| waits.iter().map(|waits| waits[nth]).max().unwrap();
    for (nth, bound) in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (11, 300)] {
        assert!(most(nth) <= secs(bound), "{nth}: {:?}", most(nth));
        // Of twelve draws at least one is in the upper three quarters.
        assert!(most(nth) >= secs(bound) / 8, "{nth}: {:?}", most(nth));
    }
}

#[test]
fn the_table_is_whole() {
    let happened = RULES.map(|rule| rule.happened);
    assert!(happened.contains(&Happened::NotAnswered) && happened.len() == 8);
}
