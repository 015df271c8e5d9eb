//! Files of holidays: one date a line, and its name behind it.

use std::path::Path;

use polyai_outbound_core::campaign::Holiday;

use super::list::source::{Line, Source};
use super::list::{ListError, Problem};

const EXPECTED: &str = "a date as 2026-12-25 at the beginning of the line, its name behind it if you like";

/// Reads the dates of a file, in its order: one a line as `2026-12-25`. What stands behind the date is its name, and lines
/// that begin with `#` are comments. A line longer than 1 MiB is an error; no more than that is held of the file.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("holidays.txt");
/// std::fs::write(&path, "# Ontario\n2026-12-25 Christmas Day\n2026-12-26\n")?;
/// let dates = polyai_outbound::campaign::read_holidays(&path)?;
/// assert_eq!(dates.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-12-25", "2026-12-26"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the file cannot be read, or a line does not begin with a date.
pub fn read_holidays(path: impl AsRef<Path>) -> Result<Vec<Holiday>, ListError> {
    let mut source = Source::open(path.as_ref())?;
    let mut dates = Vec::new();
    while let Some(Line { row, text }) = source.next_line()? {
        let text = text.ok_or_else(|| source.fault(row, Problem::new("is longer than 1 MiB", EXPECTED)))?;
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let word = text.split([' ', '\t', ',', ';']).next().unwrap_or_default();
        let date = Holiday::parse(word).map_err(|invalid| {
            source.fault(row, Problem::new(format!("begins with what {}", invalid.problem()), EXPECTED))
        });
        dates.push(date?);
    }
    Ok(dates)
}
