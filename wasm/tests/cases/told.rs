//! What is told, member by member: JavaScript reads it, and its types promise it.

use polyai_outbound_wasm::{Client, Operation, Request};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::play::answer;
use super::{NONE, SID, START, agents, outbound, request, status, text, trigger, value};

/// Everything that it says now.
fn said(operation: &mut Operation, now: f64) -> Vec<Value> {
    std::iter::from_fn(|| operation.poll(now)).map(|told| value(&told)).collect()
}

/// The only thing that it says now.
fn only(operation: &mut Operation, now: f64) -> Value {
    let mut all = said(operation, now);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// An operation whose request has left.
fn sent(mut operation: Operation) -> Operation {
    assert_eq!(said(&mut operation, START).len(), 1, "one request");
    operation
}

/// The correlation id that a request is sent under, taken out of it.
fn correlation_id(sent: &mut Value) -> String {
    let headers = sent["headers"].as_array_mut().expect("headers");
    let at = headers.iter().position(|it| it[0] == "X-PolyAI-Correlation-Id").expect("a correlation id");
    headers.remove(at)[1].as_str().expect("text").to_owned()
}

/// What is told of an answer.
fn of(operation: Operation, (http_status, body): (u16, &str)) -> Value {
    let mut operation = sent(operation);
    answer(&mut operation, START, (http_status, text("id-1"), None), body);
    only(&mut operation, START)
}

#[wasm_bindgen_test]
fn a_request_is_told_with_all_that_has_to_be_sent() {
    let mut request = Request::new("(415) 555-0100".to_owned(), text("US"), text("TLS/RTP"), None);
    request.tell("zeta".to_owned(), "a \"quoted\" 𝄞\t".to_owned());
    request.tell("alpha".to_owned(), String::new());
    let mut triggered = outbound().trigger(request, 1.0).expect("valid");
    let mut told = only(&mut triggered, START);
    assert_eq!(correlation_id(&mut told).len(), 36);
    assert_eq!(
        told,
        json!({
            "type": "send",
            "method": "POST",
            "url": "http://localhost/v1/outbound-calling",
            "headers": [
                ["Accept", "application/json"],
                ["X-PolyAi-Auth-Token", "sandbox"],
                ["Content-Type", "application/json"],
            ],
            "body": concat!(
                r#"{"to_number":"(415) 555-0100","country_code":"US","#,
                r#""metadata":{"zeta":"a \"quoted\" 𝄞\t","alpha":""},"encryption":"TLS/RTP"}"#,
            ),
        })
    );
    let request = Request::new("+14155550100".to_owned(), None, None, text("variant-1"));
    let mut triggered = agents().without_correlation_id().trigger(request, 1.0).expect("valid");
    assert_eq!(
        only(&mut triggered, START),
        json!({
            "type": "send",
            "method": "POST",
            "url": "http://localhost/v1/agents/agent-1/telephony/outbound-calls",
            "headers": [
                ["Accept", "application/json"],
                ["X-API-KEY", "sandbox"],
                ["Content-Type", "application/json"],
            ],
            "body": r#"{"toNumber":"+14155550100","environment":"live","variantId":"variant-1"}"#,
        })
    );
    let path = format!("/v1/agents/agent-1/telephony/outbound-calls/{SID}/status?environment=live");
    assert_eq!(
        only(&mut status(&agents().without_correlation_id()), START),
        json!({
            "type": "send",
            "method": "GET",
            "url": format!("http://localhost{path}"),
            "headers": [["Accept", "application/json"], ["X-API-KEY", "sandbox"]],
            "body": "",
        })
    );
}

#[wasm_bindgen_test]
fn the_end_of_a_trigger_and_of_a_reading_are_told_with_their_answers() {
    let body = format!(r#"{{"call_sid":"{SID}"}}"#);
    assert_eq!(
        of(trigger(&outbound()), (200, &body)),
        json!({
            "type": "placed",
            "callSid": SID,
            "placedAt": 1_700_000_000_000_u64,
            "status": 200,
            "correlationId": "id-1",
            "attempts": 1,
        })
    );
    assert_eq!(
        of(status(&agents()), (200, r#"{"status":"QUEUED"}"#)),
        json!({
            "type": "read",
            "reading": { "status": "queued", "reason": "" },
            "status": 200,
            "correlationId": "id-1",
            "attempts": 1,
        })
    );
}

#[wasm_bindgen_test]
fn a_call_is_told_step_by_step() {
    let mut call = agents().call(request("+14155550100"), 1.0).expect("valid");
    let under = correlation_id(&mut only(&mut call, START));
    answer(&mut call, START, (200, None, None), &format!(r#"{{"callSid":"{SID}","status":"QUEUED"}}"#));
    let placed_at = 1_700_000_000_000_u64;
    assert_eq!(
        said(&mut call, START),
        [
            json!({
                "type": "placed",
                "callSid": SID,
                "placedAt": placed_at,
                "status": 200,
                "correlationId": under,
                "attempts": 1,
            }),
            json!({ "type": "update", "correlationId": under, "status": "queued", "reason": "", "at": placed_at }),
        ]
    );
    let reading = json!({ "status": "queued", "reason": "" });
    assert_eq!(
        value(&call.snapshot().expect("it was placed")),
        json!({ "callSid": SID, "placedAt": placed_at, "seenAt": null, "reading": reading })
    );
    let due = call.timeout().expect("a next reading");
    assert!((2_000.0..=5_000.0).contains(&(due - START)), "{due}");
    assert!(said(&mut call, due - 1.0).is_empty(), "not before");
    call.tick(due);
    assert_eq!(only(&mut call, due)["type"], "send", "the reading");
    answer(
        &mut call,
        due,
        (200, text("id-2"), None),
        r#"{"status":"FAILURE","reason":"the line is \"busy\""}"#,
    );
    let at = value(&due.to_string());
    let reason = "the line is \"busy\"";
    assert_eq!(
        said(&mut call, due),
        [
            json!({ "type": "update", "correlationId": "id-2", "status": "failure", "reason": reason, "at": at }),
            json!({
                "type": "ended",
                "callSid": SID,
                "status": "failure",
                "reason": reason,
                "at": at,
                "correlationId": "id-2",
            }),
        ]
    );
}

#[wasm_bindgen_test]
fn a_failure_is_told_with_all_that_is_known() {
    let message = "the service refused the request (HTTP 400): no such number [E1]; if the values are right, outbound calling may not be configured for the connector; no call was placed; correlation id id-1";
    assert_eq!(
        of(trigger(&outbound()), (400, r#"{"error":"no such number","code":"E1"}"#)),
        json!({
            "type": "failed",
            "code": "rejected",
            "message": message,
            "placement": "not_placed",
            "status": 400,
            "correlationId": "id-1",
            "attempts": 1,
            "callSid": null,
            "serviceCode": "E1",
            "retryAfterMs": null,
            "isRefused": true,
        })
    );
    let mut read = status(&outbound());
    let sent_under = correlation_id(&mut only(&mut read, START));
    read.cancel(START);
    assert_eq!(
        said(&mut read, START),
        [
            json!({ "type": "abort" }),
            json!({
                "type": "failed",
                "code": "cancelled",
                "message": format!("given up by the caller; call {SID}; correlation id {sent_under}"),
                "placement": null,
                "status": null,
                "correlationId": sent_under,
                "attempts": 1,
                "callSid": SID,
                "serviceCode": null,
                "retryAfterMs": null,
                "isRefused": false,
            }),
        ]
    );
    let mut lost = sent(trigger(&outbound()));
    lost.lost(START, "socket hang up".to_owned());
    let told = only(&mut lost, START);
    assert_eq!(
        (told["code"].as_str(), told["placement"].as_str()),
        (Some("connection_lost"), Some("unknown"))
    );
    assert!(told["message"].as_str().is_some_and(|it| it.contains("socket hang up")), "{told}");
}

#[wasm_bindgen_test]
fn an_attempt_that_is_repeated_is_told_with_its_wait() {
    let told = of(trigger(&outbound()), (500, r#"{"error":"it failed","code":"E7"}"#));
    let after = told["afterMs"].as_u64().expect("whole milliseconds");
    assert_eq!(
        told,
        json!({
            "type": "retry",
            "code": "service_failed",
            "status": 500,
            "correlationId": "id-1",
            "attempts": 1,
            "afterMs": after,
        })
    );
    assert!(after <= 1_000, "{after}");
}

#[wasm_bindgen_test]
fn two_names_of_a_call_that_differ_name_none() {
    let other = "OUT-00000000-0000-4000-8000-000000000000";
    let told = |members: &str| {
        let told = of(trigger(&outbound()), (200, &format!("{{{members}}}")));
        (told["type"].as_str().map(str::to_owned), told["placement"].as_str().map(str::to_owned))
    };
    let placed = (text("placed"), None);
    let unknown = (text("failed"), text("unknown"));
    for (members, expected) in [
        (format!(r#""call_sid":"{SID}","callSid":"{SID}""#), &placed),
        (format!(r#""call_sid":null,"callSid":"{SID}""#), &placed),
        (format!(r#""CALL_SID":"{other}","callSid":"{SID}""#), &placed),
        (format!(r#""call_sid":"{other}","callSid":"{SID}""#), &unknown),
        (format!(r#""callSid":"{other}","callSid":"{SID}""#), &unknown),
        (format!(r#""callSid":"{SID}","call_sid":null"#), &unknown),
    ] {
        assert_eq!(&told(&members), expected, "{members}");
    }
}

#[wasm_bindgen_test]
fn a_body_is_whole_once_it_is_an_object() {
    let read = status(&outbound());
    for (body, whole) in
        [("{\"status\":\"success\"}", true), ("{}", true), ("{\"status\":", false), ("", false)]
    {
        assert_eq!(read.is_whole(body.to_owned()), whole, "{body}");
    }
}

#[wasm_bindgen_test]
fn members_are_those_of_one_answer_only() {
    let mut read = sent(status(&outbound()));
    answer(&mut read, START, (500, None, None), r#"{"error":"it failed","code":"E7"}"#);
    assert_eq!(said(&mut read, START).len(), 1, "a retry");
    let due = read.timeout().expect("another attempt");
    read.tick(due);
    assert_eq!(said(&mut read, due).len(), 1, "a request");
    answer(&mut read, due, (400, text("id-2"), None), r#"{"detail":"no such call"}"#);
    let told = only(&mut read, due);
    assert_eq!((told["code"].as_str(), told["serviceCode"].as_str()), (Some("rejected"), None));
}

#[wasm_bindgen_test]
fn the_agents_apis_502_is_sent_again_only_if_it_is_said_to_place_no_call() {
    let body = r#"{"success":false,"error_code":"CALL_FAILED"}"#;
    let once = |client: Client| trigger(&client.with(None, NONE, NONE, NONE, 0.0).expect("valid"));
    let told = of(once(agents()), (502, body));
    assert_eq!((&told["code"], &told["placement"]), (&json!("service_failed"), &json!("unknown")), "{told}");
    let opted_in = || agents().agents_502_not_placed().expect("agents");
    let told = of(once(opted_in()), (502, body));
    assert_eq!(
        (&told["code"], &told["placement"]),
        (&json!("service_failed"), &json!("not_placed")),
        "{told}"
    );
    assert_eq!(of(trigger(&opted_in()), (502, body))["type"], "retry");
}

#[wasm_bindgen_test]
fn the_service_may_say_how_long_to_wait_in_seconds_or_by_a_date() {
    for (retry_after, expected) in [
        (Some("30"), Some(30_000)),
        (Some("0"), Some(0)),
        (Some("Tue, 14 Nov 2023 22:13:50 GMT"), Some(30_000)),
        (Some("Tuesday, 14-Nov-23 22:13:50 GMT"), Some(30_000)),
        (Some("Tue Nov 14 22:13:50 2023"), Some(30_000)),
        (Some("Tue, 14 Nov 2023 22:12:50 GMT"), Some(0)),
        (Some("2023-11-14T22:13:50Z"), None),
        (Some("soon"), None),
        (Some("-1"), None),
        (None, None),
    ] {
        let mut triggered = sent(trigger(&outbound().with(None, NONE, NONE, NONE, 0.0).expect("valid")));
        answer(&mut triggered, START, (429, None, retry_after.map(str::to_owned)), "");
        let told = only(&mut triggered, START);
        assert_eq!(told["code"], "rate_limited", "{told}");
        assert_eq!(told["retryAfterMs"].as_u64(), expected, "{retry_after:?}");
    }
}

#[wasm_bindgen_test]
fn what_is_no_answer_of_the_service_is_quoted_without_secrets() {
    let client = Client::new(None, text("http://localhost"), false, text("s3cr3t-t0ken"), None, None, None);
    let mut request = request("+14155550100");
    request.tell("name".to_owned(), "Ada Lovelace".to_owned());
    let triggered = client.expect("valid").trigger(request, 1.0).expect("valid");
    let told = of(triggered, (502, "<h1>Bad gateway</h1> s3cr3t-t0ken calls +14155550100 for Ada Lovelace"))
        .to_string();
    assert!(told.contains("Bad gateway"), "{told}");
    for secret in ["s3cr3t-t0ken", "+14155550100", "Ada Lovelace"] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[wasm_bindgen_test]
fn what_comes_of_no_request_changes_nothing() {
    let mut triggered = trigger(&outbound());
    answer(&mut triggered, START, (401, None, None), "{}");
    triggered.lost(START, "too early".to_owned());
    let mut triggered = sent(triggered);
    answer(&mut triggered, START, (200, None, None), &format!(r#"{{"call_sid":"{SID}"}}"#));
    assert_eq!(said(&mut triggered, START).len(), 1, "the end");
    answer(&mut triggered, START, (401, None, None), "{}");
    triggered.lost(START, "too late".to_owned());
    triggered.tick(START);
    triggered.cancel(START);
    assert_eq!((said(&mut triggered, START), triggered.timeout()), (Vec::new(), None));
}
