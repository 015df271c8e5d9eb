//! What the exported classes do, called as JavaScript calls them. No test here waits: time is a number.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod following;
mod play;
mod refused;
mod told;
mod waiting;

use polyai_outbound_wasm::{Client, Operation, Patience, Request};
use serde_json::Value;

pub(crate) const START: f64 = 1_700_000_000_000.0;
pub(crate) const SID: &str = "OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301";
pub(crate) const NUMBER: &str = "+14155550100";
const TOKEN: &str = "sandbox";

/// Not given, as JavaScript says it of a number.
const NONE: f64 = f64::NAN;

pub(crate) fn text(given: &str) -> Option<String> {
    Some(given.to_owned())
}

/// A client of the sandbox.
pub(crate) fn outbound() -> Client {
    Client::new(None, text("http://localhost"), false, text(TOKEN), None, None, None).expect("valid")
}

pub(crate) fn agents() -> Client {
    let (api, agent_id, environment) = (text("agents"), text("agent-1"), text("live"));
    let client = Client::new(None, text("http://localhost"), false, text(TOKEN), api, agent_id, environment);
    client.expect("valid")
}

/// As core has it.
pub(crate) fn patience() -> Patience {
    Patience::new(NONE, NONE, NONE, NONE)
}

pub(crate) fn request(number: &str) -> Request {
    Request::new(number.to_owned(), None, None, None)
}

pub(crate) fn trigger(client: &Client, patience: &Patience) -> Operation {
    client.trigger(request(NUMBER), patience, 1.0).expect("valid")
}

pub(crate) fn status(client: &Client, patience: &Patience) -> Operation {
    client.status(SID.to_owned(), patience, 1.0).expect("valid")
}

pub(crate) fn value(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

/// The `type` of what was told.
pub(crate) fn kind(told: &Value) -> &str {
    told["type"].as_str().expect("everything has a type")
}
