//! What is still to come, in the order of its time; of what comes at one time, the first that was put in.

use std::collections::BTreeMap;

use polyai_outbound_core::Timestamp;

/// What is still to come.
#[derive(Debug)]
pub struct Queue<T> {
    items: BTreeMap<(Timestamp, u64), Box<T>>,
    nth: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { items: BTreeMap::new(), nth: 0 }
    }
}

impl<T> Queue<T> {
    /// Puts something in that comes then.
    pub fn put(&mut self, at: Timestamp, item: T) {
        self.nth += 1;
        self.items.insert((at, self.nth), Box::new(item));
    }

    /// When the next one comes.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        self.items.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next one.
    pub fn take(&mut self) -> Option<(Timestamp, T)> {
        self.items.pop_first().map(|((at, _), item)| (at, *item))
    }

    /// Takes out what that is said of.
    pub fn take_out(&mut self, mut goes: impl FnMut(&T) -> bool) -> Vec<T> {
        self.items.extract_if(.., |_, item| goes(item)).map(|(_, item)| *item).collect()
    }
}
