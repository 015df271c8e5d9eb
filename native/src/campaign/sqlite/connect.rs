//! Opening the file: its rights, its settings, its schema; and a connection that is made anew after a failure.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlSafeStr, SqliteConnection};

use super::canonical;
use super::identity::Identity;
use super::log::{self, Log};
use crate::campaign::{CampaignId, StoreError, StoreErrorKind};
use crate::private_file;

/// How long another process's write is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long is waited in between where SQLite does not wait.
const PAUSE: Duration = Duration::from_millis(20);
/// What is held of the file in memory, as SQLite wants it: negative, in KiB. Enough for the upper parts of the indexes of a
/// million rows, and no more for more.
const CACHE_KIB: &str = "-65536";
/// How long the log beside the file grows before it is worked into the file: the longer, the fewer times a page is written
/// that many turns, or many batches of an import, change.
const LOG_PAGES: &str = "8192";
/// What is left of the log beside the file after a large transaction.
const LOG_BYTES: &str = "67108864";
/// Marks a file as ours; the first migration writes it.
const APPLICATION_ID: i64 = 1_347_371_587;
/// The step after which rows have the form by which numbers are compared.
const CANONICAL: i64 = 4;
/// The schema, step by step. A step that has been released never changes.
const MIGRATIONS: [(i64, &str, &str); 11] = [
    (1, "campaigns", include_str!("../../../migrations/0001_campaigns.sql")),
    (2, "breaker", include_str!("../../../migrations/0002_breaker.sql")),
    (3, "lost and shared", include_str!("../../../migrations/0003_lost_and_shared.sql")),
    (CANONICAL, "canonical", include_str!("../../../migrations/0004_canonical.sql")),
    (5, "suppression lists", include_str!("../../../migrations/0005_suppression_lists.sql")),
    (6, "identity", include_str!("../../../migrations/0006_identity.sql")),
    (7, "clock", include_str!("../../../migrations/0007_clock.sql")),
    (8, "states", include_str!("../../../migrations/0008_states.sql")),
    (9, "suppression blocks", include_str!("../../../migrations/0009_suppression_blocks.sql")),
    (10, "recount", include_str!("../../../migrations/0010_recount.sql")),
    (11, "opt outs", include_str!("../../../migrations/0011_opt_outs.sql")),
];
/// Results of SQLite, without what is in their upper bits, that mean something in particular.
const RESULTS: [(i32, StoreErrorKind); 10] = [
    (5, StoreErrorKind::Busy),
    (6, StoreErrorKind::Busy),
    (8, StoreErrorKind::ReadOnly),
    (10, StoreErrorKind::Io),
    (11, StoreErrorKind::Corrupt),
    (13, StoreErrorKind::Full),
    (14, StoreErrorKind::Io),
    // What does not fit what is there comes of a log or a file that is another's.
    (19, StoreErrorKind::Corrupt),
    (23, StoreErrorKind::ReadOnly),
    (26, StoreErrorKind::Corrupt),
];

/// A way to the file: a connection, and how to make another.
#[derive(Debug)]
pub(super) struct Link {
    path: PathBuf,
    options: SqliteConnectOptions,
    /// None while it is in use, and after a failure.
    connection: Option<SqliteConnection>,
    /// The file that was opened; every use is of that one. None until there is something in it.
    identity: Option<Identity>,
    /// The log that calls are written to, once there are any to be written.
    log: Option<Log>,
}

/// Ways to deal with a file whose log is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// It is refused.
    Refuse,
    /// It is taken as it is: nothing is missing, or somebody says so.
    Forget,
}

