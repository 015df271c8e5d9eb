//! What may be sent again, how often and after how long.

use std::time::Duration;

use crate::Timestamp;
use crate::error::Placement;
use crate::text::{all, is_digit, trim};
use crate::time::times;

/// What happened to a request: the rows of the table of what may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happened {
    /// Connection refused, name not found, TLS failed: the request was never sent.
    NeverSent,
    /// 429: too many requests, so this one was not taken.
    TurnedAway,
    /// The status that means "failed to place the call", certainly the service's own: 500 in the outbound dialect, and 502
    /// in the agents dialect where the caller [opted in](crate::Service::with_agents_502_not_placed).
    PlacingFailed,
    /// 503, certainly the service's own. `Retry-After` proves nothing: caches put it on their own error pages.
    Unavailable,
    /// 408, any other 5xx, a 3xx, an answer that is not the service's, a 200 that does not say what was asked for, or a
    /// trigger's failure or refusal that names a call.
    NotAnswered,
    /// A reset, a time-out or an abort after the request may have left.
    Lost,
    /// Any other 4xx, certainly the service's own: it would fail again.
    Refused,
    /// Any other 4xx that may be a gateway's: it placed no call, and says nothing of a call that was placed before.
    ForeignRefusal,
}

/// What a row of the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What happened.
    pub happened: Happened,
    /// Whether the call was placed, if the request was a trigger.
    pub placement: Placement,
    /// Whether a trigger is sent again by itself.
    pub trigger_again: bool,
    /// Whether a status read is sent again by itself; reads change nothing.
    pub status_again: bool,
}

/// The table of what may be sent again. **What may have rung somebody's phone is never sent again.**
pub const RULES: [Rule; 8] = {
    use Happened::{
        ForeignRefusal, Lost, NeverSent, NotAnswered, PlacingFailed, Refused, TurnedAway, Unavailable,
    };
    use Placement::{NotPlaced, Unknown};
    const fn row(happened: Happened, placement: Placement, trigger_again: bool, status_again: bool) -> Rule {
        Rule { happened, placement, trigger_again, status_again }
    }
    [
        //  what happened    placed?    trigger sent again?   status read again?
        row(NeverSent, NotPlaced, true, true),
        row(TurnedAway, NotPlaced, true, true),
        row(PlacingFailed, NotPlaced, true, true),
        row(Unavailable, NotPlaced, true, true),
        row(NotAnswered, Unknown, false, true),
        row(Lost, Unknown, false, true),
        row(Refused, NotPlaced, false, false),
        row(ForeignRefusal, NotPlaced, false, true),
    ]
};

impl Happened {
    /// The row of the table; total, because the table's rows stand in the order of the variants.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::NeverSent => RULES[0],
            Self::TurnedAway => RULES[1],
            Self::PlacingFailed => RULES[2],
            Self::Unavailable => RULES[3],
            Self::NotAnswered => RULES[4],
            Self::Lost => RULES[5],
            Self::Refused => RULES[6],
            Self::ForeignRefusal => RULES[7],
        }
    }
}

/// How often and after how long a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many times at most, after the first; 0 means that everything is sent once.
    pub max_retries: u32,
    /// The longest first wait; each further one may be twice as long as the one before.
    pub base: Duration,
    /// What no wait exceeds, unless the service asks for longer with `Retry-After`.
    pub cap: Duration,
}

impl Default for RetryPolicy {
    /// Three retries; waits up to 1, 2 and 4 seconds; never above 30.
    fn default() -> Self {
        Self { max_retries: 3, base: Duration::from_secs(1), cap: Duration::from_secs(30) }
    }
}

impl RetryPolicy {
    /// How long to wait before retry number `retry` (from 1): exponential backoff with full jitter, that is anything
    /// from nothing to the bound, so that callers that failed together do not come back together. If the service said
    /// how long, it is that long at least, and the jitter (up to `base`) is added.
    #[must_use]
    pub(crate) fn delay(&self, retry: u32, asked: Option<Duration>, rng: &mut fastrand::Rng) -> Duration {
        let doublings = retry.saturating_sub(1).min(31);
        let bound = self.base.saturating_mul(1_u32 << doublings).min(self.cap);
        match asked {
            None => times(bound, rng.f64()),
            Some(asked) => asked.saturating_add(times(self.base.min(self.cap), rng.f64())),
        }
    }
}

/// Keeps a failing service from being asked ever more often: every retry of a client takes from it, every success
/// puts back a little. When it is empty, failures are reported at once instead of being tried again.
///
/// It is shared by all operations of a client, so that many of them failing together cannot multiply the load.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    held: u32,
    limit: u32,
}

impl RetryBudget {
    /// What one retry costs, in tenths; a success puts back one tenth.
    const RETRY: u32 = 10;

    /// A full budget of so many retries.
    #[must_use]
    pub const fn new(retries: u32) -> Self {
        let limit = retries.saturating_mul(Self::RETRY);
        Self { held: limit, limit }
    }

    /// Takes one retry out, if there is one.
    #[must_use]
    pub(crate) const fn withdraw(&mut self) -> bool {
        match self.held.checked_sub(Self::RETRY) {
            Some(left) => {
                self.held = left;
                true
            }
            None => false,
        }
    }

    /// Takes note of a success.
    pub(crate) const fn deposit(&mut self) {
        if self.held < self.limit {
            self.held += 1;
        }
    }
}

impl Default for RetryBudget {
    /// A hundred retries.
    fn default() -> Self {
        Self::new(100)
    }
}

/// What the header `Retry-After` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// In so long.
    Delay(Duration),
    /// At that moment.
    At(Timestamp),
}

impl RetryAfter {
    /// Reads seconds or an HTTP date; anything else says nothing.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let value = trim(value);
        if !value.is_empty() && all(value, is_digit) {
            // More digits than a number holds is a wait without end, not no wait.
            return Some(Self::Delay(Duration::from_secs(value.parse().unwrap_or(u64::MAX))));
        }
        moment(value).map(Self::At)
    }

    /// Reads it beside the `Date` of the same answer: a date is then a delay by the server's own clock, whatever the
    /// clock here shows.
    #[must_use]
    pub fn parse_dated(value: &str, date: Option<&str>) -> Option<Self> {
        match (Self::parse(value)?, date.and_then(moment)) {
            (Self::At(moment), Some(answered)) => Some(Self::Delay(moment.since(answered))),
            (read, _) => Some(read),
        }
    }

    /// How long that is from `now`.
    #[must_use]
    pub const fn delay(self, now: Timestamp) -> Duration {
        match self {
            Self::Delay(delay) => delay,
            Self::At(moment) => moment.since(now),
        }
    }
}

/// Reads an HTTP date.
fn moment(date: &str) -> Option<Timestamp> {
    let since = httpdate::parse_http_date(trim(date)).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(u64::try_from(since.as_millis()).ok()?))
}

#[cfg(test)]
mod tests;
