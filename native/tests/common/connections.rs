//! The connections of a server, from when they are accepted until they are over, and the HTTP client that makes them: a
//! test waits for the last of them instead of for some time. What is done to connections is in `server` and `tls`.

use std::collections::HashSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// Finds names as the system does. An HTTP client holds it for as long as anybody can send with that client.
struct Resolver;

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// Tells when an HTTP client is gone.
pub(crate) struct Holders(Weak<Resolver>);

impl Holders {
    /// Has the client that is built next be watched.
    pub(crate) fn of(http: reqwest::ClientBuilder) -> (reqwest::ClientBuilder, Self) {
        let resolver = Arc::new(Resolver);
        let holders = Self(Arc::downgrade(&resolver));
        (http.dns_resolver(resolver), holders)
    }

    /// Waits until nobody can send with it any more.
    pub(crate) async fn all_gone(&self) {
        while self.0.strong_count() > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Shared by the listener's task, those of its connections, and the test.
#[derive(Clone, Default)]
pub(crate) struct Connections(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    accepted: usize,
    open: usize,
    /// Where connections of [`Connections::all_over`] come from that were not accepted yet.
    markers: HashSet<SocketAddr>,
}

/// Counts one connection as open until it is dropped.
pub(crate) struct Open(Connections);

impl Connections {
    /// The next connection of a client.
    pub(crate) async fn accept(&self, listener: &TcpListener) -> io::Result<(TcpStream, Open)> {
        loop {
            let (stream, peer) = listener.accept().await?;
            let mut counts = self.0.lock().unwrap();
            if !counts.markers.remove(&peer) {
                counts.accepted += 1;
                counts.open += 1;
                return Ok((stream, Open(self.clone())));
            }
        }
    }

    /// The number of connections that were accepted.
    pub(crate) fn accepted(&self) -> usize {
        self.0.lock().unwrap().accepted
    }

    /// Waits until every connection that was made so far is over: nothing can arrive any more from clients that are gone.
    pub(crate) async fn all_over(&self, address: SocketAddr) {
        // Connections are accepted in the order in which they are made: before this one all others are.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let marker = socket.local_addr().unwrap();
        self.0.lock().unwrap().markers.insert(marker);
        let _marker = socket.connect(address).await.unwrap();
        while self.is_any_open(marker) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn is_any_open(&self, marker: SocketAddr) -> bool {
        let counts = self.0.lock().unwrap();
        counts.open > 0 || counts.markers.contains(&marker)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().open -= 1;
    }
}
