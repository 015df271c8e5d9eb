//! The numbers of one cell or line. Where there must be numbers, all that has the digits of one is read or is an error; where
//! there may be some, what is one is taken, and the rest is left alone.

use polyai_outbound_core::{CountryCode, PhoneNumber};

use crate::campaign::list::Problem;
use crate::campaign::list::quotes::{PHONE_DIGITS, digits};
use crate::campaign::number::{is_given_out, plain_text, read_number, renumbered};
use crate::campaign::placeholder::{formula_error, is_cut_off};

/// Fewer digits of a cell that may hold anything are more often an amount or an id.
const FEWEST_ALONE: usize = 10;
/// So many digits besides a number are no other: `desk 12`.
const MOST_BESIDE: usize = 3;
/// Behind one of these stands an extension.
const EXTENSIONS: [&str; 8] = ["ext", "extn", "extension", "x", "dw", "durchwahl", "poste", "anexo"];

/// Numbers that a cell holds.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) numbers: Vec<PhoneNumber>,
    /// Sentence about a number in a form of before that reaches nobody any more; those that it may be now are among
    /// the numbers.
    pub(crate) renumbered: Option<&'static str>,
}

impl Numbers {
    pub(crate) const fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.renumbered.is_none()
    }

    fn add(&mut self, others: Self) {
        self.numbers.extend(others.numbers);
        self.renumbered = self.renumbered.or(others.renumbered);
    }
}

/// The numbers of a cell that has to hold them, and may have words around them.
pub(crate) fn certain(text: &str, country: Option<CountryCode>) -> Result<Numbers, Problem> {
    let problem = match one(text, country) {
        Ok(numbers) => return Ok(numbers),
        Err(problem) => problem,
    };
    // Of a spreadsheet's error or formula nobody knows the number; but `="+1 …"` is how text is kept text.
    let text = text.trim();
    let text = text.strip_prefix("=\"").and_then(|it| it.strip_suffix('"')).unwrap_or(text);
    if text.starts_with(['=', '@']) || text.contains('#') {
        return Err(problem);
    }
    let (mut found, mut beside) = (Numbers::default(), 0);
    for run in runs(&plain_text(text)) {
        if run.is_extension && !found.is_empty() && digits(&run.text) < PHONE_DIGITS {
            continue;
        }
        if digits(&run.text) < PHONE_DIGITS {
            beside += digits(&run.text);
        } else if run.touches_letter {
            return Err(problem);
        } else if let Some(numbers) = run.read(country) {
            found.add(numbers);
        } else if !is_date(&run.text) {
            return Err(problem);
        }
    }
    if found.is_empty() || beside > MOST_BESIDE { Err(problem) } else { Ok(found) }
}

/// The numbers of a cell that may hold anything: those that it is, or that have their + within it. A few bare digits are
/// one in a column that is named like one of numbers.
pub(crate) fn possible(text: &str, country: Option<CountryCode>, is_named: bool) -> Numbers {
    let mut found = Numbers::default();
    for line in text.split(['\n', '\r']).map(str::trim) {
        let line = line.strip_suffix(".0").unwrap_or(line);
        let is_bare = line.bytes().all(|it| it.is_ascii_digit());
        let count = digits(line);
        if count < PHONE_DIGITS || is_date(line) {
            continue;
        }
        let is_likely = is_named || !is_bare || count >= FEWEST_ALONE;
        let whole = if is_named { certain(line, country) } else { one(line, country) };
        if let Ok(numbers) = whole
            && is_likely
        {
            found.add(numbers);
            continue;
        }
        // A plus that a spreadsheet took.
        if is_bare && let Ok(number) = read_number(&format!("+{line}"), None) {
            found.numbers.extend(Some(number).filter(is_given_out));
        }
        for run in runs(&plain_text(line)).into_iter().filter(|run| run.text.starts_with('+')) {
            found.add(run.read(country).unwrap_or_default());
        }
    }
    found
}

