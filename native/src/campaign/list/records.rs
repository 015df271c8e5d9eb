//! The rows of a list that is CSV, record by record: recipients, and what is refused, each line for itself.

use std::ops::Range;

use polyai_outbound_core::CountryCode;

use super::columns::Columns;
use super::csv::{Csv, behind_quote, takes_in_rows};
use super::problem::{Fault, ListError, Problem, Refused};
use super::row::Row;
use super::source::Source;
use super::{Entry, TOO_LONG};

/// A CSV file whose columns are known.
pub(crate) struct Records {
    csv: Csv,
    columns: Columns,
    /// Lines that a quoted field has taken in, and the row of that field.
    taken_in: (Range<u64>, u64),
}

impl Records {
    pub(crate) const fn new(csv: Csv, columns: Columns) -> Self {
        Self { csv, columns, taken_in: (0..0, 0) }
    }

    pub(crate) const fn source(&self) -> &Source {
        self.csv.source()
    }

    /// The next row. `country` is that of numbers which have none.
    pub(crate) fn next(&mut self, country: Option<CountryCode>) -> Result<Option<Entry>, ListError> {
        let (rows, by) = &mut self.taken_in;
        if let Some(row) = rows.next() {
            let problem = format!("is within a quoted field that begins in row {by}");
            let fault = Problem::new(problem, "that row put right").in_column(None);
            return Ok(Some(Entry::Refused(Refused::new(row, fault))));
        }
        let Some(read) = self.csv.next()? else { return Ok(None) };
        let (names, record) = (self.csv.names(), self.csv.record());
        let fault = if let Some(fault) = self.misquoted(country) {
            self.taken_in = (read.row + 1..read.last + 1, read.row);
            fault
        } else if !read.held {
            // Only a quoted field goes over lines.
            self.taken_in = (read.row + 1..read.last + 1, read.row);
            let problem = format!("{TOO_LONG}{}", read.up_to());
            Problem::new(problem, "shorter rows; a quote may be opened and not closed").in_column(None)
        } else if record.len() != names.len() {
            let problem =
                format!("has {} fields{}, the header has {}", record.len(), read.up_to(), names.len());
            let expected =
                "as many fields as the header has; a field with a separator or a quote in it is quoted";
            Problem::new(problem, expected).in_column(None)
        } else {
            let row = Row { row: read.row, names, columns: &self.columns, country };
            match row.read(|at| record.get(at)) {
                Ok(entry) => return Ok(Some(entry)),
                Err(fault) => fault,
            }
        };
        Ok(Some(Entry::Refused(Refused::new(read.row, fault))))
    }

    /// What the quotes of a record have taken in, or may have.
    fn misquoted(&self, country: Option<CountryCode>) -> Option<Fault> {
        let (names, quoting) = (self.csv.names(), self.csv.quoting());
        let name = |column: usize| names.get(column).map(String::as_str);
        match (quoting.behind, quoting.over_lines) {
            (Some((_, column)), _) => Some(behind_quote().in_column(name(column))),
            (None, Some(column)) => quoting
                .takes_in_rows(self.csv.delimiter(), names.len(), self.columns.number, country)
                .then(|| takes_in_rows().in_column(name(column))),
            (None, None) => None,
        }
    }
}
