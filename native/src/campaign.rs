//! Lists that are dialled: reading them, the durable store, and the runner that does what core's campaign machine says.

mod flights;
mod lock;
mod runner;
mod sqlite;
mod store;

pub use lock::{Holder, LockError, RunnerLock};
pub use polyai_outbound_core::campaign::{
    Attempt, CallingWindows, Change, Command, DISPOSITIONS, Event, Finish, Holiday, MemoryStore,
    NewRecipient, Options, Outcome, Pace, Planner, Priority, RecipientId, RedialRule, Standing, State, Tries,
    Turn, Turned, WaitRule, Zone, Zones, disposition, local, parse_span,
};
pub use runner::{Runner, RunnerHandle};
pub use sqlite::{
    Campaign, CampaignId, Database, Decided, Duplicate, Duplicates, Ending, Entry, History, Importer,
    NewCampaign, Note, Reason, Record, Redialled, Resolution, ResolveError, Rows, Source, SqliteStore, Suppressing,
    Tried, Waiting, Who,
};
pub use store::{Store, StoreError, StoreErrorKind};
