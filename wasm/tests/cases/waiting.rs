//! How long is waited, and what giving up means.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::play::{Play, answer};
use super::{NONE, NUMBER, SID, START, kind, outbound, request, status, trigger, value};

/// The end of an operation: its kind, what went wrong and what became of the call.
fn end_of(told: &Value) -> [&Value; 3] {
    [&told["type"], &told["code"], &told["placement"]]
}

fn failed(code: &str, placement: Option<&str>) -> [Value; 3] {
    [json!("failed"), json!(code), json!(placement)]
}

#[wasm_bindgen_test]
fn who_gives_up_before_the_beginning_has_sent_nothing() {
    let client = outbound();
    let call = || client.call(request(NUMBER), 1.0).expect("valid");
    let followed = || client.follow(SID.to_owned(), NONE, NONE, None, String::new(), 1.0).expect("valid");
    for (operation, placement) in [
        (trigger(&client), Some("not_placed")),
        (call(), Some("not_placed")),
        (status(&client), None),
        (followed(), None),
    ] {
        let mut play = Play::new(operation);
        play.cancel();
        assert_eq!(end_of(&play.end()), failed("cancelled", placement).each_ref());
        assert_eq!((play.sent, play.operation.timeout()), (0, None));
    }
}

#[wasm_bindgen_test]
fn a_trigger_that_is_given_up_on_its_way_may_have_rung() {
    let mut play = Play::new(trigger(&outbound()));
    assert_eq!(play.drain(), None, "it waits for an answer");
    play.cancel();
    assert_eq!(end_of(&play.end()), failed("cancelled", Some("unknown")).each_ref());
    assert_eq!((play.sent, play.given_up), (1, 1));
}

#[wasm_bindgen_test]
fn a_trigger_that_is_given_up_between_two_attempts_rang_nobody() {
    let mut play = Play::new(outbound().trigger(request("+14155550105"), 1.0).expect("valid"));
    assert_eq!(kind(&play.next().expect("a retry")), "retry");
    play.cancel();
    let end = play.end();
    assert_eq!(end_of(&end), failed("cancelled", Some("not_placed")).each_ref());
    assert_eq!(end["attempts"], 1);
    assert_eq!((play.sent, play.rung()), (1, 0));
}

#[wasm_bindgen_test]
fn a_call_that_is_given_up_between_two_readings_goes_on() {
    let mut play = Play::new(outbound().call(request(NUMBER), 1.0).expect("valid"));
    while play.next().is_some_and(|told| kind(&told) != "update") {}
    assert_eq!(play.drain(), None, "it waits for the next reading");
    let known = play.snapshot();
    play.cancel();
    let end = play.end();
    assert_eq!(end_of(&end), failed("cancelled", Some("placed")).each_ref());
    let known = known.expect("it was placed");
    assert_eq!(end["callSid"], known["callSid"]);
    assert_eq!(play.snapshot(), Some(known), "what is known stays known");
}

#[wasm_bindgen_test]
fn a_request_is_waited_for_as_long_as_was_said() {
    for (given, millis) in
        [(NONE, 30_000.0_f64), (1_500.0, 1_500.0), (1_500.9, 1_500.0), (f64::INFINITY, 120_000.0)]
    {
        let client = outbound().with(None, NONE, given, NONE, NONE).expect("valid");
        let mut play = Play::new(client.trigger(request("+14155550111"), 1.0).expect("valid"));
        let end = play.end();
        let code = if given.is_infinite() { "deadline_exceeded" } else { "timed_out" };
        assert_eq!(end_of(&end), failed(code, Some("unknown")).each_ref(), "{given}");
        assert_eq!((play.now - START).to_bits(), millis.to_bits(), "{given}");
        assert_eq!((play.sent, play.given_up), (1, 1), "{given}");
    }
}

#[wasm_bindgen_test]
fn an_operation_is_waited_for_as_long_as_was_said() {
    for (given, millis) in [(NONE, 120_000.0), (5_000.0, 5_000.0)] {
        let client = outbound().with(None, given, NONE, NONE, f64::INFINITY).expect("valid");
        let mut read = status(&client);
        let mut now = START;
        let end = loop {
            while let Some(output) = read.poll(now) {
                match kind(&value(&output)) {
                    "send" => answer(&mut read, now, (503, None, None), ""),
                    _ => continue,
                }
            }
            let Some(due) = read.timeout() else { break now };
            now = due;
            read.tick(now);
        };
        assert!(end - START <= millis, "{given}: {}", end - START);
        assert!(end - START > millis / 2.0, "{given}: {}", end - START);
    }
}

#[wasm_bindgen_test]
fn a_call_is_followed_as_long_as_was_said() {
    let client = outbound().with(None, NONE, NONE, 60_000.0, NONE).expect("valid");
    // Ten minutes in the queue.
    let mut play = Play::new(client.call(request("+14155550104"), 1.0).expect("valid"));
    let end = play.end();
    assert_eq!(end_of(&end), failed("deadline_exceeded", Some("placed")).each_ref());
    let placed = play.snapshot().expect("it was placed")["placedAt"].as_f64().expect("a moment");
    assert_eq!((play.now - placed).to_bits(), 60_000.0_f64.to_bits());
}

#[wasm_bindgen_test]
fn what_may_be_sent_again_is_sent_again_as_often_as_was_said() {
    for (given, attempts) in [(NONE, 4), (0.0, 1), (1.0, 2), (5.0, 6)] {
        let mut read = status(&outbound().with(None, NONE, NONE, NONE, given).expect("valid"));
        let (mut now, mut sent) = (START, 0);
        let end = loop {
            match read.poll(now).map(|output| value(&output)) {
                Some(told) if kind(&told) == "send" => {
                    sent += 1;
                    answer(&mut read, now, (500, None, None), "");
                }
                Some(told) if kind(&told) == "failed" => break told,
                Some(_) => {}
                None => {
                    now = read.timeout().expect("it goes on");
                    read.tick(now);
                }
            }
        };
        assert_eq!((&end["code"], sent), (&json!("unexpected_answer"), attempts), "{given}");
        assert_eq!(end["attempts"], attempts, "{given}");
    }
}
