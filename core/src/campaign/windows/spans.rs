//! The windows of a week as spans of time that really passes, in one zone.

use jiff::tz::TimeZone;

use super::{Holiday, Week};

const DAY: i64 = 24 * 60 * 60;
const MINUTE: i64 = 60;

/// Spans in which one zone is inside a window, in order, none touching the next; in seconds since the Unix epoch.
///
/// Between two moments at which its clocks are set a zone's offset is constant, so there a window of a day is a span of
/// time. Minutes that are skipped then exist in no stretch, and minutes that come twice in two of them.
pub(super) struct Spans<'a> {
    week: &'a Week,
    rules: &'a TimeZone,
    stretch: Stretch,
    /// The day by the clocks there, and which of its windows is next.
    day: i64,
    at: usize,
    /// What was found and may go on.
    held: Option<(i64, i64)>,
    /// Nothing is looked for from here on.
    horizon: i64,
}

/// Time between two moments at which clocks are set.
struct Stretch {
    start: i64,
    end: i64,
    offset: i64,
}

impl Stretch {
    /// The stretch from a moment on.
    fn from(rules: &TimeZone, start: i64) -> Option<Self> {
        let moment = jiff::Timestamp::from_second(start).ok()?;
        let end = rules.following(moment).next().map_or(i64::MAX, |it| it.timestamp().as_second());
        Some(Self { start, end, offset: rules.to_offset(moment).seconds().into() })
    }
}

impl<'a> Spans<'a> {
    /// The spans from two days before `from` on, so that one which is open then begins when it really does: what is
    /// open for longer is told to be open since then.
    pub(super) fn new(week: &'a Week, rules: &'a TimeZone, from: i64, horizon: i64) -> Option<Self> {
        let start = from.checked_sub(2 * DAY)?;
        let stretch = Stretch::from(rules, start)?;
        let day = (start + stretch.offset).div_euclid(DAY);
        let mut spans = Self { week, rules, stretch, day, at: 0, held: None, horizon };
        spans.held = spans.piece();
        Some(spans)
    }

    /// The next window in a stretch.
    fn piece(&mut self) -> Option<(i64, i64)> {
        loop {
            let midnight = self.day * DAY - self.stretch.offset;
            if self.stretch.end <= midnight.max(self.stretch.start) {
                // What was left of the day before is at another offset now.
                self.stretch = Stretch::from(self.rules, self.stretch.end)?;
                self.day = (self.stretch.start + self.stretch.offset).div_euclid(DAY);
                self.at = 0;
                continue;
            }
            if midnight.max(self.stretch.start) >= self.horizon {
                return None;
            }
            let Some((start, end)) = self.windows().get(self.at) else {
                self.day += 1;
                self.at = 0;
                continue;
            };
            self.at += 1;
            let start = (midnight + i64::from(*start) * MINUTE).max(self.stretch.start);
            let end = (midnight + i64::from(*end) * MINUTE).min(self.stretch.end);
            if start < end {
                return Some((start, end));
            }
        }
    }

    /// The windows of the day.
    fn windows(&self) -> &'a [super::Span] {
        // The first of January 1970 was a Thursday.
        let weekday = usize::try_from((self.day + 3).rem_euclid(7)).unwrap_or_default();
        let is_holiday = || Holiday::of_day(self.day).is_none_or(|it| self.week.holidays.contains(&it));
        match self.week.days.get(weekday) {
            Some(windows) if self.week.holidays.is_empty() || !is_holiday() => windows,
            Some(_) | None => &[],
        }
    }
}

impl Iterator for Spans<'_> {
    type Item = (i64, i64);

    fn next(&mut self) -> Option<(i64, i64)> {
        let (start, mut end) = self.held.take()?;
        loop {
            match self.piece() {
                Some((next, until)) if next == end => end = until,
                other => {
                    self.held = other;
                    return Some((start, end));
                }
            }
        }
    }
}
