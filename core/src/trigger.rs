//! A call to be placed: destination, metadata, encryption, variant; and the SID that it is known by afterwards.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::text::{all, is_blank, is_visible};
use crate::{Allowed, Destination, InvalidInput, Metadata, Restricted};

/// A call to be placed.
///
/// ```
/// use polyai_outbound_core::{Destination, Encryption, Metadata, TriggerCall};
///
/// let call = TriggerCall::new(Destination::parse("+14155550100", None)?)
///     .with_metadata(Metadata::new([("appointment", "2026-12-01 09:30")])?)
///     .with_encryption(Encryption::TlsSrtp);
/// assert_eq!(call.metadata().len(), 1);
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerCall {
    destination: Destination,
    metadata: Metadata,
    encryption: Option<Encryption>,
    variant_id: Option<VariantId>,
    allowed: Allowed,
}

impl TriggerCall {
    /// A call with nothing but its destination. One to an emergency or premium-rate number is refused before anything is
    /// sent, unless it is [allowed](Self::allowing).
    #[must_use]
    pub const fn new(destination: Destination) -> Self {
        Self {
            destination,
            metadata: Metadata::EMPTY,
            encryption: None,
            variant_id: None,
            allowed: Allowed::NONE,
        }
    }

    /// Lets the call go to a number of that kind as well, because somebody asked for it by name.
    ///
    /// ```
    /// use polyai_outbound_core::{Destination, Restricted, TriggerCall};
    ///
    /// let weather = Destination::parse("+449098790000", None)?;
    /// assert_eq!(Restricted::of(&weather), Some(Restricted::Premium));
    /// let call = TriggerCall::new(weather).allowing(Restricted::Premium);
    /// assert!(call.allowed().has(Restricted::Premium));
    /// # Ok::<(), polyai_outbound_core::InvalidInput>(())
    /// ```
    #[must_use]
    pub const fn allowing(mut self, kind: Restricted) -> Self {
        self.allowed = self.allowed.and(kind);
        self
    }

    /// Sets what the voice agent is told about the call.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Sets how signalling and media are encrypted; the service's default is TLS and SRTP.
    #[must_use]
    pub const fn with_encryption(mut self, encryption: Encryption) -> Self {
        self.encryption = Some(encryption);
        self
    }

    /// Sets the variant of the agent; only the agents dialect knows variants.
    #[must_use]
    pub fn with_variant(mut self, variant_id: VariantId) -> Self {
        self.variant_id = Some(variant_id);
        self
    }

    /// Sets which kinds of numbers the call may go to that are refused otherwise.
    #[must_use]
    pub const fn with_allowed(mut self, allowed: Allowed) -> Self {
        self.allowed = allowed;
        self
    }

    /// Checks that the number is of no kind that nobody asked for by name; whoever sends the call does so, too.
    ///
    /// # Errors
    /// If it is.
    pub fn check_allowed(&self) -> Result<(), InvalidInput> {
        self.allowed.check(Restricted::of(&self.destination))
    }

    /// Who is called.
    #[must_use]
    pub const fn destination(&self) -> &Destination {
        &self.destination
    }

    /// What the voice agent is told about the call.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The kinds of numbers that were asked for by name.
    #[must_use]
    pub const fn allowed(&self) -> Allowed {
        self.allowed
    }

    /// How signalling and media are encrypted, if not left to the service.
    #[must_use]
    pub const fn encryption(&self) -> Option<Encryption> {
        self.encryption
    }

    /// The variant of the agent, if one is asked for.
    #[must_use]
    pub const fn variant_id(&self) -> Option<&VariantId> {
        self.variant_id.as_ref()
    }
}

/// How a call's signalling and media are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// Both encrypted; the service's default.
    TlsSrtp,
    /// Signalling encrypted, media not.
    TlsRtp,
    /// Media encrypted, signalling not.
    UdpSrtp,
    /// Neither encrypted.
    UdpRtp,
}

impl Encryption {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TlsSrtp, Self::TlsRtp, Self::UdpSrtp, Self::UdpRtp];
}

impl FromStr for Encryption {
    type Err = InvalidInput;

    /// Takes the words of either dialect, without regard to case.
    fn from_str(word: &str) -> Result<Self, InvalidInput> {
        let is = |known: &str| known.eq_ignore_ascii_case(word);
        Self::ALL
            .into_iter()
            .find(|it| {
                is((crate::dialect::OUTBOUND.encryption)(*it)) || is((crate::dialect::AGENTS.encryption)(*it))
            })
            .ok_or_else(|| {
                InvalidInput::new(
                    "encryption",
                    "is not a known word",
                    "TLS/SRTP, TLS/RTP, UDP/SRTP or UDP/RTP",
                )
            })
    }
}

/// A variant of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VariantId(String);

impl VariantId {
    /// Takes an identifier.
    ///
    /// # Errors
    /// If it is empty.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = id.into();
        if is_blank(&id) {
            return Err(InvalidInput::new(
                "variant_id",
                "is empty",
                "the variant's identifier, or none at all",
            ));
        }
        Ok(Self(id))
    }

    /// The identifier as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a call is known by once it was accepted: `OUT-` and an identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CallSid(String);

impl CallSid {
    /// Longest that is taken; the service's own are 40 characters.
    const LONGEST: usize = 128;

    /// Takes a SID as the service gave it.
    ///
    /// # Errors
    /// If it does not begin with `OUT-`, or has characters that no identifier has.
    pub fn parse(sid: impl Into<String>) -> Result<Self, InvalidInput> {
        Self::checked(sid.into())
    }

    /// Once in the code, not for every kind of text.
    #[inline(never)]
    fn checked(sid: String) -> Result<Self, InvalidInput> {
        const EXPECTED: &str = "the call SID that the trigger answered with: OUT- and an identifier";
        let refuse = |problem: &'static str| Err(InvalidInput::new("call_sid", problem, EXPECTED));
        match sid.strip_prefix("OUT-") {
            None => refuse("does not begin with OUT-"),
            Some("") => refuse("has nothing after OUT-"),
            Some(_) if sid.len() > Self::LONGEST => refuse("is longer than 128 characters"),
            Some(id) if !all(id, is_visible) => {
                refuse("has a space or another character that no identifier has")
            }
            Some(_) => Ok(Self(sid)),
        }
    }

    /// The SID.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CallSid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CallSid {
    type Err = InvalidInput;

    fn from_str(sid: &str) -> Result<Self, InvalidInput> {
        Self::parse(sid)
    }
}

impl<'de> Deserialize<'de> for CallSid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
