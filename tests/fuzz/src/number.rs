//! Phone numbers as people and spreadsheets write them. The input is a country (or nothing), a line end, and a cell.

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::read_number;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use crate::secrets::{is_one_line, quotes_no_digits};

/// See the module.
pub fn number(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (country, cell) = text.split_once('\n').unwrap_or(("", &*text));
    let country = CountryCode::parse(country).ok();
    match read_number(cell, country) {
        Err(problem) => {
            for said in [&problem.problem, &problem.expected] {
                quotes_no_digits(said, &plain(cell));
                is_one_line(said, 300);
            }
        }
        Ok(number) => {
            let digits = &number.as_str()[1..];
            let written = plain(cell);
            let written: String = written.chars().filter(char::is_ascii_digit).collect();
            // Nothing is guessed: what is dialed ends as what is written does. Of Norfolk Island's six digits the first is known.
            let end = (digits.len() - number.calling_code().to_string().len()).min(5);
            assert!(written.ends_with(&digits[digits.len() - end..]), "its last digits are others");
            // The calling code, and the area code of a country that has but one: Jersey's 1534.
            assert!(digits.len() <= written.len() + 6, "it has digits that nobody wrote");
            assert_eq!(read_number(number.as_str(), None).as_ref(), Ok(&number), "read again");
            assert_eq!(read_number(number.as_str(), country).as_ref(), Ok(&number), "in whatever country");
            let parsed = PHONE_NUMBER_UTIL.parse(number.as_str(), None).unwrap();
            assert_eq!(PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::E164), number.as_str());
            assert_eq!(u32::from(number.calling_code()), u32::try_from(parsed.country_code).unwrap());
        }
    }
}

/// With the digits of other scripts that are taken as ASCII.
fn plain(cell: &str) -> String {
    let zeros = ['\u{ff10}', '\u{660}', '\u{6f0}'];
    cell.chars()
        .map(|it| {
            let digit = zeros
                .iter()
                .find_map(|zero| char::from_digit(u32::from(it).checked_sub(u32::from(*zero))?, 10));
            digit.unwrap_or(it)
        })
        .collect()
}
