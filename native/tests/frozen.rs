//! A process that is stopped while an answer comes, beyond the time that the request had: the answer lies in the socket then,
//! and is read before anything is given up.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod common;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use common::{SID, builder, call};
use polyai_outbound::{CallSid, CallStatus, Client};
use tokio::sync::oneshot;

const TIME: Duration = Duration::from_millis(400);

/// A server in a thread of its own, which goes on while the runtime stands still. It answers one request, after half the
/// time that this has; gives its base URL, and tells when it has read the request.
fn server(body: &str) -> (String, oneshot::Receiver<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let (tell, read) = oneshot::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut held = Vec::new();
        let mut chunk = [0; 4096];
        while !held.windows(4).any(|four| four == b"\r\n\r\n") {
            let length = stream.read(&mut chunk).unwrap();
            held.extend_from_slice(&chunk[..length]);
        }
        tell.send(()).unwrap();
        std::thread::sleep(TIME / 2);
        stream.write_all(answer.as_bytes()).unwrap();
        // Closed only when the test has ended: nothing but the answer wakes anybody.
        std::thread::sleep(Duration::from_secs(20));
    });
    (base_url, read)
}

fn client(base_url: String) -> Client {
    builder(base_url).request_timeout(TIME).max_retries(0).build().unwrap()
}

/// Lets an operation begin until its request is read, and then lets the whole runtime stand still for so long.
async fn frozen<T>(operation: impl Future<Output = T>, read: oneshot::Receiver<()>, stopped: Duration) -> T {
    tokio::pin!(operation);
    tokio::select! {
        _ = &mut operation => panic!("it waits for its answer"),
        read = read => read.unwrap(),
    }
    std::thread::sleep(stopped);
    operation.await
}

/// Little beyond the time for a request, and far beyond it.
const STOPS: [Duration; 3] = [TIME, Duration::from_secs(2), Duration::from_secs(7)];

#[tokio::test]
async fn the_answer_to_a_trigger_is_read_after_a_late_wake() {
    for stopped in STOPS {
        let (base_url, read) = server(&format!(r#"{{"call_sid":"{SID}"}}"#));
        let client = client(base_url);
        let placed = frozen(client.trigger(call()), read, stopped).await.unwrap();
        assert_eq!(placed.value.call_sid.as_str(), SID, "{stopped:?}");
    }
}

#[tokio::test]
async fn the_answer_to_a_reading_is_read_after_a_late_wake() {
    for stopped in STOPS {
        let (base_url, read) = server(r#"{"status":"success","reason":""}"#);
        let client = client(base_url);
        let read = frozen(client.status(&CallSid::parse(SID).unwrap()), read, stopped).await.unwrap();
        assert_eq!(read.value.status, CallStatus::Success, "{stopped:?}");
    }
}
