//! Reasons without what differs from row to row, so that a thousand rows that one cause befell are told in one line.
//!
//! Where reasons come from is core's and the service's affair; how they are counted is the store's.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Stands for whatever was left out.
const LEFT_OUT: &str = "…";

/// Parts of a reason and what stands in their place; nothing for a part that tells causes apart and is kept as it is. At each
/// place the first that fits counts.
const PARTS: [(&str, Option<&str>); 17] = [
    // Where a service is: its port is part of it.
    (r"https?://[^\s/]+", None),
    (r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b", None),
    // Call SIDs, UUIDs, and other ids: long, and of digits among letters.
    (r"\bOUT-[\w-]*\w", Some("OUT-…")),
    (r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", Some(LEFT_OUT)),
    (r"\b(?:[A-Za-z_-]+[0-9]|[0-9]+[A-Za-z])[\w-]{12,}\b", Some(LEFT_OUT)),
    // Moments, with the place whose clocks show them.
    (
        r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d?:\d\d(?::\d\d)?(?:\.\d+)?)?(?:\s?(?:Z|UTC|[+-]\d\d:?\d\d)\b)?(?: \([A-Za-z_]+/[A-Za-z_/+-]+\))?",
        Some(LEFT_OUT),
    ),
    (r"\b\d\d?:\d\d(?::\d\d(?:\.\d+)?)?\b", Some(LEFT_OUT)),
    // Phone numbers, with their country or as people write them.
    (r"\+\d[\d ().-]{5,}\d", Some(LEFT_OUT)),
    (r"(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b", Some(LEFT_OUT)),
    (r"\b[0-9a-fA-F]{8,}\b", Some(LEFT_OUT)),
    // Codes tell causes apart: HTTP 502, SIP/2.0 486 Busy Here, Q.850 cause 17, os error 111.
    (
        r"(?i)\b(?:HTTP|SIP|status|codes?|cause|error|errno|version)(?:/\d(?:\.\d)?)?[\s:=#(/-]*\d{1,4}\b|\bQ\.850(?:[\s:=#(/-]*\d{1,3}\b)?",
        None,
    ),
    (r"\(\d{3}\)|\b[1-6]\d\d [A-Z][a-z]+", None),
    // Spans of time, counts of attempts, and words of which digits are part: G711, 2x1h, 3rd.
    (
        r"\b(?:\d+(?:[.,]\d+)*\s?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)\s?)*\d+(?:[.,]\d+)*\s?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)\b",
        Some(LEFT_OUT),
    ),
    (r"\b\d+ (?:times?|attempts?|tries|try)\b", Some("… times")),
    (r"[\p{L}_][\w]*", None),
    (r"\b\d+[\p{L}_]\w*", None),
    // Rows, lines, and all other numbers.
    (r"\b\d+(?:[.,]\d+)*\b", Some(LEFT_OUT)),
];

/// All of them as one; which one fitted is told by the number of its group.
static ALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let groups: Vec<_> = PARTS.iter().map(|(pattern, _)| format!("({pattern})")).collect();
    Regex::new(&groups.join("|")).ok()
});

