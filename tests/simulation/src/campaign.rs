//! A campaign in its world: the loop of a shell, with all that can go wrong around it.

use std::sync::Arc;
use std::time::Duration;

use polyai_outbound_core::campaign::{
    Campaign, Command, Event, Finish, FlightId, Input, Output, Planner, Standing, Turn, Turned,
};
use polyai_outbound_core::{
    BaseUrl, Credential, Limits, PhoneNumber, Reply, Request, Service, Timestamp, TransportError, WaitReason,
};

use crate::chance::chance;
use crate::clock::Clock;
use crate::fault::Told;
use crate::judge::{Judge, Now, Promise, Verdict, Violation, holds};
use crate::network::{Journey, Network};
use crate::people::other_form;
use crate::queue::Queue;
use crate::scenario::{Happening, Scenario, What, When};
use crate::seen::Seen;
use crate::store::Store;
use crate::trace::Trace;

/// Something on its way; with the incarnation of the process that it is for.
enum Arrival {
    Request {
        of: u32,
        id: FlightId,
        request: Request,
        journey: Journey,
    },
    Answer {
        of: u32,
        id: FlightId,
        told: Told,
    },
    Visit {
        of: u32,
        turn: Turn,
    },
    Visited {
        of: u32,
        turn: Turn,
        turned: Option<Turned>,
    },
    Happens(What),
    /// A person resumes what was stopped, whatever the weather.
    Resume,
    /// A person sees to it that all is well.
    Help,
}

impl Arrival {
    /// Whether it waits for a process that stands still.
    const fn waits(&self) -> bool {
        match self {
            Self::Answer { .. } | Self::Visit { .. } | Self::Visited { .. } => true,
            Self::Happens(what) => matches!(what, What::Drain { .. } | What::Stop { .. }),
            Self::Request { .. } | Self::Resume | Self::Help => false,
        }
    }
}

/// The process, or what is left of it.
enum Process {
    Runs(Box<Campaign>),
    /// Begun again then.
    Down(Timestamp),
}

/// A world.
pub struct World {
    scenario: Scenario,
    clock: Clock,
    network: Network,
    store: Store,
    /// Where the rows stand at first.
    standings: Vec<Standing>,
    judge: Judge,
    process: Process,
    service: Arc<Service>,
    arriving: Queue<Arrival>,
    /// What happens when so many triggers have left.
    waiting: Vec<(u32, What)>,
    incarnation: u32,
    triggers: u32,
    requests: u64,
    /// Effects that are left to a process that is about to end, and for how long it is down then.
    crash: Option<(u32, u64)>,
    /// What ends this process by and by is gone on with after so long.
    again: Option<u64>,
    wakes: Option<Timestamp>,
    /// Until when the process stands still, and for how long what came meanwhile then waits, in milliseconds.
    frozen: Option<(Timestamp, u64)>,
    /// Wakings in the past, and at all, without an effect.
    in_vain: (u32, u32),
    ticked: bool,
    seen: Seen,
    trace: Trace,
}

/// After how long a person resumes what was paused, in milliseconds.
const HELP: u64 = 2 * 3_600_000;
/// How long it may take: some windows of several zones meet only when clocks are set, once a year.
const LONGEST: Duration = Duration::from_secs(420 * 24 * 3600);

/// Lives the world of a scenario to its end.
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

impl World {
    fn new(scenario: &Scenario, kept: usize) -> Self {
        let base_url = BaseUrl::parse("http://localhost").expect("a URL");
        let token = Credential::new("sandbox").expect("a token");
        let service = Service::at(base_url, scenario.api.clone(), Some(token));
        let service = Arc::new(service.with_agents_502_not_placed(scenario.opted));
        let options = scenario.options();
        let clock = Clock::new(scenario.start, scenario.ahead, scenario.drift);
        let mut store = Store::default();
        let mut planner = Planner::new(&options);
        let mut places = Vec::new();
        let mut standings = Vec::new();
        for (place, recipient) in scenario.recipients() {
            let standing = planner.first(clock.told(), &recipient);
            standings.push(standing.clone());
            store.memory.add_at(clock.told(), recipient, standing);
            places.push(place);
        }
        let judge = Judge::new(scenario, places);
        let mut arriving = Queue::default();
        let mut waiting = Vec::new();
        for Happening { when, what } in &scenario.happenings {
            match when {
                When::At(after) => {
                    arriving.put(scenario.start + Duration::from_millis(*after), Arrival::Happens(*what))
                }
                When::Trigger(count) => waiting.push((*count, *what)),
            }
        }
        Self {
            clock,
            network: Network::new(scenario),
            process: Process::Down(scenario.start),
            scenario: scenario.clone(),
            standings,
            store,
            judge,
            service,
            arriving,
            waiting,
            incarnation: 0,
            triggers: 0,
            requests: 0,
            crash: None,
            again: None,
            wakes: None,
            frozen: None,
            in_vain: (0, 0),
            ticked: false,
            seen: Seen::default(),
            trace: Trace::new(kept),
        }
    }

