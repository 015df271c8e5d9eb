//! Credentials, validation, and which calls a status read finds.

use super::*;

#[test]
fn a_wrong_or_missing_token_is_refused_before_anything_is_looked_at() {
    for service in services() {
        let name = service.api().dialect().credential_header;
        let other = if name == "X-API-KEY" { "X-PolyAi-Auth-Token" } else { "X-API-KEY" };
        let read = wire::status_request(&service, &CallSid::parse("OUT-1").unwrap());
        for request in [trigger(&service, 0), with_body(&service, "nonsense"), read] {
            for (header, token) in
                [(name, "guessed"), (name, ""), (name, "Sandbox"), (name, "sandbox2"), (other, "sandbox")]
            {
                let mut request = without(&request, name);
                request.headers.push(header, token);
                let (status, message) = refused(&service, &request);
                assert_eq!(status, 401);
                assert!(message.starts_with(name), "{message}");
                assert!(!message.contains("guessed"), "{message}");
            }
        }
        let mut sandbox = Sandbox::new(Config::default().with_token(Credential::new("mine").unwrap()));
        assert_eq!(ask(&mut sandbox, START, &trigger(&service, 0)).status, 401);
        let mut request = without(&trigger(&service, 0), name);
        request.headers.push(name.to_lowercase(), "mine");
        assert_eq!(ask(&mut sandbox, START, &request).status, 200);
    }
}

