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
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

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
                    let row = match entry {
                        Entry::Recipient(it) => it.row,
                        Entry::Refused(it) => it.row,
                        Entry::OptedOut(it) => it.row,
                    };
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
    fn whatever_is_taken_for_a_number_is_one(text in prop_oneof![".{0,24}", "[+0-9 ().-]{6,20}", "0[0-9]{8,12}", "\\+[1-9][0-9]{6,14}"], of in prop::sample::select(vec!["", "US", "DE", "IT"])) {
        if let Ok(number) = read_number(&text, CountryCode::parse(of).ok()) {
            let again = read_number(number.as_str(), None);
            prop_assert_eq!(again, Ok(number), "and stays the same");
        }
    }

    #[test]
    fn no_number_of_a_suppression_list_is_passed_over(
        header in prop::sample::select(vec!["", "# comment\n", "phone\n", "phone,name\n", "\u{feff}"]),
        lines in prop::collection::vec((line(), prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n"])), 0..12),
    ) {
        let text: String = lines.iter().map(|((line, _), end)| format!("{line}{end}")).collect();
        let written = write("list.txt", format!("{header}{text}"));
        if let Ok(numbers) = SuppressionList::new(&written.path, None).read() {
            let all = lines.iter().filter(|((_, is_number), _)| *is_number);
            for ((line, _), _) in all {
                prop_assert!(numbers.contains(&read_number(line.trim_end_matches(','), None).unwrap()), "{:?}", text);
            }
        }
    }
}

/// A line, and whether it is a number.
fn line() -> impl Strategy<Value = (String, bool)> {
    prop_oneof![
        4 => (0..100u8).prop_map(|last| (format!("+1415555{:04}", 100 + u16::from(last)), true)),
        2 => (0..100u8).prop_map(|last| (format!("+1 (415) 555-01{last:02},"), true)),
        2 => prop::sample::select(vec!["# comment", "#+14155550100", "", "  ", "#", " # x"]).prop_map(|it| (it.to_owned(), false)),
        1 => "[#\",; x1+]{0,6}".prop_map(|it| (it, false)),
    ]
}
