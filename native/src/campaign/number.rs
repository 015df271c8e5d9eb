//! Phone numbers as people and spreadsheets write them, made E.164 or refused; never guessed.

pub(crate) mod cell;
mod renumbered;
mod spoilt;

use polyai_outbound_core::{CountryCode, PhoneNumber};
use rlibphonenumber::{
    CountryCodeSource, NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber as Parsed, PhoneNumberFormat, Region,
    ValidationError,
};

use super::list::Problem;
use spoilt::Written;

/// rlibphonenumber tells `log` every number that it looks at, at the level `trace`. Phone numbers are not for logs, so that
/// level is not there: by the features of `log`, for the whole program.
const _: () = assert!(log::STATIC_MAX_LEVEL as usize <= log::LevelFilter::Debug as usize);

const EXPECTED: &str = "a number with + and its calling code, as +14155550100";
const EXPECTED_NATIONAL: &str =
    "a number as dialed within that country, or one with + and its calling code, as +14155550100";

/// Reads one number, in E.164 form or as it is dialed within `country`.
///
/// Taken are spaces, dots, dashes and brackets between the digits, `tel:` before them, full-width and Arabic-Indic
/// digits, and the country's own prefix for calls abroad (`00`, `011`) instead of the plus. A number with its calling
/// code has to be possible; a national one has to be one that libphonenumber knows as given out, or fictional
/// (`+1 NPA 555 01xx`). A country's number that is written with its calling code but no plus is taken if it can be
/// nothing else. `country` is not compared with a number that has its calling code: it is for those that have none, as the
/// country of a whole list is. What is longer than 512 bytes is none.
///
/// ```
/// use polyai_outbound::CountryCode;
/// use polyai_outbound::campaign::read_number;
///
/// let us = CountryCode::parse("US")?;
/// assert_eq!(read_number("(415) 555-0100", Some(us)).unwrap().as_str(), "+14155550100");
/// assert_eq!(read_number("tel:+44-20-7946-0018", None).unwrap().as_str(), "+442079460018");
/// let refused = read_number("4.41E+11", Some(us)).unwrap_err();
/// assert_eq!(refused.problem, "was rounded by a spreadsheet (as 1.23E+11): digits of it are lost");
/// # Ok::<(), polyai_outbound::InvalidInput>(())
/// ```
///
/// # Errors
/// If it is none, or may be another one than was meant: what spreadsheets spoil (`4.41E+11`, a lost plus or zero) is
/// told from what is wrong otherwise.
pub fn read_number(text: &str, country: Option<CountryCode>) -> Result<PhoneNumber, Problem> {
    let Written { plus, digits } = spoilt::digits_of(text)?;
    if plus {
        return international(&digits);
    }
    match country {
        None => Err(without_country(&digits)),
        Some(country) => national(&digits, country),
    }
}

/// Checks the country that a row has of its own against its number: it must agree with one that is written with its
/// calling code. One that is written as dialed within the country may be a number of another (`011 44 …` in the US).
pub(crate) fn check_country(text: &str, number: &PhoneNumber, own: CountryCode) -> Result<(), Problem> {
    if spoilt::digits_of(text)?.plus {
        number.check_country(own)?;
    }
    Ok(())
}

/// The same for a calling code, which a country shares with others: `country` is one of those that have it. It must agree
/// with every number, also with one that is written for a call abroad, as that code is said to be the number's own.
pub(crate) fn check_calling_code(
    text: &str,
    number: &PhoneNumber,
    country: CountryCode,
) -> Result<(), Problem> {
    if number.calling_code() == country.calling_code() {
        return Ok(());
    }
    check_country(text, number, country)?;
    let problem = format!(
        "is +{} ({}), but the number is one of +{}",
        country.calling_code(),
        country.as_str(),
        number.calling_code()
    );
    Err(Problem::new(problem, "the number's own calling code or country, or none"))
}

/// A number that tells its country itself, with + or by what is dialed for it.
pub(crate) fn is_international(text: &str) -> bool {
    spoilt::digits_of(text).is_ok_and(|written| written.plus)
}

/// Look-alikes of ASCII as ASCII; what cannot be seen is left out.
pub(crate) fn plain_text(text: &str) -> String {
    spoilt::plain_text(text)
}

/// Returns true if libphonenumber knows the number as given out, or it is kept for fiction.
pub(crate) fn is_given_out(number: &PhoneNumber) -> bool {
    PHONE_NUMBER_UTIL.parse(number.as_str(), None).is_ok_and(|parsed| is_known(&parsed))
}

/// A number in the form that it had before all of its country were renumbered.
pub(crate) struct Renumbered {
    /// Name of its kind, as the rest of a sentence.
    pub(crate) problem: &'static str,
    /// Those that it may be now.
    pub(crate) now: Vec<PhoneNumber>,
}

/// Reads a number that was renumbered, in E.164 form or as it was dialed within `country`.
pub(crate) fn renumbered(text: &str, country: Option<CountryCode>) -> Option<Renumbered> {
    let Written { plus, digits } = spoilt::digits_of(text).ok()?;
    let whole = match (plus, country) {
        (true, _) => digits,
        (false, Some(country)) => {
            let within = digits.strip_prefix('0').unwrap_or(&digits);
            format!("{}{within}", country.calling_code())
        }
        (false, None) => return None,
    };
    renumbered::read(&whole)
}

