//! Campaigns in an SQLite file: [`Database`] for what is asked now and then, [`SqliteStore`] for the runner.
//!
//! The schema is in `migrations/`; people may query it, also while a campaign runs.

mod canonical;
mod connect;
mod decide;
mod identity;
mod import;
mod log;
mod look;
mod opt_outs;
mod origin;
#[cfg(test)]
mod plans;
mod query;
mod record;
mod replan;
mod requeue;
mod rows;
mod suppressions;
mod turn;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{CallCounter, Store, StoreError};
use polyai_outbound_core::campaign::{State, Turn, Turned};

pub(in crate::campaign) use connect::sync_folder;
use connect::{Link, Lost};
pub use decide::{Decided, Resolution, ResolveError, Rows};
pub use import::{Duplicate, Duplicates, Importer, NewCampaign, Planned, Source};
pub use look::{Redialed, SharedBy, SharedCall};
pub use opt_outs::NumberOptOut;
use origin::TokenBinding;
pub use query::{Campaign, Ending, Reason, Waiting};
pub use record::{History, Note, Record, Who};
pub use replan::Replan;
pub use requeue::{Requeue, Selected, Selection};
pub use suppressions::{Suppressing, SuppressionBlock, SuppressionCount};

/// What a campaign is known by in its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CampaignId(pub i64);

/// An SQLite file with campaigns in it.
///
/// One file holds any number of campaigns; how often a number was dialed is known across all of them.
/// It is created readable and writable for its owner alone, because numbers and metadata are in it.
///
/// ```
/// use polyai_outbound::campaign::{Database, Duplicates, Planned, NewCampaign, Source, Store};
/// use polyai_outbound::core::campaign::{Fetch, NewRecipient, Priority, Standing, State, Turn, Zones};
/// use polyai_outbound::{Metadata, PhoneNumber, Timestamp};
///
/// # async fn example(path: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
/// let now = Timestamp::from_millis(1_772_452_800_000);
/// let mut database = Database::open(path, true).await?;
/// let campaign = database
///     .create_campaign(&NewCampaign {
///         name: "reminders".to_owned(),
///         created_at: now,
///         options: "{}".to_owned(),
///         service: "https://api.us.poly.ai".to_owned(),
///         source: Source { file: "list.csv".to_owned(), size: 64, modified_at: None },
///         duplicates: Duplicates::First,
///     })
///     .await?;
///
/// let recipient = NewRecipient {
///     row: 2,
///     to_number: PhoneNumber::parse("+14155550100")?,
///     time_zone: None,
///     also_in: Zones::NONE,
///     not_before: None,
///     not_after: None,
///     priority: Priority::default(),
///     external_id: None,
///     metadata: Metadata::new([("name", "Ada")])?,
/// };
/// let reason = "to be called".to_owned();
/// let standing = Standing { state: State::Scheduled, due_at: Some(now), wait: None, reason };
/// let mut importer = database.importer(campaign).await?;
/// importer.add(&[Planned { recipient, standing }], 0, 2).await?;
/// importer.finish("9f86d081884c7d65", now).await?;
///
/// let mut store = database.store(campaign).await?;
/// let fetch = Fetch::Due { by: now, limit: 10, dialed_since: now };
/// let turned = store.turn(&Turn { now, changes: Vec::new(), breaker: None, not_again_within: std::time::Duration::ZERO, fetch: Some(fetch) }).await?;
/// assert_eq!(turned.due[0].row, 2);
/// assert_eq!(database.tally(campaign).await?[&State::Scheduled], 1);
/// # Ok(())
/// # }
/// # let directory = tempfile::TempDir::new()?;
/// # tokio::runtime::Builder::new_current_thread()
/// #     .enable_all()
/// #     .build()?
/// #     .block_on(example(&directory.path().join("calls.db")))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Database {
    link: Link,
    counter: Option<Arc<Mutex<CallCounter>>>,
    /// Another token than that of before, until it has proven to be right.
    token: Option<TokenBinding>,
}

impl Database {
    /// Opens the file for reading and writing, and brings its schema up to date.
    ///
    /// # Errors
    /// If it is not there and not to be created, cannot be read or written, is something else, or was made by a newer
    /// version; if its log, the file beside it whose name ends in `-wal`, is gone while calls may be in it
    /// ([`LogMissing`](super::StoreErrorKind::LogMissing)).
    pub async fn open(path: impl AsRef<Path>, create: bool) -> Result<Self, StoreError> {
        Ok(Self { link: Link::open(path.as_ref(), create, Lost::Refuse).await?, counter: None, token: None })
    }

