//! Whether somebody may be intended to be called, and what the process is told of it.

use std::collections::BTreeSet;
use std::time::Duration;

use polyai_outbound_core::Timestamp;
use polyai_outbound_core::campaign::{Change, Command, Fetch, State, Turn, Turned};

use super::{Attempt, End, Judge, Now, Promise, Stage, Verdict, Why, holds, uuid};

const DAY: Duration = Duration::from_secs(24 * 3600);
const PAUSED: &str = "it is paused";
const MINUTE: Duration = Duration::from_secs(60);
/// When a call that does not end makes room for others.
const STUCK: Duration = Duration::from_secs(30 * 60);

/// What kind of ending a sentence of the sandbox tells of.
pub(super) fn kind(reason: &str) -> &'static str {
    let kinds = [
        ("no answer", "no-answer"),
        ("busy", "busy"),
        ("declined", "declined"),
        ("call queueing", "congestion"),
    ];
    kinds.iter().find(|(says, _)| reason.contains(says)).map_or("", |(_, kind)| kind)
}

impl Attempt {
    /// Whether it rang or may have, as far as the process can know.
    pub(super) const fn may_have_rung(&self) -> bool {
        match self.stage {
            Stage::TakenBack | Stage::NotPlaced(_) => self.orphaned,
            Stage::Intended | Stage::Left | Stage::Placed | Stage::Unknown => true,
        }
    }
}

impl Judge {
    /// The process asks for a visit to the store.
    ///
    /// # Errors
    /// If it may not ask so.
    pub fn visits(&mut self, real: Timestamp, turn: &Turn) -> Verdict {
        self.outcomes_leave(turn);
        let calls = turn.changes.iter().any(|change| change.state == State::Dialing);
        let waits = self.asked.is_some_and(|until| real < until) && self.jumps.is_empty();
        holds(Promise::Rate, !(calls && waits), || {
            format!("the service asks to wait until {:?}", self.asked)
        })?;
        holds(Promise::Border, !std::mem::replace(&mut self.away, true), || {
            "two visits at a time".to_owned()
        })?;
        let ids: BTreeSet<_> = turn.changes.iter().map(|change| change.id).collect();
        holds(Promise::Border, ids.len() == turn.changes.len(), || "two changes for a recipient".to_owned())
    }

    /// The store has performed a visit.
    ///
    /// # Errors
    /// If it must not have.
    pub fn performed(&mut self, real: Timestamp, turn: &Turn, turned: &Turned) -> Verdict {
        let refused: BTreeSet<_> = turned.refused.iter().map(|refusal| refusal.id).collect();
        // What ends is out of the way of what begins.
        let (intents, others): (Vec<_>, Vec<_>) =
            turn.changes.iter().partition(|change| change.state == State::Dialing);
        for change in others {
            self.committed(change, turn.now)?;
            self.waits_as_asked(change, Now { told: turn.now, real })?;
        }
        let mut calls = false;
        for change in intents.into_iter().filter(|change| !refused.contains(&change.id)) {
            self.intended(change, real, turn.now)?;
            calls = true;
        }
        self.outcomes_are_saved(turned.command == Command::Run)?;
        // What an earlier process left is followed, however much it is; nobody is called beyond that.
        if calls { self.in_flight(Now { told: turn.now, real }) } else { Ok(()) }
    }

    /// The process is told that a visit was performed, or that it was not.
    pub fn answered(&mut self, turn: &Turn, result: Result<&Turned, &str>) {
        self.away = false;
        let Ok(turned) = result else { return };
        let begins = turn.fetch == Some(Fetch::Unfinished);
        if turned.command == Command::Run && (begins || self.may_not == Some(PAUSED)) {
            self.resumed();
        }
        self.may_not = match turned.command {
            Command::Run => turned.blocked.as_ref().map(|_| "the list cannot be read"),
            Command::Pause => Some(PAUSED),
            Command::Cancel => Some("it is cancelled"),
        };
        for change in turn.changes.iter().filter(|change| change.state == State::Dialing) {
            if turned.refused.iter().any(|refusal| refusal.id == change.id) {
                continue;
            }
            let (row, incarnation) = (self.place(change.id), self.incarnation);
            let ledger = self.rows.get_mut(&row);
            let attempt = ledger.and_then(|row| row.attempts.last_mut());
            if let Some(attempt) = attempt.filter(|it| it.stage == Stage::Intended) {
                attempt.told = attempt.incarnation == incarnation;
            }
        }
    }