impl Link {
    /// For reading and writing, with the schema of this version.
    pub(super) async fn open(path: &Path, create: bool, lost: Lost) -> Result<Self, StoreError> {
        log::refuse_log_without_file(path)?;
        // A file that is made through a link would not be private, and a moved one would begin anew without a word.
        if path.is_symlink() && std::fs::metadata(path).is_err() {
            let said = "it is a link to a file that is not there";
            return Err(StoreError::new(StoreErrorKind::Io, path, said)
                .advise("put the file back to where the link leads, or give the file itself with --db"));
        }
        if create {
            create_file(path).map_err(|error| from_io(path, &error))?;
        }
        if lost == Lost::Refuse {
            log::refuse_file_without_log(path).await?;
        }
        if std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
            make(path).await?;
        }
        let options = settings(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", CACHE_KIB)
            .pragma("journal_size_limit", LOG_BYTES)
            .pragma("wal_autocheckpoint", LOG_PAGES);
        let mut link = Self::patiently(path, options).await?;
        let mut connection = link.take().await?;
        if version(&mut connection, path).await? < newest() {
            migrate(&mut connection, path).await?;
        }
        match lost {
            Lost::Refuse => log::settle(&mut connection, path, None).await.map(drop)?,
            Lost::Forget => log::forget(&mut connection, path).await?,
        }
        link.put(connection);
        link.identity = Some(Identity::of(path)?);
        Ok(link)
    }

    /// A connection to a file as it is, without a log of its own.
    pub(super) async fn plain(path: &Path) -> Result<SqliteConnection, StoreError> {
        Self::patiently(path, settings(path)).await?.take().await
    }

    /// Makes sure that the file says of its log, before the first intent is in it, that it has to be there.
    pub(super) async fn mark(&mut self) -> Result<(), StoreError> {
        if self.log.is_none() {
            let connection = Self::patiently(&self.path, self.options.clone()).await?.take().await?;
            self.log = Some(Log::mark(connection, &self.path).await?);
        }
        Ok(())
    }

    /// For reading, if the schema is that of this version.
    pub(super) async fn read_only(path: &Path, lost: Lost) -> Result<Self, StoreError> {
        if lost == Lost::Refuse {
            log::refuse_file_without_log(path).await?;
        }
        let mut link = Self::connected(path, settings(path).read_only(true)).await?;
        let mut connection = link.take().await?;
        if version(&mut connection, path).await? < newest() {
            let older = StoreError::new(StoreErrorKind::Other, path, "its schema is of an older version");
            return Err(older.advise("open it once with a command that writes: outbound campaign run"));
        }
        link.put(connection);
        Ok(link)
    }

    /// SQLite itself does not wait for another process that turns the log of a new file on at the same moment.
    async fn patiently(path: &Path, options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let begun = Instant::now();
        loop {
            match Self::connected(path, options.clone()).await {
                Err(error) if error.kind() == StoreErrorKind::Busy && begun.elapsed() < PATIENCE => {
                    tokio::time::sleep(PAUSE).await;
                }
                connected => return connected,
            }
        }
    }

    async fn connected(path: &Path, options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let mut link = Self { path: path.to_owned(), options, connection: None, identity: None, log: None };
        link.connection = Some(link.connect().await?);
        Ok(link)
    }

    /// Another connection to the same file in the same way.
    pub(super) async fn another(&self) -> Result<Self, StoreError> {
        let mut link = Self::connected(&self.path, self.options.clone()).await?;
        link.identity = self.identity;
        Ok(link)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The connection, made anew if there is none.
    pub(super) async fn take(&mut self) -> Result<SqliteConnection, StoreError> {
        if let Some(identity) = self.identity {
            identity.check(&self.path)?;
        }
        if let Some(log) = &self.log {
            log.check(&self.path)?;
        }
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => self.connect().await,
        }
    }

    /// Works the log into the file, as far as nobody else needs it, takes the mark away if nobody runs a campaign, and closes
    /// the connection.
    pub(super) async fn close(mut self) -> Result<(), StoreError> {
        let mut connection = self.take().await?;
        let is_settled = match log::settle(&mut connection, &self.path, None).await {
            // Who only reads leaves that to those who write.
            Err(error) if error.kind() == StoreErrorKind::ReadOnly => false,
            settled => settled?,
        };
        let fail = |error: sqlx::Error| failed(&self.path, &error);
        // SQLite would work what is left in the log into whatever file is put in the place of this one.
        let checkpoint =
            if is_settled { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "PRAGMA wal_checkpoint(PASSIVE)" };
        sqlx::query(checkpoint).execute(&mut connection).await.map_err(fail)?;
        connection.close().await.map_err(fail)
    }

