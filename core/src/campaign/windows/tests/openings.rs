//! When windows open and close: where clocks are set, over midnight, on holidays, and in several zones at once.

use std::time::Duration;

use crate::Timestamp;
use crate::campaign::{Calendar, CallingWindows, Holiday, Zone, Zones};

const NO_MARGIN: Duration = Duration::ZERO;

fn at(moment: &str) -> Timestamp {
    let moment: jiff::Timestamp = moment.parse().unwrap();
    Timestamp::from_millis(moment.as_millisecond().try_into().unwrap())
}

fn zones(names: &[&str]) -> Zones {
    names.iter().map(|it| Zone::parse(it).unwrap()).collect()
}

fn calendar(windows: &[&str], margin: Duration) -> Calendar {
    Calendar::new(CallingWindows::parse(windows).unwrap(), margin)
}

fn shown(moment: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(moment.as_millis().try_into().unwrap()).unwrap().to_string()
}

/// When it opens and closes, for several times asked one after another: from each end on for the next.
fn openings(calendar: &mut Calendar, names: &[&str], from: &str, count: usize) -> Vec<(String, String)> {
    let mut now = at(from);
    let zones = zones(names);
    let mut found = Vec::new();
    for _ in 0..count {
        let opening = calendar.opening(&zones, now).unwrap();
        found.push((shown(opening.opens_at), shown(opening.closes_at)));
        now = opening.closes_at;
    }
    found
}

fn check(windows: &[&str], names: &[&str], from: &str, expected: &[(&str, &str)]) {
    let found = openings(&mut calendar(windows, NO_MARGIN), names, from, expected.len());
    let found: Vec<(&str, &str)> = found.iter().map(|(one, two)| (one.as_str(), two.as_str())).collect();
    assert_eq!(found, expected, "{windows:?} in {names:?}");
}

#[test]
fn hours_follow_the_clocks_when_they_are_set() {
    // Forward on the 8th of March and back on the 1st of November, both Sundays.
    check(
        &["mon-sun 09:00-20:00"],
        &["America/New_York"],
        "2026-03-07T12:00:00Z",
        &[("2026-03-07T14:00:00Z", "2026-03-08T01:00:00Z"), ("2026-03-08T13:00:00Z", "2026-03-09T00:00:00Z")],
    );
    check(
        &["mon-sun 09:00-20:00"],
        &["America/New_York"],
        "2026-10-31T12:00:00Z",
        &[("2026-10-31T13:00:00Z", "2026-11-01T00:00:00Z"), ("2026-11-01T14:00:00Z", "2026-11-02T01:00:00Z")],
    );
    // And the other way round in the south.
    check(
        &["mon-sun 09:00-20:00"],
        &["Australia/Sydney"],
        "2026-04-03T12:00:00Z",
        &[("2026-04-03T22:00:00Z", "2026-04-04T09:00:00Z"), ("2026-04-04T23:00:00Z", "2026-04-05T10:00:00Z")],
    );
    check(
        &["mon-sun 09:00-20:00"],
        &["Australia/Sydney"],
        "2026-10-02T12:00:00Z",
        &[("2026-10-02T23:00:00Z", "2026-10-03T10:00:00Z"), ("2026-10-03T22:00:00Z", "2026-10-04T09:00:00Z")],
    );
}

#[test]
fn minutes_that_are_skipped_are_not_called_in() {
    // London goes from 01:00 to 02:00 on the 29th of March.
    let from = "2026-03-28T12:00:00Z";
    check(
        &["mon-sun 00:30-01:30"],
        &["Europe/London"],
        from,
        &[("2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")],
    );
    check(
        &["mon-sun 01:30-02:30"],
        &["Europe/London"],
        from,
        &[("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z")],
    );
    check(
        &["mon-sun 01:15-01:45"],
        &["Europe/London"],
        from,
        &[("2026-03-30T00:15:00Z", "2026-03-30T00:45:00Z")],
    );
    // Windows on both sides of what is skipped are one.
    check(
        &["mon-sun 00:30-01:00; 02:00-02:30; sun 02:00-02:30"],
        &["Europe/London"],
        from,
        &[("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")],
    );
    // Santiago goes from 00:00 to 01:00 on the 6th of September: that day has no midnight.
    check(
        &["mon-sun 00:00-00:30; mon-sun 23:00-24:00"],
        &["America/Santiago"],
        "2026-09-06T02:00:00Z",
        &[("2026-09-06T03:00:00Z", "2026-09-06T04:00:00Z"), ("2026-09-07T02:00:00Z", "2026-09-07T03:30:00Z")],
    );
}

