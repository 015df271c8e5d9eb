//! Where an export goes: stdout, or a file that is there only when all of it is.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use polyai_outbound::private_file;

/// So much is written at once.
const BUFFER: usize = 64 * 1024;

pub(super) struct Place {
    out: BufWriter<Box<dyn Write + Send>>,
    /// The file that is being written, and the one that it replaces.
    unfinished: Option<(PathBuf, PathBuf, File)>,
    /// Somebody looks at it, on a screen that text could steer.
    is_terminal: bool,
}

impl Place {
    pub(super) fn open(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path else {
            let is_terminal = io::stdout().is_terminal();
            return Ok(Self::to(Box::new(io::stdout()), None, is_terminal));
        };
        if is_no_file(path) {
            let file = OpenOptions::new().write(true).open(path)?;
            let is_terminal = file.is_terminal();
            return Ok(Self::to(Box::new(file), None, is_terminal));
        }
        if path.is_symlink() && path.metadata().is_err() {
            let said = "--output is a link to a file that is not there; give the path of the file itself";
            return Err(io::Error::new(io::ErrorKind::NotFound, said));
        }
        // A link is followed: the file that it points to is replaced, not the link.
        let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut beside = whole.clone().into_os_string();
        beside.push(format!(".{}.partial", std::process::id()));
        let beside = PathBuf::from(beside);
        let file = private_file::create(&beside)?;
        let out = file.try_clone()?;
        Ok(Self::to(Box::new(out), Some((beside, whole, file)), false))
    }

    fn to(
        out: Box<dyn Write + Send>,
        unfinished: Option<(PathBuf, PathBuf, File)>,
        is_terminal: bool,
    ) -> Self {
        Self { out: BufWriter::with_capacity(BUFFER, out), unfinished, is_terminal }
    }

    /// Returns true if it is a terminal.
    pub(super) const fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// All is written: it is on the disk before the name is its.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        if let Some((beside, whole, file)) = &self.unfinished {
            file.sync_all()?;
            std::fs::rename(beside, whole)?;
            self.unfinished = None;
        }
        Ok(())
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What came to no end leaves nothing.
impl Drop for Place {
    fn drop(&mut self) {
        if let Some((beside, ..)) = &self.unfinished {
            let _ = std::fs::remove_file(beside);
        }
    }
}

/// A pipe or a device, which is written into as it is.
fn is_no_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir())
}