/// Metadata lags behind what is given out, so a number that is possible will do; the service decides.
fn international(digits: &str) -> Result<PhoneNumber, Problem> {
    if let Some(problem) = renumbered::problem(digits) {
        return Err(problem);
    }
    let written = format!("+{digits}");
    let Ok(parsed) = PHONE_NUMBER_UTIL.parse(&written, None) else {
        // Core says better what is wrong with it.
        PhoneNumber::parse(&written)?;
        return Err(Problem::new("is no number of the country that its calling code tells", EXPECTED));
    };
    let text = e164(&parsed);
    if text != written && !PHONE_NUMBER_UTIL.is_valid_number(&parsed) {
        return Err(Problem::new(
            "has a prefix after the calling code that is not dialed from abroad, and is no number without it",
            EXPECTED,
        ));
    }
    possible(&parsed).map_err(|problem| Problem::new(problem, EXPECTED))?;
    Ok(PhoneNumber::parse(&text)?)
}

fn without_country(digits: &str) -> Problem {
    if digits.starts_with("00") {
        return Problem::new(
            "begins with 00, which is + only in some countries",
            "+ instead of 00, or a country: a column country_code, or one for the whole list",
        );
    }
    let with_plus = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None);
    if with_plus.is_ok_and(|parsed| is_known(&parsed)) {
        return Problem::new(
            "has lost its +, as happens in spreadsheets: it would be a number with one",
            "+ before it, if it has its calling code, with the column formatted as text; else a country: a column \
             country_code, or one for the whole list",
        );
    }
    Problem::new(
        "does not begin with +, and no country is given",
        "a number with + and its calling code, as +14155550100; or a country: a column country_code, or one for the \
         whole list",
    )
}

fn national(digits: &str, country: CountryCode) -> Result<PhoneNumber, Problem> {
    let refuse = |problem: String| Err(Problem::new(problem, EXPECTED_NATIONAL));
    let name = country.as_str();
    let Ok(region) = Region::from_code(name) else {
        return refuse(format!("has the country {name}, of which no numbers are known"));
    };
    let parsed = PHONE_NUMBER_UTIL.parse_and_keep_raw_input(digits, Some(region));
    let Ok(parsed) = parsed else {
        return refuse(format!("is too short or too long for a number of {name}"));
    };
    if parsed.country_code_source() == CountryCodeSource::FromNumberWithIdd {
        return international(e164(&parsed).trim_start_matches('+'));
    }
    // Some are given out that cannot be dialed from elsewhere: a US number without its area code may look like one.
    if is_known(&parsed) && possible(&parsed).is_ok() {
        return Ok(PhoneNumber::parse(&e164(&parsed))?);
    }
    let with_zero = PHONE_NUMBER_UTIL.parse(format!("0{digits}"), Some(region));
    if with_zero.is_ok_and(|parsed| is_known(&parsed)) {
        return Err(Problem::new(
            format!(
                "has lost its leading zero, as happens in spreadsheets: it would be a number of {name} with one"
            ),
            "the zero before it, with the column formatted as text; or the number with + and its calling code",
        ));
    }
    let with_plus = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None);
    if with_plus.is_ok_and(|parsed| is_known(&parsed)) {
        return Err(Problem::new(
            format!("is no number of {name}; it would be a number of another country with a + before it"),
            "+ before it, if it has its calling code, with the column formatted as text; else its own country",
        ));
    }
    match possible(&parsed) {
        Err(problem) => refuse(format!("{problem}, as a number of {name}")),
        Ok(()) => refuse(format!("is not among the numbers that are given out in {name}")),
    }
}

/// By libphonenumber's metadata, or because it is kept for fiction, as the numbers that the sandbox scripts.
fn is_known(parsed: &Parsed) -> bool {
    let fictional = || {
        let national = parsed.national_number;
        parsed.country_code == 1
            && (2_000_000_000..=9_999_999_999).contains(&national)
            && (5_550_100..=5_550_199).contains(&(national % 10_000_000))
    };
    PHONE_NUMBER_UTIL.is_valid_number(parsed) || fictional()
}

fn possible(parsed: &Parsed) -> Result<(), &'static str> {
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(parsed) {
        Ok(NumberLengthType::IsPossible) => Ok(()),
        Ok(NumberLengthType::IsPossibleLocalOnly) => Err("lacks its area code"),
        Err(ValidationError::InvalidCountryCode) => Err("begins with a calling code that does not exist"),
        Err(ValidationError::TooShort) => Err("has too few digits"),
        Err(ValidationError::TooLong) => Err("has too many digits"),
        Err(ValidationError::InvalidLength) => Err("has a number of digits that no number there has"),
    }
}

fn e164(parsed: &Parsed) -> String {
    PHONE_NUMBER_UTIL.format(parsed, PhoneNumberFormat::E164).into_owned()
}

#[cfg(test)]
mod tests;
