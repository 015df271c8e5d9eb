//! `outbound campaign report`: what came of a campaign, by outcome, by reason, by zone.

mod collected;
mod zones;

use clap::Args;
use polyai_outbound::campaign::{Outcome, State};
use serde_json::{Map, Value, json};

use super::found::{Access, CampaignArgs, Found};
use super::moment::rfc3339;
use super::words::{brief, many, meaning, paragraphs, rows, share, shared_by, table, utc};
use crate::failure::{Exit, Failure};
use crate::output::{Output, harmless};
pub(crate) use collected::Report;

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) campaign: CampaignArgs,
}

pub(crate) async fn run(args: &ReportArgs, output: Output) -> Result<Exit, Failure> {
    let mut found = args.campaign.find(Access::Look).await?;
    let report = Report::of(&mut found).await?;
    output.say(report.text(&found), &report.to_json(&found));
    Ok(Exit::Done)
}

/// Zones with fewer rows than the first so many are told in one line.
const ZONES: usize = 25;

impl Report {
    /// For people.
    pub(crate) fn text(&self, found: &Found) -> String {
        let total = self.total();
        let open = total - self.sum(State::is_terminal);
        let open = if !found.campaign.imported {
            "the list is not read to its end yet".to_owned()
        } else if open == 0 {
            "all have ended".to_owned()
        } else {
            format!("{} not ended yet", many(open, "has", "have"))
        };
        paragraphs([
            format!("campaign {}: {}, {open}; {}", found.name(), rows(total), self.calls()),
            self.outcomes(),
            self.endings(),
            self.sentences(),
            self.by_zone(),
            self.redials(),
            self.shared(found),
            self.unsettled(found),
        ])
    }

    fn calls(&self) -> String {
        let count = |which: fn(Outcome) -> bool| {
            self.attempted.iter().filter(|(outcome, _)| which(*outcome)).map(|(_, count)| count).sum::<u64>()
        };
        let (rang, not) = (count(Outcome::may_have_rung), count(|it| !it.may_have_rung()));
        let not = if not == 0 { String::new() } else { format!(", {not} more that placed none") };
        format!("{}{not}", many(rang, "call", "calls"))
    }

    fn outcomes(&self) -> String {
        let total = self.total();
        let states = self.tally.iter().map(|(state, count)| {
            [state.to_string(), count.to_string(), share(*count, total), meaning(*state).to_owned()]
        });
        if total == 0 { String::new() } else { table(["outcome", "rows", "share", ""], states, &[1, 2]) }
    }

    /// Calls by what kind of ending the last one had.
    fn endings(&self) -> String {
        let kinds = self.endings.iter().filter(|it| it.state.is_terminal()).filter_map(|it| {
            let kind = it.disposition.as_deref().or(it.error.as_deref())?;
            Some([harmless(kind), it.state.to_string(), it.recipients.to_string()])
        });
        let kinds: Vec<_> = kinds.collect();
        if kinds.is_empty() { String::new() } else { table(["ending", "outcome", "rows"], kinds, &[2]) }
    }

    fn sentences(&self) -> String {
        let reasons = self
            .reasons
            .iter()
            .map(|it| [it.recipients.to_string(), it.state.to_string(), brief(&it.reason)]);
        if self.reasons.is_empty() {
            String::new()
        } else {
            table(["rows", "outcome", "most frequent reasons"], reasons, &[0])
        }
    }

    fn by_zone(&self) -> String {
        let told = |label: String, it: &zones::Counts| {
            let counts = [it.rows, it.succeeded, it.failed, it.other, it.open].map(|it| it.to_string());
            let [rows, succeeded, failed, other, open] = counts;
            [label, rows, succeeded, failed, other, open]
        };
        let zones = self.zones.most_first();
        let mut lines: Vec<_> =
            zones.iter().take(ZONES).map(|(zones, counts)| told(zones::label(zones), counts)).collect();
        if let Some(others) = zones.get(ZONES..).filter(|it| !it.is_empty()) {
            let sum = others.iter().fold(zones::Counts::default(), |sum, (_, it)| sum.plus(it));
            lines.push(told(format!("{} others", others.len()), &sum));
        }
        if lines.is_empty() {
            return String::new();
        }
        table(["zone", "rows", "succeeded", "failed", "other", "open"], lines, &[1, 2, 3, 4, 5])
    }

    fn redials(&self) -> String {
        let rules = self.redials.iter().map(|it| {
            [
                harmless(&it.rule),
                it.redials.to_string(),
                it.recipients.to_string(),
                format!("{} ({})", it.succeeded, share(it.succeeded, it.recipients)),
            ]
        });
        if self.redials.is_empty() {
            return String::new();
        }
        table(["redialed by", "calls", "rows", "then succeeded"], rules, &[1, 2, 3])
    }

    /// The alarm about call SIDs that are those of several calls.
    fn shared(&self, found: &Found) -> String {
        const SHOWN: usize = 20;
        if self.shared.is_empty() {
            return String::new();
        }
        let lines =
            self.shared.iter().take(SHOWN).map(|it| [harmless(&it.call_sid), brief(&shared_by(found, it))]);
        paragraphs([
            "The service answered the same call SID to several triggers: one of these calls alone can be followed, and the \
             other rows are unconfirmed. Tell the service's support."
                .to_owned(),
            table(["call SID", "answered to"], lines, &[]),
        ])
    }

