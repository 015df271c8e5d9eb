//! What happened last, for people to read; kept only where somebody wants to know.

use std::collections::VecDeque;

use crate::clock::Clock;

/// What happened last.
#[derive(Debug, Default)]
pub struct Trace {
    kept: usize,
    lines: VecDeque<String>,
}

impl Trace {
    /// One that keeps so many lines.
    #[must_use]
    pub const fn new(kept: usize) -> Self {
        Self { kept, lines: VecDeque::new() }
    }

    /// Something happened.
    pub fn add(&mut self, clock: &Clock, what: impl FnOnce() -> String) {
        if self.kept > 0 {
            if self.lines.len() == self.kept {
                self.lines.pop_front();
            }
            let told = clock.told().as_millis();
            let (seconds, millis) = (told / 1_000 % 86_400, told % 1_000);
            let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
            self.lines.push_back(format!(
                "{hours:02}:{minutes:02}:{:02}.{millis:03} {}",
                seconds % 60,
                what()
            ));
        }
    }

    /// The lines, the oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}
