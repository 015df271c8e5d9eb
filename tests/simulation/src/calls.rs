//! Single calls in their world: each placed and followed by a machine of its own, over the same network and clock.

use std::sync::Arc;
use std::time::Duration;

use polyai_outbound_core::{
    BaseUrl, Call, CallEvent, Credential, Destination, Input, Limits, Machine, Output, Reply, Request,
    RetryBudget, RetryPolicy, SendId, Service, Snapshot, Timestamp, TransportError, TriggerCall,
};

use crate::chance::chance;
use crate::clock::Clock;
use crate::fault::Told;
use crate::judge::{Promise, Verdict, Violation, holds};
use crate::network::{Journey, Network};
use crate::queue::Queue;
use crate::scenario::{Scenario, What, When};
use crate::seen::Seen;
use crate::trace::Trace;
use crate::watcher::Watcher;

/// Something on its way; with the machine that it is for.
enum Arrival {
    Begin { row: usize },
    Request { row: usize, of: u32, id: SendId, request: Request, journey: Journey },
    Answer { row: usize, of: u32, id: SendId, told: Told },
    Happens(What),
}

impl Arrival {
    /// Whether it waits for a process that stands still.
    const fn waits(&self) -> bool {
        match self {
            Self::Begin { .. } | Self::Answer { .. } => true,
            Self::Happens(what) => matches!(what, What::Stop { .. }),
            Self::Request { .. } => false,
        }
    }
}

/// Somebody who is called.
struct Caller {
    number: String,
    machine: Option<Call>,
    /// Which machine it is: another one goes on after a crash.
    incarnation: u32,
    /// What the shell has saved.
    kept: Option<Snapshot>,
    wakes: Option<Timestamp>,
    ticked: bool,
    in_vain: u32,
    watcher: Watcher,
}

/// A world of single calls.
struct World {
    scenario: Scenario,
    clock: Clock,
    network: Network,
    limits: Limits,
    budget: RetryBudget,
    service: Arc<Service>,
    callers: Vec<Caller>,
    arriving: Queue<Arrival>,
    waiting: Vec<(u32, What)>,
    /// Whose machines were told something: each is a task of its own.
    awake: Vec<usize>,
    /// Until when the process stands still, and for how long what came meanwhile then waits, in milliseconds.
    frozen: Option<(Timestamp, u64)>,
    triggers: u32,
    requests: u64,
    seen: Seen,
    trace: Trace,
}

/// Lives the calls of a scenario to their ends.
///
/// # Errors
/// With the promise that was broken, and so many lines of what happened last.
pub fn live(scenario: &Scenario, kept: usize) -> Result<Seen, (Violation, Vec<String>)> {
    let mut world = World::new(scenario, kept);
    match world.run() {
        Ok(()) => Ok(world.seen),
        Err(violation) => Err((violation, world.trace.lines().map(str::to_owned).collect())),
    }
}

fn limits(rng: &mut fastrand::Rng) -> Limits {
    let seconds = |rng: &mut fastrand::Rng, from, to| Duration::from_secs(rng.u64(from..=to));
    Limits {
        request_timeout: seconds(rng, 1, 30),
        operation_timeout: seconds(rng, 5, 120),
        follow_timeout: seconds(rng, 30, 4 * 3_600),
        retry: RetryPolicy { max_retries: rng.u32(..5), ..RetryPolicy::default() },
        ..Limits::default()
    }
}

impl World {
    fn new(scenario: &Scenario, kept: usize) -> Self {
        let mut rng = chance(&[scenario.seed, 8]);
        let base_url = BaseUrl::parse("http://localhost").expect("a URL");
        let token = Credential::new("sandbox").expect("a token");
        let limits = limits(&mut rng);
        let mut arriving = Queue::default();
        let mut callers = Vec::new();
        for row in &scenario.rows {
            let begins = scenario.start + Duration::from_millis(rng.u64(..120_000));
            if !row.number.is_empty() {
                arriving.put(begins, Arrival::Begin { row: callers.len() });
            }
            callers.push(Caller {
                number: row.number.clone(),
                machine: None,
                incarnation: 0,
                kept: None,
                wakes: None,
                ticked: false,
                in_vain: 0,
                watcher: Watcher::new(limits, scenario),
            });
        }
        let mut waiting = Vec::new();
        for happening in &scenario.happenings {
            match happening.when {
                When::At(after) => {
                    arriving
                        .put(scenario.start + Duration::from_millis(after), Arrival::Happens(happening.what));
                }
                When::Trigger(count) => waiting.push((count, happening.what)),
            }
        }
        Self {
            clock: Clock::new(scenario.start, 0, scenario.drift),
            network: Network::new(scenario),
            limits,
            budget: RetryBudget::default(),
            service: Arc::new(
                Service::at(base_url, scenario.api.clone(), Some(token))
                    .with_agents_502_not_placed(scenario.opted),
            ),
            scenario: scenario.clone(),
            callers,
            arriving,
            waiting,
            awake: Vec::new(),
            frozen: None,
            triggers: 0,
            requests: 0,
            seen: Seen::default(),
            trace: Trace::new(kept),
        }
    }

