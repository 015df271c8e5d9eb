//! Openings against a second way to find them: minute by minute, by what the clocks of each zone show.

use std::time::Duration;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use proptest::prelude::*;

use crate::Timestamp;
use crate::campaign::{Calendar, CallingWindows, Holiday, Zone, Zones};

const DAYS: usize = 9;
const MINUTES: usize = DAYS * 24 * 60;

const ZONES: [&str; 14] = [
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Easter",
    "America/Nuuk",
];

/// Near these, clocks are set somewhere: in hours since the epoch.
fn moments() -> impl Strategy<Value = i64> {
    let dates =
        ["2026-03-08", "2026-03-29", "2026-04-05", "2026-04-24", "2026-09-06", "2026-09-27", "2026-10-04"];
    let late =
        ["2026-10-25", "2026-10-30", "2026-11-01", "2026-02-15", "2026-12-25", "2027-01-01", "2050-10-30"];
    let dates: Vec<&str> = dates.into_iter().chain(late).collect();
    (proptest::sample::select(dates), -7 * 1440..2 * 1440_i64).prop_map(|(date, minutes)| {
        let midnight: jiff::Timestamp = format!("{date}T00:00:00Z").parse().unwrap();
        midnight.as_second() + minutes * 60
    })
}

/// Days as bits, and hours.
pub(super) type Window = (u8, u16, u16);

pub(super) fn windows() -> impl Strategy<Value = Vec<Window>> {
    let edge = prop_oneof![
        3 => (0..=24_u16).prop_map(|it| it * 60),
        2 => (0..=96_u16).prop_map(|it| it * 15),
        1 => 0..=1440_u16,
    ];
    let window = (1..128_u8, edge.clone(), edge)
        .prop_filter("has an end after its start", |(_, start, end)| start != end)
        .prop_map(|(days, one, two)| (days, one.min(two), one.max(two)));
    proptest::collection::vec(window, 1..5)
}

pub(super) fn written((days, start, end): &Window) -> String {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let days: Vec<&str> = (0..7).filter(|it| days & (1 << it) != 0).map(|it| names[it]).collect();
    format!("{} {:02}:{:02}-{:02}:{:02}", days.join(","), start / 60, start % 60, end / 60, end % 60)
}

fn is_inside(windows: &[Window], holidays: &[&str], rules: &TimeZone, second: i64) -> bool {
    let civil = rules.to_datetime(jiff::Timestamp::from_second(second).unwrap());
    if holidays.contains(&civil.date().to_string().as_str()) {
        return false;
    }
    let day = civil.date().weekday().to_monday_zero_offset();
    let minute = u16::try_from(i32::from(civil.hour()) * 60 + i32::from(civil.minute())).unwrap();
    windows.iter().any(|(days, start, end)| days & (1 << day) != 0 && (*start..*end).contains(&minute))
}

/// A calendar against what is inside from that second on, minute by minute, asked at some of these minutes.
pub(super) fn judge(
    windows: &[Window],
    holidays: &[Holiday],
    names: &[&str],
    (start, inside): (i64, &[bool]),
    margin: usize,
    asked: &[usize],
) -> Result<(), TestCaseError> {
    let texts: Vec<String> = windows.iter().map(written).collect();
    let windows = CallingWindows::parse(&texts).unwrap().with_holidays(holidays.iter().copied());
    let mut calendar = Calendar::new(windows, Duration::from_secs(margin as u64 * 60));
    let zones: Zones = names.iter().map(|it| Zone::parse(it).unwrap()).collect();
    let moment = |minute: usize| {
        Timestamp::from_millis(u64::try_from(start).unwrap() * 1_000 + minute as u64 * 60_000)
    };
    // The last minute may be inside and its margin beyond it.
    let last = inside.len() - margin;
    for now in asked {
        let opening = calendar.opening(&zones, moment(*now));
        match (*now..last).find(|it| inside[*it..=it + margin].iter().all(|it| *it)) {
            Some(opens) => {
                let opening = opening.unwrap();
                prop_assert_eq!(opening.opens_at, moment(opens));
                match inside[opens..].iter().position(|it| !it) {
                    Some(length) => prop_assert_eq!(opening.closes_at, moment(opens + length - margin)),
                    None => prop_assert!(opening.closes_at >= moment(last)),
                }
                prop_assert!(zones.iter().any(|it| Some(it) == opening.zone));
            }
            None => prop_assert!(opening.is_none_or(|it| it.opens_at >= moment(last))),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn an_opening_is_where_every_clock_is_inside_a_window(
        windows in windows(),
        names in proptest::collection::btree_set(proptest::sample::select(&ZONES[..]), 1..4),
        holidays in proptest::sample::subsequence(vec!["2026-03-29", "2026-10-25", "2026-12-25", "2027-01-01"], 0..3),
        margin in prop_oneof![Just(0), 0..90_usize],
        start in moments(),
        asked in proptest::collection::vec(0..2 * 1440_usize, 1..6),
    ) {
        let rules: Vec<TimeZone> = names.iter().map(|it| TimeZoneDatabase::bundled().get(it).unwrap()).collect();
        let inside: Vec<bool> = (0..MINUTES)
            .map(|it| {
                let second = start + i64::try_from(it).unwrap() * 60;
                rules.iter().all(|rules| is_inside(&windows, &holidays, rules, second))
            })
            .collect();

        let dates: Vec<Holiday> = holidays.iter().map(|it| Holiday::parse(it).unwrap()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        judge(&windows, &dates, &names, (start, &inside), margin, &asked)?;
    }
}
