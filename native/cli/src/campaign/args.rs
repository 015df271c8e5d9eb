//! What the commands of campaigns take in common.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::settings;

const DB: &str = "POLYAI_OUTBOUND_DB";

/// Where campaigns are kept.
#[derive(Debug, Args)]
pub(crate) struct DatabaseArgs {
    /// The SQLite file in which campaigns are kept [also: POLYAI_OUTBOUND_DB].
    #[arg(long, value_name = "PATH")]
    pub(crate) db: Option<PathBuf>,
}

impl DatabaseArgs {
    /// The file that the flag names, or else the environment.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        match &self.db {
            Some(path) => Ok(path.clone()),
            None => settings::variable(DB)?.map(PathBuf::from).ok_or_else(|| {
                Failure::input(format!(
                    "where the campaign is kept is not said; give --db PATH or set {DB} (one file holds any number of \
                     campaigns)"
                ))
            }),
        }
    }
}
