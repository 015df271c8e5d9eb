//! `outbound campaign why`: the whole history of one row, and why it is not called yet.

mod clocks;
mod past;
mod present;

use clap::Args;
use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{History, WaitRule};
use serde_json::{Value, json};

use super::found::{Access, Found, WhichArgs};
use super::moment::rfc3339;
use super::rows_named::{Named, named};
use super::words::{begun, paragraphs, reason_now, table};
use crate::failure::{Exit, Failure};
use crate::output::{Output, harmless};
use clocks::Clocks;
use past::Event;
use present::Present;

#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    /// Which: a line of the list, a number as the list took it, or an external id. A number may stand in several rows.
    #[arg(value_name = "ROW|NUMBER|EXTERNAL_ID")]
    pub(crate) row: String,
    /// The country of a number that is written as dialed within it, if the list was read with none.
    #[arg(long, value_parser = super::args::country, value_name = "US")]
    pub(crate) country: Option<CountryCode>,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
}

pub(crate) async fn run(args: &WhyArgs, output: Output) -> Result<Exit, Failure> {
    let mut found = args.which.find(Access::Look).await?;
    let histories = named(&mut found, &args.row, args.country, Named::Anything).await?;
    if histories.is_empty() {
        // What was typed may be a number, so it is not repeated.
        return Err(Failure::NotFound(format!(
            "ROW|NUMBER|EXTERNAL_ID: no row of campaign {} is called so; expected a line of {} as an editor counts them, \
             a number as +14155550100 (a national one with --country), or an external_id; rows that were refused when the \
             list was read are in its file of rejects",
            found.name(),
            harmless(&found.campaign.source.file)
        )));
    }
    let zone_by = found.kept().map(|kept| kept.calling.zone_by).unwrap_or_default();
    for (nth, history) in histories.iter().enumerate() {
        let clocks = Clocks::of(&history.record, zone_by);
        let past = past::events(&found, history);
        let present = Present::of(&mut found, history, &clocks).await?;
        let gap = if nth == 0 { "" } else { "\n" };
        let text = text(&found, history, &clocks, &past, &present);
        output.say(format_args!("{gap}{text}"), &to_json(&found, history, &clocks, &past, &present));
    }
    Ok(Exit::Done)
}

fn text(found: &Found, history: &History, clocks: &Clocks, past: &[Event], present: &Present) -> String {
    let record = &history.record;
    let id = record.external_id.as_deref().map(|id| format!(", {}", harmless(id))).unwrap_or_default();
    let events = past.iter().map(|it| {
        // What a person decided begins with a name.
        let text = harmless(&it.text);
        let text = if it.by.is_some() { text } else { begun(&text) };
        [clocks.local(it.at), clocks.utc(it.at), text]
    });
    let reason = reason_now(&harmless(&record.reason), found.campaign.command);
    let mut now = vec![format!("Now {}: {reason}.", record.state)];
    now.extend(present.why.iter().map(|it| format!("- {}.", begun(it))));
    if let Some(change) = &present.change {
        now.push(format!("What would change that: {change}."));
    }
    paragraphs([
        format!(
            "row {} of campaign {}: {}{id}\n{}",
            record.row,
            found.name(),
            record.to_number.as_str(),
            clocks.sentence()
        ),
        table(["local time", "UTC", "what happened"], events, &[]),
        now.join("\n"),
    ])
}

fn to_json(found: &Found, history: &History, clocks: &Clocks, past: &[Event], present: &Present) -> Value {
    let record = &history.record;
    let events: Vec<Value> = past
        .iter()
        .map(|it| {
            json!({
                "at": rfc3339(it.at),
                "local": clocks.local(it.at),
                "kind": it.kind,
                "text": it.text,
                "by": it.by,
                "attempt": it.attempt,
                "correlation_id": it.correlation_id,
            })
        })
        .collect();
    let zones: Vec<_> = clocks.zones().iter().map(|zone| zone.name()).collect();
    json!({
        "campaign": found.campaign.name,
        "row": record.row,
        "external_id": record.external_id,
        "to_number": record.to_number.as_str(),
        "zones": zones,
        "history": events,
        "state": record.state.as_str(),
        "reason": record.reason,
        "due_at": record.due_at.map(rfc3339),
        "wait": record.wait.map(WaitRule::as_str),
        "attempts": record.tries.attempts,
        "dials": record.tries.dials,
        "why": present.why,
        "change": present.change,
    })
}
