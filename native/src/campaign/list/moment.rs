//! Moments as a list says them: with an offset, or as people say them in the zone of the row.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp as Instant, ToSpan};
use polyai_outbound_core::Timestamp;
use polyai_outbound_core::campaign::Zone;

use super::problem::Problem;

const EXPECTED: &str =
    "2026-12-01T09:30:00-05:00; or 2026-12-01 09:30 or 2026-12-01 with the zone in the column time_zone";

/// Which end of a span a moment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// A date is the beginning of its day; of two readings the later counts.
    NotBefore,
    /// A date is the end of its day; of two readings the earlier counts.
    NotAfter,
}

/// Reads one, so that what is not certain makes the span shorter.
pub(crate) fn moment(text: &str, zone: Option<Zone>, edge: Edge) -> Result<Timestamp, Problem> {
    if let Ok(instant) = text.parse::<Instant>() {
        return timestamp(instant);
    }
    let civil = civil(text, edge).ok_or_else(|| Problem::new("is no moment that can be read", EXPECTED))?;
    let Some(zone) = zone else {
        return Err(Problem::new("has no offset from UTC, and the row has no time_zone", EXPECTED));
    };
    let out_of_range = |_| Problem::new("is beyond all calendars", EXPECTED);
    let rules =
        rules(zone).ok_or_else(|| Problem::new("is in a zone whose rules are not known", EXPECTED))?;
    let reading = rules.into_ambiguous_zoned_datetime(civil);
    let zoned = match (reading.offset(), edge) {
        (AmbiguousOffset::Unambiguous { .. }, _) => reading.unambiguous(),
        (AmbiguousOffset::Gap { .. } | AmbiguousOffset::Fold { .. }, Edge::NotBefore) => reading.later(),
        (AmbiguousOffset::Gap { .. } | AmbiguousOffset::Fold { .. }, Edge::NotAfter) => reading.earlier(),
    };
    timestamp(zoned.map_err(out_of_range)?.timestamp())
}

/// A date, or a date and a time, and nothing else: jiff would pass over an offset or a zone behind them.
fn civil(text: &str, edge: Edge) -> Option<DateTime> {
    let (date, time) = match text.split_once([' ', 'T']) {
        None => (text, None),
        Some((date, time)) => (date, Some(time.trim_start())),
    };
    let is_date = |it: &str| it.len() == 10 && it.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let is_time = |it: &str| {
        it.len() >= 5 && it.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
    };
    if !is_date(date) || !time.is_none_or(is_time) {
        return None;
    }
    let date: Date = date.parse().ok()?;
    match (time, edge) {
        (Some(time), _) => Some(date.to_datetime(time.parse::<Time>().ok()?)),
        (None, Edge::NotBefore) => Some(date.to_datetime(Time::midnight())),
        (None, Edge::NotAfter) => Some(date.checked_add(1.day()).ok()?.to_datetime(Time::midnight())),
    }
}

/// The bundled rules, as core has them: those of this machine may be older.
fn rules(zone: Zone) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(zone.name()).ok()
}

fn timestamp(instant: Instant) -> Result<Timestamp, Problem> {
    u64::try_from(instant.as_millisecond())
        .map(Timestamp::from_millis)
        .map_err(|_| Problem::new("is before 1970", EXPECTED))
}
