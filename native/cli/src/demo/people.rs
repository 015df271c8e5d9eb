//! The list of the demo: forty rows that end in every way in which a row can end.

use std::time::Duration;

use polyai_outbound::{Destination, Timestamp};

use crate::campaign::rfc3339;

/// Numbers that are never called.
pub(super) const NEVER: &str = "# asked not to be called\n(415) 555-0110\n";

/// Times of a row: where it lives, not before and not after, in hours from the start.
type Times = (&'static str, Option<i8>, Option<i8>);

const ANY: Times = ("", None, None);

/// Number, what it is an example of, and times of each row. All of these numbers are fictional; their last two digits choose
/// the ending. Those of which nobody knows whether they rang stand apart: three of them in a row would stop the campaign.
#[rustfmt::skip]
pub(super) const ROWS: [(&str, &str, Times); 40] = [
    ("+12125550100", "New York", ANY),
    ("+12125550101", "no answer: called again by the rule", ANY),
    ("+12125550102", "busy", ANY),
    ("+12125550103", "congestion", ANY),
    ("+12125550104", "long in the queue", ANY),
    ("+12125550105", "two 500s: then accepted", ANY),
    ("+12125550106", "the answer is cut", ANY),
    ("+12125550107", "one 429", ANY),
    ("+12125550108", "status reads fail", ANY),
    ("+12125550109", "the status is gone", ANY),
    ("+12125550110", "an unknown word on the way", ANY),
    ("(312) 555-0100", "Chicago", ANY),
    ("(312) 555-0101", "Chicago: no answer", ANY),
    ("(312) 555-0102", "Chicago: busy", ANY),
    ("+12125550111", "the answer never comes", ANY),
    ("303-555-0100", "Denver", ANY),
    ("303-555-0110", "Denver", ANY),
    ("+1 415 555 0100", "San Francisco", ANY),
    ("+1 415 555 0102", "San Francisco: busy", ANY),
    ("+1 415 555 0106", "San Francisco: the answer is cut", ANY),
    ("(602) 555-0100", "Phoenix", ANY),
    ("(206) 555-0100", "Seattle", ANY),
    ("(404) 555-0100", "Atlanta", ANY),
    ("+12125550112", "a gateway's page: not placed", ANY),
    ("(617) 555-0100", "Boston", ANY),
    ("(702) 555-0100", "Las Vegas", ANY),
    ("+12125550113", "a gateway's page: but placed", ANY),
    ("(305) 555-0100", "Miami", ANY),
    ("(214) 555-0102", "Dallas: busy", ANY),
    ("(808) 555-0100", "Honolulu: where it is too early", ANY),
    ("(504) 555-0100", "New Orleans: in an hour", ("", Some(1), None)),
    ("(713) 555-0100", "moved to Los Angeles", ("America/Los_Angeles", None, None)),
    ("+1 (212) 555-0100", "the first row's number", ANY),
    ("+14155550110", "on the suppression list", ANY),
    ("(503) 555-0100", "too late", ("", None, Some(-1))),
    ("(916) 555-0100", "moved to Tokyo: and not later than in two hours", ("Asia/Tokyo", None, Some(2))),
    ("+80012345678", "no country: so no zone", ANY),
    ("4.15556E+09", "spoilt by a spreadsheet", ANY),
    ("+1 415 555 0100 / 0101", "two numbers", ANY),
    ("(415) 555-010", "a digit is missing", ANY),
];

/// The list as CSV, with times around the start.
pub(super) fn list(start: Timestamp) -> String {
    let at = |hours: Option<i8>| match hours {
        None => String::new(),
        Some(hours) => {
            let span = Duration::from_secs(u64::from(hours.unsigned_abs()) * 3600);
            rfc3339(if hours < 0 { start - span } else { start + span })
        }
    };
    let mut text = "phone,external_id,name,time_zone,not_before,not_after\n".to_owned();
    let names = ["Ada", "Alan", "Grace", "Edsger", "Radia"].into_iter().cycle();
    for ((number, of_what, (zone, not_before, not_after)), name) in ROWS.into_iter().zip(names) {
        let (not_before, not_after) = (at(not_before), at(not_after));
        text.push_str(&format!("\"{number}\",\"{of_what}\",{name},{zone},{not_before},{not_after}\n"));
    }
    text
}

/// Whether a number's call ends in a way that the redial rule is about.
pub(super) fn is_redialed(number: &Destination) -> bool {
    match number {
        Destination::E164(number) => number.as_str().ends_with("5550101"),
        Destination::National { .. } => false,
    }
}
