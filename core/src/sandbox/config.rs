//! How a sandbox is set up.

use crate::{Credential, InvalidInput};

/// How a [`Sandbox`](super::Sandbox) is set up.
///
/// ```
/// use polyai_outbound_core::sandbox::Config;
///
/// let config = Config::default().with_speed(60.0)?.with_rate(5.0)?.with_seed(7);
/// assert_eq!(config.speed(), 60.0);
/// assert_eq!(config.token().expose(), "sandbox");
/// assert!(config.with_speed(0.0).is_err(), "a call would never end");
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    token: Credential,
    speed: f64,
    rate: Option<f64>,
    seed: u64,
}

impl Default for Config {
    /// Token `sandbox`, real speed, no limit of the rate, seed 1.
    #[expect(clippy::expect_used, reason = "a constant that a header can carry")]
    fn default() -> Self {
        let token = Credential::new("sandbox").expect("is visible ASCII");
        Self { token, speed: 1.0, rate: None, seed: 1 }
    }
}

impl Config {
    /// Sets the one token that is accepted.
    #[must_use]
    pub fn with_token(mut self, token: Credential) -> Self {
        self.token = token;
        self
    }

    /// Sets how many times faster than the caller's time calls and their retention pass.
    ///
    /// # Errors
    /// If it is not a finite number above 0.
    pub fn with_speed(mut self, speed: f64) -> Result<Self, InvalidInput> {
        self.speed = positive("speed", speed, "a factor above 0: 1 is real time, 60 a minute in a second")?;
        Ok(self)
    }

    /// Sets how many triggers are accepted per second of the caller's time.
    ///
    /// # Errors
    /// If it is not a finite number above 0.
    pub fn with_rate(mut self, rate: f64) -> Result<Self, InvalidInput> {
        self.rate =
            Some(positive("rate", rate, "triggers per second, above 0: 0.5 is one every two seconds")?);
        Ok(self)
    }

    /// Sets what the outcomes of unscripted numbers, all durations and all identifiers are drawn from.
    #[must_use]
    pub const fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The one token that is accepted.
    #[must_use]
    pub const fn token(&self) -> &Credential {
        &self.token
    }

    /// How many times faster than the caller's time calls and their retention pass.
    #[must_use]
    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// How many triggers are accepted per second of the caller's time; nothing means any number.
    #[must_use]
    pub const fn rate(&self) -> Option<f64> {
        self.rate
    }

    /// What is drawn from.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }
}

fn positive(field: &'static str, value: f64, expected: &'static str) -> Result<f64, InvalidInput> {
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(InvalidInput::new(field, format!("is {value}"), expected))
}
