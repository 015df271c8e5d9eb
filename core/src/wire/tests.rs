//! Tests of the requests, to the letter, and of how replies are read.

use super::*;
use crate::{AgentId, BaseUrl, Credential, Encryption, Environment, Metadata, VariantId};

fn service(api: Api) -> Service {
    let base_url = BaseUrl::parse("https://example.test/prefix/").unwrap();
    Service::at(base_url, api, Some(Credential::new("tok").unwrap()))
}

fn agents() -> Api {
    Api::Agents { agent_id: AgentId::new("a/ä b").unwrap(), environment: Environment::PreRelease }
}

fn full_call() -> TriggerCall {
    TriggerCall::new(Destination::parse("020 7946 0000", Some("gb")).unwrap())
        .with_metadata(Metadata::new([("b", "2\""), ("a", "ü")]).unwrap())
        .with_encryption(Encryption::UdpSrtp)
}

fn lines(request: &Request) -> String {
    let headers: String = request.headers.iter().map(|(k, v)| format!("{k}: {}\n", v.expose())).collect();
    let body = String::from_utf8(request.body.clone()).unwrap();
    format!("{} {}\n{headers}{body}", request.method.as_str(), request.url)
}

#[test]
fn an_outbound_trigger_is_the_contracts_to_the_letter() {
    let least = TriggerCall::new(Destination::parse("+14155550100", None).unwrap());
    let request = trigger_request(&service(Api::Outbound), &least).unwrap();
    assert_eq!(
        lines(&request),
        "POST https://example.test/prefix/v1/outbound-calling\nAccept: application/json\nX-PolyAi-Auth-Token: tok\n\
         Content-Type: application/json\n{\"to_number\":\"+14155550100\"}"
    );
    let request = trigger_request(&service(Api::Outbound), &full_call()).unwrap();
    assert_eq!(
        String::from_utf8(request.body).unwrap(),
        r#"{"to_number":"020 7946 0000","country_code":"GB","metadata":{"b":"2\"","a":"ü"},"encryption":"UDP/SRTP"}"#
    );
}

#[test]
fn an_agents_trigger_is_the_contracts_to_the_letter() {
    let call = full_call().with_variant(VariantId::new("v1").unwrap());
    assert_eq!(
        lines(&trigger_request(&service(agents()), &call).unwrap()),
        "POST https://example.test/prefix/v1/agents/a%2F%C3%A4%20b/telephony/outbound-calls\n\
         Accept: application/json\nX-API-KEY: tok\nContent-Type: application/json\n\
         {\"toNumber\":\"020 7946 0000\",\"countryCode\":\"GB\",\"environment\":\"pre-release\",\"variantId\":\"v1\",\
         \"metadata\":{\"b\":\"2\\\"\",\"a\":\"ü\"},\"encryption\":\"udp_srtp\"}"
    );
}

#[test]
fn a_variant_is_refused_where_the_dialect_knows_none() {
    let call = full_call().with_variant(VariantId::new("v1").unwrap());
    let refused = trigger_request(&service(Api::Outbound), &call).unwrap_err();
    assert_eq!(refused.field(), "variant_id");
}

#[test]
fn a_status_read_is_the_contracts_to_the_letter() {
    let call_sid = CallSid::parse("OUT-a/b?c").unwrap();
    assert_eq!(
        lines(&status_request(&service(Api::Outbound), &call_sid)),
        "GET https://example.test/prefix/v1/outbound-calling/OUT-a%2Fb%3Fc/status\nAccept: application/json\n\
         X-PolyAi-Auth-Token: tok\n"
    );
    assert_eq!(
        status_request(&service(agents()), &call_sid).url,
        "https://example.test/prefix/v1/agents/a%2F%C3%A4%20b/telephony/outbound-calls/OUT-a%2Fb%3Fc/status\
         ?environment=pre-release"
    );
}

#[test]
fn without_a_credential_no_header_carries_one() {
    let service = Service::at(BaseUrl::parse("https://proxy.test").unwrap(), Api::Outbound, None);
    assert_eq!(status_request(&service, &CallSid::parse("OUT-1").unwrap()).headers.len(), 1);
}

#[test]
fn neither_request_nor_service_shows_what_must_not_be_shown() {
    let secret =
        Service::at(BaseUrl::parse("https://x.test").unwrap(), Api::Outbound, Credential::new("s3cr3t").ok());
    let call = TriggerCall::new(Destination::parse("+14155550100", None).unwrap())
        .with_metadata(Metadata::new([("name", "Lovelace")]).unwrap());
    let shown = format!("{:?} {secret:?} {call:?}", trigger_request(&secret, &call).unwrap());
    for private in ["s3cr3t", "4155550100", "Lovelace"] {
        assert!(!shown.contains(private), "{shown}");
    }
}

#[test]
fn a_response_that_holds_what_was_sent_does_not_show_it() {
    let mut headers = Headers::default();
    headers.push("x-api-key", "s3cr3t");
    headers.push("X-PolyAI-Correlation-Id", "s3cr3t");
    headers.push("retry-after", "2");
    let response = Response { status: 400, headers, body: b"s3cr3t".to_vec() };
    let shown = format!("{response:?} {:?}", Reply::from(&response));
    assert!(!shown.contains("s3cr3t") && shown.contains(r#""retry-after": "2""#), "{shown}");
}

#[test]
fn an_id_or_code_without_a_visible_character_is_none() {
    let answer = Answer::read(br#"{"error":"bad","code":"","error_code":" ","error_id":"id-1"}"#);
    let reply = Reply::from_parts(400, Some(" "), None, answer);
    assert_eq!((reply.correlation_id.as_deref(), reply.service_code()), (Some("id-1"), None));
    let long = Reply::from_parts(400, Some(&"x".repeat(1_000)), None, Answer::read(b""));
    assert_eq!(long.correlation_id.map(|id| id.len()), Some(128));
}

#[test]
fn every_envelope_of_the_platform_is_read_for_its_message() {
    let message = |body: &str| {
        let reply = Reply::from_parts(400, None, None, Answer::read(body.as_bytes()));
        (reply.message().map(Cow::into_owned), reply.service_code(), reply.correlation_id)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(message(r#"{"error":"bad","code":"E1"}"#), (some("bad"), some("E1"), None));
    assert_eq!(
        message(
            r#"{"success":false,"error":"e","error_id":"id-1","error_code":"BAD","error_message":"m","data":null}"#
        ),
        (some("m"), some("BAD"), some("id-1"))
    );
    assert_eq!(message(r#"{"error_message":"m"}"#), (some("m"), None, None));
    assert_eq!(message(r#"{"success":false,"error":"e","message":"m"}"#), (some("e"), None, None));
    assert_eq!(message("<h1>Bad Gateway</h1>"), (some("<h1>Bad Gateway</h1>"), None, None));
    assert_eq!(message(""), (None, None, None));
}

#[test]
fn a_reply_is_shown_without_what_the_service_wrote() {
    let answer = Answer::read(br#"{"error":"no route to +14155550100"}"#);
    let reply = Reply::from_parts(429, Some("id-1"), RetryAfter::parse("2"), answer);
    assert_eq!(format!("{reply:?}"), "Reply { http_status: 429, retry_after: Some(Delay(2s)), .. }");
}
