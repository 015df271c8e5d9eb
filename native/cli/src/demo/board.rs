//! Live progress of the demo: a line for each call on a terminal, a line for each change elsewhere.

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::line::Line;
use crate::output::{Output, colour_on_stderr, coloured};

pub(super) struct Board {
    output: Output,
    bars: Option<MultiProgress>,
    started: Instant,
}

pub(super) struct Bar {
    output: Output,
    bar: Option<ProgressBar>,
    started: Instant,
}

impl Board {
    pub(super) fn new(output: Output) -> Self {
        let bars = output.live.then(MultiProgress::new);
        Self { output, bars, started: Instant::now() }
    }

    pub(super) fn line(&self, number: &str) -> Bar {
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            bar.set_message(number.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Bar { output: self.output, bar, started: self.started }
    }
}

/// What moved makes way for the table.
impl Drop for Board {
    fn drop(&mut self) {
        if let Some(bars) = &self.bars {
            let _ = bars.clear();
        }
    }
}

impl Bar {
    pub(super) fn show(&self, number: &str, what: &str) {
        match &self.bar {
            Some(bar) if colour_on_stderr() => bar.set_message(format!("{number}  {what}")),
            Some(bar) => bar.set_message(format!("{number}  {}", anstream::adapter::strip_str(what))),
            None => {
                let seconds = self.started.elapsed().as_secs_f64();
                self.output.note(format_args!("{seconds:5.1} s  {number}  {what}"));
            }
        }
    }

    pub(super) fn end(&self, line: &Line) {
        let reason = line.reason();
        let gap = if reason.is_empty() { "" } else { "  " };
        self.show(&line.number, &format!("{}{gap}{reason}", coloured(line.status())));
        if let Some(bar) = &self.bar {
            bar.finish();
        }
    }
}
