//! Clearing a message of what must not be shown: a service's error may quote the request that it refused.

use crate::{Credential, TriggerCall};

/// What a message about an operation must not show.
pub(crate) struct Secrets<'a> {
    pub(crate) credential: Option<&'a Credential>,
    pub(crate) call: Option<&'a TriggerCall>,
}

/// A run of at least so many digits is taken for a phone number.
const PHONE_DIGITS: usize = 7;
/// Metadata shorter than this cannot be told from ordinary words, and tells nothing.
const SHORTEST_VALUE: usize = 3;
/// How much of a message is kept, in characters.
const LONGEST: usize = 500;

impl Secrets<'_> {
    /// The message without them, on one line, cut to a length that people read.
    pub(crate) fn clear(&self, message: &str) -> String {
        let mut text: String = message.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        if let Some(credential) = self.credential {
            text = text.replace(credential.expose(), "[token]");
        }
        if let Some(call) = self.call {
            let mut values: Vec<&str> = call.metadata().iter().map(|(_, value)| value).collect();
            // The longest first, so that a value within another does not leave its rest.
            values.sort_by_key(|value| std::cmp::Reverse(value.len()));
            for value in values.into_iter().filter(|value| value.chars().count() >= SHORTEST_VALUE) {
                text = text.replace(value, "[metadata]");
            }
        }
        mask_numbers(&text).chars().take(LONGEST).collect()
    }
}

/// Masks every run of digits that is as long as a phone number, in whatever grouping it is written.
fn mask_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        if digits >= PHONE_DIGITS {
            let tail = run.trim_end_matches(|it: char| !it.is_ascii_digit());
            out.push_str("[number]");
            out.push_str(run.get(tail.len()..).unwrap_or_default());
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for it in text.chars() {
        let goes_on = it.is_ascii_digit() || it == '+' || (!run.is_empty() && " -().".contains(it));
        if goes_on {
            run.push(it);
        } else {
            flush(&mut run, &mut out);
            out.push(it);
        }
    }
    flush(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Destination, Metadata};

    #[test]
    fn a_message_that_quotes_the_request_is_cleared_of_it() {
        let credential = Credential::new("tok-123").unwrap();
        let call = TriggerCall::new(Destination::parse("+14155550100", None).unwrap())
            .with_metadata(Metadata::new([("a", "Ada"), ("b", "Ada Lovelace"), ("c", "x")]).unwrap());
        let secrets = Secrets { credential: Some(&credential), call: Some(&call) };
        let said = "bad +14155550100 (or +1 (415) 555-0100), Ada Lovelace and Ada, token tok-123, code 12345, x\r\ny";
        let cleared = secrets.clear(said);
        assert_eq!(
            cleared,
            "bad [number] (or [number]), [metadata] and [metadata], token [token], code 12345, x  y"
        );
    }

    #[test]
    fn what_only_looks_a_little_like_a_number_stays() {
        let none = Secrets { credential: None, call: None };
        for plain in ["HTTP 500 after 3 of 4", "max timeout 120.5 s", "1, 2 - 3", "id 3f2504e0-4f89-11d3"] {
            assert_eq!(none.clear(plain), plain);
        }
    }
}
