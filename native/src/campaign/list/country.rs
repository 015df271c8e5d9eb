//! The country of a row's number, wherever the row says it: a country code, a calling code, or where somebody lives.
//!
//! Which columns say it, and what their cells say. What comes of it for the number is decided in `row`.

mod names;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use polyai_outbound_core::CountryCode;

use super::problem::Problem;

const CALLING_CODE_EXPECTED: &str = "a calling code, as 44 or +44, or the name or code of a country";
const HOME_EXPECTED: &str = "a country, as GB, GBR or United Kingdom; a number with + before it; or the column not to be looked at: \
     --ignore-column";

/// A column that tells a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CountryColumn {
    /// The number's own, as `phone_code`: it has to agree with the number.
    OfNumber,
    /// Where somebody lives, as `country`: their number may be of another if it has a + before it.
    OfHome,
    /// Another thing, as the `prefix` of a name; but a calling code with its + or 00 is the number's own country.
    CodePerhaps,
    /// Another thing, as the `land` that somebody owns; but what is the name of a country is where they live.
    HomePerhaps,
}

/// Country that a cell tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Country {
    /// One that has this calling code; several may.
    pub(crate) code: CountryCode,
}

/// Names of columns with the number's own country, in the form of `normalised`.
const OF_NUMBER: [&str; 35] = [
    "phonecode",
    "dialcode",
    "dialingcode",
    "diallingcode",
    "callingcode",
    "callcode",
    "telcode",
    "telephonecode",
    "isdcode",
    "isd",
    "idd",
    "iddcode",
    "intlcode",
    "intlprefix",
    "intldialcode",
    "intldialingcode",
    "internationalcode",
    "internationalprefix",
    "internationaldialcode",
    "internationaldialingcode",
    "internationalcallingcode",
    "countryprefix",
    "countrycallingcode",
    "countrydialcode",
    "countrydialingcode",
    "countrydiallingcode",
    "countryphonecode",
    "phoneprefix",
    "dialprefix",
    "dialingprefix",
    "diallingprefix",
    "diallingcodeprefix",
    "callingprefix",
    "phonecountryprefix",
    "numberprefix",
];

/// Ends of names of the same: `mobile_country_code` tells the country of the mobile.
const OF_NUMBER_ENDS: [&str; 10] = [
    "phonecountry",
    "phonecountrycode",
    "phonecountryiso",
    "mobilecountry",
    "mobilecountrycode",
    "numbercountry",
    "numbercountrycode",
    "telephonecountry",
    "telcountrycode",
    "dialingcountry",
];

/// Ends of names of columns that tell where somebody lives: `country`, `mailing_country`, `country_iso`.
const OF_HOME_ENDS: [&str; 14] = [
    "country",
    "countryname",
    "countrycode",
    "countrycodealpha2",
    "countrycodealpha3",
    "countryiso",
    "countryiso2",
    "countryiso3",
    "countryregion",
    "isocountry",
    "isocountrycode",
    "countryisocode",
    "countryofresidence",
    "countryorregion",
];

/// Names of columns that may hold a calling code.
#[rustfmt::skip]
const CODE_PERHAPS: [&str; 15] = [
    "prefix", "cc", "ccode", "code", "vorwahl", "landesvorwahl", "ländervorwahl", "landeskennzahl", "indicatif", "indicatifpays",
    "prefijo", "lada", "prefisso", "prefixo", "ddi",
];

/// Names of columns that may hold a country.
#[rustfmt::skip]
const HOME_PERHAPS: [&str; 17] = [
    "land", "pays", "país", "pais", "paese", "kraj", "země", "ország", "ülke", "страна", "країна", "国", "国家", "国名", "나라",
    "market", "cc",
];

/// Where somebody came from is not where they are.
const PAST: [&str; 5] = ["birth", "origin", "citizen", "nationality", "passport"];

/// The country in which most of the numbers of a calling code are, where several share it. For the number itself it makes
/// no difference which of them it is: they have one numbering plan.
const SHARED: [(u16, &str); 12] = [
    (1, "US"),
    (7, "RU"),
    (39, "IT"),
    (44, "GB"),
    (47, "NO"),
    (61, "AU"),
    (212, "MA"),
    (262, "RE"),
    (290, "SH"),
    (358, "FI"),
    (590, "GP"),
    (599, "CW"),
];

impl CountryColumn {
    /// Which such column a name is of, if it is; `country_code` itself is another matter, and older.
    pub(crate) fn by_name(normalised: &str) -> Option<Self> {
        let name: String = normalised.chars().filter(|it| it.is_alphanumeric()).collect();
        if OF_NUMBER.contains(&name.as_str()) || OF_NUMBER_ENDS.iter().any(|end| name.ends_with(end)) {
            return Some(Self::OfNumber);
        }
        let is_home = name == "nation" || OF_HOME_ENDS.iter().any(|end| name.ends_with(end));
        (is_home && !PAST.iter().any(|past| name.contains(past))).then_some(Self::OfHome)
    }

    /// Which columns of a name that says less they are.
    pub(crate) fn perhaps(name: &str) -> impl Iterator<Item = Self> {
        let name: String =
            name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let ends = name.ends_with("prefix") || CODE_PERHAPS.contains(&name.as_str());
        let code = ends.then_some(Self::CodePerhaps);
        code.into_iter().chain(HOME_PERHAPS.contains(&name.as_str()).then_some(Self::HomePerhaps))
    }

