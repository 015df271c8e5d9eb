//! Windows as people write them: read, and written in the form in which they are read.

use super::{DAYS, MINUTES_OF_DAY, Span, Week};
use crate::InvalidInput;
use crate::text::{decimal, filled, split_once, trim};

pub(super) const EXPECTED: &str =
    "hours, after days if not Monday to Saturday: 09:00-20:00, mon-fri 09:00-12:00, sat,sun 10:00-16:00";

const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONDAY_TO_SATURDAY: u8 = 0b11_1111;

/// One window: its days as bits, Monday the lowest, and its hours.
pub(super) struct Window {
    days: u8,
    pub(super) span: Span,
}

impl Window {
    pub(super) fn days(&self) -> impl Iterator<Item = usize> + use<> {
        let days = self.days;
        (0..DAYS.len()).filter(move |day| days & (1 << day) != 0)
    }
}

/// What is wrong with a window, and what to write instead.
pub(super) struct Wrong {
    problem: &'static str,
    expected: String,
}

impl Wrong {
    /// The error for the window in that place of the list.
    pub(super) fn at(self, number: usize) -> InvalidInput {
        let problem = filled("{}: {}", &[&decimal(number as u64), self.problem]);
        InvalidInput::new("window", problem, self.expected)
    }
}

fn wrong(problem: &'static str) -> Wrong {
    Wrong { problem, expected: EXPECTED.to_owned() }
}

/// Reads one window.
pub(super) fn window(text: &str) -> Result<Window, Wrong> {
    let begin = text.find(|it: char| it.is_ascii_digit()).ok_or_else(|| wrong("has no hours"))?;
    let (days, hours) = text.split_at_checked(begin).unwrap_or_default();
    let days = match trim(days) {
        "" => MONDAY_TO_SATURDAY,
        days => read_days(days)?,
    };
    let (start, end) = split_once(hours, "-").ok_or_else(|| wrong("has no - between two times of day"))?;
    let time = |it| read_time(it).ok_or_else(|| wrong("has a time that is not from 00:00 to 24:00"));
    let (start, end) = (time(start)?, time(end)?);
    if end <= start {
        let (start, end) = (time_of_day(start), time_of_day(end));
        let sentence = "two windows where one goes over midnight: {}-24:00 and, on the days after, 00:00-{}";
        return Err(Wrong {
            problem: "ends at or before its start",
            expected: filled(sentence, &[&start, &end]),
        });
    }
    Ok(Window { days, span: (start, end) })
}

fn read_days(text: &str) -> Result<u8, Wrong> {
    let day = |name: &str| {
        let name = trim(name).to_ascii_lowercase();
        let found = DAYS.iter().zip(&NAMES).position(|(short, whole)| name == **short || name == **whole);
        found.ok_or_else(|| wrong("has a day that is not one of mon, tue, wed, thu, fri, sat, sun"))
    };
    text.split(',').try_fold(0, |days, part| {
        let (first, last) = match split_once(part, "-") {
            Some((first, last)) => (day(first)?, day(last)?),
            None => (day(part)?, day(part)?),
        };
        // From Friday to Monday there are four days.
        let count = (last + DAYS.len() - first) % DAYS.len();
        Ok((0..=count).fold(days, |days, more| days | 1 << ((first + more) % DAYS.len())))
    })
}

/// `9:00` or `09:00`, in minutes.
fn read_time(text: &str) -> Option<u16> {
    let (hours, minutes) = split_once(trim(text), ":")?;
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let is = digits.contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
        if is { text.parse::<u16>().ok() } else { None }
    };
    let (hours, minutes) = (number(hours, 1..=2)?, number(minutes, 2..=2)?);
    let time = hours * 60 + minutes;
    (minutes < 60 && time <= MINUTES_OF_DAY).then_some(time)
}

fn time_of_day(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The windows of a week, those with the same hours together, in the order of their first days.
pub(super) fn written(week: &Week) -> Vec<String> {
    let mut all: Vec<(usize, Span, u8)> = Vec::new();
    for (day, spans) in week.days.iter().enumerate() {
        for span in spans {
            match all.iter_mut().find(|it| it.1 == *span) {
                Some(known) => known.2 |= 1 << day,
                None => all.push((day, *span, 1 << day)),
            }
        }
    }
    all.iter()
        .map(|(_, (start, end), days)| {
            format!("{} {}-{}", written_days(*days), time_of_day(*start), time_of_day(*end))
        })
        .collect()
}

/// `mon-fri,sun`; two days in a row are `sat,sun`.
fn written_days(days: u8) -> String {
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for (day, name) in DAYS.iter().enumerate().filter(|(day, _)| days & (1 << day) != 0) {
        let follows = day > 0 && days & (1 << (day - 1)) != 0;
        match runs.last_mut() {
            Some(run) if follows => run.push(name),
            Some(_) | None => runs.push(vec![name]),
        }
    }
    let runs: Vec<String> = runs
        .iter()
        .map(|run| match run.as_slice() {
            [first, _, .., last] => format!("{first}-{last}"),
            few => few.join(","),
        })
        .collect();
    runs.join(",")
}
