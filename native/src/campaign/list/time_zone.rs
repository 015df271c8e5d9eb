//! Columns that tell a time zone, and the forms in which programs write one. What is not certain is an error: nobody is called
//! by a zone that was guessed.

use polyai_outbound_core::Timestamp;
use polyai_outbound_core::campaign::Zone;

use super::columns::words;
use super::problem::Problem;

/// Ends of their names besides `time_zone`, as letters and digits in lower case.
#[rustfmt::skip]
const NAMES: [&str; 20] = [
    "timezone", "timezonec", "timezonename", "timezoneid", "timezonekey", "timezonesidkey", "timezonesid", "timezonecode",
    "timezoneiana", "ianatimezone", "tzname", "tzid", "iana", "olson", "zeitzone", "fuseauhoraire", "zonahoraria", "fusohorario",
    "fusoorario", "tijdzone",
];

/// Zones as Windows names them (CLDR's `windowsZones`, for the world), and as Ruby on Rails does those of North America.
#[rustfmt::skip]
static OTHER_NAMES: [(&str, &str); 84] = [
    ("Hawaiian Standard Time", "Pacific/Honolulu"), ("Alaskan Standard Time", "America/Anchorage"),
    ("Pacific Standard Time", "America/Los_Angeles"), ("Pacific Time (US & Canada)", "America/Los_Angeles"),
    ("Pacific Standard Time (Mexico)", "America/Tijuana"), ("US Mountain Standard Time", "America/Phoenix"),
    ("Mountain Standard Time", "America/Denver"), ("Mountain Time (US & Canada)", "America/Denver"),
    ("Mountain Standard Time (Mexico)", "America/Mazatlan"), ("Central Standard Time", "America/Chicago"),
    ("Central Time (US & Canada)", "America/Chicago"), ("Central Standard Time (Mexico)", "America/Mexico_City"),
    ("Central America Standard Time", "America/Guatemala"), ("Canada Central Standard Time", "America/Regina"),
    ("Eastern Standard Time", "America/New_York"), ("Eastern Time (US & Canada)", "America/New_York"),
    ("Eastern Standard Time (Mexico)", "America/Cancun"), ("US Eastern Standard Time", "America/Indiana/Indianapolis"),
    ("Indiana (East)", "America/Indiana/Indianapolis"), ("Atlantic Standard Time", "America/Halifax"),
    ("Atlantic Time (Canada)", "America/Halifax"), ("Newfoundland Standard Time", "America/St_Johns"),
    ("Haiti Standard Time", "America/Port-au-Prince"), ("Cuba Standard Time", "America/Havana"),
    ("SA Pacific Standard Time", "America/Bogota"), ("SA Western Standard Time", "America/La_Paz"),
    ("SA Eastern Standard Time", "America/Cayenne"), ("Pacific SA Standard Time", "America/Santiago"),
    ("Venezuela Standard Time", "America/Caracas"), ("Paraguay Standard Time", "America/Asuncion"),
    ("E. South America Standard Time", "America/Sao_Paulo"), ("Argentina Standard Time", "America/Buenos_Aires"),
    ("Montevideo Standard Time", "America/Montevideo"), ("Bahia Standard Time", "America/Bahia"),
    ("Azores Standard Time", "Atlantic/Azores"), ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("GMT Standard Time", "Europe/London"), ("Morocco Standard Time", "Africa/Casablanca"),
    ("W. Europe Standard Time", "Europe/Berlin"), ("Romance Standard Time", "Europe/Paris"),
    ("Central Europe Standard Time", "Europe/Budapest"), ("Central European Standard Time", "Europe/Warsaw"),
    ("W. Central Africa Standard Time", "Africa/Lagos"), ("GTB Standard Time", "Europe/Bucharest"),
    ("FLE Standard Time", "Europe/Kiev"), ("E. Europe Standard Time", "Europe/Chisinau"),
    ("South Africa Standard Time", "Africa/Johannesburg"), ("Egypt Standard Time", "Africa/Cairo"),
    ("Israel Standard Time", "Asia/Jerusalem"), ("Jordan Standard Time", "Asia/Amman"),
    ("Turkey Standard Time", "Europe/Istanbul"), ("Russian Standard Time", "Europe/Moscow"),
    ("Arab Standard Time", "Asia/Riyadh"), ("Arabic Standard Time", "Asia/Baghdad"),
    ("E. Africa Standard Time", "Africa/Nairobi"), ("Iran Standard Time", "Asia/Tehran"),
    ("Arabian Standard Time", "Asia/Dubai"), ("Georgian Standard Time", "Asia/Tbilisi"),
    ("Azerbaijan Standard Time", "Asia/Baku"), ("Afghanistan Standard Time", "Asia/Kabul"),
    ("Pakistan Standard Time", "Asia/Karachi"), ("West Asia Standard Time", "Asia/Tashkent"),
    ("India Standard Time", "Asia/Calcutta"), ("Sri Lanka Standard Time", "Asia/Colombo"),
    ("Nepal Standard Time", "Asia/Katmandu"), ("Bangladesh Standard Time", "Asia/Dhaka"),
    ("Myanmar Standard Time", "Asia/Rangoon"), ("SE Asia Standard Time", "Asia/Bangkok"),
    ("China Standard Time", "Asia/Shanghai"), ("Singapore Standard Time", "Asia/Singapore"),
    ("Taipei Standard Time", "Asia/Taipei"), ("W. Australia Standard Time", "Australia/Perth"),
    ("Tokyo Standard Time", "Asia/Tokyo"), ("Korea Standard Time", "Asia/Seoul"),
    ("Cen. Australia Standard Time", "Australia/Adelaide"), ("AUS Central Standard Time", "Australia/Darwin"),
    ("AUS Eastern Standard Time", "Australia/Sydney"), ("E. Australia Standard Time", "Australia/Brisbane"),
    ("Tasmania Standard Time", "Australia/Hobart"), ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Fiji Standard Time", "Pacific/Fiji"), ("Tonga Standard Time", "Pacific/Tongatapu"),
    ("Samoa Standard Time", "Pacific/Apia"), ("Arizona", "America/Phoenix"),
];

