//! How a campaign is to be run.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{BreakerOptions, CallingWindows, Pace, RedialRule, ZoneBy};
use crate::{Allowed, Encryption, InvalidInput, Timestamp, VariantId};

/// How a campaign is to be run. As JSON it is kept with the campaign, so that a later run goes on in the same way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// When people may be called, in their own time.
    pub windows: CallingWindows,
    /// How long before the end of a window nobody is called any more: a call is not short, and may wait in a queue.
    #[serde(with = "seconds")]
    pub window_margin: Duration,
    /// Which zones have to be within a window, where the list does not say in which somebody lives.
    #[serde(default)]
    pub zone_by: ZoneBy,
    /// Nobody is called from then on.
    pub until: Option<Timestamp>,
    /// How fast.
    pub pace: Pace,
    /// Which calls that failed are followed by another; the first rule that fits counts.
    pub redial: Vec<RedialRule>,
    /// Maximum number of times that one recipient is dialed, whatever the rules say.
    pub max_attempts: u32,
    /// Maximum number of times that one number is dialed within 24 hours, whichever row and campaign of the store it is for.
    pub max_per_number: u32,
    /// How many triggers for one number may have reached a server within 24 hours, whichever row and campaign of the store
    /// they are for and whatever came of them: the second line of defense against an answer that is not what it seems. Less
    /// than `max_per_number` means as many: every call takes a trigger.
    #[serde(default = "max_triggers_per_number")]
    pub max_triggers_per_number: u32,
    /// For how long after a call of another campaign of the store a number is not called: a call that was placed, that may
    /// have rung, or that is running. 0 lets campaigns call a number one right after the other.
    #[serde(with = "seconds", default = "not_again_within")]
    pub not_again_within: Duration,
    /// How often a trigger is sent again that the service says it failed to place. It counts only if something else worked
    /// since this happened to the row before. What the service turns away for want of room, and what befalls a trigger by a
    /// fault of the service or the way to it, is tried until there is no more time.
    pub max_refusals: u32,
    /// How long after it was placed a call is followed outside the limit of calls in flight: one that never ends must not
    /// keep others from being called.
    #[serde(with = "seconds", default = "stuck_after")]
    pub stuck_after: Duration,
    /// What stops the campaign while the service fails for everybody.
    #[serde(default)]
    pub breaker: BreakerOptions,
    /// How signalling and media are encrypted, if not left to the service.
    #[serde(with = "encryption", default)]
    pub encryption: Option<Encryption>,
    /// The variant of the agent (agents dialect).
    #[serde(with = "variant", default)]
    pub variant_id: Option<VariantId>,
    /// The kinds of numbers, otherwise refused, that are called because somebody asked for them by name.
    #[serde(default, skip_serializing_if = "Allowed::is_none")]
    pub allowed: Allowed,
}

impl Default for Options {
    /// Monday to Saturday 9:00 to 20:00 and five minutes' margin, one call a second, ten at a time, no redials, three dials
    /// and ten triggers of a number in 24 hours, and none within 24 hours of another campaign's call.
    fn default() -> Self {
        Self {
            windows: CallingWindows::default(),
            window_margin: Duration::from_secs(300),
            zone_by: ZoneBy::default(),
            until: None,
            pace: Pace::default(),
            redial: Vec::new(),
            max_attempts: 10,
            max_per_number: 3,
            max_triggers_per_number: max_triggers_per_number(),
            not_again_within: not_again_within(),
            max_refusals: 3,
            stuck_after: stuck_after(),
            breaker: BreakerOptions::default(),
            encryption: None,
            variant_id: None,
            allowed: Allowed::NONE,
        }
    }
}

impl Options {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// If nobody could be called by it.
    pub fn check(&self) -> Result<(), InvalidInput> {
        self.pace.check()?;
        for (field, value) in [("max_attempts", self.max_attempts), ("max_per_number", self.max_per_number)] {
            if value == 0 {
                return Err(InvalidInput::new(field, "is 0, so that nobody would be called", "1 or more"));
            }
        }
        self.breaker.check()?;
        let mut names: Vec<_> = self.redial.iter().map(RedialRule::name).collect();
        names.sort();
        if names.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(InvalidInput::new(
                "redial",
                "has two rules for one ending",
                "one rule for each ending",
            ));
        }
        Ok(())
    }
}

const fn max_triggers_per_number() -> u32 {
    10
}

const fn not_again_within() -> Duration {
    Duration::from_secs(24 * 3600)
}

const fn stuck_after() -> Duration {
    Duration::from_secs(30 * 60)
}

pub(super) mod seconds {
    use super::Duration;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::campaign) fn serialize<S: Serializer>(
        span: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(span.as_secs())
    }

    pub(in crate::campaign) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}

mod encryption {
    use super::Encryption;
    use crate::dialect::OUTBOUND;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        it: &Option<Encryption>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        it.map(OUTBOUND.encryption).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Encryption>, D::Error> {
        let word = Option::<String>::deserialize(deserializer)?;
        word.map(|word| word.parse().map_err(D::Error::custom)).transpose()
    }
}

mod variant {
    use super::VariantId;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(it: &Option<VariantId>, serializer: S) -> Result<S::Ok, S::Error> {
        it.as_ref().map(VariantId::as_str).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<VariantId>, D::Error> {
        let id = Option::<String>::deserialize(deserializer)?;
        id.map(|id| VariantId::new(id).map_err(D::Error::custom)).transpose()
    }
}
