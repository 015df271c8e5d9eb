//! Lists that are dialled: reading them, the durable store, and the runner that does what core's campaign machine says.

mod flights;
mod holidays;
mod list;
mod number;
mod rejects;
mod runner;
mod store;
mod suppression;

pub use holidays::read_holidays;
pub use list::{Digest, Entry, List, ListError, ListOptions, Problem, Refused};
pub use number::read_number;
pub use polyai_outbound_core::campaign::{
    Attempt, CallingWindows, Change, Command, DISPOSITIONS, Event, Finish, Holiday, MemoryStore,
    NewRecipient, Options, Outcome, Pace, Planner, Priority, RedialRule, State, Tries, WaitRule, Zone, Zones,
    disposition, local, parse_span,
};
pub use rejects::Rejects;
pub use runner::{Runner, RunnerHandle};
pub use store::Store;
pub use suppression::{Fingerprint, SuppressionList};
