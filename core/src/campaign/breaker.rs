//! The breaker: stops a campaign while the service fails for everybody, so that an outage uses up no list.
//!
//! [`Breaker`] is told what came of every trigger and says whether another may leave; it sends nothing itself. What a
//! trigger's error means to it is in `fault`, the status reads that try a failing service are in `probe`, and
//! [`Campaign`](super::Campaign) puts them together.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::options::seconds;
use super::{Command, Known, RecipientId};
use crate::InvalidInput;
use crate::time::{Timestamp, Wait, times};

/// When the breaker opens, and how a failing service is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BreakerOptions {
    /// Triggers in a row that a fault of the service befell, after which nobody is dialed: of two recipients at least,
    /// unless nobody else is to be dialed. In a campaign in which nothing has ever worked the first one is enough.
    pub faults_in_a_row: u32,
    /// Number of the latest triggers that are looked at together.
    pub recent: u32,
    /// Faults among them after which nobody is dialed.
    pub recent_faults: u32,
    /// Triggers in a row of which nobody knows whether they rang, after which nobody is dialed until a person resumes the
    /// campaign.
    pub unknown_in_a_row: u32,
    /// Time until the first probe.
    #[serde(with = "seconds")]
    pub first_probe: Duration,
    /// The longest time between two probes; each is twice the one before.
    #[serde(with = "seconds")]
    pub longest_probe: Duration,
}

impl Default for BreakerOptions {
    /// Five faults in a row, or ten among the latest twenty; three unknown placements in a row; probes after 5 seconds
    /// first and every 5 minutes in the end.
    fn default() -> Self {
        Self {
            faults_in_a_row: 5,
            recent: 20,
            recent_faults: 10,
            unknown_in_a_row: 3,
            first_probe: Duration::from_secs(5),
            longest_probe: Duration::from_secs(300),
        }
    }
}

impl BreakerOptions {
    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        for (field, value) in [
            ("faults_in_a_row", self.faults_in_a_row),
            ("recent_faults", self.recent_faults),
            ("unknown_in_a_row", self.unknown_in_a_row),
        ] {
            if value == 0 {
                return Err(InvalidInput::new(field, "is 0", "1 or more"));
            }
        }
        if self.recent < self.recent_faults {
            return Err(InvalidInput::new("recent", "is less than recent_faults", "recent_faults or more"));
        }
        if self.first_probe < Duration::from_secs(1) || self.longest_probe < self.first_probe {
            let expected = "from 1 s to longest_probe";
            return Err(InvalidInput::new(
                "first_probe",
                "is under a second or longer than longest_probe",
                expected,
            ));
        }
        Ok(())
    }
}

/// The word for what the breaker allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerPhase {
    /// Calls are placed.
    Closed,
    /// Nobody is dialed; probes find out by themselves when the service works again.
    Open,
    /// Nobody is dialed until a person resumes the campaign: several triggers in a row may have rung.
    Stopped,
}

impl BreakerPhase {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Stopped => "stopped",
        }
    }
}

/// The request that tries a failing service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeKind {
    /// A status read of a call of the campaign that was placed: it rings nobody.
    StatusRead,
    /// The trigger of one recipient that is due.
    Trigger,
}

impl ProbeKind {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StatusRead => "status_read",
            Self::Trigger => "trigger",
        }
    }
}

/// The breaker as people and programs are told of it, and as it is saved with the campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakerState {
    /// The word for it.
    pub phase: BreakerPhase,
    /// When it opened last; of one that never did, when the fault came that it knows of.
    pub since: Timestamp,
    /// What the service or the way to it does wrong, in a sentence.
    pub why: String,
    /// Triggers that failed since the last one that worked.
    pub triggers: u32,
    /// Status reads that were sent to try the service since it opened.
    pub reads: u32,
    /// Triggers in a row of which nobody knows whether they rang.
    pub unknown: u32,
    /// Probes that failed since it opened.
    pub probes: u32,
    /// When the service is tried next, if it is to be tried by itself.
    pub next_probe_at: Option<Timestamp>,
    /// By which request.
    pub next_probe: Option<ProbeKind>,
}

