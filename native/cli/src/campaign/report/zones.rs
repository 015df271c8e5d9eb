//! Rows by where they are: the row's own zone, else all zones that count for its number.

use std::collections::BTreeMap;

use polyai_outbound::campaign::{State, Zone, Zones};

#[derive(Debug, Default)]
pub(crate) struct ByZone(BTreeMap<Zones, Counts>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    /// Ended otherwise.
    pub(crate) other: u64,
    /// Not ended.
    pub(crate) open: u64,
}

impl Counts {
    pub(crate) const fn plus(self, more: &Self) -> Self {
        Self {
            rows: self.rows + more.rows,
            succeeded: self.succeeded + more.succeeded,
            failed: self.failed + more.failed,
            other: self.other + more.other,
            open: self.open + more.open,
        }
    }

    const fn add(&mut self, state: State) {
        self.rows += 1;
        match state {
            State::Scheduled | State::Held | State::Dialing | State::InProgress => self.open += 1,
            State::Succeeded => self.succeeded += 1,
            State::Failed => self.failed += 1,
            State::Unconfirmed
            | State::StatusLost
            | State::Rejected
            | State::Suppressed
            | State::Expired
            | State::Cancelled => self.other += 1,
        }
    }
}

impl ByZone {
    pub(crate) fn add(&mut self, zones: Zones, state: State) {
        self.0.entry(zones).or_default().add(state);
    }

    /// Those with the most rows first.
    pub(crate) fn most_first(&self) -> Vec<(&Zones, &Counts)> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.rows));
        all
    }
}

/// Zones in a few words.
pub(crate) fn label(zones: &Zones) -> String {
    const SHOWN: usize = 2;
    let mut names: Vec<_> = zones.iter().take(SHOWN).map(Zone::name).collect();
    let more = zones.len().saturating_sub(SHOWN);
    match (names.len(), more) {
        (0, _) => "unknown".to_owned(),
        (_, 0) => names.join(", "),
        _ => {
            names.truncate(1);
            format!("{} and {} more", names.join(""), more + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use polyai_outbound::PhoneNumber;

    use super::*;

    #[test]
    fn a_row_counts_where_it_lives_and_else_wherever_its_number_may_be() {
        let mut by_zone = ByZone::default();
        let panhandle = PhoneNumber::parse("+18505550100").unwrap();
        let nowhere = PhoneNumber::parse("+80012345678").unwrap();
        by_zone.add(Zones::of(&panhandle), State::Succeeded);
        by_zone.add(Zones::of(&panhandle), State::Scheduled);
        by_zone.add(Zone::parse("America/Chicago").unwrap().into(), State::Failed);
        by_zone.add(Zones::of(&nowhere), State::Held);
        let told: Vec<_> =
            by_zone.most_first().into_iter().map(|(zones, counts)| (label(zones), counts.rows)).collect();
        assert_eq!(told.first(), Some(&("America/Chicago, America/New_York".to_owned(), 2)));
        assert!(told.contains(&("America/Chicago".to_owned(), 1)));
        assert!(told.contains(&("unknown".to_owned(), 1)));
    }

    #[test]
    fn many_zones_are_told_in_a_few_words() {
        let mobile = PhoneNumber::parse("+61412345678").unwrap();
        let label = label(&Zones::of(&mobile));
        assert!(label.contains(" and ") && label.ends_with(" more") && label.len() < 50, "{label}");
    }
}
