//! Opt-outs that the list itself holds: in columns that are for it, and in the words of any other.
//!
//! In doubt nobody is called: a cell that cannot be understood refuses its row. Which column is one says its name
//! ([`name`]); what its cells say, and what any cell says in words, is in [`phrases`]; all words are in [`words`].

mod name;
mod phrases;
#[cfg(test)]
mod tests;
mod words;

use super::problem::Problem;
use phrases::{Place, folded, spoken};
use words::{ANSWERS, CALLED, CHANNELS, CONSENT_KINDS, KINDS, MARKS};

/// A column, by how it may say that its row must not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OptOut {
    /// A yes forbids: `DoNotCall`, or `unsubscribed_at`, where a date is a yes.
    Forbids,
    /// A no forbids, and silence is no yes: `consent`, `can_call`.
    Permits,
    /// A no forbids, and silence says nothing: `is_active`.
    Active,
    /// The same as [`Forbids`](Self::Forbids) where the cell is an answer; if it is none, the column is about something else.
    ForbidsIfClear,
    /// The same as [`Permits`](Self::Permits) where the cell is an answer.
    PermitsIfClear,
    /// Words, of which some forbid: `status` is `DNC`, `notes` are `please do not call`.
    Says(Place),
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Yes,
    No,
    /// In so many words, whatever the column asks.
    May,
    MustNot,
}

/// Meaning of the words of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Spoken {
    /// Not to call, in these of them.
    MustNot(String),
    /// Not to call at some time, or in some way.
    Limited,
    /// Not to call, and a word that may take it back.
    Unclear,
}

/// Verdict of a cell on calling its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing against a call.
    May,
    /// Not to call: what the cell said, as it may be shown.
    MustNot(String),
}

const IGNORE: &str = "--ignore-column";

impl OptOut {
    /// A column that may say anything.
    pub(crate) const TEXT: Self = Self::Says(Place::Text);
    /// A column of names of things.
    pub(crate) const LABEL: Self = Self::Says(Place::Label);

    /// Which such column a name is of.
    pub(crate) fn by_name(name: &str) -> Self {
        name::by_name(name)
    }

    /// Columns of flags are ours; what else a column says is of use to the agent as well.
    pub(crate) const fn is_flag(self) -> bool {
        match self {
            Self::Forbids | Self::Permits | Self::Active => true,
            Self::ForbidsIfClear | Self::PermitsIfClear | Self::Says(_) => false,
        }
    }

    /// Columns whose cells are answers, which a program writes as booleans and numbers.
    pub(crate) const fn is_answer(self) -> bool {
        match self {
            Self::Forbids | Self::Permits | Self::Active | Self::ForbidsIfClear | Self::PermitsIfClear => {
                true
            }
            Self::Says(_) => false,
        }
    }

    /// Returns the verdict of the cell.
    ///
    /// An empty cell says nothing, which forbids nothing; but where consent is asked for, none was given: such a row is
    /// refused, because a call without consent cannot be taken back.
    pub(crate) fn verdict(self, cell: &str) -> Result<Verdict, Problem> {
        let cell = cell.trim();
        let must_not = || Ok(Verdict::MustNot(shown(cell)));
        let place = match self {
            Self::Says(place) => place,
            Self::Forbids | Self::Permits | Self::Active | Self::ForbidsIfClear | Self::PermitsIfClear => {
                Place::Status
            }
        };
        if cell.is_empty() {
            return match self {
                Self::Permits => Err(Problem::new(
                    "is empty, so that nobody knows whether this person may be called",
                    format!("yes or no; or the column not to be looked at: {IGNORE}"),
                )),
                Self::Forbids
                | Self::Active
                | Self::ForbidsIfClear
                | Self::PermitsIfClear
                | Self::Says(_) => Ok(Verdict::May),
            };
        }
        if self.is_answer() {
            match (self.answer(cell), self) {
                (Some(Said::MustNot), _) => return must_not(),
                (Some(Said::May), _) => return Ok(Verdict::May),
                (Some(Said::Yes), Self::Forbids | Self::ForbidsIfClear) => return must_not(),
                (Some(Said::No), Self::Permits | Self::Active | Self::PermitsIfClear) => return must_not(),
                (Some(Said::Yes | Said::No), _) => return Ok(Verdict::May),
                (None, _) => {}
            }
        }
        // Words that a line break stands between belong together as well: a cell may be wrapped.
        let joined =
            || spoken(&cell.replace(['\n', '\r'], " "), place).filter(|_| cell.contains(['\n', '\r']));
        match (spoken(cell, place).or_else(joined), self) {
            (Some(Spoken::MustNot(words)), _) => Ok(Verdict::MustNot(whole_or(cell, words))),
            (Some(Spoken::Limited), _) => Err(Problem::new(
                "says when or how not to call this person, which nothing here obeys by itself",
                format!(
                    "the time in not_before, not_after or --window, and the words out of the cell; or the column not to be \
                     looked at: {IGNORE}"
                ),
            )),
            (Some(Spoken::Unclear), _) => Err(Problem::new(
                "says in words that nobody is sure of whether this person may be called",
                format!("plain words; or the column not to be looked at: {IGNORE}"),
            )),
            (None, Self::Forbids | Self::Permits | Self::Active) => Err(Problem::new(
                "says in words that are not known whether this person may be called",
                format!("yes or no, true or false, 1 or 0; or the column not to be looked at: {IGNORE}"),
            )),
            (None, Self::ForbidsIfClear | Self::PermitsIfClear | Self::Says(_)) => Ok(Verdict::May),
        }
    }

