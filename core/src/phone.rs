//! Whom to call: an E.164 number, or a national number with its country. Neither is ever printed whole.

#[cfg(feature = "campaign")]
mod canonical;
mod numbering;
mod premium;
mod restricted;

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::InvalidInput;
use crate::text::{all, concat, count_digits, decimal, filled, numbered, numbered_by, push_decimal, trim};

#[cfg(feature = "campaign")]
pub use canonical::CanonicalNumber;
use numbering::CALLING_CODES;
pub use restricted::{Allowed, Restricted};
use restricted::{Dialed, dialed};

const E164: &str = "E.164: +, country calling code, subscriber number; 7 to 15 digits and nothing else";
const FEWEST_DIGITS: usize = 7;
const MOST_DIGITS: usize = 15;

/// A number in E.164 form with a calling code that exists and a length that is possible for it.
///
/// Whether somebody has the number is for the network to say. `Debug` masks it; [`as_str`](Self::as_str) is whole.
///
/// ```
/// use polyai_outbound_core::PhoneNumber;
///
/// let number = PhoneNumber::parse("+14155550100")?;
/// assert_eq!(number.as_str(), "+14155550100");
/// assert_eq!(number.calling_code(), 1);
/// assert_eq!(format!("{number:?}"), "+1********00");
/// assert_eq!(
///     PhoneNumber::parse("+44123456").unwrap_err().to_string(),
///     "to_number: has 6 digits after calling code 44; expected 7, 9 or 10 digits there"
/// );
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber {
    text: String,
    calling_code: u16,
}

impl PhoneNumber {
    /// Takes a number in E.164 form, to the letter: no spaces, brackets or dashes.
    ///
    /// # Errors
    /// If it is not such a number; the error tells what is wrong and where, and does not quote the number.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let invalid = |problem: String| InvalidInput::new("to_number", problem, E164);
        let Some(digits) = text.strip_prefix("+") else {
            let expected = concat(&[E164, " (or a national number with country_code)"]);
            return Err(InvalidInput::new("to_number", no_plus(text), expected));
        };
        if let Some(problem) = odd_character(text, 1, |it| it.is_ascii_digit()) {
            return Err(invalid(problem));
        }
        if !(FEWEST_DIGITS..=MOST_DIGITS).contains(&digits.len()) {
            return Err(invalid(numbered("has {} digits", digits.len())));
        }
        let Some((calling_code, lengths)) = (1..=3).find_map(|length| plan(digits.get(..length)?)) else {
            return Err(invalid("begins with a calling code that does not exist".to_owned()));
        };
        let national = digits.len() - decimal_digits(calling_code);
        if lengths & (1 << national) == 0 {
            let (national, code) = (decimal(national as u64), decimal(calling_code.into()));
            let problem = filled("has {} digits after calling code {}", &[&national, &code]);
            return Err(InvalidInput::new(
                "to_number",
                problem,
                filled("{} digits there", &[&list(lengths)]),
            ));
        }
        Ok(Self { text: text.to_owned(), calling_code })
    }

    /// The whole number, as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The country calling code.
    #[must_use]
    pub const fn calling_code(&self) -> u16 {
        self.calling_code
    }

    /// Checks a country that is given beside the number, which has its country in it already.
    ///
    /// Only the calling code is compared: which of the countries that share one has a number is often not to be told
    /// from the number.
    ///
    /// # Errors
    /// If the numbers of that country have another calling code. One of the two is wrong, so nobody knows who is meant.
    pub fn check_country(&self, country: CountryCode) -> Result<(), InvalidInput> {
        if country.calling_code == self.calling_code {
            return Ok(());
        }
        let [of_country, of_number] =
            [country.calling_code, self.calling_code].map(|code| decimal(code.into()));
        let problem = "is {}, whose numbers begin with +{}, but the number begins with +{}";
        Err(InvalidInput::new(
            "country_code",
            filled(problem, &[country.code, &of_country, &of_number]),
            "the number's own country, or none: a number that begins with + needs none",
        ))
    }

    /// The number as it may be shown: calling code and last two digits.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = 1 + decimal_digits(self.calling_code);
        mask(&self.text, shown)
    }
}

