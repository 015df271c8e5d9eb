//! What is known and not saved yet: one change for a recipient, the newest.

use std::collections::BTreeMap;

use super::{Change, RecipientId};

#[derive(Default)]
pub(super) struct Pending {
    changes: BTreeMap<RecipientId, Change>,
}

impl Pending {
    /// Adds what is newer than all that is held.
    pub(super) fn add(&mut self, mut change: Change) {
        if let Some(older) = self.changes.remove(&change.id) {
            let mut statuses = older.statuses;
            statuses.append(&mut change.statuses);
            change.statuses = statuses;
            if change.attempt.is_none() {
                change.attempt = older.attempt;
            }
        }
        self.changes.insert(change.id, change);
    }

    /// Adds what is older than all that is held.
    pub(super) fn put_back(&mut self, older: Change) {
        match self.changes.remove(&older.id) {
            None => {
                self.changes.insert(older.id, older);
            }
            Some(newer) => {
                self.changes.insert(older.id, older);
                self.add(newer);
            }
        }
    }

    pub(super) fn take(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes).into_values().collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Change> {
        self.changes.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Change> {
        self.changes.values_mut()
    }

    pub(super) fn holds(&self, id: RecipientId) -> bool {
        self.changes.contains_key(&id)
    }

    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{Attempt, State, Tries};
    use crate::{CallStatus, StatusChange, Timestamp};

    fn change(id: i64, state: State, attempt: Option<u32>, words: &[&str]) -> Change {
        let at = Timestamp::from_millis(1_000);
        let status = |word: &&str| StatusChange {
            status: CallStatus::from_word(word),
            reason: String::new(),
            at,
            correlation_id: None,
        };
        Change {
            id: RecipientId(id),
            row: 1,
            state,
            due_at: None,
            wait: None,
            reason: state.to_string(),
            tries: Tries::default(),
            attempt: attempt.map(|number| Attempt::intended(number, at)),
            statuses: words.iter().map(status).collect(),
            note: false,
        }
    }

    /// State, number of the attempt and statuses of each.
    fn told(pending: &mut Pending) -> Vec<(i64, State, Option<u32>, String)> {
        assert_eq!(pending.iter().count(), pending.len());
        let told = |it: Change| {
            let words: Vec<_> = it.statuses.iter().map(|change| change.status.to_string()).collect();
            (it.id.0, it.state, it.attempt.map(|it| it.number), words.join(" "))
        };
        let all = pending.take().into_iter().map(told).collect();
        assert!(pending.is_empty());
        assert_eq!(pending.len(), 0);
        all
    }

    #[test]
    fn what_is_newer_replaces_what_is_older_and_loses_no_status_and_no_attempt() {
        let mut pending = Pending::default();
        pending.add(change(1, State::InProgress, Some(1), &["queued"]));
        pending.add(change(2, State::Dialing, Some(1), &[]));
        assert!(pending.holds(RecipientId(1)) && !pending.holds(RecipientId(3)));
        pending.add(change(1, State::InProgress, Some(1), &["calling"]));
        pending.add(change(1, State::Suppressed, None, &[]));
        pending.add(change(2, State::Dialing, Some(2), &[]));
        assert_eq!(
            told(&mut pending),
            [
                (1, State::Suppressed, Some(1), "queued calling".to_owned()),
                (2, State::Dialing, Some(2), String::new())
            ]
        );
    }

    #[test]
    fn what_comes_back_from_a_store_that_failed_is_older_than_what_was_learned_meanwhile() {
        let mut pending = Pending::default();
        pending.add(change(1, State::Succeeded, Some(1), &["success"]));
        pending.put_back(change(1, State::InProgress, Some(1), &["queued", "calling"]));
        pending.put_back(change(2, State::InProgress, Some(3), &["queued"]));
        assert_eq!(
            told(&mut pending),
            [
                (1, State::Succeeded, Some(1), "queued calling success".to_owned()),
                (2, State::InProgress, Some(3), "queued".to_owned())
            ]
        );
    }
}
