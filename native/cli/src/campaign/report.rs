//! `outbound campaign report`: what came of a campaign.

use clap::Args;

use super::args::DatabaseArgs;
use crate::failure::{Exit, Failure};
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

pub(crate) async fn run(args: &ReportArgs, _output: Output) -> Result<Exit, Failure> {
    args.database.path()?;
    Err(Failure::input("not there yet"))
}
