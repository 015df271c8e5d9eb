//! A terminal on stderr on which lines move, drawn through the streams that nobody waits for.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressDrawTarget, TermLike};

use super::queue::Kind;
use super::streams::{Stream, Streams};

/// How often what moves is drawn in a second at most.
const FRAMES_A_SECOND: u8 = 20;

/// Keeps what is drawn until it is a whole picture.
struct Terminal {
    streams: &'static Streams,
    drawn: Mutex<String>,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").finish_non_exhaustive()
    }
}

pub(super) fn target(streams: &'static Streams) -> ProgressDrawTarget {
    let terminal = Terminal { streams, drawn: Mutex::default() };
    ProgressDrawTarget::term_like_with_hz(Box::new(terminal), FRAMES_A_SECOND)
}

impl Terminal {
    fn drawn(&self) -> MutexGuard<'_, String> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, text: &str) -> io::Result<()> {
        self.drawn().push_str(text);
        Ok(())
    }

    /// Moves the cursor, by the letter that says whereto.
    fn moves(&self, lines: usize, whereto: char) -> io::Result<()> {
        if lines == 0 { Ok(()) } else { self.draw(&format!("\x1b[{lines}{whereto}")) }
    }
}

fn size() -> Option<(u16, u16)> {
    terminal_size::terminal_size_of(io::stderr()).map(|(width, height)| (width.0, height.0))
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        size().map_or(80, |(width, _)| width)
    }

    fn height(&self) -> u16 {
        size().map_or(24, |(_, height)| height)
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.moves(lines, 'A')
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.moves(lines, 'B')
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.moves(columns, 'C')
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.moves(columns, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.draw(text)?;
        self.draw("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.draw(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.draw("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let drawn = std::mem::take(&mut *self.drawn());
        if !drawn.is_empty() {
            self.streams.push(Stream::Err, Kind::Frame, drawn);
        }
        Ok(())
    }
}
