//! `outbound campaign`: dial a list, at decent hours, once each, and know what happened to every row.

mod args;
pub(crate) mod ask;
mod backup;
mod blocks;
mod breaker;
mod control;
mod events;
mod export;
mod found;
mod kept;
mod memory;
pub(crate) mod moment;
mod plan;
mod prepare;
mod progress;
mod report;
mod requeue;
mod resolve;
mod rows_named;
mod run;
mod service;
mod session;
mod status;
mod why;
mod words;

use clap::Subcommand;

pub(crate) use args::PlanArgs;
pub(crate) use memory::Consent;
pub(crate) use moment::{Clock, rfc3339};
pub(crate) use session::{Ended, Session, Shows};
pub(crate) use words::ordinal;

use crate::args::Global;
use crate::failure::{Exit, Failure};
use crate::help;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum CampaignCommand {
    /// Tell what would happen to a list: what is refused, when it would be called, what would not fit; sends nothing.
    #[command(after_help = help::PLAN)]
    Plan(Box<PlanArgs>),
    /// Dial a list: begin the campaign, or go on with it; after a crash the same command continues.
    #[command(after_help = help::RUN)]
    Run(Box<args::RunArgs>),
    /// Call nobody until `resume`; running calls are followed.
    #[command(after_help = help::PAUSE)]
    Pause(control::PauseArgs),
    /// Go on calling after `pause`.
    #[command(after_help = help::RESUME)]
    Resume(control::ResumeArgs),
    /// Call nobody any more; running calls are followed, not cut.
    #[command(after_help = help::CANCEL)]
    Cancel(control::CancelArgs),
    /// Show where a campaign stands.
    #[command(after_help = help::CAMPAIGN_STATUS)]
    Status(status::CampaignStatusArgs),
    /// Show what came of it: by outcome, by reason, by zone.
    #[command(after_help = help::REPORT)]
    Report(report::ReportArgs),
    /// Write every row with what came of it, as CSV or JSON Lines.
    #[command(after_help = help::EXPORT)]
    Export(export::ExportArgs),
    /// Decide about rows of which nobody knows whether they rang.
    #[command(after_help = help::RESOLVE)]
    Resolve(resolve::ResolveArgs),
    /// Put rows back in place: call again what failed or was refused, read again what was lost.
    #[command(after_help = help::REQUEUE)]
    Requeue(requeue::RequeueArgs),
    /// Copy a database, also while it is used; a copy of the file alone is not whole.
    #[command(after_help = help::BACKUP)]
    Backup(backup::BackupArgs),
    /// Tell the whole history of one row, and why it is not called yet.
    #[command(after_help = help::WHY)]
    Why(why::WhyArgs),
}

pub(crate) async fn run(command: &CampaignCommand, global: &Global, output: Output) -> Result<Exit, Failure> {
    match command {
        CampaignCommand::Plan(args) => plan::run(args, global, output).await,
        CampaignCommand::Run(args) => run::run(args, global, output).await,
        CampaignCommand::Pause(args) => control::pause(args, output).await,
        CampaignCommand::Resume(args) => control::resume(args, output).await,
        CampaignCommand::Cancel(args) => control::cancel(args, output).await,
        CampaignCommand::Status(args) => status::run(args, output).await,
        CampaignCommand::Report(args) => report::run(args, output).await,
        CampaignCommand::Export(args) => export::run(args, output).await,
        CampaignCommand::Resolve(args) => resolve::run(args, output).await,
        CampaignCommand::Requeue(args) => requeue::run(args, output).await,
        CampaignCommand::Backup(args) => backup::run(args, output).await,
        CampaignCommand::Why(args) => why::run(args, output).await,
    }
}
