//! What core costs on the wire, beside serde_json doing the same to a plain struct of the same shape.
//!
//! The promise: building a trigger request and parsing a status answer each take at most 3 times as long.
//!
//!     cargo bench -p polyai-outbound-core

#![allow(clippy::expect_used, reason = "what is benched is fixed here")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use polyai_outbound_core::wire::{self, Reply};
use polyai_outbound_core::{
    AgentId, Api, BaseUrl, CallSid, Credential, Destination, Environment, Headers, Metadata, Operation,
    Response, Service, StatusRead, TriggerCall,
};
use serde::{Deserialize, Serialize};

const NUMBER: &str = "+14155550100";
const SID: &str = "OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301";

fn main() {
    divan::main();
}

fn service(api: Api) -> Arc<Service> {
    let base_url = BaseUrl::parse("https://api.us-1.platform.polyai.app").expect("a URL");
    let token = Credential::new("0123456789abcdef0123456789abcdef").expect("a token");
    Arc::new(Service::at(base_url, api, Some(token)))
}

fn agents() -> Api {
    Api::Agents { agent_id: AgentId::new("agent-1").expect("an identifier"), environment: Environment::Live }
}

/// As a clinic would have it.
fn typical() -> Vec<(String, String)> {
    [
        ("attempt_id", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ("patient_name", "Ada Lovelace"),
        ("appointment", "2026-12-01 09:30"),
        ("clinic", "St. Mary's, 2nd floor"),
        ("language", "en-GB"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// Near the limit.
fn large() -> Vec<(String, String)> {
    (0..100).map(|nth| (format!("note_{nth:03}"), "lorem ipsum dolor sit amet, ".repeat(6))).collect()
}

mod trigger {
    use super::{
        Api, BTreeMap, Bencher, Destination, Metadata, NUMBER, Serialize, TriggerCall, black_box, large,
        service, typical, wire,
    };

    #[derive(Serialize)]
    struct Plain {
        to_number: String,
        metadata: BTreeMap<String, String>,
    }

    fn core(bencher: Bencher<'_, '_>, metadata: Vec<(String, String)>) {
        let service = service(Api::Outbound);
        let call = TriggerCall::new(Destination::parse(NUMBER, None).expect("a number"))
            .with_metadata(Metadata::new(metadata).expect("metadata"));
        bencher.bench_local(|| wire::trigger_request(black_box(&service), black_box(&call)));
    }

    fn bare(bencher: Bencher<'_, '_>, metadata: Vec<(String, String)>) {
        let plain = Plain { to_number: NUMBER.to_owned(), metadata: metadata.into_iter().collect() };
        bencher.bench_local(|| serde_json::to_vec(black_box(&plain)));
    }

    #[divan::bench]
    fn typical_core(bencher: Bencher<'_, '_>) {
        core(bencher, typical());
    }

    #[divan::bench]
    fn typical_serde_json(bencher: Bencher<'_, '_>) {
        bare(bencher, typical());
    }

    #[divan::bench]
    fn large_core(bencher: Bencher<'_, '_>) {
        core(bencher, large());
    }

    #[divan::bench]
    fn large_serde_json(bencher: Bencher<'_, '_>) {
        bare(bencher, large());
    }
}

mod status {
    use super::{
        Api, Arc, Bencher, CallSid, Deserialize, Headers, Operation, Reply, Response, SID, StatusRead,
        agents, black_box, service,
    };

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "it is parsed to see what that takes")]
    struct PlainOutbound {
        status: String,
        reason: String,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "it is parsed to see what that takes")]
    struct PlainAgents {
        call_sid: String,
        status: String,
        reason: String,
    }

    const OUTBOUND: &str = r#"{"status":"calling","reason":""}"#;
    const FAILURE: &str = r#"{"status":"failure","reason":"call queueing: max timeout limit exceeded"}"#;
    const AGENTS: &str =
        r#"{"callSid":"OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301","status":"CALLING","reason":""}"#;

    /// From a response with the headers that a service answers with to what it says.
    fn core(bencher: Bencher<'_, '_>, api: Api, body: &str) {
        let mut headers = Headers::default();
        headers.push("content-type", "application/json");
        headers.push("content-length", body.len().to_string());
        headers.push("date", "Tue, 01 Dec 2026 09:30:00 GMT");
        headers.push("x-polyai-correlation-id", "5d1b0a1e-7c44-4d1e-8f8e-2f1f0c9a7b66");
        let response = Response { status: 200, headers, body: body.as_bytes().to_vec() };
        let read = StatusRead::new(Arc::clone(&service(api)), CallSid::parse(SID).expect("a SID"));
        assert!(
            read.value(&Reply::from(&response), polyai_outbound_core::Timestamp::default()).is_some(),
            "it is a status"
        );
        bencher.bench_local(|| {
            read.value(&Reply::from(black_box(&response)), polyai_outbound_core::Timestamp::default())
        });
    }

    fn bare<'a, T: Deserialize<'a>>(bencher: Bencher<'_, '_>, body: &'a str) {
        bencher.bench_local(|| serde_json::from_slice::<T>(black_box(body.as_bytes())));
    }

    #[divan::bench]
    fn outbound_core(bencher: Bencher<'_, '_>) {
        core(bencher, Api::Outbound, OUTBOUND);
    }

    #[divan::bench]
    fn outbound_serde_json(bencher: Bencher<'_, '_>) {
        bare::<PlainOutbound>(bencher, OUTBOUND);
    }

    #[divan::bench]
    fn failure_core(bencher: Bencher<'_, '_>) {
        core(bencher, Api::Outbound, FAILURE);
    }

    #[divan::bench]
    fn failure_serde_json(bencher: Bencher<'_, '_>) {
        bare::<PlainOutbound>(bencher, FAILURE);
    }

    #[divan::bench]
    fn agents_core(bencher: Bencher<'_, '_>) {
        core(bencher, agents(), AGENTS);
    }

    #[divan::bench]
    fn agents_serde_json(bencher: Bencher<'_, '_>) {
        bare::<PlainAgents>(bencher, AGENTS);
    }
}