    fn run(&mut self) -> Verdict {
        for _ in 0..200_000 {
            if self.frozen.is_none() {
                for row in std::mem::take(&mut self.awake) {
                    self.drain(row)?;
                }
            }
            let wakes = self.callers.iter().enumerate().filter_map(|(row, it)| Some((it.wakes?, row))).min();
            let wakes = wakes.map(|(at, row)| (self.frozen.map_or(at, |(until, _)| at.max(until)), row));
            let arrives = self.arriving.next_at();
            match (wakes, arrives) {
                (None, None) => return self.over(),
                (Some((at, row)), arrives) if arrives.is_none_or(|arrives| at < arrives) => {
                    self.clock.real = self.clock.real.max(at);
                    self.thaw();
                    self.callers[row].ticked = true;
                    self.tell(row, Input::Tick);
                }
                (_, Some(_)) | (Some(_), None) => {
                    if let Some((at, arrival)) = self.arriving.take() {
                        self.clock.real = self.clock.real.max(at);
                        self.thaw();
                        match self.frozen.filter(|_| arrival.waits()) {
                            None => self.arrives(arrival)?,
                            Some((until, later)) => {
                                if let Arrival::Answer { row, of, id, .. } = &arrival
                                    && *of == self.callers[*row].incarnation
                                {
                                    self.callers[*row].watcher.lies_there(*id, until);
                                }
                                self.arriving.put(until + Duration::from_millis(later), arrival);
                            }
                        }
                    }
                }
            }
        }
        holds(Promise::Progress, false, || "it comes to no end".to_owned())
    }

    /// A process that stood still goes on, once that is over.
    fn thaw(&mut self) {
        if self.frozen.is_some_and(|(until, _)| self.clock.real >= until) {
            self.frozen = None;
            for caller in &mut self.callers {
                caller.watcher.thawed(self.clock.real);
            }
            self.trace.add(&self.clock, || "*** the process goes on".to_owned());
        }
    }

    fn over(&self) -> Verdict {
        for (row, caller) in self.callers.iter().enumerate() {
            caller.watcher.over(row)?;
        }
        Ok(())
    }

    fn tell(&mut self, row: usize, input: Input) {
        let now = self.clock.told();
        self.awake.push(row);
        if let Some(machine) = &mut self.callers[row].machine {
            machine.handle_input(now, input, &mut self.budget);
        }
    }

    fn drain(&mut self, row: usize) -> Verdict {
        loop {
            let (real, now) = (self.clock.real, self.clock.told());
            let caller = &mut self.callers[row];
            let Some(machine) = &mut caller.machine else {
                caller.wakes = None;
                return Ok(());
            };
            let Some(output) = machine.poll_output(now) else {
                let deadline = machine.poll_timeout();
                caller.watcher.may_have_rung(row, machine.placement_if_dropped())?;
                let past = deadline.is_some_and(|deadline| deadline.at <= now);
                caller.in_vain += u32::from(std::mem::take(&mut caller.ticked) && past);
                holds(Promise::NoSpin, caller.in_vain < 2, || {
                    format!("row {row} spins at {now:?}: {deadline:?}")
                })?;
                caller.wakes = deadline.map(|deadline| self.clock.wakes(deadline.at, Duration::ZERO));
                holds(Promise::Progress, deadline.is_some() || caller.watcher.ended, || {
                    format!("row {row} hangs")
                })?;
                return Ok(());
            };
            caller.in_vain = 0;
            match output {
                Output::Send { id, request } => {
                    let trigger = caller.watcher.leaves(row, id, &request, real, now)?;
                    self.trace
                        .add(&self.clock, || format!("row {row} sends {id:?} {}", request.method.as_str()));
                    self.requests += 1;
                    self.seen.requests += 1;
                    let of = caller.incarnation;
                    let journey = self.network.leave(real, &request, &[row as u64, self.requests]);
                    self.seen.fared(trigger, journey.fault);
                    let there = Duration::from_millis(journey.there);
                    self.arriving.put(real + there, Arrival::Request { row, of, id, request, journey });
                    if trigger {
                        self.triggers += 1;
                        let count = self.triggers;
                        for (_, what) in self.waiting.extract_if(.., |(at, _)| *at == count) {
                            self.arriving.put(real, Arrival::Happens(what));
                        }
                    }
                }
                Output::Abort(id) => {
                    self.trace.add(&self.clock, || format!("row {row} gives up {id:?}"));
                    caller.watcher.gave_up(row, id, real)?;
                }
                Output::Event(event) => {
                    self.trace.add(&self.clock, || format!("row {row}: {event:?}"));
                    caller.watcher.says(row, &event, now)?;
                    // A shell that saves what it learns.
                    if matches!(event, CallEvent::Placed(_) | CallEvent::Status(_)) {
                        caller.kept = machine.snapshot().cloned();
                    }
                    if matches!(event, CallEvent::Ended(_)) {
                        let quiet = machine.poll_timeout().is_none() && machine.poll_output(now).is_none();
                        holds(Promise::Border, quiet, || format!("row {row}: something follows the end"))?;
                        caller.machine = None;
                    }
                }
            }
        }
    }

