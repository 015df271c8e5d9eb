//! Runs of lists that are remembered: by which campaigns, and the people whom a list shares with another.
//!
//! A run is a file in the folder of its service: a line of JSON, and the fingerprints of its people in order, three bytes
//! each. Lists are also known by the hash of their bytes, as versions before this one knew them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::people::{Overlap, People, Size};
use super::{LISTS, Origin, PEOPLE, RunIndex, at, open_or_create, read, remembered, write};
use crate::campaign::CampaignId;
use crate::private_file;
use polyai_outbound_core::Timestamp;

const LOCK: &str = "lock";
/// Suffix of a file that is being written.
const PART: &str = ".part";
const PRINT_BYTES: usize = 3;
/// No first line is longer.
const LONGEST_HEAD: u64 = 64 << 10;

/// A run of a list, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRun {
    /// By which campaign.
    pub origin: Origin,
    /// Time at which it was begun, or gone on with, last.
    pub at: Timestamp,
    /// The database that it was run from; empty, if what was remembered cannot be read.
    pub database: PathBuf,
    /// Name of its campaign there.
    pub name: String,
}

impl ListRun {
    fn read(file: &mut File) -> io::Result<Option<Self>> {
        let text = match read(file) {
            Err(error) if error.kind() == ErrorKind::InvalidData => "?".to_owned(),
            text => text?,
        };
        if text.is_empty() {
            return Ok(None);
        }
        // What cannot be understood was cut off when it was written, or is of a later version: there was a run.
        Ok(Some(serde_json::from_str(&text).unwrap_or_else(|_| Self {
            origin: Origin { database_id: String::new(), campaign: CampaignId(0), list: String::new() },
            at: Timestamp::default(),
            database: PathBuf::new(),
            name: String::new(),
        })))
    }
}

/// A list that is looked up in the index.
#[derive(Clone, Copy, Debug)]
pub struct ListQuery<'a> {
    /// The SHA-256 of its bytes.
    pub sha256: &'a str,
    /// Who is on it.
    pub people: &'a People,
    /// The service that it is to be run through, as [`BaseUrl::place`](polyai_outbound_core::BaseUrl::place) says it; of every
    /// service, if there is none.
    pub service: Option<&'a str>,
    /// The same as versions of before remembered it.
    pub service_before: Option<&'a str>,
    /// The campaign itself, whose own run does not stand in its way, and what it was known as before.
    pub own: &'a [Origin],
}

/// An earlier run that has to do with a list.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlierRun {
    /// The run.
    pub run: ListRun,
    /// Number of people that its list shares with the other, or `None` if its file is the same byte for byte.
    pub overlap: Option<Overlap>,
    /// True if chance may have made the overlap, among as many runs as there are.
    pub may_be_chance: bool,
}

impl EarlierRun {
    /// True if people would be called again by running the list: it is the same, or has half of the people in common.
    #[must_use]
    pub fn stands_in_the_way(&self) -> bool {
        self.overlap.is_none_or(|overlap| overlap.is_the_same())
    }
}

/// Place of a campaign's own run among those that are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnRun {
    /// It is not remembered.
    Unknown,
    /// Its run is the last of all.
    Last,
    /// Other lists were run after it.
    Before,
}

/// The first line of a run's file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Head {
    /// Runs have numbers, for clocks are set back.
    number: u64,
    run: ListRun,
    people: u64,
    is_counted: bool,
    prints: u64,
}

impl Head {
    fn read(path: &Path) -> io::Result<Self> {
        let mut line = String::new();
        let file = File::open(path).map_err(|error| at(path, &error))?;
        // What follows is no text.
        BufReader::new(file).take(LONGEST_HEAD).read_line(&mut line).ok();
        serde_json::from_str(&line).map_err(|_| damaged(path))
    }
}

/// A run's file.
struct Entry {
    head: Head,
    prints: Vec<u8>,
}

