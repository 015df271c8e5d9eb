//! stdout and stderr, written by threads of their own: whoever follows calls must not wait for a reader that has stopped, a
//! pager that was left open say.
//!
//! What is written to both comes in the order in which it was said, as long as both are read.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::queue::{Item, Kind, Queue};

/// How much waits for a reader that has stopped: for people, who want the newest, and for programs, which want all.
const FOR_PEOPLE: usize = 1 << 20;
const FOR_PROGRAMS: usize = 8 << 20;
/// How long one stream is waited for so that what is said on both comes in order.
const IN_STEP: Duration = Duration::from_millis(200);
/// Maximum time to tell what was not delivered.
const TOLD_WITHIN: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

impl Stream {
    const fn other(self) -> Self {
        match self {
            Self::Out => Self::Err,
            Self::Err => Self::Out,
        }
    }

    /// Writes directly, without colours if whoever reads takes none.
    pub(super) fn write(self, kind: Kind, text: &str) -> io::Result<()> {
        fn all(mut out: impl Write, text: &str) -> io::Result<()> {
            out.write_all(text.as_bytes())?;
            out.flush()
        }
        match (self, kind) {
            (Self::Out, _) => all(anstream::stdout().lock(), text),
            // It moves the cursor, whatever is said about colours.
            (Self::Err, Kind::Frame) => all(io::stderr().lock(), text),
            (Self::Err, Kind::Lines | Kind::LeftOut(_) | Kind::Progress | Kind::Last) => {
                all(anstream::stderr().lock(), text)
            }
        }
    }
}

/// Both streams, and what waits to be written to them.
pub(super) struct Streams {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    out: Lane,
    err: Lane,
    said: u64,
    /// Nobody reads stdout, which was said.
    is_out_gone: bool,
}

struct Lane {
    queue: Queue,
    /// What is being written, and since when.
    writing: Option<(u64, Instant)>,
    writing_lines: u64,
    written: u64,
}

impl Lane {
    const fn of(queue: Queue) -> Self {
        Self { queue, writing: None, writing_lines: 0, written: 0 }
    }

    /// The place of the oldest that is not written.
    fn oldest(&self) -> Option<u64> {
        self.writing.map(|(nth, _)| nth).or_else(|| self.queue.next())
    }
}

impl State {
    const fn lane(&mut self, stream: Stream) -> &mut Lane {
        match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        }
    }

    /// How long the other stream is to be waited for before this one's next is written.
    fn waits_for_other(&mut self, stream: Stream, nth: u64) -> Option<Duration> {
        let other = self.lane(stream.other());
        other.oldest().filter(|oldest| *oldest < nth)?;
        let stuck_for = other.writing.map_or(Duration::ZERO, |(_, since)| since.elapsed());
        IN_STEP.checked_sub(stuck_for).filter(|left| !left.is_zero())
    }
}

fn left_out_for_people(lines: u64) -> String {
    let lines = if lines == 1 { "1 line was".to_owned() } else { format!("{lines} lines were") };
    format!("… {lines} not shown, because the output was blocked\n")
}

fn left_out_for_programs(lines: u64) -> String {
    format!("{}\n", json!({ "type": "left_out", "lines": lines, "why": "the output was blocked" }))
}

/// Sentence that comes before all that was for stdout and cannot be written there.
pub(super) fn gone(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::BrokenPipe {
        "nobody reads standard output any more; what it would say follows here\n".to_owned()
    } else {
        format!("standard output cannot be written ({error}); what it would say follows here\n")
    }
}

fn undelivered(lines: u64, advice: &str) -> String {
    let lines = if lines == 1 { "1 line was".to_owned() } else { format!("{lines} lines were") };
    format!("{lines} left out of standard output at the end, because nothing read them{advice}\n")
}

impl Streams {
    pub(super) const fn new(json: bool) -> Self {
        let out = if json {
            Queue::new(FOR_PROGRAMS, left_out_for_programs)
        } else {
            Queue::new(FOR_PEOPLE, left_out_for_people)
        };
        let err = Queue::new(FOR_PEOPLE, left_out_for_people);
        Self {
            state: Mutex::new(State { out: Lane::of(out), err: Lane::of(err), said: 0, is_out_gone: false }),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts writing.
    pub(super) fn start(&'static self) -> io::Result<()> {
        for (stream, name) in [(Stream::Out, "stdout"), (Stream::Err, "stderr")] {
            std::thread::Builder::new().name(name.to_owned()).spawn(move || self.serve(stream))?;
        }
        Ok(())
    }

    pub(super) fn push(&self, stream: Stream, kind: Kind, text: String) {
        let mut state = self.state();
        state.said += 1;
        let item = Item { nth: state.said, kind, text };
        state.lane(stream).queue.push(item);
        drop(state);
        self.changed.notify_all();
    }

    /// Whether something waits that was said long enough ago to be written.
    pub(super) fn is_behind(&self, stream: Stream) -> bool {
        self.state().lane(stream).writing.is_some_and(|(_, since)| since.elapsed() > IN_STEP)
    }

    fn serve(&self, stream: Stream) {
        let mut state = self.state();
        loop {
            let Some(nth) = state.lane(stream).queue.next() else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if let Some(left) = state.waits_for_other(stream, nth) {
                let waited = self.changed.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let lane = state.lane(stream);
            let Some(item) = lane.queue.pop() else { continue };
            lane.writing = Some((item.nth, Instant::now()));
            lane.writing_lines = item.lines();
            drop(state);
            let written = stream.write(item.kind, &item.text);
            state = self.state();
            // The SID of a call that was placed must not get lost because nobody reads on stdout any more.
            if let (Err(error), Stream::Out) = (written, stream) {
                let (nth, mut text) = (item.nth, format!("{}\n", item.text.trim_end()));
                if !std::mem::replace(&mut state.is_out_gone, true) {
                    text.insert_str(0, &gone(&error));
                }
                state.err.queue.push_front(Item { nth, kind: Kind::Last, text });
            }
            let lane = state.lane(stream);
            lane.writing = None;
            lane.writing_lines = 0;
            lane.written += 1;
            self.changed.notify_all();
        }
    }

    /// Waits until all is written, as long as it goes on: not for a reader who has taken nothing for so long. What was not
    /// delivered on stdout is then told on stderr, with what to do.
    pub(super) fn finish(&self, patience: Duration, advice: &str) {
        self.wait(patience);
        let state = self.state();
        let lines = state.out.writing_lines + state.out.queue.waiting();
        drop(state);
        if lines > 0 {
            self.push(Stream::Err, Kind::Last, undelivered(lines, advice));
            self.wait(patience.min(TOLD_WITHIN));
        }
    }

    fn wait(&self, patience: Duration) {
        let mut state = self.state();
        let mut known = (0, Instant::now());
        loop {
            if state.out.oldest().or(state.err.oldest()).is_none() {
                return;
            }
            // A stream that is stuck does not hide that the other one flows.
            let written = state.out.written + state.err.written;
            if written != known.0 {
                known = (written, Instant::now());
            }
            let Some(left) = patience.checked_sub(known.1.elapsed()).filter(|left| !left.is_zero()) else {
                return;
            };
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
