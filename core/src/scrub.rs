//! Clearing a message of what must not be shown: a service's answer may quote the request that it answers.

use uuid::Uuid;

use crate::json::quote;
use crate::text::{all, count_digits, holds, is_visible, printable, replace, rewrite, split_once, trim};
use crate::{Credential, TriggerCall};

/// What an answer about an operation must not show: credential, metadata values and the number, as they were sent or
/// as JSON spells them, and anything else that looks like a phone number.
pub(crate) struct Secrets<'a> {
    pub(crate) credential: Option<&'a Credential>,
    pub(crate) call: Option<&'a TriggerCall>,
}

/// What begins a character that JSON writes by its number.
const ESCAPE: &str = r"\u";
/// A slash, as some write it in JSON.
const SLASH: &str = r"\/";
/// A run of at least so many digits is taken for a phone number.
const PHONE_DIGITS: usize = 7;
/// What is shorter cannot be told from ordinary words, and tells nothing.
const SHORTEST: usize = 3;
/// How much of a message is kept, in characters.
const LONGEST: usize = 500;
/// How much of it is looked at, in bytes: more, because what is cleared gets shorter.
const LONGEST_READ: usize = 2_000;

impl<'a> Secrets<'a> {
    /// Whether `is` true of any of them, told with what is shown in its place. Space around them is often lost on the way.
    fn any(&self, is: &mut dyn FnMut(&'a str, &'static str) -> bool) -> bool {
        let mut is = |secret, mark| {
            let secret = trim(secret);
            is_long_enough(secret) && is(secret, mark)
        };
        self.credential.is_some_and(|it| is(it.expose(), "[token]"))
            || self.call.is_some_and(|call| {
                is(call.destination().number(), "[number]")
                    || call.metadata().iter().any(|(_, value)| is(value, "[metadata]"))
            })
    }

    /// The forms in which they may be quoted, as they are read; the longest first, so that one within another does not
    /// leave its rest.
    fn forms(&self) -> Vec<(String, &'static str)> {
        let mut forms: Vec<(String, _)> = Vec::new();
        let mut add = |form: String, mark| {
            let at = forms.iter().position(|(held, _)| held.len() < form.len()).unwrap_or(forms.len());
            forms.insert(at, (form, mark));
        };
        self.any(&mut |secret, mark| {
            let mut add_read = |form| {
                let form = read(form);
                // A control character at an end has become space, which may be lost.
                let bare = trim(&form);
                if is_long_enough(bare) {
                    if bare.len() < form.len() {
                        add(bare.to_owned(), mark);
                    }
                    add(form, mark);
                }
            };
            add_read(secret);
            if !is_plain(secret) {
                let mut json = String::new();
                quote(secret, &mut json);
                add_read(json.get(1..json.len() - 1).unwrap_or_default());
            }
            false
        });
        forms
    }

    /// The message without them, on one line, cut to a length that people read.
    pub(crate) fn clear(&self, message: &str) -> String {
        // As most reasons are.
        if message.is_empty() {
            return String::new();
        }
        if message.len() > LONGEST_READ {
            let end = message.floor_char_boundary(LONGEST_READ);
            return self.clear_excerpt(message.get(..end).unwrap_or_default());
        }
        if self.are_not_in(message) {
            return cut(message.to_owned());
        }
        cut(without(message, &self.forms()))
    }

    /// Whether none of them is in a message, where that is seen at a glance: nothing in the message is read as something
    /// else, and each of them has but one form. Most messages are such, and this takes a fraction of the time.
    fn are_not_in(&self, message: &str) -> bool {
        is_as_read(message) && !self.any(&mut |secret, _| !is_plain(secret) || holds(message, secret))
    }

    /// The same for a text that was broken off, and may end with the beginning of one of them.
    pub(crate) fn clear_excerpt(&self, excerpt: &str) -> String {
        let forms = self.forms();
        let mut text = without(without_begun_escape(excerpt), &forms);
        let mut begun = (text.len(), "");
        for (secret, mark) in &forms {
            let at = begun_at_end(&text, secret);
            if at < begun.0 {
                begun = (at, mark);
            }
        }
        text.truncate(begun.0);
        text.push_str(begun.1);
        cut(text)
    }