#[test]
fn minutes_that_come_twice_are_called_in_twice() {
    // London goes from 02:00 back to 01:00 on the 25th of October.
    check(
        &["mon-sun 01:15-01:45"],
        &["Europe/London"],
        "2026-10-24T12:00:00Z",
        &[
            ("2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z"),
            ("2026-10-25T01:15:00Z", "2026-10-25T01:45:00Z"),
            ("2026-10-26T01:15:00Z", "2026-10-26T01:45:00Z"),
        ],
    );
    check(
        &["mon-sun 01:00-02:00"],
        &["Europe/London"],
        "2026-10-24T12:00:00Z",
        &[("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z")],
    );
    // Lord Howe goes back by half an hour, from 02:00 to 01:30 on the 5th of April.
    check(
        &["mon-sun 01:45-02:15"],
        &["Australia/Lord_Howe"],
        "2026-04-04T00:00:00Z",
        &[("2026-04-04T14:45:00Z", "2026-04-04T15:00:00Z"), ("2026-04-04T15:15:00Z", "2026-04-04T15:45:00Z")],
    );
    // Santiago goes back over midnight, from 24:00 on Saturday the 4th of April to 23:00 on that Saturday.
    check(
        &["sat 23:30-24:00; sun 00:00-00:15"],
        &["America/Santiago"],
        "2026-04-04T00:00:00Z",
        &[("2026-04-05T02:30:00Z", "2026-04-05T03:00:00Z"), ("2026-04-05T03:30:00Z", "2026-04-05T04:15:00Z")],
    );
}

#[test]
fn a_window_over_midnight_is_two_that_are_one() {
    let windows = ["fri 22:00-24:00", "sat 00:00-02:00"];
    check(
        &windows,
        &["Europe/Berlin"],
        "2026-01-01T00:00:00Z",
        &[("2026-01-02T21:00:00Z", "2026-01-03T01:00:00Z"), ("2026-01-09T21:00:00Z", "2026-01-10T01:00:00Z")],
    );
    let mut calendar = calendar(&windows, Duration::from_secs(3600));
    let opening = calendar.opening(&zones(&["Europe/Berlin"]), at("2026-01-02T22:30:00Z")).unwrap();
    assert_eq!(
        shown(opening.closes_at),
        "2026-01-03T00:00:00Z",
        "midnight is no end, so no margin is kept before it"
    );
}

#[test]
fn nobody_is_called_on_a_holiday_by_the_calendar_there() {
    let christmas = Holiday::parse("2026-12-25").unwrap();
    let windows = CallingWindows::parse(&["mon-sun 00:00-24:00"]).unwrap().with_holidays([christmas]);
    let mut calendar = Calendar::new(windows, NO_MARGIN);
    for (name, closes, opens) in [
        ("Pacific/Auckland", "2026-12-24T11:00:00Z", "2026-12-25T11:00:00Z"),
        ("Asia/Kathmandu", "2026-12-24T18:15:00Z", "2026-12-25T18:15:00Z"),
        ("Pacific/Honolulu", "2026-12-25T10:00:00Z", "2026-12-26T10:00:00Z"),
    ] {
        let there = zones(&[name]);
        assert_eq!(shown(calendar.opening(&there, at("2026-12-20T00:00:00Z")).unwrap().closes_at), closes);
        assert_eq!(shown(calendar.opening(&there, at(closes)).unwrap().opens_at), opens);
    }
    let both = zones(&["Pacific/Auckland", "Pacific/Honolulu"]);
    assert_eq!(
        shown(calendar.opening(&both, at("2026-12-24T11:00:00Z")).unwrap().opens_at),
        "2026-12-26T10:00:00Z"
    );
}

