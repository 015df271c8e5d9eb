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
fn a_phone_number_is_no_date() {
    for cell in ["2024-05-01 10:00:00", "2024-05-01T09:30:00.123Z", "5/1/24", "1714555800123", "20240229"] {
        assert!(matches!(is("DoNotCall", cell), Is::OptedOut(_)), "{cell}");
    }
    for cell in [
        "+14155550131",
        "+4420240501",
        "+20240501",
        "14155550131",
        "4155550131",
        "(415) 555-0131",
        "415-555-0131",
        "415.555.0131",
        "1-415-555-0131",
        "44 20 7946 0018",
        "01 23 45 67 89",
        "20241301",
        "20230229",
        "2024050",
        "4102444800",
        "0946684799",
    ] {
        assert!(matches!(is("DoNotCall", cell), Is::Refused(_)), "{cell}");
    }
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

#[test]
fn a_column_about_not_calling_is_obeyed_whatever_else_its_name_says() {
    for column in [
        "state_dnc",
        "phone_dnc",
        "mobile_dnc",
        "cell_dnc",
        "wireless_dnc",
        "dnc_phone",
        "is_on_dnc_list",
        "isOnDNCList",
        "on_federal_dnc",
        "phone_do_not_call",
        "PhoneDoNotCall",
        "phonedonotcall",
        "opt_out_phone",
        "unsubscribed_from_calls",
        "voicemail_opt_out",
        "dnc_bulk_upload",
        "phone1_dnc",
        "DNC2",
        "statednc",
        "Texas DNC",
        "pushed_to_dnc",
        "landlineDNCL",
        "home don't call",
        "please do not ring again",
        "dnd_enabled",
        "opt_out_all",
        "opted_out_of_mobile",
        "voiceOptedOut",
        "unsubscribed_from_phone_calls",
        "email_and_phone_dnc",
        "do not call or text",
        "dnc_scrub_result",
        "dnc_checked_on_federal",
        "last_dnc_check_result",
        "do_not_market_dnc",
        "dnc_source",
    ] {
        for cell in ["yes", "1", "TRUE", "2024-05-01", "on DNC"] {
            assert!(matches!(is(column, cell), Is::OptedOut(_)), "{column}={cell}");
        }
        for cell in ["no", "0", "", "not on DNC"] {
            assert!(matches!(is(column, cell), Is::Called), "{column}={cell}");
        }
        assert!(matches!(is(column, "see notes"), Is::Refused(_)), "{column}");
    }
}

#[test]
fn a_name_that_denies_it_is_obeyed_the_other_way_round() {
    for column in
        ["not_on_dnc", "isNotOnDNCList", "non-dnc", "notdnc", "no_dnc", "dnc_clean", "not_opted_out"]
    {
        assert!(matches!(is(column, "yes"), Is::Called), "{column}");
        assert!(matches!(is(column, "no"), Is::OptedOut(_)), "{column}");
        assert!(matches!(is(column, ""), Is::Refused(_)), "{column}");
    }
}

#[test]
fn the_day_of_an_entry_forbids_and_that_of_a_look_at_the_list_does_not() {
    for column in ["dnc_date", "DNC Added At", "dncSince", "phone_dnc_date", "do_not_call_requested_on"] {
        assert!(matches!(is(column, "2024-05-01"), Is::OptedOut(_)), "{column}");
    }
    for column in
        ["dnc_checked_at", "dnc_scrub_date", "DncCheckedOn", "last_dnc_check", "do_not_call_checked_at"]
    {
        let found = recipient(entries(format!("phone,{column}\n+14155550130,2024-05-01\n")).remove(0));
        assert_eq!(metadata(&found), [(column, "2024-05-01")]);
        assert!(matches!(is(column, "DNC"), Is::OptedOut(_)), "{column}");
    }
}

#[test]
fn names_of_other_things_are_not_taken_for_opt_outs() {
    for column in [
        "email_dnc",
        "dnc_email",
        "E-Mail-Opt-Out",
        "smsDnc",
        "text_message_opt_out",
        "do_not_contact_by_mail",
        "fax_do_not_contact",
        "newsletter_unsubscribed",
        "push_notification_opt_out",
        "adopt_outcome_count",
        "opt_out_of_data_sale",
        "donotbulkemail",
        "dance",
    ] {
        let found = recipient(entries(format!("phone,{column}\n+14155550130,yes\n")).remove(0));
        assert_eq!(metadata(&found), [(column, "yes")]);
    }
}

#[test]
fn a_status_that_denies_what_forbids_does_not_forbid() {
    for cell in [
        "not on DNC",
        "notondnc",
        "Not on the federal DNC list",
        "non-DNC",
        "not DNC",
        "not opted out",
        "Not Deceased",
        "not in DNCL",
        "clean - not on any DNC list",
        "closed - NC",
        "not blacklisted",
    ] {
        assert!(matches!(is("status", cell), Is::Called), "{cell}");
    }
    for cell in [
        "on DNC",
        "National DNC",
        "Lead: DNC",
        "not interested - DNC",
        "not now, DNC",
        "Reached: not. DNC",
        "Lebanon DNC",
        "not on state DNC, on federal DNC",
        "not on DNC but do not call",
        "cannot talk dnc",
        "knot dnc",
        "isondnc",
        "addedToDNC",
    ] {
        assert!(matches!(is("status", cell), Is::OptedOut(_)), "{cell}");
    }
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
