//! The machines of core for JavaScript hosts. What is exported here decides nothing and does no I/O: the JavaScript in
//! `pkg-template/src` sends what an [`Operation`] says over the host's `fetch`, waits as long as it says, and tells it
//! what came.
//!
//! What goes out is JSON text, what comes in are plain values. A body is handed in as the text that it is: what it says is
//! judged by core, as in every other shell.

#![allow(clippy::needless_pass_by_value, reason = "text that JavaScript hands over is ours")]

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod operation;
mod refused;
#[cfg(feature = "client")]
mod request;
#[cfg(feature = "sandbox")]
mod sandbox;
#[cfg(feature = "client")]
mod told;
mod value;

#[cfg(feature = "client")]
pub use client::Client;
#[cfg(feature = "client")]
pub use operation::Operation;
#[cfg(feature = "client")]
pub use request::Request;
#[cfg(feature = "sandbox")]
pub use sandbox::Sandbox;

/// A third of the code of the standard one; its time does not grow with what is held.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
