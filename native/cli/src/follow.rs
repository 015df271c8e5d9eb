//! Following a call to its end, with what happens on the way.

use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use polyai_outbound::{CallEvent, CallEvents, CallSid, ErrorCode};
use tokio::time::Sleep;

use crate::args::Global;
use crate::call::interruption;
use crate::failure::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::output::{Output, Row, coloured};
use crate::settings;

/// How long a person looks at a call that was placed without hearing more of it. Its status is first read after two
/// seconds, and the service may not show it yet.
const PATIENCE: Duration = Duration::from_secs(3);

/// Prints every change until the call has ended; Ctrl-C stops following.
pub(crate) async fn to_the_end(
    mut events: CallEvents,
    global: &Global,
    output: Output,
) -> Result<Exit, Failure> {
    let handle = events.handle();
    let waiting = Waiting::new(output, "triggering");
    let mut known: (Option<CallSid>, Option<u32>) = (events.snapshot().map(|it| it.call_sid), None);
    let placed_elsewhere = known.0.is_some();
    if placed_elsewhere {
        waiting.is_following();
    }
    let interrupted = interrupted();
    tokio::pin!(interrupted);
    let mut patience: Option<Pin<Box<Sleep>>> = None;
    loop {
        let event = tokio::select! {
            event = events.next() => event,
            () = over(&mut patience) => {
                patience = None;
                if events.snapshot().is_some_and(|known| known.seen_at.is_none()) {
                    waiting.note("no status of the call yet, as may be just after its trigger; reading on");
                }
                continue;
            }
            () = &mut interrupted => {
                let placement = (!placed_elsewhere).then(|| handle.placement());
                return Err(interruption(global, known.0, placement));
            }
        };
        match event {
            Some(CallEvent::Placed(placed)) => {
                known = (Some(placed.value.call_sid.clone()), Some(placed.attempts));
                patience = Some(Box::pin(tokio::time::sleep(PATIENCE)));
                waiting.is_following();
                let row = Row::placed(&placed);
                waiting.say(row.sentence(), &row);
            }
            Some(CallEvent::Status(change)) if !change.status.is_terminal() => {
                if let Some(sid) = &known.0 {
                    let row = Row::changed(sid, &change, known.1);
                    waiting.say(row.sentence(), &row);
                }
            }
            // The end is told whole by the event that follows.
            Some(CallEvent::Status(_)) => {}
            Some(CallEvent::Retrying(retry)) => waiting.note(format_args!(
                "{}; trying again in {:.1} s",
                retry.code.sentence(),
                retry.after.as_secs_f64()
            )),
            Some(CallEvent::Regression(status)) => waiting.note(format_args!(
                "the service answered {}, which cannot follow; not believed",
                coloured(status.as_str())
            )),
            Some(CallEvent::Ended(Ok(end))) => {
                let row = Row::ended(&end);
                waiting.say(row.sentence(), &row);
                return Ok(Exit::of_end(&end.status));
            }
            Some(CallEvent::Ended(Err(error))) => {
                if let Some(sid) = known.0.filter(|_| may_be_read_again(error.code())) {
                    let command = settings::resume_command(global, sid.as_str());
                    waiting.note(format_args!("go on following it with: {command}"));
                }
                return Err(error.into());
            }
            None => return Ok(Exit::Unknown),
        }
    }
}

/// Resolves when the time is over; never if there is none.
async fn over(time: &mut Option<Pin<Box<Sleep>>>) {
    match time {
        Some(time) => time.await,
        None => std::future::pending().await,
    }
}

/// Whether a later reading may tell more than this error did.
const fn may_be_read_again(code: ErrorCode) -> bool {
    !matches!(code, ErrorCode::NotFound | ErrorCode::Expired)
}

/// A spinner on a terminal, so that a person sees that something is waited for; it steps aside for what is printed.
pub(crate) struct Waiting {
    output: Output,
    bar: ProgressBar,
}

impl Waiting {
    pub(crate) fn new(output: Output, what_for: &'static str) -> Self {
        let bar = if output.live {
            ProgressBar::with_draw_target(None, output.draw_target())
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        bar.set_message(what_for);
        if output.live {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { output, bar }
    }

    /// Says something else about what is waited for.
    pub(crate) fn show(&self, what_for: String) {
        self.bar.set_message(what_for);
    }

    fn is_following(&self) {
        self.bar.set_message("following; Ctrl-C stops following, not the call");
    }

    fn say(&self, for_people: impl std::fmt::Display, for_programs: &impl serde::Serialize) {
        self.bar.suspend(|| self.output.say(for_people, for_programs));
    }

    fn note(&self, text: impl std::fmt::Display) {
        self.bar.suspend(|| self.output.note(text));
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
