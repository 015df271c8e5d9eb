//! What the system has to give this program before it begins: libraries that get no file later end with a panic.

use std::fs::File;
use std::io;

use crate::failure::Failure;

/// So many files more than those that are open already: the runtime's own, the database with its log and lock, lists, and
/// some connections.
const FILES: usize = 48;

/// Checks that enough files can be opened.
pub(crate) fn check() -> Result<(), Failure> {
    let mut open = Vec::with_capacity(FILES);
    while open.len() < FILES {
        match File::open(NOTHING) {
            Ok(file) => open.push(file),
            Err(error) if is_exhausted(&error) => {
                return Err(Failure::input(format!(
                    "only {} more files can be opened ({error}), and {FILES} are needed; nothing was done. Raise the limit, \
                     with `ulimit -n 1024` say, or close what has them open",
                    open.len()
                )));
            }
            // It tells nothing of how many there may be.
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

#[cfg(unix)]
const NOTHING: &str = "/dev/null";
#[cfg(not(unix))]
const NOTHING: &str = "NUL";

/// Returns true if this process, or the whole machine, has too many files open.
fn is_exhausted(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    cfg!(unix) && matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}
