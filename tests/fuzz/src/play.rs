//! A machine and a service that answers as the input says: what is sent is watched, what is told is looked at.
//!
//! A reply is `STATUS|Retry-After|correlation id`, a line end, and the body; replies are separated by the byte 1e.

use std::sync::Arc;

use polyai_outbound_core::{
    Api, BaseUrl, Credential, Headers, Input, Machine, Method, Output, Reply, Response, RetryBudget, Service,
    Timestamp, TransportError,
};

pub(crate) const SEPARATOR: u8 = 0x1e;

/// A Wednesday in November 2026.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_622_400_000);

pub(crate) fn service(api: Api, credential: Option<Credential>) -> Arc<Service> {
    let service = Service::at(BaseUrl::parse("https://calls.example").unwrap(), api, credential);
    // An id of ours is random, and may by chance hold what must not be shown.
    Arc::new(service.without_correlation_id())
}

/// The responses that the input spells.
pub(crate) fn responses<'a>(
    parts: impl Iterator<Item = &'a [u8]> + 'a,
) -> impl Iterator<Item = Response> + 'a {
    // Each costs a turn of the machine; more of them than these tell nothing new.
    parts.take(16).map(|part| {
        let (line, body) = match part.iter().position(|byte| *byte == b'\n') {
            Some(at) => (&part[..at], &part[at + 1..]),
            None => (part, &[][..]),
        };
        let line = String::from_utf8_lossy(line);
        let mut fields = line.split('|');
        let status = fields.next().and_then(|it| it.parse().ok()).unwrap_or(200);
        let mut headers = Headers::default();
        for (name, value) in ["Retry-After", "X-PolyAI-Correlation-Id"].into_iter().zip(fields) {
            headers.push(name, value.to_owned());
        }
        Response { status, headers, body: body.to_vec() }
    })
}

/// What a machine did.
pub(crate) enum Told<Event> {
    /// It sends this, and this will be answered, if anything is.
    Sent(Method, Option<Response>),
    Event(Event),
}

/// Drives a machine until it ends. When there are no more answers it is cancelled.
pub(crate) fn drive<M: Machine>(
    machine: &mut M,
    mut responses: impl Iterator<Item = Response>,
    mut look: impl FnMut(&M, Told<M::Event>),
) {
    let mut budget = RetryBudget::default();
    let mut now = START;
    for _ in 0..500 {
        let mut input = None;
        while let Some(output) = machine.poll_output(now) {
            match output {
                Output::Send { id, request } => {
                    let response = responses.next();
                    input = Some(match &response {
                        Some(Response { status: 0, .. }) => {
                            Input::Failed(id, TransportError::NeverSent("connection refused".to_owned()))
                        }
                        Some(Response { status: 1, .. }) => {
                            Input::Failed(id, TransportError::Lost("connection reset".to_owned()))
                        }
                        Some(response) => Input::Reply(id, Reply::from(response)),
                        None => Input::Cancel,
                    });
                    look(machine, Told::Sent(request.method, response));
                }
                Output::Abort(_) => {}
                Output::Event(event) => look(machine, Told::Event(event)),
            }
        }
        let due = machine.poll_timeout();
        let input = match (input, due) {
            (Some(input), _) => input,
            (None, Some(deadline)) => {
                now = now.max(deadline.at);
                Input::Tick
            }
            (None, None) => return,
        };
        machine.handle_input(now, input, &mut budget);
    }
    panic!("it does not end");
}
