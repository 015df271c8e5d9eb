//! The bytes of a file: read in pieces, counted and hashed; what is no text is told from what is.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::problem::{ListError, Problem};

/// Longest record or line that is held; what is longer is passed over as it comes.
pub(crate) const LONGEST: usize = 1 << 20;

/// What standard input is called.
pub(crate) const STANDARD_INPUT: &str = "standard input";

const PIECE: usize = 64 << 10;
const SAVE_AS: &str = "UTF-8: save the list as \"CSV UTF-8\" (or as JSON Lines) and try again";

/// What was read of a file, when all of it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// SHA-256 of all bytes.
    pub sha256: [u8; 32],
    /// How many bytes there were.
    pub bytes: u64,
    /// How many rows there were, refused ones with them; a header is none.
    pub rows: u64,
}

impl Digest {
    /// The SHA-256 as it is usually written.
    #[must_use]
    pub fn hex(&self) -> String {
        self.sha256.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A file as bytes that are not yet taken.
pub(crate) struct Source {
    name: String,
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    line: u64,
    after_cr: bool,
    hash: Sha256,
    bytes: u64,
}

impl Source {
    /// Opens a file, or standard input for `-`.
    pub(crate) fn open(path: &Path) -> Result<Self, ListError> {
        if path == Path::new("-") {
            return Self::new(STANDARD_INPUT.to_owned(), Box::new(io::stdin()));
        }
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Self::new(name, Box::new(file)),
            Err(error) => Err(cannot_be_opened(&name, error)),
        }
    }

    pub(crate) fn new(name: String, reader: Box<dyn Read + Send>) -> Result<Self, ListError> {
        let mut source = Self {
            name,
            reader,
            buffer: vec![0; PIECE],
            start: 0,
            end: 0,
            line: 1,
            after_cr: false,
            hash: Sha256::new(),
            bytes: 0,
        };
        source.check_encoding()?;
        Ok(source)
    }

    /// By its first bytes; takes a byte order mark away.
    fn check_encoding(&mut self) -> Result<(), ListError> {
        const STARTS: [(&[u8], &str); 5] = [
            (&[0xff, 0xfe], "is UTF-16"),
            (&[0xfe, 0xff], "is UTF-16"),
            (b"PK\x03\x04", "is a spreadsheet or an archive, not text"),
            (&[0xd0, 0xcf, 0x11, 0xe0], "is a spreadsheet, not text"),
            (&[0x1f, 0x8b], "is compressed, not text"),
        ];
        while self.peek().len() < 4 && self.more()? {}
        if let Some((_, what)) = STARTS.iter().find(|(start, _)| self.peek().starts_with(start)) {
            return Err(self.fault(None, Problem::new(*what, SAVE_AS)));
        }
        // Text in UTF-16 without its mark: every other byte of ASCII is zero.
        if self.peek().iter().take(4).any(|byte| *byte == 0) {
            return Err(self.fault(1, Problem::new("has zero bytes, as UTF-16 has", SAVE_AS)));
        }
        if self.peek().starts_with(b"\xef\xbb\xbf") {
            self.start += 3;
        }
        Ok(())
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The line at which the next byte stands.
    pub(crate) const fn line(&self) -> u64 {
        self.line
    }

    /// What is read and not yet taken.
    pub(crate) fn peek(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads more behind what is there; false at the end.
    pub(crate) fn more(&mut self) -> Result<bool, ListError> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < PIECE / 2 {
            self.buffer.resize(self.buffer.len() + PIECE, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = loop {
            match self.reader.read(room) {
                Ok(read) => break read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let expected = "a file that can be read to its end: try again";
                    return Err(ListError::io(&self.name, self.line, "cannot be read on", expected, error));
                }
            }
        };
        self.hash.update(room.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        self.end += read;
        Ok(read > 0)
    }

    /// Takes bytes away and counts the lines that end in them.
    pub(crate) fn consume(&mut self, count: usize) {
        let until = self.end.min(self.start + count);
        for byte in self.buffer.get(self.start..until).unwrap_or_default() {
            // CR, LF and CR LF each end one line.
            self.line += u64::from(*byte == b'\r' || (*byte == b'\n' && !self.after_cr));
            self.after_cr = *byte == b'\r';
        }
        self.start = until;
    }

    /// Takes the next line, without its end; nothing at the end of the file. What is too long is passed over.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line>, ListError> {
        if self.peek().is_empty() && !self.more()? {
            return Ok(None);
        }
        if self.after_cr && self.peek().first() == Some(&b'\n') {
            self.consume(1);
        }
        let row = self.line;
        let mut looked = 0;
        let end = loop {
            let unseen = self.peek().get(looked..).unwrap_or_default();
            if let Some(at) = unseen.iter().position(|byte| is_line_end(*byte)) {
                break Some(looked + at);
            }
            looked = self.peek().len();
            if looked > LONGEST {
                self.pass_line()?;
                return Ok(Some(Line { row, text: None }));
            }
            if !self.more()? {
                break None;
            }
        };
        if end.is_none() && looked == 0 {
            return Ok(None);
        }
        let bytes = self.peek().get(..end.unwrap_or(looked)).unwrap_or_default();
        let text = if bytes.len() > LONGEST { None } else { Some(self.text(bytes, row)?.to_owned()) };
        self.consume(end.map_or(looked, |end| end + 1));
        Ok(Some(Line { row, text }))
    }

    /// The next line without its end, not taken yet; nothing if it is too long to be held.
    pub(crate) fn peek_line(&mut self) -> Result<Option<&[u8]>, ListError> {
        let mut looked = 0;
        let end = loop {
            let unseen = self.peek().get(looked..).unwrap_or_default();
            if let Some(at) = unseen.iter().position(|byte| is_line_end(*byte)) {
                break looked + at;
            }
            looked = self.peek().len();
            if looked > LONGEST {
                return Ok(None);
            }
            if !self.more()? {
                break looked;
            }
        };
        Ok(self.peek().get(..end))
    }

    fn pass_line(&mut self) -> Result<(), ListError> {
        loop {
            let end = self.peek().iter().position(|byte| is_line_end(*byte));
            self.consume(end.map_or(self.peek().len(), |end| end + 1));
            if end.is_some() || !self.more()? {
                return Ok(());
            }
        }
    }

    /// Bytes as the text that they have to be.
    pub(crate) fn text<'a>(&self, bytes: &'a [u8], row: u64) -> Result<&'a str, ListError> {
        str::from_utf8(bytes).map_err(|_| self.not_utf8(row))
    }

    pub(crate) fn not_utf8(&self, row: u64) -> ListError {
        self.fault(row, Problem::new("has bytes that are not UTF-8", SAVE_AS))
    }

    pub(crate) fn fault(&self, row: impl Into<Option<u64>>, problem: Problem) -> ListError {
        ListError::at(&self.name, row, problem)
    }

    /// What was read, for whom it was all.
    pub(crate) fn digest(&self, rows: u64) -> Digest {
        Digest { sha256: self.hash.clone().finalize().into(), bytes: self.bytes, rows }
    }
}

pub(crate) fn cannot_be_opened(name: &str, error: io::Error) -> ListError {
    let leads_nowhere = error.kind() == io::ErrorKind::NotFound && Path::new(name).is_symlink();
    ListError::io(
        name,
        None,
        if leads_nowhere { "is a link to a file that is not there" } else { "cannot be opened" },
        "the path of a file that can be read",
        error,
    )
}

pub(crate) const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// A line and where it stands; without its text if it is too long to be held.
pub(crate) struct Line {
    pub(crate) row: u64,
    pub(crate) text: Option<String>,
}
