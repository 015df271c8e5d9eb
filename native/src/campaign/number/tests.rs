use super::*;

fn country(code: &str) -> Option<CountryCode> {
    (!code.is_empty()).then(|| CountryCode::parse(code).unwrap())
}

fn read(text: &str, of: &str) -> Result<String, String> {
    read_number(text, country(of)).map(|it| it.as_str().to_owned()).map_err(|it| it.problem.into_owned())
}

#[test]
fn a_number_is_read_as_people_write_it() {
    for (text, of, number) in [
        ("+14155550100", "", "+14155550100"),
        ("  +1 (415) 555-0100\t", "", "+14155550100"),
        ("(+1) 415 555 0100", "", "+14155550100"),
        ("+1.415.555.0100", "", "+14155550100"),
        ("+1\u{a0}415\u{2011}555\u{2013}0100", "", "+14155550100"),
        ("\u{202a}+44 20 7946 0018\u{202c}", "", "+442079460018"),
        ("tel:+44-20-7946-0018", "", "+442079460018"),
        ("TEL:+442079460018", "", "+442079460018"),
        ("'+442079460018", "", "+442079460018"),
        ("+44 (0)20 7946 0018", "", "+442079460018"),
        ("+49 (0)30/901820", "", "+4930901820"),
        ("(415) 555-0100", "US", "+14155550100"),
        ("1-415-555-0100", "US", "+14155550100"),
        ("604 555 0100", "US", "+16045550100"),
        ("020 7183 8750", "GB", "+442071838750"),
        ("20 7183 8750", "GB", "+442071838750"),
        ("[030] 901 82-0", "DE", "+4930901820"),
        ("030/901820", "DE", "+4930901820"),
        ("02 3661 8300", "IT", "+390236618300"),
        ("+39 02 3661 8300", "", "+390236618300"),
        ("0044 20 7183 8750", "DE", "+442071838750"),
        ("011 44 20 7183 8750", "US", "+442071838750"),
        ("442071838750", "GB", "+442071838750"),
        ("+442071838750", "US", "+442071838750"),
        ("＋４４ ２０ ７１８３ ８７５０", "", "+442071838750"),
        ("٠٥٠ ١٢٣ ٤٥٦٧", "AE", "+971501234567"),
        ("۰۹۱۲۳۴۵۶۷۸۹", "IR", "+989123456789"),
    ] {
        assert_eq!(read(text, of).as_deref(), Ok(number), "{text} {of}");
    }
}

#[test]
fn what_spreadsheets_spoil_is_told_by_name() {
    let rounded = "was rounded by a spreadsheet (as 1.23E+11): digits of it are lost";
    let decimal = "was made a decimal number by a spreadsheet: it ends in .0";
    let lost_plus = "has lost its +, as happens in spreadsheets: it would be a number with one";
    let abroad = "is no number of GB; it would be a number of another country with a + before it";
    let several = "holds several numbers";
    let extension = "has an extension, which cannot be dialed";
    for (text, of, problem) in [
        ("4.41E+11", "GB", rounded),
        ("4,41E+11", "DE", rounded),
        ("4.41e11", "", rounded),
        ("4E+11", "", rounded),
        ("447700900123.0", "GB", decimal),
        ("447700900123,00", "", decimal),
        ("#####", "US", "is ####: the column was too narrow when the list was exported"),
        ("#N/A", "US", "is an error of a spreadsheet's formula"),
        ("#REF!", "US", "is an error of a spreadsheet's formula"),
        ("#¡valor!", "US", "is an error of a spreadsheet's formula"),
        ("nan", "US", "is what a program writes where it has no value (as nan, None or NULL)"),
        ("None", "", "is what a program writes where it has no value (as nan, None or NULL)"),
        ("=\"+14155550100\"", "US", "is a formula"),
        ("-14155550100", "US", "begins with -, as the result of a formula"),
        ("442071838750", "", lost_plus),
        ("14155550100", "", lost_plus),
        ("14155552671", "GB", abroad),
        ("0236618300", "", "does not begin with +, and no country is given"),
        (
            "236618300",
            "IT",
            "has lost its leading zero, as happens in spreadsheets: it would be a number of IT with one",
        ),
        ("+14155550100, +14155550101", "", several),
        ("+14155550100 / +14155550101", "", several),
        ("415 555 0100 or 415 555 0101", "US", several),
        ("0301234567/8", "DE", several),
        ("4155550100\n4155550101", "US", several),
        ("415 555 0100 x123", "US", extension),
        ("415 555 0100 ext. 123", "US", extension),
        ("+1 415 555 0100 #12", "", extension),
        ("+14155550100;ext=12", "", extension),
        ("tel:+14155550100;ext=12", "", extension),
        ("+14155550100,,12", "", extension),
        ("+14155550100p12", "", extension),
        ("1-800-FLOWERS", "US", "has letters"),
        ("call Ada", "US", "has letters"),
    ] {
        assert_eq!(read(text, of).as_ref().map_err(String::as_str), Err(problem), "{text} {of}");
    }
}