/// A reason as it is for every row that the same cause befell: ids, phone numbers, rows, moments, spans of time and counts are
/// left out, which `…` tells. Codes such as `HTTP 502` are kept.
///
/// ```
/// use polyai_outbound::campaign::cause;
///
/// assert_eq!(
///     cause("tried 4 times: the service failed (HTTP 500, correlation id 3f2504e0-4f89-11d3-9a0c-0305e82c3301)"),
///     "tried … times: the service failed (HTTP 500, correlation id …)"
/// );
/// ```
#[must_use]
pub fn cause(reason: &str) -> Cow<'_, str> {
    let Some(all) =
        ALL.as_ref().filter(|_| reason.contains("OUT-") || reason.bytes().any(|it| it.is_ascii_digit()))
    else {
        return Cow::Borrowed(reason);
    };
    all.replace_all(reason, |found: &Captures<'_>| {
        let part = PARTS.iter().enumerate().find(|(at, _)| found.get(at + 1).is_some());
        match part.and_then(|(_, (_, instead))| *instead) {
            Some(instead) => instead.to_owned(),
            None => found.get(0).map_or_else(String::new, |whole| whole.as_str().to_owned()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_a_pattern_of_its_own_without_groups_that_count() {
        assert!(ALL.is_some());
        for (pattern, _) in PARTS {
            assert_eq!(Regex::new(pattern).unwrap().captures_len(), 1, "{pattern}");
        }
    }

    #[test]
    fn reasons_of_one_cause_are_one() {
        for (one, other) in [
            (
                "the call ended in failure: OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301 was dropped",
                "the call ended in failure: OUT-00000000-0000-4000-8000-00000000000f was dropped",
            ),
            ("was placed and is followed as OUT-abc", "was placed and is followed as OUT-x_9-z"),
            ("no route to +14155550100 from trunk 7", "no route to +44 20 7946 0018 from trunk 12"),
            ("(415) 555-0100 is not in service", "212-555-0199 is not in service"),
            ("its number is also in row 17, and so on", "its number is also in row 9001, and so on"),
            ("tried 1 time: it failed", "tried 14 times: it failed"),
            ("Timed out after 30 s. Retry in 2 min", "Timed out after 1.5 s. Retry in 59 s"),
            ("gave up after 1 h 30 min", "gave up after 59 min"),
            ("busy until 2026-12-01 18:00 UTC", "busy until 2027-01-31 09:30 UTC"),
            (
                "waits for its calling window, which opens 2026-03-02 09:00 (America/New_York)",
                "waits for its calling window, which opens 2026-03-03 09:00 (Europe/London)",
            ),
            ("started 2026-12-01T18:00:00.123Z, ended 18:02", "started 2026-12-02T07:00:00Z, ended 7:01"),
            ("request req_7Hk29dLmQ0pZx44 was refused", "request req_1aB2cD3eF4gH5iJ6 was refused"),
            (
                "trace 4bf92f3577b34da6a3ce929d0e0e4736 failed",
                "trace 00f067aa0ba902b7a3ce929d0e0e4736 failed",
            ),
            ("GET /v1/outbound-calling/OUT-1/status: gone", "GET /v1/outbound-calling/OUT-2/status: gone"),
            ("agent 0041 hung up (turn 12 of 40)", "agent 17 hung up (turn 3 of 9)"),
            ("queue position 1,204", "queue position 7"),
            ("läuft seit 12 s: Nummer 4711 ist besetzt", "läuft seit 3 s: Nummer 12 ist besetzt"),
        ] {
            assert_eq!(cause(one), cause(other));
        }
    }

    #[test]
    fn reasons_of_two_causes_are_two() {
        for (one, other) in [
            ("the service failed (HTTP 500)", "the service failed (HTTP 503)"),
            ("SIP/2.0 486 Busy Here", "SIP/2.0 480 Temporarily Unavailable"),
            ("Q.850 cause 17", "Q.850 cause 1"),
            ("hung up (486)", "hung up (603)"),
            ("486 Busy Here", "603 Decline"),
            ("os error 111", "os error 113"),
            ("status=408", "status=404"),
            ("cannot reach http://10.0.0.1:8080/v1", "cannot reach http://10.0.0.2:8080/v1"),
            ("connect to 127.0.0.1:80 refused", "connect to 127.0.0.1:81 refused"),
            ("to be called again by the rule no-answer=3x30m", "to be called again by the rule busy=3x30m"),
            ("codec G711 is not offered", "codec G729 is not offered"),
            ("no answer", "busy"),
        ] {
            assert_ne!(cause(one), cause(other));
            for reason in [one, other] {
                assert_eq!(cause(reason), reason, "and nothing is left out");
            }
        }
    }

    #[test]
    fn what_is_left_out_is_told_and_a_cause_is_its_own_cause() {
        for (reason, is) in [
            (
                "redialed 2 times by the rule busy=2x1h, which is all",
                "redialed … times by the rule busy=2x1h, which is all",
            ),
            ("", ""),
            (
                "its end is lost: the call OUT-9 is not known (HTTP 404)",
                "its end is lost: the call OUT-… is not known (HTTP 404)",
            ),
        ] {
            assert_eq!(cause(reason), is);
            assert_eq!(cause(is), is);
        }
    }
}
