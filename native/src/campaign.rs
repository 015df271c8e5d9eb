//! Lists that are dialed: reading them, the durable store, and the runner that does what core's campaign machine says.
//!
//! A list is put into a [`Database`] once ([`ListImport`]); a [`Runner`] then calls who is due, and goes on after a crash
//! where it was. [`Options`] say when, how fast and how often; [`RunnerLock`] keeps a second runner away; [`WatchedStore`]
//! reads suppression lists again when they change; a [`RunIndex`] knows lists that were run before, and old copies of databases.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use polyai_outbound::campaign::{
//!     CallingWindows, Database, Duplicates, Event, ListImport, ListOptions, NewCampaign, Options, Rejects, Runner,
//!     RunnerLock, Source, State,
//! };
//! use polyai_outbound::sandbox::{Config, SandboxServer};
//! use polyai_outbound::{Client, Timestamp};
//!
//! let sandbox = SandboxServer::bind(([127, 0, 0, 1], 0).into(), Config::default().with_speed(100.0)?).await?.spawn();
//! let client = Client::builder().base_url(sandbox.base_url()).token("sandbox").build()?;
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let list = folder.join("people.csv");
//! std::fs::write(&list, "phone,name\n+14155550100,Ada\n+1 (415) 555-0100,Ada again\n+14155550102,Bob\n")?;
//!
//! // The default, Monday to Saturday from 9 to 20 by the clocks where people are, is what calls to people need.
//! let windows = CallingWindows::always("an example that calls nobody")?;
//! let options = Options { windows, ..Options::default() };
//! let now = Timestamp::from_millis(1_795_622_400_000);
//!
//! let mut database = Database::open(folder.join("calls.db"), true).await?;
//! let new = NewCampaign {
//!     name: "reminders".to_owned(),
//!     created_at: now,
//!     options: serde_json::to_string(&options)?,
//!     service: client.service().base_url().as_str().to_owned(),
//!     source: Source { file: list.display().to_string(), size: std::fs::metadata(&list)?.len(), modified_at: None },
//!     duplicates: Duplicates::First,
//! };
//! let campaign = database.create_campaign(&new).await?;
//! let list_options = ListOptions::default();
//! let import =
//!     ListImport { list: &list, list_options: &list_options, options: &options, suppress: &[], now };
//! let imported = import.run(&mut database, campaign, Rejects::beside(&list), |_| {}).await?;
//! assert_eq!((imported.accepted, imported.duplicates), (2, 1));
//!
//! let _lock = RunnerLock::acquire(database.path(), campaign, now).await?;
//! let mut runner = Runner::new(&client, database.store(campaign).await?, options)?;
//! while let Some(event) = runner.next().await {
//!     if let Event::Saved(change) = event {
//!         println!("row {}: {}, because {}", change.row, change.state, change.reason);
//!     }
//! }
//! let tally = database.tally(campaign).await?;
//! assert_eq!((tally[&State::Succeeded], tally[&State::Failed]), (1, 1));
//! assert_eq!(sandbox.calls().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cause;
mod flights;
mod holidays;
mod import;
mod index;
mod list;
mod lock;
mod number;
mod placeholder;
mod rejects;
mod runner;
mod sqlite;
mod store;
mod suppression;
mod watched;

pub use cause::cause;
pub use holidays::read_holidays;
pub use import::{ImportError, Imported, ListImport};
pub use index::{
    CallCounter, CounterError, EarlierRun, ListQuery, ListRun, Origin, Overlap, OwnRun, People, RunIndex,
    list_sha256,
};
pub use list::{Digest, Entry, List, ListError, ListOptions, OptedOut, Problem, Refused, Withheld};
pub use lock::{Holder, LockError, RunnerLock};
pub use number::read_number;
pub use placeholder::Placeholders;
pub use polyai_outbound_core::campaign::{
    Attempt, BreakerOptions, BreakerPhase, BreakerState, CallingWindows, Change, Command, DISPOSITIONS,
    Disposition, Event, Finish, Holiday, MemoryStore, NewRecipient, Options, Outcome, Pace, Planner,
    Priority, ProbeKind, RecipientId, RedialRule, SharedSid, Standing, State, Tries, Turn, Turned, WaitRule,
    Zone, ZoneBy, Zones, disposition, local, parse_span,
};
pub use rejects::Rejects;
pub use runner::{Runner, RunnerHandle};
pub use sqlite::{
    Campaign, CampaignId, Database, Decided, Duplicate, Duplicates, Ending, History, Importer, NewCampaign,
    Note, NumberOptOut, Planned, Reason, Record, Redialed, Replan, Requeue, Resolution, ResolveError, Rows,
    Selected, Selection, SharedBy, SharedCall, Source, SqliteStore, Suppressing, SuppressionBlock,
    SuppressionCount, Waiting, Who,
};
pub use store::{Store, StoreError, StoreErrorKind};
pub use suppression::{Fingerprint, SuppressionList};
pub use watched::WatchedStore;
