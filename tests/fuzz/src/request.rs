//! Requests, from whatever values are taken: what is sent is read as a server reads it.

use arbitrary::{Arbitrary, Unstructured};
use polyai_outbound_core::{
    AgentId, Api, BaseUrl, CallSid, Credential, Destination, Encryption, Environment, Metadata, Method,
    Request, Restricted, Service, TriggerCall, VariantId, json, wire,
};
use serde_json::{Map, Value};
use url::Url;

#[derive(Arbitrary, Debug)]
struct Given<'a> {
    is_agents: bool,
    is_national: bool,
    environment: u8,
    encryption: u8,
    number: u64,
    agent_id: &'a str,
    variant_id: Option<&'a str>,
    credential: &'a str,
    call_sid: &'a str,
    metadata: Vec<(&'a str, &'a str)>,
}

const ENVIRONMENTS: [(Environment, &str); 3] = [
    (Environment::Sandbox, "sandbox"),
    (Environment::PreRelease, "pre-release"),
    (Environment::Live, "live"),
];
/// As the two references write them.
const ENCRYPTIONS: [(Encryption, &str, &str); 4] = [
    (Encryption::TlsSrtp, "TLS/SRTP", "tls_srtp"),
    (Encryption::TlsRtp, "TLS/RTP", "tls_rtp"),
    (Encryption::UdpSrtp, "UDP/SRTP", "udp_srtp"),
    (Encryption::UdpRtp, "UDP/RTP", "udp_rtp"),
];

/// See the module.
pub fn request(data: &[u8]) {
    let Ok(given) = Given::arbitrary_take_rest(Unstructured::new(data)) else { return };
    written_as_serde_json_does(&given);
    let Ok(agent_id) = AgentId::new(if given.agent_id.is_empty() { "agent 1/2" } else { given.agent_id })
    else {
        return;
    };
    let (environment, environment_word) = ENVIRONMENTS[usize::from(given.environment) % ENVIRONMENTS.len()];
    let api =
        if given.is_agents { Api::Agents { agent_id: agent_id.clone(), environment } } else { Api::Outbound };
    let credential = Credential::new(given.credential).ok();
    let service =
        Service::at(BaseUrl::parse("https://calls.example/prefix").unwrap(), api, credential.clone());
    let ids = given.is_agents.then_some((agent_id.as_str(), environment_word));
    if let Ok(sid) = CallSid::parse(format!("OUT-{}", given.call_sid)) {
        let request = wire::status_request(&service, &sid);
        assert_eq!(request.method, Method::Get);
        assert!(request.body.is_empty());
        is_sent_to(&request, ids, Some(sid.as_str()));
        headers(&request, &given, credential.as_ref());
    }
    trigger(&given, &service, ids, credential.as_ref());
}

fn trigger(given: &Given<'_>, service: &Service, ids: Option<(&str, &str)>, credential: Option<&Credential>) {
    let (number, country) = if given.is_national {
        (format!("({:03}) 555-{:04}", given.number % 1_000, given.number / 1_000 % 10_000), Some("us"))
    } else {
        (format!("+{}", given.number), None)
    };
    let Ok(destination) = Destination::parse(&number, country) else { return };
    let Ok(metadata) = Metadata::new(given.metadata.iter().copied()) else { return };
    let mut call = TriggerCall::new(destination).with_metadata(metadata);
    for kind in Restricted::ALL {
        call = call.allowing(kind);
    }
    let encryption = ENCRYPTIONS.get(usize::from(given.encryption) % (ENCRYPTIONS.len() + 1));
    if let Some((encryption, ..)) = encryption {
        call = call.with_encryption(*encryption);
    }
    let variant_id = given.variant_id.and_then(|id| VariantId::new(id).ok());
    if let Some(id) = &variant_id {
        call = call.with_variant(id.clone());
    }
    let request = match wire::trigger_request(service, &call) {
        Ok(request) => request,
        Err(refused) => {
            assert!(variant_id.is_some() && ids.is_none(), "{refused}");
            return;
        }
    };
    assert_eq!(request.method, Method::Post);
    is_sent_to(&request, ids, None);
    headers(&request, given, credential);

    let mut expected = Map::new();
    let mut member = |outbound: &str, agents: &str, value: Value| {
        expected.insert(if ids.is_some() { agents } else { outbound }.to_owned(), value);
    };
    member("to_number", "toNumber", number.into());
    if country.is_some() {
        member("country_code", "countryCode", "US".into());
    }
    if let Some((_, environment)) = ids {
        member("", "environment", environment.into());
    }
    if let Some(id) = &variant_id {
        member("", "variantId", id.as_str().into());
    }
    if !given.metadata.is_empty() {
        let entries = given.metadata.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        member("metadata", "metadata", entries.collect::<Map<_, _>>().into());
    }
    if let Some((_, outbound, agents)) = encryption {
        member("encryption", "encryption", if ids.is_some() { *agents } else { *outbound }.into());
    }
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), Value::Object(expected));
}

/// The path and query as a server reads them.
fn is_sent_to(request: &Request, ids: Option<(&str, &str)>, sid: Option<&str>) {
    let url = Url::parse(&request.url).unwrap();
    assert_eq!((url.scheme(), url.host_str(), url.port()), ("https", Some("calls.example"), None));
    assert_eq!(url.as_str(), request.url, "nothing is left for a client to encode");
    let segments: Vec<String> = url.path_segments().unwrap().map(decoded).collect();
    let mut expected = vec!["prefix", "v1"];
    match ids {
        None => expected.push("outbound-calling"),
        Some((agent_id, _)) => expected.extend(["agents", agent_id, "telephony", "outbound-calls"]),
    }
    if let Some(sid) = sid {
        expected.extend([sid, "status"]);
    }
    assert_eq!(segments, expected);
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    match (ids, sid) {
        (Some((_, environment)), Some(_)) => {
            assert_eq!(query, [("environment".to_owned(), environment.to_owned())]);
        }
        _ => assert!(url.query().is_none()),
    }
}

fn decoded(segment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn headers(request: &Request, given: &Given<'_>, credential: Option<&Credential>) {
    for (name, value) in request.headers.iter() {
        let legal = |text: &str| text.bytes().all(|byte| (b' '..0x7f).contains(&byte));
        assert!(legal(name) && legal(value.expose()));
    }
    let name = if given.is_agents { "x-api-key" } else { "x-polyai-auth-token" };
    assert_eq!(request.headers.get(name), credential.map(Credential::expose));
    assert_eq!(
        request.headers.len(),
        1 + usize::from(credential.is_some()) + usize::from(!request.body.is_empty())
    );
    if let Some(secret) = credential.map(Credential::expose).filter(|it| it.len() > 16) {
        assert!(
            !format!("{request:?}").contains(secret) || request.url.contains(secret),
            "shows the credential"
        );
    }
}

fn written_as_serde_json_does(given: &Given<'_>) {
    for text in given.metadata.iter().flat_map(|(name, value)| [*name, *value]) {
        let mut ours = String::new();
        json::quote(text, &mut ours);
        assert_eq!(ours, serde_json::to_string(text).unwrap());
    }
    let mut object = json::Object::default();
    let mut expected = Map::new();
    for (name, value) in &given.metadata {
        if expected.insert((*name).to_owned(), Value::from(*value)).is_none() {
            object.text(name, *value);
        } else {
            return;
        }
    }
    if expected.insert("number".to_owned(), given.number.into()).is_none() {
        object.number("number", given.number);
        assert_eq!(serde_json::from_str::<Value>(&object.end()).unwrap(), Value::Object(expected));
    }
}
