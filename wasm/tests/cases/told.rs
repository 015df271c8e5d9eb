//! What is told, to the letter: JavaScript reads it, and its types promise it.

use polyai_outbound_wasm::{Client, Operation, Patience, Request};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::play::answer;
use super::{NONE, SID, START, agents, outbound, patience, request, status, text, trigger, value};

/// Everything that it says now, as text.
fn said(operation: &mut Operation, now: f64) -> Vec<String> {
    std::iter::from_fn(|| operation.poll(now)).collect()
}

/// An operation whose request has left.
fn sent(mut operation: Operation) -> Operation {
    assert_eq!(said(&mut operation, START).len(), 1, "one request");
    operation
}

/// What is told of an answer.
fn of(operation: Operation, (http_status, body): (u16, &str)) -> Vec<String> {
    let mut operation = sent(operation);
    answer(&mut operation, START, (http_status, text("id-1"), None), body);
    said(&mut operation, START)
}

#[wasm_bindgen_test]
fn a_request_is_told_with_all_that_has_to_be_sent() {
    let mut request = Request::new("(415) 555-0100".to_owned(), text("US"), text("TLS/RTP"), None);
    request.tell("zeta".to_owned(), "a \"quoted\" 𝄞\t".to_owned());
    request.tell("alpha".to_owned(), String::new());
    let mut triggered = outbound().trigger(request, &patience(), 1.0).expect("valid");
    assert_eq!(
        said(&mut triggered, START),
        [concat!(
            r#"{"type":"send","method":"POST","url":"http://localhost/v1/outbound-calling","#,
            r#""headers":[["Accept","application/json"],["X-PolyAi-Auth-Token","sandbox"],["Content-Type","application/json"]],"#,
            r#""body":"{\"to_number\":\"(415) 555-0100\",\"country_code\":\"US\","#,
            r#"\"metadata\":{\"zeta\":\"a \\\"quoted\\\" 𝄞\\t\",\"alpha\":\"\"},\"encryption\":\"TLS/RTP\"}"}"#,
        )]
    );
    let request = Request::new("+14155550100".to_owned(), None, None, text("variant-1"));
    let mut triggered = agents().trigger(request, &patience(), 1.0).expect("valid");
    assert_eq!(
        said(&mut triggered, START),
        [concat!(
            r#"{"type":"send","method":"POST","url":"http://localhost/v1/agents/agent-1/telephony/outbound-calls","#,
            r#""headers":[["Accept","application/json"],["X-API-KEY","sandbox"],["Content-Type","application/json"]],"#,
            r#""body":"{\"toNumber\":\"+14155550100\",\"environment\":\"live\",\"variantId\":\"variant-1\"}"}"#,
        )]
    );
    assert_eq!(
        said(&mut status(&agents(), &patience()), START),
        [format!(
            concat!(
                r#"{{"type":"send","method":"GET","url":"http://localhost/v1/agents/agent-1/telephony/outbound-calls/{sid}/status?environment=live","#,
                r#""headers":[["Accept","application/json"],["X-API-KEY","sandbox"]],"body":""}}"#,
            ),
            sid = SID
        )]
    );
}

