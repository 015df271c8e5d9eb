//! Columns in which the list itself says who must not be called: which they are, and what their cells say.
//!
//! In doubt nobody is called: a cell that cannot be understood refuses its row.

mod name;
mod words;

use super::problem::Problem;
use words::{ANSWERS, BETWEEN, FORBIDDING_PARTS, FORBIDDING_WORDS, MARKS, NOT};

/// A column that says whether its row may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OptOut {
    /// A yes forbids: `DoNotCall`, or `unsubscribed_at`, where a date is a yes.
    Forbids,
    /// A no forbids: `consent`, `can_call`.
    Permits,
    /// One of many words, of which some forbid: `status` is `DNC`. All others say something else.
    Status,
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

impl OptOut {
    /// Which such column a name is of, if it is.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        name::by_name(name)
    }

    /// Columns of flags are ours; a status is of use to the agent as well.
    pub(crate) const fn is_flag(self) -> bool {
        match self {
            Self::Forbids | Self::Permits => true,
            Self::Status => false,
        }
    }

    /// Returns true if the cell forbids to call.
    ///
    /// An empty cell says nothing, which forbids nothing; but where consent is asked for, none was given: such a row is
    /// refused, because a call without consent cannot be taken back.
    pub(crate) fn forbids(self, cell: &str) -> Result<bool, Problem> {
        let cell = cell.trim();
        match (self, cell.is_empty()) {
            (Self::Forbids | Self::Status, true) => Ok(false),
            (Self::Permits, true) => Err(Problem::new(
                "is empty, so that nobody knows whether this person may be called",
                "yes or no; or the column not to be looked at: --ignore-column",
            )),
            (Self::Status, false) => Ok(is_forbidding(cell)),
            (Self::Forbids | Self::Permits, false) => match self.answer(cell) {
                Some(Said::MustNot) => Ok(true),
                Some(Said::May) => Ok(false),
                Some(Said::Yes) => Ok(self == Self::Forbids),
                Some(Said::No) => Ok(self == Self::Permits),
                None => Err(Problem::new(
                    "says in words that are not known whether this person may be called",
                    "yes or no, true or false, 1 or 0; or the column not to be looked at: --ignore-column",
                )),
            },
        }
    }

    fn answer(self, cell: &str) -> Option<Said> {
        let mark = MARKS.iter().find(|(mark, _)| *mark == cell);
        let plain = cell.strip_suffix(".0").unwrap_or(cell);
        let word = letters(plain);
        let known = || ANSWERS.iter().find(|(answer, _)| *answer == word);
        if let Some((_, said)) = mark.or_else(known) {
            return Some(*said);
        }
        if is_forbidding(cell) {
            return Some(Said::MustNot);
        }
        (self == Self::Forbids && is_date(cell)).then_some(Said::Yes)
    }
}

/// What the cell said, as it may be shown: a word of the tables above, or that there is a date.
pub(crate) fn shown(cell: &str) -> String {
    let cell = cell.trim();
    let word = letters(cell.strip_suffix(".0").unwrap_or(cell));
    let is_known = ANSWERS.iter().any(|(answer, _)| *answer == word)
        || MARKS.iter().any(|(mark, _)| *mark == cell)
        || FORBIDDING_WORDS.contains(&word.as_str())
        || FORBIDDING_PARTS.contains(&word.as_str());
    if is_known {
        return super::problem::shown(cell);
    }
    if is_date(cell) {
        return "(a date)".to_owned();
    }
    told(cell).unwrap_or("(no)").to_owned()
}

fn is_forbidding(cell: &str) -> bool {
    told(cell).is_some()
}

/// What in a cell forbids, unless a `not` before it denies that: `not on DNC`.
fn told(cell: &str) -> Option<&'static str> {
    let (mut whole, mut begins) = (String::new(), Vec::new());
    for word in cell.split(|it: char| !it.is_alphanumeric()).map(letters).filter(|it| !it.is_empty()) {
        begins.push(whole.len());
        whole.push_str(&word);
    }
    // With more than one clause, nobody knows what a `not` denies.
    let is_one_clause = !cell.contains([',', ';', '.', ':', '/', '|', '!', '?', '(']);
    let counts = |at: usize| !(is_one_clause && is_denied(whole.get(..at).unwrap_or_default(), &begins));
    let is_within = |at: usize, end: usize| !begins.iter().any(|begin| at < *begin && *begin < end);
    let is_word =
        |word: &str| whole.match_indices(word).any(|(at, _)| is_within(at, at + word.len()) && counts(at));
    let is_part = |part: &str| whole.match_indices(part).any(|(at, _)| counts(at));
    let word = FORBIDDING_WORDS.into_iter().find(|word| is_word(word));
    word.or_else(|| FORBIDDING_PARTS.into_iter().find(|part| is_part(part)))
}

/// With a `not` at the end, which begins a word, and little behind it.
fn is_denied(before: &str, begins: &[usize]) -> bool {
    std::iter::successors(Some(before), |&before| BETWEEN.iter().find_map(|it| before.strip_suffix(it)))
        .flat_map(|before| NOT.iter().filter_map(move |not| before.strip_suffix(not)))
        .any(|rest| begins.contains(&rest.len()))
}

/// A day, as people and programs write them; what is not all of it is none.
fn is_date(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let is_none = cell.bytes().filter(u8::is_ascii_digit).all(|digit| digit == b'0');
    let parts = cell.split(['-', '/', '.', ' ', ':', ',', 'T']).filter(|it| !it.is_empty()).count();
    (4..=25).contains(&digits) && !is_none && (parts >= 3 || (8..=13).contains(&digits) && parts == 1)
}

/// Letters and digits alone, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
