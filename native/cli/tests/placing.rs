//! Triggers to servers that treat them badly, and how often each is sent: the promise that nobody's phone rings twice.

use std::time::Duration;

use polyai_outbound::Destination;
use serde_json::Value;

use crate::common::server::{Does, Server, gateway, refusal};
use crate::common::{AGENTS, nobody, outbound_at, sandbox};

/// Each ending, and after how many requests, one like the other, it is what: `unknown` exits with 5, `not_placed` with 6.
async fn sees(to_posts: Does, args: &[&str], posts: usize, placement: &str) {
    let server = Server::start(to_posts.clone(), Does::Hangs).await;
    let args = ["call", "+14155550100", "--json"].iter().chain(args).copied();
    let ran = outbound_at(server.base_url(), args).ran().await;
    let error = ran.only_json()["error"].clone();
    let exit = if placement == "unknown" { 5 } else { 6 };
    let told = (ran.code, error["placement"].as_str(), error["attempts"].as_u64(), server.posts());
    assert_eq!(told, (Some(exit), Some(placement), Some(posts as u64), posts), "{to_posts:?}: {ran:?}");
    let seen = server.seen();
    let bodies: Vec<_> = seen.iter().map(|it| it.split_once("\r\n\r\n").unwrap().1).collect();
    assert!(bodies.iter().all(|it| *it == bodies[0]), "{to_posts:?}: {bodies:?}");
    let body: Value = serde_json::from_str(bodies[0]).unwrap();
    let numbers = [&body["to_number"], &body["toNumber"]];
    assert!(numbers.contains(&&"+14155550100".into()), "{to_posts:?}: {body}");
}

/// What leaves it open whether the call was placed.
fn doubtful() -> Vec<Does> {
    let answers = |body: &str| Does::Answers(200, body.to_owned());
    vec![
        Does::Cuts,
        Does::Hangs,
        Does::Babbles,
        gateway(500),
        gateway(502),
        gateway(503),
        gateway(504),
        refusal(408),
        refusal(502),
        refusal(504),
        // A proxy's, with all that the service's own has but its header.
        Does::AnswersInItsPlace(
            500,
            r#"{"error":"cut","code":"FST_REPLY_FROM_INTERNAL_SERVER_ERROR"}"#.to_owned(),
        ),
        Does::AnswersInItsPlace(503, r#"{"error":"cut","code":"TOLD"}"#.to_owned()),
        answers(""),
        answers("<html>ok</html>"),
        answers("{}"),
        answers(r#"{"call_sid":"""#),
        answers(r#"{"call_sid":null}"#),
        answers(r#"{"call_sid":"12"}"#),
        Does::BreaksOff(200, r#"{"call_si"#.to_owned()),
    ]
}

#[tokio::test]
async fn a_trigger_of_unknown_placement_is_sent_exactly_once() {
    for does in doubtful() {
        let timeout: &[_] = if matches!(does, Does::Hangs) { &["--timeout", "2"] } else { &[] };
        sees(does, timeout, 1, "unknown").await;
    }
}

#[tokio::test]
async fn what_is_certain_not_to_be_placed_is_tried_four_times() {
    let url = nobody();
    let (nobody, ..) = tokio::join!(
        outbound_at(&url, ["call", "+14155550100", "--json"]).ran(),
        sees(refusal(500), &[], 4, "not_placed"),
        sees(refusal(503), &[], 4, "not_placed"),
        sees(refusal(429), &[], 4, "not_placed"),
        sees(refusal(500), &["--wait"], 4, "not_placed"),
        sees(refusal(500), &["--max-retries", "1"], 2, "not_placed"),
    );
    let error = &nobody.expect(6).only_json()["error"];
    assert_eq!((&error["placement"], &error["attempts"]), (&"not_placed".into(), &4.into()));
}

#[tokio::test]
async fn the_agents_502_is_sent_again_only_if_the_caller_says_so() {
    let envelope = r#"{"success":false,"error":"Bad Gateway","error_code":"UPSTREAM_FAILED","data":null}"#;
    let own = Does::Answers(502, envelope.to_owned());
    let foreign = Does::AnswersInItsPlace(502, envelope.to_owned());
    let plain = AGENTS.to_vec();
    let opted_in: Vec<_> = AGENTS.into_iter().chain(["--agents-502-not-placed"]).collect();
    tokio::join!(
        sees(own.clone(), &plain, 1, "unknown"),
        sees(own, &opted_in, 4, "not_placed"),
        sees(foreign.clone(), &plain, 1, "unknown"),
        sees(foreign, &opted_in, 1, "unknown"),
    );
    let refused = outbound_at("http://127.0.0.1:9", ["call", "+14155550100", "--agents-502-not-placed"]);
    refused
        .ran()
        .await
        .expect(2)
        .says(&["--agents-502-not-placed belongs to the agents API", "--api agents"]);
}

#[tokio::test]
async fn without_retries_every_trigger_is_sent_exactly_once() {
    for answer in [429, 500, 503] {
        sees(refusal(answer), &["--max-retries", "0"], 1, "not_placed").await;
    }
    for does in doubtful() {
        sees(does, &["--max-retries", "0", "--timeout", "0.5"], 1, "unknown").await;
    }
}

#[tokio::test]
async fn a_whole_answer_counts_even_if_its_connection_breaks() {
    let body = r#"{"call_sid":"OUT-1"}"#.to_owned();
    let server = Server::start(Does::BreaksOff(200, body), Does::Hangs).await;
    let ran = outbound_at(server.base_url(), ["call", "+14155550100", "--json"]).ran().await.expect(0);
    assert_eq!(ran.only_json()["call_sid"], "OUT-1");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_takes_no_token_elsewhere() {
    let elsewhere = Server::start(Does::Hangs, Does::Hangs).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let target = elsewhere.base_url().to_owned();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let answer = format!(
            "HTTP/1.1 307 Elsewhere\r\nLocation: {target}/v1/outbound-calling\r\nContent-Length: 0\r\n\r\n"
        );
        let _ = stream.write_all(answer.as_bytes()).await;
        tokio::time::sleep(Duration::from_secs(30)).await;
    });
    outbound_at(&url, ["call", "+14155550100"]).ran().await.expect(5);
    assert_eq!(elsewhere.seen().len(), 0);
}

#[tokio::test]
async fn the_sandboxs_scripts_ring_each_phone_as_often_as_they_should() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    let numbers = [
        ("+14155550105", 0, 1),
        ("+14155550106", 5, 1),
        ("+14155550107", 0, 1),
        ("+14155550112", 5, 0),
        ("+14155550113", 5, 1),
    ];
    let runs = numbers.map(|(number, exit, _)| {
        let run = outbound_at(&url, ["call", number]).ran();
        async move { run.await.expect(exit) }
    });
    futures_util::future::join_all(runs).await;
    for (number, _, rung) in numbers {
        let destination = Destination::parse(number, None).unwrap();
        assert_eq!(
            sandbox.calls().iter().filter(|it| it.destination == destination).count(),
            rung,
            "{number}"
        );
    }
}
