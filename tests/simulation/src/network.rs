//! The network, and the service behind it: every request has a journey, and some do not arrive.

use polyai_outbound_core::sandbox::{Config, PlacedCall, Reaction, Sandbox};
use polyai_outbound_core::{Api, Method, Request, Timestamp};

use crate::chance::chance;
use crate::fault::{Fault, Speaks, Told, Whom};
use crate::scenario::Scenario;

/// How a request fares.
#[derive(Clone, Copy, Debug)]
pub struct Journey {
    /// What befalls it.
    pub fault: Option<Fault>,
    /// How long it takes there and back, in milliseconds.
    pub there: u64,
    /// The same of its answer.
    pub back: u64,
    /// How an answer is put that is not the service's truth.
    speaks: Speaks,
}

/// The network and the service behind it.
pub struct Network {
    /// The service.
    pub sandbox: Sandbox,
    weather: Vec<(Fault, Whom, u8, Timestamp)>,
    agents: bool,
    opted: bool,
    latency: u64,
    seed: u64,
}

impl Network {
    /// The network of a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let config = Config::default().with_seed(scenario.seed).with_speed(scenario.speed).expect("a speed");
        let config = match scenario.service_rate {
            Some(rate) => config.with_rate(rate).expect("a rate"),
            None => config,
        };
        Self {
            sandbox: Sandbox::new(config),
            weather: Vec::new(),
            agents: matches!(scenario.api, Api::Agents { .. }),
            opted: scenario.opted,
            latency: scenario.latency,
            seed: scenario.seed,
        }
    }

    /// From now on requests fare like this, until then.
    pub fn brew(&mut self, fault: Fault, whom: Whom, percent: u8, until: Timestamp) {
        self.weather.push((fault, whom, percent, until));
    }

    /// All is well from now on.
    pub fn clear_up(&mut self) {
        self.weather.clear();
    }

    /// How a request will fare that leaves now; `names` name it.
    pub fn leave(&mut self, now: Timestamp, request: &Request, names: &[u64]) -> Journey {
        self.weather.retain(|(.., until)| *until > now);
        let names: Vec<u64> = [self.seed, 4].into_iter().chain(names.iter().copied()).collect();
        let mut rng = chance(&names);
        let (there, back) = (rng.u64(1..=self.latency), rng.u64(1..=self.latency));
        let strikes = |(fault, whom, percent, _): &&(Fault, Whom, u8, Timestamp)| {
            rng.u8(..100) < *percent && whom.includes(request) && fault.befalls(request)
        };
        let fault = self.weather.iter().find(strikes).map(|(fault, ..)| *fault);
        let (there, back) = match fault {
            Some(Fault::Slow) => (there + rng.u64(..40_000), back + rng.u64(..40_000)),
            Some(_) | None => (there, back),
        };
        let speaks = Speaks { agents: self.agents, opted: self.opted, luck: rng.u64(..) };
        Journey { fault, there, back, speaks }
    }

    /// The request is where it goes to: what its sender will see, after how many milliseconds, and the call that it
    /// placed.
    pub fn arrive(
        &mut self,
        now: Timestamp,
        request: &Request,
        journey: Journey,
    ) -> (Told, u64, Option<PlacedCall>) {
        let (mut truth, mut after) = (Told::Nothing, 0);
        let mut placed = None;
        if journey.fault.is_none_or(|fault| fault.delivers(journey.speaks)) {
            let before = self.sandbox.calls().size_hint().0;
            let (told, waits) = match self.sandbox.handle(now, request) {
                Reaction::Answer { response, after } => (Told::Answer(response), after),
                Reaction::Cut { after } => (Told::Lost, after),
                Reaction::Hang => (Told::Nothing, std::time::Duration::ZERO),
            };
            (truth, after) = (told, u64::try_from(waits.as_millis()).unwrap_or(u64::MAX));
            if request.method == Method::Post {
                placed = self.sandbox.calls().nth(before);
            }
        }
        let told = match journey.fault {
            Some(fault) => fault.told(journey.speaks, truth),
            None => truth,
        };
        (told, journey.back + after, placed)
    }
}
