//! What is as long as a row may be is read in no time as well, and what is said of it is not as long.
#![cfg(feature = "campaign")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::io::Cursor;
use std::time::{Duration, Instant};

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{Entry, List, ListError, ListOptions, read_number};

/// What was looked at by the square of its length took minutes.
const NO_TIME: Duration = Duration::from_secs(30);
/// A little less than the longest row.
const LONG: usize = (1 << 20) - 64;

fn in_no_time<T>(what: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let value = what();
    assert!(began.elapsed() < NO_TIME, "took {:?}", began.elapsed());
    value
}

fn read(name: &str, text: String) -> Result<Vec<Entry>, ListError> {
    in_no_time(|| List::from_reader(name, Cursor::new(text), &ListOptions::default())?.collect())
}

#[test]
fn a_cell_that_is_a_whole_book_is_no_number() {
    for piece in ["a", ",", "1,", "p ", "#", "1/", "+", "e", "\u{660}", "12345 ext "] {
        let cell = format!("12345{}", piece.repeat(LONG / piece.len()));
        let problem = in_no_time(|| read_number(&cell, CountryCode::parse("US").ok())).unwrap_err();
        assert_eq!(problem.problem, "is longer than any number", "{piece}");
    }
}

#[test]
fn a_line_of_very_many_members_is_read_at_once() {
    let members: String = (0..LONG / 12).map(|it| format!("\"{it:05x}\":\"\",")).collect();
    let entries = read("list.jsonl", format!("{{{members}\"phone\":\"+14155550100\"}}\n")).unwrap();
    assert!(matches!(*entries, [Entry::Recipient(_)]), "what is empty is left out");
}

#[test]
fn names_of_very_many_columns_are_not_told_all() {
    let header: String = (0..100_000).map(|it| format!("c{it:x},")).collect();
    let said = read("list.csv", format!("{header}x\n")).unwrap_err().to_string();
    assert!(said.contains("`c0`, `c1`") && said.contains("and 99981 more"), "{said}");
    assert!(said.len() < 1_000, "{} bytes", said.len());

    let members: String = (0..50_000).map(|it| format!("\"c{it:x}\":\"\",")).collect();
    let entries = read("list.jsonl", format!("{{{members}\"x\":\"\"}}\n")).unwrap();
    let [Entry::Refused(refused)] = &*entries else { panic!("it has no number") };
    let said = refused.to_string();
    assert!(said.contains("and 49981 more") && said.len() < 1_000, "{said}");
}
