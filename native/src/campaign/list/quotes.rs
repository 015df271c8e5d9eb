//! The quoting of one record, looked at again: csv-core reads any quoting, also such as takes in the rows behind it.

use polyai_outbound_core::CountryCode;

use super::source::is_line_end;
use crate::campaign::number::read_number;

/// So many digits may be a phone number.
pub(crate) const PHONE_DIGITS: usize = 7;

/// Oddities in the quotes of a record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Quoting<'a> {
    /// Where text first stands between a closing quote and the separator: lines after the record's first, and the column.
    pub(crate) behind: Option<(u64, usize)>,
    /// The column of the first quoted field that goes over a line's end.
    pub(crate) over_lines: Option<usize>,
    /// The lines of the record, if there is such a field.
    pub(crate) lines: Vec<&'a str>,
    /// What of each line is within the quotes of such a field.
    pub(crate) within: Vec<&'a str>,
    /// Text of each line behind a field's first that is within its quotes: lines after the record's first, column and text.
    pub(crate) inside: Vec<(u64, usize, &'a str)>,
    /// Number of separators within the quotes of such a field, of each line behind the first.
    pub(crate) separators: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    Closed,
    /// Blanks behind a closing quote, which harm nobody.
    Blank,
}

impl<'a> Quoting<'a> {
    /// Looks at the bytes of a record, with its line's end or without it.
    pub(crate) fn of(record: &'a str, delimiter: u8) -> Self {
        let mut found = Self::default();
        let mut at = At::Start;
        let (mut column, mut line, mut line_start, mut opened, mut crossed) = (0, 0_u64, 0, 0, false);
        let (mut after_cr, mut closed) = (false, 0);
        let slice = |from: usize, to: usize| record.get(from..to).unwrap_or_default();
        for (index, byte) in record.bytes().enumerate() {
            let line_end = is_line_end(byte);
            let ends_field = at == At::Closed && byte != b'"' || at == At::Quoted && line_end;
            if ends_field && crossed && !(byte == b'\n' && after_cr) {
                let end = if at == At::Closed { closed } else { index };
                found.inside.push((line, column, slice(line_start, end)));
            }
            at = match (at, byte) {
                (At::Start, b'"') => {
                    (opened, crossed) = (index + 1, false);
                    At::Quoted
                }
                (At::Quoted, b'"') => {
                    if crossed {
                        found.within.push(slice(opened, index));
                        // A quote that is written twice does not end the field.
                        opened = index;
                    }
                    closed = index;
                    At::Closed
                }
                (At::Closed, b'"') => At::Quoted,
                (At::Quoted, _) if line_end => {
                    found.over_lines.get_or_insert(column);
                    crossed = true;
                    found.within.push(slice(opened, index));
                    if !(byte == b'\n' && after_cr) {
                        found.separators.push(0);
                        found.lines.push(slice(line_start, index));
                        line += 1;
                    }
                    (opened, line_start) = (index + 1, index + 1);
                    At::Quoted
                }
                (At::Quoted, _) => {
                    if crossed && byte == delimiter {
                        found.separators.last_mut().into_iter().for_each(|count| *count += 1);
                    }
                    At::Quoted
                }
                (At::Start | At::Plain | At::Closed | At::Blank, _) if line_end => break,
                (At::Start | At::Plain | At::Closed | At::Blank, _) if byte == delimiter => {
                    column += 1;
                    At::Start
                }
                (At::Closed | At::Blank, b' ') => At::Blank,
                (At::Closed | At::Blank, _) => {
                    found.behind.get_or_insert((line, column));
                    At::Plain
                }
                (At::Start | At::Plain, _) => At::Plain,
            };
            after_cr = byte == b'\r';
        }
        if at == At::Closed && crossed && closed + 1 == record.len() {
            found.inside.push((line, column, slice(line_start, closed)));
        }
        if found.over_lines.is_some() {
            found.lines.push(slice(line_start, record.len()).trim_end_matches(['\r', '\n']));
        }
        found
    }

    /// Whether rows with so many columns, of which one holds the number, seem to be within a quoted field: at least two lines
    /// are rows by themselves. Of an honest cell with line breaks one line at most has all that a row has.
    pub(crate) fn takes_in_rows(
        &self,
        delimiter: u8,
        columns: usize,
        number: usize,
        country: Option<CountryCode>,
    ) -> bool {
        let is_row = |line: &&&str| {
            let cells: Vec<&str> = line.split(char::from(delimiter)).map(unquoted).collect();
            cells.len() >= columns
                && (cells.get(number).is_some_and(|cell| is_like_number(cell))
                    || cells.iter().any(|cell| is_number(cell, country)))
        };
        self.lines.iter().filter(is_row).take(2).count() == 2
    }

    /// Returns true if a number, or a row with so many columns, may be within a quoted field.
    pub(crate) fn may_take_in_numbers(&self, columns: usize) -> bool {
        self.within.iter().any(|text| has_number(text))
            || (columns > 1 && self.separators.iter().any(|count| *count >= columns - 1))
    }
}

/// Digits enough for a number, with no more between them than stands in one: no ZIP+4 behind a house number.
fn has_number(text: &str) -> bool {
    let is_zip = |word: &&str| {
        word.split_once('-').is_some_and(|(zip, more)| {
            let is =
                |digits: &str, count| digits.len() == count && digits.bytes().all(|it| it.is_ascii_digit());
            is(zip, 5) && is(more, 4)
        })
    };
    let has_letter = |word: &str| word.contains(char::is_alphabetic);
    text.split([',', ';', ':', '"', '\t']).any(|part| {
        let mut most = 0;
        let mut count = 0;
        // A word sets numbers apart; one with digits in it may be a number that was misread.
        for word in part.split_whitespace().filter(|word| !is_zip(word)) {
            count = if has_letter(word) && digits(word) == 0 { 0 } else { count + digits(word) };
            most = count.max(most);
        }
        most >= PHONE_DIGITS
    })
}

fn unquoted(cell: &str) -> &str {
    cell.trim_matches(|it: char| it == '"' || it.is_whitespace())
}

/// A number by itself, wherever it stands.
fn is_number(cell: &str, country: Option<CountryCode>) -> bool {
    (cell.starts_with('+') && is_like_number(cell)) || read_number(cell, country).is_ok()
}

/// Digits without words, as in a number of another country, or what a spreadsheet has made of one: `1.23E+11`.
fn is_like_number(cell: &str) -> bool {
    let is_rounded = cell.contains("E+") && digits(cell) >= 4;
    let is_written_out = digits(cell) >= PHONE_DIGITS && !cell.contains(char::is_alphabetic);
    is_written_out || is_rounded
}

pub(crate) fn digits(text: &str) -> usize {
    text.chars().filter(|it| it.is_numeric()).count()
}
