//! Connections that end at the wrong moment, and HTTP clients that would send again by themselves: below this crate too
//! nothing sends a trigger twice.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use std::time::Duration;

use common::connections::Holders;
use common::server::{Act, Server, answer, json};
use common::tls::Last::{All, Before, This};
use common::tls::{ENHANCE_YOUR_CALM, Frame, H2Server, INTERNAL_ERROR, NO_ERROR, REFUSED_STREAM};
use common::{SID, builder, call, call_to, expect_eq, side_by_side};
use polyai_outbound::ErrorCode::{self, ConnectionLost, NotConnected, UnexpectedAnswer};
use polyai_outbound::Placement::{self, NotPlaced, Placed, Unknown};
use polyai_outbound::{Metadata, TriggerCall};

fn accepted() -> String {
    format!(r#"{{"call_sid":"{SID}"}}"#)
}

/// Triggers one call after another, and tells how often each was read and what its end was.
async fn one_after_another(server: &Server, calls: usize) -> Vec<(usize, Result<(), Placement>)> {
    let client = builder(server.url()).build().unwrap();
    let mut ends = Vec::new();
    for number in (0..calls).map(|it| format!("+141555501{it:02}")) {
        let result = client.trigger(call_to(&number)).await;
        let end = result.map(drop).map_err(|error| error.placement().unwrap());
        ends.push((number, end));
    }
    drop(client);
    server.all_over().await;
    let seen = server.seen();
    let times = |number: &str| seen.iter().filter(|it| it.body.contains(number)).count();
    ends.into_iter().map(|(number, end)| (times(&number), end)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_closed_as_soon_as_they_are_idle_cost_no_second_trigger() {
    for pause in [Duration::ZERO, Duration::from_micros(50), Duration::from_millis(1)] {
        let server = Server::always([json(200, accepted()), Act::Pause(pause), Act::Close]).await;
        let ends = one_after_another(&server, 40).await;
        for (times, end) in ends {
            match end {
                Ok(()) => assert_eq!(times, 1),
                Err(placement) => assert!(times <= 1 && placement == Unknown, "{times} {placement}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_connection_that_is_cut_after_the_next_trigger_costs_no_third() {
    for cut in [Act::Close, Act::Reset] {
        let server = Server::start(move |seen, _| match seen.on_connection {
            0 => vec![json(200, accepted())],
            _ => vec![cut.clone()],
        })
        .await;
        let ends = one_after_another(&server, 40).await;
        // A trigger that comes before the connection is back among the idle ones is sent over another.
        let cuts = ends.iter().filter(|it| **it == (1, Err(Unknown))).count();
        let placed = ends.iter().filter(|it| **it == (1, Ok(()))).count();
        let firsts = server.seen().iter().filter(|it| it.on_connection == 0).count();
        assert_eq!((placed, cuts), (firsts, 40 - firsts), "{ends:?}");
        assert!(cuts > 0, "no trigger came over a kept connection");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_client_that_repeats_requests_cannot_repeat_a_trigger() {
    let elsewhere = Server::always([json(200, accepted())]).await;
    for status in [307, 308] {
        let location = format!("Location: {}/\r\n", elsewhere.url());
        let server = Server::always([answer(status, &location, "")]).await;
        // Follows redirects, as reqwest does by itself.
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let error =
            builder(server.url()).http_client(http).build().unwrap().trigger(call()).await.unwrap_err();
        assert_eq!((error.code(), error.placement()), (UnexpectedAnswer, Some(Unknown)));
        assert_eq!((server.count("POST"), elsewhere.connections()), (1, 0));
    }
    // What is followed as a GET places no call, but its answer is not the service's either.
    let location = format!("Location: {}/\r\n", elsewhere.url());
    let server = Server::always([answer(303, &location, "")]).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let error = builder(server.url()).http_client(http).build().unwrap().trigger(call()).await.unwrap_err();
    assert_eq!((error.code(), error.placement()), (ConnectionLost, Some(Unknown)));
    assert_eq!((server.count("POST"), elsewhere.count("POST")), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_2_a_trigger_is_sent_once_whatever_becomes_of_its_stream() {
    let trigger = |frames: Vec<Frame>, own: bool, expected: Result<(), ErrorCode>| async move {
        let server = H2Server::always(frames).await;
        // With its own settings reqwest sends again what a stream's end says was not processed.
        let set_up = if own { polyai_outbound::http_client_builder() } else { reqwest::Client::builder() };
        let (set_up, holders) = Holders::of(set_up.no_proxy().tls_certs_only([server.certificate()]));
        let http = set_up.build().unwrap();
        let trigger = builder(server.url()).http_client(http).build().unwrap().trigger(call());
        let handle = trigger.handle();
        let result = trigger.await;
        let placement = if expected.is_ok() { Placed } else { Unknown };
        expect_eq("the end", result.map(drop).map_err(|error| error.code()), expected)?;
        expect_eq("the placement", handle.placement(), placement)?;
        holders.all_gone().await;
        server.all_over().await;
        expect_eq("the number of requests", server.requests(), 1)
    };
    let lost = Err(ConnectionLost);
    let cases = |own: bool| {
        let away = |last, code| Frame::GoAway { last, code };
        let answer = || Frame::Answer(accepted());
        [
            ("an answer", trigger(vec![answer()], own, Ok(()))),
            ("REFUSED_STREAM", trigger(vec![Frame::Reset(REFUSED_STREAM)], own, lost)),
            ("INTERNAL_ERROR", trigger(vec![Frame::Reset(INTERNAL_ERROR)], own, lost)),
            ("RST_STREAM without an error", trigger(vec![Frame::Reset(NO_ERROR)], own, lost)),
            ("RST_STREAM to calm down", trigger(vec![Frame::Reset(ENHANCE_YOUR_CALM)], own, lost)),
            ("ENHANCE_YOUR_CALM", trigger(vec![away(This, ENHANCE_YOUR_CALM), Frame::Close], own, lost)),
            (
                "ENHANCE_YOUR_CALM that leaves it out",
                trigger(vec![away(Before, ENHANCE_YOUR_CALM), Frame::Close], own, lost),
            ),
            ("a farewell that leaves it out", trigger(vec![away(Before, NO_ERROR), Frame::Close], own, lost)),
            ("a farewell that leaves it out, open", trigger(vec![away(Before, NO_ERROR)], own, lost)),
            ("a farewell and a cut", trigger(vec![away(This, NO_ERROR), Frame::Close], own, lost)),
            ("a farewell to all and a cut", trigger(vec![away(All, NO_ERROR), Frame::Close], own, lost)),
            (
                "a farewell to all, one to it, and a cut",
                trigger(vec![away(All, NO_ERROR), away(Before, NO_ERROR), Frame::Close], own, lost),
            ),
            ("a cut", trigger(vec![Frame::Close], own, lost)),
            ("an answer and a farewell", trigger(vec![answer(), away(This, NO_ERROR)], own, Ok(()))),
            ("a farewell and an answer", trigger(vec![away(This, NO_ERROR), answer()], own, Ok(()))),
            ("a farewell to all and an answer", trigger(vec![away(All, NO_ERROR), answer()], own, Ok(()))),
        ]
    };
    side_by_side(cases(true).into_iter().chain(cases(false))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_is_found_out_before_anything_is_sent() {
    let server = H2Server::always([Frame::Answer(accepted())]).await;
    let error = builder(server.url()).max_retries(1).build().unwrap().trigger(call()).await.unwrap_err();
    assert_eq!((error.code(), error.placement(), error.attempts()), (NotConnected, Some(NotPlaced), 2));
    assert_eq!(server.requests(), 0);
}

/// A farewell that says nothing of the request that is just being sent, and connections that are gone when the next one is
/// to be sent over them.
#[tokio::test(flavor = "multi_thread")]
async fn over_http_2_a_farewell_between_triggers_costs_no_second_trigger() {
    let away = |last| Frame::GoAway { last, code: NO_ERROR };
    let scripts: [(&str, Vec<Frame>, Vec<Frame>); 5] = [
        ("after every answer", vec![], vec![Frame::Answer(accepted()), away(This)]),
        ("after every answer, and a cut", vec![], vec![Frame::Answer(accepted()), away(This), Frame::Close]),
        ("a cut after every answer", vec![], vec![Frame::Answer(accepted()), Frame::Close]),
        ("before every request", vec![away(All)], vec![Frame::Answer(accepted())]),
        ("before every request, leaving all out", vec![away(Before)], vec![Frame::Answer(accepted())]),
    ];
    for (name, greeting, frames) in scripts {
        let server = H2Server::start(greeting, frames).await;
        let http = polyai_outbound::http_client_builder().no_proxy().tls_certs_only([server.certificate()]);
        let client = builder(server.url()).http_client(http.build().unwrap()).max_retries(0).build().unwrap();
        // What was sent over a connection that is gone may reach the server later than the next trigger.
        let mut most = 0;
        for nth in 1..=20 {
            let placement = client.trigger(call()).await.map_err(|error| error.placement());
            match placement {
                Ok(_) | Err(Some(Unknown)) => most += 1,
                Err(Some(NotPlaced)) => {}
                Err(other) => panic!("{name}: trigger {nth}: {other:?}"),
            }
            assert!(server.requests() <= most, "{name}: {nth} triggers, {} requests", server.requests());
        }
    }
}

/// What is left unread when a connection is closed makes a reset of the closing, that may overtake the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_closes_without_reading_the_trigger_is_not_sent_it_again() {
    let envelope = r#"{"error":"the call could not be placed","code":"INTERNAL_ERROR"}"#;
    let answered = |status| vec![json(status, envelope), Act::Close];
    let long = TriggerCall::new(call().destination().clone())
        .with_metadata(Metadata::new([("text", "x".repeat(18_000))]).unwrap());
    for (name, acts) in [
        ("after it came", vec![Act::Arrival, Act::Close]),
        ("at once", vec![Act::Close]),
        ("with an answer before it came", answered(413)),
        ("with an answer after it came", [vec![Act::Arrival], answered(413)].concat()),
        ("with 200 after it came", vec![Act::Arrival, json(200, accepted()), Act::Close]),
    ] {
        for nth in 0..20 {
            let server = Server::greeting(acts.clone()).await;
            let client = builder(server.url()).build().unwrap();
            let result = client.trigger(if nth % 2 == 0 { call() } else { long.clone() }).await;
            let placement = result.map_or_else(|error| error.placement(), |_| Some(Placed));
            let connections = server.connections();
            match placement {
                // Refused by the service itself, or never sent.
                Some(NotPlaced) if name == "after it came" => panic!("{name}: it was sent"),
                Some(NotPlaced) => assert!(name.contains("answer") || connections > 1, "{name}"),
                Some(Unknown | Placed) => assert_eq!(connections, 1, "{name}"),
                None => panic!("{name}: a trigger without a placement"),
            }
        }
    }
}