/// Bodies in the outbound dialect, each with a piece of what is said of it.
#[rustfmt::skip]
const INVALID: [(&str, &str); 35] = [
    ("", "is not JSON"),
    ("nonsense", "is not JSON"),
    ("{\"to_number\":\"+14155550100\"", "is not JSON"),
    ("{\"to_number\":\"+14155550100\"} x", "is not JSON"),
    ("[]", "is not a JSON object"),
    ("\"+14155550100\"", "is not a JSON object"),
    ("null", "is not a JSON object"),
    ("{}", "to_number: is missing"),
    (r#"{"to_number":null}"#, "to_number: is not text"),
    (r#"{"to_number":14155550100}"#, "to_number: is not text"),
    (r#"{"to_number":["+14155550100"]}"#, "to_number: is not text"),
    (r#"{"to_number":""}"#, "to_number: is empty"),
    (r#"{"to_number":"4155550100"}"#, "to_number: does not begin with +"),
    (r#"{"to_number":"+1 415 555 0100"}"#, "to_number: has a space at position 3"),
    (r#"{"to_number":"+141555501000"}"#, "to_number: has 11 digits after calling code 1"),
    (r#"{"to_number":"+999555501000"}"#, "to_number: begins with a calling code that does not exist"),
    (r#"{"to_number":"+14155550100","country_code":"GB"}"#, "country_code: is GB, whose numbers begin with +44"),
    (r#"{"to_number":"+14155550100","country_code":"XX"}"#, "country_code: is no country"),
    (r#"{"to_number":"+14155550100","country_code":""}"#, "country_code: is not two letters"),
    (r#"{"to_number":"4155550100","country_code":"XX"}"#, "country_code: is no country"),
    (r#"{"to_number":"4155550100","country_code":1}"#, "country_code: is not text"),
    (r#"{"to_number":"call me","country_code":"US"}"#, "to_number: has a letter at position 1"),
    (r#"{"to_number":"+14155550100","metadata":null}"#, "metadata: "),
    (r#"{"to_number":"+14155550100","metadata":"a=b"}"#, "metadata: "),
    (r#"{"to_number":"+14155550100","metadata":{"a":36}}"#, "metadata: the value of `a` is a number"),
    (r#"{"to_number":"+14155550100","metadata":{"a":{"b":"c"}}}"#, "metadata: the value of `a` is an object"),
    (r#"{"to_number":"+14155550100","metadata":{"a b":"c"}}"#, "metadata: the key `a b`"),
    (r#"{"to_number":"+14155550100","metadata":{"a":"b\r\nX: y"}}"#, "metadata: the value of `a` has a carriage return"),
    (r#"{"to_number":"+14155550100","metadata":{"a":"\u0000"}}"#, "metadata: the value of `a` has a NUL"),
    (r#"{"to_number":"+14155550100","metadata":{"a":"b","a":"c"}}"#, "metadata: has the key `a` twice"),
    (r#"{"to_number":"+14155550100","metadata":{"name":"b","Name":"c"}}"#, "metadata: has the keys `name` and `Name`, which are the same SIP header"),
    (r#"{"to_number":"+14155550100","metadata":{"From":"b"}}"#, "metadata: the key `From` is a header that SIP itself uses"),
    (r#"{"to_number":"+14155550100","encryption":"SRTP"}"#, "encryption: is not a word of this API"),
    (r#"{"to_number":"+14155550100","encryption":""}"#, "encryption: is not a word of this API"),
    (r#"{"to_number":"+14155550100","encryption":true}"#, "encryption: is not text"),
];

/// The same in the agents dialect, environment added.
fn in_dialect(service: &Service, text: &str) -> String {
    match service.api() {
        Api::Outbound => text.to_owned(),
        Api::Agents { .. } => text
            .replace("\"to_number\":", "\"environment\":\"live\",\"toNumber\":")
            .replace("to_number", "toNumber")
            .replace("country_code", "countryCode"),
    }
}

#[test]
fn what_the_contract_refuses_is_refused_with_what_to_mend_and_nothing_that_was_sent() {
    for service in services() {
        for (body, said) in INVALID {
            let (status, message) = refused(&service, &with_body(&service, &in_dialect(&service, body)));
            assert_eq!(status, 400, "{body}");
            assert!(message.contains(&in_dialect(&service, said)), "{body}: {message}");
            let quotes = |sent: &str| body.contains(sent) && message.contains(sent);
            assert!(!quotes("555") && !quotes("X: y"), "{message}");
        }
    }
}

#[test]
fn what_the_contract_takes_is_accepted() {
    let words =
        [["TLS/SRTP", "TLS/RTP", "UDP/SRTP", "UDP/RTP"], ["tls_srtp", "tls_rtp", "udp_srtp", "udp_rtp"]];
    for (at, service) in services().into_iter().enumerate() {
        let accepted = |body: &str| {
            let seen = ask(&mut sandbox(), START, &with_body(&service, &in_dialect(&service, body)));
            assert_eq!(seen.status, 200, "{body}: {}", seen.json());
        };
        accepted(r#"{"to_number":"+14155550100"}"#);
        accepted(" {\"to_number\": \"\\u002b14155550100\" } \n");
        accepted(r#"{"to_number":"(415) 555-0100","country_code":"US"}"#);
        accepted(r#"{"to_number":"+14155550100","country_code":"US"}"#);
        accepted(r#"{"to_number":"+14155550100","country_code":"ca"}"#);
        accepted(r#"{"to_number":"+14155550100","metadata":{}}"#);
        accepted(r#"{"to_number":"+14155550100","metadata":{"attempt-id":"ü \"x\""}}"#);
        accepted(r#"{"to_number":"+14155550100","unknown":[{"member":1}]}"#);
        accepted(r#"{"to_number":1,"to_number":"+14155550100"}"#);
        for word in words[at] {
            accepted(&format!(r#"{{"to_number":"+14155550100","encryption":"{word}"}}"#));
        }
        for word in words[1 - at] {
            let body = format!(r#"{{"to_number":"+14155550100","encryption":"{word}"}}"#);
            assert_eq!(
                refused(&service, &with_body(&service, &in_dialect(&service, &body))).0,
                400,
                "{word}"
            );
        }
    }
}

#[test]
fn metadata_is_refused_from_the_contracts_size_on() {
    for service in services() {
        let body = |length| {
            let text =
                format!(r#"{{"to_number":"+14155550100","metadata":{{"a":"{}"}}}}"#, "x".repeat(length));
            with_body(&service, &in_dialect(&service, &text))
        };
        // `{"a":"…"}` is 8 bytes more than its value; 19 965 bytes are 26 620 of base64, three more are 26 624.
        let most = Metadata::LIMIT_BASE64_BYTES / 4 * 3 - 3 - 8;
        assert_eq!(ask(&mut sandbox(), START, &body(most)).status, 200);
        let (status, message) = refused(&service, &body(most + 1));
        assert_eq!((status, message.contains("26 KB")), (400, true), "{message}");
        let (status, message) = refused(&service, &body(Sandbox::LONGEST_BODY));
        assert_eq!((status, message.contains("the body: is too long")), (400, true), "{message}");
    }
}

#[test]
fn a_body_is_read_up_to_its_longest_to_the_byte() {
    for service in services() {
        let mut request = trigger(&service, 0);
        request.body.resize(Sandbox::LONGEST_BODY, b' ');
        assert_eq!(ask(&mut sandbox(), START, &request).status, 200);
        request.body.push(b' ');
        assert_eq!(refused(&service, &request).0, 400);
    }
}

#[test]
fn a_body_that_is_not_called_json_is_refused() {
    for service in services() {
        for (given, status) in [
            (Some("application/json"), 200),
            (Some("Application/JSON; charset=utf-8"), 200),
            (Some("text/plain"), 400),
            (Some("application/x-www-form-urlencoded"), 400),
            (Some("application/jsonp"), 400),
            (None, 400),
        ] {
            let mut request = without(&trigger(&service, 0), "Content-Type");
            if let Some(given) = given {
                request.headers.push("content-type", given);
            }
            let seen = ask(&mut sandbox(), START, &request);
            assert_eq!(seen.status, status, "{given:?}");
            if status == 400 {
                assert!(seen.refusal(&service).starts_with("Content-Type"));
            }
        }
    }
}

#[test]
fn a_sid_of_another_shape_is_bad_and_an_unknown_one_not_found() {
    for service in services() {
        let known = "OUT-3f2504e0-4f89-41d3-9a0c-0305e82c3301";
        let read = wire::status_request(&service, &CallSid::parse(known).unwrap());
        assert_eq!(refused(&service, &read).0, 404);
        for sid in [
            "OUT-1",
            "OUT-",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "IN-3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "OUT-3F2504E0-4F89-41D3-9A0C-0305E82C3301",
            "OUT-3f2504e04f8941d39a0c0305e82c3301",
            "OUT-{3f2504e0-4f89-41d3-9a0c-0305e82c3301}",
            "OUT-3f2504e0-4f89-41d3-9a0c-0305e82c330g",
            "OUT-3f2504e0-4f89-41d3-9a0c-0305e82c33011",
            "%00",
            "%FF",
            "%zz",
        ] {
            let (status, message) = refused(&service, &with_url(&read, read.url.replace(known, sid)));
            assert_eq!(status, 400, "{sid}");
            assert!(message.starts_with(service.api().dialect().call_sid), "{message}");
        }
        let encoded = read.url.replace("OUT-", "%4fUT%2D");
        assert_eq!(refused(&service, &with_url(&read, encoded)).0, 404);
    }
}

#[test]
fn a_call_is_found_only_as_it_was_triggered() {
    let agents = |agent: &str, environment| {
        service(Api::Agents { agent_id: AgentId::new(agent).unwrap(), environment })
    };
    let services = [
        service(Api::Outbound),
        agents("a/b c", Environment::Live),
        agents("a/b c", Environment::Sandbox),
        agents("other", Environment::Live),
    ];
    let mut sandbox = sandbox();
    let calls: Vec<_> = services.iter().map(|service| place(&mut sandbox, START, service, 0)).collect();
    for (at, service) in services.iter().enumerate() {
        for (of, call_sid) in calls.iter().enumerate() {
            let expected = if at == of { 200 } else { 404 };
            assert_eq!(read(&mut sandbox, START, service, call_sid).status, expected, "{at} {of}");
        }
    }
}

#[test]
fn an_environment_is_asked_for_in_body_and_query() {
    let [_, service] = services();
    for (member, said) in [
        ("", "environment: is missing"),
        (
            r#","environment":"Live""#,
            "environment: is none that there is; expected sandbox, pre-release or live",
        ),
        (r#","environment":"draft""#, "environment: is none that there is"),
        (r#","environment":null"#, "environment: is not text"),
        (r#","environment":"live","variantId":1"#, "variantId: is not text"),
        (r#","environment":"live","variantId":" ""#, "variantId: is empty"),
    ] {
        let request = with_body(&service, &format!(r#"{{"toNumber":"+14155550100"{member}}}"#));
        let (status, message) = refused(&service, &request);
        assert_eq!(status, 400);
        assert!(message.starts_with(said), "{message}");
    }
    let mut sandbox = sandbox();
    let call_sid = place(&mut sandbox, START, &service, 0);
    let request = wire::status_request(&service, &call_sid);
    let (path, _) = request.url.split_once('?').unwrap();
    for (query, status) in [
        ("?environment=pre-release", 200),
        ("?x=%26&environment=pre%2Drelease", 200),
        ("?environment=live", 404),
        ("?environment=draft", 400),
        ("?environment=", 400),
        ("?Environment=live", 400),
        ("?", 400),
        ("", 400),
    ] {
        let seen = ask(&mut sandbox, START, &with_url(&request, format!("{path}{query}")));
        assert_eq!(seen.status, status, "{query}");
    }
}
