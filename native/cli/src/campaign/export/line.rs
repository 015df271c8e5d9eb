//! One row as a line of CSV or of JSON.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, wherever its text
//! came from. Such a cell gets a `'` before it, numbers too; the reader of lists takes a number that is marked so.
//!
//! A terminal takes some characters for orders. JSON has them escaped wherever it goes; cells are shown without them there,
//! and written whole elsewhere.

use std::borrow::Cow;
use std::io::{self, Write};

use polyai_outbound::campaign::{Record, Zone};
use polyai_outbound::{CallSid, Metadata};
use serde::Serialize;

use super::Format;
use super::place::Place;
use crate::campaign::moment::rfc3339;
use crate::output::{harmless, json_line};

/// The columns, in their order.
const COLUMNS: [&str; 20] = [
    "row",
    "external_id",
    "to_number",
    "state",
    "reason",
    "due_at",
    "attempts",
    "call_sid",
    "status",
    "status_reason",
    "disposition",
    "error",
    "correlation_id",
    "placed_at",
    "ended_at",
    "time_zone",
    "not_before",
    "not_after",
    "priority",
    "metadata",
];

/// Lines of one of the forms, and where they go.
pub(super) enum Lines {
    Csv {
        writer: Box<csv::Writer<Place>>,
        /// Somebody looks at them on a terminal.
        is_shown: bool,
    },
    Jsonl(Place),
}

impl Lines {
    /// The columns of CSV are named even if no row follows.
    pub(super) fn begin(format: Format, place: Place) -> io::Result<Self> {
        Ok(match format {
            Format::Csv => {
                let is_shown = place.is_terminal();
                let mut writer = csv::Writer::from_writer(place);
                writer.write_record(COLUMNS).map_err(cause)?;
                Self::Csv { writer: Box::new(writer), is_shown }
            }
            Format::Jsonl => Self::Jsonl(place),
        })
    }

    pub(super) fn write(&mut self, record: &Record) -> io::Result<()> {
        match self {
            Self::Csv { writer, is_shown } => {
                let mut cells = cells(record)?;
                if *is_shown {
                    cells = cells.map(|cell| harmless(&cell));
                }
                writer
                    .write_record(cells.each_ref().map(|cell| tame(cell)).iter().map(|cell| cell.as_bytes()))
                    .map_err(cause)
            }
            Self::Jsonl(place) => jsonl(record, place),
        }
    }

    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv { writer, .. } => writer.into_inner().map_err(|error| error.into_error())?.finish(),
            Self::Jsonl(place) => place.finish(),
        }
    }
}

/// The kind of a failure decides what is done about it, so it is not to be hidden in another.
fn cause(error: csv::Error) -> io::Error {
    let said = error.to_string();
    if let csv::ErrorKind::Io(error) = error.into_kind() { error } else { io::Error::other(said) }
}

fn cells(it: &Record) -> io::Result<[String; COLUMNS.len()]> {
    let last = it.last.as_ref();
    let reading = last.and_then(|it| it.reading.as_ref());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Ok([
        it.row.to_string(),
        text(it.external_id.as_deref()),
        it.to_number.as_str().to_owned(),
        it.state.to_string(),
        it.reason.clone(),
        it.due_at.map(rfc3339).unwrap_or_default(),
        it.tries.attempts.to_string(),
        text(last.and_then(|it| it.call_sid.as_ref()).map(|it| it.as_str())),
        text(reading.map(|it| it.status.as_str())),
        text(reading.map(|it| it.reason.as_str())),
        text(last.and_then(|it| it.disposition.as_deref())),
        text(last.and_then(|it| it.error.as_deref())),
        text(last.and_then(|it| it.correlation_id.as_deref())),
        last.and_then(|it| it.placed_at).map(rfc3339).unwrap_or_default(),
        last.and_then(|it| it.ended_at).map(rfc3339).unwrap_or_default(),
        text(it.time_zone.map(Zone::name)),
        it.not_before.map(rfc3339).unwrap_or_default(),
        it.not_after.map(rfc3339).unwrap_or_default(),
        it.priority.get().to_string(),
        serde_json::to_string(&it.metadata)?,
    ])
}

/// A cell that no spreadsheet takes for a formula.
fn tame(cell: &str) -> Cow<'_, str> {
    /// The full-width forms mean the same to some.
    const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '＠'];
    if cell.starts_with(FORMULA) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The same columns, none ever left out.
#[derive(Serialize)]
struct Line<'a> {
    row: u64,
    external_id: Option<&'a str>,
    to_number: &'a str,
    state: &'a str,
    reason: &'a str,
    due_at: Option<String>,
    attempts: u32,
    call_sid: Option<&'a str>,
    status: Option<&'a str>,
    status_reason: Option<&'a str>,
    disposition: Option<&'a str>,
    error: Option<&'a str>,
    correlation_id: Option<&'a str>,
    placed_at: Option<String>,
    ended_at: Option<String>,
    time_zone: Option<&'a str>,
    not_before: Option<String>,
    not_after: Option<String>,
    priority: u8,
    metadata: &'a Metadata,
}

fn jsonl(it: &Record, out: &mut impl Write) -> io::Result<()> {
    let last = it.last.as_ref();
    let reading = last.and_then(|it| it.reading.as_ref());
    let line = Line {
        row: it.row,
        external_id: it.external_id.as_deref(),
        to_number: it.to_number.as_str(),
        state: it.state.as_str(),
        reason: &it.reason,
        due_at: it.due_at.map(rfc3339),
        attempts: it.tries.attempts,
        call_sid: last.and_then(|it| it.call_sid.as_ref()).map(CallSid::as_str),
        status: reading.map(|it| it.status.as_str()),
        status_reason: reading.map(|it| it.reason.as_str()),
        disposition: last.and_then(|it| it.disposition.as_deref()),
        error: last.and_then(|it| it.error.as_deref()),
        correlation_id: last.and_then(|it| it.correlation_id.as_deref()),
        placed_at: last.and_then(|it| it.placed_at).map(rfc3339),
        ended_at: last.and_then(|it| it.ended_at).map(rfc3339),
        time_zone: it.time_zone.map(Zone::name),
        not_before: it.not_before.map(rfc3339),
        not_after: it.not_after.map(rfc3339),
        priority: it.priority.get(),
        metadata: &it.metadata,
    };
    out.write_all(json_line(&line)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_a_formula_does_is_marked_as_text() {
        for cell in ["=1+1", "+1", "-2", "@sum", "\tx", "\rx", "\nx", "＝1", "＋1", "＠x"] {
            assert_eq!(tame(cell), format!("'{cell}"));
        }
        for cell in ["", "1", "'+1", "a=b", "{\"a\":\"=1\"}", " =1"] {
            assert_eq!(tame(cell), cell);
        }
    }
}
