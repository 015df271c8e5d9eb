//! What the commands of campaigns take: where campaigns are kept, how a list is read, and how it is dialed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser};
use polyai_outbound::campaign::{Duplicates, RedialRule, ZoneBy, parse_span};
use polyai_outbound::{CountryCode, Encryption, InvalidInput, VariantId};

use crate::args::{AllowArgs, encryption, number, whole};
use crate::failure::Failure;
use crate::settings;

const DB: &str = "POLYAI_OUTBOUND_DB";
/// Headings of the help.
const LIST: &str = "List";
const WINDOWS: &str = "When people are called";
const PACE: &str = "How fast, and how often";
const CALLS: &str = "Calls";

/// Where campaigns are kept.
#[derive(Debug, Args)]
pub(crate) struct DatabaseArgs {
    /// The SQLite file in which campaigns are kept [also: POLYAI_OUTBOUND_DB].
    #[arg(long, value_name = "PATH")]
    pub(crate) db: Option<PathBuf>,
}

impl DatabaseArgs {
    /// The same, if it is said.
    pub(crate) fn given(&self) -> Result<Option<PathBuf>, Failure> {
        match &self.db {
            Some(path) => Ok(Some(path.clone())),
            None => Ok(settings::variable(DB)?.map(PathBuf::from)),
        }
    }

    /// The file that the flag names, or else the environment.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        self.given()?.ok_or_else(|| {
            Failure::input(format!(
                "where the campaign is kept is not said; give --db PATH or set {DB} (one file holds any number of \
                 campaigns)"
            ))
        })
    }
}

// A parser too, for a command line that nobody typed: the demo's. (Not a doc comment: that would be its help.)
#[derive(Debug, Parser)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) list: ListArgs,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(flatten)]
    pub(crate) calling: CallingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) list: ListArgs,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// What the campaign is called in the database [default: the file's name without its ending].
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Call these people again, though they were on a list that was run before.
    #[arg(long)]
    pub(crate) again: bool,
    /// Go on with a database in which calls are missing: an older copy, a backup, or one that lost its log. Whoever was called
    /// by them may be called again.
    #[arg(long)]
    pub(crate) accept_older_database: bool,
    /// Go on with another token than that which the campaign was begun with.
    #[arg(long)]
    pub(crate) other_token: bool,
    #[command(flatten)]
    pub(crate) calling: CallingArgs,
}

/// How a list is read.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The list: CSV, or JSON Lines (.jsonl), with a column of numbers.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The column that holds the numbers; else it is found by its name (to_number, phone, mobile, …).
    #[arg(long, value_name = "COLUMN", help_heading = LIST)]
    pub(crate) number_column: Option<String>,
    /// The country of national numbers, where a row has no country_code.
    #[arg(long, value_parser = country, value_name = "US", help_heading = LIST)]
    pub(crate) country: Option<CountryCode>,
    /// The columns that the voice agent is told; else all that are not known to be something else.
    #[arg(long, value_delimiter = ',', value_name = "A,B", help_heading = LIST)]
    pub(crate) metadata_columns: Option<Vec<String>>,
    /// A column that is taken as if it were not there: neither obeyed (DoNotCall, consent, country, …) nor sent, and what it
    /// says of calling is not remembered for later lists; may be given many times.
    #[arg(long, value_name = "COLUMN", help_heading = LIST)]
    pub(crate) ignore_column: Vec<String>,
    /// What is done about rows with the same number: first, each or reject (none of them) [default: first].
    #[arg(long, value_parser = duplicates, value_name = "WORD", help_heading = LIST)]
    pub(crate) duplicates: Option<Duplicates>,
    /// Numbers that are never called, one a line or CSV; may be given many times. Looked at again before every call.
    #[arg(long, value_name = "FILE", help_heading = LIST)]
    pub(crate) suppress: Vec<PathBuf>,
    /// Go on if a suppression list holds no number: else that is an error, because an export may have failed.
    #[arg(long, help_heading = LIST)]
    pub(crate) allow_empty_suppression: bool,
    /// Pass over rows of a suppression list that have no number, and say how many: else the first such row is an error.
    #[arg(long, help_heading = LIST)]
    pub(crate) allow_rows_without_number: bool,
    /// Where refused rows are written to, with what is wrong [default: beside the list, people.rejects.csv for people.csv].
    #[arg(long, value_name = "FILE", help_heading = LIST)]
    pub(crate) rejects: Option<PathBuf>,
}

