//! The client against the served sandbox, in both dialects.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::time::{Duration, Instant};

use common::{SID, TOKEN, builder, expect_eq, side_by_side};
use futures_util::StreamExt;
use polyai_outbound::sandbox::{Config, Faults, RunningSandbox, SandboxServer};
use polyai_outbound::{
    AgentId, Api, CallEvent, CallSid, CallStatus, Client, Credential, Destination, Environment, ErrorCode,
    Placement, RetryBudget, RetryPolicy, Snapshot, TriggerCall,
};

/// No wait between attempts is worth waiting for here.
const QUICK: RetryPolicy =
    RetryPolicy { max_retries: 3, base: Duration::from_millis(10), cap: Duration::from_secs(1) };

async fn sandbox(speed: f64) -> RunningSandbox {
    seeded(speed, 1).await
}

async fn seeded(speed: f64, seed: u64) -> RunningSandbox {
    let config = Config::default().with_token(Credential::new(TOKEN).unwrap()).with_seed(seed);
    let config = config.with_speed(speed).unwrap();
    SandboxServer::bind(([127, 0, 0, 1], 0).into(), config).await.unwrap().spawn()
}

fn agents() -> Api {
    Api::Agents { agent_id: AgentId::new("agent 1/b").unwrap(), environment: Environment::PreRelease }
}

fn client_of(sandbox: &RunningSandbox, api: Api) -> Client {
    builder(sandbox.base_url()).api(api).retry(QUICK).build().unwrap()
}

/// A call to the fictional number that ends so.
fn to(digits: u8) -> TriggerCall {
    in_area(415, digits)
}

/// The same in another area: the sandbox counts the triggers that it refuses by number.
fn in_area(area: u16, digits: u8) -> TriggerCall {
    TriggerCall::new(Destination::parse(&format!("+1{area}55501{digits:02}"), None).unwrap())
}

const fn area_of(api: &Api) -> u16 {
    match api {
        Api::Outbound => 415,
        Api::Agents { .. } => 212,
    }
}

