//! `outbound campaign export`: every row with what came of it.

mod line;
mod place;
mod spared;

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use clap::Args;
use polyai_outbound::campaign::{Record, State, StoreError};
use serde_json::json;

use super::found::{Access, CampaignArgs, Found};
use super::words::rows;
use crate::failure::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::output::Output;
use line::Lines;
use place::Place;

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) campaign: CampaignArgs,
    /// The form: csv (the default; safe to open in a spreadsheet, and readable as a list again) or jsonl.
    #[arg(long, value_parser = format, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Only rows in these states.
    #[arg(long, value_parser = state, value_delimiter = ',', value_name = "A,B")]
    pub(crate) state: Vec<State>,
    /// Write to this file, readable for its owner alone; when all is written it replaces what was there.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Jsonl,
}

fn format(word: &str) -> Result<Format, String> {
    [("csv", Format::Csv), ("jsonl", Format::Jsonl)]
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, format)| format)
        .ok_or_else(|| "expected csv or jsonl".to_owned())
}

fn state(word: &str) -> Result<State, String> {
    State::from_word(&word.trim().to_lowercase()).ok_or_else(|| {
        let known: Vec<_> = State::ALL.iter().map(|it| it.as_str()).collect();
        format!("expected one of {}", known.join(", "))
    })
}

pub(crate) async fn run(args: &ExportArgs, output: Output) -> Result<Exit, Failure> {
    let format = match (args.format, output.json, &args.output) {
        (Some(Format::Csv), true, None) => {
            return Err(Failure::input(
                "--format csv: --json promises JSON on stdout; expected --format jsonl, or --output FILE",
            ));
        }
        (Some(format), ..) => format,
        (None, true, None) => Format::Jsonl,
        (None, ..) => Format::Csv,
    };
    let states: BTreeSet<State> = args.state.iter().copied().collect();
    let mut found = args.campaign.find(Access::Look).await?;
    if let Some(path) = &args.output {
        spared::check(path, &found)?;
    }
    let place = Place::open(args.output.as_deref()).map_err(|error| match &args.output {
        Some(path) => {
            let path = path.display();
            Failure::input(format!(
                "--output {path}: the export could not be written: {error}; expected another path"
            ))
        }
        None => cannot_be_written(&error, false),
    })?;
    let to_file = args.output.is_some();
    let mut written = 0_u64;
    let writing = write(&mut found, format, &states, place, &mut written);
    let done = if to_file {
        tokio::select! {
            done = writing => done,
            () = interrupted() => {
                return Err(Failure::interrupted("interrupted: what was in the file before is still there"));
            }
        }
    } else {
        writing.await
    };
    match done {
        Ok(()) => {}
        Err(Ended::Store(error)) => return Err(error.into()),
        // Who closes a pipe has read enough.
        Err(Ended::Writing(error)) if error.kind() == ErrorKind::BrokenPipe => return Ok(Exit::Done),
        Err(Ended::Writing(error)) => return Err(cannot_be_written(&error, to_file)),
    }
    if let Some(path) = &args.output {
        let said = format!("{} written to {}", rows(written), path.display());
        output.say(said, &json!({ "rows": written, "file": path.display().to_string() }));
    }
    Ok(Exit::Done)
}

async fn write(
    found: &mut Found,
    format: Format,
    states: &BTreeSet<State>,
    place: Place,
    written: &mut u64,
) -> Result<(), Ended> {
    let mut lines = Lines::begin(format, place)?;
    let each = |record: Record| {
        if states.is_empty() || states.contains(&record.state) {
            lines.write(&record)?;
            *written += 1;
        }
        Ok::<(), Ended>(())
    };
    found.database.for_each_recipient(found.campaign.id, each).await?;
    Ok(lines.finish()?)
}

fn cannot_be_written(error: &io::Error, to_file: bool) -> Failure {
    let left = if to_file { "; what was in the file before is still there" } else { "" };
    Failure::input(format!("the export could not be written: {error}{left}"))
}

/// What ends an export early.
enum Ended {
    Store(StoreError),
    Writing(io::Error),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Writing(error)
    }
}
