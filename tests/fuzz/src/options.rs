//! Options of a campaign, as they are kept with it. The input is JSON; or bytes of which such JSON is made.

use std::sync::Arc;

use arbitrary::{Arbitrary, Unstructured};
use polyai_outbound_core::campaign::{
    Campaign, Event, Input, MemoryStore, NewRecipient, Options, Output, Planner, State, Zone, Zones,
};
use polyai_outbound_core::sandbox::{Config, Reaction, Sandbox};
use polyai_outbound_core::{
    AgentId, Api, BaseUrl, Credential, Environment, Limits, Method, PhoneNumber, Reply, Service, Timestamp,
    TransportError,
};
use serde_json::{Value, json};

use crate::clock::{Hours, LATEST};
use crate::play::START;
use crate::secrets::is_one_line;

#[derive(Arbitrary, Debug)]
struct Made {
    windows: Vec<(u8, u16, u16)>,
    holidays: Vec<u16>,
    always: Option<u8>,
    margin: u32,
    until: Option<u32>,
    rate: u16,
    most: [u8; 5],
    redial: Vec<(u8, u8, u16)>,
    encryption: u8,
    variant: bool,
}

const ENDINGS: [&str; 6] = ["no-answer", "busy", "congestion", "declined", "failure", "reason:called party"];
const ENCRYPTIONS: [Option<&str>; 4] = [None, Some("TLS/SRTP"), Some("udp_rtp"), Some("none")];

impl Made {
    fn json(&self) -> Value {
        let days = ["mon", "tue-thu", "fri", "sat,sun", "mon-sun", "sun-mon", "wed"];
        let windows: Vec<String> = self
            .windows
            .iter()
            .map(|(day, from, to)| {
                let (from, to) = (from % 1441, to % 1441);
                let day = days[usize::from(*day) % days.len()];
                format!("{day} {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
            })
            .collect();
        let holidays: Vec<String> =
            self.holidays.iter().map(|it| format!("2026-{:02}-{:02}", it % 13, it / 13 % 32)).collect();
        let windows = match self.always {
            Some(_) => json!({"always": {"reason": "a test"}}),
            None => json!({"windows": windows, "holidays": holidays}),
        };
        let [attempts, per_number, refusals, in_flight, dialing] = self.most;
        let redial: Vec<String> = self
            .redial
            .iter()
            .map(|(ending, times, minutes)| {
                format!("{}={times}x{minutes}m", ENDINGS[usize::from(*ending) % ENDINGS.len()])
            })
            .collect();
        json!({
            "windows": windows,
            "window_margin": self.margin % 20_000,
            "until": self.until.map(|it| START.as_millis() + u64::from(it) * 1_000),
            "pace": {"rate": f64::from(self.rate) / 64.0, "max_in_flight": in_flight, "max_dialing": dialing},
            "redial": redial,
            "max_attempts": attempts,
            "max_per_number": per_number,
            "max_refusals": refusals,
            "encryption": ENCRYPTIONS[usize::from(self.encryption) % ENCRYPTIONS.len()],
            "variant_id": self.variant.then_some("v-1"),
        })
    }
}

/// See the module.
pub fn options(data: &[u8]) {
    let json = if data.first() == Some(&b'{') {
        data.to_vec()
    } else {
        let Ok(made) = Made::arbitrary_take_rest(Unstructured::new(data)) else { return };
        serde_json::to_vec(&made.json()).unwrap()
    };
    let Ok(options) = serde_json::from_slice::<Options>(&json) else { return };
    let written = serde_json::to_string(&options).unwrap();
    let mut again: Options = serde_json::from_str(&written).unwrap();
    // serde_json reads a float to its last bit but one.
    assert!((again.pace.rate - options.pace.rate).abs() <= options.pace.rate.abs() * 1e-15);
    again.pace.rate = options.pace.rate;
    assert_eq!(again, options);

    let checked = options.check();
    let service = Service::at(
        BaseUrl::parse("http://localhost").unwrap(),
        Api::Agents { agent_id: AgentId::new("agent-1").unwrap(), environment: Environment::Live },
        Credential::new("sandbox").ok(),
    );
    let campaign = Campaign::new(Arc::new(service), options.clone(), Limits::default(), 7);
    match (checked, campaign) {
        (Ok(()), Ok(campaign)) => run(&options, campaign),
        (Err(checked), Err(refused)) => {
            assert_eq!(checked, refused);
            is_one_line(&checked.to_string(), 300);
        }
        (checked, campaign) => panic!("{checked:?}, but {:?}", campaign.err()),
    }
}

/// Two people, one of them hard to reach: each is called in the windows, in time, and not too often.
fn run(options: &Options, mut campaign: Campaign) {
    let hours = Hours::of(&options.windows);
    let mut now = START;
    let mut sandbox = Sandbox::new(Config::default());
    let mut store = MemoryStore::new();
    let mut planner = Planner::new(options);
    let zones: Vec<Zone> = Zones::of(&PhoneNumber::parse("+12125550101").unwrap()).iter().collect();
    for (row, number) in (1..).zip(["+12125550101", "+12125550100"]) {
        let recipient = NewRecipient::new(row, PhoneNumber::parse(number).unwrap());
        let standing = planner.first(now, &recipient);
        is_one_line(&standing.reason, 300);
        if let Some(due) = standing.due_at {
            assert!(
                standing.state == State::Scheduled
                    && now <= due
                    && options.until.is_none_or(|until| due < until)
            );
        }
        store.add(recipient, standing);
    }
    for _ in 0..400 {
        let mut arrived = Vec::new();
        while let Some(output) = campaign.poll_output(now) {
            match output {
                Output::Send { id, request } => {
                    if request.method == Method::Post {
                        is_in_time(options, hours.as_ref(), &zones, now);
                    }
                    match sandbox.handle(now, &request) {
                        Reaction::Answer { response, .. } => {
                            arrived.push(Input::Reply(id, Reply::from(&response)))
                        }
                        Reaction::Cut { .. } => {
                            arrived.push(Input::Failed(id, TransportError::Lost("cut".to_owned())));
                        }
                        Reaction::Hang => {}
                    }
                }
                Output::Store(turn) => {
                    let turned = store.turn(&turn);
                    arrived.push(Input::Stored(turn, turned));
                }
                Output::Event(Event::Finished(_)) => {
                    let limit = usize::try_from(options.max_attempts).unwrap().saturating_mul(2);
                    assert!(sandbox.calls().count() <= limit);
                    return;
                }
                Output::Event(_) | Output::Abort(_) => {}
            }
        }
        if arrived.is_empty() {
            let due = campaign.poll_timeout().expect("what has not ended waits for something").at;
            if due.as_millis() > LATEST {
                return;
            }
            now = now.max(due);
            arrived.push(Input::Tick);
        }
        for input in arrived {
            campaign.handle_input(now, input);
        }
    }
}

fn is_in_time(options: &Options, hours: Option<&Hours>, zones: &[Zone], now: Timestamp) {
    assert!(options.until.is_none_or(|until| now < until), "called when it is over");
    if let Some(hours) = hours {
        assert!(hours.are_inside(zones, now), "called outside of the windows");
        assert!(hours.are_inside(zones, now + options.window_margin), "called within the margin");
    }
}
