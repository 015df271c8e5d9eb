//! The loop between a machine of core and the world: sends what it says, waits as long as it says, tells it what came.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use polyai_outbound_core::{Input, Output, Placement, RetryBudget, Timestamp};
use tokio::time::{Instant, Sleep};
use tracing::Span;

use crate::handle::PlacementHandle;
use crate::observe::Observed;
use crate::transport::{Flight, Transport};

/// What all operations of a client share.
pub(crate) struct Shared {
    pub(crate) transport: Transport,
    pub(crate) budget: Mutex<RetryBudget>,
}

/// A machine at work. It does something only while it is polled, so dropping it sends nothing further.
pub(crate) struct Driver<M: Observed> {
    machine: M,
    shared: Arc<Shared>,
    flight: Option<Flight>,
    /// Set while there is nothing to do but to wait.
    alarm: Alarm,
    /// Set while what arrived for a request is read though its time is over.
    last_reading: Option<LastReading>,
    span: Span,
    handle: PlacementHandle,
}

impl<M: Observed> Driver<M> {
    pub(crate) fn new(machine: M, shared: Arc<Shared>, span: Span) -> Self {
        let handle = PlacementHandle::new();
        Self { machine, shared, flight: None, alarm: Alarm::default(), last_reading: None, span, handle }
    }

    pub(crate) const fn machine(&self) -> &M {
        &self.machine
    }

    pub(crate) fn handle(&self) -> PlacementHandle {
        self.handle.clone()
    }

    /// The next thing that the machine tells; nothing once it has ended.
    pub(crate) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<M::Event>> {
        let span = self.span.clone();
        let _entered = span.enter();
        let event = self.step(cx);
        let told = match &event {
            Poll::Ready(told) => told.as_ref(),
            Poll::Pending => None,
        };
        if let Some(event) = told {
            M::observe(event, &span);
        }
        self.remember(told);
        event
    }

    /// Keeps the handle up to date.
    fn remember(&self, event: Option<&M::Event>) {
        match (event.and_then(M::outcome), self.machine.placement_if_dropped()) {
            (Some((placement, call_sid)), _) => self.handle.learn(placement, call_sid),
            (None, Some(placement)) => self.handle.set(placement),
            (None, None) => {}
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        let mut budget = self.shared.budget.lock().unwrap_or_else(PoisonError::into_inner);
        self.machine.handle_input(now, input, &mut budget);
    }

    fn step(&mut self, cx: &mut Context<'_>) -> Poll<Option<M::Event>> {
        loop {
            // All that was to be done is done while the alarm is set: only what arrives or is due changes anything.
            let now = if self.alarm.is_set() {
                let (now, input) = match self.poll_flight(cx) {
                    Poll::Ready(input) => (now(), input),
                    Poll::Pending => {
                        ready!(self.alarm.poll(cx));
                        let now = now();
                        if self.reads_on(now) {
                            continue;
                        }
                        (now, self.due(now))
                    }
                };
                self.alarm.unset();
                self.last_reading = None;
                self.handle_input(now, input);
                now
            } else {
                now()
            };
            while let Some(output) = self.machine.poll_output(now) {
                match output {
                    Output::Send { id, request } => {
                        tracing::debug!(method = request.method.as_str(), url = request.url, "sending");
                        // Before it can leave: whoever asks meanwhile, or after a panic, is told the truth.
                        self.remember(None);
                        self.flight = Some(Flight::start(&self.shared.transport, id, request));
                    }
                    Output::Abort(id) => {
                        if self.flight.as_ref().is_some_and(|flight| flight.id() == id) {
                            self.flight = None;
                        }
                    }
                    Output::Event(event) => return Poll::Ready(Some(event)),
                }
            }
            let Some(deadline) = self.machine.poll_timeout() else { return Poll::Ready(None) };
            self.alarm.set(deadline.at.since(now));
        }
    }

    fn poll_flight(&mut self, cx: &mut Context<'_>) -> Poll<Input> {
        let Some(flight) = &mut self.flight else { return Poll::Pending };
        let id = flight.id();
        let input = match ready!(flight.poll(cx)) {
            Ok(reply) => Input::Reply(id, reply),
            Err(error) => Input::Failed(id, error),
        };
        self.flight = None;
        Poll::Ready(input)
    }

    /// Sets the alarm again, and returns true, if the answer that is given up now is waited for a little longer.
    fn reads_on(&mut self, now: Timestamp) -> bool {
        let (Some(_), Some(due), true) =
            (&self.flight, self.machine.poll_timeout(), self.machine.times_out(now))
        else {
            return false;
        };
        let reading = match self.last_reading {
            None => Some(LastReading::new(due.at, now)),
            Some(reading) => reading.prolonged(),
        };
        if let Some(reading) = reading {
            self.last_reading = Some(reading);
            self.alarm.set_to(reading.until);
        }
        reading.is_some()
    }

    /// A deadline is due. An answer whose time is not over yet, after a late wake say, is not cut short.
    fn due(&mut self, now: Timestamp) -> Input {
        let so_far = if self.machine.times_out(now) { self.so_far() } else { None };
        so_far.unwrap_or(Input::Tick)
    }

    /// An answer whose head is there but whose body hangs, read as far as it came: what is known of a call must not be
    /// lost to a connection that does not close.
    fn so_far(&mut self) -> Option<Input> {
        let flight = self.flight.as_ref()?;
        let input = Input::Reply(flight.id(), flight.so_far()?);
        self.flight = None;
        Some(input)
    }
}

impl<M: Observed> Drop for Driver<M> {
    fn drop(&mut self) {
        if self.flight.is_none() || self.machine.placement_if_dropped() != Some(Placement::Unknown) {
            return;
        }
        if let Some(input) = self.so_far() {
            let now = now();
            self.handle_input(now, input);
            // Whatever else it wants is left undone.
            while let Some(output) = self.machine.poll_output(now) {
                if let Output::Event(event) = output {
                    self.remember(Some(&event));
                }
            }
        }
        if self.handle.placement() == Placement::Unknown {
            let _entered = self.span.enter();
            tracing::warn!("dropped while the trigger was on its way: the call may have been placed");
        }
    }
}

/// A request whose time is over is given up only once what arrived for it was read: a process that was busy or frozen learns
/// of the time before it has read what lies in its sockets.
#[derive(Clone, Copy)]
pub(crate) struct LastReading {
    pub(crate) until: Instant,
    /// From then on it is not prolonged: an answer without end keeps a runtime busy for as long as it is read.
    last_until: Instant,
}

impl LastReading {
    /// A timer is as late as that at times.
    const TIMELY: Duration = Duration::from_millis(50);
    /// A runtime that is not held up has looked at its sockets in that time.
    const TURN: Duration = Duration::from_millis(5);
    const LONGEST: Duration = Duration::from_secs(1);

