//! What a client is set up with, and what it sends and connects to accordingly.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::time::Duration;

use common::server::{Full, Seen, Server, json, own};
use common::{METADATA, NATIONAL, NUMBER, SID, TOKEN, builder};
use futures_util::StreamExt;
use polyai_outbound::{
    AgentId, Api, CallEvent, CallSid, CallStatus, Client, ClientBuilder, Destination, Encryption,
    Environment, ErrorCode, Metadata, Placement, Region, RetryBudget, RetryPolicy, TriggerCall, VariantId,
};

fn agents() -> Api {
    Api::Agents { agent_id: AgentId::new("agent 1/b").unwrap(), environment: Environment::PreRelease }
}

fn plain() -> TriggerCall {
    TriggerCall::new(Destination::parse(NUMBER, None).unwrap())
}

/// What a server reads of a trigger and a status read.
async fn on_the_wire(prefix: &str, api: Api, call: TriggerCall) -> [Seen; 2] {
    let server = Server::start(|seen, _| match seen.method() {
        "POST" => vec![json(200, format!(r#"{{"call_sid":"{SID}","callSid":"{SID}"}}"#))],
        _ => vec![json(200, r#"{"status":"queued","reason":""}"#)],
    })
    .await;
    let client = builder(format!("{}{prefix}", server.url())).api(api).build().unwrap();
    let placed = client.trigger(call).await.unwrap();
    client.status(&placed.value.call_sid).await.unwrap();
    server.seen().try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_exactly_the_contracts() {
    let destination = Destination::parse(NUMBER, None).unwrap();
    let call = TriggerCall::new(destination).with_metadata(Metadata::new(METADATA).unwrap());
    let [trigger, status] = on_the_wire("", Api::Outbound, call.clone()).await;
    assert_eq!((trigger.method(), trigger.target()), ("POST", "/v1/outbound-calling"));
    assert_eq!(trigger.header("X-PolyAi-Auth-Token"), Some(TOKEN));
    assert_eq!(trigger.header("Content-Type"), Some("application/json"));
    assert_eq!(trigger.header("Accept"), Some("application/json"));
    assert!(trigger.header("User-Agent").unwrap().starts_with("polyai-outbound/"));
    assert_eq!(trigger.header("Content-Length"), Some(trigger.body.len().to_string().as_str()));
    let expected = serde_json::json!({
        "to_number": NUMBER,
        "metadata": METADATA.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&trigger.body).unwrap(), expected);
    let target = format!("/v1/outbound-calling/{SID}/status");
    assert_eq!((status.method(), status.target(), status.body.as_str()), ("GET", target.as_str(), ""));
    assert_eq!(status.header("X-PolyAi-Auth-Token"), Some(TOKEN));
    assert_eq!((status.header("Content-Type"), status.header("Content-Length")), (None, None));
    let ids = [&trigger, &status].map(|request| request.header("X-PolyAI-Correlation-Id").unwrap());
    assert!(ids.iter().all(|id| id.len() == 36) && ids[0] != ids[1], "a fresh one each: {ids:?}");

    let national = Destination::parse(NATIONAL, Some("us")).unwrap();
    let call = TriggerCall::new(national)
        .with_encryption(Encryption::UdpSrtp)
        .with_variant(VariantId::new("v2").unwrap());
    let [trigger, status] = on_the_wire("", agents(), call).await;
    let route = "/v1/agents/agent%201%2Fb/telephony/outbound-calls";
    assert_eq!(trigger.target(), route);
    assert_eq!((trigger.header("X-API-KEY"), trigger.header("X-PolyAi-Auth-Token")), (Some(TOKEN), None));
    let expected = serde_json::json!({
        "toNumber": NATIONAL,
        "countryCode": "US",
        "environment": "pre-release",
        "variantId": "v2",
        "encryption": "udp_srtp",
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&trigger.body).unwrap(), expected);
    assert_eq!(status.target(), format!("{route}/{SID}/status?environment=pre-release"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_urls_prefix_stands_before_every_route() {
    for prefix in ["/team%20a/x", "/team%20a/x/"] {
        let [trigger, status] = on_the_wire(prefix, Api::Outbound, plain()).await;
        assert_eq!(trigger.target(), "/team%20a/x/v1/outbound-calling");
        assert_eq!(status.target(), format!("/team%20a/x/v1/outbound-calling/{SID}/status"));
    }
}

// On one thread, because on several a next request may find the connection on its way back to the pool.
#[tokio::test]
async fn twenty_readings_one_after_another_use_one_connection() {
    let server = Server::always([json(200, r#"{"status":"queued","reason":""}"#)]).await;
    let client = builder(server.url()).build().unwrap();
    let sid = CallSid::parse(SID).unwrap();
    for _ in 0..20 {
        // Clones and other limits share it.
        client.clone().with_max_retries(1).status(&sid).await.unwrap();
    }
    assert_eq!((server.count("GET"), server.connections()), (20, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_read_only_in_part_does_not_spoil_the_next() {
    let long = format!(r#"{{"status":"queued","reason":"{}"}}"#, "x".repeat(2_000_000));
    let server = Server::start(move |_, number| match number {
        0 => vec![json(200, &long)],
        _ => vec![json(200, r#"{"status":"calling","reason":""}"#)],
    })
    .await;
    let client = builder(server.url()).max_retries(0).build().unwrap();
    let sid = CallSid::parse(SID).unwrap();
    assert_eq!(client.status(&sid).await.unwrap_err().code(), ErrorCode::UnexpectedAnswer);
    assert_eq!(client.status(&sid).await.unwrap().value.status, CallStatus::Calling);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_dialect_does_not_know_is_refused_before_anything_is_sent() {
    let server = Server::always([json(200, "{}")]).await;
    let client = builder(server.url()).build().unwrap();
    let call = || plain().with_variant(VariantId::new("v2").unwrap());
    let trigger = client.trigger(call());
    let handle = trigger.handle();
    let error = trigger.await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (ErrorCode::InvalidInput, 0));
    assert_eq!((error.placement(), handle.placement()), (Some(Placement::NotPlaced), Placement::NotPlaced));
    assert!(error.to_string().contains("variant_id"), "{error}");
    assert_eq!(client.call(call()).await.unwrap_err(), error);
    let events: Vec<_> = client.call(call()).events().collect().await;
    assert_eq!(events, [CallEvent::Ended(Err(error))]);
    assert_eq!(server.connections(), 0);
}

#[test]
fn every_region_of_a_dialect_has_its_own_base_url() {
    let url = |region, api: Api| {
        let client = Client::builder().region(region).api(api).token(TOKEN).build();
        client
            .map(|client| client.service().base_url().as_str().to_owned())
            .map_err(|error| error.to_string())
    };
    for (region, outbound, agents_url) in [
        (Region::Us, Some("https://api.us-1.platform.polyai.app"), Some("https://api.us.poly.ai")),
        (Region::Uk, Some("https://api.uk-1.platform.polyai.app"), Some("https://api.uk.poly.ai")),
        (Region::Euw, Some("https://api.euw-1.platform.polyai.app"), Some("https://api.eu.poly.ai")),
        (Region::Eu, Some("https://api.euw-1.platform.polyai.app"), Some("https://api.eu.poly.ai")),
        (Region::Studio, None, Some("https://api.studio.poly.ai")),
    ] {
        for (api, expected) in [(Api::Outbound, outbound), (agents(), agents_url)] {
            match (url(region, api), expected) {
                (Ok(found), Some(expected)) => assert_eq!(found, expected),
                (Err(error), None) => assert!(error.starts_with("region: "), "{error}"),
                (found, expected) => panic!("{region:?}: {found:?}, expected {expected:?}"),
            }
        }
    }
}

#[test]
fn what_a_client_cannot_be_built_from_is_told_by_its_field() {
    type Given = fn(ClientBuilder) -> ClientBuilder;
    let table: [(&str, Given); 12] = [
        ("region: is not given", |it| it.token(TOKEN)),
        ("token: is not given", |it| it.region(Region::Us)),
        ("token: is empty", |it| it.region(Region::Us).token("")),
        ("token: has a character at position 4", |it| it.region(Region::Us).token("abc\n")),
        ("token: is empty", |it| it.base_url("http://localhost:1").token("")),
        ("region: the outbound API has no region studio", |it| it.region(Region::Studio).token(TOKEN)),
        ("base_url: is not encrypted", |it| it.base_url("http://api.example.com").token(TOKEN)),
        ("base_url: has a query", |it| it.base_url("https://api.example.com/?a=b").token(TOKEN)),
        ("base_url: has a fragment", |it| it.base_url("https://api.example.com/#a").token(TOKEN)),
        ("base_url: has credentials", |it| it.base_url("https://a:b@api.example.com").token(TOKEN)),
        ("base_url: does not begin with https://", |it| it.base_url("api.example.com").token(TOKEN)),
        ("base_url: does not begin with https://", |it| it.base_url("ftp://api.example.com").token(TOKEN)),
    ];
    for (expected, given) in table {
        let error = given(Client::builder()).build().unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}; expected {expected}");
    }
    let last = |it: ClientBuilder| it.token(TOKEN).build().unwrap().service().base_url().as_str().to_owned();
    assert_eq!(last(Client::builder().region(Region::Us).base_url("http://[::1]:9/")), "http://[::1]:9");
    assert_eq!(
        last(Client::builder().base_url("nonsense").region(Region::Uk)),
        "https://api.uk-1.platform.polyai.app"
    );
    assert_eq!(
        last(Client::builder().allow_insecure_http().base_url("http://a.example")),
        "http://a.example"
    );
}

/// What the test below tells the process that it starts of itself.
const DIRECT: &str = "TESTED_DIRECT_URL";

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_proxy_is_used_for_all_but_this_machine() {
    let sid = CallSid::parse(SID).unwrap();
    if let Ok(direct) = std::env::var(DIRECT) {
        let read = |url: &str| builder(url).allow_insecure_http().max_retries(0).build().unwrap();
        read(&direct).status(&sid).await.unwrap();
        read(&direct.replace("127.0.0.1", "localhost")).status(&sid).await.unwrap();
        read("http://outbound.example").status(&sid).await.unwrap();
        return;
    }
    let answer = || Server::always([json(200, r#"{"status":"queued","reason":""}"#)]);
    let (direct, proxy) = (answer().await, answer().await);
    // What the environment is read for can only be set for a process of one's own.
    let child = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_systems_proxy_is_used_for_all_but_this_machine"])
        .env(DIRECT, direct.url())
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, proxy.url())))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .await
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert_eq!(direct.count("GET"), 2);
    let targets: Vec<_> = proxy.seen().iter().map(|seen| seen.target().to_owned()).collect();
    assert_eq!(targets, [format!("http://outbound.example/v1/outbound-calling/{SID}/status")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_client_of_ones_own_brings_its_proxy() {
    let proxy = Server::always([json(200, format!(r#"{{"call_sid":"{SID}"}}"#))]).await;
    let http = polyai_outbound::http_client_builder()
        .proxy(reqwest::Proxy::all(proxy.url()).unwrap())
        .build()
        .unwrap();
    let client = builder("http://outbound.example").allow_insecure_http().http_client(http).build().unwrap();
    client.trigger(plain()).await.unwrap();
    let seen = proxy.seen();
    assert_eq!(seen[0].target(), "http://outbound.example/v1/outbound-calling");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_does_not_come_about_in_the_time_for_all_rang_nobody() {
    for client in [
        builder(Full::new().await.url).timeout(Duration::from_secs(1)),
        builder(Full::new().await.url).request_timeout(Duration::from_secs(1)),
    ] {
        let error = client.max_retries(0).build().unwrap().trigger(plain()).await.unwrap_err();
        assert_eq!((error.code(), error.placement()), (ErrorCode::NotConnected, Some(Placement::NotPlaced)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_clones_spend_one_budget_of_retries() {
    let server = Server::always([own(500, r#"{"error":"no","code":"INTERNAL_ERROR"}"#)]).await;
    let quick = RetryPolicy { base: Duration::from_millis(10), ..RetryPolicy::default() };
    let client = builder(server.url()).retry(quick).retry_budget(RetryBudget::new(4)).build().unwrap();
    let attempts = async |client: Client| client.trigger(plain()).await.unwrap_err().attempts();
    assert_eq!(attempts(client.clone()).await, 4);
    assert_eq!(attempts(client.with_max_retries(9)).await, 2, "one retry was left");
    assert_eq!(attempts(client.clone()).await, 1);
    assert_eq!(server.count("POST"), 7);
}
