//! The runner: does what the campaign machine says, over a client and a store.

use std::fmt;
use std::time::Duration;

use polyai_outbound_core::campaign::{
    BreakerState, Campaign, Change, Command, Event, Input, Options, Output, Turn, Turned,
};
use polyai_outbound_core::{Deadline, InvalidInput, Timestamp};
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::flights::Flights;
use super::{Store, StoreError};
use crate::Client;
use crate::drive::LastReading;

/// Runs a campaign: a loop around [`next`](Self::next), which places calls as long as it is awaited.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use std::sync::{Arc, Mutex};
/// use polyai_outbound::campaign::{
///     CallingWindows, Event, MemoryStore, NewRecipient, Options, Planner, Runner, State,
/// };
/// use polyai_outbound::sandbox::{Config, SandboxServer};
/// use polyai_outbound::{Client, PhoneNumber, Timestamp};
///
/// let sandbox = SandboxServer::bind(([127, 0, 0, 1], 0).into(), Config::default().with_speed(100.0)?).await?.spawn();
/// let client = Client::builder().base_url(sandbox.base_url()).token("sandbox").build()?;
///
/// let options = Options { windows: CallingWindows::always("an example that calls nobody")?, ..Options::default() };
/// let mut planner = Planner::new(&options);
/// let mut store = MemoryStore::new();
/// let recipient = NewRecipient::new(1, PhoneNumber::parse("+14155550100")?);
/// let standing = planner.first(Timestamp::from_millis(0), &recipient);
/// store.add(recipient, standing);
///
/// let store = Arc::new(Mutex::new(store));
/// let mut runner = Runner::new(&client, Arc::clone(&store), options)?;
/// while let Some(event) = runner.next().await {
///     if let Event::Saved(change) = event {
///         println!("row {}: {} ({})", change.row, change.state, change.reason);
///     }
/// }
/// assert_eq!(store.lock().unwrap().count(State::Succeeded), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Dropping it gives up what is in flight; a durable store then tells the next runner which calls to follow on, and which
/// recipients are unconfirmed because the answer to their trigger was awaited. A turn that the store was given already is
/// brought to its end all the same. [`RunnerHandle::drain`] and [`RunnerHandle::stop`] are gentler.
///
/// One whose [`next`](Self::next) has told the end has also closed its store: a database that no run needs any more may be
/// copied without the log beside it.
///
/// There must be **one runner of a campaign at a time**: another takes what this one has in flight for what an earlier run
/// left behind. Hold a [`RunnerLock`](super::RunnerLock) as long as it runs if other processes may run the same campaign.
pub struct Runner {
    client: Client,
    campaign: Campaign,
    flights: Flights,
    /// Nothing once it has ended.
    turns: Option<Sender<Turn>>,
    turned: Receiver<(Turn, Result<Turned, StoreError>)>,
    /// The store at work; nothing once it is known to have ended.
    storing: Option<JoinHandle<()>>,
    told: UnboundedReceiver<Told>,
    handle: RunnerHandle,
    clock: Clock,
    /// Set while there is nothing to do but to wait.
    waits: Option<Wait>,
    /// Set from a stop on, while what has arrived is read.
    stops: Option<LastReading>,
    /// Until when the store has time to close, once the campaign is over.
    closes_until: Option<Instant>,
}

/// A wait. Settled when it begins, so that a caller who drops it and asks again, however often, does not put its end off.
#[derive(Clone, Copy)]
struct Wait {
    deadline: Option<Deadline>,
    until: Instant,
    /// Once the time of a request is over.
    last_reading: Option<LastReading>,
}

/// How a runner is told the time.
type Clock = Box<dyn Fn() -> Timestamp + Send>;

enum Told {
    Drain,
    Stop,
}

/// Tells a runner to come to an end, from anywhere.
#[derive(Clone)]
pub struct RunnerHandle(UnboundedSender<Told>);

impl RunnerHandle {
    /// Nobody is called any more; the runner ends when all calls in flight have ended.
    pub fn drain(&self) {
        let _ = self.0.send(Told::Drain);
    }

    /// Nobody is called any more; the runner reads what has arrived, gives up what is in flight, saves what is known of it and
    /// ends.
    pub fn stop(&self) {
        let _ = self.0.send(Told::Stop);
    }
}

