//! The name of a zone as people write it, and what to write instead of what is none.

use super::{Zone, table};
use crate::InvalidInput;
use crate::text::{concat, except, trim};

const EXPECTED: &str = "the name of a zone in the IANA database: ";

/// What people write for a zone and is none, with the zone that most of them mean: shown as an example, never taken.
pub(super) static ABBREVIATIONS: [(&str, &str); 46] = [
    ("ACST", "Australia/Adelaide"),
    ("ACDT", "Australia/Adelaide"),
    ("AEDT", "Australia/Sydney"),
    ("AEST", "Australia/Sydney"),
    ("AKDT", "America/Anchorage"),
    ("AKST", "America/Anchorage"),
    ("ADT", "America/Halifax"),
    ("AST", "America/Halifax"),
    ("AWST", "Australia/Perth"),
    ("BRT", "America/Sao_Paulo"),
    ("BST", "Europe/London"),
    ("CAT", "Africa/Maputo"),
    ("CDT", "America/Chicago"),
    ("CEST", "Europe/Paris"),
    ("CET", "Europe/Paris"),
    ("CST", "America/Chicago"),
    ("CST6CDT", "America/Chicago"),
    ("CT", "America/Chicago"),
    ("EAT", "Africa/Nairobi"),
    ("EDT", "America/New_York"),
    ("EEST", "Europe/Athens"),
    ("EET", "Europe/Athens"),
    ("EST", "America/New_York"),
    ("EST5EDT", "America/New_York"),
    ("ET", "America/New_York"),
    ("HKT", "Asia/Hong_Kong"),
    ("HST", "Pacific/Honolulu"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("MDT", "America/Denver"),
    ("MEST", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("MET", "Europe/Berlin"),
    ("MEZ", "Europe/Berlin"),
    ("MSK", "Europe/Moscow"),
    ("MST", "America/Denver"),
    ("MST7MDT", "America/Denver"),
    ("MT", "America/Denver"),
    ("NZDT", "Pacific/Auckland"),
    ("NZST", "Pacific/Auckland"),
    ("PDT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("PST8PDT", "America/Los_Angeles"),
    ("PT", "America/Los_Angeles"),
    ("WET", "Europe/Lisbon"),
];

/// Names of time scales and of places where nobody lives.
static NO_PLACES: [&str; 9] = ["Factory", "GMT", "Greenwich", "UCT", "UT", "UTC", "Universal", "Z", "Zulu"];

pub(super) fn zone(name: &str) -> Result<Zone, InvalidInput> {
    let name = trim(name);
    let order = |known: &&'static str| {
        known.bytes().map(|it| it.to_ascii_lowercase()).cmp(name.bytes().map(|it| it.to_ascii_lowercase()))
    };
    match table::NAMES.binary_search_by(order).ok().and_then(|at| table::NAMES.get(at)) {
        Some(known) => Ok(Zone(known)),
        None => Err(refused(name)),
    }
}

fn refused(name: &str) -> InvalidInput {
    let invalid = |problem, example| {
        InvalidInput::new("time_zone", problem, concat(&[EXPECTED, example, ", for instance"]))
    };
    let is = |it: &str| it.eq_ignore_ascii_case(name);
    if name.is_empty() {
        return invalid("is empty", "Europe/London");
    }
    if let Some((_, example)) = ABBREVIATIONS.iter().find(|(it, _)| is(it)) {
        let problem = "is an abbreviation, which does not say where and leaves out summer time";
        return invalid(problem, example);
    }
    if is_offset(name) {
        return invalid("is an offset, which does not say when clocks are set", "Europe/London");
    }
    if NO_PLACES.iter().any(|it| is(it)) {
        return invalid("is no place: the hours that people keep there are not known", "Europe/London");
    }
    if name.contains(' ') {
        return invalid(
            "has a space in it; names of the IANA database have _ instead, and names of Windows are others",
            "America/New_York",
        );
    }
    invalid("is not a zone that is known", "Europe/London")
}

/// `+05:30`, `-5`, `UTC+2`, `GMT-05:00`, `Etc/GMT+5`.
fn is_offset(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let rest = upper.strip_prefix("ETC/").unwrap_or(&upper);
    let rest = ["UTC", "GMT", "UT"].iter().find_map(|it| rest.strip_prefix(it)).unwrap_or(rest);
    // Just `UTC` or `GMT` is something else; a spreadsheet makes `5.5` of an offset.
    !rest.is_empty() && except(rest, |it| it.is_ascii_digit() || b"+-:.".contains(&it)).is_none()
        || upper.starts_with("ETC/")
}
