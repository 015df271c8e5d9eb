//! Comments in a suppression list: what begins with `#` may also be a number, or what a spreadsheet shows instead of one.

use crate::campaign::list::quotes::{PHONE_DIGITS, digits};
use crate::campaign::number::cell::is_date;
use crate::campaign::placeholder::placeholder;

/// Fewer digits are no number that anybody could call.
const FEWEST_DIGITS: usize = 3;

/// Whether a line that begins with `#` is a comment: a space follows, or it has neither the digits of a number nor the form
/// of a spreadsheet's error.
pub(super) fn is_comment(line: &str) -> bool {
    line.starts_with('#') && !may_be_number(line) && (line.starts_with("# ") || !is_error(line))
}

/// The same among the records of a CSV file, where `# Ann,+14155550128` is one of them: behind a separator is a number.
pub(super) fn is_comment_among_records(line: &str) -> bool {
    let is_number = |cell: &str| {
        let cell = cell.trim().trim_matches('"');
        digits(cell) >= PHONE_DIGITS && !cell.contains(char::is_alphabetic) && !is_date(cell)
    };
    is_comment(line) && !line.split([',', ';', '\t', '|']).skip(1).any(is_number)
}

/// Returns true if what begins with `#` has the digits of a number, and no space that makes it a comment.
pub(super) fn may_be_number(text: &str) -> bool {
    !text.starts_with("# ") && digits(text) >= FEWEST_DIGITS
}

/// `#NAME?`, `#VALEUR!`, `#N/D`, `##`: alone, or in front of other cells.
fn is_error(line: &str) -> bool {
    let cell = line.split([',', ';', '\t']).next().unwrap_or_default().trim().trim_end_matches('"');
    let word = cell.split(char::is_whitespace).next().unwrap_or_default();
    let text = cell.trim_start_matches('#');
    if placeholder(word).is_some() || word.ends_with(['!', '?']) || (text.is_empty() && cell.len() > 1) {
        return true;
    }
    // One word in capitals, in whichever language.
    text.contains(char::is_uppercase)
        && text.chars().all(|it| it.is_uppercase() || matches!(it, '/' | '_' | '0'..='9' | '¡' | '¿'))
}

/// A line before its comment, and the comment behind it: ` # May`.
pub(super) fn split(line: &str) -> (&str, Option<&str>) {
    let begins = |at: &usize| line.get(..*at).is_some_and(|before| before.ends_with(char::is_whitespace));
    match line.match_indices('#').map(|(at, _)| at).find(begins) {
        Some(at) => (line.get(..at).unwrap_or_default().trim(), line.get(at..)),
        None => (line, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_has_a_space_or_nothing_that_may_stand_for_a_number() {
        for line in [
            "# ",
            "# asked not to be called",
            "# +1 415 555 0128",
            "# #REF!",
            "#",
            "#nobody yet",
            "#Export of May, by Ann",
            "#---",
            "#2",
            "## Head office",
            "#no 12",
        ] {
            assert!(is_comment(line), "{line}");
        }
        for line in [
            "#1 (415) 555-0128",
            "#+14155550128",
            "#4155550128",
            "#415",
            "#ERROR!",
            "#NULL!",
            "#VALEUR!",
            "#N/D,Ada",
            "#NV",
            "#SPILL! x",
            "#¿NOMBRE?",
            "#GETTING_DATA",
            "#Н/Д",
            "##",
            "###;x",
            "##########",
            "#UNBEKANNT!",
            "#BELÜGE\tx",
            "#\u{664}\u{661}\u{665}",
            "no comment",
        ] {
            assert!(!is_comment(line), "{line}");
        }
    }

    #[test]
    fn among_records_what_has_a_number_behind_a_separator_is_a_record() {
        for line in
            ["# Ann,+14155550128", "# 1,4155550128", "# vip;(415) 555-0128", "# x,,\"415.555.0128\",y"]
        {
            assert!(!is_comment_among_records(line), "{line}");
        }
        for line in [
            "# exported by Ann, 2026-11-01",
            "# 2343 numbers, 12 new",
            "# +14155550128",
            "# (415) 555-0128 taken out by Ann",
            "# last,2026-11-01 10:15:00",
            "#nobody, yet",
        ] {
            assert!(is_comment_among_records(line), "{line}");
        }
    }

    #[test]
    fn a_comment_may_stand_behind_a_number() {
        assert_eq!(split("+14155550128  # May"), ("+14155550128", Some("# May")));
        assert_eq!(split("+14155550128#4"), ("+14155550128#4", None));
        assert_eq!(split("+14155550128"), ("+14155550128", None));
    }
}
