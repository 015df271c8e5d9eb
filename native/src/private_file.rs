//! Files for their owner alone: numbers, metadata and what was done with them are in them.
//!
//! One rule for all of them: a new file is readable for nobody else from the first moment, and the last part of a path is
//! never followed as a link, so that nobody leads a write to a file of somebody else's choice. Folders on the way are.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Why a file is not opened that has a name already.
#[derive(Debug)]
pub enum OpenError {
    /// It is a link, a folder, or something else that is no file.
    NotAFile,
    /// It cannot be opened.
    Io(io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<OpenError> for io::Error {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotAFile => Self::new(io::ErrorKind::InvalidInput, "it is a link or no file"),
            OpenError::Io(error) => error,
        }
    }
}

/// Makes a new file for writing and reading.
///
/// # Errors
/// If something has that name, be it a link that leads nowhere, or the file cannot be made.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a file that is there, in the way that `options` say. Its rights are left as they are.
///
/// # Errors
/// If it is a link or no file, or cannot be opened.
pub fn open(path: &Path, options: &OpenOptions) -> Result<File, OpenError> {
    let named = std::fs::symlink_metadata(path)?;
    if !named.is_file() {
        return Err(OpenError::NotAFile);
    }
    let file = options.open(path)?;
    // A link may have taken its place meanwhile.
    if is_same(&named, &file.metadata()?) { Ok(file) } else { Err(OpenError::NotAFile) }
}

/// Opens a file for reading and writing, and makes it if nothing has that name.
///
/// # Errors
/// If it is a link or no file, or cannot be opened or made.
pub fn open_or_create(path: &Path) -> Result<File, OpenError> {
    match create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            open(path, OpenOptions::new().read(true).write(true))
        }
        created => Ok(created?),
    }
}

/// Makes a folder, and those that it is in, which nobody else can look into. One that is there is left as it is.
///
/// # Errors
/// If it cannot be made.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
fn is_same(named: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (named.dev(), named.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
const fn is_same(_named: &Metadata, _opened: &Metadata) -> bool {
    true
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_made_is_its_owners_alone_and_what_is_there_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        create(&at("new")).unwrap().write_all(b"one").unwrap();
        create_folder(&at("a/b")).unwrap();
        assert_eq!([mode(&at("new")), mode(&at("a")), mode(&at("a/b"))], [0o600, 0o700, 0o700]);
        assert_eq!(create(&at("new")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        std::fs::set_permissions(at("new"), std::fs::Permissions::from_mode(0o640)).unwrap();
        let mut text = String::new();
        open_or_create(&at("new")).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), mode(&at("new"))), ("one", 0o640));
        drop(open_or_create(&at("second")).unwrap());
        assert_eq!(mode(&at("second")), 0o600);
    }

    #[test]
    fn no_link_is_followed_not_even_one_that_leads_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("precious"), "not to be lost").unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        for target in ["precious", "nowhere", "folder", "link"] {
            symlink(at(target), at("link")).unwrap();
            assert!(create(&at("link")).is_err(), "{target}");
            assert!(matches!(open_or_create(&at("link")), Err(OpenError::NotAFile)), "{target}");
            let reading = open(&at("link"), OpenOptions::new().read(true));
            assert!(matches!(reading, Err(OpenError::NotAFile)), "{target}");
            std::fs::remove_file(at("link")).unwrap();
        }
        assert!(matches!(open_or_create(&at("folder")), Err(OpenError::NotAFile)));
        assert!(!at("nowhere").exists());
        assert_eq!(std::fs::read_to_string(at("precious")).unwrap(), "not to be lost");
    }
}
