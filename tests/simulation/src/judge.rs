//! The judge: knows what really happened and what the process was told, and says at every step whether a promise is kept.
//!
//! It shares nothing with the machine but the types at its border: its own reading of answers, its own windows, its own
//! counts.

mod answer;
mod breaker;
mod commit;
mod end;
mod intent;
mod reading;
mod reason;
mod trigger;
mod wait;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use chrono_tz::Tz;
use polyai_outbound_core::campaign::{
    Change, Command, FlightId, Purpose, RecipientId, Standing, State, Tries,
};
use polyai_outbound_core::{Api, Limits, Request, Timestamp};

pub use answer::{Answer, uuid};
pub use reading::{LONGEST_ASKED, rank, said};

use self::breaker::Outcomes;
use crate::fault::CORRELATION_ID;
use crate::people::phone;
use crate::scenario::{Rules, Scenario};

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// No row rings more often than its rules allow, and nothing is sent again that may have rung.
    Once,
    /// No trigger leaves without an intent that was saved before, and told so.
    IntentFirst,
    /// What is saved has happened, and the process was told of it.
    Evidence,
    /// What the service told is not lost, nor is what has come and was not looked at yet.
    NothingLost,
    /// Every request has an id of its own, and that of a trigger is saved before it leaves.
    Traced,
    /// Nobody is rung outside their hours, too early or too late.
    Hours,
    /// Not faster than asked for, nor while the service asks to wait.
    Rate,
    /// Not more at a time than asked for.
    InFlight,
    /// Nobody while the service fails for everybody, but for one probe at a time, ever more seldom.
    Breaker,
    /// No more than three triggers in a row of which nobody knows whether they rang, until a person has seen to it.
    Unknown,
    /// Nobody who is on the list.
    Suppressed,
    /// Nobody after a command that says so.
    Commands,
    /// No number more often than allowed in a day, nor twice at a time, whatever was concluded from the answers.
    Number,
    /// Every reason is true, and tells nothing that is private.
    Reason,
    /// What has ended stays so.
    Final,
    /// Everything ends once nothing is in its way.
    Progress,
    /// Once the clock is right nobody waits for longer than the rules ask for.
    Waits,
    /// Nothing panics.
    NoPanic,
    /// A deadline in the past has an effect.
    NoSpin,
    /// The border is kept: one visit at a time, one change for a recipient, nothing after the end.
    Border,
}

/// A promise that was broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Which.
    pub promise: Promise,
    /// How.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.promise, self.what)
    }
}

/// Whether a promise is kept.
pub type Verdict = Result<(), Violation>;

/// The promise is broken unless that holds.
///
/// # Errors
/// If it does not.
pub fn holds(promise: Promise, holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Violation { promise, what: what() }) }
}

/// Whether a process that goes on then is a moment late for what is due: too little to tell it from one that is busy.
#[must_use]
pub fn is_moment_late(due: Timestamp, goes_on: Timestamp) -> bool {
    goes_on >= due && goes_on.since(due) <= Duration::from_secs(5)
}

/// What is known of an attempt to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The store has the intent.
    Intended,
    /// Its trigger left.
    Left,
    /// It never left: the intent was taken back.
    TakenBack,
    /// The service says that it placed no call.
    NotPlaced(Why),
    /// The service says that it placed one.
    Placed,
    /// Nobody can tell.
    Unknown,
}

/// Why no call was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It never left.
    NotSent,
    /// There are too many.
    TooMany,
    /// The service is closed for a while.
    Closed,
    /// The service failed to place it.
    Failing,
    /// The service refused it for good.
    Refused,
    /// The service refuses everybody.
    Halts,
    /// Something before the service refused it.
    Gateway,
}

/// How a call ended, as the process was told.
#[derive(Clone, Debug)]
pub struct End {
    pub success: bool,
    pub reason: String,
    /// When it was told.
    pub at: Now,
}

