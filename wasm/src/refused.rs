//! A value that was refused before anything was sent, in the names that JavaScript has for it: what an
//! `InvalidInputError` is made of, thrown as the JSON of `{ field, problem, expected }`.

use polyai_outbound_core::InvalidInput;
use polyai_outbound_core::json::Object;
use wasm_bindgen::JsValue;

#[cold]
#[inline(never)]
pub(crate) fn refused(field: &str, problem: &str, expected: &str) -> JsValue {
    let mut refused = Object::default();
    refused.text("field", field).text("problem", problem).text("expected", expected);
    JsValue::from_str(&refused.end())
}

/// What core refused.
#[cold]
#[inline(never)]
pub(crate) fn invalid(invalid: InvalidInput) -> JsValue {
    // What is said of metadata quotes its keys, which may be called anything.
    let renamed = match invalid.field() {
        "metadata" => str::to_owned,
        _ => camel_case,
    };
    refused(&renamed(invalid.field()), &renamed(invalid.problem()), &renamed(invalid.expected()))
}

/// Core's names of fields as they are called in JavaScript: `toNumber` for `to_number`.
fn camel_case(text: &str) -> String {
    let mut out = String::new();
    for it in text.chars() {
        if it.is_ascii_lowercase() && out.ends_with("_") {
            out.truncate(out.len() - 1);
            out.push(it.to_ascii_uppercase());
        } else {
            out.push(it);
        }
    }
    out
}
