//! Whether what is saved of a row is so.

use std::time::Duration;

use polyai_outbound_core::Timestamp;
use polyai_outbound_core::campaign::{Change, Outcome, State};

use super::intent::kind;
use super::reading::rank;
use super::{Judge, Promise, Stage, Verdict, Why, holds, uuid};

/// For how long a call is followed.
const FOLLOWED: Duration = Duration::from_secs(4 * 3600);
/// For how long the service must refuse every reading of a call before its end is lost.
const MINUTES: Duration = Duration::from_secs(120);

impl Judge {
    /// The store has a change that is no intent.
    pub(super) fn committed(&mut self, change: &Change, now: Timestamp) -> Verdict {
        let row = self.place(change.id);
        let who = format!("row {row} {}: {}", change.state, change.reason);
        let before = self.rows[&row].state;
        let ended = before.is_some_and(State::is_terminal);
        // Of a call whose end was lost the service may tell after all.
        let found = before == Some(State::StatusLost) && change.attempt.is_some();
        // By a clock that was ahead its time seemed to be over.
        let ahead = self.rows[&row].expired_at.is_some_and(|at| at > now);
        let reopened = before == Some(State::Expired) && ahead && change.attempt.is_none();
        holds(Promise::Final, !ended || found || reopened || before == Some(change.state), || {
            format!("{who} (it was {before:?})")
        })?;
        self.attempt_is_so(row, change, &who)?;
        self.state_is_so(row, change, now, &who)?;
        self.reason_is_so(row, change, now, &who)?;
        self.keep(row, change, &who)?;
        self.stands(row, change.state, change.due_at);
        if let Some(ledger) = self.rows.get_mut(&row).filter(|_| change.state == State::Expired) {
            ledger.expired_at = Some(now);
        }
        Ok(())
    }

    /// What is said of an attempt.
    fn attempt_is_so(&mut self, row: usize, change: &Change, who: &str) -> Verdict {
        let Some(said) = &change.attempt else { return Ok(()) };
        let incarnation = self.incarnation;
        let ledger = self.rows.get_mut(&row).expect("a row");
        let Some(held) = ledger.attempts.iter_mut().find(|it| it.number == said.number) else {
            // An intent that the store refused, or did not get, is taken back all the same.
            return holds(Promise::Evidence, said.outcome == Outcome::NotPlaced, || {
                format!("{who}: an attempt of which nobody knows")
            });
        };
        if held.stage == Stage::Intended
            && said.outcome == Outcome::NotPlaced
            && held.incarnation == incarnation
        {
            held.stage = Stage::TakenBack;
        }
        let kept_back = matches!(held.stage, Stage::TakenBack | Stage::NotPlaced(Why::NotSent));
        holds(Promise::Evidence, said.sent || kept_back, || format!("{who}: it left, and {held:?}"))?;
        let id = said.correlation_id.as_deref();
        let number = id.and_then(uuid);
        let traced = number.is_some_and(|id| held.intent_id == Some(id) || held.ids.contains(&id));
        holds(Promise::Traced, traced, || format!("{who}: it has the id {id:?}, but {held:?}"))?;
        let sid = said.call_sid.as_ref().map(|sid| sid.as_str());
        let placed =
            matches!(said.outcome, Outcome::InProgress | Outcome::Success | Outcome::Failure | Outcome::Lost);
        holds(Promise::Evidence, (sid.is_none() && !placed) || sid == held.sid.as_deref(), || {
            format!("{who}: it has {sid:?}, and {:?} was told", held.sid)
        })?;
        let ended = held.end.as_ref().map(|end| end.success);
        let so = match said.outcome {
            Outcome::Dialing => false,
            Outcome::NotPlaced => {
                matches!(held.stage, Stage::TakenBack | Stage::NotPlaced(_)) && !held.orphaned
            }
            Outcome::InProgress => held.sid.is_some(),
            Outcome::Success => ended == Some(true),
            Outcome::Failure => ended == Some(false),
            Outcome::Unknown => held.stage == Stage::Unknown || held.orphaned,
            Outcome::Lost => held.stage == Stage::Placed || held.sid.is_some(),
        };
        holds(Promise::Evidence, so, || format!("{who}: {}, but {held:?}", said.outcome.as_str()))?;
        let lost = matches!(said.outcome, Outcome::Lost | Outcome::Unknown) && held.end.is_some();
        holds(Promise::NothingLost, !lost, || format!("{who}: its end was told: {held:?}"))?;
        held.end_saved |= ended.is_some() && matches!(said.outcome, Outcome::Success | Outcome::Failure);
        Ok(())
    }

