//! Records of a CSV file, one after another, by `csv-core`: no more of the file is held than one record.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::problem::{ListError, Problem};
use super::quotes::Quoting;
use super::source::{LONGEST, Source, is_line_end};

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
const HEADER: &str = "a first line with the names of the columns, separated by commas, semicolons or tabs";

/// Whether a line that begins with `#` is a comment.
pub(crate) type Comment = fn(&str) -> bool;

/// A CSV file behind its header.
pub(crate) struct Csv {
    source: Source,
    reader: Reader,
    delimiter: u8,
    comments: Option<Comment>,
    names: Vec<String>,
    header_row: u64,
    record: Record,
    /// The bytes of the record, if there is a quote among them.
    raw: Vec<u8>,
}

/// The fields of the record that was read last.
#[derive(Default)]
pub(crate) struct Record {
    text: String,
    ends: Vec<usize>,
}

impl Record {
    pub(crate) fn get(&self, at: usize) -> &str {
        let end = self.ends.get(at).copied().unwrap_or_default();
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.text.get(start..end).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Every field is a piece of text by itself.
    fn is_text(&self) -> bool {
        self.ends.iter().all(|end| self.text.is_char_boundary(*end))
    }
}

/// From which line to which a record goes, and whether it was short enough to be held.
pub(crate) struct Read {
    pub(crate) row: u64,
    pub(crate) last: u64,
    pub(crate) held: bool,
}

impl Read {
    /// Where a record ends that takes several lines: a quote that is left open takes in the rows behind it.
    pub(crate) fn up_to(&self) -> String {
        if self.last > self.row { format!(", up to row {}", self.last) } else { String::new() }
    }
}

impl Csv {
    /// Reads the header, in which `has_number` knows a column of numbers. Lines that are `comments` are passed over.
    pub(crate) fn open(
        mut source: Source,
        has_number: impl Fn(&[String]) -> bool,
        comments: Option<Comment>,
    ) -> Result<Self, ListError> {
        pass_blank(&mut source, comments)?;
        let (delimiter, _) = delimiter(&mut source, has_number)?;
        let mut csv = Self {
            source,
            reader: reader(delimiter),
            delimiter,
            comments,
            names: Vec::new(),
            header_row: 1,
            record: Record::default(),
            raw: Vec::new(),
        };
        match csv.next()? {
            None => Err(csv.source.fault(None, Problem::new("is empty", HEADER))),
            Some(Read { row, held: false, .. }) => {
                let problem = Problem::new("begins with a record longer than 1 MiB", HEADER);
                Err(csv.source.fault(row, problem))
            }
            Some(Read { row, held: true, .. }) => {
                let quoting = csv.quoting();
                if let Some((lines, _)) = quoting.behind {
                    return Err(csv.source.fault(row + lines, behind_quote()));
                }
                if quoting.may_take_in_numbers(0) {
                    return Err(csv.source.fault(row, takes_in_rows()));
                }
                csv.names = csv.record.fields().map(|name| name.trim().to_owned()).collect();
                csv.header_row = row;
                Ok(csv)
            }
        }
    }

    pub(crate) const fn source(&self) -> &Source {
        &self.source
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) const fn header_row(&self) -> u64 {
        self.header_row
    }

    /// What [`next`](Self::next) read.
    pub(crate) const fn record(&self) -> &Record {
        &self.record
    }

    pub(crate) const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The text of the record that was read last, if there is a quote in it and it could be held.
    pub(crate) fn raw(&self) -> &str {
        str::from_utf8(&self.raw).unwrap_or_default()
    }

    /// The quotes of the record that was read last; nothing is odd about those of one that was too long to be held.
    pub(crate) fn quoting(&self) -> Quoting<'_> {
        Quoting::of(self.raw(), self.delimiter)
    }

    /// Reads the next record that is not empty.
    pub(crate) fn next(&mut self) -> Result<Option<Read>, ListError> {
        loop {
            pass_blank(&mut self.source, self.comments)?;
            if self.source.peek().is_empty() {
                return Ok(None);
            }
            let row = self.source.line();
            let read = self.read(row)?;
            if !read.held || self.record.fields().any(|field| !field.trim().is_empty()) {
                return Ok(Some(read));
            }
        }
    }

