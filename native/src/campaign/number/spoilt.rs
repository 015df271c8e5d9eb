//! What a cell holds instead of a number, each by its own name; else its digits.

use crate::campaign::list::Problem;
use crate::campaign::placeholder::{formula_error, is_cut_off, placeholder};

/// A number as written, without what is written for the eye.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Whether `+` is before it.
    pub(super) plus: bool,
    /// ASCII digits.
    pub(super) digits: String,
}

const MOST_DIGITS: usize = 18; // 15, and a prefix for calls abroad
/// In bytes; several numbers with words between them are shorter. What is looked for below takes time by the square.
const LONGEST: usize = 512;
const AS_TEXT: &str =
    "the number itself; format the column as text before the numbers are put in, and export again";

/// What a cell may hold instead: whether it is so, what is wrong then, what to do.
type Spoilt = (fn(&str) -> bool, &'static str, &'static str);

/// All of it, in the order in which it is looked for.
const SPOILT: [Spoilt; 9] = [
    (
        is_cut_off,
        "is ####: the column was too narrow when the list was exported",
        "a wider column, exported again",
    ),
    (|it| formula_error(it).is_some(), "is an error of a spreadsheet's formula", "the number itself"),
    (
        |it| placeholder(it).is_some(),
        "is what a program writes where it has no value (as nan, None or NULL)",
        "the number itself, or no such row",
    ),
    (is_formula, "is a formula", "the number itself, as text"),
    (is_rounded, "was rounded by a spreadsheet (as 1.23E+11): digits of it are lost", AS_TEXT),
    (is_decimal, "was made a decimal number by a spreadsheet: it ends in .0", AS_TEXT),
    (
        has_extension,
        "has an extension, which cannot be dialed",
        "the number alone; the extension may be metadata",
    ),
    (is_several, "holds several numbers", "one number; a row for each"),
    (has_letters, "has letters", "digits; spaces and + - . ( ) may stand before or between them"),
];

/// Text in ASCII, with characters that mean the same replaced.
pub(super) fn plain_text(text: &str) -> String {
    text.chars().filter_map(plain).collect()
}

/// The digits of a cell, and whether a plus is before them.
pub(super) fn digits_of(text: &str) -> Result<Written, Problem> {
    if text.trim().len() > LONGEST {
        return Err(Problem::new("is longer than any number", "one number, as +14155550100"));
    }
    let plain = plain_text(text.trim());
    let plain = plain.trim();
    // What marks a cell as text, in spreadsheets and in lists that are safe against formulas.
    let plain = plain.strip_prefix('\'').unwrap_or(plain);
    let plain = strip_scheme(plain).trim();
    if plain.is_empty() {
        return Err(Problem::new("is empty", "a number, as +14155550100"));
    }
    if let Some((_, problem, expected)) = SPOILT.iter().find(|(is_so, ..)| is_so(plain)) {
        return Err(Problem::new(*problem, *expected));
    }
    let mut written = Written { plus: false, digits: String::new() };
    for it in plain.chars() {
        match it {
            '0'..='9' => written.digits.push(it),
            '+' if !written.plus && written.digits.is_empty() => written.plus = true,
            ' ' | '.' | '(' | ')' | '[' | ']' | '/' => {}
            '-' if written.plus || !written.digits.is_empty() => {}
            odd => return Err(odd_character(odd)),
        }
    }
    match written.digits.len() {
        0 => Err(Problem::new("has no digit", "a number, as +14155550100")),
        1..=MOST_DIGITS => Ok(written),
        many => Err(Problem::new(format!("has {many} digits"), "one number, of 15 digits at most")),
    }
}

fn odd_character(odd: char) -> Problem {
    const EXPECTED: &str = "digits; spaces and + - . ( ) may stand before or between them";
    let problem = match odd {
        '+' => "has a + that is not at its beginning".to_owned(),
        '-' => "begins with -, as the result of a formula".to_owned(),
        _ if odd.is_numeric() => {
            return Problem::new("has digits of a script that is not known here", "digits from 0 to 9");
        }
        _ if odd.is_ascii_graphic() => format!("has `{odd}`"),
        _ => format!("has the character U+{:04X}", u32::from(odd)),
    };
    Problem::new(problem, EXPECTED)
}

