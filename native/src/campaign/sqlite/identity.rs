//! Which file a path leads to: a database that was removed, replaced or emptied while it is open takes every write in
//! silence and keeps none of them.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::Path;

use super::connect::from_io;
use crate::campaign::{StoreError, StoreErrorKind};

/// The file that was opened first, where the system can tell one file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    number: u64,
}

impl Identity {
    /// Of the file that is there now.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let gone = |said: &str| {
            StoreError::new(StoreErrorKind::Io, path, said)
                .advise("put it back where it was; if that cannot be, end this run: what it could not save is printed")
        };
        let file = std::fs::metadata(path).map_err(|error| {
            let is_gone = error.kind() == ErrorKind::NotFound;
            if is_gone { gone("it is not there any more") } else { from_io(path, &error) }
        })?;
        if file.len() == 0 {
            return Err(gone("it was emptied"));
        }
        Ok(Self::from(&file))
    }

    /// Whether the path still leads to it.
    pub(super) fn check(self, path: &Path) -> Result<(), StoreError> {
        if Self::of(path)? == self {
            return Ok(());
        }
        Err(StoreError::new(StoreErrorKind::Io, path, "another file was put in its place").advise(
            "put the file back that was there; or end this run, which prints what it could not save, and begin it anew",
        ))
    }
}

impl From<&Metadata> for Identity {
    #[cfg_attr(not(unix), expect(unused_variables, reason = "files cannot be told apart there"))]
    fn from(file: &Metadata) -> Self {
        Self {
            #[cfg(unix)]
            device: std::os::unix::fs::MetadataExt::dev(file),
            #[cfg(unix)]
            number: std::os::unix::fs::MetadataExt::ino(file),
        }
    }
}
