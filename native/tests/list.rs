//! Lists, read from real files: every promise of the format, and that nothing is held or lost.
#![cfg(feature = "campaign")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "list/arbitrary.rs"]
mod arbitrary;
#[path = "list/cells.rs"]
mod cells;
#[path = "list/columns.rs"]
mod columns;
#[path = "list/countries.rs"]
mod countries;
#[path = "list/files.rs"]
mod files;
#[path = "list/generated.rs"]
mod generated;
#[path = "list/json_lines.rs"]
mod json_lines;
#[path = "list/logs.rs"]
mod logs;
#[path = "list/opt_outs.rs"]
mod opt_outs;
#[path = "list/others.rs"]
mod others;
#[path = "list/quotes.rs"]
mod quotes;
#[path = "list/rejects.rs"]
mod rejects;
#[path = "list/states.rs"]
mod states;
#[path = "list/withheld.rs"]
mod withheld;

use std::path::PathBuf;

use polyai_outbound::campaign::{Digest, Entry, List, ListError, ListOptions, NewRecipient, Refused};
use tempfile::TempDir;

/// A file in a folder of its own.
struct Written {
    folder: TempDir,
    path: PathBuf,
}

fn write(name: &str, bytes: impl AsRef<[u8]>) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    Written { folder, path }
}

/// All of a list.
fn read(
    name: &str,
    bytes: impl AsRef<[u8]>,
    options: &ListOptions,
) -> Result<(Vec<Entry>, Digest), ListError> {
    let written = write(name, bytes);
    let mut list = List::open(&written.path, options)?;
    let entries = list.by_ref().collect::<Result<Vec<_>, _>>()?;
    let digest = list.digest().expect("the end was reached");
    assert_eq!(digest.rows, entries.len() as u64);
    Ok((entries, digest))
}

fn entries(bytes: impl AsRef<[u8]>) -> Vec<Entry> {
    read("list.csv", bytes, &ListOptions::default()).unwrap().0
}

fn recipients(bytes: impl AsRef<[u8]>) -> Vec<NewRecipient> {
    entries(bytes).into_iter().map(recipient).collect()
}

fn recipient(entry: Entry) -> NewRecipient {
    match entry {
        Entry::Recipient(recipient) => recipient,
        Entry::Refused(refused) => panic!("{refused}"),
        Entry::OptedOut(opted_out) => panic!("{}", opted_out.said),
    }
}

fn refused(entry: &Entry) -> &Refused {
    match entry {
        Entry::Refused(refused) => refused,
        Entry::Recipient(recipient) => panic!("row {} is taken", recipient.row),
        Entry::OptedOut(opted_out) => panic!("{}", opted_out.said),
    }
}

/// What is said of a list that has one row, which is refused.
fn refusal(bytes: impl AsRef<[u8]>) -> String {
    let entries = entries(bytes);
    assert_eq!(entries.len(), 1);
    refused(&entries[0]).to_string()
}

/// Why a file cannot be read, without its folder.
fn error(name: &str, bytes: impl AsRef<[u8]>, options: &ListOptions) -> String {
    let error = read(name, bytes, options).expect_err("cannot be read");
    let said = error.to_string();
    said.strip_prefix(error.file()).unwrap().to_owned()
}

fn metadata(recipient: &NewRecipient) -> Vec<(&str, &str)> {
    recipient.metadata.iter().collect()
}
