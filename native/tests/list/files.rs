//! Encodings, separators, quotes and line ends.

use polyai_outbound::campaign::{Entry, List, ListOptions};

use super::{entries, error, metadata, read, recipients, refusal, refused, write};

#[test]
fn comma_semicolon_and_tab_are_told_from_the_header() {
    for delimiter in [",", ";", "\t"] {
        let list = ["phone,name,city", "+14155550100,Ada,Turin", "+14155550101,Bob,"]
            .join("\n")
            .replace(',', delimiter);
        let found = recipients(&list);
        assert_eq!(metadata(&found[0]), [("name", "Ada"), ("city", "Turin")], "{delimiter:?}");
        assert_eq!(metadata(&found[1]), [("name", "Bob")], "an empty cell is left out");
    }
}

#[test]
fn a_separator_in_a_quoted_name_does_not_count() {
    let list = "phone;\"a,b,c\";\"d,e\"\n+14155550100;1;2\n";
    let options = ListOptions { metadata_columns: Some(vec![]), ..ListOptions::default() };
    assert_eq!(read("list.csv", list, &options).unwrap().0.len(), 1);
}

#[test]
fn the_separator_by_which_there_is_a_column_of_numbers_is_the_one() {
    let options = ListOptions { metadata_columns: Some(vec![]), ..ListOptions::default() };
    let (entries, _) = read("list.csv", "phone;a, b, c, d\n+14155550100;1\n", &options).unwrap();
    assert!(matches!(&entries[..], [Entry::Recipient(it)] if it.to_number.as_str() == "+14155550100"));
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    assert_eq!(recipients("\u{feff}phone,name\n+14155550100,Ada\n").len(), 1);
    assert_eq!(recipients("\u{feff}\"phone\",name\n+14155550100,Ada\n").len(), 1);
}