    fn arrives(&mut self, arrival: Arrival) -> Verdict {
        let (real, now) = (self.clock.real, self.clock.told());
        match arrival {
            Arrival::Begin { row } => {
                self.awake.push(row);
                let caller = &mut self.callers[row];
                let destination = Destination::parse(&caller.number, None).expect("a number");
                let seed = chance(&[self.scenario.seed, 9, row as u64]).u64(..);
                let call =
                    Call::place(Arc::clone(&self.service), TriggerCall::new(destination), self.limits, seed);
                caller.machine = Some(call.expect("a call"));
                caller.watcher.begins(now);
            }
            Arrival::Request { row, of, id, request, journey } => {
                let (told, after, placed) = self.network.arrive(real, &request, journey);
                if let Some(call) = placed {
                    self.trace.add(&self.clock, || format!("row {row} rings: {}", call.call_sid));
                    self.seen.calls += 1;
                    self.callers[row].watcher.rang(row)?;
                }
                if !matches!(told, Told::Nothing) {
                    self.arriving
                        .put(real + Duration::from_millis(after), Arrival::Answer { row, of, id, told });
                }
            }
            Arrival::Answer { row, of, id, told } => {
                if of == self.callers[row].incarnation {
                    self.trace.add(&self.clock, || format!("row {row} is told {id:?}: {}", told.shown()));
                    self.callers[row].watcher.told(id, &told, real, now);
                    self.tell(
                        row,
                        match told {
                            Told::Answer(response) => Input::Reply(id, Reply::from(&response)),
                            Told::NeverSent => {
                                Input::Failed(id, TransportError::NeverSent("refused".to_owned()))
                            }
                            Told::Lost | Told::Nothing => {
                                Input::Failed(id, TransportError::Lost("cut".to_owned()))
                            }
                        },
                    );
                }
            }
            Arrival::Happens(what) => self.happens(what),
        }
        Ok(())
    }

    fn happens(&mut self, what: What) {
        self.trace.add(&self.clock, || format!("*** {what:?}"));
        self.seen.happened += 1;
        match what {
            What::Crash { .. } => self.crash(),
            What::Jump(_) | What::SetRight => {
                match what {
                    What::Jump(millis) => self.clock.set_by(millis),
                    _ => self.clock.set_right(),
                }
                for caller in &mut self.callers {
                    caller.watcher.jumped();
                }
            }
            What::Weather { fault, whom, percent, lasts } => {
                self.network.brew(fault, whom, percent, self.clock.real + Duration::from_millis(lasts));
            }
            What::Freeze { lasts, time_first } => {
                let until = self.clock.real + Duration::from_millis(lasts);
                self.frozen.get_or_insert((until, u64::from(time_first)));
            }
            What::Stop { down } => {
                let row = usize::try_from(down).unwrap_or_default() % self.callers.len();
                if self.callers[row].machine.is_some() {
                    self.callers[row].watcher.cancelled();
                    self.tell(row, Input::Cancel);
                }
            }
            // These are about campaigns.
            What::Command(_)
            | What::Suppress(_)
            | What::StoreFails { .. }
            | What::Blocked { .. }
            | What::Elsewhere { .. }
            | What::Drain { .. } => {}
        }
    }

    /// Another process goes on with what the shell has saved; what was not placed by then is not dialed again.
    fn crash(&mut self) {
        self.seen.ends += 1;
        self.frozen = None;
        self.budget = RetryBudget::default();
        for (row, caller) in
            self.callers.iter_mut().enumerate().filter(|(_, caller)| caller.machine.is_some())
        {
            self.awake.push(row);
            caller.incarnation += 1;
            caller.watcher.crashed(caller.kept.is_some());
            let seed = chance(&[self.scenario.seed, 9, row as u64, u64::from(caller.incarnation)]).u64(..);
            let resume = |kept| Call::resume(Arc::clone(&self.service), kept, self.limits, seed);
            caller.machine = caller.kept.clone().map(resume);
        }
    }
}
