//! A server that speaks HTTP/2 over TLS, frame by frame, and counts the requests that reach it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

use super::connections::Connections;
use super::server::listen;

/// What is done to a request once it was read whole.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// 200 and a body.
    Answer(String),
    /// RST_STREAM with that code.
    Reset(u32),
    /// GOAWAY with that code and the last request that was taken notice of.
    GoAway { last: Last, code: u32 },
    /// 200 and a body without an end, so many bytes of it as the client lets come.
    Body(i64),
    /// So many frames of that kind and with those flags, one like the other, for the request or for the connection.
    Flood { kind: u8, flags: u8, for_request: bool, payload: &'static [u8], times: u64 },
    /// Neither reads nor writes nor closes.
    Hang,
    /// Closes the connection.
    Close,
}

/// The last request that a server says it took notice of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Last {
    /// None: not the one that is answered.
    Before,
    /// The one that is answered.
    This,
    /// Whatever may still be on its way: a farewell in two steps.
    All,
}

pub(crate) const NO_ERROR: u32 = 0;
pub(crate) const INTERNAL_ERROR: u32 = 2;
pub(crate) const REFUSED_STREAM: u32 = 7;
pub(crate) const ENHANCE_YOUR_CALM: u32 = 11;

/// The server; dropping it closes it with all its connections.
pub(crate) struct H2Server {
    address: SocketAddr,
    certificate: String,
    noted: Arc<Noted>,
    connections: Connections,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Noted {
    requests: AtomicUsize,
    flooded: AtomicU64,
}

impl H2Server {
    /// Does the same to every request.
    pub(crate) async fn always(frames: impl Into<Vec<Frame>>) -> Self {
        Self::start([], frames).await
    }

    /// Does that to every connection before it reads a request, and this to every request.
    pub(crate) async fn start(greeting: impl Into<Vec<Frame>>, frames: impl Into<Vec<Frame>>) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));

        let (listener, script) = (listen().await, (greeting.into(), frames.into()));
        let address = listener.local_addr().unwrap();
        let (noted, connections) = (Arc::new(Noted::default()), Connections::default());
        let mut tasks = JoinSet::new();
        let (notes, accepting) = (Arc::clone(&noted), connections.clone());
        tasks.spawn(async move {
            let mut tasks = JoinSet::new();
            while let Ok((stream, open)) = accepting.accept(&listener).await {
                let (acceptor, script, notes) = (acceptor.clone(), script.clone(), Arc::clone(&notes));
                tasks.spawn(async move {
                    let _open = open;
                    let _ = serve(&acceptor, stream, &script, &notes).await;
                });
            }
        });
        Self { address, certificate: made.cert.pem(), noted, connections, _tasks: tasks }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// The one certificate that a client has to trust.
    pub(crate) fn certificate(&self) -> reqwest::Certificate {
        reqwest::Certificate::from_pem(self.certificate.as_bytes()).unwrap()
    }

    /// How many requests began to arrive.
    pub(crate) fn requests(&self) -> usize {
        self.noted.requests.load(Ordering::SeqCst)
    }

    /// How many connections were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.connections.accepted()
    }

    /// Waits until every connection that was made so far is over, because its client has closed it.
    pub(crate) async fn all_over(&self) {
        self.connections.all_over(self.address).await;
    }

    /// How many bytes of bodies and floods were taken from it.
    pub(crate) fn flooded(&self) -> u64 {
        self.noted.flooded.load(Ordering::SeqCst)
    }
}

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
/// `:status: 200` is number 8 of HPACK's static table.
const OK: &[u8] = &[0x88];
/// The last stream that there can be: none was left out.
const ALL: u32 = u32::MAX >> 1;

/// A connection, and what the client lets come on it.
struct Connection {
    out: WriteHalf<TlsStream<TcpStream>>,
    /// What is read of it, even while it is written to.
    frames: UnboundedReceiver<Read>,
    /// For the connection, and for the request that is answered.
    windows: [i64; 2],
    /// What a request's window is at first.
    initial: i64,
}

/// A frame that was read.
struct Read {
    kind: u8,
    flags: u8,
    id: u32,
    payload: Vec<u8>,
}

async fn serve(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
    (greeting, frames): &(Vec<Frame>, Vec<Frame>),
    noted: &Noted,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = acceptor.accept(stream).await?;
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await?;
    assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    let (reader, out) = tokio::io::split(stream);
    let (sender, receiver) = unbounded_channel();
    let mut connection = Connection { out, frames: receiver, windows: [65_535; 2], initial: 65_535 };
    let serving = async {
        connection.send(SETTINGS, 0, 0, &[]).await?;
        if !connection.perform(0, greeting, noted).await? {
            return Ok(());
        }
        loop {
            let Read { kind, flags, id, .. } = connection.read().await?;
            if matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
                connection.windows[1] = connection.initial;
                if !connection.perform(id, frames, noted).await? {
                    return Ok(());
                }
            }
        }
    };
    let reading = async {
        read_all(reader, sender, noted).await?;
        // What was read before is still to be answered.
        std::future::pending().await
    };
    tokio::select! {
        done = serving => done,
        failed = reading => failed,
    }
}