/// An attempt to call, as the judge knows it.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub number: u32,
    pub intended_at: Now,
    /// When the clock was last set back behind that.
    pub recounted_at: Option<Now>,
    pub incarnation: u32,
    /// The process was told that its intent is saved.
    pub told: bool,
    pub stage: Stage,
    /// The process ended without the store knowing what became of it.
    pub orphaned: bool,
    /// Somebody's phone really rang.
    pub rang: bool,
    pub sid: Option<String>,
    pub end: Option<End>,
    /// The end is in the store.
    pub end_saved: bool,
    /// Another attempt followed, because a rule asked for it.
    pub followed: bool,
    /// The id that was saved with the intent, and those under which anything was sent or answered.
    pub intent_id: Option<u128>,
    pub ids: Vec<u128>,
    /// Its trigger left, and how many faults of the service were known by then.
    pub left: bool,
    pub faults: u64,
    /// From when on this process has followed its call, by a clock that is right.
    pub followed_from: Option<Timestamp>,
    /// How often anything had shown that the service works when it failed to place it, and whether that counts: something
    /// did since it last failed for this row.
    pub works: u64,
    pub heard: u64,
    pub counts: bool,
    /// Readings that the service refused in a row, and since when.
    pub missing: u32,
    pub missing_since: Option<Timestamp>,
    /// Its end was lost once: it is read again, for the service may still tell.
    pub lost: bool,
    /// A reading has shown it.
    pub seen: bool,
    /// The store knows that.
    pub seen_saved: bool,
    /// Only a reading told that it was placed.
    pub by_reading: bool,
    /// Status words that the process was told, and those that the store has.
    pub words: Vec<String>,
    pub saved: usize,
    /// When the process knew first that the call was placed.
    pub known_at: Option<Now>,
    /// When it knew what its trigger came to.
    pub answered_at: Option<Now>,
    /// It has lasted for so long that it counts as in flight no more.
    pub stuck: bool,
}

/// A row, as the judge knows it.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub number: String,
    /// Whose phone rings: the same for every form in which its number may be written.
    pub phone: String,
    pub zones: Vec<Tz>,
    pub between: (Option<Timestamp>, Option<Timestamp>),
    pub state: Option<State>,
    /// When it was decided that it is expired, by the clock of the process.
    pub expired_at: Option<Timestamp>,
    pub due_at: Option<Timestamp>,
    pub attempts: Vec<Attempt>,
}

/// The time, by the clock of the process and by one that is right.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub told: Timestamp,
    pub real: Timestamp,
}

impl Now {
    /// How long ago that was, by whichever clock it is longer; one that goes wrong does so by a few ten-thousandths.
    fn since(self, earlier: Self) -> Duration {
        self.told.since(earlier.told).max(self.real.since(earlier.real).mul_f64(1.000_5))
    }

    /// Age of a call that counts again from when the clock was set back behind it.
    fn since_either(self, called: Self, recounted_at: Option<Self>) -> Duration {
        self.since(called).max(recounted_at.map_or(Duration::ZERO, |at| self.since(at)))
    }
}

/// A request under way.
#[derive(Clone, Copy, Debug)]
struct Asked {
    row: usize,
    attempt: usize,
    trigger: bool,
    left_at: Timestamp,
    /// Its answer lies in the socket of a process that stands still.
    answered: bool,
    /// The process does not want to know any more.
    given_up: bool,
}

/// The judge of a campaign.
pub struct Judge {
    rules: Rules,
    /// The agents dialect is spoken, and its 502 means not placed.
    speaks: (bool, bool),
    limits: Limits,
    /// By their places in the list.
    pub rows: BTreeMap<usize, Ledger>,
    /// By their places in the store.
    places: Vec<usize>,
    /// Phones that are never to ring.
    suppressed: BTreeSet<String>,
    /// Phones that another campaign calls, until when.
    elsewhere: BTreeMap<String, Timestamp>,
    /// Phones that another campaign has called at some time.
    were_elsewhere: BTreeSet<String>,
    /// When another campaign called a number last, and when the clock was last set back behind that.
    called_elsewhere: BTreeMap<String, (Now, Option<Now>)>,
    cancelled: bool,
    incarnation: u32,
    /// Why the process may call nobody.
    may_not: Option<&'static str>,
    draining: bool,
    /// It was told to end at once.
    stopped: bool,
    away: bool,
    /// Ids under which anything was sent.
    ids: BTreeSet<u128>,
    sids: BTreeMap<String, (usize, usize)>,
    /// What came of everything.
    outcomes: Outcomes,
    requests: BTreeMap<FlightId, Asked>,
    /// When triggers left, by a clock that is right: of this process.
    leaves: Vec<Timestamp>,
    /// Until when the service asks to wait, by a clock that is right.
    asked: Option<Timestamp>,
    /// When the clock of the process was set.
    jumps: Vec<Timestamp>,
    /// Since when the clock of the process is right, if it ever was wrong, by a clock that is right.
    right_since: Option<Timestamp>,
    /// When a process that stood still went on.
    thaws: Vec<Timestamp>,
    store_takes: u64,
    /// The store failed at some time, so that what was decided is saved later.
    store_failed: bool,
    /// States of rows that are saved.
    pub counts: BTreeMap<State, usize>,
}

