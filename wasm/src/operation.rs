//! The machines of core behind one face: what they want is told as JSON, what came is taken as plain values.

use std::cell::RefCell;
use std::rc::Rc;

use polyai_outbound_core::{
    Answer, Call, Deadline, Exchange, Input, Machine, Members, Output, Reply, RetryAfter, RetryBudget,
    SendId, Snapshot, Timestamp, TransportError,
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
    /// The answer that is being handed over.
    members: Members,
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

    /// One member of the JSON object that was answered, in order; its text, if it is text.
    pub fn member(&mut self, name: &str, text: Option<String>) {
        self.members.set_text(name, text.as_deref());
    }

    /// The object that was answered says `"success": false`.
    #[wasm_bindgen(js_name = deniesSuccess)]
    pub fn denies_success(&mut self) {
        self.members.set_denies_success(true);
    }

    /// A response arrived, as far as it came: the members that were told before, unless it is no JSON object but
    /// `foreign` text. `date` is the moment that `retry_after` names, not a number if it is no date.
    pub fn reply(
        &mut self,
        now: f64,
        http_status: u16,
        correlation_id: Option<String>,
        retry_after: Option<String>,
        date: f64,
        foreign: Option<String>,
    ) {
        let members = std::mem::take(&mut self.members);
        let answer = foreign.map_or(Answer::Object(members), |text| Answer::foreign(&text));
        let date = (!date.is_nan()).then(|| moment(date));
        let retry_after = retry_after.and_then(|value| RetryAfter::read(&value, |_| date));
        let reply = Reply::from_parts(http_status, correlation_id.as_deref(), retry_after, answer);
        if let Some(id) = self.sent.take() {
            self.handle_input(now, Input::Reply(id, reply));
        }
    }

    /// No response will come, and the request may have left: no host tells for certain that it has not.
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

    /// What is known of the call that is followed, as JSON; nothing before it is placed.
    #[must_use]
    pub fn snapshot(&self) -> Option<String> {
        self.work.known().map(snapshot)
    }
}

impl Operation {
    pub(crate) fn new(work: Box<dyn Work>, budget: Rc<RefCell<RetryBudget>>) -> Self {
        Self { work, budget, sent: None, members: Members::default() }
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
}

/// A machine that may be following a call.
pub(crate) trait MayFollow {
    fn snapshot(&self) -> Option<&Snapshot> {
        None
    }
}

impl<O: polyai_outbound_core::Operation> MayFollow for Exchange<O> {}

impl MayFollow for Call {
    fn snapshot(&self) -> Option<&Snapshot> {
        Self::snapshot(self)
    }
}

impl<M: Machine + MayFollow> Work for M
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
}
