//! What a caller can still learn of a call after dropping the future that placed it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polyai_outbound_core::{CallSid, Placement};

/// Whether a call was placed, as far as is known; it outlives the future that places it.
///
/// A future may be dropped at any moment: a shutdown, a `select!`, a time-out of one's own. Then nothing further is
/// sent, but what was sent may have rung somebody's phone. Take a handle before awaiting, and ask it afterwards:
///
/// ```
/// # async fn example(client: polyai_outbound::Client, call: polyai_outbound::TriggerCall) {
/// use std::time::Duration;
/// use polyai_outbound::Placement;
///
/// let trigger = client.trigger(call);
/// let handle = trigger.handle();
/// if tokio::time::timeout(Duration::from_secs(1), trigger).await.is_err() {
///     match handle.placement() {
///         Placement::NotPlaced => println!("nobody was called"),
///         Placement::Placed => println!("placed as {:?}", handle.call_sid()),
///         Placement::Unknown => println!("may have rung: do not dial again without asking a person"),
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PlacementHandle(Arc<Mutex<Known>>);

#[derive(Debug)]
struct Known {
    placement: Placement,
    call_sid: Option<CallSid>,
}

impl PlacementHandle {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Known { placement: Placement::NotPlaced, call_sid: None })))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, placement: Placement) {
        self.known().placement = placement;
    }

    pub(crate) fn learn(&self, placement: Placement, call_sid: Option<CallSid>) {
        let mut known = self.known();
        known.placement = placement;
        known.call_sid = call_sid.or_else(|| known.call_sid.take());
    }

    /// Whether the call was placed: `Unknown` while a trigger is on its way, and for good if its answer was lost or
    /// the future was dropped before it came.
    #[must_use]
    pub fn placement(&self) -> Placement {
        self.known().placement
    }

    /// What the call is known by, once it was placed, or may have been and the answer named it all the same.
    #[must_use]
    pub fn call_sid(&self) -> Option<CallSid> {
        self.known().call_sid.clone()
    }
}