    fn run(&mut self) -> Verdict {
        self.judge.listed(std::mem::take(&mut self.standings), self.clock.told())?;
        for _ in 0..400_000 {
            if self.drain()? {
                for (_, standing, _) in self.store.memory.iter() {
                    *self.seen.states.entry(standing.state.as_str()).or_default() += 1;
                }
                return self.judge.over(&self.store.memory);
            }
            self.step()?;
            holds(Promise::Progress, self.clock.real.since(self.scenario.start) < LONGEST, || {
                "more than a year later it is not over".to_owned()
            })?;
        }
        holds(Promise::Progress, false, || "it comes to no end".to_owned())
    }

    /// Does what the campaign says, as long as it says something; whether all is done.
    fn drain(&mut self) -> Result<bool, Violation> {
        if self.frozen.is_some() {
            return Ok(false);
        }
        loop {
            if self.crash.is_some_and(|(effects, _)| effects == 0)
                && let Some((_, down)) = self.crash.take()
            {
                self.end("crashes", down)?;
            }
            let Process::Runs(campaign) = &mut self.process else { return Ok(false) };
            let now = self.clock.told();
            let Some(output) = campaign.poll_output(now) else {
                self.fall_asleep()?;
                return Ok(false);
            };
            self.in_vain = (0, 0);
            if let Some((effects, _)) = &mut self.crash {
                *effects -= 1;
            }
            match output {
                Output::Send { id, request } => self.send(id, request)?,
                Output::Abort(id) => {
                    self.trace.add(&self.clock, || format!("gives up {id:?}"));
                    self.judge.gave_up(id, Now { told: now, real: self.clock.real })?;
                }
                Output::Store(turn) => self.visit(turn)?,
                Output::Event(Event::Finished(finish)) => {
                    if self.finished(finish)? {
                        return Ok(true);
                    }
                }
                Output::Event(event) => self.trace.add(&self.clock, || match event {
                    Event::Saved(change) => {
                        format!("saved row {} {}: {}", change.row, change.state, change.reason)
                    }
                    other => format!("{other:?}"),
                }),
            }
        }
    }

    /// The process has finished; whether all is done with that.
    fn finished(&mut self, finish: Finish) -> Result<bool, Violation> {
        self.trace.add(&self.clock, || format!("finished: {finish:?}"));
        if let Process::Runs(campaign) = &self.process {
            let quiet = campaign.in_flight() == 0 && campaign.poll_timeout().is_none();
            holds(Promise::Border, quiet, || "it finishes in the middle of something".to_owned())?;
        }
        match finish {
            Finish::Done => Ok(true),
            Finish::Stopped => {
                // Whatever refused everybody is set right meanwhile.
                let down = self.again.take().unwrap_or(600_000);
                self.end("is begun again", down)?;
                Ok(false)
            }
        }
    }

    fn end(&mut self, how: &str, down: u64) -> Verdict {
        self.trace.add(&self.clock, || format!("--- the process {how}, and is down for {down} ms"));
        // What the store was asked it may do all the same.
        let mut luck = chance(&[self.scenario.seed, 5, u64::from(self.incarnation)]);
        for visit in self.arriving.take_out(|it| matches!(it, Arrival::Visit { .. })) {
            if let Arrival::Visit { turn, .. } = visit
                && luck.bool()
            {
                // Nobody hears of it.
                self.judge.store_fails();
                self.perform(&turn)?;
            }
        }
        self.judge.ended();
        self.incarnation += 1;
        self.crash = None;
        self.again = None;
        self.wakes = None;
        self.frozen = None;
        self.seen.ends += 1;
        self.process = Process::Down(self.clock.real + Duration::from_millis(down));
        Ok(())
    }

