//! Files that an export may not replace: without them a campaign is lost, or cannot go on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::campaign::found::Found;
use crate::failure::Failure;

/// Refuses the database, what SQLite puts beside it, and the files that the campaign reads.
pub(super) fn check(path: &Path, found: &Found) -> Result<(), Failure> {
    let place = whole(path);
    let database = found.database.path();
    let beside = |ending: &str| {
        let mut name = OsString::from(database);
        name.push(ending);
        PathBuf::from(name)
    };
    let suppressed = found.kept().map(|kept| kept.suppress).unwrap_or_default();
    let needed = [
        (database.to_owned(), "the database that is exported"),
        (beside("-wal"), "the log of the database that is exported"),
        (beside("-shm"), "a part of the database that is exported"),
        (PathBuf::from(&found.campaign.source.file), "the list that the campaign was made of"),
    ];
    let lists = suppressed.into_iter().map(|it| (PathBuf::from(it), "a suppression list of the campaign"));
    match needed.into_iter().chain(lists).find(|(file, _)| whole(file) == place) {
        Some((_, what)) => Err(Failure::input(format!(
            "--output {}: is {what}, and nothing was written; expected another path",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// The path with nothing in it that leads elsewhere, also of a file that is not there.
fn whole(path: &Path) -> PathBuf {
    if let Ok(whole) = path.canonicalize() {
        return whole;
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
