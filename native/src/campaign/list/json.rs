//! Lines of JSON: one object each, whose members are the columns.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::columns::is_among;
use super::opt_out::OptOut;
use super::problem::{Fault, Problem};

const EXPECTED: &str = "a JSON object on one line, whose values are text: {\"phone\": \"+14155550100\"}";

/// The members of one line.
#[derive(Debug, Default)]
pub(crate) struct Members {
    pub(crate) names: Vec<String>,
    pub(crate) values: Vec<String>,
}

/// All of a line that can be read, whatever is wrong with it: its members with their text, without those that are to be
/// ignored, and true if it is an object. Of a line that is none, each text in it is a member's name and value alike.
pub(crate) fn loose(line: &str, ignored: &[String]) -> (Vec<(String, String)>, bool) {
    let object = serde_json::from_str::<Object>(line).ok();
    let is_object = object.is_some();
    let mut members: Vec<(String, String)> = match object {
        Some(object) => object
            .0
            .into_iter()
            .map(|(name, value)| match value {
                Value::Text(text) | Value::Plain(_, text) | Value::Other(_, text) => (name, text),
            })
            .collect(),
        None => {
            let texts: Vec<&str> = line
                .split(['{', '}', '[', ']', ',', ':', '"'])
                .map(str::trim)
                .filter(|it| !it.is_empty())
                .collect();
            let pairs = texts.iter().zip(texts.iter().skip(1));
            pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        }
    };
    members.retain(|(name, _)| !is_among(name.trim(), ignored));
    (members, is_object)
}

/// Reads one line, without the members that are to be ignored.
pub(crate) fn members(line: &str, ignored: &[String]) -> Result<Members, Fault> {
    let object: Object = serde_json::from_str(line).map_err(|error| {
        // What serde_json says of it may quote the line.
        let problem = match error.classify() {
            serde_json::error::Category::Data => "is JSON, but no object".to_owned(),
            serde_json::error::Category::Eof => "is JSON that ends too early".to_owned(),
            serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                format!("is not JSON: the fault is at column {}", error.column())
            }
        };
        Problem::new(problem, EXPECTED).in_column(None)
    })?;
    let mut members = Members::default();
    let mut held = BTreeSet::new();
    for (name, value) in object.0 {
        if is_among(name.trim(), ignored) {
            continue;
        }
        // A program writes a flag as a boolean, or a number.
        let value = match value {
            Value::Plain(_, text) if OptOut::by_name(&name).is_answer() => Value::Text(text),
            value @ (Value::Text(_) | Value::Plain(..) | Value::Other(..)) => value,
        };
        match value {
            Value::Text(value) => {
                let name = name.trim();
                if !held.insert(name.to_ascii_lowercase()) {
                    let problem = Problem::new("is there twice", "every member once, in either case");
                    return Err(problem.in_column(Some(name)));
                }
                members.names.push(name.to_owned());
                members.values.push(value);
            }
            Value::Plain(kind, _) | Value::Other(kind, _) => {
                let problem = Problem::new(format!("is {kind}"), "text in quotes; leave out what is empty");
                return Err(problem.in_column(Some(&name)));
            }
        }
    }
    Ok(members)
}

/// An object with its members in order, those that come twice as well.
struct Object(Vec<(String, Value)>);

/// Text, or what it is instead.
enum Value {
    Text(String),
    /// With its text.
    Plain(&'static str, String),
    /// With all text that is in it.
    Other(&'static str, String),
}

impl Value {
    fn text(self) -> String {
        match self {
            Self::Text(text) | Self::Plain(_, text) | Self::Other(_, text) => text,
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Value, E> {
                Ok(Value::Text(text))
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Plain("null", String::new()))
            }

            fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
                Ok(Value::Plain("a boolean", it.to_string()))
            }

            fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
                Ok(Value::Plain("a number", it.to_string()))
            }

            fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
                Ok(Value::Plain("a number", it.to_string()))
            }

            fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
                Ok(Value::Other("a number", it.to_string()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(value) = seq.next_element::<Value>()? {
                    texts.push(value.text());
                }
                Ok(Value::Other("an array", texts.join("; ")))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                let mut texts = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    texts.push(format!("{name}: {}", value.text()));
                }
                Ok(Value::Other("an object", texts.join("; ")))
            }
        }

        deserializer.deserialize_any(Any)
    }
}
