//! A store and a service played by hand, answer by answer: calls whose first answer says too little or too much.

use crate::campaign::*;
use crate::{
    AgentId, Answer, Api, BaseUrl, Credential, Environment, Limits, PhoneNumber, Reply, Service, Timestamp,
};
use std::sync::Arc;
use std::time::Duration;

fn reply(status: u16, body: &str) -> Reply {
    Reply::from_parts(status, None, None, Answer::read(body.as_bytes()))
}
fn service(api: Api) -> Arc<Service> {
    Arc::new(Service::at(
        BaseUrl::parse("http://localhost").unwrap(),
        api,
        Some(Credential::new("sandbox").unwrap()),
    ))
}
const NOW: Timestamp = Timestamp::from_millis(1_795_629_600_000);
const SID: &str = "OUT-11111111-1111-4111-8111-111111111111";

fn store(options: &Options, rows: &[&str]) -> MemoryStore {
    let (mut store, mut planner) = (MemoryStore::new(), Planner::new(options));
    for (row, number) in (1..).zip(rows) {
        let mut r = NewRecipient::new(row, PhoneNumber::parse(number).unwrap());
        r.metadata = crate::Metadata::new([("secret", "Ada Lovelace 42")]).unwrap();
        let s = planner.first(NOW, &r);
        store.add(r, s);
    }
    store
}

fn run(
    c: &mut Campaign,
    store: &mut MemoryStore,
    now: Timestamp,
    limits: &mut Vec<(usize, usize)>,
) -> Vec<FlightId> {
    let mut sent = vec![];
    for _ in 0..50 {
        let mut arrived = Vec::new();
        while let Some(o) = c.poll_output(now) {
            match o {
                Output::Store(t) => {
                    let d = store.turn(&t);
                    if let Some(Fetch::Due { limit, .. }) = t.fetch {
                        limits.push((limit, d.due.len()));
                    }
                    arrived.push(Input::Stored(t, d));
                }
                Output::Send { id, .. } => sent.push(id),
                _ => {}
            }
        }
        if arrived.is_empty() {
            break;
        }
        for i in arrived {
            c.handle_input(now, i);
        }
    }
    sent
}

#[test]
fn whoever_is_held_is_held_once() {
    let options =
        Options { pace: Pace { rate: 100.0, max_in_flight: 1, max_dialing: 1 }, ..Options::default() };
    let mut st = store(&options, &["+14155550100", "+14155550101"]);
    let mut c = Campaign::new(service(Api::Outbound), options, Limits::default(), 7).unwrap();
    let (mut now, mut limits) = (NOW, vec![]);
    let id = run(&mut c, &mut st, now, &mut limits)[0];
    c.handle_input(now, Input::Reply(id, reply(200, &format!("{{\"call_sid\":\"{SID}\"}}"))));
    for _ in 0..5 {
        run(&mut c, &mut st, now, &mut limits);
        now = now + Duration::from_millis(1001);
        c.handle_input(now, Input::Tick);
    }
    assert!(limits.last().unwrap().0 == limits[2].0, "{limits:?}");
}

#[test]
fn a_call_that_is_looked_for_quotes_no_metadata() {
    let options = Options::default();
    let mut st = store(&options, &["+14155550100"]);
    let mut c = Campaign::new(service(Api::Outbound), options, Limits::default(), 7).unwrap();
    let (mut now, mut limits) = (NOW, vec![]);
    let id = run(&mut c, &mut st, now, &mut limits)[0];
    c.handle_input(
        now,
        Input::Reply(id, reply(500, &format!("{{\"error\":\"x\",\"code\":\"y\",\"call_sid\":\"{SID}\"}}"))),
    );
    let mut sent = run(&mut c, &mut st, now, &mut limits);
    for _ in 0..5 {
        if !sent.is_empty() {
            break;
        }
        now = now + Duration::from_secs(3);
        c.handle_input(now, Input::Tick);
        sent = run(&mut c, &mut st, now, &mut limits);
    }
    c.handle_input(
        now,
        Input::Reply(
            sent[0],
            reply(
                200,
                "{\"status\":\"failure\",\"reason\":\"agent failed on Ada Lovelace 42 at +14155550100\"}",
            ),
        ),
    );
    run(&mut c, &mut st, now, &mut limits);
    let told: Vec<_> = st.iter().map(|r| r.1.reason.clone()).collect();
    assert!(!told[0].contains("Lovelace") && !told[0].contains("4155550100"), "{told:?}");
}

#[test]
fn a_call_that_was_just_placed_is_waited_for_after_a_restart_too() {
    let api = Api::Agents { agent_id: AgentId::new("a").unwrap(), environment: Environment::Sandbox };
    let options = Options::default();
    let mut st = store(&options, &["+14155550100"]);
    let mut c = Campaign::new(service(api.clone()), options.clone(), Limits::default(), 7).unwrap();
    let (mut now, mut limits) = (NOW, vec![]);
    let id = run(&mut c, &mut st, now, &mut limits)[0];
    c.handle_input(
        now,
        Input::Reply(id, reply(200, &format!("{{\"callSid\":\"{SID}\",\"status\":\"QUEUED\"}}"))),
    );
    run(&mut c, &mut st, now, &mut limits);
    drop(c);
    let mut c = Campaign::new(service(api), options, Limits::default(), 8).unwrap();
    for _ in 0..60 {
        for id in run(&mut c, &mut st, now, &mut limits) {
            c.handle_input(now, Input::Reply(id, reply(404, "{}")));
        }
        run(&mut c, &mut st, now, &mut limits);
        now = now + Duration::from_millis(250);
        c.handle_input(now, Input::Tick);
    }
    let told: Vec<_> = st.iter().map(|r| (r.1.state, r.1.reason.clone())).collect();
    assert_eq!(told[0].0, State::InProgress, "15 s after its trigger: {told:?}");
}

