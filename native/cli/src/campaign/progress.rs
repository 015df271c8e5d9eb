//! How far a campaign is while it runs: lines that move on a terminal, a line every few seconds elsewhere, an object for
//! programs.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{BreakerState, Command, Runner, State, WaitRule, Waiting};
use serde_json::{Value, json};

use super::breaker;
use super::events::per_second;
use super::moment::{here, rfc3339, span};
use super::words::many;
use crate::output::Output;

/// How often a line is printed where none can move.
const EVERY: Duration = Duration::from_secs(10);
/// Over how long the rate is measured.
const MEASURED: Duration = Duration::from_secs(30);

/// What the database knows: how many are in which state, and what the scheduled wait for.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) tally: BTreeMap<State, u64>,
    pub(super) waiting: Vec<Waiting>,
}

impl Look {
    pub(super) fn total(&self) -> u64 {
        self.tally.values().sum()
    }

    pub(super) fn in_state(&self, state: State) -> u64 {
        self.tally.get(&state).copied().unwrap_or_default()
    }

    fn done(&self) -> u64 {
        self.tally.iter().filter(|(state, _)| state.is_terminal()).map(|(_, count)| count).sum()
    }

    /// `9 succeeded, 2 failed`: all that have ended.
    pub(super) fn ended(&self) -> String {
        let parts: Vec<_> = self
            .tally
            .iter()
            .filter(|(state, count)| state.is_terminal() && **count > 0)
            .map(|(state, count)| format!("{count} {}", words(*state)))
            .collect();
        parts.join(", ")
    }
}

/// A state as it stands in a sentence.
pub(super) fn words(state: State) -> String {
    state.as_str().replace('_', " ")
}

/// What is waited for, in words that follow a number of recipients.
const fn what_for(rule: Option<WaitRule>) -> &'static str {
    match rule {
        None => "for their turn",
        Some(WaitRule::NotBefore) => "for the time that their row says",
        Some(WaitRule::Window) => "for a calling window",
        Some(WaitRule::Redial) => "to be called again",
        Some(WaitRule::Retry) => "to be tried again",
        Some(WaitRule::NumberCap) => "because their number was called as often as it may be",
        Some(WaitRule::SameNumber) => "for another row with their number",
        Some(WaitRule::RecentCall) => "because another campaign called their number recently",
        Some(WaitRule::ZoneUnknown | WaitRule::NoWindow) => "for a person's help",
    }
}

/// What a campaign is doing at a moment.
#[derive(Clone)]
pub(super) struct Moment<'a> {
    pub(super) look: &'a Look,
    pub(super) now: Timestamp,
    pub(super) in_flight: (usize, usize),
    pub(super) allowed: (f64, u32),
    /// Calls a second, as measured.
    pub(super) rate: f64,
    pub(super) command: Command,
    pub(super) drains: bool,
    pub(super) blocked: bool,
    /// Calls that last for so long that they are followed beside those in flight.
    pub(super) stuck: usize,
    /// What stops it while the service fails.
    pub(super) breaker: Option<&'a BreakerState>,
    /// Until when the service asks to be left alone.
    pub(super) asked_until: Option<Timestamp>,
}

