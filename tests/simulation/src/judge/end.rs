//! Whether all is well when it is over.

use polyai_outbound_core::campaign::MemoryStore;
use polyai_outbound_core::campaign::{Outcome, State};

use super::{Judge, Promise, Stage, Verdict, holds};

impl Judge {
    /// It is over, and nothing was in the way at last.
    ///
    /// # Errors
    /// If a row has not ended, or something is not in the store that was told.
    pub fn over(&self, store: &MemoryStore) -> Verdict {
        for ((_, standing, attempts), row) in store.iter().zip(&self.places) {
            let ledger = &self.rows[row];
            let rests = standing.state.is_terminal() || standing.state == State::Held;
            holds(Promise::Progress, rests, || {
                format!("row {row} is {}: {}", standing.state, standing.reason)
            })?;
            holds(Promise::Reason, !standing.reason.is_empty(), || format!("row {row}: no reason"))?;
            for held in &ledger.attempts {
                let saved = attempts.iter().find(|it| it.number == held.number);
                let outcome = saved.map(|it| it.outcome);
                let kept = held.end.is_none() || matches!(outcome, Some(Outcome::Success | Outcome::Failure));
                holds(Promise::NothingLost, kept, || format!("row {row}: {outcome:?}, but {held:?}"))?;
                holds(Promise::NothingLost, held.saved == held.words.len(), || {
                    format!("row {row}: a status was told and is not saved: {held:?}")
                })?;
                let placed = matches!(
                    outcome,
                    Some(Outcome::InProgress | Outcome::Success | Outcome::Failure | Outcome::Lost)
                );
                let sid = saved.and_then(|it| it.call_sid.as_ref()).map(|sid| sid.as_str());
                holds(Promise::NothingLost, !placed || sid == held.sid.as_deref(), || {
                    format!("row {row}: it has {sid:?}, but {held:?}")
                })?;
                let known = !held.rang || !matches!(held.stage, Stage::NotPlaced(_) | Stage::TakenBack);
                holds(Promise::Evidence, known, || format!("row {row}: it rang, but {held:?}"))?;
                let as_it_was = !held.rang || outcome != Some(Outcome::NotPlaced);
                holds(Promise::NothingLost, as_it_was, || format!("row {row}: it rang, and is not placed"))?;
            }
        }
        Ok(())
    }
}