#[test]
fn what_is_no_number_is_refused_and_not_quoted() {
    for (text, of) in [
        ("", "US"),
        ("   ", "US"),
        ("+", "US"),
        ("+++", "US"),
        ("()", "US"),
        ("12", "US"),
        ("555-0100", "US"),
        // Some Canadian numbers of seven digits are dialed so within Canada, and begin as a local number anywhere may.
        ("310-0246", "US"),
        ("310-0246", "CA"),
        ("+1 555 0100", ""),
        ("415 555 01000", "US"),
        ("+999 1234 5678", ""),
        ("+0044 20 7183 8750", ""),
        ("0044 20 7183 8750", ""),
        ("0044 20 7183 8750", "US"),
        ("+44 1234 56", ""),
        ("+44 (0)20 7946 001", ""),
        ("415_555_0100", "US"),
        ("४१५ ५५५ ०१००", "US"),
        ("4155+550100", "US"),
        ("07700900123 07700900124", "GB"),
        ("tel:+14155550100;phone-context=+1", ""),
        ("123456789012345678901234567890", "US"),
    ] {
        let refused = read_number(text, country(of)).unwrap_err();
        let said = format!("{refused:?}").replace("+14155550100", "").replace("of 15 digits", "");
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(digits.len() < 7 || !said.contains(&digits), "{said}");
    }
}

#[test]
fn a_number_with_its_calling_code_may_be_one_that_metadata_does_not_know() {
    // Ofcom keeps these for drama, so nobody has them.
    let parsed = PHONE_NUMBER_UTIL.parse("+447700900123", None).unwrap();
    assert!(!PHONE_NUMBER_UTIL.is_valid_number(&parsed));
    assert_eq!(read("+447700900123", "").as_deref(), Ok("+447700900123"));
    assert_eq!(read("00447700900123", "DE").as_deref(), Ok("+447700900123"));
    let refused = read("07700 900123", "GB").unwrap_err();
    assert_eq!(refused, "is not among the numbers that are given out in GB");
}

#[test]
fn the_numbers_of_the_sandbox_are_read_whatever_metadata_says_of_them() {
    for area in 200..1000 {
        for last in [0, 99] {
            let number = format!("+1{area}55501{last:02}");
            assert_eq!(read(&number, "").as_ref(), Ok(&number));
            assert_eq!(read(&number[2..], "US").as_ref(), Ok(&number), "as dialed within the country");
        }
    }
}

#[test]
fn every_country_of_core_is_one_that_numbers_are_known_of() {
    for first in 'A'..='Z' {
        for second in 'A'..='Z' {
            let code = format!("{first}{second}");
            if CountryCode::parse(&code).is_ok() {
                let region = Region::from_code(&code).unwrap();
                assert!(PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some(), "{code}");
            }
        }
    }
}

#[test]
fn numbers_of_countries_that_changed_all_of_theirs_are_told_by_name_and_the_new_ones_taken() {
    for (old, new, of) in [
        ("+52 1 55 1234 5678", "+525512345678", "a mobile of Mexico"),
        ("+521 33 1234 5678", "+523312345678", "a mobile of Mexico"),
        ("00 52 1 81 1234 5678", "+528112345678", "a mobile of Mexico"),
        ("+229 97 12 34 56", "+2290197123456", "a number of Benin"),
        ("+22921123456", "+2290121123456", "a number of Benin"),
        ("+225 07 12 34 56", "+2250707123456", "a number of Ivory Coast"),
        ("+225 21 23 45 67", "+2252721234567", "a number of Ivory Coast"),
    ] {
        let refused = read_number(old, country("FR")).unwrap_err();
        assert!(refused.problem.starts_with(&format!("is {of} as they were ")), "{old}: {refused:?}");
        assert!(refused.expected.contains("ten digits there"), "{old}: {refused:?}");
        assert!(!format!("{refused:?}").contains("1234"), "{refused:?}");
        assert_eq!(read(new, "").as_deref(), Ok(new), "{new}");
    }
}