/// A trigger that failed by a fault of the service or of the way to it.
pub(super) struct Fault {
    pub(super) recipient: RecipientId,
    /// Nobody knows whether it rang.
    pub(super) unknown: bool,
    /// What is wrong, in a sentence.
    pub(super) why: String,
    /// How long the service asks to wait.
    pub(super) asked: Option<Duration>,
    /// Nobody else is to be dialed now.
    pub(super) alone: bool,
}

enum Phase {
    Closed,
    /// Until the next probe.
    Open(Wait),
    /// A status read is on its way.
    Reading,
    /// One trigger may leave, or is on its way to this recipient.
    Trial(Option<RecipientId>),
    Stopped,
}

/// Record of a row whose triggers the service says it failed to place: the first time, and the counts of what worked when that
/// happened last.
struct Refused {
    since: Timestamp,
    works: u64,
    heard: u64,
}

/// Time for which it must have happened to a row before answered readings are enough to put it down to the row.
const REFUSED_FOR: Duration = Duration::from_secs(3_600);
/// A service that answers readings is tried by a trigger at least this often: it is alive, and once a minute does no harm.
const LONGEST_WHILE_ANSWERING: Duration = Duration::from_secs(60);
/// The part of an interval that jitter may take away.
const JITTER: f64 = 0.2;

pub(super) struct Breaker {
    options: BreakerOptions,
    rng: fastrand::Rng,
    phase: Phase,
    /// Something worked in this campaign, in this run or an earlier one.
    worked: bool,
    /// The call whose status is read to try the service.
    known: Option<Known>,
    /// Of the latest triggers, whether each failed by a fault.
    recent: VecDeque<bool>,
    /// Faults since the last trigger that worked.
    run: u32,
    /// Whom they befell, as long as it is one recipient.
    run_of: Option<RecipientId>,
    several: bool,
    /// Triggers that worked, and readings that were answered: so it is known whether something was between two refusals of a
    /// row.
    works: u64,
    heard: u64,
    /// Rows whose triggers the service says it failed to place.
    refused: BTreeMap<RecipientId, Refused>,
    /// A reading was answered since the last fault.
    answers: bool,
    /// Counts faults, so that it is known whether a trigger left before the last one.
    faults: u64,
    /// That count when each trigger left that is on its way.
    left: BTreeMap<RecipientId, u64>,
    state: BreakerState,
    unsaved: bool,
    untold: bool,
}

impl Breaker {
    pub(super) fn new(options: BreakerOptions, rng: fastrand::Rng) -> Self {
        Self {
            options,
            rng,
            phase: Phase::Closed,
            worked: false,
            known: None,
            recent: VecDeque::new(),
            run: 0,
            run_of: None,
            several: false,
            works: 0,
            heard: 0,
            refused: BTreeMap::new(),
            answers: false,
            faults: 0,
            left: BTreeMap::new(),
            state: BreakerState {
                phase: BreakerPhase::Closed,
                since: Timestamp::default(),
                why: String::new(),
                triggers: 0,
                reads: 0,
                unknown: 0,
                probes: 0,
                next_probe_at: None,
                next_probe: None,
            },
            unsaved: false,
            untold: false,
        }
    }

    /// Takes up what an earlier run saved.
    pub(super) fn restore(
        &mut self,
        now: Timestamp,
        saved: Option<Box<BreakerState>>,
        known: Option<Known>,
        command: Command,
    ) {
        self.worked = known.is_some();
        self.known = known;
        let Some(saved) = saved else { return };
        self.state = *saved;
        // A limit that was lowered since is reached already.
        if self.state.unknown >= self.options.unknown_in_a_row {
            self.state.phase = BreakerPhase::Stopped;
        }
        match self.state.phase {
            BreakerPhase::Closed => return,
            BreakerPhase::Open => {
                // By a clock that was wrong, it is tried no later than it would be anew.
                let left = self.state.next_probe_at.map_or(Duration::ZERO, |at| at.since(now));
                let span = self.interval(false);
                self.wait(now, left.min(span));
            }
            BreakerPhase::Stopped => {
                self.phase = Phase::Stopped;
                if command == Command::Run {
                    self.resume(now);
                }
            }
        }
        self.untold = true;
    }

    pub(super) const fn state(&self) -> &BreakerState {
        &self.state
    }

