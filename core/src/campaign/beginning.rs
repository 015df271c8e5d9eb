//! How an attempt to call begins: from an intent that was saved, or from what an earlier run left behind.

use std::time::Duration;

use super::judging::{SAME_NUMBER, change_of};
use super::live::Live;
use super::machine::{Mode, trigger_call};
use super::{
    Campaign, Change, Obstacle, Outcome, READ_AGAIN, RecipientId, Refusal, Standing, State, Unfinished,
    WaitRule,
};
use crate::time::Timestamp;
use crate::{Call, Destination, Metadata, PhoneNumber, Snapshot, TriggerCall};

impl Campaign {
    /// Takes up calls whose end was lost, as far as so many may be read at a time.
    pub(super) fn read_again(&mut self, now: Timestamp, lost: Vec<Unfinished>) {
        self.more_lost = false;
        // Nobody is called by it, so a campaign that is paused or cancelled does it as well.
        if self.mode != Mode::Dialing {
            return;
        }
        for unfinished in lost {
            let id = unfinished.recipient.id;
            if self.flights.get_mut(id).is_some() || self.pending.holds(id) {
                continue;
            }
            self.more_lost = true;
            if self.flights.read_again() < READ_AGAIN {
                self.take_up(now, unfinished);
            }
        }
    }

    /// Takes up what was left in the middle of an attempt, or was lost sight of.
    pub(super) fn take_up(&mut self, now: Timestamp, unfinished: Unfinished) {
        let Unfinished { recipient, attempt } = unfinished;
        let mut live = Live::new(recipient, attempt);
        live.unsure = live.attempt.placed_at.is_none();
        let was_lost = live.attempt.outcome == Outcome::Lost;
        let was_placed = was_lost || live.attempt.outcome == Outcome::InProgress;
        let Some(call_sid) = live.attempt.call_sid.clone().filter(|_| was_placed) else {
            self.breaker.orphaned();
            live.attempt.outcome = Outcome::Unknown;
            live.attempt.ended_at = Some(now);
            let mut change = live.change(
                State::Unconfirmed,
                "the run ended while the answer to its trigger was awaited: it may have rung, so it is not called again",
            );
            change.note = true;
            return self.pending.add(change);
        };
        let mut known = Snapshot {
            call_sid,
            placed_at: live.attempt.placed_at,
            seen_at: live.attempt.seen_at,
            reading: live.attempt.reading.clone(),
        };
        if was_lost {
            // What the service refuses to tell of it now, it has refused for minutes before.
            (known.placed_at, known.seen_at) = (None, None);
            live.read_again = true;
            live.attempt.outcome = Outcome::InProgress;
            live.attempt.error = None;
            let change = live.change(State::InProgress, "was placed, its end was lost, and it is read again");
            self.pending.add(Change { note: true, ..change });
        }
        let metadata = live.take_metadata();
        let call = self.described(live.recipient.to_number.clone(), metadata);
        let call = Call::resume_known(self.service.clone(), call, known, self.limits, self.rng.u64(..));
        let id = live.recipient.id;
        let age = live.attempt.placed_at.map_or(Duration::ZERO, |placed| now.since(placed));
        self.flights.add(live);
        self.flights.ages(id, self.lived.saturating_add(self.options.stuck_after.saturating_sub(age)));
        self.flights.call(id, call);
    }

    pub(super) fn described(&self, number: PhoneNumber, metadata: Metadata) -> TriggerCall {
        let call = TriggerCall::new(Destination::E164(number)).with_metadata(metadata);
        trigger_call(&self.options, call)
    }

    /// The intent is saved and the machine is polled: the trigger leaves now, if it still may.
    pub(super) fn begin(&mut self, now: Timestamp, id: RecipientId) {
        let Some(live) = self.flights.get_mut(id) else { return };
        let whom = live.recipient.whom();
        let standing = self.planner.standing(now, whom, now, None);
        if !self.may_call() {
            return self.take_back(now, id, "calling was stopped before its trigger could leave");
        }
        let others = self.flights.dialing().saturating_sub(1);
        if !self.breaker.may_leave(id, others, self.options.pace.max_dialing) {
            return self.take_back(now, id, "the service began to fail before its trigger could leave");
        }
        if standing.state != State::Scheduled || standing.due_at.is_none_or(|due| due > now) {
            let why = match standing.wait {
                Some(WaitRule::Window) => "its calling window closed before its trigger could leave",
                Some(_) => "the clock was set back before its trigger could leave",
                None => "its time was over before its trigger could leave",
            };
            return self.take_back(now, id, why);
        }
        let Some(live) = self.flights.get_mut(id) else { return };
        // Kept until the call is known: it may have to be looked for.
        let metadata = live.recipient.metadata.clone();
        let number = live.recipient.to_number.clone();
        let trigger_id = live.trigger_id.take();
        let call = self.described(number, metadata);
        let seed = self.rng.u64(..);
        match Call::place(self.service.clone(), call, self.limits, seed) {
            Ok(call) => {
                let call = match trigger_id {
                    Some(trigger_id) => call.under(trigger_id),
                    None => call,
                };
                self.breaker.leaves(id);
                self.flights.call(id, call);
            }
            Err(refused) => {
                self.breaker.withdrawn(id);
                self.ended_without_a_call(now, id, State::Rejected, refused.to_string(), None);
            }
        }
    }

    /// An intent whose trigger never left.
    pub(super) fn take_back(&mut self, now: Timestamp, id: RecipientId, why: &str) {
        self.pacing.give_back();
        self.breaker.withdrawn(id);
        self.flights.resolve(id, Outcome::NotPlaced);
        let Some(mut live) = self.flights.remove(id) else { return };
        live.attempt.ended_at = Some(now);
        live.attempt.sent = false;
        live.recipient.tries.dials = live.recipient.tries.dials.saturating_sub(1);
        let standing = self.planner.standing(now, live.recipient.whom(), now, None);
        let change = live.change(standing.state, format!("{why}; {}", standing.reason));
        self.pending.add(Change { due_at: standing.due_at, wait: standing.wait, ..change });
        self.fetch_again(standing.due_at.unwrap_or(now));
    }

    /// The store left the recipient as it was.
    pub(super) fn refused(&mut self, now: Timestamp, refusal: &Refusal) {
        let Some(mut live) = self.flights.remove(refusal.id) else { return };
        self.pacing.give_back();
        self.breaker.withdrawn(refusal.id);
        // The attempt was never written.
        let tries = &mut live.recipient.tries;
        tries.attempts = tries.attempts.saturating_sub(1);
        tries.dials = tries.dials.saturating_sub(1);
        match refusal.obstacle {
            // Whoever changed it may have scheduled it anew.
            Obstacle::NotScheduled => self.fetch_again(now),
            Obstacle::Suppressed => {
                self.pending.add(change_of(&live.recipient, Standing::suppressed()));
            }
            Obstacle::SameNumber => {
                let reason = "another campaign calls its number, or did so a short time ago";
                let until = now + SAME_NUMBER;
                let change = self.put_off(now, &live.recipient, until, WaitRule::SameNumber, reason);
                self.fetch_again(change.due_at.unwrap_or(now));
                self.pending.add(change);
            }
        }
    }
}
