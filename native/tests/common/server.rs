//! A server that does to its clients what a test says, byte by byte, and remembers every request that it read whole.

use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

/// What is done with a connection, one after the other; after the last the next request is read from it.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Send(Cow<'static, str>),
    /// Sends what may be no text.
    Bytes(Cow<'static, [u8]>),
    Pause(Duration),
    /// Sends it, waiting so long after every byte.
    Drip(Cow<'static, str>, Duration),
    /// Sends it again and again, as long as it is taken.
    Flood(&'static str),
    /// Sends it so many times, as long as it is taken.
    Times(u64, &'static str),
    /// Neither reads nor writes nor closes.
    Hang,
    /// Closes in good order.
    Close,
    /// Closes so that the client sees a reset.
    Reset,
}

impl Act {
    /// What it sends, if that is text.
    pub(crate) fn text(&self) -> &str {
        let Self::Send(text) = self else { panic!("{self:?} is no text") };
        text
    }
}

/// A request that was read whole.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Request line and header fields, as they came.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    pub(crate) fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.into_iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

type Script = dyn Fn(&Seen, usize) -> Vec<Act> + Send + Sync;

/// The server; dropping it closes it with all its connections.
pub(crate) struct Server {
    address: SocketAddr,
    noted: Arc<Noted>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Noted {
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    sent: AtomicU64,
}

impl Server {
    /// Reads requests and does to each what the script says of it and its number, from 0.
    pub(crate) async fn start(script: impl Fn(&Seen, usize) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::bound(listen().await, Vec::new(), script)
    }

    /// Does the same to every request.
    pub(crate) async fn always(acts: impl Into<Vec<Act>>) -> Self {
        let acts = acts.into();
        Self::start(move |_, _| acts.clone()).await
    }

    /// Does this to every connection before it reads anything.
    pub(crate) async fn greeting(acts: impl Into<Vec<Act>>) -> Self {
        Self::bound(listen().await, acts.into(), |_, _| vec![Act::Close])
    }

    pub(crate) fn bound(
        listener: TcpListener,
        greeting: Vec<Act>,
        script: impl Fn(&Seen, usize) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let noted = Arc::new(Noted::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&noted), greeting, Arc::new(script)));
        Self { address, noted, _tasks: tasks }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.noted.seen.lock().unwrap().clone()
    }

    /// How many requests of that method were read whole.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.seen().iter().filter(|seen| seen.method() == method).count()
    }

    /// How many connections were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.noted.connections.load(Ordering::SeqCst)
    }

    /// How many bytes of floods were taken from it.
    pub(crate) fn flooded(&self) -> u64 {
        self.noted.sent.load(Ordering::SeqCst)
    }

    /// Waits until so many requests were read whole.
    pub(crate) async fn reads(&self, requests: usize) {
        while self.seen().len() < requests {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

pub(crate) async fn listen() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap()
}

/// A port of this machine that nobody listens at. It is kept, because a port that was closed is given to the next who asks,
/// another test's server say.
pub(crate) struct Refusing(TcpSocket);

impl Refusing {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        Self(socket)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// From now on somebody does.
    pub(crate) fn listen(self) -> TcpListener {
        self.0.listen(64).unwrap()
    }
}

/// A listener that is never served, with as many connections as its queue holds.
pub(crate) struct Full {
    pub(crate) url: String,
    listener: TcpListener,
    held: Vec<TcpStream>,
}

impl Full {
    pub(crate) async fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut held = Vec::new();
        let patience = Duration::from_millis(300);
        while let Ok(stream) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
            held.push(stream.unwrap());
        }
        Self { url: format!("http://{address}"), listener, held }
    }

    /// Accepts again, and tells what is sent on all its connections within that time.
    pub(crate) async fn opened(self, time: Duration) -> String {
        let mut all = Vec::new();
        let accepted = async {
            loop {
                let (mut stream, _) = self.listener.accept().await.unwrap();
                drop(tokio::time::timeout(Duration::from_millis(50), stream.read_buf(&mut all)).await);
            }
        };
        let _: Result<(), _> = tokio::time::timeout(time, accepted).await;
        drop(self.held);
        String::from_utf8_lossy(&all).into_owned()
    }
}

async fn accept(listener: TcpListener, noted: Arc<Noted>, greeting: Vec<Act>, script: Arc<Script>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        noted.connections.fetch_add(1, Ordering::SeqCst);
        let (noted, greeting, script) = (Arc::clone(&noted), greeting.clone(), Arc::clone(&script));
        connections.spawn(async move {
            let _ = serve(stream, &noted, greeting, &*script).await;
        });
    }
}

