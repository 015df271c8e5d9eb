//! `outbound campaign export`: every row with what came of it.

use clap::Args;

use super::args::DatabaseArgs;
use crate::failure::{Exit, Failure};
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

pub(crate) async fn run(args: &ExportArgs, _output: Output) -> Result<Exit, Failure> {
    args.database.path()?;
    Err(Failure::input("not there yet"))
}