    pub(super) const fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    pub(super) const fn is_stopped(&self) -> bool {
        matches!(self.phase, Phase::Stopped)
    }

    /// Whether anybody may be dialed, as far as this decides.
    pub(super) const fn allows(&self) -> bool {
        matches!(self.phase, Phase::Closed | Phase::Trial(None))
    }

    /// Whether another trigger may leave while so many are on their way: of those and the ones before them no more than the
    /// limit may come to an unknown end.
    pub(super) fn may_dial(&self, dialing: usize, max_dialing: u32) -> bool {
        self.allows() && self.has_room(dialing, max_dialing)
    }

    /// Whether a trigger whose intent was saved may still leave while so many others are on their way.
    pub(super) fn may_leave(&self, id: RecipientId, others: usize, max_dialing: u32) -> bool {
        let allowed = match self.phase {
            Phase::Closed => true,
            Phase::Trial(trial) => trial == Some(id),
            Phase::Open(_) | Phase::Reading | Phase::Stopped => false,
        };
        allowed && self.has_room(others, max_dialing)
    }

    fn has_room(&self, dialing: usize, max_dialing: u32) -> bool {
        let unknown = self.state.unknown;
        let limit = self.options.unknown_in_a_row;
        unknown < limit && dialing + (unknown as usize) < limit.max(max_dialing) as usize
    }

    /// A recipient is dialed.
    pub(super) fn dialed(&mut self, id: RecipientId) {
        if let Phase::Trial(None) = self.phase {
            self.phase = Phase::Trial(Some(id));
        }
    }

    /// Its trigger leaves.
    pub(super) fn leaves(&mut self, id: RecipientId) {
        self.left.insert(id, self.faults);
    }

    /// It is not, after all.
    pub(super) fn withdrawn(&mut self, id: RecipientId) {
        if self.is_trial(id) {
            self.phase = Phase::Trial(None);
        }
    }

    fn is_trial(&self, id: RecipientId) -> bool {
        matches!(self.phase, Phase::Trial(Some(trial)) if trial == id)
    }

    /// The service says of a row that it failed to place its call. Returns true if that counts against the row: other triggers
    /// worked since this happened to it before, or readings did and it has happened to it for an hour. Else it is the service
    /// that fails: one that answers readings may still place nobody's calls.
    pub(super) fn refusal_counts(&mut self, now: Timestamp, id: RecipientId) -> bool {
        let (works, heard) = (self.works, self.heard);
        let entry = self.refused.entry(id).or_insert(Refused { since: now, works, heard });
        entry.since = entry.since.min(now);
        let counts = entry.works < works || (entry.heard < heard && now.since(entry.since) >= REFUSED_FOR);
        *entry = Refused { works, heard, ..*entry };
        counts
    }

    /// The row has ended.
    pub(super) fn forget(&mut self, id: RecipientId) {
        self.refused.remove(&id);
    }

    /// The service placed a call; `call` is its SID where it was not known before. Returns true if calls are placed again.
    pub(super) fn placed(&mut self, id: RecipientId, call: impl Into<Option<Known>>) -> bool {
        self.worked(id, call.into(), 0)
    }

    /// The service refused a trigger for what it asks: it is at work, but has placed nothing that makes unknown placements
    /// forgotten. Returns true if calls are placed again.
    pub(super) fn rejected(&mut self, id: RecipientId) -> bool {
        self.worked(id, None, self.state.unknown)
    }

    /// A trigger that left before the last fault says nothing of the service after it.
    fn worked(&mut self, id: RecipientId, call: Option<Known>, unknown: u32) -> bool {
        let left = self.left.remove(&id);
        let is_late = left.is_some_and(|faults| faults < self.faults);
        self.worked = true;
        self.works += 1;
        self.known = call.or_else(|| self.known.take());
        self.refused.remove(&id);
        self.note(false);
        if is_late && !self.is_trial(id) {
            return false;
        }
        let unknown = if is_late { self.state.unknown } else { unknown };
        self.run = 0;
        self.run_of = None;
        self.several = false;
        match self.phase {
            Phase::Stopped => false,
            Phase::Closed => {
                self.state.triggers = 0;
                self.unsaved |= self.state.unknown != unknown;
                self.state.unknown = unknown;
                false
            }
            Phase::Open(_) | Phase::Reading | Phase::Trial(_) => {
                self.phase = Phase::Closed;
                self.recent.clear();
                self.state.phase = BreakerPhase::Closed;
                self.state.unknown = unknown;
                self.state.next_probe_at = None;
                self.state.next_probe = None;
                self.changed();
                true
            }
        }
    }

