//! Many calls as one machine: a list is dialled at decent hours, once each, and what happened to every row is known.
//!
//! [`Campaign`] decides whom to call and when, [`Planner`] by which rules; a store ([`MemoryStore`], or a durable one of a
//! shell) keeps the rows and hands out those that are due. Begin reading at [`Campaign`].

mod ending;
mod live;
mod machine;
mod memory;
mod options;
mod pacing;
mod pending;
mod planner;
mod recipient;
mod redial;
mod span;
mod turn;
mod windows;
mod zone;

pub use machine::{Campaign, Event, Finish, FlightId, Input, Output};
pub use memory::MemoryStore;
pub use options::Options;
pub use pacing::Pace;
pub use planner::{Planner, local};
pub use recipient::{
    Attempt, NewRecipient, Outcome, Priority, Recipient, RecipientId, Standing, State, Tries, WaitRule,
};
pub use redial::{CONGESTION, DISPOSITIONS, RedialRule, disposition};
pub use span::parse_span;
pub use turn::{Change, Command, Fetch, Refusal, Turn, Turned, Unfinished};
pub use windows::{Calendar, CallingWindows, Opening};
pub use zone::{Zone, Zones};
