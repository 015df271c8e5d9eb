//! The campaign as a machine: the order in which things are done, and when.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::breaker::Breaker;
use super::live::{Flights, Live};
use super::pacing::Pacing;
use super::pending::Pending;
use super::probe::Probe;
use super::{
    BreakerState, Change, Command, Event, Fetch, Finish, FlightId, Input, Options, Output, Planner, Purpose,
    READ_AGAIN, Recipient, RecipientId, State,
};
use crate::time::{Deadline, Timestamp, Wait, WaitReason};
use crate::wire;
use crate::{Destination, Error, InvalidInput, Limits, PhoneNumber, RetryBudget, Service, TriggerCall};

/// Whether anybody may be called, apart from what a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Dialing,
    /// Nobody any more in this run.
    Draining,
    /// The same, and what is in flight was given up.
    Stopping,
}

/// Where the store is.
pub(super) enum Visit {
    /// It may be asked.
    Idle,
    /// It is at work.
    Away,
    /// It failed, and is asked again when that is over.
    Failed(Wait),
}

/// What nothing is due after; a store's integers reach no further.
const NEVER: Timestamp = Timestamp::from_millis(u64::MAX >> 1);
/// So many recipients are fetched at a time at most.
const MOST: u16 = 512;
/// For how long dials of a number count.
pub(super) const DAY: Duration = Duration::from_secs(24 * 3600);

/// A campaign: calls those who are due, each in its window and no faster than its pace, follows every call to its end, and
/// has everything saved that matters before it matters.
///
/// It knows only who is in flight and a few who come next; all others are rows of its store. Methods come in three families,
/// as with [`Machine`](crate::Machine): **after every [`handle_input`](Self::handle_input), drain
/// [`poll_output`](Self::poll_output) before waiting** until [`poll_timeout`](Self::poll_timeout) or until something arrives.
///
/// An intent to call is saved, as [`State::Dialing`], before the trigger leaves. A recipient that is found so when a campaign
/// begins becomes [`State::Unconfirmed`], and is never called again by itself.
///
/// ```
/// use std::sync::Arc;
/// use polyai_outbound_core::campaign::{
///     Campaign, Event, Input, MemoryStore, NewRecipient, Options, Output, Planner, State,
/// };
/// use polyai_outbound_core::sandbox::{Config, Reaction, Sandbox};
/// use polyai_outbound_core::{Api, BaseUrl, Credential, Limits, PhoneNumber, Reply, Service, Timestamp};
///
/// let service = Service::at(BaseUrl::parse("http://localhost")?, Api::Outbound, Some(Credential::new("sandbox")?));
/// let mut now = Timestamp::from_millis(1_795_622_400_000);                  // a Wednesday in November 2026, 16:00 UTC
/// let mut sandbox = Sandbox::new(Config::default());
/// let (mut store, options) = (MemoryStore::new(), Options::default());
/// let mut planner = Planner::new(&options);
/// for (row, number) in (1..).zip(["+14155550100", "+14155550101"]) {
///     let recipient = NewRecipient::new(row, PhoneNumber::parse(number)?);
///     let standing = planner.first(now, &recipient);
///     store.add(recipient, standing);
/// }
///
/// let mut campaign = Campaign::new(Arc::new(service), options, Limits::default(), 7)?;
/// 'campaign: loop {
///     let mut arrived = Vec::new();
///     while let Some(output) = campaign.poll_output(now) {                  // 1. do what it says, in order
///         match output {
///             Output::Send { id, request } => match sandbox.handle(now, &request) {
///                 Reaction::Answer { response, .. } => arrived.push(Input::Reply(id, Reply::from(&response))),
///                 Reaction::Cut { .. } | Reaction::Hang => unreachable!("these numbers are answered"),
///             },
///             Output::Store(turn) => {
///                 let turned = store.turn(&turn);
///                 arrived.push(Input::Stored(turn, turned));
///             }
///             Output::Event(Event::Finished(_)) => break 'campaign,
///             Output::Event(_) | Output::Abort(_) => {}
///         }
///     }
///     if arrived.is_empty() {                                               // 2. wait
///         now = campaign.poll_timeout().map_or(now, |deadline| deadline.at);
///         arrived.push(Input::Tick);
///     }
///     for input in arrived {                                                // 3. tell it, and begin again
///         campaign.handle_input(now, input);
///     }
/// }
/// assert_eq!(store.count(State::Succeeded), 1);
/// assert_eq!(store.count(State::Failed), 1);
/// assert_eq!(sandbox.calls().count(), 2, "each rang once");
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
pub struct Campaign {
    pub(super) service: Arc<Service>,
    pub(super) options: Options,
    pub(super) limits: Limits,
    pub(super) rng: fastrand::Rng,
    pub(super) planner: Planner,
    pub(super) pacing: Pacing,
    pub(super) breaker: Breaker,
    /// The status read that tries a failing service.
    pub(super) probe: Option<Probe>,
    /// How many there were.
    pub(super) probed: u32,
    /// Whose call was placed, as long as it is not known that its SID is its own; with the unknown placements in a row
    /// before it.
    pub(super) unproven: BTreeMap<RecipientId, u32>,
    pub(super) budget: RetryBudget,
    /// Calls in flight, and those whose intent is being saved.
    pub(super) flights: Flights,
    /// What is to be saved by the next turn.
    pub(super) pending: Pending,
    pub(super) outputs: VecDeque<Output>,
    /// Who comes next, as fetched.
    pub(super) held: VecDeque<Recipient>,
    pub(super) visit: Visit,
    /// What an earlier run left behind was taken up.
    pub(super) begun: bool,
    /// Visits that failed in a row.
    pub(super) failures: u32,
    /// When the first is due of those who are neither held nor in flight.
    pub(super) next_due: Option<Timestamp>,
    /// The last visit looked the store through while nothing was under way: it found nobody, unless `next_due` says so.
    pub(super) found_nobody: bool,
    pub(super) looked_at: Option<Wait>,
    /// There may be more calls in the store that are to be read again because their end was lost.
    pub(super) more_lost: bool,
    pub(super) command: Command,
    pub(super) mode: Mode,
    pub(super) blocked: Option<String>,
    halted: bool,
    finished: bool,
    latest: Timestamp,
    /// How long it has lived: unlike a clock this neither steps nor counts a time in which the process was frozen.
    pub(super) lived: Duration,
}