    /// Those that nobody knows enough of, and what to do.
    fn unsettled(&self, found: &Found) -> String {
        if self.unsettled.is_empty() {
            return String::new();
        }
        let lines = self.unsettled.iter().map(|it| {
            let last = it.last.as_ref();
            [
                it.row.to_string(),
                it.external_id.as_deref().map(harmless).unwrap_or_default(),
                it.state.to_string(),
                last.map(|it| utc(it.dialed_at)).unwrap_or_default(),
                brief(&it.reason),
            ]
        });
        let unsettled = table(["row", "external_id", "state", "dialed", "reason"], lines, &[0]);
        let count = |state| self.tally.get(&state).copied().unwrap_or_default();
        let (unconfirmed, lost) = (count(State::Unconfirmed), count(State::StatusLost));
        let mut parts = vec![unsettled];
        let shown = self.unsettled.len() as u64;
        if unconfirmed + lost > shown {
            parts.push(format!(
                "and {} more: {}",
                unconfirmed + lost - shown,
                found.command("export --state unconfirmed,status_lost")
            ));
        }
        if unconfirmed > 0 {
            parts.push(format!(
                "Of {} nobody knows whether the phone rang, so it does not ring again by itself. Find out (ask the person, or \
                 look into the agent's conversations near that time), then close it or call again:\n  {}\n  {}",
                rows(unconfirmed),
                found.command("resolve ROW --close succeeded --note 'spoke to them'"),
                found.command("resolve ROW --redial --note 'they heard nothing'"),
            ));
        }
        if lost > 0 {
            parts.push(format!(
                "{} called, and the end of the call could not be read. For about two hours after the call every run reads it \
                 again, or at once:\n  {}\nElse close it when you have found out:\n  {}",
                many(lost, "row was", "rows were"),
                found.command("requeue --state status_lost"),
                found.command("resolve ROW --close failed --note 'nobody answered'"),
            ));
        }
        paragraphs(parts)
    }

    /// For programs.
    pub(crate) fn to_json(&self, found: &Found) -> Value {
        let states: Map<String, Value> = State::ALL
            .into_iter()
            .map(|it| (it.to_string(), json!(self.tally.get(&it).copied().unwrap_or_default())))
            .collect();
        let attempts: Map<String, Value> =
            self.attempted.iter().map(|(it, count)| (it.as_str().to_owned(), json!(count))).collect();
        let zones: Vec<Value> = self
            .zones
            .most_first()
            .into_iter()
            .map(|(zones, it)| {
                let names: Vec<_> = zones.iter().map(|zone| zone.name()).collect();
                json!({
                    "zones": names, "rows": it.rows, "succeeded": it.succeeded, "failed": it.failed, "other": it.other,
                    "open": it.open,
                })
            })
            .collect();
        let endings: Vec<Value> = self
            .endings
            .iter()
            .map(|it| {
                json!({
                    "state": it.state.as_str(),
                    "outcome": it.outcome.map(Outcome::as_str),
                    "disposition": it.disposition,
                    "error": it.error,
                    "rows": it.recipients,
                })
            })
            .collect();
        let reasons: Vec<Value> = self
            .reasons
            .iter()
            .map(|it| json!({ "state": it.state.as_str(), "reason": it.reason, "rows": it.recipients }))
            .collect();
        let redials: Vec<Value> = self
            .redials
            .iter()
            .map(|it| {
                json!({ "rule": it.rule, "calls": it.redials, "rows": it.recipients, "succeeded": it.succeeded })
            })
            .collect();
        let unsettled: Vec<Value> = self
            .unsettled
            .iter()
            .map(|it| {
                let last = it.last.as_ref();
                json!({
                    "row": it.row,
                    "external_id": it.external_id,
                    "state": it.state.as_str(),
                    "reason": it.reason,
                    "call_sid": last.and_then(|it| it.call_sid.as_ref()),
                    "dialed_at": last.map(|it| rfc3339(it.dialed_at)),
                    "correlation_id": last.and_then(|it| it.correlation_id.as_ref()),
                })
            })
            .collect();
        let shared: Vec<Value> = self
            .shared
            .iter()
            .map(|it| {
                let by = it.attempts.iter();
                let by: Vec<_> = by
                    .map(|it| json!({ "campaign": it.campaign, "row": it.row, "attempt": it.attempt }))
                    .collect();
                json!({ "call_sid": it.call_sid, "attempts": by })
            })
            .collect();
        json!({
            "campaign": found.campaign.name,
            "at": rfc3339(found.now),
            "rows": self.total(),
            "refused": found.campaign.refused,
            "duplicates": found.campaign.duplicate_rows,
            "states": states,
            "attempts": attempts,
            "endings": endings,
            "reasons": reasons,
            "zones": zones,
            "redials": redials,
            "shared_call_sids": shared,
            "unsettled": unsettled,
        })
    }
}
