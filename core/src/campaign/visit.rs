//! Visits to the store: what is brought there, and what comes back.

use std::collections::BTreeSet;
use std::time::Duration;

use super::machine::{Mode, Visit};
use super::{Campaign, Command, Event, Fetch, Finish, Output, Recipient, State, Turn, Turned};
use crate::time::{Timestamp, Wait};

/// How often a store that has nothing to do is asked for commands, and for what others changed.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Campaign {
    pub(super) fn visit_store(&mut self, now: Timestamp, fetch: Option<Fetch>) {
        if fetch.is_some() {
            // The answer tells; what is learned meanwhile it cannot know.
            self.next_due = None;
            self.looked_at = Some(Wait::new(now, LOOK_AGAIN));
        }
        let changes = self.pending.take();
        // Looked through while nothing was under way.
        let looks = matches!(fetch, Some(Fetch::Due { .. }));
        self.found_nobody = looks && changes.is_empty() && self.flights.is_empty();
        self.visit = Visit::Away;
        self.outputs.push_back(Output::Store(Turn {
            now,
            changes,
            breaker: self.breaker.take_unsaved(),
            not_again_within: self.options.not_again_within,
            fetch,
        }));
    }

    pub(super) fn stored(&mut self, now: Timestamp, turn: Turn, turned: Turned) {
        self.visit = Visit::Idle;
        if std::mem::take(&mut self.failures) > 0 {
            self.outputs.push_back(Output::Event(Event::StoreRecovered));
        }
        if self.command != turned.command {
            if (self.command, turned.command) == (Command::Pause, Command::Run) {
                self.breaker.resume(now);
                self.tell_breaker();
            }
            self.command = turned.command;
            self.outputs.push_back(Output::Event(Event::Command(self.command)));
            // What was held meanwhile is out of date.
            self.held.clear();
            self.fetch_again(now);
        }
        if self.blocked != turned.blocked {
            self.blocked.clone_from(&turned.blocked);
            self.outputs.push_back(Output::Event(Event::Blocked(turned.blocked)));
            self.held.clear();
            self.fetch_again(now);
        }
        for refusal in &turned.refused {
            self.refused(now, refusal);
        }
        let shared = turned.shared.into_iter().filter_map(|shared| {
            let saved = turn.changes.iter().find(|change| change.id == shared.id)?;
            Some((saved.clone(), shared))
        });
        let shared: Vec<_> = shared.collect();
        for change in turn.changes {
            if shared.iter().all(|(saved, _)| saved.id != change.id) {
                self.unproven.remove(&change.id);
            }
            if change.state == State::Dialing {
                let id = change.id;
                if turned.refused.iter().all(|refusal| refusal.id != id) {
                    self.outputs.push_back(Output::Event(Event::Saved(Box::new(change))));
                    self.flights.saved(id);
                }
            } else {
                self.outputs.push_back(Output::Event(Event::Saved(Box::new(change))));
            }
        }
        for (saved, shared) in shared {
            self.shared(now, saved, shared);
        }
        match turn.fetch {
            None => {}
            Some(Fetch::Unfinished) => {
                self.breaker.restore(now, turned.breaker, turned.known, self.command);
                self.tell_breaker();
                for unfinished in turned.unfinished {
                    self.take_up(now, unfinished);
                }
                self.begun = true;
                if self.mode == Mode::Stopping {
                    self.give_all_up(now);
                }
                // Nothing is known yet of who is due.
                self.next_due = Some(Timestamp::default());
            }
            Some(Fetch::Due { .. }) => {
                if let Some(due) = turned.next_due {
                    self.fetch_again(due);
                }
                // Of some, what is known here is newer: that they are suppressed, say.
                let pending = &self.pending;
                let fresh: BTreeSet<_> = turned.due.iter().map(|it| it.id).collect();
                self.held.retain(|it| !fresh.contains(&it.id));
                // The clock may have stepped back: who is to be called again was due by it then, and may not be by now.
                let is_stale = turn.now > now;
                let is_out_of_date =
                    |it: &Recipient| pending.holds(it.id) || (is_stale && it.tries.attempts > 0);
                self.held.extend(turned.due.into_iter().filter(|it| !is_out_of_date(it)));
                if is_stale {
                    self.fetch_again(now);
                }
                self.read_again(now, turned.unfinished);
                self.plan_anew(now, turned.misdated);
            }
        }
    }

    pub(super) fn not_stored(&mut self, now: Timestamp, turn: Turn, why: String) {
        const FIRST: Duration = Duration::from_secs(1);
        const LONGEST: Duration = Duration::from_secs(10);
        self.failures = self.failures.saturating_add(1);
        if turn.breaker.is_some() {
            self.breaker.not_saved();
        }
        let wait = Wait::new(now, FIRST.saturating_mul(self.failures).min(LONGEST));
        self.visit = Visit::Failed(wait);
        // An intent that is not saved is none; but it may have been, so it is taken back.
        for change in turn.changes {
            if change.state == State::Dialing {
                self.take_back(now, change.id, "the store failed before its trigger could leave");
            } else {
                self.pending.put_back(change);
            }
        }
        // What was fetched may be out of date when the store is back.
        self.held.clear();
        self.fetch_again(now);
        let unsaved = self.pending.len();
        self.outputs.push_back(Output::Event(Event::StoreFailed { why, unsaved, again_at: wait.at() }));
        if self.mode == Mode::Stopping {
            self.finish(Finish::Stopped);
        }
    }
}
