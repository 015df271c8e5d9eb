//! What a file of vectors holds: see `tests/vectors/README.md`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use polyai_outbound_core::{
    AgentId, Api, BaseUrl, CallSid, Credential, Destination, Encryption, Environment, Limits, Metadata,
    Service, Snapshot, Timestamp, TriggerCall, VariantId,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::effect::Effect;

/// A scenario, and what a client does in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector<'a> {
    pub(crate) name: String,
    pub(crate) service: ServiceOf,
    #[serde(default)]
    limits: LimitsOf,
    pub(crate) seed: u64,
    start: u64,
    #[serde(borrow)]
    pub(crate) operation: Operation<'a>,
    /// What comes of each request, in order.
    pub(crate) comes: Vec<Coming>,
    /// It lasts minutes, so that it is replayed in virtual time alone.
    #[serde(default)]
    pub(crate) lasts_minutes: bool,
    /// When the caller gives up; at 0 before the client could do anything.
    cancel_at: Option<u64>,
    #[serde(borrow)]
    effects: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceOf {
    pub(crate) base_url: String,
    pub(crate) api: String,
    agent_id: Option<String>,
    environment: Option<Environment>,
    pub(crate) token: Option<String>,
    /// The caller takes the agents dialect's own 502 for a call that was not placed.
    #[serde(default)]
    pub(crate) agents_502_not_placed: bool,
}

/// What is not given is as clients have it by default, and so are the waits between attempts: not every shell lets its
/// caller choose them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsOf {
    request_timeout_ms: Option<u64>,
    operation_timeout_ms: Option<u64>,
    follow_timeout_ms: Option<u64>,
    max_retries: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Operation<'a> {
    #[serde(borrow)]
    Trigger(TriggerOf<'a>),
    #[serde(borrow)]
    Call(TriggerOf<'a>),
    Status {
        call_sid: CallSid,
    },
    Resume(Snapshot),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerOf<'a> {
    to_number: String,
    country_code: Option<String>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    encryption: Option<String>,
    variant_id: Option<String>,
}

/// What comes of a request.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Coming {
    Answer(Answer),
    /// The request is read and its connection closed.
    Lost,
    /// Nothing ever.
    Hang,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: String,
    /// After the request.
    #[serde(default)]
    pub(crate) delay_ms: u64,
    /// What becomes of the connection when so much of the body is there, though more was promised.
    pub(crate) then: Option<Then>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Then {
    /// It breaks.
    Cut,
    /// Nothing.
    Hang,
}

impl Vector<'_> {
    pub(crate) const fn start(&self) -> Timestamp {
        Timestamp::from_millis(self.start)
    }

    pub(crate) fn cancel_after(&self) -> Option<Duration> {
        self.cancel_at.map(Duration::from_millis)
    }

    pub(crate) fn api(&self) -> Api {
        let ServiceOf { api, agent_id, environment, .. } = &self.service;
        match (api.as_str(), agent_id, environment) {
            ("outbound", None, None) => Api::Outbound,
            ("agents", Some(agent_id), Some(environment)) => {
                Api::Agents { agent_id: AgentId::new(agent_id).unwrap(), environment: *environment }
            }
            _ => panic!("{}: outbound, or agents with agent_id and environment", self.name),
        }
    }

    pub(crate) fn service(&self) -> Arc<Service> {
        let token = self.service.token.as_ref().map(|token| Credential::new(token).unwrap());
        let service = Service::at(BaseUrl::parse(&self.service.base_url).unwrap(), self.api(), token);
        Arc::new(service.with_agents_502_not_placed(self.service.agents_502_not_placed))
    }

    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        let given = |millis: Option<u64>, limit: &mut Duration| {
            *limit = millis.map_or(*limit, Duration::from_millis);
        };
        given(self.limits.request_timeout_ms, &mut limits.request_timeout);
        given(self.limits.operation_timeout_ms, &mut limits.operation_timeout);
        given(self.limits.follow_timeout_ms, &mut limits.follow_timeout);
        limits.retry.max_retries = self.limits.max_retries.unwrap_or(limits.retry.max_retries);
        limits
    }

    /// What the files say, as it stands there.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines: Vec<&RawValue> = serde_json::from_str(self.effects.get()).unwrap();
        lines.into_iter().map(|line| line.get().to_owned()).collect()
    }

    pub(crate) fn effects(&self) -> Vec<Effect> {
        serde_json::from_str(self.effects.get()).unwrap()
    }
}

impl Operation<'_> {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Trigger(_) => "trigger",
            Self::Call(_) => "call",
            Self::Status { .. } => "status",
            Self::Resume(_) => "resume",
        }
    }
}

impl TriggerOf<'_> {
    pub(crate) fn call(&self) -> TriggerCall {
        let destination = Destination::parse(&self.to_number, self.country_code.as_deref()).unwrap();
        let mut call = TriggerCall::new(destination);
        if let Some(metadata) = self.metadata {
            call = call.with_metadata(Metadata::from_json(metadata.get().as_bytes()).unwrap());
        }
        if let Some(word) = &self.encryption {
            call = call.with_encryption(word.parse::<Encryption>().unwrap());
        }
        if let Some(variant_id) = &self.variant_id {
            call = call.with_variant(VariantId::new(variant_id).unwrap());
        }
        call
    }
}

/// All files of vectors.
pub(crate) struct Corpus(Vec<(PathBuf, String)>);

impl Corpus {
    pub(crate) fn read() -> Self {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors"));
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> =
            entries.filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
        paths.sort();
        Self(paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect())
    }

    /// Each vector, and where it stands.
    pub(crate) fn vectors(&self) -> impl Iterator<Item = (String, Vector<'_>)> {
        self.0.iter().flat_map(|(path, text)| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            vectors_of(path, text).into_iter().map(move |vector| (format!("{file}: {}", vector.name), vector))
        })
    }

    /// Writes these lines in place of the effects of every vector.
    pub(crate) fn bless(&mut self, lines: impl Fn(&Vector<'_>) -> Vec<String>) {
        for (path, text) in &mut self.0 {
            let mut written = text.clone();
            // From the last to the first, so that the places of those before stay as they are.
            for vector in vectors_of(path, text).iter().rev() {
                let at = vector.effects.get().as_ptr().addr() - text.as_ptr().addr();
                let lines: Vec<String> = lines(vector).iter().map(|line| format!("\n      {line}")).collect();
                let effects = format!("[{}\n    ]", lines.join(","));
                written.replace_range(at..at + vector.effects.get().len(), &effects);
            }
            std::fs::write(&path, &written).unwrap();
            *text = written;
        }
    }
}

fn vectors_of<'a>(path: &std::path::Path, text: &'a str) -> Vec<Vector<'a>> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