#[test]
fn what_is_not_utf_8_is_refused_with_what_to_do() {
    let utf16 = |text: &str, mark: &[u8]| {
        let mut bytes = mark.to_vec();
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let options = ListOptions::default();
    let save = "expected UTF-8: save the list as \"CSV UTF-8\" (or as JSON Lines) and try again";
    let list = "phone,name\n+14155550100,Ada\n";
    assert_eq!(error("list.csv", utf16(list, &[0xff, 0xfe]), &options), format!(": is UTF-16; {save}"));
    assert_eq!(
        error("list.csv", utf16(list, &[]), &options),
        format!(", row 1: has zero bytes, as UTF-16 has; {save}")
    );
    let latin1 = b"phone,name\n+14155550100,Ada\n+14155550101,Andr\xe9\n";
    let said = format!(", row 3: has bytes that are not UTF-8; {save}");
    assert_eq!(error("list.csv", latin1, &options), said);
    let split = b"phone,name,city\n+14155550100,\xc3,\xa9\n";
    assert!(error("list.csv", split, &options).starts_with(", row 2: has bytes that are not UTF-8"));
    let line = b"{\"phone\":\"+14155550100\",\"name\":\"Andr\xe9\"}\n";
    assert!(error("list.jsonl", line, &options).starts_with(", row 1: has bytes that are not UTF-8"));
    let xlsx = b"PK\x03\x04\x14\x00";
    assert_eq!(
        error("list.csv", xlsx, &options),
        format!(": is a spreadsheet or an archive, not text; {save}")
    );
}

#[test]
fn quoted_fields_hold_separators_quotes_and_lines() {
    let list = "phone,note\r\n+14155550100,\"a, \"\"b\"\"\"\r\n+14155550101,plain\r\n";
    let found = recipients(list);
    assert_eq!(metadata(&found[0]), [("note", "a, \"b\"")]);
    let options = ListOptions { metadata_columns: Some(vec![]), ..ListOptions::default() };
    let (entries, _) = read("list.csv", "phone,note\n+14155550100,\"a\nb\r\nc\"\n12,\n", &options).unwrap();
    assert!(matches!(&entries[0], Entry::Recipient(it) if it.row == 2));
    assert_eq!(refused(&entries[1]).row, 5, "counted in lines");
}

#[test]
fn a_line_break_in_metadata_is_refused_because_no_header_can_hold_it() {
    let said = refusal("phone,note\n+14155550100,\"a\nb\"\n");
    assert!(said.starts_with("row 2, column `note`: the value of `note`"), "{said}");
}

#[test]
fn rows_are_the_lines_at_which_they_begin_whatever_ends_a_line() {
    for end in ["\n", "\r\n", "\r"] {
        let list =
            ["", "phone,name", "+14155550100,Ada", "", ",", "  ,", "12,Bob", "+14155550101,Cy"].join(end);
        let rows: Vec<u64> = entries(&list)
            .iter()
            .map(|entry| match entry {
                Entry::Recipient(it) => it.row,
                Entry::Refused(it) => it.row,
                Entry::OptedOut(it) => it.row,
            })
            .collect();
        assert_eq!(rows, [3, 7, 8], "{end:?}: the blank ones are passed over");
    }
}

#[test]
fn a_row_with_too_few_or_too_many_fields_is_refused_and_the_next_is_read() {
    let list = "phone,name\n+14155550100\n+14155550101,Ada,Turin\n+14155550102,Bob\n";
    let found = entries(list);
    assert_eq!(
        refused(&found[0]).to_string(),
        "row 2: has 1 fields, the header has 2; expected as many fields as the header has; a field with a separator or \
         a quote in it is quoted"
    );
    assert_eq!(refused(&found[1]).row, 3);
    assert!(matches!(&found[2], Entry::Recipient(it) if it.row == 4));
}

#[test]
fn a_quote_that_is_never_closed_ends_the_reading() {
    let list = "phone,name\n+14155550100,Ada\n+14155550101,\"Bob\n+14155550102,Cy\n";
    let written = write("list.csv", list);
    let mut read = List::open(&written.path, &ListOptions::default()).unwrap();
    assert!(matches!(read.next(), Some(Ok(Entry::Recipient(_)))));
    let error = read.next().unwrap().unwrap_err();
    assert_eq!(error.row(), Some(3));
    assert!(error.problem().starts_with("has a quote that is opened and never closed"), "{error}");
    assert!(read.next().is_none());
    assert!(read.digest().is_none(), "not all of it was read");
}

#[test]
fn the_last_line_needs_no_end() {
    assert_eq!(recipients("phone,name\n+14155550100,Ada").len(), 1);
    assert_eq!(recipients("phone,name\n+14155550100,").len(), 1);
    assert_eq!(recipients("phone,name\n+14155550100,\"Ada\"").len(), 1);
    assert_eq!(recipients("phone").len(), 0);
}

#[test]
fn a_record_longer_than_a_mebibyte_is_refused_and_the_next_is_read() {
    let long = "x".repeat(1 << 20);
    for long in [format!("+14155550100,{long}"), ",".repeat((1 << 20) + 1)] {
        let found = entries(format!("phone,name\n{long}\n+14155550101,Bob\n"));
        assert!(refused(&found[0]).to_string().starts_with("row 2: is longer than 1 MiB"));
        assert!(matches!(&found[1], Entry::Recipient(it) if it.row == 3));
    }
}

#[test]
fn the_digest_is_that_of_all_bytes() {
    let list = "\u{feff}phone,name\r\n+14155550100,Ada\r\n12,Bob\r\n\r\n";
    let (_, digest) = read("list.csv", list, &ListOptions::default()).unwrap();
    assert_eq!((digest.bytes, digest.rows), (list.len() as u64, 2));
    let hex: String = digest.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, SHA256);
}

/// Of the bytes above, by `sha256sum`.
const SHA256: &str = "22766b2876adb63cb776e0848865f9ee1fa5bcaaed802c83e668472e606055c0";

#[test]
fn what_cannot_be_opened_and_what_is_empty_is_said() {
    let missing = List::open("no/such/list.csv", &ListOptions::default()).unwrap_err();
    assert!(missing.to_string().starts_with("no/such/list.csv: cannot be opened: "), "{missing}");
    let folder = tempfile::tempdir().unwrap();
    let directory = List::open(folder.path(), &ListOptions::default()).unwrap_err();
    assert!(directory.problem().starts_with("cannot be "), "{directory}");
    let empty = error("list.csv", "\n\n", &ListOptions::default());
    assert!(empty.starts_with(": is empty; expected a first line with the names of the columns"), "{empty}");
    let array = error("list.json", "[{\"phone\": \"+14155550100\"}]", &ListOptions::default());
    assert!(array.starts_with(", row 1: begins with [, as a JSON array"), "{array}");
}