    fn answer(self, cell: &str) -> Option<Said> {
        answer(cell)
            .or_else(|| self.kind_of_consent(cell))
            .or_else(|| {
                (matches!(self, Self::Forbids | Self::ForbidsIfClear) && is_date(cell)).then_some(Said::Yes)
            })
            .or_else(|| (self == Self::PermitsIfClear && is_date(cell)).then_some(Said::Yes))
    }

    /// `written` is a yes, `email only` is none, and of `email` nobody knows.
    fn kind_of_consent(self, cell: &str) -> Option<Said> {
        if !matches!(self, Self::Permits | Self::PermitsIfClear) {
            return None;
        }
        let words = phrases::words(cell);
        let any = |among: &[&str]| words.iter().any(|word| among.contains(&word.as_str()));
        let all =
            |among: &[&[&str]]| words.iter().all(|word| among.iter().any(|it| it.contains(&word.as_str())));
        let joins = ["only", "by", "via", "for", "to", "in", "writing"];
        let is_of_calls = any(&CALLED) || any(&["both", "all", "any"]);
        if words.is_empty() || !all(&[&CONSENT_KINDS, &CALLED, &CHANNELS, &KINDS, &joins]) {
            return None;
        }
        let is_kind = any(&CONSENT_KINDS) || any(&CALLED);
        match (any(&CHANNELS), is_of_calls, any(&["only"])) {
            (true, false, true) => Some(Said::MustNot),
            (true, false, false) => None,
            (true, true, _) => Some(Said::May),
            (false, ..) => is_kind.then_some(Said::May),
        }
    }
}

/// A column's name, as it stands before what its cell says.
pub(crate) fn named(name: &str) -> String {
    if name.is_empty() { "a column without a name".to_owned() } else { super::problem::shown(name) }
}

fn answer(cell: &str) -> Option<Said> {
    let mark = MARKS.iter().find(|(mark, _)| *mark == cell);
    let word = letters(cell.strip_suffix(".0").unwrap_or(cell));
    mark.or_else(|| ANSWERS.iter().find(|(answer, _)| *answer == word)).map(|(_, said)| *said)
}

/// Text of the cell as it may be shown: a known answer, or that there is a date.
fn shown(cell: &str) -> String {
    if answer(cell).is_some() {
        return super::problem::shown(cell);
    }
    if is_date(cell) {
        return "(a date)".to_owned();
    }
    let words = phrases::words(cell).join(" ");
    whole_or(cell, words)
}

/// The cell as it was written, if it says nothing else than these words, which are known ones.
fn whole_or(cell: &str, words: String) -> String {
    if letters(cell) == letters(&words) { super::problem::shown(cell) } else { words }
}

/// A day, as people and programs write them; what is not all of it is none, and what may be a phone number neither.
fn is_date(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.bytes().all(|it| it.is_ascii_digit()) {
        return is_bare_date(cell);
    }
    let runs: Vec<&str> =
        cell.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty()).take(3).collect();
    let has_month = cell.chars().any(|it| it.is_alphabetic() && it != 'T' && it != 'Z');
    let day = runs.get(..if has_month { runs.len().min(2) } else { 3 }).unwrap_or_default();
    let is_day = |run: &&&str| matches!(run.len(), 1 | 2 | 4) && run.bytes().any(|digit| digit != b'0');
    let long = day.iter().filter(|run| run.len() == 4).count();
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let parts = cell.split(['-', '/', '.', ' ', ':', ',', 'T']).filter(|it| !it.is_empty()).count();
    let is_long = digits > 8 && !cell.contains(':');
    !cell.starts_with(['+', '('])
        && (4..=25).contains(&digits)
        && parts >= 3
        && !day.is_empty()
        && day.iter().filter(is_day).count() == day.len()
        && long <= 1
        && !is_long
}

/// `20240501`, or seconds or milliseconds since 1970, from 2000 to 2040.
fn is_bare_date(digits: &str) -> bool {
    const FIRST: u64 = 946_684_800;
    const LAST: u64 = 2_208_988_800;
    let Ok(number) = digits.parse::<u64>() else { return false };
    match digits.len() {
        8 => {
            let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let days = match month {
                1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
                4 | 6 | 9 | 11 => 30,
                2 => 28 + u64::from(is_leap),
                _ => 0,
            };
            (1900..2100).contains(&year) && (1..=days).contains(&day)
        }
        10 => (FIRST..LAST).contains(&number),
        13 => (FIRST..LAST).contains(&(number / 1000)),
        _ => false,
    }
}

/// Letters and digits alone, in lower case and without accents.
fn letters(text: &str) -> String {
    folded(text).chars().filter(|it| it.is_alphanumeric()).collect()
}