    /// Takes the mark of a run away that has come to its end, unless another campaign of the file is run.
    pub(super) async fn end_run(&mut self, campaign: CampaignId) -> Result<(), StoreError> {
        if self.log.is_none() {
            return Ok(());
        }
        let mut connection = self.take().await?;
        let is_settled = log::settle(&mut connection, &self.path, Some(campaign)).await?;
        if let Some(log) = self.log.take().filter(|_| is_settled) {
            log.close().await.map_err(|error| failed(&self.path, &error))?;
        }
        self.put(connection);
        Ok(())
    }

    /// Keeps the connection for the next one who takes it. One with which something failed is not given back.
    pub(super) fn put(&mut self, connection: SqliteConnection) {
        self.connection = Some(connection);
    }

    /// Sets something of SQLite's, from the next connection on, which is a new one.
    pub(super) fn set(&mut self, name: &'static str, value: String) {
        self.options = self.options.clone().pragma(name, value);
        self.connection = None;
    }

    /// Sets how long another process's write is waited for.
    pub(super) fn set_patience(&mut self, patience: Duration) {
        self.options = self.options.clone().busy_timeout(patience);
        self.connection = None;
    }

    /// What durability rests on.
    pub(super) async fn settings(&mut self) -> Result<Vec<(&'static str, String)>, StoreError> {
        let mut connection = self.take().await?;
        let query = "SELECT (SELECT journal_mode FROM pragma_journal_mode), (SELECT CAST(synchronous AS TEXT) FROM \
                     pragma_synchronous), (SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys)";
        let (journal, synchronous, keys): (String, String, String) = sqlx::query_as(query)
            .fetch_one(&mut connection)
            .await
            .map_err(|error| failed(&self.path, &error))?;
        self.put(connection);
        Ok(vec![("journal_mode", journal), ("synchronous", synchronous), ("foreign_keys", keys)])
    }

    async fn connect(&self) -> Result<SqliteConnection, StoreError> {
        // A connection that fails is closed before that is told, and may take the log with it.
        let left = log::left(&self.path);
        self.options.connect().await.map_err(|error| failed_beside(&self.path, left, &error))
    }
}

fn settings(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        // In a folder, so that a name such as `:memory:` or `file:calls` is a file's and nothing that SQLite makes of it.
        .filename(Path::new(".").join(path))
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // What a turn fetches comes in one go, not in turns of two threads.
        .row_buffer_size(1024)
        .disable_statement_logging()
}

/// Makes the schema of a new file, all of it or nothing, and in the file itself: one without tables whose log is gone is then
/// never a new one.
async fn make(path: &Path) -> Result<(), StoreError> {
    let mut link = Link::patiently(path, settings(path).synchronous(SqliteSynchronous::Full)).await?;
    let mut connection = link.take().await?;
    if version(&mut connection, path).await? < newest() {
        migrate(&mut connection, path).await?;
    }
    connection.close().await.map_err(|error| failed(path, &error))
}

/// Makes the file before SQLite does, so that it is never readable for others; what SQLite puts beside it has its rights.
pub(super) fn create_file(path: &Path) -> std::io::Result<()> {
    match private_file::create(path) {
        Ok(file) => file.sync_all()?,
        // Not opened here: on Unix, closing it would give up the locks that this process holds on it.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error),
    }
    sync_folder(path)
}

/// Makes durable that the file is in its folder.
#[cfg_attr(
    not(unix),
    expect(clippy::unnecessary_wraps, unused_variables, reason = "folders cannot be opened there")
)]
pub(in crate::campaign) fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(directory) = path.parent() {
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        std::fs::File::open(directory)?.sync_all()?;
    }
    Ok(())
}

fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or_default()
}

