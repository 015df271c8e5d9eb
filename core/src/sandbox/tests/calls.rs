//! The real client machine against the sandbox, in virtual time: how each script ends and how many phones rang.

use std::sync::Arc;

use super::*;
use crate::{
    Call, CallEnd, CallEvent, CallStatus, Error, ErrorCode, Input, Limits, Machine, Output, Placement, Reply,
    RetryBudget, TransportError,
};

struct Followed {
    end: Result<CallEnd, Error>,
    statuses: Vec<String>,
    sandbox: Sandbox,
    took: Duration,
}

/// Places a call and follows it to its end; no real time passes.
fn follow(service: Service, xx: u8) -> Followed {
    let mut sandbox = sandbox();
    let mut budget = RetryBudget::default();
    let mut now = START;
    let call = TriggerCall::new(Destination::parse(&format!("+141555501{xx:02}"), None).unwrap());
    let mut machine = Call::place(Arc::new(service), call, Limits::default(), u64::from(xx)).unwrap();
    let mut statuses = Vec::new();
    loop {
        let mut answer = None;
        while let Some(output) = machine.poll_output(now) {
            match output {
                Output::Send { id, request } => {
                    answer = match sandbox.handle(now, &request) {
                        Reaction::Answer { response, after } => {
                            Some((now + after, Input::Reply(id, Reply::from(&response))))
                        }
                        Reaction::Cut { after } => {
                            Some((now + after, Input::Failed(id, TransportError::Lost("cut".to_owned()))))
                        }
                        Reaction::Hang => None,
                    }
                }
                Output::Abort(_) => answer = None,
                Output::Event(CallEvent::Status(change)) => statuses.push(change.status.as_str().to_owned()),
                Output::Event(CallEvent::Regression(status)) => panic!("went back to {status}"),
                Output::Event(CallEvent::Ended(end)) => {
                    return Followed { end, statuses, sandbox, took: now.since(START) };
                }
                Output::Event(CallEvent::Placed(_) | CallEvent::Retrying(_)) => {}
            }
        }
        let input = match answer {
            Some((at, input)) => {
                now = at;
                input
            }
            None => {
                now = machine.poll_timeout().expect("a call that has not ended waits for something").at;
                Input::Tick
            }
        };
        machine.handle_input(now, input, &mut budget);
    }
}

/// How a call ends for its caller.
#[derive(Debug, PartialEq)]
enum End {
    /// Status, reason, and how many triggers were sent.
    Ended(CallStatus, &'static str, u32),
    Lost(ErrorCode, Placement),
}

#[test]
fn every_script_ends_for_the_real_client_as_it_is_meant_to() {
    use End::{Ended, Lost};
    use ErrorCode::{ConnectionLost, Expired, TimedOut, UnexpectedAnswer};
    use Placement::{Placed, Unknown};
    let success = |attempts| Ended(CallStatus::Success, "", attempts);
    let failure = |reason| Ended(CallStatus::Failure, reason, 1);
    let rows = [
        // xx, end, how many phones rang
        (0, success(1), 1),
        (1, failure("call setup: no answer from the called party"), 1),
        (2, failure("call setup: the called party is busy"), 1),
        (3, failure("call queueing: max timeout limit exceeded"), 1),
        (4, success(1), 1),
        (5, success(3), 1),
        (6, Lost(ConnectionLost, Unknown), 1),
        (7, success(2), 1),
        (8, success(1), 1),
        (9, Lost(Expired, Placed), 1),
        (10, success(1), 1),
        (11, Lost(TimedOut, Unknown), 1),
        (12, Lost(UnexpectedAnswer, Unknown), 0),
        (13, Lost(UnexpectedAnswer, Unknown), 1),
    ];
    for service in services() {
        for (xx, expected, rang) in &rows {
            // The agents dialect's 502 says nothing of a call, although the sandbox placed none.
            let is_unknown = *xx == 5 && matches!(service.api(), Api::Agents { .. });
            let in_doubt = (Lost(ErrorCode::ServiceFailed, Placement::Unknown), 0);
            let (expected, rang) = if is_unknown { (&in_doubt.0, &in_doubt.1) } else { (expected, rang) };
            let Followed { end, statuses, sandbox, took } = follow(service.clone(), *xx);
            match (&end, expected) {
                (Ok(end), Ended(status, reason, attempts)) => {
                    assert_eq!(
                        (&end.status, end.reason.as_str(), end.attempts),
                        (status, *reason, *attempts),
                        "{xx}"
                    );
                }
                (Err(error), Lost(code, placement)) => {
                    assert_eq!((error.code(), error.placement()), (*code, Some(*placement)), "{xx}");
                    assert_eq!(error.attempts(), 1, "{xx}: what may have rung is not sent again");
                }
                (end, expected) => panic!("{xx} ended as {end:?}, not as {expected:?}"),
            }
            assert_eq!(sandbox.calls().count(), *rang, "{xx}");
            let odd = statuses.iter().any(|word| word.eq_ignore_ascii_case("ringing"));
            assert_eq!(odd, *xx == 10, "{xx}: {statuses:?}");
            // Ten minutes in the queue; and the minutes of refusals that it takes to believe that a call is gone.
            let longest = match xx {
                4 => 640.0,
                9 => 360.0,
                _ => 180.0,
            };
            assert!(took < seconds(longest), "{xx} took {took:?}");
        }
    }
}
