//! A value that was refused before anything was sent, in the names that JavaScript has for it.

use polyai_outbound_core::InvalidInput;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::value::json;

/// What an `InvalidInputError` is made of; thrown as JSON.
#[derive(Serialize)]
pub(crate) struct Refused {
    pub(crate) field: &'static str,
    pub(crate) problem: String,
    pub(crate) expected: String,
}

/// Core's names of fields, and what they are called in JavaScript.
const NAMES: [(&str, &str); 6] = [
    ("to_number", "toNumber"),
    ("country_code", "countryCode"),
    ("base_url", "baseUrl"),
    ("agent_id", "agentId"),
    ("variant_id", "variantId"),
    ("call_sid", "callSid"),
];
const SAME: [&str; 7] = ["token", "metadata", "encryption", "region", "environment", "rate", "seed"];

impl From<InvalidInput> for Refused {
    fn from(invalid: InvalidInput) -> Self {
        let field = invalid.field();
        let named = NAMES.iter().find(|(core, _)| *core == field).map(|(_, here)| *here);
        let field = named.or_else(|| SAME.into_iter().find(|it| *it == field)).unwrap_or("value");
        // What is said of metadata quotes its keys, which may be called anything.
        let renamed = |text: &str| match field {
            "metadata" => text.to_owned(),
            _ => NAMES.iter().fold(text.to_owned(), |text, (core, here)| text.replace(core, here)),
        };
        Self { field, problem: renamed(invalid.problem()), expected: renamed(invalid.expected()) }
    }
}

impl From<Refused> for JsValue {
    fn from(refused: Refused) -> Self {
        Self::from_str(&json(&refused))
    }
}
