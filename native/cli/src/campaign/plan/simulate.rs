//! When a list would be called at a rate: a simulation of counts, not of rows.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::time::Duration;

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{Pace, Priority, Zones};
use polyai_outbound::core::campaign::Calendar;

/// How long a call is taken to be, from its trigger to its end.
pub(super) const CALL: Duration = Duration::from_secs(90);
/// How far is looked ahead.
const FARTHEST: Duration = Duration::from_hours(400 * 24);

/// Rows that may be called at the same times.
pub(super) struct Group {
    pub(super) zones: Zones,
    pub(super) priority: Priority,
    /// Not before.
    pub(super) from: Timestamp,
    /// Not from then on.
    pub(super) end: Option<Timestamp>,
    pub(super) rows: u64,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Timing {
    /// Calls a second, as the rate and the number of calls at a time allow.
    pub(super) rate: f64,
    /// When the first call is placed.
    pub(super) begins_at: Option<Timestamp>,
    /// When the last call has ended.
    pub(super) ends_at: Option<Timestamp>,
    /// Rows that are called.
    pub(super) called: u64,
    /// Rows for which there is no time before their end, or the campaign's.
    pub(super) unfit: u64,
    /// Rows that are not called within 400 days.
    pub(super) beyond: u64,
}

/// A group within its window: the order of calling, and when the window closes.
type Open = (Reverse<Priority>, Timestamp, usize, Timestamp);

struct Simulation<'a> {
    groups: Vec<(Group, f64)>,
    calendar: &'a mut Calendar,
    /// Those whose window opens later: when, when it closes, which.
    later: BinaryHeap<Reverse<(Timestamp, Timestamp, usize)>>,
    open: BTreeSet<Open>,
    farthest: Timestamp,
    timing: Timing,
}

/// Calls all groups, one row of each called once.
pub(super) fn simulate(groups: Vec<Group>, calendar: &mut Calendar, pace: Pace, now: Timestamp) -> Timing {
    let rate = pace.rate.min(f64::from(pace.max_in_flight) / CALL.as_secs_f64());
    let timing = Timing { rate, begins_at: None, ends_at: None, called: 0, unfit: 0, beyond: 0 };
    #[expect(clippy::cast_precision_loss, reason = "a list has fewer rows than 2^53")]
    let groups = groups.into_iter().map(|group| {
        let rows = group.rows as f64;
        (group, rows)
    });
    let mut simulation = Simulation {
        groups: groups.collect(),
        calendar,
        later: BinaryHeap::new(),
        open: BTreeSet::new(),
        farthest: now + FARTHEST,
        timing,
    };
    for index in 0..simulation.groups.len() {
        simulation.place(index, now);
    }
    simulation.run(now);
    let rows: u64 = simulation.groups.iter().map(|(group, _)| group.rows).sum();
    let Timing { unfit, beyond, .. } = simulation.timing;
    Timing { called: rows.saturating_sub(unfit + beyond), ..simulation.timing }
}

impl Simulation<'_> {
    /// Puts a group before its next window at or after a moment; or takes it off, if there is none in time.
    fn place(&mut self, index: usize, at: Timestamp) {
        let Some((group, left)) = self.groups.get(index) else { return };
        let rows = whole(*left);
        let opening = self.calendar.opening(&group.zones, at.max(group.from));
        match (opening, group.end) {
            (Some(opening), Some(end)) if opening.opens_at >= end => self.timing.unfit += rows,
            (Some(opening), _) if opening.opens_at > self.farthest => self.timing.beyond += rows,
            (Some(opening), end) => {
                let closes_at = end.map_or(opening.closes_at, |end| end.min(opening.closes_at));
                self.later.push(Reverse((opening.opens_at, closes_at, index)));
            }
            (None, _) => self.timing.beyond += rows,
        }
    }

    fn run(&mut self, mut at: Timestamp) {
        loop {
            while let Some(Reverse((opens_at, closes_at, index))) = self.later.peek().copied()
                && opens_at <= at
            {
                self.later.pop();
                if let Some((group, _)) = self.groups.get(index) {
                    self.open.insert((Reverse(group.priority), opens_at, index, closes_at));
                }
            }
            let next = self.later.peek().map(|Reverse((opens_at, ..))| *opens_at);
            let Some(first) = self.open.first().copied() else {
                match next {
                    Some(next) => at = next,
                    None => return,
                }
                continue;
            };
            let (.., index, closes_at) = first;
            if closes_at <= at {
                self.open.remove(&first);
                self.place(index, at);
                continue;
            }
            let until = next.map_or(closes_at, |next| next.min(closes_at));
            let time = until.since(at).as_secs_f64();
            let Some((_, left)) = self.groups.get_mut(index) else { return };
            self.timing.begins_at.get_or_insert(at);
            let needed = *left / self.timing.rate;
            if needed <= time {
                at = at + Duration::try_from_secs_f64(needed).unwrap_or_default();
                *left = 0.0;
                self.open.remove(&first);
                self.timing.ends_at = Some(at + CALL);
            } else {
                *left -= time * self.timing.rate;
                at = until;
            }
        }
    }
}

