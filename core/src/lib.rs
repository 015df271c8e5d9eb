//! Sans-I/O core of the PolyAI Outbound Calling client: the protocol and every decision, no clock and no sockets.
//!
//! A shell builds a [`Service`], hands a [`TriggerCall`] to a machine and does what the machine says: see [`Machine`]
//! for the loop. [`Exchange`] is one API operation with its retries; [`Call`] is a call from its trigger to its end.
//! [`RULES`] is the table of what may be sent again.
//!
//! Features: `http` converts [`Request`] and [`Response`] to and from the types of the `http` crate; `campaign` is many
//! calls as one machine; `sandbox` is the service itself as a machine.

mod answer;
mod call;
#[cfg(feature = "campaign")]
pub mod campaign;
mod correlation;
mod dialect;
mod error;
mod exchange;
mod host;
#[cfg(feature = "http")]
mod http_types;
mod input;
pub mod json;
mod machine;
mod message;
mod metadata;
mod operation;
mod phone;
mod retry;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod scrub;
mod service;
mod status;
#[cfg(test)]
mod testing;
mod text;
mod time;
mod trigger;
pub mod wire;

pub use answer::{Answer, Member, Members};
pub use call::{Call, CallEnd, CallEvent, Snapshot, StatusChange};
pub use correlation::CorrelationId;
pub use dialect::{AGENTS, CORRELATION_ID, Dialect, Fields, OUTBOUND, Segment};
pub use error::{Error, ErrorCode, Placement};
pub use exchange::{Completed, Exchange, Limits, Progress, Retrying};
pub use input::InvalidInput;
pub use machine::{Input, Machine, Output, SendId, TransportError};
pub use message::{HeaderValue, Headers, Method, Request, Response};
pub use metadata::Metadata;
pub use operation::{Operation, Placed, StatusRead, Trigger};
#[cfg(feature = "campaign")]
pub use phone::CanonicalNumber;
pub use phone::{Allowed, CountryCode, Destination, NationalNumber, PhoneNumber, Restricted};
pub use retry::{Happened, RULES, RetryAfter, RetryBudget, RetryPolicy, Rule};
pub use service::{AgentId, Api, BaseUrl, Credential, Environment, Region, Service};
pub use status::{CallStatus, Reading, Transition};
pub use text::printable;
pub use time::{Deadline, LATE_WAKE, Timestamp, WaitReason};
pub use trigger::{CallSid, Encryption, TriggerCall, VariantId};
pub use wire::Reply;
