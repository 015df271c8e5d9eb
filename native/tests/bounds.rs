//! What any file can cost at most: memory that does not grow with its longest line, and time that grows with its length
//! and no faster. Memory is that of this process, so tests wait for each other.
#![cfg(all(feature = "campaign", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "common/memory.rs"]
mod memory;

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use polyai_outbound::campaign::{
    CallingWindows, Database, Duplicates, Entry, List, ListError, ListImport, ListOptions, NewCampaign,
    Options, Rejects, Source, SuppressionList, read_holidays, read_number,
};
use polyai_outbound::{Metadata, Timestamp};

const MIB: usize = 1 << 20;
/// What a test may have more than there was before it.
const MOST_MEMORY: usize = 16 * MIB;
/// Of a processor: a few seconds without optimisation. What grows with the square takes hours.
const MOST_TIME: Duration = Duration::from_secs(60);
/// The length of what has no business to be long.
const LONG: usize = 100 * MIB;

static ALONE: Mutex<()> = Mutex::new(());

/// The first thing that a test takes: what others have meanwhile would count as its own.
fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From its making to its end, memory and time are looked at.
struct Bounded {
    before: usize,
    most: usize,
    worked: Duration,
}

impl Bounded {
    fn by(most: usize) -> Self {
        // What is there once for all: metadata of numbers, rules of zones.
        read_number("+14155550100", None).unwrap();
        Self { before: memory::forget(), most, worked: memory::worked() }
    }

    fn begin() -> Self {
        Self::by(MOST_MEMORY)
    }

    #[track_caller]
    fn end(self) {
        let grown = memory::peak().saturating_sub(self.before);
        assert!(grown <= self.most, "{} MiB more than before", grown / MIB);
        let took = memory::worked() - self.worked;
        assert!(took <= MOST_TIME, "it took {took:?}");
    }
}

/// Text that is made as it is read: each piece so many times.
struct Made(VecDeque<(Vec<u8>, usize)>, usize);

impl Made {
    fn of(pieces: &[(&str, usize)]) -> Self {
        let piece = |(piece, times): &(&str, usize)| (piece.as_bytes().to_vec(), *times);
        Self(pieces.iter().map(piece).collect(), 0)
    }

    /// The same as a file.
    fn file(mut self, name: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut file = std::fs::File::create(&path).unwrap();
        std::io::copy(&mut self, &mut file).unwrap();
        file.flush().unwrap();
        (folder, path)
    }
}

impl Read for Made {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let mut filled = 0;
        while let Some((piece, times)) = self.0.front_mut().filter(|_| filled < room.len()) {
            let count = (room.len() - filled).min(piece.len() - self.1);
            room[filled..filled + count].copy_from_slice(&piece[self.1..self.1 + count]);
            filled += count;
            self.1 += count;
            if self.1 == piece.len() {
                self.1 = 0;
                *times -= 1;
                if *times == 0 {
                    self.0.pop_front();
                }
            }
        }
        Ok(filled)
    }
}

/// Reads all of a list: the rows that are recipients, those that are refused with what is said of them, and the error that
/// ended it.
fn read(name: &str, pieces: &[(&str, usize)]) -> (Vec<u64>, Vec<String>, Option<ListError>) {
    let (mut taken, mut refused, mut ended) = (Vec::new(), Vec::new(), None);
    match List::from_reader(name, Made::of(pieces), &ListOptions::default()) {
        Err(error) => ended = Some(error),
        Ok(list) => {
            for entry in list {
                match entry {
                    Ok(Entry::Recipient(recipient)) => taken.push(recipient.row),
                    Ok(Entry::Refused(row)) => refused.push(row.to_string()),
                    Ok(Entry::OptedOut(row)) => refused.push(row.said),
                    Err(error) => ended = Some(error),
                }
            }
        }
    }
    for said in refused.iter().chain(&ended.as_ref().map(ToString::to_string)) {
        assert!(said.len() < 2_000, "{} bytes are said of it", said.len());
    }
    (taken, refused, ended)
}

const X: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
const ONES: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const AS: &str = "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,";
const LINES: &str =
    "1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n";
const XS: usize = LONG / X.len();

