//! The machine against the model of a recipient's life: whatever is learned, in whatever order, both say the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "helpers of tests"
)]

use std::sync::Arc;
use std::time::Duration;

use polyai_outbound_core::campaign::{
    CallingWindows, Campaign, Command, Event, Finish, FlightId, Input, MemoryStore, NewRecipient, Options,
    Output, Planner, RedialRule, State,
};
use polyai_outbound_core::{
    Api, BaseUrl, CORRELATION_ID, Headers, Limits, Method, PhoneNumber, Reply, Response, Service, Timestamp,
    TransportError,
};
use polyai_outbound_simulation::model::{Learned, Life};
use proptest::prelude::*;

const START: Timestamp = Timestamp::from_millis(1_795_622_400_000);
const UNTIL: Duration = Duration::from_secs(5 * 24 * 3600);

/// The number of refused readings alone decides when a call is lost.
fn limits() -> Limits {
    Limits { lost_after: Duration::ZERO, ..Limits::default() }
}

/// A campaign of one recipient, whose store answers at once.
struct One {
    now: Timestamp,
    options: Options,
    service: Arc<Service>,
    campaign: Campaign,
    store: MemoryStore,
    asked: Option<(FlightId, Method)>,
    placed_at: Timestamp,
    calls: u32,
    finish: Option<Finish>,
    seed: u64,
}

