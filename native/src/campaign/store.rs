//! What a store of campaigns does, whatever it is made of.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use polyai_outbound_core::campaign::{MemoryStore, Turn, Turned};

use super::StoreError;

/// Keeps the recipients of one campaign and hands out those that are due.
///
/// What it promises is written at [`Turn`], [`Change`](polyai_outbound_core::campaign::Change) and [`Turned`].
pub trait Store: Send + 'static {
    /// Performs a turn: all of it, durably, or nothing.
    ///
    /// # Errors
    /// If it could not be performed, or it is not certain that it was. It may be asked for again then.
    fn turn(&mut self, turn: &Turn) -> impl Future<Output = Result<Turned, StoreError>> + Send;
}

/// A store in memory, shared with whoever wants to look at it.
impl Store for Arc<Mutex<MemoryStore>> {
    async fn turn(&mut self, turn: &Turn) -> Result<Turned, StoreError> {
        Ok(self.lock().unwrap_or_else(PoisonError::into_inner).turn(turn))
    }
}