impl Judge {
    /// The judge of that scenario; `places` are the rows in the order in which the store has them.
    #[must_use]
    pub fn new(scenario: &Scenario, places: Vec<usize>) -> Self {
        let rows = places.iter().map(|at| {
            let row = &scenario.rows[*at];
            let ledger = Ledger {
                number: row.number.clone(),
                phone: phone(&row.number),
                zones: row.named.map_or_else(|| row.zones.clone(), |zone| vec![zone]),
                between: row.between,
                state: None,
                expired_at: Some(scenario.start),
                due_at: None,
                attempts: Vec::new(),
            };
            (*at, ledger)
        });
        Self {
            rows: rows.collect(),
            places,
            rules: scenario.rules.clone(),
            speaks: (matches!(scenario.api, Api::Agents { .. }), scenario.opted),
            limits: Limits::default(),
            suppressed: BTreeSet::new(),
            elsewhere: BTreeMap::new(),
            were_elsewhere: BTreeSet::new(),
            called_elsewhere: BTreeMap::new(),
            cancelled: false,
            incarnation: 0,
            may_not: None,
            draining: false,
            stopped: false,
            away: false,
            ids: BTreeSet::new(),
            sids: BTreeMap::new(),
            outcomes: Outcomes::default(),
            requests: BTreeMap::new(),
            leaves: Vec::new(),
            asked: None,
            jumps: Vec::new(),
            right_since: None,
            thaws: Vec::new(),
            store_takes: scenario.store_takes,
            store_failed: false,
            counts: BTreeMap::new(),
        }
    }

    /// A person puts a number on the list.
    pub fn suppress(&mut self, number: &str) {
        self.suppressed.insert(phone(number));
    }

    /// Another campaign calls a number from now until then, by the clock of the process.
    pub fn calls_elsewhere(&mut self, number: &str, until: Timestamp, now: Now) {
        self.called_elsewhere.insert(phone(number), (now, None));
        self.elsewhere.insert(phone(number), until);
        self.were_elsewhere.insert(phone(number));
    }

    /// A person has seen to it that all is well.
    pub fn helped(&mut self) {
        self.elsewhere.clear();
    }

    /// A person gives a command.
    pub fn commanded(&mut self, command: Command) {
        self.cancelled |= command == Command::Cancel;
    }

    /// The clock of the process is set, and is right then or not. Calls that are dated ahead by it count from now on.
    pub fn jumped(&mut self, now: Now, is_right: bool) {
        self.jumps.push(now.real);
        self.right_since = is_right.then_some(now.real);
        let own = self.rows.values_mut().flat_map(|row| &mut row.attempts);
        let own = own.map(|it| (it.intended_at, &mut it.recounted_at));
        let theirs = self.called_elsewhere.values_mut().map(|(at, recounted_at)| (*at, recounted_at));
        for (at, recounted_at) in own.chain(theirs) {
            if recounted_at.unwrap_or(at).told > now.told {
                *recounted_at = Some(now);
            }
        }
    }

    /// The process is told to call nobody any more.
    pub const fn drained(&mut self, at_once: bool) {
        self.draining = true;
        self.stopped |= at_once;
    }

    /// The process stood still until now.
    pub fn thawed(&mut self, real: Timestamp) {
        self.thaws.push(real);
    }

    /// The answer to a request has come, and the process stands still until then.
    pub fn lies_there(&mut self, id: FlightId, until: Timestamp) {
        if let Some(asked) = self.requests.get_mut(&id) {
            // Where the clock was set meanwhile, nobody can tell when it was due.
            let set = self.jumps.iter().any(|at| *at >= asked.left_at);
            asked.answered = !set && !is_moment_late(asked.left_at + self.limits.request_timeout, until);
        }
    }

