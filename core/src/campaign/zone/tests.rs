//! Names of zones, the table, and what is known of numbers that the table's sources do not say.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::campaign::{Calendar, CallingWindows};

const EXAMPLES: &str = include_str!("../../../data/example_numbers.txt");

fn zones(number: &str) -> Zones {
    Zones::of(&PhoneNumber::parse(number).unwrap())
}

fn names(number: &str) -> Vec<&'static str> {
    zones(number).iter().map(Zone::name).collect()
}

fn holds(number: &str, name: &str) -> bool {
    names(number).contains(&name)
}

/// Every zone of North America: what is known of a number there that has no place.
fn anywhere_in_north_america() -> Zones {
    Zones(Held::Table(longest("1")))
}

#[test]
fn a_zone_is_known_by_every_name_of_a_place() {
    for (written, name) in [
        ("Europe/London", "Europe/London"),
        ("europe/LONDON", "Europe/London"),
        (" America/Argentina/Buenos_Aires\t", "America/Argentina/Buenos_Aires"),
        ("US/Eastern", "US/Eastern"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("GB", "GB"),
        ("Japan", "Japan"),
        ("NZ-CHAT", "NZ-CHAT"),
    ] {
        assert_eq!(Zone::parse(written).unwrap().name(), name);
    }
}

#[test]
fn the_names_are_those_of_the_rules_that_are_bundled_except_what_is_no_place() {
    let bundled: BTreeSet<String> =
        TimeZoneDatabase::bundled().available().map(|it| it.as_str().to_owned()).collect();
    let known: BTreeSet<String> = table::NAMES.iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(known.difference(&bundled).collect::<Vec<_>>(), Vec::<&String>::new(), "no rules for these");
    for name in bundled.difference(&known) {
        let error = Zone::parse(name).unwrap_err();
        assert_ne!(
            error.problem(),
            "is not a zone that is known",
            "{name}: run core/data/make_zones.py anew?"
        );
    }
    for name in table::NAMES {
        assert_eq!(Zone::parse(name).unwrap().name(), name);
        assert_eq!(Zone::parse(&name.to_uppercase()).unwrap().name(), name);
        assert!(Zone::parse(name).unwrap().rules().is_some(), "{name}");
    }
}

#[test]
fn what_is_no_place_is_refused_with_what_to_write_instead() {
    for (written, problem, example) in [
        ("", "is empty", "Europe/London"),
        ("est", "is an abbreviation", "America/New_York"),
        ("CET", "is an abbreviation", "Europe/Paris"),
        ("PST8PDT", "is an abbreviation", "America/Los_Angeles"),
        ("+05:30", "is an offset", "Europe/London"),
        ("-5", "is an offset", "Europe/London"),
        ("5.5", "is an offset", "Europe/London"),
        ("UTC+2", "is an offset", "Europe/London"),
        ("gmt-05:00", "is an offset", "Europe/London"),
        ("Etc/GMT+5", "is an offset", "Europe/London"),
        ("UTC", "is no place", "Europe/London"),
        ("GMT", "is no place", "Europe/London"),
        ("Z", "is no place", "Europe/London"),
        ("America/New York", "has a space in it", "America/New_York"),
        ("Eastern Standard Time", "has a space in it", "America/New_York"),
        ("Europe/Londn", "is not a zone that is known", "Europe/London"),
        ("Европа/Москва", "is not a zone that is known", "Europe/London"),
    ] {
        let error = Zone::parse(written).unwrap_err();
        assert_eq!(error.field(), "time_zone");
        assert!(error.problem().starts_with(problem), "{written}: {error}");
        assert!(error.expected().contains(example), "{written}: {error}");
    }
}

#[test]
fn an_abbreviation_is_never_a_zone_and_its_example_always_is() {
    for (abbreviation, example) in parse::ABBREVIATIONS {
        assert!(Zone::parse(abbreviation).is_err(), "{abbreviation}");
        assert_eq!(Zone::parse(example).unwrap().name(), example);
    }
}

#[test]
fn a_zone_is_its_name_in_json() {
    let zone = Zone::parse("Asia/Kathmandu").unwrap();
    assert_eq!(serde_json::to_string(&zone).unwrap(), "\"Asia/Kathmandu\"");
    assert_eq!(serde_json::from_str::<Zone>("\"asia/kathmandu\"").unwrap(), zone);
    let refused = serde_json::from_str::<Zone>("\"IST\"").unwrap_err().to_string();
    assert!(refused.contains("Asia/Kolkata"), "{refused}");
}

#[test]
fn an_offset_follows_summer_time_and_knows_quarters_of_an_hour() {
    let (january, july) =
        (Timestamp::from_millis(1_768_000_000_000), Timestamp::from_millis(1_784_000_000_000));
    for (name, in_january, in_july) in [
        ("America/New_York", -5 * 3600, -4 * 3600),
        ("Australia/Lord_Howe", 11 * 3600, 10 * 3600 + 1800),
        ("Asia/Kathmandu", 5 * 3600 + 2700, 5 * 3600 + 2700),
    ] {
        let zone = Zone::parse(name).unwrap();
        assert_eq!(
            (zone.offset_seconds(january), zone.offset_seconds(july)),
            (in_january, in_july),
            "{name}"
        );
    }
    let end = Zone::parse("Asia/Tokyo").unwrap().offset_seconds(Timestamp::from_millis(u64::MAX));
    assert_eq!(end, 9 * 3600, "no moment is too late to ask for");
}

#[test]
fn the_table_is_in_order_and_whole() {
    assert!(table::PREFIXES.is_sorted_by(|(one, _), (next, _)| one < next));
    assert_eq!(table::PREFIXES.iter().map(|(it, _)| it.len()).max(), Some(table::LONGEST));
    for (prefix, set) in table::PREFIXES {
        assert!(table::SETS.get(usize::from(set)).is_some(), "{prefix}");
    }
    for set in table::SETS {
        assert!(!set.is_empty() && set.is_sorted_by(|one, next| one < next), "{set:?}");
        for zone in set {
            assert_eq!(Zone::parse(zone.name()).unwrap(), *zone);
        }
    }
}

#[test]
fn only_numbers_of_no_country_are_in_no_zone() {
    for number in EXAMPLES.lines().map(|it| PhoneNumber::parse(it).unwrap()) {
        let of_no_country =
            matches!(number.calling_code(), 800 | 808 | 870 | 878 | 881 | 882 | 883 | 888 | 979);
        assert_eq!(Zones::of(&number).is_empty(), of_no_country, "+{}", number.calling_code());
    }
}

#[test]
fn the_longest_prefix_is_right() {
    assert_eq!(names("+13055550100"), ["America/New_York"]);
    assert_eq!(names("+442071838750"), names("+441534960123"), "they keep the same hours");
    assert_eq!(names("+34922123456"), ["Atlantic/Canary"]);
    assert!(!holds("+34912345678", "Atlantic/Canary"));
    assert_eq!(longest(""), &[]);
    assert_eq!(longest("0"), &[]);
}

#[test]
fn an_area_code_has_all_zones_of_its_rows_and_of_its_overlays() {
    // 986 has lost Mountain time in the rows, 458 lies over 541, 364 over 270, 930 over 812, 448 over 850.
    for (code, overlay) in
        [("208", "986"), ("541", "458"), ("270", "364"), ("812", "930"), ("850", "448"), ("402", "531")]
    {
        let (old, new) = (zones(&format!("+1{code}5550100")), zones(&format!("+1{overlay}5550100")));
        assert!(old.len() >= 2, "{code}");
        assert_eq!(old, new, "{code} and {overlay}");
    }
    assert!(holds("+17752385550", "America/Boise"), "a row of its own says Los Angeles only");
    assert!(holds("+12505550100", "America/Fort_Nelson") && holds("+12365550100", "America/Fort_Nelson"));
    assert_eq!(
        names("+16045550100"),
        ["America/Vancouver"],
        "what lies over it lies over 250 as well, but it does not"
    );
}

#[test]
fn an_area_code_on_a_border_has_the_zones_on_both_sides() {
    for (number, zone) in [
        ("+13345550100", "America/New_York"), // Phenix City
        ("+19285550100", "America/Denver"),   // the Navajo Nation
        ("+15805550100", "America/Denver"),   // Kenton
        ("+19155550100", "America/Chicago"),  // Hudspeth County
        ("+13065550100", "America/Edmonton"), // Lloydminster
        ("+18675550100", "America/Whitehorse"),
        ("+18675550100", "America/Iqaluit"),
        ("+18075550100", "America/Atikokan"),
        ("+14185550100", "America/Blanc-Sablon"),
        ("+17095550100", "America/Goose_Bay"),
        ("+19075550100", "America/Adak"),
    ] {
        assert!(holds(number, zone), "{zone}: {:?}", names(number));
    }
}

#[test]
fn a_new_area_code_is_where_the_code_is_that_it_lies_over() {
    for (new, old) in
        [("457", "318"), ("471", "662"), ("483", "334"), ("679", "313"), ("837", "530"), ("357", "559")]
    {
        assert_eq!(zones(&format!("+1{new}5550100")), zones(&format!("+1{old}5550100")), "{new}");
    }
}

#[test]
fn a_number_of_north_america_without_a_place_is_anywhere_there() {
    let anywhere = anywhere_in_north_america();
    for name in
        ["Pacific/Honolulu", "America/St_Johns", "Pacific/Guam", "America/Puerto_Rico", "America/Regina"]
    {
        assert!(anywhere.iter().any(|it| it.name() == name), "{name}");
    }
    for code in [
        "800", "833", "844", "855", "866", "877", "888", "880", "822", "500", "521", "588", "600", "622",
        "633", "900", "710", "299",
    ] {
        assert_eq!(zones(&format!("+1{code}5550100")), anywhere, "{code}");
    }
    assert_eq!(zones("+13101234"), anywhere, "that 310 is not the area code of Los Angeles");
}

#[test]
fn a_mobile_may_be_anywhere_in_its_country() {
    for (number, some) in [
        ("+61412345678", ["Australia/Perth", "Australia/Sydney", "Australia/Lord_Howe"]),
        ("+79123456789", ["Europe/Kaliningrad", "Asia/Kamchatka", "Europe/Moscow"]),
        ("+6281234567890", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
        ("+56961234567", ["America/Santiago", "America/Punta_Arenas", "Pacific/Easter"]),
        ("+351912345678", ["Europe/Lisbon", "Atlantic/Azores", "Atlantic/Madeira"]),
        ("+34612345678", ["Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta"]),
    ] {
        assert!(some.iter().all(|it| holds(number, it)), "{:?}", names(number));
    }
    for (number, two) in [
        ("+97688123456", ["Asia/Hovd", "Asia/Ulaanbaatar"]),
        ("+243991234567", ["Africa/Kinshasa", "Africa/Lubumbashi"]),
        ("+593991234567", ["America/Guayaquil", "Pacific/Galapagos"]),
        ("+64211234567", ["Pacific/Auckland", "Pacific/Chatham"]),
        ("+8613123456789", ["Asia/Shanghai", "Asia/Urumqi"]),
    ] {
        assert!(two.iter().all(|it| holds(number, it)), "{:?}", names(number));
    }
}

#[test]
fn freephone_and_shared_cost_numbers_may_be_anywhere_in_their_country() {
    for (number, mobile) in [("+611800123456", "+61412345678"), ("+611300123456", "+61412345678")] {
        assert_eq!(zones(number), zones(mobile));
    }
    assert_eq!(zones("+528001234567"), zones("+525001234567"));
    assert!(holds("+528001234567", "America/Tijuana") && holds("+528001234567", "America/Cancun"));
    assert!(holds("+558001234567", "America/Rio_Branco"));
}

#[test]
fn a_number_of_kazakhstan_is_not_in_russia_though_they_share_a_code() {
    assert!(holds("+77710009998", "Asia/Almaty") && !holds("+77710009998", "Europe/Moscow"));
    assert!(!holds("+79123456789", "Asia/Almaty"));
}

#[test]
fn rows_that_name_a_neighbour_or_are_out_of_date_are_put_right() {
    assert_eq!(
        names("+74012123456"),
        ["Europe/Kaliningrad"],
        "the row says Bucharest, which has summer time"
    );
    assert!(holds("+78452123456", "Europe/Saratov"), "the row says Moscow, as it was until 2016");
    assert!(holds("+526141234567", "America/Chihuahua"), "the row says Mazatlán, as it was until 2022");
    assert!(holds("+528681234567", "America/Matamoros"), "the row says Mexico City, without summer time");
    assert!(holds("+529981234567", "America/Cancun") && !holds("+529981234567", "America/New_York"));
    assert!(holds("+61889412345", "Australia/Darwin"), "the row says Adelaide, which has summer time");
    assert!(holds("+558132123456", "America/Recife"), "the row says Noronha, which is an hour ahead");
    assert!(holds("+5511961234567", "America/Sao_Paulo") && !holds("+5511961234567", "America/Manaus"));
}

#[test]
fn numbers_used_beyond_their_country_are_there_as_well() {
    assert!(holds("+905012345678", "Asia/Famagusta") && holds("+905012345678", "Europe/Istanbul"));
    assert!(holds("+972502345678", "Asia/Gaza"));
    assert!(holds("+672101234", "Antarctica/Mawson"));
}

#[test]
fn sets_are_equal_if_they_have_the_same_zones_however_they_came() {
    let zone = Zone::parse("America/New_York").unwrap();
    let (of_table, one): (Zones, Zones) = (zones("+12125550100"), zone.into());
    let many: Zones = [zone, zone].into_iter().collect();
    assert!(of_table == one && one == many);
    assert_eq!(BTreeSet::from([of_table, one, many]).len(), 1);
    assert_eq!(Zones::from_iter([]).to_string(), "unknown");
    assert!(Zones::from_iter([]).is_empty());
}

#[test]
fn nearly_every_number_can_be_called_on_any_working_day_of_the_year() {
    let mut calendar = Calendar::new(CallingWindows::default(), Duration::from_secs(120));
    let mut never: BTreeSet<&str> = BTreeSet::new();
    // Tuesdays at midnight UTC, every two weeks of 2026.
    for week in 0..26 {
        let tuesday = Timestamp::from_millis(1_767_657_600_000) + Duration::from_hours(week * 14 * 24);
        for (prefix, set) in table::PREFIXES {
            let zones = Zones(Held::Table(table::SETS[usize::from(set)]));
            let soon = calendar
                .opening(&zones, tuesday)
                .is_some_and(|it| it.opens_at < tuesday + Duration::from_hours(26));
            if !soon {
                never.insert(prefix);
            }
        }
    }
    assert_eq!(
        never.into_iter().collect::<Vec<_>>(),
        ["1"],
        "and North American numbers without a place are held for long"
    );
}

proptest! {
    #[test]
    fn a_zone_is_the_same_after_json_and_in_any_case(name in prop::sample::select(&table::NAMES[..])) {
        let zone = Zone::parse(name).unwrap();
        prop_assert_eq!(serde_json::to_string(&zone).unwrap(), format!("\"{name}\""));
        for written in [name.to_lowercase(), name.to_uppercase(), format!(" {name} ")] {
            prop_assert_eq!(written.parse::<Zone>().unwrap(), zone);
            prop_assert_eq!(serde_json::from_str::<Zone>(&format!("\"{written}\"")).unwrap(), zone);
        }
    }
}

#[test]
fn zones_are_the_same_however_they_are_held() {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let hash = |zones: &Zones| {
        let mut hasher = DefaultHasher::new();
        zones.hash(&mut hasher);
        hasher.finish()
    };
    let york = Zone::parse("America/New_York").unwrap();
    let angeles = Zone::parse("America/Los_Angeles").unwrap();
    let held = [zones("+12125550100"), Zones::from(york), Zones::from_iter([york, york])];
    for one in &held {
        for other in &held {
            assert_eq!((one, hash(one)), (other, hash(other)));
            assert!(one.cmp(other).is_eq() && one.partial_cmp(other) == Some(Ordering::Equal));
        }
        assert_eq!((format!("{one:?}"), one.to_string()), ("{America/New_York}".into(), york.to_string()));
    }
    let both = Zones::from_iter([york, angeles]);
    assert_eq!(both.to_string(), "America/Los_Angeles, America/New_York", "in order");
    for one in [Zones::from_iter([]), Zones::from(york), Zones::from(angeles)] {
        assert!(one != both && hash(&one) != hash(&both), "{one}");
    }
    assert!(Zones::from(angeles) < Zones::from(york) && Zones::from(angeles) < both);
    assert_eq!((Zones::from_iter([]).to_string(), Zones::from_iter([]).len()), ("unknown".to_owned(), 0));
    assert_eq!(
        (format!("{york:?}"), format!("{york:>18}")),
        (york.name().into(), "  America/New_York".into())
    );
}

#[test]
fn the_states_have_zones_that_there_are_and_in_order() {
    let all = || state::UNITED_STATES.iter().chain(&state::TERRITORIES).chain(&state::CANADA);
    for state in all() {
        assert!(state.zones.is_sorted_by(|one, next| one < next), "{}", state.name);
        assert!(state.zones.iter().all(|zone| Zone::parse(zone.name()) == Ok(*zone)), "{}", state.name);
        assert_eq!(Zones::of_state(state.code), Zones::of_state(state.name), "{}", state.code);
        assert!(all().filter(|it| it.code == state.code).count() == 1, "{}", state.code);
    }
}

#[test]
fn a_state_is_read_by_its_name_and_code_however_they_are_written() {
    for (written, zone) in [
        ("CA", "America/Los_Angeles"),
        (" new york ", "America/New_York"),
        ("Calif.", "America/Los_Angeles"),
        ("D.C.", "America/New_York"),
        ("US-CO", "America/Denver"),
        ("CA-MB", "America/Winnipeg"),
        ("Manitoba", "America/Winnipeg"),
        ("Hawaii", "Pacific/Honolulu"),
        ("NOVA SCOTIA", "America/Halifax"),
        ("north-carolina", "America/New_York"),
        ("P.R.", "America/Puerto_Rico"),
    ] {
        assert_eq!(Zones::of_state(written).map(|it| it.to_string()).as_deref(), Some(zone), "{written}");
    }
    assert!(
        Zones::of_state("Québec").unwrap().len() == 3 && Zones::of_state("Quebec") == Zones::of_state("PQ")
    );
    for other in ["", "XX", "Bavaria", "open", "closed", "New", "12", "California Dreaming", "é-", "ééé"]
    {
        assert_eq!(Zones::of_state(other), None, "{other}");
    }
}

#[test]
fn the_state_in_which_an_address_ends_is_found_behind_its_street_and_before_its_code() {
    for (address, state) in [
        ("1 Market St, San Francisco, CA 94105", "CA"),
        ("PO Box 7, Austin TX 78701-0007", "TX"),
        ("200 Bay Street\nToronto ON  M5J 2J5", "ON"),
        ("12 Elm St, Charleston, West Virginia", "WV"),
        ("12 Elm St, Richmond, Virginia 23220, United States", "VA"),
        ("Halifax, NS, B3H4R2, Canada", "NS"),
        ("350 5th Ave, New York, NY, 10118, USA", "NY"),
        ("Denver, Colorado", "CO"),
        ("Honolulu HI", "HI"),
        ("5 elm st, austin, tx 78701", "TX"),
        ("Washington, D.C.", "DC"),
        ("New York (NY)", "NY"),
        ("San Juan, Puerto Rico 00901", "PR"),
    ] {
        assert_eq!(Zones::of_address(address), Zones::of_state(state), "{address}");
        assert!(Zones::of_address(address).is_some(), "{address}");
    }
    for none in
        ["", "221b Baker Street, London NW1 6XE", "call me", "he is in", "Ada@example.org", "94105", "USA"]
    {
        assert_eq!(Zones::of_address(none), None, "{none}");
    }
}

#[test]
fn a_country_has_all_zones_of_its_mainland_for_each_of_its_numbers() {
    let of = |text: &str| Zones::of_country(&number(text));
    let has =
        |zones: &Zones, names: &[&str]| names.iter().all(|name| zones.iter().any(|it| it.name() == *name));
    let mainland =
        ["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"];
    for us in ["+16175550123", "+13135550123", "+13175550123", "+15025550123", "+14155550123", "+18085550123"]
    {
        assert!(has(&of(us), &mainland), "{us}: {}", of(us));
    }
    assert!(!has(&of("+16175550123"), &["Pacific/Honolulu"]), "is not its mainland");
    assert!(has(&of("+18085550123"), &["Pacific/Honolulu"]), "but where the number was given out");
    let canada = of("+14165550123");
    assert!(
        has(&canada, &["America/Vancouver", "America/St_Johns"]) && !has(&canada, &["America/Los_Angeles"])
    );
    assert_eq!(of("+442079460018"), Zones::of(&number("+447700900123")));
    assert!(has(&of("+61298765432"), &["Australia/Perth", "Australia/Sydney"]));
    assert!(
        has(&of("+74951234567"), &["Europe/Kaliningrad", "Asia/Kamchatka"])
            && !has(&of("+74951234567"), &["Asia/Almaty"])
    );
    assert_eq!(of("+18765550123").to_string(), "America/Jamaica");
    assert!(of("+80012345678").is_empty(), "nobody knows");
}

#[test]
fn every_area_code_of_the_united_states_and_of_canada_has_their_zones_by_country() {
    let far = state::TERRITORIES.iter().flat_map(|it| it.zones).map(|it| it.name());
    let beyond: Vec<&str> = far.collect();
    for area in 201..1000 {
        let number = number(&format!("+1{area}5550123"));
        let (own, all) = (Zones::of(&number), Zones::of_country(&number));
        assert!(own.iter().all(|zone| all.iter().any(|it| it == zone)), "{area}");
        let by_country = all.len() > own.len() || own.len() > 20;
        // The others are countries of the Caribbean, and Bermuda.
        let islands =
            ["America/Puerto_Rico", "America/Port_of_Spain", "Atlantic/Bermuda", "America/Santo_Domingo"];
        let is_island = own.len() == 1
            && own.iter().all(|it| !beyond.contains(&it.name()))
            && own.iter().all(|it| islands.contains(&it.name()) || !it.name().contains("New_York"));
        assert!(by_country || is_island, "{area}: {own}");
    }
}

#[test]
fn a_zone_of_the_row_decides_alone_and_its_state_counts_beside_the_number() {
    let boston = number("+16175550123");
    let texas = Zones::of_state("TX").unwrap();
    let tokyo = Zone::parse("Asia/Tokyo").unwrap();
    for by in ZoneBy::ALL {
        assert_eq!(by.zones(&boston, Some(tokyo), &texas), Zones::from(tokyo));
    }
    let names = ZoneBy::AreaCode.zones(&boston, None, &texas).to_string();
    assert_eq!(names, "America/Chicago, America/Denver, America/New_York");
    assert_eq!(ZoneBy::AreaCode.zones(&boston, None, &Zones::NONE), Zones::of(&boston));
    let hawaii = Zones::of_state("HI").unwrap();
    assert_eq!(ZoneBy::Country.zones(&boston, None, &hawaii), Zones::of_country(&boston).and(&hawaii));
    assert!(ZoneBy::AreaCode.zones(&number("+80012345678"), None, &texas).is_empty(), "nobody knows");
}

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap()
}
