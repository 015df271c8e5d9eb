//! What befalls a call in flight, and what it means for its recipient.

use std::borrow::Cow;
use std::time::Duration;

use super::disposition::{CONGESTION, disposition};
use super::fault::is_answered;
use super::live::{Live, Stage};
use super::{
    Campaign, Change, Event, FlightId, Known, Outcome, Output, Purpose, RecipientId, SharedSid, State,
    WaitRule,
};
use crate::answer::Member;
use crate::machine::Input as CallInput;
use crate::time::Timestamp;
use crate::wire::Reply;
use crate::{
    Call, CallEnd, CallEvent, CallSid, CallStatus, Completed, Error, ErrorCode, Happened, Placed, Placement,
    StatusChange,
};

/// What no wait after a trigger that placed no call exceeds, unless the service asks for longer.
const LONGEST_BACKOFF: Duration = Duration::from_secs(300);

/// How long the service asks to wait; after ten minutes it is asked anew, so that a slip of its pen ends no campaign.
pub(super) fn asked(error: &Error) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(600);
    error.retry_after().map(|asked| asked.min(LONGEST))
}

impl Campaign {
    pub(super) fn reply(&mut self, now: Timestamp, id: FlightId, reply: Reply) {
        if let Purpose::Probe(nth) = id.purpose {
            return self.tell_probe(now, nth, CallInput::Reply(id.send, reply));
        }
        if let Some(live) = self.flights.awaiting(id) {
            live.said = reply.answer.text(Member::Reason).map(str::to_owned);
            if live.attempt.outcome == Outcome::InProgress && is_answered(&reply) {
                self.answered(now);
            }
            self.flights.tell(now, id.recipient, CallInput::Reply(id.send, reply), &mut self.budget);
        }
    }

    pub(super) fn poll_call(&mut self, now: Timestamp, id: RecipientId) {
        if self.flights.is_to_begin(id) {
            return self.begin(now, id);
        }
        for event in self.flights.poll(now, id, &mut self.outputs) {
            match event {
                CallEvent::Placed(placed) => self.placed(now, id, placed),
                CallEvent::Status(change) => self.status(now, id, change),
                CallEvent::Ended(Ok(end)) => self.ended(now, id, end),
                CallEvent::Ended(Err(error)) => self.failed(now, id, &error),
                // A reading that is tried again, and one that is not believed, change nothing.
                CallEvent::Retrying(_) | CallEvent::Regression(_) => {}
            }
        }
    }

    fn placed(&mut self, now: Timestamp, id: RecipientId, placed: Completed<Placed>) {
        self.pacing.accepted(now);
        let Some(live) = self.flights.resolve(id, Outcome::InProgress) else { return };
        live.recipient.tries.refusals = 0;
        live.take_metadata();
        live.attempt.placed_at = Some(placed.value.placed_at);
        live.attempt.correlation_id = placed.correlation_id.or_else(|| live.attempt.correlation_id.take());
        let reason = format!("was placed and is followed as {}", placed.value.call_sid);
        let call =
            Known { recipient: id, attempt: live.attempt.number, call_sid: placed.value.call_sid.clone() };
        live.attempt.call_sid = Some(placed.value.call_sid);
        let change = live.change(State::InProgress, reason);
        self.pending.add(change);
        self.flights.ages(id, self.lived.saturating_add(self.options.stuck_after));
        let before = self.breaker.state().unknown;
        self.worked(now, id, Some(call));
        self.unproven.insert(id, before.saturating_sub(self.breaker.state().unknown));
    }

    fn status(&mut self, now: Timestamp, id: RecipientId, change: StatusChange) {
        let Some(live) = self.flights.get_mut(id) else { return };
        // Not by what the trigger answered: only the status endpoint sees a call.
        if let Stage::Calling(call) = &live.stage {
            live.attempt.seen_at = call.snapshot().and_then(|known| known.seen_at);
        }
        live.attempt.reading =
            Some(crate::Reading { status: change.status.clone(), reason: change.reason.clone() });
        if change.correlation_id.is_some() {
            live.attempt.correlation_id.clone_from(&change.correlation_id);
        }
        let found = live.unsure;
        // Of one that was lost it is known again that it goes on.
        live.attempt.ended_at = None;
        let ends = change.status.is_terminal();
        live.statuses.push(change);
        if std::mem::take(&mut live.unsure) {
            // The service knows the call: it was placed after all.
            live.attempt.placed_at = Some(now);
        }
        // An end follows at once, and says more.
        if !ends {
            let word = live.attempt.reading.as_ref().map_or("", |reading| reading.status.as_str());
            let reason = format!("was placed, and is {word}");
            let change = live.change(State::InProgress, reason);
            self.pending.add(change);
        }
        if found {
            self.worked(now, id, None);
        }
    }

