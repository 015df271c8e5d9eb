//! Whether a recipient that is due may be called now, and if not, when.

use std::time::Duration;

use super::machine::DAY;
use super::planner::whole;
use super::span::Span;
use super::{Campaign, Change, Recipient, Standing, State, WaitRule};
use crate::text::numbered;
use crate::time::Timestamp;

/// How long a row waits while another with its number is called, or after it was dialed: of a call whose answer was lost
/// nobody knows how long it rings.
pub const SAME_NUMBER: Duration = Duration::from_secs(60);

/// Every reason says so that a row gives which waits because of a call of another campaign, also until a window after that.
const RECENT_CALL: &str = "another campaign called its number";
/// The same of one whose number was dialed as often as it may be.
const NUMBER_CAP: &str = "the most that is allowed";

impl WaitRule {
    /// The words that are in every reason of a row that waits by this rule, or for something else that comes after; for the
    /// rules by which a number is left in peace and that options say more of.
    #[must_use]
    pub const fn reason_says(self) -> Option<&'static str> {
        match self {
            Self::RecentCall => Some(RECENT_CALL),
            Self::NumberCap => Some(NUMBER_CAP),
            Self::Window
            | Self::NotBefore
            | Self::Redial
            | Self::Retry
            | Self::SameNumber
            | Self::ZoneUnknown
            | Self::NoWindow => None,
        }
    }
}

impl Campaign {
    /// What is to be saved of a recipient that may not be called now; nothing of one that may.
    pub(super) fn why_not(&mut self, now: Timestamp, recipient: &Recipient) -> Option<Change> {
        if self.flights.calls(&recipient.to_number) {
            let reason = "another row with the same number is being called";
            return Some(self.put_off(now, recipient, now + SAME_NUMBER, WaitRule::SameNumber, reason));
        }
        if let Some(free) = self.quiet_until(now, recipient.called_elsewhere) {
            let ago = if was_set_back(recipient, recipient.called_elsewhere) {
                "before the clock was set back".to_owned()
            } else {
                format!("less than {} ago", Span(self.options.not_again_within))
            };
            let free_from = whole(free, recipient.time_zone);
            let reason = format!("{RECENT_CALL} {ago}; it waits until {free_from}");
            return Some(self.put_off(now, recipient, free, WaitRule::RecentCall, &reason));
        }
        // A row's own calls follow each other by rules of their own, or because a person says so.
        if let Some(dialed) = recipient.dialed_by_others {
            let quiet_from = dialed.min(now) + SAME_NUMBER;
            if quiet_from > now {
                let reason = if dialed > now || was_set_back(recipient, Some(dialed)) {
                    "its number was dialed before the clock was set back"
                } else {
                    "its number was dialed less than a minute ago"
                };
                return Some(self.put_off(now, recipient, quiet_from, WaitRule::SameNumber, reason));
            }
        }
        let caps = [
            (
                &recipient.dialed,
                self.options.max_per_number,
                "its number was dialed {} times within 24 hours",
            ),
            (
                &recipient.triggered,
                self.options.max_triggers_per_number.max(self.options.max_per_number),
                "its number was sent to the service {} times within 24 hours",
            ),
        ];
        for (times, cap, sentence) in caps {
            if let Some(free) = free_from(times, cap, now) {
                let reason = format!(
                    "{}, {NUMBER_CAP}; it waits until {}",
                    numbered(sentence, times.len()),
                    whole(free, recipient.time_zone)
                );
                return Some(self.put_off(now, recipient, free, WaitRule::NumberCap, &reason));
            }
        }
        let standing = self.planner.standing(now, recipient.whom(), now, None);
        if standing.state == State::Scheduled && standing.due_at.is_some_and(|due| due <= now) {
            return None;
        }
        Some(change_of(recipient, standing))
    }

    /// Until when a number is left in peace that another campaign called at that moment, if it is now.
    fn quiet_until(&self, now: Timestamp, called: Option<Timestamp>) -> Option<Timestamp> {
        let free = called?.min(now) + self.options.not_again_within;
        Some(free).filter(|free| *free > now)
    }

    /// A recipient's next call is put off, into the next window from then on.
    pub(super) fn put_off(
        &mut self,
        now: Timestamp,
        recipient: &Recipient,
        until: Timestamp,
        rule: WaitRule,
        reason: &str,
    ) -> Change {
        let mut standing =
            self.planner.standing(now, recipient.whom(), until, Some((rule, reason.to_owned())));
        if standing.wait != Some(rule) {
            standing.reason = format!("{reason}; {}", standing.reason);
        }
        let mut change = change_of(recipient, standing);
        change.note = true;
        change
    }

    /// A recipient that will not be called any more, because the campaign ends.
    pub(super) fn close(&mut self, now: Timestamp, recipient: &Recipient) {
        let (state, reason) = self.closing(now, recipient);
        let standing = Standing { state, due_at: None, wait: None, reason };
        self.pending.add(change_of(recipient, standing));
    }

    fn closing(&self, now: Timestamp, recipient: &Recipient) -> (State, String) {
        match self.options.until.filter(|until| now >= *until) {
            Some(until) => {
                let until = whole(until, recipient.time_zone);
                (State::Expired, format!("the campaign calls nobody from {until} on"))
            }
            None => {
                let again = if recipient.tries.dials > 0 { " again" } else { "" };
                (State::Cancelled, format!("the campaign was cancelled before it was called{again}"))
            }
        }
    }
}

/// Returns true if that call of its number is dated ahead.
fn was_set_back(recipient: &Recipient, called: Option<Timestamp>) -> bool {
    called.is_some() && called == recipient.recounted_at
}

/// When there are fewer than `cap` within 24 hours again, if there are so many now.
fn free_from(times: &[Timestamp], cap: u32, now: Timestamp) -> Option<Timestamp> {
    let mut times = times.to_vec();
    times.sort_unstable();
    let oldest = times.len().checked_sub(cap as usize).and_then(|at| times.get(at))?;
    Some((*oldest).min(now) + DAY).filter(|free| *free > now)
}

pub(super) fn change_of(recipient: &Recipient, standing: Standing) -> Change {
    Change {
        id: recipient.id,
        row: recipient.row,
        state: standing.state,
        due_at: standing.due_at,
        wait: standing.wait,
        reason: standing.reason,
        tries: recipient.tries.clone(),
        attempt: None,
        statuses: Vec::new(),
        note: false,
    }
}
