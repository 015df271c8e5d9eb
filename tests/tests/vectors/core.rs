//! The machines of core, driven as a shell drives them, in virtual time.

use std::slice::Iter;

use polyai_outbound_core::{
    Call, Exchange, Headers, Input, Machine, Output, Reply, Response, RetryBudget, SendId, StatusRead,
    Timestamp, TransportError, Trigger,
};

use crate::effect::{Effect, Told, since};
use crate::format::{Answer, Coming, Operation, Then, Vector};

/// Everything that core does in a vector.
pub(crate) fn replay(vector: &Vector<'_>) -> Vec<Effect> {
    let (service, limits, seed) = (vector.service(), vector.limits(), vector.seed);
    match &vector.operation {
        Operation::Trigger(trigger) => {
            let trigger = Trigger::new(service, trigger.call()).unwrap();
            World::new(vector, Exchange::new(trigger, limits, seed)).play()
        }
        Operation::Call(trigger) => {
            World::new(vector, Call::place(service, trigger.call(), limits, seed).unwrap()).play()
        }
        Operation::Status { call_sid } => {
            let read = StatusRead::new(service, call_sid.clone());
            World::new(vector, Exchange::new(read, limits, seed)).play()
        }
        Operation::Resume(snapshot) => {
            World::new(vector, Call::resume(service, snapshot.clone(), limits, seed)).play()
        }
    }
}

struct World<'v, M> {
    name: &'v str,
    start: Timestamp,
    now: Timestamp,
    machine: M,
    budget: RetryBudget,
    comes: Iter<'v, Coming>,
    flight: Option<Flight<'v>>,
    cancel: Option<Timestamp>,
    effects: Vec<Effect>,
}

/// A request on its way.
struct Flight<'v> {
    id: SendId,
    sent: Timestamp,
    coming: &'v Coming,
}

/// What happens next in the world.
#[derive(Clone, Copy, Debug)]
enum Next {
    Arrival,
    Due,
    Cancel,
}

impl<'v, M: Machine> World<'v, M>
where
    M::Event: Told,
{
    fn new(vector: &'v Vector<'_>, machine: M) -> Self {
        let start = vector.start();
        Self {
            name: &vector.name,
            start,
            now: start,
            machine,
            budget: RetryBudget::default(),
            comes: vector.comes.iter(),
            flight: None,
            cancel: vector.cancel_after().map(|after| start + after),
            effects: Vec::new(),
        }
    }

    fn play(mut self) -> Vec<Effect> {
        if self.cancel.take_if(|at| *at == self.start).is_some() {
            self.tell(Input::Cancel);
        }
        loop {
            self.drain();
            let Some((at, next)) = self.next() else { break };
            self.now = self.now.max(at);
            match next {
                Next::Arrival => self.arrive(),
                Next::Due => {
                    if !self.so_far(|_| true) {
                        self.tell(Input::Tick);
                    }
                }
                Next::Cancel => {
                    self.cancel = None;
                    // What is there in whole is told, though its connection does not end.
                    self.so_far(|answer| answer.body.ends_with('}'));
                    self.drain();
                    self.tell(Input::Cancel);
                }
            }
        }
        assert!(self.flight.is_none(), "{}: it ends with a request on its way", self.name);
        assert!(self.comes.next().is_none(), "{}: more comes than was asked for", self.name);
        assert!(self.cancel.is_none(), "{}: it ends before it is cancelled", self.name);
        self.effects
    }

    fn tell(&mut self, input: Input) {
        self.machine.handle_input(self.now, input, &mut self.budget);
    }

    fn drain(&mut self) {
        while let Some(output) = self.machine.poll_output(self.now) {
            let at = since(self.start, self.now);
            match output {
                Output::Send { id, request } => {
                    assert!(self.flight.is_none(), "{}: one request at a time", self.name);
                    let coming = self.comes.next();
                    let coming = coming.unwrap_or_else(|| panic!("{}: nothing comes any more", self.name));
                    self.flight = Some(Flight { id, sent: self.now, coming });
                    self.effects.push(Effect::request(at, &request));
                }
                Output::Abort(id) => {
                    let given_up = self.flight.take().map(|flight| flight.id);
                    assert_eq!(given_up, Some(id), "{}: only what is on its way is given up", self.name);
                    self.effects.push(Effect::Abort { at });
                }
                Output::Event(event) => self.effects.extend(event.effect(self.start, self.now)),
            }
        }
    }

    /// The first of what is to happen; nothing once the machine has ended.
    fn next(&self) -> Option<(Timestamp, Next)> {
        let due = self.machine.poll_timeout()?.at;
        let arrival = self.flight.as_ref().and_then(|flight| match flight.coming {
            Coming::Answer(answer) if answer.then == Some(Then::Hang) => None,
            Coming::Answer(answer) => Some(flight.sent + std::time::Duration::from_millis(answer.delay_ms)),
            Coming::Lost => Some(flight.sent),
            Coming::Hang => None,
        });
        let all = [(arrival, Next::Arrival), (Some(due), Next::Due), (self.cancel, Next::Cancel)];
        let mut all: Vec<_> = all.into_iter().filter_map(|(at, next)| Some((at?, next))).collect();
        all.sort_by_key(|(at, _)| *at);
        if let [(first, one), (second, other), ..] = all.as_slice() {
            assert!(first < second, "{}: {one:?} or {other:?}, nobody knows which is first", self.name);
        }
        all.first().copied()
    }

    fn arrive(&mut self) {
        let Some(Flight { id, coming, .. }) = self.flight.take() else { return };
        self.tell(match coming {
            Coming::Answer(answer) => Input::Reply(id, reply(answer)),
            Coming::Lost => Input::Failed(id, TransportError::Lost("closed".to_owned())),
            Coming::Hang => unreachable!("nothing ever comes"),
        });
    }

    /// An answer whose body hangs is read as far as it came, and its connection given up. Tells whether there is one
    /// that is fit for it.
    fn so_far(&mut self, fit: impl FnOnce(&Answer) -> bool) -> bool {
        let Some(Flight { id, sent, coming: Coming::Answer(answer) }) = &self.flight else { return false };
        let came = *sent + std::time::Duration::from_millis(answer.delay_ms) < self.now;
        if answer.then != Some(Then::Hang) || !came || !fit(answer) {
            return false;
        }
        let input = Input::Reply(*id, reply(answer));
        self.flight = None;
        self.effects.push(Effect::Abort { at: since(self.start, self.now) });
        self.tell(input);
        true
    }
}

fn reply(answer: &Answer) -> Reply {
    let mut headers = Headers::default();
    for (name, value) in &answer.headers {
        headers.push(name.clone(), value.clone());
    }
    Reply::from(&Response { status: answer.status, headers, body: answer.body.clone().into_bytes() })
}