/// Returns true if every line of a cell is a number by itself.
pub(crate) fn is_numbers(text: &str, country: Option<CountryCode>) -> bool {
    let mut lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    lines.all(|line| one(line, country).is_ok())
}

/// Returns the problem of a cell that held a number before a spreadsheet or a hand spoilt it, if it did: an error of a formula,
/// digits that are lost, a letter in the place of a digit.
pub(crate) fn spoilt(text: &str, country: Option<CountryCode>) -> Option<Problem> {
    const LIKE_DIGITS: &str = "OoQDIlSsBZ";
    let is_mistyped = |word: &str| {
        let others = word.chars().filter(|it| !it.is_ascii_digit() && !"+-.()/".contains(*it));
        digits(word) >= PHONE_DIGITS
            && others.clone().count() > 0
            && others.clone().all(|it| LIKE_DIGITS.contains(it))
    };
    let is_rounded = |word: &str| {
        word.split_once(['E', 'e']).is_some_and(|(mantissa, exponent)| {
            let is = |text: &str| {
                !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit() || b"+.,".contains(&it))
            };
            is(mantissa) && is(exponent) && exponent.starts_with('+')
        })
    };
    let is_numbered = text.starts_with('#') && digits(text) >= PHONE_DIGITS;
    let is_error = formula_error(text).is_some() || is_cut_off(text) || is_numbered || is_rounded(text);
    if !is_error && !text.split_whitespace().any(is_mistyped) {
        return None;
    }
    certain(text, country).err()
}

/// A number and nothing else, also one that begins with 00 where that is not dialed.
fn one(text: &str, country: Option<CountryCode>) -> Result<Numbers, Problem> {
    let read = read_number(text, country);
    if let Some(renumbered) = renumbered(text, country) {
        let mut numbers = renumbered.now;
        let is_current = read.as_ref().is_ok_and(is_given_out);
        numbers.extend(read);
        return Ok(Numbers { numbers, renumbered: (!is_current).then_some(renumbered.problem) });
    }
    let numbers = match read {
        Ok(number) => vec![number],
        Err(problem) => {
            let plain = plain_text(text);
            let plain = plain.trim().trim_start_matches(['\'', '(']);
            let abroad = plain.strip_prefix("00").map(|rest| format!("+{}", rest.trim_start()));
            let number = abroad.and_then(|text| read_number(&text, None).ok());
            vec![number.filter(is_given_out).ok_or(problem)?]
        }
    };
    Ok(Numbers { numbers, renumbered: None })
}

/// Digits of a text with what may stand between those of a number.
struct Run {
    text: String,
    /// A letter stands right before or behind it, so that it may be a digit that was misread: `415555O128`.
    touches_letter: bool,
    is_extension: bool,
}

impl Run {
    /// All of it as one number or several; behind one with a + may stand others or a date.
    fn read(&self, country: Option<CountryCode>) -> Option<Numbers> {
        if let Ok(numbers) = one(&self.text, country) {
            return Some(numbers);
        }
        for separator in ["/", " - ", "  "] {
            let parts = self.text.split(separator).map(trimmed).filter(|part| !part.is_empty());
            let read: Vec<_> = parts.map(|part| one(part, country)).collect();
            if read.len() > 1 && read.iter().all(Result::is_ok) {
                let mut found = Numbers::default();
                read.into_iter().flatten().for_each(|numbers| found.add(numbers));
                return Some(found);
            }
        }
        let (first, rest) = self.text.rsplit_once(' ').filter(|_| self.text.starts_with('+'))?;
        let rest_is_none = is_date(rest) || digits(rest) <= MOST_BESIDE;
        rest_is_none.then(|| one(trimmed(first), country).ok()).flatten()
    }
}

