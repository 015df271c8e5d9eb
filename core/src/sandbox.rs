//! The service itself as a machine, so that everything works with no account, no network and no waiting.
//!
//! [`Sandbox::handle`] is told the time and a request, and says what the caller sees of it: an answer, a connection
//! that is cut, or nothing ever. It speaks both dialects on one set of routes, checks what the contract documents, and
//! gives every accepted call a life that follows from its number and the seed alone.
//!
//! # What numbers do
//! The last two digits of the fictional US numbers `+1 NPA 555 01xx` choose what happens:
//!
//! | `xx` | what happens |
//! |---|---|
//! | 00 | success |
//! | 01, 02 | failure: nobody answers, the line is busy |
//! | 03 | failure: `call queueing: max timeout limit exceeded` |
//! | 04 | queued for ten minutes, then success |
//! | 05 | two triggers fail as "placing the call failed"; the next is accepted |
//! | 06 | placed, but the connection is cut before the answer |
//! | 07 | one 429 with `Retry-After: 2`; the next is accepted |
//! | 08 | the first three status reads of the call fail |
//! | 09 | its status data is gone as soon as the call ends |
//! | 10 | a status word that no reference has, `ringing`, between `queued` and `calling` |
//! | 11 | placed, but the answer never comes |
//! | 12, 13 | a gateway's HTML page with 502; not placed, placed |
//! | 14 | never accepted: not configured for outbound calling (401; in the agents dialect 400) |
//! | 15, 16 | never accepted: 403; 404, no connector for that environment |
//! | 17, 18 | 408; not placed, placed |
//! | 19 | two triggers are told 503 by the service; the next is accepted |
//! | 20 | placed, but a cache's 503 page with `Retry-After: 5` comes in place of the answer |
//! | 21 | placed, but a proxy's JSON with 500 comes in place of the answer |
//! | 22, 23 | never accepted: 400 as `{"detail":"…"}`, as `{"detail":[…]}` (agents: `{"message":…,"errors":[…]}`) |
//! | 24, 25 | the first three status reads of the call are told 400, 403 |
//! | 26 | the first three status reads of the call are told 404 by a gateway's page |
//! | 27 | `calling` for six hours, then success |
//!
//! Any other valid number draws a plausible outcome from the seed.
//!
//! # The clock
//! `now` is the caller's. [`Config::with_speed`] makes calls and their retention, and only these, pass faster than
//! that; `Retry-After`, the rate and injected delays are in the caller's seconds. A clock that steps back stands still
//! until it has caught up, so that nothing that has ended begins again.
//!
//! # Correlation ids
//! Every answer of the service's own carries `X-PolyAI-Correlation-Id`: that of the request if it brings a UUID, else one
//! that is drawn. A gateway's, a cache's and a proxy's carry none.
//!
//! # Its own routes
//! They are no part of the contract and ask for no token.
//! - `GET /_sandbox/calls`: `{"calls":[…]}`, every [`PlacedCall`] in the order of placing; times are milliseconds since
//!   the Unix epoch.
//! - `GET`, `POST` and `DELETE /_sandbox/faults` show, set and clear the [`Faults`].
//!
//! ```
//! use polyai_outbound_core::sandbox::{Config, Reaction, Sandbox};
//! use polyai_outbound_core::{
//!     Api, BaseUrl, Credential, Destination, Reply, Service, Timestamp, TriggerCall, Member, wire,
//! };
//!
//! let mut sandbox = Sandbox::new(Config::default());
//! let base_url = BaseUrl::parse("http://localhost")?;
//! let service = Service::at(base_url, Api::Outbound, Some(Credential::new("sandbox")?));
//! let call = TriggerCall::new(Destination::parse("+14155550100", None)?);
//!
//! let now = Timestamp::from_millis(1_000);
//! let Reaction::Answer { response, .. } = sandbox.handle(now, &wire::trigger_request(&service, &call)?) else {
//!     unreachable!("this number is answered");
//! };
//! assert_eq!(response.status, 200);
//! assert!(Reply::from(&response).answer.text(Member::CallSid).is_some());
//! assert_eq!(sandbox.calls().count(), 1, "one phone rings");
//! # Ok::<(), polyai_outbound_core::InvalidInput>(())
//! ```

mod answer;
mod asked;
mod config;
mod control;
mod faults;
mod limiter;
mod placed;
mod route;
mod script;

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::{Builder, Uuid};

pub use config::Config;
pub use faults::Faults;
pub use placed::PlacedCall;