impl Moment<'_> {
    fn done(&self) -> String {
        let ended = self.look.ended();
        let ended = if ended.is_empty() { String::new() } else { format!(" ({ended})") };
        format!("done {} of {}{ended}", self.look.done(), self.look.total())
    }

    fn flight(&self) -> String {
        let (in_flight, dialing) = self.in_flight;
        let dialing = if dialing == 0 { String::new() } else { format!(" ({dialing} being placed)") };
        let (rate, most) = self.allowed;
        let stuck = match self.stuck {
            0 => String::new(),
            stuck => {
                format!(", and {} beside them", many(stuck as u64, "that does not end", "that do not end"))
            }
        };
        let in_flight = in_flight.saturating_sub(self.stuck);
        format!(
            "in flight {in_flight}{dialing} of {most}{stuck}; {:.1} a second now, allowed {}",
            self.rate,
            per_second(rate)
        )
    }

    fn waiting(&self) -> String {
        let why = match (self.drains, self.command, self.blocked) {
            (true, ..) => "calling nobody any more; ",
            (_, Command::Pause, _) => "paused; ",
            (_, Command::Cancel, _) => "cancelled; ",
            (.., true) => "blocked; ",
            (false, Command::Run, false) => "",
        };
        let mut parts: Vec<_> = self.look.waiting.iter().map(|it| self.waits(it)).collect();
        let held = self.look.in_state(State::Held);
        if held > 0 {
            parts.push(format!("{held} held for a person's help"));
        }
        if parts.is_empty() {
            format!("{why}waiting: nobody")
        } else {
            format!("{why}waiting: {}", parts.join(", "))
        }
    }

    fn waits(&self, waiting: &Waiting) -> String {
        let Waiting { rule, recipients, next } = *waiting;
        let until = match rule {
            None => String::new(),
            Some(_) if next <= self.now => " (some now)".to_owned(),
            Some(WaitRule::Window) => {
                format!(" (the next opens {}, in {})", here(next, self.now), span(next.since(self.now)))
            }
            Some(_) => format!(" (the next in {})", span(next.since(self.now))),
        };
        format!("{recipients} {}{until}", what_for(rule))
    }

    /// How long it takes to call all whose turn it is.
    fn to_go(&self) -> Option<Duration> {
        let due = self.look.waiting.iter().filter(|it| it.rule.is_none() || it.next <= self.now);
        let due: u64 = due.map(|it| it.recipients).sum();
        let rate = if self.rate > 0.05 { self.rate.min(self.allowed.0) } else { self.allowed.0 };
        let stands = self.drains
            || self.blocked
            || self.command != Command::Run
            || self.breaker.is_some()
            || self.asked_until.is_some();
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let seconds = due as f64 / rate;
        let time = Duration::try_from_secs_f64(seconds).ok();
        time.filter(|time| *time >= Duration::from_secs(1) && !stands)
    }

    /// Why nobody is dialed, or for how long there is something to do.
    fn finish(&self) -> String {
        match (self.breaker, self.asked_until, self.to_go()) {
            (Some(state), ..) => breaker::brief(state, self.now),
            (None, Some(until), _) => {
                format!("no calls: the service asks to wait until {}", here(until, self.now))
            }
            (None, None, Some(time)) => format!("to go: about {} for those whose turn it is", span(time)),
            (None, None, None) => String::new(),
        }
    }

    fn line(&self) -> String {
        let mut parts = vec![self.done(), self.flight(), self.waiting()];
        parts.extend(Some(self.finish()).filter(|it| !it.is_empty()));
        format!("{}  {}", here(self.now, self.now), parts.join("; "))
    }

    fn to_json(&self) -> Value {
        let states: BTreeMap<_, _> =
            self.look.tally.iter().map(|(state, count)| (state.as_str(), count)).collect();
        let waiting: Vec<_> = self
            .look
            .waiting
            .iter()
            .map(|it| {
                json!({
                    "rule": it.rule.map(WaitRule::as_str), "rows": it.recipients, "next_at": rfc3339(it.next),
                })
            })
            .collect();
        json!({
            "type": "progress",
            "at": rfc3339(self.now),
            "states": states,
            "waiting": waiting,
            "in_flight": self.in_flight.0,
            "being_placed": self.in_flight.1,
            "rate": self.rate,
            "allowed_rate": self.allowed.0,
            "allowed_in_flight": self.allowed.1,
            "command": self.command.as_str(),
            "drains": self.drains,
            "blocked": self.blocked,
            "stuck": self.stuck,
            "breaker": self.breaker.map(breaker::to_json),
            "asked_until": self.asked_until.map(rfc3339),
            "seconds_to_go": self.to_go().map(|it| it.as_secs()),
        })
    }
}

/// Where progress is shown.
pub(super) struct Board {
    output: Output,
    bars: Option<Bars>,
    told_at: Option<Instant>,
    /// When the last triggers left.
    dialed: VecDeque<Instant>,
    began: Instant,
}

struct Bars {
    all: MultiProgress,
    done: ProgressBar,
    lines: [ProgressBar; 3],
}

impl Bars {
    fn new(output: Output) -> Self {
        let all = MultiProgress::with_draw_target(output.draw_target());
        let line = |template: &str| {
            let bar = all.add(ProgressBar::new(0));
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        };
        let done = line("{bar:24} {wide_msg}");
        let lines = std::array::from_fn(|_| line("{wide_msg}"));
        Self { all, done, lines }
    }
}

impl Board {
    pub(super) fn new(output: Output) -> Self {
        Self {
            output,
            bars: output.live.then(|| Bars::new(output)),
            told_at: None,
            dialed: VecDeque::new(),
            began: Instant::now(),
        }
    }

    /// A trigger is about to leave.
    pub(super) fn dials(&mut self) {
        self.dialed.push_back(Instant::now());
    }

    fn rate(&mut self) -> f64 {
        while self.dialed.front().is_some_and(|at| at.elapsed() > MEASURED) {
            self.dialed.pop_front();
        }
        let over = self.began.elapsed().clamp(Duration::from_secs(1), MEASURED);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let count = self.dialed.len() as f64;
        count / over.as_secs_f64()
    }

