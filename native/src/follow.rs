//! A call being followed: to its end as a future, change by change or event by event as a stream.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use polyai_outbound_core::{Call, CallEnd, CallEvent, Error, Snapshot, StatusChange};

use crate::drive::Driver;
use crate::handle::PlacementHandle;

/// A call being placed and followed, from [`Client::call`](crate::Client::call); resolves to how it ended.
///
/// [`events`](Self::events) makes it a stream that tells everything on the way.
#[must_use = "nothing is sent until it is awaited"]
pub struct Calling {
    events: CallEvents,
}

impl Calling {
    pub(crate) fn new(driver: Result<Driver<Call>, Error>) -> Self {
        let (handle, source) = match driver {
            Ok(driver) => (driver.handle(), Source::Driver(Box::new(driver))),
            Err(refused) => (PlacementHandle::new(), Source::Refused(Some(refused))),
        };
        Self { events: CallEvents { source, handle } }
    }

    /// Where one can still learn, after this was dropped, whether the call was placed and as what.
    #[must_use]
    pub fn handle(&self) -> PlacementHandle {
        self.events.handle()
    }

    /// The same as a stream of events: placed, retrying, each status change, ended.
    pub fn events(self) -> CallEvents {
        self.events
    }
}

impl Future for Calling {
    type Output = Result<CallEnd, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.events.poll_end(cx)
    }
}

/// Everything that is told of a call; the last event is [`CallEvent::Ended`].
#[must_use = "nothing is sent until it is polled"]
pub struct CallEvents {
    source: Source,
    handle: PlacementHandle,
}

enum Source {
    Driver(Box<Driver<Call>>),
    /// Refused before anything was sent; told once.
    Refused(Option<Error>),
}

impl CallEvents {
    /// Where one can still learn, after this was dropped, whether the call was placed and as what.
    #[must_use]
    pub fn handle(&self) -> PlacementHandle {
        self.handle.clone()
    }

    /// The call as it is known now, to be followed on elsewhere with [`Client::watch`](crate::Client::watch);
    /// after its end was told as well. Nothing before it is placed.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        match &self.source {
            Source::Driver(driver) => driver.machine().snapshot().cloned(),
            Source::Refused(_) => None,
        }
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<CallEvent>> {
        match &mut self.source {
            Source::Driver(driver) => driver.poll_event(cx),
            Source::Refused(refused) => {
                Poll::Ready(refused.take().map(|refused| CallEvent::Ended(Err(refused))))
            }
        }
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<CallEnd, Error>> {
        loop {
            match ready!(self.poll_event(cx)) {
                Some(CallEvent::Ended(result)) => return Poll::Ready(result),
                Some(
                    CallEvent::Placed(_)
                    | CallEvent::Retrying(_)
                    | CallEvent::Status(_)
                    | CallEvent::Regression(_),
                ) => {}
                // Polled again after its end, as no future is.
                None => return Poll::Pending,
            }
        }
    }
}

impl Stream for CallEvents {
    type Item = CallEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<CallEvent>> {
        self.poll_event(cx)
    }
}

/// A call being followed, from [`Client::watch`](crate::Client::watch): a stream of its status changes. It ends after
/// the call's last status, or with an error once that cannot be learned any more.
///
/// ```no_run
/// use futures_util::StreamExt;
///
/// # async fn example(client: polyai_outbound::Client, call_sid: polyai_outbound::CallSid)
/// # -> Result<(), polyai_outbound::Error> {
/// let mut watch = client.watch(call_sid);
/// while let Some(change) = watch.next().await {
///     let change = change?;
///     println!("{} {}", change.status, change.reason);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until it is polled"]
pub struct Watch {
    events: CallEvents,
}

impl Watch {
    pub(crate) fn new(driver: Driver<Call>) -> Self {
        let handle = driver.handle();
        Self { events: CallEvents { source: Source::Driver(Box::new(driver)), handle } }
    }

    /// The call as it is known now, to be followed on elsewhere with [`Client::watch`](crate::Client::watch);
    /// after its end was told as well.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.events.snapshot()
    }

    /// The same as a stream of everything that happens, retries included.
    pub fn events(self) -> CallEvents {
        self.events
    }

    /// How the call ended.
    ///
    /// # Errors
    /// If that cannot be learned: the service does not know the call (any more), or the time to follow it is over.
    pub async fn end(mut self) -> Result<CallEnd, Error> {
        std::future::poll_fn(|cx| self.events.poll_end(cx)).await
    }
}

impl Stream for Watch {
    type Item = Result<StatusChange, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(self.events.poll_event(cx)) {
                Some(CallEvent::Status(change)) => return Poll::Ready(Some(Ok(change))),
                Some(CallEvent::Ended(Err(error))) => return Poll::Ready(Some(Err(error))),
                Some(CallEvent::Ended(Ok(_))) | None => return Poll::Ready(None),
                Some(CallEvent::Placed(_) | CallEvent::Retrying(_) | CallEvent::Regression(_)) => {}
            }
        }
    }
}
