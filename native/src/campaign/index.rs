//! What a machine remembers of the campaigns that were run from it, outside of their databases: which lists were run, and how
//! many calls each campaign had, so that neither a new database nor an old copy of one rings everybody again.
//!
//! It holds fingerprints under a key of this machine, dates, names of campaigns and paths of databases; no number, no token.
//! Here are the folder, its key and the counts of calls; [`lists`] knows which lists were run, and [`people`] who is on them.
//! What it is asked with, and what is done about an answer, is decided by those who run campaigns.

mod lists;
mod people;

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{CampaignId, Holder};
use crate::private_file;
use polyai_outbound_core::Timestamp;

pub use lists::{EarlierRun, ListQuery, ListRun, OwnRun};
pub use people::{Overlap, People};

const KEY: &str = "key";
const LISTS: &str = "lists";
const PEOPLE: &str = "people";
const CAMPAIGNS: &str = "campaigns";
const KEY_BYTES: usize = 32;

/// The index of a machine, or of a user of it: a folder.
#[derive(Debug)]
pub struct RunIndex {
    folder: PathBuf,
    key: String,
}

/// A campaign, however its database is called and wherever it lies: copies of a database have the same ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// Identity of the database, which copies of it share.
    pub database_id: String,
    /// Which campaign of it.
    pub campaign: CampaignId,
    /// The SHA-256 of its list.
    pub list: String,
}

impl RunIndex {
    /// The index in that folder, which is made, for its owner alone, if it is not there.
    ///
    /// # Errors
    /// If it cannot be made, read or written.
    pub fn open(folder: &Path) -> io::Result<Self> {
        for sub in [LISTS, PEOPLE, CAMPAIGNS] {
            let sub = folder.join(sub);
            private_file::create_folder(&sub).map_err(|error| at(&sub, &error))?;
        }
        Ok(Self { folder: folder.to_owned(), key: key(folder)? })
    }

    /// Number of calls of a campaign that were counted; none if it was never run from this machine, and more than there can be,
    /// [`u64::MAX`], if what was counted cannot be read.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn calls(&self, origin: &Origin) -> io::Result<Option<u64>> {
        let path = self.campaign(origin);
        match File::open(&path).and_then(|mut file| Counted::calls(&mut file)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            calls => calls.map_err(|error| at(&path, &error)),
        }
    }

    /// Returns true if somebody runs the campaign now, from whichever copy of its database.
    ///
    /// # Errors
    /// If it cannot be looked at.
    pub fn is_run(&self, origin: &Origin) -> io::Result<bool> {
        let path = self.campaign(origin);
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            file => file.map_err(|error| at(&path, &error))?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(at(&path, &error)),
        }
    }

    /// The counter of a campaign's calls, for the one who runs it. It is held until it is dropped: no other process of this
    /// machine runs the campaign meanwhile, from whichever copy or by whichever name of its database.
    ///
    /// # Errors
    /// If it is held by somebody else, or cannot be made, read or written.
    pub fn counter(
        &self,
        origin: &Origin,
        database: &Path,
        now: Timestamp,
    ) -> Result<CallCounter, CounterError> {
        let path = self.campaign(origin);
        let mut file = open_or_create(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(at(&path, &error).into()),
            Err(TryLockError::WouldBlock) => {
                let counted = Counted::read(&mut file).ok().flatten();
                return Err(CounterError::Held(counted.map(|it| Box::new((it.holder, it.database)))));
            }
        }
        let calls = Counted::calls(&mut file).map_err(|error| at(&path, &error))?.unwrap_or_default();
        let counted = Counted { calls, holder: Holder::this(now), database: database.to_owned() };
        let mut counter = CallCounter { file, counted };
        counter.write().map_err(|error| at(&path, &error))?;
        Ok(counter)
    }

    fn campaign(&self, origin: &Origin) -> PathBuf {
        let Origin { database_id, campaign, list } = origin;
        self.folder.join(CAMPAIGNS).join(self.fingerprint(&[database_id, &campaign.0.to_string(), list]))
    }

    fn fingerprint(&self, parts: &[&str]) -> String {
        keyed(&self.key, parts)
    }
}

/// The SHA-256 of a list as [`Digest::hex`](super::Digest::hex) says it when all of it was read, without reading its rows.
///
/// # Errors
/// If it cannot be read.
pub fn list_sha256(list: &Path) -> io::Result<String> {
    let mut file = File::open(list)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(part.get(..read).unwrap_or_default()),
        }
    }
}