    /// As which column of a certain kind it counts in a row with that cell, if it does.
    pub(crate) fn with(self, cell: &str) -> Option<Self> {
        let cell = cell.trim();
        match self {
            _ if cell.is_empty() => None,
            Self::OfNumber | Self::OfHome => Some(self),
            Self::CodePerhaps => {
                let is_code = cell.starts_with('+') || cell.starts_with("00");
                (is_code && country(cell).is_some()).then_some(Self::OfNumber)
            }
            Self::HomePerhaps => {
                let is_name = !cell.bytes().any(|it| it.is_ascii_digit());
                (is_name && country(cell).is_some()).then_some(Self::OfHome)
            }
        }
    }

    /// Reads a cell that is not empty.
    pub(crate) fn read(self, cell: &str) -> Result<Country, Problem> {
        country(cell).ok_or_else(|| match self {
            Self::OfNumber | Self::CodePerhaps => {
                Problem::new("is no calling code and no country that is known", CALLING_CODE_EXPECTED)
            }
            Self::OfHome | Self::HomePerhaps => Problem::new(
                "is no country that is known, so that nobody knows the country of the number",
                HOME_EXPECTED,
            ),
        })
    }
}

/// `GB`, `GBR`, `United Kingdom`, `44`, `+44`, `0044`, `44.0`; or a name and a calling code that agree: `GB (+44)`.
fn country(cell: &str) -> Option<Country> {
    let cell = cell.trim();
    let cell = cell.strip_suffix(".0").unwrap_or(cell);
    if cell.contains(['/', '?', '#', '@']) {
        return None; // `n/a` is not Namibia.
    }
    let letters: String = cell.chars().filter(|it| it.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let has_digits = cell.bytes().any(|it| it.is_ascii_digit());
    match (letters.is_empty(), has_digits) {
        (true, true) => Some(Country { code: by_calling_code(cell)? }),
        (false, false) => Some(Country { code: by_name(&letters)? }),
        (false, true) => {
            let named = by_name(&letters)?;
            let digits: String = cell.chars().filter(|it| !it.is_alphabetic()).collect();
            let same = by_calling_code(&digits)?.calling_code() == named.calling_code();
            same.then_some(Country { code: named })
        }
        (true, false) => None,
    }
}

fn by_name(letters: &str) -> Option<CountryCode> {
    if letters.chars().count() == 2
        && let Ok(code) = CountryCode::parse(letters)
    {
        return Some(code);
    }
    let at = names::NAMES.binary_search_by(|(name, _)| (*name).cmp(letters)).ok()?;
    CountryCode::parse(names::NAMES.get(at)?.1).ok()
}

/// Nothing but a calling code: `1-868` has an area code behind it, which belongs to the number.
fn by_calling_code(text: &str) -> Option<CountryCode> {
    let text =
        text.trim_matches(|it: char| it.is_whitespace() || matches!(it, '(' | ')' | '-' | ',' | ':' | '/'));
    let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00")).unwrap_or(text).trim();
    let code: u16 = match digits.len() {
        1..=3 if digits.bytes().all(|it| it.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    if digits.starts_with('0') {
        return None;
    }
    BY_CALLING_CODE.get(&code).copied()
}

static BY_CALLING_CODE: LazyLock<BTreeMap<u16, CountryCode>> = LazyLock::new(|| {
    let all = names::NAMES.iter().map(|(_, code)| *code).chain(SHARED.iter().map(|(_, code)| *code));
    all.filter_map(|code| CountryCode::parse(code).ok()).map(|it| (it.calling_code(), it)).collect()
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_country_is_read_by_its_code_its_name_and_its_calling_code() {
        for (cell, code) in [
            ("GB", "GB"),
            ("uk", "GB"),
            ("mex", "MX"),
            ("Deutschland", "DE"),
            ("España", "ES"),
            ("Espana", "ES"),
            ("Côte d'Ivoire", "CI"),
            ("Republic of Korea", "KR"),
            ("Korea, Republic of", "KR"),
            ("The Netherlands", "NL"),
            ("U.S.A.", "US"),
            ("日本", "JP"),
            ("353", "IE"),
            ("+49", "DE"),
            ("0081", "JP"),
            ("44.0", "GB"),
            ("United Kingdom (+44)", "GB"),
            ("+1 CA", "CA"),
            ("7", "RU"),
        ] {
            assert_eq!(country(cell).map(|it| it.code.as_str()), Some(code), "{cell}");
        }
        for cell in [
            "999",
            "0",
            "1-868",
            "Atlantis",
            "Korea",
            "Congo",
            "GB (+49)",
            "+",
            "??",
            "011",
            "n/a",
            "2125550100",
        ] {
            assert_eq!(country(cell), None, "{cell}");
        }
    }

    #[test]
    fn every_country_of_the_table_has_numbers_and_every_calling_code_a_country() {
        assert!(names::NAMES.is_sorted_by(|one, next| one.0 < next.0));
        assert!(names::NAMES.iter().all(|(_, code)| CountryCode::parse(code).is_ok()));
        // Each country once, of the many names that it has.
        let countries: BTreeSet<&str> = names::NAMES.iter().map(|(_, code)| *code).collect();
        let mut sharing: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for country in countries {
            let calling_code = CountryCode::parse(country).unwrap().calling_code();
            sharing.entry(calling_code).or_default().push(country);
        }
        for (calling_code, countries) in sharing {
            let found = by_calling_code(&calling_code.to_string()).unwrap();
            assert_eq!(found.calling_code(), calling_code);
            let is_shared = SHARED.iter().any(|(shared, _)| *shared == calling_code);
            assert_eq!(countries.len() > 1, is_shared, "{calling_code}: {countries:?}");
        }
    }
}
