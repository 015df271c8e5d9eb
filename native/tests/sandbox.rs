//! The sandbox on real sockets: what each reaction looks like to a client, many clients, and the end of serving.
#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use polyai_outbound::sandbox::{Config, Faults, RunningSandbox, SandboxServer};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Long enough that only what never comes is taken for it.
const LONG: Duration = Duration::from_secs(10);

async fn running(config: Config) -> RunningSandbox {
    SandboxServer::bind(loopback(), config).await.unwrap().spawn()
}

fn loopback() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

fn number(xx: u8) -> String {
    format!(r#"{{"to_number":"+141555501{xx:02}"}}"#)
}

/// A trigger as it stands on the wire.
fn trigger(xx: u8) -> String {
    post("sandbox", &number(xx))
}

fn post(token: &str, body: &str) -> String {
    format!(
        "POST /v1/outbound-calling HTTP/1.1\r\nHost: localhost\r\nX-PolyAi-Auth-Token: {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn connect(sandbox: &RunningSandbox) -> TcpStream {
    TcpStream::connect(sandbox.local_addr()).await.unwrap()
}

async fn send(sandbox: &RunningSandbox, request: &str) -> TcpStream {
    let mut stream = connect(sandbox).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// One response of a connection that stays open: its head and its body.
async fn response(stream: &mut TcpStream) -> (String, String) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(timeout(LONG, stream.read_u8()).await.unwrap().unwrap()));
    }
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |it| it.parse().unwrap());
    let mut body = vec![0; length];
    timeout(LONG, stream.read_exact(&mut body)).await.unwrap().unwrap();
    (head, String::from_utf8(body).unwrap())
}

