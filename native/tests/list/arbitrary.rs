//! Whatever the bytes are: nothing panics, and every row is either somebody or refused.

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{Entry, List, ListOptions, SuppressionList, read_number};
use proptest::prelude::*;

use super::write;

/// Pieces of which lists are made, good and bad.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let text = prop::sample::select(vec![
        "\n",
        "\r\n",
        "\r",
        ",",
        ";",
        "\t",
        "\"",
        "\"\"",
        " ",
        "#",
        "+14155550100",
        "4.41E+11",
        "(415) 555-0101",
        "GB",
        "America/New_York",
        "2026-12-01 09:30",
        "x",
        "é",
        "٣",
        "{\"phone\":\"",
        "\"}",
        "{",
        "}",
        "[",
        ":",
        "null",
    ]);
    prop_oneof![
        8 => text.prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

fn start() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "\u{feff}",
        "phone\n",
        "phone,name\n",
        "phone;country_code;time_zone;not_before;name\r\n",
        "{",
        "{\"phone\":\"+14155550100\"}\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_row_is_somebody_or_refused(start in start(), pieces in prop::collection::vec(piece(), 0..60)) {
        let bytes = [start.as_bytes(), &pieces.concat()].concat();
        let options = ListOptions { country: Some(CountryCode::parse("US").unwrap()), ..ListOptions::default() };
        let length = bytes.len() as u64;
        let lines = 1 + bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
        let Ok(mut list) = List::from_reader("list", std::io::Cursor::new(bytes), &options) else { return Ok(()) };
        let (mut rows, mut last, mut broken) = (0, 0, false);
        for entry in list.by_ref() {
            match entry {
                Err(_) => broken = true,
                Ok(entry) => {
                    rows += 1;
                    let row = match entry { Entry::Recipient(it) => it.row, Entry::Refused(it) => it.row };
                    prop_assert!(last < row && row <= lines);
                    last = row;
                }
            }
        }
        match list.digest() {
            None => prop_assert!(broken),
            Some(digest) => prop_assert_eq!((digest.rows, digest.bytes, broken), (rows, length, false)),
        }
    }

    #[test]
    fn whatever_is_taken_for_a_number_is_one(text in ".{0,24}", of in prop::sample::select(vec!["", "US", "DE", "IT"])) {
        let _ = read_number(&text, CountryCode::parse(of).ok());
    }

    #[test]
    fn a_suppression_list_is_read_whole_or_not_at_all(pieces in prop::collection::vec(piece(), 0..20)) {
        let written = write("list.txt", pieces.concat());
        let list = SuppressionList::new(&written.path, Some(CountryCode::parse("US").unwrap()));
        let bytes = pieces.concat();
        let text = String::from_utf8_lossy(&bytes);
        let is_blank = text.split(['\n', '\r']).all(|line| line.trim().is_empty() || line.starts_with(['#', '\u{feff}']));
        if let Ok(numbers) = list.read() {
            prop_assert!(!numbers.is_empty() || is_blank || text.contains(" #") || text.contains("\"\""), "{:?}", text);
        }
    }
}
