//! Rows of a plan that are called by the same rules: counted, not kept.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{Options, Priority, Record, State, ZoneBy, Zones};
use polyai_outbound::core::campaign::{Calendar, Opening};

use super::simulate::{Group, Timing, simulate};

/// A minute: times of rows are told apart no finer.
const MINUTE: u64 = 60_000;

/// All rows, by where they are and by when they may be called.
pub(super) struct Groups<'a> {
    options: &'a Options,
    calendar: Calendar,
    now: Timestamp,
    zones: BTreeMap<Zones, Counts>,
    to_call: BTreeMap<(Zones, Priority, Timestamp, Option<Timestamp>), u64>,
    expired: u64,
    by_area_code: u64,
}

/// How many rows may be in the same zones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) rows: u64,
    pub(super) to_call: u64,
    pub(super) held: u64,
    pub(super) expired: u64,
}

/// The same with when they may be called next.
pub(super) struct ZoneRow {
    pub(super) zones: Zones,
    pub(super) counts: Counts,
    pub(super) opening: Option<Opening>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(options: &'a Options, now: Timestamp) -> Self {
        Self {
            options,
            calendar: Calendar::new(options.windows.clone(), options.window_margin),
            now,
            zones: BTreeMap::new(),
            to_call: BTreeMap::new(),
            expired: 0,
            by_area_code: 0,
        }
    }

    /// Rows that wait for hours by the area code of their number alone.
    pub(super) const fn by_area_code(&self) -> u64 {
        self.by_area_code
    }

    /// Returns true if nothing but an area code says where somebody is: with another clock elsewhere in the country.
    fn is_by_area_code(&self, record: &Record) -> bool {
        let is_known = record.time_zone.is_some() || !record.also_in.is_empty();
        if is_known || self.options.zone_by == ZoneBy::Country || self.options.windows.reason().is_some() {
            return false;
        }
        // Half a year apart, as some set their clocks for the summer and others do not.
        let clocks = |zones: &Zones| -> BTreeSet<(i32, i32)> {
            let later = self.now + Duration::from_hours(183 * 24);
            zones.iter().map(|zone| (zone.offset_seconds(self.now), zone.offset_seconds(later))).collect()
        };
        clocks(&Zones::of(&record.to_number)) != clocks(&Zones::of_country(&record.to_number))
    }

    pub(super) fn add(&mut self, record: &Record) {
        let zones = record.zones(self.options.zone_by);
        let (scheduled, held, expired) = match record.state {
            State::Scheduled => (1, 0, 0),
            State::Held => (0, 1, 0),
            State::Expired => (0, 0, 1),
            State::Dialing
            | State::InProgress
            | State::Succeeded
            | State::Failed
            | State::Unconfirmed
            | State::StatusLost
            | State::Rejected
            | State::Suppressed
            | State::Cancelled => return,
        };
        let counts = self.zones.entry(zones.clone()).or_default();
        counts.rows += 1;
        counts.to_call += scheduled;
        counts.held += held;
        counts.expired += expired;
        self.expired += expired;
        self.by_area_code += u64::from(scheduled + held > 0 && self.is_by_area_code(record));
        if scheduled > 0 {
            let minute = |at: Timestamp| Timestamp::from_millis(at.as_millis() / MINUTE * MINUTE);
            let from = record.not_before.filter(|at| *at > self.now).map_or(self.now, minute);
            let end = match (record.not_after, self.options.until) {
                (Some(own), Some(until)) => Some(minute(own).min(until)),
                (own, until) => own.map(minute).or(until),
            };
            *self.to_call.entry((zones, record.priority, from, end)).or_default() += 1;
        }
    }

    /// Where the rows are, those of most rows first.
    pub(super) fn zones(&mut self) -> Vec<ZoneRow> {
        let (calendar, now) = (&mut self.calendar, self.now);
        let mut rows: Vec<_> = self
            .zones
            .iter()
            .map(|(zones, counts)| ZoneRow {
                zones: zones.clone(),
                counts: *counts,
                opening: calendar.opening(zones, now),
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.counts.rows));
        rows
    }

    /// When all would be called.
    pub(super) fn timing(&mut self) -> Timing {
        let groups = self.to_call.iter().map(|((zones, priority, from, end), rows)| Group {
            zones: zones.clone(),
            priority: *priority,
            from: *from,
            end: *end,
            rows: *rows,
        });
        let mut timing = simulate(groups.collect(), &mut self.calendar, self.options.pace, self.now);
        timing.unfit += self.expired;
        timing
    }
}