    /// Shows where the campaign is, if it is time to.
    pub(super) fn show(&mut self, look: &Look, now: Timestamp, runner: &Runner, drains: bool, blocked: bool) {
        let moment = Moment {
            look,
            now,
            in_flight: runner.in_flight(),
            allowed: runner.allowed(),
            rate: self.rate(),
            command: runner.command(),
            drains,
            blocked,
            stuck: runner.stuck(),
            breaker: runner.breaker(),
            asked_until: runner.asked_until(),
        };
        if let Some(bars) = &self.bars {
            if self.output.is_blocked() {
                return;
            }
            bars.done.set_length(look.total().max(1));
            bars.done.set_position(look.done());
            bars.done.set_message(moment.done());
            for (bar, text) in bars.lines.iter().zip([moment.flight(), moment.waiting(), moment.finish()]) {
                bar.set_message(text);
            }
        } else if self.told_at.is_none_or(|told| told.elapsed() >= EVERY) {
            self.told_at = Some(Instant::now());
            self.output.progress(moment.line());
            if self.output.json {
                self.output.say("", &moment.to_json());
            }
        }
    }

    /// The next chance to show it is taken.
    pub(super) fn show_soon(&mut self) {
        self.told_at = None;
    }

    /// What people must know at once.
    pub(super) fn note(&self, text: impl std::fmt::Display) {
        self.aside(|| self.output.note(text));
    }

    /// An object for programs.
    pub(super) fn tell(&self, value: &Value) {
        if self.output.json {
            self.output.say("", value);
        }
    }

    fn aside(&self, print: impl FnOnce()) {
        match &self.bars {
            // Not by its `suspend`, which panics when the terminal is gone.
            Some(bars) => {
                let _ = bars.all.clear();
                print();
                bars.done.tick();
            }
            None => print(),
        }
    }
}

/// What moved makes way for the end.
impl Drop for Board {
    fn drop(&mut self) {
        if let Some(bars) = &self.bars {
            let _ = bars.all.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> Look {
        let now = Timestamp::from_millis(1_795_622_400_000);
        Look {
            tally: [(State::Succeeded, 9), (State::StatusLost, 1), (State::Scheduled, 30), (State::Held, 2)]
                .into(),
            waiting: vec![
                Waiting { rule: None, recipients: 20, next: now },
                Waiting {
                    rule: Some(WaitRule::Redial),
                    recipients: 10,
                    next: now + Duration::from_secs(600),
                },
            ],
        }
    }

    #[test]
    fn a_line_says_what_is_done_in_flight_and_waited_for() {
        let now = Timestamp::from_millis(1_795_622_400_000);
        let moment = Moment {
            look: &look(),
            now,
            in_flight: (8, 2),
            allowed: (2.0, 10),
            rate: 1.0,
            command: Command::Run,
            drains: false,
            blocked: false,
            stuck: 0,
            breaker: None,
            asked_until: None,
        };
        let line = moment.line();
        for said in [
            "done 10 of 42 (9 succeeded, 1 status lost)",
            "in flight 8 (2 being placed) of 10; 1.0 a second now, allowed 2.0 calls a second",
            "waiting: 20 for their turn, 10 to be called again (the next in 10 min), 2 held for a person's help",
            "to go: about 20 s for those whose turn it is",
        ] {
            assert!(line.contains(said), "{said}: {line}");
        }
        let stuck = Moment { stuck: 3, ..moment.clone() };
        assert!(
            stuck.line().contains("in flight 5 (2 being placed) of 10, and 3 that do not end beside them; "),
            "{}",
            stuck.line()
        );
        let asked = Moment { asked_until: Some(now + Duration::from_secs(600)), ..moment.clone() };
        assert!(asked.line().contains("no calls: the service asks to wait until "), "{}", asked.line());
        let state = BreakerState {
            phase: polyai_outbound::campaign::BreakerPhase::Open,
            since: now,
            why: "Cannot reach http://localhost".to_owned(),
            triggers: 5,
            reads: 0,
            unknown: 0,
            probes: 0,
            next_probe_at: Some(now + Duration::from_secs(5)),
            next_probe: None,
        };
        let open = Moment { breaker: Some(&state), ..moment.clone() };
        assert!(
            open.line().contains("tried again in 5 s by one call: Cannot reach http://localhost")
                && !open.line().contains("to go"),
            "{}",
            open.line()
        );
        assert_eq!(open.to_json()["breaker"]["phase"], "open");
        let paused = Moment { command: Command::Pause, ..moment };
        assert!(
            paused.line().contains("paused; waiting: ") && !paused.line().contains("to go"),
            "{}",
            paused.line()
        );
    }
}
