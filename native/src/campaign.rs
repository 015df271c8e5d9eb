//! Lists that are dialled: reading them, the durable store, and the runner that does what core's campaign machine says.

mod lock;
mod sqlite;
mod store;

pub use lock::{Holder, LockError, RunnerLock};
pub use sqlite::{
    Campaign, CampaignId, Database, Decided, Duplicate, Duplicates, Ending, Entry, History, Importer,
    NewCampaign, Note, Reason, Record, Resolution, ResolveError, Rows, Source, SqliteStore, Suppressing,
    Tried, Waiting, Who,
};
pub use store::{Store, StoreError, StoreErrorKind};
