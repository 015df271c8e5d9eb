//! Columns in which the list itself says who must not be called.

use polyai_outbound::campaign::{Entry, ListOptions};

use super::{entries, error, metadata, read, recipient, refused};

/// What a list of one row comes to.
enum Is {
    Called,
    OptedOut(String),
    Refused(String),
}

fn is(column: &str, cell: &str) -> Is {
    let list = format!("phone,\"{column}\",name\n+14155550130,\"{cell}\",Ada\n");
    match entries(&list).remove(0) {
        Entry::Recipient(it) => {
            let sent = metadata(&it);
            assert!(sent.contains(&("name", "Ada")), "{column}={cell}");
            Is::Called
        }
        Entry::OptedOut(it) => {
            assert_eq!((it.row, it.to_number.as_str()), (2, "+14155550130"));
            Is::OptedOut(it.said)
        }
        Entry::Refused(it) => Is::Refused(it.to_string()),
    }
}

#[test]
fn a_yes_in_a_column_that_forbids_calls_is_obeyed_and_a_no_is_not_sent() {
    for column in [
        "DoNotCall",
        "do_not_call",
        "Do Not Call?",
        "dnc",
        "DNC_Flag",
        "DoNotCall__c",
        "opted_out",
        "isOptedOut",
        "OptOut",
        "Opt-Out",
        "HasOptedOutOfCalls",
        "phone_opt_out",
        "unsubscribed",
        "Is Unsubscribed",
        "doNotContact",
        "contact.do_not_contact",
        "IsDeleted",
        "deleted",
        "blocked",
        "is_blacklisted",
        "suppressed",
        "noCalls",
        "national_dnc",
        "on_dnc_list",
        "TPS",
        "deceased",
        "do-not-phone",
        "dont_call",
        "never_call",
        "call_blocked",
        "archived",
        "nicht_anrufen",
        "no_llamar",
    ] {
        for cell in [
            "1",
            "true",
            "YES",
            "y",
            "T",
            " x ",
            "on",
            "Checked",
            "ja",
            "Oui",
            "sí",
            "WAHR",
            "VERDADERO",
            "✓",
            "1.0",
        ] {
            match is(column, cell) {
                Is::OptedOut(said) => assert_eq!(said, format!("{column}={} in row 2", cell.trim())),
                Is::Called | Is::Refused(_) => panic!("{column}={cell}"),
            }
        }
        for cell in ["0", "false", "No", "n", "F", "off", "nein", "NON", "FALSCH", "Falso", "0.0", "", "  "] {
            assert!(matches!(is(column, cell), Is::Called), "{column}={cell}");
        }
        for cell in [
            "maybe",
            "2",
            "?",
            "nan",
            "None",
            "NULL",
            "#N/A",
            "1,5",
            "y/n",
            "unknown",
            "-",
            "ask first",
            "10",
        ] {
            let Is::Refused(said) = is(column, cell) else { panic!("{column}={cell}") };
            assert!(said.starts_with("row 2, column `") && said.contains("--ignore-column"), "{said}");
            assert!(cell.len() < 3 || !said.contains(cell), "{said}");
        }
    }
}

#[test]
fn a_column_of_flags_is_no_metadata() {
    let list = "phone,DoNotCall,consent,phone_code,name\n+14155550130,0,yes,1,Ada\n";
    assert_eq!(metadata(&recipient(entries(list).remove(0))), [("name", "Ada")]);
}

#[test]
fn a_no_where_consent_is_asked_for_forbids_and_so_does_silence() {
    for column in [
        "consent",
        "Consent Given",
        "marketing_consent",
        "phone_consent",
        "can_call",
        "callable",
        "opt_in",
        "optedIn",
        "ok to call",
        "tcpa_consent",
        "has_consent",
        "call_permission",
        "allow_calls",
        "gdpr-consent",
    ] {
        for cell in
            ["no", "0", "FALSE", "n", "denied", "withdrawn", "opted out", "nein", "revoked", "no consent"]
        {
            assert!(matches!(is(column, cell), Is::OptedOut(_)), "{column}={cell}");
        }
        for cell in ["yes", "1", "TRUE", "granted", "opted-in", "Allowed", "oui"] {
            assert!(matches!(is(column, cell), Is::Called), "{column}={cell}");
        }
        for cell in ["", " ", "pending", "partly", "nan", "see notes"] {
            assert!(matches!(is(column, cell), Is::Refused(_)), "{column}={cell}");
        }
    }
}

#[test]
fn a_date_of_an_opt_out_is_a_yes_and_not_shown() {
    for column in [
        "opted_out_at",
        "unsubscribed_at",
        "deleted_at",
        "DNC Date",
        "do_not_call_until",
        "unsub_time",
        "optout_date",
    ] {
        for cell in
            ["2024-05-01", "01/05/2024", "2024-05-01T09:30:00Z", "1714555800", "1 May 2024", "20240501"]
        {
            let Is::OptedOut(said) = is(column, cell) else { panic!("{column}={cell}") };
            assert_eq!(said, format!("{column}=(a date) in row 2"));
        }
        assert!(matches!(is(column, ""), Is::Called), "{column}");
        assert!(matches!(is(column, "0000-00-00 00:00:00"), Is::Refused(_)), "{column}: nobody knows");
    }
    assert!(matches!(is("DoNotCall", "2024-05-01"), Is::OptedOut(_)));
}

