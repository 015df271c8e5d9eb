//! What is asked for, as JavaScript hands it over: piece by piece, because lists and objects cost more than calls.

use polyai_outbound_core::{
    CallSid, CallStatus, Destination, InvalidInput, Metadata, Reading, Snapshot, Timestamp, TriggerCall,
    VariantId,
};
use wasm_bindgen::prelude::*;

use crate::refused::invalid;
use crate::value::moment;

/// A call to be placed.
#[wasm_bindgen]
pub struct Request {
    to_number: String,
    country_code: Option<String>,
    encryption: Option<String>,
    variant_id: Option<String>,
    metadata: Vec<(String, String)>,
}

#[wasm_bindgen]
impl Request {
    /// All but its metadata.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(
        to_number: String,
        country_code: Option<String>,
        encryption: Option<String>,
        variant_id: Option<String>,
    ) -> Self {
        Self { to_number, country_code, encryption, variant_id, metadata: Vec::new() }
    }

    /// One more entry of its metadata.
    pub fn tell(&mut self, name: String, value: String) {
        self.metadata.push((name, value));
    }
}

impl Request {
    pub(crate) fn call(self) -> Result<TriggerCall, InvalidInput> {
        let destination = Destination::parse(&self.to_number, self.country_code.as_deref())?;
        let mut call = TriggerCall::new(destination).with_metadata(Metadata::new(self.metadata)?);
        if let Some(word) = self.encryption {
            call = call.with_encryption(word.parse()?);
        }
        if let Some(id) = self.variant_id {
            call = call.with_variant(VariantId::new(id)?);
        }
        Ok(call)
    }
}

/// What is known of a call that was placed before.
#[wasm_bindgen]
pub struct Known(Snapshot);

#[wasm_bindgen]
impl Known {
    /// Times are milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// If the SID is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        call_sid: String,
        placed_at: Option<f64>,
        seen_at: Option<f64>,
        status: Option<String>,
        reason: Option<String>,
    ) -> Result<Self, JsValue> {
        let at = |millis: Option<f64>| -> Option<Timestamp> { millis.map(moment) };
        Ok(Self(Snapshot {
            call_sid: CallSid::parse(call_sid).map_err(invalid)?,
            placed_at: at(placed_at),
            seen_at: at(seen_at),
            reading: status.map(|word| Reading {
                status: CallStatus::from_word(&word),
                reason: reason.unwrap_or_default(),
            }),
        }))
    }
}

impl Known {
    pub(crate) fn snapshot(self) -> Snapshot {
        self.0
    }
}
