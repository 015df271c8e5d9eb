//! Following a call to its end, with what happens on the way.

use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use polyai_outbound::{CallEvent, CallEvents, CallSid};
use std::time::Duration;

use crate::args::Global;
use crate::call::interruption;
use crate::failure::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::output::{Output, Row};

/// Prints every change until the call has ended; Ctrl-C stops following.
pub(crate) async fn to_the_end(
    mut events: CallEvents,
    global: &Global,
    output: Output,
) -> Result<Exit, Failure> {
    let handle = events.handle();
    let waiting = Waiting::new(output);
    let mut known: (Option<CallSid>, Option<u32>) = (events.snapshot().map(|it| it.call_sid), None);
    let placed_elsewhere = known.0.is_some();
    let interrupted = interrupted();
    tokio::pin!(interrupted);
    loop {
        let event = tokio::select! {
            event = events.next() => event,
            () = &mut interrupted => {
                let placement = (!placed_elsewhere).then(|| handle.placement());
                return Err(interruption(global, known.0, placement));
            }
        };
        match event {
            Some(CallEvent::Placed(placed)) => {
                known = (Some(placed.value.call_sid.clone()), Some(placed.attempts));
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
                retry.code,
                retry.after.as_secs_f64()
            )),
            Some(CallEvent::Regression(status)) => {
                waiting
                    .note(format_args!("the service answered `{status}`, which cannot follow; not believed"));
            }
            Some(CallEvent::Ended(Ok(end))) => {
                let row = Row::ended(&end);
                waiting.say(row.sentence(), &row);
                return Ok(Exit::of_end(&end.status));
            }
            Some(CallEvent::Ended(Err(error))) => return Err(error.into()),
            None => return Ok(Exit::Unknown),
        }
    }
}

/// A spinner on a terminal, so that a person sees that something is waited for; it steps aside for what is printed.
struct Waiting {
    output: Output,
    bar: ProgressBar,
}

impl Waiting {
    fn new(output: Output) -> Self {
        let bar = if output.json { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        if let Ok(style) = ProgressStyle::with_template(
            "{spinner} following, {elapsed}; Ctrl-C stops following, not the call",
        ) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { output, bar }
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
