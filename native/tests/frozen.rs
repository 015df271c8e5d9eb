//! A process that is stopped while an answer comes, beyond the time that the request had: the answer lies in the socket then,
//! and is read before anything is given up.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod common;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use common::{SID, builder, call};
use polyai_outbound::{CallSid, CallStatus, Client};
use tokio::sync::oneshot;

const TIME: Duration = Duration::from_millis(200);

/// A server in a thread of its own, which goes on while the runtime stands still.
struct Server {
    base_url: String,
    /// Tells when it has read the request.
    has_read: oneshot::Receiver<()>,
    /// Tells when its answer has left.
    has_answered: mpsc::Receiver<()>,
}

/// It answers one request, after half the time that this has.
fn server(body: &str) -> Server {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let (tell_read, has_read) = oneshot::channel();
    let (tell_answered, has_answered) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut held = Vec::new();
        let mut chunk = [0; 4096];
        while !held.windows(4).any(|four| four == b"\r\n\r\n") {
            let length = stream.read(&mut chunk).unwrap();
            held.extend_from_slice(&chunk[..length]);
        }
        tell_read.send(()).unwrap();
        std::thread::sleep(TIME / 2);
        stream.write_all(answer.as_bytes()).unwrap();
        tell_answered.send(()).unwrap();
        // Closed only by its peer: nothing but the answer wakes anybody.
        while stream.read(&mut chunk).is_ok_and(|length| length > 0) {}
    });
    Server { base_url, has_read, has_answered }
}

fn client(base_url: String) -> Client {
    builder(base_url).request_timeout(TIME).max_retries(0).build().unwrap()
}

/// Lets an operation begin until its request is read, and then lets the whole runtime stand still until so long after the
/// beginning, when the answer lies in the socket.
async fn frozen<T>(
    operation: impl Future<Output = T>,
    has_read: oneshot::Receiver<()>,
    has_answered: &mpsc::Receiver<()>,
    stopped: Duration,
) -> T {
    let begun = Instant::now();
    tokio::pin!(operation);
    tokio::select! {
        _ = &mut operation => panic!("it waits for its answer"),
        read = has_read => read.unwrap(),
    }
    std::thread::sleep(stopped.saturating_sub(begun.elapsed()));
    has_answered.recv().unwrap();
    operation.await
}

/// Around the end of the time for a request, a little beyond it, and far beyond it. Times are kept in milliseconds, so that a
/// wake may come at the end itself.
fn stops() -> impl Iterator<Item = Duration> {
    let around = (0..20).map(|tenths| TIME + Duration::from_micros(100 * tenths));
    around.chain([TIME + Duration::from_millis(20), Duration::from_secs(2), Duration::from_secs(7)])
}

#[tokio::test]
async fn the_answer_to_a_trigger_is_read_after_a_late_wake() {
    for stopped in stops() {
        let Server { base_url, has_read, has_answered } = server(&format!(r#"{{"call_sid":"{SID}"}}"#));
        let client = client(base_url);
        let placed = frozen(client.trigger(call()), has_read, &has_answered, stopped).await.unwrap();
        assert_eq!(placed.value.call_sid.as_str(), SID, "{stopped:?}");
    }
}

#[tokio::test]
async fn the_answer_to_a_reading_is_read_after_a_late_wake() {
    for stopped in stops() {
        let Server { base_url, has_read, has_answered } = server(r#"{"status":"success","reason":""}"#);
        let client = client(base_url);
        let sid = CallSid::parse(SID).unwrap();
        let read = frozen(client.status(&sid), has_read, &has_answered, stopped).await.unwrap();
        assert_eq!(read.value.status, CallStatus::Success, "{stopped:?}");
    }
}