impl Entry {
    /// Of what was written there; what is not whole is an error, because nobody knows who was called by it.
    fn read(path: &Path) -> io::Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| at(path, &error))?;
        Self::parse(&bytes).ok_or_else(|| damaged(path))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (line, prints) = bytes.split_at_checked(end)?;
        let prints = prints.strip_prefix(b"\n")?;
        let head: Head = serde_json::from_slice(line).ok()?;
        let is_whole = usize::try_from(head.prints).ok()?.checked_mul(PRINT_BYTES)? == prints.len();
        let entry = Self { head, prints: prints.to_vec() };
        (is_whole && entry.prints().is_sorted_by(|one, next| one < next)).then_some(entry)
    }

    fn prints(&self) -> impl Iterator<Item = u32> {
        let (prints, _) = self.prints.as_chunks::<PRINT_BYTES>();
        prints.iter().map(|[high, middle, low]| u32::from_be_bytes([0, *high, *middle, *low]))
    }

    /// With a list of that size.
    fn overlap(&self, people: &People, size: Size) -> Overlap {
        let Head { people: count, is_counted, prints, .. } = self.head;
        let common = self.prints().filter(|print| people.has(*print)).count() as u64;
        Overlap::new(size, Size { people: count, is_counted, prints }, common)
    }

    /// Beside it first, and then in one step in its place.
    fn write(&self, path: &Path) -> io::Result<()> {
        let mut part = path.as_os_str().to_owned();
        part.push(PART);
        let part = PathBuf::from(part);
        let mut bytes = serde_json::to_vec(&self.head)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.prints);
        let failed = |error: io::Error| at(&part, &error);
        // Whoever was killed has left one.
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            Ok(()) | Err(_) => {}
        }
        let mut file = private_file::create(&part).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        std::fs::rename(&part, path).map_err(|error| at(path, &error))?;
        crate::campaign::sqlite::sync_folder(path).map_err(|error| at(path, &error))
    }
}

impl RunIndex {
    /// A list's people, of whom there are none yet, to be looked up here.
    #[must_use]
    pub fn people(&self) -> People {
        People::new(&self.key)
    }

