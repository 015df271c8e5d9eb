//! What the worlds have seen: that there was something to judge.

use std::collections::BTreeMap;
use std::fmt;

use crate::fault::Fault;

/// Counts of what was seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Requests that left, calls that rang, visits to the store, processes that ended, things that happened.
    pub requests: u64,
    pub calls: u64,
    pub turns: u64,
    pub ends: u64,
    pub happened: u64,
    /// What befell triggers, and readings.
    pub faults: BTreeMap<(bool, Fault), u64>,
    /// How rows ended.
    pub states: BTreeMap<&'static str, u64>,
}

impl Seen {
    /// A request fared like that.
    pub fn fared(&mut self, trigger: bool, fault: Option<Fault>) {
        if let Some(fault) = fault {
            *self.faults.entry((trigger, fault)).or_default() += 1;
        }
    }

    /// Adds what others saw.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.calls += other.calls;
        self.turns += other.turns;
        self.ends += other.ends;
        self.happened += other.happened;
        for (what, count) in &other.faults {
            *self.faults.entry(*what).or_default() += count;
        }
        for (state, count) in &other.states {
            *self.states.entry(state).or_default() += count;
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, calls, turns, ends, happened, faults, states } = self;
        writeln!(
            f,
            "{requests} requests, {calls} calls that rang, {turns} visits to the store, {ends} processes that ended, {happened} happenings"
        )?;
        for ((trigger, fault), count) in faults {
            let whom = if *trigger { "triggers" } else { "readings" };
            write!(f, "{count} {whom} {fault:?}, ")?;
        }
        writeln!(f)?;
        for (state, count) in states {
            write!(f, "{count} {state}, ")?;
        }
        Ok(())
    }
}
