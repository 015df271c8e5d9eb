//! What an answer says, read a second time by the contract's table.

use polyai_outbound_core::campaign::FlightId;
use polyai_outbound_core::{Response, Timestamp};
use serde_json::Value;
use std::time::Duration;

use super::{Asked, End, Judge, Promise, Stage, Verdict, Why, holds};
use crate::fault::Told;

/// What the answer to a trigger says.
pub struct Said {
    pub stage: Stage,
    /// The call that it names.
    pub sid: Option<String>,
    /// The status of which it tells.
    pub word: Option<String>,
}

/// The first of these members that is text.
pub fn text<'a>(body: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| body.get(name)?.as_str())
}

/// How far on in its life a call is that has this status.
#[must_use]
pub fn rank(word: &str) -> u8 {
    match word {
        "queued" => 0,
        "calling" => 2,
        "success" | "failure" => 3,
        _ => 1,
    }
}

/// The table of what may be sent again, by HTTP status.
#[must_use]
pub fn said(agents: bool, told: &Told) -> Said {
    let nobody = |stage| Said { stage, sid: None, word: None };
    let Response { status, headers, body } = match told {
        Told::NeverSent => return nobody(Stage::NotPlaced(Why::NotNow)),
        Told::Lost | Told::Nothing => return nobody(Stage::Unknown),
        Told::Answer(response) => response,
    };
    let body = serde_json::from_slice(body).unwrap_or(Value::Null);
    let sid = text(&body, &["call_sid", "callSid"]).filter(|sid| sid.starts_with("OUT-")).map(str::to_owned);
    let own = match agents {
        false => text(&body, &["error"]).is_some() && text(&body, &["code"]).is_some(),
        true => body.get("success") == Some(&Value::Bool(false)) && text(&body, &["error_code"]).is_some(),
    };
    let stage = match status {
        200..=299 if sid.is_some() => Stage::Placed,
        _ if sid.is_some() => Stage::Unknown,
        408 | 429 => Stage::NotPlaced(Why::NotNow),
        503 if own || headers.get("Retry-After").is_some() => Stage::NotPlaced(Why::NotNow),
        500 if own && !agents => Stage::NotPlaced(Why::Failing),
        502 if own && agents => Stage::NotPlaced(Why::Failing),
        401 | 403 | 404 => Stage::NotPlaced(Why::Halts),
        400..=499 => Stage::NotPlaced(Why::Refused),
        _ => Stage::Unknown,
    };
    let word = text(&body, &["status"]).map(str::to_lowercase);
    Said { stage, sid, word }
}

impl Judge {
    /// The service has placed the call of a trigger.
    ///
    /// # Errors
    /// If somebody rings who must not.
    pub fn rang(&mut self, row: usize, attempt: u32, sid: &str) -> Verdict {
        let Some(ledger) = self.rows.get_mut(&row) else { return Ok(()) };
        let Some(at) = ledger.attempts.iter().position(|it| it.number == attempt) else {
            return holds(Promise::IntentFirst, false, || format!("row {row} rings, and nobody intended it"));
        };
        let before = ledger.attempts[..at].iter().filter(|it| it.rang && !it.followed).count();
        ledger.attempts[at].rang = true;
        self.sids.insert(sid.to_owned(), (row, at));
        holds(Promise::Once, before == 0, || format!("row {row} rings again, and no rule asked for it"))
    }

    /// The process is told what came of a request.
    pub fn told(&mut self, id: FlightId, told: &Told, real: Timestamp, now: Timestamp) {
        let Some(Asked { row, attempt, trigger, given_up: false }) = self.requests.remove(&id) else {
            return;
        };
        if trigger {
            self.trigger_told(row, attempt, told, real, now);
        } else {
            self.reading_told(row, attempt, told, real, now);
        }
    }

    fn trigger_told(&mut self, row: usize, attempt: usize, told: &Told, real: Timestamp, now: Timestamp) {
        let Said { stage, sid, word } = said(self.agents, told);
        if let Told::Answer(response) = told
            && let Some(wait) = response.headers.get("Retry-After").and_then(|it| it.parse().ok())
            && matches!(stage, Stage::NotPlaced(_))
        {
            // A clock that goes wrong by and by makes a wait a little shorter.
            let until = real + Duration::from_secs(wait).mul_f64(0.999);
            self.asked = Some(self.asked.map_or(until, |held| held.max(until)));
        }
        if stage == Stage::NotPlaced(Why::Halts) {
            self.draining = true;
        }
        let Some(ledger) = self.rows.get_mut(&row) else { return };
        let held = &mut ledger.attempts[attempt];
        held.stage = stage;
        if stage == Stage::Placed {
            held.known_at = Some(now);
            held.words.extend(word);
        }
        if let Some(sid) = sid {
            held.sid = Some(sid.clone());
            self.sids.insert(sid, (row, attempt));
        }
    }

    fn reading_told(&mut self, row: usize, attempt: usize, told: &Told, real: Timestamp, now: Timestamp) {
        let Some(ledger) = self.rows.get_mut(&row) else { return };
        let held = &mut ledger.attempts[attempt];
        let Told::Answer(Response { status, body, .. }) = told else { return };
        match status {
            401 | 403 => self.draining = true,
            404 => held.missing += 1,
            400..=499 if *status != 408 && *status != 429 => held.refused = true,
            _ => {}
        }
        if *status != 200 || held.end.is_some() {
            return;
        }
        let body = serde_json::from_slice(body).unwrap_or(Value::Null);
        let Some(word) = text(&body, &["status"]).map(str::to_lowercase) else { return };
        held.seen = true;
        // What goes backwards is not believed.
        if held.words.last().is_some_and(|last| rank(last) >= rank(&word)) {
            return;
        }
        held.by_reading |= held.stage != Stage::Placed;
        held.stage = Stage::Placed;
        held.missing = 0;
        held.known_at = held.known_at.or(Some(now));
        if rank(&word) == 3 {
            let reason = text(&body, &["reason"]).unwrap_or_default().to_owned();
            held.end = Some(End { success: word == "success", reason, at: now, really_at: real });
            held.end_saved = false;
        }
        held.words.push(word);
    }
}
