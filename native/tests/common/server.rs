//! A server that does to its clients what a test says, byte by byte, and remembers every request that it read whole.

use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Interest};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::connections::Connections;

/// What is done with a connection, one after the other; after the last the next request is read from it.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Send(Cow<'static, str>),
    /// Sends what may be no text.
    Bytes(Cow<'static, [u8]>),
    Pause(Duration),
    /// Waits until the test notifies it.
    Await(Arc<Notify>),
    /// Waits until a request has arrived, and leaves it unread.
    Arrival,
    /// Sends it, waiting so long after every byte.
    Drip(Cow<'static, str>, Duration),
    /// Sends it again and again, as long as it is taken.
    Flood(&'static str),
    /// Sends it so many times, as long as it is taken.
    Times(u64, &'static str),
    /// Neither reads nor writes nor closes, as long as the client does not close.
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
    /// Its number on its connection, from 0.
    pub(crate) on_connection: usize,
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
    connections: Connections,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Noted {
    seen: Mutex<Vec<Seen>>,
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
        let (noted, connections) = (Arc::new(Noted::default()), Connections::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, connections.clone(), Arc::clone(&noted), greeting, Arc::new(script)));
        Self { address, noted, connections, _tasks: tasks }
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
        self.connections.accepted()
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

    /// Waits until every connection that was made so far is over, because its client has closed it: what was sent was read.
    pub(crate) async fn all_over(&self) {
        self.connections.all_over(self.address).await;
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

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// Accepts again, and tells what is sent on all its connections: on those that are made within that time, to their ends.
    pub(crate) async fn opened(self, time: Duration) -> String {
        drop(self.held);
        let mut all = Vec::new();
        let accepted = async {
            loop {
                let (mut stream, _) = self.listener.accept().await.unwrap();
                // A reset is an end as well.
                stream.read_to_end(&mut all).await.ok();
            }
        };
        let _: Result<(), _> = tokio::time::timeout(time, accepted).await;
        String::from_utf8_lossy(&all).into_owned()
    }
}

async fn accept(
    listener: TcpListener,
    connections: Connections,
    noted: Arc<Noted>,
    greeting: Vec<Act>,
    script: Arc<Script>,
) {
    let mut tasks = JoinSet::new();
    while let Ok((stream, open)) = connections.accept(&listener).await {
        let (noted, greeting, script) = (Arc::clone(&noted), greeting.clone(), Arc::clone(&script));
        tasks.spawn(async move {
            let _open = open;
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
    let mut on_connection = 0;
    while let Some(request) = read_request(&mut stream, &mut held).await? {
        let seen = Seen { on_connection, ..request };
        on_connection += 1;
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
            Act::Await(notify) => notify.notified().await,
            Act::Arrival => arrival(stream).await?,
            Act::Drip(text, time) => {
                for byte in text.bytes() {
                    stream.write_all(&[byte]).await?;
                    tokio::time::sleep(time).await;
                }
            }
            Act::Flood(text) => flood(stream, noted, text, u64::MAX).await?,
            Act::Times(times, text) => flood(stream, noted, text, times).await?,
            Act::Hang => {
                closing(stream).await?;
                return Ok(false);
            }
            Act::Close => return Ok(false),
            Act::Reset => {
                stream.set_zero_linger()?;
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Waits until the client has closed, whatever else it sent before.
async fn closing(stream: &TcpStream) -> io::Result<()> {
    while !stream.ready(Interest::READABLE).await?.is_read_closed() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

/// Waits until a whole request could be read, or the client has closed.
async fn arrival(stream: &TcpStream) -> io::Result<()> {
    let mut room = vec![0; 1 << 20];
    loop {
        let length = stream.peek(&mut room).await?;
        if take_request(&mut room[..length].to_vec()).is_some() {
            return Ok(());
        }
        if stream.ready(Interest::READABLE).await?.is_read_closed() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
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
        if let Some(seen) = take_request(held) {
            return Ok(Some(seen));
        }
        if stream.read_buf(held).await? == 0 {
            return Ok(None);
        }
    }
}

/// The first request of what was read, if it is whole.
fn take_request(held: &mut Vec<u8>) -> Option<Seen> {
    let end = held.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&held[..end]).into_owned();
    let seen = Seen { head, body: String::new(), on_connection: 0 };
    let length: usize = seen.header("content-length").map_or(0, |it| it.parse().unwrap());
    let all = end + 4 + length;
    let body = String::from_utf8_lossy(held.get(end + 4..all)?).into_owned();
    held.drain(..all);
    Some(Seen { body, ..seen })
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
