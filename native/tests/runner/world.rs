//! A campaign over a real server, under a clock that goes on only as a test tells it, and over a store that does as it is told.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use polyai_outbound::campaign::{
    CallingWindows, Change, Event, MemoryStore, NewRecipient, Options, Pace, Planner, Runner, State, Store,
    StoreError, StoreErrorKind, Turn, Turned,
};
use polyai_outbound::{Client, PhoneNumber, Timestamp};
use tokio::sync::Semaphore;

use crate::common::builder;

/// For one request, by the clock that a test sets.
pub(crate) const TIME: Duration = Duration::from_secs(60);
/// Ends what hangs.
const HANG: Duration = Duration::from_secs(100);

/// The number of a row.
pub(crate) fn number(row: u64) -> String {
    format!("+1415555{row:04}")
}

/// The call SID that the servers of these tests give to the call of a row.
pub(crate) fn sid(row: u64) -> String {
    format!("OUT-3f2504e0-4f89-41d3-9a0c-0305e82c{row:04}")
}

/// The row that a request is about: by the number in its body, or the SID in its target.
pub(crate) fn row_of(target: &str, body: &str) -> u64 {
    let digits = |text: &str, before: &str| {
        let (_, rest) = text.split_once(before)?;
        rest.get(..4)?.parse().ok()
    };
    digits(body, "+1415555").or_else(|| digits(target, "9a0c-0305e82c")).expect("a row")
}

/// A store in memory whose visits can be held up, and made to fail.
#[derive(Clone, Default)]
pub(crate) struct Told {
    pub(crate) rows: Arc<Mutex<MemoryStore>>,
    /// The number of visits that fail from now on, before they do anything.
    pub(crate) fails: Arc<AtomicUsize>,
    is_held: Arc<AtomicBool>,
    /// Visits that are being held up wait here.
    goes_on: Arc<Gate>,
}

struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Told {
    fn with(rows: u64, now: Timestamp) -> Self {
        let (store, mut planner) = (Self::default(), Planner::new(&options()));
        for row in 1..=rows {
            let recipient = NewRecipient::new(row, PhoneNumber::parse(&number(row)).unwrap());
            let standing = planner.first(now, &recipient);
            store.rows.lock().unwrap().add(recipient, standing);
        }
        store
    }

    /// Every visit from now on waits.
    pub(crate) fn hold(&self) {
        self.is_held.store(true, Ordering::SeqCst);
    }

    pub(crate) fn let_go(&self) {
        self.is_held.store(false, Ordering::SeqCst);
        self.goes_on.0.add_permits(1);
    }

    /// State of every row, and the call SID of its last attempt.
    pub(crate) fn standings(&self) -> BTreeMap<u64, (State, Option<String>)> {
        let rows = self.rows.lock().unwrap();
        let standing = |(recipient, standing, attempts): (
            &NewRecipient,
            &polyai_outbound::campaign::Standing,
            &[polyai_outbound::campaign::Attempt],
        )| {
            let call_sid = attempts.last().and_then(|it| it.call_sid.as_ref()).map(ToString::to_string);
            (recipient.row, (standing.state, call_sid))
        };
        rows.iter().map(standing).collect()
    }
}

impl Store for Told {
    async fn turn(&mut self, turn: &Turn) -> Result<Turned, StoreError> {
        if self.is_held.load(Ordering::SeqCst) {
            self.goes_on.0.acquire().await.unwrap().forget();
        }
        if self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(StoreError::new(StoreErrorKind::Full, Path::new("calls.db"), "a test"));
        }
        self.rows.turn(turn).await
    }
}

pub(crate) struct World {
    pub(crate) runner: Runner,
    pub(crate) store: Told,
    clock: Arc<AtomicU64>,
    client: Client,
}

fn options() -> Options {
    let windows = CallingWindows::always("a test: nobody is called").unwrap();
    let pace = Pace { rate: 1000.0, max_in_flight: 64, max_dialing: 64 };
    Options { windows, pace, ..Options::default() }
}

impl World {
    /// A campaign of so many rows, the first of which is row 1.
    pub(crate) fn of(rows: u64, url: String) -> Self {
        let client = builder(url).request_timeout(TIME).build().unwrap();
        let clock = Arc::new(AtomicU64::new(1_795_622_400_000));
        let store = Told::with(rows, Timestamp::from_millis(clock.load(Ordering::SeqCst)));
        let runner = runner(&client, &store, &clock);
        Self { runner, store, clock, client }
    }

    /// The same by the clock of the machine, with so much time for a request.
    pub(crate) fn in_real_time(rows: u64, url: String, time: Duration) -> Self {
        let client = builder(url).request_timeout(time).build().unwrap();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let store = Told::with(rows, Timestamp::default() + since);
        let runner = Runner::new(&client, store.clone(), options()).unwrap();
        Self { runner, store, clock: Arc::default(), client }
    }

    /// As after a crash: what is in flight is dropped, and another process runs what the store knows.
    pub(crate) fn begin_anew(self) -> Self {
        let Self { runner, store, clock, client } = self;
        drop(runner);
        let runner = self::runner(&client, &store, &clock);
        Self { runner, store, clock, client }
    }

    /// Sets the clock forward.
    pub(crate) fn step(&self, span: Duration) {
        self.clock.fetch_add(u64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn row(&self, row: u64) -> (State, Option<String>) {
        self.store.standings()[&row].clone()
    }

    /// Runs while the clock goes on by so much for every 20 ms without an event, until that happens; returns for how long
    /// that was by the clock.
    pub(crate) async fn run_until(
        &mut self,
        tick: Duration,
        mut ends: impl FnMut(Option<&Event>, &Told) -> bool,
    ) -> Duration {
        let mut passed = Duration::ZERO;
        let run = async {
            loop {
                match tokio::time::timeout(Duration::from_millis(20), self.runner.next()).await {
                    Ok(Some(event)) if ends(Some(&event), &self.store) => return,
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("it has ended: {:?}", self.store.standings()),
                    Err(_) if ends(None, &self.store) => return,
                    Err(_) => {
                        self.step(tick);
                        passed += tick;
                    }
                }
            }
        };
        let ended = tokio::time::timeout(HANG, run).await;
        ended.unwrap_or_else(|_| panic!("it hangs: {:?}", self.store.standings()));
        passed
    }

    /// Until that is told to be saved of a row.
    pub(crate) async fn run_until_saved(&mut self, row: u64, state: State) -> Duration {
        let is_it = |event: Option<&Event>| matches!(event, Some(Event::Saved(it)) if is(it, row, state));
        self.run_until(Duration::from_millis(10), |event, _| is_it(event)).await
    }

    pub(crate) async fn run_to_the_end(&mut self) {
        let run = async {
            while let Ok(Some(_)) | Err(_) =
                tokio::time::timeout(Duration::from_millis(20), self.runner.next()).await
            {
                self.step(Duration::from_millis(500));
            }
        };
        let ended = tokio::time::timeout(HANG, run).await;
        ended.unwrap_or_else(|_| panic!("it hangs: {:?}", self.store.standings()));
    }
}

fn is(change: &Change, row: u64, state: State) -> bool {
    (change.row, change.state) == (row, state)
}

fn runner(client: &Client, store: &Told, clock: &Arc<AtomicU64>) -> Runner {
    let clock = Arc::clone(clock);
    let now = move || Timestamp::from_millis(clock.load(Ordering::SeqCst));
    Runner::with_clock(client, store.clone(), options(), Box::new(now)).unwrap()
}