impl Campaign {
    /// A campaign, new or to be gone on with: that is for its store to tell. The seed decides its jitter.
    ///
    /// # Errors
    /// If nobody could be called by the options, or they ask for what the dialect does not know.
    pub fn new(
        service: Arc<Service>,
        options: Options,
        limits: Limits,
        seed: u64,
    ) -> Result<Self, InvalidInput> {
        options.check()?;
        // The number has no part in it.
        let number = PhoneNumber::parse("+14155550100")?;
        wire::check(&service, &trigger_call(&options, TriggerCall::new(Destination::E164(number))))?;
        let mut limits = limits;
        // What may be tried again is rescheduled, so that windows, pace and suppression hold for every trigger.
        limits.retry.max_retries = 0;
        let mut rng = fastrand::Rng::with_seed(seed);
        Ok(Self {
            planner: Planner::new(&options),
            pacing: Pacing::new(options.pace),
            breaker: Breaker::new(options.breaker.clone(), rng.fork()),
            probe: None,
            probed: 0,
            unproven: BTreeMap::new(),
            service,
            options,
            limits,
            rng,
            budget: RetryBudget::default(),
            flights: Flights::default(),
            pending: Pending::default(),
            outputs: VecDeque::new(),
            held: VecDeque::new(),
            visit: Visit::Idle,
            begun: false,
            failures: 0,
            next_due: None,
            found_nobody: false,
            looked_at: None,
            more_lost: false,
            command: Command::Run,
            mode: Mode::Dialing,
            blocked: None,
            halted: false,
            finished: false,
            latest: Timestamp::default(),
            lived: Duration::ZERO,
        })
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        self.finished
    }

