//! The states of ZIP codes and the provinces of Canadian postal codes.
//!
//! Sources: the post's list of three-digit prefixes (USPS labeling list L002) and Canada Post's first letters. Prefixes of the
//! armed forces abroad, and those that are not in use, tell no state.

use super::Zones;

/// First and last of prefixes that follow each other, and their states.
#[rustfmt::skip]
static ZIP: [(u16, u16, &[&str]); 69] = [
    (5, 5, &["NY"]), (6, 7, &["PR"]), (8, 8, &["VI"]), (9, 9, &["PR"]), (10, 27, &["MA"]), (28, 29, &["RI"]), (30, 38, &["NH"]),
    (39, 49, &["ME"]), (50, 54, &["VT"]), (55, 55, &["MA"]), (56, 59, &["VT"]), (60, 69, &["CT"]), (70, 89, &["NJ"]),
    (100, 149, &["NY"]), (150, 196, &["PA"]), (197, 199, &["DE"]), (200, 200, &["DC"]), (201, 201, &["VA"]), (202, 205, &["DC"]),
    (206, 219, &["MD"]), (220, 246, &["VA"]), (247, 268, &["WV"]), (270, 289, &["NC"]), (290, 299, &["SC"]), (300, 319, &["GA"]),
    (320, 339, &["FL"]), (341, 349, &["FL"]), (350, 369, &["AL"]), (370, 385, &["TN"]), (386, 397, &["MS"]), (398, 399, &["GA"]),
    (400, 427, &["KY"]), (430, 459, &["OH"]), (460, 479, &["IN"]), (480, 499, &["MI"]), (500, 528, &["IA"]), (530, 549, &["WI"]),
    (550, 567, &["MN"]), (569, 569, &["DC"]), (570, 577, &["SD"]), (580, 588, &["ND"]), (590, 599, &["MT"]), (600, 629, &["IL"]),
    (630, 658, &["MO"]), (660, 679, &["KS"]), (680, 693, &["NE"]), (700, 714, &["LA"]), (716, 729, &["AR"]), (730, 732, &["OK"]),
    (733, 733, &["TX"]), (734, 749, &["OK"]), (750, 799, &["TX"]), (800, 816, &["CO"]), (820, 831, &["WY"]), (832, 838, &["ID"]),
    (840, 847, &["UT"]), (850, 865, &["AZ"]), (870, 884, &["NM"]), (885, 885, &["TX"]), (889, 898, &["NV"]), (900, 961, &["CA"]),
    // The post serves American Samoa from Hawaii, and the Northern Marianas from Guam.
    (967, 967, &["HI", "AS"]), (968, 968, &["HI"]), (969, 969, &["GU", "MP"]),
    (970, 979, &["OR"]), (980, 986, &["WA"]), (988, 994, &["WA"]), (995, 998, &["AK"]), (999, 999, &["AK"]),
];

/// By the first letter.
#[rustfmt::skip]
static CANADA: [(char, &[&str]); 18] = [
    ('A', &["NL"]), ('B', &["NS"]), ('C', &["PE"]), ('E', &["NB"]), ('G', &["QC"]), ('H', &["QC"]), ('J', &["QC"]), ('K', &["ON"]),
    ('L', &["ON"]), ('M', &["ON"]), ('N', &["ON"]), ('P', &["ON"]), ('R', &["MB"]), ('S', &["SK"]), ('T', &["AB"]), ('V', &["BC"]),
    ('X', &["NT", "NU"]), ('Y', &["YT"]),
];

