//! Watches a single call, knowing what really happened: the promises of a trigger, and of what follows it.

use std::collections::BTreeSet;
use std::time::Duration;

use polyai_outbound_core::{Api, CallEvent, Limits, Method, Placement, Request, SendId, Timestamp};

use crate::fault::{CORRELATION_ID, Told};
use crate::judge::{
    Answer, LONGEST_ASKED, Promise, Stage, Verdict, Why, holds, is_moment_late, rank, said, uuid,
};
use crate::scenario::Scenario;

/// What no machine waits for that has something to do.
const LONGEST_WAIT: Duration = Duration::from_secs(150);

/// A request under way.
struct Asked {
    id: SendId,
    trigger: bool,
    left_at: Timestamp,
    /// Its answer lies in the socket of a process that stands still.
    answered: bool,
}

/// What is known of a call.
pub struct Watcher {
    limits: Limits,
    speaks: (bool, bool),
    /// Requests under way.
    asked: Vec<Asked>,
    /// Ids under which anything was sent, and of all answers.
    ids: BTreeSet<u128>,
    answer_ids: BTreeSet<u128>,
    /// What became of each trigger.
    triggers: Vec<Stage>,
    /// How often it really rang.
    rang: u32,
    sid: Option<String>,
    end: Option<(bool, String)>,
    /// Status words that the machine was told, and how many of them it has told.
    words: Vec<String>,
    said: usize,
    /// The machine has told how it ended.
    pub ended: bool,
    /// When it began, by the clock of the process; and when this process began with it, or with following it.
    began: Option<Timestamp>,
    began_real: Option<Timestamp>,
    /// When nothing may be sent yet.
    quiet_until: Option<Timestamp>,
    /// How long the service asked to wait.
    asked_for: Duration,
    /// When something was sent or told last, by a clock that is right.
    active_at: Option<Timestamp>,
    /// How often the clock was set.
    sets: u32,
    /// The same, or it goes wrong by and by: nothing is said of spans any more.
    jumped: bool,
    /// The process stood still, so that things took longer.
    stood_still: bool,
    cancelled: bool,
    gone: bool,
}

impl Watcher {
    pub fn new(limits: Limits, scenario: &Scenario) -> Self {
        Self {
            limits,
            speaks: (matches!(scenario.api, Api::Agents { .. }), scenario.opted),
            asked: Vec::new(),
            ids: BTreeSet::new(),
            answer_ids: BTreeSet::new(),
            triggers: Vec::new(),
            rang: 0,
            sid: None,
            end: None,
            words: Vec::new(),
            said: 0,
            ended: false,
            began: None,
            began_real: None,
            quiet_until: None,
            asked_for: Duration::ZERO,
            active_at: None,
            sets: 0,
            jumped: scenario.drift != 0,
            stood_still: false,
            cancelled: false,
            gone: false,
        }
    }

    pub const fn begins(&mut self, now: Timestamp) {
        self.began = Some(now);
    }

    pub const fn jumped(&mut self) {
        self.sets += 1;
        self.jumped = true;
    }

    pub const fn cancelled(&mut self) {
        self.cancelled = true;
    }

    /// The process ended; another goes on with the call if it was saved.
    pub fn crashed(&mut self, goes_on: bool) {
        self.asked.clear();
        self.quiet_until = None;
        self.active_at = None;
        self.began = None;
        self.began_real = None;
        self.gone |= !goes_on;
        self.words.truncate(self.said);
        if let Some(last) = self.triggers.last_mut().filter(|last| **last == Stage::Left) {
            *last = Stage::Unknown;
        }
    }

