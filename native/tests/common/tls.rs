//! A server that speaks HTTP/2 over TLS, frame by frame, and counts the requests that reach it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

use super::server::listen;

/// What is done to a request once it was read whole.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// 200 and a body.
    Answer(String),
    /// RST_STREAM with that code.
    Reset(u32),
    /// GOAWAY with that code: the request was, or was not, taken notice of.
    GoAway { noticed: bool, code: u32 },
    /// Closes the connection.
    Close,
}

pub(crate) const NO_ERROR: u32 = 0;
pub(crate) const INTERNAL_ERROR: u32 = 2;
pub(crate) const REFUSED_STREAM: u32 = 7;
pub(crate) const ENHANCE_YOUR_CALM: u32 = 11;

/// The server; dropping it closes it with all its connections.
pub(crate) struct H2Server {
    address: SocketAddr,
    certificate: String,
    requests: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl H2Server {
    /// Does the same to every request.
    pub(crate) async fn always(frames: impl Into<Vec<Frame>>) -> Self {
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

        let (listener, frames) = (listen().await, frames.into());
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        let counter = Arc::clone(&requests);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, frames, counter) = (acceptor.clone(), frames.clone(), Arc::clone(&counter));
                connections.spawn(async move {
                    let _ = serve(&acceptor, stream, &frames, &counter).await;
                });
            }
        });
        Self { address, certificate: made.cert.pem(), requests, _tasks: tasks }
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
        self.requests.load(Ordering::SeqCst)
    }
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

async fn serve(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
    frames: &[Frame],
    requests: &AtomicUsize,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = acceptor.accept(stream).await?;
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await?;
    assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    send(&mut stream, SETTINGS, 0, 0, &[]).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let id = u32::from_be_bytes(id);
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload).await?;
        match kind {
            SETTINGS if flags & ACK == 0 => send(&mut stream, SETTINGS, ACK, 0, &[]).await?,
            PING if flags & ACK == 0 => send(&mut stream, PING, ACK, 0, &payload).await?,
            _ => {}
        }
        if kind == HEADERS {
            requests.fetch_add(1, Ordering::SeqCst);
        }
        if matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
            for frame in frames {
                if !perform(&mut stream, id, frame).await? {
                    return Ok(());
                }
            }
        }
    }
}

/// Tells whether the connection is still to be served.
async fn perform(stream: &mut TlsStream<TcpStream>, id: u32, frame: &Frame) -> io::Result<bool> {
    match frame {
        Frame::Answer(body) => {
            // `:status: 200` is number 8 of HPACK's static table.
            send(stream, HEADERS, END_HEADERS, id, &[0x88]).await?;
            send(stream, DATA, END_STREAM, id, body.as_bytes()).await?;
        }
        Frame::Reset(code) => send(stream, RST_STREAM, 0, id, &code.to_be_bytes()).await?,
        Frame::GoAway { noticed, code } => {
            let last = if *noticed { id } else { 0 };
            send(stream, GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat()).await?;
        }
        Frame::Close => {
            stream.shutdown().await?;
            return Ok(false);
        }
    }
    Ok(true)
}

async fn send(
    stream: &mut TlsStream<TcpStream>,
    kind: u8,
    flags: u8,
    id: u32,
    payload: &[u8],
) -> io::Result<()> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![a, b, c, kind, flags];
    frame.extend_from_slice(&id.to_be_bytes());
    frame.extend_from_slice(payload);
    stream.write_all(&frame).await?;
    stream.flush().await
}
