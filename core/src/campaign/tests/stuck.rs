//! Calls that never end: they keep nobody else from being called.

use std::collections::BTreeSet;

use super::stage::is_to;
use super::*;
use crate::testing::{Cause, outbound, reply, status};
use crate::{Method, Request};

/// The calls of the first three rows never end, those of the others at once.
fn never_ending(request: &Request) -> Cause {
    let stuck: BTreeSet<_> = (0..3).map(|nth| format!("+1201{:07}", 5_550_100 + nth)).collect();
    match request.method {
        Method::Post => match stuck.iter().position(|number| is_to(request, number)) {
            Some(nth) => Cause::Reply(reply(200, &format!(r#"{{"call_sid":"OUT-stuck-{nth}"}}"#))),
            None => Cause::Reply(accepted(&outbound())),
        },
        _ if request.url.contains("OUT-stuck-") => Cause::Reply(status(&outbound(), "calling", "")),
        _ => Cause::Reply(status(&outbound(), "success", "")),
    }
}

fn stage(way: Answering) -> Stage {
    let pace = Pace { rate: 1.0, max_in_flight: 3, max_dialing: 3 };
    Stage::new(Options { pace, ..Options::default() }, way)
        .scripted(never_ending)
        .with(one_every(Duration::ZERO, 20))
}

#[test]
fn calls_that_do_not_end_are_followed_outside_the_limit_after_half_an_hour() {
    for way in WAYS {
        let mut stage = stage(way);
        stage.run_for(secs(29 * 60));
        assert_eq!(
            (stage.sent.len(), stage.campaign.in_flight(), stage.campaign.stuck()),
            (3, 3, 0),
            "{way:?}"
        );
        stage.run_for(secs(3 * 60));
        assert_eq!((stage.sent.len(), stage.campaign.stuck()), (20, 3), "{way:?}");
        assert_eq!(stage.store.count(State::Succeeded), 17);
        assert_eq!(stage.campaign.in_flight(), 3, "they are followed on");
        // And come to the end of their time as they would have.
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!((stage.store.count(State::StatusLost), stage.campaign.stuck()), (3, 0));
    }
}

#[test]
fn a_clock_that_steps_forward_makes_no_call_a_stuck_one_and_a_restart_none_anew() {
    for way in WAYS {
        let mut stage = stage(way);
        stage.run_for(secs(600));
        stage.skew = 3_600_000;
        stage.run_for(secs(600));
        assert_eq!((stage.sent.len(), stage.campaign.stuck()), (3, 0), "{way:?}");
        stage.skew = 0;
        stage.run_for(secs(60));
        stage.crash();
        stage.run_for(secs(8 * 60));
        assert_eq!(stage.campaign.stuck(), 0, "{way:?}");
        stage.run_for(secs(3 * 60));
        assert_eq!(stage.campaign.stuck(), 3, "{way:?}: it was placed half an hour ago");
    }
}