    /// Reads one record; the fields of one that is too long are not to be had.
    fn read(&mut self, row: u64) -> Result<Read, ListError> {
        let mut text = std::mem::take(&mut self.record.text).into_bytes();
        let mut ends = std::mem::take(&mut self.record.ends);
        // As much as the record before needed, not as much as the longest did: what is made longer is filled with zeros.
        text.resize(text.len().max(1 << 10), 0);
        ends.resize(self.names.len().max(64), 0);
        let (mut length, mut count, mut held) = (0, 0, true);
        self.raw.clear();
        let last = loop {
            let at_end = self.source.peek().is_empty() && !self.source.more()?;
            // A line end closes the last record as well, unless a quote is still open.
            let input = if at_end { b"\n" } else { self.source.peek() };
            let room =
                (text.get_mut(length..).unwrap_or_default(), ends.get_mut(count..).unwrap_or_default());
            let (result, taken, written, ended) = self.reader.read_record(input, room.0, room.1);
            if !at_end {
                let bytes = self.source.peek().get(..taken).unwrap_or_default();
                // Most records come in one piece, and without a quote.
                let is_plain = self.raw.is_empty()
                    && matches!(result, ReadRecordResult::Record)
                    && !bytes.contains(&b'"');
                if held && !is_plain && self.raw.len() <= LONGEST * 2 {
                    self.raw.extend_from_slice(bytes);
                }
                self.source.consume(taken);
            }
            length += written;
            count += ended;
            match result {
                // Behind its line end the next line has begun.
                ReadRecordResult::Record | ReadRecordResult::End => {
                    break self.source.line() - u64::from(!at_end);
                }
                ReadRecordResult::InputEmpty if at_end => return Err(self.open_quote(row)),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if held && text.len() < LONGEST => {
                    text.resize((text.len() * 2).min(LONGEST), 0);
                }
                ReadRecordResult::OutputEndsFull if held && ends.len() < LONGEST => {
                    ends.resize(ends.len() * 2, 0)
                }
                // Passed over: what comes is written over what came.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (length, count, held) = (0, 0, false);
                    self.raw = Vec::new();
                }
            }
        };
        let read = Read { row, last, held };
        if !held {
            return Ok(read);
        }
        text.truncate(length);
        ends.truncate(count);
        self.record = Record { text: String::from_utf8(text).map_err(|_| self.source.not_utf8(row))?, ends };
        if self.record.is_text() { Ok(read) } else { Err(self.source.not_utf8(row)) }
    }

    fn open_quote(&self, row: u64) -> ListError {
        let problem = Problem::new(
            "has a quote that is opened and never closed, so that nothing behind it can be read",
            "a closing quote; a quote within a quoted field is written twice",
        );
        self.source.fault(row, problem)
    }
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// Text between a closing quote and the separator.
pub(crate) fn behind_quote() -> Problem {
    Problem::new(
        "has text behind a closing quote, so that nobody knows where the field ends",
        "a separator behind a closing quote; a quote within a quoted field is written twice (\"\"), not as \\\"",
    )
}

const TAKES_IN_ROWS: &str = "has a quoted field that goes over several lines, in which other rows seem to be";
const CLOSED_IN_LINE: &str =
    "a closing quote in the same line; a quote that is part of the text is written twice, in a quoted field";

/// Rows within a quoted field.
pub(crate) fn takes_in_rows() -> Problem {
    Problem::new(TAKES_IN_ROWS, format!("{CLOSED_IN_LINE}; or the field on one line"))
}

/// The same in a list that is dialed, from which a column may be left out.
pub(crate) fn takes_in_rows_of_column() -> Problem {
    let expected = format!(
        "{CLOSED_IN_LINE}; or, if all these lines are text of that column, the column not to be looked at: --ignore-column"
    );
    Problem::new(TAKES_IN_ROWS, expected)
}

/// Passes over line ends, and over comments if there may be any.
pub(crate) fn pass_blank(source: &mut Source, comments: Option<Comment>) -> Result<(), ListError> {
    loop {
        match (source.peek().first().copied(), comments) {
            (Some(b'\r' | b'\n'), _) => source.consume(1),
            (Some(b'#'), Some(is_comment)) => {
                let row = source.line();
                let passed = match source.peek_line()? {
                    Some(line) => str::from_utf8(line).ok().map(is_comment),
                    None => Some(source.peek().starts_with(b"# ")),
                };
                let passed = passed.ok_or_else(|| source.not_utf8(row))?;
                if !passed {
                    return Ok(());
                }
                source.next_line()?;
            }
            (Some(_), _) => return Ok(()),
            (None, _) if source.more()? => {}
            (None, _) => return Ok(()),
        }
    }
}

/// That by which the header has a column of numbers; of several, that which makes more columns. And whether it has one.
pub(crate) fn delimiter(
    source: &mut Source,
    has_number: impl Fn(&[String]) -> bool,
) -> Result<(u8, bool), ListError> {
    let mut at_end = false;
    // Made once: each is a table of states, and a header may come in many pieces.
    let mut readers = DELIMITERS.map(|delimiter| (delimiter, reader(delimiter)));
    loop {
        let may_be_whole = source.peek().iter().any(|byte| is_line_end(*byte));
        if !may_be_whole && !at_end && source.peek().len() <= LONGEST {
            at_end = !source.more()?;
            continue;
        }
        let headers =
            readers.each_mut().map(|(delimiter, reader)| (*delimiter, header(source.peek(), reader, at_end)));
        let complete = headers.iter().all(|(_, header)| header.is_some());
        if complete || at_end || source.peek().len() > LONGEST {
            let found = headers.iter().filter_map(|(delimiter, header)| {
                let header = header.as_ref()?;
                Some((has_number(header), header.len(), *delimiter))
            });
            // Of equals the last is taken, so the comma comes last.
            let best = found.rev().max_by_key(|(has_number, columns, _)| (*has_number, *columns));
            return Ok(best.map_or((b',', false), |(has_number, _, delimiter)| (delimiter, has_number)));
        }
        at_end = !source.more()?;
    }
}

/// The names of the first record, if all of it is there.
fn header(bytes: &[u8], reader: &mut Reader, at_end: bool) -> Option<Vec<String>> {
    reader.reset();
    let mut text = vec![0; bytes.len() + 1];
    let mut ends = vec![0; bytes.len() + 1];
    let (result, _, length, mut count) = reader.read_record(bytes, &mut text, &mut ends);
    if result != ReadRecordResult::Record {
        if !at_end {
            return None;
        }
        let room = (text.get_mut(length..)?, ends.get_mut(count..)?);
        let (.., ended) = reader.read_record(b"\n", room.0, room.1);
        count += ended;
    }
    let mut start = 0;
    let fields = ends.get(..count)?.iter().map(|end| {
        let field = text.get(start..*end).unwrap_or_default();
        start = *end;
        String::from_utf8_lossy(field).trim().to_owned()
    });
    Some(fields.collect())
}