/// The schema's version; 0 for an empty file.
async fn version(connection: &mut SqliteConnection, path: &Path) -> Result<i64, StoreError> {
    let fail = |error: sqlx::Error| failed(path, &error);
    // One view of the file: another process may be making the schema just now.
    let mut transaction = connection.begin().await.map_err(fail)?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *transaction)
        .await
        .map_err(fail)?;
    let application: i64 =
        sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *transaction).await.map_err(fail)?;
    if application == 0 && tables == 0 {
        return Ok(0);
    }
    if application != APPLICATION_ID {
        let other = StoreError::new(StoreErrorKind::Corrupt, path, "it is a database of another program");
        return Err(other.advise("give another file with --db"));
    }
    let version: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(&mut *transaction)
        .await
        .map_err(fail)?;
    transaction.commit().await.map_err(fail)?;
    if version > newest() {
        let said = format!("its schema is of version {version}, and this program knows {}", newest());
        let newer = StoreError::new(StoreErrorKind::Corrupt, path, said);
        return Err(newer.advise("use the version of this program that made it, or a newer one"));
    }
    Ok(version)
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    let steps = MIGRATIONS.into_iter().map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let migrator = Migrator::with_migrations(steps.collect());
    let fail = |error: sqlx::Error| failed(path, &error);
    // One transaction around all of it: of two processes that open a new file at once, the second finds it done.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
    let fills = steps_done(&mut transaction).await.map_err(fail)? < CANONICAL;
    migrator.run_direct(None, &mut *transaction, false).await.map_err(|error| {
        if let MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) = error {
            return fail(error);
        }
        StoreError::new(StoreErrorKind::Corrupt, path, error.to_string())
    })?;
    if fills {
        canonical::fill(&mut transaction, path).await?;
    }
    transaction.commit().await.map_err(fail)
}

/// The last step that is done; another process may have done some since the version was looked at.
async fn steps_done(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    const TABLE: &str = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    let tables: i64 = sqlx::query_scalar(TABLE).fetch_one(&mut *connection).await?;
    if tables == 0 {
        return Ok(0);
    }
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations").fetch_one(connection).await
}

/// Error of SQLite, or of the way to it, with a connection that is open still.
pub(super) fn failed(path: &Path, error: &sqlx::Error) -> StoreError {
    failed_beside(path, log::left(path), error)
}

/// The same, of a file that this log stood beside.
fn failed_beside(path: &Path, left: Option<PathBuf>, error: &sqlx::Error) -> StoreError {
    if let Some(database) = error.as_database_error() {
        let code = database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default();
        let kind = RESULTS.iter().find(|(known, _)| *known == code & 0xff).map(|(_, kind)| *kind);
        let kind = kind.unwrap_or(StoreErrorKind::Other);
        let said = format!("SQLite: {}, {code}", database.message());
        return match left.filter(|_| kind == StoreErrorKind::Corrupt) {
            Some(log) => StoreError::new(
                kind,
                path,
                format!("{said}; the log {} beside it may be that of another file", log.display()),
            )
            .advise(
                "if this file was put in the place of another (restored, copied, moved), the log is of that one: move the log \
                 away, put the file there once more, and open it; calls that were made last may be in that log alone, so keep \
                 it. Else restore it from a backup, or give another file with --db",
            ),
            None => StoreError::new(kind, path, said),
        };
    }
    if let sqlx::Error::Io(error) = error {
        return from_io(path, error);
    }
    let decoding = matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_));
    let kind = if decoding { StoreErrorKind::Corrupt } else { StoreErrorKind::Other };
    StoreError::new(kind, path, error.to_string())
}

pub(super) fn from_io(path: &Path, error: &std::io::Error) -> StoreError {
    const KINDS: [(ErrorKind, StoreErrorKind); 3] = [
        (ErrorKind::StorageFull, StoreErrorKind::Full),
        (ErrorKind::QuotaExceeded, StoreErrorKind::Full),
        (ErrorKind::ReadOnlyFilesystem, StoreErrorKind::ReadOnly),
    ];
    let kind = KINDS.iter().find(|(known, _)| *known == error.kind()).map(|(_, kind)| *kind);
    StoreError::new(kind.unwrap_or(StoreErrorKind::Io), path, error.to_string())
}