    /// What is said of the row.
    fn state_is_so(&self, row: usize, change: &Change, now: Timestamp, who: &str) -> Verdict {
        let ledger = &self.rows[&row];
        let last = ledger.attempts.last();
        let ended = last.and_then(|it| it.end.as_ref()).map(|end| end.success);
        let failing =
            last.is_some_and(|it| it.stage == Stage::NotPlaced(Why::Failing)) && self.refused_for_good(row);
        let refused = last.is_some_and(|it| it.stage == Stage::NotPlaced(Why::Refused));
        let (margin, hours) = (self.rules.margin, &self.rules.hours);
        let so = match change.state {
            State::Scheduled => change.due_at.is_some() && ledger.attempts.iter().all(|it| !it.orphaned),
            State::Held => {
                let week = now + Duration::from_secs(8 * 24 * 3600);
                !hours.spans.is_empty() && !hours.allow_within(&ledger.zones, now, week, margin, 900_000)
            }
            State::Dialing => false,
            State::InProgress => {
                last.is_some_and(|it| it.sid.is_some() && it.end.is_none()) || ended.is_some()
            }
            State::Succeeded => ended == Some(true),
            State::Failed => (ended == Some(false) && !self.is_followed(row, now)) || failing,
            State::Unconfirmed => last.is_some_and(|it| it.stage == Stage::Unknown || it.orphaned),
            State::StatusLost => last.is_some_and(|it| self.may_be_lost(it, now)),
            State::Rejected => refused,
            State::Suppressed => self.suppressed.contains(&ledger.phone),
            State::Cancelled => self.cancelled,
            State::Expired => {
                let ends = [ledger.between.1, self.rules.until].into_iter().flatten().min();
                // From when on it could have been called: a wait that was asked for comes before.
                let from = ledger.between.0.map_or(now, |at| at.max(now));
                ends.is_some_and(|end| {
                    end <= from || change.attempt.is_some() || !self.fits(ledger, from, end)
                })
            }
        };
        holds(Promise::Evidence, so, || format!("{who}: but {last:?}"))
    }

    /// Whether the service failed to place the row's call as often as may be while it placed others.
    fn refused_for_good(&self, row: usize) -> bool {
        let tries = self.rows[&row].attempts.iter().rev();
        let since = tries.take_while(|it| matches!(it.stage, Stage::NotPlaced(_) | Stage::TakenBack));
        since.filter(|it| it.counts).count() >= self.rules.most.2 as usize
    }

    fn fits(&self, ledger: &super::Ledger, from: Timestamp, end: Timestamp) -> bool {
        let waits = ledger.attempts.iter().any(|it| it.end.is_some() || it.may_have_rung());
        let sent = ledger.attempts.iter().filter(|it| it.left).count();
        let waits = waits || sent >= self.rules.most_triggers as usize;
        // A redial, a number that was dialed too often, or one that is being called now, waits for more than its hours.
        let number = self.rows.values().filter(|it| it.phone == ledger.phone).count() > 1;
        let elsewhere = self.were_elsewhere.contains(&ledger.phone);
        !waits
            && !number
            && !elsewhere
            && self.rules.hours.allow_within(&ledger.zones, from, end, self.rules.margin, 300_000)
    }

    /// Whether the end of a call cannot be learned any more: the service refused every reading of it for minutes, or one of
    /// a call of which it never said that it was placed; or it was followed for as long as a call is.
    fn may_be_lost(&self, held: &super::Attempt, now: Timestamp) -> bool {
        let set = !self.jumps.is_empty();
        let minutes = held.missing_since.is_some_and(|since| now.since(since) >= MINUTES || set);
        let age = held.known_at.map(|at| now.since(at.told));
        (held.missing > 2 && minutes)
            || (held.missing > 0 && held.lost)
            // Less the time that one more reading would have taken.
            || age.is_some_and(|age| age + Duration::from_secs(120) >= FOLLOWED)
    }

    /// Whether a call that failed just now has to be followed by another, as far as that is certain.
    fn is_followed(&self, row: usize, now: Timestamp) -> bool {
        let ledger = &self.rows[&row];
        let rule_of = |held: &super::Attempt| {
            let end = held.end.as_ref().filter(|end| !end.success)?;
            self.rules.redial.iter().position(|(name, ..)| *name == "failure" || *name == kind(&end.reason))
        };
        let Some(rule) = ledger.attempts.last().and_then(rule_of) else { return false };
        let (_, times, seconds) = self.rules.redial[rule];
        let used = ledger.attempts.iter().filter(|held| rule_of(held) == Some(rule)).count() - 1;
        let dials = ledger.attempts.iter().filter(|it| it.may_have_rung()).count();
        let from = now + Duration::from_secs(seconds);
        let week = from + Duration::from_secs(8 * 24 * 3600);
        let to = [ledger.between.1, self.rules.until]
            .into_iter()
            .flatten()
            .min()
            .map_or(week, |end| end.min(week));
        let hours = &self.rules.hours;
        // What was decided before the store failed, or the clock was set, was decided at another time.
        let certain = self.jumps.is_empty() && !self.store_failed;
        certain
            && used < times as usize
            && dials < self.rules.most.0 as usize
            && hours.allow_within(&ledger.zones, from, to, self.rules.margin, 300_000)
    }

    /// What of the readings is saved now.
    fn keep(&mut self, row: usize, change: &Change, who: &str) -> Verdict {
        let Some(number) = change.attempt.as_ref().map(|it| it.number) else { return Ok(()) };
        let again = self.store_failed;
        let ledger = self.rows.get_mut(&row).expect("a row");
        let Some(held) = ledger.attempts.iter_mut().find(|it| it.number == number) else { return Ok(()) };
        held.seen_saved |= change.attempt.as_ref().is_some_and(|it| it.seen_at.is_some());
        // Only now: whether it may be lost has been judged before.
        held.lost |= change.attempt.as_ref().is_some_and(|it| it.outcome == Outcome::Lost);
        for status in &change.statuses {
            let word = status.status.as_str().to_lowercase();
            if held.words.get(held.saved) == Some(&word) {
                held.saved += 1;
                continue;
            }
            // A word that no reference has may come between any two; what a store did in silence is saved twice.
            let odd = held.words.iter().any(|word| word == "ringing");
            let so = (again && held.words.contains(&word)) || (odd && rank(&word) < 2);
            holds(Promise::Evidence, so, || {
                format!("{who}: {word} is saved, where {:?} was told", held.words)
            })?;
        }
        Ok(())
    }
}