/// Returns true if a column of that name tells a time zone, besides `time_zone` itself.
pub(crate) fn is_named(name: &str) -> bool {
    let whole: String = name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    NAMES.iter().any(|end| whole.ends_with(end)) || words(name).last().is_some_and(|it| it == "tz")
}

/// Reads a cell that is not empty: the name of a zone, alone or within what programs write around it, or another name that
/// is one zone's and no other's.
pub(crate) fn read(text: &str) -> Result<Zone, Problem> {
    let refused = match Zone::parse(text) {
        Ok(zone) => return Ok(zone),
        Err(invalid) => invalid,
    };
    let text = text.trim().replace("_slash_", "/");
    // `(GMT-08:00) Pacific Standard Time (America/Los_Angeles)`.
    let alone = match text.split_once(')') {
        Some((offset, rest)) if is_offset(offset) => rest.trim(),
        Some(_) | None => &text,
    };
    let of_name = |name: &str| {
        let name = name.to_lowercase().replace("daylight", "standard").replace(" and ", " & ");
        let other = OTHER_NAMES.iter().find(|(other, _)| other.eq_ignore_ascii_case(&name));
        let zone = other.map_or_else(|| name.replace(' ', "_"), |(_, zone)| (*zone).to_owned());
        Zone::parse(&zone).ok().filter(|zone| other.is_some() || zone.name().contains('/'))
    };
    if let Some(zone) = of_name(alone) {
        return Ok(zone);
    }
    let within = alone.split([' ', '(', ')', '[', ']', ',', ';']).filter(|word| word.contains('/'));
    let mut within: Vec<Zone> = within.filter_map(|word| Zone::parse(word).ok()).collect();
    within.dedup();
    match within.as_slice() {
        [zone] => Ok(*zone),
        _ => Err(refused.into()),
    }
}

/// `(GMT-08:00`, `(UTC`.
fn is_offset(text: &str) -> bool {
    let Some(offset) = text.strip_prefix('(') else { return false };
    let Some(offset) = ["GMT", "UTC"].iter().find_map(|it| offset.strip_prefix(it)) else { return false };
    offset.chars().all(|it| it.is_ascii_digit() || matches!(it, '+' | '-' | ':' | '±' | '−' | ' '))
}

/// Returns true if clocks show the same in two zones, in winter and in summer.
pub(crate) fn agree(one: Zone, other: Zone) -> bool {
    const WINTER: Timestamp = Timestamp::from_millis(1_799_000_000_000);
    const SUMMER: Timestamp = Timestamp::from_millis(1_814_000_000_000);
    [WINTER, SUMMER].iter().all(|at| one.offset_seconds(*at) == other.offset_seconds(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_read_in_the_forms_of_programs_and_what_is_not_certain_is_refused() {
        for (text, zone) in [
            ("America/Los_Angeles", "America/Los_Angeles"),
            ("america_slash_los_angeles", "America/Los_Angeles"),
            ("America/New York", "America/New_York"),
            ("(GMT-08:00) Pacific Standard Time (America/Los_Angeles)", "America/Los_Angeles"),
            ("(GMT+01:00) Central European Time (Europe/Berlin)", "Europe/Berlin"),
            ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
            ("Pacific Time (US & Canada)", "America/Los_Angeles"),
            ("Eastern Time (US and Canada)", "America/New_York"),
            ("Pacific Standard Time", "America/Los_Angeles"),
            ("mountain daylight time", "America/Denver"),
            ("US Mountain Standard Time", "America/Phoenix"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("US/Pacific", "US/Pacific"),
            ("Europe/Paris (CET)", "Europe/Paris"),
            ("Asia/Kolkata, India", "Asia/Kolkata"),
        ] {
            assert_eq!(read(text).unwrap().name(), zone, "{text}");
        }
        for text in [
            "PST",
            "Eastern",
            "Pacific Time",
            "-08:00",
            "(GMT-08:00)",
            "UTC",
            "GMT",
            "-8",
            "Central",
            "America/New_York or America/Chicago",
            "London time",
            "unknown",
            "(GMT-05:00) Somewhere",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        for (_, zone) in OTHER_NAMES {
            assert!(Zone::parse(zone).is_ok(), "{zone}");
        }
    }

    #[test]
    fn names_of_columns_that_tell_a_zone_are_known() {
        for name in [
            "tz",
            "TZ",
            "TimeZone__c",
            "time_zone_name",
            "TimeZoneSidKey",
            "timezone_id",
            "hs_timezone",
            "contact tz",
            "IANA Timezone",
            "Customer Time Zone",
            "tz_name",
        ] {
            assert!(is_named(name), "{name}");
        }
        for name in ["time", "zone", "Delivery Zone", "quartz", "hertz", "timezone_offset", "utc_offset"] {
            assert!(!is_named(name), "{name}");
        }
    }
}
