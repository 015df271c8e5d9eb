//! One runner for a campaign: a lock on a file beside the database, which ends with the process that holds it.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::CampaignId;
use crate::private_file::{self, OpenError};
use polyai_outbound_core::Timestamp;

/// How often a held lock is tried, and how long is waited in between: who only looks whether it is held holds it for a moment.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// Who runs a campaign, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// The machine that it runs on.
    pub host: String,
    /// When it began.
    pub since: Timestamp,
}

impl Holder {
    /// This process.
    #[must_use]
    pub fn this(now: Timestamp) -> Self {
        let host = gethostname::gethostname().to_string_lossy().into_owned();
        Self { pid: std::process::id(), host, since: now }
    }
}

impl Holder {
    pub(super) fn is_this_process(&self) -> bool {
        let Self { pid, host, .. } = Self::this(self.since);
        (pid, host.as_str()) == (self.pid, self.host.as_str())
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.pid, self.host)
    }
}

/// The right to run a campaign. It ends when this is dropped, and with the process however that ends.
///
/// The file stays: deleting it while somebody holds it would let a third one lock another file of the same name.
#[derive(Debug)]
pub struct RunnerLock {
    /// Closing it frees the lock.
    _file: File,
    holder: Holder,
}

impl RunnerLock {
    /// Takes the lock, and writes into it who holds it.
    ///
    /// # Errors
    /// If another process holds it, or the file cannot be made or locked.
    pub async fn acquire(database: &Path, campaign: CampaignId, now: Timestamp) -> Result<Self, LockError> {
        let path = lock_path(database, campaign);
        let mut file = private_file::open_or_create(&path).map_err(|error| failed(&path, error))?;
        let mut tries = 1;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(&path, error.into())),
                Err(TryLockError::WouldBlock) if tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(TryLockError::WouldBlock) => return Err(LockError::AlreadyRunning(read(&mut file))),
            }
        }
        let holder = Holder::this(now);
        write(&mut file, &holder).map_err(|error| failed(&path, error.into()))?;
        Ok(Self { _file: file, holder })
    }

    /// Who has it: this process.
    #[must_use]
    pub const fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Whether somebody runs the campaign now, and who as far as can be read.
    ///
    /// # Errors
    /// If the lock is there and cannot be looked at.
    pub fn look(database: &Path, campaign: CampaignId) -> Result<Option<Option<Holder>>, LockError> {
        let path = lock_path(database, campaign);
        let mut file = match private_file::open(&path, OpenOptions::new().read(true)) {
            Ok(file) => file,
            Err(OpenError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path, error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(read(&mut file))),
            Err(TryLockError::Error(error)) => Err(failed(&path, error.into())),
        }
    }
}

/// Why a campaign cannot be run here and now.
#[derive(Debug)]
pub enum LockError {
    /// Another process runs it: this one, as far as can be read.
    AlreadyRunning(Option<Holder>),
    /// What has the lock's name is a link, or no file at all. Whoever put it there may have wanted another file to be
    /// overwritten.
    NotAFile {
        /// What was found.
        path: PathBuf,
    },
    /// The lock's file cannot be made, written or locked.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyRunning(Some(holder)) => {
                write!(f, "the campaign is run by {holder} already; end that one first")
            }
            Self::AlreadyRunning(None) => {
                f.write_str("the campaign is run by another process already; end that one first")
            }
            Self::NotAFile { path } => write!(
                f,
                "the lock {} is a link or no file, and is left alone, because what it leads to would be overwritten; find \
                 out who put it there, and remove it",
                path.display()
            ),
            Self::Io { path, error } => write!(
                f,
                "the lock {} cannot be taken: {error}; make its directory writable for this user, and use a file system \
                 that has locks",
                path.display()
            ),
        }
    }
}

impl std::error::Error for LockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::AlreadyRunning(_) | Self::NotAFile { .. } => None,
            Self::Io { error, .. } => Some(error),
        }
    }
}

/// `calls.db` has `calls.db.1.lock`.
fn lock_path(database: &Path, campaign: CampaignId) -> PathBuf {
    // Whatever way the database is named, it is the same file.
    let database = database.canonicalize().unwrap_or_else(|_| database.to_owned());
    let mut path = database.into_os_string();
    path.push(format!(".{}.lock", campaign.0));
    path.into()
}

/// Error of the file.
fn failed(path: &Path, error: OpenError) -> LockError {
    let path = path.to_owned();
    match error {
        OpenError::NotAFile => LockError::NotAFile { path },
        OpenError::Io(error) => LockError::Io { path, error },
    }
}

fn write(file: &mut File, holder: &Holder) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    serde_json::to_writer(&*file, holder)?;
    file.write_all(b"\n")
}

fn read(file: &mut File) -> Option<Holder> {
    /// What is longer was written by nobody here.
    const LONGEST: u64 = 64 << 10;
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    async fn taken(database: &Path) -> Result<RunnerLock, LockError> {
        RunnerLock::acquire(database, CampaignId(1), Timestamp::from_millis(1)).await
    }

    #[tokio::test]
    async fn what_has_the_name_of_a_lock_and_is_none_is_neither_followed_nor_written_nor_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("precious"), "not to be lost").unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        symlink(at("precious"), at("first")).unwrap();
        let (database, lock) = (at("calls.db"), at("calls.db.1.lock"));
        std::fs::write(&database, "").unwrap();
        // A link to a file, a link to a link, one to itself, one that leads nowhere, one to a folder, a device, a socket.
        let targets =
            [at("precious"), at("first"), lock.clone(), at("nowhere"), at("folder"), "/dev/null".into()];
        for target in targets {
            symlink(&target, &lock).unwrap();
            for error in
                [taken(&database).await.unwrap_err(), RunnerLock::look(&database, CampaignId(1)).unwrap_err()]
            {
                assert!(matches!(error, LockError::NotAFile { .. }), "{target:?}: {error}");
                assert!(error.to_string().contains("is a link or no file"), "{error}");
            }
            std::fs::remove_file(&lock).unwrap();
        }
        let socket = std::os::unix::net::UnixListener::bind(&lock).unwrap();
        assert!(matches!(taken(&database).await, Err(LockError::NotAFile { .. })));
        drop(socket);
        std::fs::remove_file(&lock).unwrap();
        std::fs::create_dir(&lock).unwrap();
        assert!(matches!(taken(&database).await, Err(LockError::NotAFile { .. })));
        std::fs::remove_dir(&lock).unwrap();
        assert_eq!(std::fs::read_to_string(at("precious")).unwrap(), "not to be lost");
        assert!(!at("nowhere").exists());
        // A database that is reached by a link has its lock beside the file itself, and one that is there is taken again.
        symlink(&database, at("link.db")).unwrap();
        for path in [&database, &at("link.db")] {
            drop(taken(path).await.unwrap());
            assert!(lock.is_file());
        }
    }
}
