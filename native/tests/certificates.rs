//! Servers that cannot show that they are who they are taken for: they are told nothing of the call, and prove it by all
//! the bytes that came to them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::case::accepted;
use common::connections::{Connections, Holders};
use common::server::{Act, Server, answer, json, listen};
use common::{NUMBER, SID, TOKEN, builder, call, expect_eq, side_by_side};
use polyai_outbound::ErrorCode::{NotConnected, UnexpectedAnswer};
use polyai_outbound::Placement::{NotPlaced, Unknown};
use polyai_outbound::{CallSid, Client, RetryPolicy};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion};

/// Who issues certificates, and whom clients trust.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A client that trusts nobody else.
    fn trusting(&self, url: String) -> Client {
        self.watched(url).0
    }

    /// The same, and what tells when it is gone.
    fn watched(&self, url: String) -> (Client, Holders) {
        let certificate = reqwest::Certificate::from_der(self.0.der()).unwrap();
        let http = polyai_outbound::http_client_builder().no_proxy().tls_certs_only([certificate]);
        let (http, holders) = Holders::of(http.connect_timeout(Duration::from_secs(1)));
        let retry = RetryPolicy { base: Duration::from_millis(10), max_retries: 1, ..RetryPolicy::default() };
        (builder(url).http_client(http.build().unwrap()).retry(retry).build().unwrap(), holders)
    }

    /// A certificate for that name, otherwise as `change` has it.
    fn certify(&self, name: &str, change: fn(&mut CertificateParams)) -> Identity {
        let (mut params, key) = (named(name), KeyPair::generate().unwrap());
        change(&mut params);
        let leaf = params.signed_by(&key, &self.0).unwrap();
        (vec![leaf.der().clone(), self.0.der().clone()], private(&key))
    }
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}

fn self_signed() -> Identity {
    let key = KeyPair::generate().unwrap();
    (vec![named("localhost").self_signed(&key).unwrap().der().clone()], private(&key))
}

/// A server that keeps every byte that comes to it, and what they are once decrypted.
struct Recorder {
    address: SocketAddr,
    told: Arc<Mutex<Told>>,
    connections: Connections,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Told {
    raw: Vec<u8>,
    opened: Vec<u8>,
    handshakes: usize,
}

impl Recorder {
    /// Answers every request with this, over TLS of that version.
    async fn start(identity: Identity, version: &'static SupportedProtocolVersion, answer: Vec<u8>) -> Self {
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(identity.0, identity.1)
            .unwrap();
        let config = Arc::new(config);
        Self::serving(move |stream, told| {
            let (config, answer) = (Arc::clone(&config), answer.clone());
            async move { talk(ServerConnection::new(config).unwrap(), stream, &answer, &told).await }
        })
        .await
    }

    /// Knows no TLS: answers the first bytes that come with this.
    async fn plain(answer: Vec<u8>) -> Self {
        Self::serving(move |mut stream, told| {
            let answer = answer.clone();
            async move {
                let mut piece = vec![0; 1 << 14];
                loop {
                    let length = stream.read(&mut piece).await?;
                    if length == 0 {
                        return Ok(());
                    }
                    told.lock().unwrap().raw.extend_from_slice(&piece[..length]);
                    stream.write_all(&answer).await?;
                }
            }
        })
        .await
    }

