//! The one form by which numbers are compared, for some can be written and dialed in several.

mod trunk;

use std::fmt;

use super::{PhoneNumber, decimal_digits, mask};
use trunk::TRUNKS;

/// A number in the form by which it is compared with others: two that are equal ring the same phone.
///
/// Argentina's mobiles have a 9 that other countries dial and theirs does not, Brazil's got a ninth digit, Italy's 0 is
/// part of the number and often lost, and a 0 that is dialed within a country is often left behind its calling code. What
/// is dialed is the number as it was written; this form is none, and it is never shown whole.
///
/// ```
/// use polyai_outbound_core::PhoneNumber;
///
/// let canonical = |number| PhoneNumber::parse(number).map(|it| it.canonical());
/// assert_eq!(canonical("+5491123456789")?, canonical("+541123456789")?);
/// assert_eq!(canonical("+390612345678")?, canonical("+39612345678")?);
/// assert_ne!(canonical("+5491123456789")?, canonical("+5491123456780")?);
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CanonicalNumber(String);

/// One form of a national number that stands for another: of so many digits, those behind the first `kept` are `from` and
/// then one of `before`, or any. `to` takes the place of `from`.
struct Rewriting {
    code: u16,
    digits: usize,
    kept: usize,
    from: &'static str,
    before: &'static str,
    to: &'static str,
}

const fn rewriting(
    code: u16,
    digits: usize,
    kept: usize,
    from: &'static str,
    before: &'static str,
    to: &'static str,
) -> Rewriting {
    Rewriting { code, digits, kept, from, before, to }
}

/// Forms that a [`PhoneNumber`] can have. No two rules of a country fit one number.
const REWRITINGS: [Rewriting; 32] = [
    // Argentina: the 9 of mobiles, which only other countries dial.
    rewriting(54, 11, 0, "9", "", ""),
    // Brazil: mobiles had eight digits behind the area code, beginning with 6 to 9, until 2016; a 9 was put before them.
    rewriting(55, 11, 2, "9", "6789", ""),
    // Colombia: since September 2021 fixed lines have 60 before the digit of their area.
    rewriting(57, 8, 0, "", "1245678", "60"),
    // Egypt: mobiles got a digit in 2011.
    rewriting(20, 9, 0, "10", "", "100"),
    rewriting(20, 9, 0, "11", "", "111"),
    rewriting(20, 9, 0, "12", "", "122"),
    rewriting(20, 9, 0, "14", "", "114"),
    rewriting(20, 9, 0, "16", "", "106"),
    rewriting(20, 9, 0, "17", "", "127"),
    rewriting(20, 9, 0, "18", "", "128"),
    rewriting(20, 9, 0, "19", "", "109"),
    // Vietnam: in 2018 mobiles of eleven digits became ones of ten.
    rewriting(84, 10, 0, "120", "", "70"),
    rewriting(84, 10, 0, "121", "", "79"),
    rewriting(84, 10, 0, "122", "", "77"),
    rewriting(84, 10, 0, "123", "", "83"),
    rewriting(84, 10, 0, "124", "", "84"),
    rewriting(84, 10, 0, "125", "", "85"),
    rewriting(84, 10, 0, "126", "", "76"),
    rewriting(84, 10, 0, "127", "", "81"),
    rewriting(84, 10, 0, "128", "", "78"),
    rewriting(84, 10, 0, "129", "", "82"),
    rewriting(84, 10, 0, "162", "", "32"),
    rewriting(84, 10, 0, "163", "", "33"),
    rewriting(84, 10, 0, "164", "", "34"),
    rewriting(84, 10, 0, "165", "", "35"),
    rewriting(84, 10, 0, "166", "", "36"),
    rewriting(84, 10, 0, "167", "", "37"),
    rewriting(84, 10, 0, "168", "", "38"),
    rewriting(84, 10, 0, "169", "", "39"),
    rewriting(84, 10, 0, "186", "", "56"),
    rewriting(84, 10, 0, "188", "", "58"),
    rewriting(84, 10, 0, "199", "", "59"),
];

impl PhoneNumber {
    /// The form by which the number is compared with others.
    #[must_use]
    pub fn canonical(&self) -> CanonicalNumber {
        let code = self.calling_code;
        let (head, written) = self.text.split_at(1 + decimal_digits(code));
        let whole = without_trunk(code, written);
        let rewritten = REWRITINGS.iter().find_map(|it| it.apply(code, whole));
        let national = rewritten.as_deref().map_or(whole, |it| without_trunk(code, it));
        CanonicalNumber([head, national].concat())
    }
}

/// Without the zeros that are dialed within the country alone.
fn without_trunk(code: u16, national: &str) -> &str {
    let Ok(at) = TRUNKS.binary_search_by_key(&code, |(of, _)| *of) else { return national };
    let own = TRUNKS.get(at).map_or("", |(_, own)| own);
    let mut whole = national;
    while let Some(rest) = whole.strip_prefix('0').filter(|rest| !rest.starts_with(|it| own.contains(it))) {
        whole = rest;
    }
    whole
}

impl Rewriting {
    /// The other form of a number that is in this one.
    fn apply(&self, code: u16, national: &str) -> Option<String> {
        let is_meant = self.code == code && self.digits == national.len();
        let (kept, rest) = national.split_at_checked(self.kept).filter(|_| is_meant)?;
        let rest = rest.strip_prefix(self.from)?;
        let fits = self.before.is_empty() || rest.starts_with(|it| self.before.contains(it));
        fits.then(|| [kept, self.to, rest].concat())
    }
}

impl CanonicalNumber {
    /// The form whole, as stores keep it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CanonicalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.0, 2))
    }
}

#[cfg(test)]
mod tests;
