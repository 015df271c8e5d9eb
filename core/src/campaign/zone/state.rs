//! The zones of states and provinces, and of the mainland of a country: where people live who have moved.
//!
//! Where a border of zones runs through a state, it has the zones of both sides, also of towns that live by their
//! neighbours' clocks. Sources: 49 CFR part 71 (the limits of the standard time zones of the United States), the
//! `northamerica` file of the time zone database, and the states' own statements.

use std::sync::LazyLock;

use super::{Zone, Zones, longest};
use crate::PhoneNumber;

/// A state of the United States, a territory of theirs, or a province of Canada.
pub(super) struct State {
    /// As the post writes it.
    pub(super) code: &'static str,
    /// In the form of [`letters`].
    pub(super) name: &'static str,
    pub(super) zones: &'static [Zone],
}

/// How else they are written, in the form of [`letters`].
#[rustfmt::skip]
static OTHER_NAMES: [(&str, &str); 62] = [
    ("ala", "AL"), ("ariz", "AZ"), ("ark", "AR"), ("calif", "CA"), ("cali", "CA"), ("colo", "CO"), ("conn", "CT"),
    ("del", "DE"), ("washingtondc", "DC"), ("fla", "FL"), ("hawaiʻi", "HI"), ("ill", "IL"), ("ind", "IN"),
    ("kan", "KS"), ("kans", "KS"), ("mass", "MA"), ("mich", "MI"), ("minn", "MN"), ("miss", "MS"), ("mont", "MT"),
    ("neb", "NE"), ("nebr", "NE"), ("nev", "NV"), ("nmex", "NM"), ("newyorkstate", "NY"), ("ncarolina", "NC"),
    ("ndak", "ND"), ("ndakota", "ND"), ("okla", "OK"), ("ore", "OR"), ("oreg", "OR"), ("penn", "PA"), ("penna", "PA"),
    ("scarolina", "SC"), ("sdak", "SD"), ("sdakota", "SD"), ("tenn", "TN"), ("tex", "TX"), ("wash", "WA"),
    ("washingtonstate", "WA"), ("wva", "WV"), ("wvirginia", "WV"), ("wis", "WI"), ("wisc", "WI"), ("wyo", "WY"),
    ("usvirginislands", "VI"), ("alta", "AB"), ("colombiebritannique", "BC"), ("man", "MB"),
    ("nouveaubrunswick", "NB"), ("newfoundland", "NL"), ("labrador", "NL"), ("nf", "NL"),
    ("nouvelleécosse", "NS"), ("nouvelleecosse", "NS"), ("nwt", "NT"), ("ont", "ON"), ("pei", "PE"), ("québec", "QC"),
    ("pq", "QC"), ("sask", "SK"), ("yukonterritory", "YT"),
];

/// What an address may have behind its state, in the form of [`letters`].
static COUNTRIES: [&str; 6] = ["usa", "us", "unitedstates", "unitedstatesofamerica", "canada", "can"];

impl Zones {
    /// The zones of a state of the United States or a province of Canada, by its name or code; none if it is neither.
    ///
    /// ```
    /// use polyai_outbound_core::campaign::Zones;
    ///
    /// assert_eq!(Zones::of_state("Texas").unwrap().to_string(), "America/Chicago, America/Denver");
    /// assert_eq!(Zones::of_state("ny"), Zones::of_state("New York"));
    /// assert!(Zones::of_state("Bavaria").is_none());
    /// ```
    #[must_use]
    pub fn of_state(name: &str) -> Option<Self> {
        // ISO 3166-2 has the country before it.
        let name = name.trim();
        let alone =
            name.get(..3).filter(|it| it.eq_ignore_ascii_case("us-") || it.eq_ignore_ascii_case("ca-"));
        let name = alone.and_then(|_| name.get(3..)).unwrap_or(name);
        state(&letters(name)).map(|state| Self(super::Held::Table(state.zones)))
    }

