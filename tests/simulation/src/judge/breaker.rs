//! Whether anybody may be called while the service fails for everybody.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use polyai_outbound_core::campaign::{FlightId, Purpose, State, Turn};

use super::{Judge, Now, Promise, Stage, Verdict, Why, holds};

/// Faults in a row after which nobody is called, if they befell more than one row.
const IN_A_ROW: usize = 5;
/// The latest triggers, and faults among them after which nobody is called.
const RECENT: (usize, usize) = (20, 10);
/// Triggers in a row of which nobody knows whether they rang, after which a person has to see to it.
const UNKNOWN: usize = 3;
/// How long nobody tries after the first failure: each time for twice as long, but for a part that chance takes away.
const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(60);
const AT_LEAST: f64 = 0.8;

/// What came of triggers and readings says this of the service.
#[derive(Default)]
pub(super) struct Outcomes {
    /// A call was placed, or a trigger refused for what it asks, as far as the process knows.
    worked: bool,
    /// Whom faults befell since then.
    run: Vec<usize>,
    /// Which of the latest triggers were faults.
    recent: VecDeque<bool>,
    /// Number of triggers that showed the service at work.
    pub(super) works: u64,
    /// Number of readings that did.
    pub(super) heard: u64,
    /// Counts faults.
    pub(super) faults: u64,
    /// What another process has to know; as the store will know it, and as it knows it.
    kept: Kept,
    away: Kept,
    saved: Kept,
    /// The store knows that a person has to see to it.
    stop_saved: bool,
    /// Rows whose trigger an earlier process left on its way, as far as this one has taken note.
    left_behind: BTreeSet<usize>,
}

#[derive(Clone, Copy, Default)]
struct Kept {
    /// Triggers in a row of which nobody knows whether they rang.
    unknown: usize,
    /// A person has to see to it.
    stopped: bool,
    /// A call was placed: the store knows its SID.
    placed: bool,
    open: Option<Open>,
}

/// Nobody is called, but to find out whether the service works again.
#[derive(Clone, Copy, Default)]
struct Open {
    tried_at: Option<Now>,
    in_vain: u32,
    /// By which it is being tried.
    probe: Option<FlightId>,
}

impl Open {
    fn failed(&mut self, now: Now, in_vain: bool) {
        self.probe = None;
        self.tried_at = Some(now);
        self.in_vain += u32::from(in_vain);
    }
}

impl Judge {
    /// A trigger leaves, or a reading that is to try the service.
    pub(super) fn tries(&mut self, id: FlightId, trigger: bool, now: Now, who: &str) -> Verdict {
        let in_flight = self.rows.values().flat_map(|row| &row.attempts);
        let in_flight =
            in_flight.filter(|it| it.stage == Stage::Left && it.incarnation == self.incarnation).count();
        let Kept { unknown, .. } = self.outcomes.kept;
        let most = UNKNOWN.max(self.rules.pace.2 as usize);
        holds(Promise::Unknown, !trigger || (unknown < UNKNOWN && unknown + in_flight < most), || {
            format!("{who}: {unknown} triggers in a row may have rung, and {in_flight} are on their way")
        })?;
        let Some(open) = &mut self.outcomes.kept.open else { return Ok(()) };
        let soonest = FIRST.saturating_mul(1 << open.in_vain.min(10)).min(LONGEST).mul_f64(AT_LEAST);
        let waited = open.tried_at.map(|at| now.since(at));
        let so = open.probe.is_none() && waited.is_none_or(|waited| waited >= soonest);
        holds(Promise::Breaker, so, || {
            format!("{who}: the service fails for everybody, and was tried {waited:?} ago ({:?})", open.probe)
        })?;
        open.probe = Some(id);
        Ok(())
    }

    /// It is known what came of a trigger, as far as anybody knows.
    pub(super) fn trigger_ended(&mut self, id: FlightId, row: usize, attempt: usize, now: Now) {
        let Some(held) = self.rows.get_mut(&row).and_then(|row| row.attempts.get_mut(attempt)) else {
            return;
        };
        held.answered_at = Some(now);
        let outcomes = &mut self.outcomes;
        let probe = outcomes.kept.open.as_mut().filter(|open| open.probe == Some(id));
        let unknown = match held.stage {
            Stage::Placed | Stage::NotPlaced(Why::Refused) => {
                // What was answered before a fault, and told after it, says nothing of now.
                // One that is refused for what it asks places nothing that makes the unknown ones forgotten.
                let is_refused = held.stage != Stage::Placed;
                let is_late = held.faults < outcomes.faults;
                let was_probe = probe.is_some();
                outcomes.kept.placed |= held.stage == Stage::Placed;
                return if is_late && !was_probe {
                    self.works_late()
                } else {
                    self.works(is_late || is_refused)
                };
            }
            // It says nothing of the service.
            Stage::NotPlaced(Why::TooMany | Why::Halts) => {
                return probe.into_iter().for_each(|open| open.failed(now, false));
            }
            // It is about its row.
            Stage::NotPlaced(Why::Failing) if held.counts => {
                return probe.into_iter().for_each(|open| open.failed(now, true));
            }
            Stage::Unknown => true,
            Stage::NotPlaced(Why::NotSent | Why::Closed | Why::Gateway | Why::Failing)
            | Stage::Intended
            | Stage::Left
            | Stage::TakenBack => false,
        };
        if let Some(open) = probe {
            open.failed(now, true);
        }
        outcomes.faults += 1;
        outcomes.run.push(row);
        outcomes.recent.push_back(true);
        if outcomes.recent.len() > RECENT.0 {
            outcomes.recent.pop_front();
        }
        outcomes.kept.unknown += usize::from(unknown);
        let several = outcomes.run.iter().any(|other| *other != row);
        let faults = outcomes.recent.iter().filter(|fault| **fault).count();
        let fails = !outcomes.worked || (outcomes.run.len() >= IN_A_ROW && several) || faults >= RECENT.1;
        outcomes.kept.stopped |= outcomes.kept.unknown >= UNKNOWN;
        if fails || outcomes.kept.stopped {
            outcomes.kept.open.get_or_insert(Open { tried_at: Some(now), ..Open::default() });
        }
    }