/// The code and its lengths, if `code` is a calling code.
fn plan(code: &str) -> Option<(u16, u16)> {
    // No calling code begins with a zero, yet 01 would parse as 1.
    if code.starts_with("0") {
        return None;
    }
    let code = code.bytes().fold(0, |code, digit| code * 10 + u16::from(digit & 15));
    let mut held = 0;
    for (step, lengths) in STEPS.iter().zip(&LENGTHS) {
        held += u16::from(*step);
        if held == code {
            return Some((code, *lengths));
        }
    }
    None
}

/// The table apart, as steps from one code to the next and as lengths: so it takes half the room when compressed.
static STEPS: [u8; CALLING_CODES.len()] = steps();
static LENGTHS: [u16; CALLING_CODES.len()] = lengths();

#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "would fail to compile")]
const fn steps() -> [u8; CALLING_CODES.len()] {
    let mut steps = [0; CALLING_CODES.len()];
    let (mut at, mut before) = (0, 0);
    while at < steps.len() {
        let step = CALLING_CODES[at].0 - before;
        assert!(step < 256);
        steps[at] = step as u8;
        before = CALLING_CODES[at].0;
        at += 1;
    }
    steps
}

#[expect(clippy::indexing_slicing, reason = "would fail to compile")]
const fn lengths() -> [u16; CALLING_CODES.len()] {
    let mut lengths = [0; CALLING_CODES.len()];
    let mut at = 0;
    while at < lengths.len() {
        lengths[at] = CALLING_CODES[at].1;
        at += 1;
    }
    lengths
}

const fn decimal_digits(code: u16) -> usize {
    match code {
        0..=9 => 1,
        10..=99 => 2,
        _ => 3,
    }
}

/// `7, 9 or 10` for a set of lengths.
fn list(lengths: u16) -> String {
    let mut out = String::new();
    for length in (1..16).filter(|it| lengths & (1 << it) != 0) {
        if !out.is_empty() {
            out.push_str(if lengths >> length == 1 { " or " } else { ", " });
        }
        push_decimal(length, &mut out);
    }
    out
}

/// Which character is not `legal`, and where, if any is so after the first few.
fn odd_character(text: &str, after: u8, legal: fn(char) -> bool) -> Option<String> {
    let mut at = u64::from(after);
    for it in text.get(usize::from(after)..)?.chars() {
        at += 1;
        if !legal(it) {
            return Some(filled("has {} at position {}", &[&describe(it), &decimal(at)]));
        }
    }
    None
}

fn no_plus(text: &str) -> String {
    let first = text.chars().next();
    match first {
        None => "is empty".to_owned(),
        Some('0') if text.starts_with("00") => "begins with 00, which is + only in some countries".to_owned(),
        Some('0'..='9') => "does not begin with +".to_owned(),
        Some(odd) => filled("begins with {}, not with +", &[&describe(odd)]),
    }
}

/// A character by name, never a digit's value.
fn describe(odd: char) -> String {
    match odd {
        ' ' => "a space".to_owned(),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
            numbered_by("an invisible character (U+{}), as contact lists and spreadsheets paste them", odd)
        }
        '\u{ff0b}' => "a full-width plus".to_owned(),
        _ if odd.is_control() => numbered_by("a control character (U+{})", odd),
        _ if odd.is_ascii_alphabetic() => "a letter".to_owned(),
        _ if !odd.is_ascii() => "a character of another script".to_owned(),
        _ => filled("`{}`", &[odd.encode_utf8(&mut [0; 4])]),
    }
}

/// All but the first `shown` characters and the last two digits as stars.
fn mask(text: &str, shown: usize) -> String {
    let length = text.chars().count();
    text.chars()
        .enumerate()
        .map(|(at, it)| if at < shown || (at + 2 >= length && length > shown + 4) { it } else { '*' })
        .collect()
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl FromStr for PhoneNumber {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::parse(text)
    }
}

