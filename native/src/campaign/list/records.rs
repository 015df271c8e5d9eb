//! The rows of a list that is CSV, record by record: recipients, and what is refused, each line for itself.

use std::ops::Range;

use polyai_outbound_core::CountryCode;

use super::columns::Columns;
use super::csv::{Csv, Read, behind_quote, takes_in_rows_of_column};
use super::problem::{Fault, ListError, Problem, Refused};
use super::row::Row;
use super::source::{Source, is_line_end};
use super::withheld::{Reading, Withheld};
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

    /// The next row. `country` is that of numbers which have none; `withheld` gets the numbers that a refused row keeps from
    /// being called.
    pub(crate) fn next(
        &mut self,
        country: Option<CountryCode>,
        withheld: &mut Vec<Withheld>,
    ) -> Result<Option<Entry>, ListError> {
        let (rows, by) = &mut self.taken_in;
        if let Some(row) = rows.next() {
            let problem = format!("is within a quoted field that begins in row {by}");
            let fault = Problem::new(problem, "that row put right").in_column(None);
            return Ok(Some(Entry::Refused(Refused::new(row, fault))));
        }
        let Some(read) = self.csv.next()? else { return Ok(None) };
        let (names, record) = (self.csv.names(), self.csv.record());
        let misquoted = self.misquoted(country);
        let fits = misquoted.is_none() && read.held && record.len() == names.len();
        let fault = if let Some(fault) = misquoted {
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
                Ok(entry) => {
                    if read.last > read.row {
                        let own = match &entry {
                            Entry::Recipient(it) => Some(it.to_number.canonical()),
                            Entry::OptedOut(it) => Some(it.to_number.canonical()),
                            Entry::Refused(_) => None,
                        };
                        let lines = self.ignored_lines(&read, country);
                        withheld.extend(lines.into_iter().filter(|it| Some(it.to_number.canonical()) != own));
                    }
                    return Ok(Some(entry));
                }
                Err(fault) => fault,
            }
        };
        if read.held {
            let fields: Vec<&str> = record.fields().collect();
            withheld.extend(Reading::of_fields(read.row, names, &self.columns, country, &fields).withheld());
            if fits {
                withheld.extend(self.ignored_lines(&read, country));
            } else {
                withheld.extend(self.lines(&read, country));
            }
        }
        Ok(Some(Entry::Refused(Refused::new(read.row, fault))))
    }

    /// The numbers that the lines of a record whose fields are not known keep from being called, each as a row by itself.
    fn lines(&self, read: &Read, country: Option<CountryCode>) -> Vec<Withheld> {
        let raw = self.csv.raw().replace("\r\n", "\n");
        let lines = raw.split(|it: char| u8::try_from(it).is_ok_and(is_line_end));
        (read.row..).zip(lines).flat_map(|(row, line)| self.line(row, &self.fields(line), country)).collect()
    }

    /// The same of lines within a cell of a column that is ignored, which may be rows all the same: those with as many fields
    /// as a row has. Lines of other cells are text, or [`misquoted`](Self::misquoted).
    fn ignored_lines(&self, read: &Read, country: Option<CountryCode>) -> Vec<Withheld> {
        let mut found = Vec::new();
        for (line, column, text) in self.csv.quoting().inside {
            let fields = self.fields(text);
            if self.columns.ignored.contains(&column) && fields.len() == self.csv.names().len() {
                found.extend(self.line(read.row + line, &fields, country));
            }
        }
        found
    }

    fn fields<'a>(&self, line: &'a str) -> Vec<&'a str> {
        let delimiter = char::from(self.csv.delimiter());
        line.split(delimiter).map(|field| field.trim().trim_matches('"')).collect()
    }

    fn line(&self, row: u64, fields: &[&str], country: Option<CountryCode>) -> Vec<Withheld> {
        Reading::of_fields(row, self.csv.names(), &self.columns, country, fields).withheld()
    }

    /// What the quotes of a record have taken in, or may have.
    fn misquoted(&self, country: Option<CountryCode>) -> Option<Fault> {
        let (names, quoting) = (self.csv.names(), self.csv.quoting());
        let name = |column: usize| names.get(column).map(String::as_str);
        match (quoting.behind, quoting.over_lines) {
            (Some((_, column)), _) => Some(behind_quote().in_column(name(column))),
            // A person says that nothing in it matters.
            (None, Some(column)) if self.columns.ignored.contains(&column) => None,
            (None, Some(column)) => quoting
                .takes_in_rows(self.csv.delimiter(), names.len(), self.columns.number, country)
                .then(|| takes_in_rows_of_column().in_column(name(column))),
            (None, None) => None,
        }
    }
}
