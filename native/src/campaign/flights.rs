//! Requests of a campaign on their way, many at a time.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use polyai_outbound_core::campaign::{FlightId, Input};
use polyai_outbound_core::{Reply, Request, TransportError};
use tokio::task::unconstrained;

use crate::transport::{Flight, Transport};

/// One of them, as it is seen by whoever waits for it and by whoever gives it up.
#[derive(Default)]
struct Shared {
    /// Nothing once it is over or given up.
    flight: Option<Flight>,
    waker: Option<Waker>,
}

impl Shared {
    /// Its answer as far as it has arrived, or the news that there will be none.
    fn arrived(&mut self) -> Option<Result<Reply, TransportError>> {
        let flight = self.flight.as_mut()?;
        let arrived = match flight.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => flight.so_far().map(Ok),
        };
        // Whoever waits for it was not asked now, and is to ask again.
        self.waker.take().into_iter().for_each(Waker::wake);
        arrived
    }
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
}

impl Flights {
    pub(super) fn send(&mut self, transport: &Transport, id: FlightId, request: Request) {
        let flight = Flight::start(transport, id.send_id(), request);
        let shared = Arc::new(Mutex::new(Shared { flight: Some(flight), waker: None }));
        self.by_id.insert(id, Arc::clone(&shared));
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

    /// Those that are on their way.
    pub(super) fn ids(&self) -> Vec<FlightId> {
        self.by_id.keys().copied().collect()
    }

    /// The next answer, or why there will be none; waits for ever if nothing is on its way.
    pub(super) async fn next(&mut self) -> Input {
        loop {
            match self.flying.next().await {
                Some((id, Some(result))) => {
                    self.by_id.remove(&id);
                    return input(id, result);
                }
                Some((_, None)) => {}
                None => std::future::pending::<()>().await,
            }
        }
    }

    /// The answer to a request that is given up now, as far as it has arrived, or why there will be none.
    ///
    /// All of it may be there unseen: of many that arrive at once a runtime hands out some, and the time may come between. A
    /// part is worth as much: a body may hang behind a call SID.
    pub(super) async fn arrived(&mut self, id: FlightId) -> Option<Input> {
        let shared = Arc::clone(self.by_id.get(&id)?);
        let arrived = unconstrained(poll_fn(|_| Poll::Ready(lock(&shared).arrived()))).await?;
        self.abort(id);
        Some(input(id, arrived))
    }
}

fn input(id: FlightId, result: Result<Reply, TransportError>) -> Input {
    match result {
        Ok(reply) => Input::Reply(id, reply),
        Err(error) => Input::Failed(id, error),
    }
}
