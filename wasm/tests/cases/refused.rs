//! What is refused before anything is sent, in the names that JavaScript has for it.

use polyai_outbound_wasm::{Client, Request, Sandbox};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{NONE, SID, agents, outbound, text, value};

/// What was thrown instead of giving a `T`: the field, the problem and what was expected.
fn thrown<T>(made: Result<T, JsValue>) -> [String; 3] {
    let thrown = made.err().expect("refused").as_string().expect("what is thrown is text");
    let refused = value(&thrown);
    assert_eq!(refused.as_object().expect("an object").len(), 3, "{refused}");
    ["field", "problem", "expected"].map(|name| refused[name].as_str().expect("text").to_owned())
}

fn field<T>(made: Result<T, JsValue>) -> String {
    let [field, problem, expected] = thrown(made);
    assert!(!problem.is_empty() && !expected.is_empty(), "{field}");
    field
}

/// A client of a region or a URL, a token, an API, an agent and an environment.
fn client(given: [Option<&str>; 6]) -> Result<Client, JsValue> {
    let [region, base_url, token, api, agent_id, environment] = given.map(|it| it.map(str::to_owned));
    Client::new(region, base_url, false, token, api, agent_id, environment)
}

#[wasm_bindgen_test]
fn an_option_of_a_client_that_is_not_valid_is_named() {
    let url = Some("https://service.test");
    for (given, expected) in [
        ([None, None, Some("t"), None, None, None], "region"),
        ([Some("us"), url, Some("t"), None, None, None], "region"),
        ([Some("mars"), None, Some("t"), None, None, None], "region"),
        ([Some("studio"), None, Some("t"), None, None, None], "region"),
        ([Some("us"), None, None, None, None, None], "token"),
        ([Some("us"), None, Some("two\nlines"), None, None, None], "token"),
        ([None, Some("http://service.test"), None, None, None, None], "baseUrl"),
        ([None, Some("/outbound"), None, None, None, None], "baseUrl"),
        ([None, url, None, Some("inbound"), None, None], "api"),
        ([None, url, None, None, Some("a"), None], "agentId"),
        ([None, url, None, Some("outbound"), None, Some("live")], "environment"),
        ([None, url, None, Some("agents"), None, Some("live")], "agentId"),
        ([None, url, None, Some("agents"), Some(""), Some("live")], "agentId"),
        ([None, url, None, Some("agents"), Some("a"), None], "environment"),
        ([None, url, None, Some("agents"), Some("a"), Some("prod")], "environment"),
    ] {
        assert_eq!(field(client(given)), expected, "{given:?}");
    }
}

#[wasm_bindgen_test]
fn what_is_for_the_agents_api_alone_is_refused_by_the_other() {
    assert_eq!(field(outbound().agents_502_not_placed()), "agents502NotPlaced");
    assert!(agents().agents_502_not_placed().is_ok());
}

#[wasm_bindgen_test]
fn every_region_is_known_to_its_api() {
    for (api, regions) in
        [("outbound", ["us", "uk", "euw", "eu"].as_slice()), ("agents", &["us", "uk", "eu", "euw", "studio"])]
    {
        let (agent_id, environment) = if api == "agents" { (Some("a"), Some("live")) } else { (None, None) };
        for region in regions {
            let made = client([Some(region), None, Some("t"), Some(api), agent_id, environment]);
            assert!(made.is_ok(), "{api} {region}");
        }
    }
}

#[wasm_bindgen_test]
fn http_is_taken_for_this_machine_or_when_it_is_allowed() {
    let made = |url: &str, insecure| Client::new(None, text(url), insecure, None, None, None, None).is_ok();
    assert!(made("http://localhost:8080", false));
    assert!(!made("http://service.test", false));
    assert!(made("http://service.test", true));
}

#[wasm_bindgen_test]
fn a_request_that_is_not_valid_is_refused_with_the_field() {
    let request = |number: &str, country: Option<&str>, encryption: Option<&str>, variant: Option<&str>| {
        let [country, encryption, variant] = [country, encryption, variant].map(|it| it.map(str::to_owned));
        Request::new(number.to_owned(), country, encryption, variant)
    };
    let number = "+14155550100";
    for (asked, expected) in [
        (request("415", None, None, None), "toNumber"),
        (request("", None, None, None), "toNumber"),
        (request(number, Some("GB"), None, None), "countryCode"),
        (request("(415) 555-0100", Some("XX"), None, None), "countryCode"),
        (request(number, None, Some("none"), None), "encryption"),
        (request("+19005550134", None, None, None), "toNumber"),
        (request("999", Some("GB"), None, None), "toNumber"),
    ] {
        assert_eq!(field(outbound().trigger(asked, 1.0)), expected);
    }
    assert!(outbound().trigger(request(number, Some("us"), None, None), 1.0).is_ok(), "it agrees");
    let mut premium = request("+19005550134", None, None, None);
    premium.allow_premium();
    assert!(outbound().trigger(premium, 1.0).is_ok());
    let mut emergency = request("999", Some("GB"), None, None);
    emergency.allow_emergency();
    assert!(outbound().call(emergency, 1.0).is_ok());
    let variant = || request(number, None, None, Some("v"));
    assert_eq!(field(outbound().trigger(variant(), 1.0)), "variantId");
    assert_eq!(field(outbound().call(variant(), 1.0)), "variantId");
    assert!(agents().call(variant(), 1.0).is_ok());
}

#[wasm_bindgen_test]
fn metadata_is_refused_by_its_key_without_its_value() {
    for (key, content) in [("a b", "s3cret"), ("a", "s3cret\r\nX: y"), ("base_url", "s3cret\0")] {
        let mut asked = Request::new("+14155550100".to_owned(), None, None, None);
        asked.tell(key.to_owned(), content.to_owned());
        let [field, problem, expected] = thrown(outbound().trigger(asked, 1.0));
        assert_eq!(field, "metadata");
        assert!(problem.contains(&format!("`{key}`")), "{problem}");
        assert!(!problem.contains("s3cret") && !expected.contains("s3cret"), "{problem}; {expected}");
    }
}

#[wasm_bindgen_test]
fn a_sid_that_is_none_is_refused() {
    assert_eq!(field(outbound().status("CA-1".to_owned(), 1.0)), "callSid");
    let followed = |sid: &str| outbound().follow(sid.to_owned(), NONE, NONE, None, String::new(), 1.0);
    assert_eq!(field(followed("OUT-")), "callSid");
    assert!(followed(SID).is_ok());
}

#[wasm_bindgen_test]
fn a_refusal_says_what_to_do_in_javascripts_names() {
    let [_, problem, expected] = thrown(client([None, Some("http://service.test"), None, None, None, None]));
    for told in [problem, expected] {
        assert!(!told.contains('_'), "{told}");
    }
    let asked = Request::new("(415) 555-0100".to_owned(), None, None, None);
    let [field, _, expected] = thrown(outbound().trigger(asked, 1.0));
    assert_eq!(field, "toNumber");
    assert!(expected.contains("countryCode"), "{expected}");
}

#[wasm_bindgen_test]
fn the_sandbox_refuses_what_no_service_can_be() {
    assert_eq!(field(Sandbox::new(None, None, Some(0.0))), "rate");
    assert_eq!(field(Sandbox::new(None, text("two\nlines"), None)), "token");
    let mut sandbox = Sandbox::new(None, None, None).expect("valid");
    assert!(sandbox.handle(0.0, "no request").is_err());
    assert!(sandbox.set_faults(r#"{"delay":2}"#).is_err());
    assert!(sandbox.set_faults(r#"{"delay":1,"delay_ms":5}"#).is_ok());
}