#[test]
fn a_status_forbids_by_the_words_that_do_and_is_metadata_otherwise() {
    for column in [
        "status",
        "lead_status",
        "Disposition",
        "state",
        "call_result",
        "last_disposition",
        "Tags",
        "contactStatus",
    ] {
        for cell in [
            "DNC",
            "dncl",
            "DNCC",
            "Do Not Call",
            "do-not-contact",
            "Unsubscribed",
            "opted out",
            "Deceased",
            "DNC - wrong",
            "asked: never call",
            "consent withdrawn",
            "blacklisted",
        ] {
            let Is::OptedOut(said) = is(column, cell) else { panic!("{column}={cell}") };
            assert!(said.starts_with(&format!("{column}=")) && said.ends_with(" in row 2"), "{said}");
        }
        for cell in ["NEW", "open", "CA", "interested", "callback", "", "1", "no", "false", "deleted?"] {
            assert!(matches!(is(column, cell), Is::Called), "{column}={cell}");
        }
    }
    let found = recipient(entries("phone,status\n+14155550130,NEW\n").remove(0));
    assert_eq!(metadata(&found), [("status", "NEW")]);
}

#[test]
fn what_is_about_other_ways_to_reach_people_is_left_as_it_was() {
    for column in [
        "HasOptedOutOfEmail",
        "sms_opt_out",
        "email_consent",
        "DoNotFax",
        "newsletter_unsubscribed",
        "blocked_reason_code_x",
    ] {
        let column = column.trim();
        for cell in ["1", "no", "whatever"] {
            let found = recipient(entries(format!("phone,{column}\n+14155550130,{cell}\n")).remove(0));
            assert_eq!(metadata(&found), [(column, cell)]);
        }
    }
}

#[test]
fn one_column_that_forbids_is_enough_and_comes_before_what_else_is_wrong() {
    let list = "phone,dnc,consent,status,priority\n\
                +14155550130,0,yes,DNC,5\n\
                +14155550131,maybe,no,NEW,5\n\
                +14155550132,yes,,,eleven\n\
                12,yes,,,5\n";
    let found = entries(list);
    let said: Vec<_> = found
        .iter()
        .map(|entry| match entry {
            Entry::OptedOut(it) => it.said.as_str(),
            Entry::Refused(_) => "refused",
            Entry::Recipient(_) => "called",
        })
        .collect();
    assert_eq!(said, ["status=DNC in row 2", "consent=no in row 3", "dnc=yes in row 4", "refused"]);
}

fn ignoring(names: &[&str]) -> ListOptions {
    ListOptions {
        ignored_columns: names.iter().map(|it| (*it).to_owned()).collect(),
        ..ListOptions::default()
    }
}

#[test]
fn a_column_that_is_ignored_is_neither_obeyed_nor_sent() {
    let list =
        "DoNotCall,phone,consent,country_code,Subject,mobile,name\n1,+14155550130,,XX,x,+14155550131,Ada\n";
    let options = ignoring(&["do not call", "Consent", "countryCode", "subject", "mobile"]);
    let found = recipient(read("list.csv", list, &options).unwrap().0.remove(0));
    assert_eq!((found.to_number.as_str(), metadata(&found)), ("+14155550130", vec![("name", "Ada")]));
    let said = error("list.csv", list, &ignoring(&["dnc"]));
    assert!(said.starts_with(", row 1: has no column `dnc` to be ignored; it has `DoNotCall`"), "{said}");
    let said = error("list.csv", list, &ignoring(&["subject"]));
    assert!(said.contains("2 columns that may hold the numbers"), "{said}");
}

#[test]
fn flags_of_json_are_booleans_numbers_and_null() {
    let is = |members: &str, options: &ListOptions| {
        let line = format!("{{\"phone\":\"+14155550130\",{members}}}\n");
        read("list.jsonl", line, options).unwrap().0.remove(0)
    };
    let plain = ListOptions::default();
    for members in
        ["\"doNotCall\":true", "\"dnc\":1", "\"consent\":false", "\"opted_out\":\"yes\"", "\"can_call\":0"]
    {
        assert!(matches!(is(members, &plain), Entry::OptedOut(_)), "{members}");
    }
    for members in
        ["\"doNotCall\":false", "\"dnc\":0", "\"dnc\":null", "\"consent\":true", "\"opted_out\":\"\""]
    {
        assert!(metadata(&recipient(is(members, &plain))).is_empty(), "{members}");
    }
    for members in ["\"consent\":null", "\"dnc\":[true]", "\"dnc\":2", "\"dnc\":{\"is\":true}", "\"dnc\":1.5"]
    {
        refused(&is(members, &plain));
        let ignored = recipient(is(members, &ignoring(&["consent", "DNC"])));
        assert!(metadata(&ignored).is_empty(), "{members}");
    }
}