impl Serialize for PhoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What a deserializer says of anything but text would quote it.
        let text = String::deserialize(deserializer)
            .map_err(|_| D::Error::custom(InvalidInput::new("to_number", "is not text", E164)))?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

/// All countries that have telephone numbers.
fn regions() -> impl Iterator<Item = CountryCode> {
    let known = |(at, calling_code): (usize, &u16)| {
        let code = numbering::REGIONS.get(2 * at..2 * at + 2)?;
        Some(CountryCode { code, calling_code: *calling_code })
    };
    numbering::REGION_CALLING_CODES.iter().enumerate().filter_map(known)
}

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode {
    code: &'static str,
    calling_code: u16,
}

impl CountryCode {
    /// Takes a code, in either case.
    ///
    /// # Errors
    /// If no country with telephone numbers has it.
    pub fn parse(code: &str) -> Result<Self, InvalidInput> {
        const EXPECTED: &str = "two letters of ISO 3166-1 alpha-2, as US or GB";
        let upper = code.to_ascii_uppercase();
        let known = regions().find(|known| known.code == upper);
        known.ok_or_else(|| {
            let problem = match upper.as_str() {
                "UK" => "is UK; the code of the United Kingdom is GB",
                "EL" => "is EL; the code of Greece is GR",
                other if other.len() == 2 && all(other, |byte| byte.is_ascii_uppercase()) => {
                    "is no country that has telephone numbers"
                }
                _ => "is not two letters",
            };
            InvalidInput::new("country_code", problem, EXPECTED)
        })
    }

    /// The code, in upper case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.code
    }

    /// The calling code of its numbers, which some countries share: 1 of the United States and of Canada.
    #[must_use]
    pub const fn calling_code(self) -> u16 {
        self.calling_code
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl FromStr for CountryCode {
    type Err = InvalidInput;

    fn from_str(code: &str) -> Result<Self, InvalidInput> {
        Self::parse(code)
    }
}

/// A number as people write it within a country. It goes to the service as it is: only the service knows how it
/// reads it, so no more is refused here than what cannot be a number at all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NationalNumber(String);

impl NationalNumber {
    const LONGEST: usize = 32;

    /// Takes digits with the usual marks between them; spaces around it are cut off.
    ///
    /// # Errors
    /// If it has no digit, begins with `+`, or has characters that no number is written with.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        const EXPECTED: &str =
            "digits as dialed within the country; spaces and - . / ( ) may stand between them";
        let text = trim(text);
        let invalid = |problem: String| Err(InvalidInput::new("to_number", problem, EXPECTED));
        let legal = |it| matches!(it, '0'..='9' | ' ' | '-' | '.' | '/' | '(' | ')');
        if let Some(problem) = odd_character(text, 0, legal) {
            return invalid(problem);
        }
        match count_digits(text) {
            0 => invalid("has no digit".to_owned()),
            _ if text.len() > Self::LONGEST => {
                invalid(numbered("is longer than {} characters", Self::LONGEST))
            }
            digits if digits > MOST_DIGITS + 3 => invalid(numbered("has {} digits", digits)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The whole number, as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NationalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.0, 0))
    }
}

/// Whom to call, in one of the two forms that the service takes. `Debug` masks it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// A number that is whole by itself; no country is sent with it.
    E164(PhoneNumber),
    /// A number that is whole only together with its country.
    National {
        /// The number as dialed within the country.
        number: NationalNumber,
        /// The country.
        country: CountryCode,
    },
}