    /// How it is run.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// How many calls are in flight, from the intent to the end.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.flights.len()
    }

    /// How many of them are not known to be placed yet.
    #[must_use]
    pub fn dialing(&self) -> usize {
        self.flights.dialing()
    }

    /// How many calls last for so long that they are followed outside the limit of calls in flight.
    #[must_use]
    pub fn stuck(&self) -> usize {
        self.flights.stuck()
    }

    /// The breaker, unless calls are placed as usual.
    #[must_use]
    pub fn breaker(&self) -> Option<&BreakerState> {
        (!self.breaker.is_closed()).then(|| self.breaker.state())
    }

    /// Until when nobody is dialed because the service asks for it.
    #[must_use]
    pub fn asked_until(&self) -> Option<Timestamp> {
        self.pacing.asked_until()
    }

    /// Triggers a second and calls in flight, as allowed now.
    #[must_use]
    pub fn allowed(&self) -> (f64, u32) {
        self.pacing.allowed()
    }

    /// What a person wants, as far as is known.
    #[must_use]
    pub const fn command(&self) -> Command {
        self.command
    }

    /// What is known and not saved yet: all there is to tell if the store does not come back.
    pub fn unsaved(&self) -> impl Iterator<Item = &Change> {
        self.pending.iter()
    }

    /// What is to be done next, in order; nothing until something arrives or is due.
    pub fn poll_output(&mut self, now: Timestamp) -> Option<Output> {
        self.notice(now);
        loop {
            if let Some(output) = self.outputs.pop_front() {
                return Some(output);
            }
            if let Some(id) = self.flights.next_ready() {
                self.poll_call(now, id);
                continue;
            }
            if !self.finished {
                self.poll_probe(now);
                if self.outputs.is_empty() && self.may_visit(now) {
                    self.plan(now);
                }
            }
            if self.outputs.is_empty() {
                return None;
            }
        }
    }

    /// When it wants an [`Input::Tick`] at the latest, and why; nothing once it has ended. To be asked when
    /// [`poll_output`](Self::poll_output) is drained.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        if self.finished {
            return None;
        }
        let mut next = self.flights.next_alarm();
        let mut or = |other: Deadline| {
            if next.is_none_or(|held| other.at < held.at) {
                next = Some(other);
            }
        };
        if let Some(deadline) = self.probe.as_ref().and_then(Probe::timeout) {
            or(deadline);
        }
        if let Some(at) = self.breaker.next_probe_at().filter(|_| self.probes()) {
            or(Deadline { at, reason: WaitReason::Probe });
        }
        match &self.visit {
            Visit::Away => {}
            Visit::Failed(wait) => or(Deadline { at: wait.at(), reason: WaitReason::Store }),
            Visit::Idle => {
                if let Some(looked_at) = self.looked_at {
                    or(Deadline { at: looked_at.at(), reason: WaitReason::Store });
                }
                if let Some(at) = self.next_due.filter(|_| self.wants_more()) {
                    or(Deadline { at, reason: WaitReason::Due });
                }
                if !self.held.is_empty() && self.dials() && self.has_room() {
                    or(self.pacing.wait(self.latest));
                }
            }
        }
        next
    }

    /// Returns true if an [`Input::Tick`] at `now` gives up that request; [`Input::Stop`] gives up all. A shell that has its
    /// answer, or a part of it, tells that first: what is known of a call must not be lost.
    pub fn times_out(&mut self, now: Timestamp, id: FlightId) -> bool {
        self.notice(now);
        match id.purpose {
            Purpose::Call => self.flights.times_out(now, id),
            Purpose::Probe(nth) => self.probe.as_mut().is_some_and(|probe| probe.times_out(now, nth)),
        }
    }

    /// Takes note of what happened. What does not fit, a late answer say, is passed over.
    pub fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.notice(now);
        match input {
            Input::Reply(id, reply) => self.reply(now, id, reply),
            Input::Failed(id, error) => {
                if let Purpose::Probe(nth) = id.purpose {
                    self.tell_probe(now, nth, crate::Input::Failed(id.send, error));
                } else if self.flights.awaiting(id).is_some() {
                    let input = crate::Input::Failed(id.send, error);
                    self.flights.tell(now, id.recipient, input, &mut self.budget);
                }
            }
            Input::Tick => {
                self.flights.tick(now, &mut self.budget);
                self.tick_probe(now);
            }
            Input::Stored(turn, turned) => self.stored(now, turn, turned),
            Input::NotStored(turn, why) => self.not_stored(now, turn, why),
            Input::Drain => {
                if self.mode == Mode::Dialing {
                    self.mode = Mode::Draining;
                }
            }
            Input::Stop => {
                self.mode = Mode::Stopping;
                self.give_all_up(now);
                self.give_probe_up(now);
            }
        }
    }

    /// A clock that stepped back leaves alarms that are too late.
    fn notice(&mut self, now: Timestamp) {
        /// It is woken every second or so.
        const LONGEST: Duration = Duration::from_secs(10);
        if now < self.latest {
            self.flights.wake_all();
            self.look_again(now, self.latest);
            // Whoever is to be called again was due by the clock of before, and may not be by this one.
            self.held.retain(|recipient| recipient.tries.attempts == 0);
            self.fetch_again(now);
        }
        self.lived = self.lived.saturating_add(now.since(self.latest).min(LONGEST));
        self.flights.age(self.lived);
        self.latest = now;
    }

    fn may_visit(&mut self, now: Timestamp) -> bool {
        match &mut self.visit {
            Visit::Away => false,
            Visit::Idle => true,
            Visit::Failed(wait) => wait.is_over(now),
        }
    }

    /// Whether anybody may be called now, as far as the whole campaign decides.
    fn dials(&self) -> bool {
        self.may_call()
            && self.blocked.is_none()
            && matches!(self.visit, Visit::Idle)
            && self.breaker.allows()
    }

    /// Whether there is room for another trigger beside what is in flight.
    fn has_room(&self) -> bool {
        let dialing = self.flights.dialing();
        self.pacing.has_room(self.flights.counted(), dialing)
            && self.breaker.may_dial(dialing, self.options.pace.max_dialing)
    }

    /// Whether all who are scheduled are to be taken off the list: there will be no call any more.
    fn closes(&self, now: Timestamp) -> bool {
        self.command == Command::Cancel || self.options.until.is_some_and(|until| now >= until)
    }

    /// So few recipients are held that more are fetched, and so many at most: what is held is as old as its fetch.
    fn few_and_many(&self) -> (usize, usize) {
        const SECONDS: (f64, f64) = (2.0, 8.0);
        let (rate, _) = self.allowed();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number above 0")]
        let calls = |seconds: f64, most: f64| (rate * seconds).clamp(1.0, most) as usize;
        (calls(SECONDS.0, 64.0), calls(SECONDS.1, f64::from(MOST)).max(8))
    }

    fn wants_more(&self) -> bool {
        // Whoever is taken off the list needs no service that works.
        let may_go_on = self.breaker.allows() || self.closes(self.latest);
        let goes_on = self.mode == Mode::Dialing && self.command != Command::Pause && may_go_on;
        goes_on && self.held.len() < self.few_and_many().0
    }

    /// Decides whom to call, and visits the store if there is something to save or to fetch.
    fn plan(&mut self, now: Timestamp) {
        if !self.begun {
            return self.visit_store(now, Some(Fetch::Unfinished));
        }
        if self.closes(now) {
            while let Some(recipient) = self.held.pop_front() {
                self.close(now, &recipient);
            }
        } else if self.dials() {
            while !self.held.is_empty()
                && self.has_room()
                && self.pacing.may_dial(now, self.flights.counted(), self.flights.dialing())
            {
                let Some(recipient) = self.held.pop_front() else { break };
                self.consider(now, recipient);
            }
        }
        let due = self.next_due.is_some_and(|due| due <= now || self.closes(now));
        // A store that failed is tried again when its wait is over, whatever the clock says of the next look.
        let failed = matches!(self.visit, Visit::Failed(_));
        let look = failed || self.looked_at.as_mut().is_none_or(|wait| wait.is_over(now));
        let lost = self.more_lost && self.flights.read_again() < READ_AGAIN;
        let fetch = (due && self.wants_more()) || look || lost;
        if fetch || !self.pending.is_empty() || self.breaker.is_unsaved() {
            // Taking somebody off the list takes no time.
            let many = if self.closes(now) { usize::from(MOST) } else { self.few_and_many().1 };
            let limit = if self.wants_more() { many.saturating_sub(self.held.len()) } else { 0 };
            let by = if self.closes(now) { NEVER } else { now };
            let fetch = Fetch::Due { by, limit, dialed_since: now - DAY };
            return self.visit_store(now, (due || look || lost).then_some(fetch));
        }
        self.may_finish(now);
    }

    /// Nothing is pending and nothing was to be fetched.
    fn may_finish(&mut self, now: Timestamp) {
        let rest = self.next_due.is_some() || !self.held.is_empty() || self.more_lost;
        let finish = match self.mode {
            Mode::Dialing if rest => return,
            // One that its breaker stopped is done all the same if nobody is left to be called.
            Mode::Dialing if self.command == Command::Pause && !self.breaker.is_stopped() => return,
            Mode::Dialing => Finish::Done,
            Mode::Draining | Mode::Stopping => Finish::Stopped,
        };
        if !self.flights.is_empty() || !matches!(self.visit, Visit::Idle) {
            return;
        }
        // Somebody may have been put back in place since the store was looked through last.
        if finish == Finish::Done && !self.found_nobody {
            let fetch = Fetch::Due { by: now, limit: 1, dialed_since: now - DAY };
            return self.visit_store(now, Some(fetch));
        }
        self.finish(finish);
    }

    /// Dials a recipient whose turn it is, or says why not: as an intent, to be saved.
    fn consider(&mut self, now: Timestamp, recipient: Recipient) {
        if let Some(change) = self.why_not(now, &recipient) {
            if let Some(due) = change.due_at {
                self.fetch_again(due);
            }
            return self.pending.add(change);
        }
        self.pacing.take();
        self.breaker.dialed(recipient.id);
        // Others with this number were fetched before it was dialed.
        let number = recipient.to_number.canonical();
        let before = self.held.len();
        self.held.retain(|other| other.to_number.canonical() != number);
        if self.held.len() < before {
            self.fetch_again(now);
        }
        let correlation_id = self.service.correlation_id(&mut self.rng);
        let mut live = Live::intended(now, recipient, correlation_id);
        self.pending.add(live.change(State::Dialing, "its trigger may be on its way"));
        self.flights.add(live);
    }

    /// Whether a trigger may leave whose intent was saved.
    pub(super) const fn may_call(&self) -> bool {
        matches!((self.mode, self.command), (Mode::Dialing, Command::Run))
    }

    /// Every trigger would be refused.
    pub(super) fn halt(&mut self, error: &Error) {
        if self.mode == Mode::Dialing {
            self.mode = Mode::Draining;
        }
        if !std::mem::replace(&mut self.halted, true) {
            self.outputs.push_back(Output::Event(Event::Halted(error.clone())));
        }
    }

    /// Tells of the breaker if it changed. While it is open nobody is held: what is fetched is out of date by the time that
    /// it closes.
    pub(super) fn tell_breaker(&mut self) {
        if let Some(state) = self.breaker.take_untold() {
            self.outputs.push_back(Output::Event(Event::Breaker(state)));
        }
    }

    /// Somebody is due then who is not held.
    pub(super) fn fetch_again(&mut self, at: Timestamp) {
        self.next_due = Some(self.next_due.map_or(at, |due| due.min(at)));
    }

    pub(super) fn finish(&mut self, finish: Finish) {
        self.give_probe_up(self.latest);
        self.finished = true;
        self.outputs.push_back(Output::Event(Event::Finished(finish)));
    }
}

/// What all calls of a campaign have in common.
pub(super) fn trigger_call(options: &Options, call: TriggerCall) -> TriggerCall {
    let call = call.with_allowed(options.allowed);
    let call = match options.encryption {
        Some(encryption) => call.with_encryption(encryption),
        None => call,
    };
    match &options.variant_id {
        Some(variant_id) => call.with_variant(variant_id.clone()),
        None => call,
    }
}
