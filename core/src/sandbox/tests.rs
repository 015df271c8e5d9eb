//! Tests of the sandbox.

use super::*;
use crate::Api;
use crate::{
    AgentId, Answer, BaseUrl, Credential, Destination, Environment, Member, Service, TriggerCall, wire,
};

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn services() -> [Service; 2] {
    let agents = Api::Agents { agent_id: AgentId::new("agent/1").unwrap(), environment: Environment::Live };
    [Api::Outbound, agents].map(|api| {
        let base_url = BaseUrl::parse("http://localhost:1").unwrap();
        Service::at(base_url, api, Some(Credential::new("sandbox").unwrap()))
    })
}

#[test]
fn a_call_is_accepted_and_followed_in_both_dialects() {
    for service in services() {
        let mut sandbox = Sandbox::new(Config::default());
        let call = TriggerCall::new(Destination::parse("+14155550100", None).unwrap());
        let request = wire::trigger_request(&service, &call).unwrap();
        let Reaction::Answer { response, .. } = sandbox.handle(START, &request) else { panic!() };
        let answer = Answer::read(&response.body);
        let sid = answer.text(Member::CallSid).unwrap().parse().unwrap();
        let mut seen = Vec::new();
        for second in 0..30 {
            let now = START + Duration::from_secs(second);
            let request = wire::status_request(&service, &sid);
            let Reaction::Answer { response, .. } = sandbox.handle(now, &request) else { panic!() };
            let word = Answer::read(&response.body).text(Member::Status).unwrap().to_owned();
            if seen.last() != Some(&word) {
                seen.push(word);
            }
        }
        let words = service.api().dialect().status_words;
        assert_eq!(seen, words[..3]);
    }
}
