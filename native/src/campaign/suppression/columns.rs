//! Which columns of a suppression list hold numbers, by their names: all of them count, so in doubt one does.

use crate::campaign::list::columns::{normalised, words};
use crate::campaign::list::country::CountryColumn;
use crate::campaign::list::quotes::digits;

/// Use of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Numbers: what is there and cannot be read stops the reading.
    Numbers,
    /// Perhaps: what has the digits of a number and cannot be read stops the reading.
    Perhaps,
    /// The country of numbers that have none, as two letters.
    Country,
    /// The same in another form: a calling code, or the name of a country.
    OtherCountry(CountryColumn),
    /// Something else. What is certainly a number is one there, too.
    Else,
}

/// Parts of a name that only columns of numbers have.
#[rustfmt::skip]
const PHONE_PARTS: [&str; 17] = [
    "phone", "fone", "telef", "téléf", "téléph", "teléf", "mobil", "msisdn", "cellul", "celul", "móvil", "movil", "rufnummer", "landline",
    "festnetz", "phno", "e164",
];
/// Words that say so by themselves.
#[rustfmt::skip]
const PHONE_WORDS: [&str; 19] = [
    "cell", "cells", "cellno", "cellnumber", "tel", "tels", "telno", "telnr", "telnum", "telnumber", "mob", "mobno", "gsm", "handy",
    "homecell", "workcell", "hometel", "worktel", "mobtel",
];
/// Words for a number of any kind.
const NUMBER_WORDS: [&str; 8] = ["number", "numbers", "nummer", "numero", "número", "numéro", "num", "nr"];
/// Words besides which a number is still that of a phone.
#[rustfmt::skip]
const BESIDE_NUMBER: [&str; 44] = [
    "to", "from", "contact", "home", "work", "office", "business", "private", "personal", "primary", "secondary", "main", "alt", "alternate",
    "alternative", "other", "additional", "backup", "first", "second", "third", "day", "daytime", "evening", "night", "called", "caller", "calling",
    "call", "dial", "dialed", "dialled", "destination", "recipient", "lead", "dnc", "blocked", "suppressed", "do", "not", "full",
    "raw", "international", "national",
];
/// Words with which a column is about a phone or a number, and need not hold one.
#[rustfmt::skip]
const ABOUT: [&str; 33] = [
    "type", "code", "ext", "extension", "country", "carrier", "operator", "provider", "status", "verified", "valid", "validated", "kind", "label",
    "consent", "date", "time", "at", "on", "by", "count", "id", "model", "prefix", "note", "notes", "comment", "reason", "source", "of", "opt",
    "is", "has",
];
/// Ways of being called in which a number may stand, or a yes.
const PERHAPS: [&str; 10] =
    ["sms", "fax", "whatsapp", "viber", "telegram", "cli", "ani", "did", "dnis", "portable"];
/// What a column holds, by its name.
pub(super) fn holds(name: &str) -> Holds {
    let whole = normalised(name);
    if whole == "countrycode" {
        return Holds::Country;
    }
    if let Some(column) = CountryColumn::by_name(&whole) {
        return Holds::OtherCountry(column);
    }
    let words = words(name);
    let any = |among: &[&str]| words.iter().any(|word| among.contains(&word.as_str()));
    let is_beside =
        |word: &String| [&NUMBER_WORDS[..], &BESIDE_NUMBER].iter().any(|it| it.contains(&word.as_str()));
    let is_phone = any(&PHONE_WORDS) || PHONE_PARTS.iter().any(|part| whole.contains(part));
    let of_known = words.iter().all(|word| is_beside(word) || word.bytes().all(|it| it.is_ascii_digit()));
    let is_number = any(&NUMBER_WORDS) || whole.ends_with("number");
    match (is_phone, is_number, any(&ABOUT)) {
        (true, _, false) => Holds::Numbers,
        (false, true, false) if of_known || whole == "tonumber" || whole == "contactnumber" => Holds::Numbers,
        (true, _, true) | (false, true, _) => Holds::Perhaps,
        (false, false, _) if any(&PERHAPS) => Holds::Perhaps,
        (false, false, _) => Holds::Else,
    }
}

/// Returns true if names are those of columns, of which one may hold numbers: a row with a number has none.
pub(super) fn has_numbers(names: &[String]) -> bool {
    const DIGITS_OF_A_NAME: usize = 4;
    names.iter().all(|name| digits(name) <= DIGITS_OF_A_NAME)
        && names.iter().any(|name| matches!(holds(name), Holds::Numbers | Holds::Perhaps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_column_holds() {
        for (of, names) in [
            (
                Holds::Numbers,
                &[
                    "to_number",
                    "phone",
                    "phone2",
                    "Phone 2",
                    "mobile",
                    "home_phone",
                    "alt_phone",
                    "work phone",
                    "Cell",
                    "cell phone",
                    "CellPhone",
                    "homePhone",
                    "Telephone",
                    "tel",
                    "Tel.",
                    "Tel 2",
                    "Mobile Number",
                    "MSISDN",
                    "number",
                    "Number 2",
                    "alt number",
                    "contact_number",
                    "e164",
                    "Phone (home)",
                    "Téléphone",
                    "Teléfono",
                    "Telefonnummer",
                    "Rufnummer",
                    "Celular",
                    "WorkTel",
                    "Phone No.",
                    "phone#",
                    "do not call number",
                    "E164 number",
                    "mobile_1",
                    "PHONE",
                    "Business Number",
                ][..],
            ),
            (
                Holds::Perhaps,
                &[
                    "account number",
                    "order_number",
                    "number of calls",
                    "phone_type",
                    "mobile carrier",
                    "sms",
                    "Fax",
                    "customernumber",
                ],
            ),
            (Holds::Country, &["country_code", "Country Code"]),
            (
                Holds::OtherCountry(CountryColumn::OfNumber),
                &["phone_code", "dial code", "country_calling_code", "isd", "phone_country"],
            ),
            (Holds::OtherCountry(CountryColumn::OfHome), &["Country", "country_name", "mailing country"]),
            (
                Holds::Else,
                &[
                    "name",
                    "reason",
                    "cancelled",
                    "hotel",
                    "date",
                    "DoNotCall",
                    "excellent",
                    "notes",
                    "",
                    "city",
                    "title",
                ],
            ),
        ] {
            for name in names {
                let found = holds(name);
                assert_eq!(found, of, "{name}");
            }
        }
    }

    #[test]
    fn a_row_is_no_header() {
        for row in ["tel:+14155550128", "Phone: 415-555-0128", "4155550128"] {
            assert!(!has_numbers(&[row.to_owned()]), "{row}");
        }
        assert!(has_numbers(&["name".to_owned(), "Phone 12".to_owned()]));
    }
}
