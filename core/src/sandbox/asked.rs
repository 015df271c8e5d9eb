//! What a request asks for, read as strictly as the contract documents it. Members that the contract does not name are
//! passed over, because it does not say that they are refused.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Sandbox;
use super::answer::{Kind, Refusal};
use super::route::Found;
use crate::dialect::Dialect;
use crate::message::Request;
use crate::service::{AgentId, Api, Environment};
use crate::trigger::VariantId;
use crate::{Destination, Encryption, Metadata};

const ENVIRONMENTS: [Environment; 3] = [Environment::Sandbox, Environment::PreRelease, Environment::Live];
const ONE_OF_THEM: &str = "sandbox, pre-release or live";

/// A trigger that is valid. Its encryption is checked and left.
pub(super) struct Asked {
    pub(super) destination: Destination,
    pub(super) metadata: Metadata,
    pub(super) variant_id: Option<VariantId>,
    pub(super) api: Api,
}

impl Asked {
    pub(super) fn read(found: &Found<'_>, request: &Request) -> Result<Self, Refusal> {
        check_content_type(request)?;
        let dialect = found.dialect;
        let members = Members::read(dialect, &request.body)?;
        let fields = &dialect.fields;

        let number: String = text(fields.to_number, members.to_number)?.ok_or_else(|| {
            Refusal::field(fields.to_number, "is missing", "a number in E.164 form, as +14155550100")
        })?;
        let country = text(fields.country_code, members.country_code)?;
        let destination = Destination::parse(&number, country.as_deref()).map_err(|invalid| {
            let of_country = invalid.field() == "country_code";
            Refusal::input(if of_country { fields.country_code } else { fields.to_number }, &invalid)
        })?;

        let metadata = members.metadata.map(|metadata| Metadata::from_json(metadata.get().as_bytes()));
        let metadata = metadata.transpose().map_err(|invalid| Refusal::input(fields.metadata, &invalid))?;
        if let Some(word) = text(fields.encryption, members.encryption)? {
            let words = Encryption::ALL.map(dialect.encryption);
            if !words.contains(&word.as_str()) {
                let expected = format!("one of {}", words.join(", "));
                return Err(Refusal::field(fields.encryption, "is not a word of this API", &expected));
            }
        }
        let variant_id = match fields.variant_id {
            None => None,
            Some(name) => text(name, members.variant_id)?
                .map(VariantId::new)
                .transpose()
                .map_err(|invalid| Refusal::input(name, &invalid))?,
        };
        let api = match (fields.environment, &found.agent_id) {
            (Some(name), Some(agent_id)) => {
                let environment = environment(name, text(name, members.environment)?.as_deref())?;
                let agent_id =
                    AgentId::new(agent_id.as_ref()).map_err(|invalid| Refusal::input("agentId", &invalid))?;
                Api::Agents { agent_id, environment }
            }
            (None, _) | (_, None) => Api::Outbound,
        };
        Ok(Self { destination, metadata: metadata.unwrap_or_default(), variant_id, api })
    }
}

/// The environment that a status read names, in a dialect that asks for one.
pub(super) fn environment_of_query(found: &Found<'_>) -> Result<Option<Environment>, Refusal> {
    found
        .dialect
        .fields
        .environment
        .map(|name| environment(name, found.parameter(name).as_deref()))
        .transpose()
}

fn environment(name: &str, word: Option<&str>) -> Result<Environment, Refusal> {
    let word = word.ok_or_else(|| Refusal::field(name, "is missing", ONE_OF_THEM))?;
    let known = ENVIRONMENTS.into_iter().find(|known| known.as_str() == word);
    known.ok_or_else(|| Refusal::field(name, "is none that there is", ONE_OF_THEM))
}

/// The call that a status read names: `OUT-` and a UUID, as triggers answer it.
pub(super) fn call_sid(found: &Found<'_>) -> Result<Uuid, Refusal> {
    let text = found.call_sid.as_deref().and_then(|sid| sid.strip_prefix("OUT-"));
    // Of all the spellings of a UUID one is the service's own.
    text.and_then(|text| {
        let call = Uuid::try_parse(text).ok()?;
        (call.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text).then_some(call)
    })
    .ok_or_else(|| {
        Refusal::field(
            found.dialect.call_sid,
            "is no call SID",
            "OUT- and a UUID, as the trigger answered it",
        )
    })
}

fn check_content_type(request: &Request) -> Result<(), Refusal> {
    let held = request.headers.get("Content-Type").unwrap_or_default();
    let media_type = held.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refusal::field("Content-Type", "is not that of JSON", "application/json"))
}

/// A member's text.
fn text(name: &str, member: Option<&RawValue>) -> Result<Option<String>, Refusal> {
    let Some(json) = member else { return Ok(None) };
    serde_json::from_str(json.get())
        .map(Some)
        .map_err(|_| Refusal::field(name, "is not text", "a JSON string, or no such member"))
}

/// A trigger's members as they stand in its body; of a name that comes twice, the last counts.
#[derive(Default)]
struct Members<'a> {
    to_number: Option<&'a RawValue>,
    country_code: Option<&'a RawValue>,
    metadata: Option<&'a RawValue>,
    encryption: Option<&'a RawValue>,
    variant_id: Option<&'a RawValue>,
    environment: Option<&'a RawValue>,
}

impl<'a> Members<'a> {
    fn read(dialect: &'static Dialect, body: &'a [u8]) -> Result<Self, Refusal> {
        if body.len() > Sandbox::LONGEST_BODY {
            let expected = format!("at most {} bytes", Sandbox::LONGEST_BODY);
            return Err(Refusal::field("the body", "is too long", &expected));
        }
        let mut json = serde_json::Deserializer::from_slice(body);
        let members = Object(dialect).deserialize(&mut json).and_then(|members| json.end().map(|()| members));
        members.map_err(|error| {
            let what = if error.is_data() { "is not a JSON object" } else { "is not JSON" };
            let problem = format!("{what}: line {} column {}", error.line(), error.column());
            Refusal::new(Kind::Invalid, format!("the body {problem}; expected a JSON object"))
        })
    }

    fn slot(&mut self, dialect: &Dialect, name: &str) -> Option<&mut Option<&'a RawValue>> {
        let fields = &dialect.fields;
        Some(match name {
            _ if name == fields.to_number => &mut self.to_number,
            _ if name == fields.country_code => &mut self.country_code,
            _ if name == fields.metadata => &mut self.metadata,
            _ if name == fields.encryption => &mut self.encryption,
            _ if fields.variant_id == Some(name) => &mut self.variant_id,
            _ if fields.environment == Some(name) => &mut self.environment,
            _ => return None,
        })
    }
}

/// Reads an object by the names of a dialect.
struct Object(&'static Dialect);

impl<'de> DeserializeSeed<'de> for Object {
    type Value = Members<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Members<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key::<String>()? {
            match members.slot(self.0, &name) {
                Some(slot) => *slot = Some(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(members)
    }
}