    fn intended(&mut self, change: &Change, real: Timestamp, now: Timestamp) -> Verdict {
        let row = self.place(change.id);
        let number = self.rows[&row].phone.clone();
        let who = || format!("row {row}, attempt {}", change.tries.attempts);
        holds(Promise::Suppressed, !self.suppressed.contains(&number), || {
            format!("{}: it is on the list", who())
        })?;
        holds(Promise::Final, self.rows[&row].state == Some(State::Scheduled), || {
            format!("{}: it is {:?}", who(), self.rows[&row].state)
        })?;
        // Where the clock was set, spans count by either.
        let now = Now { told: now, real };
        self.may_follow(row, now, &who)?;
        let busy = self.elsewhere.get(&number).is_some_and(|until| real < *until);
        holds(Promise::Number, !busy, || format!("{}: another campaign calls its number", who()))?;
        self.number_may_ring(row, &number, now, &who)?;
        let incarnation = self.incarnation;
        let ledger = self.rows.get_mut(&row).expect("a row");
        if let Some(last) = ledger.attempts.iter_mut().rev().find(|it| it.rang || it.end.is_some()) {
            last.followed = true;
        }
        ledger.attempts.push(Attempt {
            number: change.tries.attempts,
            intended_at: now,
            recounted_at: None,
            incarnation,
            told: false,
            stage: Stage::Intended,
            orphaned: false,
            rang: false,
            sid: None,
            end: None,
            end_saved: false,
            followed: false,
            intent_id: change.attempt.as_ref().and_then(|it| uuid(it.correlation_id.as_deref()?)),
            ids: Vec::new(),
            left: false,
            faults: 0,
            followed_from: None,
            works: 0,
            heard: 0,
            counts: false,
            missing: 0,
            missing_since: None,
            lost: false,
            words: Vec::new(),
            seen: false,
            seen_saved: false,
            by_reading: false,
            saved: 0,
            known_at: None,
            answered_at: None,
            stuck: false,
        });
        self.stands(row, State::Dialing, None);
        Ok(())
    }

    /// Whether another attempt may follow those that a row has had.
    fn may_follow(&self, row: usize, now: Now, who: &impl Fn() -> String) -> Verdict {
        let attempts = &self.rows[&row].attempts;
        let (most_dials, _, most_refusals) = self.rules.most;
        let mut failing = 0;
        let mut used = vec![0; self.rules.redial.len()];
        for (nth, before) in attempts.iter().enumerate() {
            let once = |ok, why: &str| holds(Promise::Once, ok, || format!("{}: {why} ({before:?})", who()));
            once(!before.orphaned, "nobody knows what became of the one before")?;
            match (before.stage, &before.end) {
                (Stage::TakenBack, _) => {}
                (
                    Stage::NotPlaced(Why::NotSent | Why::TooMany | Why::Closed | Why::Gateway | Why::Halts),
                    _,
                ) => {}
                (Stage::NotPlaced(Why::Failing), _) => failing += u32::from(before.counts),
                (Stage::NotPlaced(Why::Refused), _) => once(false, "it was refused for good")?,
                (Stage::Placed, Some(End { success: false, reason, at })) => {
                    failing = 0;
                    let rules = &self.rules.redial;
                    let fits = |(name, ..): &&(&str, u32, u64)| *name == "failure" || *name == kind(reason);
                    let Some(rule) = rules.iter().position(|it| fits(&it)) else {
                        return once(false, "no rule asks for another");
                    };
                    used[rule] += 1;
                    let (_, times, seconds) = rules[rule];
                    once(used[rule] <= times, "the rule was used up")?;
                    let last = attempts[nth + 1..].iter().all(|it| !it.may_have_rung());
                    let waited = now.since(*at) >= Duration::from_secs(seconds);
                    once(!last || waited, "it is too early for the rule")?;
                }
                (Stage::Placed | Stage::Unknown | Stage::Intended | Stage::Left, _) => {
                    once(false, "the one before may have rung, and no failure is known")?;
                }
            }
        }
        let dials = attempts.iter().filter(|it| it.may_have_rung()).count();
        holds(Promise::Once, dials < most_dials as usize, || format!("{}: dialed {dials} times", who()))?;
        // The first does not count: it may be the service's own.
        holds(Promise::Once, failing < most_refusals.max(1), || format!("{}: failed {failing} times", who()))
    }