    /// The same of the state in which an address ends, before its ZIP or postal code and its country: `… Austin, TX 78701`.
    ///
    /// ```
    /// use polyai_outbound_core::campaign::Zones;
    ///
    /// let zones = Zones::of_address("1 Market St, San Francisco, CA 94105-1420, USA").unwrap();
    /// assert_eq!(zones.to_string(), "America/Los_Angeles");
    /// assert!(Zones::of_address("221b Baker Street").is_none());
    /// ```
    #[must_use]
    pub fn of_address(address: &str) -> Option<Self> {
        let words: Vec<&str> = address
            .trim_end_matches(|it: char| it.is_whitespace() || it == '.')
            .split(|it: char| it.is_whitespace() || it == ',' || it == ';')
            .filter(|it| !it.is_empty())
            .collect();
        let rest = without_country(&words);
        let (rest, before) = (without_post_code(rest), rest.len());
        let has_post_code = rest.len() < before;
        // The longest name first: West Virginia is not Virginia.
        (1..=4).rev().find_map(|count| {
            let at = rest.len().checked_sub(count)?;
            let last = rest.get(at..)?;
            let name: String = last.iter().map(|word| letters(word)).collect();
            // Two letters may be a word; as the code of a state they are in capitals, or before a post code.
            let is_code = name.len() != 2
                || has_post_code
                || last.iter().all(|word| !word.chars().any(char::is_lowercase));
            state(&name).filter(|_| is_code).map(|state| Self(super::Held::Table(state.zones)))
        })
    }

    /// All zones of the mainland of a number's country, and those that the number itself may be in.
    ///
    /// Of the United States these are the zones of the 48 states and the District of Columbia that lie together: Alaska,
    /// Hawaii and the territories count for numbers that were given out there. Of Canada they are those of all provinces and
    /// territories, of other countries all that its calling code is used in.
    ///
    /// ```
    /// use polyai_outbound_core::PhoneNumber;
    /// use polyai_outbound_core::campaign::Zones;
    ///
    /// let boston = PhoneNumber::parse("+16175550123")?;
    /// assert_eq!(Zones::of(&boston).to_string(), "America/New_York");
    /// assert!(Zones::of_country(&boston).to_string().contains("America/Los_Angeles"));
    /// # Ok::<(), polyai_outbound_core::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn of_country(number: &PhoneNumber) -> Self {
        let own = Self::of(number);
        let code = number.calling_code();
        if code != 1 {
            let whole = match (code, number.as_str().get(2..3)) {
                // Russia and Kazakhstan share it, and mobiles are anywhere in either.
                (7, Some("6" | "7")) => longest("77"),
                (7, _) => longest("79"),
                (code, _) => longest(&code.to_string()),
            };
            return own.and(&Self(super::Held::Table(whole)));
        }
        let is_of = |states: &[&[State]]| {
            own.iter().any(|zone| states.iter().copied().flatten().any(|state| state.zones.contains(&zone)))
        };
        let mut all = own.clone();
        if is_of(&[&UNITED_STATES, &TERRITORIES]) {
            all = all.and(&MAINLAND);
        }
        if is_of(&[&CANADA]) {
            all = all.and(&ALL_OF_CANADA);
        }
        all
    }
}

static MAINLAND: LazyLock<Zones> = LazyLock::new(|| {
    let far = ["AK", "HI"];
    UNITED_STATES
        .iter()
        .filter(|state| !far.contains(&state.code))
        .flat_map(|it| it.zones.iter().copied())
        .collect()
});

static ALL_OF_CANADA: LazyLock<Zones> =
    LazyLock::new(|| CANADA.iter().flat_map(|it| it.zones.iter().copied()).collect());

fn state(letters: &str) -> Option<&'static State> {
    let code = OTHER_NAMES.iter().find(|(name, _)| *name == letters).map(|(_, code)| *code);
    let mut all = UNITED_STATES.iter().chain(&TERRITORIES).chain(&CANADA);
    match code {
        Some(code) => all.find(|state| state.code == code),
        None => all.find(|state| state.name == letters || state.code.eq_ignore_ascii_case(letters)),
    }
}

/// Letters alone, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|it| it.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

fn without_country<'a, 'w>(words: &'a [&'w str]) -> &'a [&'w str] {
    for count in (1..=4).rev() {
        let Some(at) = words.len().checked_sub(count) else { continue };
        let (before, last) = words.split_at(at);
        let name: String = last.iter().map(|word| letters(word)).collect();
        let is_plain = !last.iter().any(|word| word.bytes().any(|it| it.is_ascii_digit()));
        if is_plain && COUNTRIES.contains(&name.as_str()) {
            return before;
        }
    }
    words
}

