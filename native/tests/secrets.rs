//! What nothing may show: the credential, metadata values, full phone numbers. All that is logged by any crate at any
//! level, all errors and all `Debug` are searched for them, while servers quote them wherever they can.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fmt::Debug;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use common::logs::Logs;
use common::server::{Act, Refusing, Server, answer, json, raw};
use common::tls::{Frame, H2Server, INTERNAL_ERROR};
use common::{METADATA, NATIONAL, NUMBER, SID, TOKEN, builder, call, expect_eq, side_by_side};
use futures_util::StreamExt;
use polyai_outbound::core::{Response, Trigger, wire};
use polyai_outbound::sandbox::{Config, RunningSandbox, Sandbox, SandboxServer};
use polyai_outbound::{
    AgentId, Api, CallEvent, CallSid, Client, Credential, Destination, Environment, Error, Metadata,
    PhoneNumber, Placement, RetryPolicy, Timestamp, TriggerCall,
};

/// What must not be found in any spelling.
const HIDDEN: [&str; 9] = [
    TOKEN,
    METADATA[0].1,
    METADATA[1].1,
    "4155550100",
    NATIONAL,
    "(415)555-0100",
    "415 555 0100",
    "415-555-0100",
    "415.555.0100",
];

/// All that this process logs, from its first test on.
static LOGS: LazyLock<Logs> = LazyLock::new(|| {
    let logs = Logs::default();
    tracing::subscriber::set_global_default(logs.subscriber()).unwrap();
    // Some crates log through `log`.
    tracing_log::LogTracer::init().unwrap();
    logs
});

/// The first of them that a text shows.
fn shown(text: &str) -> Option<&'static str> {
    HIDDEN.into_iter().find(|hidden| text.contains(hidden))
}

#[track_caller]
fn assert_hidden(text: &str) {
    let Some(hidden) = shown(text) else { return };
    let line = text.lines().find(|line| line.contains(hidden)).unwrap_or(text);
    panic!("{hidden} is shown: {line}");
}

#[track_caller]
fn assert_no_debug(value: &impl Debug) {
    assert_hidden(&format!("{value:?} {value:#?}"));
}