/// The character as it is in ASCII, if it means the same; nothing for what cannot be seen.
fn plain(it: char) -> Option<char> {
    /// Zeros of the scripts whose digits libphonenumber reads and keyboards of phones give: full-width, Arabic-Indic,
    /// Eastern Arabic-Indic.
    const ZEROS: [char; 3] = ['\u{ff10}', '\u{660}', '\u{6f0}'];
    let digit = ZEROS.into_iter().find_map(|zero| {
        let digit = u32::from(it).checked_sub(u32::from(zero))?;
        char::from_digit(digit, 10)
    });
    match it {
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{ad}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => Some('-'),
        '\u{ff0b}' => Some('+'),
        '\u{ff08}' => Some('('),
        '\u{ff09}' => Some(')'),
        '\n' | '\r' => Some(it),
        _ if it.is_whitespace() => Some(' '),
        _ => Some(digit.unwrap_or(it)),
    }
}

fn strip_scheme(text: &str) -> &str {
    match text.split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => rest,
        _ => text,
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '@'])
}

fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let mantissa = mantissa.trim_start_matches(['+', '-']).replacen([',', '.'], "", 1);
    all_digits(&mantissa) && all_digits(exponent.trim_start_matches(['+', '-']))
}

fn is_decimal(text: &str) -> bool {
    let Some((whole, fraction)) = text.split_once(['.', ',']) else { return false };
    let whole = whole.strip_prefix('+').unwrap_or(whole);
    whole.len() >= 5
        && whole.bytes().all(|it| it.is_ascii_digit())
        && !fraction.is_empty()
        && fraction.bytes().all(|it| it == b'0')
}

fn count_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Behind enough digits, a word or mark for one and digits again; or a pause and a few digits.
fn has_extension(text: &str) -> bool {
    const MARKS: [&str; 9] = ["ext", "extn", "extension", "x", "#", "dw", "durchwahl", "poste", "anexo"];
    const FEWEST_BEFORE: usize = 5;
    const MOST_AFTER_PAUSE: usize = 6;
    let lower = text.to_lowercase();
    let rest_after = |mark: &str, rest: &str| {
        rest.strip_prefix(mark).is_some_and(|rest| {
            let rest = rest.trim_start_matches([' ', '.', ':', '=', '-']);
            rest.starts_with(|it: char| it.is_ascii_digit())
        })
    };
    lower.char_indices().any(|(at, it)| {
        let (before, rest) = lower.split_at_checked(at).unwrap_or_default();
        if it.is_ascii_digit() || count_digits(before) < FEWEST_BEFORE {
            return false;
        }
        let pause = matches!(it, ',' | ';' | 'p' | 'w') && {
            let after = rest.get(it.len_utf8()..).unwrap_or_default().trim_matches([',', ';', ' ']);
            (1..=MOST_AFTER_PAUSE).contains(&after.len()) && after.bytes().all(|it| it.is_ascii_digit())
        };
        pause || MARKS.iter().any(|mark| rest_after(mark, rest))
    })
}

/// More than one part that is long enough for a number; or a slash that does not merely set an area code apart.
fn is_several(text: &str) -> bool {
    const FEWEST: usize = 5;
    let words = text.to_lowercase().replace(" or ", ";").replace(" and ", ";").replace('&', ";");
    let parts = words.split([';', ',', '|', '\n', '\r']).filter(|part| count_digits(part) >= FEWEST);
    if parts.count() > 1 || text.matches('+').count() > 1 {
        return true;
    }
    text.split_once('/').is_some_and(|(area, number)| {
        // With a calling code and a zero that is not dialed, an area code has up to 8 digits before it.
        let longest_area = if area.contains('+') || area.starts_with("00") { 8 } else { 6 };
        number.contains('/') || count_digits(area) > longest_area || count_digits(number) < FEWEST
    })
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}
