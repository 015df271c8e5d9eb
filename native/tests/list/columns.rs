//! Columns, found by their names.

use polyai_outbound::campaign::{Entry, ListOptions, Priority};

use super::{entries, error, metadata, read, recipient, recipients, refusal, refused};

fn number_column(name: &str) -> ListOptions {
    ListOptions { number_column: Some(name.to_owned()), ..ListOptions::default() }
}

fn metadata_columns(names: &[&str]) -> ListOptions {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    ListOptions { metadata_columns: Some(names), ..ListOptions::default() }
}

#[test]
fn the_column_of_numbers_is_found_by_its_name() {
    for name in [
        "to_number",
        "phone_number",
        "phone",
        "number",
        "mobile",
        "contact_number",
        "To Number",
        " PHONE-Number ",
        "Phone",
        "contactNumber",
        "MOBILE",
    ] {
        let found = recipients(format!("name,{name}\nAda,+14155550100\n"));
        assert_eq!(found[0].to_number.as_str(), "+14155550100", "{name}");
        assert_eq!(metadata(&found[0]), [("name", "Ada")], "{name}");
    }
}

#[test]
fn two_columns_that_may_hold_the_numbers_are_named_and_one_can_be_chosen() {
    let list = "phone,Mobile Number,mobile\n+14155550100,,+14155550101\n";
    assert_eq!(
        error("list.csv", list, &ListOptions::default()),
        ", row 1: has 2 columns that may hold the numbers: `phone`, `mobile`; expected one of them, or the name of the \
         right one as number column"
    );
    let list = list.replace("Mobile Number", "x");
    let (found, _) = read("list.csv", &list, &number_column("Mobile")).unwrap();
    let found = recipient(found.into_iter().next().unwrap());
    assert_eq!(found.to_number.as_str(), "+14155550101");
    assert_eq!(metadata(&found), [("phone", "+14155550100")], "the other one is metadata");
}

#[test]
fn a_name_of_a_column_is_told_on_one_line_and_not_at_length() {
    let name = format!("a\u{1b}[31m{}", "x".repeat(100));
    let said = error("list.csv", format!("phone,{name},{name}\n"), &ListOptions::default());
    assert!(said.starts_with(", row 1, column `a\u{fffd}[31mxx"), "{said:?}");
    assert!(said.len() < 300 && !said.contains('\u{1b}'), "{said:?}");
    let said = error("list.csv", "phone,4155550100,4155550100\n", &ListOptions::default());
    assert!(said.contains("has the column `**********` twice"), "a phone number, or a name like one: {said}");
}

#[test]
fn without_a_column_of_numbers_those_that_there_are_are_named() {
    assert_eq!(
        error("list.csv", "name,cell\nAda,+14155550100\n", &ListOptions::default()),
        ", row 1: has no column of numbers; it has `name`, `cell`; expected a column to_number, phone_number, phone, \
         number, mobile or contact_number, or the name of another as number column"
    );
    assert_eq!(
        error("list.csv", "name,phone\nAda,+14155550100\n", &number_column("cell")),
        ", row 1: has no column `cell` for the numbers; it has `name`, `phone`; expected the name of one of its columns \
         as number column"
    );
    let (found, _) =
        read("list.csv", "name,Cell No.\nAda,+14155550100\n", &number_column("cell no.")).unwrap();
    assert_eq!(found.len(), 1);
}

#[test]
fn a_list_without_a_header_is_told_so_and_its_first_row_is_not_shown() {
    let said = error("list.csv", "+14155550100,Ada\n+14155550101,Bob\n", &ListOptions::default());
    assert!(said.starts_with(", row 1: has a first line that looks like a row"), "{said}");
    assert!(!said.contains("4155550100") && !said.contains("Ada"), "{said}");
}

#[test]
fn a_column_that_is_there_twice_is_an_error() {
    for (header, problem) in [
        ("phone,name,name", "has the column `name` twice"),
        (
            "phone,name,Name",
            "has several columns for the same: `name`, `Name`; expected every column once, in either case",
        ),
        ("phone,time_zone,Time Zone", "has several columns for the same: `Time Zone`, `time_zone`"),
    ] {
        let said = error("list.csv", format!("{header}\n+14155550100,,\n"), &ListOptions::default());
        assert!(said.contains(problem), "{said}");
    }
}

#[test]
fn a_column_that_cannot_be_metadata_is_an_error_once_unless_it_is_left_out() {
    let list = "phone,First Name\n+14155550100,Ada\n+14155550101,Bob\n";
    let said = error("list.csv", list, &ListOptions::default());
    assert!(said.starts_with(", row 1, column `First Name`: has a name that cannot be sent"), "{said}");
    assert!(said.contains("First_Name for First Name"), "{said}");
    let (found, _) = read("list.csv", list, &metadata_columns(&[])).unwrap();
    assert_eq!(found.len(), 2);
}

#[test]
fn a_column_that_is_called_as_a_header_of_sip_refuses_the_list_unless_it_is_left_out() {
    for name in ["From", "contact", "Call-ID", "VIA", "Content-Length", "t"] {
        let list = format!("phone,{name}\n+14155550100,Ada\n+14155550101,Bob\n");
        assert_eq!(
            error("list.csv", &list, &ListOptions::default()),
            format!(
                ", row 1, column `{name}`: has a name that SIP itself uses: the agent would read the call's own header for \
                 it; expected another name; rename the column (X-{name}, say), or a list of those columns that are to be \
                 metadata"
            )
        );
        let (found, _) = read("list.csv", &list, &metadata_columns(&[])).unwrap();
        assert_eq!(found.len(), 2);
        let line = format!("{{\"phone\":\"+14155550100\",\"{name}\":\"Ada\"}}\n");
        let (found, _) = read("list.jsonl", line, &ListOptions::default()).unwrap();
        assert!(refused(&found[0]).problem.starts_with("has a name that SIP itself uses"));
    }
    let known = &recipients("phone,Priority\n+14155550100,9\n")[0];
    assert_eq!((known.priority, known.metadata.len()), (Priority::FIRST, 0), "it is no metadata");
}

#[test]
fn only_the_columns_asked_for_become_metadata() {
    let list = "phone,name,city,external_id\n+14155550100,Ada,Turin,7\n";
    let (found, _) = read("list.csv", list, &metadata_columns(&["City", "external_id"])).unwrap();
    let found = recipient(found.into_iter().next().unwrap());
    assert_eq!(metadata(&found), [("city", "Turin"), ("external_id", "7")]);
    assert_eq!(found.external_id.as_deref(), Some("7"));
    assert_eq!(
        error("list.csv", list, &metadata_columns(&["town"])),
        ", row 1: has no column `town` for metadata; it has `phone`, `name`, `city`, `external_id`; expected names of \
         its columns as metadata columns"
    );
}

#[test]
fn a_column_without_a_name_holds_nothing() {
    let found = entries("phone,name,\n+14155550100,Ada,\n+14155550101,Bob,x\n");
    assert!(matches!(&found[0], Entry::Recipient(_)));
    let said = refusal("phone,name,\n+14155550101,Bob,x\n");
    assert!(said.starts_with("row 2: has something in column 3, which has no name"), "{said}");
}
