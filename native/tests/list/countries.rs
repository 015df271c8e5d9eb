//! The country of a number, said elsewhere in its row.

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{Entry, ListOptions};

use super::{metadata, read, recipient};

/// The number that a row comes to, or why it is refused; with a country of the list, if it has one.
fn number(header: &str, row: &str, country: &str) -> Result<String, String> {
    let country = (!country.is_empty()).then(|| CountryCode::parse(country).unwrap());
    let options = ListOptions { country, ..ListOptions::default() };
    match read("list.csv", format!("{header}\n{row}\n"), &options).unwrap().0.remove(0) {
        Entry::Recipient(it) => Ok(it.to_number.as_str().to_owned()),
        Entry::Refused(it) => Err(it.to_string()),
        Entry::OptedOut(it) => panic!("{}", it.said),
    }
}

#[test]
fn a_calling_code_of_the_row_goes_before_the_country_of_the_list() {
    for (header, row, expected) in [
        ("phone_code,phone", "49,3023125123", "+493023125123"),
        ("Dial Code,phone", "+81,9012345678", "+819012345678"),
        ("country_calling_code,phone", "39,3123456789", "+393123456789"),
        ("intl_code,phone", "353,861234567", "+353861234567"),
        ("phoneCountryCode,phone", "0034,612345678", "+34612345678"),
        ("calling-code,phone", "33.0,612345678", "+33612345678"),
        ("phone_country,phone", "Brazil,11961234567", "+5511961234567"),
        ("mobile_country_code,phone", "IN,9123456789", "+919123456789"),
        ("isd_code,phone", "971 (AE),501234567", "+971501234567"),
        ("phone_code,phone", "44,447911123456", "+447911123456"),
        ("phone_code,phone", "1,(604) 555-0130", "+16045550130"),
        ("phone_code,phone", ",(604) 555-0130", "+16045550130"),
    ] {
        assert_eq!(number(header, row, "US").as_deref(), Ok(expected), "{row}");
    }
}

#[test]
fn a_calling_code_that_contradicts_the_number_or_cannot_be_read_refuses_the_row() {
    for (header, row, column) in [
        ("phone_code,phone", "44,+14155550130", "phone_code"),
        ("dial_code,phone", "999,4155550130", "dial_code"),
        ("dial_code,phone", "Atlantis,4155550130", "dial_code"),
        ("phone_code,phone", "1-868,4155550130", "phone_code"),
        ("phone_code,country_code,phone", "44,US,4155550130", "phone_code"),
        ("phone_code,phone_country,phone", "44,France,4155550130", "phone_country"),
        ("calling_code,phone", "44 (US),4155550130", "calling_code"),
        ("phone_code,phone", "44,011 49 30 901820", "phone"),
        ("phone_code,phone", "n/a,4155550130", "phone_code"),
    ] {
        let said = number(header, row, "US").unwrap_err();
        assert!(said.starts_with(&format!("row 2, column `{column}`: ")), "{row}: {said}");
        assert!(!said.contains("4155550130"), "{said}");
    }
}

#[test]
fn where_somebody_lives_is_the_country_of_a_number_that_tells_none() {
    for (header, row, expected) in [
        ("country,phone", "Mexico,5512345678", "+525512345678"),
        ("Country,phone", "deutschland,030 901820", "+4930901820"),
        ("mailing_country,phone", "GBR,020 7183 8750", "+442071838750"),
        ("country_name,phone", "United Kingdom,020 7183 8750", "+442071838750"),
        ("note,country_iso,phone", "x,FR,0612345678", "+33612345678"),
        ("country,phone", "Côte d’Ivoire,0123456789", "+2250123456789"),
        ("country,phone", "52,5512345678", "+525512345678"),
    ] {
        assert_eq!(number(header, row, "").as_deref(), Ok(expected), "{row}");
        let found =
            read("list.csv", format!("{header}\n{row}\n"), &ListOptions::default()).unwrap().0.remove(0);
        assert!(!metadata(&recipient(found)).is_empty(), "where somebody lives is of use to the agent");
    }
    assert_eq!(number("country,phone", "Canada,(604) 555-0130", "US").as_deref(), Ok("+16045550130"));
}

#[test]
fn where_somebody_lives_says_nothing_of_a_number_that_tells_its_country() {
    for row in [
        "Mexico,+14155550130",
        "Atlantis,+14155550130",
        "GB,tel:+1-415-555-0130",
        "??,+14155550130",
        ",+14155550130",
    ] {
        for list in ["", "US", "DE"] {
            assert_eq!(number("country,phone", row, list).as_deref(), Ok("+14155550130"), "{row}");
        }
    }
    assert_eq!(number("birth_country,phone", "Mexico,4155550130", "US").as_deref(), Ok("+14155550130"));
    assert_eq!(number("country,phone_code,phone", "Mexico,1,4155550130", "").as_deref(), Ok("+14155550130"));
}

#[test]
fn the_country_of_the_list_is_never_applied_over_that_of_the_row() {
    for (header, row, list) in [
        ("country,phone", "Mexico,5512345678", "US"),
        ("country,phone", "GB,2079460018", "US"),
        ("country,phone", "Atlantis,4155550130", "US"),
        ("country,phone", "N/A,4155550130", "US"),
        ("country,phone", "Korea,4155550130", "US"),
        ("billing_country,phone", "Italia,3123456789", "US"),
        ("country,mailing_country,phone", "US,Mexico,4155550130", ""),
        ("country,phone", "US,020 7183 8750", "GB"),
    ] {
        let said = number(header, row, list).unwrap_err();
        assert!(said.contains("row 2, column `") && said.contains("country"), "{said}");
        assert!(said.contains("nobody knows"), "{said}");
    }
}

#[test]
fn a_column_of_another_name_counts_where_its_cell_can_be_nothing_else() {
    for (header, row, expected) in [
        ("prefix,phone", "+44,2079460128", "+442079460128"),
        ("Vorwahl,phone", "0049,3012345678", "+493012345678"),
        ("indicatif,phone", "+33,612345678", "+33612345678"),
        ("lada,phone", "+52,5512345678", "+525512345678"),
        ("dialling_prefix,phone", "44,2079460128", "+442079460128"),
        // Something else, as far as anybody knows.
        ("prefix,phone", "Mr,4155550130", "+14155550130"),
        ("prefix,phone", "44,4155550130", "+14155550130"),
        ("Vorwahl,phone", "030,4155550130", "+14155550130"),
        ("land,phone", "12 acres,4155550130", "+14155550130"),
        ("pays,phone", "États-Unis,4155550130", "+14155550130"),
        ("market,phone", "Midwest,4155550130", "+14155550130"),
    ] {
        assert_eq!(number(header, row, "US").as_deref(), Ok(expected), "{row}");
    }
    for (header, row, column) in [
        ("pays,phone", "Royaume-Uni,2079460128", "pays"),
        ("land,phone", "Deutschland,3012345678", "land"),
        ("market,phone", "UK,2079460128", "market"),
        ("pais,phone", "España,612345678", "pais"),
    ] {
        let said = number(header, row, "US").unwrap_err();
        assert!(said.starts_with(&format!("row 2, column `{column}`: ")), "{row}: {said}");
    }
}
