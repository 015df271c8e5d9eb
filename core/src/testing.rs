//! What the tests of the machines share: services of both dialects, answers, and a shell that does what it is told.

pub(crate) mod causes;

use std::sync::Arc;
use std::time::Duration;

use crate::message::{Headers, Request, Response};
use crate::{
    AgentId, Api, BaseUrl, CORRELATION_ID, Credential, Deadline, Destination, Environment, Input, Machine,
    Metadata, Output, Reply, RetryBudget, SendId, Service, Timestamp, TransportError, TriggerCall,
};

pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub(crate) const SID: &str = "OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301";
pub(crate) const TOKEN: &str = "s3cr3t-t0ken";
pub(crate) const NUMBER: &str = "+14155550100";

pub(crate) const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn service(api: Api) -> Arc<Service> {
    let base_url = BaseUrl::parse("https://example.test").unwrap();
    Arc::new(Service::at(base_url, api, Credential::new(TOKEN).ok()))
}

pub(crate) fn outbound() -> Arc<Service> {
    service(Api::Outbound)
}

pub(crate) fn agents() -> Arc<Service> {
    service(Api::Agents { agent_id: AgentId::new("agent-1").unwrap(), environment: Environment::Live })
}

pub(crate) fn both() -> [Arc<Service>; 2] {
    [outbound(), agents()]
}

pub(crate) fn trigger_call() -> TriggerCall {
    TriggerCall::new(Destination::parse(NUMBER, None).unwrap())
        .with_metadata(Metadata::new([("name", "Ada Lovelace")]).unwrap())
}

/// What the service's header names its responses in these tests; its own envelopes say the same.
pub(crate) const CORRELATION: &str = "id-1";

/// An answer under the service's header.
pub(crate) fn reply(status: u16, body: &str) -> Reply {
    reply_with(status, &[], body)
}

