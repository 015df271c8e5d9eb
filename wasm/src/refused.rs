//! A value that was refused before anything was sent, in the names that JavaScript has for it.

use polyai_outbound_core::InvalidInput;
use polyai_outbound_core::json::Object;
use wasm_bindgen::JsValue;

/// What an `InvalidInputError` is made of, as JSON to be thrown: `{ field, problem, expected }`.
pub(crate) struct Refused(String);

impl Refused {
    #[inline(never)]
    pub(crate) fn new(field: &str, problem: &str, expected: &str) -> Self {
        Self(Object::default().text("field", field).text("problem", problem).text("expected", expected).end())
    }
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

impl From<InvalidInput> for Refused {
    fn from(invalid: InvalidInput) -> Self {
        let renamed =
            |text: &str| NAMES.iter().fold(text.to_owned(), |text, (core, here)| text.replace(core, here));
        match invalid.field() {
            // What is said of metadata quotes its keys, which may be called anything.
            "metadata" => Self::new("metadata", invalid.problem(), invalid.expected()),
            field => Self::new(&renamed(field), &renamed(invalid.problem()), &renamed(invalid.expected())),
        }
    }
}

impl From<Refused> for JsValue {
    fn from(refused: Refused) -> Self {
        Self::from_str(&refused.0)
    }
}