impl One {
    fn new(redials: u32) -> Self {
        let redial: Option<RedialRule> =
            (redials > 0).then(|| format!("failure={redials}x5m").parse().unwrap());
        let options = Options {
            windows: CallingWindows::always("a test").unwrap(),
            until: Some(START + UNTIL),
            redial: redial.into_iter().collect(),
            max_per_number: 1_000,
            max_triggers_per_number: 1_000,
            max_attempts: 1_000,
            ..Options::default()
        };
        let service = Arc::new(Service::at(BaseUrl::parse("http://localhost").unwrap(), Api::Outbound, None));
        let mut store = MemoryStore::new();
        let recipient = NewRecipient::new(1, PhoneNumber::parse("+14155550100").unwrap());
        let standing = Planner::new(&options).first(START, &recipient);
        store.add(recipient, standing);
        let campaign = Campaign::new(Arc::clone(&service), options.clone(), limits(), 1).unwrap();
        Self {
            now: START,
            options,
            service,
            campaign,
            store,
            asked: None,
            placed_at: START,
            calls: 0,
            finish: None,
            seed: 1,
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.campaign.poll_output(self.now) {
            match output {
                Output::Send { id, request } => self.asked = Some((id, request.method)),
                Output::Abort(_) => self.asked = None,
                Output::Store(turn) => {
                    let turned = self.store.turn(&turn);
                    self.campaign.handle_input(self.now, Input::Stored(turn, turned));
                }
                Output::Event(Event::Finished(finish)) => self.finish = Some(finish),
                Output::Event(_) => {}
            }
        }
    }

    fn wait(&mut self) {
        // Looks into the store, of which nothing comes, are passed over.
        let at = self.campaign.poll_timeout().map_or(self.now, |deadline| deadline.at);
        self.now = self.now.max(at);
        self.campaign.handle_input(self.now, Input::Tick);
        self.drain();
    }

    fn answer(&mut self, status: u16, body: &str) {
        let (id, _) = self.asked.take().unwrap();
        let mut headers = Headers::default();
        headers.push(CORRELATION_ID, "id-1");
        let response = Response { status, headers, body: body.into() };
        self.campaign.handle_input(self.now, Input::Reply(id, Reply::from(&response)));
        self.drain();
    }

    fn fail(&mut self, error: TransportError) {
        let (id, _) = self.asked.take().unwrap();
        self.campaign.handle_input(self.now, Input::Failed(id, error));
        self.drain();
    }

    /// Lets the machine learn it.
    fn learn(&mut self, learned: Learned) {
        use Learned::*;
        match learned {
            Dialed => unreachable!("the machine does that"),
            Accepted => {
                self.placed_at = self.now;
                self.calls += 1;
                self.answer(200, &format!(r#"{{"call_sid":"OUT-{}"}}"#, self.calls));
            }
            TurnedAway => self.answer(429, "{}"),
            Refused => self.answer(400, r#"{"error":"no","code":"BAD"}"#),
            NoAnswer => self.fail(TransportError::Lost("cut".to_owned())),
            UnderWay => self.answer(200, r#"{"status":"calling","reason":""}"#),
            Success => self.answer(200, r#"{"status":"success","reason":""}"#),
            Failure => self.answer(200, r#"{"status":"failure","reason":"no answer"}"#),
            Missing => {
                // Of a call that was placed just now nothing is said yet.
                let (id, _) = self.asked.take().unwrap();
                self.now = self.now.max(self.placed_at + Duration::from_secs(30));
                self.asked = Some((id, Method::Get));
                self.answer(404, r#"{"error":"no such call","code":"NOT_FOUND"}"#);
            }
            Unread => self.answer(503, "{}"),
            Crashed => {
                self.seed += 1;
                let (service, options) = (Arc::clone(&self.service), self.options.clone());
                self.campaign = Campaign::new(service, options, limits(), self.seed).unwrap();
                self.asked = None;
                self.drain();
            }
            Cancelled => self.store.command(Command::Cancel),
            Suppressed => self.store.suppress(&PhoneNumber::parse("+14155550100").unwrap()),
            Over => self.now = self.now.max(START + UNTIL),
        }
    }

    fn state(&self) -> State {
        self.store.iter().next().unwrap().1.state
    }
}

const LEARNED: [Learned; 13] = [
    Learned::Accepted,
    Learned::TurnedAway,
    Learned::Refused,
    Learned::NoAnswer,
    Learned::UnderWay,
    Learned::Success,
    Learned::Failure,
    Learned::Missing,
    Learned::Unread,
    Learned::Crashed,
    Learned::Cancelled,
    Learned::Suppressed,
    Learned::Over,
];

/// What happens at any time happens seldom.
fn learned() -> impl Strategy<Value = Learned> {
    (0..100_usize).prop_map(|at| if at < 94 { LEARNED[at % 9] } else { LEARNED[9 + at % 4] })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_learned_the_machine_says_what_the_model_says(
        redials in 0..4_u32,
        learned in prop::collection::vec(learned(), 0..60),
    ) {
        let mut one = One::new(redials);
        let mut life = Life::new(redials);
        let mut history = Vec::new();
        one.drain();
        let mut learned = learned.into_iter().peekable();
        let mut waited = 0;
        while one.finish.is_none() {
            if life.state == State::Scheduled && one.asked.is_some() {
                prop_assert!(life.can(Learned::Dialed), "{history:?}: it is called");
                life = life.after(Learned::Dialed);
            }
            let at_any_time = |next: Learned| next as u8 > Learned::Unread as u8;
            match learned.peek().copied() {
                Some(next) if one.asked.is_some() && !life.can(next) => {
                    learned.next();
                }
                Some(next) if life.can(next) && (one.asked.is_some() || at_any_time(next)) => {
                    learned.next();
                    history.push(next);
                    life = life.after(next);
                    one.learn(next);
                    waited = 0;
                }
                // Nothing more is learned.
                Some(_) | None if one.asked.is_some() => {
                    let end = if life.state == State::Dialing { Learned::NoAnswer } else { Learned::Success };
                    history.push(end);
                    life = life.after(end);
                    one.learn(end);
                }
                Some(_) | None => {
                    one.wait();
                    waited += 1;
                    prop_assert!(waited < 1_000_000, "{history:?}: it waits for ever");
                }
            }
            let (state, rests) = (one.state(), life.rests());
            // What is not called any more is taken off the list by and by.
            let so = state == life.state || state == rests || (life.state == State::Scheduled && one.asked.is_some());
            prop_assert!(so, "{history:?}: the machine says {state}, the model {life:?}");
        }
        prop_assert_eq!(one.state(), life.rests(), "{:?}", history);
    }
}