    /// Whether a text from outside may stand as an identifier; one that quotes any of them may not.
    pub(crate) fn identifies(&self, id: &str) -> bool {
        let quotes = self.any(&mut |secret, _| {
            if all(secret, is_visible) {
                return holds(id, secret);
            }
            // An identifier has no other characters, and of some scripts nothing is left.
            let visible = rewrite(secret, usize::MAX, |it| it.is_ascii_graphic().then_some(it));
            visible.len() >= SHORTEST && holds(id, &visible)
        });
        // Within its country a number is written without its calling code.
        let number = self.call.and_then(|call| {
            let is_whole = |number: &String| number.len() >= PHONE_DIGITS;
            let national = Some(digits(call.destination().national())).filter(is_whole);
            national.or_else(|| Some(digits(call.destination().number())).filter(is_whole))
        });
        !quotes && !number.is_some_and(|number| holds(&digits(id), &number))
    }
}

fn digits(text: &str) -> String {
    rewrite(text, usize::MAX, |it| it.is_ascii_digit().then_some(it))
}

fn is_long_enough(secret: &str) -> bool {
    secret.chars().nth(SHORTEST - 1).is_some()
}

/// Returns true if a text is seen at a glance to be as it is read: ASCII alone, without control characters and escapes.
fn is_as_read(text: &str) -> bool {
    all(text, |byte| matches!(byte, b' '..=b'~') && byte != b'\\')
}

/// Whether it has but one form: nothing is read as something else, and nothing is spelled otherwise by JSON.
fn is_plain(secret: &str) -> bool {
    is_as_read(secret) && !secret.contains('"')
}

/// A text as messages and forms are compared: on one line, with characters in the place of JSON's escapes of them, without
/// what is not seen and could part a number or a value. Many services write JSON in ASCII alone, and what they quote is JSON
/// within JSON. Read before anything is taken out of it, or a form could go that is part of another.
fn read(text: &str) -> String {
    let text = unescaped(&replace(text, SLASH, "/"));
    rewrite(&text, usize::MAX, printable)
}

fn without(message: &str, forms: &[(String, &'static str)]) -> String {
    forms.iter().fold(read(message), |text, (secret, mark)| replace(&text, secret, mark))
}

/// Reads what JSON escapes by number.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = split_once(rest, ESCAPE) {
        out.push_str(before);
        rest = match escaped(after) {
            Some((it, after)) => {
                out.push(it);
                after
            }
            None => {
                out.push_str(ESCAPE);
                after
            }
        };
    }
    out.push_str(rest);
    out
}

/// The character that is escaped, if need be by two units, and what is after it.
fn escaped(text: &str) -> Option<(char, &str)> {
    let (unit, rest) = escaped_unit(text)?;
    let (code, rest) = match rest.strip_prefix(ESCAPE).and_then(escaped_unit) {
        Some((low @ 0xdc00..=0xdfff, rest)) if (0xd800..=0xdbff).contains(&unit) => {
            (0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00), rest)
        }
        Some(_) | None => (unit, rest),
    };
    Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), rest))
}

fn escaped_unit(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, rest))
}

/// The text without an escape that was broken off at its end.
fn without_begun_escape(text: &str) -> &str {
    let begun = |tail: &str| {
        let digits = tail.strip_prefix(ESCAPE).unwrap_or_default();
        tail == r"\"
            || (tail.len() < 6 && tail.starts_with(ESCAPE) && all(digits, |byte| byte.is_ascii_hexdigit()))
    };
    match text.bytes().rposition(|byte| byte == b'\\') {
        Some(at) if text.get(at..).is_some_and(begun) => text.get(..at).unwrap_or_default(),
        Some(_) | None => text,
    }
}

/// Where the beginning of a secret begins that the text ends with; at its end, if it ends with none.
fn begun_at_end(text: &str, secret: &str) -> usize {
    let mut end = secret.len();
    while end > SHORTEST {
        end -= 1;
        if secret.get(..end).is_some_and(|begun| text.ends_with(begun) && is_long_enough(begun)) {
            return text.len() - end;
        }
    }
    text.len()
}

fn cut(text: String) -> String {
    let text = mask_numbers(text);
    if text.len() <= LONGEST { text } else { rewrite(&text, LONGEST, Some) }
}

