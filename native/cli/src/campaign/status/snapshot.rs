//! Where a campaign stands at one moment: for people, for programs, and in one line.

use std::collections::BTreeMap;

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{Command, Options, State, SuppressionBlock, WaitRule, Waiting};
use serde_json::{Map, Value, json};

use crate::campaign::control::since;
use crate::campaign::events::per_second;
use crate::campaign::found::{AtWork, Found};
use crate::campaign::moment::{rfc3339, span};
use crate::campaign::words::{
    begun, list, many, meaning, paragraphs, reason_now, rows, share, table, utc, waits_for,
};
use crate::campaign::{blocks, breaker};
use crate::failure::Failure;
use crate::output::harmless;

#[derive(Debug)]
pub(super) struct Snapshot {
    at: Timestamp,
    runner: AtWork,
    tally: BTreeMap<State, u64>,
    /// What the scheduled wait for, and why the first of each is not called yet.
    waiting: Vec<(Waiting, String)>,
    held: Vec<(Option<WaitRule>, u64)>,
    /// Calls that last for so long that they no longer count as in flight.
    stuck: u64,
    /// Suppression lists by which nobody is called.
    blocks: Vec<SuppressionBlock>,
}

impl Snapshot {
    pub(super) async fn take(found: &mut Found) -> Result<Self, Failure> {
        let (id, database) = (found.campaign.id, &mut found.database);
        let tally = database.tally(id).await?;
        let mut waiting = Vec::new();
        for it in database.waiting(id).await? {
            let why = database.first_reason(id, it.rule).await?.unwrap_or_default();
            waiting.push((it, reason_now(&harmless(&why), found.campaign.command)));
        }
        let held = database.held(id).await?;
        let stuck_after =
            found.kept().map_or(Options::default().stuck_after, |kept| kept.calling.stuck_after);
        let stuck = found.database.stuck(id, found.now - stuck_after).await?;
        let blocks = found.database.suppression_blocks(id).await?;
        Ok(Self { at: found.now, runner: found.runner(), tally, waiting, held, stuck, blocks })
    }

    /// What stops it while the service fails, in a sentence without its end.
    fn breaker(&self, found: &Found) -> Option<String> {
        let state = found.campaign.breaker.as_ref().filter(|_| !self.is_over(found))?;
        let command = found.campaign.command;
        breaker::standing(state, command, self.runner.is_yes(), self.at, &found.command("resume"))
    }

    /// Those that matter still.
    fn blocks(&self, found: &Found) -> &[SuppressionBlock] {
        if self.is_over(found) { &[] } else { &self.blocks }
    }

    fn count(&self, state: State) -> u64 {
        self.tally.get(&state).copied().unwrap_or_default()
    }

    fn sum(&self, which: impl Fn(State) -> bool) -> u64 {
        self.tally.iter().filter(|(state, _)| which(**state)).map(|(_, count)| count).sum()
    }

    fn total(&self) -> u64 {
        self.sum(|_| true)
    }

    fn done(&self) -> u64 {
        self.sum(State::is_terminal)
    }

    fn in_flight(&self) -> u64 {
        self.count(State::Dialing) + self.count(State::InProgress)
    }

    /// Whether nothing more happens by itself.
    pub(super) fn is_over(&self, found: &Found) -> bool {
        found.campaign.imported && self.done() + self.count(State::Held) == self.total()
    }

    /// What it does now, in a word or some.
    fn doing(&self, found: &Found) -> String {
        let campaign = &found.campaign;
        match campaign.command {
            _ if self.is_over(found) && self.count(State::Held) > 0 => {
                format!(
                    "done but for {}",
                    many(self.count(State::Held), "row that is held", "rows that are held")
                )
            }
            _ if self.is_over(found) => "done".to_owned(),
            Command::Cancel => format!("cancelled{}", since(found)),
            Command::Pause => format!("paused{}", since(found)),
            Command::Run if !campaign.imported => "its list is not read to its end".to_owned(),
            Command::Run if self.runner.is_yes() => "running".to_owned(),
            Command::Run => "not running".to_owned(),
        }
    }

