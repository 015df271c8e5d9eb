//! The sandbox served over HTTP, so that any client in any language can be tried against it.
//!
//! What it answers is decided in [`polyai_outbound_core::sandbox`]; here its reactions are performed on real
//! connections, the cut and the silent ones included.
//!
//! ```
//! use polyai_outbound::sandbox::{Config, SandboxServer};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let server = SandboxServer::bind(([127, 0, 0, 1], 0).into(), Config::default().with_speed(60.0)?).await?;
//! let sandbox = server.spawn();
//! println!("listening on {}", sandbox.base_url());
//! assert_eq!(sandbox.calls().len(), 0, "nobody has triggered a call yet");
//! sandbox.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod connection;

use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use futures_core::Stream;
use http::{Request, Response};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use polyai_outbound_core::sandbox::{Config, Faults, PlacedCall, Reaction, Sandbox};

use connection::{Connection, Listener};
use polyai_outbound_core::{InvalidInput, Timestamp};

/// How long answers that are on their way have to arrive once the server is told to stop.
const GRACE: Duration = Duration::from_millis(250);

/// A sandbox that is bound to its address and not served yet; until it is, connections wait.
pub struct SandboxServer {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl SandboxServer {
    /// Binds a sandbox to an address; port 0 picks a free one. Whoever can reach the address can use the sandbox, so
    /// it should be a loopback one.
    ///
    /// # Errors
    /// If the address cannot be bound.
    pub async fn bind(address: SocketAddr, config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, shared: Arc::new(Shared::new(config)) })
    }

    /// The address that it is bound to.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for clients on this machine.
    #[must_use]
    pub fn base_url(&self) -> String {
        base_url(self.address)
    }

    /// Serves until `shutdown` is over. Answers that are on their way then arrive; connections that wait for one that
    /// would take longer are cut.
    ///
    /// # Errors
    /// None are known: what befalls one connection ends that one only.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let stopped = CancellationToken::new();
        let listener = Listener::new(self.listener, stopped.clone());
        let service = Router::new().fallback(answer).with_state(self.shared);
        axum::serve(listener, service.into_make_service_with_connect_info::<Connection>())
            .with_graceful_shutdown(async move {
                shutdown.await;
                tokio::spawn(async move {
                    tokio::time::sleep(GRACE).await;
                    stopped.cancel();
                });
            })
            .await
    }

    /// Serves in the background until the handle is dropped.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[must_use]
    pub fn spawn(self) -> RunningSandbox {
        let stop = CancellationToken::new();
        let (address, shared) = (self.address, Arc::clone(&self.shared));
        let task = tokio::spawn(self.serve(stop.clone().cancelled_owned()));
        RunningSandbox { address, shared, stop, task }
    }
}

/// A sandbox that is served in the background; dropping it stops it.
pub struct RunningSandbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<io::Result<()>>,
}

impl RunningSandbox {
    /// The address that it is bound to.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for clients on this machine.
    #[must_use]
    pub fn base_url(&self) -> String {
        base_url(self.address)
    }

    /// Every call that was really placed, in the order of placing and as it is now.
    #[must_use]
    pub fn calls(&self) -> Vec<PlacedCall> {
        let mut sandbox = self.shared.sandbox();
        sandbox.handle_time(self.shared.now());
        sandbox.calls().collect()
    }

    /// Sets the faults that are injected from now on.
    ///
    /// # Errors
    /// If a rate is not from 0 to 1; then nothing changes.
    pub fn set_faults(&self, faults: Faults) -> Result<(), InvalidInput> {
        self.shared.sandbox().set_faults(faults)
    }

    /// Stops serving, and returns when all connections are closed.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let _ = (&mut self.task).await;
    }
}

impl Drop for RunningSandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn base_url(address: SocketAddr) -> String {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

/// The one sandbox that all connections reach, and its clock.
struct Shared {
    sandbox: Mutex<Sandbox>,
    /// Civil time when it was made; from there on time is monotonic, so that no step of the civil clock stops it.
    epoch: Timestamp,
    started: Instant,
}

impl Shared {
    fn new(config: Config) -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let epoch = Timestamp::default() + since;
        Self { sandbox: Mutex::new(Sandbox::new(config)), epoch, started: Instant::now() }
    }

    fn now(&self) -> Timestamp {
        self.epoch + self.started.elapsed()
    }

    /// Never held across a wait.
    fn sandbox(&self) -> MutexGuard<'_, Sandbox> {
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Performs what the sandbox says of a request.
async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // A body that breaks off is no request, and nobody is left to be answered.
    let Ok(body) = read(body).await else { return connection.cut() };
    let request = Request::from_parts(parts, body).into();
    let reaction = shared.sandbox().handle(shared.now(), &request);
    match reaction {
        Reaction::Answer { response, after } => match Response::try_from(response) {
            Ok(response) if connection.outlives(after).await => response.map(Body::from),
            Ok(_) | Err(_) => connection.cut(),
        },
        Reaction::Cut { after } => {
            connection.outlives(after).await;
            connection.cut()
        }
        Reaction::Hang => {
            connection.closed().await;
            connection.cut()
        }
    }
}

/// A body, as far as the sandbox reads it and a little more, so that it sees what is too long. The rest is read and
/// left within reason, because closing on a sender that still sends takes the answer from it.
async fn read(body: Body) -> Result<Vec<u8>, axum::Error> {
    const MOST: usize = 64 * Sandbox::LONGEST_BODY;
    let mut chunks = body.into_data_stream();
    let (mut held, mut seen) = (Vec::new(), 0);
    while let Some(chunk) = poll_fn(|context| Pin::new(&mut chunks).poll_next(context)).await {
        let chunk = chunk?;
        seen += chunk.len();
        if held.len() <= Sandbox::LONGEST_BODY {
            held.extend_from_slice(&chunk);
        }
        if seen > MOST {
            break;
        }
    }
    Ok(held)
}