    fn begin(&mut self) {
        self.trace.add(&self.clock, || "--- a process begins".to_owned());
        let seed = chance(&[self.scenario.seed, 6, u64::from(self.incarnation)]).u64(..);
        let campaign =
            Campaign::new(Arc::clone(&self.service), self.scenario.options(), Limits::default(), seed);
        self.process = Process::Runs(Box::new(campaign.expect("good options")));
        self.in_vain = (0, 0);
    }

    /// A shell sleeps for as long as it is said to, whatever becomes of its clock meanwhile.
    fn fall_asleep(&mut self) -> Verdict {
        let Process::Runs(campaign) = &self.process else { return Ok(()) };
        let now = self.clock.told();
        let deadline = campaign.poll_timeout();
        if std::mem::take(&mut self.ticked) {
            self.in_vain.0 += u32::from(deadline.is_some_and(|deadline| deadline.at <= now));
            self.in_vain.1 += 1;
        }
        holds(Promise::NoSpin, self.in_vain.0 < 2 && self.in_vain.1 < 100, || {
            format!("it is woken {:?} times without an effect at {now:?}: {deadline:?}", self.in_vain)
        })?;
        // A night would be 50,000 looks into the store: the machine may sleep as well, until somebody is due.
        let idle = campaign.in_flight() == 0 && deadline.is_some_and(|it| it.reason == WaitReason::Store);
        let late = if idle {
            self.judge.next_due().map_or(Duration::ZERO, |due| due.since(now))
        } else {
            Duration::ZERO
        };
        let late = late.min(Duration::from_secs(6 * 3_600));
        let late = if idle && late.is_zero() { Duration::from_secs(20) } else { late };
        self.wakes = deadline.map(|deadline| self.clock.wakes(deadline.at, late));
        Ok(())
    }

    /// Lets time pass until the next thing.
    fn step(&mut self) -> Verdict {
        let due = match &self.process {
            Process::Runs(_) => {
                self.frozen.map_or(self.wakes, |(until, _)| self.wakes.map(|at| at.max(until)))
            }
            Process::Down(until) => Some(*until),
        };
        let arrives = self.arriving.next_at();
        match (due, arrives) {
            (None, None) => holds(Promise::Progress, false, || "it waits for nothing".to_owned()),
            (Some(due), arrives) if arrives.is_none_or(|at| due < at) => {
                self.clock.real = self.clock.real.max(due);
                self.thaw();
                match &mut self.process {
                    Process::Down(_) => self.begin(),
                    Process::Runs(campaign) => {
                        self.ticked = true;
                        campaign.handle_input(self.clock.told(), Input::Tick);
                    }
                }
                Ok(())
            }
            (_, Some(_)) | (Some(_), None) => {
                let Some((at, arrival)) = self.arriving.take() else { return Ok(()) };
                self.clock.real = self.clock.real.max(at);
                self.thaw();
                match self.frozen.filter(|_| arrival.waits()) {
                    None => self.arrives(arrival),
                    Some((until, later)) => {
                        if let Arrival::Answer { of, id, .. } = &arrival
                            && *of == self.incarnation
                        {
                            self.judge.lies_there(*id, until);
                        }
                        self.arriving.put(until + Duration::from_millis(later), arrival);
                        Ok(())
                    }
                }
            }
        }
    }

    /// A process that stood still goes on, once that is over.
    fn thaw(&mut self) {
        if self.frozen.is_some_and(|(until, _)| self.clock.real >= until) {
            self.frozen = None;
            self.judge.thawed(self.clock.real);
            self.trace.add(&self.clock, || "*** the process goes on".to_owned());
        }
    }

