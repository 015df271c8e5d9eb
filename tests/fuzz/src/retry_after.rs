//! The header `Retry-After`: seconds or an HTTP date. The input is its value.

use jiff::Unit;
use jiff::civil::Date;
use polyai_outbound_core::{
    Api, CallSid, Exchange, Headers, Input, Limits, Machine as _, Output, Reply, Response, RetryAfter,
    RetryBudget, StatusRead, Timestamp, WaitReason,
};
use std::time::Duration;

use crate::play::{START, service};

/// See the module.
pub fn retry_after(data: &[u8]) {
    let value = String::from_utf8_lossy(data).into_owned();
    let read = RetryAfter::parse(&value);
    assert_eq!(read, second_reading(&value).or_else(|| second_reading(&with_space(&value)?)));
    for now in [0, 1_000, START.as_millis(), u64::MAX].map(Timestamp::from_millis) {
        let delay = read.map(|it| it.delay(now));
        let expected = read.map(|it| match it {
            RetryAfter::Delay(delay) => delay,
            RetryAfter::At(at) => Duration::from_millis(at.as_millis().saturating_sub(now.as_millis())),
        });
        assert_eq!(delay, expected);
    }
    waits(value, read.map(|it| it.delay(START)));
}

/// In the form with a year of two digits, any character will do between date and time.
fn with_space(value: &str) -> Option<String> {
    let value = Some(value.trim()).filter(|it| it.is_ascii())?;
    let at = value.len().checked_sub(" 00:00:00 GMT".len())?;
    let date = &value[..at];
    (date.as_bytes().iter().rev().nth(2) == Some(&b'-')).then(|| format!("{date} {}", &value[at + 1..]))
}

/// What is told to wait waits so long at least, or gives up.
fn waits(value: String, asked: Option<Duration>) {
    let read = StatusRead::new(service(Api::Outbound, None), CallSid::parse("OUT-1").unwrap());
    let mut machine = Exchange::new(read, Limits::default(), 7);
    let Some(Output::Send { id, .. }) = machine.poll_output(START) else { panic!("it is sent") };
    let mut headers = Headers::default();
    headers.push("Retry-After", value);
    let reply = Reply::from(&Response { status: 429, headers, body: Vec::new() });
    machine.handle_input(START, Input::Reply(id, reply), &mut RetryBudget::default());
    while machine.poll_output(START).is_some() {}
    match machine.poll_timeout() {
        None => {
            assert!(asked.is_some_and(
                |it| it.saturating_add(Duration::from_secs(1)) > Limits::default().operation_timeout
            ))
        }
        Some(deadline) => {
            assert_eq!(deadline.reason, WaitReason::Retry);
            assert!(deadline.at.since(START) >= asked.unwrap_or_default());
        }
    }
}

/// By the grammar of RFC 9110, with jiff's calendar.
fn second_reading(value: &str) -> Option<RetryAfter> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit()) {
        let seconds =
            value.bytes().fold(0_u64, |sum, it| sum.saturating_mul(10).saturating_add(u64::from(it - b'0')));
        return Some(RetryAfter::Delay(Duration::from_secs(seconds)));
    }
    let word: Vec<&str> = value.split(' ').collect();
    let (weekday, day, month, year, time) = match *word.as_slice() {
        [weekday, day, month, year, time, "GMT"] if year.len() == 4 && day.len() == 2 => {
            (short(weekday.strip_suffix(',')?)?, day, month, year.parse().ok()?, time)
        }
        [weekday, date, time, "GMT"] => {
            let (day, rest) = date.split_once('-')?;
            let (month, year) = rest.split_once('-')?;
            if year.len() != 2 || day.len() != 2 {
                return None;
            }
            let year = number(year)?;
            (
                long(weekday.strip_suffix(',')?)?,
                day,
                month,
                if year < 70 { 2000 + year } else { 1900 + year },
                time,
            )
        }
        [weekday, month, "", day, time, year] if year.len() == 4 && day.len() == 1 => {
            (short(weekday)?, day, month, number(year)?, time)
        }
        [weekday, month, day, time, year] if year.len() == 4 && day.len() == 2 => {
            (short(weekday)?, day, month, number(year)?, time)
        }
        _ => return None,
    };
    let month = MONTHS.iter().position(|it| *it == month)? + 1;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(number(day)?).ok()?).ok()?;
    let [hour, minute, second] = *time.split(':').collect::<Vec<_>>().as_slice() else { return None };
    let small = |it: &str| if it.len() == 2 { i8::try_from(number(it)?).ok() } else { None };
    let (hour, minute, second) = (small(hour)?, small(minute)?, small(second)?);
    if hour > 23
        || minute > 59
        || second > 59
        || date.weekday().to_monday_zero_offset() != weekday
        || year < 1970
    {
        return None;
    }
    // jiff's moments end a day before its dates do.
    let days = Date::new(1970, 1, 1).ok()?.until((Unit::Day, date)).ok()?.get_days();
    let time = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
    let millis = (i64::from(days) * 86_400 + time) * 1_000;
    Some(RetryAfter::At(Timestamp::from_millis(u64::try_from(millis).ok()?)))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn number(text: &str) -> Option<i16> {
    if text.bytes().all(|it| it.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn short(name: &str) -> Option<i8> {
    DAYS.iter().position(|it| it[..3] == *name)?.try_into().ok()
}

fn long(name: &str) -> Option<i8> {
    DAYS.iter().position(|it| *it == name)?.try_into().ok()
}