/// The SHA-256 of a key, which is always as long, and parts, in hexadecimal.
pub(super) fn keyed(key: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update(key);
    for part in parts {
        hash.update([0]);
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// Bytes that nobody can guess, in hexadecimal.
pub(super) fn random_key() -> io::Result<String> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Content of the file of a counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    calls: u64,
    holder: Holder,
    database: PathBuf,
}

impl Counted {
    fn read(file: &mut File) -> io::Result<Option<Self>> {
        let text = read(file)?;
        if text.is_empty() {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&text).map_err(io::Error::from)?))
    }

    /// There were calls where a number stands that cannot be understood, and no copy may pass for having them all.
    fn calls(file: &mut File) -> io::Result<Option<u64>> {
        match Self::read(file) {
            Ok(counted) => Ok(counted.map(|it| it.calls)),
            Err(error) if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
                Ok(Some(u64::MAX))
            }
            Err(error) => Err(error),
        }
    }
}

/// All of a small file, without the blanks at its end.
fn read(file: &mut File) -> io::Result<String> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_string(&mut text)?;
    text.truncate(text.trim_end().len());
    Ok(text)
}

/// In one write, over what was there: the process may be killed at any moment. Written at the same width, so that nothing of
/// what was there before is left behind it; what was wider is cut off.
fn write(file: &mut File, what: &impl Serialize) -> io::Result<()> {
    const WIDTH: usize = 1024;
    let text = serde_json::to_string(what)?;
    file.seek(SeekFrom::Start(0))?;
    let line = format!("{text:WIDTH$}\n");
    file.write_all(line.as_bytes())?;
    let end = file.stream_position()?;
    file.set_len(end)
}

/// The number of a campaign's calls, outside of its database.
#[derive(Debug)]
pub struct CallCounter {
    /// Closing it frees the lock.
    file: File,
    counted: Counted,
}

impl CallCounter {
    /// Number of them, as far as this machine knows.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.counted.calls
    }

    /// There were so many, as the database says: of one that is gone on with though it has fewer, too.
    pub(super) fn set(&mut self, calls: u64) -> io::Result<()> {
        self.counted.calls = calls;
        self.write()
    }

    /// If the machine dies, what is left is less, or cannot be read and then asks for a person's word.
    fn write(&mut self) -> io::Result<()> {
        write(&mut self.file, &self.counted)
    }
}

/// Why a campaign's calls cannot be counted.
#[derive(Debug)]
pub enum CounterError {
    /// Another process runs the campaign: this one, from that database, as far as can be read.
    Held(Option<Box<(Holder, PathBuf)>>),
    /// The index cannot be read or written.
    Io(io::Error),
}

impl From<io::Error> for CounterError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The key of this machine, which is made if there is none, or if whoever made it was killed before there was something in it.
/// Not where something is remembered already: by another key none of it would be found.
fn key(folder: &Path) -> io::Result<String> {
    let path = folder.join(KEY);
    let is_key = |key: &str| key.len() == 2 * KEY_BYTES && key.bytes().all(|it| it.is_ascii_hexdigit());
    if let Some(key) = std::fs::read_to_string(&path).ok().filter(|key| is_key(key)) {
        return Ok(key);
    }
    let is_new = !path.exists();
    let failed = |error: io::Error| at(&path, &error);
    let mut file = open_or_create(&path)?;
    // Of those that find none at once, one makes it and the others wait.
    file.lock().map_err(failed)?;
    let found = match read(&mut file) {
        Err(error) if error.kind() == ErrorKind::InvalidData => "?".to_owned(),
        found => found.map_err(failed)?,
    };
    if is_key(&found) {
        return Ok(found);
    }
    if !found.is_empty() || holds_something(folder)? {
        let what = if is_new || found.is_empty() { "is missing" } else { "is damaged" };
        return Err(io::Error::new(
            ErrorKind::InvalidData,
            format!(
                "the key {} {what}, and nothing that is remembered there can be found without it; restore it from a backup, \
                 or remove the whole folder {}: then every list counts as never run, and its people may be called again",
                path.display(),
                folder.display()
            ),
        ));
    }
    let key = random_key()?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    file.write_all(key.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(key)
}

/// True if something is remembered.
fn holds_something(folder: &Path) -> io::Result<bool> {
    for sub in [LISTS, PEOPLE, CAMPAIGNS] {
        if !remembered(&folder.join(sub))?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Entries of a folder; none, if it is not there. Whatever has another name than a fingerprint was put there by
/// others, as systems do that keep notes in every folder.
fn remembered(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| at(folder, &error))?,
    };
    let is_ours = |name: &str| name.len() == 2 * Sha256::output_size() && name.bytes().all(is_digit);
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| at(folder, &error))?;
        if entry.file_name().to_str().is_some_and(is_ours) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Of those that [`hex`] writes.
const fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Opens a file of the index for reading and writing, and makes it if it is not there.
fn open_or_create(path: &Path) -> io::Result<File> {
    private_file::open_or_create(path).map_err(|error| at(path, &error.into()))
}

/// An error that says where it was.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
