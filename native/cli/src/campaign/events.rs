//! What a campaign tells while it runs: a line of JSON for programs, and a sentence where people must know.
//!
//! Rows are known by their line in the list. Numbers and metadata are in none of it.

use polyai_outbound::Error;
use polyai_outbound::campaign::{Change, Command, Event, Finish};
use polyai_outbound::core::CallStatus;
use serde_json::{Map, Value, json};

use super::breaker;
use super::moment::{here, rfc3339, span};
use super::words::rows;
use crate::failure::Failure;
use crate::output::harmless;

/// For programs: `type` says what it is, what is not known is left out.
pub(crate) fn to_json(event: &Event) -> Value {
    match event {
        Event::Saved(change) => row(change, "row"),
        Event::Pace { rate, max_in_flight } => {
            json!({ "type": "pace", "rate": rate, "max_in_flight": max_in_flight })
        }
        Event::Command(command) => json!({ "type": "command", "command": command.as_str() }),
        Event::StoreFailed { why, unsaved, again_at } => {
            json!({ "type": "store_failed", "why": why, "unsaved": unsaved, "again_at": rfc3339(*again_at) })
        }
        Event::StoreRecovered => json!({ "type": "store_recovered" }),
        Event::Blocked(why) => json!({ "type": "blocked", "why": why }),
        Event::SharedSid { row, call_sid, other_row, other_campaign } => json!({
            "type": "shared_call_sid", "row": row, "call_sid": call_sid, "other_row": other_row,
            "other_campaign": other_campaign,
        }),
        Event::Breaker(state) => typed("breaker", breaker::to_json(state)),
        Event::AskedToWait { until, asked } => json!({
            "type": "asked_to_wait", "until": rfc3339(*until), "asked_seconds": asked.as_secs(),
        }),
        Event::Halted(error) => halted(error),
        Event::Finished(finish) => json!({ "type": "finished", "finish": finished(*finish) }),
    }
}

/// A row as it is now.
pub(crate) fn row(change: &Change, kind: &str) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    put("type", Some(json!(kind)));
    put("row", Some(json!(change.row)));
    put("state", Some(json!(change.state.as_str())));
    put("reason", Some(json!(change.reason)));
    put("due_at", change.due_at.map(|at| json!(rfc3339(at))));
    put("wait", change.wait.map(|rule| json!(rule.as_str())));
    put("attempts", Some(json!(change.tries.attempts)));
    if let Some(attempt) = &change.attempt {
        put("attempt", Some(json!(attempt.number)));
        put("outcome", Some(json!(attempt.outcome.as_str())));
        put("may_have_rung", Some(json!(attempt.outcome.may_have_rung())));
        put("call_sid", attempt.call_sid.as_ref().map(|sid| json!(sid)));
        put("status", attempt.reading.as_ref().map(|it| json!(it.status)));
        put(
            "status_reason",
            attempt.reading.as_ref().filter(|it| !it.reason.is_empty()).map(|it| json!(it.reason)),
        );
        put("disposition", attempt.disposition.as_deref().map(|it| json!(it)));
        put("error", attempt.error.as_deref().map(|it| json!(it)));
        put("correlation_id", attempt.correlation_id.as_ref().map(|it| json!(it)));
        put("dialed_at", Some(json!(rfc3339(attempt.dialed_at))));
        put("placed_at", attempt.placed_at.map(|at| json!(rfc3339(at))));
        put("ended_at", attempt.ended_at.map(|at| json!(rfc3339(at))));
    }
    Value::Object(fields)
}

fn halted(error: &Error) -> Value {
    typed("halted", Failure::from(error.clone()).to_json())
}

fn typed(kind: &str, mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("type".to_owned(), json!(kind));
    }
    value
}

const fn finished(finish: Finish) -> &'static str {
    match finish {
        Finish::Done => "done",
        Finish::Stopped => "stopped",
    }
}

/// For people, if it is something that they must know at once.
pub(crate) fn sentence(event: &Event, now: polyai_outbound::Timestamp, resume: &str) -> Option<String> {
    Some(match event {
        Event::Saved(_) | Event::Finished(_) => return None,
        Event::Pace { rate, max_in_flight } => format!(
            "the service is congested: {} and {max_in_flight} at a time for now; both rise again by themselves",
            per_second(*rate)
        ),
        Event::Command(Command::Run) => "resumed: calling again".to_owned(),
        Event::Command(Command::Pause) => format!(
            "paused: nobody is called; running calls are followed, and this waits for `{resume}`, or for Ctrl-C"
        ),
        Event::Command(Command::Cancel) => {
            "cancelled: nobody is called any more; running calls are followed to their end".to_owned()
        }
        Event::StoreFailed { why, unsaved, again_at } => format!(
            "the store failed: nobody is called until it works again, and what is in flight is followed ({} \
             to be saved; tried again at {}): {}",
            rows(*unsaved as u64),
            here(*again_at, now),
            harmless(why)
        ),
        Event::StoreRecovered => "the store works again, and all is saved: calling again".to_owned(),
        Event::Blocked(Some(why)) => format!("nobody is called for now: {}", harmless(why)),
        Event::Breaker(state) => breaker::sentence(state, now, resume),
        Event::AskedToWait { until, asked } => format!(
            "the service asks to wait for {}. No calls are placed until {}; then one at a time, until it accepts one",
            span(*asked),
            here(*until, now)
        ),
        Event::Blocked(None) => "what stood in the way is over: calling again".to_owned(),
        Event::SharedSid { row, call_sid, other_row, other_campaign } => {
            let of = other_campaign.as_deref().map(|name| format!(" of the campaign {}", harmless(name)));
            format!(
                "The service answered the same call SID to two triggers: one of these calls cannot be followed. Row {row} \
                 has {call_sid} of row {other_row}{}; it may have rung, is unconfirmed, and is not called again by itself. \
                 Tell the service's support.",
                of.unwrap_or_default()
            )
        }
        Event::Halted(error) => format!(
            "the service refuses every call, so nobody is called any more; running calls are followed: {}",
            harmless(&error.to_string())
        ),
    })
}

/// What became of a row, for people who watch each.
pub(crate) fn row_sentence(change: &Change) -> String {
    format!("row {:>3}  {:<11}  {}", change.row, change.state.as_str(), harmless(&change.reason))
}

/// Whether a row's call moved on to nothing that people want to see a line of: between its trigger and its end.
pub(crate) fn is_on_the_way(change: &Change) -> bool {
    let reading = change.attempt.as_ref().and_then(|it| it.reading.as_ref());
    reading.is_some_and(|it| it.status == CallStatus::Queued)
}

/// A rate as people say it.
pub(crate) fn per_second(rate: f64) -> String {
    let digits = if rate >= 10.0 { 0 } else { 1 };
    if rate >= 0.5 {
        format!("{rate:.digits$} calls a second")
    } else {
        format!("one call in {:.0} s", 1.0 / rate)
    }
}
