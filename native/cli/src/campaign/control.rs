//! `outbound campaign pause | resume | cancel`: what a person wants of a campaign, from whichever terminal.

use clap::Args;

use super::args::DatabaseArgs;
use crate::failure::{Exit, Failure};
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct PauseArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

pub(crate) async fn pause(args: &PauseArgs, _output: Output) -> Result<Exit, Failure> {
    args.database.path()?;
    Err(Failure::input("not there yet"))
}

pub(crate) async fn resume(args: &ResumeArgs, _output: Output) -> Result<Exit, Failure> {
    args.database.path()?;
    Err(Failure::input("not there yet"))
}

pub(crate) async fn cancel(args: &CancelArgs, _output: Output) -> Result<Exit, Failure> {
    args.database.path()?;
    Err(Failure::input("not there yet"))
}
