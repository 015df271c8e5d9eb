//! The campaign that a command is about: which file it is kept in, which one of those in it, and who works on it.

use std::path::Path;

use clap::Args;
use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{Campaign, Database, Holder, RunnerLock};
use serde_json::{Value, json};

use super::args::DatabaseArgs;
use super::kept::Kept;
use super::moment::{Clock, rfc3339};
use super::words::utc;
use crate::failure::Failure;
use crate::output::harmless;
use crate::readers;
use crate::shell::{me, quote};

/// Which campaign, for commands that take nothing else.
#[derive(Debug, Args)]
pub(crate) struct CampaignArgs {
    /// The campaign's name; may be left out if the database holds one alone.
    #[arg(value_name = "NAME", conflicts_with = "name")]
    pub(crate) campaign: Option<String>,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
}

/// Which campaign, for commands that take rows besides.
#[derive(Debug, Args)]
pub(crate) struct WhichArgs {
    /// The campaign's name; may be left out if the database holds one alone.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

/// What a command does with the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Look,
    Decide,
}

/// A campaign, and the database that it is in.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) database: Database,
    pub(crate) campaign: Campaign,
    pub(crate) now: Timestamp,
}

impl CampaignArgs {
    pub(crate) async fn find(&self, access: Access) -> Result<Found, Failure> {
        find(&self.which.database, self.campaign.as_deref().or(self.which.name.as_deref()), access).await
    }
}

impl WhichArgs {
    pub(crate) async fn find(&self, access: Access) -> Result<Found, Failure> {
        find(&self.database, self.name.as_deref(), access).await
    }
}

async fn find(database: &DatabaseArgs, name: Option<&str>, access: Access) -> Result<Found, Failure> {
    let path = database.path()?;
    let mut database = open(&path, access).await?;
    let campaigns = database.campaigns().await?;
    pick(database, campaigns, name)
}

/// A database that has to be there.
pub(crate) async fn open(path: &Path, access: Access) -> Result<Database, Failure> {
    // SQLite would only say that it cannot be opened.
    if path.is_symlink() && path.metadata().is_err() {
        return Err(Failure::input(format!(
            "database {path}: it is a link to a file that is not there; put the file back to where the link leads, or give \
             the file itself with --db",
            path = path.display(),
        )));
    }
    if matches!(path.try_exists(), Ok(false)) {
        return Err(Failure::input(format!(
            "database {path}: it is not there; give the file that `{me} campaign run FILE --db PATH` has made",
            path = path.display(),
            me = me(),
        )));
    }
    readers::warn_of_database(path);
    Ok(match access {
        Access::Look => Database::read_only(path).await?,
        Access::Decide => Database::open(path, false).await?,
    })
}

fn pick(database: Database, mut campaigns: Vec<Campaign>, name: Option<&str>) -> Result<Found, Failure> {
    let at = match name {
        Some(name) => campaigns.iter().position(|it| it.name == name),
        None if campaigns.len() == 1 => Some(0),
        None => None,
    };
    match at {
        Some(at) => Ok(Found { database, campaign: campaigns.swap_remove(at), now: Clock::default().now() }),
        None => Err(not_found(database.path(), name, &campaigns)),
    }
}

fn not_found(path: &Path, name: Option<&str>, campaigns: &[Campaign]) -> Failure {
    const SHOWN: usize = 20;
    let path = path.display();
    if campaigns.is_empty() {
        let make = format!("{} campaign run FILE --db {path}", me());
        return Failure::NotFound(format!(
            "database {path}: there is no campaign in it; make one with `{make}`"
        ));
    }
    let mut names: Vec<String> = campaigns.iter().take(SHOWN).map(|it| quote(&harmless(&it.name))).collect();
    if campaigns.len() > SHOWN {
        names.push(format!("and {} more", campaigns.len() - SHOWN));
    }
    let names = names.join(", ");
    match name {
        Some(_) => Failure::NotFound(format!(
            "database {path}: there is no campaign of that name in it; expected one of {names}"
        )),
        None => Failure::input(format!(
            "which campaign is meant is not said, and database {path} holds {}; give the name of one: {names}",
            campaigns.len()
        )),
    }
}

impl Found {
    /// Looks at it again.
    pub(crate) async fn refresh(&mut self) -> Result<(), Failure> {
        if let Some(campaign) = self.database.campaign(&self.campaign.name).await? {
            self.campaign = campaign;
        }
        self.now = Clock::default().now();
        Ok(())
    }

    /// Who works on it now.
    pub(crate) fn runner(&self) -> AtWork {
        match RunnerLock::look(self.database.path(), self.campaign.id) {
            Ok(Some(holder)) => AtWork::Yes(holder.or_else(|| self.campaign.runner.clone())),
            Ok(None) => AtWork::No(self.campaign.runner.clone()),
            // A lock that cannot be looked at says nothing; what the database says is of the last one that ran.
            Err(error) => AtWork::Unknown(error.to_string(), self.campaign.runner.clone()),
        }
    }

    /// Its options, if this version can read them.
    pub(crate) fn kept(&self) -> Option<Kept> {
        Kept::read(&self.campaign.options).ok()
    }

    /// Its name, as it may be shown.
    pub(crate) fn name(&self) -> String {
        harmless(&self.campaign.name)
    }

    /// A command of campaigns about this one, as a shell takes it.
    pub(crate) fn command(&self, words: &str) -> String {
        let path = quote(&self.database.path().display().to_string());
        format!("{} campaign {words} --name {} --db {path}", me(), quote(&self.campaign.name))
    }

    /// The command that goes on with it.
    pub(crate) fn run_command(&self) -> String {
        self.command(&format!("run {}", quote(&self.campaign.source.file)))
    }
}

/// Who works on a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AtWork {
    /// Somebody; who, as far as can be read.
    Yes(Option<Holder>),
    /// Nobody; who did last.
    No(Option<Holder>),
    /// That cannot be found out, and why.
    Unknown(String, Option<Holder>),
}

impl AtWork {
    pub(crate) const fn is_yes(&self) -> bool {
        matches!(self, Self::Yes(_))
    }

    /// In a sentence without its end.
    pub(crate) fn sentence(&self) -> String {
        let who = |it: &Holder| format!("process {} on {}", it.pid, harmless(&it.host));
        match self {
            Self::Yes(Some(it)) => format!("{} runs it, since {}", who(it), utc(it.since)),
            Self::Yes(None) => "a process that cannot be named runs it".to_owned(),
            Self::No(Some(it)) => {
                format!("nobody runs it now; {} did last, from {} on", who(it), utc(it.since))
            }
            Self::No(None) => "nobody runs it, and nobody has yet".to_owned(),
            Self::Unknown(why, _) => {
                format!("whether somebody runs it cannot be found out: {}", harmless(why))
            }
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let (runs, holder) = match self {
            Self::Yes(it) => (Some(true), it),
            Self::No(it) => (Some(false), it),
            Self::Unknown(_, it) => (None, it),
        };
        json!({
            "runs": runs,
            "pid": holder.as_ref().map(|it| it.pid),
            "host": holder.as_ref().map(|it| &it.host),
            "since": holder.as_ref().map(|it| rfc3339(it.since)),
        })
    }
}

/// Who decides: the person at this terminal, as `ada@host`.
pub(crate) fn who() -> String {
    let named = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|it| std::env::var(it).ok());
    let name = named.filter(|it| !it.trim().is_empty()).unwrap_or_else(|| "somebody".to_owned());
    let host = Holder::this(Timestamp::default()).host;
    harmless(&format!("{}@{host}", name.trim()))
}