async fn serve(mut stream: TcpStream, noted: &Noted, greeting: Vec<Act>, script: &Script) -> io::Result<()> {
    stream.set_nodelay(true)?;
    if !perform(&mut stream, noted, greeting).await? {
        return Ok(());
    }
    let mut held = Vec::new();
    while let Some(seen) = read_request(&mut stream, &mut held).await? {
        let number = {
            let mut all = noted.seen.lock().unwrap();
            all.push(seen.clone());
            all.len() - 1
        };
        if !perform(&mut stream, noted, script(&seen, number)).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Tells whether the connection is still to be served.
async fn perform(stream: &mut TcpStream, noted: &Noted, acts: Vec<Act>) -> io::Result<bool> {
    for act in acts {
        match act {
            Act::Send(text) => stream.write_all(text.as_bytes()).await?,
            Act::Bytes(bytes) => stream.write_all(&bytes).await?,
            Act::Pause(time) => tokio::time::sleep(time).await,
            Act::Drip(text, time) => {
                for byte in text.bytes() {
                    stream.write_all(&[byte]).await?;
                    tokio::time::sleep(time).await;
                }
            }
            Act::Flood(text) => flood(stream, noted, text, u64::MAX).await?,
            Act::Times(times, text) => flood(stream, noted, text, times).await?,
            Act::Hang => std::future::pending().await,
            Act::Close => return Ok(false),
            Act::Reset => {
                stream.set_zero_linger()?;
                return Ok(false);
            }
        }
    }
    Ok(true)
}

async fn flood(stream: &mut TcpStream, noted: &Noted, text: &str, times: u64) -> io::Result<()> {
    for _ in 0..times {
        stream.write_all(text.as_bytes()).await?;
        noted.sent.fetch_add(text.len() as u64, Ordering::SeqCst);
    }
    Ok(())
}

/// The next request, or nothing if the connection ends before it is whole.
pub(crate) async fn read_request(
    stream: &mut (impl AsyncRead + Unpin),
    held: &mut Vec<u8>,
) -> io::Result<Option<Seen>> {
    loop {
        if let Some(end) = held.windows(4).position(|it| it == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&held[..end]).into_owned();
            let seen = Seen { head, body: String::new() };
            let length = seen.header("content-length").map_or(0, |it| it.parse().unwrap());
            let all = end + 4 + length;
            if held.len() >= all {
                let body = String::from_utf8_lossy(&held[end + 4..all]).into_owned();
                held.drain(..all);
                return Ok(Some(Seen { body, ..seen }));
            }
        }
        if stream.read_buf(held).await? == 0 {
            return Ok(None);
        }
    }
}

/// A whole answer with a body of JSON.
pub(crate) fn json(status: u16, body: impl AsRef<str>) -> Act {
    answer(status, "Content-Type: application/json\r\n", body)
}

/// The same under the header that the service puts on every response, with the id that its envelopes here have.
pub(crate) fn own(status: u16, body: impl AsRef<str>) -> Act {
    let fields = format!("Content-Type: application/json\r\nX-PolyAI-Correlation-Id: {OWN_ID}\r\n");
    answer(status, &fields, body)
}

/// The correlation id of the service's own answers.
pub(crate) const OWN_ID: &str = "e1";

/// A whole answer; header fields end in CR LF each.
pub(crate) fn answer(status: u16, fields: &str, body: impl AsRef<str>) -> Act {
    let body = body.as_ref();
    let length = body.len();
    Act::Send(format!("HTTP/1.1 {status} X\r\n{fields}Content-Length: {length}\r\n\r\n{body}").into())
}

/// Text that is sent as it is.
pub(crate) fn raw(text: impl Into<Cow<'static, str>>) -> Act {
    Act::Send(text.into())
}

/// Bytes that are sent as they are.
pub(crate) fn bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Act {
    Act::Bytes(bytes.into())
}

/// Passes bytes on to another address, counting connections.
pub(crate) async fn copy_both_ways<A, B>(a: &mut A, b: &mut B)
where
    A: AsyncRead + AsyncWrite + Unpin,
    B: AsyncRead + AsyncWrite + Unpin,
{
    let _ = tokio::io::copy_bidirectional(a, b).await;
}