/// The same in both dialects, side by side.
async fn in_both_dialects(case: impl AsyncFn(Api) -> Result<(), String>) {
    let cases = [("outbound", Api::Outbound), ("agents", agents())];
    side_by_side(cases.map(|(name, api)| (name, case(api)))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_placed_watched_and_read_after_its_end() {
    // Slow enough for the second reading to find any call calling; this seed draws short ones.
    let sandbox = seeded(3.5, 33).await;
    in_both_dialects(async |api: Api| {
        let client = client_of(&sandbox, api.clone());
        let placed = client.trigger(to(0)).await.map_err(|error| error.to_string())?;
        expect_eq("attempts", (placed.attempts, placed.http_status), (1, 200))?;
        expect_eq("a correlation id is there", placed.correlation_id.is_some(), true)?;
        let told = (api != Api::Outbound).then_some(CallStatus::Queued);
        expect_eq("what the trigger tells", placed.value.status, told)?;

        let sid = placed.value.call_sid;
        let changes: Vec<_> = client.watch(sid.clone()).map(|change| change.unwrap()).collect().await;
        let words: Vec<_> = changes.iter().map(|change| change.status.as_str()).collect();
        expect_eq("the changes", words, vec!["queued", "calling", "success"])?;
        expect_eq("they are in order", changes.is_sorted_by_key(|change| change.at), true)?;

        let read = client.status(&sid).await.map_err(|error| error.to_string())?;
        expect_eq("the status", read.value.status, CallStatus::Success)?;
        let end = client.watch(sid.clone()).end().await.map_err(|error| error.to_string())?;
        expect_eq(
            "the end",
            (end.status, end.call_sid, end.attempts),
            (CallStatus::Success, sid.clone(), 0),
        )?;
        let rang = sandbox.calls().into_iter().filter(|call| call.api == api && call.call_sid == sid).count();
        expect_eq("how many phones rang", rang, 1)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_triggered_and_followed_to_its_end_in_one() {
    let sandbox = sandbox(60.0).await;
    let end = async |api: Api, digits, status: &str, reason: &str, attempts| {
        let call = in_area(area_of(&api), digits);
        let end = client_of(&sandbox, api).call(call).await.map_err(|error| error.to_string())?;
        expect_eq("the status", end.status.as_str(), status)?;
        expect_eq("the reason", end.reason.as_str(), reason)?;
        expect_eq("attempts", end.attempts, attempts)?;
        expect_eq("a correlation id is there", end.correlation_id.is_some(), true)
    };
    let queue = "call queueing: max timeout limit exceeded";
    side_by_side([
        ("success", end(Api::Outbound, 0, "success", "", 1)),
        ("success, agents", end(agents(), 0, "success", "", 1)),
        ("queue time-out", end(Api::Outbound, 3, "failure", queue, 1)),
        ("queue time-out, agents", end(agents(), 3, "failure", queue, 1)),
        ("busy", end(Api::Outbound, 2, "failure", "call setup: the called party is busy", 1)),
        ("two failures before it is placed", end(Api::Outbound, 5, "success", "", 3)),
        ("too many at once", end(Api::Outbound, 7, "success", "", 2)),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_tell_everything_on_the_way_and_then_no_more() {
    let sandbox = sandbox(60.0).await;
    in_both_dialects(async |api: Api| {
        // The agents dialect's failure to place is no such thing unless the caller says so.
        let settings = builder(sandbox.base_url()).api(api.clone()).retry(QUICK).agents_502_not_placed(true);
        let client = settings.build().unwrap();
        let mut events = client.call(in_area(area_of(&api), 5)).events();
        let (mut told, mut snapshots) = (Vec::new(), Vec::new());
        while let Some(event) = events.next().await {
            snapshots.push(events.snapshot().is_some());
            told.push(match event {
                CallEvent::Retrying(retrying) => format!("{} {}", retrying.code, retrying.attempts),
                CallEvent::Placed(placed) => format!("placed {}", placed.attempts),
                CallEvent::Status(change) => change.status.to_string(),
                CallEvent::Regression(status) => format!("regression {status}"),
                CallEvent::Ended(result) => format!("ended {}", result.unwrap().status),
            });
        }
        let mut expected =
            vec!["service_failed 1", "service_failed 2", "placed 3", "success", "ended success"];
        if api != Api::Outbound {
            expected.insert(3, "queued");
        }
        expect_eq("the events", told, expected.iter().map(ToString::to_string).collect())?;
        let known = |at: usize| snapshots.get(at).copied();
        expect_eq("a snapshot before it is placed", known(1), Some(false))?;
        expect_eq("a snapshot once it is placed", known(2), Some(true))?;
        expect_eq("a snapshot at the end", snapshots.last().copied(), Some(true))?;
        expect_eq("what comes after the end", events.next().await, None)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_watched_here_is_followed_on_elsewhere() {
    let sandbox = sandbox(14.0).await;
    in_both_dialects(async |api: Api| {
        let placed =
            client_of(&sandbox, api.clone()).trigger(to(0)).await.map_err(|error| error.to_string())?;
        let mut watch = client_of(&sandbox, api.clone()).watch(placed.value.call_sid.clone());
        let first = watch.next().await.unwrap().map_err(|error| error.to_string())?;
        expect_eq("the first change", first.status, CallStatus::Queued)?;
        let stored = serde_json::to_string(&watch.snapshot()).unwrap();
        drop(watch);

        let snapshot: Snapshot = serde_json::from_str(&stored).unwrap();
        let watch = client_of(&sandbox, api.clone()).watch(snapshot);
        let words: Vec<_> = watch.map(|change| change.unwrap().status.to_string()).collect().await;
        expect_eq("queued is told again", words.iter().any(|word| word == "queued"), false)?;
        expect_eq("the last change", words.last().map(String::as_str), Some("success"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_no_reference_has_is_told_and_is_no_end() {
    let sandbox = sandbox(2.0).await;
    in_both_dialects(async |api: Api| {
        let client = client_of(&sandbox, api);
        let sid = client.trigger(to(10)).await.map_err(|error| error.to_string())?.value.call_sid;
        let changes: Vec<_> = client.watch(sid).take(2).collect().await;
        match changes.as_slice() {
            [Ok(first), Ok(second)] => {
                expect_eq("first", first.status.as_str(), "queued")?;
                expect_eq("then", second.status.as_str().to_lowercase(), "ringing".to_owned())
            }
            other => Err(format!("{other:?}")),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_phone_rang_is_told_where_it_is_known_and_only_there() {
    let sandbox = sandbox(60.0).await;
    let triggered = async |api: Api, digits, posts: usize, placement| {
        // Some answers never come, or not before the time is over; all others are waited for.
        let timeout = match digits {
            7 => Duration::from_millis(500),
            11 => Duration::from_secs(5),
            _ => Duration::from_secs(60),
        };
        let error = client_of(&sandbox, api.clone())
            .with_timeout(timeout)
            .trigger(to(digits))
            .await
            .map(drop)
            .unwrap_err();
        expect_eq("the placement", error.placement(), Some(placement))?;
        let number = to(digits);
        let rang = sandbox.calls();
        let rang = rang.iter().filter(|call| &call.destination == number.destination() && call.api == api);
        expect_eq("how many phones rang", rang.count(), posts)
    };
    use Placement::{NotPlaced, Unknown};
    side_by_side([
        ("cut before the answer", triggered(Api::Outbound, 6, 1, Unknown)),
        ("cut before the answer, agents", triggered(agents(), 6, 1, Unknown)),
        ("never answered", triggered(Api::Outbound, 11, 1, Unknown)),
        ("a gateway's page, not placed", triggered(Api::Outbound, 12, 0, Unknown)),
        ("a gateway's page, placed", triggered(Api::Outbound, 13, 1, Unknown)),
        ("a gateway's page, placed, agents", triggered(agents(), 13, 1, Unknown)),
        ("no time to wait as long as is asked", triggered(Api::Outbound, 7, 0, NotPlaced)),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_fails_to_be_read_or_is_gone_is_told_as_that() {
    let sandbox = sandbox(60.0).await;
    let failing = async {
        let client = client_of(&sandbox, Api::Outbound);
        let sid = client.trigger(to(8)).await.unwrap().value.call_sid;
        let error = client.with_max_retries(0).status(&sid).await.unwrap_err();
        expect_eq("without retries", (error.code(), error.attempts()), (ErrorCode::ServiceFailed, 1))?;
        expect_eq("with retries", client.status(&sid).await.map(|read| read.attempts), Ok(3))
    };
    // A call that is followed takes minutes of this until it is given up: the vectors show it.
    let gone = async {
        let client = client_of(&sandbox, Api::Outbound);
        let sid = client.trigger(to(9)).await.unwrap().value.call_sid;
        let error = loop {
            match client.status(&sid).await {
                Ok(read) => expect_eq("an end", read.value.status.is_terminal(), false)?,
                Err(error) => break error,
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        expect_eq("the code", error.code(), ErrorCode::NotFound)?;
        expect_eq("the SID", error.call_sid(), Some(&sid))
    };
    let unknown = async {
        let sid = CallSid::parse(SID).unwrap();
        let client = client_of(&sandbox, agents());
        let read = client.status(&sid).await.unwrap_err();
        expect_eq("read", (read.code(), read.attempts(), read.placement()), (ErrorCode::NotFound, 1, None))?;
        let watched = client.watch(sid.clone()).end().await.unwrap_err();
        expect_eq("watched", (watched.code(), watched.call_sid()), (ErrorCode::NotFound, Some(&sid)))
    };
    let cases: [(_, futures_util::future::BoxFuture<'_, _>); 3] = [
        ("three failures", Box::pin(failing)),
        ("gone at its end", Box::pin(gone)),
        ("never there", Box::pin(unknown)),
    ];
    side_by_side(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_the_services_places_no_call() {
    let sandbox = sandbox(60.0).await;
    for api in [Api::Outbound, agents()] {
        let client =
            Client::builder().base_url(sandbox.base_url()).api(api).token("another").build().unwrap();
        let error = client.trigger(to(0)).await.unwrap_err();
        assert_eq!((error.code(), error.attempts()), (ErrorCode::Unauthorized, 1));
        assert_eq!(error.placement(), Some(Placement::NotPlaced));
        assert!(error.correlation_id().is_some());
        // A proxy may add the token; the sandbox is none.
        let without = Client::builder().base_url(sandbox.base_url()).build().unwrap();
        assert_eq!(without.trigger(to(0)).await.unwrap_err().code(), ErrorCode::Unauthorized);
    }
    assert_eq!(sandbox.calls().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_requests_fail_nobody_is_called_twice_and_nothing_false_is_told() {
    let sandbox = sandbox(60.0).await;
    // Whichever requests these strike, some triggers fail four times in a row.
    sandbox
        .set_faults(Faults { server_error: 0.6, cut_before: 0.1, cut_after: 0.2, delay: 0.3, delay_ms: 20 })
        .unwrap();
    let client =
        builder(sandbox.base_url()).retry(QUICK).retry_budget(RetryBudget::new(1000)).build().unwrap();
    let triggers = (0..300).map(|at| {
        let number = Destination::parse(&format!("+1415200{at:04}"), None).unwrap();
        let triggering = client.trigger(TriggerCall::new(number.clone()));
        async move { (number, triggering.handle(), triggering.await) }
    });
    let ends = futures_util::future::join_all(triggers).await;
    let calls = sandbox.calls();
    let mut counted = [0; 3];
    for (number, handle, result) in ends {
        let rang = calls.iter().filter(|call| call.destination == number).count();
        let told = result.as_ref().map_or_else(|error| error.placement().unwrap(), |_| Placement::Placed);
        assert_eq!(handle.placement(), told);
        let (kind, true_to_it) = match told {
            Placement::Placed => (0, rang == 1),
            Placement::NotPlaced => (1, rang == 0),
            Placement::Unknown => (2, rang <= 1),
        };
        assert!(true_to_it, "{told} is told of a call that rang {rang} times");
        counted[kind] += 1;
    }
    assert!(counted.iter().all(|count| *count > 0), "placed, not placed, unknown: {counted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_limits_hold_for_the_client_that_was_given_them_only() {
    let sandbox = sandbox(60.0).await;
    let client = client_of(&sandbox, Api::Outbound);
    let once = client.with_max_retries(0);
    let hasty = client.with_timeout(Duration::from_millis(200));
    assert_eq!(once.trigger(to(5)).await.unwrap_err().attempts(), 1);
    assert_eq!(client.trigger(to(5)).await.unwrap().attempts, 2, "one failure was left");
    let started = Instant::now();
    let error = hasty.trigger(to(11)).await.unwrap_err();
    assert_eq!((error.code(), error.placement()), (ErrorCode::DeadlineExceeded, Some(Placement::Unknown)));
    assert!(started.elapsed() >= Duration::from_millis(200), "{:?}", started.elapsed());
    let impatient = builder(sandbox.base_url()).request_timeout(Duration::from_millis(200)).build().unwrap();
    assert_eq!(impatient.trigger(to(11)).await.unwrap_err().code(), ErrorCode::TimedOut);
    let short = builder(sandbox.base_url()).follow_timeout(Duration::from_millis(300)).build().unwrap();
    let error = short.call(to(4)).await.unwrap_err();
    assert_eq!((error.code(), error.placement()), (ErrorCode::DeadlineExceeded, Some(Placement::Placed)));
    assert_eq!(client.limits().retry, QUICK);
    assert_eq!(hasty.limits().operation_timeout, Duration::from_millis(200));
}

#[tokio::test(flavor = "multi_thread")]
async fn futures_and_streams_can_be_moved_between_threads() {
    let sandbox = sandbox(60.0).await;
    let client = client_of(&sandbox, Api::Outbound);
    let placed = tokio::spawn(client.trigger(to(0))).await.unwrap().unwrap();
    let sid = placed.value.call_sid;
    let (reader, read) = (client.clone(), sid.clone());
    tokio::spawn(async move { reader.status(&read).await }).await.unwrap().unwrap();
    let watched = tokio::spawn(client.watch(sid).collect::<Vec<_>>());
    let called = tokio::spawn(client.call(to(0)));
    assert_eq!(called.await.unwrap().unwrap().status, CallStatus::Success);
    assert!(watched.await.unwrap().into_iter().all(|change| change.is_ok()));
    sandbox.stop().await;
}
