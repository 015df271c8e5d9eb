//! Windows as people write them, and as they stand in files. When they open is tested in the modules below.

mod civil;
mod model;
mod openings;

use super::*;

fn read(windows: &[&str]) -> CallingWindows {
    CallingWindows::parse(windows).unwrap()
}

#[test]
fn windows_are_written_as_they_are_read() {
    for (texts, written) in [
        (&["09:00-20:00"][..], "mon-sat 09:00-20:00"),
        (&["9:00-20:00"], "mon-sat 09:00-20:00"),
        (&["  MON - Fri   09:00 - 12:00 "], "mon-fri 09:00-12:00"),
        (&["monday-Friday 09:00-12:00"], "mon-fri 09:00-12:00"),
        (&["sat,sun 10:00-16:00"], "sat,sun 10:00-16:00"),
        (&["sun 10:00-16:00", "sat 10:00-16:00"], "sat,sun 10:00-16:00"),
        (&["mon,tue,mon-wed 10:00-16:00"], "mon-wed 10:00-16:00"),
        (&["fri-mon 00:00-24:00"], "mon,fri-sun 00:00-24:00"),
        (&["mon,wed-fri,sun 08:30-09:15"], "mon,wed-fri,sun 08:30-09:15"),
        (&["mon-sun 00:00-00:01"], "mon-sun 00:00-00:01"),
        (&["09:00-12:00; sat 10:00-11:00", "tue 13:00-14:00"], "mon-sat 09:00-12:00; tue 13:00-14:00"),
        (&["sat 10:00-11:00", "mon 09:00-12:00;"], "mon 09:00-12:00; sat 10:00-11:00"),
    ] {
        let windows = read(texts);
        assert_eq!(windows.to_string(), written, "{texts:?}");
        assert_eq!(read(&[written]), windows);
        assert_eq!(CallingWindows::parse(&windows.windows()).unwrap(), windows);
    }
    assert_eq!(read(&["mon-sat 09:00-20:00"]), CallingWindows::default());
}

#[test]
fn windows_that_overlap_or_touch_are_one() {
    for texts in [
        &["mon 09:00-12:00", "mon 12:00-20:00"][..],
        &["mon 12:00-20:00", "mon 09:00-12:00"],
        &["mon 09:00-20:00", "mon 10:00-11:00"],
        &["mon 10:00-11:00", "mon 14:00-15:00", "mon 09:00-20:00"],
        &["mon 09:00-10:00", "mon 11:00-20:00", "mon 10:00-11:00"],
    ] {
        assert_eq!(read(texts).to_string(), "mon 09:00-20:00", "{texts:?}");
    }
}

#[test]
fn what_is_no_window_is_refused_with_its_place_and_what_is_wrong() {
    for (text, problem) in [
        ("always", "1: has no hours"),
        ("mon-fri", "1: has no hours"),
        ("09:00", "1: has no - between two times of day"),
        ("09:00–20:00", "1: has no - between two times of day"),
        ("9-20", "1: has a time that is not from 00:00 to 24:00"),
        ("09:00-20:60", "1: has a time that is not from 00:00 to 24:00"),
        ("09:00-24:01", "1: has a time that is not from 00:00 to 24:00"),
        ("09:00-99:00", "1: has a time that is not from 00:00 to 24:00"),
        ("09:00-8:0", "1: has a time that is not from 00:00 to 24:00"),
        ("09:00-20:00 mon", "1: has a time that is not from 00:00 to 24:00"),
        ("09:00-+5:00", "1: has a time that is not from 00:00 to 24:00"),
        ("mo 09:00-20:00", "1: has a day that is not one of mon, tue, wed, thu, fri, sat, sun"),
        ("mon, 09:00-20:00", "1: has a day that is not one of mon, tue, wed, thu, fri, sat, sun"),
        ("20:00-09:00", "1: ends at or before its start"),
        ("09:00-09:00", "1: ends at or before its start"),
        ("24:00-24:00", "1: ends at or before its start"),
        ("09:00-10:00; 11:00-10:00", "2: ends at or before its start"),
    ] {
        let error = CallingWindows::parse(&[text]).unwrap_err();
        assert_eq!((error.field(), error.problem()), ("window", problem), "{text}");
    }
    let over_midnight = CallingWindows::parse(&["fri 20:00-02:30"]).unwrap_err();
    assert!(
        over_midnight.expected().contains("20:00-24:00 and, on the days after, 00:00-02:30"),
        "{over_midnight}"
    );
}