/// The runs of a text in ASCII.
fn runs(text: &str) -> Vec<Run> {
    let mut found = Vec::new();
    let mut start = None;
    let mut has_digit = false;
    let ends = text.char_indices().chain([(text.len(), '\0')]);
    for (at, it) in ends {
        let belongs =
            it.is_ascii_digit() || matches!(it, ' ' | '.' | '-' | '(' | ')' | '[' | ']' | '/' | '+');
        let begins_anew = it == '+' && has_digit;
        if (!belongs || begins_anew)
            && let Some(from) = start.take()
        {
            if has_digit {
                found.push(run(text, from, at));
            }
            has_digit = false;
        }
        if belongs {
            start.get_or_insert(at);
            has_digit |= it.is_ascii_digit();
        }
    }
    found
}

fn run(text: &str, from: usize, to: usize) -> Run {
    let slice = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let (before, whole, behind) = (slice(0, from), slice(from, to), slice(to, text.len()));
    // Scripts without capitals have no letter that looks like a digit.
    let is_letter = |it: Option<char>| it.is_some_and(|it| it.is_uppercase() || it.is_lowercase());
    let word = before.trim_end_matches([' ', '.', ':', '=']).to_lowercase();
    let mark = word.rsplit(|it: char| !it.is_alphabetic()).next().unwrap_or_default();
    let begins_extension = EXTENSIONS.iter().any(|it| behind.to_lowercase().starts_with(it));
    Run {
        text: trimmed(whole).to_owned(),
        touches_letter: is_letter(before.chars().next_back())
            && whole.starts_with(|it: char| it.is_ascii_digit())
            || is_letter(behind.chars().next())
                && !begins_extension
                && whole.ends_with(|it: char| it.is_ascii_digit()),
        is_extension: EXTENSIONS.contains(&mark),
    }
}

/// Without what stands between a number and the words around it.
fn trimmed(run: &str) -> &str {
    run.trim_start_matches([' ', '-', '.', '/', ')', ']'])
        .trim_end_matches([' ', '-', '.', '/', '(', '[', '+'])
}