#[test]
fn a_field_of_100_mb_costs_its_row_and_nothing_else() {
    let _alone = alone();
    for (open, close) in [("", "\n"), ("\"", "\"\n")] {
        let bounded = Bounded::begin();
        let (start, field) = ("phone,note\n+14155550100,a\n+14155550101,", [(open, 1), (X, XS), (close, 1)]);
        let pieces = [&[(start, 1)], &field[..], &[("+14155550102,b\n", 1)]].concat();
        let (taken, refused, ended) = read("list.csv", &pieces);
        bounded.end();
        assert_eq!((taken, ended.is_none()), (vec![2, 4], true));
        assert_eq!(refused.len(), 1);
        assert!(refused[0].starts_with("row 3: is longer than 1 MiB"), "{refused:?}");
        assert!(refused[0].contains("expected shorter rows"), "{refused:?}");
    }
}

#[test]
fn lines_within_quotes_that_are_too_much_are_told_from_where_to_where() {
    let _alone = alone();
    let bounded = Bounded::begin();
    let pieces = [
        ("phone,note\n+14155550100,a\n+14155550101,\"b\n", 1),
        ("+14155550102,c\n", LONG / 15),
        ("+14155550103,d\"\n+14155550104,e\n", 1),
    ];
    let list = List::from_reader("list.csv", Made::of(&pieces), &ListOptions::default()).unwrap();
    let (mut taken, mut refused, mut first, mut latest) = (Vec::new(), 0, None, None);
    for entry in list {
        match entry.unwrap() {
            Entry::Recipient(recipient) => taken.push(recipient.row),
            Entry::Refused(row) => {
                refused += 1;
                first.get_or_insert_with(|| row.to_string());
                latest = Some(row);
            }
            Entry::OptedOut(row) => panic!("row {} has opted out of nothing", row.row),
        }
    }
    bounded.end();
    let last = 3 + (LONG / 15) as u64 + 1;
    assert_eq!((taken, refused), (vec![2, last + 1], last - 2), "no line vanishes");
    assert_eq!(
        first.unwrap(),
        format!(
            "row 3: is longer than 1 MiB, up to row {last}; expected shorter rows; a quote may be opened and not closed"
        )
    );
    let latest = latest.unwrap();
    assert_eq!((latest.row, &*latest.problem), (last, "is within a quoted field that begins in row 3"));
}

#[test]
fn a_quote_that_is_never_closed_costs_what_is_behind_it_and_says_where_it_is() {
    let _alone = alone();
    let bounded = Bounded::begin();
    let pieces = [("phone,note\n+14155550100,a\n+14155550101,\"b\n", 1), ("+14155550102,c\n", LONG / 15)];
    let (taken, refused, ended) = read("list.csv", &pieces);
    bounded.end();
    assert_eq!((taken, refused), (vec![2], vec![]));
    let said = ended.unwrap().to_string();
    assert!(said.starts_with("list.csv, row 3: has a quote that is opened and never closed"), "{said}");
}

#[test]
fn a_line_of_100_mb_costs_itself_and_nothing_else() {
    let _alone = alone();
    let bounded = Bounded::begin();
    let line = "{\"phone\":\"+14155550100\"}\n";
    let pieces = [(line, 1), ("{\"phone\":\"+14155550101\",\"x\":\"", 1), (X, XS), ("\"}\n", 1), (line, 1)];
    let (taken, refused, ended) = read("list.jsonl", &pieces);
    bounded.end();
    assert_eq!((taken, ended.is_none()), (vec![1, 3], true));
    assert!(refused[0].starts_with("row 2: is longer than 1 MiB; expected shorter lines"), "{refused:?}");
}