    /// Whether a number may ring, whichever row it is for.
    fn number_may_ring(&self, row: usize, number: &str, now: Now, who: &impl Fn() -> String) -> Verdict {
        let mut today = 0;
        for (other, ledger) in self.rows.iter().filter(|(_, ledger)| ledger.phone == number) {
            for attempt in ledger.attempts.iter().filter(|it| it.may_have_rung()) {
                let since = now.since_either(attempt.intended_at, attempt.recounted_at);
                today += u32::from(since < DAY);
                holds(Promise::Number, *other == row || since >= MINUTE, || {
                    format!("{}: row {other} dialed its number {since:?} ago", who())
                })?;
            }
            let calls = matches!(ledger.state, Some(State::Dialing | State::InProgress));
            holds(Promise::Number, *other == row || !calls, || {
                format!("{}: row {other} calls its number", who())
            })?;
        }
        let peace = self
            .called_elsewhere
            .get(number)
            .is_none_or(|(at, recounted_at)| now.since_either(*at, *recounted_at) >= DAY);
        holds(Promise::Number, peace, || {
            format!("{}: another campaign called its number within a day", who())
        })?;
        let most = self.rules.most.1;
        holds(Promise::Number, today < most, || {
            format!("{}: its number was dialed {today} times in a day", who())
        })
    }

    /// Whether no more are called at a time than asked for, by what is saved; calls that do not end count for half an hour,
    /// and those that are only read again do not.
    fn in_flight(&mut self, now: Now) -> Verdict {
        let count = |state| self.counts.get(&state).copied().unwrap_or_default();
        let (dialing, in_progress) = (count(State::Dialing), count(State::InProgress));
        let calls = self.rows.values_mut().filter(|row| row.state == Some(State::InProgress));
        // Of what a clock jumps over the process counts a few seconds.
        let stuck = STUCK.saturating_sub(Duration::from_secs(15) * self.jumps.len() as u32);
        let mut old = 0;
        for last in calls.filter_map(|row| row.attempts.last_mut()) {
            // One that is only looked for is as old as the answer that named it; and none grows younger with the clock.
            let from = last.known_at.or(last.answered_at);
            last.stuck |= from.is_some_and(|at| now.since(at) >= stuck);
            old += usize::from(last.lost || last.stuck);
        }
        let in_progress = in_progress - old;
        let (_, most, most_dialing) = self.rules.pace;
        holds(Promise::InFlight, dialing <= most_dialing as usize, || {
            format!("{dialing} triggers at a time, where {most_dialing} may be")
        })?;
        holds(Promise::InFlight, dialing + in_progress <= most as usize, || {
            format!("{} calls at a time, where {most} may be", dialing + in_progress)
        })
    }

    /// A row stands like that from now on.
    pub(super) fn stands(&mut self, row: usize, state: State, due_at: Option<Timestamp>) {
        let Some(ledger) = self.rows.get_mut(&row) else { return };
        if let Some(before) = ledger.state.replace(state)
            && let Some(count) = self.counts.get_mut(&before)
        {
            *count -= 1;
        }
        ledger.due_at = due_at;
        *self.counts.entry(state).or_default() += 1;
    }
}
