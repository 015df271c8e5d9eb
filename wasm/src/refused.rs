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

impl From<InvalidInput> for Refused {
    fn from(invalid: InvalidInput) -> Self {
        // What is said of metadata quotes its keys, which may be called anything.
        let renamed = match invalid.field() {
            "metadata" => str::to_owned,
            _ => camel_case,
        };
        Self::new(&renamed(invalid.field()), &renamed(invalid.problem()), &renamed(invalid.expected()))
    }
}

/// Core's names of fields as they are called in JavaScript: `toNumber` for `to_number`.
fn camel_case(text: &str) -> String {
    let mut out = String::new();
    for it in text.chars() {
        if it.is_ascii_lowercase() && out.ends_with('_') {
            out.pop();
            out.push(it.to_ascii_uppercase());
        } else {
            out.push(it);
        }
    }
    out
}

impl From<Refused> for JsValue {
    fn from(refused: Refused) -> Self {
        Self::from_str(&refused.0)
    }
}