#[test]
fn an_answer_that_names_no_call_sid_leaves_its_row_unconfirmed() {
    let options = Options::default();
    let mut st = store(&options, &["+14155550100"]);
    let mut c = Campaign::new(service(Api::Outbound), options, Limits::default(), 7).unwrap();
    let (now, mut limits) = (NOW, vec![]);
    let id = run(&mut c, &mut st, now, &mut limits)[0];
    c.handle_input(now, Input::Reply(id, reply(200, "{\"call_sid\":\"nonsense\"}")));
    run(&mut c, &mut st, now, &mut limits);
    let told: Vec<_> = st.iter().map(|r| (r.1.state, r.1.reason.clone())).collect();
    assert_eq!(told[0].0, State::Unconfirmed, "{told:?}");
}

#[test]
fn a_row_whose_number_another_campaign_calls_waits_a_minute_and_is_then_called() {
    let options = Options::default();
    let mut st = store(&options, &["+14155550100"]);
    let mut c = Campaign::new(service(Api::Outbound), options, Limits::default(), 7).unwrap();
    let (mut now, mut refusals, mut sent_at) = (NOW, 0, None);
    while sent_at.is_none() {
        while let Some(output) = c.poll_output(now) {
            match output {
                Output::Store(turn) => {
                    // The other campaign's call is too near, once.
                    let mut asked = turn.clone();
                    asked.changes.retain(|change| refusals > 0 || change.state != State::Dialing);
                    let mut turned = st.turn(&asked);
                    for change in turn.changes.iter().filter(|it| refusals == 0 && it.state == State::Dialing)
                    {
                        turned.refused.push(Refusal { id: change.id, obstacle: Obstacle::SameNumber });
                    }
                    refusals += turned.refused.len();
                    c.handle_input(now, Input::Stored(turn, turned));
                }
                Output::Send { .. } => sent_at = Some(now),
                Output::Event(Event::Finished(finish)) => panic!("{finish:?}: it was not called"),
                Output::Abort(_) | Output::Event(_) => {}
            }
        }
        if refusals == 1 && now < NOW + Duration::from_secs(59) {
            let (_, standing, attempts) = st.iter().next().unwrap();
            assert!(attempts.is_empty(), "no attempt was made");
            assert!(standing.wait.is_none_or(|wait| wait == WaitRule::SameNumber), "{standing:?}");
        }
        now = now.max(c.poll_timeout().map_or(now, |deadline| deadline.at));
        c.handle_input(now, Input::Tick);
    }
    assert_eq!(refusals, 1);
    assert!(sent_at.is_some_and(|at| at.since(NOW) >= SAME_NUMBER), "{sent_at:?}");
    let (_, standing, attempts) = st.iter().next().unwrap();
    assert_eq!((standing.state, attempts.len(), attempts[0].number), (State::Dialing, 1, 1));
}

#[test]
fn what_all_calls_of_a_campaign_have_in_common_is_in_every_trigger() {
    let api = Api::Agents { agent_id: AgentId::new("a").unwrap(), environment: Environment::Sandbox };
    let options = Options {
        encryption: Some(crate::Encryption::UdpRtp),
        variant_id: Some(crate::VariantId::new("v-2").unwrap()),
        ..Options::default()
    };
    assert!(
        Campaign::new(service(Api::Outbound), options.clone(), Limits::default(), 7).is_err(),
        "the outbound API knows no variants"
    );
    let mut st = store(&options, &["+14155550100", "+14155550101"]);
    let mut c = Campaign::new(service(api), options.clone(), Limits::default(), 7).unwrap();
    assert_eq!((c.options(), c.command(), c.is_finished()), (&options, Command::Run, false));
    let (mut now, mut bodies) = (NOW, vec![]);
    while bodies.len() < 2 {
        while let Some(output) = c.poll_output(now) {
            match output {
                Output::Store(turn) => {
                    let turned = st.turn(&turn);
                    c.handle_input(now, Input::Stored(turn, turned));
                }
                Output::Send { id, request } => {
                    bodies.push((id, String::from_utf8(request.body).unwrap()));
                }
                Output::Abort(_) | Output::Event(_) => {}
            }
        }
        now = now.max(c.poll_timeout().map_or(now, |deadline| deadline.at));
        c.handle_input(now, Input::Tick);
    }
    for (nth, (id, body)) in bodies.iter().enumerate() {
        assert_eq!((id.recipient.0, id.attempt), (i64::try_from(nth).unwrap(), 1));
        let number = format!(r#"{{"toNumber":"+1415555010{nth}","environment":"sandbox","variantId":"v-2","#);
        let rest = r#""metadata":{"secret":"Ada Lovelace 42"},"encryption":"udp_rtp"}"#;
        assert_eq!(*body, number + rest);
    }
}
