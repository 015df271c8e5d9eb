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