impl Runner {
    /// A runner of the campaign that the store keeps.
    ///
    /// # Errors
    /// If nobody could be called by the options, or they ask for what the client's API does not know.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn new<S: Store + Send + 'static>(
        client: &Client,
        store: S,
        options: Options,
    ) -> Result<Self, InvalidInput> {
        Self::with_clock(client, store, options, Box::new(crate::drive::now))
    }

    /// The same with a clock of one's own, for tests.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn with_clock<S: Store + Send + 'static>(
        client: &Client,
        mut store: S,
        options: Options,
        clock: Clock,
    ) -> Result<Self, InvalidInput> {
        let service = std::sync::Arc::clone(&client.service);
        let campaign = Campaign::new(service, options, client.limits, fastrand::u64(..))?;
        let (turns, mut asked) = channel::<Turn>(1);
        let (answer, turned) = channel(1);
        // By itself, so that calls are followed while a disk is slow.
        let storing = tokio::spawn(async move {
            while let Some(turn) = asked.recv().await {
                let result = store.turn(&turn).await;
                if answer.send((turn, result)).await.is_err() {
                    break;
                }
            }
            if let Err(error) = store.close().await {
                tracing::warn!(%error, "the store cannot be closed");
            }
        });
        let (tell, told) = unbounded_channel();
        Ok(Self {
            client: client.clone(),
            campaign,
            flights: Flights::default(),
            turns: Some(turns),
            turned,
            storing: Some(storing),
            told,
            handle: RunnerHandle(tell),
            clock,
            waits: None,
            stops: None,
            closes_until: None,
        })
    }

    /// Says whether a campaign with these options can be run through the service, before anything of it is kept.
    ///
    /// # Errors
    /// If nobody could be called by the options, or the dialect does not know what they ask for.
    pub fn check(client: &Client, options: &Options) -> Result<(), InvalidInput> {
        let service = std::sync::Arc::clone(&client.service);
        Campaign::new(service, options.clone(), client.limits, 0).map(drop)
    }

    /// What tells it to come to an end.
    #[must_use]
    pub fn handle(&self) -> RunnerHandle {
        self.handle.clone()
    }

    /// The next thing that the campaign tells; nothing once it is over. Calls are placed and followed only while this is
    /// awaited; it may be dropped and asked for again.
    ///
    /// # Panics
    /// If the store has panicked.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(wait) = self.waits {
                let input = self.wait(wait).await;
                self.waits = None;
                let now = (self.clock)();
                self.read_what_is_given_up(now, &input).await;
                self.campaign.handle_input(now, input);
            }
            let now = (self.clock)();
            while let Some(output) = self.campaign.poll_output(now) {
                match output {
                    Output::Send { id, request } => {
                        tracing::debug!(method = request.method.as_str(), url = request.url, "sending");
                        self.flights.send(&self.client.shared.transport, id, request);
                    }
                    Output::Abort(id) => self.flights.abort(id),
                    Output::Store(turn) => {
                        // There is one at a time, so there is room for it.
                        let _ = self.turns.as_ref().map(|turns| turns.try_send(turn));
                    }
                    Output::Event(event) => return Some(event),
                }
            }
            let deadline = self.campaign.poll_timeout();
            if deadline.is_none() && self.campaign.is_finished() {
                self.close_store().await;
                return None;
            }
            self.waits = Some(Wait { deadline, until: self.wakes_at(deadline), last_reading: None });
        }
    }

    /// Tells the campaign of answers that it is about to give up, as far as they have arrived.
    async fn read_what_is_given_up(&mut self, now: Timestamp, input: &Input) {
        let stops = match input {
            Input::Stop => true,
            Input::Tick => false,
            Input::Reply(..)
            | Input::Failed(..)
            | Input::Stored(..)
            | Input::NotStored(..)
            | Input::Drain => return,
        };
        for id in self.flights.ids() {
            if (stops || self.campaign.times_out(now, id))
                && let Some(arrived) = self.flights.arrived(id).await
            {
                self.campaign.handle_input(now, arrived);
            }
        }
    }

    /// Until something arrives or is due. What arrived is told before the time is: after a late wake both are there.
    async fn wait(&mut self, wait: Wait) -> Input {
        if let Some(reading) = self.stops {
            let arrived = self.read_on(reading, |runner, reading| runner.stops = Some(reading)).await;
            return arrived.unwrap_or_else(|| {
                self.stops = None;
                Input::Stop
            });
        }
        let input = self.wait_until(wait.until).await;
        let now = (self.clock)();
        match (&input, wait.deadline) {
            // Nobody is dialed any more, and what lies in the sockets is read first.
            (Input::Stop, _) => {
                self.stops = Some(LastReading::new(now, now));
                Input::Drain
            }
            (Input::Tick, Some(deadline)) if self.gives_up(now) => {
                let reading = wait.last_reading.unwrap_or_else(|| LastReading::new(deadline.at, now));
                let keep = |runner: &mut Self, reading| {
                    runner.waits = Some(Wait { last_reading: Some(reading), ..wait });
                };
                self.read_on(reading, keep).await.unwrap_or(Input::Tick)
            }
            _ => input,
        }
    }

    /// The next answer that arrives while what has come is read; nothing once all of it was. Each prolongation is kept, so
    /// that a caller who drops this and asks again does not begin it anew.
    async fn read_on(
        &mut self,
        mut reading: LastReading,
        keep: impl Fn(&mut Self, LastReading),
    ) -> Option<Input> {
        loop {
            keep(self, reading);
            if let Ok(arrived) = tokio::time::timeout_at(reading.until, self.flights.next()).await {
                return Some(arrived);
            }
            reading = reading.prolonged()?;
        }
    }

    /// True if the time of a request is over.
    fn gives_up(&mut self, now: Timestamp) -> bool {
        self.flights.ids().into_iter().any(|id| self.campaign.times_out(now, id))
    }

    /// When it wakes at the latest: it looks at the clock every ten seconds, because that may step back.
    fn wakes_at(&self, deadline: Option<Deadline>) -> Instant {
        const LONGEST: Duration = Duration::from_secs(10);
        let span = deadline.map_or(LONGEST, |deadline| deadline.at.since((self.clock)()));
        Instant::now() + span.min(LONGEST)
    }

    async fn wait_until(&mut self, until: Instant) -> Input {
        tokio::select! {
            input = self.flights.next() => input,
            turned = self.turned.recv() => match turned {
                Some((turn, Ok(turned))) => Input::Stored(turn, turned),
                Some((turn, Err(error))) => Input::NotStored(turn, error.to_string()),
                None => self.without_store().await,
            },
            Some(told) = self.told.recv() => match told {
                Told::Drain => Input::Drain,
                Told::Stop => Input::Stop,
            },
            () = tokio::time::sleep_until(until) => Input::Tick,
        }
    }

    /// A store that panicked took a turn with it, and nobody knows what it saved: so its panic goes on here, instead of a
    /// wait for ever. Else the runtime is shutting down.
    async fn without_store(&mut self) -> Input {
        if let Some(storing) = &mut self.storing {
            let ended = storing.await;
            self.storing = None;
            if let Err(error) = ended
                && let Ok(panic) = error.try_into_panic()
            {
                std::panic::resume_unwind(panic);
            }
        }
        std::future::pending().await
    }

    /// Lets the store close, which does not take it long; one that hangs is not waited for.
    async fn close_store(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        self.turns = None;
        let until = *self.closes_until.get_or_insert_with(|| Instant::now() + PATIENCE);
        let Some(storing) = &mut self.storing else { return };
        let ended = tokio::time::timeout_at(until, storing).await;
        self.storing = None;
        if let Ok(Err(error)) = ended
            && let Ok(panic) = error.try_into_panic()
        {
            std::panic::resume_unwind(panic);
        }
    }

    /// How many calls are in flight, from the intent to the end, and of them how many are not known to be placed yet.
    #[must_use]
    pub fn in_flight(&self) -> (usize, usize) {
        (self.campaign.in_flight(), self.campaign.dialing())
    }

    /// How many calls last for so long that they are followed outside the limit of calls in flight.
    #[must_use]
    pub fn stuck(&self) -> usize {
        self.campaign.stuck()
    }

    /// The breaker, unless calls are placed as usual: why nobody is dialed, and when the service is tried next.
    #[must_use]
    pub fn breaker(&self) -> Option<&BreakerState> {
        self.campaign.breaker()
    }

    /// Until when nobody is dialed because the service asks for it.
    #[must_use]
    pub fn asked_until(&self) -> Option<Timestamp> {
        self.campaign.asked_until()
    }

    /// Triggers a second and calls in flight, as allowed now.
    #[must_use]
    pub fn allowed(&self) -> (f64, u32) {
        self.campaign.allowed()
    }

    /// What a person wants, as far as is known.
    #[must_use]
    pub const fn command(&self) -> Command {
        self.campaign.command()
    }

    /// What it waits for, and until when.
    #[must_use]
    pub fn deadline(&self) -> Option<Deadline> {
        self.campaign.poll_timeout()
    }

    /// What is known and not saved: all there is to tell if the store does not come back.
    pub fn unsaved(&self) -> impl Iterator<Item = &Change> {
        self.campaign.unsaved()
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").field("client", &self.client).finish_non_exhaustive()
    }
}
