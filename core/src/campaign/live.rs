//! Calls in flight: their machines, their alarms, and what has been learned of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::{Attempt, Change, FlightId, Outcome, Purpose, Recipient, RecipientId, State};
use crate::machine::{Input, Machine, Output as CallOutput};
use crate::time::{Deadline, Timestamp};
use crate::{
    Call, CallEvent, CanonicalNumber, CorrelationId, Metadata, PhoneNumber, RetryBudget, StatusChange,
};

/// What a recipient that is being called is doing.
pub(super) enum Stage {
    /// Its intent is being saved.
    Saving,
    /// Its intent is saved, and its trigger may leave if it still may when the machine is polled.
    Saved,
    /// Its machine is at work.
    Calling(Box<Call>),
}

/// A recipient that is being called.
pub(super) struct Live {
    pub(super) recipient: Recipient,
    pub(super) attempt: Attempt,
    pub(super) stage: Stage,
    /// Status changes that were seen since the last change of the row.
    pub(super) statuses: Vec<StatusChange>,
    /// The reason in the last answer as the service gave it: what is kept of it is cleared of metadata.
    pub(super) said: Option<String>,
    /// The correlation id that its trigger is to be sent under.
    pub(super) trigger_id: Option<CorrelationId>,
    /// Nobody knows whether it was placed: an answer that cannot be believed named a call.
    pub(super) unsure: bool,
    /// From when on it is followed outside the limit of calls in flight, by the time that the campaign has lived.
    stuck_from: Option<Duration>,
    /// Its end was lost, and is read again.
    pub(super) read_again: bool,
    alarm: Option<Deadline>,
}

impl Live {
    /// An attempt to call that is to be saved before anything else, with the correlation id that its trigger is sent
    /// under: so a call whose answer is lost can be traced.
    pub(super) fn intended(
        now: Timestamp,
        mut recipient: Recipient,
        correlation_id: Option<CorrelationId>,
    ) -> Self {
        recipient.tries.attempts = recipient.tries.attempts.saturating_add(1);
        recipient.tries.dials = recipient.tries.dials.saturating_add(1);
        let mut attempt = Attempt::intended(recipient.tries.attempts, now);
        attempt.correlation_id = correlation_id.as_ref().map(ToString::to_string);
        Self { trigger_id: correlation_id, ..Self::new(recipient, attempt) }
    }

    pub(super) const fn new(recipient: Recipient, attempt: Attempt) -> Self {
        Self {
            recipient,
            attempt,
            stage: Stage::Saving,
            statuses: Vec::new(),
            said: None,
            trigger_id: None,
            unsure: false,
            stuck_from: None,
            read_again: false,
            alarm: None,
        }
    }

    /// What is to be saved of it now, the status changes that were seen with it.
    pub(super) fn change(&mut self, state: State, reason: impl Into<String>) -> Change {
        Change {
            id: self.recipient.id,
            row: self.recipient.row,
            state,
            due_at: None,
            wait: None,
            reason: reason.into(),
            tries: self.recipient.tries.clone(),
            attempt: Some(self.attempt.clone()),
            statuses: std::mem::take(&mut self.statuses),
            note: false,
        }
    }

    /// The metadata, which the call's machine keeps from here on.
    pub(super) fn take_metadata(&mut self) -> Metadata {
        std::mem::replace(&mut self.recipient.metadata, Metadata::EMPTY)
    }

    const fn is_dialing(&self) -> bool {
        matches!(self.attempt.outcome, Outcome::Dialing)
    }
}

/// All calls in flight.
#[derive(Default)]
pub(super) struct Flights {
    lives: BTreeMap<RecipientId, Live>,
    /// Whose machines have to be polled.
    ready: VecDeque<RecipientId>,
    alarms: BTreeSet<(Timestamp, RecipientId)>,
    numbers: BTreeMap<CanonicalNumber, u32>,
    dialing: usize,
    /// When calls that were placed are taken for stuck, the first first; those that are so already are not among them.
    aging: BTreeSet<(Duration, RecipientId)>,
    stuck: BTreeSet<RecipientId>,
    read_again: usize,
}

impl Flights {
    pub(super) fn len(&self) -> usize {
        self.lives.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lives.is_empty()
    }

    pub(super) const fn dialing(&self) -> usize {
        self.dialing
    }

    /// How many are read again whose end was lost.
    pub(super) const fn read_again(&self) -> usize {
        self.read_again
    }

    /// Whether the number is being called.
    pub(super) fn calls(&self, number: &PhoneNumber) -> bool {
        self.numbers.contains_key(&number.canonical())
    }

    /// How many calls last for so long that they no longer count as in flight.
    pub(super) fn stuck(&self) -> usize {
        self.stuck.len()
    }

    /// How many count as in flight.
    pub(super) fn counted(&self) -> usize {
        self.lives.len() - self.stuck.len()
    }

    /// It was placed, and is taken for stuck from then on.
    pub(super) fn ages(&mut self, id: RecipientId, stuck_from: Duration) {
        if let Some(live) = self.lives.get_mut(&id)
            && live.stuck_from.replace(stuck_from).is_none()
        {
            self.aging.insert((stuck_from, id));
        }
    }

    /// Takes note that the campaign has lived so long.
    pub(super) fn age(&mut self, lived: Duration) {
        while let Some((stuck_from, id)) = self.aging.first().copied()
            && stuck_from <= lived
        {
            self.aging.remove(&(stuck_from, id));
            self.stuck.insert(id);
        }
    }