/// `94105`, `94105-1420`, `M5V 2T6`, `M5V2T6`.
fn without_post_code<'a, 'w>(words: &'a [&'w str]) -> &'a [&'w str] {
    let is = |word: &str, form: &str| {
        word.len() == form.len()
            && word.bytes().zip(form.bytes()).all(|(it, form)| match form {
                b'9' => it.is_ascii_digit(),
                b'A' => it.is_ascii_alphabetic(),
                other => it == other,
            })
    };
    match words {
        [rest @ .., zip] if ["99999", "99999-9999", "A9A9A9", "A9A-9A9"].iter().any(|form| is(zip, form)) => {
            rest
        }
        [rest @ .., first, last] if is(first, "A9A") && is(last, "9A9") => rest,
        _ => words,
    }
}

#[rustfmt::skip]
pub(super) static UNITED_STATES: [State; 51] = [
    State { code: "AL", name: "alabama", zones: &[Zone("America/Chicago"), Zone("America/New_York")] },
    State { code: "AK", name: "alaska", zones: &[Zone("America/Adak"), Zone("America/Anchorage")] },
    State { code: "AZ", name: "arizona", zones: &[Zone("America/Denver"), Zone("America/Phoenix")] },
    State { code: "AR", name: "arkansas", zones: &[Zone("America/Chicago")] },
    State { code: "CA", name: "california", zones: &[Zone("America/Los_Angeles")] },
    State { code: "CO", name: "colorado", zones: &[Zone("America/Denver")] },
    State { code: "CT", name: "connecticut", zones: &[Zone("America/New_York")] },
    State { code: "DE", name: "delaware", zones: &[Zone("America/New_York")] },
    State { code: "DC", name: "districtofcolumbia", zones: &[Zone("America/New_York")] },
    State { code: "FL", name: "florida", zones: &[Zone("America/Chicago"), Zone("America/New_York")] },
    State { code: "GA", name: "georgia", zones: &[Zone("America/New_York")] },
    State { code: "HI", name: "hawaii", zones: &[Zone("Pacific/Honolulu")] },
    State { code: "ID", name: "idaho", zones: &[Zone("America/Boise"), Zone("America/Los_Angeles")] },
    State { code: "IL", name: "illinois", zones: &[Zone("America/Chicago")] },
    State { code: "IN", name: "indiana", zones: &[Zone("America/Chicago"), Zone("America/New_York")] },
    State { code: "IA", name: "iowa", zones: &[Zone("America/Chicago")] },
    State { code: "KS", name: "kansas", zones: &[Zone("America/Chicago"), Zone("America/Denver")] },
    State { code: "KY", name: "kentucky", zones: &[Zone("America/Chicago"), Zone("America/New_York")] },
    State { code: "LA", name: "louisiana", zones: &[Zone("America/Chicago")] },
    State { code: "ME", name: "maine", zones: &[Zone("America/New_York")] },
    State { code: "MD", name: "maryland", zones: &[Zone("America/New_York")] },
    State { code: "MA", name: "massachusetts", zones: &[Zone("America/New_York")] },
    State { code: "MI", name: "michigan", zones: &[Zone("America/Chicago"), Zone("America/New_York")] },
    State { code: "MN", name: "minnesota", zones: &[Zone("America/Chicago")] },
    State { code: "MS", name: "mississippi", zones: &[Zone("America/Chicago")] },
    State { code: "MO", name: "missouri", zones: &[Zone("America/Chicago")] },
    State { code: "MT", name: "montana", zones: &[Zone("America/Denver")] },
    State { code: "NE", name: "nebraska", zones: &[Zone("America/Chicago"), Zone("America/Denver")] },
    State { code: "NV", name: "nevada", zones: &[Zone("America/Boise"), Zone("America/Denver"), Zone("America/Los_Angeles")] },
    State { code: "NH", name: "newhampshire", zones: &[Zone("America/New_York")] },
    State { code: "NJ", name: "newjersey", zones: &[Zone("America/New_York")] },
    State { code: "NM", name: "newmexico", zones: &[Zone("America/Denver"), Zone("America/Phoenix")] },
    State { code: "NY", name: "newyork", zones: &[Zone("America/New_York")] },
    State { code: "NC", name: "northcarolina", zones: &[Zone("America/New_York")] },
    State { code: "ND", name: "northdakota", zones: &[Zone("America/Chicago"), Zone("America/Denver")] },
    State { code: "OH", name: "ohio", zones: &[Zone("America/New_York")] },
    State { code: "OK", name: "oklahoma", zones: &[Zone("America/Chicago"), Zone("America/Denver")] },
    State { code: "OR", name: "oregon", zones: &[Zone("America/Boise"), Zone("America/Los_Angeles")] },
    State { code: "PA", name: "pennsylvania", zones: &[Zone("America/New_York")] },
    State { code: "RI", name: "rhodeisland", zones: &[Zone("America/New_York")] },
    State { code: "SC", name: "southcarolina", zones: &[Zone("America/New_York")] },
    State { code: "SD", name: "southdakota", zones: &[Zone("America/Chicago"), Zone("America/Denver")] },
    State { code: "TN", name: "tennessee", zones: &[Zone("America/Chicago"), Zone("America/New_York")] },
    State { code: "TX", name: "texas", zones: &[Zone("America/Chicago"), Zone("America/Denver")] },
    State { code: "UT", name: "utah", zones: &[Zone("America/Denver"), Zone("America/Phoenix")] },
    State { code: "VT", name: "vermont", zones: &[Zone("America/New_York")] },
    State { code: "VA", name: "virginia", zones: &[Zone("America/New_York")] },
    State { code: "WA", name: "washington", zones: &[Zone("America/Los_Angeles")] },
    State { code: "WV", name: "westvirginia", zones: &[Zone("America/New_York")] },
    State { code: "WI", name: "wisconsin", zones: &[Zone("America/Chicago")] },
    State { code: "WY", name: "wyoming", zones: &[Zone("America/Denver")] },
];

