//! Numbers of countries that have changed all of theirs: the old ones reach nobody. Old forms that a number may have still are
//! one number with the new in [`canonical`](polyai_outbound_core::PhoneNumber::canonical).

use polyai_outbound_core::PhoneNumber;

use super::{Renumbered, is_given_out};
use crate::campaign::list::Problem;

/// How numbers of a country were until they were changed.
struct Old {
    /// The calling code, and what came behind it.
    begins: &'static str,
    /// All digits, with the calling code.
    digits: usize,
    /// Digits that may stand in the place of `begins` now.
    now: &'static [&'static str],
    problem: &'static str,
    expected: &'static str,
}

const MEXICO: &str = "is a mobile of Mexico as they were dialed until August 2019";
const MAURITIUS: &str = "is a mobile of Mauritius as they were until September 2013";
const KOSOVO: &str = "is a number of Kosovo as they were until +383 became its calling code";
const ABKHAZIA: &str =
    "is a number of Abkhazia as they were until +7 840 and +7 940 took the place of +995 44";
const KOSOVO_NOW: &str = "the same with +383 in the place of the other calling code";

/// Those that libphonenumber still knows as given out are not refused: they may be another's by now.
#[rustfmt::skip]
const OLD: [Old; 13] = [
    Old {
        begins: "521", digits: 13, now: &["52"], problem: MEXICO,
        expected: "the same without the 1 behind +52: ten digits there",
    },
    Old {
        begins: "229", digits: 11, now: &["22901"], problem: "is a number of Benin as they were until November 2024",
        expected: "the same with 01 behind +229: ten digits there",
    },
    Old {
        begins: "225", digits: 11, now: &["22501", "22505", "22507", "22521", "22525", "22527"],
        problem: "is a number of Ivory Coast as they were until January 2021",
        expected: "the same with two digits more behind +225, by its operator (01, 05 or 07 of mobiles): ten digits there",
    },
    Old {
        begins: "230", digits: 10, now: &["2305"], problem: MAURITIUS,
        expected: "the same with a 5 behind +230: eight digits there",
    },
    Old { begins: "38128", digits: 11, now: &["38328"], problem: KOSOVO, expected: KOSOVO_NOW },
    Old { begins: "38129", digits: 11, now: &["38329"], problem: KOSOVO, expected: KOSOVO_NOW },
    Old { begins: "38138", digits: 11, now: &["38338"], problem: KOSOVO, expected: KOSOVO_NOW },
    Old { begins: "38139", digits: 11, now: &["38339"], problem: KOSOVO, expected: KOSOVO_NOW },
    Old { begins: "37744", digits: 11, now: &["38344"], problem: KOSOVO, expected: KOSOVO_NOW },
    Old { begins: "37745", digits: 11, now: &["38345"], problem: KOSOVO, expected: KOSOVO_NOW },
    Old { begins: "38643", digits: 11, now: &["38343"], problem: KOSOVO, expected: KOSOVO_NOW },
    Old { begins: "38649", digits: 11, now: &["38349"], problem: KOSOVO, expected: KOSOVO_NOW },
    Old {
        begins: "99544", digits: 12, now: &["7840", "7940"], problem: ABKHAZIA,
        expected: "the number with +7 840 or +7 940",
    },
];

fn of(digits: &str) -> Option<&'static Old> {
    OLD.iter().find(|it| it.digits == digits.len() && digits.starts_with(it.begins))
}

/// Returns the problem of a number that is in the form of before, and in no other; `digits` are with the calling code.
pub(super) fn problem(digits: &str) -> Option<Problem> {
    let old = of(digits)?;
    let is_current = PhoneNumber::parse(&format!("+{digits}")).is_ok_and(|number| is_given_out(&number));
    (!is_current).then(|| Problem::new(old.problem, old.expected))
}

/// Those that a number in the form of before may be now, if it may be in that form.
pub(super) fn read(digits: &str) -> Option<Renumbered> {
    let old = of(digits)?;
    let behind = digits.get(old.begins.len()..).unwrap_or_default();
    let now = old.now.iter().filter_map(|begins| PhoneNumber::parse(&format!("+{begins}{behind}")).ok());
    let now: Vec<_> = now.filter(is_given_out).collect();
    // Fixed lines of Mauritius have seven digits, then as now.
    let is_current = PhoneNumber::parse(&format!("+{digits}")).is_ok_and(|number| is_given_out(&number));
    (!is_current || !now.is_empty()).then_some(Renumbered { problem: old.problem, now })
}