    /// All of it for people.
    pub(super) fn text(&self, found: &Found) -> String {
        let total = self.total();
        let states = State::ALL.into_iter().filter(|state| self.count(*state) > 0).map(|state| {
            let count = self.count(state);
            [state.to_string(), count.to_string(), share(count, total), meaning(state).to_owned()]
        });
        let states = if total == 0 {
            "no rows".to_owned()
        } else {
            table(["state", "rows", "share", ""], states, &[1, 2])
        };
        paragraphs([
            format!("campaign {}: {}", found.name(), self.doing(found)),
            self.breaker(found).map(|it| format!("{}.", begun(&it))).unwrap_or_default(),
            self.blocks(found)
                .iter()
                .map(|it| begun(&blocks::told(found, it)))
                .collect::<Vec<_>>()
                .join("\n"),
            list(self.facts(found)),
            states,
            self.waits(),
            self.next(found),
        ])
    }

    fn facts(&self, found: &Found) -> Vec<(&'static str, String)> {
        let campaign = &found.campaign;
        let mut left_out = vec![rows(campaign.recipients)];
        for (count, what) in
            [(campaign.refused, "refused"), (campaign.duplicate_rows, "left out as duplicates")]
        {
            if count > 0 {
                left_out.push(format!("{count} {what}"));
            }
        }
        let read = if campaign.imported {
            String::new()
        } else {
            format!(", read up to line {}", campaign.lines_done)
        };
        let mut facts = vec![
            ("list", format!("{}{read}: {}", harmless(&campaign.source.file), left_out.join(", "))),
            ("service", harmless(&campaign.service)),
            ("runner", self.runner.sentence()),
        ];
        let Some(kept) = found.kept() else {
            facts.push(("options", "written by another version of this program".to_owned()));
            return facts;
        };
        let options = kept.calling;
        let mut windows = options.windows.to_string();
        match options.windows.holidays().count() {
            0 => {}
            days => windows.push_str(&format!("; not on {}", many(days as u64, "holiday", "holidays"))),
        }
        if options.windows.reason().is_none() && !options.window_margin.is_zero() {
            windows.push_str(&format!("; nobody is called in their last {}", span(options.window_margin)));
        }
        facts.push(("windows", harmless(&windows)));
        if let Some(until) = options.until {
            facts.push(("until", utc(until)));
        }
        let pace = options.pace;
        facts.push(("pace", format!("{}, {} at a time", per_second(pace.rate), pace.max_in_flight)));
        let rules: Vec<String> = options.redial.iter().map(ToString::to_string).collect();
        let rules = if rules.is_empty() { "none".to_owned() } else { rules.join(", ") };
        facts.push((
            "redials",
            harmless(&format!(
                "{rules}; {} of a row, {} of a number in 24 hours",
                many(options.max_attempts.into(), "call", "calls"),
                options.max_per_number
            )),
        ));
        if self.stuck > 0 {
            let calls = many(self.stuck, "call", "calls");
            let span = span(options.stuck_after);
            facts.push(("stuck", format!("{calls} placed over {span} ago, followed beside those in flight")));
        }
        if !kept.suppress.is_empty() {
            facts.push(("suppressed", harmless(&kept.suppress.join(", "))));
        }
        facts
    }

    fn waits(&self) -> String {
        let scheduled = self.waiting.iter().map(|(it, why)| {
            let next = if it.next <= self.at { "now".to_owned() } else { utc(it.next) };
            [waits_for(it.rule).to_owned(), it.recipients.to_string(), next, why.clone()]
        });
        let held = self.held.iter().map(|(rule, count)| {
            let help = "give the row's time_zone in a list of its own".to_owned();
            [waits_for(*rule).to_owned(), count.to_string(), "never".to_owned(), help]
        });
        let all: Vec<[String; 4]> = scheduled.chain(held).collect();
        if all.is_empty() {
            return String::new();
        }
        table(["waits for", "rows", "first", "why the first"], all, &[1])
    }

