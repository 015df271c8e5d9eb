//! Openings against civil time made by hand: a calendar of its own, and when clocks are set as the law of each place has it.
//!
//! [`model`](super::model) asks the same time zone database as what it judges. Here that database is judged too, and what
//! is made of it, for years to come.

use proptest::prelude::*;

use super::model::{Window, judge, windows};
use crate::Timestamp;
use crate::campaign::{Holiday, Zone};

const DAY: i64 = 24 * 60 * 60;
const DAYS: usize = 9;
const MINUTES: usize = DAYS * 24 * 60;

/// When clocks are set for summer and back, in seconds UTC.
#[derive(Clone, Copy, Debug)]
enum Law {
    /// Never.
    None,
    /// In the European Union and Great Britain: at 01:00 UTC on the last Sundays of March and October.
    Europe,
    /// In the United States: at 02:00 on the second Sunday of March and the first of November.
    America,
    /// In the south-east of Australia: at 02:00 standard time on the first Sundays of October and April.
    Australia,
    /// On Lord Howe: at 02:00 as the clocks show it on the same days, by half an hour.
    LordHowe,
    /// In New Zealand: at 02:00 standard time on the last Sunday of September and the first of April; on the Chathams at
    /// the same moment.
    NewZealand,
}

/// Name, minutes ahead of UTC by standard time, law.
const PLACES: [(&str, i64, Law); 15] = [
    ("Europe/London", 0, Law::Europe),
    ("Europe/Berlin", 60, Law::Europe),
    ("Europe/Helsinki", 120, Law::Europe),
    ("Atlantic/Azores", -60, Law::Europe),
    ("America/New_York", -300, Law::America),
    ("America/Chicago", -360, Law::America),
    ("America/Los_Angeles", -480, Law::America),
    ("America/Phoenix", -420, Law::None),
    ("Pacific/Honolulu", -600, Law::None),
    ("Asia/Kathmandu", 345, Law::None),
    ("Asia/Tokyo", 540, Law::None),
    ("Australia/Sydney", 600, Law::Australia),
    ("Australia/Lord_Howe", 630, Law::LordHowe),
    ("Pacific/Auckland", 720, Law::NewZealand),
    ("Pacific/Chatham", 765, Law::NewZealand),
];

/// Days since the first of January 1970, counted year by year and month by month.
fn day_of(year: i64, month: usize, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|it| if is_leap(it) { 366 } else { 365 }).sum();
    let months: i64 = (1..month).map(|it| days_of_month(year, it)).sum();
    years + months + day - 1
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: usize) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn year_of(mut day: i64) -> i64 {
    let mut year = 1970;
    loop {
        let days = if is_leap(year) { 366 } else { 365 };
        if day < days {
            return year;
        }
        day -= days;
        year += 1;
    }
}

/// Monday is 0; the first of January 1970 was a Thursday.
fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

fn first_sunday(year: i64, month: usize) -> i64 {
    let first = day_of(year, month, 1);
    first + (6 - weekday(first))
}

fn last_sunday(year: i64, month: usize) -> i64 {
    let last = day_of(year, month, days_of_month(year, month));
    last - (weekday(last) + 1) % 7
}

/// The moments of a year at which clocks are set, each with how far they are ahead of standard time from then on.
fn settings(standard: i64, law: Law, year: i64) -> Vec<(i64, i64)> {
    let at = |day: i64, minute: i64| day * DAY + minute * 60;
    match law {
        Law::None => vec![],
        Law::Europe => vec![(at(last_sunday(year, 3), 60), 60), (at(last_sunday(year, 10), 60), 0)],
        Law::America => vec![
            (at(first_sunday(year, 3) + 7, 120 - standard), 60),
            (at(first_sunday(year, 11), 60 - standard), 0),
        ],
        Law::Australia => vec![
            (at(first_sunday(year, 4), 120 - standard), 0),
            (at(first_sunday(year, 10), 120 - standard), 60),
        ],
        Law::LordHowe => vec![
            (at(first_sunday(year, 4), 90 - standard), 0),
            (at(first_sunday(year, 10), 120 - standard), 30),
        ],
        Law::NewZealand => {
            // The day is New Zealand's on the Chathams too.
            vec![(at(first_sunday(year, 4), 120 - 720), 0), (at(last_sunday(year, 9), 120 - 720), 60)]
        }
    }
}