/// How a list is dialed. What is not given is as it was stored, or else as by default.
#[derive(Debug, Default, Args)]
pub(crate) struct CallingArgs {
    /// When people may be called, by the clocks where they are; may be given many times [default: mon-sat 09:00-20:00].
    #[arg(long, value_name = "TEXT", help_heading = WINDOWS)]
    pub(crate) window: Vec<String>,
    /// Dates on which nobody is called, one a line: 2026-12-25 Christmas.
    #[arg(long, value_name = "FILE", help_heading = WINDOWS)]
    pub(crate) holidays: Option<PathBuf>,
    /// How long before the end of a window nobody is called any more [default: 5m].
    #[arg(long, value_parser = span, value_name = "SPAN", help_heading = WINDOWS)]
    pub(crate) window_margin: Option<Duration>,
    /// By which zones people are called whose row has no time_zone: area-code (and the row's state), or country, all zones
    /// of its mainland (of the US all but Alaska and Hawaii) [default: area-code]. An area code says where a number was given out; people move.
    #[arg(long, value_parser = zone_by, value_name = "WORD", help_heading = WINDOWS)]
    pub(crate) zone_by: Option<ZoneBy>,
    /// Call at any hour, for this reason, which is kept with the campaign.
    #[arg(long, conflicts_with_all = ["window", "holidays"], value_name = "REASON", help_heading = WINDOWS)]
    pub(crate) no_windows: Option<String>,
    /// Call nobody from then on: 2026-12-01T18:00:00Z, or 2026-12-01 18:00 by this machine's clock; none takes it back.
    // Taken apart later, because it is said aloud how it was understood.
    #[arg(long, value_name = "TIME", help_heading = WINDOWS)]
    pub(crate) until: Option<String>,
    /// Calls a second [default: 1]. Lowered while the service is congested, and raised again.
    #[arg(long, value_parser = number, allow_negative_numbers = true, value_name = "PER_SECOND", help_heading = PACE)]
    pub(crate) rate: Option<f64>,
    /// Calls at a time, from the trigger to the end [default: 10]. Lowered and raised as the rate.
    #[arg(long, value_parser = whole::<u32>, allow_negative_numbers = true, value_name = "N", help_heading = PACE)]
    pub(crate) max_in_flight: Option<u32>,
    /// Triggers at a time whose answer is awaited: so many may have rung when the service fails [default: 3].
    #[arg(long, value_parser = whole::<u32>, allow_negative_numbers = true, value_name = "N", help_heading = PACE)]
    pub(crate) max_dialing: Option<u32>,
    /// How long after it was placed a call that does not end is followed beside those in flight [default: 30m].
    #[arg(long, value_parser = span, value_name = "SPAN", help_heading = PACE)]
    pub(crate) stuck_after: Option<Duration>,
    /// Call again after an ending, so often, after so long: no-answer=3x30m; many times; none takes all rules back.
    #[arg(long, value_parser = redial, value_name = "RULE", help_heading = PACE)]
    pub(crate) redial: Vec<Redial>,
    /// How often one row is dialed at most, whatever the rules say [default: 10].
    #[arg(long, value_parser = whole::<u32>, allow_negative_numbers = true, value_name = "N", help_heading = PACE)]
    pub(crate) max_attempts: Option<u32>,
    /// How often one number is dialed at most within 24 hours, by all campaigns of the database [default: 3].
    #[arg(long, value_parser = whole::<u32>, allow_negative_numbers = true, value_name = "N", help_heading = PACE)]
    pub(crate) max_per_number: Option<u32>,
    /// How many triggers for one number may reach the service within 24 hours, whatever it answers [default: 10].
    #[arg(long, value_parser = whole::<u32>, allow_negative_numbers = true, value_name = "N", help_heading = PACE)]
    pub(crate) max_triggers_per_number: Option<u32>,
    /// How long a number is left in peace after a call of another campaign of the database; 0 or none: not at all [default: 24h].
    #[arg(long, value_parser = not_again, value_name = "SPAN", help_heading = PACE)]
    pub(crate) not_again_within: Option<Duration>,
    /// How signalling and media are encrypted: TLS/SRTP (the service's default), TLS/RTP, UDP/SRTP or UDP/RTP.
    #[arg(long, value_parser = encryption, value_name = "WORD", help_heading = CALLS)]
    pub(crate) encryption: Option<Encryption>,
    /// The variant of the agent (agents API).
    #[arg(long, value_parser = variant, value_name = "ID", help_heading = CALLS)]
    pub(crate) variant: Option<VariantId>,
    #[command(flatten, next_help_heading = CALLS)]
    pub(crate) allow: AllowArgs,
}

/// What `--redial` says.
#[derive(Clone, Debug)]
pub(crate) enum Redial {
    Rule(RedialRule),
    None,
}

fn redial(text: &str) -> Result<Redial, String> {
    if text == "none" {
        return Ok(Redial::None);
    }
    text.parse().map(Redial::Rule).map_err(|error| said(&error))
}

pub(crate) fn country(text: &str) -> Result<CountryCode, String> {
    CountryCode::parse(text).map_err(|error| said(&error))
}

fn duplicates(word: &str) -> Result<Duplicates, String> {
    Duplicates::from_word(word).ok_or_else(|| "expected first, each or reject".to_owned())
}

fn zone_by(word: &str) -> Result<ZoneBy, String> {
    let found = ZoneBy::ALL.into_iter().find(|it| it.as_str() == word);
    found.ok_or_else(|| "expected area-code or country".to_owned())
}

fn span(text: &str) -> Result<Duration, String> {
    parse_span("span", text).map_err(|error| said(&error))
}

fn not_again(text: &str) -> Result<Duration, String> {
    match text {
        "none" | "0" => Ok(Duration::ZERO),
        text => span(text),
    }
}

fn variant(text: &str) -> Result<VariantId, String> {
    VariantId::new(text).map_err(|error| said(&error))
}

fn said(error: &InvalidInput) -> String {
    format!("{}; expected {}", error.problem(), error.expected())
}
