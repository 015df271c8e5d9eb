//! Faults that are injected: what befalls requests to the API by chance.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::InvalidInput;

/// How often requests to the API, triggers and status reads alike, are struck by what.
///
/// As JSON, what is left out is not injected, and `delay_ms` is 1000 unless given. A request that is refused for its
/// credential is not struck. Of the first three at most one strikes a request; a delay comes on top.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Rate, from 0 to 1, at which the dialect's own failing status is answered in its own envelope, and nothing is placed.
    pub server_error: f64,
    /// Rate at which the connection is cut before the service takes notice of the request: nothing is placed.
    pub cut_before: f64,
    /// Rate at which the connection is cut when the service has done all that was asked: a call may have been placed.
    pub cut_after: f64,
    /// Rate at which what happens is delayed by `delay_ms`.
    pub delay: f64,
    /// How long a delay is, in milliseconds of the caller's time.
    pub delay_ms: u64,
}

impl Default for Faults {
    /// None.
    fn default() -> Self {
        Self { server_error: 0.0, cut_before: 0.0, cut_after: 0.0, delay: 0.0, delay_ms: 1000 }
    }
}

/// What strikes a request.
pub(super) enum Fault {
    CutBefore,
    ServerError,
    CutAfter,
}

impl Faults {
    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        let rates = [
            ("server_error", self.server_error),
            ("cut_before", self.cut_before),
            ("cut_after", self.cut_after),
            ("delay", self.delay),
        ];
        match rates.into_iter().find(|(_, rate)| !(0.0..=1.0).contains(rate)) {
            None => Ok(()),
            Some((name, rate)) => Err(InvalidInput::new(name, format!("is {rate}"), "a rate from 0 to 1")),
        }
    }

    /// Draws what strikes the next request, and how long it is delayed.
    pub(super) fn strike(&self, rng: &mut fastrand::Rng) -> (Option<Fault>, Duration) {
        let rates = [self.cut_before, self.server_error, self.cut_after, self.delay];
        if rates.iter().all(|rate| *rate <= 0.0) {
            return (None, Duration::ZERO);
        }
        // All are drawn every time, so that one rate changes nothing about which requests the others strike.
        let [cut_before, server_error, cut_after, delay] = rates.map(|rate| rng.f64() < rate);
        let fault = match () {
            () if cut_before => Some(Fault::CutBefore),
            () if server_error => Some(Fault::ServerError),
            () if cut_after => Some(Fault::CutAfter),
            () => None,
        };
        (fault, if delay { Duration::from_millis(self.delay_ms) } else { Duration::ZERO })
    }
}
