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
                Ok(entry) => {
                    // Lines of a column that is ignored may be rows all the same.
                    if read.last > read.row {
                        self.withhold_lines(&read, 1, country, withheld);
                    }
                    return Ok(Some(entry));
                }
                Err(fault) => fault,
            }
        };
        if read.held {
            let fields: Vec<&str> = record.fields().collect();
            withheld.extend(Reading::of_fields(read.row, names, &self.columns, country, &fields).withheld());
            self.withhold_lines(&read, 0, country, withheld);
        }
        Ok(Some(Entry::Refused(Refused::new(read.row, fault))))
    }

    /// The numbers that lines of a record, from one on, keep from being called, each as a row by itself.
    fn withhold_lines(
        &self,
        read: &Read,
        from: usize,
        country: Option<CountryCode>,
        withheld: &mut Vec<Withheld>,
    ) {
        let raw = self.csv.raw().replace("\r\n", "\n");
        let lines = raw.split(|it: char| u8::try_from(it).is_ok_and(is_line_end));
        let delimiter = char::from(self.csv.delimiter());
        for (row, line) in (read.row..).zip(lines).skip(from) {
            let fields: Vec<&str> =
                line.split(delimiter).map(|field| field.trim().trim_matches('"')).collect();
            let reading = Reading::of_fields(row, self.csv.names(), &self.columns, country, &fields);
            withheld.extend(reading.withheld());
        }
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
