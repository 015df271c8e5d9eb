//! What happened to a row, in the order of time.

use polyai_outbound::campaign::{Attempt, History, Note, Outcome};
use polyai_outbound::{StatusChange, Timestamp};

use crate::campaign::found::Found;
use crate::output::harmless;

/// One thing that happened.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: Timestamp,
    pub(super) kind: &'static str,
    /// In a sentence without its end.
    pub(super) text: String,
    /// The person who did it, if one did.
    pub(super) by: Option<String>,
    pub(super) attempt: Option<u32>,
    pub(super) correlation_id: Option<String>,
}

/// Kinds of events, in the order in which those of one moment come.
const KINDS: [&str; 6] = ["imported", "dialed", "placed", "status", "ended", "decided"];
/// Who writes the notes of the machine.
const MACHINE: &str = "campaign";

pub(super) fn events(found: &Found, history: &History) -> Vec<Event> {
    let campaign = &found.campaign;
    let mut events = vec![Event {
        at: campaign.created_at,
        kind: "imported",
        text: format!("taken from line {} of {}", history.record.row, harmless(&campaign.source.file)),
        by: None,
        attempt: None,
        correlation_id: None,
    }];
    for attempt in &history.attempts {
        let of_it = || history.statuses.iter().filter(|it| it.0 == attempt.number).map(|it| &it.1);
        let end_is_told = of_it().any(|it| it.status.is_terminal());
        let is_traced = of_it().any(|it| it.correlation_id.is_some());
        events.extend(of_attempt(attempt, end_is_told, is_traced));
    }
    for (number, change) in &history.statuses {
        let attempt = history.attempts.iter().find(|it| it.number == *number);
        events.push(of_status(*number, change, attempt));
    }
    events.extend(history.notes.iter().map(of_note));
    events.sort_by_key(|it| (it.at, KINDS.iter().position(|kind| *kind == it.kind)));
    events
}

/// What is known of an attempt beside the statuses of its call, one of which may tell how it ended. Its correlation id is told
/// with the last of it, also where no answer ever came: a call whose answer was lost can be traced by it.
fn of_attempt(attempt: &Attempt, end_is_told: bool, is_traced: bool) -> Vec<Event> {
    let number = attempt.number;
    let event = |at, kind, text| Event {
        at,
        kind,
        text: format!("attempt {number}: {text}"),
        by: None,
        attempt: Some(number),
        correlation_id: None,
    };
    let mut events = vec![event(attempt.dialed_at, "dialed", "dialed".to_owned())];
    if let Some(at) = attempt.placed_at {
        let sid = attempt.call_sid.as_ref().map(|sid| format!(" as {sid}")).unwrap_or_default();
        events.push(event(at, "placed", format!("the service accepted the call{sid}")));
    }
    let untold_end = attempt.ended_at.filter(|_| !end_is_told);
    if let Some(at) = untold_end {
        let error = attempt.error.as_deref().map(|error| format!(" ({error})")).unwrap_or_default();
        events.push(event(at, "ended", format!("{}{error}", ended(attempt))));
    }
    if let (Some(last), true) = (events.last_mut(), untold_end.is_some() || !is_traced) {
        last.text.push_str(&asked_for(attempt.correlation_id.as_deref()));
        last.correlation_id.clone_from(&attempt.correlation_id);
    }
    events
}

const fn ended(attempt: &Attempt) -> &'static str {
    match attempt.outcome {
        Outcome::Dialing | Outcome::InProgress => "no more is known of it yet",
        Outcome::NotPlaced => "no call was placed, for certain",
        Outcome::Success => "the call ended in success",
        Outcome::Failure => "the call ended without success",
        Outcome::Unknown if attempt.call_sid.is_some() => {
            "the call that the service named cannot be followed, so that the phone may have rung or not"
        }
        Outcome::Unknown => "the answer was lost, so that the phone may have rung or not",
        Outcome::Lost => "the phone rang, and how the call ended could not be read",
    }
}

fn of_status(number: u32, change: &StatusChange, attempt: Option<&Attempt>) -> Event {
    let reason = if change.reason.is_empty() { String::new() } else { format!(": {}", change.reason) };
    let disposition = attempt
        .filter(|_| change.status.is_terminal())
        .and_then(|it| it.disposition.as_deref())
        .map(|it| format!(" (counts as {it})"))
        .unwrap_or_default();
    let asked = asked_for(change.correlation_id.as_deref());
    Event {
        at: change.at,
        kind: "status",
        text: format!(
            "attempt {number}: the call's status is {}{reason}{disposition}{asked}",
            change.status.as_str()
        ),
        by: None,
        attempt: Some(number),
        correlation_id: change.correlation_id.clone(),
    }
}

fn of_note(note: &Note) -> Event {
    let by = (note.by != MACHINE).then(|| note.by.clone());
    Event { at: note.at, kind: "decided", text: note.text.clone(), by, attempt: None, correlation_id: None }
}

/// What the service's support asks for.
fn asked_for(correlation_id: Option<&str>) -> String {
    correlation_id.map(|id| format!(" [correlation id {id}]")).unwrap_or_default()
}