#[test]
fn zones_with_half_hours_and_quarters_open_by_their_own_clocks() {
    check(
        &["09:00-20:00"],
        &["Asia/Kathmandu"],
        "2026-01-05T00:00:00Z",
        &[("2026-01-05T03:15:00Z", "2026-01-05T14:15:00Z")],
    );
    check(
        &["09:00-20:00"],
        &["Asia/Kolkata"],
        "2026-01-05T00:00:00Z",
        &[("2026-01-05T03:30:00Z", "2026-01-05T14:30:00Z")],
    );
    check(
        &["09:00-20:00"],
        &["Pacific/Chatham"],
        "2026-07-06T00:00:00Z",
        &[("2026-07-06T00:00:00Z", "2026-07-06T07:15:00Z")],
    );
    check(
        &["09:00-20:00"],
        &["America/St_Johns"],
        "2026-01-05T00:00:00Z",
        &[("2026-01-05T12:30:00Z", "2026-01-05T23:30:00Z")],
    );
}

#[test]
fn every_zone_must_be_inside_and_the_last_to_open_is_named() {
    let russia = zones(&["Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka"]);
    let mut calendar = calendar(&["09:00-20:00"], Duration::from_secs(120));
    let opening = calendar.opening(&russia, at("2026-01-06T00:00:00Z")).unwrap();
    assert_eq!(
        (shown(opening.opens_at).as_str(), shown(opening.closes_at).as_str()),
        ("2026-01-06T07:00:00Z", "2026-01-06T07:58:00Z")
    );
    assert_eq!(opening.zone.unwrap().name(), "Europe/Kaliningrad");
    let open = calendar.opening(&russia, at("2026-01-06T07:30:00Z")).unwrap();
    assert_eq!(open.opens_at, at("2026-01-06T07:30:00Z"), "never before the moment that was asked about");
    assert_eq!((open.closes_at, open.zone), (opening.closes_at, opening.zone));
    let asked_when_open =
        self::calendar(&["09:00-20:00"], Duration::from_secs(120)).opening(&russia, open.opens_at);
    assert_eq!(asked_when_open, Some(open), "it opened before it was first asked about");
    // It is Monday where one of them is, and Sunday where the other is.
    let line = zones(&["Pacific/Kiritimati", "Pacific/Honolulu"]);
    let opening = calendar.opening(&line, at("2026-01-05T00:00:00Z")).unwrap();
    assert_eq!(shown(opening.opens_at), "2026-01-05T19:00:00Z");
}

#[test]
fn zones_whose_windows_never_meet_never_open() {
    let mut calendar = calendar(&["09:00-12:00"], NO_MARGIN);
    for far in [["Europe/London", "Asia/Tokyo"], ["Asia/Kolkata", "America/New_York"]] {
        let zones = zones(&far);
        for day in 0..3 {
            assert_eq!(
                calendar.opening(&zones, at("2026-01-05T00:00:00Z") + Duration::from_hours(day * 15)),
                None
            );
        }
    }
}

#[test]
fn zones_that_meet_for_a_part_of_the_year_open_then() {
    // London and Santiago are three hours apart in one part of the year, four in two and five in the last.
    let mut calendar = calendar(&["09:00-13:00"], NO_MARGIN);
    let zones = zones(&["Europe/London", "America/Santiago"]);
    let opening = calendar.opening(&zones, at("2026-05-01T00:00:00Z")).unwrap();
    assert_eq!(
        shown(opening.opens_at),
        "2026-10-26T12:00:00Z",
        "the day after London is back at UTC is a Sunday"
    );
    assert_eq!(shown(opening.closes_at), "2026-10-26T13:00:00Z");
}

#[test]
fn what_opens_in_more_than_400_days_is_not_told_of_whatever_was_asked_before() {
    // Every day is a holiday until the 9th of March 2027.
    let holidays = (0..800)
        .map(|it| jiff::civil::date(2025, 12, 30).checked_add(jiff::Span::new().days(it)).unwrap())
        .take_while(|it| *it < jiff::civil::date(2027, 3, 9))
        .map(|it| Holiday::parse(&it.to_string()).unwrap());
    let windows = CallingWindows::parse(&["mon-sun 09:00-10:00"]).unwrap().with_holidays(holidays);
    let there = zones(&["Atlantic/Reykjavik"]);
    let opens = at("2027-03-09T09:00:00Z");
    let soonest = opens - Duration::from_secs(400 * 86_400);
    let mut used = Calendar::new(windows.clone(), NO_MARGIN);
    for now in [-30, -1, 0, 1, -1, 20, -20].map(|hours: i64| {
        Timestamp::from_millis(
            (i64::try_from(soonest.as_millis()).unwrap() + hours * 3_600_000).try_into().unwrap(),
        )
    }) {
        let expected = (now >= soonest).then_some(opens);
        let fresh = Calendar::new(windows.clone(), NO_MARGIN).opening(&there, now);
        assert_eq!(fresh.map(|it| it.opens_at), expected, "{}", shown(now));
        assert_eq!(used.opening(&there, now), fresh, "{}", shown(now));
    }
}

