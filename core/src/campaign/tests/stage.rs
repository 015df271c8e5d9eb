//! All that is around a campaign: its store, the service, and the clock that it is told. Every effect is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::super::*;
use super::START;
use crate::sandbox::{Config, PlacedCall, Reaction, Sandbox};
use crate::testing::Cause;
use crate::{
    Api, BaseUrl, Deadline, Destination, Limits, Method, PhoneNumber, Reply, Request, Service, Timestamp,
    TransportError, WaitReason,
};

/// When the store answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answering {
    Quickly,
    /// At any moment within so long.
    Within(Duration),
}

/// What the store does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Well,
    /// It does nothing of what is asked, and says so.
    Fails,
    /// It does all that is asked, and says that it failed.
    FailsHavingDone,
}

/// What the service does.
pub(super) enum Answers {
    Sandbox,
    Scripted(Box<dyn FnMut(&Request) -> Cause>),
}

/// Whether a trigger is for that number.
pub(super) fn is_to(request: &Request, number: &str) -> bool {
    String::from_utf8_lossy(&request.body).contains(number)
}

/// A trigger that left.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// By the clock as told.
    pub(super) at: Timestamp,
    /// By a clock that is right.
    pub(super) really_at: Timestamp,
    pub(super) id: RecipientId,
    pub(super) number: PhoneNumber,
}

pub(super) struct Stage {
    pub(super) campaign: Campaign,
    pub(super) store: MemoryStore,
    pub(super) sandbox: Sandbox,
    pub(super) answers: Answers,
    pub(super) answering: Answering,
    pub(super) health: Health,
    pub(super) blocked: Option<String>,
    /// What a clock that is right shows.
    pub(super) real: Timestamp,
    /// How far the clock as told goes before it, in milliseconds.
    pub(super) skew: i64,
    pub(super) sent: Vec<Sent>,
    pub(super) events: Vec<Event>,
    pub(super) finish: Option<Finish>,
    /// Outputs performed so far.
    pub(super) outputs: usize,
    pub(super) turns: usize,
    /// Intents that the store refused.
    pub(super) refused: usize,
    /// Whether somebody may be called at that moment; not judged unless set.
    pub(super) open: Option<fn(Timestamp) -> bool>,
    /// By how long the shell is late when nobody is in flight.
    pub(super) lazy: Duration,
    service: Arc<Service>,
    options: Options,
    arriving: BTreeMap<(Timestamp, u64), Input>,
    given_up: BTreeSet<FlightId>,
    /// The store has been asked and has not answered.
    pub(super) away: bool,
    /// Drained, stopped or told so by the store.
    may_not_call: Option<&'static str>,
    suppressed: BTreeSet<PhoneNumber>,
    /// The breaker as told last, unless it is closed, and how many triggers have left since.
    breaker: Option<(BreakerState, usize)>,
    /// Status reads that tried the service, by a clock that is right.
    pub(super) probes: Vec<Timestamp>,
    intents: BTreeSet<(RecipientId, u32)>,
    rng: fastrand::Rng,
    nth: u64,
    seed: u64,
    idle: u32,
    steps: u32,
    wakes_at: Option<Timestamp>,
}

impl Stage {
    pub(super) fn new(options: Options, answering: Answering) -> Self {
        Self::seeded(options, answering, 7)
    }

    pub(super) fn seeded(options: Options, answering: Answering, seed: u64) -> Self {
        let config = Config::default().with_seed(seed);
        let base_url = BaseUrl::parse("http://localhost").unwrap();
        let service = Arc::new(Service::at(base_url, Api::Outbound, Some(config.token().clone())));
        let campaign = Campaign::new(Arc::clone(&service), options.clone(), Limits::default(), seed).unwrap();
        Self {
            campaign,
            store: MemoryStore::new(),
            sandbox: Sandbox::new(config),
            answers: Answers::Sandbox,
            answering,
            health: Health::Well,
            blocked: None,
            real: START,
            skew: 0,
            sent: Vec::new(),
            events: Vec::new(),
            finish: None,
            outputs: 0,
            turns: 0,
            refused: 0,
            open: None,
            lazy: Duration::ZERO,
            service,
            options,
            arriving: BTreeMap::new(),
            given_up: BTreeSet::new(),
            away: false,
            may_not_call: None,
            suppressed: BTreeSet::new(),
            breaker: None,
            probes: Vec::new(),
            intents: BTreeSet::new(),
            rng: fastrand::Rng::with_seed(seed),
            nth: 0,
            seed,
            idle: 0,
            steps: 0,
            wakes_at: None,
        }
    }

