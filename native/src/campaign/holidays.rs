//! Files of holidays: one date a line, and its name behind it.

use std::path::Path;

use jiff::civil::Date;

use super::list::source::{Line, Source};
use super::list::{ListError, Problem};

const EXPECTED: &str = "a date as 2026-12-25 at the beginning of the line, its name behind it if you like";

/// Reads the dates of a file, in its order: one a line as `2026-12-25`. What stands behind the date is its name, and lines
/// that begin with `#` are comments. Every date is one that exists.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("holidays.txt");
/// std::fs::write(&path, "# Ontario\n2026-12-25 Christmas Day\n2026-12-26\n")?;
/// let dates = polyai_outbound::campaign::read_holidays(&path)?;
/// assert_eq!(dates, ["2026-12-25", "2026-12-26"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the file cannot be read, or a line does not begin with a date.
pub fn read_holidays(path: impl AsRef<Path>) -> Result<Vec<String>, ListError> {
    let mut source = Source::open(path.as_ref())?;
    let mut dates = Vec::new();
    while let Some(Line { row, text }) = source.next_line()? {
        let text = text.ok_or_else(|| source.fault(row, Problem::new("is longer than 1 MiB", EXPECTED)))?;
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let word = text.split([' ', '\t', ',', ';']).next().unwrap_or_default();
        dates.push(date(word).map_err(|problem| source.fault(row, problem))?);
    }
    Ok(dates)
}

fn date(word: &str) -> Result<String, Problem> {
    let is_written_so = word.len() == 10
        && word
            .bytes()
            .enumerate()
            .all(|(at, it)| if at == 4 || at == 7 { it == b'-' } else { it.is_ascii_digit() });
    if !is_written_so {
        return Err(Problem::new("does not begin with a date", EXPECTED));
    }
    match word.parse::<Date>() {
        Ok(_) => Ok(word.to_owned()),
        Err(_) => Err(Problem::new("begins with a date that does not exist", EXPECTED)),
    }
}
