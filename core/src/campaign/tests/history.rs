//! What is kept of a row's history: which reasons are noted because nothing else tells them, and what an attempt tells.

use super::*;
use crate::testing::{Cause, SID, outbound, reply, reply_with, status};
use crate::{CallStatus, Method};

fn saved(stage: &Stage) -> Vec<&Change> {
    let mut changes = Vec::new();
    for event in &stage.events {
        if let Event::Saved(change) = event {
            changes.push(&**change);
        }
    }
    changes
}

/// The first trigger is answered so, all others well; every reading says the same.
fn answered(first: Cause, read: Cause, count: u64) -> Stage {
    let mut first = Some(first);
    let mut stage = Stage::new(quick(1.0), Answering::Quickly)
        .scripted(move |request| match request.method {
            Method::Post => first.take().unwrap_or_else(|| Cause::Reply(accepted(&outbound()))),
            _ => read.clone(),
        })
        .with(plain(count));
    stage.run();
    stage
}

#[test]
fn a_reason_is_noted_exactly_if_nothing_else_will_tell_it() {
    let named = reply(500, &format!(r#"{{"error":"it failed","code":"E7","call_sid":"{SID}"}}"#));
    let success = || Cause::Reply(status(&outbound(), "success", ""));
    let redials = Options { redial: vec!["busy=1x1m".parse().unwrap()], ..quick(1.0) };
    let mut redialed = Stage::new(redials, Answering::Quickly).with(rows(&[2, 7, 0, 0]));
    redialed.run();
    let mut found = Stage::new(quick(1.0), Answering::Quickly).with(plain(1));
    found.run_while(|stage| stage.sent.is_empty());
    found.crash();
    found.run();
    let capped = Options { max_per_number: 1, ..quick(1.0) };
    let mut capped = Stage::new(capped, Answering::Quickly).with(rows(&[0, 0]));
    capped.run_while(|stage| stage.standing(1).wait != Some(WaitRule::Window));
    let stages = [
        redialed,
        found,
        capped,
        answered(Cause::Reply(named), success(), 1),
        answered(
            Cause::Reply(accepted(&outbound())),
            Cause::Reply(reply(401, r#"{"error":"no","code":"E1"}"#)),
            1,
        ),
        answered(Cause::Reply(reply(403, r#"{"error":"no","code":"E1"}"#)), success(), 1),
    ];
    let noted = [
        "its trigger placed no call and is sent again",
        "to be called again by the rule",
        "is looked for, because",
        "was placed, and cannot be read for now",
        "the run ended while the answer to its trigger was awaited",
        "another row with the same number is being called",
        "its number was dialed 1 times within 24 hours",
    ];
    let mut seen = [false; 7];
    for change in stages.iter().flat_map(saved) {
        let which = noted.iter().position(|it| change.reason.contains(it));
        assert_eq!(change.note, which.is_some(), "{}: {}", change.state, change.reason);
        if let Some(which) = which {
            seen[which] = true;
        }
    }
    assert_eq!(seen, [true; 7], "each of {noted:?}");
}

#[test]
fn an_attempt_tells_when_it_was_dialed_placed_seen_and_over_and_what_support_asks_for() {
    let id = |it| [("X-PolyAI-Correlation-Id", it)];
    let placed = reply_with(200, &id("id-trigger"), &format!(r#"{{"call_sid":"{SID}"}}"#));
    let read = reply_with(200, &id("id-end"), r#"{"status":"failure","reason":"the line is busy"}"#);
    let mut stage = Stage::new(quick(1.0), Answering::Quickly)
        .scripted(move |request| match request.method {
            Method::Post => Cause::Reply(placed.clone()),
            _ => Cause::Reply(read.clone()),
        })
        .with(plain(1));
    stage.run_while(|stage| stage.store.count(State::InProgress) == 0);
    let attempt = stage.attempts(0)[0].clone();
    let (dialed_at, placed_at) = (stage.sent[0].at, attempt.placed_at.unwrap());
    assert_eq!((attempt.number, attempt.dialed_at, attempt.outcome), (1, dialed_at, Outcome::InProgress));
    assert_eq!(placed_at.since(dialed_at), Duration::from_millis(100));
    assert_eq!((attempt.seen_at, attempt.reading, attempt.ended_at), (None, None, None));
    assert_eq!(attempt.correlation_id.as_deref(), Some("id-trigger"));
    assert_eq!(stage.standing(0).reason, format!("was placed and is followed as {SID}"));

    assert_eq!(stage.run(), Finish::Done);
    let attempt = stage.attempts(0)[0].clone();
    let ended_at = attempt.ended_at.unwrap();
    assert_eq!((attempt.placed_at, attempt.outcome), (Some(placed_at), Outcome::Failure));
    assert!(ended_at.since(placed_at) >= secs(2) && attempt.seen_at == Some(ended_at));
    let reading = attempt.reading.unwrap();
    assert_eq!((reading.status, reading.reason.as_str()), (CallStatus::Failure, "the line is busy"));
    assert_eq!((attempt.disposition.as_deref(), attempt.error), (Some("busy"), None));
    assert_eq!(attempt.correlation_id.as_deref(), Some("id-end"));
    assert_eq!(stage.standing(0).reason, "the call ended in failure: the line is busy");
    let statuses: Vec<_> = saved(&stage).into_iter().flat_map(|change| &change.statuses).collect();
    assert_eq!(statuses.len(), 1);
    assert_eq!(
        (&statuses[0].status, statuses[0].correlation_id.as_deref()),
        (&CallStatus::Failure, Some("id-end"))
    );
}

#[test]
fn every_status_of_a_call_is_saved_once_and_in_order() {
    for way in WAYS {
        let mut nth = 0;
        let words = ["queued", "queued", "calling", "calling", "queued", "ringing", "success"];
        let mut stage = Stage::new(quick(1.0), way)
            .scripted(move |request| match request.method {
                Method::Post => Cause::Reply(accepted(&outbound())),
                _ => {
                    nth += 1;
                    Cause::Reply(status(&outbound(), words[nth - 1], ""))
                }
            })
            .with(plain(1));
        assert_eq!(stage.run(), Finish::Done);
        let statuses = saved(&stage).into_iter().flat_map(|change| &change.statuses);
        let told: Vec<_> = statuses.map(|change| change.status.to_string()).collect();
        assert_eq!(told, ["queued", "calling", "ringing", "success"], "{way:?}");
        // Each when it is seen, not with the next or with the end.
        for change in saved(&stage) {
            let ends = change.state == State::Succeeded;
            assert!(
                change.statuses.len() <= 1 && (!change.statuses.is_empty() || !ends),
                "{}",
                change.reason
            );
            assert!(change.statuses.is_empty() || ends || change.reason.starts_with("was placed, and is "));
        }
        assert_eq!(stage.standing(0).reason, "the call ended in success");
    }
}

#[test]
fn an_attempt_whose_trigger_placed_no_call_tells_why() {
    let busy = reply_with(429, &[("X-PolyAI-Correlation-Id", "id-9")], "");
    let stage = answered(Cause::Reply(busy), Cause::Reply(status(&outbound(), "success", "")), 1);
    let [first, second] = stage.attempts(0) else { panic!("two attempts") };
    assert_eq!(
        (first.number, first.outcome, first.error.as_deref()),
        (1, Outcome::NotPlaced, Some("rate_limited"))
    );
    assert_eq!((first.correlation_id.as_deref(), first.call_sid.as_ref()), (Some("id-9"), None));
    assert_eq!(first.ended_at.unwrap().since(first.dialed_at), Duration::from_millis(100));
    assert_eq!((second.number, second.outcome, second.error.as_deref()), (2, Outcome::Success, None));
    assert!(second.dialed_at >= first.ended_at.unwrap());
    let refused = answered(Cause::Reply(reply(400, r#"{"error":"no","code":"E1"}"#)), Cause::Silence, 1);
    let attempt = &refused.attempts(0)[0];
    assert_eq!((attempt.outcome, attempt.error.as_deref()), (Outcome::NotPlaced, Some("rejected")));
    assert!(attempt.ended_at.is_some() && refused.standing(0).reason.contains("(HTTP 400): no"));
}