#[wasm_bindgen_test]
fn the_end_of_a_trigger_and_of_a_reading_are_told_with_their_answers() {
    let placed = format!(
        r#"{{"type":"placed","callSid":"{SID}","placedAt":1700000000000,"status":200,"correlationId":"id-1","attempts":1}}"#
    );
    let body = format!(r#"{{"call_sid":"{SID}"}}"#);
    assert_eq!(of(trigger(&outbound(), &patience()), (200, &body)), [placed]);
    let read = r#"{"type":"read","reading":{"status":"queued","reason":""},"status":200,"correlationId":"id-1","attempts":1}"#;
    assert_eq!(of(status(&agents(), &patience()), (200, r#"{"status":"QUEUED"}"#)), [read]);
}

#[wasm_bindgen_test]
fn a_call_is_told_step_by_step() {
    let mut call = sent(agents().call(request("+14155550100"), &patience(), 1.0).expect("valid"));
    answer(&mut call, START, (200, None, None), &format!(r#"{{"callSid":"{SID}","status":"QUEUED"}}"#));
    assert_eq!(
        said(&mut call, START),
        [
            format!(
                r#"{{"type":"placed","callSid":"{SID}","placedAt":1700000000000,"status":200,"correlationId":null,"attempts":1}}"#
            ),
            r#"{"type":"update","status":"queued","reason":"","at":1700000000000}"#.to_owned(),
        ]
    );
    assert_eq!(
        call.snapshot(),
        Some(format!(
            r#"{{"callSid":"{SID}","placedAt":1700000000000,"seenAt":null,"reading":{{"status":"queued","reason":""}}}}"#
        ))
    );
    let due = call.timeout().expect("a next reading");
    assert!((2_000.0..=5_000.0).contains(&(due - START)), "{due}");
    assert_eq!(said(&mut call, due - 1.0), [""; 0], "not before");
    call.tick(due);
    assert_eq!(said(&mut call, due).len(), 1, "the reading");
    let ended = format!(r#""at":{due}"#);
    answer(
        &mut call,
        due,
        (200, text("id-2"), None),
        r#"{"status":"FAILURE","reason":"the line is \"busy\""}"#,
    );
    assert_eq!(
        said(&mut call, due),
        [
            format!(r#"{{"type":"update","status":"failure","reason":"the line is \"busy\"",{ended}}}"#),
            format!(
                r#"{{"type":"ended","callSid":"{SID}","status":"failure","reason":"the line is \"busy\"",{ended},"correlationId":"id-2"}}"#
            ),
        ]
    );
}

#[wasm_bindgen_test]
fn a_failure_is_told_with_all_that_is_known() {
    let told = of(trigger(&outbound(), &patience()), (400, r#"{"error":"no such number","code":"E1"}"#));
    assert_eq!(
        told,
        [concat!(
            r#"{"type":"failed","code":"rejected","message":"the service refused the request (HTTP 400): no such number [E1]; "#,
            r#"no call was placed; correlation id id-1","placement":"not_placed","status":400,"correlationId":"id-1","#,
            r#""attempts":1,"callSid":null,"serviceCode":"E1","retryAfterMs":null}"#,
        )]
    );
    let mut read = sent(status(&outbound(), &patience()));
    read.cancel(START);
    assert_eq!(
        said(&mut read, START),
        [
            r#"{"type":"abort"}"#.to_owned(),
            format!(
                concat!(
                    r#"{{"type":"failed","code":"cancelled","message":"given up by the caller; call {sid}","placement":null,"status":null,"#,
                    r#""correlationId":null,"attempts":1,"callSid":"{sid}","serviceCode":null,"retryAfterMs":null}}"#,
                ),
                sid = SID
            ),
        ]
    );
    let mut lost = sent(trigger(&outbound(), &patience()));
    lost.lost(START, "socket hang up".to_owned());
    let told = value(&said(&mut lost, START).concat());
    assert_eq!(
        (told["code"].as_str(), told["placement"].as_str()),
        (Some("connection_lost"), Some("unknown"))
    );
    assert!(told["message"].as_str().is_some_and(|it| it.contains("socket hang up")), "{told}");
}

#[wasm_bindgen_test]
fn an_attempt_that_is_repeated_is_told_with_its_wait() {
    let told = of(trigger(&outbound(), &patience()), (500, r#"{"error":"it failed","code":"E7"}"#));
    let [retry] = told.as_slice() else { panic!("{told:?}") };
    let after = value(retry)["afterMs"].as_u64().expect("whole milliseconds");
    let expected = format!(
        r#"{{"type":"retry","code":"service_failed","status":500,"correlationId":"id-1","attempts":1,"afterMs":{after}}}"#
    );
    assert_eq!(*retry, expected);
    assert!(after <= 1_000, "{after}");
}

#[wasm_bindgen_test]
fn of_a_member_that_is_told_twice_the_last_counts_under_whatever_name() {
    let other = "OUT-00000000-0000-4000-8000-000000000000";
    let told = |members: &[(&str, Option<&str>)]| {
        let mut triggered = sent(trigger(&outbound(), &patience()));
        for (name, member) in members {
            triggered.member(name, member.map(str::to_owned));
        }
        triggered.reply(START, 200, None, None, NONE, None);
        let told = value(&said(&mut triggered, START).concat());
        (told["type"].as_str().map(str::to_owned), told["callSid"].as_str().map(str::to_owned))
    };
    let placed = |sid: &str| (text("placed"), text(sid));
    assert_eq!(told(&[("call_sid", Some(other)), ("callSid", Some(SID))]), placed(SID));
    assert_eq!(told(&[("callSid", Some(other)), ("call_sid", Some(SID))]), placed(SID));
    assert_eq!(told(&[("call_sid", None), ("callSid", Some(SID))]), placed(SID));
    assert_eq!(told(&[("else", None), ("call_sid", Some(SID)), ("CALL_SID", Some(other))]), placed(SID));
    assert_eq!(
        told(&[("callSid", Some(SID)), ("call_sid", None)]).0,
        text("failed"),
        "what is no text is no SID"
    );
}

#[wasm_bindgen_test]
fn members_are_those_of_one_answer_only() {
    let mut read = sent(status(&outbound(), &patience()));
    answer(&mut read, START, (500, None, None), r#"{"error":"it failed","code":"E7"}"#);
    assert_eq!(said(&mut read, START).len(), 1, "a retry");
    let due = read.timeout().expect("another attempt");
    read.tick(due);
    assert_eq!(said(&mut read, due).len(), 1, "a request");
    answer(&mut read, due, (400, None, None), "{}");
    let told = value(&said(&mut read, due).concat());
    assert_eq!((told["code"].as_str(), told["serviceCode"].as_str()), (Some("rejected"), None));
}

#[wasm_bindgen_test]
fn only_an_envelope_that_denies_success_is_the_agents_apis_own() {
    for (denies, code, placement) in
        [(false, "unexpected_answer", "unknown"), (true, "service_failed", "not_placed")]
    {
        let mut triggered = sent(trigger(&agents(), &Patience::new(NONE, NONE, NONE, 0.0)));
        triggered.member("error_code", text("CALL_FAILED"));
        if denies {
            triggered.denies_success();
        }
        triggered.reply(START, 502, None, None, NONE, None);
        let told = value(&said(&mut triggered, START).concat());
        assert_eq!((&told["code"], &told["placement"]), (&json!(code), &json!(placement)), "{told}");
    }
}

#[wasm_bindgen_test]
fn the_service_may_say_how_long_to_wait_in_seconds_or_by_a_date_that_the_host_has_read() {
    let date = "Tue, 14 Nov 2023 22:13:50 GMT";
    for (value_of_it, moment, expected) in [
        (Some("30"), NONE, Some(30_000)),
        (Some("0"), NONE, Some(0)),
        (Some(date), START + 30_000.0, Some(30_000)),
        (Some(date), START - 30_000.0, Some(0)),
        // Seconds need no reader, and what the host cannot read is no date.
        (Some("30"), START + 90_000.0, Some(30_000)),
        (Some(date), NONE, None),
        (Some("soon"), NONE, None),
        (Some("-1"), NONE, None),
        (None, NONE, None),
    ] {
        let mut triggered = sent(trigger(&outbound(), &Patience::new(NONE, NONE, NONE, 0.0)));
        triggered.reply(START, 429, None, value_of_it.map(str::to_owned), moment, text(""));
        let told = value(&said(&mut triggered, START).concat());
        assert_eq!(told["code"], "rate_limited", "{told}");
        assert_eq!(told["retryAfterMs"].as_u64(), expected, "{value_of_it:?}, {moment}");
    }
}

#[wasm_bindgen_test]
fn what_is_no_answer_of_the_service_is_quoted_without_secrets() {
    let client = Client::new(None, text("http://localhost"), false, text("s3cr3t-t0ken"), None, None, None);
    let mut request = request("+14155550100");
    request.tell("name".to_owned(), "Ada Lovelace".to_owned());
    let triggered = client.expect("valid").trigger(request, &patience(), 1.0).expect("valid");
    let told = of(triggered, (502, "<h1>Bad gateway</h1> s3cr3t-t0ken calls +14155550100 for Ada Lovelace"))
        .concat();
    assert!(told.contains("Bad gateway"), "{told}");
    for secret in ["s3cr3t-t0ken", "+14155550100", "Ada Lovelace"] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[wasm_bindgen_test]
fn what_comes_of_no_request_changes_nothing() {
    let mut triggered = trigger(&outbound(), &patience());
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
