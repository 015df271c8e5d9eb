//! Tests of one operation with its retries: each row of the table of what may be sent again.

mod laws;
mod limits;
mod model;

use super::*;
use crate::operation::{StatusRead, Trigger};
use crate::retry::Happened;
use crate::testing::causes::causes;
use crate::testing::{
    Cause, SID, START, Shell, accepted, agents, both, foreign, outbound, own_envelope, refused, reply,
    reply_with, reset, secs, status, trigger_call,
};
use crate::time::WaitReason;
use crate::{CallSid, Service};
use std::sync::Arc;

fn limits() -> Limits {
    Limits { operation_timeout: secs(3600), ..Limits::default() }
}

fn trigger(service: &Arc<Service>, limits: Limits) -> Exchange<Trigger> {
    Exchange::new(Trigger::new(Arc::clone(service), trigger_call()).unwrap(), limits, 7)
}

fn read(service: &Arc<Service>, limits: Limits) -> Exchange<StatusRead> {
    Exchange::new(StatusRead::new(Arc::clone(service), CallSid::parse(SID).unwrap()), limits, 7)
}

type Outcome<O> = Result<Completed<<O as Operation>::Value>, Error>;

impl<O: Operation> Shell<Exchange<O>> {
    fn outcome(&self) -> Option<&Outcome<O>> {
        match self.events.last() {
            Some(Progress::Done(outcome)) => Some(outcome),
            Some(Progress::Retrying(_)) | None => None,
        }
    }

    fn error(&self) -> &Error {
        self.outcome().expect("it has ended").as_ref().err().expect("it has failed")
    }

    /// Lets the same happen to every request until it is over; how many were sent.
    fn always(&mut self, cause: &Cause) -> usize {
        while self.outcome().is_none() {
            if self.in_flight.is_some() {
                self.bring(cause);
            } else {
                self.wake();
            }
        }
        assert_eq!(self.machine.poll_timeout(), None, "what has ended waits for nothing");
        self.sent.len()
    }
}

/// Checks one row in both dialects, for triggers and status reads, with the default retries and with none.
fn row_holds(row: Happened, placement: Placement, trigger_requests: usize, status_requests: usize) {
    for service in both() {
        for cause in causes(&service, row) {
            let dialect = service.api().dialect().name;
            let mut shell = Shell::new(trigger(&service, limits()));
            assert_eq!(shell.always(&cause), trigger_requests, "trigger in {dialect}: {cause:?}");
            assert_eq!(shell.error().placement(), Some(placement), "{dialect}: {cause:?}");
            assert_eq!(shell.error().attempts() as usize, trigger_requests, "{dialect}: {cause:?}");

            let mut shell = Shell::new(read(&service, limits()));
            assert_eq!(shell.always(&cause), status_requests, "status in {dialect}: {cause:?}");
            assert_eq!(shell.error().placement(), None, "{dialect}: {cause:?}");

            let mut once = limits();
            once.retry.max_retries = 0;
            let mut shell = Shell::new(trigger(&service, once));
            assert_eq!(shell.always(&cause), 1, "trigger without retries in {dialect}: {cause:?}");
            assert_eq!(shell.error().placement(), Some(placement), "{dialect}: {cause:?}");
            assert_eq!(Shell::new(read(&service, once)).always(&cause), 1, "{dialect}: {cause:?}");
        }
    }
}

#[test]
fn what_was_never_sent_is_sent_again() {
    row_holds(Happened::NeverSent, Placement::NotPlaced, 4, 4);
}

#[test]
fn what_was_turned_away_is_sent_again() {
    row_holds(Happened::TurnedAway, Placement::NotPlaced, 4, 4);
}

#[test]
fn what_the_service_says_that_it_failed_to_place_is_sent_again() {
    row_holds(Happened::PlacingFailed, Placement::NotPlaced, 4, 4);
}

#[test]
fn what_the_service_was_unavailable_for_is_sent_again() {
    row_holds(Happened::Unavailable, Placement::NotPlaced, 4, 4);
}

#[test]
fn a_trigger_that_was_not_answered_by_the_service_is_never_sent_again() {
    row_holds(Happened::NotAnswered, Placement::Unknown, 1, 4);
}

#[test]
fn a_trigger_that_may_have_left_is_never_sent_again() {
    row_holds(Happened::Lost, Placement::Unknown, 1, 4);
}

#[test]
fn what_a_gateway_refused_is_no_call_and_no_news_of_one() {
    row_holds(Happened::ForeignRefusal, Placement::NotPlaced, 1, 4);
}

#[test]
fn the_agents_502_is_sent_again_only_for_a_caller_who_says_so() {
    let own = reply(502, own_envelope(&agents()));
    for (opted_in, requests, placement) in [(false, 1, Placement::Unknown), (true, 4, Placement::NotPlaced)] {
        let service = Arc::new((*agents()).clone().with_agents_502_not_placed(opted_in));
        for (answer, requests, placement) in [
            (own.clone(), requests, placement),
            (foreign(502, own_envelope(&agents())), 1, Placement::Unknown),
        ] {
            let mut shell = Shell::new(trigger(&service, limits()));
            assert_eq!(shell.always(&Cause::Reply(answer)), requests);
            assert_eq!(shell.error().placement(), Some(placement));
        }
    }
}

#[test]
fn what_the_service_refused_would_fail_again() {
    row_holds(Happened::Refused, Placement::NotPlaced, 1, 1);
}

#[test]
fn an_accepted_trigger_is_sent_once_and_says_what_it_is_known_by() {
    for service in both() {
        let mut shell = Shell::new(trigger(&service, limits()));
        assert_eq!(shell.always(&Cause::Reply(accepted(&service))), 1);
        let completed = shell.outcome().unwrap().as_ref().unwrap();
        assert_eq!(completed.value.call_sid.as_str(), SID);
        assert_eq!((completed.http_status, completed.attempts), (200, 1));
    }
}

#[test]
fn a_retry_says_what_failed_and_waits_as_long_as_it_said() {
    let mut shell = Shell::new(trigger(&outbound(), limits()));
    let mut waits = Vec::new();
    for attempts in 1..=3 {
        let fields = [("X-PolyAI-Correlation-Id", "id-9")];
        shell.answer(reply_with(500, &fields, own_envelope(&outbound())));
        let Some(Progress::Retrying(retrying)) = shell.events.last().cloned() else {
            panic!("it is tried again")
        };
        assert_eq!((retrying.code, retrying.http_status), (ErrorCode::ServiceFailed, Some(500)));
        assert_eq!((retrying.correlation_id.as_deref(), retrying.attempts), (Some("id-9"), attempts));
        let deadline = shell.deadline();
        assert_eq!(deadline, Deadline { at: shell.now + retrying.after, reason: WaitReason::Retry });
        shell.now = deadline.at - Duration::from_millis(1);
        shell.tell(Input::Tick);
        assert_eq!(shell.sent.len(), attempts as usize, "not before its time");
        shell.wake();
        assert_eq!(shell.sent.len(), attempts as usize + 1);
        waits.push(retrying.after);
    }
    assert!(waits[0] <= secs(1) && waits[1] <= secs(2) && waits[2] <= secs(4), "{waits:?}");
    assert!(waits.iter().any(|wait| *wait > Duration::from_millis(100)), "{waits:?}");
}
