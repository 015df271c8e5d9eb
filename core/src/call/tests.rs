//! Tests of a call from its trigger to its end.

mod ends;
mod model;
mod readings;
mod stored;

use super::*;
use crate::RetryPolicy;
use crate::testing::{
    CORRELATION, Cause, SID, START, Shell, TOKEN, accepted, agents, both, foreign, outbound, own_envelope,
    refused, reply, reply_with, reset, secs, status, trigger_call,
};
use crate::wire::Reply;
use crate::{CORRELATION_ID, Method, Service};

fn place(service: &Arc<Service>) -> Shell<Call> {
    place_within(service, Limits::default())
}

fn place_within(service: &Arc<Service>, limits: Limits) -> Shell<Call> {
    Shell::new(Call::place(Arc::clone(service), trigger_call(), limits, 7).unwrap())
}

/// A call that was accepted, and waits for its first reading.
fn placed(service: &Arc<Service>) -> Shell<Call> {
    let mut shell = place(service);
    shell.answer(accepted(service));
    shell
}

fn follow(service: &Arc<Service>) -> Shell<Call> {
    Shell::new(Call::follow(Arc::clone(service), CallSid::parse(SID).unwrap(), Limits::default(), 7))
}

impl Shell<Call> {
    /// Waits for the next reading and answers it; how long it waited.
    fn read(&mut self, answer: Reply) -> Duration {
        let before = self.now;
        if self.in_flight.is_none() {
            assert_eq!(self.wake().reason, WaitReason::Poll);
        }
        self.answer(answer);
        self.now.since(before)
    }

    fn words(&self) -> Vec<String> {
        let word = |event: &CallEvent| match event {
            CallEvent::Placed(_) => "placed".to_owned(),
            CallEvent::Retrying(retrying) => format!("retrying after {}", retrying.code),
            CallEvent::Status(change) => change.status.to_string(),
            CallEvent::Regression(status) => format!("not {status}"),
            CallEvent::Ended(Ok(end)) => format!("ended in {}", end.status),
            CallEvent::Ended(Err(error)) => format!("lost: {}", error.code()),
        };
        self.events.iter().map(word).collect()
    }

    fn outcome(&self) -> Option<&Result<CallEnd, Error>> {
        match self.events.last() {
            Some(CallEvent::Ended(result)) => Some(result),
            _ => None,
        }
    }

    fn error(&self) -> &Error {
        self.outcome().expect("it has ended").as_ref().expect_err("it has failed")
    }
}

#[test]
fn a_call_is_followed_to_its_end() {
    for service in both() {
        let mut shell = placed(&service);
        for word in ["queued", "queued", "calling", "calling"] {
            shell.read(status(&service, word, ""));
        }
        shell.wake();
        shell.answer(status(&service, "failure", "call queueing: max timeout limit exceeded"));
        assert_eq!(shell.words(), ["placed", "queued", "calling", "failure", "ended in failure"]);
        let end = shell.outcome().unwrap().as_ref().unwrap();
        assert_eq!((end.call_sid.as_str(), end.attempts, end.at), (SID, 1, shell.now));
        assert_eq!(end.reason, "call queueing: max timeout limit exceeded");
        assert_eq!(shell.posts(), 1);
        assert_eq!(shell.machine.poll_timeout(), None);
        let told = shell.events.len();
        for input in [Input::Tick, Input::Cancel, Input::Reply(shell.sent[0].0, accepted(&service))] {
            shell.tell(input);
        }
        assert_eq!(shell.events.len(), told, "nothing follows the end");
    }
}

