//! A date on which nobody is called.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::InvalidInput;
use crate::text::trim;

/// A date on which nobody is called, by the calendar of where they are.
///
/// ```
/// use polyai_outbound_core::campaign::Holiday;
///
/// assert_eq!(Holiday::parse("2026-12-25")?.to_string(), "2026-12-25");
/// assert!(Holiday::parse("2026-02-29").is_err(), "there is none in that year");
/// assert!(Holiday::parse("25/12/2026").is_err());
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holiday(Date);

impl Holiday {
    /// Takes a date as `2026-12-25`; spaces around it are cut off.
    ///
    /// # Errors
    /// If it is not written so, or there is no such date.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let invalid = |problem: &'static str| {
            InvalidInput::new("holiday", problem, "a date as year-month-day, with zeros: 2026-12-25")
        };
        let text = trim(text);
        let form = text.bytes().map(|it| if it.is_ascii_digit() { b'0' } else { it });
        if !form.eq(*b"0000-00-00") {
            return Err(invalid("is not a date"));
        }
        let part = |range| text.get(range).and_then(|it: &str| it.parse::<i16>().ok()).unwrap_or_default();
        let small = |range| i8::try_from(part(range)).unwrap_or_default();
        Date::new(part(0..4), small(5..7), small(8..10))
            .map(Self)
            .map_err(|_| invalid("is a date that does not exist"))
    }

    /// The day that is so many days after the first of January 1970; none after the year 9999.
    pub(super) fn of_day(day: i64) -> Option<Self> {
        let date = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(day).ok()?).ok()?;
        Some(Self(date))
    }
}

impl fmt::Debug for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for Holiday {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::parse(text)
    }
}

impl Serialize for Holiday {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Holiday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}
