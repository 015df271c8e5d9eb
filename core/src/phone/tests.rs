//! Tests of what is taken for a number, and that none is ever shown whole.

use proptest::prelude::*;

use super::*;

fn refused(text: &str) -> String {
    PhoneNumber::parse(text).unwrap_err().to_string()
}

#[test]
fn an_example_number_of_every_region_and_kind_is_taken() {
    for number in include_str!("../../data/example_numbers.txt").lines() {
        assert!(PhoneNumber::parse(number).is_ok(), "{number}");
    }
}

#[test]
fn every_calling_code_has_lengths_and_stands_in_order() {
    assert!(CALLING_CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(CALLING_CODES.iter().all(|(_, lengths)| *lengths != 0));
    assert!(
        regions().is_sorted_by(|one, next| one < next) && regions().count() * 2 == numbering::REGIONS.len()
    );
    let is_known = |code| CALLING_CODES.iter().any(|(known, _)| *known == code);
    assert!(regions().all(|it| is_known(it.calling_code())));
}

#[test]
fn calling_codes_are_told_apart() {
    for (number, code) in
        [("+14155550100", 1), ("+442079460000", 44), ("+3581234567", 358), ("+80012345678", 800)]
    {
        assert_eq!(PhoneNumber::parse(number).unwrap().calling_code(), code);
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, says) in [
        ("", "is empty"),
        ("+", "has 0 digits"),
        ("14155550100", "does not begin with +"),
        ("0014155550100", "begins with 00"),
        ("04155550100", "does not begin with +"),
        ("(415) 555-0100", "begins with `(`, not with +"),
        ("+1 4155550100", "a space at position 3"),
        ("+1415555010a", "a letter at position 12"),
        ("+1415\u{200b}5550100", "invisible character (U+200B)"),
        ("\u{202a}+14155550100", "invisible character (U+202A)"),
        ("\u{ff0b}14155550100", "full-width plus"),
        ("+1415555010\u{660}", "a character of another script at position 12"),
        ("+14155550100\r\n", "a control character (U+000D) at position 13"),
        ("+141555", "has 6 digits"),
        ("+1415555010012345", "has 16 digits"),
        ("+141555501001", "has 11 digits after calling code 1; expected 7 or 10 digits there"),
        ("+9991234567", "a calling code that does not exist"),
        ("+2101234567", "a calling code that does not exist"),
        ("+0123456789", "a calling code that does not exist"),
        ("+0014155550100", "a calling code that does not exist"),
    ] {
        assert!(refused(text).contains(says), "{text:?}: {}", refused(text));
    }
}

#[test]
fn a_length_just_outside_is_refused_for_every_calling_code() {
    for (code, lengths) in CALLING_CODES {
        for national in 1..=15_usize {
            let number = format!("+{code}{}", "2".repeat(national));
            let digits = number.len() - 1;
            let possible = lengths & (1 << national) != 0 && (7..=15).contains(&digits);
            assert_eq!(PhoneNumber::parse(&number).is_ok(), possible, "{number}");
        }
    }
}

#[test]
fn a_country_is_known_or_corrected() {
    assert_eq!(CountryCode::parse("gb").unwrap().as_str(), "GB");
    assert_eq!(format!("{:?}", "De".parse::<CountryCode>().unwrap()), "DE");
    for (code, says) in [
        ("UK", "code of the United Kingdom is GB"),
        ("el", "code of Greece is GR"),
        ("USA", "not two letters"),
        ("U1", "not two letters"),
        ("ZZ", "no country"),
        ("", "not two letters"),
    ] {
        assert!(CountryCode::parse(code).unwrap_err().to_string().contains(says), "{code}");
    }
}

#[test]
fn a_country_beside_a_number_that_has_its_own_is_left_out_if_it_agrees_and_refused_if_not() {
    let of = |number: &str, country: &str| Destination::parse(number, Some(country));
    for (number, country) in [
        ("+14155550100", "US"),
        ("+14155550100", "us"),
        // Which of those that share a calling code has it is not for us to say.
        ("+14155550100", "CA"),
        ("+442079460018", "GB"),
        ("+442079460018", "je"),
        ("+77012345678", "RU"),
        ("+393123456789", "VA"),
        ("+4712345678", "SJ"),
        ("+61491570156", "CX"),
        ("+212600000000", "EH"),
        ("+262692123456", "YT"),
        ("+358412345678", "AX"),
        ("+590690123456", "MF"),
        ("+5999123456", "BQ"),
    ] {
        assert_eq!(of(number, country), Destination::parse(number, None), "{number} {country}");
    }
    for (number, country, says) in [
        (
            "+14155550100",
            "GB",
            "country_code: is GB, whose numbers begin with +44, but the number begins with +1;",
        ),
        (
            "+442079460018",
            "us",
            "country_code: is US, whose numbers begin with +1, but the number begins with +44;",
        ),
        ("+77012345678", "UA", "country_code: is UA, whose numbers begin with +380"),
        ("+80012345678", "US", "but the number begins with +800"),
        ("+14155550100", "UK", "country_code: is UK; the code"),
        ("+14155550100", "", "country_code: is not two letters"),
        (" +14155550100", "US", "to_number: begins with a space"),
        ("+1415555010", "US", "to_number: has 9 digits after calling code 1"),
    ] {
        let refused = of(number, country).unwrap_err().to_string();
        assert!(refused.contains(says) && !refused.contains("4155"), "{number} {country}: {refused}");
    }
}

#[test]
fn a_national_number_goes_as_it_is_written() {
    let of = |text: &str| NationalNumber::parse(text).map(|it| it.as_str().to_owned());
    assert_eq!(of(" (415) 555-0100 ").unwrap(), "(415) 555-0100");
    assert!(
        of(&"1".repeat(18)).is_ok() && of(&format!("1{}", "-".repeat(31))).is_ok(),
        "as long as it may be"
    );
    assert!(of(&format!("1{}", "-".repeat(32))).is_err());
    for text in ["", "   ", "+14155550100", "555x12", "4155550100\n1", "-", &"1".repeat(19), "4.41E+11"] {
        assert!(of(text).is_err(), "{text:?}");
    }
}

#[test]
fn nothing_shows_a_whole_number() {
    let e164 = Destination::parse("+14155550100", None).unwrap();
    let national = Destination::parse("(415) 555-0100", Some("US")).unwrap();
    assert_eq!(e164.masked(), "+1********00");
    assert_eq!(national.masked(), "US ************00");
    // Of a short one the last digits would be most of it.
    for (number, masked) in [("5551", "US ****"), ("55512", "US ***12"), ("5", "US *")] {
        assert_eq!(Destination::parse(number, Some("US")).unwrap().masked(), masked);
    }
    assert_eq!(PhoneNumber::parse("+4712345").unwrap().masked(), "+47***45");
    assert_eq!(format!("{e164:?}"), "E164(+1********00)");
    let shown = format!("{e164:?} {national:?}");
    assert!(!shown.contains("415") && !shown.contains("555"), "{shown}");
}

#[test]
fn a_number_that_is_no_text_is_refused_without_being_quoted() {
    assert!(serde_json::from_str::<PhoneNumber>("\"+14155550100\"").is_ok());
    for json in ["14155550100", "-14155550100", "1.415555e10", "[\"+14155550100\"]", "\"4155550100\"", "null"]
    {
        let refused = serde_json::from_str::<PhoneNumber>(json).unwrap_err().to_string();
        assert!(refused.starts_with("to_number: "), "{refused}");
        assert!(!refused.contains("4155550") && !refused.contains("415555"), "{refused}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_is_quoted(text in "\\PC*") {
        let _ = NationalNumber::parse(&text);
        if let Err(error) = PhoneNumber::parse(&text) {
            let shown = error.to_string();
            let digits = text.chars().filter(char::is_ascii_digit).count();
            prop_assert!(digits < 7 || !shown.contains(&text));
        }
    }

    #[test]
    fn what_is_taken_comes_back_the_same(code in 0..215_usize, rest in "[0-9]{4,12}") {
        let text = format!("+{}{rest}", CALLING_CODES[code].0);
        if let Ok(number) = PhoneNumber::parse(&text) {
            prop_assert_eq!(number.as_str(), text.as_str());
            prop_assert_eq!(number.calling_code(), CALLING_CODES[code].0);
            prop_assert!(!number.masked().contains(&rest));
            let json = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(&json, &format!("\"{text}\""));
            prop_assert_eq!(&serde_json::from_str::<PhoneNumber>(&json).unwrap(), &number);
            prop_assert_eq!(&text.parse::<PhoneNumber>().unwrap(), &number);
            let destination = Destination::parse(&text, None).unwrap();
            prop_assert_eq!((destination.number(), destination.national()), (text.as_str(), rest.as_str()));
            prop_assert_eq!(destination.masked(), number.masked());
        }
    }

    #[test]
    fn one_odd_character_anywhere_is_refused_with_its_place(at in 1..12_usize, odd in "[^0-9+]") {
        let mut text = "+14155550100".to_owned();
        text.insert_str(at, &odd);
        let said = format!("at position {};", at + 1);
        prop_assert!(refused(&text).contains(&said), "{}", refused(&text));
    }

    #[test]
    fn a_national_number_comes_back_without_the_space_around_it_and_shows_two_digits(
        text in "[0-9 ()./-]{0,30}[0-9][0-9 ()./-]{0,30}",
        known in prop::sample::select(regions().collect::<Vec<_>>()),
    ) {
        let (country, calling_code) = (known.as_str(), known.calling_code());
        prop_assert_eq!(CountryCode::parse(country).unwrap().calling_code(), calling_code);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let possible = text.trim().len() <= 32 && digits <= 18;
        let destination = Destination::parse(&text, Some(&country.to_lowercase()));
        prop_assert_eq!(destination.is_ok(), possible);
        if let Ok(Destination::National { number, country: held }) = &destination {
            prop_assert_eq!((number.as_str(), held.as_str()), (text.trim(), country));
            let masked = destination.unwrap().masked();
            prop_assert_eq!(masked.len(), 3 + text.trim().len());
            prop_assert!(masked.bytes().filter(u8::is_ascii_digit).count() <= 2, "{}", masked);
        }
    }
}

#[test]
fn a_national_number_without_its_area_code_is_refused_and_one_that_may_be_whole_is_not() {
    let check =
        |number: &str, country: &str| Destination::parse(number, Some(country)).unwrap().check_whole();
    for (number, country, digits) in [
        ("555-0130", "US", 7),
        ("5550130", "CA", 7),
        ("1 555-0130", "US", 8),
        ("415 555 013", "US", 9),
        ("7183 8750", "GB", 8),
        ("55 12 34", "FR", 6),
        ("412 3456", "MX", 7),
        ("234 5678", "IN", 7),
        ("12 34 56 78", "ES", 8),
    ] {
        let error = check(number, country).unwrap_err().to_string();
        let said = format!(
            "to_number: has {digits} digits, as no whole number of {country}: its area code may be missing"
        );
        assert!(error.starts_with(&said), "{error}");
        assert!(!error.contains(number), "{error}");
    }
    for (number, country) in [
        ("(415) 555-0130", "US"),
        ("1-415-555-0130", "US"),
        ("011 44 20 7183 8750", "US"),
        ("020 7183 8750", "GB"),
        ("01 23 45 67 89", "FR"),
        ("8 912 345 67 89", "RU"),
        ("06 1 234 5678", "HU"),
        ("06 20 123 4567", "HU"),
        ("030 901820", "DE"),
        ("02 3661 8300", "IT"),
        ("011 15 2345 6789", "AR"),
        ("0 15 11 91234 5678", "BR"),
        ("8 612 34567", "LT"),
        ("0412 345 678", "AU"),
        ("+14155550130", "US"),
    ] {
        assert_eq!(check(number, country), Ok(()), "{number} {country}");
    }
    // As short as they are, they are whole.
    assert_eq!(check("911", "US"), Ok(()));
    assert_eq!(check("112", "DE"), Ok(()));
}
