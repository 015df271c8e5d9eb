//! What a row says of its recipient.

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{Entry, ListOptions, Priority};

use super::{metadata, read, recipient, recipients, refusal};

#[test]
fn a_row_says_all_there_is_to_say_of_a_recipient() {
    let list = "External ID,to_number,Country Code,time_zone,not_before,not_after,priority,name\n\
                A-7, (415) 555-0100 ,us,america/new_york,2026-12-01 09:30,2026-12-01T17:00:00-05:00,9,Ada\n";
    let found = &recipients(list)[0];
    assert_eq!(found.to_number.as_str(), "+14155550100");
    assert_eq!(found.external_id.as_deref(), Some("A-7"));
    assert_eq!(found.time_zone.unwrap().name(), "America/New_York");
    assert_eq!(found.not_before.unwrap().as_millis(), 1_796_135_400_000);
    assert_eq!(found.not_after.unwrap().as_millis(), 1_796_162_400_000);
    assert_eq!(found.priority, Priority::FIRST);
    assert_eq!(metadata(found), [("name", "Ada")]);
}

#[test]
fn what_a_row_does_not_say_is_as_if_its_column_were_not_there() {
    let bare = &recipients("phone\n+14155550100\n")[0];
    let header = "phone,country_code,time_zone,not_before,not_after,priority,external_id";
    let empty = &recipients(format!("{header}\n+14155550100,, ,,,,\n"))[0];
    assert_eq!(bare, empty);
    assert_eq!(bare.priority, Priority::default());
}

#[test]
fn the_country_of_a_row_goes_before_that_of_the_list() {
    let options = ListOptions { country: Some(CountryCode::parse("GB").unwrap()), ..ListOptions::default() };
    let list = "phone,country_code\n020 7183 8750,\n(415) 555-0100,US\n";
    let (found, _) = read("list.csv", list, &options).unwrap();
    let numbers: Vec<String> =
        found.into_iter().map(|entry| recipient(entry).to_number.as_str().to_owned()).collect();
    assert_eq!(numbers, ["+442071838750", "+14155550100"]);
}

#[test]
fn the_country_of_a_row_has_to_agree_with_a_number_that_has_its_own() {
    let header = "phone,country_code\n";
    for (number, country) in [
        ("+14155550100", "us"),
        ("+14155550100", "CA"),
        ("tel:+44 20 7183 8750", "GB"),
        // As dialed within the United States, so it is no number of theirs.
        ("011 44 20 7183 8750", "US"),
    ] {
        assert_eq!(recipients(format!("{header}{number},{country}\n")).len(), 1, "{number} {country}");
    }
    for number in ["+14155550100", "\u{ff0b}1 (415) 555-0100", "tel:+1-415-555-0100"] {
        let found = refusal(format!("{header}{number},GB\n"));
        let said = "row 2, column `country_code`: is GB, whose numbers begin with +44, but the number begins with +1; \
                    expected the number's own country, or none: a number that begins with + needs none";
        assert_eq!(found, said);
    }
    // That of a whole list is for the numbers that have none.
    let options = ListOptions { country: Some(CountryCode::parse("GB").unwrap()), ..ListOptions::default() };
    let (found, _) = read("list.csv", format!("{header}+14155550100,\n"), &options).unwrap();
    assert_eq!(recipient(found.into_iter().next().unwrap()).to_number.as_str(), "+14155550100");
}

#[test]
fn a_cell_that_cannot_be_read_is_refused_by_its_column() {
    for (column, cell, said) in [
        ("country_code", "UK", "is UK; the code of the United Kingdom is GB; expected"),
        ("time_zone", "EST", "is an abbreviation"),
        ("time_zone", "Mars/Olympus", ""),
        ("not_before", "2026-12-01 09:30", "has no offset from UTC, and the row has no time_zone; expected"),
        ("not_before", "2026-12-01", "has no offset from UTC"),
        ("not_before", "01/12/2026", "is no moment that can be read"),
        ("not_before", "2026-02-30", "is no moment that can be read"),
        ("not_after", "tomorrow", "is no moment that can be read"),
        ("not_after", "1969-12-31T00:00:00Z", "is before 1970"),
        ("priority", "10", "is no priority; expected a whole number from 0 (last) to 9 (first)"),
        ("priority", "-1", "is no priority"),
        ("priority", "5.0", "is no priority"),
        ("priority", "high", "is no priority"),
        ("name", "a\0b", "the value of `name`"),
    ] {
        let found = refusal(format!("phone,{column}\n+14155550100,{cell}\n"));
        assert!(found.starts_with(&format!("row 2, column `{column}`: {said}")), "{cell}: {found}");
    }
    let found = refusal("Phone\n4.41E+11\n");
    assert!(found.starts_with("row 2, column `Phone`: was rounded by a spreadsheet"), "{found}");
}

