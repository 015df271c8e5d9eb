//! What a report is made of, as it is read from the database.

use std::collections::BTreeMap;

use polyai_outbound::campaign::{Ending, Outcome, Reason, Record, Redialed, SharedCall, State};

use super::zones::ByZone;
use crate::campaign::found::Found;
use crate::failure::Failure;

/// So many reasons are told, the most frequent first.
const REASONS: usize = 20;
/// So many rows of each kind that nobody knows enough of are told.
const UNSETTLED: u32 = 50;

/// What came of a campaign.
#[derive(Debug)]
pub(crate) struct Report {
    pub(super) tally: BTreeMap<State, u64>,
    pub(super) attempted: Vec<(Outcome, u64)>,
    pub(super) endings: Vec<Ending>,
    pub(super) reasons: Vec<Reason>,
    pub(super) zones: ByZone,
    pub(super) redials: Vec<Redialed>,
    /// Call SIDs that several triggers were answered with.
    pub(super) shared: Vec<SharedCall>,
    /// Rows that are unconfirmed, or whose status is lost; the first of them.
    pub(super) unsettled: Vec<Record>,
}

impl Report {
    pub(crate) async fn of(found: &mut Found) -> Result<Self, Failure> {
        let zone_by = found.kept().map(|kept| kept.calling.zone_by).unwrap_or_default();
        let (id, database) = (found.campaign.id, &mut found.database);
        let mut zones = ByZone::default();
        database
            .for_each_number(id, zone_by, |_, of_row, state| {
                zones.add(of_row, state);
                Ok::<(), Failure>(())
            })
            .await?;
        let mut unsettled = database.recipients_in(id, State::Unconfirmed, UNSETTLED).await?;
        unsettled.extend(database.recipients_in(id, State::StatusLost, UNSETTLED).await?);
        Ok(Self {
            tally: database.tally(id).await?,
            attempted: database.attempted(id).await?,
            endings: database.endings(id).await?,
            reasons: database.reasons(id, REASONS).await?,
            zones,
            redials: database.redialed(id).await?,
            shared: database.shared_calls(id, None).await?,
            unsettled,
        })
    }

    pub(super) fn sum(&self, which: impl Fn(State) -> bool) -> u64 {
        self.tally.iter().filter(|(state, _)| which(**state)).map(|(_, count)| count).sum()
    }

    pub(super) fn total(&self) -> u64 {
        self.sum(|_| true)
    }
}