    fn arrives(&mut self, arrival: Arrival) -> Verdict {
        let (real, now) = (self.clock.real, self.clock.told());
        match arrival {
            Arrival::Request { of, id, request, journey } => {
                let (told, after, placed) = self.network.arrive(real, &request, journey);
                if let Some(call) = placed {
                    self.trace.add(&self.clock, || format!("it rings: {id:?} {}", call.call_sid));
                    self.seen.calls += 1;
                    let row = self.judge.place_of(id.recipient);
                    self.judge.rang(row, id.attempt, call.call_sid.as_str())?;
                }
                if !matches!(told, Told::Nothing) {
                    self.arriving.put(real + Duration::from_millis(after), Arrival::Answer { of, id, told });
                }
            }
            Arrival::Answer { of, id, told } => {
                let Process::Runs(campaign) = &mut self.process else { return Ok(()) };
                if of == self.incarnation {
                    self.trace.add(&self.clock, || format!("told {id:?}: {}", told.shown()));
                    self.judge.told(id, &told, Now { told: now, real });
                    let input = match told {
                        Told::Answer(response) => Input::Reply(id, Reply::from(&response)),
                        Told::NeverSent => Input::Failed(id, TransportError::NeverSent("refused".to_owned())),
                        Told::Lost | Told::Nothing => {
                            Input::Failed(id, TransportError::Lost("cut".to_owned()))
                        }
                    };
                    campaign.handle_input(now, input);
                }
            }
            Arrival::Visit { of, turn } => {
                let turned = self.perform(&turn)?;
                let back = self.store_delay();
                self.arriving.put(real + back, Arrival::Visited { of, turn, turned });
            }
            Arrival::Visited { of, turn, turned } => {
                let Process::Runs(campaign) = &mut self.process else { return Ok(()) };
                if of == self.incarnation {
                    let why = "the disk is full";
                    self.judge.answered(&turn, turned.as_ref().ok_or(why));
                    campaign.handle_input(
                        now,
                        match turned {
                            Some(turned) => Input::Stored(turn, turned),
                            None => Input::NotStored(turn, why.to_owned()),
                        },
                    );
                }
            }
            Arrival::Happens(what) => self.happens(what),
            Arrival::Resume => {
                if self.store.command == Command::Pause {
                    self.trace.add(&self.clock, || "*** a person resumes".to_owned());
                    self.store.command(Command::Run);
                }
            }
            Arrival::Help => {
                self.trace.add(&self.clock, || "*** a person helps".to_owned());
                self.store.clear_up();
                self.network.clear_up();
                self.judge.helped();
            }
        }
        Ok(())
    }

    fn send(&mut self, id: FlightId, request: Request) -> Verdict {
        let (real, now) = (self.clock.real, self.clock.told());
        self.trace.add(&self.clock, || format!("sends {id:?}: {} {}", request.method.as_str(), request.url));
        let trigger = request.method == polyai_outbound_core::Method::Post;
        self.judge.leaves(id, &request, real, now)?;
        self.requests += 1;
        self.seen.requests += 1;
        let names = [id.recipient.0.unsigned_abs(), u64::from(id.attempt), self.requests];
        let journey = self.network.leave(real, &request, &names);
        self.seen.fared(trigger, journey.fault);
        let there = Duration::from_millis(journey.there);
        self.arriving.put(real + there, Arrival::Request { of: self.incarnation, id, request, journey });
        if trigger {
            self.triggers += 1;
            let count = self.triggers;
            for (_, what) in self.waiting.extract_if(.., |(at, _)| *at == count) {
                match what {
                    // Between two effects; all else happens when it has done what it has to do now.
                    What::Crash { effects, down } => self.crash = self.crash.or(Some((effects, down))),
                    other => self.arriving.put(real, Arrival::Happens(other)),
                }
            }
        }
        Ok(())
    }

    fn visit(&mut self, turn: Turn) -> Verdict {
        self.judge.visits(self.clock.real, &turn)?;
        self.trace.add(&self.clock, || {
            let changes =
                turn.changes.iter().map(|it| format!("{}: {}", it.row, it.state)).collect::<Vec<_>>();
            format!("visits the store: {changes:?} {:?}", turn.fetch)
        });
        let there = self.store_delay();
        self.arriving.put(self.clock.real + there, Arrival::Visit { of: self.incarnation, turn });
        Ok(())
    }

