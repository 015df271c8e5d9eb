//! Calls that are triggered, followed and taken up again, against the exported service.

use polyai_outbound_wasm::{Client, Operation};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::play::Play;
use super::{START, agents, kind, outbound, request, text};

fn call(client: &Client, number: &str) -> Operation {
    client.call(request(number), 1.0).expect("valid")
}

fn kinds(told: &[Value]) -> Vec<&str> {
    told.iter().map(kind).collect()
}

/// The words of all changes.
fn words(told: &[Value]) -> Vec<&str> {
    let updates = told.iter().filter(|told| kind(told) == "update");
    updates.map(|told| told["status"].as_str().expect("a word")).collect()
}

#[wasm_bindgen_test]
fn a_call_is_followed_to_its_end_in_both_dialects() {
    for client in [outbound(), agents()] {
        // Ten minutes in the queue.
        let mut play = Play::new(call(&client, "+14155550104"));
        assert_eq!(play.snapshot(), None, "before it is placed nothing is known");
        let told = play.all();
        assert_eq!(kinds(&told), ["placed", "update", "update", "update", "ended"]);
        assert_eq!(words(&told), ["queued", "calling", "success"]);
        let end = told.last().expect("an end");
        assert_eq!(end["status"], "success");
        assert_eq!(end["callSid"], told[0]["callSid"]);
        assert_eq!(end["at"].as_f64(), Some(play.now), "it ends when that is read");
        assert!(play.now > START, "a call takes time");
        assert_eq!(play.rung(), 1);
        let known = play.snapshot().expect("it was placed");
        assert_eq!(known["reading"], json!({ "status": "success", "reason": end["reason"] }));
        assert_eq!(
            (play.operation.poll(play.now), play.operation.timeout()),
            (None, None),
            "nothing more comes"
        );
    }
}

#[wasm_bindgen_test]
fn a_call_that_fails_has_ended_with_its_reason() {
    let end = Play::new(call(&outbound(), "+14155550103")).end();
    assert_eq!((&end["type"], &end["status"]), (&json!("ended"), &json!("failure")));
    assert_eq!(end["reason"], "call queueing: max timeout limit exceeded");
}

#[wasm_bindgen_test]
fn a_word_that_no_reference_has_is_told_and_ends_nothing() {
    let told = Play::new(call(&outbound(), "+14155550110")).all();
    assert_eq!(words(&told), ["ringing", "calling", "success"]);
}

#[wasm_bindgen_test]
fn a_trigger_that_placed_nothing_is_sent_again_as_often_as_it_has_to_be() {
    for client in [outbound(), agents().agents_502_not_placed().expect("agents")] {
        let mut play = Play::new(call(&client, "+14155550105"));
        let told = play.all();
        assert_eq!(kinds(&told)[..3], ["retry", "retry", "placed"]);
        assert_eq!([&told[0]["attempts"], &told[1]["attempts"], &told[2]["attempts"]], [1, 2, 3]);
        assert_eq!(told[0]["code"], "service_failed");
        assert_eq!(play.rung(), 1);
    }
}

#[wasm_bindgen_test]
fn the_service_is_waited_for_as_long_as_it_asks() {
    let mut play = Play::new(call(&outbound(), "+14155550107"));
    let retry = play.next().expect("a retry");
    assert_eq!(
        (&retry["type"], &retry["code"], &retry["status"]),
        (&json!("retry"), &json!("rate_limited"), &json!(429))
    );
    let after = retry["afterMs"].as_f64().expect("a time");
    assert!((2_000.0..=3_000.0).contains(&after), "{after}");
    let asked_at = play.now;
    assert_eq!(kind(&play.next().expect("more")), "placed");
    assert!(play.now >= asked_at + after, "{} after {asked_at}", play.now);
}

#[wasm_bindgen_test]
fn readings_that_fail_are_repeated_until_one_is_there() {
    let told = Play::new(call(&outbound(), "+14155550108")).all();
    assert_eq!(told.iter().filter(|told| kind(told) == "retry").count(), 3);
    assert_eq!(words(&told), ["calling", "success"]);
}

