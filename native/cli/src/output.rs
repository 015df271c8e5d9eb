//! What is printed: for people, or as JSON lines. stdout holds what was asked for, stderr all else.
//!
//! Commands that follow calls [detach](Output::detach) their output, so that they never wait for a reader.

mod queue;
mod streams;
mod terminal;

use std::fmt::Display;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::ProgressDrawTarget;
use polyai_outbound::{CallEnd, CallSid, CallStatus, Completed, Placed, Placement, Reading, StatusChange};
use serde::Serialize;

use crate::failure::Failure;
use queue::Kind;
use streams::{Stream, Streams};

/// Prints for people, or for programs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
    /// Whether lines on stderr may move: a terminal that can, and nothing else that is written there meanwhile.
    pub(crate) live: bool,
}

impl Output {
    pub(crate) fn new(json: bool, verbose: u8) -> Self {
        Self { json, live: !json && verbose == 0 && !ProgressDrawTarget::stderr().is_hidden() }
    }

    /// For what is found wrong before it is known what else is asked for.
    pub(crate) const fn for_programs() -> Self {
        Self { json: true, live: false }
    }

    /// What was asked for: the sentence for people, the value for programs.
    pub(crate) fn say(self, for_people: impl Display, for_programs: &impl Serialize) {
        self.print(&self.said(for_people, for_programs));
    }

    /// The same for what it all came to, which must not be left out.
    pub(crate) fn conclude(self, for_people: impl Display, for_programs: &impl Serialize) {
        put(Stream::Out, Kind::Last, self.said(for_people, for_programs));
    }

    fn said(self, for_people: impl Display, for_programs: &impl Serialize) -> String {
        if self.json {
            format!("{}\n", serde_json::to_string(for_programs).unwrap_or_default())
        } else {
            format!("{for_people}\n")
        }
    }

    /// Text on stdout. If nobody reads there any more it goes to stderr: the SID of a call that was placed must not get
    /// lost.
    pub(crate) fn print(self, text: &str) {
        put(Stream::Out, Kind::Lines, text.to_owned());
    }

    /// Text that is for stdout and of no use elsewhere.
    pub(crate) fn write(self, text: &str) -> std::io::Result<()> {
        Stream::Out.write(Kind::Lines, text)
    }

    /// What only people want to know.
    pub(crate) fn note(self, text: impl Display) {
        put(Stream::Err, Kind::Lines, format!("{text}\n"));
    }

    /// How far something is: worth no more when it is said again.
    pub(crate) fn progress(self, text: impl Display) {
        put(Stream::Err, Kind::Progress, format!("{text}\n"));
    }

    /// What is printed nowhere else.
    pub(crate) fn keep(self, text: impl Display) {
        put(Stream::Err, Kind::Last, format!("{text}\n"));
    }

    /// Why a command did not do what it was asked.
    pub(crate) fn fail(self, failure: &Failure) {
        if self.json {
            self.conclude("", &failure.to_json());
        }
        self.keep(format_args!("{RED}error{RED:#}: {failure}"));
    }

    /// From now on nobody waits for what is printed: a reader that has stopped stops no call from being followed.
    pub(crate) fn detach(self) {
        let streams = STREAMS.get_or_init(|| Streams::new(self.json));
        if !DETACHED.swap(true, Ordering::AcqRel) && streams.start().is_err() {
            // A machine that gives no threads: then each waits.
            DETACHED.store(false, Ordering::Release);
        }
    }

    /// Advice about lines that nobody read before the end.
    pub(crate) fn advise(self, advice: String) {
        let _ = ADVICE.set(advice);
    }

    /// Where on stderr lines may move.
    pub(crate) fn draw_target(self) -> ProgressDrawTarget {
        detached().map_or_else(ProgressDrawTarget::stderr, terminal::target)
    }

    /// Whether stderr is not read any more, so that nothing need be drawn there.
    pub(crate) fn is_blocked(self) -> bool {
        detached().is_some_and(|streams| streams.is_behind(Stream::Err))
    }
}

static STREAMS: OnceLock<Streams> = OnceLock::new();
static ADVICE: OnceLock<String> = OnceLock::new();
/// Nobody reads stdout, which was said.
static IS_OUT_GONE: AtomicBool = AtomicBool::new(false);
static DETACHED: AtomicBool = AtomicBool::new(false);