    /// True if nothing is remembered of any list.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn is_empty(&self) -> io::Result<bool> {
        let nothing_in = |sub| io::Result::Ok(remembered(&self.folder.join(sub))?.is_empty());
        Ok(nothing_in(LISTS)? && nothing_in(PEOPLE)?)
    }

    /// Campaigns through that service of whose lists it is remembered who is on them.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn origins(&self, service: &str) -> io::Result<HashSet<Origin>> {
        self.runs(Some(service))?.iter().map(|path| Ok(Head::read(path)?.run.origin)).collect()
    }

    /// Place of a campaign's own run among those that are remembered.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn own(&self, service: &str, own: &Origin) -> io::Result<OwnRun> {
        let mut number = None;
        let mut last = 0;
        for path in self.runs(Some(service))? {
            let head = Head::read(&path)?;
            last = last.max(head.number);
            number = number.max((head.run.origin == *own).then_some(head.number));
        }
        Ok(match number {
            None => OwnRun::Unknown,
            Some(number) if number == last => OwnRun::Last,
            Some(_) => OwnRun::Before,
        })
    }

    /// Earlier runs that have to do with a list: those that stand in the way first, of each kind those with the most people in
    /// common first. One that the list's own campaign was begun, or gone on with, after is none.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn earlier(&self, list: &ListQuery<'_>) -> io::Result<Vec<EarlierRun>> {
        let mut found = Vec::new();
        let services = [list.service, list.service_before];
        for service in services.into_iter().flatten() {
            let path = self.list(list.sha256, service);
            let known = match File::open(&path).and_then(|mut file| ListRun::read(&mut file)) {
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                known => known.map_err(|error| at(&path, &error))?,
            };
            if let Some(run) = known.filter(|it| !list.own.contains(&it.origin)) {
                found.push(EarlierRun { run, overlap: None, may_be_chance: false });
            }
        }
        found.truncate(1);
        let mut later_than = 0;
        let mut overlaps = Vec::new();
        let size = list.people.size();
        let paths = self.runs(list.service)?;
        for path in &paths {
            let entry = Entry::read(path)?;
            if list.own.contains(&entry.head.run.origin) {
                later_than = later_than.max(entry.head.number);
                continue;
            }
            let overlap = entry.overlap(list.people, size);
            overlaps.push((entry.head, overlap));
        }
        for (head, overlap) in overlaps.into_iter().filter(|(head, _)| head.number > later_than) {
            let may_be_chance = overlap.is_by_chance(paths.len());
            let is_told = overlap.is_the_same() || !may_be_chance;
            if is_told && found.iter().all(|it| it.run.origin != head.run.origin) {
                found.push(EarlierRun { run: head.run, overlap: Some(overlap), may_be_chance });
            }
        }
        let shared = |it: &EarlierRun| it.overlap.map_or(u64::MAX, |overlap| overlap.shared);
        found.sort_by_key(|it| std::cmp::Reverse((it.stands_in_the_way(), shared(it), it.run.at)));
        Ok(found)
    }

    /// Remembers that a list is run by the first of its [own](ListQuery::own) campaigns, in the place of the others of them,
    /// unless an earlier run stands in the way; if `again`, it is remembered all the same. Tells the [earlier](Self::earlier)
    /// runs. Of two that claim at once, one is told of the other.
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub fn claim(
        &self,
        list: &ListQuery<'_>,
        service: &str,
        run: &ListRun,
        again: bool,
    ) -> io::Result<Vec<EarlierRun>> {
        let _lock = self.lock()?;
        let earlier = self.earlier(list)?;
        if earlier.iter().any(EarlierRun::stands_in_the_way) && !again {
            return Ok(earlier);
        }
        let folder = self.folder_of(service);
        private_file::create_folder(&folder).map_err(|error| at(&folder, &error))?;
        let path = self.run_path(service, &run.origin);
        let mut number = 0;
        for path in self.runs(Some(service))? {
            number = number.max(Head::read(&path)?.number);
        }
        let prints: Vec<u8> = list.people.prints().flat_map(three_bytes).collect();
        let head = Head {
            number: number + 1,
            run: run.clone(),
            people: list.people.count(),
            is_counted: list.people.is_counted(),
            prints: (prints.len() / PRINT_BYTES) as u64,
        };
        Entry { head, prints }.write(&path)?;
        for before in list.own.iter().filter(|it| **it != run.origin) {
            let path = self.run_path(service, before);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(&path, &error)),
                Ok(()) | Err(_) => {}
            }
        }
        self.write_list(list.sha256, service, run)?;
        Ok(earlier)
    }

    /// Remembers where a campaign that goes on is run from now, if its own run is the [last](OwnRun::Last).
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub fn renew(&self, service: &str, run: &ListRun) -> io::Result<()> {
        let _lock = self.lock()?;
        let path = self.run_path(service, &run.origin);
        let mut entry = Entry::read(&path)?;
        entry.head.run = run.clone();
        entry.write(&path)?;
        self.write_list(&run.origin.list, service, run)
    }

    /// Makes others wait who claim, until it is dropped.
    fn lock(&self) -> io::Result<File> {
        let path = self.folder.join(LOCK);
        let lock = open_or_create(&path)?;
        lock.lock().map_err(|error| at(&path, &error))?;
        Ok(lock)
    }

    fn write_list(&self, sha256: &str, service: &str, run: &ListRun) -> io::Result<()> {
        let path = self.list(sha256, service);
        let mut file = open_or_create(&path)?;
        write(&mut file, run).and_then(|()| file.sync_all()).map_err(|error| at(&path, &error))
    }

    /// Files of the runs through that service, or through all.
    fn runs(&self, service: Option<&str>) -> io::Result<Vec<PathBuf>> {
        let folders = match service {
            Some(service) => vec![self.folder_of(service)],
            None => remembered(&self.folder.join(PEOPLE))?,
        };
        let mut runs = Vec::new();
        for folder in folders.iter().filter(|it| it.is_dir()) {
            runs.append(&mut remembered(folder)?);
        }
        Ok(runs)
    }

    fn folder_of(&self, service: &str) -> PathBuf {
        self.folder.join(PEOPLE).join(self.fingerprint(&["service", service]))
    }

    fn run_path(&self, service: &str, Origin { database_id, campaign, list }: &Origin) -> PathBuf {
        let name = self.fingerprint(&["run", database_id, &campaign.0.to_string(), list]);
        self.folder_of(service).join(name)
    }

    fn list(&self, list: &str, service: &str) -> PathBuf {
        self.folder.join(LISTS).join(self.fingerprint(&[list, service]))
    }
}

fn three_bytes(print: u32) -> [u8; PRINT_BYTES] {
    let [_, high, middle, low] = print.to_be_bytes();
    [high, middle, low]
}

/// Error of an entry that stands for a run and cannot be read.
fn damaged(path: &Path) -> io::Error {
    io::Error::new(
        ErrorKind::InvalidData,
        format!(
            "{} is damaged, or of a newer version, so that nobody knows who was called by the run that it stands for; restore \
             it from a backup, or use the newer version; only if its people may be called again, remove it",
            path.display()
        ),
    )
}

#[cfg(test)]
mod tests;
