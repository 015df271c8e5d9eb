//! Words and tables that the commands of campaigns have in common.

use std::fmt::Display;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{Command, SharedCall, State, WaitRule};

use super::found::Found;
use crate::output::harmless;

/// A moment to the second, as people read it.
pub(crate) fn utc(at: Timestamp) -> String {
    clock(at, 0, "%Y-%m-%d %H:%M:%S UTC")
}

/// A moment by clocks that are so many seconds ahead of UTC.
pub(crate) fn clock(at: Timestamp, offset_seconds: i32, form: &str) -> String {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    let offset = jiff::tz::Offset::from_seconds(offset_seconds).unwrap_or(jiff::tz::Offset::UTC);
    offset.to_datetime(moment).strftime(form).to_string()
}

/// `1 row`, `2 rows`.
pub(crate) fn many(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// `1st`, `2nd`, `11th`.
pub(crate) fn ordinal(nth: usize) -> String {
    let end = match (nth % 10, nth % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{nth}{end}")
}

pub(crate) fn rows(count: u64) -> String {
    many(count, "row", "rows")
}

/// A reason as far as it fits into a line; all of it is in the export.
pub(crate) fn brief(reason: &str) -> String {
    const MOST: usize = 160;
    let whole = harmless(reason);
    match whole.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", whole.get(..at).unwrap_or_default().trim_end()),
        None => whole,
    }
}

/// Why a row is in its state, as it is while the campaign stands so: in one that is paused, the pace is not what it waits for.
pub(crate) fn reason_now(reason: &str, command: Command) -> String {
    match command {
        Command::Pause => reason.replace("as soon as the pace allows", "once the campaign is resumed"),
        Command::Run | Command::Cancel => reason.to_owned(),
    }
}

/// Whose triggers were answered with one call SID: `row 2, row 3, row 7 of spring`.
pub(crate) fn shared_by(found: &Found, shared: &SharedCall) -> String {
    let rows: Vec<_> = shared
        .attempts
        .iter()
        .map(|it| match it.campaign == found.campaign.name {
            true => format!("row {} (attempt {})", it.row, it.attempt),
            false => {
                format!("row {} (attempt {}) of the campaign {}", it.row, it.attempt, harmless(&it.campaign))
            }
        })
        .collect();
    rows.join(", ")
}

/// With a capital letter.
pub(crate) fn begun(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a state means, for one who reads it in a table.
pub(crate) const fn meaning(state: State) -> &'static str {
    match state {
        State::Scheduled => "to be called at its time",
        State::Held => "not called until somebody helps",
        State::Dialing => "its trigger may be on its way",
        State::InProgress => "called, and followed to its end",
        State::Succeeded => "the call ended in success",
        State::Failed => "ended without success",
        State::Unconfirmed => "may have rung; never called again by itself",
        State::StatusLost => "called, and how it ended cannot be learned",
        State::Rejected => "refused by the service, or twice in the list",
        State::Suppressed => "on a suppression list, or not to be called by the list itself",
        State::Expired => "its time was over before it was called",
        State::Cancelled => "the campaign was cancelled before it was called",
    }
}

/// What is waited for; no rule means the pace.
pub(crate) const fn waits_for(rule: Option<WaitRule>) -> &'static str {
    match rule {
        None => "its turn",
        Some(WaitRule::NotBefore) => "its own not_before",
        Some(WaitRule::Window) => "its calling window",
        Some(WaitRule::Redial) => "the time of its redial",
        Some(WaitRule::Retry) => "another try, as no call was placed",
        Some(WaitRule::NumberCap) => "its number's calls in 24 hours",
        Some(WaitRule::SameNumber) => "another row with its number",
        Some(WaitRule::RecentCall) => "a recent call of another campaign to its number",
        Some(WaitRule::ZoneUnknown) => "its time zone, which nobody knows",
        Some(WaitRule::NoWindow) => "windows that its zones share",
    }
}

/// Part of a whole, in per cent.
#[expect(clippy::cast_precision_loss, reason = "a share is rounded anyway")]
pub(crate) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let share = part as f64 * 100.0 / whole as f64;
    match part {
        0 => "0 %".to_owned(),
        _ if share < 0.1 => "<0.1 %".to_owned(),
        _ => format!("{share:.1} %"),
    }
}

/// A table for people: so wide as the terminal, or not wrapped at all, so that it can be searched. The columns `right`
/// hold numbers.
pub(crate) fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    right: &[usize],
) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    match width() {
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    table.set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if right.contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// How wide the terminal on stdout is, if it is one.
fn width() -> Option<u16> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0)
}

/// Names and what they are, below each other.
pub(crate) fn list<'a>(entries: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let lines: Vec<String> =
        entries.into_iter().map(|(name, what)| format!("  {name:<10}  {what}")).collect();
    lines.join("\n")
}

/// Paragraphs with an empty line between.
pub(crate) fn paragraphs<T: Display>(parts: impl IntoIterator<Item = T>) -> String {
    let parts: Vec<String> = parts.into_iter().map(|it| it.to_string()).filter(|it| !it.is_empty()).collect();
    parts.join("\n\n")
}
