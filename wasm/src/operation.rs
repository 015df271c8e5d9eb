//! The machines of core behind one face: what they want is told as JSON, what came is taken as plain values.

use std::cell::RefCell;
use std::rc::Rc;

use polyai_outbound_core::{
    Answer, Call, Deadline, Exchange, Input, Machine, Output, Reply, RetryAfter, RetryBudget, SendId,
    Snapshot, Timestamp, TransportError,
};
use wasm_bindgen::prelude::*;

use crate::told::{Tell, abort, send, snapshot};
use crate::value::moment;

/// An operation, to be driven by the loop that [`Machine`] tells of. `now` is milliseconds since the Unix epoch.
#[wasm_bindgen]
pub struct Operation {
    work: Box<dyn Work>,
    budget: Rc<RefCell<RetryBudget>>,
    /// The request whose answer is waited for: a machine has one at most.
    sent: Option<SendId>,
}

#[wasm_bindgen]
impl Operation {
    /// What is to be done next, as JSON: an object whose `type` says what it is. Nothing until something arrives or is
    /// due.
    pub fn poll(&mut self, now: f64) -> Option<String> {
        self.work.poll(moment(now), &mut self.sent)
    }

    /// When it wants to be told of the time at the latest; nothing once it has ended.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "moments of this age of the world are far below 2^53")]
    pub fn timeout(&self) -> Option<f64> {
        self.work.poll_timeout().map(|deadline| deadline.at.as_millis() as f64)
    }

    /// A response arrived, as far as it came; its headers and its body are read here, as in every other shell.
    pub fn reply(
        &mut self,
        now: f64,
        http_status: u16,
        correlation_id: Option<String>,
        retry_after: Option<String>,
        date: Option<String>,
        body: String,
    ) {
        let retry_after =
            retry_after.as_deref().and_then(|value| RetryAfter::parse_dated(value, date.as_deref()));
        let answer = Answer::read_text(&body);
        let reply = Reply::from_parts(http_status, correlation_id.as_deref(), retry_after, answer);
        if let Some(id) = self.sent.take() {
            self.handle_input(now, Input::Reply(id, reply));
        }
    }

    /// Whether a body says all that the service says, though its connection has not ended.
    #[wasm_bindgen(js_name = isWhole)]
    #[must_use]
    pub fn is_whole(&self, body: String) -> bool {
        matches!(Answer::read_text(&body), Answer::Object(_))
    }

    /// No response will come, and the host is certain that the request has not left.
    #[wasm_bindgen(js_name = neverSent)]
    pub fn never_sent(&mut self, now: f64, why: String) {
        if let Some(id) = self.sent.take() {
            self.handle_input(now, Input::Failed(id, TransportError::NeverSent(why)));
        }
    }

    /// No response will come, and the request may have left.
    pub fn lost(&mut self, now: f64, why: String) {
        if let Some(id) = self.sent.take() {
            self.handle_input(now, Input::Failed(id, TransportError::Lost(why)));
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, now: f64) {
        self.handle_input(now, Input::Tick);
    }

    /// The caller gives up.
    pub fn cancel(&mut self, now: f64) {
        self.handle_input(now, Input::Cancel);
    }

    /// A text from outside as it may be shown to people; nothing once the operation has ended and knows no secrets.
    #[must_use]
    pub fn redacted(&self, text: String) -> Option<String> {
        self.work.redacted(&text)
    }

    /// What is known of the call that is followed, as JSON; nothing before it is placed.
    #[must_use]
    pub fn snapshot(&self) -> Option<String> {
        self.work.known().map(snapshot)
    }
}

impl Operation {
    pub(crate) fn new(work: Box<dyn Work>, budget: Rc<RefCell<RetryBudget>>) -> Self {
        Self { work, budget, sent: None }
    }

    fn handle_input(&mut self, now: f64, input: Input) {
        self.work.handle_input(moment(now), input, &mut self.budget.borrow_mut());
    }
}

/// A machine whose events are told as JSON.
pub(crate) trait Work {
    /// What is to be done next. Of the request whose answer is waited for it takes note in `sent`.
    fn poll(&mut self, now: Timestamp, sent: &mut Option<SendId>) -> Option<String>;
    fn poll_timeout(&self) -> Option<Deadline>;
    fn handle_input(&mut self, now: Timestamp, input: Input, budget: &mut RetryBudget);
    fn known(&self) -> Option<&Snapshot>;
    fn redacted(&self, text: &str) -> Option<String>;
}

/// What the machines have beside being machines.
pub(crate) trait Knowing {
    /// The call that is followed, if one may be.
    fn snapshot(&self) -> Option<&Snapshot>;
    /// A text without the secrets of the operation, while they are known.
    fn redacted(&self, text: &str) -> Option<String>;
}

impl<O: polyai_outbound_core::Operation> Knowing for Exchange<O> {
    fn snapshot(&self) -> Option<&Snapshot> {
        None
    }

    fn redacted(&self, text: &str) -> Option<String> {
        Some(Self::redacted(self, text))
    }
}

impl Knowing for Call {
    fn snapshot(&self) -> Option<&Snapshot> {
        Self::snapshot(self)
    }

    fn redacted(&self, text: &str) -> Option<String> {
        Self::redacted(self, text)
    }
}

impl<M: Machine + Knowing> Work for M
where
    M::Event: Tell,
{
    fn poll(&mut self, now: Timestamp, sent: &mut Option<SendId>) -> Option<String> {
        loop {
            let told = match self.poll_output(now)? {
                Output::Send { id, request } => {
                    *sent = Some(id);
                    Some(send(&request))
                }
                Output::Abort(id) if *sent == Some(id) => {
                    *sent = None;
                    Some(abort())
                }
                Output::Abort(_) => None,
                Output::Event(event) => event.tell(),
            };
            if told.is_some() {
                return told;
            }
        }
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        Machine::poll_timeout(self)
    }

    fn handle_input(&mut self, now: Timestamp, input: Input, budget: &mut RetryBudget) {
        Machine::handle_input(self, now, input, budget);
    }

    fn known(&self) -> Option<&Snapshot> {
        self.snapshot()
    }

    fn redacted(&self, text: &str) -> Option<String> {
        Knowing::redacted(self, text)
    }
}
