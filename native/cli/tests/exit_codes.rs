//! The exit codes: every row of the table in `outbound --help`, by real runs.

use crate::common::server::{Does, SID, Server, accepts, gateway, refusal};
use crate::common::{AGENTS, Ran, nobody, outbound, outbound_at, sandbox};

async fn call(base_url: &str, args: &[&str]) -> Ran {
    outbound_at(base_url, ["call", "+14155550100", "--json"].iter().chain(args).copied()).ran().await
}

async fn status(base_url: &str, args: &[&str]) -> Ran {
    outbound_at(base_url, ["status", SID, "--json"].iter().chain(args).copied()).ran().await
}

fn error_code(ran: &Ran) -> String {
    ran.json().last().unwrap()["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_table_in_the_help_has_the_rows_that_are_tried_here() {
    let help = outbound(["--help"]).ran().await.expect(0);
    let (_, table) = help.stdout.split_once("Exit codes:").unwrap();
    let codes: Vec<i32> =
        table.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 130]);
}

#[tokio::test]
async fn a_call_to_its_end_exits_0_or_1_or_4_if_its_status_has_expired_and_a_call_alone_0() {
    let sandbox = sandbox(40.0).await;
    let url = sandbox.base_url();
    let waits = |number| outbound_at(&url, ["call", number, "--wait", "--json", "--lost-after", "1"]).ran();
    let (success, failure, expired, alone) = tokio::join!(
        waits("+14155550100"),
        waits("+14155550101"),
        waits("+14155550109"),
        outbound_at(&url, ["call", "+14155550102"]).ran(),
    );
    success.expect(0);
    failure.expect(1);
    alone.expect(0);
    let error = &expired.expect(4).json().pop().unwrap()["error"];
    assert_eq!((&error["code"], &error["placement"]), (&"expired".into(), &"placed".into()));
}

#[tokio::test]
async fn reading_that_a_call_failed_exits_0_and_waiting_for_it_1() {
    let failed = r#"{"status":"failure","reason":"call setup: busy"}"#.to_owned();
    let server = Server::start(Does::Hangs, Does::Answers(200, failed)).await;
    status(server.base_url(), &[]).await.expect(0);
    status(server.base_url(), &["--wait"]).await.expect(1);
}

#[tokio::test]
async fn what_is_refused_as_input_exits_2_whoever_refuses_it() {
    outbound(["call"]).ran().await.expect(2);
    outbound([]).ran().await.expect(2);
    outbound_at("http://127.0.0.1:9", ["call", "12"]).ran().await.expect(2);
    for answer in [400, 422] {
        let server = Server::start(refusal(answer), Does::Hangs).await;
        assert_eq!(error_code(&call(server.base_url(), &[]).await.expect(2)), "rejected");
        assert_eq!(server.posts(), 1);
    }
}

#[tokio::test]
async fn a_wrong_token_exits_3() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    let wrong = outbound_at(&url, ["call", "+14155550100", "--json"]).env("POLYAI_OUTBOUND_TOKEN", "wrong");
    assert_eq!(error_code(&wrong.ran().await.expect(3)), "unauthorized");
    outbound_at(&url, ["status", SID]).env("POLYAI_OUTBOUND_TOKEN", "wrong").ran().await.expect(3);
    assert_eq!(sandbox.calls().len(), 0);
    let server = Server::start(refusal(403), refusal(403)).await;
    assert_eq!(error_code(&call(server.base_url(), &[]).await.expect(3)), "forbidden");
}

#[tokio::test]
async fn what_is_not_found_exits_4() {
    let sandbox = sandbox(60.0).await;
    assert_eq!(error_code(&status(&sandbox.base_url(), &[]).await.expect(4)), "not_found");
    assert_eq!(error_code(&status(&sandbox.base_url(), &["--wait"]).await.expect(4)), "not_found");
    let no_connector =
        r#"{"success":false,"error":"no connector","error_code":"CONNECTOR_NOT_FOUND","data":null}"#;
    let server = Server::start(Does::Answers(404, no_connector.to_owned()), Does::Hangs).await;
    assert_eq!(error_code(&call(server.base_url(), &AGENTS).await.expect(4)), "not_found");
}

#[tokio::test]
async fn a_call_of_unknown_placement_exits_5() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    for (number, args) in [
        ("+14155550106", vec![]),
        ("+14155550111", vec!["--timeout", "0.3"]),
        ("+14155550113", vec!["--wait"]),
    ] {
        outbound_at(&url, ["call", number].into_iter().chain(args)).ran().await.expect(5);
    }
    assert_eq!(sandbox.calls().len(), 3, "each of them has rung once");
}

#[tokio::test]
async fn once_a_call_is_placed_no_loss_of_its_status_exits_6() {
    let losses = [("unauthorized", refusal(401)), ("forbidden", refusal(403)), ("rejected", refusal(400))];
    let args = ["--wait", "--lost-after", "1"];
    let runs = losses.into_iter().map(|(code, reads)| async move {
        let server = Server::start(accepts(), reads).await;
        let ran = call(server.base_url(), &args).await.expect(5);
        assert_eq!(error_code(&ran), code);
        let error = &ran.json().pop().unwrap()["error"];
        assert_eq!((&error["placement"], &error["call_sid"]), (&"placed".into(), &SID.into()), "{code}");
        ran.says(&["go on following it with: ", SID]);
        assert_eq!(server.posts(), 1, "{code}");
    });
    futures_util::future::join_all(runs).await;
}

#[tokio::test]
async fn once_a_call_is_placed_it_is_followed_through_outages_without_dialing_again() {
    let outages = [refusal(429), refusal(503), gateway(502), Does::Answers(200, "{}".to_owned()), Does::Cuts];
    let runs = outages.into_iter().map(|reads| async move {
        let server = Server::start(accepts(), reads.clone()).await;
        let args = ["call", "+14155550100", "--wait", "--max-retries", "0"];
        let mut run = outbound_at(server.base_url(), args).start();
        run.line().await;
        while server.seen().len() < 4 {
            server.arrived().await;
        }
        run.signal("INT").await;
        run.ran().await.expect(130).says(&["trying again in"]);
        assert_eq!(server.posts(), 1, "{reads:?}");
    });
    futures_util::future::join_all(runs).await;
}

#[tokio::test]
async fn a_service_that_fails_without_placing_exits_6() {
    let once = ["--max-retries", "0"];
    assert_eq!(error_code(&call(&nobody(), &once).await.expect(6)), "not_connected");
    assert_eq!(error_code(&status(&nobody(), &once).await.expect(6)), "not_connected");
    // After 408 nobody knows of a trigger.
    for (answer, code, of_trigger) in [
        (500, "service_failed", 6),
        (503, "service_failed", 6),
        (429, "rate_limited", 6),
        (408, "service_failed", 5),
    ] {
        let server = Server::start(refusal(answer), refusal(answer)).await;
        assert_eq!(error_code(&call(server.base_url(), &once).await.expect(of_trigger)), code);
        assert_eq!(error_code(&status(server.base_url(), &once).await.expect(6)), code);
    }
}
