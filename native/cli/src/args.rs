//! The command line: what may be said, and the help that explains it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use polyai_outbound::{Allowed, Encryption, Environment, InvalidInput, Region, Restricted};

use crate::campaign::CampaignCommand;
use crate::help;

/// Places phone calls through PolyAI's Outbound Calling API, follows them to the end, and never dials twice by accident.
#[derive(Debug, Parser)]
#[command(name = "outbound", version, after_help = help::OUTBOUND, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a campaign of forty rows with every ending on a sandbox inside this process; no account, no network needed.
    #[command(after_help = help::DEMO)]
    Demo,
    /// Place one call.
    #[command(after_help = help::CALL)]
    Call(CallArgs),
    /// Read a call's status.
    #[command(after_help = help::STATUS)]
    Status(StatusArgs),
    /// Dial a list: at decent hours, once each, and know what happened to every row.
    #[command(subcommand, after_help = help::CAMPAIGN)]
    Campaign(CampaignCommand),
    /// Serve a sandbox of the API on this machine; nobody is called.
    #[command(after_help = help::SANDBOX)]
    Sandbox(SandboxArgs),
    /// Print a completion script for a shell.
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = help::SERVICE)]
pub(crate) struct Global {
    /// The dialect: outbound (the Outbound Calling API) or agents (the Agents API's outbound calls) [default: outbound].
    #[arg(long, global = true, value_parser = api, value_name = "API")]
    pub(crate) api: Option<ApiName>,
    /// Where the account lives: us, uk or eu (also called euw); studio (agents API only).
    #[arg(long, global = true, value_parser = region, value_name = "REGION")]
    pub(crate) region: Option<Region>,
    /// A base URL instead of a region: a project's own, or a sandbox's.
    #[arg(long, global = true, value_name = "URL", conflicts_with = "region")]
    pub(crate) base_url: Option<String>,
    /// The agent that talks (agents API).
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) agent_id: Option<String>,
    /// The agent's deployment: sandbox, pre-release or live (agents API).
    #[arg(long, global = true, value_parser = environment, value_name = "ENVIRONMENT")]
    pub(crate) environment: Option<Environment>,
    /// Take the agents API's own 502 for a call that was not placed, and send it again. A phone that rang may ring again:
    /// the platform says that what stands behind this answer may have timed out, and that is what dials.
    #[arg(long, global = true)]
    pub(crate) agents_502_not_placed: bool,
    /// Read the token from a file instead of POLYAI_OUTBOUND_TOKEN.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// How long one request may take [default: 30]. A trigger that takes longer may have rung: it is never sent again.
    #[arg(long, global = true, value_parser = seconds, allow_negative_numbers = true, value_name = "SECONDS")]
    pub(crate) timeout: Option<Duration>,
    /// How long the service must refuse to tell of a placed call before its end is given up as lost [default: 180].
    #[arg(long, global = true, value_parser = seconds, allow_negative_numbers = true, value_name = "SECONDS")]
    pub(crate) lost_after: Option<Duration>,
    /// How often a request that may be sent again is sent again [default: 3].
    #[arg(long, global = true, value_parser = whole::<u32>, allow_negative_numbers = true, value_name = "N")]
    pub(crate) max_retries: Option<u32>,
    /// One JSON object a line on stdout, and nothing else there.
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
    /// Tell more on stderr: -v requests and retries, -vv details, -vvv everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub(crate) verbose: u8,
}

#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// Whom to call: E.164 (+14155550100), or a national number with --country; or - for a JSON object with `to_number`,
    /// `country` and `metadata` on stdin, because whoever lists this machine's processes sees arguments.
    #[arg(value_name = "NUMBER")]
    pub(crate) number: String,
    /// The country of a national number, ISO 3166-1 alpha-2; beside an E.164 number it has to agree, and is left out.
    #[arg(long, value_name = "US")]
    pub(crate) country: Option<String>,
    /// What the voice agent is told: a name (none of SIP's own, as From) and a value; may be given many times.
    // Taken apart later, because a message of the parser would quote the value.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) metadata: Vec<String>,
    /// The same as a JSON object whose values are all strings, from a file or from stdin (-).
    #[arg(long, value_name = "FILE|-")]
    pub(crate) metadata_json: Option<PathBuf>,
    /// How signalling and media are encrypted: TLS/SRTP (the service's default), TLS/RTP, UDP/SRTP or UDP/RTP.
    #[arg(long, value_parser = encryption, value_name = "WORD")]
    pub(crate) encryption: Option<Encryption>,
    /// The variant of the agent (agents API).
    #[arg(long, value_name = "ID")]
    pub(crate) variant: Option<String>,
    /// Follow the call to its end, through outages and for four hours at most; Ctrl-C stops following, not the call.
    #[arg(long)]
    pub(crate) wait: bool,
    /// Call at any hour. Else, outside 08:00-21:00 in a zone that the number may be in, a person is asked; where there is
    /// none to ask, as in a script, no call is placed.
    #[arg(long)]
    pub(crate) anytime: bool,
    #[command(flatten)]
    pub(crate) allow: AllowArgs,
    /// Print the request as it would be sent, and as a curl line, with the credential masked; send nothing.
    #[arg(long, conflicts_with = "wait")]
    pub(crate) dry_run: bool,
}

