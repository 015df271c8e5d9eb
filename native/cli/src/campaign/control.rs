//! `outbound campaign pause | resume | cancel`: what a person wants of a campaign, from whichever terminal.

use std::path::{Path, PathBuf};

use clap::Args;
use polyai_outbound::campaign::{Command, State};
use serde_json::json;

use super::ask::{self, Answer};
use super::blocks;
use super::found::{Access, CampaignArgs, Found, who};
use super::kept::{Kept, is_same, whole};
use super::words::{many, utc};
use crate::failure::{Exit, Failure};
use crate::output::{Output, harmless};

#[derive(Debug, Args)]
pub(crate) struct PauseArgs {
    #[command(flatten)]
    pub(crate) campaign: CampaignArgs,
    /// Why, in a few words that are shown with it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    pub(crate) campaign: CampaignArgs,
    /// Believe a suppression list that has lost numbers, as it is now; may be given many times.
    #[arg(long, value_name = "FILE")]
    pub(crate) accept_shorter_suppression: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    pub(crate) campaign: CampaignArgs,
    /// Why, in a few words that are shown with it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Do not ask: cancel.
    #[arg(long)]
    pub(crate) yes: bool,
}

pub(crate) async fn pause(args: &PauseArgs, output: Output) -> Result<Exit, Failure> {
    let mut found = args.campaign.find(Access::Decide).await?;
    refuse_cancelled(&found)?;
    let counts = Counts::of(&mut found).await?;
    let (id, now) = (found.campaign.id, found.now);
    found.database.set_command(id, Command::Pause, &by(args.note.as_deref()), now).await?;
    let runner = found.runner();
    let mut said = format!("campaign {} is paused: nobody is called until it is resumed", found.name());
    if counts.in_flight > 0 && runner.is_yes() {
        said.push_str(&format!("; {}", followed(counts.in_flight)));
    }
    said.push_str(&format!("\n{}", runner.sentence()));
    said.push_str(if runner.is_yes() {
        ", and learns of it within a second"
    } else {
        "; one that is started waits until it is resumed"
    });
    if counts.open == 0 && found.campaign.imported {
        said.push_str("\nnobody was to be called any more: all rows have ended");
    }
    said.push_str(&format!("\ngo on with: {}", found.command("resume")));
    tell(&found, Command::Pause, &counts, 0, &said, output);
    Ok(Exit::Done)
}

pub(crate) async fn resume(args: &ResumeArgs, output: Output) -> Result<Exit, Failure> {
    let mut found = args.campaign.find(Access::Decide).await?;
    refuse_cancelled(&found)?;
    let accepted = accept_shorter(&mut found, &args.accept_shorter_suppression).await?;
    let counts = Counts::of(&mut found).await?;
    let was_paused = found.campaign.command == Command::Pause;
    if was_paused {
        let (id, now) = (found.campaign.id, found.now);
        found.database.set_command(id, Command::Run, &by(None), now).await?;
    }
    let runner = found.runner();
    let mut said = if was_paused {
        format!("campaign {} goes on: {} to be called", found.name(), many(counts.open, "row is", "rows are"))
    } else if accepted.is_empty() {
        format!("campaign {} was not paused, and nothing was changed", found.name())
    } else {
        format!("campaign {} was not paused", found.name())
    };
    for line in &accepted {
        said.push_str(&format!("\n{line}"));
    }
    if counts.open > 0 {
        for block in found.database.suppression_blocks(found.campaign.id).await? {
            said.push_str(&format!("\n{}", blocks::told(&found, &block)));
        }
    }
    said.push_str(&format!("\n{}", runner.sentence()));
    if runner.is_yes() && (was_paused || !accepted.is_empty()) {
        said.push_str(", and learns of it within a second");
    } else if !runner.is_yes() {
        said.push_str(&format!("\nstart it with: {}", found.run_command()));
    }
    tell(&found, Command::Run, &counts, 0, &said, output);
    Ok(Exit::Done)
}

