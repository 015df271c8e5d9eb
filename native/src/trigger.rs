//! A call being triggered.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use polyai_outbound_core::{Completed, Error, Exchange, Placed, Progress, Trigger};

use crate::drive::Driver;
use crate::handle::PlacementHandle;

/// A call being triggered, from [`Client::trigger`](crate::Client::trigger); resolves to its SID.
#[must_use = "nothing is sent until it is awaited"]
pub struct Triggering {
    driver: Result<Driver<Exchange<Trigger>>, Error>,
    handle: PlacementHandle,
}

impl Triggering {
    pub(crate) fn new(driver: Result<Driver<Exchange<Trigger>>, Error>) -> Self {
        let handle = driver.as_ref().map_or_else(|_| PlacementHandle::new(), Driver::handle);
        Self { driver, handle }
    }

    /// Where one can still learn, after this future was dropped, whether the call was placed.
    #[must_use]
    pub fn handle(&self) -> PlacementHandle {
        self.handle.clone()
    }
}

impl Future for Triggering {
    type Output = Result<Completed<Placed>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let driver = match &mut self.driver {
            Ok(driver) => driver,
            Err(refused) => return Poll::Ready(Err(refused.clone())),
        };
        loop {
            match ready!(driver.poll_event(cx)) {
                Some(Progress::Done(result)) => return Poll::Ready(result),
                Some(Progress::Retrying(_)) => {}
                // Polled again after its end, as no future is.
                None => return Poll::Pending,
            }
        }
    }
}