/// The same with further headers.
pub(crate) fn reply_with(status: u16, fields: &[(&'static str, &str)], body: &str) -> Reply {
    let is_named = fields.iter().any(|(name, _)| name.eq_ignore_ascii_case(CORRELATION_ID));
    let own = (!is_named).then_some((CORRELATION_ID, CORRELATION));
    let fields: Vec<_> = own.into_iter().chain(fields.iter().copied()).collect();
    foreign_with(status, &fields, body)
}

/// An answer without the service's header: a proxy's or a gateway's, whatever its body says.
pub(crate) fn foreign(status: u16, body: &str) -> Reply {
    foreign_with(status, &[], body)
}

/// The same with these headers.
pub(crate) fn foreign_with(status: u16, fields: &[(&'static str, &str)], body: &str) -> Reply {
    let mut headers = Headers::default();
    for (name, value) in fields {
        headers.push(*name, (*value).to_owned());
    }
    Reply::from(&Response { status, headers, body: body.as_bytes().to_vec() })
}

/// The error envelope that the service's dialect documents.
pub(crate) fn own_envelope(service: &Service) -> &'static str {
    match service.api() {
        Api::Outbound => r#"{"error":"it failed","code":"E7"}"#,
        Api::Agents { .. } => {
            r#"{"success":false,"error":"failed","error_id":"id-1","error_code":"E7","error_message":"it failed","data":null}"#
        }
    }
}

/// The error envelope that the other dialect documents.
pub(crate) fn others_envelope(service: &Service) -> &'static str {
    match service.api() {
        Api::Outbound => own_envelope(&agents()),
        Api::Agents { .. } => own_envelope(&outbound()),
    }
}

/// What the service answers to a trigger that it accepts.
pub(crate) fn accepted(service: &Service) -> Reply {
    let body = match service.api() {
        Api::Outbound => format!(r#"{{"call_sid":"{SID}"}}"#),
        Api::Agents { .. } => format!(r#"{{"callSid":"{SID}","status":"QUEUED"}}"#),
    };
    reply(200, &body)
}

/// What the service answers to a status read.
pub(crate) fn status(service: &Service, word: &str, reason: &str) -> Reply {
    let body = match service.api() {
        Api::Outbound => format!(r#"{{"status":"{word}","reason":"{reason}"}}"#),
        Api::Agents { .. } => {
            format!(r#"{{"callSid":"{SID}","status":"{}","reason":"{reason}"}}"#, word.to_uppercase())
        }
    };
    reply(200, &body)
}

pub(crate) fn refused() -> TransportError {
    TransportError::NeverSent("connection refused".to_owned())
}

pub(crate) fn reset() -> TransportError {
    TransportError::Lost("connection reset".to_owned())
}

/// What may come of a request.
#[derive(Clone, Debug)]
pub(crate) enum Cause {
    Reply(Reply),
    Transport(TransportError),
    /// Nothing at all.
    Silence,
}

/// A shell that only takes notes. It checks what holds of every machine: an abort names a request that is on its way,
/// no number is used twice, a machine that is drained says when it wants to be woken, and a tick gives up a request if and
/// only if the machine says so before.
pub(crate) struct Shell<M: Machine> {
    pub(crate) machine: M,
    pub(crate) now: Timestamp,
    pub(crate) budget: RetryBudget,
    pub(crate) sent: Vec<(SendId, Request)>,
    pub(crate) in_flight: Option<SendId>,
    pub(crate) aborted: Vec<SendId>,
    pub(crate) events: Vec<M::Event>,
    told: u32,
}

impl<M: Machine> Shell<M> {
    pub(crate) fn new(machine: M) -> Self {
        let mut shell = Self::undrained(machine);
        shell.drain();
        shell
    }

    /// The same, before its machine was polled for the first time.
    pub(crate) fn undrained(machine: M) -> Self {
        Self {
            machine,
            now: START,
            budget: RetryBudget::default(),
            sent: Vec::new(),
            in_flight: None,
            aborted: Vec::new(),
            events: Vec::new(),
            told: 0,
        }
    }

    pub(crate) fn drain(&mut self) {
        while let Some(output) = self.machine.poll_output(self.now) {
            match output {
                Output::Send { id, request } => {
                    assert!(self.in_flight.is_none(), "one request at a time");
                    assert!(self.sent.iter().all(|(sent, _)| *sent != id), "a number comes once");
                    self.in_flight = Some(id);
                    self.sent.push((id, request));
                }
                Output::Abort(id) => {
                    assert_eq!(self.in_flight.take(), Some(id), "only what is on its way is given up");
                    self.aborted.push(id);
                }
                Output::Event(event) => self.events.push(event),
            }
        }
    }

    pub(crate) fn tell(&mut self, input: Input) {
        self.told += 1;
        assert!(self.told < 10_000, "a machine that comes to no end");
        if let Input::Reply(id, _) | Input::Failed(id, _) = &input
            && self.in_flight == Some(*id)
        {
            self.in_flight = None;
        }
        let on_its_way = self.in_flight.filter(|_| matches!(input, Input::Tick));
        let times_out = on_its_way.is_some() && self.machine.times_out(self.now);
        self.machine.handle_input(self.now, input, &mut self.budget);
        self.drain();
        if let Some(id) = on_its_way {
            assert_eq!(self.aborted.contains(&id), times_out, "what a tick gives up is told before");
        }
    }

    /// Brings what came of the request that is on its way.
    pub(crate) fn bring(&mut self, cause: &Cause) {
        let id = self.in_flight.expect("a request is on its way");
        match cause.clone() {
            Cause::Reply(reply) => self.tell(Input::Reply(id, reply)),
            Cause::Transport(error) => self.tell(Input::Failed(id, error)),
            Cause::Silence => {
                self.wake();
            }
        }
    }

    pub(crate) fn answer(&mut self, reply: Reply) {
        self.bring(&Cause::Reply(reply));
    }

    pub(crate) fn fail(&mut self, error: TransportError) {
        self.bring(&Cause::Transport(error));
    }

    pub(crate) fn pass(&mut self, span: Duration) {
        self.now = self.now + span;
        self.tell(Input::Tick);
    }

    pub(crate) fn step_back(&mut self, span: Duration) {
        self.now = self.now - span;
        self.tell(Input::Tick);
    }

    pub(crate) fn deadline(&self) -> Deadline {
        self.machine.poll_timeout().expect("a machine that has not ended wants to be woken")
    }

    /// Waits until the machine wants to be woken, and wakes it.
    pub(crate) fn wake(&mut self) -> Deadline {
        let deadline = self.deadline();
        self.now = self.now.max(deadline.at);
        self.tell(Input::Tick);
        deadline
    }

    /// How many calls were asked for.
    pub(crate) fn posts(&self) -> usize {
        self.sent.iter().filter(|(_, request)| request.method == crate::Method::Post).count()
    }
}