    /// The service told how the call ended.
    fn ended(&mut self, now: Timestamp, id: RecipientId, end: CallEnd) {
        let succeeded = end.status == CallStatus::Success;
        self.flights.resolve(id, if succeeded { Outcome::Success } else { Outcome::Failure });
        let Some(mut live) = self.flights.remove(id) else { return };
        live.attempt.ended_at = Some(end.at);
        let raw = live.said.take().unwrap_or_else(|| end.reason.clone());
        live.attempt.disposition = if succeeded { None } else { disposition(&raw).map(Cow::Borrowed) };
        if end.correlation_id.is_some() {
            live.attempt.correlation_id = end.correlation_id;
        }
        if live.attempt.disposition.as_deref() == Some(CONGESTION) {
            self.congested(now);
        }
        let ended = if end.reason.is_empty() {
            format!("the call ended in {}", end.status)
        } else {
            format!("the call ended in {}: {}", end.status, end.reason)
        };
        let change = if succeeded {
            live.change(State::Succeeded, ended)
        } else {
            self.after_failure(now, &mut live, &raw, ended)
        };
        self.pending.add(change);
    }

    /// A call failed: another one, if a rule asks for it and there is time.
    fn after_failure(&mut self, now: Timestamp, live: &mut Live, raw: &str, ended: String) -> Change {
        let Some(rule) = self.options.redial.iter().find(|rule| rule.is_about(raw)) else {
            return live.change(State::Failed, ended);
        };
        let name = rule.name();
        let tries = &live.recipient.tries;
        let used = tries.redials.iter().find(|(held, _)| *held == name).map_or(0, |(_, used)| *used);
        if used >= rule.times() {
            let reason =
                format!("{ended}; redialed {used} times by the rule {rule}, which is all it asks for");
            return live.change(State::Failed, reason);
        }
        if tries.dials >= self.options.max_attempts {
            let reason = format!("{ended}; dialed {} times, which is as often as it may be", tries.dials);
            return live.change(State::Failed, reason);
        }
        let because = format!("{ended}; to be called again by the rule {rule}");
        let at = now + rule.spacing();
        let standing =
            self.planner.standing(now, live.recipient.whom(), at, Some((WaitRule::Redial, because.clone())));
        if !matches!(standing.state, State::Scheduled) {
            return live
                .change(State::Failed, format!("{ended}; not called again, because {}", standing.reason));
        }
        match live.recipient.tries.redials.iter_mut().find(|(held, _)| *held == name) {
            Some((_, used)) => *used = used.saturating_add(1),
            None => live.recipient.tries.redials.push((name, 1)),
        }
        let reason = if standing.wait == Some(WaitRule::Redial) {
            because
        } else {
            format!("{because}; {}", standing.reason)
        };
        self.fetch_again(standing.due_at.unwrap_or(now));
        let change = live.change(State::Scheduled, reason);
        Change { due_at: standing.due_at, wait: standing.wait, note: true, ..change }
    }

    /// There was no end to be told.
    fn failed(&mut self, now: Timestamp, id: RecipientId, error: &Error) {
        let Some(live) = self.flights.get_mut(id) else { return };
        live.attempt.error = Some(error.code().as_str().into());
        if let Some(id) = error.correlation_id() {
            live.attempt.correlation_id = Some(id.to_owned());
        }
        match (live.attempt.outcome, error.placement()) {
            (Outcome::InProgress, _) => self.lost_sight(now, id, error),
            (_, Some(Placement::NotPlaced)) => self.not_placed(now, id, error),
            (_, Some(Placement::Unknown | Placement::Placed) | None) => {
                self.judge_trigger(now, id, error);
                match error.call_sid().cloned() {
                    Some(call_sid) => self.look_for(id, call_sid, error),
                    None => self.unconfirmed(now, id, error),
                }
            }
        }
    }

    /// An answer that cannot be believed named a call: if the service knows it, it was placed.
    fn look_for(&mut self, id: RecipientId, call_sid: CallSid, error: &Error) {
        let seed = self.rng.u64(..);
        let Some(live) = self.flights.resolve(id, Outcome::InProgress) else { return };
        let (number, metadata) = (live.recipient.to_number.clone(), live.take_metadata());
        live.unsure = true;
        live.attempt.call_sid = Some(call_sid.clone());
        let change = live.change(State::InProgress, format!("is looked for, because {error}"));
        self.pending.add(Change { note: true, ..change });
        // What is read of it must not quote its metadata either.
        let call = self.described(number, metadata);
        let call = Call::resume_known(self.service.clone(), call, call_sid.into(), self.limits, seed);
        self.flights.ages(id, self.lived.saturating_add(self.options.stuck_after));
        self.flights.call(id, call);
    }