#[test]
fn no_windows_at_all_are_refused_unless_there_is_a_reason() {
    for none in [&[][..], &[""], &[" ; "]] {
        assert_eq!(CallingWindows::parse(none).unwrap_err().problem(), "has no hours");
    }
    for none in ["", " \t"] {
        assert_eq!(CallingWindows::always(none).unwrap_err().problem(), "has no reason");
    }
    let always = CallingWindows::always(" flood warning ").unwrap();
    assert_eq!(always.reason(), Some("flood warning"));
    assert_eq!(always.to_string(), "at any time (flood warning)");
    assert_eq!(CallingWindows::default().reason(), None);
}

#[test]
fn a_date_is_read_to_the_letter() {
    for date in ["2026-12-25", "2028-02-29", "0001-01-01", "9999-12-31"] {
        let holiday: Holiday = date.parse().unwrap();
        assert_eq!((holiday.to_string(), format!("{holiday:?}")), (date.to_owned(), date.to_owned()));
    }
    for (text, problem) in [
        ("", "is not a date"),
        ("2026-1-1", "is not a date"),
        ("20261225", "is not a date"),
        ("25.12.2026", "is not a date"),
        ("2026-12-25T00:00", "is not a date"),
        ("２０２６-12-25", "is not a date"),
        ("2026-02-29", "is a date that does not exist"),
        ("2026-13-01", "is a date that does not exist"),
        ("2026-00-10", "is a date that does not exist"),
    ] {
        assert_eq!(Holiday::parse(text).unwrap_err().problem(), problem, "{text}");
    }
}

#[test]
fn windows_are_the_same_after_json() {
    let christmas = ["2026-12-26", "2026-12-25", "2026-12-25"].map(|it| Holiday::parse(it).unwrap());
    let windows = read(&["mon-fri 09:00-12:00", "sat 10:00-24:00"]).with_holidays(christmas);
    assert_eq!(windows.holidays().map(|it| it.to_string()).collect::<Vec<_>>(), ["2026-12-25", "2026-12-26"]);
    for (windows, json) in [
        (
            windows,
            r#"{"windows":["mon-fri 09:00-12:00","sat 10:00-24:00"],"holidays":["2026-12-25","2026-12-26"]}"#,
        ),
        (CallingWindows::default(), r#"{"windows":["mon-sat 09:00-20:00"]}"#),
        (CallingWindows::always("flood").unwrap(), r#"{"always":{"reason":"flood"}}"#),
    ] {
        assert_eq!(serde_json::to_string(&windows).unwrap(), json);
        assert_eq!(serde_json::from_str::<CallingWindows>(json).unwrap(), windows);
    }
}

#[test]
fn holidays_change_nothing_where_there_are_no_windows() {
    let always = CallingWindows::always("flood").unwrap();
    let christmas = Holiday::parse("2026-12-25").unwrap();
    assert_eq!(always.clone().with_holidays([christmas]), always);
    assert_eq!((always.reason(), always.holidays().count(), always.windows().len()), (Some("flood"), 0, 0));
    assert_eq!(CallingWindows::default().reason(), None);
    let calendar = Calendar::new(always.clone(), std::time::Duration::ZERO);
    assert_eq!(calendar.windows(), &always);
}

#[test]
fn json_that_could_lose_a_window_is_refused() {
    for (json, problem) in [
        ("{}", "not at all"),
        (r#"{"holidays":["2026-12-25"]}"#, "not at all"),
        (r#"{"windows":[]}"#, "has no hours"),
        (r#"{"windows":["09:00-20:00"],"always":{"reason":"flood"}}"#, "both ways"),
        (r#"{"holidays":["2026-12-25"],"always":{"reason":"flood"}}"#, "both ways"),
        (r#"{"always":{"reason":" "}}"#, "has no reason"),
        (r#"{"windows":["09:00-20:00"],"holiday":["2026-12-25"]}"#, "unknown field"),
        (r#"{"windows":["09:00-20:00"],"holidays":["2026-12-32"]}"#, "does not exist"),
    ] {
        let error = serde_json::from_str::<CallingWindows>(json).unwrap_err().to_string();
        assert!(error.contains(problem), "{json}: {error}");
    }
}
