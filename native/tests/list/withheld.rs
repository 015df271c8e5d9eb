//! Numbers of refused rows that no other row may call.

use polyai_outbound::campaign::{Entry, List, ListOptions};

use super::write;

const NUMBER: &str = "+14155550130";

/// Numbers that the refused rows of a list withhold: number and reason, each once.
fn withheld(name: &str, text: &str, options: &ListOptions) -> Vec<(String, String)> {
    let written = write(name, text);
    let mut list = List::open(&written.path, options).unwrap();
    let refused = list.by_ref().filter(|it| matches!(it, Ok(Entry::Refused(_)))).count();
    assert!(refused > 0, "{text}");
    let mut found: Vec<_> =
        list.take_withheld().iter().map(|it| (it.to_number.as_str().to_owned(), it.reason())).collect();
    found.dedup();
    assert!(list.take_withheld().is_empty(), "they are taken once");
    found
}

fn us() -> ListOptions {
    ListOptions { country: Some("US".parse().unwrap()), ..ListOptions::default() }
}

#[test]
fn an_opt_out_row_that_is_refused_withholds_its_number() {
    let says = "row 2 says DoNotCall=1 of this number";
    for (what, list) in [
        ("an unclear flag", "phone,consent,DoNotCall\n+14155550130,perhaps,1\n"),
        ("an unnamed column", "phone,DoNotCall,\n+14155550130,1,x\n"),
        ("text behind a quote", "phone,DoNotCall,name\n+14155550130,1,\"Ada\" x\n"),
        ("another country", "phone,DoNotCall,country_code\n+14155550130,1,GB\n"),
        ("a country that is none", "phone,DoNotCall,country_code\n+14155550130,1,QQQ\n"),
        ("another calling code", "phone,DoNotCall,phone_code\n+14155550130,1,44\n"),
        ("letters beside the number", "phone,DoNotCall,name\n+14155550130 (home),1,Ada\n"),
        ("metadata that cannot be sent", "phone,DoNotCall,name\n+14155550130,1,\"A\u{1}\"\n"),
    ] {
        let written = write("list.csv", list);
        let mut read = List::open(&written.path, &ListOptions::default()).unwrap();
        match read.next().unwrap().unwrap() {
            Entry::OptedOut(it) => assert_eq!(it.to_number.as_str(), NUMBER, "{what}"),
            Entry::Recipient(it) => panic!("{what}: row {} is called", it.row),
            Entry::Refused(_) => assert!(
                read.take_withheld().iter().any(|it| it.to_number.as_str() == NUMBER && it.reason() == says),
                "{what}"
            ),
        }
    }
}

#[test]
fn of_a_row_with_another_number_of_fields_only_words_are_certain() {
    let unclear = "row 2 has this number, and nobody knows whether it may be called: the row cannot be read";
    for (list, said) in [
        ("phone,DoNotCall,name\n+14155550130,1,Doe, Ada\n", format!("{unclear}, and may say DoNotCall=1")),
        ("phone,name,DoNotCall\n+14155550130,Doe, Ada,1\n", format!("{unclear}, and may say DoNotCall=1")),
        ("DoNotCall,phone,notes\n+14155550130\n", unclear.to_owned()),
        ("DoNotCall,phone,notes\n(415) 555-0130\n", unclear.to_owned()),
        ("DoNotCall,phone,notes\n415.555.0130\n", unclear.to_owned()),
        ("DoNotCall,phone,notes\n1-415-555-0130\n", unclear.to_owned()),
        ("DoNotCall,phone,notes\n4155550130\n", unclear.to_owned()),
        (
            "phone,DoNotCall,notes\n+14155550130,do not call\n",
            "row 2 says DoNotCall=do not call of this number".to_owned(),
        ),
        (
            "phone,DoNotCall,notes\n+14155550130,0,Doe,do not call\n",
            "row 2 says notes=do not call of this number".to_owned(),
        ),
    ] {
        assert_eq!(withheld("list.csv", list, &us()), [(NUMBER.to_owned(), said)], "{list}");
    }
}