#[test]
fn a_moment_with_a_zone_behind_it_is_not_read_as_if_it_had_none() {
    for cell in ["2026-12-01 09:30[Asia/Tokyo]", "2026-12-01 09:30 Asia/Tokyo", "2026-12-01[Asia/Tokyo]"] {
        let found = refusal(format!("phone,time_zone,not_before\n+14155550100,America/New_York,{cell}\n"));
        assert!(found.contains("is no moment that can be read"), "{cell}: {found}");
    }
}

#[test]
fn external_ids_are_text_of_200_characters_at_most() {
    let id = "ü".repeat(200);
    assert_eq!(
        recipients(format!("phone,external_id\n+14155550100,{id}\n"))[0].external_id,
        Some(id.clone())
    );
    let found = refusal(format!("phone,external_id\n+14155550100,{id}x\n"));
    assert_eq!(found, "row 2, column `external_id`: has 201 characters; expected 200 characters at most");
}

#[test]
fn metadata_that_is_too_large_is_refused() {
    let (a, b) = ("a".repeat(15_000), "b".repeat(15_000));
    let found = refusal(format!("phone,a,b\n+14155550100,{a},{b}\n"));
    assert!(found.contains("has metadata that is"), "{found}");
    let found = refusal(format!("phone,a,b\n+14155550100,{a}{b},\n"));
    assert!(found.starts_with("row 2, column `a`: is "), "{found}");
}

fn span(zone: &str, before: &str, after: &str) -> (Option<u64>, Option<u64>) {
    let list = format!("phone,time_zone,not_before,not_after\n+14155550100,{zone},{before},{after}\n");
    let found = &recipients(list)[0];
    (found.not_before.map(|it| it.as_millis()), found.not_after.map(|it| it.as_millis()))
}

fn utc(text: &str) -> Option<u64> {
    let list = format!("phone,not_before\n+14155550100,{text}\n");
    recipients(list)[0].not_before.map(|it| it.as_millis())
}

#[test]
fn a_day_is_from_its_beginning_to_its_end_where_the_recipient_lives() {
    let day = span("Asia/Kolkata", "2026-12-01", "2026-12-01");
    assert_eq!(day, (utc("2026-11-30T18:30:00Z"), utc("2026-12-01T18:30:00Z")));
    let short = span("America/New_York", "2026-03-08", "2026-03-08");
    assert_eq!(short, (utc("2026-03-08T05:00:00Z"), utc("2026-03-09T04:00:00Z")), "23 hours");
}

#[test]
fn what_is_not_certain_when_clocks_change_makes_the_span_shorter() {
    // Clocks went from 2:00 to 3:00: 2:30 is 3:30 by the old offset, 1:30 by the new one.
    let gap = span("America/New_York", "2026-03-08 02:30", "");
    assert_eq!(gap.0, utc("2026-03-08T07:30:00Z"));
    let gap = span("America/New_York", "", "2026-03-08 02:30");
    assert_eq!(gap.1, utc("2026-03-08T06:30:00Z"));
    // And back from 2:00 to 1:00: 1:30 comes twice.
    let twice = span("America/New_York", "2026-11-01 01:30", "");
    assert_eq!(twice.0, utc("2026-11-01T06:30:00Z"));
    let twice = span("America/New_York", "", "2026-11-01 01:30");
    assert_eq!(twice.1, utc("2026-11-01T05:30:00Z"));
    let sydney = span("Australia/Sydney", "2026-04-05 02:30", "");
    assert_eq!(sydney.0, utc("2026-04-04T16:30:00Z"), "the southern one goes back in April");
}

#[test]
fn a_span_that_ends_before_it_begins_is_refused() {
    for (before, after) in [
        ("2026-12-02T00:00:00Z", "2026-12-01T00:00:00Z"),
        ("2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ("2026-12-01T00:00:00-05:00", "2026-12-01T04:00:00Z"),
    ] {
        let found = refusal(format!("phone,not_before,not_after\n+14155550100,{before},{after}\n"));
        assert!(found.starts_with("row 2, column `not_after`: is not after not_before"), "{found}");
    }
}

#[test]
fn numbers_that_are_the_same_are_both_read_because_the_list_does_not_judge_that() {
    let (found, _) =
        read("l.csv", "phone\n+14155550100\n+1 415 555 0100\n", &ListOptions::default()).unwrap();
    assert!(found.iter().all(|entry| matches!(entry, Entry::Recipient(_))));
}
