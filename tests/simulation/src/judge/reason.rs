//! Whether the reason that a row gives is true, and keeps what is private.

use std::time::Duration;

use polyai_outbound_core::Timestamp;
use polyai_outbound_core::campaign::{Change, Outcome, State, WaitRule};

use super::{Judge, Promise, Stage, Verdict, holds};
use crate::scenario::SECRET;

const DAY: Duration = Duration::from_secs(24 * 3600);
const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

impl Judge {
    pub(super) fn reason_is_so(&self, row: usize, change: &Change, now: Timestamp, who: &str) -> Verdict {
        let ledger = &self.rows[&row];
        let private = change.reason.contains(&ledger.number[4..]) || change.reason.contains(SECRET);
        holds(Promise::Reason, !private, || format!("{who}: tells what is private"))?;
        holds(Promise::Reason, !change.reason.is_empty(), || format!("{who}: no reason"))?;
        let last = ledger.attempts.last();
        let over = change
            .attempt
            .as_ref()
            .is_some_and(|it| matches!(it.outcome, Outcome::Success | Outcome::Failure));
        if let Some(end) = last.and_then(|it| it.end.as_ref()).filter(|_| over) {
            let says = change.reason.contains(&end.reason);
            holds(Promise::Reason, says, || format!("{who}: the service said {}", end.reason))?;
        }
        let scheduled = change.state == State::Scheduled;
        let Some(due) = change.due_at.filter(|_| scheduled) else { return Ok(()) };
        let (hours, margin) = (&self.rules.hours, self.rules.margin);
        let open = |at| hours.allow(&ledger.zones, at, margin);
        // By which rule somebody waited was decided by the wrong clock, and is decided again when the wait is over.
        let anew = change.reason.contains("the clock was set back") && !self.jumps.is_empty();
        holds(Promise::Reason, due <= now || open(due) || anew, || {
            format!("{who}: due at {due:?}, outside its hours")
        })?;
        let same = || self.rows.iter().filter(|(other, it)| **other != row && it.phone == ledger.phone);
        let so = match change.wait {
            // It may have been said before the clock was set back.
            None => due <= now || !self.jumps.is_empty(),
            Some(WaitRule::Window) => {
                !open(due - SECOND) || hours.spans.iter().any(|(_, _, to)| *to > 23 * 60)
            }
            Some(WaitRule::NotBefore) => ledger.between.0 == Some(due),
            Some(WaitRule::Redial) => last.is_some_and(|it| it.end.as_ref().is_some_and(|end| !end.success)),
            Some(WaitRule::Retry) => last.is_some_and(|it| matches!(it.stage, Stage::NotPlaced(_))),
            Some(WaitRule::NumberCap) => {
                let all = self.rows.values().filter(|it| it.phone == ledger.phone);
                let dials = all.flat_map(|it| &it.attempts).filter(|it| it.intended_at.told > now - DAY);
                dials.count() >= self.rules.most.1 as usize
            }
            Some(WaitRule::SameNumber) => {
                let calls = |state| matches!(state, Some(State::Dialing | State::InProgress));
                let dials = || same().flat_map(|(_, it)| &it.attempts).map(|it| it.intended_at.told);
                let said = |text| change.reason.contains(text);
                let elsewhere = self.were_elsewhere.contains(&ledger.phone);
                // What is saved is a little behind what is decided; behind a store that fails, it is far behind.
                self.store_failed
                    || if said("less than a minute ago") && !elsewhere {
                        dials().any(|at| at <= now && now.since(at) < MINUTE * 2)
                    } else if said("set back") {
                        dials().any(|at| at > now)
                    } else {
                        elsewhere
                            // One whose end was lost may be read again.
                            || same().any(|(_, it)| calls(it.state) || it.attempts.iter().any(|it| it.lost))
                            || dials().any(|at| at + MINUTE * 5 > now)
                    }
            }
            Some(WaitRule::RecentCall) => self.were_elsewhere.contains(&ledger.phone),
            Some(WaitRule::ZoneUnknown | WaitRule::NoWindow) => false,
        };
        holds(Promise::Reason, so || anew, || {
            format!("{who}: due at {due:?}, waits by {:?} at {now:?}", change.wait)
        })
    }
}
