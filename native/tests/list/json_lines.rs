//! JSON Lines.

use polyai_outbound::campaign::{Entry, ListOptions};

use super::{error, metadata, read, recipient, refused};

fn lines(text: &str) -> Vec<Entry> {
    read("list.jsonl", text, &ListOptions::default()).unwrap().0
}

/// What is said of one line, which is refused.
fn refusal(line: &str) -> String {
    let entries = lines(&format!("{line}\n{{\"phone\":\"+14155550101\"}}\n"));
    assert!(matches!(&entries[1], Entry::Recipient(it) if it.row == 2), "the next line is read");
    refused(&entries[0]).to_string()
}

#[test]
fn every_line_is_an_object_whose_members_are_the_columns() {
    let text = "\u{feff}{\"To Number\": \"+1 415 555 0100\", \"priority\": \"9\", \"name\": \"Ada \\u00e9\"}\r\n\n\
                {\"name\": \"Bob\", \"phone\": \"+14155550101\", \"empty\": \"\"}";
    let found: Vec<_> = lines(text).into_iter().map(recipient).collect();
    assert_eq!((found[0].row, found[0].priority.get()), (1, 9));
    assert_eq!(metadata(&found[0]), [("name", "Ada é")]);
    assert_eq!((found[1].row, metadata(&found[1])), (3, vec![("name", "Bob")]));
}

#[test]
fn it_is_known_by_its_ending_or_by_its_first_byte() {
    let text = "{\"phone\":\"+14155550100\"}\n";
    for name in ["list.jsonl", "list.NDJSON", "list.txt", "list"] {
        assert_eq!(read(name, text, &ListOptions::default()).unwrap().0.len(), 1, "{name}");
    }
    let found = read("list.jsonl", "phone\n+14155550100\n", &ListOptions::default()).unwrap().0;
    assert_eq!(found.len(), 2, "by its ending it is not CSV");
    assert!(refused(&found[0]).problem.starts_with("is not JSON"));
}

#[test]
fn values_that_are_not_text_are_refused_by_name() {
    for (value, kind) in [
        ("14155550100", "a number"),
        ("-1", "a number"),
        ("1.5", "a number"),
        ("true", "a boolean"),
        ("null", "null"),
        ("[1, [2]]", "an array"),
        ("{\"a\": {}}", "an object"),
    ] {
        assert_eq!(
            refusal(&format!("{{\"phone\": \"+14155550100\", \"age\": {value}}}")),
            format!("row 1, column `age`: is {kind}; expected text in quotes; leave out what is empty")
        );
    }
}

#[test]
fn members_that_come_twice_are_refused() {
    for name in ["name", "Name"] {
        let said = refusal(&format!("{{\"phone\":\"+14155550100\",\"name\":\"a\",\"{name}\":\"b\"}}"));
        assert!(said.starts_with(&format!("row 1, column `{name}`: is there twice")), "{said}");
    }
    let said = refusal("{\"phone\":\"+14155550100\",\"mobile\":\"+14155550100\"}");
    assert!(said.contains("2 columns that may hold the numbers: `phone`, `mobile`"), "{said}");
}

#[test]
fn a_broken_line_is_refused_and_not_quoted() {
    for line in [
        "{\"phone\": \"+14155550100\"",
        "{\"phone\": +14155550100}",
        "[\"+14155550100\"]",
        "\"+14155550100\"",
        "{}",
    ] {
        let said = if line.starts_with('[') {
            let entries = lines(&format!("{{\"phone\":\"+14155550101\"}}\n{line}\n"));
            refused(&entries[1]).to_string()
        } else {
            refusal(line)
        };
        assert!(!said.replace("expected a JSON object on one line, whose values are text: {\"phone\": \"+14155550100\"}", "").contains("4155550100"), "{said}");
    }
}

#[test]
fn a_member_that_cannot_be_metadata_is_refused_by_its_line() {
    let said = refusal("{\"phone\":\"+14155550100\",\"First Name\":\"Ada\"}");
    assert!(said.starts_with("row 1, column `First Name`: has a name that cannot be sent"), "{said}");
    let said = refusal("{\"phone\":\"+14155550100\",\"note\":\"a\\nb\"}");
    assert!(said.starts_with("row 1, column `note`: the value of `note`"), "{said}");
}

#[test]
fn of_members_that_are_asked_for_each_has_to_be_in_some_line() {
    let options =
        |name: &str| ListOptions { metadata_columns: Some(vec![name.to_owned()]), ..ListOptions::default() };
    let text = "{\"phone\":\"+14155550100\"}\n{\"phone\":\"+14155550101\",\"name\":\"Ada\",\"x y\":\"\"}\n";
    let (found, _) = read("list.jsonl", text, &options("name")).unwrap();
    let found: Vec<_> = found.into_iter().map(recipient).collect();
    assert_eq!((metadata(&found[0]), metadata(&found[1])), (vec![], vec![("name", "Ada")]));
    let said = error("list.jsonl", text, &options("nmae"));
    assert!(said.starts_with(": has no member `nmae` for metadata in any of its lines"), "{said}");
}

#[test]
fn a_line_longer_than_a_mebibyte_is_refused_and_the_next_is_read() {
    for length in [1 << 20, 3 << 20] {
        let said = refusal(&format!("{{\"phone\":\"+14155550100\",\"name\":\"{}\"}}", "x".repeat(length)));
        assert!(said.starts_with("row 1: is longer than 1 MiB"), "{said}");
    }
}
