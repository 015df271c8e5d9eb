//! Which columns of a suppression list hold numbers, by their names: all of them count, so in doubt one does.

use crate::campaign::list::columns::{normalised, words};
use crate::campaign::list::country::CountryColumn;
use crate::campaign::list::quotes::digits;
use crate::campaign::placeholder::placeholder;

/// Use of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Numbers: what is there and cannot be read stops the reading.
    Numbers,
    /// Perhaps: what has the digits of a number and cannot be read stops the reading.
    Perhaps,
    /// Named as if it may, as `Home`: a few bare digits that are a number are one there, and one that is spoilt stops the reading.
    Named,
    /// Named as if it holds numbers of any kind, as `account number`: the same, and nothing there stops the reading.
    AnyNumbers,
    /// The country of numbers that have none, as two letters.
    Country,
    /// The same in another form: a calling code, or the name of a country.
    OtherCountry(CountryColumn),
    /// Something else. What is a number by itself, or has its +, is one there, too.
    Else,
}

/// Parts of a name that only columns of numbers have.
#[rustfmt::skip]
const PHONE_PARTS: [&str; 53] = [
    "phone", "fone", "telef", "téléf", "téléph", "teléf", "mobil", "msisdn", "cellul", "celul", "móvil", "movil", "rufnummer", "landline",
    "festnetz", "phno", "e164", "handynummer", "handynr", "puhelin", "puhnro", "telepon", "telpon", "tālrun", "hotline",
    // Chinese, Japanese, Korean.
    "電話", "电话", "電话", "手机", "手機", "携帯", "手提", "座机", "전화", "휴대", "핸드폰", "연락처",
    // Russian, Ukrainian, Bulgarian, Greek.
    "телефон", "мобил", "мобіл", "сотов", "τηλ", "κινητ",
    // Hebrew, Arabic, Persian, Hindi, Bengali, Thai, Vietnamese.
    "טלפון", "נייד", "هاتف", "جوال", "موبايل", "موبایل", "تلفن", "फ़ोन", "फोन", "โทร",
];
/// Words that say so by themselves.
#[rustfmt::skip]
const PHONE_WORDS: [&str; 46] = [
    "cell", "cells", "cellno", "cellnumber", "tel", "tels", "telno", "telnr", "telnum", "telnumber", "mob", "mobno", "gsm", "handy",
    "homecell", "workcell", "hometel", "worktel", "mobtel", "ph", "phs", "phn", "fon", "hp", "hpno", "nohp", "tlf", "tlfn", "tfn", "tfno",
    "cel", "ddi", "mainline", "directline", "puh", "síma", "sími", "simi", "тел", "моб", "sdt", "đt", "sđt", "मोबाइल", "มือถือ", "komórka",
];
/// Words for a number of any kind.
#[rustfmt::skip]
const NUMBER_WORDS: [&str; 12] =
    ["number", "numbers", "nummer", "numero", "número", "numéro", "num", "nr", "nbr", "номер", "番号", "号码"];
/// Words besides which a number is still that of a phone.
#[rustfmt::skip]
const BESIDE_NUMBER: [&str; 53] = [
    "to", "from", "contact", "home", "work", "office", "business", "private", "personal", "primary", "secondary", "main", "alt", "alternate",
    "alternative", "other", "additional", "backup", "first", "second", "third", "day", "daytime", "evening", "night", "called", "caller", "calling",
    "call", "dial", "dialed", "dialled", "destination", "recipient", "lead", "dnc", "blocked", "suppressed", "do", "not", "full",
    "raw", "international", "national", "direct", "preferred", "best", "emergency", "callback", "contacts", "toll", "free", "switchboard",
];
/// Words besides which a line is one of a phone, and no line of an address.
#[rustfmt::skip]
const BESIDE_LINE: [&str; 12] =
    ["main", "direct", "home", "work", "office", "business", "private", "personal", "fixed", "second", "dedicated", "land"];
/// Words by which a column may hold numbers of people, though it need not.
#[rustfmt::skip]
const MAY_HOLD: [&str; 41] = [
    "kontakt", "kontakte", "contacto", "contatto", "contato", "reach", "reachable", "parent", "mother", "father", "guardian", "spouse",
    "partner", "husband", "wife", "kin", "next", "of", "weekend", "afternoon", "morning", "desk", "reception", "assistant", "their",
    "travail", "maison", "domicile", "bureau", "privat", "geschäftlich", "dienstlich", "arbeit", "casa", "trabajo", "trabalho", "ufficio",
    "lavoro", "thuis", "werk", "portable",
];
/// Those of both that tell nothing by themselves: `DoNotCall`.
#[rustfmt::skip]
const NEUTRAL: [&str; 25] = [
    "to", "from", "do", "not", "call", "called", "caller", "calling", "dial", "dialed", "dialled", "dnc", "blocked", "suppressed", "full", "raw",
    "first", "second", "third", "free", "toll", "of", "next", "their", "best",
];
/// Words with which a column is about a phone or a number, and need not hold one.
#[rustfmt::skip]
const ABOUT: [&str; 25] = [
    "ext", "extension", "country", "carrier", "operator", "provider", "status", "verified", "valid", "validated", "kind", "label",
    "consent", "on", "by", "model", "prefix", "note", "notes", "comment", "reason", "source", "opt", "is", "has",
];
/// Words with which it holds something else that has digits.
#[rustfmt::skip]
const ELSE: [&str; 13] =
    ["type", "code", "date", "time", "at", "count", "id", "ids", "of", "verifiedat", "timestamp", "hash", "uuid"];
