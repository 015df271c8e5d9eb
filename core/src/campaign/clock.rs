//! A clock that was wrong and is set back: what was decided by it is decided again, so that nobody waits for a year that is
//! far away, and nobody whose time is not over has expired.
//!
//! A clock that was behind needs nothing: what it put off is due when it is set right. Spans are kept: whoever was to be
//! called half an hour after a call is called half an hour from now at the earliest, since nobody knows when that call was.

use std::time::Duration;

use super::judging::change_of;
use super::machine::Mode;
use super::{CLOCK_STEP, Campaign, Change, Command, Misdated, State, WaitRule};
use crate::time::Timestamp;

/// When something was decided, and what.
#[derive(Clone, Copy)]
struct Decision {
    decided_at: Timestamp,
    due_at: Option<Timestamp>,
    wait: Option<WaitRule>,
    was_tried: bool,
}

impl Decision {
    /// The moment before which the recipient may not be called, by a clock that shows `now`.
    fn earliest(&self, now: Timestamp, longest_spacing: Duration) -> Timestamp {
        let span = self.due_at.map_or(longest_spacing, |due| due.since(self.decided_at));
        match self.wait {
            Some(
                WaitRule::Redial
                | WaitRule::Retry
                | WaitRule::NumberCap
                | WaitRule::SameNumber
                | WaitRule::RecentCall,
            ) => now + span,
            // A window or an end may have taken the place of a spacing after a call.
            Some(WaitRule::Window | WaitRule::NotBefore | WaitRule::NoWindow | WaitRule::ZoneUnknown)
            | None
                if self.was_tried =>
            {
                now + span.min(longest_spacing)
            }
            Some(WaitRule::Window | WaitRule::NotBefore | WaitRule::NoWindow | WaitRule::ZoneUnknown)
            | None => now,
        }
    }
}

impl Campaign {
    /// Decides again about those whose time was decided by a clock that is ahead of this one.
    pub(super) fn plan_anew(&mut self, now: Timestamp, misdated: Vec<Misdated>) {
        if self.mode != Mode::Dialing || self.command == Command::Cancel || misdated.is_empty() {
            return;
        }
        let longest_spacing = self.longest_spacing();
        for Misdated { recipient, decided_at, state, due_at, wait } in misdated {
            let id = recipient.id;
            if self.flights.get_mut(id).is_some() || self.pending.holds(id) {
                continue;
            }
            self.held.retain(|held| held.id != id);
            let decision = Decision { decided_at, due_at, wait, was_tried: recipient.tries.attempts > 0 };
            let earliest = decision.earliest(now, longest_spacing);
            let because = "is planned anew, because the clock was set back".to_owned();
            let rule = wait.filter(|_| earliest > now).unwrap_or(WaitRule::Redial);
            let standing = self.planner.standing(now, recipient.whom(), earliest, Some((rule, because)));
            let mut change = change_of(&recipient, standing);
            // It was told that it would never be called.
            change.note = state == State::Expired && change.state != state;
            self.pending.add(change);
        }
        // There may be more of them.
        self.fetch_again(now);
    }

    /// The clock was set back from `before`: what was decided and is not saved is looked at again when it is.
    pub(super) fn look_again(&mut self, now: Timestamp, before: Timestamp) {
        if before.since(now) <= CLOCK_STEP {
            return;
        }
        let longest_spacing = self.longest_spacing();
        let again = |change: &Change| match change.state {
            State::Scheduled => change.due_at.is_some_and(|due| due > now),
            State::Expired => true,
            State::Held
            | State::Dialing
            | State::InProgress
            | State::Succeeded
            | State::Failed
            | State::Unconfirmed
            | State::StatusLost
            | State::Rejected
            | State::Suppressed
            | State::Cancelled => false,
        };
        for change in self.pending.iter_mut().filter(|change| again(change)) {
            let (due_at, wait) = (change.due_at, change.wait);
            let decision =
                Decision { decided_at: before, due_at, wait, was_tried: change.tries.attempts > 0 };
            change.state = State::Scheduled;
            change.due_at = Some(decision.earliest(now, longest_spacing));
            change.wait = None;
            let again = "is looked at again, because the clock was set back";
            // What came of a call is told all the same.
            if change.attempt.is_none() {
                again.clone_into(&mut change.reason);
            } else if !change.reason.ends_with(again) {
                change.reason = format!("{}; {again}", change.reason);
            }
        }
    }

    fn longest_spacing(&self) -> Duration {
        self.options.redial.iter().map(super::RedialRule::spacing).max().unwrap_or_default()
    }
}