pub(crate) async fn cancel(args: &CancelArgs, output: Output) -> Result<Exit, Failure> {
    let mut found = args.campaign.find(Access::Decide).await?;
    let counts = Counts::of(&mut found).await?;
    if found.campaign.command == Command::Cancel {
        let said =
            format!("campaign {} is cancelled already{}: nothing was changed", found.name(), since(&found));
        tell(&found, Command::Cancel, &counts, 0, &said, output);
        return Ok(Exit::Done);
    }
    if !args.yes {
        let question = format!(
            "Cancel campaign {}? {} cancelled at once and for good; {}.",
            found.name(),
            many(counts.open, "row that is not called yet is", "rows that are not called yet are"),
            followed(counts.in_flight),
        );
        let unasked = format!("{question} That is final; give --yes to do it");
        match ask::confirmed(&question, &unasked)? {
            Answer::Yes => {}
            Answer::No => {
                output.note("nothing was changed");
                return Ok(Exit::Interrupted);
            }
        }
    }
    let (id, now) = (found.campaign.id, found.now);
    let cancelled = found.database.set_command(id, Command::Cancel, &by(args.note.as_deref()), now).await?;
    let runner = found.runner();
    let mut said = format!(
        "campaign {} is cancelled: {} cancelled, and nobody is called any more",
        found.name(),
        many(cancelled, "row was", "rows were")
    );
    if counts.in_flight > 0 {
        said.push_str(&format!("; {}", followed(counts.in_flight)));
        if !runner.is_yes() {
            said.push_str(&format!(
                "\n{}: how those calls end is learned by: {}",
                runner.sentence(),
                found.run_command()
            ));
        }
    }
    if runner.is_yes() {
        said.push_str(&format!("\n{}, and ends when no call is in flight", runner.sentence()));
    }
    tell(&found, Command::Cancel, &counts, cancelled, &said, output);
    Ok(Exit::Done)
}

/// Takes suppression lists for whole as they are; a sentence about each.
async fn accept_shorter(found: &mut Found, files: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let lists = if files.is_empty() {
        Vec::new()
    } else {
        Kept::read(&found.campaign.options)?.suppression_lists()?
    };
    let mut accepted = Vec::new();
    for file in files {
        let Some(list) = lists.iter().find(|it| is_same(it.path(), Path::new(&whole(file)))) else {
            let names: Vec<_> = lists.iter().map(|it| harmless(&it.path().display().to_string())).collect();
            return Err(Failure::input(format!(
                "--accept-shorter-suppression {}: is no suppression list of the campaign; expected one of: {}",
                harmless(&file.display().to_string()),
                names.join(", ")
            )));
        };
        let (source, numbers) = (list.path().display().to_string(), list.read()?.len() as u64);
        let before = found.database.most_suppressions(found.campaign.id, &source).await?.unwrap_or_default();
        found.database.accept_suppressions(found.campaign.id, &source, numbers).await?;
        let numbers = many(numbers, "number", "numbers");
        accepted.push(format!(
            "suppression list {}: accepted with {numbers}; it held {before}",
            harmless(&source)
        ));
    }
    Ok(accepted)
}

/// How many rows are still to be called, and how many are being called.
struct Counts {
    open: u64,
    in_flight: u64,
}

impl Counts {
    async fn of(found: &mut Found) -> Result<Self, Failure> {
        let tally = found.database.tally(found.campaign.id).await?;
        let sum = |states: &[State]| states.iter().filter_map(|state| tally.get(state)).sum();
        Ok(Self {
            open: sum(&[State::Scheduled, State::Held]),
            in_flight: sum(&[State::Dialing, State::InProgress]),
        })
    }
}

fn followed(in_flight: u64) -> String {
    match in_flight {
        0 => "no call is in flight".to_owned(),
        1 => "1 call in flight is followed to its end".to_owned(),
        more => format!("{more} calls in flight are followed to their ends"),
    }
}

/// Who says so, and why if that is said.
fn by(note: Option<&str>) -> String {
    match note.map(str::trim).filter(|it| !it.is_empty()) {
        Some(note) => format!("{} ({})", who(), harmless(note)),
        None => who(),
    }
}

fn refuse_cancelled(found: &Found) -> Result<(), Failure> {
    if found.campaign.command != Command::Cancel {
        return Ok(());
    }
    Err(Failure::input(format!(
        "campaign {} is cancelled{}, which is final; to call those rows, make another campaign of them: export them with \
         `{}` and run that file",
        found.name(),
        since(found),
        found.command("export --state cancelled --output FILE")
    )))
}

/// Since when and by whom it is paused or cancelled.
pub(crate) fn since(found: &Found) -> String {
    let at = found.campaign.command_at.map(|at| format!(" since {}", utc(at)));
    let by = found.campaign.command_by.as_deref().map(|by| format!(" by {}", harmless(by)));
    at.unwrap_or_default() + &by.unwrap_or_default()
}

fn tell(found: &Found, command: Command, counts: &Counts, cancelled: u64, said: &str, output: Output) {
    let program = json!({
        "campaign": found.campaign.name,
        "command": command.as_str(),
        "open": counts.open.saturating_sub(cancelled),
        "in_flight": counts.in_flight,
        "cancelled": cancelled,
        "runner": found.runner().to_json(),
    });
    output.say(said, &program);
}
