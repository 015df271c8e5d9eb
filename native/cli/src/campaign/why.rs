//! `outbound campaign why`: the history of one row.

use clap::Args;

use super::args::DatabaseArgs;
use crate::failure::{Exit, Failure};
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

pub(crate) async fn run(args: &WhyArgs, _output: Output) -> Result<Exit, Failure> {
    args.database.path()?;
    Err(Failure::input("not there yet"))
}
