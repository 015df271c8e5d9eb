//! `outbound campaign backup`: a copy of a database that is whole, also while campaigns of it run.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::args::DatabaseArgs;
use super::found::{self, Access};
use super::moment::Clock;
use super::words::many;
use crate::failure::{Exit, Failure};
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// The file that is made; there must be none of that name.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

pub(crate) async fn run(args: &BackupArgs, output: Output) -> Result<Exit, Failure> {
    let path = args.database.path()?;
    let mut database = found::open(&path, Access::Decide).await?;
    let campaigns = database.campaigns().await?.len();
    database.backup(&args.to, Clock::default().now()).await?;
    let (from, to) = (path.display().to_string(), args.to.display().to_string());
    output.say(
        format!(
            "{from} is copied to {to}, with {} and all calls until now",
            many(campaigns as u64, "campaign", "campaigns")
        ),
        &json!({ "type": "backup", "database": from, "to": to, "campaigns": campaigns }),
    );
    output.note(
        "who is called from now on is not in it: once anybody is, `run` refuses to go on from it until \
         --accept-older-database",
    );
    Ok(Exit::Done)
}
