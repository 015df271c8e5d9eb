//! Lists that are dialled: reading them, the durable store, and the runner that does what core's campaign machine says.

mod flights;
mod holidays;
mod import;
mod list;
mod lock;
mod number;
mod rejects;
mod runner;
mod sqlite;
mod store;
mod suppression;
mod watched;

pub use holidays::read_holidays;
pub use import::{ImportError, Imported, ListImport};
pub use list::{Digest, Entry, List, ListError, ListOptions, Problem, Refused};
pub use lock::{Holder, LockError, RunnerLock};
pub use number::read_number;
pub use polyai_outbound_core::campaign::{
    Attempt, CallingWindows, Change, Command, DISPOSITIONS, Event, Finish, Holiday, MemoryStore,
    NewRecipient, Options, Outcome, Pace, Planner, Priority, RecipientId, RedialRule, Standing, State, Tries,
    Turn, Turned, WaitRule, Zone, Zones, disposition, local, parse_span,
};
pub use rejects::Rejects;
pub use runner::{Runner, RunnerHandle};
pub use sqlite::{
    Campaign, CampaignId, Database, Decided, Duplicate, Duplicates, Ending, History, Importer, NewCampaign,
    Note, Planned, Reason, Record, Redialled, Resolution, ResolveError, Rows, Source, SqliteStore,
    Suppressing, Tried, Waiting, Who,
};
pub use store::{Store, StoreError, StoreErrorKind};
pub use suppression::{Fingerprint, SuppressionList};
pub use watched::WatchedStore;
