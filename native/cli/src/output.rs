//! What is printed: for people, or as JSON lines. stdout holds what was asked for, stderr all else.

use std::fmt::Display;
use std::io::Write;

use indicatif::ProgressDrawTarget;
use polyai_outbound::{CallEnd, CallSid, CallStatus, Completed, Placed, Placement, Reading, StatusChange};
use serde::Serialize;

use crate::failure::Failure;

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
        if self.json {
            self.print(&format!("{}\n", serde_json::to_string(for_programs).unwrap_or_default()));
        } else {
            self.print(&format!("{for_people}\n"));
        }
    }

    /// Text on stdout. If nobody reads there any more it goes to stderr: the SID of a call that was placed must not get
    /// lost.
    pub(crate) fn print(self, text: &str) {
        if self.write(text).is_err() {
            self.note(text.trim_end());
        }
    }

    /// Text that is for stdout and of no use elsewhere.
    pub(crate) fn write(self, text: &str) -> std::io::Result<()> {
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// What only people want to know.
    pub(crate) fn note(self, text: impl Display) {
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// Why a command did not do what it was asked.
    pub(crate) fn fail(self, failure: &Failure) {
        if self.json {
            self.say("", &failure.to_json());
        }
        self.note(format_args!("{RED}error{RED:#}: {failure}"));
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