#[test]
fn the_first_status_is_told_where_the_trigger_answers_with_it() {
    let with = |body: &str| {
        let mut shell = place(&agents());
        shell.answer(reply(200, body));
        shell.words()
    };
    assert_eq!(placed(&outbound()).words(), ["placed"]);
    assert_eq!(with(r#"{"callSid":"OUT-1","status":"QUEUED"}"#), ["placed", "queued"]);
    assert_eq!(with(r#"{"callSid":"OUT-1"}"#), ["placed"]);
    assert_eq!(with(r#"{"callSid":"OUT-1","status":"DIALED"}"#), ["placed", "DIALED"]);
    assert_eq!(with(r#"{"callSid":"OUT-1","status":"FAILURE"}"#), ["placed"], "only a reading tells an end");
    let mut shell = placed(&agents());
    shell.read(status(&agents(), "queued", ""));
    assert_eq!(shell.words(), ["placed", "queued"], "and it is not told twice");
}

#[test]
fn a_trigger_that_fails_ends_the_call_with_what_is_known() {
    for (cause, word, placement) in [
        (Cause::Transport(reset()), "lost: connection_lost", Placement::Unknown),
        (Cause::Silence, "lost: timed_out", Placement::Unknown),
        (Cause::Reply(reply(502, "<html>")), "lost: unexpected_answer", Placement::Unknown),
        (Cause::Reply(reply(400, own_envelope(&outbound()))), "lost: rejected", Placement::NotPlaced),
        (Cause::Reply(reply(401, own_envelope(&outbound()))), "lost: unauthorized", Placement::NotPlaced),
    ] {
        let mut shell = place(&outbound());
        shell.bring(&cause);
        assert_eq!(shell.words(), [word]);
        assert_eq!((shell.posts(), shell.error().placement()), (1, Some(placement)));
        assert_eq!(shell.machine.poll_timeout(), None);
    }
    let mut shell = place(&outbound());
    while shell.outcome().is_none() {
        match shell.in_flight {
            Some(_) => shell.fail(refused()),
            None => assert_eq!(shell.wake().reason, WaitReason::Retry),
        }
    }
    assert_eq!((shell.posts(), shell.error().attempts()), (4, 4));
}

#[test]
fn a_call_without_retries_is_triggered_once_and_still_followed() {
    let mut limits = Limits::default();
    limits.retry.max_retries = 0;
    let mut shell = place_within(&outbound(), limits);
    shell.fail(refused());
    assert_eq!((shell.posts(), shell.words()), (1, vec!["lost: not_connected".to_owned()]));
    let mut shell = place_within(&outbound(), limits);
    shell.answer(accepted(&outbound()));
    shell.wake();
    (0..20).for_each(|_| {
        shell.answer(reply(500, ""));
        shell.wake();
    });
    shell.answer(status(&outbound(), "success", ""));
    assert_eq!(shell.words().last().unwrap(), "ended in success");
}

#[test]
fn nothing_that_is_told_of_a_call_shows_what_must_not_be_shown() {
    let said =
        format!("could not ring +1 (415) 555-0100 for Ada Lovelace with {TOKEN}, {}", "x".repeat(10_000));
    let answer = |http_status| {
        let body = serde_json::json!({
            "status": said, "reason": said, "error": said, "code": said, "error_id": said, "message": said,
        });
        reply_with(http_status, &[("X-PolyAI-Correlation-Id", &said)], &body.to_string())
    };
    let mut shell = placed(&outbound());
    shell.read(answer(200));
    shell.read(answer(500));
    shell.wake();
    shell.answer(answer(401));
    let mut refused = place(&outbound());
    refused.answer(answer(400));
    let mut page = place(&outbound());
    page.answer(reply(502, &format!("<pre>{}Ada Love", said.replace("could", "  "))));
    let shown = format!("{:?} {:?} {:?} {}", shell.events, refused.events, page.events, shell.error());
    for private in [TOKEN, "555-0100", "5550100", "Lovelace", "Ada"] {
        assert!(!shown.contains(private), "{private}: {shown}");
    }
    assert!(shown.contains("[number]") && shown.contains("[metadata]") && shown.contains("[token]"));
    assert!(shown.len() < 12_000, "and nothing is told at length: {}", shown.len());
}