    /// A trigger did what it is for before the last fault, and is told after it: that says nothing of now.
    fn works_late(&mut self) {
        let outcomes = &mut self.outcomes;
        outcomes.worked = true;
        outcomes.works += 1;
        outcomes.recent.push_back(false);
        if outcomes.recent.len() > RECENT.0 {
            outcomes.recent.pop_front();
        }
    }

    /// A trigger did what it is for, or was refused for what it asks.
    pub(super) fn works(&mut self, keeps_unknown: bool) {
        self.works_late();
        let outcomes = &mut self.outcomes;
        // Where nobody else was to be called, one row may have been enough to open.
        if outcomes.kept.open.is_some() || outcomes.run.len() >= IN_A_ROW {
            outcomes.recent.clear();
        }
        outcomes.run.clear();
        if !outcomes.kept.stopped {
            if !keeps_unknown {
                outcomes.kept.unknown = 0;
            }
            outcomes.kept.open = None;
        }
    }

    /// A reading showed a call of which it was unknown whether it was placed.
    pub(super) fn outcomes_show_a_call(&mut self) {
        self.outcomes.kept.placed = true;
    }

    /// A reading was answered by the service, or failed: one that was to try it, or of a call that is followed anyway.
    pub(super) fn read(&mut self, id: FlightId, answered: bool, now: Now) {
        let Some(open) = &mut self.outcomes.kept.open else { return };
        let probe = open.probe.filter(|probe| probe.purpose != Purpose::Call);
        if answered && probe.is_some() {
            // It may be called, once.
            *open = Open { in_vain: open.in_vain, ..Open::default() };
        } else if probe == Some(id) {
            open.failed(now, true);
        }
    }

    /// The process learns that a person wants it to go on.
    pub(super) fn resumed(&mut self) {
        if std::mem::take(&mut self.outcomes.kept.stopped) {
            self.outcomes.stop_saved = false;
            self.outcomes.kept.unknown = 0;
            self.outcomes.kept.open = Some(Open::default());
        }
    }

    /// The process visits the store: that much of what it knows will be there. A trigger that an earlier process left on its
    /// way may have rung, which alone stops nothing.
    pub(super) fn outcomes_leave(&mut self, turn: &Turn) {
        for change in turn.changes.iter().filter(|change| change.state == State::Unconfirmed) {
            let row = self.place(change.id);
            let is_orphan = self.rows[&row].attempts.last().is_some_and(|it| it.orphaned);
            let outcomes = &mut self.outcomes;
            if is_orphan && outcomes.left_behind.insert(row) && outcomes.kept.unknown + 1 < UNKNOWN {
                outcomes.kept.unknown += 1;
            }
        }
        self.outcomes.away = self.outcomes.kept;
    }

    /// It is there. Whoever stops for a person to see to it does so for other processes as well.
    pub(super) fn outcomes_are_saved(&mut self, runs: bool) -> Verdict {
        let outcomes = &mut self.outcomes;
        outcomes.saved = outcomes.away;
        let stops = outcomes.away.stopped && outcomes.kept.stopped;
        let fresh = stops && !std::mem::replace(&mut outcomes.stop_saved, stops);
        holds(Promise::Unknown, !(fresh && runs), || {
            "three triggers in a row may have rung, and the store does not stop the campaign".to_owned()
        })
    }

    /// Another process knows what is in the store.
    pub(super) fn outcomes_are_forgotten(&mut self) {
        let outcomes = &mut self.outcomes;
        outcomes.run.clear();
        outcomes.recent.clear();
        outcomes.left_behind.clear();
        outcomes.kept = outcomes.saved;
        outcomes.worked = outcomes.kept.placed;
        outcomes.stop_saved = outcomes.saved.stopped;
        if let Some(open) = &mut outcomes.kept.open {
            open.probe = None;
        }
    }
}
