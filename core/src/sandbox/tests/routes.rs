//! Routes, methods, CORS, what every response carries, and the list of what was placed.

use super::*;
use crate::VariantId;

#[test]
fn an_accepted_trigger_is_answered_as_the_dialect_says() {
    let [outbound, agents] = services();
    let seen = ask(&mut sandbox(), START, &trigger(&outbound, 0));
    assert_eq!(String::from_utf8_lossy(&seen.body), format!(r#"{{"call_sid":"{}"}}"#, seen.sid()));
    let seen = ask(&mut sandbox(), START, &trigger(&agents, 0));
    assert_eq!(
        String::from_utf8_lossy(&seen.body),
        format!(r#"{{"callSid":"{}","status":"QUEUED"}}"#, seen.sid())
    );
    let uuid = seen.sid().as_str().strip_prefix("OUT-").unwrap().parse::<Uuid>().unwrap();
    assert_eq!(uuid.get_version_num(), 4);
}

#[test]
fn every_answer_of_its_own_carries_a_correlation_id_and_every_one_is_open_to_every_page() {
    for service in services() {
        let mut seen = std::collections::BTreeSet::new();
        let mut sandbox = sandbox();
        let nowhere = with_url(&trigger(&service, 0), "/nowhere".to_owned());
        let get = Request { method: Method::Get, ..trigger(&service, 0) };
        let mut preflight = Request { method: Method::Options, ..trigger(&service, 0) };
        preflight.headers.push("Access-Control-Request-Method", "POST");
        let not_configured = if *service.api() == Api::Outbound { 401 } else { 400 };
        for (request, status) in [
            (trigger(&service, 0), 200),
            (with_body(&service, ""), 400),
            (without(&trigger(&service, 0), service.api().dialect().credential_header), 401),
            (nowhere, 404),
            (get, 405),
            (trigger(&service, 7), 429),
            (trigger(&service, 5), service.api().dialect().placing_failed),
            (trigger(&service, 14), not_configured),
            (trigger(&service, 15), 403),
            (trigger(&service, 16), 404),
            (trigger(&service, 18), 408),
            (trigger(&service, 19), 503),
            (trigger(&service, 22), 400),
            (preflight, 204),
            (control(Method::Get, "calls", ""), 200),
            (control(Method::Post, "faults", "?"), 400),
        ] {
            let response = ask(&mut sandbox, START, &without(&request, CORRELATION_ID));
            assert_eq!(response.status, status);
            let id = response.headers.get(CORRELATION_ID).unwrap();
            assert!(id.parse::<Uuid>().is_ok() && id.len() == 36, "{id}");
            assert!(seen.insert(id.to_owned()), "{id} again");
            is_open(&response);
            match status {
                204 => assert!(response.body.is_empty() && response.headers.get("Content-Type").is_none()),
                _ => assert!(response.json().is_object()),
            }
        }
        for (xx, status) in [(12, 502), (13, 502), (20, 503), (21, 500)] {
            let response = ask(&mut sandbox, START, &trigger(&service, xx));
            assert_eq!((response.status, response.headers.get(CORRELATION_ID)), (status, None), "{xx}");
            is_open(&response);
        }
    }
}

/// Whether any page may read an answer.
fn is_open(response: &Seen) {
    assert_eq!(response.headers.get("Access-Control-Allow-Origin"), Some("*"));
    let exposed = response.headers.get("Access-Control-Expose-Headers").unwrap();
    assert!(exposed.contains(CORRELATION_ID) && exposed.contains("Retry-After"));
}

#[test]
fn a_correlation_id_that_is_sent_comes_back_if_it_is_a_uuid() {
    const SENT: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    for service in services() {
        let answered = |xx: u8, sent: &str| {
            let mut request = without(&trigger(&service, xx), CORRELATION_ID);
            request.headers.push(CORRELATION_ID.to_lowercase(), sent.to_owned());
            let mut sandbox = sandbox();
            let seen = ask(&mut sandbox, START, &request);
            let id = seen.headers.get(CORRELATION_ID).unwrap().to_owned();
            if let Some(error_id) = seen.json().get("error_id") {
                assert_eq!(error_id.as_str(), Some(id.as_str()));
            }
            if let Some(call) = sandbox.calls().next() {
                assert_eq!(call.correlation_id, id, "and is kept with the call");
            }
            id
        };
        let drawn = answered(0, "");
        for xx in [0, 5, 7, 14, 15, 16, 17, 18, 19, 22] {
            assert_eq!(answered(xx, SENT), SENT);
            assert_eq!(answered(xx, &SENT.to_uppercase()), SENT);
            for no_uuid in ["1", "x".repeat(36).as_str(), &SENT.replace('-', ""), &format!("{{{SENT}}}")] {
                assert_eq!(answered(xx, no_uuid), drawn, "{no_uuid}");
            }
        }
        let mut broken = trigger(&service, 20);
        broken.headers.push(CORRELATION_ID, SENT);
        assert_eq!(ask(&mut sandbox(), START, &broken).headers.get(CORRELATION_ID), None);
    }
}

#[test]
fn a_url_is_read_with_or_without_its_origin_and_percent_encoded() {
    for service in services() {
        let request = trigger(&service, 0);
        let path = request.url.strip_prefix("http://localhost:1").unwrap();
        let encoded = path.replace("/v1/", "/%76%31/");
        for url in [path, &encoded, &format!("https://elsewhere.test{path}"), &format!("{path}?x=1#y")] {
            assert_eq!(ask(&mut sandbox(), START, &with_url(&request, url.to_owned())).status, 200, "{url}");
        }
        for url in [
            format!("/prefix{path}"),
            format!("{path}/"),
            format!("/{path}"),
            format!("{path}/more"),
            path.to_uppercase(),
            path.trim_start_matches('/').to_owned(),
            path.replace("/v1/", "/v2/"),
            format!("http://localhost?u={path}"),
            "/".to_owned(),
            String::new(),
            "*".to_owned(),
            "/_sandbox".to_owned(),
            "/v1/agents//telephony/outbound-calls".to_owned(),
        ] {
            let seen = ask(&mut sandbox(), START, &with_url(&request, url.clone()));
            assert_eq!(seen.status, 404, "{url}");
            assert_eq!(seen.text("code"), "ROUTE_NOT_FOUND");
        }
    }
}

#[test]
fn a_method_that_a_route_does_not_know_is_told_the_ones_it_does() {
    for service in services() {
        let read = wire::status_request(&service, &CallSid::parse("OUT-1").unwrap());
        for (request, allowed) in [
            (trigger(&service, 0), "POST"),
            (read, "GET"),
            (control(Method::Get, "calls", ""), "GET"),
            (control(Method::Get, "faults", ""), "GET, POST, DELETE"),
        ] {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get"] {
                // Neither method nor credential: the method is looked at first.
                let mut request = Request { method: Method::from(method), ..request.clone() };
                request.headers = Headers::default();
                let seen = ask(&mut sandbox(), START, &request);
                if allowed.split(", ").any(|known| known == method) {
                    assert_ne!(seen.status, 405, "{method}");
                } else {
                    assert_eq!((seen.status, seen.headers.get("Allow")), (405, Some(allowed)), "{method}");
                }
            }
        }
    }
}

#[test]
fn a_preflight_is_granted_without_a_credential_on_routes_that_there_are() {
    for service in services() {
        let mut request = Request { headers: Headers::default(), ..trigger(&service, 0) };
        request.method = Method::Options;
        request.headers.push("Access-Control-Request-Method", "POST");
        let seen = ask(&mut sandbox(), START, &request);
        assert_eq!((seen.status, seen.body.len()), (204, 0));
        assert_eq!(seen.headers.get("Access-Control-Allow-Methods"), Some("POST"));
        let allowed = seen.headers.get("Access-Control-Allow-Headers").unwrap();
        for name in ["*", "Content-Type", CORRELATION_ID, service.api().dialect().credential_header] {
            assert!(allowed.split(", ").any(|held| held == name), "{allowed}");
        }
        request.url = "/nowhere".to_owned();
        assert_eq!(ask(&mut sandbox(), START, &request).status, 404);
    }
}

#[test]
fn every_call_that_was_placed_is_listed_with_what_became_of_it() {
    let [outbound, agents] = services();
    let mut sandbox = sandbox();
    let first = place(&mut sandbox, START, &outbound, 3);
    let call = TriggerCall::new(Destination::parse("(415) 555-0100", Some("US")).unwrap())
        .with_metadata(Metadata::new([("name", "Ada"), ("slot", "Tue 9:30")]).unwrap())
        .with_variant(VariantId::new("variant-1").unwrap());
    let later = START + seconds(60.0);
    let seen = ask(&mut sandbox, later, &wire::trigger_request(&agents, &call).unwrap());
    let second = seen.sid();
    let ids: Vec<_> = sandbox.calls().map(|call| call.correlation_id).collect();
    assert_eq!(seen.headers.get(CORRELATION_ID), Some(ids[1].as_str()));
    let shown = ask(&mut sandbox, later, &control(Method::Get, "calls", "")).json();
    let ended_at = sandbox.calls().next().unwrap().ended_at.unwrap().as_millis();
    let placed_at = START.as_millis();
    let reason = "call queueing: max timeout limit exceeded";
    let expected = serde_json::json!({"calls": [
        {
            "to_number": "+14155550103", "country_code": null, "call_sid": first.as_str(),
            "metadata": {}, "variant_id": null, "correlation_id": ids[0],
            "api": "outbound", "agent_id": null, "environment": null,
            "placed_at": placed_at, "status": "failure", "reason": reason, "ended_at": ended_at,
            "changes": [
                {"status": "queued", "reason": "", "at": placed_at},
                {"status": "failure", "reason": reason, "at": ended_at},
            ],
        },
        {
            "to_number": "(415) 555-0100", "country_code": "US", "call_sid": second.as_str(),
            "metadata": {"name": "Ada", "slot": "Tue 9:30"}, "variant_id": "variant-1", "correlation_id": ids[1],
            "api": "agents", "agent_id": "agent/1", "environment": "pre-release",
            "placed_at": later.as_millis(), "status": "queued", "reason": "", "ended_at": null,
            "changes": [{"status": "queued", "reason": "", "at": later.as_millis()}],
        },
    ]});
    assert_eq!(shown, expected);
    assert!((20_000..=30_000).contains(&(ended_at - placed_at)));
    let debug = format!("{:?}", sandbox.calls().collect::<Vec<_>>());
    for private in ["4155550103", "555-0100", "Ada", "9:30"] {
        assert!(!debug.contains(private), "{debug}");
    }
}
