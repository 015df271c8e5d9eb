//! Spans of time as people write them: `90s`, `30m`, `1h30m`, `2d`.

use std::fmt;
use std::time::Duration;

use crate::InvalidInput;

/// The largest number that stands before a unit, in days: more could not be read back.
const LONGEST_SECONDS: u64 = u32::MAX as u64 * 86_400;
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Takes a span as `90s`, `30m`, `1h30m` or `2d`; each unit once, the larger first.
///
/// # Errors
/// If it is not such a span; the error names `field`.
pub fn parse_span(field: &'static str, text: &str) -> Result<Duration, InvalidInput> {
    let refuse = |problem| Err(InvalidInput::new(field, problem, "a span of time as 90s, 30m, 1h30m or 2d"));
    let (mut seconds, mut rest, mut units) = (0_u64, text, UNITS.iter());
    if rest.is_empty() {
        return refuse("has no span of time");
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let Ok(number) = number.parse::<u32>() else { return refuse("has no number where one is due") };
        let Some(unit) = after.chars().next() else { return refuse("has a number without its unit") };
        let Some((_, factor)) = units.find(|(known, _)| *known == unit) else {
            return refuse("has a unit that is unknown, or out of its order");
        };
        seconds = seconds.saturating_add(u64::from(number).saturating_mul(*factor));
        rest = after.get(unit.len_utf8()..).unwrap_or_default();
    }
    if seconds > LONGEST_SECONDS {
        return refuse("is longer than all time that is counted here");
    }
    Ok(Duration::from_secs(seconds))
}

/// A span, written as [`parse_span`] reads it.
pub(super) struct Span(pub(super) Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0.as_secs();
        if left == 0 {
            return f.write_str("0s");
        }
        for (unit, factor) in UNITS {
            let count = left / factor;
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
            left %= factor;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_as_it_is_read() {
        for (text, seconds) in [
            ("90s", 90),
            ("30m", 1_800),
            ("1h30m", 5_400),
            ("2d", 172_800),
            ("0s", 0),
            ("4294967295d", 371_085_174_288_000),
        ] {
            let span = parse_span("x", text).unwrap();
            assert_eq!(span.as_secs(), seconds);
            assert_eq!(parse_span("x", &Span(span).to_string()).unwrap(), span);
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in
            ["", "30", "m", "30m1h", "1m1m", "-1m", "1.5h", "5x", "99999999999d", "4294967295d24h", "1 h"]
        {
            assert!(parse_span("x", text).is_err(), "{text}");
        }
    }
}