/// Reads frame after frame, and hands on those that anything follows from.
async fn read_all(
    mut reader: ReadHalf<TlsStream<TcpStream>>,
    frames: UnboundedSender<Read>,
    noted: &Noted,
) -> io::Result<()> {
    loop {
        let mut head = [0; 9];
        reader.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        reader.read_exact(&mut payload).await?;
        if kind == HEADERS {
            noted.requests.fetch_add(1, Ordering::SeqCst);
        }
        let is_answer = matches!(kind, SETTINGS | PING) && flags & ACK != 0;
        let read = Read { kind, flags, id: u32::from_be_bytes(id), payload };
        if !is_answer && frames.send(read).is_err() {
            return Ok(());
        }
    }
}

impl Connection {
    /// The next frame, about which is done what every server does.
    async fn read(&mut self) -> io::Result<Read> {
        let read = self.frames.recv().await.ok_or(io::ErrorKind::UnexpectedEof)?;
        match read.kind {
            SETTINGS => {
                // Number 4 is the window of a request.
                let settings = read.payload.chunks_exact(6).filter(|it| it[..2] == [0, 4]);
                self.initial = settings.map(|it| number(&it[2..])).next_back().unwrap_or(self.initial);
                self.send(SETTINGS, ACK, 0, &[]).await?;
            }
            PING => self.send(PING, ACK, 0, &read.payload).await?,
            WINDOW_UPDATE => self.windows[usize::from(read.id != 0)] += number(&read.payload),
            _ => {}
        }
        Ok(read)
    }

    async fn send(&mut self, kind: u8, flags: u8, id: u32, payload: &[u8]) -> io::Result<()> {
        let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![a, b, c, kind, flags];
        frame.extend_from_slice(&id.to_be_bytes());
        frame.extend_from_slice(payload);
        self.out.write_all(&frame).await?;
        self.out.flush().await
    }

    /// Tells whether the connection is still to be served.
    async fn perform(&mut self, id: u32, frames: &[Frame], noted: &Noted) -> io::Result<bool> {
        for frame in frames {
            match frame {
                Frame::Answer(body) => {
                    self.send(HEADERS, END_HEADERS, id, OK).await?;
                    self.send(DATA, END_STREAM, id, body.as_bytes()).await?;
                }
                Frame::Reset(code) => self.send(RST_STREAM, 0, id, &code.to_be_bytes()).await?,
                Frame::GoAway { last, code } => {
                    let last = match last {
                        Last::Before => 0,
                        Last::This => id,
                        Last::All => ALL,
                    };
                    self.send(GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat()).await?;
                }
                Frame::Body(bytes) => {
                    self.send(HEADERS, END_HEADERS, id, OK).await?;
                    self.body(id, *bytes, noted).await?;
                }
                Frame::Flood { kind, flags, for_request, payload, times } => {
                    let id = if *for_request { id } else { 0 };
                    for _ in 0..*times {
                        self.send(*kind, *flags, id, payload).await?;
                        noted.flooded.fetch_add(9 + payload.len() as u64, Ordering::SeqCst);
                    }
                }
                Frame::Hang => std::future::pending().await,
                Frame::Close => {
                    self.out.shutdown().await?;
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Spaces, as far as the client's windows allow, until it gives the request up.
    async fn body(&mut self, id: u32, bytes: i64, noted: &Noted) -> io::Result<()> {
        const PIECE: [u8; 16_384] = [b' '; 16_384];
        let mut left = bytes;
        while left > 0 {
            let most = self.windows[0].min(self.windows[1]).min(left);
            let Some(piece) = usize::try_from(most).ok().filter(|it| *it > 0) else {
                let read = self.read().await?;
                if read.kind == RST_STREAM && read.id == id {
                    return Ok(());
                }
                continue;
            };
            let piece = &PIECE[..piece.min(PIECE.len())];
            self.send(DATA, 0, id, piece).await?;
            noted.flooded.fetch_add(piece.len() as u64, Ordering::SeqCst);
            let length = i64::try_from(piece.len()).unwrap();
            self.windows.iter_mut().for_each(|window| *window -= length);
            left -= length;
        }
        Ok(())
    }
}

fn number(bytes: &[u8]) -> i64 {
    i64::from(u32::from_be_bytes(bytes.try_into().unwrap()))
}
