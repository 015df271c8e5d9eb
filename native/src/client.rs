//! The client: one service, one pool of connections, one budget of retries, shared by all its clones.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use polyai_outbound_core::{
    Call, CallSid, Completed, Error, Exchange, Limits, Progress, Reading, Service, Snapshot, StatusRead,
    Trigger, TriggerCall,
};

use crate::builder::ClientBuilder;
use crate::drive::{Driver, Shared};
use crate::follow::{Calling, Watch};
use crate::observe;
use crate::trigger::Triggering;

/// Places calls and follows them. Cheap to clone: clones share connections and the budget of retries.
///
/// ```no_run
/// use polyai_outbound::{Client, Destination, Metadata, Region, TriggerCall};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder().region(Region::Us).token(std::env::var("POLYAI_OUTBOUND_TOKEN")?).build()?;
/// let call = TriggerCall::new(Destination::parse("+14155550100", None)?)
///     .with_metadata(Metadata::new([("appointment", "2026-12-01 09:30")])?);
/// let end = client.call(call).await?;
/// println!("{}: {} {}", end.call_sid, end.status, end.reason);
/// # Ok(())
/// # }
/// ```
///
/// Of an answer at most 1 MiB is read; what goes on beyond it is cut off and taken as far as it came, which for a trigger is
/// an unknown placement, unless it named the call before. Heads are bounded as well, and nothing is decompressed, so that a
/// request costs a few MiB at most and ends when its time is over, whatever the server does.
///
/// Every future and stream of it does something only while it is polled: dropping one sends nothing further. Whether
/// a dropped one placed a call is told by its [`PlacementHandle`](crate::PlacementHandle).
#[derive(Clone)]
pub struct Client {
    pub(crate) service: Arc<Service>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) limits: Limits,
}

impl Client {
    /// Sets one up.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Where it calls and as whom.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// How long things may take and how often they are tried.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// The same client with other limits, for one request or many: connections and budget stay shared.
    ///
    /// ```no_run
    /// # async fn example(client: polyai_outbound::Client, call: polyai_outbound::TriggerCall)
    /// # -> Result<(), polyai_outbound::Error> {
    /// use std::time::Duration;
    ///
    /// client.with_max_retries(0).with_timeout(Duration::from_secs(5)).trigger(call).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_limits(&self, limits: Limits) -> Self {
        Self { limits, ..self.clone() }
    }

    /// The same client with another limit on the whole of one operation, its retries included.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with_limits(Limits { operation_timeout: timeout, ..self.limits })
    }

    /// The same client with another number of retries; 0 sends every trigger, and every status read by itself, once.
    #[must_use]
    pub fn with_max_retries(&self, max_retries: u32) -> Self {
        let mut limits = self.limits;
        limits.retry.max_retries = max_retries;
        self.with_limits(limits)
    }

    /// Triggers a call. Nothing is sent until it is awaited. Its error tells whether the call was placed; where that
    /// is unknown, it is never sent again by itself.
    pub fn trigger(&self, call: TriggerCall) -> Triggering {
        let machine = Trigger::new(Arc::clone(&self.service), call)
            .map(|trigger| Exchange::new(trigger, self.limits, seed()))
            .map_err(Error::from);
        Triggering::new(machine.map(|machine| self.driver(machine, "trigger", None)))
    }

    /// Reads a call's status once, with retries.
    ///
    /// # Errors
    /// If the service does not know the call (any more), or could not be read in time.
    pub async fn status(&self, call_sid: &CallSid) -> Result<Completed<Reading>, Error> {
        let read = StatusRead::new(Arc::clone(&self.service), call_sid.clone());
        let mut driver = self.driver(Exchange::new(read, self.limits, seed()), "status", Some(call_sid));
        loop {
            match poll_fn(|cx| driver.poll_event(cx)).await {
                Some(Progress::Done(result)) => return result,
                Some(Progress::Retrying(_)) => {}
                // A machine tells how it ended before it ends.
                None => std::future::pending().await,
            }
        }
    }

    /// Follows a call that was placed before: a stream of its status changes, the first of them what it is now.
    ///
    /// Takes a [`CallSid`]; what [`trigger`](Self::trigger) answered, so that a call which the service does not show
    /// yet is waited for; or a [`Snapshot`] that was taken elsewhere, of which what was known is not told again.
    pub fn watch(&self, call: impl Into<Snapshot>) -> Watch {
        let known = call.into();
        let call_sid = known.call_sid.clone();
        let machine = Call::resume(Arc::clone(&self.service), known, self.limits, seed());
        Watch::new(self.driver(machine, "watch", Some(&call_sid)))
    }

    /// Triggers a call and follows it to its end. Nothing is sent until it is polled.
    pub fn call(&self, call: TriggerCall) -> Calling {
        let machine = Call::place(Arc::clone(&self.service), call, self.limits, seed()).map_err(Error::from);
        Calling::new(machine.map(|machine| self.driver(machine, "call", None)))
    }

    fn driver<M: observe::Observed>(
        &self,
        machine: M,
        operation: &'static str,
        call_sid: Option<&CallSid>,
    ) -> Driver<M> {
        Driver::new(machine, Arc::clone(&self.shared), observe::span(operation, call_sid))
    }
}

/// For the jitter of one operation.
fn seed() -> u64 {
    fastrand::u64(..)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("service", &self.service)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
