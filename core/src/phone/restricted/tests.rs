//! Tests of which numbers are called only if they are asked for by name.

use super::*;
use crate::CountryCode;
use crate::testing::outbound;
use crate::{TriggerCall, wire};

fn kind(number: &str, country: Option<&str>) -> Option<Restricted> {
    Restricted::of(&Destination::parse(number, country).unwrap())
}

#[test]
fn emergency_numbers_are_known_in_every_country_and_however_they_are_written() {
    for (number, country) in [
        ("911", "US"),
        ("9-1-1", "CA"),
        ("9 911", "US"),
        ("112", "DE"),
        ("110", "DE"),
        ("999", "GB"),
        ("000", "AU"),
        ("119", "JP"),
        ("15", "FR"),
        ("190", "BR"),
        ("1122", "PK"),
        ("1669", "TH"),
        ("0112", "SE"),
        ("90000", "SE"),
        ("10111", "ZA"),
        ("00 1 911", "DE"),
        ("011 44 999", "US"),
        ("1 911 555 0134", "US"),
    ] {
        assert_eq!(kind(number, Some(country)), Some(Restricted::Emergency), "{number} {country}");
    }
    for number in ["+19115550134", "+2710111", "+2710177"] {
        assert_eq!(kind(number, None), Some(Restricted::Emergency), "{number}");
    }
}

#[test]
fn premium_numbers_are_known_with_calling_code_and_as_dialed_within_their_country_or_from_another() {
    for number in [
        "+19005550134",
        "+12129765501",
        "+449098790000",
        "+448712345678",
        "+499001234567",
        "+33899123456",
        "+39899123456",
        "+34803123456",
        "+61190123456",
        "+81990123456",
        "+41900123456",
        "+78091234567",
        "+3531512345678",
        "+601600123456",
        "+979123456789",
        "+34905123456",
        "+34806123456",
        "+491371234567",
        "+491376123456",
        "+447012345678",
        "+447003456789",
        "+881612345678",
        "+882161234567",
        "+883510012345",
        "+870776123456",
        "+878101234567890",
        // With the 0 that is dialed within the country alone.
        "+4909001234567",
    ] {
        assert_eq!(kind(number, None), Some(Restricted::Premium), "{number}");
    }
    for (number, country) in [
        ("(900) 555-0134", "US"),
        ("1-900-555-0134", "CA"),
        ("0909 879 0000", "GB"),
        ("0900 123 4567", "DE"),
        ("0137 712 3456", "DE"),
        ("070 1234 5678", "GB"),
        ("905 123 456", "ES"),
        ("00 8816 1234 5678", "DE"),
        ("011 870 776 123 456", "US"),
        ("899 123456", "IT"),
        ("0878 123456", "IT"),
        ("8 809 123-45-67", "RU"),
        ("06 90 123 456", "HU"),
        ("1900 123 456", "AU"),
        ("00 44 909 879 0000", "FR"),
        ("011 49 900 1234567", "US"),
        ("0011 44 909 879 0000", "AU"),
        ("010 1 900 555 0134", "JP"),
    ] {
        assert_eq!(kind(number, Some(country)), Some(Restricted::Premium), "{number} {country}");
    }
}

#[test]
fn what_only_looks_like_one_is_called() {
    for number in [
        "+34911234567",  // Madrid
        "+911123456789", // Delhi
        "+27101110000",  // Johannesburg
        "+390891234567", // Salerno
        "+19795550134",  // Texas
        "+19105550134",  // North Carolina
        "+442079460134",
        "+4790012345", // a mobile of Norway
        "+81901234567",
        "+4702000",
    ] {
        assert_eq!(kind(number, None), None, "{number}");
    }
    for (number, country) in
        [("911 234 567", "ES"), ("089 123456", "IT"), ("08 9123 4567", "AU"), ("0911 12345", "DE")]
    {
        assert_eq!(kind(number, Some(country)), None, "{number} {country}");
    }
}

/// libphonenumber's own examples of every kind of number: those that it calls premium-rate are, and no others.
#[test]
fn of_the_examples_of_every_country_few_are_restricted() {
    let numbers = include_str!("../../../data/example_numbers.txt").lines();
    let kinds: Vec<_> = numbers.map(|it| kind(it, None)).collect();
    let premium = kinds.iter().filter(|it| **it == Some(Restricted::Premium)).count();
    assert!((95..=125).contains(&premium), "{premium}");
    assert_eq!(kinds.iter().filter(|it| **it == Some(Restricted::Emergency)).count(), 0);
}

#[test]
fn the_tables_are_in_order_and_of_codes_that_exist() {
    assert!(PREMIUM.is_sorted_by(|one, next| one.0 < next.0));
    let patterns = PREMIUM.iter().map(|(code, patterns)| (*code, *patterns));
    for (code, patterns) in patterns.chain(EMERGENCY) {
        assert!(plan(&code.to_string()).is_some(), "{code}");
        for pattern in patterns.split(' ') {
            assert!(
                !pattern.is_empty() && pattern.bytes().all(|it| it == b'.' || it.is_ascii_digit()),
                "{code}"
            );
        }
    }
}

#[test]
fn a_trigger_to_one_is_refused_before_it_is_sent_unless_that_kind_is_allowed() {
    for (number, country, asked, other) in [
        ("911", Some("US"), Restricted::Emergency, Restricted::Premium),
        ("999", Some("GB"), Restricted::Emergency, Restricted::Premium),
        ("+19005550134", None, Restricted::Premium, Restricted::Emergency),
        ("+449098790000", None, Restricted::Premium, Restricted::Emergency),
        ("0900 1234567", Some("DE"), Restricted::Premium, Restricted::Emergency),
    ] {
        let call = TriggerCall::new(Destination::parse(number, country).unwrap());
        for refused in [call.clone(), call.clone().allowing(other)] {
            let refused = wire::trigger_request(&outbound(), &refused).unwrap_err();
            assert_eq!((refused.field(), refused.problem()), ("to_number", asked.refusal().0), "{number}");
            assert!(
                !refused.to_string().contains("0134") && !refused.to_string().contains("911"),
                "{refused}"
            );
        }
        assert!(wire::trigger_request(&outbound(), &call.allowing(asked)).is_ok(), "{number}");
    }
}

#[test]
fn every_country_has_short_numbers() {
    for country in super::super::regions() {
        let country = country.as_str();
        assert_eq!(kind("112", Some(country)), Some(Restricted::Emergency), "{country}");
        assert!(CountryCode::parse(country).is_ok());
    }
}
