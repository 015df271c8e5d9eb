//! Requests of a campaign on their way, many at a time.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use polyai_outbound_core::campaign::{FlightId, Input};
use polyai_outbound_core::{Reply, Request, TransportError};
use tokio::time::Instant;

use crate::transport::{Flight, Transport};

/// One of them, as it is seen by whoever waits for it and by whoever gives it up.
#[derive(Default)]
struct Shared {
    /// Nothing once it is over or given up.
    flight: Option<Flight>,
    waker: Option<Waker>,
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Flying {
    id: FlightId,
    shared: Arc<Mutex<Shared>>,
}

/// What became of it; nothing if it was given up.
type Landed = (FlightId, Option<Result<Reply, TransportError>>);

impl Future for Flying {
    type Output = Landed;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Landed> {
        let mut shared = lock(&self.shared);
        let Some(flight) = &mut shared.flight else { return Poll::Ready((self.id, None)) };
        match flight.poll(cx) {
            Poll::Ready(result) => {
                shared.flight = None;
                Poll::Ready((self.id, Some(result)))
            }
            Poll::Pending => {
                shared.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// All requests on their way.
#[derive(Default)]
pub(super) struct Flights {
    flying: FuturesUnordered<Flying>,
    by_id: BTreeMap<FlightId, Arc<Mutex<Shared>>>,
    /// In the order of sending; those that are over may still be among them.
    sent: VecDeque<(Instant, FlightId)>,
}

impl Flights {
    pub(super) fn send(&mut self, transport: &Transport, id: FlightId, request: Request) {
        let flight = Flight::start(transport, id.send_id(), request);
        let shared = Arc::new(Mutex::new(Shared { flight: Some(flight), waker: None }));
        self.by_id.insert(id, Arc::clone(&shared));
        self.sent.push_back((Instant::now(), id));
        self.flying.push(Flying { id, shared });
    }

    pub(super) fn abort(&mut self, id: FlightId) {
        if let Some(shared) = self.by_id.remove(&id) {
            let mut shared = lock(&shared);
            shared.flight = None;
            if let Some(waker) = shared.waker.take() {
                waker.wake();
            }
        }
    }

    /// Whether none is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The next answer, or why there will be none; waits for ever if nothing is on its way.
    pub(super) async fn next(&mut self) -> Input {
        loop {
            match self.flying.next().await {
                Some((id, Some(result))) => {
                    self.by_id.remove(&id);
                    return match result {
                        Ok(reply) => Input::Reply(id, reply),
                        Err(error) => Input::Failed(id, error),
                    };
                }
                Some((_, None)) => {}
                None => std::future::pending::<()>().await,
            }
        }
    }

    /// All on their way have all their time again: the process was frozen, or the clock stepped.
    pub(super) fn wait_anew(&mut self) {
        let now = Instant::now();
        self.sent.iter_mut().for_each(|(sent, _)| *sent = now);
    }

    /// Answers whose time is over and whose body hangs, as far as they came: what is known of a call must not be lost to
    /// a connection that does not close.
    pub(super) fn overdue(&mut self, timeout: Duration) -> Vec<Input> {
        let mut inputs = Vec::new();
        while let Some((sent, id)) = self.sent.front().copied() {
            if sent.elapsed() < timeout && self.by_id.contains_key(&id) {
                break;
            }
            self.sent.pop_front();
            let so_far = self.by_id.get(&id).and_then(|shared| lock(shared).flight.as_ref()?.so_far());
            if let Some(reply) = so_far {
                self.abort(id);
                inputs.push(Input::Reply(id, reply));
            }
        }
        inputs
    }
}
