//! When somebody may be called who may be in several zones: the moments at which every one of them is inside a window.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::spans::Spans;
use super::{CallingWindows, Week};
use crate::Timestamp;
use crate::campaign::zone::{Zone, Zones, moment};

const DAY: i64 = 24 * 60 * 60;
/// How far ahead is told of. A day more is looked, so that finding nothing still holds a day later.
const TOLD: Duration = Duration::from_hours(400 * 24);
const LOOKED_BEYOND: Duration = Duration::from_hours(24);
const LOOKED: i64 = 401 * DAY;
/// How many openings are kept for a set of zones. Most ask for now; some for later today, tomorrow, next week.
const KEPT: usize = 16;

/// A span in which somebody may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// A call may be started from then on; never before the moment that was asked about.
    pub opens_at: Timestamp,
    /// No call may be started from then on: the end of a window, less the margin.
    pub closes_at: Timestamp,
    /// The zone that opened last, because of which it is not sooner; none where there are no windows.
    pub zone: Option<Zone>,
}

/// Tells when somebody may be called, by the zones that they may be in.
///
/// Every zone must be inside a window, and still be when the margin has passed. Asking again and again while time moves
/// on costs next to nothing: openings are kept by set of zones. A clock that steps back is answered as rightly.
///
/// ```
/// use std::time::Duration;
/// use polyai_outbound_core::Timestamp;
/// use polyai_outbound_core::campaign::{Calendar, CallingWindows, Zone, Zones};
///
/// let mut calendar = Calendar::new(CallingWindows::default(), Duration::from_secs(120));
/// let coasts: Zones = [Zone::parse("America/New_York")?, Zone::parse("America/Los_Angeles")?].into_iter().collect();
/// let friday_midnight_utc = Timestamp::from_millis(1_767_312_000_000);
///
/// let opening = calendar.opening(&coasts, friday_midnight_utc).unwrap();
/// let hour = |at: Timestamp| at.since(friday_midnight_utc).as_secs_f64() / 3600.0;
/// assert_eq!(hour(opening.opens_at), 0.0, "16:00 in Los Angeles and 19:00 in New York");
/// assert_eq!(hour(opening.closes_at), 1.0 - 2.0 / 60.0, "two minutes before 20:00 in New York");
///
/// let next = calendar.opening(&coasts, opening.closes_at).unwrap();
/// assert_eq!(hour(next.opens_at), 17.0, "09:00 in Los Angeles");
/// assert_eq!(next.zone.unwrap().name(), "America/Los_Angeles");
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Debug)]
pub struct Calendar {
    windows: CallingWindows,
    margin: Duration,
    known: BTreeMap<Zones, Known>,
}

/// What is known of a set of zones.
#[derive(Debug)]
struct Known {
    /// Each with its rules; none if the rules of one are missing, and then nobody is called.
    rules: Option<Vec<(Zone, TimeZone)>>,
    found: Vec<Found>,
}

/// An answer, and from when on and until when it is the right one.
#[derive(Clone, Copy, Debug)]
struct Found {
    from: Timestamp,
    until: Timestamp,
    opening: Option<Opening>,
}

impl Calendar {
    /// Calls are started in these windows, and not when less than `margin` is left.
    #[must_use]
    pub const fn new(windows: CallingWindows, margin: Duration) -> Self {
        Self { windows, margin, known: BTreeMap::new() }
    }

    /// The windows that it was made with.
    #[must_use]
    pub const fn windows(&self) -> &CallingWindows {
        &self.windows
    }

    /// The first span, at or after `now`, in which every one of the zones is inside a window.
    ///
    /// None if there is no such moment in the next 400 days, or if there are no zones: then it is not known where
    /// somebody is. Without windows ([`CallingWindows::always`]) it is open at once and for ever, for all zones and none.
    /// An opening that lasts longer than 400 days is told with an end after these, and goes on when asked for anew.
    pub fn opening(&mut self, zones: &Zones, now: Timestamp) -> Option<Opening> {
        let Some(week) = self.windows.week() else {
            return Some(Opening { opens_at: now, closes_at: Timestamp::from_millis(u64::MAX), zone: None });
        };
        if zones.is_empty() {
            return None;
        }
        if !self.known.contains_key(zones) {
            let rules = zones.iter().map(|zone| Some((zone, zone.rules()?))).collect();
            self.known.insert(zones.clone(), Known { rules, found: Vec::new() });
        }
        let known = self.known.get_mut(zones)?;
        let holds = |it: &&Found| it.from <= now && now < it.until;
        let found = match known.found.iter().find(holds) {
            Some(found) => *found,
            None => {
                let found = look(week, self.margin, known.rules.as_deref()?, now);
                known.keep(found);
                found
            }
        };
        let opening = found.opening?;
        let opens_at = opening.opens_at.max(now);
        (opens_at.since(now) <= TOLD).then_some(Opening { opens_at, ..opening })
    }
}

impl Known {
    /// Keeps an answer, instead of one that is the same and was known for a shorter time.
    fn keep(&mut self, found: Found) {
        self.found.retain(|it| it.until != found.until);
        if self.found.len() >= KEPT {
            // What ends first is the past, most often.
            let first = self.found.iter().enumerate().min_by_key(|(_, it)| it.until);
            if let Some(at) = first.map(|(at, _)| at) {
                self.found.swap_remove(at);
            }
        }
        self.found.push(found);
    }
}

/// Looks for the first opening at or after a moment.
fn look(week: &Week, margin: Duration, rules: &[(Zone, TimeZone)], now: Timestamp) -> Found {
    let opening = first(week, margin, rules, now);
    let (from, until) = match opening {
        Some(opening) => (opening.opens_at.min(now), opening.closes_at),
        None => (now, now + LOOKED_BEYOND),
    };
    Found { from, until, opening }
}

/// That opening, with the moment at which it really opens, as far as that is known.
fn first(week: &Week, margin: Duration, rules: &[(Zone, TimeZone)], now: Timestamp) -> Option<Opening> {
    let from = moment(now).as_second();
    let horizon = from + LOOKED;
    let mut clocks = Vec::with_capacity(rules.len());
    for (zone, rules) in rules {
        let mut spans = Spans::new(week, rules, from, horizon)?;
        clocks.push((*zone, spans.next()?, spans));
    }
    let mut at = now;
    loop {
        // Forward until no zone opens later than that: then all are open.
        let mut settled = true;
        for (_, span, spans) in &mut clocks {
            while timestamp(span.1) <= at {
                *span = spans.next()?;
            }
            if timestamp(span.0) > at {
                at = timestamp(span.0);
                settled = false;
            }
        }
        if !settled {
            continue;
        }
        let ends = clocks.iter().map(|(_, span, _)| span.1).min()?;
        let closes_at = timestamp(ends) - margin;
        if at < closes_at {
            let (zone, opens, _) = clocks.iter().rev().max_by_key(|(_, span, _)| span.0)?;
            return Some(Opening { opens_at: timestamp(opens.0), closes_at, zone: Some(*zone) });
        }
        at = timestamp(ends);
    }
}

fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_millis(u64::try_from(seconds).unwrap_or_default().saturating_mul(1_000))
}
