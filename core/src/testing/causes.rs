//! What may come of a trigger, by row of the table of what may be sent again.

use proptest::prelude::*;

use super::{
    Cause, accepted, foreign, foreign_with, others_envelope, own_envelope, refused, reply, reply_with, reset,
};
use crate::{Api, Happened, Input, RULES, SendId, Service};

const PAGE: &str = "<html><h1>Bad Gateway</h1></html>";

/// What happens, by row of the table. What is in one row of one dialect may be in another row of the other.
pub(crate) fn causes(service: &Service, row: Happened) -> Vec<Cause> {
    let own = own_envelope(service);
    let others = others_envelope(service);
    let replies = match row {
        Happened::NeverSent => return vec![Cause::Transport(refused())],
        Happened::Lost => return vec![Cause::Transport(reset()), Cause::Silence],
        Happened::TurnedAway => vec![
            reply(429, own),
            reply(429, ""),
            reply_with(429, &[("retry-after", "2")], own),
            foreign(429, PAGE),
        ],
        // 502 in the agents dialect is none of these unless the caller says so.
        Happened::PlacingFailed => match service.api() {
            Api::Outbound => vec![reply(500, own), reply(500, others)],
            Api::Agents { .. } => Vec::new(),
        },
        Happened::Unavailable => {
            vec![reply(503, own), reply(503, others), reply_with(503, &[("Retry-After", "1")], own)]
        }
        Happened::NotAnswered => vec![
            reply(408, own),
            foreign(408, PAGE),
            reply(502, own),
            foreign(500, own),
            reply_with(500, &[], r#"{"success":false,"error_code":"E7","error_id":"id-2"}"#),
            reply(500, PAGE),
            reply(500, ""),
            foreign(502, own),
            reply(502, PAGE),
            reply(503, PAGE),
            foreign(503, own),
            foreign(503, others),
            foreign_with(503, &[("Retry-After", "1")], PAGE),
            foreign_with(503, &[("Retry-After", "Tue, 14 Nov 2023 22:13:21 GMT")], own),
            reply(504, own),
            reply(504, PAGE),
            reply(200, ""),
            reply(200, PAGE),
            reply(200, "{}"),
            reply(200, r#"{"call_sid":"OUT-3f25"#),
            reply(200, r#"{"call_sid":null,"status":null}"#),
            reply(202, ""),
            reply(204, ""),
            reply(101, ""),
            reply(302, ""),
            reply(308, own),
        ],
        Happened::Refused => [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 451]
            .into_iter()
            .map(|it| reply(it, own))
            .collect(),
        Happened::ForeignRefusal => [400, 401, 403, 404, 405, 407, 413, 451]
            .into_iter()
            .flat_map(|it| [foreign(it, PAGE), foreign(it, own), reply(it, PAGE)])
            .collect(),
    };
    replies.into_iter().map(Cause::Reply).collect()
}

/// What may come of a request, by what it says of the call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// It was accepted.
    Accepted,
    /// No call was placed, and the trigger may be sent again.
    Again(u8),
    /// No call was placed, and it would fail again.
    Never(u8),
    /// Nobody knows.
    Unknown(u8),
}

pub(crate) fn cause(service: &Service, answer: Answer) -> Cause {
    let pick = |row: Happened, nth: u8| {
        let mut causes = causes(service, row);
        causes.retain(|cause| !matches!(cause, Cause::Silence));
        causes.swap_remove(usize::from(nth) % causes.len())
    };
    let again: Vec<_> = RULES
        .iter()
        .filter(|row| row.trigger_again && !causes(service, row.happened).is_empty())
        .map(|row| row.happened)
        .collect();
    match answer {
        Answer::Accepted => Cause::Reply(accepted(service)),
        Answer::Again(nth) => pick(again[usize::from(nth) % again.len()], nth / 4),
        Answer::Never(nth) if nth % 3 == 0 => pick(Happened::ForeignRefusal, nth),
        Answer::Never(nth) => pick(Happened::Refused, nth),
        Answer::Unknown(nth) if nth % 4 == 0 => pick(Happened::Lost, nth),
        Answer::Unknown(nth) => pick(Happened::NotAnswered, nth),
    }
}

pub(crate) fn input(id: SendId, cause: Cause) -> Input {
    match cause {
        Cause::Reply(reply) => Input::Reply(id, reply),
        Cause::Transport(error) => Input::Failed(id, error),
        Cause::Silence => Input::Tick,
    }
}

pub(crate) fn an_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        1 => Just(Answer::Accepted),
        6 => any::<u8>().prop_map(Answer::Again),
        1 => any::<u8>().prop_map(Answer::Never),
        1 => any::<u8>().prop_map(Answer::Unknown),
    ]
}
