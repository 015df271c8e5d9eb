//! Lists that are dialled: reading them, the durable store, and the runner that does what core's campaign machine says.

mod flights;
mod runner;
mod store;

pub use polyai_outbound_core::campaign::{
    Attempt, CallingWindows, Change, Command, DISPOSITIONS, Event, Finish, MemoryStore, NewRecipient,
    Options, Outcome, Pace, Planner, Priority, RedialRule, State, Tries, WaitRule, Zone, Zones, disposition,
    local, parse_span,
};
pub use runner::{Runner, RunnerHandle};
pub use store::Store;