impl Destination {
    /// Takes a number and, if it is in national form, its country. A country beside a number in E.164 form says nothing
    /// new: it is left out if it agrees, see [`PhoneNumber::check_country`].
    ///
    /// ```
    /// use polyai_outbound_core::Destination;
    ///
    /// assert!(Destination::parse("+14155550100", None).is_ok());
    /// assert!(Destination::parse("(415) 555-0100", Some("US")).is_ok());
    /// assert!(Destination::parse("(415) 555-0100", None).is_err(), "of which country?");
    /// assert_eq!(Destination::parse("+14155550100", Some("us")), Destination::parse("+14155550100", None));
    /// assert_eq!(
    ///     Destination::parse("+14155550100", Some("GB")).unwrap_err().to_string(),
    ///     "country_code: is GB, whose numbers begin with +44, but the number begins with +1; \
    ///      expected the number's own country, or none: a number that begins with + needs none"
    /// );
    /// ```
    ///
    /// # Errors
    /// If the number or the country is not valid, or they do not go together.
    pub fn parse(number: &str, country: Option<&str>) -> Result<Self, InvalidInput> {
        let Some(country) = country else { return Ok(Self::E164(PhoneNumber::parse(number)?)) };
        let country = CountryCode::parse(country)?;
        if trim(number).starts_with('+') {
            let number = PhoneNumber::parse(number)?;
            number.check_country(country)?;
            return Ok(Self::E164(number));
        }
        Ok(Self::National { number: NationalNumber::parse(number)?, country })
    }

    /// Checks that a number in national form may be whole: it has as many digits as some number of its country, or more, as
    /// what is dialed before one is not known of every country. That is for who places single calls: the service takes what
    /// it takes.
    ///
    /// ```
    /// use polyai_outbound_core::Destination;
    ///
    /// assert!(Destination::parse("(415) 555-0100", Some("US"))?.check_whole().is_ok());
    /// assert!(Destination::parse("555-0100", Some("US"))?.check_whole().is_err());
    /// # Ok::<(), polyai_outbound_core::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// If digits of it are missing, its area code most often.
    pub fn check_whole(&self) -> Result<(), InvalidInput> {
        const NORTH_AMERICA: u16 = 1;
        let Self::National { number, country } = self else { return Ok(()) };
        if Restricted::of(self) == Some(Restricted::Emergency) {
            return Ok(());
        }
        let digits: String = number.as_str().chars().filter(char::is_ascii_digit).collect();
        let Dialed::Within(whole) = dialed(country.calling_code, &digits) else { return Ok(()) };
        let Some((_, mut lengths)) = plan(&country.calling_code.to_string()) else { return Ok(()) };
        if country.calling_code == NORTH_AMERICA {
            lengths = 1 << 10; // Those of seven digits are whole in one area alone.
        }
        // Digits are kept as bits, of which there are so many.
        let is_short = whole.len() < 16 && lengths >> whole.len() > 1;
        if !is_short || lengths & (1 << whole.len()) != 0 {
            return Ok(());
        }
        let said = filled(
            "has {} digits, as no whole number of {}: its area code may be missing",
            &[&decimal(whole.len() as u64), country.as_str()],
        );
        let expected =
            filled("{} digits, with the area code; or + and the calling code before them", &[&list(lengths)]);
        Err(InvalidInput::new("to_number", said, expected))
    }

    /// The number as it is sent.
    pub(crate) fn number(&self) -> &str {
        match self {
            Self::E164(number) => number.as_str(),
            Self::National { number, .. } => number.as_str(),
        }
    }

    /// The number without what is dialed before it from elsewhere: calling code, or zeros.
    pub(crate) fn national(&self) -> &str {
        match self {
            Self::E164(number) => {
                number.as_str().get(1 + decimal_digits(number.calling_code())..).unwrap_or_default()
            }
            Self::National { number, .. } => {
                let zeros = number.as_str().bytes().take_while(|byte| *byte == b'0').count();
                number.as_str().get(zeros..).unwrap_or_default()
            }
        }
    }

    /// The destination as it may be shown.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::E164(number) => number.masked(),
            Self::National { number, country } => {
                format!("{} {}", country.as_str(), mask(number.as_str(), 0))
            }
        }
    }
}

#[cfg(test)]
mod tests;
