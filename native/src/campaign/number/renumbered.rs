//! Numbers of countries that have given all of theirs more or fewer digits: the old ones reach nobody. Old forms that a
//! number may have still are one number with the new in [`canonical`](polyai_outbound_core::PhoneNumber::canonical).

use crate::campaign::list::Problem;

/// How numbers of a country were until they were changed.
struct Old {
    /// The calling code, and what came behind it.
    begins: &'static str,
    /// All digits, with the calling code.
    digits: usize,
    problem: &'static str,
    expected: &'static str,
}

const OLD: [Old; 3] = [
    Old {
        begins: "521",
        digits: 13,
        problem: "is a mobile of Mexico as they were dialed until August 2019",
        expected: "the same without the 1 behind +52: ten digits there",
    },
    Old {
        begins: "229",
        digits: 11,
        problem: "is a number of Benin as they were until November 2024",
        expected: "the same with 01 behind +229: ten digits there",
    },
    Old {
        begins: "225",
        digits: 11,
        problem: "is a number of Ivory Coast as they were until January 2021",
        expected: "the same with two digits more behind +225, by its operator (01, 05 or 07 of mobiles): ten digits there",
    },
];

/// What is wrong with a number that is in the form of before; `digits` are with the calling code.
pub(super) fn problem(digits: &str) -> Option<Problem> {
    let old = OLD.iter().find(|it| it.digits == digits.len() && digits.starts_with(it.begins))?;
    Some(Problem::new(old.problem, old.expected))
}