#[test]
fn a_first_line_of_100_mb_or_of_a_million_names_is_told_in_few_words() {
    let _alone = alone();
    for (pieces, says) in [
        ([("phone,", 1), (X, XS)], "row 1: begins with a record longer than 1 MiB"),
        ([(AS, LONG / 64), ("b\n", 1)], "row 1: begins with a record longer than 1 MiB"),
        ([("\"a\n", 1), (X, XS / 5)], "row 1: has a quote that is opened and never closed"),
        ([("a,", MIB / 4), ("\n", 1)], "row 1: has no column of numbers; it has `a`, `a`"),
        ([("phone,", MIB / 12), ("\n", 1)], "row 1: has 87381 columns that may hold the numbers: `phone`"),
    ] {
        let bounded = Bounded::by(4 * MOST_MEMORY);
        let (taken, _, ended) = read("list.csv", &pieces);
        bounded.end();
        let said = ended.unwrap().to_string();
        assert!(taken.is_empty() && said.contains(says), "{}", &said[..said.len().min(300)]);
    }
}

#[test]
fn a_line_of_a_hundred_thousand_members_is_read_in_no_time() {
    let _alone = alone();
    let members: String = (0..100_000).map(|nth| format!(",\"{nth:06x}\":\"\"")).collect();
    for end in ["}\n", ",\"00000A\":\"\"}\n"] {
        let bounded = Bounded::by(4 * MOST_MEMORY);
        let line = format!("{{\"phone\":\"+14155550100\"{members}");
        assert!(line.len() < MIB * 4 / 3);
        let line = line.split_at(line.len() * 2 / 3).0.rsplit_once(',').unwrap().0.to_owned() + end;
        let (taken, refused, _) = read("list.jsonl", &[(&line, 3)]);
        bounded.end();
        assert_eq!(taken.len() + refused.len(), 3);
        assert_eq!(refused.len(), if end.contains('A') { 3 } else { 0 });
    }
}

#[test]
fn cells_of_a_mebibyte_are_read_in_no_time_whatever_column_they_are_in() {
    let _alone = alone();
    const NAMES: &str = "phone,country_code,time_zone,not_before,not_after,priority,external_id,note\n";
    // A pause behind a number, or what looks like one, is looked for everywhere in a cell of the first column.
    let odd =
        ["-", "(", "; ", "1-", "1;", "+", "/", "#", "e", "1e", ".", "\u{660}", "ext"].map(|it| (it, 0..1));
    for (filling, columns) in odd.into_iter().chain(["x", "1", " ", "é"].map(|it| (it, 0..8))) {
        for column in columns {
            let bounded = Bounded::begin();
            let mut cells = [const { String::new() }; 8];
            cells[0] = if column == 0 { "123456" } else { "+14155550100" }.to_owned();
            cells[column] += &filling.repeat((MIB - 1_000) / filling.len());
            let (taken, refused, ended) = read("list.csv", &[(NAMES, 1), (&(cells.join(",") + "\n"), 1)]);
            bounded.end();
            assert!(ended.is_none() && taken.len() + refused.len() == 1, "column {column}, {filling:?}");
            // Spaces around what is in a cell are left out, however many they are: behind no number as well.
            let is_refused = filling != " " || column == 0;
            assert_eq!(refused.len(), usize::from(is_refused), "column {column}, {filling:?}");
        }
    }
}

#[test]
fn a_suppression_list_with_a_line_of_100_mb_is_an_error_that_says_where() {
    let _alone = alone();
    for (pieces, says) in [
        (
            &[("+14155550100\n", 1), (ONES, LONG / 64), ("\n", 1)][..],
            ", row 2: is longer than 1 MiB; expected one number a line",
        ),
        (&[("+14155550100\n+1", 1), ("-", MIB - 10), ("\n", 1)], ", row 2: "),
        (&[("+14155550100 ", 1), ("#", MIB - 100), ("\n+1\n", 1)], ", row 2: "),
        (
            &[("phone\n+14155550100\n\"", 1), (ONES, LONG / 64 / 5), ("\"\n", 1)],
            ", row 3: is longer than 1 MiB",
        ),
        (
            &[("phone\n+14155550100\n\"", 1), (LINES, LONG / 64 / 5)],
            ", row 3: has a quote that is opened and never closed",
        ),
    ] {
        let (_folder, path) = Made::of(pieces).file("stop.txt");
        let bounded = Bounded::begin();
        let error = SuppressionList::new(&path, None).read().unwrap_err().to_string();
        bounded.end();
        assert!(error.contains(says) && error.len() < 1_000, "{error}");
    }
}