    /// The service has named another call so before: what is read of this one may be that one's, so nothing is concluded from
    /// it, and nobody knows whether it rang.
    pub(super) fn shared(&mut self, now: Timestamp, saved: Change, shared: SharedSid) {
        if let Some(unknown) = self.unproven.remove(&saved.id) {
            self.sid_fault(now, saved.id, unknown);
        }
        self.flights.resolve(saved.id, Outcome::Unknown);
        // What was learned since it was saved, its statuses above all, is not forgotten.
        let live = self.flights.remove(saved.id).map(|live| live.attempt);
        let Some(mut attempt) = live.or(saved.attempt.clone()) else { return };
        let Some(call_sid) = attempt.call_sid.clone() else { return };
        self.held.retain(|it| it.id != saved.id);
        let SharedSid { other_row, other_campaign, .. } = shared;
        let whose = match &other_campaign {
            Some(name) => format!("row {other_row} of the campaign {name}"),
            None => format!("row {other_row}"),
        };
        let reason = format!(
            "the service answered the same call SID, {call_sid}, to its trigger and to that of {whose}: one of these calls \
             cannot be followed, and it may have rung, so it is not called again"
        );
        attempt.outcome = Outcome::Unknown;
        attempt.ended_at = Some(now);
        attempt.disposition = None;
        attempt.error = Some(ErrorCode::UnexpectedAnswer.as_str().into());
        let row = saved.row;
        self.pending.add(Change {
            state: State::Unconfirmed,
            due_at: None,
            wait: None,
            reason,
            attempt: Some(attempt),
            statuses: Vec::new(),
            note: true,
            ..saved
        });
        let event = Event::SharedSid { row, call_sid, other_row, other_campaign };
        self.outputs.push_back(Output::Event(event));
    }

    fn unconfirmed(&mut self, now: Timestamp, id: RecipientId, error: &Error) {
        self.flights.resolve(id, Outcome::Unknown);
        let Some(mut live) = self.flights.remove(id) else { return };
        live.attempt.ended_at = Some(now);
        let change = live.change(State::Unconfirmed, error.to_string());
        self.pending.add(change);
    }

    /// A call that was placed, and how it ends cannot be learned.
    fn lost_sight(&mut self, now: Timestamp, id: RecipientId, error: &Error) {
        let unsure = self.flights.get_mut(id).is_some_and(|live| live.unsure);
        match error.code() {
            // By this run, which stops; the next one follows it on. What is known of it is saved already, or pending.
            ErrorCode::Cancelled => {
                self.flights.remove(id);
            }
            // Its end may still be read once the credential is right again.
            ErrorCode::Unauthorized | ErrorCode::Forbidden => {
                let Some(mut live) = self.flights.remove(id) else { return };
                let known = if unsure { "is looked for" } else { "was placed" };
                let reason = format!("{known}, and cannot be read for now: {error}");
                let change = live.change(State::InProgress, reason);
                self.pending.add(Change { note: true, ..change });
                self.halt(error);
            }
            _ if unsure => self.unconfirmed(now, id, error),
            ErrorCode::InvalidInput
            | ErrorCode::Rejected
            | ErrorCode::NotFound
            | ErrorCode::Expired
            | ErrorCode::RateLimited
            | ErrorCode::ServiceFailed
            | ErrorCode::UnexpectedAnswer
            | ErrorCode::NotConnected
            | ErrorCode::ConnectionLost
            | ErrorCode::TimedOut
            | ErrorCode::DeadlineExceeded => {
                self.flights.resolve(id, Outcome::Lost);
                let Some(mut live) = self.flights.remove(id) else { return };
                // One that was lost before is none the younger for having been read again.
                live.attempt.ended_at.get_or_insert(now);
                let reason = format!("it was placed, and its end is lost: {error}");
                let change = live.change(State::StatusLost, reason);
                self.pending.add(Change { note: true, ..change });
            }
        }
    }

    /// Nobody's phone rang, for certain.
    fn not_placed(&mut self, now: Timestamp, id: RecipientId, error: &Error) {
        let happened = error.happened();
        if matches!(happened, None | Some(Happened::NeverSent))
            && let Some(live) = self.flights.get_mut(id)
        {
            live.attempt.sent = false;
        }
        if matches!(happened, Some(Happened::TurnedAway | Happened::Unavailable)) {
            self.congested(now);
            self.asked_to_wait(now, error);
        }
        // The service says of this very call that it could not be placed.
        let is_refusal = happened == Some(Happened::PlacingFailed);
        if is_refusal && self.breaker.refusal_counts(now, id) {
            self.breaker.refused(now, id);
            self.tell_breaker();
            return self.refused_again(now, id, error);
        }
        self.judge_trigger(now, id, error);
        match (happened, error.code()) {
            (
                Some(Happened::Refused),
                ErrorCode::Unauthorized | ErrorCode::Forbidden | ErrorCode::NotFound,
            ) => {
                self.try_again(now, id, error);
                self.halt(error);
            }
            (Some(Happened::Refused), _) | (None, ErrorCode::InvalidInput) => {
                self.ended_without_a_call(now, id, State::Rejected, error.to_string(), Some(error));
            }
            (Some(Happened::PlacingFailed), _)
                if self.options.max_refusals == 0 && self.breaker.is_closed() =>
            {
                self.ended_without_a_call(now, id, State::Failed, error.to_string(), Some(error));
            }
            (
                None
                | Some(
                    Happened::NeverSent
                    | Happened::TurnedAway
                    | Happened::PlacingFailed
                    | Happened::Unavailable
                    | Happened::NotAnswered
                    | Happened::Lost
                    | Happened::ForeignRefusal,
                ),
                _,
            ) => self.try_again(now, id, error),
        }
    }