    async fn serving<F>(serve: impl Fn(TcpStream, Arc<Mutex<Told>>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = listen().await;
        let address = listener.local_addr().unwrap();
        let (told, connections) = (Arc::new(Mutex::new(Told::default())), Connections::default());
        let (mut tasks, noted, accepting) = (JoinSet::new(), Arc::clone(&told), connections.clone());
        tasks.spawn(async move {
            let mut tasks = JoinSet::new();
            while let Ok((stream, open)) = accepting.accept(&listener).await {
                let serving = serve(stream, Arc::clone(&noted));
                tasks.spawn(async move {
                    let _open = open;
                    drop(serving.await);
                });
            }
        });
        Self { address, told, connections, _tasks: tasks }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// Connections, completed handshakes, and all that was said within TLS.
    fn heard(&self) -> (usize, usize, String) {
        let told = self.told.lock().unwrap();
        (self.connections.accepted(), told.handshakes, String::from_utf8_lossy(&told.opened).into_owned())
    }

    /// What of the call can be read in the bytes as they came.
    fn overheard(&self) -> Option<&'static str> {
        let told = self.told.lock().unwrap();
        let raw = String::from_utf8_lossy(&told.raw);
        [TOKEN, NUMBER, "POST", "outbound-calling", "Ada"].into_iter().find(|word| raw.contains(word))
    }
}

async fn talk(
    mut tls: ServerConnection,
    mut stream: TcpStream,
    answer: &[u8],
    told: &Mutex<Told>,
) -> io::Result<()> {
    let mut piece = vec![0; 1 << 14];
    let mut greeted = false;
    loop {
        let mut out = Vec::new();
        while tls.wants_write() {
            tls.write_tls(&mut out)?;
        }
        stream.write_all(&out).await?;
        let length = stream.read(&mut piece).await?;
        if length == 0 {
            return Ok(());
        }
        told.lock().unwrap().raw.extend_from_slice(&piece[..length]);
        let mut rest = &piece[..length];
        while !rest.is_empty() {
            tls.read_tls(&mut rest)?;
            let state = tls.process_new_packets().map_err(io::Error::other)?;
            let mut plain = vec![0; state.plaintext_bytes_to_read()];
            tls.reader().read_exact(&mut plain)?;
            let mut told = told.lock().unwrap();
            told.opened.extend_from_slice(&plain);
            if !greeted && !tls.is_handshaking() {
                greeted = true;
                told.handshakes += 1;
            }
            // A request of these tests ends in its body.
            if plain.ends_with(b"}") || plain.ends_with(b"\r\n\r\n") && plain.starts_with(b"GET") {
                tls.writer().write_all(answer)?;
            }
        }
    }
}

fn whole(act: &Act) -> Vec<u8> {
    act.text().as_bytes().to_vec()
}

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_show_who_he_is_hears_nothing_of_the_call() {
    let trusted = Arc::new(Authority::new("trusted"));
    let other = Authority::new("other");
    let plain = |_: &mut CertificateParams| {};
    let identities: [(_, Box<dyn Fn() -> Identity>); 8] = [
        ("the name of another", Box::new(|| trusted.certify("example.com", plain))),
        ("a name that is longer", Box::new(|| trusted.certify("localhost.example.com", plain))),
        ("a wildcard for all names", Box::new(|| trusted.certify("*", plain))),
        (
            "over since long",
            Box::new(|| trusted.certify("localhost", |it| it.not_after = date_time_ymd(2020, 1, 1))),
        ),
        (
            "not begun",
            Box::new(|| trusted.certify("localhost", |it| it.not_before = date_time_ymd(4000, 1, 1))),
        ),
        (
            "for clients only",
            Box::new(|| {
                trusted.certify("localhost", |it| {
                    it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
                })
            }),
        ),
        ("signed by somebody", Box::new(|| other.certify("localhost", plain))),
        ("signed by himself", Box::new(self_signed)),
    ];
    for (name, identity) in identities {
        side_by_side(VERSIONS.map(|version| {
            let (identity, trusted) = (identity(), Arc::clone(&trusted));
            let case = async move {
                let server = Recorder::start(identity, version, whole(&json(200, accepted()))).await;
                nothing_is_told(trusted.watched(server.url()), &server).await
            };
            (name, case)
        }))
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_no_tls_hears_nothing_of_the_call() {
    let trusted = Arc::new(Authority::new("trusted"));
    let answers = [
        ("a page", whole(&answer(400, "", "The plain HTTP request was sent to HTTPS port"))),
        ("the answer to a trigger", whole(&json(200, accepted()))),
        ("a redirect to plain HTTP", whole(&answer(308, "Location: http://localhost/\r\n", ""))),
        ("nothing", Vec::new()),
        // A fatal alert that says that the version is too new.
        ("a wish for an older version", vec![21, 3, 1, 0, 2, 2, 70]),
    ];
    side_by_side(answers.map(|(name, answer)| {
        let trusted = Arc::clone(&trusted);
        let case = async move {
            let server = Recorder::plain(answer).await;
            nothing_is_told(trusted.watched(server.url()), &server).await
        };
        (name, case)
    }))
    .await;
}

/// Triggers a call, and reads a status: tried again, as nothing was sent, and nothing is.
async fn nothing_is_told((client, holders): (Client, Holders), server: &Recorder) -> Result<(), String> {
    let error = client.trigger(call()).await.map_or_else(Ok, |done| Err(format!("{done:?}")))?;
    expect_eq("the code", (error.code(), error.placement()), (NotConnected, Some(NotPlaced)))?;
    let error = client.status(&CallSid::parse(SID).unwrap()).await.unwrap_err();
    expect_eq("the code of the reading", error.code(), NotConnected)?;
    drop(client);
    holders.all_gone().await;
    server.connections.all_over(server.address).await;
    expect_eq("connections, handshakes, and what was said", server.heard(), (4, 0, String::new()))?;
    expect_eq("what was said before", server.overheard(), None)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_who_he_is_hears_of_the_call_once() {
    let trusted = Authority::new("trusted");
    for version in VERSIONS {
        let identity = trusted.certify("localhost", |_| {});
        let server = Recorder::start(identity, version, whole(&json(200, accepted()))).await;
        trusted.trusting(server.url()).trigger(call()).await.unwrap();
        let (connections, handshakes, said) = server.heard();
        assert_eq!((connections, handshakes), (1, 1));
        assert!(said.starts_with("POST /v1/outbound-calling ") && said.contains(TOKEN), "{said}");
        assert_eq!(said.matches(NUMBER).count(), 1);
        assert_eq!(server.overheard(), None, "nobody on the way hears it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_plain_http_is_not_followed() {
    let trusted = Authority::new("trusted");
    let plain = Server::always([json(200, accepted())]).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/v1/outbound-calling\r\n", plain.url());
        let identity = trusted.certify("localhost", |_| {});
        let server = Recorder::start(identity, &TLS13, whole(&answer(status, &location, ""))).await;
        let client = trusted.trusting(server.url());
        let error = client.trigger(call()).await.unwrap_err();
        assert_eq!((error.code(), error.placement()), (UnexpectedAnswer, Some(Unknown)), "{status}");
        assert_eq!(server.heard().2.matches("POST ").count(), 1, "{status}");
        assert_eq!(client.status(&CallSid::parse(SID).unwrap()).await.unwrap_err().code(), UnexpectedAnswer);
    }
    assert_eq!(plain.connections(), 0, "the credential went nowhere else");
}