/// Of the United States as well, and far from their mainland.
#[rustfmt::skip]
pub(super) static TERRITORIES: [State; 5] = [
    State { code: "PR", name: "puertorico", zones: &[Zone("America/Puerto_Rico")] },
    State { code: "VI", name: "virginislands", zones: &[Zone("America/St_Thomas")] },
    State { code: "GU", name: "guam", zones: &[Zone("Pacific/Guam")] },
    State { code: "MP", name: "northernmarianaislands", zones: &[Zone("Pacific/Saipan")] },
    State { code: "AS", name: "americansamoa", zones: &[Zone("Pacific/Pago_Pago")] },
];

#[rustfmt::skip]
pub(super) static CANADA: [State; 13] = [
    State { code: "AB", name: "alberta", zones: &[Zone("America/Edmonton")] },
    State { code: "BC", name: "britishcolumbia", zones: &[Zone("America/Creston"), Zone("America/Dawson_Creek"), Zone("America/Edmonton"), Zone("America/Fort_Nelson"), Zone("America/Vancouver")] },
    State { code: "MB", name: "manitoba", zones: &[Zone("America/Winnipeg")] },
    State { code: "NB", name: "newbrunswick", zones: &[Zone("America/Moncton")] },
    State { code: "NL", name: "newfoundlandandlabrador", zones: &[Zone("America/Goose_Bay"), Zone("America/St_Johns")] },
    State { code: "NS", name: "novascotia", zones: &[Zone("America/Halifax")] },
    State { code: "NT", name: "northwestterritories", zones: &[Zone("America/Edmonton"), Zone("America/Inuvik")] },
    State { code: "NU", name: "nunavut", zones: &[Zone("America/Cambridge_Bay"), Zone("America/Iqaluit"), Zone("America/Rankin_Inlet"), Zone("America/Resolute")] },
    State { code: "ON", name: "ontario", zones: &[Zone("America/Atikokan"), Zone("America/Toronto"), Zone("America/Winnipeg")] },
    State { code: "PE", name: "princeedwardisland", zones: &[Zone("America/Halifax")] },
    State { code: "QC", name: "quebec", zones: &[Zone("America/Blanc-Sablon"), Zone("America/Halifax"), Zone("America/Toronto")] },
    State { code: "SK", name: "saskatchewan", zones: &[Zone("America/Edmonton"), Zone("America/Regina"), Zone("America/Swift_Current"), Zone("America/Winnipeg")] },
    State { code: "YT", name: "yukon", zones: &[Zone("America/Dawson"), Zone("America/Whitehorse")] },
];