use crate::dialect::{CORRELATION_ID, Dialect, OUTBOUND};
use crate::message::{Method, Request, Response};
use crate::time::Timestamp;
use answer::{Failure, Kind, Refusal};
use asked::Asked;
use faults::Fault;
use limiter::Limiter;
use placed::Held;
use route::{Found, Target};
use script::{Fate, Repeated, Script};

/// What the caller sees of a request. Exhaustive: every shell has to do each of these.
#[derive(Debug)]
#[must_use]
pub enum Reaction {
    /// An answer.
    Answer {
        /// What is answered.
        response: Response,
        /// How long from now.
        after: Duration,
    },
    /// The connection is cut, without a byte of an answer.
    Cut {
        /// How long from now.
        after: Duration,
    },
    /// The connection stays open and nothing ever comes.
    Hang,
}

impl Reaction {
    const CUT: Self = Self::Cut { after: Duration::ZERO };

    const fn answer(response: Response) -> Self {
        Self::Answer { response, after: Duration::ZERO }
    }

    fn delayed(self, delay: Duration) -> Self {
        match self {
            Self::Answer { response, after } => Self::Answer { response, after: after + delay },
            Self::Cut { after } => Self::Cut { after: after + delay },
            Self::Hang => Self::Hang,
        }
    }
}

/// The service, as a machine. See the [module's documentation](self) for what it does.
pub struct Sandbox {
    config: Config,
    /// The latest moment that was told.
    now: Timestamp,
    /// Correlation ids. Each purpose draws from its own source, so that polling more often changes no call's life.
    ids: fastrand::Rng,
    /// The lives of calls and their SIDs.
    lives: fastrand::Rng,
    /// Which requests a fault strikes.
    chances: fastrand::Rng,
    calls: Vec<Held>,
    /// Where a call stands in `calls`.
    by_id: BTreeMap<Uuid, usize>,
    /// How many triggers to a scripted number were refused since one was accepted.
    refused: BTreeMap<u32, u8>,
    limiter: Option<Limiter>,
    faults: Faults,
}

impl Sandbox {
    /// The longest body that is read, in bytes; metadata of the legal size fits however it is escaped.
    pub const LONGEST_BODY: usize = 256 * 1024;

