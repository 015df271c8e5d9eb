//! Files for what reads nothing else: one for each thread, written over again and again.

use std::io::{Seek as _, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// Does something with a file of these bytes.
pub(crate) fn with_file<T>(bytes: &[u8], use_it: impl FnOnce(&Path) -> T) -> T {
    thread_local! {
        static FILE: NamedTempFile = NamedTempFile::new().unwrap();
    }
    FILE.with(|held| {
        let mut file = held.as_file();
        file.set_len(0).unwrap();
        file.rewind().unwrap();
        file.write_all(bytes).unwrap();
        use_it(held.path())
    })
}
