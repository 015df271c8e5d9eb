//! Status reads that try a failing service: they ring nobody.

use super::fault::sentence;
use super::{Campaign, FlightId, Known, Output, Purpose};
use crate::exchange::{Exchange, Progress};
use crate::machine::{Input as ReadInput, Machine, Output as ReadOutput, SendId};
use crate::retry::Happened;
use crate::time::{Deadline, Timestamp};
use crate::{Error, ErrorCode, RetryBudget, StatusRead};

/// A status read that is on its way.
pub(super) struct Probe {
    known: Known,
    nth: u32,
    read: Exchange<StatusRead>,
}

impl Probe {
    pub(super) fn timeout(&self) -> Option<Deadline> {
        self.read.poll_timeout()
    }

    /// Returns true if a tick at `now` gives up the request of that probe.
    pub(super) fn times_out(&mut self, now: Timestamp, nth: u32) -> bool {
        self.nth == nth && self.read.times_out(now)
    }

    const fn id(&self, send: SendId) -> FlightId {
        FlightId {
            recipient: self.known.recipient,
            attempt: self.known.attempt,
            purpose: Purpose::Probe(self.nth),
            send,
        }
    }
}

impl Campaign {
    /// Whether the service is to be tried while nobody is dialed.
    pub(super) const fn probes(&self) -> bool {
        self.begun && self.may_call()
    }

    /// Sends the status read that is due, if one is, and takes note of what came of it.
    pub(super) fn poll_probe(&mut self, now: Timestamp) {
        // Another reading was answered first, so that this one is of no more use.
        if !self.breaker.is_reading() {
            self.tell_probe(now, self.probed, ReadInput::Cancel);
        }
        if self.probe.is_none() && self.probes() {
            let allowed = self.breaker.allows();
            if let Some(known) = self.breaker.probe(now) {
                let read = StatusRead::new(self.service.clone(), known.call_sid.clone());
                let read = Exchange::new(read, self.limits, self.rng.u64(..));
                self.probed = self.probed.wrapping_add(1);
                self.probe = Some(Probe { known, nth: self.probed, read });
            } else if self.breaker.allows() && !allowed {
                self.fetch_again(now);
            }
        }
        while let Some(probe) = &mut self.probe {
            match probe.read.poll_output(now) {
                Some(ReadOutput::Send { id, request }) => {
                    self.outputs.push_back(Output::Send { id: probe.id(id), request });
                }
                Some(ReadOutput::Abort(id)) => self.outputs.push_back(Output::Abort(probe.id(id))),
                Some(ReadOutput::Event(Progress::Retrying(_))) => {}
                Some(ReadOutput::Event(Progress::Done(result))) => {
                    self.probe = None;
                    self.probe_ended(now, result.err());
                }
                None => return,
            }
        }
    }

    fn probe_ended(&mut self, now: Timestamp, error: Option<Error>) {
        match error {
            // No such call, or no such credential: the service itself says so.
            Some(error) if error.happened() != Some(Happened::Refused) => {
                let was_given_up = error.code() == ErrorCode::Cancelled;
                let why = (!was_given_up).then(|| sentence(&error, &self.service, false));
                self.breaker.read_failed(now, why, super::ending::asked(&error));
            }
            Some(_) | None => self.answered(now),
        }
        self.tell_breaker();
    }

    /// The service itself answered a reading.
    pub(super) fn answered(&mut self, now: Timestamp) {
        if self.breaker.answered() {
            self.fetch_again(now);
        }
    }

    /// Tells the probe that is on its way what happened.
    pub(super) fn tell_probe(&mut self, now: Timestamp, nth: u32, input: ReadInput) {
        if let Some(probe) = self.probe.as_mut().filter(|probe| probe.nth == nth) {
            probe.read.handle_input(now, input, &mut RetryBudget::default());
        }
    }

    pub(super) fn tick_probe(&mut self, now: Timestamp) {
        self.tell_probe(now, self.probed, ReadInput::Tick);
    }

    /// Gives the probe up that is on its way, if one is.
    pub(super) fn give_probe_up(&mut self, now: Timestamp) {
        if self.probe.is_some() {
            self.tell_probe(now, self.probed, ReadInput::Cancel);
            self.poll_probe(now);
        }
    }
}