    /// The trigger that seemed to work did not: the unknown placements that it made forgotten were followed by no call.
    pub(super) const fn did_not_work(&mut self, forgotten: u32) {
        self.state.unknown = self.state.unknown.saturating_add(forgotten);
    }

    /// An earlier run ended while a trigger was on its way, of which nobody knows whether it rang. By itself that stops nothing;
    /// but a run that is killed again and again while nothing is answered costs one such trigger each time, not several.
    pub(super) fn orphaned(&mut self) {
        if self.state.unknown + 1 < self.options.unknown_in_a_row {
            self.state.unknown += 1;
            self.unsaved = true;
        }
    }

    /// What came of a trigger says nothing of the service: it is tried again after the same time, or after what it asks for.
    pub(super) fn indecisive(&mut self, now: Timestamp, id: RecipientId, asked: Option<Duration>) {
        self.left.remove(&id);
        if self.is_trial(id) {
            let span = self.interval(false);
            self.wait(now, asked.map_or(span, |asked| span.max(asked)));
            self.changed();
        }
    }

    /// A trigger failed, which counts against its row.
    pub(super) fn refused(&mut self, now: Timestamp, id: RecipientId) {
        self.left.remove(&id);
        if self.is_trial(id) {
            self.failed(now, None, true);
        }
    }

    /// A trigger failed by a fault. Tells whether nobody is dialed any more because of it.
    pub(super) fn fault(&mut self, now: Timestamp, fault: Fault) -> bool {
        self.left.remove(&fault.recipient);
        self.faults += 1;
        self.note(true);
        self.run = self.run.saturating_add(1);
        self.several |= self.run_of.is_some_and(|other| other != fault.recipient);
        self.run_of.get_or_insert(fault.recipient);
        let answered = std::mem::take(&mut self.answers);
        let was_closed = self.is_closed();
        if was_closed && self.state.triggers == 0 {
            self.state.since = now;
        }
        self.state.triggers = self.state.triggers.saturating_add(1);
        self.state.why = fault.why;
        if fault.unknown {
            self.state.unknown = self.state.unknown.saturating_add(1);
        }
        if self.is_stopped() {
            // Saved already: to save it again could undo that a person has resumed the campaign meanwhile.
            return false;
        }
        self.unsaved |= fault.unknown;
        if self.state.unknown >= self.options.unknown_in_a_row {
            if was_closed {
                self.begin(now);
            }
            self.stop();
        } else if self.is_trial(fault.recipient) {
            self.failed(now, fault.asked, answered);
        } else if was_closed && self.opens(fault.alone) {
            self.begin(now);
            self.state.phase = BreakerPhase::Open;
            let span = self.interval(false);
            self.wait(now, fault.asked.map_or(span, |asked| span.max(asked)));
            self.changed();
        }
        was_closed && !self.is_closed()
    }

    /// Whether what is known is enough to dial nobody any more.
    fn opens(&self, alone: bool) -> bool {
        let in_a_row = self.run >= self.options.faults_in_a_row && (self.several || alone);
        let recent = self.recent.iter().filter(|fault| **fault).count();
        !self.worked || in_a_row || recent >= self.options.recent_faults as usize
    }

    fn note(&mut self, fault: bool) {
        self.recent.push_back(fault);
        if self.recent.len() > self.options.recent as usize {
            self.recent.pop_front();
        }
    }

    fn begin(&mut self, now: Timestamp) {
        self.state.since = now;
        self.state.reads = 0;
        self.state.probes = 0;
    }

    fn stop(&mut self) {
        self.phase = Phase::Stopped;
        self.state.phase = BreakerPhase::Stopped;
        self.state.next_probe_at = None;
        self.state.next_probe = None;
        self.changed();
    }

    /// A probe failed.
    fn failed(&mut self, now: Timestamp, asked: Option<Duration>, answers: bool) {
        self.state.probes = self.state.probes.saturating_add(1);
        let span = self.interval(answers);
        self.wait(now, asked.map_or(span, |asked| span.max(asked)));
        self.changed();
    }

