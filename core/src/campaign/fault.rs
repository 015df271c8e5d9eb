//! What a trigger's or a reading's error means to the breaker, and the sentence that says what is wrong.

use std::time::Duration;

use super::breaker::Fault;
use super::ending::asked;
use super::{Campaign, Known, RecipientId};
use crate::answer::Member;
use crate::retry::Happened;
use crate::time::Timestamp;
use crate::wire::Reply;
use crate::{CallStatus, Error, ErrorCode, Service};

/// What an error means to the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// The service is at work: it refused what was asked for.
    Works,
    /// Nothing: the service asks for fewer requests, or nothing was sent.
    Nothing,
    /// A fault of the service or of the way to it; whether it rang is not known.
    Fault { unknown: bool },
}

/// By the rows of the table of what may be sent again.
fn meaning(error: &Error) -> Meaning {
    match error.happened() {
        // By this run, which stops.
        _ if error.code() == ErrorCode::Cancelled => Meaning::Nothing,
        Some(Happened::Refused) => Meaning::Works,
        None | Some(Happened::TurnedAway) => Meaning::Nothing,
        Some(
            Happened::NeverSent | Happened::PlacingFailed | Happened::Unavailable | Happened::ForeignRefusal,
        ) => Meaning::Fault { unknown: false },
        Some(Happened::NotAnswered | Happened::Lost) => Meaning::Fault { unknown: true },
    }
}

/// What is wrong, in a sentence without its end. Of the error's own words only those of the transport and of triggers are
/// told: an answer to a reading may quote a call that is not known here.
pub(super) fn sentence(error: &Error, service: &Service, of_trigger: bool) -> String {
    let url = service.base_url().as_str();
    let status = error.http_status().map(|status| format!(" (HTTP {status})")).unwrap_or_default();
    let told = of_trigger || error.http_status().is_none();
    let said = error.message().filter(|_| told).map(|said| format!(": {said}")).unwrap_or_default();
    match (error.happened(), error.code()) {
        (Some(Happened::NeverSent), _) => format!("Cannot reach {url}{said}"),
        (Some(Happened::Lost), ErrorCode::TimedOut | ErrorCode::DeadlineExceeded) => {
            format!("{url} does not answer in time{said}")
        }
        (Some(Happened::Lost), _) => {
            format!("The connection to {url} breaks off before the answer arrives{said}")
        }
        (Some(Happened::PlacingFailed), _) => format!("The service fails to place calls{status}{said}"),
        (Some(Happened::Unavailable), _) => format!("The service is unavailable{status}{said}"),
        (Some(Happened::TurnedAway), _) => format!("The service asks for fewer requests{status}{said}"),
        (Some(Happened::NotAnswered), ErrorCode::ServiceFailed) => {
            format!("The service fails{status}{said}")
        }
        (Some(Happened::NotAnswered | Happened::ForeignRefusal), _) => {
            format!(
                "Something other than the service answers at {url}{status}, such as a proxy or a login page: check the \
                 base URL and the network"
            )
        }
        (None | Some(Happened::Refused), _) => format!("The service refuses what it is asked{status}{said}"),
    }
}

/// Whether a reply to a status read is certainly the service's own, so that the service is at work.
pub(super) fn is_answered(reply: &Reply) -> bool {
    match reply.http_status {
        200..=299 => {
            let word = reply.answer.text(Member::Status).map(CallStatus::from_word);
            word.is_some_and(|word| !matches!(word, CallStatus::Other(_)))
        }
        429 => false,
        400..=499 => reply.is_own(),
        _ => false,
    }
}

impl Campaign {
    /// A trigger of a recipient that is in flight failed: what that means to the breaker.
    pub(super) fn judge_trigger(&mut self, now: Timestamp, id: RecipientId, error: &Error) {
        match meaning(error) {
            // One that refuses the credential says so to everybody, and the campaign ends.
            Meaning::Works if error.code() == ErrorCode::Rejected => {
                let again = self.breaker.rejected(id);
                self.goes_on(now, again);
            }
            Meaning::Works | Meaning::Nothing => self.breaker.indecisive(now, id, asked(error)),
            Meaning::Fault { unknown } => {
                let why = sentence(error, &self.service, true);
                self.fault(now, id, why, asked(error), unknown);
            }
        }
        self.tell_breaker();
    }

    /// A trigger placed its call.
    pub(super) fn worked(&mut self, now: Timestamp, id: RecipientId, call: Option<Known>) {
        let again = self.breaker.placed(id, call);
        self.goes_on(now, again);
    }

    /// Calls may be placed `again`, after the service failed.
    fn goes_on(&mut self, now: Timestamp, again: bool) {
        if again {
            self.pacing.recovered(now);
            self.fetch_again(now);
        }
        self.tell_breaker();
    }

    /// A trigger that seemed to work was answered with a SID that was another call's.
    pub(super) fn sid_fault(&mut self, now: Timestamp, id: RecipientId, forgotten: u32) {
        self.breaker.did_not_work(forgotten);
        let why =
            "The service gave the same call SID to several calls, so they cannot be told apart".to_owned();
        self.fault(now, id, why, None, true);
        self.tell_breaker();
    }

    fn fault(
        &mut self,
        now: Timestamp,
        recipient: RecipientId,
        why: String,
        asked: Option<Duration>,
        unknown: bool,
    ) {
        let alone = self.nobody_else_is_due(now);
        let fault = Fault { recipient, unknown, why, asked, alone };
        if self.breaker.fault(now, fault) {
            // What was held meanwhile is out of date when it closes.
            self.held.clear();
            self.fetch_again(now);
        }
    }

    /// Whether nobody but those whose triggers are on their way is to be dialed now, as far as is known.
    fn nobody_else_is_due(&self, now: Timestamp) -> bool {
        self.held.is_empty() && self.flights.dialing() <= 1 && self.next_due.is_none_or(|due| due > now)
    }
}