    /// A request leaves; whether it is a trigger.
    ///
    /// # Errors
    /// If it may not.
    pub fn leaves(
        &mut self,
        row: usize,
        id: SendId,
        request: &Request,
        real: Timestamp,
        now: Timestamp,
    ) -> Result<bool, crate::judge::Violation> {
        let trigger = request.method == Method::Post;
        holds(Promise::Border, !self.cancelled && !self.ended, || {
            format!("row {row}: a request after the end")
        })?;
        self.began_real.get_or_insert(real);
        self.asked.push(Asked { id, trigger, left_at: real, answered: false });
        let traced = request.headers.get(CORRELATION_ID).unwrap_or_default();
        let new = uuid(traced).is_some_and(|id| self.ids.insert(id));
        holds(Promise::Traced, new, || format!("row {row}: a request leaves under the id {traced:?}"))?;
        // Whoever sets the clock: a time-out and a wait are less than that together.
        let idle = self.active_at.replace(real).map_or(Duration::ZERO, |active| real.since(active));
        // What the service asks for starts over when the clock is set back.
        let asked_for = std::mem::take(&mut self.asked_for) * (1 + self.sets);
        holds(Promise::Progress, idle < LONGEST_WAIT + asked_for, || {
            format!("row {row}: nothing was done for {idle:?}")
        })?;
        let early = self.quiet_until.is_some_and(|until| now < until) && !self.jumped;
        holds(Promise::Rate, !early, || {
            format!("row {row}: a request at {now:?}, before {:?}", self.quiet_until)
        })?;
        if trigger {
            let again = self.triggers.iter().all(|it| {
                matches!(it, Stage::NotPlaced(Why::NotSent | Why::TooMany | Why::Closed | Why::Failing))
            });
            holds(Promise::Once, again, || format!("row {row}: sent again after {:?}", self.triggers))?;
            let most = self.limits.retry.max_retries as usize + 1;
            self.triggers.push(Stage::Left);
            holds(Promise::Once, self.triggers.len() <= most, || {
                format!("row {row}: sent {} times", self.triggers.len())
            })?;
        } else {
            let asks = self.sid.as_ref().is_some_and(|sid| request.url.contains(&format!("/{sid}")));
            holds(Promise::Evidence, asks, || format!("row {row}: reads {}", request.url))?;
        }
        Ok(trigger)
    }

    pub fn rang(&mut self, row: usize) -> Verdict {
        self.rang += 1;
        holds(Promise::Once, self.rang == 1, || format!("row {row} rings again"))
    }

    /// The answer to a request has come, and the process stands still until then.
    pub fn lies_there(&mut self, id: SendId, until: Timestamp) {
        let Limits { request_timeout, operation_timeout, follow_timeout, .. } = self.limits;
        if let Some(asked) = self.asked.iter_mut().find(|asked| asked.id == id) {
            let all = if asked.trigger { operation_timeout } else { follow_timeout };
            let ends = [self.began_real.map_or(until, |began| began + all), asked.left_at + request_timeout];
            // Where the clock was set, nobody can tell when it was due.
            asked.answered = self.sets == 0 && !ends.iter().any(|due| is_moment_late(*due, until));
        }
    }

    /// The process stood still until now.
    pub fn thawed(&mut self, real: Timestamp) {
        self.stood_still = true;
        self.active_at = self.active_at.map(|_| real);
    }

    pub fn gave_up(&mut self, row: usize, id: SendId, real: Timestamp) -> Verdict {
        let Some(at) = self.asked.iter().position(|asked| asked.id == id) else {
            return holds(Promise::Border, false, || format!("row {row}: gives up what it never sent"));
        };
        let asked = self.asked.swap_remove(at);
        if asked.trigger
            && let Some(last) = self.triggers.last_mut()
        {
            *last = Stage::Unknown;
        }
        if self.cancelled {
            return Ok(());
        }
        holds(Promise::NothingLost, !asked.answered, || {
            format!("row {row}: a request is given up whose answer has come")
        })?;
        // Clocks go wrong by and by; whoever asks for little time gets no more.
        let since = |at: Option<Timestamp>| at.map_or(Duration::ZERO, |at| real.since(at));
        let enough = |span: Duration, of: Duration| span >= of.mul_f64(0.999);
        let all = if asked.trigger { self.limits.operation_timeout } else { self.limits.follow_timeout };
        // A clock that is set forward while an answer is waited for, by less than it is waited for, cannot be told from the
        // wait.
        let unseen = (self.limits.request_timeout + Duration::from_secs(5)) * self.sets;
        let so = enough(real.since(asked.left_at), self.limits.request_timeout)
            || enough(since(self.began_real) + unseen, all);
        holds(Promise::NothingLost, so, || format!("row {row}: a request is given up before its time"))
    }

    pub fn told(&mut self, id: SendId, told: &Told, real: Timestamp, now: Timestamp) {
        let Some(at) = self.asked.iter().position(|asked| asked.id == id) else { return };
        let Asked { trigger, .. } = self.asked.swap_remove(at);
        self.active_at = Some(real);
        let answer = Answer::of(told);
        if let Some(answer) = &answer {
            self.answer_ids.extend(answer.ids());
            if let Some(wait) = answer.asks_to_wait() {
                self.asked_for = if trigger { wait } else { wait.min(LONGEST_ASKED) };
                self.quiet_until = Some(now + self.asked_for);
            }
        }
        if trigger {
            let stage = said(self.speaks, told, answer.as_ref());
            self.sid = answer.as_ref().and_then(|it| it.call().map(str::to_owned));
            if stage == Stage::Placed {
                self.began_real = Some(real);
                self.words.extend(answer.and_then(|it| it.word()));
            }
            if let Some(last) = self.triggers.last_mut() {
                *last = stage;
            }
        } else if let Some(answer) = answer.filter(|it| it.status() == 200)
            && let Some(word) = answer.word()
        {
            if self.end.is_none() && self.words.last().is_none_or(|last| rank(last) < rank(&word)) {
                self.words.push(word.clone());
            }
            if rank(&word) == 3 {
                self.end = Some((word == "success", answer.reason().to_owned()));
            } else {
                // The reference asks for a reading every two seconds at most.
                self.quiet_until = Some(now + Duration::from_secs(2));
            }
        }
    }