    /// A service that has placed no calls yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut source = fastrand::Rng::with_seed(config.seed());
        Self {
            now: Timestamp::default(),
            ids: source.fork(),
            lives: source.fork(),
            chances: source.fork(),
            calls: Vec::new(),
            by_id: BTreeMap::new(),
            refused: BTreeMap::new(),
            limiter: config.rate().map(Limiter::new),
            faults: Faults::default(),
            config,
        }
    }

    /// Takes a request and says what its sender sees. The URL may be absolute or begin with its path.
    pub fn handle(&mut self, now: Timestamp, request: &Request) -> Reaction {
        self.now = self.now.max(now);
        // Drawn in any case, so that one request with an id of its own changes nothing about the others.
        let drawn = Builder::from_random_bytes(self.ids.u128(..).to_be_bytes()).into_uuid();
        let id = sent_correlation_id(request).unwrap_or(drawn);
        match Found::at(&request.url) {
            None => answer::refused(id, &OUTBOUND, &Refusal::new(Kind::NoRoute, "no such route")),
            Some(found) => {
                self.routed(id, &found, request).unwrap_or_else(|it| answer::refused(id, found.dialect, &it))
            }
        }
    }

    /// Every call that was really placed, in the order of placing and as it was at the latest moment that was told.
    pub fn calls(&self) -> impl Iterator<Item = PlacedCall> {
        self.calls.iter().map(|held| held.seen(self.now))
    }

    /// Takes note of the time, so that [`calls`](Self::calls) is up to date.
    pub fn handle_time(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    /// The faults that are injected now.
    #[must_use]
    pub const fn faults(&self) -> Faults {
        self.faults
    }

    /// Sets the faults that are injected from now on.
    ///
    /// # Errors
    /// If a rate is not from 0 to 1; then nothing changes.
    pub fn set_faults(&mut self, faults: Faults) -> Result<(), crate::InvalidInput> {
        faults.check()?;
        self.faults = faults;
        Ok(())
    }

    fn routed(&mut self, id: Uuid, found: &Found<'_>, request: &Request) -> Result<Reaction, Refusal> {
        if request.method == Method::Options && request.headers.get("Access-Control-Request-Method").is_some()
        {
            return Ok(answer::preflight(id, found));
        }
        if !found.allows(&request.method) {
            return Err(Refusal::method(found));
        }
        match found.target {
            Target::Trigger => self.guarded(id, found, request, Self::trigger),
            Target::Status => self.guarded(id, found, request, Self::status),
            Target::Calls => Ok(control::calls(self, id)),
            Target::Faults => control::faults(self, id, request),
        }
    }

    /// An operation of the API: who asks for it, and what befalls it on the way.
    fn guarded(
        &mut self,
        id: Uuid,
        found: &Found<'_>,
        request: &Request,
        operation: fn(&mut Self, Uuid, &Found<'_>, &Request) -> Result<Reaction, Refusal>,
    ) -> Result<Reaction, Refusal> {
        self.check_credential(found.dialect, request)?;
        let (fault, delay) = self.faults.strike(&mut self.chances);
        let result = match fault {
            Some(Fault::CutBefore) => Ok(Reaction::CUT),
            Some(Fault::ServerError) => Err(Refusal::FAILED),
            Some(Fault::CutAfter) => {
                let _never_told = operation(self, id, found, request);
                Ok(Reaction::CUT)
            }
            None => operation(self, id, found, request),
        };
        Ok(result.unwrap_or_else(|refusal| answer::refused(id, found.dialect, &refusal)).delayed(delay))
    }

    fn check_credential(&self, dialect: &Dialect, request: &Request) -> Result<(), Refusal> {
        let name = dialect.credential_header;
        let problem = match request.headers.get(name) {
            Some(token) if token == self.config.token().expose() => return Ok(()),
            Some(_) => "carries another token",
            None => "is missing",
        };
        let expected = "the token that the sandbox was set up with";
        Err(Refusal::new(Kind::Unauthorized, format!("{name}: {problem}; expected {expected}")))
    }

    fn trigger(&mut self, id: Uuid, found: &Found<'_>, request: &Request) -> Result<Reaction, Refusal> {
        let asked = Asked::read(found, request)?;
        if let Some(wait) = self.limiter.as_mut().and_then(|limiter| limiter.wait(self.now)) {
            return Err(Refusal::too_many(wait));
        }
        let script = match script::scripted(&asked.destination) {
            None => script::drawn(&mut self.lives),
            Some((number, script)) => {
                if let Some(failure) = self.refuse(number, script) {
                    return Ok(answer::failure(id, found.dialect, failure));
                }
                script
            }
        };
        let call = script.placed.then(|| self.place(id, asked, script));
        Ok(match (script.fate, call) {
            (Fate::Answered, Some(call)) => answer::accepted(id, found.dialect, call),
            (Fate::Answered, None) => return Err(Refusal::FAILED),
            (Fate::Cut, _) => Reaction::CUT,
            (Fate::Hangs, _) => Reaction::Hang,
            (Fate::Fails(failure), _) => answer::failure(id, found.dialect, failure),
        })
    }

    /// The refusal of a trigger that its number's script refuses; counting starts again once one is accepted.
    fn refuse(&mut self, key: u32, script: &Script) -> Option<Failure> {
        let Repeated { times, with } = script.refused?;
        let count = self.refused.entry(key).or_default();
        if *count < times {
            *count += 1;
            return Some(with);
        }
        *count = 0;
        None
    }

    /// Places a call: from here on somebody's phone rings.
    fn place(&mut self, id: Uuid, asked: Asked, script: &Script) -> Uuid {
        if let Some(limiter) = &mut self.limiter {
            limiter.take();
        }
        let call = Builder::from_random_bytes(self.lives.u128(..).to_be_bytes()).into_uuid();
        let held = Held::new(id, asked, call, script, self.now, self.config.speed(), &mut self.lives);
        self.by_id.insert(call, self.calls.len());
        self.calls.push(held);
        call
    }

    fn status(&mut self, id: Uuid, found: &Found<'_>, _: &Request) -> Result<Reaction, Refusal> {
        let environment = asked::environment_of_query(found)?;
        let call = asked::call_sid(found)?;
        let held = self.by_id.get(&call).and_then(|at| self.calls.get_mut(*at));
        let held = held
            .filter(|held| held.is_of(found, environment) && !held.is_gone(self.now))
            .ok_or_else(|| Refusal::new(Kind::NotFound, "no such call, or its status data has expired"))?;
        if let Some(failure) = held.fails_to_be_read() {
            return Ok(answer::failure(id, found.dialect, failure));
        }
        Ok(answer::status(id, found.dialect, call, held.change_at(self.now)))
    }
}

/// The correlation id that a request brings, if it is a UUID as the service's own are.
fn sent_correlation_id(request: &Request) -> Option<Uuid> {
    let sent = request.headers.get(CORRELATION_ID)?;
    (sent.len() == uuid::fmt::Hyphenated::LENGTH).then(|| Uuid::try_parse(sent).ok())?
}

#[cfg(test)]
mod tests;
