//! Phone numbers as core takes them: E.164 to the letter, or national with a country.
//!
//! The input is a number; or a country, a line end and a number.

use polyai_outbound_core::{CountryCode, Destination, PhoneNumber, TriggerCall};

use crate::secrets::{is_one_line, quotes_no_digits};

/// See the module.
pub fn phone(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (country, text) = match text.split_once('\n') {
        Some((country, number)) => (Some(country), number),
        None => (None, &*text),
    };
    international(text);
    if let Some(country) = country {
        national(text, country);
    }
}

fn international(text: &str) {
    let read = PhoneNumber::parse(text);
    assert_eq!(Destination::parse(text, None), read.clone().map(Destination::E164));
    let as_json = serde_json::to_string(text).unwrap();
    let from_json = serde_json::from_str::<PhoneNumber>(&as_json);
    match read {
        Err(refused) => {
            let said = refused.to_string();
            quotes_no_digits(&said, text);
            is_one_line(&said, 300);
            assert!(from_json.is_err());
        }
        Ok(number) => {
            assert_eq!(number.as_str(), text);
            let digits = text.strip_prefix('+').unwrap();
            assert!((7..=15).contains(&digits.len()) && !digits.starts_with('0'));
            assert!(digits.bytes().all(|it| it.is_ascii_digit()));
            assert!(digits.starts_with(&number.calling_code().to_string()));
            assert_eq!(from_json.unwrap(), number);
            assert_eq!(serde_json::to_string(&number).unwrap(), as_json);
            let hidden = digits.len() - number.calling_code().to_string().len() - 2;
            masks(&format!("{number:?}"), digits, hidden);
            let call = TriggerCall::new(Destination::E164(number));
            masks(&format!("{call:?}"), digits, hidden);
        }
    }
}

fn national(text: &str, country: &str) {
    match Destination::parse(text, Some(country)) {
        Err(refused) => {
            let said = refused.to_string();
            quotes_no_digits(&said, text);
            is_one_line(&said, 300);
        }
        Ok(Destination::E164(number)) => {
            assert_eq!(number.as_str(), text, "no country is left beside a number that has its own");
            let country = CountryCode::parse(country).unwrap();
            assert_eq!(number.calling_code(), country.calling_code());
        }
        Ok(destination @ Destination::National { .. }) => {
            let Destination::National { number, country: read } = &destination else { unreachable!() };
            assert_eq!(number.as_str(), text.trim());
            assert_eq!(read.as_str(), country.to_ascii_uppercase());
            assert_eq!(CountryCode::parse(read.as_str()), Ok(*read));
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            assert!((1..=18).contains(&digits.len()));
            for shown in [format!("{destination:?}"), destination.masked(), format!("{number:?}")] {
                masks(&shown, &digits, digits.len().saturating_sub(2));
            }
        }
    }
}

/// So many digits are not shown at least.
fn masks(shown: &str, digits: &str, hidden: usize) {
    let seen = shown.replace("E164", "").bytes().filter(u8::is_ascii_digit).count();
    assert!(seen + hidden <= digits.len(), "{shown} shows too much");
}