/// Masks every run of digits that is as long as a phone number, in whatever grouping it is written. A UUID is none, and a
/// call SID is none, whatever its form: whoever reads the message has to find the call by it.
pub(crate) fn mask_numbers(text: String) -> String {
    if count_digits(&text) < PHONE_DIGITS {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, uuid, after)) = split_uuid(rest) {
        mask_between_sids(before, &mut out);
        out.push_str(uuid);
        rest = after;
    }
    mask_between_sids(rest, &mut out);
    out
}

fn mask_between_sids(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, sid, after)) = split_sid(rest) {
        mask_runs(before, out);
        out.push_str(sid);
        rest = after;
    }
    mask_runs(rest, out);
}

/// What is before the first call SID, the SID, and what is after it. It is a word of its own, and ends where its
/// characters do. Where digits alone are followed by more digits, as those of a number are, it is none.
fn split_sid(text: &str) -> Option<(&str, &str, &str)> {
    const PREFIX: &str = "OUT-";
    text.match_indices('-').find_map(|(dash, _)| {
        let (before, rest) = text.split_at_checked((dash + 1).checked_sub(PREFIX.len())?)?;
        let (prefix, id) = rest.split_at_checked(PREFIX.len())?;
        let end =
            id.find(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_').unwrap_or(id.len());
        let id = id.get(..end)?.trim_end_matches('-');
        let (sid, after) = rest.split_at_checked(PREFIX.len() + id.len())?;
        let goes_on = || {
            let next = after.trim_start_matches([' ', '-', '(', ')', '.', '/', '\u{a0}']);
            all(id, |byte| byte.is_ascii_digit() || byte == b'-')
                && next.starts_with(|it: char| it.is_ascii_digit())
        };
        let is_apart = !before.ends_with(|it: char| is_of_word(it) || it == '+')
            && !after.starts_with(|it: char| is_of_word(it) || it == '+')
            // Something was taken out of it.
            && !after.trim_start_matches('-').starts_with('[');
        (prefix.eq_ignore_ascii_case(PREFIX) && !id.is_empty() && is_apart && !goes_on())
            .then_some((before, sid, after))
    })
}

/// True of letters and digits, and of all beyond ASCII but the usual marks between words: a table of all letters is larger
/// than what is done with it here.
const fn is_of_word(it: char) -> bool {
    match it {
        '\u{a0}' | '«' | '»' | '，' | '：' | '（' | '）' => false,
        '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3002}' | '\u{3008}'..='\u{3011}' => false,
        _ => it.is_ascii_alphanumeric() || !it.is_ascii(),
    }
}

fn mask_runs(text: &str, out: &mut String) {
    // Of a run: where it begins, where its last digit ends, how many digits it has.
    let (mut begin, mut end, mut digits) = (out.len(), 0, 0);
    for it in text.chars().map(Some).chain([None]) {
        let within = out.len() > begin && matches!(it, Some(' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}'));
        if let Some(it) = it.filter(|it| it.is_ascii_digit() || *it == '+' || within) {
            out.push(it);
            if it.is_ascii_digit() {
                (end, digits) = (out.len(), digits + 1);
            }
            continue;
        }
        if digits >= PHONE_DIGITS {
            let tail = out.split_off(end);
            out.truncate(begin);
            out.push_str("[number]");
            out.push_str(&tail);
        }
        out.extend(it);
        (begin, digits) = (out.len(), 0);
    }
}

/// What is before the first UUID, the UUID, and what is after it. It is a word of its own: no letter or digit is next to it,
/// and no plus, which makes a number of whatever follows.
fn split_uuid(text: &str) -> Option<(&str, &str, &str)> {
    const LENGTH: usize = 36;
    const FIRST_DASH: usize = 8;
    text.match_indices('-').find_map(|(dash, _)| {
        let begin = dash.checked_sub(FIRST_DASH)?;
        let (before, rest) = text.split_at_checked(begin)?;
        let (uuid, after) = rest.split_at_checked(LENGTH)?;
        let is_apart =
            !before.ends_with(|it: char| is_of_word(it) || it == '+') && !after.starts_with(is_of_word);
        (is_apart && Uuid::try_parse(uuid).is_ok()).then_some((before, uuid, after))
    })
}

#[cfg(test)]
mod tests;
