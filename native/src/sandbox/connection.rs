//! Connections that can be cut: whoever holds the handle ends one without a further byte.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use http::Response;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Accepts connections that can be cut.
pub(super) struct Listener {
    listener: TcpListener,
    /// Cuts all connections.
    stopped: CancellationToken,
}

impl Listener {
    pub(super) const fn new(listener: TcpListener, stopped: CancellationToken) -> Self {
        Self { listener, stopped }
    }
}

impl axum::serve::Listener for Listener {
    type Io = Cuttable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Cuttable, SocketAddr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.listener).await;
        // Without it small answers wait for the client's acknowledgement; a connection that has none is only slower.
        let _ = stream.set_nodelay(true);
        let cut = self.stopped.child_token();
        let closing = Box::pin(cut.clone().cancelled_owned());
        (Cuttable { stream, cut, closing }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A TCP connection that fails to read and write once it is cut, upon which the server drops it.
pub(super) struct Cuttable {
    stream: TcpStream,
    cut: CancellationToken,
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Cuttable {
    /// Whether it is cut; wakes the task when it is.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.closing.as_mut().poll(context) {
            Poll::Pending => Ok(()),
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A handle to the connection that a request came over.
#[derive(Clone)]
pub(super) struct Connection(CancellationToken);

impl Connected<IncomingStream<'_, Listener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        Self(stream.io().cut.clone())
    }
}

impl Connection {
    /// Cuts it. What is returned stands where a response has to, and is never written.
    pub(super) fn cut(&self) -> Response<Body> {
        self.0.cancel();
        Response::new(Body::empty())
    }

    /// Returns when it is cut.
    pub(super) async fn closed(&self) {
        self.0.cancelled().await;
    }

    /// Waits, and tells whether it was cut meanwhile.
    pub(super) async fn outlives(&self, wait: Duration) -> bool {
        wait.is_zero() || tokio::time::timeout(wait, self.closed()).await.is_err()
    }
}