    /// The store does what it is asked; what it says of it, if it does not fail.
    fn perform(&mut self, turn: &Turn) -> Result<Option<Turned>, Violation> {
        let paused = self.store.command == Command::Pause;
        let (turned, told) = self.store.perform(self.clock.real, turn);
        if self.store.command == Command::Pause && !paused {
            // Whoever is told that comes by and by.
            let after = chance(&[self.scenario.seed, 10, self.clock.real.as_millis()]).u64(..HELP);
            self.arriving.put(self.clock.real + Duration::from_millis(after), Arrival::Resume);
        }
        self.trace.add(&self.clock, || match &turned {
            Some(turned) => format!("the store performs it: refused {:?}", turned.refused),
            None => "the store fails".to_owned(),
        });
        if let Some(turned) = &turned {
            self.judge.performed(self.clock.real, turn, turned)?;
        }
        self.seen.turns += 1;
        if !told {
            self.judge.store_fails();
        }
        Ok(turned.filter(|_| told))
    }

    fn store_delay(&self) -> Duration {
        // A store that is looked into while nobody is due for long is quick, so that nights are short.
        let most = if self.is_night() { 0 } else { self.scenario.store_takes };
        let names = [self.scenario.seed, 7, self.clock.real.as_millis()];
        Duration::from_millis(if most == 0 { 0 } else { chance(&names).u64(..=most) })
    }

    fn is_night(&self) -> bool {
        let idle = matches!(&self.process, Process::Runs(campaign) if campaign.in_flight() == 0);
        let due = self.judge.next_due();
        idle && due.is_some_and(|due| due.since(self.clock.told()) > Duration::from_secs(3_600))
    }

    fn happens(&mut self, what: What) {
        self.trace.add(&self.clock, || format!("*** {what:?}"));
        self.seen.happened += 1;
        let real = self.clock.real;
        let until = |lasts| real + Duration::from_millis(lasts);
        let number = |row: usize| self.scenario.rows[row].number.clone();
        match what {
            What::Crash { effects, down } => {
                if matches!(self.process, Process::Runs(_)) {
                    self.crash = self.crash.or(Some((effects, down)));
                }
            }
            What::Command(command) => {
                self.store.command(command);
                self.judge.commanded(self.store.command);
                self.arriving.put(until(HELP), Arrival::Help);
            }
            What::Suppress(row) => {
                // Whoever writes the list knows nothing of how the row is written.
                let written = number(row);
                if let Ok(number) = PhoneNumber::parse(&other_form(&written).unwrap_or(written)) {
                    self.judge.suppress(number.as_str());
                    self.store.memory.suppress(&number);
                }
            }
            What::Jump(millis) => {
                self.clock.set_by(millis);
                self.judge.jumped(Now { told: self.clock.told(), real }, self.clock.is_right());
            }
            What::SetRight => {
                self.clock.set_right();
                self.judge.jumped(Now { told: self.clock.told(), real }, true);
            }
            What::StoreFails { lasts, having_done } => self.store.fails = Some((until(lasts), having_done)),
            What::Blocked { lasts } => self.store.blocked = Some(until(lasts)),
            What::Elsewhere { row, lasts } => {
                if let Ok(number) = PhoneNumber::parse(&number(row)) {
                    let now = Now { told: self.clock.told(), real };
                    self.judge.calls_elsewhere(number.as_str(), until(lasts), now);
                    self.store.memory.called_elsewhere(&number, now.told);
                    self.store.elsewhere.push((number, until(lasts)));
                }
            }
            What::Freeze { lasts, time_first } => {
                if matches!(self.process, Process::Runs(_)) && self.frozen.is_none() {
                    self.frozen = Some((until(lasts), u64::from(time_first)));
                }
            }
            What::Weather { fault, whom, percent, lasts } => {
                self.network.brew(fault, whom, percent, until(lasts));
            }
            What::Drain { down } => self.interrupt(Input::Drain, down),
            What::Stop { down } => self.interrupt(Input::Stop, down),
        }
    }

    fn interrupt(&mut self, input: Input, down: u64) {
        if let Process::Runs(campaign) = &mut self.process {
            self.judge.drained(matches!(input, Input::Stop));
            self.again = Some(down);
            campaign.handle_input(self.clock.told(), input);
        }
    }
}
