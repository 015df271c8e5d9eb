//! A call that was placed: its life, laid down when it is placed and then only looked at.

use std::time::Duration;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::answer::{self, Failure};
use super::asked::Asked;
use super::route::Found;
use super::script::{Phase, Repeated, Script};
use crate::call::StatusChange;
use crate::dialect::OUTBOUND;
use crate::service::{Api, Environment};
use crate::time::Timestamp;
use crate::trigger::VariantId;
use crate::{CallSid, CallStatus, Destination, Metadata};

/// A call as it is held.
pub(super) struct Held {
    /// The correlation id of its trigger's answer, told or not.
    id: Uuid,
    asked: Asked,
    call: Uuid,
    /// In order; the first when it was placed, the last at its end.
    changes: Vec<Change>,
    /// When its status data is gone.
    gone_at: Timestamp,
    failing_reads: Option<Repeated>,
}

/// From when on a status is shown.
#[derive(Clone, Copy)]
pub(super) struct Change {
    at: Timestamp,
    pub(super) phase: Phase,
    pub(super) reason: &'static str,
}

impl Held {
    pub(super) fn new(
        id: Uuid,
        asked: Asked,
        call: Uuid,
        script: &Script,
        now: Timestamp,
        speed: f64,
        rng: &mut fastrand::Rng,
    ) -> Self {
        // Moments are the caller's: dividing once here keeps every later look a comparison of whole numbers.
        let at = |age: f64| now + Duration::try_from_secs_f64(age / speed).unwrap_or(Duration::MAX);
        let (phases, end, reason) = script.life(rng);
        let mut changes = Vec::with_capacity(3);
        let mut age = 0.0;
        for (phase, seconds) in phases.into_iter().filter(|(_, seconds)| *seconds > 0.0) {
            changes.push(Change { at: at(age), phase, reason: "" });
            age += seconds;
        }
        changes.push(Change { at: at(age), phase: end, reason });
        let gone_at = at(age + script.kept.as_secs_f64());
        Self { id, asked, call, changes, gone_at, failing_reads: script.failing_reads }
    }

    /// Whether a status read names the call as its trigger did.
    pub(super) fn is_of(&self, found: &Found<'_>, environment: Option<Environment>) -> bool {
        let identity = match &self.asked.api {
            Api::Outbound => (None, None),
            Api::Agents { agent_id, environment } => (Some(agent_id.as_str()), Some(*environment)),
        };
        (found.agent_id.as_deref(), environment) == identity
    }

    pub(super) fn is_gone(&self, now: Timestamp) -> bool {
        now >= self.gone_at
    }

    /// What this status read is told if it is one of those that fail.
    pub(super) fn fails_to_be_read(&mut self) -> Option<Failure> {
        let Repeated { times, with } = self.failing_reads.as_mut()?;
        *times = times.checked_sub(1)?;
        Some(*with)
    }

    /// What is shown at that moment.
    pub(super) fn change_at(&self, now: Timestamp) -> Change {
        const BEFORE: Change = Change { at: Timestamp::from_millis(0), phase: Phase::Queued, reason: "" };
        self.changes.iter().rev().find(|change| change.at <= now).copied().unwrap_or(BEFORE)
    }

    /// The call as it is shown to whoever asks what was placed.
    pub(super) fn seen(&self, now: Timestamp) -> PlacedCall {
        let changes: Vec<StatusChange> = self
            .changes
            .iter()
            .filter(|change| change.at <= now)
            .map(|change| StatusChange {
                status: CallStatus::from_word(&change.phase.word(&OUTBOUND)),
                reason: change.reason.to_owned(),
                at: change.at,
                correlation_id: None,
            })
            .collect();
        let last = changes.last().cloned();
        let placed_at = self.changes.first().map_or(now, |change| change.at);
        PlacedCall {
            destination: self.asked.destination.clone(),
            metadata: self.asked.metadata.clone(),
            variant_id: self.asked.variant_id.clone(),
            call_sid: call_sid(self.call),
            correlation_id: answer::text(self.id),
            api: self.asked.api.clone(),
            placed_at,
            ended_at: last.as_ref().filter(|change| change.status.is_terminal()).map(|change| change.at),
            reason: last.as_ref().map(|change| change.reason.clone()).unwrap_or_default(),
            status: last.map_or(CallStatus::Queued, |change| change.status),
            changes,
        }
    }
}

/// A call that was really placed, whatever its trigger's sender was told. Its `Debug` masks the number and what the
/// voice agent is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedCall {
    /// Who is called.
    pub destination: Destination,
    /// What the voice agent is told about the call.
    pub metadata: Metadata,
    /// The variant of the agent, if one was asked for.
    pub variant_id: Option<VariantId>,
    /// What the call is known by.
    pub call_sid: CallSid,
    /// The correlation id of its trigger: the one that came with it if that was a UUID, else the sandbox's own.
    pub correlation_id: String,
    /// The dialect that its trigger came in, with the identity in it.
    pub api: Api,
    /// When it was placed, on the caller's clock as all times here.
    pub placed_at: Timestamp,
    /// Where it is.
    pub status: CallStatus,
    /// A sentence for people; empty unless it failed.
    pub reason: String,
    /// All that it has been so far, and since when to the millisecond.
    pub changes: Vec<StatusChange>,
    /// When it ended, once it has.
    pub ended_at: Option<Timestamp>,
}

/// As `GET /_sandbox/calls` shows it: the whole number, and what the dialect has not as `null`.
impl Serialize for PlacedCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (number, country) = match &self.destination {
            Destination::E164(number) => (number.as_str(), None),
            Destination::National { number, country } => (number.as_str(), Some(country.as_str())),
        };
        let (agent_id, environment) = match &self.api {
            Api::Outbound => (None, None),
            Api::Agents { agent_id, environment } => (Some(agent_id.as_str()), Some(environment)),
        };
        let mut call = serializer.serialize_struct("PlacedCall", 14)?;
        call.serialize_field("to_number", number)?;
        call.serialize_field("country_code", &country)?;
        call.serialize_field("metadata", &self.metadata)?;
        call.serialize_field("variant_id", &self.variant_id.as_ref().map(VariantId::as_str))?;
        call.serialize_field("call_sid", &self.call_sid)?;
        call.serialize_field("correlation_id", &self.correlation_id)?;
        call.serialize_field("api", self.api.dialect().name)?;
        call.serialize_field("agent_id", &agent_id)?;
        call.serialize_field("environment", &environment)?;
        call.serialize_field("placed_at", &self.placed_at)?;
        call.serialize_field("status", &self.status)?;
        call.serialize_field("reason", &self.reason)?;
        call.serialize_field("changes", &self.changes)?;
        call.serialize_field("ended_at", &self.ended_at)?;
        call.end()
    }
}

#[expect(clippy::expect_used, reason = "a UUID has no character that a SID cannot have")]
fn call_sid(call: Uuid) -> CallSid {
    CallSid::parse(format!("OUT-{call}")).expect("is OUT- and an identifier")
}
