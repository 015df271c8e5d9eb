//! A call that was placed, between its readings: when it is read next, and what a reading that failed means.

use std::time::Duration;

use super::{CallEnd, Snapshot};
use crate::error::{Error, ErrorCode, Placement};
use crate::exchange::{Attempts, LATE_WAKES, Limits};
use crate::operation::StatusRead;
use crate::retry::RetryPolicy;
use crate::status::{CallStatus, Reading};
use crate::time::{Timestamp, Wait, is_late, times};

/// The service asks for a reading every 2 to 5 seconds.
pub(super) const POLL_SHORTEST: Duration = Duration::from_secs(2);
/// Jitter comes on top of this, so that no wait exceeds 5 seconds.
pub(super) const POLL_LONGEST: Duration = Duration::from_millis(4_500);
pub(super) const POLL_JITTER: Duration = Duration::from_millis(500);
/// How long after its trigger a call may be unknown to the status endpoint without being taken for unknown.
const NOT_VISIBLE_YET: Duration = Duration::from_secs(30);
/// How often in a row at least the service must refuse a reading before that is believed, whatever a clock that jumps says
/// of the time between them.
const REFUSED_TIMES: u32 = 5;
/// The longest time between two refused readings that counts as refused, somewhat more than two are apart; a longer one
/// counts as [`POLL_LONGEST`].
const REFUSED_APART: Duration = Duration::from_secs(30);

pub(super) struct Following {
    pub(super) known: Snapshot,
    pub(super) read: StatusRead,
    /// Of the trigger; 0 if the call was placed elsewhere.
    pub(super) attempts: u32,
    pub(super) total: Option<Wait>,
    /// Readings since the status last changed.
    pub(super) unchanged: u32,
    pub(super) missing: Missing,
    /// Of the last exchange.
    pub(super) correlation_id: Option<String>,
    /// When the machine was last told the time, if it was.
    pub(super) told_at: Option<Timestamp>,
    /// Late wakes that moved the end of the time to follow.
    pub(super) late_wakes: u8,
    pub(super) next_id: u32,
    pub(super) step: Step,
}

#[allow(clippy::large_enum_variant, reason = "a box for every reading would cost more than it saves")]
pub(super) enum Step {
    /// Until the next reading.
    Pausing(Wait),
    Reading(Attempts),
}

/// Readings in a row that the service refused.
#[derive(Clone, Copy, Default)]
pub(super) struct Missing {
    last: Option<Timestamp>,
    lasted: Duration,
    times: u32,
}

impl Missing {
    /// Takes note of another one; whether they are to be believed by now.
    fn is_believed(&mut self, now: Timestamp, lost_after: Duration) -> bool {
        self.times = self.times.saturating_add(1);
        // What a clock jumped over, or the process was frozen for, was refused by nobody.
        let passed = self.last.map_or(Duration::ZERO, |last| now.since(last));
        self.last = Some(now);
        self.lasted += if passed <= REFUSED_APART { passed } else { POLL_LONGEST };
        self.lasted >= lost_after && self.times >= REFUSED_TIMES
    }
}

/// What a failed reading means for the call.
pub(super) enum Missed {
    ReadAgain,
    Lost(ErrorCode),
}

impl Following {
    pub(super) fn missed(&mut self, now: Timestamp, error: &Error, lost_after: Duration) -> Missed {
        match error.code() {
            // The credential is refused, not the call; or all the time is over.
            ErrorCode::Unauthorized
            | ErrorCode::Forbidden
            | ErrorCode::InvalidInput
            | ErrorCode::Expired
            | ErrorCode::RateLimited
            | ErrorCode::ServiceFailed
            | ErrorCode::UnexpectedAnswer
            | ErrorCode::NotConnected
            | ErrorCode::ConnectionLost
            | ErrorCode::TimedOut
            | ErrorCode::DeadlineExceeded
            | ErrorCode::Cancelled => return Missed::Lost(error.code()),
            ErrorCode::NotFound | ErrorCode::Rejected => {}
        }
        let is_believed = self.missing.is_believed(now, lost_after);
        let is_young = self.known.placed_at.is_some_and(|placed| now.since(placed) < NOT_VISIBLE_YET);
        match (self.known.seen_at, self.known.placed_at, error.code()) {
            (None, None, code) => Missed::Lost(code),
            (Some(_), _, ErrorCode::NotFound) if is_believed => Missed::Lost(ErrorCode::Expired),
            (_, _, code) if is_believed && !is_young => Missed::Lost(code),
            (_, _, _) => Missed::ReadAgain,
        }
    }

    /// Takes note of the time. What the clock jumped over, or the process was frozen for, is not taken off the time to
    /// follow the call: it is read once more at least before it is given up.
    pub(super) fn notice(&mut self, now: Timestamp, limits: Limits) {
        let unheard = self.told_at.map_or(Duration::ZERO, |told_at| now.since(told_at));
        self.told_at = Some(now);
        let total = self.total.get_or_insert(Wait::new(now, limits.follow_timeout));
        total.notice(now);
        let step = match &self.step {
            Step::Pausing(wait) => Some(wait.at()),
            Step::Reading(attempts) => attempts.timeout().map(|deadline| deadline.at),
        };
        let due = step.map_or(total.at(), |step| step.min(total.at()));
        if self.late_wakes < LATE_WAKES && is_late(due, now) {
            self.late_wakes += 1;
            total.put_off(unheard);
        }
    }

    /// How the call ended, if that is known: an end is final, so it is not read again.
    pub(super) fn known_end(&self, now: Timestamp, correlation_id: Option<String>) -> Option<CallEnd> {
        let Reading { status, reason } = self.known.reading.as_ref().filter(|it| it.status.is_terminal())?;
        Some(CallEnd {
            call_sid: self.known.call_sid.clone(),
            status: status.clone(),
            reason: reason.clone(),
            at: self.known.seen_at.unwrap_or(now),
            attempts: self.attempts,
            correlation_id,
        })
    }

    /// Adds what is known of the call to an error.
    pub(super) fn about(&self, error: Error) -> Error {
        let error = error.with_call(self.known.call_sid.clone());
        if self.known.placed_at.is_some() { error.with_placement(Placement::Placed) } else { error }
    }

    /// `queued` is read ever less often, from every 2 to every 5 seconds; `calling` stays at the short end, because
    /// its end is what people wait for. An unknown word waits as `calling` does.
    pub(super) fn pause(&mut self, now: Timestamp, rng: &mut fastrand::Rng) {
        let queued = self.known.reading.as_ref().is_some_and(|it| it.status == CallStatus::Queued);
        let steps = if queued { self.unchanged.min(16) } else { 0 };
        let span = (0..steps).fold(POLL_SHORTEST, |span, _| times(span, 1.2).min(POLL_LONGEST));
        let span = span + times(POLL_JITTER, rng.f64());
        self.step = Step::Pausing(Wait::new(now, span));
    }

    /// Readings change nothing, so they are tried until all the time for the call is over; but a service that fails
    /// is not asked more eagerly than one that answers.
    pub(super) fn read_limits(&self, limits: Limits, now: Timestamp) -> Limits {
        let left = self.total.map_or(limits.follow_timeout, |total| total.at().since(now));
        let retry = RetryPolicy {
            max_retries: u32::MAX,
            base: limits.retry.base.max(POLL_SHORTEST),
            cap: limits.retry.cap.max(POLL_LONGEST),
        };
        Limits { operation_timeout: left, retry, ..limits }
    }
}
