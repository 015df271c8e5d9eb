//! A store that forgets everything when it is dropped: for tests, simulations, and lists that nobody needs to keep.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{
    Attempt, BreakerPhase, BreakerState, CLOCK_STEP, Change, Command, Fetch, Intended, Known, Misdated,
    NewRecipient, Outcome, PLANNED_ANEW, PastCall, Priority, READ_AGAIN, Recipient, RecipientId, Refusal,
    STATUS_KEPT, SharedSid, Standing, State, Tries, Turn, Turned, Unfinished,
};
use crate::{CanonicalNumber, PhoneNumber, Timestamp};

/// A store in memory. It performs a [`Turn`] as every store has to.
#[derive(Default)]
pub struct MemoryStore {
    rows: Vec<Row>,
    due: BTreeSet<(Reverse<Priority>, Timestamp, RecipientId)>,
    suppressed: BTreeSet<CanonicalNumber>,
    /// Triggers for a number that may have reached a server.
    triggered: BTreeMap<CanonicalNumber, Vec<Triggered>>,
    /// Calls of a number by other campaigns.
    elsewhere: BTreeMap<CanonicalNumber, Vec<PastCall>>,
    /// No call counts from a later moment.
    last_call: Timestamp,
    unfinished: BTreeSet<RecipientId>,
    /// Whose calls are to be read again, from when on.
    lost: BTreeSet<(Timestamp, RecipientId)>,
    /// Those that are scheduled or expired, by when that was decided.
    decided: BTreeSet<(Timestamp, RecipientId)>,
    /// Attempts by their call SIDs: when each was placed, that of which it is not known last, and intended.
    sids: BTreeMap<String, BTreeSet<(Timestamp, Timestamp, RecipientId, u32)>>,
    command: Command,
    breaker: Option<Box<BreakerState>>,
}

struct Triggered {
    by: (RecipientId, u32),
    call: PastCall,
}

struct Row {
    recipient: NewRecipient,
    canonical: CanonicalNumber,
    standing: Standing,
    decided_at: Timestamp,
    tries: Tries,
    attempts: Vec<Attempt>,
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a recipient whose standing holds whatever the clock shows.
    pub fn add(&mut self, recipient: NewRecipient, standing: Standing) -> RecipientId {
        self.add_at(Timestamp::default(), recipient, standing)
    }

    /// Adds a recipient whose standing was decided at that moment: it is decided anew if the clock is set back behind it.
    pub fn add_at(&mut self, now: Timestamp, recipient: NewRecipient, standing: Standing) -> RecipientId {
        let id = RecipientId(i64::try_from(self.rows.len()).unwrap_or(i64::MAX));
        if let (State::Scheduled, Some(due)) = (standing.state, standing.due_at) {
            self.due.insert((Reverse(recipient.priority), due, id));
        }
        if is_decided(standing.state) {
            self.decided.insert((now, id));
        }
        let (tries, attempts) = (Tries::default(), Vec::new());
        let canonical = recipient.to_number.canonical();
        self.rows.push(Row { recipient, canonical, standing, decided_at: now, tries, attempts });
        id
    }

    /// Nobody with that number is called from now on, in whichever form it is written.
    pub fn suppress(&mut self, number: &PhoneNumber) {
        self.suppressed.insert(number.canonical());
    }

    /// Another campaign called that number at that moment, and the call has ended.
    pub fn called_elsewhere(&mut self, number: &PhoneNumber, at: Timestamp) {
        self.dialed_elsewhere(number, at, Outcome::Success);
    }

    /// Another campaign dialed that number at that moment, with what has come of it so far.
    pub fn dialed_elsewhere(&mut self, number: &PhoneNumber, dialed_at: Timestamp, outcome: Outcome) {
        let call = PastCall { dialed_at, recounted_at: None, outcome };
        self.last_call = self.last_call.max(dialed_at);
        let calls = self.elsewhere.entry(number.canonical()).or_default();
        match calls.iter_mut().find(|it| it.dialed_at == dialed_at) {
            Some(known) => known.outcome = outcome,
            None => calls.push(call),
        }
    }

