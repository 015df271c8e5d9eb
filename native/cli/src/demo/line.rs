//! How one call of the demo went: for programs, and as a row of the table.

use std::time::Duration;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use polyai_outbound::{CallEnd, CallSid, Error, ErrorCode, Placement};
use serde_json::{Value, json};

use crate::output::harmless;

/// How one call went.
pub(super) struct Line {
    pub(super) ending: u8,
    pub(super) number: String,
    pub(super) call_sid: Option<CallSid>,
    pub(super) result: Result<CallEnd, Error>,
    pub(super) attempts: u32,
    pub(super) took: Duration,
}

impl Line {
    pub(super) fn status(&self) -> &str {
        match &self.result {
            Ok(end) => end.status.as_str(),
            Err(error) if error.placement() == Some(Placement::Unknown) => "unknown",
            Err(error) if error.code() == ErrorCode::Expired => "expired",
            Err(_) => "failed",
        }
    }

    pub(super) fn reason(&self) -> String {
        match &self.result {
            Ok(end) => harmless(&end.reason),
            Err(error) if error.placement() == Some(Placement::Unknown) => {
                format!("{}: may have rung, so it is not dialled again", error.code().sentence())
            }
            Err(error) => error.code().sentence().to_owned(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let placement = match &self.result {
            Ok(_) => Some(Placement::Placed),
            Err(error) => error.placement(),
        };
        json!({
            "number": self.number,
            "call_sid": self.call_sid,
            "status": self.status(),
            "reason": self.reason(),
            "placement": placement,
            "attempts": self.attempts,
            "seconds": self.took.as_secs_f64(),
        })
    }
}

/// A terminal narrower than this has each reason below its SID instead of in a column of its own; then 80 columns do.
const WIDE: u16 = 115;
/// `OUT-` and a UUID: a SID is there to be copied, so it stays on one line.
const SID: u16 = 40;

/// The table for a terminal of that width; without a terminal nothing is wrapped, so that it can be searched.
pub(super) fn table(lines: &[Line], width: Option<u16>) -> String {
    let narrow = width.is_some_and(|width| width < WIDE);
    let mut table = Table::new();
    let style = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    table.load_style(style);
    match width {
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    let mut header = vec!["number", "SID", "status", "attempts", "time"];
    if !narrow {
        header.push("reason");
    }
    table.set_header(header);
    for line in lines {
        let mut sid = line.call_sid.as_ref().map_or("-", CallSid::as_str).to_owned();
        let reason = line.reason();
        if narrow && !reason.is_empty() {
            sid = format!("{sid}\n{reason}");
        }
        let time = format!("{:.1} s", line.took.as_secs_f64());
        let mut row =
            vec![line.number.clone(), sid, line.status().to_owned(), line.attempts.to_string(), time];
        if !narrow {
            row.push(reason);
        }
        table.add_row(row);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if narrow { 0 } else { 2 }));
        match at {
            1 if narrow => column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(SID))),
            5 => column,
            _ => column.set_constraint(ColumnConstraint::ContentWidth),
        };
        if (3..5).contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}
