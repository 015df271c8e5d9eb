//! `outbound sandbox`, served by the program itself.

use serde_json::Value;

use crate::common::{Ran, Running, outbound, outbound_at, shell};

/// A sandbox that was started, and its base URL.
async fn started(args: &[&str]) -> (Running, String) {
    let all = ["sandbox", "--listen", "127.0.0.1:0"];
    let mut run = outbound(all.iter().chain(args).copied()).start();
    let first = run.line().await;
    let base_url = first.strip_prefix("sandbox listening on ").unwrap().to_owned();
    assert!(base_url.starts_with("http://127.0.0.1:"), "{first}");
    (run, base_url)
}

async fn stopped(run: Running, signal: &str) -> Ran {
    run.signal(signal).await;
    run.ran().await.expect(0)
}

/// `GET /_sandbox/calls`
async fn calls(base_url: &str) -> Vec<Value> {
    let ran = shell(&format!("curl -sS {base_url}/_sandbox/calls")).ran().await.expect(0);
    ran.only_json()["calls"].as_array().unwrap().clone()
}

#[tokio::test]
async fn it_says_first_where_it_is_and_then_how_to_use_it() {
    let (run, base_url) = started(&["--speed", "60"]).await;
    outbound_at(&base_url, ["call", "+14155550102", "--wait"]).ran().await.expect(1);
    assert_eq!(calls(&base_url).await.len(), 1);
    let ran = stopped(run, "INT").await;
    assert_eq!(ran.stdout, "", "nothing but the one line");
    let export = format!("export POLYAI_OUTBOUND_BASE_URL={base_url} POLYAI_OUTBOUND_TOKEN=sandbox");
    ran.says(&[
        &export,
        "call +14155550100 --wait",
        &format!("curl -sS --noproxy '*' {base_url}/_sandbox/calls"),
    ]);
}

#[tokio::test]
async fn programs_are_told_where_it_is_in_json() {
    let mut run = outbound(["sandbox", "--listen", "127.0.0.1:0", "--json"]).start();
    let first: Value = serde_json::from_str(&run.line().await).unwrap();
    let base_url = first["base_url"].as_str().unwrap();
    assert_eq!(first, serde_json::json!({ "base_url": base_url }));
    outbound_at(base_url, ["call", "+14155550100"]).ran().await.expect(0);
    assert_eq!(stopped(run, "TERM").await.stdout, "");
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_clearly() {
    let (run, base_url) = started(&[]).await;
    let address = base_url.strip_prefix("http://").unwrap();
    let ran = outbound(["sandbox", "--json", "--listen", address]).ran().await.expect(2);
    assert_eq!(ran.only_json()["error"]["code"], "invalid_input");
    ran.says(&["--listen", address, "in use", "port 0 picks a free port"]);
    stopped(run, "INT").await;
}

#[tokio::test]
async fn it_stops_at_once_although_a_request_hangs() {
    let (run, base_url) = started(&[]).await;
    let hanging = outbound_at(&base_url, ["call", "+14155550111", "--timeout", "600"]).start();
    while calls(&base_url).await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // The call would be waited for longer than a test may last.
    stopped(run, "INT").await;
    hanging.ran().await.expect(5);
}

#[tokio::test]
async fn a_token_of_ones_own_is_asked_for_and_not_printed() {
    let (run, base_url) = started(&["--token", "my-own-t0ken"]).await;
    outbound_at(&base_url, ["call", "+14155550100"]).ran().await.expect(3);
    let right = outbound_at(&base_url, ["call", "+14155550100"]).env("POLYAI_OUTBOUND_TOKEN", "my-own-t0ken");
    right.ran().await.expect(0);
    let ran = stopped(run, "INT").await;
    assert!(!ran.said().contains("my-own-t0ken"), "{ran:?}");
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_warned_of() {
    let mut run = outbound(["sandbox", "--listen", "0.0.0.0:0"]).start();
    assert!(run.line().await.starts_with("sandbox listening on http://127.0.0.1:"));
    stopped(run, "INT").await.says(&["warning: whoever can reach this address can use the sandbox"]);
    let (run, _) = started(&[]).await;
    assert!(!stopped(run, "INT").await.stderr.contains("warning"));
}

#[tokio::test]
async fn seed_and_rate_do_what_they_say() {
    let mut drawn = Vec::new();
    for seed in ["7", "7", "8"] {
        let (run, base_url) = started(&["--seed", seed, "--rate", "0.01"]).await;
        outbound_at(&base_url, ["call", "+442079460000"]).ran().await.expect(0);
        let limited = outbound_at(&base_url, ["call", "+442079460000", "--max-retries", "0"]);
        limited.ran().await.expect(6).says(&["HTTP 429"]);
        drawn.push(calls(&base_url).await[0]["call_sid"].clone());
        stopped(run, "INT").await;
    }
    assert_eq!(drawn[0], drawn[1]);
    assert_ne!(drawn[0], drawn[2]);
}

#[tokio::test]
async fn without_a_seed_a_sandbox_that_is_started_again_answers_other_call_sids() {
    let mut drawn = Vec::new();
    for _ in 0..2 {
        let (run, base_url) = started(&[]).await;
        outbound_at(&base_url, ["call", "+14155550100"]).ran().await.expect(0);
        drawn.push(calls(&base_url).await[0]["call_sid"].clone());
        stopped(run, "INT").await;
    }
    assert_ne!(drawn[0], drawn[1], "a campaign would take it for a call SID of two calls");
}
