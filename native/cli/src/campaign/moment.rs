//! Moments and spans, as people say them and as programs read them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use polyai_outbound::Timestamp;

use crate::failure::Failure;

/// The time of day; in the demo another one than the system's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    ahead: Arc<AtomicU64>,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::default() + since + Duration::from_millis(self.ahead.load(Ordering::Relaxed))
    }

    /// Moves it on to a moment to come.
    pub(crate) fn move_on(&self, to: Timestamp) {
        let span = u64::try_from(to.since(self.now()).as_millis()).unwrap_or_default();
        self.ahead.fetch_add(span, Ordering::Relaxed);
    }
}

/// As RFC 3339 in UTC, to the millisecond.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    format!("{:.3}", moment(at))
}

/// A moment by this machine's clock: the time alone if it is today's.
pub(crate) fn here(at: Timestamp, now: Timestamp) -> String {
    let zone = TimeZone::system();
    let (at, now) = (zone.to_datetime(moment(at)), zone.to_datetime(moment(now)));
    let form = if at.date() == now.date() { "%H:%M" } else { "%a %Y-%m-%d %H:%M" };
    at.strftime(form).to_string()
}

/// A moment by this machine's clock with its date, for sentences about what was: `29 November 2026 at 08:45`.
pub(crate) fn on(at: Timestamp) -> String {
    on_in(at, &TimeZone::system())
}

fn on_in(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(moment(at)).strftime("%-d %B %Y at %H:%M").to_string()
}

/// A span as people say it, in its two largest units.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, 1..10) if seconds > minutes * 60 => format!("{minutes} min {} s", seconds - minutes * 60),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, ..) => format!("{hours} h {minutes} min"),
        (1, 0, _) => "1 day".to_owned(),
        (_, 0, _) => format!("{days} days"),
        (1, ..) => format!("1 day {hours} h"),
        (..) => format!("{days} days {hours} h"),
    }
}

/// What `--until` says, and how it was understood if that is not plain. What it said `before` may be past by now, because
/// the same command goes on after a crash, to follow what is in flight.
pub(crate) fn until(
    text: &str,
    now: Timestamp,
    before: Option<Timestamp>,
) -> Result<(Timestamp, Option<String>), Failure> {
    let refuse = |problem: &str| {
        Failure::input(format!(
            "--until: {problem}; expected a moment to come as 2026-12-01T18:00:00Z, or as 2026-12-01 18:00 by this \
             machine's clock"
        ))
    };
    let text = text.trim();
    let (at, note) = if let Ok(at) = text.parse::<jiff::Timestamp>() {
        (at, None)
    } else if let Ok(civil) = text.parse::<DateTime>().or_else(|_| DateTime::strptime("%Y-%m-%d %H:%M", text))
    {
        if !text.contains([':']) {
            return Err(refuse("has no time of day"));
        }
        let zone = TimeZone::try_system()
            .map_err(|_| refuse("has no offset, and this machine does not know its zone"))?;
        let name = zone.iana_name().unwrap_or("this machine's zone").to_owned();
        // Of the two moments of an autumn night, the earlier: nobody is called later than was meant.
        let at = zone.to_ambiguous_timestamp(civil).earlier().map_err(|_| refuse("is out of range"))?;
        (
            at,
            Some(format!(
                "--until: understood as {} in {name}, which is {at}",
                civil.strftime("%Y-%m-%d %H:%M")
            )),
        )
    } else {
        return Err(refuse("is no moment"));
    };
    let at = Timestamp::from_millis(u64::try_from(at.as_millisecond()).unwrap_or_default());
    if at <= now && before != Some(at) {
        return Err(refuse("is past, so that nobody would be called"));
    }
    Ok((at, note))
}

fn moment(at: Timestamp) -> jiff::Timestamp {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_its_two_largest_units() {
        for (seconds, said) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (90, "1 min 30 s"),
            (3599, "59 min"),
            (3600, "1 h"),
            (5400, "1 h 30 min"),
            (86_400, "1 day"),
            (90_000, "1 day 1 h"),
            (2 * 86_400 + 60, "2 days"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), said);
        }
    }

    #[test]
    fn a_moment_that_was_is_said_with_its_date_also_today() {
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        for (millis, said) in [
            (1_795_622_400_000, "25 November 2026 at 11:00"),
            (1_795_622_400_000 + 60_000, "25 November 2026 at 11:01"),
            (1_767_243_900_000, "1 January 2026 at 00:05"),
        ] {
            assert_eq!(on_in(Timestamp::from_millis(millis), &zone), said);
        }
    }

    #[test]
    fn until_is_a_moment_to_come() {
        let now = Timestamp::from_millis(1_795_622_400_000);
        let (at, note) = until("2026-12-01T18:00:00+01:00", now, None).unwrap();
        assert_eq!((rfc3339(at).as_str(), note), ("2026-12-01T17:00:00.000Z", None));
        let (_, note) = until("2026-12-01 18:00", now, None).unwrap();
        assert!(note.unwrap().contains("understood as 2026-12-01 18:00 in "));
        for text in ["", "tomorrow", "2026-12-01", "2026-13-01 18:00", "2020-01-01T00:00:00Z"] {
            assert!(until(text, now, None).is_err(), "{text}");
        }
        let later = at + Duration::from_secs(60);
        assert!(until("2026-12-01T18:00:00+01:00", later, None).is_err());
        assert_eq!(
            until("2026-12-01T18:00:00+01:00", later, Some(at)).unwrap().0,
            at,
            "the command of before"
        );
    }

    #[test]
    fn a_clock_is_moved_on_and_never_back() {
        let clock = Clock::default();
        let before = clock.now();
        clock.move_on(before + Duration::from_secs(3600));
        assert!(clock.now().since(before) >= Duration::from_secs(3600));
        clock.move_on(before);
        assert!(clock.now().since(before) >= Duration::from_secs(3600));
    }
}