/// Waits until so many calls were placed.
async fn placed(sandbox: &RunningSandbox, calls: usize) {
    while sandbox.calls().len() < calls {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What still arrives until the connection is closed or reset.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("the connection is closed");
    bytes
}

#[tokio::test]
async fn answers_arrive_whole_and_the_connection_serves_on() {
    let sandbox = running(Config::default()).await;
    let mut stream = connect(&sandbox).await;
    for (xx, status) in
        [(0, "200 ok"), (5, "500 internal server error"), (12, "502 bad gateway"), (0, "200 ok")]
    {
        stream.write_all(trigger(xx).as_bytes()).await.unwrap();
        let (head, body) = response(&mut stream).await;
        assert!(head.starts_with(&format!("http/1.1 {status}\r\n")), "{head}");
        assert_eq!(
            head.contains("\r\nx-polyai-correlation-id: "),
            xx != 12,
            "only the service's own: {head}"
        );
        assert!(head.contains("\r\naccess-control-allow-origin: *\r\n"), "{head}");
        assert_eq!(body.starts_with('{'), xx != 12, "{body}");
    }
    stream.write_all(post("wrong", &number(0)).as_bytes()).await.unwrap();
    let (head, body) = response(&mut stream).await;
    assert!(head.starts_with("http/1.1 401 ") && body.contains("\"code\":\"UNAUTHORIZED\""), "{head}{body}");
    assert_eq!(sandbox.calls().len(), 2);
}

#[tokio::test]
async fn a_cut_connection_is_closed_without_a_byte_and_no_other_is() {
    let sandbox = running(Config::default()).await;
    let mut other = connect(&sandbox).await;
    assert_eq!(rest(send(&sandbox, &trigger(6)).await).await, b"");
    assert_eq!(sandbox.calls().len(), 1, "it was placed all the same");
    other.write_all(trigger(0).as_bytes()).await.unwrap();
    assert!(response(&mut other).await.0.starts_with("http/1.1 200 "));

    sandbox.set_faults(Faults { cut_before: 1.0, ..Faults::default() }).unwrap();
    assert_eq!(rest(send(&sandbox, &trigger(0)).await).await, b"");
    assert_eq!(sandbox.calls().len(), 2, "and this was not");
}

#[tokio::test]
async fn a_silent_connection_stays_open_and_says_nothing() {
    let sandbox = running(Config::default()).await;
    let mut stream = send(&sandbox, &trigger(11)).await;
    let said = timeout(Duration::from_millis(500), stream.read_u8()).await;
    assert!(said.is_err(), "{said:?}");
    assert_eq!(sandbox.calls().len(), 1);
}

#[tokio::test]
async fn a_delay_holds_the_answer_or_the_cut_back() {
    let sandbox = running(Config::default()).await;
    sandbox.set_faults(Faults { delay: 1.0, delay_ms: 300, ..Faults::default() }).unwrap();
    let from = Instant::now();
    let mut stream = send(&sandbox, &trigger(0)).await;
    assert!(response(&mut stream).await.0.starts_with("http/1.1 200 "));
    assert!(from.elapsed() >= Duration::from_millis(300));
    let from = Instant::now();
    assert_eq!(rest(send(&sandbox, &trigger(6)).await).await, b"");
    assert!(from.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_call_passes_at_the_speed_that_was_asked_for() {
    let sandbox = running(Config::default().with_speed(100.0).unwrap()).await;
    let mut stream = send(&sandbox, &trigger(1)).await;
    let answer: Value = serde_json::from_str(&response(&mut stream).await.1).unwrap();
    let call_sid = answer["call_sid"].as_str().unwrap();
    let read = format!(
        "GET /v1/outbound-calling/{call_sid}/status HTTP/1.1\r\nHost: localhost\r\nX-PolyAi-Auth-Token: sandbox\r\n\r\n"
    );
    let from = Instant::now();
    let reason = loop {
        stream.write_all(read.as_bytes()).await.unwrap();
        let answer: Value = serde_json::from_str(&response(&mut stream).await.1).unwrap();
        match answer["status"].as_str().unwrap() {
            "failure" => break answer["reason"].as_str().unwrap().to_owned(),
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    assert_eq!(reason, "call setup: no answer from the called party");
    let took = from.elapsed();
    assert!(
        (Duration::from_millis(90)..Duration::from_secs(9)).contains(&took),
        "10 to 27 s at speed 100: {took:?}"
    );
    assert!(sandbox.calls()[0].ended_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_clients_at_once_are_each_answered_their_own() {
    let sandbox = running(Config::default()).await;
    let url = format!("{}/v1/outbound-calling", sandbox.base_url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let clients: Vec<_> = (0..64_u32)
        .map(|of| {
            let (client, url) = (client.clone(), url.clone());
            tokio::spawn(async move {
                let mut placed = Vec::new();
                for nth in 0..20_u32 {
                    let body = format!(r#"{{"to_number":"+4420794{:05}"}}"#, of * 20 + nth);
                    let request = client.post(&url).header("X-PolyAi-Auth-Token", "sandbox");
                    let request = request.header("Content-Type", "application/json").body(body);
                    let answer =
                        request.send().await.unwrap().error_for_status().unwrap().text().await.unwrap();
                    let answer: Value = serde_json::from_str(&answer).unwrap();
                    let call_sid = answer["call_sid"].as_str().unwrap().to_owned();
                    let read = client
                        .get(format!("{url}/{call_sid}/status"))
                        .header("X-PolyAi-Auth-Token", "sandbox");
                    let answer = read.send().await.unwrap().error_for_status().unwrap().text().await.unwrap();
                    assert_eq!(answer, r#"{"status":"queued","reason":""}"#);
                    placed.push(call_sid);
                }
                placed
            })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for client in clients {
        seen.extend(client.await.unwrap());
    }
    let placed: BTreeSet<_> = sandbox.calls().iter().map(|call| call.call_sid.as_str().to_owned()).collect();
    assert_eq!((seen.len(), &seen), (64 * 20, &placed));
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_in_the_services_envelope() {
    let sandbox = running(Config::default()).await;
    let long = format!(r#"{{"to_number":"+14155550100","x":"{}"}}"#, "x".repeat(1024 * 1024));
    let mut stream = send(&sandbox, &post("sandbox", &long)).await;
    let (head, body) = response(&mut stream).await;
    assert!(head.starts_with("http/1.1 400 "), "{head}");
    assert!(body.contains(r#""code":"BAD_REQUEST""#) && body.contains("the body: is too long"), "{body}");

    let head = post("sandbox", "").replace("Content-Length: 0", "Transfer-Encoding: chunked");
    let mut stream = send(&sandbox, &format!("{head}{:x}\r\n{long}\r\n0\r\n\r\n", long.len())).await;
    assert!(response(&mut stream).await.0.starts_with("http/1.1 400 "));
    assert_eq!(sandbox.calls().len(), 0);
}

#[tokio::test]
async fn a_body_that_breaks_off_places_nothing() {
    let sandbox = running(Config::default()).await;
    let whole = trigger(0);
    let mut stream = send(&sandbox, &whole[..whole.len() - 1]).await;
    stream.shutdown().await.unwrap();
    assert_eq!(rest(stream).await, b"");
    assert_eq!(sandbox.calls().len(), 0);
}

#[tokio::test]
async fn stopping_is_prompt_whatever_connections_wait_for() {
    let sandbox = running(Config::default()).await;
    let address = sandbox.local_addr();
    let idle = connect(&sandbox).await;
    let silent = send(&sandbox, &trigger(11)).await;
    let pipelined = send(&sandbox, &(trigger(11) + &trigger(0))).await;
    let half_a_head = send(&sandbox, "POST /v1/outbound-c").await;
    let half_a_body = send(&sandbox, &trigger(0)[..150]).await;
    sandbox.set_faults(Faults { delay: 1.0, delay_ms: 100, ..Faults::default() }).unwrap();
    let mut answered = send(&sandbox, &trigger(0)).await;
    placed(&sandbox, 3).await;
    sandbox.set_faults(Faults { delay: 1.0, delay_ms: 60_000, ..Faults::default() }).unwrap();
    let far_off = send(&sandbox, &trigger(0)).await;
    placed(&sandbox, 4).await;

    let from = Instant::now();
    timeout(LONG, sandbox.stop()).await.expect("it stops");
    assert!(
        from.elapsed() < Duration::from_secs(30),
        "what is far off is not waited for: {:?}",
        from.elapsed()
    );
    assert!(response(&mut answered).await.0.starts_with("http/1.1 200 "), "what comes soon still arrives");
    for stream in [idle, silent, pipelined, half_a_head, half_a_body, far_off] {
        assert_eq!(rest(stream).await, b"");
    }
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn dropping_the_handle_stops_serving() {
    let sandbox = running(Config::default()).await;
    let address = sandbox.local_addr();
    let silent = send(&sandbox, &trigger(11)).await;
    drop(sandbox);
    assert_eq!(rest(silent).await, b"");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn serving_ends_with_the_shutdown_that_was_given() {
    let server = SandboxServer::bind(loopback(), Config::default()).await.unwrap();
    assert_eq!(server.base_url(), format!("http://{}", server.local_addr()));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(async {
        let _ = stopped.await;
    }));
    assert!(
        timeout(Duration::from_millis(50), async {
            while !serving.is_finished() {
                tokio::task::yield_now().await
            }
        })
        .await
        .is_err()
    );
    stop.send(()).unwrap();
    timeout(LONG, serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn the_base_url_of_an_unspecified_address_is_one_that_can_be_reached() {
    let server = SandboxServer::bind(([0, 0, 0, 0], 0).into(), Config::default()).await.unwrap();
    assert_eq!(server.base_url(), format!("http://127.0.0.1:{}", server.local_addr().port()));
}

#[tokio::test]
async fn an_address_in_use_is_an_error() {
    let server = SandboxServer::bind(loopback(), Config::default()).await.unwrap();
    assert!(SandboxServer::bind(server.local_addr(), Config::default()).await.is_err());
}
