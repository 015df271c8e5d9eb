//! Files with secrets that other people of the machine can read: they are used, and it is said.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::output;
use crate::shell::quote;

/// Of which files it was said.
static WARNED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Warns, once for each file, if others can read it; `what` is what it holds, with what they could do.
pub(crate) fn warn(path: &Path, metadata: &Metadata, what: &str) {
    if can_be_read_by_others(metadata)
        && !is_given_by_a_system(path)
        && WARNED.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned())
    {
        let file = quote(&path.display().to_string());
        output::warn(format_args!(
            "others on this machine can read {file}, which holds {what}; do: chmod 600 {file}"
        ));
    }
}

/// The same for a database of campaigns.
pub(crate) fn warn_of_database(path: &Path) {
    if let Ok(metadata) = path.metadata() {
        warn(path, &metadata, "people's numbers and what is said to them");
    }
}

/// By the rights of group and others. What is no file (a pipe, standard input, what `<(…)` makes) nobody else reads.
#[cfg(unix)]
fn can_be_read_by_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.is_file() && metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
const fn can_be_read_by_others(_metadata: &Metadata) -> bool {
    false
}

/// Whether it is not for the user to say who can read it: devices, descriptors, and secrets that a container is given
/// (Docker's are in `/run/secrets`; Kubernetes' are behind links into a folder whose name begins with two dots).
fn is_given_by_a_system(path: &Path) -> bool {
    const PLACES: [&str; 4] = ["/dev", "/proc", "/run/secrets", "/var/run/secrets"];
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let is_versioned = |it: Component<'_>| {
        it.as_os_str().as_encoded_bytes().starts_with(b"..") && it != Component::ParentDir
    };
    PLACES.iter().any(|place| path.starts_with(place) || whole.starts_with(place))
        || whole.components().any(is_versioned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_system_gives_is_not_for_the_user_to_protect() {
        for path in
            ["/dev/stdin", "/dev/fd/63", "/proc/self/fd/0", "/run/secrets/token", "/var/run/secrets/a/token"]
        {
            assert!(is_given_by_a_system(Path::new(path)), "{path}");
        }
        for path in
            ["token", "../token", "/home/ada/.token", "/run/user/0/token", "/device/token", "..a/../token"]
        {
            assert_eq!(is_given_by_a_system(Path::new(path)), path.starts_with("..a"), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_rights_of_group_and_others_are_what_matters() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "x").unwrap();
        for (mode, is_open) in [
            (0o600, false),
            (0o400, false),
            (0o700, false),
            (0o640, true),
            (0o604, true),
            (0o644, true),
            (0o660, true),
        ] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(can_be_read_by_others(&path.metadata().unwrap()), is_open, "{mode:o}");
        }
        assert!(!can_be_read_by_others(&folder.path().metadata().unwrap()), "a folder is no file");
    }
}