/// The streams, if nobody waits for them.
fn detached() -> Option<&'static Streams> {
    STREAMS.get().filter(|_| DETACHED.load(Ordering::Acquire))
}

fn put(stream: Stream, kind: Kind, text: String) {
    if let Some(streams) = detached() {
        streams.push(stream, kind, text);
    } else if let (Err(error), Stream::Out) = (stream.write(kind, &text), stream) {
        if !IS_OUT_GONE.swap(true, Ordering::AcqRel) {
            let _ = Stream::Err.write(kind, &streams::gone(&error));
        }
        let _ = Stream::Err.write(kind, &format!("{}\n", text.trim_end()));
    }
}

/// Waits until all is printed; for a reader that takes nothing for so long, no longer.
pub(crate) fn finish(patience: Duration) {
    if let Some(streams) = detached() {
        streams.finish(patience, ADVICE.get().map_or("", String::as_str));
    }
}

/// Where logs are written to.
pub(crate) struct Log;

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        put(Stream::Err, Kind::Lines, String::from_utf8_lossy(text).into_owned());
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether stderr takes colours.
pub(crate) fn colour_on_stderr() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}

/// What the service said, without what could steer a terminal.
pub(crate) fn harmless(said: &str) -> String {
    said.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

const RED: anstyle::Style = anstyle::AnsiColor::Red.on_default().bold();
const GREEN: anstyle::Style = anstyle::AnsiColor::Green.on_default();
const DIM: anstyle::Style = anstyle::Style::new().dimmed();

/// A status in its colour.
pub(crate) fn coloured(status: &str) -> String {
    let style = match status {
        "success" => GREEN,
        "failure" | "unknown" | "expired" => RED,
        _ => DIM,
    };
    format!("{style}{}{style:#}", harmless(status))
}

/// What is known of a call, as one line of JSON; the names are those of the documentation, and none is ever left out.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    pub(crate) call_sid: Option<&'a CallSid>,
    pub(crate) status: Option<&'a CallStatus>,
    pub(crate) reason: &'a str,
    pub(crate) placement: Option<Placement>,
    pub(crate) attempts: Option<u32>,
    pub(crate) correlation_id: Option<&'a str>,
}

impl<'a> Row<'a> {
    pub(crate) fn placed(placed: &'a Completed<Placed>) -> Self {
        Self {
            call_sid: Some(&placed.value.call_sid),
            status: placed.value.status.as_ref(),
            reason: "",
            placement: Some(Placement::Placed),
            attempts: Some(placed.attempts),
            correlation_id: placed.correlation_id.as_deref(),
        }
    }

    pub(crate) fn read(call_sid: &'a CallSid, read: &'a Completed<Reading>) -> Self {
        Self {
            call_sid: Some(call_sid),
            status: Some(&read.value.status),
            reason: &read.value.reason,
            placement: None,
            attempts: Some(read.attempts),
            correlation_id: read.correlation_id.as_deref(),
        }
    }

    pub(crate) fn changed(call_sid: &'a CallSid, change: &'a StatusChange, attempts: Option<u32>) -> Self {
        Self {
            call_sid: Some(call_sid),
            status: Some(&change.status),
            reason: &change.reason,
            placement: attempts.map(|_| Placement::Placed),
            attempts,
            correlation_id: None,
        }
    }

    pub(crate) fn ended(end: &'a CallEnd) -> Self {
        let attempts = (end.attempts > 0).then_some(end.attempts);
        Self {
            call_sid: Some(&end.call_sid),
            status: Some(&end.status),
            reason: &end.reason,
            placement: attempts.map(|_| Placement::Placed),
            attempts,
            correlation_id: end.correlation_id.as_deref(),
        }
    }

    /// The same for people.
    pub(crate) fn sentence(&self) -> String {
        let sid = self.call_sid.map_or("", CallSid::as_str);
        let status = self.status.map_or_else(|| "placed".to_owned(), |status| coloured(status.as_str()));
        let reason =
            if self.reason.is_empty() { String::new() } else { format!("  {}", harmless(self.reason)) };
        let attempts = match self.attempts {
            Some(attempts) if attempts > 1 => format!("  {DIM}{attempts} attempts{DIM:#}"),
            Some(_) | None => String::new(),
        };
        format!("{sid}  {status}{reason}{attempts}")
    }
}
