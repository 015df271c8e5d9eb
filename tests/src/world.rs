//! A campaign, its store and the sandbox in virtual time on one thread: no sockets, no sleeping.
//!
//! Answers take as long as the world says; whatever the sandbox cuts or leaves hanging arrives as it would from a network.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;
use std::time::Duration;

use polyai_outbound_core::campaign::{
    Campaign, Event, Finish, FlightId, Input, MemoryStore, NewRecipient, Options, Output, Planner, Turn,
};
use polyai_outbound_core::sandbox::{Config, Reaction, Sandbox};
use polyai_outbound_core::{
    Api, BaseUrl, InvalidInput, Limits, Reply, Request, Response, Service, Timestamp, TransportError,
};

/// What befalls a request on its way to the service.
pub enum Fate {
    /// Something before the service answers in its place.
    Answered(Response),
    /// No connection: it was never sent.
    NeverSent,
    /// The connection breaks before the service takes notice of it.
    LostBefore,
    /// The connection breaks when the service has done all that was asked.
    LostAfter,
    /// Nothing ever comes.
    Hangs,
}

/// Something between the campaign and the service, which lets a request pass or does something with it.
pub type Gateway = Box<dyn FnMut(Timestamp, &Request) -> Option<Fate>>;

/// A campaign with all that is around it.
pub struct World {
    /// What time it is.
    pub now: Timestamp,
    /// The service.
    pub sandbox: Sandbox,
    /// What stands before it, if anything does.
    pub gateway: Option<Gateway>,
    /// The rows.
    pub store: MemoryStore,
    /// How long an answer is on its way.
    pub latency: Duration,
    /// How long the store takes to answer.
    pub store_takes: Duration,
    /// The store does nothing while it fails, and this is why.
    pub store_fails: Option<String>,
    /// How many requests were answered, or not.
    pub exchanges: u64,
    /// Everything that the campaign told since it was last taken.
    pub events: Vec<Event>,
    /// Whether what the campaign tells is kept.
    pub keeps_events: bool,
    service: Arc<Service>,
    options: Options,
    campaign: Campaign,
    arriving: BinaryHeap<Reverse<Arriving>>,
    given_up: BTreeSet<FlightId>,
    nth: u64,
    seed: u64,
}

/// Something on its way to the campaign, ordered by when it arrives.
struct Arriving {
    at: Timestamp,
    nth: u64,
    what: Arrival,
}

enum Arrival {
    Answer(FlightId, Result<Reply, TransportError>),
    Visit(Input),
}

impl Ord for Arriving {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.nth).cmp(&(other.at, other.nth))
    }
}

impl PartialOrd for Arriving {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Arriving {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Arriving {}

impl World {
    /// A world at that moment, with a sandbox of that configuration.
    ///
    /// # Errors
    /// If nobody could be called by the options.
    pub fn new(now: Timestamp, config: Config, options: Options, seed: u64) -> Result<Self, InvalidInput> {
        let base_url = BaseUrl::parse("http://localhost")?;
        let service = Arc::new(Service::at(base_url, Api::Outbound, Some(config.token().clone())));
        let campaign = Campaign::new(Arc::clone(&service), options.clone(), Limits::default(), seed)?;
        Ok(Self {
            now,
            sandbox: Sandbox::new(config),
            gateway: None,
            store: MemoryStore::new(),
            latency: Duration::from_millis(50),
            store_takes: Duration::ZERO,
            store_fails: None,
            exchanges: 0,
            events: Vec::new(),
            keeps_events: true,
            service,
            options,
            campaign,
            arriving: BinaryHeap::new(),
            given_up: BTreeSet::new(),
            nth: 0,
            seed,
        })
    }

    /// Adds recipients, planned by the campaign's options.
    pub fn add(&mut self, recipients: impl IntoIterator<Item = NewRecipient>) {
        let mut planner = Planner::new(&self.options);
        for recipient in recipients {
            let standing = planner.first(self.now, &recipient);
            self.store.add_at(self.now, recipient, standing);
        }
    }

    /// The machine.
    #[must_use]
    pub const fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// The process ends here, with whatever it had in mind, and another begins.
    ///
    /// # Errors
    /// None: the options were good before.
    pub fn crash(&mut self) -> Result<(), InvalidInput> {
        self.seed = self.seed.wrapping_add(1);
        let limits = Limits::default();
        self.campaign = Campaign::new(Arc::clone(&self.service), self.options.clone(), limits, self.seed)?;
        self.arriving.clear();
        self.given_up.clear();
        Ok(())
    }

