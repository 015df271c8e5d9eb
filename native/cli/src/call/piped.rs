//! `outbound call -`: whom to call and with which metadata, from standard input, because every process list shows arguments.

use std::fmt;
use std::io::Read as _;

use polyai_outbound::Metadata;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::failure::Failure;

/// What was said of a call there.
pub(super) struct Piped {
    pub(super) number: String,
    pub(super) country: Option<String>,
    pub(super) metadata: Vec<(String, String)>,
}

const EXPECTED: &str = "one JSON object there, as {\"to_number\": \"+14155550100\", \"metadata\": {\"name\": \"Ada\"}}, with \
                        \"country\" beside a national number and nothing else";
/// What all but the metadata may take.
const LONGEST_REST: usize = 4096;

/// Reads standard input to its end. What is wrong is said without what stands there.
pub(super) fn read(country: Option<&str>) -> Result<Piped, Failure> {
    let most = Metadata::LONGEST_JSON + LONGEST_REST;
    let mut text = Vec::new();
    std::io::stdin()
        .lock()
        .take(most as u64 + 1)
        .read_to_end(&mut text)
        .map_err(|error| refuse(&format!("cannot be read ({error})")))?;
    if text.len() > most {
        return Err(refuse("is longer than the call of one person can be"));
    }
    parse(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text), country)
}

fn parse(text: &[u8], country: Option<&str>) -> Result<Piped, Failure> {
    if text.trim_ascii().is_empty() {
        return Err(refuse("is empty"));
    }
    // A list of its values would be taken for it as well.
    if !text.trim_ascii_start().starts_with(b"{") {
        return Err(refuse("is not such an object, at line 1"));
    }
    let call: Described = serde_json::from_slice(text).map_err(|error| {
        refuse(&format!("is not such an object, at line {}, column {}", error.line(), error.column()))
    })?;
    let country = match (country, call.country) {
        (Some(flag), Some(there)) if !flag.eq_ignore_ascii_case(&there) => {
            return Err(Failure::input(
                "--country: standard input says another country; give it once, or the same in both places",
            ));
        }
        (flag, there) => there.or_else(|| flag.map(str::to_owned)),
    };
    let metadata = match call.metadata {
        Some(Members(members)) => {
            // As metadata from elsewhere is read, so that the same is refused.
            let members: Result<Vec<_>, _> = members
                .iter()
                .map(|(name, value)| Ok(format!("{}:{value}", serde_json::to_string(name)?)))
                .collect();
            let json = members.map_err(|_: serde_json::Error| refuse("has metadata that is no JSON"))?;
            let metadata = Metadata::from_json(format!("{{{}}}", json.join(",")).as_bytes())
                .map_err(|error| Failure::refused("standard input: metadata", &error))?;
            metadata.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }
        None => Vec::new(),
    };
    Ok(Piped { number: call.to_number, country, metadata })
}

fn refuse(problem: &str) -> Failure {
    Failure::input(format!("standard input: {problem}; expected {EXPECTED}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    to_number: String,
    #[serde(default, alias = "country_code")]
    country: Option<String>,
    #[serde(default)]
    metadata: Option<Members>,
}

/// The members of an object, with those whose name is there twice.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
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
        deserializer.deserialize_map(Each)
    }
}