/// Numbers that are refused unless they are asked for by name.
#[derive(Debug, Default, Args)]
pub(crate) struct AllowArgs {
    /// Take premium-rate numbers as well, which cost more than a call.
    #[arg(long)]
    pub(crate) allow_premium: bool,
    /// Take emergency numbers as well, and others that are as short.
    #[arg(long)]
    pub(crate) allow_emergency: bool,
}

impl AllowArgs {
    /// What is asked for here, and what was before.
    pub(crate) fn added_to(&self, before: Allowed) -> Allowed {
        let said = [(self.allow_premium, Restricted::Premium), (self.allow_emergency, Restricted::Emergency)];
        said.into_iter().filter(|(is_said, _)| *is_said).fold(before, |all, (_, kind)| all.and(kind))
    }
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The call's SID (OUT-…), as the trigger answered it.
    #[arg(value_name = "SID")]
    pub(crate) call_sid: String,
    /// Follow the call to its end, through outages and for four hours at most; Ctrl-C stops following, not the call.
    #[arg(long)]
    pub(crate) wait: bool,
}

/// Where a sandbox listens, unless told otherwise.
pub(crate) const DEFAULT_LISTEN: &str = "127.0.0.1:8660";
/// The token of a sandbox, unless told otherwise.
pub(crate) const DEFAULT_TOKEN: &str = "sandbox";

#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// The address to listen at; port 0 picks a free one.
    #[arg(long, default_value = DEFAULT_LISTEN, value_parser = address, value_name = "ADDRESS:PORT")]
    pub(crate) listen: SocketAddr,
    /// The token that clients must send.
    #[arg(long, default_value = DEFAULT_TOKEN, value_name = "TOKEN")]
    pub(crate) token: String,
    /// How much faster than life calls go.
    #[arg(long, default_value_t = 1.0, value_parser = number, allow_negative_numbers = true, value_name = "FACTOR")]
    pub(crate) speed: f64,
    /// How many triggers a second are taken before 429; no limit if not given.
    #[arg(long, value_parser = number, allow_negative_numbers = true, value_name = "PER_SECOND")]
    pub(crate) rate: Option<f64>,
    /// What the plausible outcomes and the call SIDs are drawn from; if not given, another one each time.
    #[arg(long, value_parser = whole::<u64>, allow_negative_numbers = true, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApiName {
    Outbound,
    Agents,
}

impl ApiName {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Agents => "agents",
        }
    }
}

pub(crate) fn api(word: &str) -> Result<ApiName, String> {
    one_of(word, &[ApiName::Outbound, ApiName::Agents], ApiName::as_str)
}

pub(crate) fn region(word: &str) -> Result<Region, String> {
    const ALL: [Region; 5] = [Region::Us, Region::Uk, Region::Euw, Region::Eu, Region::Studio];
    one_of(word, &ALL, Region::as_str)
}

pub(crate) fn environment(word: &str) -> Result<Environment, String> {
    one_of(word, &[Environment::Sandbox, Environment::PreRelease, Environment::Live], Environment::as_str)
}

fn one_of<T: Copy>(word: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, String> {
    all.iter().copied().find(|it| name(*it).eq_ignore_ascii_case(word)).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|it| name(*it)).collect();
        format!("expected one of {}", known.join(", "))
    })
}

pub(crate) fn encryption(word: &str) -> Result<Encryption, String> {
    word.parse().map_err(|error: InvalidInput| format!("expected {}", error.expected()))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let span = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    span.filter(|it| !it.is_zero())
        .ok_or_else(|| "expected a number of seconds above 0, such as 30 or 2.5".to_owned())
}

pub(crate) fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "expected a number, such as 60 or 0.5".to_owned())
}

pub(crate) fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "expected a whole number, 0 or more".to_owned())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| format!("expected an IP address and a port, such as {DEFAULT_LISTEN} or [::1]:0"))
}
