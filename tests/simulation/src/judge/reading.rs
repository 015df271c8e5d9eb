//! What is told of a request, and what it means by the contract's table.

use std::time::Duration;

use polyai_outbound_core::campaign::{FlightId, Purpose};

use super::answer::Answer;
use super::{Asked, End, Judge, Now, Promise, Stage, Verdict, Why, holds};
use crate::fault::Told;

/// What nobody waits longer than, however long the service asks for: then it is asked once more.
pub const LONGEST_ASKED: Duration = Duration::from_secs(600);

/// How far on in its life a call is that has this status.
#[must_use]
pub fn rank(word: &str) -> u8 {
    match word {
        "queued" => 0,
        "calling" => 2,
        "success" | "failure" => 3,
        _ => 1,
    }
}

/// The table of what may be sent again: what came of a trigger. `opted` if a 502 of the agents API means not placed.
#[must_use]
pub fn said((agents, opted): (bool, bool), told: &Told, answer: Option<&Answer<'_>>) -> Stage {
    let Some(answer) = answer else {
        let left = !matches!(told, Told::NeverSent);
        return if left { Stage::Unknown } else { Stage::NotPlaced(Why::NotSent) };
    };
    let own = answer.is_own();
    match answer.status() {
        200..=299 if answer.call().is_some() => Stage::Placed,
        _ if answer.may_name_a_call() => Stage::Unknown,
        429 => Stage::NotPlaced(Why::TooMany),
        503 if own => Stage::NotPlaced(Why::Closed),
        500 if own && !agents => Stage::NotPlaced(Why::Failing),
        502 if own && agents && opted => Stage::NotPlaced(Why::Failing),
        408 => Stage::Unknown,
        401 | 403 | 404 if own => Stage::NotPlaced(Why::Halts),
        400..=499 if own => Stage::NotPlaced(Why::Refused),
        400..=499 => Stage::NotPlaced(Why::Gateway),
        _ => Stage::Unknown,
    }
}

impl Judge {
    /// The service has placed the call of a trigger.
    ///
    /// # Errors
    /// If somebody rings who must not.
    pub fn rang(&mut self, row: usize, attempt: u32, sid: &str) -> Verdict {
        let Some(ledger) = self.rows.get_mut(&row) else { return Ok(()) };
        let Some(at) = ledger.attempts.iter().position(|it| it.number == attempt) else {
            return holds(Promise::IntentFirst, false, || format!("row {row} rings, and nobody intended it"));
        };
        let before = ledger.attempts[..at].iter().filter(|it| it.rang && !it.followed).count();
        ledger.attempts[at].rang = true;
        self.sids.insert(sid.to_owned(), (row, at));
        holds(Promise::Once, before == 0, || format!("row {row} rings again, and no rule asked for it"))
    }

    /// The process is told what came of a request.
    pub fn told(&mut self, id: FlightId, told: &Told, now: Now) {
        let Some(Asked { row, attempt, trigger, given_up: false, .. }) = self.requests.remove(&id) else {
            return;
        };
        let answer = Answer::of(told);
        if let Some(answer) = &answer {
            self.rows.get_mut(&row).expect("a row").attempts[attempt].ids.extend(answer.ids());
        }
        if trigger {
            let stage = said(self.speaks, told, answer.as_ref());
            self.trigger_told(row, attempt, stage, answer.as_ref(), now);
            self.trigger_ended(id, row, attempt, now);
        } else {
            let probe = id.purpose != Purpose::Call;
            let answered = answer.as_ref().is_some_and(|it| it.answers_a_reading(probe));
            self.outcomes.heard += u64::from(answered);
            self.read(id, answered, now);
            if let Some(answer) = answer.filter(|_| !probe) {
                self.reading_told(row, attempt, &answer, now);
            }
        }
    }

    fn trigger_told(
        &mut self,
        row: usize,
        attempt: usize,
        stage: Stage,
        answer: Option<&Answer<'_>>,
        now: Now,
    ) {
        if let Some(wait) =
            answer.and_then(Answer::asks_to_wait).filter(|_| matches!(stage, Stage::NotPlaced(_)))
        {
            // A clock that goes wrong by and by makes a wait a little shorter.
            let until = now.real + wait.min(LONGEST_ASKED).mul_f64(0.999);
            self.asked = Some(self.asked.map_or(until, |held| held.max(until)));
        }
        if stage == Stage::NotPlaced(Why::Halts) {
            self.draining = true;
        }
        let (works, heard) = (self.outcomes.works, self.outcomes.heard);
        let ledger = self.rows.get_mut(&row).expect("a row");
        if stage == Stage::NotPlaced(Why::Failing) {
            // What a process does not know any more does not count.
            let (before, held) = ledger.attempts.split_at_mut(attempt);
            let held = &mut held[0];
            let since = before.iter().rev().take_while(|it| {
                it.incarnation == held.incarnation
                    && matches!(it.stage, Stage::NotPlaced(_) | Stage::TakenBack)
            });
            let since: Vec<_> = since.filter(|it| it.stage == stage).collect();
            // Where only readings are answered, it may be the triggers of everybody that fail: for an hour.
            let first = since.iter().filter_map(|it| Some(it.answered_at?.told)).min();
            let hour = first.is_some_and(|first| now.told.since(first) >= Duration::from_secs(3_600));
            held.counts =
                since.first().is_some_and(|last| last.works < works || (last.heard < heard && hour));
            (held.works, held.heard) = (works, heard);
        }
        let held = &mut ledger.attempts[attempt];
        held.stage = stage;
        let Some(answer) = answer else { return };
        if stage == Stage::Placed {
            held.known_at = Some(now);
            held.words.extend(answer.word());
        }
        if let Some(sid) = answer.call() {
            held.followed_from = Some(now.real);
            held.sid = Some(sid.to_owned());
            self.sids.insert(sid.to_owned(), (row, attempt));
        }
    }

    fn reading_told(&mut self, row: usize, attempt: usize, answer: &Answer<'_>, now: Now) {
        let held = &mut self.rows.get_mut(&row).expect("a row").attempts[attempt];
        match answer.status() {
            200 => {}
            401 | 403 if answer.is_own() => {
                self.draining = true;
                return;
            }
            408 | 429 => return,
            400..=499 if answer.is_own() => {
                held.missing += 1;
                held.missing_since.get_or_insert(now.told);
                return;
            }
            _ => return,
        }
        let Some(word) = answer.word() else { return };
        held.seen = true;
        held.missing = 0;
        held.missing_since = None;
        // What has ended stays so, and what goes backwards is not believed.
        if held.end.is_some() || held.words.last().is_some_and(|last| rank(last) >= rank(&word)) {
            return;
        }
        let found = held.stage != Stage::Placed;
        held.by_reading |= found;
        held.stage = Stage::Placed;
        held.known_at = held.known_at.or(Some(now));
        if rank(&word) == 3 {
            held.end = Some(End { success: word == "success", reason: answer.reason().to_owned(), at: now });
            held.end_saved = false;
        }
        held.words.push(word);
        if found {
            self.outcomes_show_a_call();
            self.works(false);
        }
    }
}