#[test]
fn an_unknown_place_never_opens_unless_there_are_no_windows() {
    let now = at("2026-01-05T12:00:00Z");
    let unknown = Zones::from_iter([]);
    assert_eq!(calendar(&["mon-sun 00:00-24:00"], NO_MARGIN).opening(&unknown, now), None);
    let mut always =
        Calendar::new(CallingWindows::always("flood warning").unwrap(), Duration::from_secs(120));
    for zones in [unknown, zones(&["Europe/London"])] {
        let opening = always.opening(&zones, now).unwrap();
        assert_eq!(
            (opening.opens_at, opening.closes_at, opening.zone),
            (now, Timestamp::from_millis(u64::MAX), None)
        );
    }
}

#[test]
fn the_margin_is_kept_before_an_end_and_skips_a_window_that_is_shorter() {
    let london = zones(&["Europe/London"]);
    let mut calendar = calendar(&["mon 09:00-09:10", "mon 10:00-12:00"], Duration::from_secs(600));
    for (now, opens, closes) in [
        ("2026-01-05T08:00:00Z", "2026-01-05T10:00:00Z", "2026-01-05T11:50:00Z"),
        ("2026-01-05T11:49:59.999Z", "2026-01-05T11:49:59.999Z", "2026-01-05T11:50:00Z"),
        ("2026-01-05T11:50:00Z", "2026-01-12T10:00:00Z", "2026-01-12T11:50:00Z"),
    ] {
        let opening = calendar.opening(&london, at(now)).unwrap();
        assert_eq!(
            (shown(opening.opens_at), shown(opening.closes_at)),
            (opens.to_owned(), closes.to_owned()),
            "{now}"
        );
    }
    let too_long = Duration::from_hours(24);
    assert_eq!(self::calendar(&["09:00-20:00"], too_long).opening(&london, at("2026-01-05T08:00:00Z")), None);
    assert_eq!(
        self::calendar(&["09:00-20:00"], Duration::MAX).opening(&london, at("2026-01-05T08:00:00Z")),
        None
    );
}

#[test]
fn days_that_never_close_are_one_opening() {
    let mut calendar = calendar(&["mon-sun 00:00-24:00"], Duration::from_secs(120));
    let zones = zones(&["America/New_York", "Australia/Lord_Howe"]);
    let now = at("2026-03-01T12:34:56.789Z");
    let opening = calendar.opening(&zones, now).unwrap();
    assert_eq!(opening.opens_at, now);
    assert!(opening.closes_at > now + Duration::from_hours(400 * 24));
    let later = calendar.opening(&zones, opening.closes_at).unwrap();
    assert_eq!(later.opens_at, opening.closes_at, "and it goes on");
}

#[test]
fn a_clock_that_steps_back_is_answered_as_if_it_had_never_been_ahead() {
    let zones = zones(&["Europe/London", "America/New_York"]);
    let mut used = calendar(&["09:00-20:00"], Duration::from_secs(120));
    let start = at("2026-03-20T00:00:00Z");
    let steps = (0..3_000_u64).map(|it| start + Duration::from_secs((it * it * 7_919) % (30 * 86_400)));
    for now in steps {
        let fresh = calendar(&["09:00-20:00"], Duration::from_secs(120)).opening(&zones, now);
        assert_eq!(used.opening(&zones, now), fresh, "{}", shown(now));
    }
}

#[test]
fn no_clock_is_too_wrong_to_be_answered() {
    let zones = zones(&["Europe/London", "Pacific/Apia"]);
    let mut calendar = calendar(&["mon-sun 00:00-24:00"], NO_MARGIN);
    for millis in [0, 1, 253_402_300_799_000, 253_402_300_800_000, i64::MAX as u64, u64::MAX - 1, u64::MAX] {
        let now = Timestamp::from_millis(millis);
        assert!(calendar.opening(&zones, now).is_none_or(|it| it.opens_at >= now), "{millis}");
    }
}
