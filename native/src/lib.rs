//! Client of PolyAI's Outbound Calling API.

#[cfg(feature = "sandbox")]
pub mod sandbox;