    pub(super) fn scripted(mut self, answers: impl FnMut(&Request) -> Cause + 'static) -> Self {
        self.answers = Answers::Scripted(Box::new(answers));
        self
    }

    /// Adds recipients, planned by the campaign's options.
    pub(super) fn with(mut self, recipients: impl IntoIterator<Item = NewRecipient>) -> Self {
        let mut planner = Planner::new(&self.options);
        for recipient in recipients {
            let standing = planner.first(self.now(), &recipient);
            self.store.add(recipient, standing);
        }
        self
    }

    /// The clock as told.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.real.as_millis().saturating_add_signed(self.skew))
    }

    pub(super) fn suppress(&mut self, number: &PhoneNumber) {
        self.suppressed.insert(number.clone());
        self.store.suppress(number);
    }

    /// The process ends, and another begins: whatever was on its way is lost.
    pub(super) fn crash(&mut self) {
        self.seed += 1;
        let (service, options) = (Arc::clone(&self.service), self.options.clone());
        self.campaign = Campaign::new(service, options, Limits::default(), self.seed).unwrap();
        self.arriving.clear();
        self.given_up.clear();
        self.intents.clear();
        self.away = false;
        self.may_not_call = None;
        self.finish = None;
        self.breaker = None;
    }

    pub(super) fn tell(&mut self, input: Input) {
        match &input {
            Input::Stored(_, turned) => {
                self.away = false;
                // A drain is for ever.
                if self.may_not_call != Some("drained") {
                    self.may_not_call = (turned.command != Command::Run).then_some("commanded");
                }
            }
            Input::NotStored(turn, _) => {
                self.away = false;
                for change in &turn.changes {
                    self.intents.remove(&(change.id, change.tries.attempts));
                }
            }
            Input::Drain | Input::Stop => self.may_not_call = Some("drained"),
            Input::Reply(..) | Input::Failed(..) | Input::Tick => {}
        }
        self.campaign.handle_input(self.now(), input);
    }

    /// Performs what the campaign says, one thing; whether it said something.
    pub(super) fn perform(&mut self) -> bool {
        let Some(output) = self.campaign.poll_output(self.now()) else {
            self.fall_asleep();
            return false;
        };
        self.outputs += 1;
        assert!(self.outputs < 100_000, "outputs without an end");
        self.idle = 0;
        match output {
            Output::Send { id, request } => self.send(id, &request),
            Output::Abort(id) => {
                self.given_up.insert(id);
            }
            Output::Store(turn) => self.visit(turn),
            Output::Event(event) => {
                assert!(self.finish.is_none(), "nothing follows the end");
                if let Event::Finished(finish) = event {
                    self.finish = Some(finish);
                    self.judge_end(finish);
                }
                if let Event::Breaker(state) = &event {
                    self.breaker = (state.phase != BreakerPhase::Closed).then(|| (state.clone(), 0));
                }
                self.events.push(event);
            }
        }
        true
    }

    fn judge_end(&self, finish: Finish) {
        assert_eq!(self.campaign.in_flight(), 0, "an end with calls in flight");
        assert!(self.campaign.poll_timeout().is_none(), "an end that wants to be woken");
        if finish == Finish::Done {
            for (recipient, standing, _) in self.store.iter() {
                let rests = standing.state.is_terminal() || standing.state == State::Held;
                assert!(rests, "row {} is {} ({})", recipient.row, standing.state, standing.reason);
            }
        }
        if self.health == Health::Well {
            assert_eq!(self.campaign.unsaved().count(), 0, "what is known is saved");
        }
    }

    pub(super) fn drain(&mut self) {
        let mut performed = 0;
        while self.perform() {
            performed += 1;
            assert!(performed < 100_000, "outputs without an end");
        }
    }

    /// A shell sleeps for as long as it is said to, whatever becomes of the clock meanwhile.
    fn fall_asleep(&mut self) {
        self.wakes_at = self.campaign.poll_timeout().map(|Deadline { at, reason }| {
            // A night would be 50,000 looks into the store.
            let is_look = reason == WaitReason::Store && self.campaign.in_flight() == 0;
            let late = if is_look { self.lazy } else { Duration::ZERO };
            self.real + at.since(self.now()) + late
        });
    }

    /// Lets time pass until the next thing arrives or is due, and tells it; false if nothing ever will.
    pub(super) fn step(&mut self) -> bool {
        self.idle += 1;
        self.steps += 1;
        assert!(self.steps < 100_000, "it comes to no end");
        assert!(self.idle < 200, "it is woken and does nothing: {:?}", self.campaign.poll_timeout());
        let due = self.wakes_at.map(|at| at.max(self.real));
        let arrives = self.arriving.first_key_value().map(|((at, _), _)| *at);
        match (due, arrives) {
            (None, None) => return false,
            (Some(due), arrives) if arrives.is_none_or(|at| due < at) => {
                self.real = due;
                self.tell(Input::Tick);
            }
            (_, Some(_)) | (Some(_), None) => {
                if let Some(((at, _), input)) = self.arriving.pop_first() {
                    self.real = self.real.max(at);
                    let given_up = match &input {
                        Input::Reply(id, _) | Input::Failed(id, _) => self.given_up.remove(id),
                        Input::Stored(..)
                        | Input::NotStored(..)
                        | Input::Tick
                        | Input::Drain
                        | Input::Stop => false,
                    };
                    if !given_up {
                        self.tell(input);
                    }
                }
            }
        }
        true
    }

    /// Until it is over; how.
    pub(super) fn run(&mut self) -> Finish {
        self.run_while(|_| true);
        self.finish.expect("it comes to an end")
    }

    /// Until it is over, or that no longer holds between two steps.
    pub(super) fn run_while(&mut self, mut holds: impl FnMut(&mut Self) -> bool) {
        loop {
            self.drain();
            if self.finish.is_some() || !holds(self) || !self.step() {
                return;
            }
        }
    }

    /// For so long by a clock that is right, or until it is over.
    pub(super) fn run_for(&mut self, span: Duration) {
        let end = self.real + span;
        self.run_while(|stage| stage.real < end);
    }

    fn arrive(&mut self, after: Duration, input: Input) {
        self.nth += 1;
        self.arriving.insert((self.real + after, self.nth), input);
    }

    fn visit(&mut self, turn: Turn) {
        assert!(!std::mem::replace(&mut self.away, true), "one visit at a time");
        self.turns += 1;
        let mut ids = BTreeSet::new();
        assert!(turn.changes.iter().all(|change| ids.insert(change.id)), "one change for a recipient");
        for change in &turn.changes {
            assert!(!change.reason.is_empty(), "a reason, always");
        }
        if let Some(Fetch::Due { by, .. }) = turn.fetch {
            assert!(i64::try_from(by.as_millis()).is_ok(), "beyond what integers of a store reach");
        }
        let failed = |turn| Input::NotStored(turn, "the disk is full".to_owned());
        let input = match self.health {
            Health::Fails => failed(turn),
            Health::FailsHavingDone => {
                let _ = self.perform_turn(&turn);
                failed(turn)
            }
            Health::Well => {
                let turned = self.perform_turn(&turn);
                Input::Stored(turn, turned)
            }
        };
        match self.answering {
            Answering::Quickly => self.tell(input),
            Answering::Within(longest) => {
                let longest = u64::try_from(longest.as_millis()).unwrap();
                let after = Duration::from_millis(self.rng.u64(0..=longest));
                self.arrive(after, input);
            }
        }
    }

    fn perform_turn(&mut self, turn: &Turn) -> Turned {
        let dialing = |change: &&Change| change.state == State::Dialing;
        let turned = match &self.blocked {
            None => self.store.turn(turn),
            Some(why) => {
                let mut kept = turn.clone();
                kept.changes.retain(|change| change.state != State::Dialing);
                let mut turned = self.store.turn(&kept);
                let refused = turn.changes.iter().filter(dialing);
                turned.refused =
                    refused.map(|it| Refusal { id: it.id, obstacle: Obstacle::NotScheduled }).collect();
                turned.blocked = Some(why.clone());
                turned
            }
        };
        self.refused += turned.refused.len();
        for change in turn.changes.iter().filter(dialing) {
            if turned.refused.iter().all(|refusal| refusal.id != change.id) {
                let number =
                    self.store.iter().nth(usize::try_from(change.id.0).unwrap()).unwrap().0.to_number.clone();
                assert!(!self.suppressed.contains(&number), "its number is on a list");
                self.intents.insert((change.id, change.tries.attempts));
            }
        }
        turned
    }

    /// While the service fails, one trigger leaves for each probe, when it is due, and none when it is stopped.
    fn judge_breaker(&mut self) {
        let now = self.now();
        let Some((state, left)) = &mut self.breaker else { return };
        *left += 1;
        assert_eq!((state.phase, *left), (BreakerPhase::Open, 1), "nobody is dialed while it is open");
        let due = state.next_probe_at.expect("it is tried at some time");
        assert!(self.skew != 0 || due <= now, "before the next probe is due");
    }

    fn send(&mut self, id: FlightId, request: &Request) {
        match id.purpose {
            Purpose::Probe(_) => {
                assert_eq!(request.method, Method::Get, "a probe rings nobody");
                self.probes.push(self.real);
            }
            Purpose::Call if request.method == Method::Post => self.judge_breaker(),
            Purpose::Call => {}
        }
        if request.method == Method::Post {
            assert!(self.intents.remove(&(id.recipient, id.attempt)), "a trigger whose intent is not saved");
            assert_eq!(self.may_not_call, None, "nobody may be called");
            assert!(self.blocked.is_none(), "nobody may be called for now");
            let (recipient, standing, attempts) =
                self.store.iter().nth(usize::try_from(id.recipient.0).unwrap()).unwrap();
            assert_eq!(standing.state, State::Dialing, "the intent is saved before the trigger leaves");
            let attempt = attempts.last().unwrap();
            assert_eq!((attempt.number, attempt.outcome), (id.attempt, Outcome::Dialing));
            let number = recipient.to_number.clone();
            assert!(recipient.not_before.is_none_or(|at| at <= self.now()), "too early");
            assert!(recipient.not_after.is_none_or(|at| at > self.now()), "too late");
            assert!(self.options.until.is_none_or(|at| at > self.now()), "the campaign is over");
            assert!(self.open.is_none_or(|open| open(self.now())), "outside its window at {:?}", self.now());
            self.sent.push(Sent { at: self.now(), really_at: self.real, id: id.recipient, number });
        }
        const ON_ITS_WAY: Duration = Duration::from_millis(50);
        let lost = || Err(TransportError::Lost("the connection was cut".to_owned()));
        let (after, what) = match &mut self.answers {
            Answers::Scripted(answer) => match answer(request) {
                Cause::Reply(reply) => (Duration::ZERO, Ok(reply)),
                Cause::Transport(error) => (Duration::ZERO, Err(error)),
                Cause::Silence => return,
            },
            Answers::Sandbox => match self.sandbox.handle(self.real + ON_ITS_WAY, request) {
                Reaction::Answer { response, after } => (after, Ok(Reply::from(&response))),
                Reaction::Cut { after } => (after, lost()),
                Reaction::Hang => return,
            },
        };
        let input = match what {
            Ok(reply) => Input::Reply(id, reply),
            Err(error) => Input::Failed(id, error),
        };
        self.arrive(ON_ITS_WAY * 2 + after, input);
    }

    /// How many triggers for that number left.
    pub(super) fn sent_to(&self, number: &str) -> usize {
        self.sent.iter().filter(|sent| sent.number.as_str() == number).count()
    }

    /// What the breaker told, in the order of telling.
    pub(super) fn breaker_told(&self) -> Vec<&BreakerState> {
        let mut told = Vec::new();
        for event in &self.events {
            if let Event::Breaker(state) = event {
                told.push(state);
            }
        }
        told
    }

    /// The state of each row.
    pub(super) fn states(&self) -> Vec<State> {
        self.store.iter().map(|(_, standing, _)| standing.state).collect()
    }

    pub(super) fn standing(&self, nth: usize) -> &Standing {
        self.store.iter().nth(nth).unwrap().1
    }

    pub(super) fn attempts(&self, nth: usize) -> &[Attempt] {
        self.store.iter().nth(nth).unwrap().2
    }

    /// What really happened, by number: calls in the order of placing.
    pub(super) fn rang(&mut self) -> BTreeMap<String, Vec<PlacedCall>> {
        self.sandbox.handle_time(self.real + Duration::from_secs(3600));
        let mut rang = BTreeMap::<_, Vec<_>>::new();
        for call in self.sandbox.calls() {
            let Destination::E164(number) = &call.destination else { panic!("all numbers are whole") };
            rang.entry(number.as_str().to_owned()).or_default().push(call);
        }
        rang
    }

    /// Nobody rang twice.
    pub(super) fn judge_once(&mut self) {
        for (number, calls) in self.rang() {
            assert_eq!(calls.len(), 1, "{number} rang more than once");
        }
    }
}
