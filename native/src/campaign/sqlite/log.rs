//! The log beside the file (`-wal`), in which calls are that the file does not have yet: whether it is there, whether the
//! file says that it has to be, and whether it is still the one that is written to.
//!
//! Before the first intent of a run is saved, a mark is written into the file itself that says: a log belongs to this. It is
//! taken away when all is in the file and nobody runs a campaign of it. So a file that is marked and has no log was copied,
//! moved, linked or restored without it, or its log was removed; who was called is not in it.

use std::io::{ErrorKind, Read};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::connect::{failed, from_io};
use super::identity::Identity;
use crate::campaign::{CampaignId, RunnerLock, StoreError, StoreErrorKind};

/// How a log of SQLite begins: this, or the same with its last bit set.
const MAGIC: u32 = 0x377f_0682;

/// Where the log of a database is. What leads to a file by symbolic links has the log beside that file.
fn path(database: &Path, ending: &str) -> PathBuf {
    let mut log = database.canonicalize().unwrap_or_else(|_| database.to_owned()).into_os_string();
    log.push(ending);
    log.into()
}

/// Returns true if something is at that path that begins as a log does.
fn is_there(log: &Path) -> bool {
    let mut begin = [0; 4];
    let read = std::fs::File::open(log).and_then(|mut file| file.read_exact(&mut begin));
    read.is_ok() && u32::from_be_bytes(begin) & !1 == MAGIC
}

/// Refuses a file that is not there, or has nothing in it, while its log has: SQLite would throw the log away, and what is
/// known of the calls with it.
pub(super) fn refuse_log_without_file(database: &Path) -> Result<(), StoreError> {
    let log = path(database, "-wal");
    let holds_something = std::fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    let said = match std::fs::metadata(database) {
        Err(error) if error.kind() == ErrorKind::NotFound => "it is not there, but its log is",
        Ok(file) if file.len() == 0 => "it is empty, but its log is not",
        Ok(_) | Err(_) => return Ok(()),
    };
    if !holds_something {
        return Ok(());
    }
    Err(StoreError::new(StoreErrorKind::Io, database, format!("{said}: {}", log.display())).advise(
        "put the file back beside it; only if both are not wanted any more, remove the log, too, and every call in it is \
         forgotten",
    ))
}

/// Refuses a file that says a log belongs to it and has none, or that has no tables: those are in the log that is gone.
pub(super) async fn refuse_file_without_log(database: &Path) -> Result<(), StoreError> {
    let log = path(database, "-wal");
    // In this order: a file that grows is being made, and has its journal until it is whole.
    let is_new = std::fs::metadata(database).is_ok_and(|file| file.len() == 0);
    let is_unfinished = std::fs::metadata(path(database, "-journal")).is_ok_and(|it| it.len() > 0);
    if is_new || is_unfinished || is_there(&log) {
        return Ok(());
    }
    let said = match look(database).await {
        Ok(Marked { tables: 0, .. }) => "it has no tables",
        Ok(Marked { running: true, .. }) => {
            "a campaign of it was running, or was killed, when its log was there last"
        }
        Ok(Marked { running: false, .. }) => return Ok(()),
        // What is wrong with it is told by those who open it.
        Err(_) => return Ok(()),
    };
    // Somebody may have begun to run it in between.
    if is_there(&log) {
        return Ok(());
    }
    Err(StoreError::new(
        StoreErrorKind::LogMissing,
        database,
        format!("{said}, and now {} is missing", log.display()),
    ))
}

struct Marked {
    tables: i64,
    running: bool,
}

/// What the file alone says; nothing is made beside it.
async fn look(database: &Path) -> Result<Marked, sqlx::Error> {
    let options =
        SqliteConnectOptions::new().filename(Path::new(".").join(database)).read_only(true).immutable(true);
    let mut connection = options.disable_statement_logging().connect().await?;
    let tables = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut connection).await?;
    // A database of an earlier version has no mark.
    let marks = "SELECT count(*) FROM sqlite_schema WHERE name = 'identity'";
    let has_marks: i64 = sqlx::query_scalar(marks).fetch_one(&mut connection).await?;
    let running = if has_marks > 0 {
        sqlx::query_scalar("SELECT coalesce(max(running), 0) FROM identity")
            .fetch_one(&mut connection)
            .await?
    } else {
        0_i64
    };
    connection.close().await?;
    Ok(Marked { tables, running: running != 0 })
}

/// The log that the calls of a run are written to.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    identity: Identity,
    /// As long as it is open SQLite leaves the log where it is, whatever happens to other connections. It is not closed by being
    /// dropped: a run that is dropped before its end (an error, a panic, a canceled task) leaves the mark, and the log has to
    /// be there then. The process that ends closes it, without SQLite.
    open: ManuallyDrop<SqliteConnection>,
}

