//! Status reads through `Client`, 64 in flight, beside bare reqwest doing the same GET with the same parse.
//!
//! The promise: the client answers at least 0.95 as many in the same time. Rounds of both alternate in one run, so that
//! whatever else the machine does befalls both alike; the ratio is that of the medians.
//!
//!     cargo bench -p polyai-outbound-tests --bench client

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a program that measures and prints")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use polyai_outbound::{CallSid, Client, http_client_builder};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const IN_FLIGHT: usize = 64;
const SID: &str = "OUT-3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn main() {
    // Without it, as `cargo test` runs it, once is enough.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (rounds, reads) = if measured { (200, 32) } else { (1, 2) };

    let base_url = serve();
    let runtime = one_thread();
    let ours = Client::builder().base_url(base_url.as_str()).token(TOKEN).build().expect("a client");
    let bare = Bare { http: http_client_builder().no_proxy().build().expect("a client"), base_url };
    let (ours, bare) = (Arc::new(ours), Arc::new(bare));
    let sid = CallSid::parse(SID).expect("a SID");

    let through_client = || {
        let (ours, sid) = (Arc::clone(&ours), sid.clone());
        runtime.block_on(all(reads, move || {
            let (ours, sid) = (Arc::clone(&ours), sid.clone());
            async move { ours.status(&sid).await.expect("a status").value.status.is_terminal() }
        }))
    };
    let through_bare = || {
        let bare = Arc::clone(&bare);
        runtime.block_on(all(reads, move || {
            let bare = Arc::clone(&bare);
            async move { bare.status(SID).await.status == "success" }
        }))
    };

    // Connections are made and the machine is warm before anything counts.
    through_client();
    through_bare();
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        // Who goes first changes, because the first may leave something to the second.
        let pair = if round % 2 == 0 {
            let first = through_client();
            [first, through_bare()]
        } else {
            let first = through_bare();
            [through_client(), first]
        };
        times.iter_mut().zip(pair).for_each(|(times, time)| times.push(time));
    }

    if !measured {
        return println!("both are answered; `cargo bench` measures");
    }
    let [ours, bare] = times.map(median);
    let per_second = |time: Duration| (IN_FLIGHT * reads) as f64 / time.as_secs_f64();
    println!("{rounds} rounds each of {} status reads, {IN_FLIGHT} in flight, medians", IN_FLIGHT * reads);
    println!("  through Client  {:>9.0} reads/s", per_second(ours));
    println!("  bare reqwest    {:>9.0} reads/s", per_second(bare));
    println!("  ratio           {:>9.3}", per_second(ours) / per_second(bare));
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().expect("a round")
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Keeps so many in flight until each place has seen so many reads.
async fn all<F: Future<Output = bool> + Send>(
    reads: usize,
    read: impl Fn() -> F + Clone + Send + 'static,
) -> Duration {
    let started = Instant::now();
    let places: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let read = read.clone();
            tokio::spawn(async move {
                for _ in 0..reads {
                    assert!(!read().await, "the call is calling");
                }
            })
        })
        .collect();
    for place in places {
        place.await.expect("all reads are answered");
    }
    started.elapsed()
}

/// What people write who write it themselves.
struct Bare {
    http: reqwest::Client,
    base_url: String,
}

#[derive(Deserialize)]
struct Status {
    status: String,
    #[serde(default)]
    #[expect(dead_code, reason = "parsed as the client parses it")]
    reason: String,
}

impl Bare {
    async fn status(&self, sid: &str) -> Status {
        let url = format!("{}/v1/outbound-calling/{sid}/status", self.base_url);
        let request =
            self.http.get(url).header("Accept", "application/json").header("X-PolyAi-Auth-Token", TOKEN);
        let answer = request.send().await.expect("an answer").error_for_status().expect("a success");
        let correlation_id = answer.headers().get("X-PolyAI-Correlation-Id").and_then(|it| it.to_str().ok());
        let _correlation_id = correlation_id.map(str::to_owned).expect("a correlation id");
        let body = answer.bytes().await.expect("a body");
        serde_json::from_slice(&body).expect("a status")
    }
}

/// A server that answers the same to everything, on a thread of its own so that it is not what is measured.
fn serve() -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.set_nonblocking(true).expect("a listener");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        one_thread().block_on(async {
            let listener = TcpListener::from_std(listener).expect("a listener");
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream));
            }
        });
    });
    format!("http://{address}")
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    const BODY: &str = r#"{"status":"calling","reason":""}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         X-PolyAI-Correlation-Id: 3f2504e0-4f89-41d3-9a0c-0305e82c3301\r\n\
         Date: Tue, 01 Dec 2026 09:30:00 GMT\r\n\r\n{BODY}",
        BODY.len()
    );
    stream.set_nodelay(true)?;
    let mut held = Vec::with_capacity(1024);
    // Requests have no bodies and are not sent ahead, so each ends in the read that brings its empty line.
    while stream.read_buf(&mut held).await? > 0 {
        if held.ends_with(b"\r\n\r\n") {
            held.clear();
            stream.write_all(answer.as_bytes()).await?;
        }
    }
    Ok(())
}