    /// Tells the campaign something.
    pub fn tell(&mut self, input: Input) {
        self.campaign.handle_input(self.now, input);
    }

    /// Does what the campaign says, until it has nothing to say; how it is over, if it is.
    pub fn drain(&mut self) -> Option<Finish> {
        while let Some(output) = self.campaign.poll_output(self.now) {
            match output {
                Output::Send { id, request } => self.send(id, &request),
                Output::Abort(id) => {
                    self.given_up.insert(id);
                }
                Output::Store(turn) => self.visit(turn),
                Output::Event(Event::Finished(finish)) => return Some(finish),
                Output::Event(event) if self.keeps_events => self.events.push(event),
                Output::Event(_) => {}
            }
        }
        None
    }

    /// Lets time pass until the next thing arrives or is due, and tells it; false if nothing ever will.
    pub fn step(&mut self) -> bool {
        let due = self.campaign.poll_timeout().map(|deadline| deadline.at);
        let arrives = self.arriving.peek().map(|Reverse(first)| first.at);
        match (due, arrives) {
            (None, None) => return false,
            (Some(due), arrives) if arrives.is_none_or(|at| due < at) => {
                self.now = self.now.max(due);
                self.tell(Input::Tick);
            }
            (_, Some(_)) | (Some(_), None) => {
                if let Some(Reverse(Arriving { at, what, .. })) = self.arriving.pop() {
                    self.now = self.now.max(at);
                    match what {
                        Arrival::Answer(id, _) if self.given_up.remove(&id) => {}
                        Arrival::Answer(id, Ok(reply)) => self.tell(Input::Reply(id, reply)),
                        Arrival::Answer(id, Err(error)) => self.tell(Input::Failed(id, error)),
                        Arrival::Visit(input) => self.tell(input),
                    }
                }
            }
        }
        true
    }

    /// Until it is over; how.
    pub fn run(&mut self) -> Option<Finish> {
        loop {
            if let Some(finish) = self.drain() {
                return Some(finish);
            }
            if !self.step() {
                return None;
            }
        }
    }

    /// Until that moment, or until it is over.
    pub fn run_until(&mut self, end: Timestamp) -> Option<Finish> {
        while self.now < end {
            if let Some(finish) = self.drain() {
                return Some(finish);
            }
            if !self.step() {
                return None;
            }
        }
        None
    }

    fn send(&mut self, id: FlightId, request: &Request) {
        self.exchanges += 1;
        let now = self.now;
        let fate = self.gateway.as_mut().and_then(|gateway| gateway(now, request));
        let lost = || Err(TransportError::Lost("the connection was cut".to_owned()));
        let (after, what) = match fate {
            None => match self.sandbox.handle(now + self.latency, request) {
                Reaction::Answer { response, after } => (after, Ok(Reply::from(&response))),
                Reaction::Cut { after } => (after, lost()),
                Reaction::Hang => return,
            },
            Some(Fate::Answered(response)) => (Duration::ZERO, Ok(Reply::from(&response))),
            Some(Fate::NeverSent) => {
                (Duration::ZERO, Err(TransportError::NeverSent("connection refused".to_owned())))
            }
            Some(Fate::LostBefore) => (Duration::ZERO, lost()),
            Some(Fate::LostAfter) => {
                let _never_told = self.sandbox.handle(now + self.latency, request);
                (Duration::ZERO, lost())
            }
            Some(Fate::Hangs) => return,
        };
        let at = now + self.latency * 2 + after;
        self.arrive(at, Arrival::Answer(id, what));
    }

    fn visit(&mut self, turn: Turn) {
        let input = match &self.store_fails {
            Some(why) => Input::NotStored(turn, why.clone()),
            None => {
                let turned = self.store.turn(&turn);
                Input::Stored(turn, turned)
            }
        };
        if self.store_takes.is_zero() {
            self.campaign.handle_input(self.now, input);
        } else {
            self.arrive(self.now + self.store_takes, Arrival::Visit(input));
        }
    }

    fn arrive(&mut self, at: Timestamp, what: Arrival) {
        self.nth += 1;
        self.arriving.push(Reverse(Arriving { at, nth: self.nth, what }));
    }
}
