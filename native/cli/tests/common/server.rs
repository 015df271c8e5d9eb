//! A server that answers as it is told, or does not: raw TCP, so that nothing is polite by default.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(crate) enum Does {
    /// Answers it as the service does: with a status and a body, under the service's header.
    Answers(u16, String),
    /// Answers it as something before the service does, without that header.
    AnswersInItsPlace(u16, String),
    /// Answers 429 and that it is to be sent again in half a minute.
    AsksToWait,
    /// Reads it whole and closes the connection.
    Cuts,
    /// Reads it whole and says nothing more.
    Hangs,
    /// Answers with something that is no HTTP.
    Babbles,
    /// Answers it with a body of a GiB that begins so.
    Floods(u16, String),
    /// Promises a longer body than it sends, and closes.
    BreaksOff(u16, String),
}

/// The service's own envelope of an error.
pub(crate) fn refusal(status: u16) -> Does {
    Does::Answers(status, r#"{"error":"told to refuse","code":"TOLD"}"#.to_owned())
}

/// The page of something before the service.
pub(crate) fn gateway(status: u16) -> Does {
    Does::AnswersInItsPlace(status, "<html><body>Bad Gateway</body></html>".to_owned())
}

/// The answer to a trigger that is accepted.
pub(crate) fn accepts() -> Does {
    Does::Answers(200, format!(r#"{{"call_sid":"{SID}"}}"#))
}

/// What an accepted call is known by here.
pub(crate) const SID: &str = "OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301";

/// A server, and the requests that it has seen.
#[derive(Clone)]
pub(crate) struct Server {
    base_url: String,
    seen: Arc<Mutex<Vec<String>>>,
    arrived: Arc<Notify>,
}

impl Server {
    /// One that does this to every POST, and that to everything else.
    pub(crate) async fn start(to_posts: Does, to_reads: Does) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            base_url: format!("http://{}", listener.local_addr().unwrap()),
            seen: Arc::default(),
            arrived: Arc::default(),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, post, read) = (serving.clone(), to_posts.clone(), to_reads.clone());
                tokio::spawn(async move { server.serve(stream, &post, &read).await });
            }
        });
        server
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// All requests so far, heads and bodies.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// How many triggers there were.
    pub(crate) fn posts(&self) -> usize {
        self.seen().iter().filter(|it| it.starts_with("POST ")).count()
    }

    /// Returns when a request has arrived.
    pub(crate) async fn arrived(&self) {
        tokio::time::timeout(Duration::from_secs(120), self.arrived.notified()).await.expect("a request");
    }

    async fn serve(&self, mut stream: TcpStream, post: &Does, read: &Does) {
        while let Some(request) = request(&mut stream).await {
            let does = if request.starts_with("POST ") { post } else { read };
            self.seen.lock().unwrap().push(request);
            self.arrived.notify_one();
            let head = |status: &u16, length: usize| {
                format!(
                    "HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
                )
            };
            let (answer, goes_on) = match does {
                Does::Answers(status, body) => {
                    let head = head(status, body.len());
                    let named = head.replacen("\r\n", "\r\nX-PolyAI-Correlation-Id: told-1\r\n", 1);
                    (named + body, true)
                }
                Does::AnswersInItsPlace(status, body) => (head(status, body.len()) + body, true),
                Does::BreaksOff(status, body) => (head(status, body.len() + 10) + body, false),
                Does::Floods(status, body) => {
                    if stream.write_all((head(status, 1 << 30) + body).as_bytes()).await.is_err() {
                        return;
                    }
                    for _ in 0..1 << 14 {
                        if stream.write_all(&[b'x'; 1 << 16]).await.is_err() {
                            return;
                        }
                    }
                    (String::new(), false)
                }
                Does::AsksToWait => {
                    let answer = "HTTP/1.1 429 Told\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n";
                    (answer.to_owned(), true)
                }
                Does::Babbles => ("what is that?\r\n\r\n".to_owned(), false),
                Does::Cuts => (String::new(), false),
                Does::Hangs => std::future::pending().await,
            };
            if stream.write_all(answer.as_bytes()).await.is_err() || !goes_on {
                return;
            }
        }
    }
}

/// A whole request; nothing if the other side has closed.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut held = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&held).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => held.extend_from_slice(&chunk[..length]),
        }
    }
}