/// As rows.
fn whole(rows: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
    let whole = rows.round() as u64;
    whole
}

#[cfg(test)]
mod tests {
    use polyai_outbound::campaign::{CallingWindows, Zone};

    use super::*;

    /// A Wednesday, 18:00 UTC: 13:00 in New York, 10:00 in Los Angeles, 03:00 in Tokyo.
    const NOW: Timestamp = Timestamp::from_millis(1_795_629_600_000);
    const HOUR: Duration = Duration::from_secs(3600);

    fn group(zone: &str, rows: u64) -> Group {
        let zones = Zones::from(Zone::parse(zone).unwrap());
        Group { zones, priority: Priority::default(), from: NOW, end: None, rows }
    }

    fn timed(groups: Vec<Group>, rate: f64, max_in_flight: u32) -> Timing {
        let mut calendar = Calendar::new(CallingWindows::default(), Duration::ZERO);
        simulate(groups, &mut calendar, Pace { rate, max_in_flight, ..Pace::default() }, NOW)
    }

    #[test]
    fn a_list_takes_as_long_as_its_rate_asks_for() {
        let timing = timed(vec![group("America/New_York", 3600)], 1.0, 1000);
        assert_eq!((timing.begins_at, timing.ends_at), (Some(NOW), Some(NOW + HOUR + CALL)));
        assert_eq!((timing.called, timing.unfit), (3600, 0));
    }

    #[test]
    fn calls_at_a_time_bound_the_rate() {
        let timing = timed(vec![group("America/New_York", 3600)], 1.0, 45);
        assert_eq!((timing.rate, timing.ends_at), (0.5, Some(NOW + HOUR * 2 + CALL)));
    }

    #[test]
    fn what_is_not_called_by_the_end_of_a_window_goes_on_in_the_next() {
        // Seven hours are left in New York, then it is 13 hours to 9:00.
        let timing = timed(vec![group("America/New_York", 8 * 3600)], 1.0, 1000);
        assert_eq!(timing.ends_at, Some(NOW + HOUR * 21 + CALL));
    }

    #[test]
    fn one_zone_is_called_while_another_is_closed() {
        let both = vec![group("America/New_York", 6 * 3600), group("Asia/Tokyo", 3600)];
        let timing = timed(both, 1.0, 1000);
        assert_eq!(timing.ends_at, Some(NOW + HOUR * 7 + CALL));
    }

    #[test]
    fn what_does_not_fit_before_the_end_is_counted() {
        let mut late = group("America/New_York", 7200);
        late.end = Some(NOW + HOUR);
        let timing = timed(vec![late], 1.0, 1000);
        assert_eq!((timing.called, timing.unfit), (3600, 3600));
    }

    #[test]
    fn who_comes_first_is_called_first() {
        let mut urgent = group("America/New_York", 3600);
        urgent.end = Some(NOW + HOUR);
        urgent.priority = Priority::FIRST;
        let timing = timed(vec![group("America/New_York", 3600), urgent], 1.0, 1000);
        assert_eq!((timing.called, timing.unfit), (7200, 0));
    }
}
