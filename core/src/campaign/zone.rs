//! Time zones.

use serde::{Deserialize, Serialize};

use crate::InvalidInput;

/// A zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Zone(u16);

impl Zone {
    /// Takes a name.
    ///
    /// # Errors
    /// If it is not known.
    pub fn parse(_: &str) -> Result<Self, InvalidInput> {
        Ok(Self(0))
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        "UTC"
    }
}

impl Zone {
    /// x
    pub fn offset_seconds(self, _: crate::Timestamp) -> i32 {
        0
    }
}

/// x
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zones(Vec<Zone>);
impl Zones {
    /// x
    pub fn of(_: &crate::PhoneNumber) -> Self {
        Self(vec![Zone(0)])
    }
    /// x
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
impl From<Zone> for Zones {
    fn from(zone: Zone) -> Self {
        Self(vec![zone])
    }
}
