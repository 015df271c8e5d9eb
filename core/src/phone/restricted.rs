//! Numbers that nobody calls by accident: emergency services, and those that cost more than a call. That a number is
//! one is told here; that it is not called is seen to where a trigger is checked.

use serde::{Deserialize, Serialize};

use super::premium::PREMIUM;
use super::{Destination, PhoneNumber, plan};
use crate::InvalidInput;

/// A kind of numbers that is called only if it is asked for by name: see [`TriggerCall::allowing`](crate::TriggerCall::allowing).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Restricted {
    /// Police, fire brigade, ambulance and the like, and every national number that is as short as theirs.
    Emergency,
    /// Premium-rate numbers by libphonenumber's metadata, and others that cost more than a call: of satellites, personal
    /// numbers of the United Kingdom, televoting in Germany and Spain.
    Premium,
}

/// Kinds of numbers that were asked for by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Allowed {
    emergency: bool,
    premium: bool,
}

/// Emergency numbers that are longer than the others, by calling code; with dots, whatever is dialed behind them.
const EMERGENCY: [(u16, &str); 5] =
    [(1, "911......."), (27, "10111"), (27, "10177"), (46, "90000"), (264, "10111")];
/// Beginnings of numbers that cost more than a call and are of another kind in libphonenumber's metadata, or of none.
const COSTLY: [(u16, &str); 8] = [
    // Televoting and contests.
    (34, "905"),
    (49, "137"),
    // Personal numbers, which may lead anywhere.
    (44, "70"),
    // Inmarsat, personal numbers of no country, satellites, international networks.
    (870, ""),
    (878, ""),
    (881, ""),
    (882, ""),
    (883, ""),
];
/// The most digits of an emergency number, but for those.
const SHORT: usize = 4;
/// Countries whose numbers may begin with a 0 that is dialed from abroad as well.
const OWN_ZERO: [u16; 4] = [39, 227, 242, 378];
/// What is dialed before a national number where that is no 0: for numbers with so many digits.
const TRUNKS: [(u16, &str, usize); 4] = [(1, "1", 11), (7, "8", 11), (36, "06", 10), (375, "8", 11)];
/// What is dialed before a number of another country where that is not 00.
const ABROAD: [(u16, &str); 3] = [(1, "011"), (61, "0011"), (81, "010")];

impl Restricted {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Emergency, Self::Premium];

    /// The kind of a number that is one of these, however it is written.
    #[must_use]
    pub fn of(destination: &Destination) -> Option<Self> {
        match destination {
            Destination::E164(number) => number.restricted(),
            Destination::National { number, country } => {
                let digits: String = number.as_str().chars().filter(char::is_ascii_digit).collect();
                national(country.calling_code(), &digits)
            }
        }
    }

    /// What is wrong with such a number, and what would be taken.
    pub(crate) const fn refusal(self) -> (&'static str, &'static str) {
        match self {
            Self::Emergency => (
                "is an emergency number, or as short as one",
                "another number, unless emergency numbers are allowed by name (--allow-emergency, allowEmergency)",
            ),
            Self::Premium => (
                "is a premium-rate number, which costs more than a call",
                "another number, unless premium-rate numbers are allowed by name (--allow-premium, allowPremium)",
            ),
        }
    }
}

impl Allowed {
    /// None of them.
    pub const NONE: Self = Self { emergency: false, premium: false };

    /// That kind as well.
    #[must_use]
    pub const fn and(self, kind: Restricted) -> Self {
        match kind {
            Restricted::Emergency => Self { emergency: true, ..self },
            Restricted::Premium => Self { premium: true, ..self },
        }
    }

    /// Returns true if that kind is allowed.
    #[must_use]
    pub const fn has(self, kind: Restricted) -> bool {
        match kind {
            Restricted::Emergency => self.emergency,
            Restricted::Premium => self.premium,
        }
    }

    /// Returns true if no kind is allowed.
    #[cfg(feature = "campaign")]
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// Checks that a number of that kind, if it is of one, was asked for.
    ///
    /// # Errors
    /// If it was not.
    pub fn check(self, kind: Option<Restricted>) -> Result<(), InvalidInput> {
        match kind {
            Some(kind) if !self.has(kind) => {
                let (problem, expected) = kind.refusal();
                Err(InvalidInput::new("to_number", problem, expected))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl PhoneNumber {
    /// The kind of a number that is called only if it is asked for by name.
    #[must_use]
    pub fn restricted(&self) -> Option<Restricted> {
        international(self.as_str().trim_start_matches('+'))
    }
}

/// Of digits as they are dialed within a country.
fn national(code: u16, digits: &str) -> Option<Restricted> {
    if digits.len() <= SHORT {
        return Some(Restricted::Emergency);
    }
    let whole = match dialed(code, digits) {
        Dialed::Abroad(rest) => return international(rest),
        Dialed::Within(whole) => whole,
    };
    // A 911 is one with another digit before it, too, as from behind a telephone system.
    if whole.len() < SHORT { Some(Restricted::Emergency) } else { listed(code, whole) }
}

/// Digits as they are dialed, without what is dialed before a number.
pub(super) enum Dialed<'a> {
    /// A number of another country, with its calling code.
    Abroad(&'a str),
    /// One of the same country.
    Within(&'a str),
}

pub(super) fn dialed(code: u16, digits: &str) -> Dialed<'_> {
    let abroad = ABROAD.iter().find(|(of, prefix)| *of == code && digits.starts_with(prefix));
    if let Some(rest) = digits.strip_prefix(abroad.map_or("00", |(_, prefix)| prefix)) {
        return Dialed::Abroad(rest);
    }
    let trunk = TRUNKS.iter().find(|(of, _, length)| *of == code && *length == digits.len());
    Dialed::Within(match trunk.and_then(|(_, prefix, _)| digits.strip_prefix(prefix)) {
        Some(whole) => whole,
        None if OWN_ZERO.contains(&code) => digits,
        None => digits.trim_start_matches('0'),
    })
}

/// Of digits that begin with a calling code.
fn international(digits: &str) -> Option<Restricted> {
    let (code, whole) = (1..=3).find_map(|length| {
        let (code, whole) = digits.split_at_checked(length)?;
        Some((plan(code)?.0, whole))
    })?;
    // A 0 that is dialed within the country alone may have been left there.
    let whole = if OWN_ZERO.contains(&code) { whole } else { whole.trim_start_matches('0') };
    if whole.len() < SHORT { Some(Restricted::Emergency) } else { listed(code, whole) }
}

/// Of a whole national number.
fn listed(code: u16, whole: &str) -> Option<Restricted> {
    if EMERGENCY.iter().any(|(of, pattern)| *of == code && is_whole(pattern, whole)) {
        return Some(Restricted::Emergency);
    }
    if COSTLY.iter().any(|(of, beginning)| *of == code && whole.starts_with(beginning)) {
        return Some(Restricted::Premium);
    }
    let (_, patterns) = PREMIUM.iter().find(|(of, _)| *of == code)?;
    let fits = |pattern: &str| {
        if pattern.contains('.') { is_whole(pattern, whole) } else { whole.starts_with(pattern) }
    };
    patterns.split(' ').any(fits).then_some(Restricted::Premium)
}

/// Returns true if the number is of that pattern from its first to its last digit.
fn is_whole(pattern: &str, number: &str) -> bool {
    let fits = |(wanted, digit)| wanted == b'.' || wanted == digit;
    pattern.len() == number.len() && pattern.bytes().zip(number.bytes()).all(fits)
}

#[cfg(test)]
mod tests;
