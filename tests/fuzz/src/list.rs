//! What holds of every list, in either form.

use std::io::{Cursor, Read};

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{Digest, Entry, List, ListOptions};

use crate::secrets::is_one_line;

/// All of a list that can be read to its end.
pub(crate) struct Whole {
    pub(crate) entries: Vec<Entry>,
    pub(crate) digest: Digest,
}

/// Reads a list, in pieces of several sizes: every row is taken or refused, in order, whatever the pieces. Nothing, if the
/// file cannot be read to its end; then it is told why.
pub(crate) fn read(name: &str, data: &[u8]) -> Option<Whole> {
    let options = ListOptions { country: CountryCode::parse("US").ok(), ..ListOptions::default() };
    let told = |size| {
        let mut rows = Vec::new();
        let reader = Pieces { bytes: Cursor::new(data.to_vec()), size };
        match List::from_reader(name, reader, &options) {
            Err(error) => (rows, Err(error.to_string())),
            Ok(mut list) => {
                for entry in list.by_ref() {
                    match entry {
                        Ok(entry) => rows.push(entry),
                        Err(error) => {
                            assert!(list.digest().is_none());
                            return (rows, Err(error.to_string()));
                        }
                    }
                }
                assert!(list.next().is_none());
                (rows, Ok(list.digest().expect("it was read to its end")))
            }
        }
    };
    let (entries, end) = told(usize::MAX);
    // In pieces as well, but not every list: to begin one takes longer than all that follows.
    if data.len().is_multiple_of(3) {
        let size = if data.len() > 256 { 61 } else { 5 };
        assert_eq!(told(size), (entries.clone(), end.clone()), "in pieces of {size} bytes");
    }
    let lines = 1 + data.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
    let mut last = 0;
    for entry in &entries {
        let row = match entry {
            Entry::Recipient(recipient) => recipient.row,
            Entry::OptedOut(opted_out) => {
                is_one_line(&opted_out.said, 2_000);
                opted_out.row
            }
            Entry::Refused(refused) => {
                is_one_line(&refused.to_string(), 2_000);
                refused.row
            }
        };
        assert!(last < row && row <= lines, "row {row} after {last}, of {lines}");
        last = row;
    }
    match end {
        Err(error) => {
            assert!(error.starts_with(name), "{error}");
            is_one_line(&error, 2_000);
            None
        }
        Ok(digest) => {
            assert_eq!((digest.bytes, digest.rows), (data.len() as u64, entries.len() as u64));
            Some(Whole { entries, digest })
        }
    }
}

/// Hands over so many bytes at a time.
struct Pieces {
    bytes: Cursor<Vec<u8>>,
    size: usize,
}

impl Read for Pieces {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let size = room.len().min(self.size);
        self.bytes.read(&mut room[..size])
    }
}
