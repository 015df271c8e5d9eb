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

/// How the call to each number ends, and how many phones rang.
fn ends(service: &Service) -> Vec<(End, usize)> {
    use End::{Ended, Lost};
    use ErrorCode::{
        ConnectionLost, DeadlineExceeded, Expired, Forbidden, NotFound, Rejected, ServiceFailed, TimedOut,
        Unauthorized, UnexpectedAnswer,
    };
    use Placement::{NotPlaced, Placed, Unknown};
    let success = |attempts| (Ended(CallStatus::Success, "", attempts), 1);
    let failure = |reason| (Ended(CallStatus::Failure, reason, 1), 1);
    let lost = |code, placement, rang| (Lost(code, placement), rang);
    let (twice_failed, not_configured) = match service.api() {
        Api::Outbound => (success(3), Unauthorized),
        // Whether this placed no call is not certain in that dialect.
        Api::Agents { .. } => (lost(ServiceFailed, Unknown, 0), Rejected),
    };
    vec![
        /* 00 */ success(1),
        /* 01 */ failure("call setup: no answer from the called party"),
        /* 02 */ failure("call setup: the called party is busy"),
        /* 03 */ failure("call queueing: max timeout limit exceeded"),
        /* 04 */ success(1),
        /* 05 */ twice_failed,
        /* 06 */ lost(ConnectionLost, Unknown, 1),
        /* 07 */ success(2),
        /* 08 */ success(1),
        /* 09 */ lost(Expired, Placed, 1),
        /* 10 */ success(1),
        /* 11 */ lost(TimedOut, Unknown, 1),
        /* 12 */ lost(UnexpectedAnswer, Unknown, 0),
        /* 13 */ lost(UnexpectedAnswer, Unknown, 1),
        /* 14 */ lost(not_configured, NotPlaced, 0),
        /* 15 */ lost(Forbidden, NotPlaced, 0),
        /* 16 */ lost(NotFound, NotPlaced, 0),
        /* 17 */ lost(ServiceFailed, Unknown, 0),
        /* 18 */ lost(ServiceFailed, Unknown, 1),
        /* 19 */ success(3),
        /* 20 */ lost(UnexpectedAnswer, Unknown, 1),
        /* 21 */ lost(UnexpectedAnswer, Unknown, 1),
        /* 22 */ lost(Rejected, NotPlaced, 0),
        /* 23 */ lost(Rejected, NotPlaced, 0),
        /* 24 */ success(1),
        /* 25 */ lost(Forbidden, Placed, 1),
        /* 26 */ success(1),
        /* 27 */ lost(DeadlineExceeded, Placed, 1),
    ]
}

#[test]
fn every_script_ends_for_the_real_client_as_it_is_meant_to() {
    for service in services() {
        for (xx, (expected, rang)) in (0_u8..).zip(ends(&service)) {
            let Followed { end, statuses, sandbox, took } = follow(service.clone(), xx);
            match (&end, &expected) {
                (Ok(end), End::Ended(status, reason, attempts)) => {
                    assert_eq!(
                        (&end.status, end.reason.as_str(), end.attempts),
                        (status, *reason, *attempts),
                        "{xx}"
                    );
                }
                (Err(error), End::Lost(code, placement)) => {
                    assert_eq!((error.code(), error.placement()), (*code, Some(*placement)), "{xx}");
                    // The deadline falls between two readings.
                    let attempts = u32::from(*code != ErrorCode::DeadlineExceeded);
                    assert_eq!(error.attempts(), attempts, "{xx}: what may have rung is not sent again");
                }
                (end, expected) => panic!("{xx} ended as {end:?}, not as {expected:?}"),
            }
            assert_eq!(sandbox.calls().count(), rang, "{xx}");
            let odd = statuses.iter().any(|word| word.eq_ignore_ascii_case("ringing"));
            assert_eq!(odd, xx == 10, "{xx}: {statuses:?}");
            let longest = match xx {
                4 => 640.0,
                // A call that is gone is believed to be after three minutes.
                9 => 400.0,
                27 => 4.1 * 3600.0,
                _ => 180.0,
            };
            assert!(took < seconds(longest), "{xx} took {took:?}");
        }
    }
}
