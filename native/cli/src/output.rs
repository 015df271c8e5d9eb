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
use polyai_outbound::core::printable;
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
            json_line(for_programs).unwrap_or_else(|_| "\n".to_owned())
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

/// What may turn out badly later, though the command goes on.
pub(crate) fn warn(text: impl Display) {
    put(Stream::Err, Kind::Last, format!("warning: {text}\n"));
}

/// The streams, if nobody waits for them.
fn detached() -> Option<&'static Streams> {
    STREAMS.get().filter(|_| DETACHED.load(Ordering::Acquire))
}

fn put(stream: Stream, kind: Kind, text: String) {
    let text = unsteering(text);
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

/// What others said, on one line and without what could steer a terminal or hide and reorder what stands there.
pub(crate) fn harmless(said: &str) -> String {
    said.chars().filter_map(printable).collect()
}

/// A value as one line of JSON. What is not to be printed is escaped, which changes nothing for who reads it as JSON.
pub(crate) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    let mut line = escaped(&serde_json::to_string(value)?);
    line.push('\n');
    Ok(line)
}

/// JSON with an escape for every character in its strings that is not to be printed.
pub(crate) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 1);
    for it in json.chars() {
        if it == '\n' || printable(it) == Some(it) {
            out.push(it);
        } else {
            out.extend(it.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

/// Lines that are to be printed, without what steers a terminal but for colours. What others said is
/// [`harmless`] before it comes here; this is for what was forgotten, names of files say.
fn unsteering(text: String) -> String {
    if text.chars().all(|it| it == '\n' || printable(it) == Some(it)) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(it) = rest.chars().next() {
        let (taken, after) = rest.split_at(colour_at(rest).unwrap_or(it.len_utf8()));
        match it {
            '\n' | '\t' => out.push(it),
            _ if taken.len() > it.len_utf8() => out.push_str(taken),
            _ => out.extend(printable(it)),
        }
        rest = after;
    }
    out
}

/// How long the change of colour is that the text begins with.
fn colour_at(text: &str) -> Option<usize> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let end = codes.find(|it: char| !it.is_ascii_digit() && it != ';')?;
    codes.get(end..)?.starts_with('m').then_some("\u{1b}[".len() + end + 1)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_said_is_one_line_that_neither_steers_hides_nor_reorders() {
        for (said, shown) in [
            ("\u{1b}]0;title\u{7}", " ]0;title "),
            ("\u{9b}31mred", " 31mred"),
            ("ring \u{202e}8210\u{202c} now", "ring 8210 now"),
            ("\u{2067}a\u{2069}\u{200f}", "a"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("line\u{2028}line", "line line"),
        ] {
            assert_eq!(harmless(said), shown);
        }
    }

    #[test]
    fn lines_keep_their_colours_and_lose_every_other_order() {
        for (said, printed) in [
            ("a\tb\n", "a\tb\n"),
            ("\u{1b}[1m\u{1b}[31mred\u{1b}[0m\n", "\u{1b}[1m\u{1b}[31mred\u{1b}[0m\n"),
            ("\u{1b}[2J\u{1b}[31;1mred\u{1b}[0m", " [2J\u{1b}[31;1mred\u{1b}[0m"),
            ("\u{1b}]8;;http://x\u{7}y", " ]8;;http://x y"),
            ("\u{1b}", " "),
            ("\u{1b}[", " ["),
            ("\u{1b}[31", " [31"),
            ("50\r60", "50 60"),
            ("file\u{202e}vsc.\u{1b}[1A", "filevsc. [1A"),
        ] {
            assert_eq!(unsteering(said.to_owned()), printed, "{said:?}");
        }
    }

    #[test]
    fn json_reads_as_before_and_holds_nothing_that_steers() {
        for said in [
            "\u{9b}2J\u{7f}",
            "\u{202e}\u{2066}x",
            "\u{e0041}",
            "é 😀 山田",
            "\u{1b}\n\t\"\\",
            "\u{2028}\u{feff}",
        ] {
            let line = json_line(&said).unwrap();
            let text = line.strip_suffix('\n').unwrap();
            assert!(text.chars().all(|it| printable(it) == Some(it)), "{text:?}");
            assert_eq!(serde_json::from_str::<String>(text).unwrap(), said);
        }
    }
}
