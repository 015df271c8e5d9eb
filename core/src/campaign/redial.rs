//! Redial rules: which endings of a call are followed by another one, how often, and after how long.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::disposition::{DISPOSITIONS, disposition};
use super::span::{Span, parse_span};
use crate::InvalidInput;
use crate::text::decimal;

/// Which endings a redial rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ending {
    /// One of the [`DISPOSITIONS`].
    Disposition(&'static str),
    /// A failure whose reason holds this text, in lower case.
    Reason(String),
    /// Every failure.
    Failure,
}

/// A rule by which a call that failed is followed by another: which endings, how often, after how long.
///
/// Written as `no-answer=3x30m`: after a call that nobody answered, up to three more, each half an hour after the one
/// before. Left of `=` stands one of the [`DISPOSITIONS`], `failure` (any), or `reason:TEXT` (the reason holds this text).
///
/// ```
/// use polyai_outbound_core::campaign::RedialRule;
///
/// let rule: RedialRule = "no-answer=3x30m".parse()?;
/// assert_eq!((rule.times(), rule.spacing().as_secs()), (3, 1800));
/// assert_eq!(rule.to_string(), "no-answer=3x30m");
/// assert!("noanswer=3x30m".parse::<RedialRule>().is_err(), "no such ending");
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedialRule {
    ending: Ending,
    times: u32,
    spacing: Duration,
}

impl RedialRule {
    /// The rule's name: what stands left of `=`.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.ending {
            Ending::Disposition(name) => (*name).to_owned(),
            Ending::Reason(text) => format!("reason:{text}"),
            Ending::Failure => "failure".to_owned(),
        }
    }

    /// How often at most, for one recipient.
    #[must_use]
    pub const fn times(&self) -> u32 {
        self.times
    }

    /// How long after the end of the call before.
    #[must_use]
    pub const fn spacing(&self) -> Duration {
        self.spacing
    }

    /// Whether it is about a call that failed with this reason.
    #[must_use]
    pub fn is_about(&self, reason: &str) -> bool {
        match &self.ending {
            Ending::Disposition(name) => disposition(reason) == Some(name),
            Ending::Reason(text) => reason.to_lowercase().contains(text.as_str()),
            Ending::Failure => true,
        }
    }
}

impl fmt::Display for RedialRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}x{}", self.name(), self.times, Span(self.spacing))
    }
}

impl FromStr for RedialRule {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        const EXPECTED: &str = "ENDING=TIMESxSPAN as no-answer=3x30m";
        let refuse = |problem: String, expected: String| Err(InvalidInput::new("redial", problem, expected));
        let Some((name, rest)) = text.rsplit_once('=') else {
            return refuse("has no =".to_owned(), EXPECTED.to_owned());
        };
        let Some((times, spacing)) = rest.split_once('x') else {
            return refuse("has no x after the =".to_owned(), EXPECTED.to_owned());
        };
        let times: u32 = match times.trim().parse() {
            Ok(times @ 1..=100) => times,
            Ok(_) | Err(_) => {
                return refuse(
                    "says no number of times".to_owned(),
                    format!("1 to 100 there, in {EXPECTED}"),
                );
            }
        };
        let spacing = parse_span("redial", spacing.trim())?;
        if spacing < Duration::from_secs(60) {
            let problem = format!("leaves {} s between two calls to a person", decimal(spacing.as_secs()));
            return refuse(problem, "a minute at least, as 30m or 2h".to_owned());
        }
        let name = name.trim().to_lowercase();
        let ending = match name.strip_prefix("reason:").map(str::trim) {
            Some("") => {
                return refuse("names no text after reason:".to_owned(), "reason:TEXT=2x1h".to_owned());
            }
            Some(text) => Ending::Reason(text.to_owned()),
            None if name == "failure" => Ending::Failure,
            None => match DISPOSITIONS.iter().find(|known| known.name == name) {
                Some(known) => Ending::Disposition(known.name),
                None => {
                    let known: Vec<_> = DISPOSITIONS.iter().map(|it| it.name).collect();
                    return refuse(
                        "is about an ending that is not known".to_owned(),
                        format!("{}, failure or reason:TEXT", known.join(", ")),
                    );
                }
            },
        };
        Ok(Self { ending, times, spacing })
    }
}

impl TryFrom<String> for RedialRule {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, InvalidInput> {
        text.parse()
    }
}

impl From<RedialRule> for String {
    fn from(rule: RedialRule) -> Self {
        rule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_written_as_it_is_read() {
        for text in ["no-answer=3x30m", "busy=1x1h30m", "failure=2x1d", "reason:line is = bad=2x90s"] {
            let rule: RedialRule = text.parse().unwrap();
            assert_eq!(rule.to_string(), text.replace("90s", "1m30s"));
            let json = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<RedialRule>(&json).unwrap(), rule);
        }
    }

    #[test]
    fn what_is_no_rule_is_refused_with_what_would_be() {
        for (text, problem) in [
            ("no-answer", "has no ="),
            ("no-answer=3", "has no x"),
            ("no-answer=0x30m", "says no number"),
            ("no-answer=3x30", "redial: "),
            ("no-answer=3x10s", "leaves 10 s"),
            ("noanswer=3x30m", "not known"),
            ("reason:=3x30m", "names no text"),
        ] {
            let error = text.parse::<RedialRule>().unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }
}