    /// The time until the next probe, by how many failed: twice as long after each, with jitter that shortens it.
    fn interval(&mut self, answers: bool) -> Duration {
        let longest = self.options.longest_probe;
        let longest = if answers { longest.min(LONGEST_WHILE_ANSWERING) } else { longest };
        let doublings = self.state.probes.min(31);
        let span = self.options.first_probe.saturating_mul(1 << doublings).min(longest);
        times(span, 1.0 - JITTER * self.rng.f64())
    }

    fn wait(&mut self, now: Timestamp, span: Duration) {
        let wait = Wait::new(now, span);
        self.phase = Phase::Open(wait);
        self.state.next_probe_at = Some(wait.at());
        let by_reading = self.known.is_some() && !self.answers;
        self.state.next_probe = Some(if by_reading { ProbeKind::StatusRead } else { ProbeKind::Trigger });
    }

    /// A person wants the campaign to go on: the service is tried at once.
    pub(super) fn resume(&mut self, now: Timestamp) {
        if self.is_stopped() {
            self.state.phase = BreakerPhase::Open;
            self.state.unknown = 0;
            self.state.probes = 0;
            self.wait(now, Duration::ZERO);
            self.changed();
        }
    }

    /// Returns true while the service is being tried by a status read.
    pub(super) const fn is_reading(&self) -> bool {
        matches!(self.phase, Phase::Reading)
    }

    /// The status read that is to try the service now, if one is; a trigger that is to try it is allowed from now on.
    pub(super) fn probe(&mut self, now: Timestamp) -> Option<Known> {
        let Phase::Open(wait) = &mut self.phase else { return None };
        if !wait.is_over(now) {
            return None;
        }
        let known = self.known.clone().filter(|_| !self.answers);
        if known.is_some() {
            self.phase = Phase::Reading;
            self.state.reads = self.state.reads.saturating_add(1);
        } else {
            self.phase = Phase::Trial(None);
            self.state.next_probe = Some(ProbeKind::Trigger);
        }
        known
    }

    /// When the next probe is due.
    pub(super) const fn next_probe_at(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Open(wait) => Some(wait.at()),
            Phase::Closed | Phase::Reading | Phase::Trial(_) | Phase::Stopped => None,
        }
    }

    /// The service itself answered a reading, of a probe or of a call that is followed. Tells whether a trigger may leave
    /// because of it.
    pub(super) fn answered(&mut self) -> bool {
        self.heard += 1;
        self.answers = true;
        match self.phase {
            Phase::Reading => {
                self.phase = Phase::Trial(None);
                self.state.next_probe = Some(ProbeKind::Trigger);
                self.unsaved = true;
                true
            }
            Phase::Open(_) => {
                self.state.next_probe = Some(ProbeKind::Trigger);
                self.unsaved = true;
                false
            }
            Phase::Closed | Phase::Trial(_) | Phase::Stopped => false,
        }
    }

    /// The status read that tried the service failed as well; nothing is said if it was given up.
    pub(super) fn read_failed(&mut self, now: Timestamp, why: Option<String>, asked: Option<Duration>) {
        if let Phase::Reading = self.phase {
            match why {
                Some(why) => {
                    self.state.why = why;
                    self.failed(now, asked, false);
                }
                None => {
                    let span = self.interval(false);
                    self.wait(now, span);
                }
            }
        }
    }

    const fn changed(&mut self) {
        self.unsaved = true;
        self.untold = true;
    }

    /// What is to be told, if anything changed.
    pub(super) fn take_untold(&mut self) -> Option<BreakerState> {
        std::mem::take(&mut self.untold).then(|| self.state.clone())
    }

    pub(super) const fn is_unsaved(&self) -> bool {
        self.unsaved
    }

    /// What is to be saved, if anything changed.
    pub(super) fn take_unsaved(&mut self) -> Option<Box<BreakerState>> {
        std::mem::take(&mut self.unsaved).then(|| Box::new(self.state.clone()))
    }

    /// It was not saved after all.
    pub(super) const fn not_saved(&mut self) {
        self.unsaved = true;
    }
}

#[cfg(test)]
mod tests;
