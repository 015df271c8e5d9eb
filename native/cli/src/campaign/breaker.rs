//! What stops a campaign while the service fails for everybody, in words and for programs.

use std::time::Duration;

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{BreakerPhase, BreakerState, Command, ProbeKind};
use serde_json::{Value, json};

use super::moment::{here, rfc3339, span};
use super::words::many;
use crate::output::harmless;

/// What happened, what it means, and what to do, when it changes.
pub(crate) fn sentence(state: &BreakerState, now: Timestamp, resume: &str) -> String {
    let why = harmless(&state.why);
    match state.phase {
        BreakerPhase::Closed => format!(
            "the service works again after {}: calls are placed, slowly at first",
            span(now.since(state.since))
        ),
        BreakerPhase::Open => {
            let since =
                if state.probes == 0 { String::new() } else { format!(", since {}", here(state.since, now)) };
            format!(
                "{why}. No calls are being placed{since}: {} failed. The service is {}; calls go on by themselves when it \
                 works",
                tried(state),
                next(state, now)
            )
        }
        BreakerPhase::Stopped => format!(
            "{why}. {} in a row may have rung, so no calls are being placed. Find out what is wrong, decide about the \
             unconfirmed rows with `outbound campaign resolve`, then go on with: {resume}",
            many(state.unknown.into(), "phone", "phones")
        ),
    }
}

/// The same where it is looked at from another terminal; nothing if calls are placed.
pub(crate) fn standing(
    state: &BreakerState,
    command: Command,
    runs: bool,
    now: Timestamp,
    resume: &str,
) -> Option<String> {
    let why = harmless(&state.why);
    match state.phase {
        BreakerPhase::Closed => None,
        BreakerPhase::Stopped if command == Command::Run => {
            Some(format!("it was stopped ({why}) and is resumed: the service is tried first"))
        }
        BreakerPhase::Open if !runs => Some(format!(
            "{why}. No calls were placed when it ran last, since {}: the service is tried first when it runs again",
            here(state.since, now)
        )),
        BreakerPhase::Open | BreakerPhase::Stopped => Some(sentence(state, now, resume)),
    }
}

/// In so few words that they fit into a line.
pub(crate) fn brief(state: &BreakerState, now: Timestamp) -> String {
    let what = match state.phase {
        BreakerPhase::Closed => return String::new(),
        BreakerPhase::Stopped => "stopped until a person resumes it".to_owned(),
        BreakerPhase::Open => next(state, now),
    };
    format!("no calls since {}; {what}: {}", here(state.since, now), harmless(&state.why))
}

/// `5 triggers and 2 status reads`.
fn tried(state: &BreakerState) -> String {
    let triggers = many(state.triggers.into(), "trigger", "triggers");
    match state.reads {
        0 => triggers,
        reads => format!("{triggers} and {}", many(reads.into(), "status read", "status reads")),
    }
}

/// When the service is tried next, and how.
fn next(state: &BreakerState, now: Timestamp) -> String {
    let by = match state.next_probe {
        Some(ProbeKind::StatusRead) => "by a status read, which rings nobody",
        Some(ProbeKind::Trigger) | None => "by one call",
    };
    match state.next_probe_at.map(|at| at.since(now)) {
        Some(left) if left > Duration::ZERO => {
            format!("tried again in {} {by}", span(left.max(Duration::from_secs(1))))
        }
        Some(_) | None => format!("tried again now {by}"),
    }
}

/// For programs; nothing if calls are placed.
pub(crate) fn to_json(state: &BreakerState) -> Value {
    json!({
        "phase": state.phase.as_str(),
        "since": rfc3339(state.since),
        "why": state.why,
        "failed_triggers": state.triggers,
        "status_reads": state.reads,
        "unknown": state.unknown,
        "failed_probes": state.probes,
        "next_probe_at": state.next_probe_at.map(rfc3339),
        "next_probe": state.next_probe.map(ProbeKind::as_str),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_622_400_000);

    fn state(phase: BreakerPhase) -> BreakerState {
        BreakerState {
            phase,
            since: NOW,
            why: "Cannot reach http://localhost: connection refused".to_owned(),
            triggers: 5,
            reads: 0,
            unknown: 3,
            probes: 0,
            next_probe_at: Some(NOW + Duration::from_millis(4_400)),
            next_probe: Some(ProbeKind::StatusRead),
        }
    }

    #[test]
    fn it_is_told_why_since_when_what_was_tried_and_what_comes_next() {
        let open = state(BreakerPhase::Open);
        assert_eq!(
            sentence(&open, NOW, "resume"),
            "Cannot reach http://localhost: connection refused. No calls are being placed: 5 triggers failed. The service is tried again in 4 s by a \
             status read, which rings nobody; calls go on by themselves when it works"
        );
        let later = NOW + Duration::from_secs(600);
        let failed = BreakerState {
            reads: 1,
            probes: 1,
            next_probe_at: Some(later),
            next_probe: Some(ProbeKind::Trigger),
            ..open
        };
        let told = sentence(&failed, later, "resume");
        for said in
            [", since ", "5 triggers and 1 status read failed. The service is tried again now by one call"]
        {
            assert!(told.contains(said), "{said}: {told}");
        }
        let stopped = state(BreakerPhase::Stopped);
        let told = sentence(&stopped, NOW, "outbound campaign resume");
        for said in [
            "3 phones in a row may have rung",
            "so no calls are being placed",
            "go on with: outbound campaign resume",
        ] {
            assert!(told.contains(said), "{said}: {told}");
        }
        let closed = state(BreakerPhase::Closed);
        let told = sentence(&closed, NOW + Duration::from_secs(240), "");
        assert_eq!(told, "the service works again after 4 min: calls are placed, slowly at first");
    }

    #[test]
    fn from_another_terminal_it_is_told_what_the_next_run_does() {
        let told = |phase, command, runs| standing(&state(phase), command, runs, NOW, "resume it");
        assert_eq!(told(BreakerPhase::Closed, Command::Run, true), None);
        let is =
            |told: Option<String>, said: &str| assert!(told.as_ref().unwrap().contains(said), "{told:?}");
        is(told(BreakerPhase::Open, Command::Run, true), "tried again in 4 s");
        is(told(BreakerPhase::Open, Command::Run, false), "No calls were placed when it ran last");
        is(told(BreakerPhase::Stopped, Command::Pause, false), "then go on with: resume it");
        is(told(BreakerPhase::Stopped, Command::Run, false), "is resumed: the service is tried first");
    }
}