    /// Opens a file whose log is gone, which [`open`](Self::open) refuses, and takes it as it is: who was called last may not
    /// be in it, and would be called again.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_without_log(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Ok(Self { link: Link::open(path.as_ref(), false, Lost::Forget).await?, counter: None, token: None })
    }

    /// Opens the file for reading alone. What a runner writes meanwhile is seen, and neither waits for the other.
    ///
    /// # Errors
    /// As [`open`](Self::open), and if its schema is of an older version.
    pub async fn read_only(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Ok(Self { link: Link::read_only(path.as_ref(), Lost::Refuse).await?, counter: None, token: None })
    }

    /// Opens a file whose log is gone for reading alone, to find out what is missing in it.
    #[doc(hidden)]
    pub async fn read_only_without_log(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Ok(Self { link: Link::read_only(path.as_ref(), Lost::Forget).await?, counter: None, token: None })
    }

    /// Closes it, so that all is in the one file, as far as nobody else has it open, and the file says so. Nothing is lost
    /// without; but what was written last is then in the log beside the file, and a copy of the file alone would not have it.
    ///
    /// A [`Runner`](super::Runner) that has come to its end has closed its store, and the file needs no log then. After one that
    /// was dropped before, the log stays beside the file, and whoever opens both closes them; to have all in the file at once, drop
    /// the [`RunnerLock`](super::RunnerLock) and call this last.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub async fn close(self) -> Result<(), StoreError> {
        self.link.close().await
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.link.path()
    }

    /// Counts calls outside of the database as well: those of stores that are made from now on.
    pub fn count_calls(&mut self, counter: CallCounter) {
        self.counter = Some(Arc::new(Mutex::new(counter)));
    }

    /// The campaign as its runner sees it, with a connection of its own.
    ///
    /// # Errors
    /// If the file cannot be opened any more.
    pub async fn store(&self, campaign: CampaignId) -> Result<SqliteStore, StoreError> {
        let token = self.token.clone();
        Ok(SqliteStore { link: self.link.another().await?, campaign, counter: self.counter.clone(), token })
    }
}

/// One campaign of a [`Database`], as its runner's [`Store`].
#[derive(Debug)]
pub struct SqliteStore {
    link: Link,
    campaign: CampaignId,
    /// Shared with the database, so that it is held as long as either is.
    counter: Option<Arc<Mutex<CallCounter>>>,
    token: Option<TokenBinding>,
}

impl SqliteStore {
    /// Lets the file grow to so many pages and no more.
    #[doc(hidden)]
    pub fn limit_pages(&mut self, most: u32) {
        self.link.set("max_page_count", most.to_string());
    }

    /// How long another process's write is waited for.
    #[doc(hidden)]
    pub fn set_patience(&mut self, patience: Duration) {
        self.link.set_patience(patience);
    }

    /// The settings that durability rests on, as SQLite has them.
    #[doc(hidden)]
    pub async fn settings(&mut self) -> Result<Vec<(&'static str, String)>, StoreError> {
        self.link.settings().await
    }
}

impl Store for SqliteStore {
    async fn turn(&mut self, turn: &Turn) -> Result<Turned, StoreError> {
        if turn.changes.iter().any(|change| change.state == State::Dialing) {
            self.link.mark().await?;
        }
        // The connection is given back only by a turn that came to its end: one that failed or was dropped leaves nobody
        // knows what, and closing it undoes that.
        let mut connection = self.link.take().await?;
        let (turned, intents) = turn::perform(&mut connection, self.link.path(), self.campaign, turn).await?;
        // Forgotten once it is saved: else the turn comes again, and so does this.
        if let Some(token) = self.token.as_ref().filter(|token| token.is_proven(turn)) {
            let path = self.link.path();
            token.save(&mut connection).await.map_err(|error| connect::failed(path, &error))?;
            self.token = None;
        }
        self.link.put(connection);
        // Before anything leaves. What cannot be written there leaves an old copy unnoticed, and nobody uncalled.
        if let (Some(intents), Some(counter)) = (intents, &self.counter)
            && let Err(error) = counter.lock().unwrap_or_else(PoisonError::into_inner).set(intents)
        {
            tracing::warn!(%error, "the index of runs cannot be written");
        }
        Ok(turned)
    }

    async fn close(&mut self) -> Result<(), StoreError> {
        self.link.end_run(self.campaign).await
    }
}