impl Log {
    /// Marks the file, durably and in the file itself, and remembers which log it is from now on.
    pub(super) async fn mark(mut connection: SqliteConnection, database: &Path) -> Result<Self, StoreError> {
        let fail = |error: sqlx::Error| failed(database, &error);
        // Written even if it stands there: there has to be something in the log before the file says so.
        sqlx::query("UPDATE identity SET running = 1").execute(&mut connection).await.map_err(fail)?;
        if !checkpoint(&mut connection, database).await? {
            let said = "somebody reads it for so long that the mark of this run cannot be written";
            return Err(StoreError::new(StoreErrorKind::Busy, database, said)
                .advise("end or wait for what has it open: an export, a database browser"));
        }
        let path = path(database, "-wal");
        let identity = std::fs::metadata(&path)
            .map(|log| Identity::from(&log))
            .map_err(|error| from_io(&path, &error))?;
        Ok(Self { path, identity, open: ManuallyDrop::new(connection) })
    }

    /// Checks that it is still that log which the path leads to.
    pub(super) fn check(&self, database: &Path) -> Result<(), StoreError> {
        // SQLite itself may empty it, and writes its beginning anew then.
        let is_the_same = |log: std::fs::Metadata| {
            Identity::from(&log) == self.identity && (log.len() == 0 || is_there(&self.path))
        };
        if std::fs::metadata(&self.path).is_ok_and(is_the_same) {
            return Ok(());
        }
        let said = format!("its log {} was removed or replaced while a campaign runs", self.path.display());
        Err(StoreError::new(StoreErrorKind::LogMissing, database, said).advise(
            "nobody is called any more; put the log back if it was moved away; if that cannot be, end this run: what it \
             could not save is printed",
        ))
    }

    /// Lets go of it, once the mark is taken away.
    pub(super) async fn close(self) -> sqlx::Result<()> {
        ManuallyDrop::into_inner(self.open).close().await
    }
}

/// Works all of the log into the file; whether that was possible, and nobody was reading what is older. The log's file
/// stays as long as it is.
pub(super) async fn checkpoint(
    connection: &mut SqliteConnection,
    database: &Path,
) -> Result<bool, StoreError> {
    let (busy, frames, done): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(FULL)")
        .fetch_one(connection)
        .await
        .map_err(|error| failed(database, &error))?;
    Ok(busy == 0 && frames == done)
}

/// The log beside a file, if there is something in it.
pub(super) fn left(database: &Path) -> Option<PathBuf> {
    Some(path(database, "-wal")).filter(|log| std::fs::metadata(log).is_ok_and(|log| log.len() > 0))
}

/// Takes the mark away if nobody runs a campaign of the database: what is in the log is in the file from then on. Returns true
/// if there is none any more. `ended` is a campaign whose run has ended in this process, which may hold its lock still.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    database: &Path,
    ended: Option<CampaignId>,
) -> Result<bool, StoreError> {
    let fail = |error: sqlx::Error| failed(database, &error);
    let running: i64 = sqlx::query_scalar("SELECT coalesce(max(running), 0) FROM identity")
        .fetch_one(&mut *connection)
        .await
        .map_err(fail)?;
    // All that was called has to be in the file before the file says so.
    if running == 0 {
        return Ok(true);
    }
    if is_run(connection, database, ended).await? || !checkpoint(connection, database).await? {
        return Ok(false);
    }
    // Who begins a run locks its campaign first and marks the file then, which waits for this transaction.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
    if is_run(&mut transaction, database, ended).await? {
        transaction.rollback().await.map_err(fail)?;
        return Ok(false);
    }
    sqlx::query("UPDATE identity SET running = 0").execute(&mut *transaction).await.map_err(fail)?;
    transaction.commit().await.map_err(fail)?;
    checkpoint(connection, database).await?;
    Ok(true)
}

/// Returns true if somebody runs a campaign of the database, as far as can be told.
async fn is_run(
    connection: &mut SqliteConnection,
    database: &Path,
    ended: Option<CampaignId>,
) -> Result<bool, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM campaigns")
        .fetch_all(connection)
        .await
        .map_err(|error| failed(database, &error))?;
    let is_run = |id: CampaignId| match RunnerLock::look(database, id) {
        Ok(None) => false,
        Ok(Some(Some(holder))) => !(ended == Some(id) && holder.is_this_process()),
        Ok(Some(None)) | Err(_) => true,
    };
    Ok(ids.into_iter().map(CampaignId).any(is_run))
}

/// Takes away the mark of a file whose log is gone for good, as a person or what is known elsewhere says.
pub(super) async fn forget(connection: &mut SqliteConnection, database: &Path) -> Result<(), StoreError> {
    let forget = sqlx::query("UPDATE identity SET running = 0");
    forget.execute(&mut *connection).await.map_err(|error| failed(database, &error))?;
    checkpoint(connection, database).await?;
    Ok(())
}