#[test]
fn a_comment_of_100_mb_in_a_suppression_list_is_passed_over() {
    let _alone = alone();
    let (_folder, path) =
        Made::of(&[("+14155550100\n# ", 1), (X, XS), ("\n+14155550101\n", 1)]).file("stop.txt");
    let bounded = Bounded::begin();
    let numbers = SuppressionList::new(&path, None).read().unwrap();
    bounded.end();
    assert_eq!(numbers.len(), 2);
}

#[test]
fn a_file_of_holidays_with_a_line_of_100_mb_is_an_error_that_says_where() {
    let _alone = alone();
    let (_folder, path) = Made::of(&[("2026-12-25 Christmas\n2026-12-26", 1), (X, XS)]).file("holidays.txt");
    let bounded = Bounded::begin();
    let error = read_holidays(&path).unwrap_err().to_string();
    bounded.end();
    assert!(error.contains(", row 2: is longer than 1 MiB; expected a date as 2026-12-25"), "{error}");
}

#[test]
fn a_file_of_100_mb_in_the_place_of_the_rejects_is_left_as_it_is() {
    let _alone = alone();
    let (_folder, path) =
        Made::of(&[("file,row,column,problem,expected\n\"", 1), (X, XS)]).file("list.rejects.csv");
    let bounded = Bounded::begin();
    let error = Rejects::at(&path, "list.csv").finish().unwrap_err().to_string();
    bounded.end();
    assert!(error.contains("does not hold the rejects of this list"), "{error}");
    assert!(path.metadata().unwrap().len() > LONG as u64);
}

#[test]
fn metadata_of_10_mb_is_refused_unread_and_a_mebibyte_of_what_is_none_costs_its_fiftyfold() {
    let _alone = alone();
    let fillings = ["[0,", "[[", "{\"a\":", "[{},", "\"x", "[[0],", "0", " "];
    for (filling, open) in fillings.into_iter().flat_map(|it| [(it, "{\"a\":"), (it, "["), (it, "")]) {
        let text = format!("{open}{}", filling.repeat(10 * MIB / filling.len()));
        let bounded = Bounded::by(MIB);
        let said = Metadata::from_json(text.as_bytes()).unwrap_err().to_string();
        bounded.end();
        assert_eq!(said, "metadata: is longer than 1 MiB; expected less than 26624 bytes (26 KB) as base64");

        let bounded = Bounded::by(80 * MIB);
        let said = Metadata::from_json(&text.as_bytes()[..MIB]).unwrap_err().to_string();
        bounded.end();
        assert!(said.len() < 300, "{said}");
    }
}

/// Rows with as much metadata as the service takes. SQLite may hold 64 MiB of the database.
#[test]
fn rows_that_are_as_long_as_can_be_are_saved_in_the_same_memory() {
    let _alone = alone();
    tokio::runtime::Runtime::new().unwrap().block_on(import_of_long_rows());
}

async fn import_of_long_rows() {
    let row = format!("+14155550100,{}\n", "x".repeat(19_000));
    let (folder, path) = Made::of(&[("phone,note\n", 1), (&row, 2_500)]).file("list.csv");
    let mut database = Database::open(folder.path().join("calls.db"), true).await.unwrap();
    let now = Timestamp::from_millis(1_772_452_800_000);
    let campaign = database
        .create_campaign(&NewCampaign {
            name: "long".to_owned(),
            created_at: now,
            options: "{}".to_owned(),
            service: "none".to_owned(),
            source: Source { file: "list.csv".to_owned(), size: 0, modified_at: None },
            duplicates: Duplicates::Each,
        })
        .await
        .unwrap();
    let options = Options { windows: CallingWindows::always("a test").unwrap(), ..Options::default() };
    let list_options = ListOptions::default();
    let import =
        ListImport { list: &path, list_options: &list_options, options: &options, suppress: &[], now };
    let bounded = Bounded::by(64 * MIB + 2 * MOST_MEMORY);
    let imported = import.run(&mut database, campaign, Rejects::beside(&path), |_| {}).await.unwrap();
    bounded.end();
    assert_eq!(imported.accepted, 2_500);
}
