//! Many calls as one machine: a list is dialed at decent hours, once each, and what happened to every row is known.
//!
//! [`Campaign`] decides whom to call and when, [`Planner`] by which rules; a store ([`MemoryStore`], or a durable one of a
//! shell) keeps the rows and hands out those that are due. Begin reading at [`Campaign`].

mod beginning;
mod breaker;
mod clock;
mod disposition;
mod effect;
mod ending;
mod fault;
mod judging;
mod live;
mod machine;
mod memory;
mod options;
mod pacing;
mod past_call;
mod pending;
mod planner;
mod probe;
mod recipient;
mod redial;
mod span;
mod turn;
mod visit;
mod windows;
mod words;
mod zone;

pub use breaker::{BreakerOptions, BreakerPhase, BreakerState, ProbeKind};
pub use disposition::{CONGESTION, DISPOSITIONS, Disposition, disposition};
pub use effect::{Event, Finish, FlightId, Input, Output, Purpose};
pub use judging::SAME_NUMBER;
pub use machine::Campaign;
pub use memory::MemoryStore;
pub use options::Options;
pub use pacing::Pace;
pub use past_call::{Intended, LONGEST_CALL, PastCall};
pub use planner::{Planner, local};
pub use recipient::{Attempt, NewRecipient, Priority, Recipient, RecipientId, Standing, Tries};
pub use redial::RedialRule;
pub use span::parse_span;
pub use turn::{
    CLOCK_STEP, Change, Command, Fetch, Known, Misdated, Obstacle, PLANNED_ANEW, READ_AGAIN, Refusal,
    STATUS_KEPT, SharedSid, Turn, Turned, Unfinished,
};
pub use windows::{Calendar, CallingWindows, Holiday, Opening};
pub use words::{Outcome, State, WaitRule};
pub use zone::{Zone, ZoneBy, Zones};

#[cfg(test)]
mod tests;