/// Ways of being called in which a number may stand, or a yes.
const PERHAPS: [&str; 9] = ["sms", "fax", "whatsapp", "viber", "telegram", "cli", "ani", "did", "dnis"];

/// What a column holds, by its name.
pub(super) fn holds(name: &str) -> Holds {
    let whole = normalised(name);
    if whole == "countrycode" {
        return Holds::Country;
    }
    if let Some(column) = CountryColumn::by_name(&whole) {
        return Holds::OtherCountry(column);
    }
    let mut words = words(name);
    words.retain(|word| !word.chars().all(char::is_numeric));
    // `Home #` and `Home No.`, but not `#` or `No` alone.
    let is_numbered = words.len() > 1 && words.last().is_some_and(|it| it == "no")
        || !words.is_empty() && name.trim_end().ends_with(['#', '№']);
    words.retain(|word| word != "no" || !is_numbered);
    let is_in = |word: &String, among: &[&str]| among.contains(&word.as_str());
    let any = |among: &[&str]| words.iter().any(|word| is_in(word, among));
    let all = |among: &[&[&str]]| words.iter().all(|word| among.iter().any(|it| is_in(word, it)));
    let is_line = any(&["line", "lines"]) && any(&BESIDE_LINE) && all(&[&["line", "lines"], &BESIDE_LINE]);
    let is_dialed = all(&[&["direct", "dial"]]) && words.len() == 2;
    let is_phone =
        is_line || is_dialed || any(&PHONE_WORDS) || PHONE_PARTS.iter().any(|part| whole.contains(part));
    let is_number = is_numbered || any(&NUMBER_WORDS) || whole.ends_with("number");
    let of_known = all(&[&NUMBER_WORDS, &BESIDE_NUMBER]) || whole == "tonumber" || whole == "contactnumber";
    match (is_phone, is_number) {
        (true, _) if any(&ELSE) => Holds::AnyNumbers,
        (true, _) if any(&ABOUT) => Holds::Perhaps,
        (true, _) => Holds::Numbers,
        (false, true) if of_known && !any(&ELSE) && !any(&ABOUT) => Holds::Numbers,
        (false, _) if any(&PERHAPS) && any(&ELSE) => Holds::AnyNumbers,
        (false, _) if any(&PERHAPS) => Holds::Perhaps,
        (false, true) => Holds::AnyNumbers,
        (false, false) if all(&[&BESIDE_NUMBER, &MAY_HOLD]) && !all(&[&NEUTRAL]) => Holds::Named,
        (false, false) => Holds::Else,
    }
}

/// Returns true if names are those of columns, of which one may hold numbers: a row with a number has none.
pub(super) fn has_numbers(names: &[String]) -> bool {
    const DIGITS_OF_A_NAME: usize = 4;
    names.iter().all(|name| digits(name) <= DIGITS_OF_A_NAME && !(name.len() > 1 && name.starts_with('#')))
        && names
            .iter()
            .any(|name| !matches!(holds(name), Holds::Else | Holds::Country | Holds::OtherCountry(_)))
}

/// Returns true if there are several names, and each can be nothing but the name of a column, whatever it holds.
pub(super) fn are_names(names: &[String]) -> bool {
    const DIGITS_OF_A_NAME: usize = 2;
    let is_name = |name: &String| {
        name.starts_with(char::is_alphabetic)
            && digits(name) <= DIGITS_OF_A_NAME
            && placeholder(name).is_none()
    };
    names.len() > 1 && names.iter().all(is_name)
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
                    "Home #",
                    "Work #",
                    "Home No.",
                    "Contact No",
                    "Ph",
                    "Ph1",
                    "ph.",
                    "PH #2",
                    "Main Line",
                    "Direct Dial",
                    "DDI",
                    "電話",
                    "電話番号",
                    "手机",
                    "手机号码",
                    "телефон",
                    "Телефон 2",
                    "Моб.",
                    "puhelin",
                    "Puhelinnumero",
                    "matkapuhelin",
                    "휴대폰",
                    "τηλέφωνο",
                    "טלפון",
                    "رقم الهاتف",
                    "SĐT",
                    "No HP",
                    "Tlf.",
                    "Emergency contact number",
                ][..],
            ),
            (Holds::Perhaps, &["mobile carrier", "phone note", "sms", "Fax", "whatsapp 2"]),
            (
                Holds::Named,
                &[
                    "Home",
                    "Work",
                    "Contact",
                    "Contact 2",
                    "Direct",
                    "Day",
                    "Evening",
                    "Alt 1",
                    "Next of kin",
                    "Emergency Contact",
                    "Kontakt",
                ],
            ),
            (
                Holds::AnyNumbers,
                &[
                    "account number",
                    "order_number",
                    "Order #",
                    "number of calls",
                    "phone_type",
                    "phone id",
                    "mobile_verified_at",
                    "customernumber",
                    "telegram id",
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
                    "Address Line 1",
                    "No",
                    "No.",
                    "#",
                    "graph",
                    "photo",
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
        let are = |names: &[&str]| are_names(&names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        assert!(are(&["Kunde", "Erreichbar unter"]) && are(&["a1", "b2", "c"]));
        for row in [
            &["Ada"][..],
            &["#N/D", "Ada"],
            &["Ann", "4.1E+11"],
            &["nan", "Ada"],
            &["Ann", ""],
            &["Ann", "41555"],
        ] {
            assert!(!are(row), "{row:?}");
        }
    }
}
