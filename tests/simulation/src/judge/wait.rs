//! Promise that nobody waits for longer than the rules ask for, once the clock is right.

use std::time::Duration;

use polyai_outbound_core::campaign::{Change, State, WaitRule};

use super::{Judge, Now, Promise, Verdict, holds};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// After how long what was decided by the wrong clock is decided again: the process may be down, or its store may fail.
const ANEW: Duration = Duration::from_secs(24 * 3600);

impl Judge {
    /// A row is put off, by the clock of the process: by what it says of calls of its number that have been.
    pub(super) fn waits_as_asked(&self, change: &Change, now: Now) -> Verdict {
        // A clock that is right goes wrong by a few ten-thousandths.
        let near = |span: Duration| span.mul_f64(1.001) + Duration::from_secs(120);
        let by_calls =
            matches!(change.wait, Some(WaitRule::RecentCall | WaitRule::NumberCap | WaitRule::SameNumber));
        let Some(right_since) = self.right_since.filter(|_| by_calls && change.state == State::Scheduled)
        else {
            return Ok(());
        };
        // What was on its way to the store when the clock was set was decided before.
        if now.told > now.real + near(Duration::ZERO) + now.real.since(right_since).mul_f64(0.001) {
            return Ok(());
        }
        let (row, now) = (self.place(change.id), now.told);
        let who = format!("row {row} {}: {}", change.state, change.reason);
        let due = change.due_at.unwrap_or(now);
        let ledger = &self.rows[&row];
        let open =
            || self.rules.hours.allow_within(&ledger.zones, now + near(DAY), due, self.rules.margin, 900_000);
        let begins = ledger.between.0.is_some_and(|from| from > now);
        holds(Promise::Waits, begins || due <= now + near(DAY) || !open(), || {
            format!("{who}: waits until {due:?}, and it is {now:?}")
        })?;
        // By a date that is ahead a call may count once more when that date has come, at most a day after it counted first.
        let alike = self.rows.values().filter(|it| it.phone == ledger.phone);
        let own = alike.flat_map(|it| &it.attempts).map(|it| it.intended_at.real);
        let theirs = self.called_elsewhere.get(&ledger.phone).map(|(at, _)| at.real);
        let until = self.elsewhere.get(&ledger.phone).copied();
        let last = own.chain(theirs).chain(until).max().unwrap_or_default();
        let longest = last.max(right_since + ANEW) + near(DAY * 2);
        holds(Promise::Waits, now <= longest || due <= now, || {
            format!(
                "{who}: its number was called at {last:?} last, the clock is right since {right_since:?}, and it is {now:?}"
            )
        })
    }
}