    /// A call could not be placed again, while others could: that is its row's own fault.
    fn refused_again(&mut self, now: Timestamp, id: RecipientId, error: &Error) {
        let Some(live) = self.flights.get_mut(id) else { return };
        let tries = &mut live.recipient.tries;
        tries.refusals = tries.refusals.saturating_add(1);
        if tries.refusals < self.options.max_refusals {
            return self.try_again(now, id, error);
        }
        self.breaker.forget(id);
        let reason = format!("tried {} times: {error}", tries.refusals.saturating_add(1));
        self.ended_without_a_call(now, id, State::Failed, reason, Some(error));
    }

    /// Its trigger is sent again: after a time of its own, or while nobody is dialed as soon as anybody is.
    fn try_again(&mut self, now: Timestamp, id: RecipientId, error: &Error) {
        let refuses_all = error.happened() == Some(Happened::Refused);
        let later = self.breaker.is_closed() && !refuses_all;
        self.flights.resolve(id, Outcome::NotPlaced);
        let Some(mut live) = self.flights.remove(id) else { return };
        live.attempt.ended_at = Some(now);
        let tries = &mut live.recipient.tries;
        tries.dials = tries.dials.saturating_sub(1);
        let at = if later {
            let in_vain = tries.attempts.saturating_sub(tries.dials).max(1);
            let mut policy = self.limits.retry;
            policy.cap = policy.cap.max(LONGEST_BACKOFF);
            now + policy.delay(in_vain, asked(error), &mut self.rng)
        } else {
            now
        };
        let because = format!("its trigger placed no call and is sent again: {error}");
        let rule = Some((WaitRule::Retry, because.clone()));
        let standing = self.planner.standing(now, live.recipient.whom(), at, rule);
        let reason = if standing.state != State::Scheduled {
            format!("its trigger placed no call: {error}; not sent again, because {}", standing.reason)
        } else if standing.wait == Some(WaitRule::Retry) {
            because
        } else {
            format!("{because}; {}", standing.reason)
        };
        self.fetch_again(standing.due_at.unwrap_or(now));
        let change = live.change(standing.state, reason);
        self.pending.add(Change { due_at: standing.due_at, wait: standing.wait, note: true, ..change });
    }

    pub(super) fn ended_without_a_call(
        &mut self,
        now: Timestamp,
        id: RecipientId,
        state: State,
        reason: String,
        error: Option<&Error>,
    ) {
        self.flights.resolve(id, Outcome::NotPlaced);
        let Some(mut live) = self.flights.remove(id) else { return };
        live.attempt.ended_at = Some(now);
        live.attempt.error = Some(error.map_or(ErrorCode::InvalidInput, Error::code).as_str().into());
        live.recipient.tries.dials = live.recipient.tries.dials.saturating_sub(1);
        let change = live.change(state, reason);
        self.pending.add(change);
    }

    fn asked_to_wait(&mut self, now: Timestamp, error: &Error) {
        if let Some((asked, capped)) = error.retry_after().zip(asked(error))
            && let Some(until) = self.pacing.asked_to_wait(now, capped)
        {
            self.outputs.push_back(Output::Event(Event::AskedToWait { until, asked }));
        }
    }

    fn congested(&mut self, now: Timestamp) {
        if self.pacing.congested(now) {
            let (rate, max_in_flight) = self.pacing.allowed();
            self.outputs.push_back(Output::Event(Event::Pace { rate, max_in_flight }));
        }
    }

    /// Gives up all that is in flight: what was placed is followed by a later run.
    pub(super) fn give_all_up(&mut self, now: Timestamp) {
        for id in self.flights.ids() {
            let Some(live) = self.flights.get_mut(id) else { continue };
            match &live.stage {
                // Taken back when the store has answered, or when it would begin.
                Stage::Saving | Stage::Saved => {}
                Stage::Calling(_) => {
                    self.flights.tell(now, id, CallInput::Cancel, &mut self.budget);
                    self.poll_call(now, id);
                }
            }
        }
    }
}