/// An error in all the ways in which people print one.
#[track_caller]
fn assert_no_error(error: &(impl std::error::Error + 'static)) {
    assert_no_debug(error);
    assert_hidden(&error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        assert_hidden(&format!("{error} {error:?}"));
        cause = error.source();
    }
}

/// What the logs must tell, so that a test that finds nothing in them has looked at the right ones.
fn assert_logged(marks: &[&str]) {
    let logged = LOGS.text();
    for mark in marks {
        assert!(logged.contains(mark), "{mark} is not in the logs: nothing was captured of it");
    }
    assert_hidden(&logged);
}

fn quick() -> RetryPolicy {
    RetryPolicy { base: Duration::from_millis(5), ..RetryPolicy::default() }
}

fn agents() -> Api {
    Api::Agents { agent_id: AgentId::new("agent-1").unwrap(), environment: Environment::Live }
}

fn national() -> TriggerCall {
    let destination = Destination::parse(NATIONAL, Some("US")).unwrap();
    TriggerCall::new(destination).with_metadata(Metadata::new(METADATA).unwrap())
}

async fn sandbox() -> RunningSandbox {
    let config = Config::default().with_token(Credential::new(TOKEN).unwrap()).with_speed(60.0).unwrap();
    assert_no_debug(&config);
    SandboxServer::bind(([127, 0, 0, 1], 0).into(), config).await.unwrap().spawn()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_go_well_show_nothing() {
    LazyLock::force(&LOGS);
    let sandbox = sandbox().await;
    for (api, call) in [(Api::Outbound, call()), (agents(), call()), (Api::Outbound, national())] {
        let client = builder(sandbox.base_url()).api(api).retry(quick()).build().unwrap();
        let trigger = client.trigger(call.clone());
        assert_no_debug(&trigger.handle());
        let placed = trigger.await.unwrap();
        assert_no_debug(&placed);
        assert_no_debug(&client.status(&placed.value.call_sid).await.unwrap());
        let mut watch = client.watch(placed.value.call_sid);
        assert_no_debug(&watch.next().await.unwrap().unwrap());
        assert_no_debug(&watch.snapshot());
        assert_no_debug(&watch.end().await);
        assert_no_debug(&client.call(call).events().collect::<Vec<_>>().await);
    }
    for call in sandbox.calls() {
        assert_no_debug(&call);
    }
    sandbox.stop().await;
    assert_logged(&["call placed", "status read", "call ended", "hyper", "reqwest"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_the_sandbox_refuses_show_nothing() {
    LazyLock::force(&LOGS);
    let sandbox = sandbox().await;
    let wrong = Client::builder().base_url(sandbox.base_url()).token(TOKEN.to_uppercase()).build().unwrap();
    assert_no_error(&wrong.trigger(call()).await.unwrap_err());
    let client =
        builder(sandbox.base_url()).retry(quick()).request_timeout(Duration::from_millis(200)).build();
    let client = client.unwrap();
    for digits in [5, 6, 11, 12, 13] {
        let number = format!("{}{digits:02}", &NUMBER[..NUMBER.len() - 2]);
        let call = common::call_to(&number);
        for result in [client.with_max_retries(0).trigger(call.clone()).await, client.trigger(call).await] {
            let shown = result.map_or_else(|error| format!("{error} {error:?}"), |done| format!("{done:?}"));
            assert_hidden(&shown);
            assert!(!shown.contains(&number[2..]), "{shown}");
        }
        assert!(!LOGS.text().contains(&number[2..]));
    }
    assert_logged(&["attempt failed", "failed"]);
}

/// Everything that is hidden, in one text that a JSON string can hold.
fn quoted() -> String {
    let [(_, first), (_, second)] = METADATA;
    format!("{NUMBER} ({NATIONAL}, 14155550100, 1 415 555 0100, 415.555.0100), {first}, {second}, {TOKEN}")
}

/// Answers that quote what they were asked, each in other places.
fn quoting() -> Vec<(&'static str, Act)> {
    let quoted = quoted();
    let own = format!(r#"{{"error":"{quoted}","code":"{quoted}"}}"#);
    let all = format!(
        r#"{{"error":"{quoted}","code":"{quoted}","error_id":"{quoted}","error_code":"{quoted}","error_message":"{quoted}","message":"{quoted}"}}"#
    );
    let page = format!("<html><title>{quoted}</title><body>{quoted}</body></html>");
    let fields = HIDDEN
        .map(|hidden| {
            format!("X-PolyAI-Correlation-Id: {hidden}\r\nX-Echo: {hidden}\r\nLocation: /{hidden}\r\nServer: {hidden}\r\n")
        })
        .concat();
    let reason = format!("HTTP/1.1 500 {quoted}\r\nContent-Length: 0\r\n\r\n");
    let word = format!(r#"{{"call_sid":"{SID}","status":"{quoted}","reason":"{quoted}"}}"#);
    let mut answers = vec![
        ("its own envelope", json(500, &own)),
        ("its own envelope, refused", json(400, &own)),
        ("every member", json(400, &all)),
        ("every member, unknown", json(504, &all)),
        ("a page", answer(502, "", &page)),
        ("a page with 200", answer(200, "", &page)),
        ("text", answer(403, "Content-Type: text/plain\r\n", &quoted)),
        ("a string", json(500, format!("\"{quoted}\""))),
        ("a broken body", json(200, format!(r#"{{"error":"{quoted}""#))),
        ("the request itself", json(400, serde_json::json!({ "error": own }).to_string())),
        ("header fields", answer(429, &format!("Retry-After: 0\r\n{fields}"), "")),
        ("header fields of a redirect", answer(307, &fields, "")),
        ("header fields and a body", answer(500, &fields, &own)),
        ("the status line", raw(reason)),
        ("a word and a reason", json(200, word)),
        ("what is not HTTP", raw(format!("{quoted}\r\n\r\n"))),
    ];
    for hidden in HIDDEN {
        let body = format!(r#"{{"error":"{hidden}","code":"{hidden}","error_id":"{hidden}"}}"#);
        answers.push((hidden, answer(400, &format!("X-PolyAI-Correlation-Id: {hidden}\r\n"), body)));
    }
    answers
}

/// What came of a trigger or a call, with all that was told on the way.
async fn shown_of(client: &Client, call: TriggerCall) -> Vec<String> {
    let mut told = Vec::new();
    match client.trigger(call.clone()).await {
        Ok(done) => told.push(format!("{done:?}")),
        Err(error) => {
            assert_no_error(&error);
            told.push(format!("{error} {error:?} {:?} {:?}", error.message(), error.correlation_id()));
        }
    }
    let mut events = client.call(call).events();
    while let Some(event) = events.next().await {
        told.push(format!("{event:?}"));
        if let CallEvent::Ended(Err(error)) = &event {
            assert_no_error(error);
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_quote_the_trigger_are_not_quoted() {
    LazyLock::force(&LOGS);
    for (name, act) in quoting() {
        let word = name == "a word and a reason";
        let server = Server::start(move |seen, _| match (word, seen.method()) {
            // A call that is placed is followed; it has to end some time.
            (true, "GET") => vec![json(200, format!(r#"{{"status":"failure","reason":"{}"}}"#, quoted()))],
            _ => vec![act.clone(), Act::Close],
        })
        .await;
        for (api, call) in [(Api::Outbound, call()), (agents(), national())] {
            let client = builder(server.url()).api(api).retry(quick()).build().unwrap();
            for told in shown_of(&client, call).await {
                assert!(shown(&told).is_none(), "{name}: {told}");
            }
        }
    }
    assert_logged(&["failed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_quote_a_call_when_its_status_is_read_are_not_quoted() {
    LazyLock::force(&LOGS);
    let cases = quoting().into_iter().map(|(name, act)| {
        let case = async move {
            let server = Server::start(move |seen, number| match (seen.method(), number) {
                ("POST", _) => vec![json(200, format!(r#"{{"call_sid":"{SID}"}}"#))],
                _ => vec![act.clone(), Act::Close],
            })
            .await;
            let settings = builder(server.url()).retry(quick()).follow_timeout(Duration::from_secs(3));
            let client = settings.build().unwrap();
            let told = client.call(call()).events().map(|event| format!("{event:?}")).collect::<Vec<_>>();
            // A reading that stands alone knows neither number nor metadata: what the service says of them is the
            // caller's to show, and ours not to log, but for an identifier that is nothing else.
            let alone = async {
                if HIDDEN.contains(&name) && name != TOKEN {
                    return;
                }
                let sid = CallSid::parse(SID).unwrap();
                let _ = client.status(&sid).await;
                let _ = client.watch(sid).take(2).collect::<Vec<_>>().await;
            };
            let (told, ()) = tokio::join!(told, alone);
            expect_eq("what is shown", told.iter().find_map(|told| shown(told)), None)
        };
        (name, case)
    });
    side_by_side(cases).await;
    assert_logged(&["failed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_fail_show_nothing() {
    LazyLock::force(&LOGS);
    let plain = Server::always([raw("HTTP/1.1 200 OK\r\nContent-"), Act::Reset]).await;
    let hangs = Server::always([Act::Hang]).await;
    let h2 = H2Server::always([Frame::Answer(format!(r#"{{"error":"{}"}}"#, quoted()))]).await;
    let reset = H2Server::always([Frame::Reset(INTERNAL_ERROR)]).await;
    let trusting = |server: &H2Server| {
        let certificates = [server.certificate()];
        polyai_outbound::http_client_builder().no_proxy().tls_certs_only(certificates).build().unwrap()
    };
    let refusing = Refusing::new();
    let clients = [
        builder(plain.url()),
        builder(hangs.url()),
        builder(refusing.url()),
        builder(format!("https://{}", plain.address())),
        builder(h2.url()),
        builder(h2.url()).http_client(trusting(&h2)),
        builder(reset.url()).http_client(trusting(&reset)),
    ];
    for set_up in clients {
        assert_no_debug(&set_up);
        let client = set_up.retry(quick()).request_timeout(Duration::from_millis(300)).build().unwrap();
        assert_no_debug(&client);
        for told in shown_of(&client, call()).await {
            assert_hidden(&told);
        }
        client.status(&CallSid::parse(SID).unwrap()).await.unwrap_err();
    }
    assert_eq!(h2.requests(), 6, "two triggers and four readings trusted its certificate");

    // A trigger that is dropped warns.
    let trigger = builder(hangs.url()).build().unwrap().trigger(call());
    let handle = trigger.handle();
    let sent = hangs.seen().len();
    tokio::select! {
        _ = trigger => panic!("it is never answered"),
        () = hangs.reads(sent + 1) => {}
    }
    assert_eq!(handle.placement(), Placement::Unknown);
    assert_logged(&["the call may have been placed", "h2::", "rustls"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn panics_that_print_an_error_show_nothing() {
    LazyLock::force(&LOGS);
    let body = format!(r#"{{"error":"{}","code":"BAD_REQUEST"}}"#, quoted());
    let server = Server::always([json(400, body)]).await;
    let client = builder(server.url()).build().unwrap();
    let said: &'static Mutex<String> = Box::leak(Box::default());
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        *said.lock().unwrap() += &info.to_string();
        before(info);
    }));
    let unwrapped = tokio::spawn(async move { client.trigger(call()).await.unwrap() }).await.unwrap_err();
    assert!(unwrapped.is_panic());
    let said = said.lock().unwrap().clone();
    assert!(said.contains("Rejected"), "{said}");
    assert_hidden(&said);
}

#[test]
fn values_that_hold_a_secret_do_not_print_it() {
    let service = |api| {
        let client = builder("http://localhost:1").api(api).build().unwrap();
        assert_no_debug(&client);
        client.service().clone()
    };
    for (api, call) in [(Api::Outbound, call()), (agents(), national())] {
        let service = service(api);
        assert_no_debug(&service);
        assert_no_debug(&service.credential());
        assert_no_debug(&call);
        assert_no_debug(call.destination());
        assert_hidden(&call.destination().masked());
        assert_no_debug(call.metadata());
        let request = wire::trigger_request(&service, &call).unwrap();
        assert_no_debug(&request);
        assert_no_debug(&request.headers);
        request.headers.iter().for_each(|field| assert_no_debug(&field));
        assert_no_debug(&Trigger::new(service.clone().into(), call.clone()).unwrap());
        let mut sandbox = Sandbox::new(Config::default().with_token(Credential::new(TOKEN).unwrap()));
        assert_no_debug(&sandbox.handle(Timestamp::default(), &request));
        assert_eq!(sandbox.calls().count(), 1);
        sandbox.calls().for_each(|call| assert_no_debug(&call));
        // With its credential marked, the request of the `http` crate does not print it either.
        let request = polyai_outbound::core::Request { body: Vec::new(), ..request };
        assert_no_debug(&http::Request::try_from(request).unwrap());
    }
    let response = Response { status: 200, headers: Default::default(), body: quoted().into_bytes() };
    assert_no_debug(&response);
    assert_no_debug(&wire::Reply::from(&response));
    assert_no_debug(&PhoneNumber::parse(NUMBER).unwrap());
}

#[test]
fn what_is_refused_is_not_quoted() {
    for number in ["+14155550100x", "14155550100", "+1 415 555 0100", "+141555501001", "+99914155550100"] {
        let refused = Destination::parse(number, None).unwrap_err();
        assert_no_error(&refused);
        assert_no_error(&Error::from(refused));
        assert_no_error(&Destination::parse(number, Some("XX")).unwrap_err());
    }
    for (name, value) in [("a b", METADATA[0].1.to_owned()), ("a", format!("{}\r\n", METADATA[0].1))] {
        assert_no_error(&Metadata::new([(name, value)]).unwrap_err());
    }
    for json in [
        format!(r#"{{"a":"{}","b":415555010}}"#, METADATA[0].1),
        format!(r#"{{"a":["{}"]}}"#, METADATA[0].1),
        format!(r#""{}""#, METADATA[0].1),
        format!(r#"{{"a":"{}""#, METADATA[0].1),
    ] {
        assert_no_error(&Metadata::from_json(json.as_bytes()).unwrap_err());
    }
    let line = format!("{TOKEN}\n");
    assert_no_error(&Credential::new(line.as_str()).unwrap_err());
    let set_up = Client::builder().region(polyai_outbound::Region::Us).token(line);
    assert_no_debug(&set_up);
    assert_no_error(&set_up.build().unwrap_err());
    for url in [format!("https://user:{TOKEN}@api.example"), format!("https://api.example/?token={TOKEN}")] {
        let set_up = Client::builder().base_url(url).token(TOKEN);
        assert_no_debug(&set_up);
        assert_no_error(&set_up.build().unwrap_err());
    }
}
