//! Client of PolyAI's Outbound Calling API that never dials a person twice by accident.
//!
//! [`Client`] triggers calls, reads and follows their status. All that decides is in `polyai-outbound-core`; this
//! crate sends and waits as core says, over reqwest and tokio. What callers need of core is here under its own name.
//!
//! ```
//! # async fn example(base_url: &str) -> Result<(), Box<dyn std::error::Error>> {
//! use polyai_outbound::{Client, Destination, Placement, TriggerCall};
//!
//! let client = Client::builder().base_url(base_url).token("sandbox").build()?;
//! let call = TriggerCall::new(Destination::parse("+14155550100", None)?);
//! match client.trigger(call).await {
//!     Ok(placed) => println!("{}", client.watch(placed.value).end().await?.status),
//!     Err(error) if error.placement() == Some(Placement::Unknown) => println!("may have rung: {error}"),
//!     Err(error) => println!("nobody was called: {error}"),
//! }
//! # Ok(())
//! # }
//! ```

mod builder;
#[cfg(feature = "campaign")]
pub mod campaign;
mod client;
mod drive;
mod follow;
mod handle;
mod observe;
#[cfg(feature = "campaign")]
pub mod private_file;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod transport;
mod trigger;

pub use builder::{BuildError, ClientBuilder, http_client_builder};
pub use client::Client;
pub use follow::{CallEvents, Calling, Watch};
pub use handle::PlacementHandle;
/// The protocol and its decisions without I/O, for what this crate has no words of its own for.
pub use polyai_outbound_core as core;
/// The form by which numbers are compared.
#[cfg(feature = "campaign")]
pub use polyai_outbound_core::CanonicalNumber;
pub use polyai_outbound_core::{
    AgentId, Allowed, Api, BaseUrl, CallEnd, CallEvent, CallSid, CallStatus, Completed, CountryCode,
    Credential, Destination, Encryption, Environment, Error, ErrorCode, InvalidInput, Limits, Metadata,
    NationalNumber, PhoneNumber, Placed, Placement, Reading, Region, Restricted, RetryBudget, RetryPolicy,
    Retrying, Service, Snapshot, StatusChange, Timestamp, TriggerCall, VariantId,
};
pub use trigger::Triggering;

/// The examples of the readme are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
