//! When people may be called: hours of the day by their own clocks, and the next moment at which all clocks agree.

mod calendar;
mod holiday;
mod read;
mod spans;

use std::collections::BTreeSet;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::InvalidInput;
use crate::text::trim;

pub use calendar::{Calendar, Opening};
pub use holiday::Holiday;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES_OF_DAY: u16 = 24 * 60;

/// Minutes of a day from the first to before the second.
type Span = (u16, u16);

/// The hours in which people may be called, by the clocks where they are.
///
/// By default Monday to Saturday from 09:00 to 20:00. What is written is read back the same:
///
/// ```
/// use polyai_outbound_core::campaign::{CallingWindows, Holiday};
///
/// assert_eq!(CallingWindows::default().to_string(), "mon-sat 09:00-20:00");
///
/// let windows = CallingWindows::parse(&["mon-fri 09:00-12:00", "mon-fri 14:00-18:30", "sat,sun 10:00-16:00"])?
///     .with_holidays([Holiday::parse("2026-12-25")?]);
/// assert_eq!(windows.to_string(), "mon-fri 09:00-12:00; mon-fri 14:00-18:30; sat,sun 10:00-16:00");
/// assert_eq!(
///     serde_json::to_string(&windows).unwrap(),
///     r#"{"windows":["mon-fri 09:00-12:00","mon-fri 14:00-18:30","sat,sun 10:00-16:00"],"holidays":["2026-12-25"]}"#
/// );
/// assert_eq!(
///     CallingWindows::parse(&["22:00-02:00"]).unwrap_err().to_string(),
///     "window: 1: ends at or before its start; \
///      expected two windows where one goes over midnight: 22:00-24:00 and, on the days after, 00:00-02:00"
/// );
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallingWindows(Rule);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Week(Week),
    Always { reason: String },
}

/// What holds from Monday to Sunday; the spans of a day are in order and do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Week {
    days: [Vec<Span>; 7],
    holidays: BTreeSet<Holiday>,
}

impl CallingWindows {
    /// Takes windows such as `09:00-20:00` (from Monday to Saturday), `mon-fri 09:00-12:00` or `sat,sun 10:00-16:00`.
    ///
    /// A day may have several; those that overlap are one. `24:00` is the end of a day. One text may hold several
    /// with `;` between.
    ///
    /// # Errors
    /// If there is none, or one of them is not such a window; the error tells which and what is wrong with it.
    pub fn parse(windows: &[impl AsRef<str>]) -> Result<Self, InvalidInput> {
        let texts =
            windows.iter().flat_map(|it| it.as_ref().split(';')).map(trim).filter(|it| !it.is_empty());
        let mut week = Week::default();
        for (at, text) in texts.enumerate() {
            let window = read::window(text).map_err(|wrong| wrong.at(at + 1))?;
            for day in window.days() {
                if let Some(spans) = week.days.get_mut(day) {
                    add(spans, window.span);
                }
            }
        }
        if week.days.iter().all(Vec::is_empty) {
            return Err(InvalidInput::new("window", "has no hours", read::EXPECTED));
        }
        Ok(Self(Rule::Week(week)))
    }

    /// No windows: people may be called at any hour of any day, wherever they are. The reason is kept and shown.
    ///
    /// # Errors
    /// If no reason is given.
    pub fn always(reason: &str) -> Result<Self, InvalidInput> {
        let reason = trim(reason);
        if reason.is_empty() {
            return Err(InvalidInput::new(
                "no_windows",
                "has no reason",
                "why people may be called at any hour, in a few words that are kept with the campaign",
            ));
        }
        Ok(Self(Rule::Always { reason: reason.to_owned() }))
    }

    /// The same without these dates, on which nobody is called where that date is. Without windows they change nothing.
    #[must_use]
    pub fn with_holidays(mut self, dates: impl IntoIterator<Item = Holiday>) -> Self {
        match &mut self.0 {
            Rule::Week(week) => week.holidays.extend(dates),
            Rule::Always { .. } => {}
        }
        self
    }

    /// Why there are no windows, if there are none.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match &self.0 {
            Rule::Week(_) => None,
            Rule::Always { reason } => Some(reason),
        }
    }

    /// The dates on which nobody is called, in order.
    pub fn holidays(&self) -> impl Iterator<Item = Holiday> + '_ {
        self.week().into_iter().flat_map(|it| it.holidays.iter().copied())
    }

    /// The windows as [`parse`](Self::parse) takes them; none if there are no windows.
    #[must_use]
    pub fn windows(&self) -> Vec<String> {
        self.week().map(read::written).unwrap_or_default()
    }

    const fn week(&self) -> Option<&Week> {
        match &self.0 {
            Rule::Week(week) => Some(week),
            Rule::Always { .. } => None,
        }
    }
}

/// Adds one more, made one with those that it overlaps or touches.
fn add(spans: &mut Vec<Span>, more: Span) {
    let apart = |it: &Span| it.1 < more.0 || more.1 < it.0;
    let (start, end) =
        spans.iter().filter(|it| !apart(it)).fold(more, |(start, end), it| (start.min(it.0), end.max(it.1)));
    spans.retain(apart);
    spans.push((start, end));
    spans.sort_unstable();
}

/// From Monday to Saturday, 09:00 to 20:00.
impl Default for CallingWindows {
    fn default() -> Self {
        let mut days: [Vec<Span>; 7] = std::array::from_fn(|_| vec![(9 * 60, 20 * 60)]);
        let [.., sunday] = &mut days;
        sunday.clear();
        Self(Rule::Week(Week { days, holidays: BTreeSet::new() }))
    }
}

/// The windows as they are written, with `; ` between; without windows `at any time` and the reason.
impl fmt::Display for CallingWindows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::Week(week) => f.write_str(&read::written(week).join("; ")),
            Rule::Always { reason } => write!(f, "at any time ({reason})"),
        }
    }
}

/// As it stands in a file: windows and holidays, or why there are none.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    windows: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    holidays: BTreeSet<Holiday>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    always: Option<Reason>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

impl Serialize for CallingWindows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = match &self.0 {
            Rule::Week(week) => {
                Written { windows: Some(read::written(week)), holidays: week.holidays.clone(), always: None }
            }
            Rule::Always { reason } => Written {
                windows: None,
                holidays: BTreeSet::new(),
                always: Some(Reason { reason: reason.clone() }),
            },
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CallingWindows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        match (written.windows, written.always) {
            (Some(windows), None) => Self::parse(&windows).map(|it| it.with_holidays(written.holidays)),
            (None, Some(always)) if written.holidays.is_empty() => Self::always(&always.reason),
            (Some(_), Some(_)) | (None, _) => Err(InvalidInput::new(
                "calling windows",
                "are given both ways or not at all",
                "either windows, with holidays if there are any, or always with a reason",
            )),
        }
        .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