/// All settings from the year before to the year after, in order.
fn settings_about((_, standard, law): (&str, i64, Law), year: i64) -> Vec<(i64, i64)> {
    (year - 1..=year + 1).flat_map(|year| settings(standard, law, year)).collect()
}

/// What clocks there show: days since 1970 and minutes of the day.
fn shown(standard: i64, settings: &[(i64, i64)], second: i64) -> (i64, i64) {
    let ahead = settings.iter().rev().find(|(at, _)| *at <= second).map_or(0, |(_, ahead)| *ahead);
    let local = second + (standard + ahead) * 60;
    (local.div_euclid(DAY), local.rem_euclid(DAY) / 60)
}

fn is_inside(windows: &[Window], holidays: &[i64], (day, minute): (i64, i64)) -> bool {
    let bit = 1 << weekday(day);
    !holidays.contains(&day)
        && windows.iter().any(|(days, start, end)| {
            days & bit != 0 && (i64::from(*start)..i64::from(*end)).contains(&minute)
        })
}

fn date_of(day: i64) -> String {
    let year = year_of(day);
    let mut rest = day - day_of(year, 1, 1);
    let mut month = 1;
    while rest >= days_of_month(year, month) {
        rest -= days_of_month(year, month);
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", rest + 1)
}

/// Mostly soon before clocks are set somewhere.
fn start(place: usize, year: i64, nth: usize, anywhere: i64, hours_before: i64) -> i64 {
    let settings = settings(PLACES[place].1, PLACES[place].2, year);
    let near = settings.get(nth).map_or(day_of(year, 1, 1) * DAY + anywhere * 60, |(at, _)| *at);
    near - hours_before * 3_600
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_opening_is_where_every_law_has_its_clocks_inside_a_window(
        windows in windows(),
        places in prop::collection::btree_set(0..PLACES.len(), 1..4),
        year in 2009..2100_i64,
        nth in 0..3_usize,
        anywhere in 0..365 * 1440_i64,
        hours_before in 0..8 * 24_i64,
        holidays in prop::collection::btree_set(0..12_i64, 0..3),
        margin in prop_oneof![Just(0), 0..90_usize],
        asked in prop::collection::vec(0..2 * 1440_usize, 1..4),
    ) {
        let first = *places.first().unwrap();
        let start = start(first, year, nth, anywhere, hours_before);
        let holidays: Vec<i64> = holidays.iter().map(|it| start.div_euclid(DAY) + it).collect();
        let clocks: Vec<_> =
            places.iter().map(|at| (PLACES[*at].1, settings_about(PLACES[*at], year))).collect();
        let inside: Vec<bool> = (0..MINUTES)
            .map(|it| start + i64::try_from(it).unwrap() * 60)
            .map(|second| {
                let all = |(standard, settings): &(i64, Vec<_>)| {
                    is_inside(&windows, &holidays, shown(*standard, settings, second))
                };
                clocks.iter().all(all)
            })
            .collect();

        let dates: Vec<Holiday> = holidays.iter().map(|it| Holiday::parse(&date_of(*it)).unwrap()).collect();
        let names: Vec<&str> = places.iter().map(|it| PLACES[*it].0).collect();
        judge(&windows, &dates, &names, (start, &inside), margin, &asked)?;
    }

    #[test]
    fn a_zone_is_as_far_ahead_as_its_law_says(
        place in 0..PLACES.len(),
        year in 2009..2100_i64,
        nth in 0..3_usize,
        anywhere in 0..365 * 1440_i64,
        seconds in prop_oneof![2 => -61..61_i64, 1 => -3_700..3_700_i64],
    ) {
        let second = start(place, year, nth, anywhere, 0) + seconds;
        let (name, standard, _) = PLACES[place];
        let settings = settings_about(PLACES[place], year);
        let ahead = settings.iter().rev().find(|(at, _)| *at <= second).map_or(0, |(_, ahead)| *ahead);
        let at = Timestamp::from_millis(u64::try_from(second).unwrap() * 1_000);
        let offset = Zone::parse(name).unwrap().offset_seconds(at);
        prop_assert_eq!(i64::from(offset), (standard + ahead) * 60, "{} {}", name, second);
    }
}
