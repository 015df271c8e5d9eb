//! Text, looked at and rewritten.
//!
//! By plain functions of little code: the patterns and adapters of `std` are made for longer texts than these, and anew
//! for every use of them.

/// Where `part` first stands; nowhere, if there is none of it.
#[inline(never)]
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let first = part.first()?;
    text.windows(part.len()).position(|window| window.first() == Some(first) && window == part)
}

/// Whether `part` stands in it.
pub(crate) fn holds(text: &str, part: &str) -> bool {
    find(text, part).is_some()
}

/// What is before the first `part` and what is after it.
#[inline(never)]
pub(crate) fn split_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, part)?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// What is before the next `mark`, or all that is left; takes it off. Nothing once all was taken.
#[inline(never)]
pub(crate) fn next_part<'a>(rest: &mut Option<&'a str>, mark: &str) -> Option<&'a str> {
    let text = rest.take()?;
    let Some((part, after)) = split_once(text, mark) else { return Some(text) };
    *rest = Some(after);
    Some(part)
}

/// The text with something else wherever `part` stands.
#[inline(never)]
pub(crate) fn replace(text: &str, part: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = split_once(rest, part) {
        out.push_str(before);
        out.push_str(by);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The text with other characters, without those that `each` leaves out and without what is beyond `most`.
#[inline(never)]
pub(crate) fn rewrite(text: &str, most: usize, each: fn(char) -> Option<char>) -> String {
    let mut out = String::new();
    for it in text.chars().filter_map(each).take(most) {
        out.push(it);
    }
    out
}

/// The parts one after another.
#[inline(never)]
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts {
        out.push_str(part);
    }
    out
}

/// A sentence with something in each of its `{}`.
#[inline(never)]
pub(crate) fn filled(sentence: &str, parts: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = sentence;
    for part in parts {
        let (before, after) = split_once(rest, "{}").unwrap_or((rest, ""));
        out.push_str(before);
        out.push_str(part);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A sentence with a number in its `{}`.
#[inline(never)]
pub(crate) fn numbered(sentence: &str, number: usize) -> String {
    filled(sentence, &[&decimal(number as u64)])
}

/// Where the first byte is that is not so.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub(crate) fn except(text: &str, is: fn(u8) -> bool) -> Option<usize> {
    text.as_bytes().iter().position(|byte| !is(*byte))
}

/// Whether all bytes are so. Every one is looked at, which is faster than to stop at the first that is not: many at a time.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub(crate) fn all(text: &str, is: fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & is(byte))
}

/// A character as it may stand in a line for people: a space for what ends or steers lines, nothing for what is not seen
/// and hides or reorders the text around it.
///
/// ```
/// let said = "\u{1b}[2J+1415\u{202e}0010555\u{202c}";
/// let shown: String = said.chars().filter_map(polyai_outbound_core::printable).collect();
/// assert_eq!(shown, " [2J+14150010555");
/// ```
#[must_use]
pub fn printable(it: char) -> Option<char> {
    match it {
        _ if it.is_control() => Some(' '),
        '\u{2028}' | '\u{2029}' => Some(' '),
        _ if is_unseen(it) => None,
        _ => Some(it),
    }
}

/// What Unicode says is to be left out where it cannot be shown (joiners, fillers, selectors, tags, marks and overrides of
/// direction), and marks of annotations.
const fn is_unseen(it: char) -> bool {
    matches!(it,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

pub(crate) const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

pub(crate) const fn is_visible(byte: u8) -> bool {
    byte.is_ascii_graphic()
}

/// How many digits there are in it.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub(crate) fn count_digits(text: &str) -> usize {
    text.as_bytes().iter().filter(|byte| is_digit(**byte)).count()
}

/// The text without the space around it.
pub(crate) fn trim(text: &str) -> &str {
    text.trim()
}

/// The text without any such part at its end.
pub(crate) fn trim_end<'a>(mut text: &'a str, part: &str) -> &'a str {
    while let Some(rest) = text.strip_suffix(part) {
        text = rest;
    }
    text
}

/// Whether there is nothing in it but space.
pub(crate) fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}

/// A number as people write it.
pub(crate) fn decimal(number: u64) -> String {
    let mut out = String::new();
    push_decimal(number, &mut out);
    out
}

/// The same at the end of a text. (What `std` writes a number with can do much more.)
pub(crate) fn push_decimal(number: u64, out: &mut String) {
    if number > 9 {
        push_decimal(number / 10, out);
    }
    if let Some(digit) = u32::try_from(number % 10).ok().and_then(|digit| char::from_digit(digit, 10)) {
        out.push(digit);
    }
}

/// A number in so many hexadecimal digits.
#[inline(never)]
pub(crate) fn push_hex(number: u32, digits: u32, out: &mut String) {
    if digits > 1 {
        push_hex(number >> 4, digits - 1, out);
    }
    if let Some(digit) = char::from_digit(number & 15, 16) {
        out.push(digit.to_ascii_uppercase());
    }
}

