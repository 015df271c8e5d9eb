//! Lists that are dialled: reading them, the durable store, and the runner that does what core's campaign machine says.

mod lock;
mod sqlite;
mod store;

pub use lock::{Holder, LockError, RunnerLock};
pub use sqlite::{
    CampaignId, Database, Duplicate, Duplicates, Entry, Importer, NewCampaign, Source, SqliteStore,
    Suppressing,
};
pub use store::{Store, StoreError, StoreErrorKind};
