//! What a runner asks of a store, and what can go wrong with one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use polyai_outbound_core::campaign::{MemoryStore, Turn, Turned};

/// Where a campaign's recipients are kept: a queue of who is due, that outlives the process.
///
/// [`SqliteStore`](super::SqliteStore) is the one that comes with the crate.
pub trait Store {
    /// Performs a visit as one transaction: all changes are durable when it answers, or none is made.
    ///
    /// After an error the store can be asked again, and the same turn may come again: what it had done of it already, it
    /// does not do twice. The same holds if the future is dropped before its end.
    fn turn(&mut self, turn: &Turn) -> impl Future<Output = Result<Turned, StoreError>> + Send;

    /// Leaves what is kept as it should be when nobody runs the campaign. The runner asks for that when it has come to its
    /// end, and for nothing afterwards; a process that is killed does not.
    fn close(&mut self) -> impl Future<Output = Result<(), StoreError>> + Send {
        std::future::ready(Ok(()))
    }
}

/// A store in memory, shared with whoever wants to look at it.
impl Store for Arc<Mutex<MemoryStore>> {
    async fn turn(&mut self, turn: &Turn) -> Result<Turned, StoreError> {
        Ok(self.lock().unwrap_or_else(PoisonError::into_inner).turn(turn))
    }
}

/// What a store's failure means for the one who has to deal with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// No room is left: on the disk, or in the quota.
    Full,
    /// It may not be written.
    ReadOnly,
    /// Another process holds it for longer than was waited.
    Busy,
    /// What is in it cannot be: it is damaged, no database of ours, or of a newer version of it.
    Corrupt,
    /// Its log, the file beside it whose name ends in `-wal`, is gone, and calls may be in it that the file does not know of.
    LogMissing,
    /// The disk or the file system failed, or the file is not there.
    Io,
    /// What cannot be done with what is in it, and all else.
    Other,
}

impl StoreErrorKind {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Busy => "busy",
            Self::Corrupt => "corrupt",
            Self::LogMissing => "log_missing",
            Self::Io => "io",
            Self::Other => "other",
        }
    }

    /// What is wrong, and what to do about it.
    const fn sentences(self) -> (&'static str, &'static str) {
        match self {
            Self::Full => {
                ("no room is left for it", "make room on the disk; what was not saved is saved then")
            }
            Self::ReadOnly => {
                ("it may not be written", "make the file and its directory writable for this user")
            }
            Self::Busy => (
                "another process holds it",
                "end or wait for what has it open for writing: an import, a backup, a database browser",
            ),
            Self::Corrupt => {
                ("what is in it cannot be right", "restore it from a backup, or give another file with --db")
            }
            Self::LogMissing => (
                "who was called last may not be in it",
                "put the log back beside it, or open the database that it was copied from",
            ),
            Self::Io => {
                ("the file cannot be read or written", "check the path, its permissions and the disk")
            }
            Self::Other => ("it refused", "see what it says"),
        }
    }
}

/// What went wrong in a store.
///
/// Its text names the file, what is wrong, and what to do; it never holds a number or a metadata value.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    path: PathBuf,
    said: String,
    advice: Option<&'static str>,
}

impl StoreError {
    /// The error of a [`Store`] of one's own: its kind, the file it is about, and the words of the system or the database. The
    /// text goes to logs and screens, so it names no number and no metadata value.
    pub fn new(kind: StoreErrorKind, path: &Path, said: impl Into<String>) -> Self {
        Self { kind, path: path.to_owned(), said: said.into(), advice: None }
    }

    /// With what to do in this very case.
    pub(crate) const fn advise(mut self, advice: &'static str) -> Self {
        self.advice = Some(advice);
        self
    }

    /// What it means.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wrong, advice) = self.kind.sentences();
        let advice = self.advice.unwrap_or(advice);
        write!(f, "database {}: {wrong} ({}); {advice}", self.path.display(), self.said)
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreError")
            .field("kind", &self.kind)
            .field("said", &self.said)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for StoreError {}