#[test]
fn a_row_whose_answer_is_not_clear_withholds_its_number_and_says_that_nobody_knows() {
    let options = ListOptions::default();
    for (list, said) in [
        ("phone,DoNotCall\n+14155550130,perhaps\n", "its DoNotCall is not clear"),
        ("phone,consent\n+14155550130,\n", "its consent is not clear"),
        ("phone,notes\n+14155550130,do not call before 9am\n", "its notes is not clear"),
        ("phone,DoNotCall,name\n+14155550130,0,Doe, Ada\n", "the row cannot be read"),
        ("phone,DoNotCall,name\n+14155550130\n", "the row cannot be read"),
    ] {
        let said = format!("row 2 has this number, and nobody knows whether it may be called: {said}");
        assert_eq!(withheld("list.csv", list, &options), [(NUMBER.to_owned(), said)], "{list}");
    }
}

#[test]
fn a_row_that_is_refused_for_another_reason_withholds_nothing() {
    for list in [
        "phone,DoNotCall,country_code\n+14155550130,0,GB\n",
        "phone,time_zone\n+14155550130,Mars\n",
        "phone,name\n+14155550130,Doe, Ada\n",
        "phone,DoNotCall,priority\n+14155550130,0,eleven\n",
        "phone,DoNotCall,name\n+14155550130,0,\"Ada\" x\n",
    ] {
        assert_eq!(withheld("list.csv", list, &ListOptions::default()), [], "{list}");
    }
}

#[test]
fn the_number_is_withheld_in_every_form_that_may_be_meant() {
    let list = "phone,DoNotCall,country_code\n(415) 555-0130,1,QQQ\n";
    assert_eq!(withheld("list.csv", list, &us())[0].0, NUMBER);
    let list = "phone,phone_code,country_code,DoNotCall\n020 7946 0018,44,US,1\n";
    assert!(withheld("list.csv", list, &ListOptions::default()).iter().any(|it| it.0 == "+442079460018"));
}

#[test]
fn lines_within_a_quote_that_is_not_closed_are_read_each_for_itself() {
    let list = "phone,name,DoNotCall\n\
                +14155550130,\"Ada,0\n\
                +14155550131,Bob,1\n\
                +14155550132,Cleo,0\n\
                +14155550133,\"Dan\",0\n";
    let found = withheld("list.csv", list, &ListOptions::default());
    let of =
        |number: &str| found.iter().filter(|it| it.0 == number).map(|it| it.1.as_str()).collect::<Vec<_>>();
    assert_eq!(of("+14155550131"), ["row 3 says DoNotCall=1 of this number"]);
    assert!(of("+14155550132").is_empty(), "{found:?}");
}

#[test]
fn a_line_of_json_that_is_refused_withholds_its_number() {
    for line in [
        r#"{"phone":"+14155550130","DoNotCall":true,"DoNotCall":false}"#,
        r#"{"phone":"+14155550130","DoNotCall":true,"tags":["a"]}"#,
        r#"{"phone":"+14155550130","DoNotCall":1,"name":5}"#,
        r#"{"phone":"+14155550130","DoNotCall":true"#,
        r#"{"phone":"+14155550130","DoNotCall":"#,
        r#"{"phone":"+14155550130","consent":null}"#,
        r#"{"phone":"+14155550130","dnc":[true]}"#,
        r#"{"phone":"+14155550130","tags":["new","DNC"]}"#,
        r#"{"phone":"+14155550130","more":{"status":"do not call"}}"#,
        r#"{"phone":"+14155550130","DoNotCall":true,"mobile":"+14155550131"}"#,
    ] {
        let found = withheld("list.jsonl", &format!("{line}\n"), &ListOptions::default());
        assert!(found.iter().any(|it| it.0 == NUMBER), "{line}: {found:?}");
    }
    let line = r#"{"phone":"+14155550130","DoNotCall":false,"name":5}"#;
    assert_eq!(withheld("list.jsonl", &format!("{line}\n"), &ListOptions::default()), []);
}

