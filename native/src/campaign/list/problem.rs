//! What is wrong with a row or a file, said so that a person can put it right; no cell is ever quoted.

use std::borrow::Cow;
use std::error::Error;
use std::{fmt, io};

use polyai_outbound_core::InvalidInput;

/// What is wrong with a cell, and what would have been taken. It never holds what the cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, as the rest of a sentence that begins with the column.
    pub problem: Cow<'static, str>,
    /// What would have been taken.
    pub expected: Cow<'static, str>,
}

impl Problem {
    /// With what was expected instead.
    pub fn new(problem: impl Into<Cow<'static, str>>, expected: impl Into<Cow<'static, str>>) -> Self {
        Self { problem: problem.into(), expected: expected.into() }
    }

    /// The column's name comes from the file, and is shown as such.
    pub(crate) fn in_column(self, column: Option<&str>) -> Fault {
        Fault { column: column.map(shown), problem: self }
    }
}

impl From<InvalidInput> for Problem {
    fn from(invalid: InvalidInput) -> Self {
        Self::new(invalid.problem().to_owned(), invalid.expected().to_owned())
    }
}

/// A problem, and in which column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) column: Option<String>,
    pub(crate) problem: Problem,
}

/// A row that is not called, and why. It holds nothing of the row's cells: the row number finds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line at which the row begins; the first line of the file is 1.
    pub row: u64,
    /// The column, if one is to blame.
    pub column: Option<String>,
    /// What is wrong.
    pub problem: Cow<'static, str>,
    /// What would have been taken.
    pub expected: Cow<'static, str>,
}

impl Refused {
    pub(crate) fn new(row: u64, fault: Fault) -> Self {
        let Problem { problem, expected } = fault.problem;
        Self { row, column: fault.column, problem, expected }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.row)?;
        said(self.column.as_deref(), &self.problem, &self.expected, f)
    }
}

/// Why a file cannot be read on, or not be written: which file, where in it, what is wrong, and what to do.
#[derive(Debug)]
pub struct ListError(Box<Details>);

#[derive(Debug)]
struct Details {
    file: String,
    row: Option<u64>,
    fault: Fault,
    source: Option<io::Error>,
}

impl ListError {
    pub(crate) fn new(file: &str, row: impl Into<Option<u64>>, fault: Fault) -> Self {
        Self(Box::new(Details { file: file.to_owned(), row: row.into(), fault, source: None }))
    }

    /// About all of a file, or a row of it.
    pub(crate) fn at(file: &str, row: impl Into<Option<u64>>, problem: Problem) -> Self {
        Self::new(file, row, problem.in_column(None))
    }

    pub(crate) fn io(
        file: &str,
        row: impl Into<Option<u64>>,
        what: &'static str,
        expected: &'static str,
        source: io::Error,
    ) -> Self {
        let mut error = Self::at(file, row, Problem::new(format!("{what}: {source}"), expected));
        error.0.source = Some(source);
        error
    }

    /// The file, as it was named.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.0.file
    }

    /// The line, if one is to blame; the first is 1.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        self.0.row
    }

    /// The column, if one is to blame.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.0.fault.column.as_deref()
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.0.fault.problem.problem
    }

    /// What would have been taken, and what to do.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.0.fault.problem.expected
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file())?;
        if let Some(row) = self.row() {
            write!(f, ", row {row}")?;
        }
        said(self.column(), self.problem(), self.expected(), f)
    }
}

impl Error for ListError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_ref().map(|source| source as &(dyn Error + 'static))
    }
}

fn said(column: Option<&str>, problem: &str, expected: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(column) = column {
        write!(f, ", column `{column}`")?;
    }
    write!(f, ": {problem}; expected {expected}")
}

/// Names of columns as they may stand in a message: not all, if there are many.
pub(crate) fn listed(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 20;
    let mut said: Vec<String> =
        names.iter().take(MOST).map(|name| format!("`{}`", shown(name.as_ref()))).collect();
    if names.len() > MOST {
        said.push(format!("and {} more", names.len() - MOST));
    }
    said.join(", ")
}

/// A name of a column as it may stand in a message: on one line, and not at length. One with as many digits as a phone
/// number has may be one, and is shown without them.
pub(crate) fn shown(name: &str) -> String {
    const LONGEST: usize = 64;
    const PHONE_DIGITS: usize = 7;
    let is_number = name.bytes().filter(u8::is_ascii_digit).count() >= PHONE_DIGITS;
    name.chars()
        .take(LONGEST)
        .map(|it| match it {
            _ if it.is_control() => char::REPLACEMENT_CHARACTER,
            '0'..='9' if is_number => '*',
            _ => it,
        })
        .collect()
}