    /// What the machine would leave behind.
    pub fn may_have_rung(&self, row: usize, placement: Option<Placement>) -> Verdict {
        let unknown = self.triggers.iter().any(|it| matches!(it, Stage::Left | Stage::Unknown));
        let so = match placement {
            Some(Placement::NotPlaced) => self.rang == 0 && !unknown,
            Some(Placement::Placed) => self.rang > 0,
            Some(Placement::Unknown) => unknown,
            None => true,
        };
        holds(Promise::Evidence, so, || {
            format!("row {row} would leave {placement:?}, but {:?}", self.triggers)
        })
    }

    /// The machine tells something.
    pub fn says(&mut self, row: usize, event: &CallEvent, now: Timestamp) -> Verdict {
        let who = || format!("row {row}: {event:?}, but {:?} and {:?}", self.triggers, self.end);
        match event {
            CallEvent::Placed(placed) => {
                let so = self.sid.as_deref() == Some(placed.value.call_sid.as_str());
                holds(Promise::Evidence, so && self.triggers.last() == Some(&Stage::Placed), who)?;
                self.traced(row, placed.correlation_id.as_deref())?;
                self.in_time(self.limits.operation_timeout, now)
            }
            CallEvent::Ended(Ok(end)) => {
                self.ended = true;
                let all = self.said == self.words.len();
                holds(Promise::NothingLost, all, || format!("row {row}: {} of {:?}", self.said, self.words))?;
                let so = self.end == Some((end.status.as_str() == "success", end.reason.clone()));
                let who = format!("row {row}: {event:?}, but {:?}", self.end);
                holds(Promise::Evidence, so, || who)
            }
            CallEvent::Ended(Err(error)) => {
                holds(Promise::NothingLost, self.end.is_none(), who)?;
                let placed = self.triggers.contains(&Stage::Placed);
                let unknown = self.triggers.iter().any(|it| matches!(it, Stage::Left | Stage::Unknown));
                let so = match error.placement() {
                    Some(Placement::NotPlaced) => !placed && !unknown,
                    Some(Placement::Placed) => placed,
                    Some(Placement::Unknown) => unknown,
                    None => placed,
                };
                holds(Promise::Evidence, so, who)?;
                self.ended = true;
                self.traced(row, error.correlation_id())?;
                let longest = if placed { self.limits.follow_timeout } else { self.limits.operation_timeout };
                self.in_time(
                    longest + if placed { self.limits.operation_timeout } else { Duration::ZERO },
                    now,
                )
            }
            CallEvent::Status(change) => {
                let word = change.status.as_str().to_lowercase();
                let next = self.words.get(self.said) == Some(&word);
                self.said += usize::from(next);
                let odd = self.words.iter().any(|word| word == "ringing") && rank(&word) < 2;
                holds(Promise::Evidence, next || odd, || format!("row {row} is {word}, but {:?}", self.words))
            }
            CallEvent::Retrying(_) | CallEvent::Regression(_) => Ok(()),
        }
    }

    /// Support can trace what was sent, if anything was.
    fn traced(&self, row: usize, id: Option<&str>) -> Verdict {
        let known =
            |id: &str| uuid(id).is_some_and(|id| self.ids.contains(&id) || self.answer_ids.contains(&id));
        let so = id.map_or(self.began_real.is_none(), known);
        holds(Promise::Traced, so, || format!("row {row}: nobody knows the id {id:?}"))
    }

    fn in_time(&self, longest: Duration, now: Timestamp) -> Verdict {
        let took = self.began.map(|began| now.since(began));
        let late = took
            .filter(|took| *took > longest + Duration::from_millis(1) && !self.jumped && !self.stood_still);
        holds(Promise::Progress, late.is_none(), || format!("it took {late:?} where {longest:?} are given"))
    }

    /// Nothing is to come any more.
    pub fn over(&self, row: usize) -> Verdict {
        let told = self.ended || self.gone || self.triggers.is_empty();
        holds(Promise::Progress, told, || format!("row {row} has not ended"))?;
        let not_placed = self.triggers.iter().all(|it| matches!(it, Stage::NotPlaced(_)));
        holds(Promise::Evidence, self.rang == 0 || !not_placed, || {
            format!("row {row} rang, and was not placed")
        })
    }
}