#[test]
fn lines_of_an_ignored_column_are_text_and_still_keep_whom_they_name_from_being_called() {
    let list = "phone,notes,dnc\n+14155550130,\"one\n+14155550131,x,1\n+14155550132,y,0\n\",0\n";
    let written = write("list.csv", list);
    let refused = List::open(&written.path, &ListOptions::default()).unwrap().next().unwrap().unwrap();
    let Entry::Refused(refused) = refused else { panic!("it may have taken in rows") };
    assert!(refused.expected.contains("--ignore-column"), "{refused}");
    let options = ListOptions { ignored_columns: vec!["notes".to_owned()], ..ListOptions::default() };
    let mut read = List::open(&written.path, &options).unwrap();
    let Entry::Recipient(it) = read.next().unwrap().unwrap() else { panic!("a person says that it is text") };
    assert_eq!((it.row, it.to_number.as_str()), (2, NUMBER));
    assert!(read.next().is_none());
    let kept: Vec<_> = read.take_withheld().iter().map(|it| it.to_number.as_str().to_owned()).collect();
    assert_eq!(kept, ["+14155550131"]);
}

/// Rows that are called, and what is withheld.
fn called_and_withheld(text: &str, options: &ListOptions) -> (Vec<u64>, Vec<String>) {
    let written = write("list.csv", text);
    let mut list = List::open(&written.path, options).unwrap();
    let row = |it| match it {
        Ok(Entry::Recipient(it)) => Some(it.row),
        Ok(Entry::OptedOut(_) | Entry::Refused(_)) => None,
        Err(error) => panic!("{error}"),
    };
    let called = list.by_ref().filter_map(row).collect();
    (called, list.take_withheld().iter().map(|it| it.reason()).collect())
}

#[test]
fn an_honest_cell_of_several_lines_keeps_nobody_from_being_called() {
    let ignoring = ListOptions { ignored_columns: vec!["MailingStreet".to_owned()], ..us() };
    let choosing = ListOptions { metadata_columns: Some(vec!["Name".to_owned()]), ..us() };
    for list in [
        "Name,MailingStreet,Phone,DoNotCall\nAda,\"1 Elm St\nSuite 4\",+14155550130,0\n",
        "Name,MailingStreet,Phone,DoNotCall\r\nAda,\"1 Elm St\r\nSuite 4\r\nBack\",+14155550130,0\r\n",
        "Name,MailingStreet,Phone,DoNotCall\nAda,\"1 Elm St, Oak Park\nSuite 4\",4155550130,0\n",
        "Phone,MailingStreet,DoNotCall,Name\n+14155550130,\"1 Elm St\nSuite 4\",0,Ada\n",
        "Phone,DoNotCall,Name,MailingStreet\n+14155550130,0,Ada,\"1 Elm St\nSuite \"\"4\"\"\"",
        "DoNotCall,Name,MailingStreet,Phone\n0,Ada,\"1 Elm St\nx\",+14155550130\n",
        // Its own number, in a line that is like a row.
        "Phone,MailingStreet,DoNotCall\n+14155550130,\"1 Elm St\n+14155550130,x,1\n\",0\n",
    ] {
        assert_eq!(called_and_withheld(list, &ignoring), (vec![2], vec![]), "{list}");
        if list.contains("Name") {
            assert_eq!(called_and_withheld(list, &choosing), (vec![2], vec![]), "{list}");
        }
    }
    // Refused for another reason, and still honest.
    let list =
        "Name,MailingStreet,Phone,DoNotCall,time_zone\nAda,\"1 Elm St\nSuite 4\",+14155550130,0,Mars\n";
    assert_eq!(called_and_withheld(list, &choosing), (vec![], vec![]));
    // The last of the lines, up to its closing quote.
    let list = "Phone,DoNotCall,Name,MailingStreet\n+14155550130,0,Ada,\"x\n+14155550131,1,Bob,y\"\n";
    let said = "row 3 says DoNotCall=1 of this number".to_owned();
    let ignored_alone =
        ListOptions { ignored_columns: vec!["MailingStreet".to_owned()], ..ListOptions::default() };
    assert_eq!(called_and_withheld(list, &ignored_alone), (vec![2], vec![said]));
}

#[test]
fn a_choice_of_metadata_is_no_way_past_what_a_column_says() {
    let options = ListOptions {
        metadata_columns: Some(vec!["name".to_owned(), "dnc".to_owned()]),
        ..ListOptions::default()
    };
    for list in [
        "phone,name,dnc,notes\n+14155550130,Ada,1,\n",
        "phone,name,dnc,notes\n+14155550130,Ada,0,do not call\n",
    ] {
        let written = write("list.csv", list);
        let entry = List::open(&written.path, &options).unwrap().next().unwrap().unwrap();
        assert!(matches!(entry, Entry::OptedOut(_)), "{list}");
    }
}
