//! What is asked for, as JavaScript hands it over: piece by piece, because lists and objects cost more than calls.

use polyai_outbound_core::{
    Allowed, Destination, InvalidInput, Metadata, Restricted, TriggerCall, VariantId,
};
use wasm_bindgen::prelude::*;

/// A call to be placed.
#[wasm_bindgen]
pub struct Request {
    to_number: String,
    country_code: Option<String>,
    encryption: Option<String>,
    variant_id: Option<String>,
    metadata: Vec<(String, String)>,
    allowed: Allowed,
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
        Self { to_number, country_code, encryption, variant_id, metadata: Vec::new(), allowed: Allowed::NONE }
    }

    /// Lets it go to a premium-rate number.
    #[wasm_bindgen(js_name = allowPremium)]
    pub fn allow_premium(&mut self) {
        self.allowed = self.allowed.and(Restricted::Premium);
    }

    /// Lets it go to an emergency number.
    #[wasm_bindgen(js_name = allowEmergency)]
    pub fn allow_emergency(&mut self) {
        self.allowed = self.allowed.and(Restricted::Emergency);
    }

    /// One more entry of its metadata.
    pub fn tell(&mut self, name: String, value: String) {
        self.metadata.push((name, value));
    }
}

impl Request {
    pub(crate) fn call(self) -> Result<TriggerCall, InvalidInput> {
        let destination = Destination::parse(&self.to_number, self.country_code.as_deref())?;
        let metadata = Metadata::new(self.metadata)?;
        let mut call = TriggerCall::new(destination).with_metadata(metadata).with_allowed(self.allowed);
        if let Some(word) = self.encryption {
            call = call.with_encryption(word.parse()?);
        }
        if let Some(id) = self.variant_id {
            call = call.with_variant(VariantId::new(id)?);
        }
        Ok(call)
    }
}
