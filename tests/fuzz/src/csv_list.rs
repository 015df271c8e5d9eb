//! Lists as CSV. The input is the file.

use polyai_outbound::campaign::Entry;

use crate::list::{Whole, read};

/// See the module.
pub fn csv_list(data: &[u8]) {
    let Some(Whole { entries, digest }) = read("list.csv", data) else { return };
    let text = str::from_utf8(data).expect("what is taken is text");
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start_matches(['\n', '\r', ' ', '\u{c}']).starts_with('{') {
        // JSON Lines, whatever its name.
        return;
    }
    // Which separator was found is not told, but by one of them the crate reads the same.
    let same = [b',', b';', b'\t'].into_iter().any(|delimiter| agrees(&records(text, delimiter), &entries));
    assert!(same, "{} rows, of which the csv crate tells otherwise", digest.rows);
}

/// The records that are not empty, the header with them.
fn records(text: &str, delimiter: u8) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
        .into_records()
        .map(Result::unwrap)
        .filter(|record| record.iter().any(|cell| !cell.trim().is_empty()))
        .collect()
}

/// Whether every record is a row, and every metadata value the cell below its name.
fn agrees(records: &[csv::StringRecord], entries: &[Entry]) -> bool {
    let Some((header, rows)) = records.split_first() else { return false };
    rows.len() == entries.len()
        && rows.iter().zip(entries).all(|(record, entry)| match entry {
            Entry::Refused(_) => true,
            Entry::OptedOut(_) => record.len() == header.len(),
            Entry::Recipient(recipient) => {
                let cell =
                    |name: &str| header.iter().position(|it| it.trim() == name).and_then(|at| record.get(at));
                record.len() == header.len()
                    && recipient.metadata.iter().all(|(name, value)| cell(name) == Some(value))
                    && recipient.metadata.len() < header.len()
            }
        })
}