    /// The breaker as it was saved last.
    #[must_use]
    pub fn breaker(&self) -> Option<&BreakerState> {
        self.breaker.as_deref()
    }

    /// Gives a command.
    pub const fn command(&mut self, command: Command) {
        self.command = command;
    }

    /// The call of a recipient is read again, if its end was lost.
    pub fn read_again(&mut self, id: RecipientId, from: Timestamp) {
        let at = usize::try_from(id.0).unwrap_or(usize::MAX);
        let Some(row) = self.rows.get_mut(at) else { return };
        if row.standing.state == State::StatusLost {
            if let Some(before) = row.standing.due_at.replace(from) {
                self.lost.remove(&(before, id));
            }
            self.lost.insert((from, id));
        }
    }

    /// How many recipients are in that state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|row| row.standing.state == state).count()
    }

    /// Where each recipient stands, in the order of adding, with all attempts to call it.
    pub fn iter(&self) -> impl Iterator<Item = (&NewRecipient, &Standing, &[Attempt])> {
        self.rows.iter().map(|row| (&row.recipient, &row.standing, row.attempts.as_slice()))
    }

    /// Performs a turn.
    pub fn turn(&mut self, turn: &Turn) -> Turned {
        let mut turned = Turned::default();
        for change in &turn.changes {
            self.save(turn, change, &mut turned.refused);
        }
        turned.shared = turn.changes.iter().filter_map(|change| self.shared(change)).collect();
        if let Some(breaker) = &turn.breaker {
            if breaker.phase == BreakerPhase::Stopped && self.command == Command::Run {
                self.command = Command::Pause;
            }
            self.breaker = Some(breaker.clone());
        }
        turned.command = self.command;
        if turn.fetch.is_some() {
            self.recount(turn.now);
        }
        match turn.fetch {
            None => {}
            Some(Fetch::Unfinished) => {
                self.read_the_lost_again(turn.now);
                let unfinished = self.unfinished.iter();
                turned.unfinished = unfinished.filter_map(|id| self.unfinished(turn.now, *id)).collect();
                turned.breaker.clone_from(&self.breaker);
                turned.known = self.known();
            }
            Some(Fetch::Due { by, limit, dialed_since }) => {
                self.fetch(turn.now, by, limit, dialed_since, &mut turned);
                let lost = self.lost.iter().take_while(|(from, _)| *from <= by).take(READ_AGAIN);
                turned.unfinished = lost.filter_map(|(_, id)| self.unfinished(turn.now, *id)).collect();
                turned.misdated = self.misdated(turn.now, dialed_since);
            }
        }
        turned
    }

    /// Calls that are dated ahead count from now on.
    fn recount(&mut self, now: Timestamp) {
        // Hardly ever is there one, and there may be many calls.
        if self.last_call <= now + CLOCK_STEP {
            return;
        }
        let own = self.triggered.values_mut().flatten().map(|it| &mut it.call);
        for call in own.chain(self.elsewhere.values_mut().flatten()).filter(|it| it.is_ahead(now)) {
            call.recounted_at = Some(now);
        }
        self.last_call = now + CLOCK_STEP;
    }

    /// From now on, those of which the service may still tell.
    fn read_the_lost_again(&mut self, now: Timestamp) {
        let may_be_told = |row: &Row| {
            let last = row.attempts.last();
            let since = last.filter(|it| it.call_sid.is_some()).and_then(|it| it.ended_at);
            row.standing.due_at.is_none() && since.is_some_and(|since| since > now - STATUS_KEPT)
        };
        for (id, row) in (0..).map(RecipientId).zip(&mut self.rows) {
            if row.standing.state == State::StatusLost && may_be_told(row) {
                row.standing.due_at = Some(now);
                self.lost.insert((now, id));
            }
        }
    }

    fn row(&self, id: RecipientId) -> Option<&Row> {
        self.rows.get(usize::try_from(id.0).ok()?)
    }

    fn save(&mut self, turn: &Turn, change: &Change, refused: &mut Vec<Refusal>) {
        let at = usize::try_from(change.id.0).unwrap_or(usize::MAX);
        let Some(row) = self.rows.get_mut(at) else { return };
        let number = &row.canonical;
        if change.state == State::Dialing {
            let is_same = |held: &Attempt| {
                held.outcome == Outcome::Dialing
                    && change
                        .attempt
                        .as_ref()
                        .is_some_and(|it| (it.number, it.dialed_at) == (held.number, held.dialed_at))
            };
            let intended = Intended {
                is_suppressed: self.suppressed.contains(number),
                state: row.standing.state,
                is_saved: row.attempts.iter().any(is_same),
                elsewhere: self.elsewhere.get(number).cloned().unwrap_or_default(),
            };
            if let Some(obstacle) = intended.obstacle(turn.now, turn.not_again_within) {
                refused.push(Refusal { id: change.id, obstacle });
                return;
            }
        }
        let key = |due| (Reverse(row.recipient.priority), due, change.id);
        if let Some(due) = row.standing.due_at {
            self.due.remove(&key(due));
            self.lost.remove(&(due, change.id));
        }
        match (change.state, change.due_at) {
            (State::Scheduled, Some(due)) => {
                self.due.insert(key(due));
            }
            (State::StatusLost, Some(from)) => {
                self.lost.insert((from, change.id));
            }
            (_, _) => {}
        }
        if let Some(attempt) = &change.attempt {
            let by = (change.id, attempt.number);
            let (dialed_at, outcome) = (attempt.dialed_at, attempt.outcome);
            let triggered = self.triggered.entry(number.clone()).or_default();
            let before = triggered.extract_if(.., |it| it.by == by).last();
            if outcome.may_have_rung() || attempt.sent {
                let recounted_at = before.and_then(|it| it.call.recounted_at);
                triggered.push(Triggered { by, call: PastCall { dialed_at, recounted_at, outcome } });
                self.last_call = self.last_call.max(recounted_at.unwrap_or(dialed_at));
            }
            if let Some(call_sid) = &attempt.call_sid {
                let sharing = self.sids.entry(call_sid.as_str().to_owned()).or_default();
                sharing.retain(|(_, _, id, number)| (*id, *number) != (change.id, attempt.number));
                sharing.insert(placed(change.id, attempt));
            }
            match row.attempts.iter_mut().find(|held| held.number == attempt.number) {
                Some(held) => held.clone_from(attempt),
                None => row.attempts.push(attempt.clone()),
            }
        }
        if matches!(change.state, State::Dialing | State::InProgress) {
            self.unfinished.insert(change.id);
        } else {
            self.unfinished.remove(&change.id);
        }
        self.decided.remove(&(row.decided_at, change.id));
        if is_decided(change.state) {
            self.decided.insert((turn.now, change.id));
        }
        row.decided_at = turn.now;
        row.standing = Standing {
            state: change.state,
            due_at: change.due_at,
            wait: change.wait,
            reason: change.reason.clone(),
        };
        row.tries.clone_from(&change.tries);
    }

    /// Whose time was decided by a clock that has been set back since.
    fn misdated(&self, now: Timestamp, since: Timestamp) -> Vec<Misdated> {
        let of = |(decided_at, id): &(Timestamp, RecipientId)| {
            let Standing { state, due_at, wait, .. } = self.row(*id)?.standing;
            let recipient = self.recipient(now, *id, since)?;
            Some(Misdated { recipient, decided_at: *decided_at, state, due_at, wait })
        };
        let from = (now + CLOCK_STEP, RecipientId(i64::MAX));
        self.decided.range(from..).filter_map(of).take(PLANNED_ANEW).collect()
    }

    /// Whose attempt has had the call SID of this one before.
    fn shared(&self, change: &Change) -> Option<SharedSid> {
        let attempt = change.attempt.as_ref().filter(|it| it.outcome != Outcome::Unknown)?;
        let first = self.sids.get(attempt.call_sid.as_ref()?.as_str())?.first()?;
        let (_, _, other, _) = first;
        let is_another = *first < placed(change.id, attempt);
        let other_row = self.row(*other)?.recipient.row;
        is_another.then_some(SharedSid { id: change.id, other_row, other_campaign: None })
    }

    fn recipient(&self, now: Timestamp, id: RecipientId, since: Timestamp) -> Option<Recipient> {
        let row = self.row(id)?;
        let NewRecipient {
            row: line, to_number, time_zone, also_in, not_before, not_after, metadata, ..
        } = &row.recipient;
        // Of other campaigns' calls it is not known for whom they were.
        let own =
            || self.triggered.get(&row.canonical).into_iter().flatten().map(|it| (Some(it.by.0), &it.call));
        let elsewhere = || self.elsewhere.get(&row.canonical).into_iter().flatten();
        let rang = |call: &PastCall| call.outcome.may_have_rung();
        let from = |call: &PastCall| call.counts_from(now);
        let called = elsewhere().filter(|call| rang(call)).map(from);
        let all = || own().chain(elsewhere().map(|call| (None, call)));
        let ahead = all().filter(|(_, call)| call.dialed_at > now).filter_map(|(_, call)| call.recounted_at);
        let mut triggered: Vec<_> = all().filter(|(_, call)| from(call) >= since).collect();
        triggered.sort_unstable_by_key(|(_, call)| from(call));
        let dialed = || triggered.iter().filter(|(_, call)| rang(call));
        Some(Recipient {
            id,
            row: *line,
            to_number: to_number.clone(),
            time_zone: *time_zone,
            also_in: also_in.clone(),
            not_before: *not_before,
            not_after: *not_after,
            metadata: metadata.clone(),
            tries: row.tries.clone(),
            dialed: dialed().map(|(_, call)| from(call)).collect(),
            dialed_by_others: dialed().filter(|(by, _)| *by != Some(id)).map(|(_, call)| from(call)).max(),
            triggered: triggered.iter().map(|(_, call)| from(call)).collect(),
            called_elsewhere: called.max(),
            recounted_at: ahead.max(),
        })
    }

    /// The call that was placed last.
    fn known(&self) -> Option<Known> {
        let attempts = (0..).zip(&self.rows).flat_map(|(id, row)| {
            row.attempts.iter().filter_map(move |it| Some((it.placed_at?, RecipientId(id), it)))
        });
        let (_, recipient, attempt) = attempts.max_by_key(|(placed_at, ..)| *placed_at)?;
        Some(Known { recipient, attempt: attempt.number, call_sid: attempt.call_sid.clone()? })
    }

    fn unfinished(&self, now: Timestamp, id: RecipientId) -> Option<Unfinished> {
        let attempt = self.row(id)?.attempts.last()?.clone();
        Some(Unfinished { recipient: self.recipient(now, id, Timestamp::default())?, attempt })
    }

    fn fetch(&self, now: Timestamp, by: Timestamp, limit: usize, since: Timestamp, turned: &mut Turned) {
        let mut left_over: Option<Timestamp> = None;
        for priority in Priority::all() {
            let level = (Reverse(priority), Timestamp::default(), RecipientId(i64::MIN));
            for (held, due, id) in self.due.range(level..) {
                if *held != Reverse(priority) {
                    break;
                }
                if *due > by || turned.due.len() >= limit {
                    left_over = Some(left_over.map_or(*due, |before| before.min(*due)));
                    break;
                }
                turned.due.extend(self.recipient(now, *id, since));
            }
        }
        turned.next_due = left_over;
    }
}

/// Returns true if a clock decides that.
const fn is_decided(state: State) -> bool {
    matches!(state, State::Scheduled | State::Expired)
}

/// The place of an attempt among those with its call SID.
fn placed(id: RecipientId, attempt: &Attempt) -> (Timestamp, Timestamp, RecipientId, u32) {
    let placed_at = attempt.placed_at.unwrap_or(Timestamp::from_millis(u64::MAX));
    (placed_at, attempt.dialed_at, id, attempt.number)
}
