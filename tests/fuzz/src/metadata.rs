//! Metadata as JSON. The input is the text.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyai_outbound_core::{Api, Destination, Metadata, TriggerCall, wire};
use serde_json::{Map, Value};

use crate::play::service;
use crate::secrets::is_one_line;

/// See the module.
pub fn metadata(data: &[u8]) {
    let expected = second_reading(data);
    match Metadata::from_json(data) {
        Err(refused) => {
            assert!(!expected, "refused: {refused}");
            let said = refused.to_string();
            is_one_line(&said, 400);
            quotes_no_value(&said, data);
        }
        Ok(metadata) => {
            assert!(expected, "taken");
            let object: Map<String, Value> = serde_json::from_slice(data).unwrap();
            assert_eq!(object.len(), metadata.len());
            for (name, value) in metadata.iter() {
                assert_eq!(object.get(name).and_then(Value::as_str), Some(value));
            }
            let again = serde_json::to_string(&metadata).unwrap();
            assert_eq!(Metadata::from_json(again.as_bytes()).as_ref(), Ok(&metadata));
            assert_eq!(Metadata::new(metadata.iter()).as_ref(), Ok(&metadata));
            let names: Vec<String> = metadata.iter().map(|(name, _)| format!("{name:?}: \"***\"")).collect();
            assert_eq!(format!("{metadata:?}"), format!("{{{}}}", names.join(", ")), "values are not shown");
            is_sent(&object, metadata);
        }
    }
}

/// RFC 3261, section 20, and the short forms of section 7.3.3.
const SIP_ITSELF: &str = "accept accept-encoding accept-language alert-info allow authentication-info authorization \
    call-id call-info contact content-disposition content-encoding content-language content-length content-type cseq date \
    error-info expires from in-reply-to max-forwards min-expires mime-version organization priority proxy-authenticate \
    proxy-authorization proxy-require record-route reply-to require retry-after route server subject supported timestamp \
    to unsupported user-agent via warning www-authenticate i m e l c f s k t v";

/// As the service is documented to take it: strings under names of headers that SIP does not use itself, each once in
/// whatever case, in less than 26 KB of base64.
fn second_reading(data: &[u8]) -> bool {
    let Ok(Value::Object(object)) = serde_json::from_slice(data) else { return false };
    let token = |it: char| it.is_ascii_alphanumeric() || "-.!%*_+`'~".contains(it);
    let is_header = |name: &str| !name.is_empty() && name.chars().all(token);
    let is_text =
        |value: &Value| value.as_str().is_some_and(|it| it.chars().all(|it| it == '\t' || !it.is_control()));
    let json = serde_json::to_vec(&object).unwrap();
    let lower: BTreeSet<String> = object.keys().map(|name| name.to_ascii_lowercase()).collect();
    object.iter().all(|(name, value)| is_header(name) && is_text(value))
        && lower.len() == object.len()
        && lower.iter().all(|name| !SIP_ITSELF.split(' ').any(|own| own == name))
        && STANDARD.encode(json).len() < 26 * 1024
        // Every name once: written again, nothing is gone. Counted by the colons behind names, as values are text.
        && names(data) == Some(object.len())
}

/// How many members an object of strings has, those that come twice as well.
fn names(data: &[u8]) -> Option<usize> {
    let mut strings = 0;
    let mut rest = data;
    while let Some(at) = rest.iter().position(|byte| *byte == b'"') {
        strings += 1;
        rest = &rest[at + 1..];
        loop {
            match rest {
                [b'\\', _, after @ ..] | [_, after @ ..] if rest[0] != b'"' => rest = after,
                [b'"', after @ ..] => {
                    rest = after;
                    break;
                }
                _ => return None,
            }
        }
    }
    Some(strings / 2)
}

/// An error names the entry, and says nothing of its value.
fn quotes_no_value(said: &str, data: &[u8]) {
    let Ok(Value::Object(object)) = serde_json::from_slice(data) else { return };
    let names: String = object.keys().map(|name| format!("`{name}` ")).collect();
    // Our own sentence, with everything in it that is not the sender's.
    let ours = "metadata: the value of `x` has a carriage return line feed NUL, which would end the SIP header that \
                carries it; expected text on one line; has a vertical tab form feed escape character control \
                character (U+00), which a SIP header cannot carry; expected text without control characters; is bytes as base64 of its JSON; less than 26624 bytes (26 KB); a \
                SIP header name: letters, digits and any of - . ! % * _ + ` ' ~ has a character at byte that a header \
                name cannot hold has the key twice each key once has the keys and, which are the same SIP header: case tells \
                none apart; the key is a header that SIP itself uses, and the agent would read the call's own for it; \
                another name: rename it (X-x, say) is a number is a boolean is null is an array is an \
                object a JSON object whose values are all strings key is empty";
    for value in object.values().filter_map(Value::as_str).filter(|it| it.len() > 5) {
        assert!(
            ours.contains(value) || names.contains(value) || !said.contains(value),
            "{said} shows a value"
        );
    }
}

/// What is sent is what was given.
fn is_sent(object: &Map<String, Value>, metadata: Metadata) {
    let call = TriggerCall::new(Destination::parse("+14155550123", None).unwrap()).with_metadata(metadata);
    let request = wire::trigger_request(&service(Api::Outbound, None), &call).unwrap();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    match body.get("metadata") {
        None => assert!(object.is_empty()),
        Some(sent) => assert_eq!(sent, &Value::Object(object.clone())),
    }
}
