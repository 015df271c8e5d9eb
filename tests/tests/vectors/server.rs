//! A server on this machine that does what a vector says comes of each request, and notes what it sees.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyai_outbound_core::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::effect::Effect;
use crate::format::{Answer, Coming, Then, Vector};

/// What was seen by whoever saw it: requests and abandoned connections by the server, all else by the client's caller.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    effects: Vec<Effect>,
    /// Requests that nothing ends but their sender.
    open: usize,
}

impl State {
    /// The places of all requests.
    fn requests(&self) -> impl Iterator<Item = usize> {
        let effects = self.effects.iter().enumerate();
        effects.filter(|(_, effect)| matches!(effect, Effect::Request { .. })).map(|(place, _)| place)
    }
}

impl Seen {
    pub(crate) fn note(&self, effect: Effect) {
        self.0.lock().unwrap().effects.push(effect.without_times());
    }

    /// Notes a request, and gives its number.
    fn request(&self, effect: Effect) -> usize {
        let mut state = self.0.lock().unwrap();
        state.effects.push(effect);
        state.open += 1;
        state.requests().count() - 1
    }

    fn answered(&self) {
        self.0.lock().unwrap().open -= 1;
    }

    /// Its sender gave up the request of that number. The server may see so after what the client did next, yet nothing
    /// happens between a request and the end of it.
    fn given_up(&self, number: usize) {
        let mut state = self.0.lock().unwrap();
        state.open -= 1;
        let request = state.requests().nth(number).unwrap();
        state.effects.insert(request + 1, Effect::Abort { at: 0 });
    }

    /// Everything, once no request is open any more. One that stays open was not given up.
    pub(crate) async fn all(&self) -> Vec<Effect> {
        for _ in 0..400 {
            if self.0.lock().unwrap().open == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.0.lock().unwrap().effects.clone()
    }
}

/// The server; dropping it closes it with all its connections.
pub(crate) struct Server {
    pub(crate) origin: String,
    _task: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(vector: &Vector<'_>, started: Timestamp, seen: Seen) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let base_url = &vector.service.base_url;
        let path = base_url.find("://").map_or(0, |at| at + 3);
        let path = base_url[path..].find('/').map_or(base_url.len(), |at| path + at);
        let script = Script {
            origin: base_url[..path].to_owned(),
            comes: vector.comes.clone().into_iter().collect(),
            later: started.since(vector.start()),
        };
        let mut task = JoinSet::new();
        task.spawn(accept(listener, Arc::new(Mutex::new(script)), seen));
        Self { origin, _task: task }
    }
}

struct Script {
    /// As the vector calls it.
    origin: String,
    comes: std::collections::VecDeque<Coming>,
    /// How much later than the vector says all this happens.
    later: Duration,
}

async fn accept(listener: TcpListener, script: Arc<Mutex<Script>>, seen: Seen) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        connections.spawn(serve(stream, Arc::clone(&script), seen.clone()));
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Mutex<Script>>, seen: Seen) {
    let mut held = Vec::new();
    while let Some((head, body)) = read_request(&mut stream, &mut held).await {
        let (coming, origin, later) = {
            let mut script = script.lock().unwrap();
            // What was not to be asked for is seen, and waited for in vain.
            (script.comes.pop_front().unwrap_or(Coming::Hang), script.origin.clone(), script.later)
        };
        let number = seen.request(request(&head, body, &origin));
        let goes_on = match coming {
            Coming::Lost => {
                drop(stream);
                return seen.answered();
            }
            Coming::Hang => false,
            Coming::Answer(answer) => {
                // A sender that gives up in the meantime is not answered.
                tokio::select! {
                    () = closed(&mut stream) => false,
                    () = tokio::time::sleep(Duration::from_millis(answer.delay_ms)) => {
                        let _ = stream.write_all(response(&answer, later).as_bytes()).await;
                        match answer.then {
                            None => {
                                seen.answered();
                                true
                            }
                            Some(Then::Cut) => return seen.answered(),
                            Some(Then::Hang) => false,
                        }
                    }
                }
            }
        };
        if !goes_on {
            closed(&mut stream).await;
            return seen.given_up(number);
        }
    }
}

/// Waits until the other side closes.
async fn closed(stream: &mut TcpStream) {
    let mut unread = [0];
    while stream.read(&mut unread).await.is_ok_and(|read| read > 0) {}
}

async fn read_request(stream: &mut TcpStream, held: &mut Vec<u8>) -> Option<(String, String)> {
    loop {
        if let Some(end) = held.windows(4).position(|it| it == b"\r\n\r\n") {
            let head = String::from_utf8(held[..end].to_vec()).unwrap();
            let length = fields(&head).find(|(name, _)| name == "content-length");
            let all = end + 4 + length.map_or(0, |(_, length)| length.parse::<usize>().unwrap());
            if held.len() >= all {
                let body = String::from_utf8(held[end + 4..all].to_vec()).unwrap();
                held.drain(..all);
                return Some((head, body));
            }
        }
        if stream.read_buf(held).await.ok()? == 0 {
            return None;
        }
    }
}

fn fields(head: &str) -> impl Iterator<Item = (String, String)> {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
}

/// The request as core made it: the rest is HTTP's.
fn request(head: &str, body: String, origin: &str) -> Effect {
    const OF_HTTP: [&str; 4] = ["content-length", "host", "user-agent", "connection"];
    let mut line = head.split(' ');
    let method = line.next().unwrap_or_default().to_owned();
    let url = format!("{origin}{}", line.next().unwrap_or_default());
    let headers = fields(head).filter(|(name, _)| !OF_HTTP.contains(&name.as_str())).collect();
    Effect::Request { at: 0, method, url, headers, body }
}

fn response(answer: &Answer, later: Duration) -> String {
    let Answer { status, headers, body, then, .. } = answer;
    let missing = if then.is_some() { 100 } else { 0 };
    let mut text = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len() + missing);
    for (name, value) in headers {
        // A moment is as far away here as it is in the vector.
        let moment =
            httpdate::parse_http_date(value).ok().filter(|_| name.eq_ignore_ascii_case("retry-after"));
        let value = moment.map_or(value.clone(), |moment| httpdate::fmt_http_date(moment + later));
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n" + body
}