/// The states that a code tells, if it is one.
fn states(code: &str) -> Option<&'static [&'static str]> {
    let code: String = code.chars().filter(|it| !it.is_whitespace()).collect();
    // A spreadsheet makes a number of it: without its zeros, and with a decimal point.
    let code = code.strip_suffix(".0").unwrap_or(&code);
    if code.starts_with(|it: char| it.is_ascii_alphabetic()) {
        let code: String = code.chars().filter(|it| *it != '-').flat_map(char::to_uppercase).collect();
        let is_letter = |at: usize| at.is_multiple_of(2);
        let fits = |(at, it): (usize, char)| {
            if is_letter(at) { it.is_ascii_uppercase() } else { it.is_ascii_digit() }
        };
        let is_whole = matches!(code.len(), 3 | 6) && code.chars().enumerate().all(fits);
        let (_, states) = CANADA.iter().find(|(first, _)| is_whole && code.starts_with(*first))?;
        return Some(states);
    }
    let (zip, more) = code.split_once('-').unwrap_or((code, ""));
    let is_digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if !is_digits(zip) || !is_digits(more) || !matches!(more.len(), 0 | 4) {
        return None;
    }
    let zip: u32 = match (zip.len(), more.len()) {
        (3..=5, _) => zip.parse().ok()?,
        (8 | 9, 0) => zip.parse::<u32>().ok()? / 10_000,
        _ => return None,
    };
    let prefix = u16::try_from(zip / 100).ok()?;
    let (_, _, states) = ZIP.iter().find(|(first, last, _)| (*first..=*last).contains(&prefix))?;
    Some(states)
}

impl Zones {
    /// The zones of the states in which an American ZIP code or a Canadian postal code is; none if it is neither. One that
    /// has lost its first zeros is taken as well.
    ///
    /// ```
    /// use polyai_outbound_core::campaign::Zones;
    ///
    /// assert_eq!(Zones::of_post_code("94105-1420"), Zones::of_state("CA"));
    /// assert_eq!(Zones::of_post_code("M5V 2T6"), Zones::of_state("ON"));
    /// assert!(Zones::of_post_code("SW1A 1AA").is_none());
    /// ```
    #[must_use]
    pub fn of_post_code(code: &str) -> Option<Self> {
        let zones = states(code)?.iter().filter_map(|state| Self::of_state(state));
        Some(zones.fold(Self::NONE, |all, zones| all.and(&zones)))
    }

    /// The zones of all states in a text that names several, as `CA/NY`; none if one of them is no state.
    ///
    /// ```
    /// use polyai_outbound_core::campaign::Zones;
    ///
    /// let both = Zones::of_states("CA / NY").unwrap();
    /// assert_eq!(both.to_string(), "America/Los_Angeles, America/New_York");
    /// assert!(Zones::of_states("CA/closed").is_none());
    /// ```
    #[must_use]
    pub fn of_states(names: &str) -> Option<Self> {
        if let Some(one) = Self::of_state(names) {
            return Some(one);
        }
        let spaced = names.replace(" and ", "/").replace(" or ", "/");
        let parts: Vec<&str> = spaced.split(['/', ',', ';', '&', '|', '+', '\n']).map(str::trim).collect();
        let states: Option<Vec<Self>> = parts.into_iter().map(Self::of_state).collect();
        Some(states?.iter().fold(Self::NONE, |all, zones| all.and(zones)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_state_of_it_is_known() {
        assert!(ZIP.is_sorted_by(|one, next| one.0 <= one.1 && one.1 < next.0));
        let all = ZIP.iter().map(|it| it.2).chain(CANADA.iter().map(|it| it.1));
        for state in all.flatten() {
            assert!(Zones::of_state(state).is_some(), "{state}");
        }
    }

    #[test]
    fn a_code_tells_its_state_and_what_is_none_tells_nothing() {
        for (code, state) in [
            ("94105", "CA"),
            ("10001", "NY"),
            ("2139", "MA"),
            ("02139-4307", "MA"),
            ("501", "NY"),
            ("021394307", "MA"),
            ("21394307", "MA"),
            ("96813", "HI"),
            ("99501", "AK"),
            ("88510", "TX"),
            ("73301", "TX"),
            ("60601.0", "IL"),
            ("33101", "FL"),
            ("00901", "PR"),
            ("85001", "AZ"),
            ("m5v2t6", "ON"),
            ("V6B 1A1", "BC"),
            ("A1C-5M2", "NL"),
            ("H3Z", "QC"),
        ] {
            assert_eq!(Zones::of_post_code(code), Zones::of_state(state), "{code}");
        }
        let samoa = Zones::of_post_code("96799").unwrap();
        assert_eq!(samoa, Zones::of_states("HI/AS").unwrap());
        for code in [
            "",
            "SW1A 1AA",
            "D5V 2T6",
            "09012",
            "96201",
            "1",
            "123456",
            "9410A",
            "94105-14",
            "75008 Paris",
            "A1",
        ] {
            assert_eq!(Zones::of_post_code(code), None, "{code}");
        }
    }
}
