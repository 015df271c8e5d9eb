//! Whether a text that is shown quotes what it must not.

/// The number in the examples of our own sentences.
const EXAMPLE: &str = "14155550100";

/// No five digits in a row of a number, wherever in the cell they stand.
pub(crate) fn quotes_no_digits(said: &str, about: &str) {
    quotes_none(said, about, 5);
}

/// No seven of a file, whose names of columns are shown if they have fewer.
pub(crate) fn quotes_no_number(said: &str, file: &str) {
    quotes_none(said, file, 7);
}

fn quotes_none(said: &str, about: &str, digits: usize) {
    // A character is told by its number, which is no digit of the cell's.
    let said: String =
        said.split("U+").map(|part| part.trim_start_matches(|it: char| it.is_ascii_hexdigit())).collect();
    for window in about.as_bytes().windows(digits).filter(|it| it.iter().all(u8::is_ascii_digit)) {
        let digits = str::from_utf8(window).unwrap();
        assert!(EXAMPLE.contains(digits) || !said.contains(digits), "quotes the number: {said}");
    }
}

/// On one line, and no longer than people read.
pub(crate) fn is_one_line(said: &str, most: usize) {
    assert!(!said.chars().any(char::is_control), "has a control character: {said:?}");
    assert!(said.chars().count() <= most, "has {} characters", said.chars().count());
}
