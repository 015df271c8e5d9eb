//! Looking again every second: what moves on a terminal, a line for each change elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Snapshot;
use crate::campaign::found::Found;
use crate::campaign::moment::Clock;
use crate::campaign::words::clock;
use crate::failure::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::output::Output;

const AGAIN: Duration = Duration::from_secs(1);

pub(super) async fn watch(mut found: Found, output: Output) -> Result<Exit, Failure> {
    let mut interrupted = std::pin::pin!(interrupted());
    let mut shown = Shown::new(output);
    loop {
        let snapshot = Snapshot::take(&mut found).await?;
        shown.show(&snapshot, &found);
        if snapshot.is_over(&found) {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = &mut interrupted => break,
        }
        found.refresh().await?;
    }
    shown.end();
    Ok(Exit::Done)
}

/// What was shown last, and how.
struct Shown {
    output: Output,
    bar: Option<ProgressBar>,
    last: String,
}

impl Shown {
    fn new(output: Output) -> Self {
        let target = ProgressDrawTarget::stdout();
        let bar = (!output.json && !target.is_hidden()).then(|| {
            let bar = ProgressBar::with_draw_target(None, target);
            if let Ok(style) = ProgressStyle::with_template("{msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self { output, bar, last: String::new() }
    }

    fn show(&mut self, snapshot: &Snapshot, found: &Found) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}\n\nCtrl-C stops looking, not the campaign.", snapshot.text(found)));
            bar.tick();
            self.last = snapshot.text(found);
            return;
        }
        let line = snapshot.line(found);
        if line != self.last {
            let time = clock(Clock::default().now(), 0, "%H:%M:%S UTC");
            self.output.say(format_args!("{time}  {line}"), &snapshot.to_json(found));
            self.last = line;
        }
    }

    /// What was shown last stays, without what moved.
    fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
            self.output.print(&format!("{}\n", self.last));
        }
    }
}