    /// Of a request whose time was over at `due`.
    pub(crate) fn new(due: Timestamp, now: Timestamp) -> Self {
        let late = now.since(due);
        let span = if late < Self::TIMELY { late.max(Self::TURN) } else { Self::LONGEST };
        let begins = Instant::now();
        Self { until: begins + span, last_until: begins + Self::LONGEST }
    }

    /// The rest of it, once its end has come: nothing, unless that was noticed late, when nothing may have been read yet.
    pub(crate) fn prolonged(self) -> Option<Self> {
        let now = Instant::now();
        let late = now.saturating_duration_since(self.until);
        let until = self.last_until.min(now + late);
        (late >= Self::TURN && now < until).then_some(Self { until, ..self })
    }
}

/// A timer.
#[derive(Default)]
struct Alarm {
    set: bool,
    /// Made when it is first set, because that needs a runtime and making a driver does not.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Alarm {
    fn set(&mut self, span: Duration) {
        // Timers cannot hold all that a duration can.
        const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);
        self.set_to(Instant::now() + span.min(LONGEST));
    }

    fn set_to(&mut self, until: Instant) {
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(until),
            None => self.sleep = Some(Box::pin(tokio::time::sleep_until(until))),
        }
        self.set = true;
    }

    const fn unset(&mut self) {
        self.set = false;
    }

    const fn is_set(&self) -> bool {
        self.set
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().map_or(Poll::Pending, |sleep| sleep.as_mut().poll(cx))
    }
}

/// The one place where this crate reads a clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn what_has_come_is_read_for_a_turn_at_least_and_for_a_second_after_a_freeze() {
        let lasts = |late: u64| {
            let reading = LastReading::new(at(1_000), at(1_000 + late));
            LastReading::LONGEST - reading.last_until.duration_since(reading.until)
        };
        for (late, span) in [(0, 5), (1, 5), (49, 49), (50, 1_000), (3_600_000, 1_000)] {
            assert_eq!(lasts(late), Duration::from_millis(span), "{late} ms late");
        }
    }

    #[test]
    fn a_reading_whose_end_was_noticed_late_goes_on_and_not_for_ever() {
        const LATE: Duration = Duration::from_secs(10);
        let now = Instant::now();
        let reading = |until, last_until| LastReading { until, last_until };
        assert!(reading(now + LATE, now + 2 * LATE).prolonged().is_none(), "its end has not come");
        // For as long as it was late, but not beyond its last end.
        let prolonged = reading(now - LATE, now + 360 * LATE).prolonged().unwrap();
        assert!(prolonged.until >= now + LATE);
        let cut_short = reading(now - LATE, now + LATE / 2).prolonged().unwrap();
        assert_eq!((cut_short.until, cut_short.last_until), (now + LATE / 2, now + LATE / 2));
        assert!(reading(now - LATE, now).prolonged().is_none(), "it is over, whatever happened");
    }
}