#[wasm_bindgen_test]
fn a_lost_answer_is_never_dialed_again() {
    // The connection is cut after the call was placed, and a gateway that answers instead of the service may have placed
    // it or not.
    for (number, code, rung) in [
        ("+14155550106", "connection_lost", 1),
        ("+14155550112", "unexpected_answer", 0),
        ("+14155550113", "unexpected_answer", 1),
    ] {
        let mut play = Play::new(call(&outbound(), number));
        let told = play.all();
        assert_eq!(kinds(&told), ["failed"], "{number}");
        assert_eq!((&told[0]["code"], &told[0]["placement"]), (&json!(code), &json!("unknown")), "{number}");
        assert_eq!((play.sent, play.rung()), (1, rung), "{number}");
    }
}

#[wasm_bindgen_test]
fn a_call_is_taken_up_where_it_was_left() {
    let client = outbound();
    let mut play = Play::new(call(&client, "+14155550104"));
    while play.next().is_some_and(|told| kind(&told) != "update") {}
    let known = play.snapshot().expect("it was placed");
    assert_eq!(known["reading"]["status"], "queued");
    assert!(known["seenAt"].as_f64() >= known["placedAt"].as_f64());

    let word = |name: &str| known["reading"][name].as_str().map(str::to_owned);
    let sid = known["callSid"].as_str().expect("a SID").to_owned();
    let at = |name: &str| known[name].as_f64().expect("a moment");
    let reason = word("reason").unwrap_or_default();
    let resumed = client.follow(sid, at("placedAt"), at("seenAt"), word("status"), reason, 2.0);
    play.go_on(resumed.expect("valid"));
    assert_eq!(play.snapshot().as_ref(), Some(&known), "nothing is lost on the way");
    let told = play.all();
    assert_eq!(words(&told).last(), Some(&"success"));
    assert_eq!(told.last().expect("an end")["callSid"], known["callSid"]);
    assert_eq!(play.rung(), 1, "it is not dialed again");
}

#[wasm_bindgen_test]
fn of_a_call_that_has_ended_nothing_is_asked() {
    let (sid, reason) = (super::SID.to_owned(), "busy".to_owned());
    let followed = outbound().follow(sid, START, START, text("failure"), reason, 1.0);
    let mut play = Play::new(followed.expect("valid"));
    let end = play.end();
    assert_eq!(
        (&end["type"], &end["status"], &end["reason"]),
        (&json!("ended"), &json!("failure"), &json!("busy"))
    );
    assert_eq!(play.sent, 0);
}

#[wasm_bindgen_test]
fn a_status_is_read_by_itself() {
    let client = outbound();
    let mut play = Play::new(client.trigger(request("+14155550100"), 1.0).expect("valid"));
    let placed = play.end();
    let sid = placed["callSid"].as_str().expect("a SID").to_owned();
    assert_eq!(play.snapshot(), None, "a trigger by itself follows nothing");
    play.go_on(client.status(sid, 1.0).expect("valid"));
    let read = play.end();
    assert_eq!(
        (&read["type"], &read["reading"]),
        (&json!("read"), &json!({ "status": "queued", "reason": "" }))
    );
    assert_eq!((&read["status"], &read["attempts"]), (&json!(200), &json!(1)));
}

#[wasm_bindgen_test]
fn a_seed_decides_when_things_happen() {
    let ended_after = |seed: f64| {
        let mut play = Play::new(outbound().call(request("+14155550104"), seed).expect("valid"));
        assert_eq!(kind(&play.end()), "ended");
        play.now - START
    };
    assert_eq!(ended_after(5.0).to_bits(), ended_after(5.0).to_bits());
    assert_ne!(ended_after(5.0).to_bits(), ended_after(6.0).to_bits());
}

#[wasm_bindgen_test]
fn a_token_that_the_service_does_not_know_places_nothing() {
    let client = Client::new(None, text("http://localhost"), false, text("t0ken-of-else"), None, None, None);
    let mut play = Play::new(call(&client.expect("valid"), "+14155550100"));
    let end = play.end();
    assert_eq!((&end["code"], &end["placement"]), (&json!("unauthorized"), &json!("not_placed")));
    assert!(!end.to_string().contains("t0ken-of-else"), "{end}");
    assert_eq!(play.rung(), 0);
}
