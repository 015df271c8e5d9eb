//! What an answer says, read a second time by the contract's table.

use std::fmt;
use std::time::Duration;

use polyai_outbound_core::campaign::FlightId;
use polyai_outbound_core::{Response, Timestamp};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Asked, End, Judge, Promise, Stage, Verdict, Why, holds};
use crate::fault::{CORRELATION_ID, Told};

/// What nobody waits longer than, however long the service asks for: then it is asked once more.
pub const LONGEST_ASKED: Duration = Duration::from_secs(600);

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

/// The members of an object in the order in which they stand, those that come twice as well.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// The call that an answer names, if it names one: two that differ are none.
fn named(body: &[u8]) -> Option<String> {
    let Members(members) = serde_json::from_slice(body).ok()?;
    let sids = members.iter().filter(|(name, _)| name == "call_sid" || name == "callSid");
    let mut sids = sids.filter_map(|(_, sid)| sid.as_str());
    let sid = sids.next()?;
    (sid.starts_with("OUT-") && sids.all(|other| other == sid)).then(|| sid.to_owned())
}

/// The ids that an answer carries: in its header, and in its body.
#[must_use]
pub fn ids(told: &Told) -> Vec<String> {
    let Told::Answer(Response { headers, body, .. }) = told else { return Vec::new() };
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    [headers.get(CORRELATION_ID), text(&body, &["error_id"])]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect()
}

/// Whether it is certainly the service that answers so: in a form of its own, with its header, which says what the body says.
fn is_own(Response { status, headers, .. }: &Response, body: &Value) -> bool {
    let header = headers.get(CORRELATION_ID);
    let says = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
    let error = says("error") || says("code");
    let platform = body.get("success") == Some(&Value::Bool(false)) && says("error_code");
    let validation = (400..500).contains(status) && (says("detail") || (says("message") && says("errors")));
    let same = body.get("error_id").is_none_or(|id| id.as_str() == header);
    header.is_some() && same && (error || platform || validation)
}

/// The table of what may be sent again, by HTTP status; `opted` if a 502 of the agents API means not placed.
#[must_use]
pub fn said((agents, opted): (bool, bool), told: &Told) -> Said {
    let nobody = |stage| Said { stage, sid: None, word: None };
    let response = match told {
        Told::NeverSent => return nobody(Stage::NotPlaced(Why::NotSent)),
        Told::Lost | Told::Nothing => return nobody(Stage::Unknown),
        Told::Answer(response) => response,
    };
    let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    let own = is_own(response, &body);
    let sid = named(&response.body);
    let names = text(&body, &["call_sid", "callSid"]).is_some();
    let stage = match response.status {
        200..=299 if sid.is_some() => Stage::Placed,
        _ if names => Stage::Unknown,
        429 => Stage::NotPlaced(Why::TooMany),
        503 if own => Stage::NotPlaced(Why::Closed),
        500 if own && !agents => Stage::NotPlaced(Why::Failing),
        502 if own && agents && opted => Stage::NotPlaced(Why::Failing),
        408 => Stage::Unknown,
        401 | 403 | 404 if own => Stage::NotPlaced(Why::Halts),
        400..=499 if own => Stage::NotPlaced(Why::Refused),
        400..=499 => Stage::NotPlaced(Why::Gateway),
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
        let Some(Asked { row, attempt, trigger, given_up: false, .. }) = self.requests.remove(&id) else {
            return;
        };
        if let Some(ledger) = self.rows.get_mut(&row) {
            ledger.attempts[attempt].ids.extend(ids(told));
        }
        if trigger {
            self.trigger_told(row, attempt, told, real, now);
        } else {
            self.reading_told(row, attempt, told, real, now);
        }
    }

    fn trigger_told(&mut self, row: usize, attempt: usize, told: &Told, real: Timestamp, now: Timestamp) {
        let Said { stage, sid, word } = said(self.speaks, told);
        if let Told::Answer(response) = told
            && let Some(wait) = response.headers.get("Retry-After").and_then(|it| it.parse().ok())
            && matches!(stage, Stage::NotPlaced(_))
        {
            // A clock that goes wrong by and by makes a wait a little shorter.
            let until = real + Duration::from_secs(wait).min(LONGEST_ASKED).mul_f64(0.999);
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
            held.followed_from = Some(real);
            held.sid = Some(sid.clone());
            self.sids.insert(sid, (row, attempt));
        }
    }

    fn reading_told(&mut self, row: usize, attempt: usize, told: &Told, real: Timestamp, now: Timestamp) {
        let Some(ledger) = self.rows.get_mut(&row) else { return };
        let held = &mut ledger.attempts[attempt];
        let Told::Answer(response) = told else { return };
        let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        if is_own(response, &body) {
            match response.status {
                401 | 403 => self.draining = true,
                408 | 429 => {}
                400..=499 => {
                    held.missing += 1;
                    held.missing_since.get_or_insert(now);
                }
                _ => {}
            }
        }
        if response.status != 200 {
            return;
        }
        let Some(word) = text(&body, &["status"]).map(str::to_lowercase) else { return };
        held.seen = true;
        held.missing = 0;
        held.missing_since = None;
        // What has ended stays so, and what goes backwards is not believed.
        if held.end.is_some() || held.words.last().is_some_and(|last| rank(last) >= rank(&word)) {
            return;
        }
        held.by_reading |= held.stage != Stage::Placed;
        held.stage = Stage::Placed;
        held.known_at = held.known_at.or(Some(now));
        if rank(&word) == 3 {
            let reason = text(&body, &["reason"]).unwrap_or_default().to_owned();
            held.end = Some(End { success: word == "success", reason, at: now, really_at: real });
            held.end_saved = false;
        }
        held.words.push(word);
    }
}