/// `2026-03-01`, `1/3/2026`, and a time behind it.
pub(crate) fn is_date(cell: &str) -> bool {
    let day = cell.split([' ', 'T', ',']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
    };
    match parts.as_slice() {
        [first, second, third] => {
            digits(second, 2)
                && ((first.len() == 4 && digits(first, 4) && digits(third, 2))
                    || (digits(first, 2) && third.len() == 4 && digits(third, 4)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us() -> Option<CountryCode> {
        CountryCode::parse("US").ok()
    }

    fn shown(numbers: &Numbers) -> Vec<&str> {
        numbers.numbers.iter().map(PhoneNumber::as_str).collect()
    }

    const ONE: &str = "+14155550128";
    const TWO: &str = "+12125550129";

    #[test]
    fn a_cell_of_numbers_holds_one_or_several_with_words_around_them() {
        for (text, numbers) in [
            ("tel:+1-415-555-0128", &[ONE][..]),
            ("0014155550128", &[ONE]),
            ("00 44 20 7183 8750", &["+442071838750"]),
            ("'+1 415 555 0128", &[ONE]),
            ("=\"+14155550128\"", &[ONE]),
            ("call +1 415 555 0128 never", &[ONE]),
            ("home: 415-555-0128", &[ONE]),
            ("(415) 555-0128 (home)", &[ONE]),
            ("415-555-0128 x12", &[ONE]),
            ("+1 415 555 0128 ext. 40217", &[ONE]),
            ("desk 12, 415-555-0128", &[ONE]),
            ("4155550128 x 2125550129", &[ONE, TWO]),
            ("+1 415 555 0128 ext +12125550129", &[ONE, TWO]),
            ("415-555-0128 anexo (212) 555-0129", &[ONE, TWO]),
            ("+14155550128 since 2026-03-01", &[ONE]),
            ("+1 415 555 0128 2026-03-01", &[ONE]),
            ("电话4155550128", &[ONE]),
            ("415-555-0128 / 212-555-0129", &[ONE, TWO]),
            ("415.555.0128; 212.555.0129", &[ONE, TWO]),
            ("(415) 555-0128 or (212) 555-0129", &[ONE, TWO]),
            ("4155550128 and +1 212 555 0129", &[ONE, TWO]),
            ("415 555 0128\n212 555 0129", &[ONE, TWO]),
            ("+14155550128 +12125550129", &[ONE, TWO]),
            ("h +1 415 555 0128 w +1 212 555 0129", &[ONE, TWO]),
            ("４１５ ５５５ ０１２８ / 212 555 0129", &[ONE, TWO]),
            ("415-555-0128 - 212-555-0129", &[ONE, TWO]),
        ] {
            let read = certain(text, us()).unwrap();
            assert_eq!(shown(&read), numbers, "{text}");
        }
    }

    #[test]
    fn what_may_be_a_number_and_cannot_be_read_is_an_error() {
        for text in [
            "415555O128",
            "O4155550128",
            "4155550128O",
            "415-555-0128/0129",
            "415-555-0128 or 555-0129",
            "+1 415 555 0128 or 0129",
            "4.41E+11",
            "14155550128.0",
            "#1 (415) 555-0128",
            "=4155550128+1",
            "1-800-FLOWERS",
            "no number",
            "555-0128",
            "415-555-0128 48213",
            "415-555-0128 ext 25550129",
        ] {
            assert!(certain(text, us()).is_err(), "{text}");
        }
    }

    #[test]
    fn other_cells_hold_what_they_are_or_what_has_a_plus() {
        for (text, is_named, numbers) in [
            ("(415) 555-0128", false, &[ONE][..]),
            ("4155550128", false, &[ONE]),
            ("4155550128.0", false, &[ONE]),
            ("442071838750", false, &["+442071838750"]),
            ("0044 20 7183 8750", false, &["+442071838750"]),
            ("asked on +1 415 555 0128, never", false, &[ONE]),
            ("+1 415 555 0128 / +1 212 555 0129", false, &[ONE, TWO]),
            ("two:\n415-555-0128", false, &[ONE]),
            ("mobile 415-555-0128", true, &[ONE]),
            ("415-555-0128 / 212-555-0129", true, &[ONE, TWO]),
            ("2026-03-01", true, &[]),
            ("2026-03-01 10:15:00", false, &[]),
            ("12/31/2026", false, &[]),
            ("62701-1234", false, &[]),
            ("1,234,567.00", false, &[]),
            ("ORD-4155550128-7", false, &[]),
            ("1730000000000", false, &[]),
            ("555-0128", true, &[]),
            ("415555O128", true, &[]),
            ("12 Main St", true, &[]),
        ] {
            assert_eq!(shown(&possible(text, us(), is_named)), numbers, "{text}");
        }
        let austria = CountryCode::parse("AT").ok();
        assert!(possible("2345678", austria, false).is_empty(), "an id");
    }

    #[test]
    fn a_number_of_before_is_told_and_those_that_it_may_be_now_are_suppressed() {
        for (text, country, numbers, is_old) in [
            ("+5215512345678", "US", &["+525512345678"][..], true),
            ("+229 97 12 34 56", "US", &["+2290197123456"], true),
            ("+230 712 3456", "US", &["+23057123456"], true),
            ("912 3456", "MU", &["+23059123456"], true),
            ("+230 208 1234", "US", &["+2302081234"], false),
            ("+381 38 123 456", "US", &["+38338123456"], true),
            ("+386 49 123 456", "US", &["+38349123456"], true),
            ("+377 44 123 456", "US", &["+38344123456", "+37744123456"], false),
            ("+995 442 261 234", "US", &["+78402261234", "+79402261234", "+995442261234"], false),
        ] {
            let read = certain(text, CountryCode::parse(country).ok()).unwrap();
            assert_eq!((shown(&read), read.renumbered.is_some()), (numbers.to_vec(), is_old), "{text}");
        }
    }
}
