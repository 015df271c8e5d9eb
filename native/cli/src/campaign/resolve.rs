//! `outbound campaign resolve`: what becomes of rows that nobody knows of whether they rang.

use clap::Args;

use super::args::DatabaseArgs;
use crate::failure::{Exit, Failure};
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

pub(crate) async fn run(args: &ResolveArgs, _output: Output) -> Result<Exit, Failure> {
    args.database.path()?;
    Err(Failure::input("not there yet"))
}
