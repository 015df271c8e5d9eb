//! The rejects file.

use std::fs;
use std::path::Path;

use polyai_outbound::campaign::{Entry, List, ListOptions, Refused, Rejects};

use super::write;

fn import(list: &Path) -> Option<std::path::PathBuf> {
    let mut rejects = Rejects::beside(list);
    for entry in List::open(list, &ListOptions::default()).unwrap() {
        if let Entry::Refused(refused) = entry.unwrap() {
            rejects.write(&refused).unwrap();
        }
    }
    rejects.finish().unwrap()
}

#[test]
fn every_refused_row_is_told_without_what_is_in_it() {
    let list = write("people.csv", "Phone,Name\n+14155550100,Ada\n4.41E+11,Secret\n+14155550101\n");
    let path = import(&list.path).unwrap();
    assert_eq!(path, list.folder.path().join("people.rejects.csv"));
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("file,row,column,problem,expected"));
    let first = lines.next().unwrap();
    let begins = format!("{},3,Phone,was rounded by a spreadsheet (as 1.23E+11)", list.path.display());
    assert!(first.starts_with(&begins), "{first}");
    let second = lines.next().unwrap();
    assert!(
        second.starts_with(&format!("{},4,,\"has 1 fields, the header has 2\",", list.path.display())),
        "{second}"
    );
    assert_eq!(lines.next(), None);
    assert!(!text.contains("Secret") && !text.contains("4.41E+11"));
}

#[test]
fn there_is_no_file_if_nothing_is_refused() {
    let list = write("people.csv", "phone\n+14155550100\n");
    assert_eq!(import(&list.path), None);
    assert_eq!(fs::read_dir(list.folder.path()).unwrap().count(), 1);
}

#[test]
fn the_next_import_of_the_same_list_writes_it_anew_or_takes_it_away() {
    let list = write("people.csv", "phone\n12\n13\n");
    let path = import(&list.path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
    fs::write(&list.path, "phone\n12\n").unwrap();
    import(&list.path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    fs::write(&list.path, "phone\n+14155550100\n").unwrap();
    assert_eq!(import(&list.path), None);
    assert!(!path.exists(), "what it told is no longer so");
}

#[test]
fn a_file_that_is_something_else_is_left_as_it_is() {
    let refused = Refused { row: 2, column: None, problem: "is bad".into(), expected: "better".into() };
    for held in ["my notes\n", "", "file,row,column,problem,expected\nother.csv,2,,is bad,better\n"] {
        let list = write("people.csv", "phone\n12\n");
        let path = list.folder.path().join("people.rejects.csv");
        fs::write(&path, held).unwrap();
        let error = Rejects::beside(&list.path).write(&refused).unwrap_err();
        assert!(
            error.problem().starts_with("is there and does not hold the rejects of this list"),
            "{error}"
        );
        assert!(Rejects::beside(&list.path).finish().is_err(), "nor is it taken away");
        assert_eq!(fs::read_to_string(&path).unwrap(), held);
    }
}

#[test]
fn no_cell_is_taken_for_a_formula() {
    let folder = tempfile::tempdir().unwrap();
    let mut rejects = Rejects::at(folder.path().join("r.csv"), "=1+1.csv");
    for column in ["=HYPERLINK(\"x\")", "+a", "-a", "@a", "\ta"] {
        let refused = Refused {
            row: 2,
            column: Some(column.to_owned()),
            problem: "is bad".into(),
            expected: "better".into(),
        };
        rejects.write(&refused).unwrap();
    }
    let path = rejects.finish().unwrap().unwrap();
    let text = fs::read_to_string(path).unwrap();
    let cells = text.replace('"', "");
    assert!(cells.lines().skip(1).all(|line| line.starts_with("'=1+1.csv,2,'")), "{text}");
}

#[test]
fn a_folder_that_cannot_be_written_to_is_said() {
    let refused = Refused { row: 2, column: None, problem: "is bad".into(), expected: "better".into() };
    let error = Rejects::at("no/such/folder/r.csv", "people.csv").write(&refused).unwrap_err();
    assert!(error.to_string().starts_with("no/such/folder/r.csv: cannot be written: "), "{error}");
}

#[test]
fn a_list_is_the_same_however_its_path_is_written() {
    let list = write("people.csv", "phone\n12\n");
    let folder = list.folder.path();
    fs::create_dir(folder.join("sub")).unwrap();
    let spellings =
        ["people.csv", "./people.csv", "sub/../people.csv", ".//people.csv", "sub/./../people.csv"];
    for spelling in spellings.into_iter().chain(["people.csv"]) {
        let path = import(&folder.join(spelling)).unwrap();
        assert_eq!(
            fs::canonicalize(path).unwrap(),
            fs::canonicalize(folder.join("people.rejects.csv")).unwrap()
        );
    }
    // Written by an import from within the folder.
    let header = "file,row,column,problem,expected\n";
    for named in ["people.csv", "./people.csv", "../here/people.csv"] {
        fs::write(folder.join("people.rejects.csv"), format!("{header}{named},2,,is bad,better\n")).unwrap();
        assert!(import(&list.path).is_some(), "{named}");
    }
    let elsewhere = write("people.csv", "phone\n12\n");
    let foreign = format!("{header}{},2,,is bad,better\n", elsewhere.path.display());
    fs::write(folder.join("people.rejects.csv"), &foreign).unwrap();
    let refused = Refused { row: 2, column: None, problem: "is bad".into(), expected: "better".into() };
    assert!(Rejects::beside(&list.path).write(&refused).is_err(), "a list of that name in another folder");
    assert_eq!(fs::read_to_string(folder.join("people.rejects.csv")).unwrap(), foreign);
}

#[test]
fn lists_that_differ_in_their_endings_are_not_in_the_way_of_each_other() {
    let list = write("people.csv", "phone\n12\n");
    let folder = list.folder.path();
    let endings = ["csv", "jsonl", "ndjson", "tsv", "txt", "CSV"];
    for (ending, name) in endings.into_iter().zip(["", ".jsonl", ".ndjson", ".tsv", ".txt", ".CSV"]) {
        let path = folder.join(format!("people.{ending}"));
        let is_lines = ending.ends_with("json") || ending == "jsonl";
        fs::write(&path, if is_lines { "{\"phone\":\"12\"}\n" } else { "phone\n12\n" }).unwrap();
        assert_eq!(import(&path).unwrap(), folder.join(format!("people{name}.rejects.csv")));
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 12);
}