/// A sentence with a character's number, because it cannot be seen.
pub(crate) fn numbered_by(sentence: &str, odd: char) -> String {
    let mut number = String::new();
    push_hex(odd.into(), 4, &mut number);
    filled(sentence, &[&number])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_steers_hides_or_reorders_is_not_printed_and_letters_of_every_script_are() {
        let shown = |text: &str| text.chars().filter_map(printable).collect::<String>();
        for (text, left) in [
            ("\u{1b}[31m", " [31m"),
            ("a\r\n\tb", "a   b"),
            ("\u{9b}2J\u{7f}", " 2J "),
            ("a\u{2028}b\u{2029}", "a b "),
            ("\u{202e}0010\u{202c}", "0010"),
            ("\u{2066}x\u{2069}\u{2067}\u{2068}", "x"),
            ("\u{200e}a\u{200f}\u{61c}", "a"),
            ("+1\u{200b}415\u{2060}555\u{feff}", "+1415555"),
            ("soft\u{ad}hyphen", "softhyphen"),
            ("\u{e0041}\u{e007f}tag\u{e0100}", "tag"),
            ("\u{3164}\u{115f}", ""),
            ("\u{fff9}a\u{fffb}", "a"),
        ] {
            assert_eq!(shown(text), left, "{text:?}");
        }
        for whole in ["Zoë", "山田", "שלום", "سلام", "नमस्ते", "😀", "a\u{a0}b", "e\u{301}", "\u{fffd}"]
        {
            assert_eq!(shown(whole), whole);
        }
    }

    #[test]
    fn a_part_is_found_where_it_first_stands() {
        for (text, part, at) in
            [("ababc", "abc", Some(2)), ("abab", "ab", Some(0)), ("a", "ab", None), ("a", "", None)]
        {
            assert_eq!(find(text, part), at, "{text} {part}");
            assert_eq!(holds(text, part), at.is_some());
        }
        assert_eq!(split_once("a://b://c", "://"), Some(("a", "b://c")));
    }

    #[test]
    fn what_is_replaced_is_replaced_as_std_does() {
        for (text, part, by) in [("aaa", "aa", "b"), ("a.b.", ".", ".."), ("äöä", "ä", ""), ("x", "y", "z")]
        {
            assert_eq!(replace(text, part, by), text.replace(part, by));
        }
    }

    #[test]
    fn a_sentence_is_filled_in_order() {
        assert_eq!(filled("a {} c {}", &["{}", "d"]), "a {} c d");
        assert_eq!(numbered("has {} digits", 7), "has 7 digits");
    }

    #[test]
    fn space_is_trimmed_as_std_does() {
        for text in ["", "  ", "a", " a b\t\n", "\u{a0}ä\u{3000}", "a\r", "\u{200b}a"] {
            assert_eq!(trim(text), text.trim());
            assert_eq!(is_blank(text), text.trim().is_empty());
        }
        assert_eq!(trim_end("a/b//", "/"), "a/b");
    }

    #[test]
    fn a_number_is_written_as_std_writes_it() {
        for number in [0, 9, 10, 4_096, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }

    #[test]
    fn a_number_has_as_many_hexadecimal_digits_as_are_asked_for() {
        let hex = |number, digits| {
            let mut out = String::new();
            push_hex(number, digits, &mut out);
            out
        };
        assert_eq!(hex(0x200b, 4), "200B");
        assert_eq!(hex(7, 2), "07");
    }

    proptest! {
        #[test]
        fn text_is_looked_at_and_rewritten_as_std_does(
            text in "[ab\u{e9}\u{65e5} \u{a0}\t]{0,16}",
            part in "[ab\u{e9}\u{65e5} ]{1,3}",
            by in "[abx]{0,3}",
            most in 0..20_usize,
        ) {
            prop_assert_eq!(find(&text, &part), text.find(&part));
            prop_assert_eq!(holds(&text, &part), text.contains(&part));
            prop_assert_eq!(split_once(&text, &part), text.split_once(part.as_str()));
            prop_assert_eq!(replace(&text, &part, &by), text.replace(&part, &by));
            let mut rest = Some(text.as_str());
            let parts: Vec<_> = std::iter::from_fn(|| next_part(&mut rest, &part)).collect();
            prop_assert_eq!(parts, text.split(part.as_str()).collect::<Vec<_>>());
            prop_assert_eq!(trim(&text), text.trim());
            prop_assert_eq!(is_blank(&text), text.trim().is_empty());
            prop_assert_eq!(trim_end(&text, &part), text.trim_end_matches(part.as_str()));
            prop_assert_eq!(concat(&[&text, &part, &by]), format!("{text}{part}{by}"));
            let each = |it: char| (it != 'a').then_some(it.to_ascii_uppercase());
            prop_assert_eq!(rewrite(&text, most, each), text.chars().filter_map(each).take(most).collect::<String>());
        }

        #[test]
        fn digits_are_told_from_all_else(text in "[0-9a-f \u{660}\u{ff11}.]{0,12}") {
            prop_assert_eq!(count_digits(&text), text.chars().filter(char::is_ascii_digit).count());
            prop_assert_eq!(except(&text, is_digit), text.bytes().position(|it| !it.is_ascii_digit()));
            prop_assert_eq!(all(&text, is_visible), text.chars().all(|it| it.is_ascii_graphic()));
        }

        #[test]
        fn numbers_are_written_as_std_writes_them(number: u64, hex: u32) {
            prop_assert_eq!(decimal(number), number.to_string());
            let mut out = String::from("x");
            push_hex(hex, 8, &mut out);
            prop_assert_eq!(out, format!("x{hex:08X}"));
        }
    }
}