    /// The process ended, in whatever it was doing.
    pub fn ended(&mut self) {
        self.incarnation += 1;
        self.may_not = None;
        self.draining = false;
        self.stopped = false;
        self.away = false;
        self.leaves.clear();
        self.asked = None;
        self.requests.clear();
        self.outcomes_are_forgotten();
        for row in self.rows.values_mut() {
            let dialing = row.state == Some(State::Dialing);
            for attempt in &mut row.attempts {
                if matches!(attempt.stage, Stage::Intended | Stage::Left) {
                    attempt.stage = Stage::Unknown;
                }
                attempt.words.truncate(attempt.saved);
                attempt.seen = attempt.seen_saved;
                // A call that only a reading showed is one again of which nobody can tell.
                if attempt.by_reading && !attempt.seen_saved {
                    attempt.stage = Stage::Unknown;
                    attempt.known_at = None;
                }
                attempt.missing = 0;
                attempt.missing_since = None;
                attempt.followed_from = None;
                if !attempt.end_saved {
                    attempt.end = None;
                }
            }
            if let Some(last) = row.attempts.last_mut().filter(|_| dialing) {
                last.orphaned = true;
            }
        }
    }

    /// The process gives a request up.
    ///
    /// # Errors
    /// If it never sent it, or its answer has come or may still come.
    pub fn gave_up(&mut self, id: FlightId, now: Now) -> Verdict {
        let Some(asked) = self.requests.get_mut(&id) else {
            return holds(Promise::Border, false, || "a request is given up that was never sent".to_owned());
        };
        asked.given_up = true;
        let asked = *asked;
        let attempt = &mut self.rows.get_mut(&asked.row).expect("a row").attempts[asked.attempt];
        let followed_from = attempt.followed_from;
        if asked.trigger && attempt.stage == Stage::Left {
            attempt.stage = Stage::Unknown;
        }
        if self.stopped {
            return Ok(());
        }
        if asked.trigger {
            self.trigger_ended(id, asked.row, asked.attempt, now);
        }
        if id.purpose != Purpose::Call {
            // It is about nobody's call.
            self.read(id, false, now);
            return Ok(());
        }
        let real = now.real;
        holds(Promise::NothingLost, !asked.answered, || {
            format!("row {}: a request is given up whose answer has come", asked.row)
        })?;
        let waited = real.since(asked.left_at);
        let followed = followed_from.map_or(Duration::ZERO, |from| real.since(from));
        // Clocks go wrong by and by.
        let enough = |span: Duration, of: Duration| span >= of.mul_f64(0.999);
        let so = enough(waited, self.limits.request_timeout) || enough(followed, self.limits.follow_timeout);
        holds(Promise::NothingLost, so, || {
            format!("row {}: a request is given up after {waited:?}, a call after {followed:?}", asked.row)
        })
    }

    /// A request leaves: it has an id that no other has had; which.
    fn traced(&mut self, request: &Request) -> Result<u128, Violation> {
        let told = request.headers.get(CORRELATION_ID).unwrap_or_default();
        let id = uuid(told).filter(|id| self.ids.insert(*id));
        let new = holds(Promise::Traced, id.is_some(), || format!("a request leaves under the id {told:?}"));
        new.map(|()| id.unwrap_or_default())
    }

    /// How the rows stand at first.
    ///
    /// # Errors
    /// If that is not so.
    pub fn listed(&mut self, standings: Vec<Standing>, now: Timestamp) -> Verdict {
        for (at, standing) in standings.into_iter().enumerate() {
            let change = Change {
                id: RecipientId(at as i64),
                row: self.places[at] as u64,
                state: standing.state,
                due_at: standing.due_at,
                wait: standing.wait,
                reason: standing.reason,
                tries: Tries::default(),
                attempt: None,
                statuses: Vec::new(),
                note: false,
            };
            self.committed(&change, now)?;
        }
        Ok(())
    }

    /// The store did not do what it was asked, or did not say so.
    pub const fn store_fails(&mut self) {
        self.store_failed = true;
    }

    /// When the first is due of those who wait.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let waiting = self.rows.values().filter(|row| row.state == Some(State::Scheduled));
        waiting.filter_map(|row| row.due_at).min()
    }

    /// Where a recipient stands in the list.
    #[must_use]
    pub fn place_of(&self, id: RecipientId) -> usize {
        self.place(id)
    }

    fn place(&self, id: RecipientId) -> usize {
        self.places[usize::try_from(id.0).unwrap_or(usize::MAX)]
    }
}