    pub(super) fn add(&mut self, live: Live) {
        *self.numbers.entry(live.recipient.to_number.canonical()).or_default() += 1;
        self.dialing += usize::from(live.is_dialing());
        self.read_again += usize::from(live.read_again);
        self.lives.insert(live.recipient.id, live);
    }

    pub(super) fn get_mut(&mut self, id: RecipientId) -> Option<&mut Live> {
        self.lives.get_mut(&id)
    }

    /// The recipient that waits for this answer; a late one is about an attempt that is over, or a request that was given up.
    pub(super) fn awaiting(&mut self, id: FlightId) -> Option<&mut Live> {
        let live = self.lives.get_mut(&id.recipient)?;
        let awaits = matches!(&live.stage, Stage::Calling(call) if call.awaits(id.send));
        (awaits && id.purpose == Purpose::Call && live.attempt.number == id.attempt).then_some(live)
    }

    pub(super) fn ids(&self) -> Vec<RecipientId> {
        self.lives.keys().copied().collect()
    }

    pub(super) fn remove(&mut self, id: RecipientId) -> Option<Live> {
        let live = self.lives.remove(&id)?;
        self.dialing -= usize::from(live.is_dialing());
        self.read_again -= usize::from(live.read_again);
        if let Some(alarm) = live.alarm {
            self.alarms.remove(&(alarm.at, id));
        }
        if let Some(stuck_from) = live.stuck_from {
            self.aging.remove(&(stuck_from, id));
            self.stuck.remove(&id);
        }
        let number = live.recipient.to_number.canonical();
        if let Some(count) = self.numbers.get_mut(&number) {
            *count -= 1;
            if *count == 0 {
                self.numbers.remove(&number);
            }
        }
        Some(live)
    }

    /// Its attempt is known to have become a call, or not.
    pub(super) fn resolve(&mut self, id: RecipientId, outcome: Outcome) -> Option<&mut Live> {
        let live = self.lives.get_mut(&id)?;
        self.dialing -= usize::from(live.is_dialing());
        live.attempt.outcome = outcome;
        self.dialing += usize::from(live.is_dialing());
        Some(live)
    }

    /// Its intent is saved.
    pub(super) fn saved(&mut self, id: RecipientId) {
        if let Some(live) = self.lives.get_mut(&id) {
            live.stage = Stage::Saved;
            self.ready.push_back(id);
        }
    }

    /// Whether its intent is saved and its machine has yet to begin.
    pub(super) fn is_to_begin(&self, id: RecipientId) -> bool {
        self.lives.get(&id).is_some_and(|live| matches!(live.stage, Stage::Saved))
    }

    /// Its machine begins.
    pub(super) fn call(&mut self, id: RecipientId, call: Call) {
        if let Some(live) = self.lives.get_mut(&id) {
            live.stage = Stage::Calling(Box::new(call));
            self.ready.push_back(id);
        }
    }

    pub(super) fn next_ready(&mut self) -> Option<RecipientId> {
        self.ready.pop_front()
    }

    pub(super) fn wake_all(&mut self) {
        self.ready.extend(self.lives.keys().copied());
    }

    pub(super) fn next_alarm(&self) -> Option<Deadline> {
        let (_, id) = self.alarms.first()?;
        self.lives.get(id)?.alarm
    }

    /// Returns true if a tick at `now` gives up that request.
    pub(super) fn times_out(&mut self, now: Timestamp, id: FlightId) -> bool {
        match self.awaiting(id) {
            Some(Live { stage: Stage::Calling(call), .. }) => call.times_out(now),
            Some(_) | None => false,
        }
    }

    /// Tells a call's machine what happened.
    pub(super) fn tell(&mut self, now: Timestamp, id: RecipientId, input: Input, budget: &mut RetryBudget) {
        if let Some(Live { stage: Stage::Calling(call), .. }) = self.lives.get_mut(&id) {
            call.handle_input(now, input, budget);
            self.ready.push_back(id);
        }
    }

    /// Tells all whose alarm is due.
    pub(super) fn tick(&mut self, now: Timestamp, budget: &mut RetryBudget) {
        while let Some((at, id)) = self.alarms.first().copied() {
            if at > now {
                break;
            }
            self.alarms.remove(&(at, id));
            if let Some(live) = self.lives.get_mut(&id) {
                live.alarm = None;
            }
            self.tell(now, id, Input::Tick, budget);
        }
    }

    /// Lets a call's machine say what it wants: requests and requests given up, and what it tells.
    pub(super) fn poll(
        &mut self,
        now: Timestamp,
        id: RecipientId,
        outputs: &mut VecDeque<super::Output>,
    ) -> Vec<CallEvent> {
        let mut events = Vec::new();
        let Some(live) = self.lives.get_mut(&id) else { return events };
        let attempt = live.attempt.number;
        let Stage::Calling(call) = &mut live.stage else { return events };
        while let Some(output) = call.poll_output(now) {
            match output {
                CallOutput::Send { id: send, request } => {
                    let id = FlightId { recipient: id, attempt, purpose: Purpose::Call, send };
                    outputs.push_back(super::Output::Send { id, request });
                }
                CallOutput::Abort(send) => {
                    let id = FlightId { recipient: id, attempt, purpose: Purpose::Call, send };
                    outputs.push_back(super::Output::Abort(id));
                }
                CallOutput::Event(event) => events.push(event),
            }
        }
        let alarm = call.poll_timeout();
        if alarm != live.alarm {
            if let Some(old) = std::mem::replace(&mut live.alarm, alarm) {
                self.alarms.remove(&(old.at, id));
            }
            if let Some(new) = alarm {
                self.alarms.insert((new.at, id));
            }
        }
        events
    }
}
