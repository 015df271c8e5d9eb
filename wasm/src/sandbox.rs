//! The service itself, for unit tests in JavaScript. Its clock and the `fetch` function in front of it are JavaScript.

use polyai_outbound_core::sandbox::{Config, PlacedCall, Reaction};
use polyai_outbound_core::{Credential, Headers, InvalidInput, Request, sandbox};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::refused::invalid;
use crate::value::{millis, moment, whole};

/// The service, as a machine. `now` is milliseconds since the Unix epoch.
#[wasm_bindgen]
pub struct Sandbox(sandbox::Sandbox);

/// A request as JSON.
#[derive(Deserialize)]
struct Asked {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// What the caller sees of a request.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
enum Seen<'a> {
    Answer { after_ms: u64, status: u16, headers: Vec<(&'a str, &'a str)>, body: &'a str },
    Cut { after_ms: u64 },
    Hang,
}

#[wasm_bindgen]
impl Sandbox {
    /// A service that nobody has called yet. What it refuses it throws as the JSON of `{ field, problem, expected }`.
    ///
    /// # Errors
    /// If an option is not valid.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: Option<f64>, token: Option<String>, rate: Option<f64>) -> Result<Self, JsValue> {
        let config = config(seed, token, rate).map_err(invalid)?;
        Ok(Self(sandbox::Sandbox::new(config)))
    }

    /// What the sender of a request sees of it; both are JSON.
    ///
    /// # Errors
    /// If it is no request.
    pub fn handle(&mut self, now: f64, asked: &str) -> Result<String, JsError> {
        let Asked { method, url, headers: fields, body } = serde_json::from_str(asked)?;
        let mut headers = Headers::default();
        for (name, value) in fields {
            headers.push(name, value);
        }
        let request = Request { method: method.as_str().into(), url, headers, body: body.into_bytes() };
        Ok(match self.0.handle(moment(now), &request) {
            Reaction::Answer { response, after } => json(&Seen::Answer {
                after_ms: millis(after),
                status: response.status,
                headers: response.headers.iter().map(|(name, value)| (name, value.expose())).collect(),
                body: std::str::from_utf8(&response.body).unwrap_or_default(),
            }),
            Reaction::Cut { after } => json(&Seen::Cut { after_ms: millis(after) }),
            Reaction::Hang => json(&Seen::Hang),
        })
    }

    /// Every call that was placed, as it is at that moment; the JSON of `GET /_sandbox/calls`, less its wrapping.
    pub fn calls(&mut self, now: f64) -> String {
        self.0.handle_time(moment(now));
        json(&self.0.calls().collect::<Vec<PlacedCall>>())
    }

    /// Injects faults in place of those before; the JSON of `POST /_sandbox/faults`.
    ///
    /// # Errors
    /// If a rate is none.
    #[wasm_bindgen(js_name = setFaults)]
    pub fn set_faults(&mut self, faults: &str) -> Result<(), JsError> {
        Ok(self.0.set_faults(serde_json::from_str(faults)?)?)
    }
}

fn config(seed: Option<f64>, token: Option<String>, rate: Option<f64>) -> Result<Config, InvalidInput> {
    let mut config = Config::default();
    if let Some(seed) = seed {
        config = config.with_seed(whole(seed));
    }
    if let Some(token) = token {
        config = config.with_token(Credential::new(token)?);
    }
    if let Some(rate) = rate {
        config = config.with_rate(rate)?;
    }
    Ok(config)
}

/// JSON, for the host's reader.
fn json(value: &impl Serialize) -> String {
    // All that is told is text and whole numbers.
    serde_json::to_string(value).unwrap_or_default()
}