    /// What there is to do about it.
    fn next(&self, found: &Found) -> String {
        let mut next = Vec::new();
        if self.count(State::Unconfirmed) > 0 {
            next.push(format!(
                "of {} nobody knows whether the phone rang; look at them, then decide about each:\n  {}\n  {}",
                rows(self.count(State::Unconfirmed)),
                found.command("report"),
                found.command("resolve ROW --close succeeded --note TEXT")
            ));
        }
        let command = found.campaign.command;
        if !self.is_over(found) && command == Command::Pause {
            next.push(format!("it is paused; go on with: {}", found.command("resume")));
        }
        if !self.is_over(found) && !self.runner.is_yes() && command != Command::Cancel {
            let how = if command == Command::Pause { "then start it with" } else { "go on with" };
            next.push(format!("{how}: {}", found.run_command()));
        }
        next.join("\n")
    }

    /// In one line.
    pub(super) fn line(&self, found: &Found) -> String {
        let ended: Vec<String> = State::ALL
            .into_iter()
            .filter(|state| state.is_terminal() && self.count(*state) > 0)
            .map(|state| format!("{} {state}", self.count(state)))
            .collect();
        let ended = if ended.is_empty() { String::new() } else { format!(" ({})", ended.join(", ")) };
        let waiting: Vec<String> = self
            .waiting
            .iter()
            .map(|(it, _)| {
                let until =
                    if it.next <= self.at { String::new() } else { format!(" from {}", utc(it.next)) };
                format!("{} for {}{until}", it.recipients, waits_for(it.rule))
            })
            .collect();
        let waiting = if waiting.is_empty() { "0".to_owned() } else { waiting.join(", ") };
        let breaker = self.breaker(found).map(|it| format!(" ({it})")).unwrap_or_default();
        let blocked = if self.blocks(found).is_empty() { "" } else { " (blocked by a suppression list)" };
        format!(
            "{}{breaker}{blocked}: done {} of {}{ended}; in flight {}; waiting {waiting}",
            self.doing(found),
            self.done(),
            self.total(),
            self.in_flight()
        )
    }

    pub(super) fn to_json(&self, found: &Found) -> Value {
        let campaign = &found.campaign;
        let states: Map<String, Value> =
            State::ALL.into_iter().map(|it| (it.to_string(), json!(self.count(it)))).collect();
        let waiting: Vec<Value> = self
            .waiting
            .iter()
            .map(|(it, why)| {
                json!({
                    "rule": it.rule.map(WaitRule::as_str),
                    "rows": it.recipients,
                    "next_at": rfc3339(it.next),
                    "why": why,
                })
            })
            .collect();
        let held: Vec<Value> = self
            .held
            .iter()
            .map(|(rule, count)| json!({ "rule": rule.map(WaitRule::as_str), "rows": count }))
            .collect();
        json!({
            "campaign": campaign.name,
            "at": rfc3339(self.at),
            "database": found.database.path().display().to_string(),
            "created_at": rfc3339(campaign.created_at),
            "service": campaign.service,
            "command": {
                "command": campaign.command.as_str(),
                "at": campaign.command_at.map(rfc3339),
                "by": campaign.command_by,
            },
            "runner": self.runner.to_json(),
            "source": {
                "file": campaign.source.file,
                "size": campaign.source.size,
                "sha256": campaign.source_sha256,
                "import": if campaign.imported { "complete" } else { "importing" },
                "lines": campaign.lines_done,
                "rows": campaign.recipients,
                "refused": campaign.refused,
                "duplicates": campaign.duplicate_rows,
            },
            "options": serde_json::from_str::<Value>(&campaign.options).unwrap_or_default(),
            "rows": self.total(),
            "done": self.done(),
            "in_flight": self.in_flight(),
            "stuck": self.stuck,
            "blocked": self.blocks(found).iter().map(|it| blocks::to_json(found, it)).collect::<Vec<_>>(),
            "breaker": campaign.breaker.as_ref().map(breaker::to_json),
            "states": states,
            "waiting": waiting,
            "held": held,
            "over": self.is_over(found),
        })
    }
}
