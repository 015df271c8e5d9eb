//! What this machine remembers of campaigns, as `outbound campaign run` asks for it: that a list was run before, that a
//! database is older than what was run from it, and that a copy of it is being run.
//!
//! The index is in the folder that `POLYAI_OUTBOUND_STATE_DIR` names, or else where the system keeps the state of programs.
//! Where there is none, no campaign calls its first person; one that has called somebody goes on with a warning: what is in its
//! database still counts.

pub(super) mod earlier;

use std::io;
use std::path::{Path, PathBuf};

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{
    CampaignId, CounterError, Database, EarlierRun, ListQuery, ListRun, Origin, OwnRun, People, RunIndex,
    StoreError, StoreErrorKind,
};

use super::moment::on;
use super::service::ServiceName;
use super::words::many;
use crate::failure::Failure;
use crate::output::{Output, harmless};
use crate::settings;

const STATE_DIR: &str = "POLYAI_OUTBOUND_STATE_DIR";
const FOLDER: &str = "polyai-outbound";

/// Consent that a person gave on the command line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Consent {
    /// `--again`: people may be called whose list was run before.
    pub(crate) again: bool,
    /// `--accept-older-database`: calls may be missing in the database, and whom they were made to may be called again.
    pub(crate) older_database: bool,
    /// `--other-token`: the campaign goes on with another token.
    pub(crate) other_token: bool,
}

/// The index, if there is one.
#[derive(Debug)]
pub(super) struct Memory {
    index: Index,
    output: Output,
    now: Timestamp,
}

#[derive(Debug)]
enum Index {
    Open(RunIndex),
    Unusable(Unusable),
    /// None is wanted: what is run calls nobody, and is gone afterwards.
    Unwanted,
}

/// A database that is open for a run.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) database: Database,
    /// True if its log is gone, and a person agrees to do without.
    pub(super) without_log: bool,
}

impl Memory {
    /// The index of this machine.
    pub(super) fn of_this_machine(now: Timestamp, output: Output) -> Result<Self, Failure> {
        let index = match folder()? {
            None => Index::Unusable(Unusable {
                why: "no folder is known for that".to_owned(),
                needs_folder: true,
            }),
            Some(folder) => match RunIndex::open(&folder) {
                Ok(index) => Index::Open(index),
                Err(error) => Index::Unusable(Unusable {
                    why: error.to_string(),
                    needs_folder: error.kind() != io::ErrorKind::InvalidData,
                }),
            },
        };
        Ok(Self { index, output, now })
    }

    /// None, of what is run in a folder of its own that is gone afterwards.
    pub(super) const fn none(now: Timestamp, output: Output) -> Self {
        Self { index: Index::Unwanted, output, now }
    }

    pub(super) const fn index(&self) -> Option<&RunIndex> {
        match &self.index {
            Index::Open(index) => Some(index),
            Index::Unusable(_) | Index::Unwanted => None,
        }
    }

    /// The index, for a campaign that is begun: nobody is called where it is not known who was called before.
    pub(super) fn to_begin(&self) -> Result<Option<&RunIndex>, Failure> {
        match &self.index {
            Index::Open(index) => Ok(Some(index)),
            Index::Unwanted => Ok(None),
            Index::Unusable(unusable) => Err(unusable.refusal()),
        }
    }

    /// Says that a campaign goes on without the index, if it does.
    pub(super) fn warn_if_unusable(&self) {
        if let Index::Unusable(unusable) = &self.index {
            self.warn(unusable);
        }
    }

    pub(super) fn warn(&self, Unusable { why, needs_folder }: &Unusable) {
        let folder = match needs_folder {
            true => format!("; set {STATE_DIR} to a folder that stays"),
            false => String::new(),
        };
        self.output.note(format_args!(
            "warning: this machine cannot remember which lists were run ({why}): it will not be noticed when the same list \
             is run from another database, or from an old copy of this one{folder}"
        ));
    }

    /// Answer of the index to `ask`, or `None`, with a warning, if the index fails.
    fn ask<T>(&self, ask: impl FnOnce(&RunIndex) -> io::Result<T>) -> Option<T> {
        ask(self.index()?).inspect_err(|error| self.warn(&Unusable::of(error))).ok()
    }

    /// Remembers that the campaign's list is run from here, `before` being what it was known as before it was renewed. Tells
    /// the earlier runs that its people were on; if one stands in the way and `again` is not said, nothing is remembered.
    pub(super) async fn claim(
        &self,
        database: &mut Database,
        campaign: CampaignId,
        (name, service): (&str, &ServiceName),
        before: Option<Origin>,
        again: bool,
    ) -> Result<Vec<EarlierRun>, ClaimError> {
        let Some(index) = self.index() else { return Ok(Vec::new()) };
        let Some((origin, _)) = database.origin(campaign).await? else { return Ok(Vec::new()) };
        let run = ListRun {
            origin: origin.clone(),
            at: self.now,
            database: whole(database.path()),
            name: name.to_owned(),
        };
        let place = service.place.as_str();
        if before.is_none() && index.own(place, &origin)? == OwnRun::Last {
            index.renew(place, &run)?;
            return Ok(Vec::new());
        }
        let mut people = index.people();
        database.add_people(campaign, &mut people).await?;
        let own: Vec<Origin> = std::iter::once(origin).chain(before).collect();
        let list = query(&own, &people, service);
        Ok(index.claim(&list, place, &run, again)?)
    }

    /// The database, for a run. One whose log is gone is taken if it is known that nothing is missing in it, or if a person
    /// agrees.
    pub(super) async fn open(&self, path: &Path, consent: Consent, go_on: &str) -> Result<Opened, Failure> {
        let error = match Database::open(path, true).await {
            Err(error) if error.kind() == StoreErrorKind::LogMissing => error,
            opened => return Ok(Opened { database: opened?, without_log: false }),
        };
        if self.is_complete(path).await.unwrap_or_default() {
            self.output.note(format_args!(
                "the log of {} is gone, and every call that was made from this machine is in the file",
                path.display()
            ));
            let database = Database::open_without_log(path).await?;
            return Ok(Opened { database, without_log: false });
        }
        if !consent.older_database {
            return Err(without_log(&error, go_on));
        }
        let missing = self.missing(path).await.ok().flatten();
        let database = Database::open_without_log(path).await?;
        self.accepted(path, "the log of it is gone", missing);
        Ok(Opened { database, without_log: true })
    }

    /// Says what a person agreed to.
    fn accepted(&self, path: &Path, what: &str, missing: Option<u64>) {
        let missing = missing.map_or_else(
            || "how many calls are missing in it is not known".to_owned(),
            |missing| format!("{} missing in it", many(missing, "call is", "calls are")),
        );
        self.output.note(format_args!(
            "warning: database {}: {what}, and it is gone on with, as --accept-older-database says; {missing}; whoever was \
             called by them may be called again",
            path.display()
        ));
    }

    /// How many calls were counted that are not in the file alone, if that is known of all of its campaigns.
    async fn missing(&self, path: &Path) -> Result<Option<u64>, StoreError> {
        let Some(index) = self.index() else { return Ok(None) };
        let mut database = Database::read_only_without_log(path).await?;
        let mut missing = 0_u64;
        for campaign in database.campaigns().await? {
            let Some((origin, intents)) = database.origin(campaign.id).await? else { continue };
            let Some(counted) = known(index.calls(&origin).ok().flatten()) else { return Ok(None) };
            missing = missing.saturating_add(counted.saturating_sub(intents));
        }
        Ok(Some(missing))
    }

    /// Whether all calls of all campaigns are in the file alone, and nobody runs one of them, as far as is known for certain:
    /// one that nobody counted may have been run by another program, with all of its calls in the log.
    async fn is_complete(&self, path: &Path) -> Result<bool, StoreError> {
        let Some(index) = self.index() else { return Ok(false) };
        let mut database = Database::read_only_without_log(path).await?;
        let campaigns = database.campaigns().await?;
        for campaign in &campaigns {
            let Some((origin, intents)) = database.origin(campaign.id).await? else { continue };
            let is_known = matches!(index.calls(&origin), Ok(Some(calls)) if calls == intents);
            if !is_known || index.is_run(&origin).unwrap_or(true) {
                return Ok(false);
            }
        }
        Ok(!campaigns.is_empty())
    }

    /// Counts the calls of a campaign from now on, and refuses a database that knows of fewer than were counted. Tells what
    /// the campaign was known as before, if the database was renewed, because calls are missing in it.
    pub(super) async fn count(
        &self,
        Opened { database, without_log }: &mut Opened,
        campaign: CampaignId,
        consent: Consent,
        go_on: &str,
    ) -> Result<Option<Origin>, Failure> {
        let Some((mut origin, intents)) = database.origin(campaign).await? else { return Ok(None) };
        let backup_at = database.backup_at().await?;
        let counted = self.ask(|index| index.calls(&origin)).flatten();
        let is_old = match (counted, backup_at) {
            (Some(counted), _) => counted > intents,
            // Whether somebody was called since is not known here.
            (None, Some(_)) => true,
            (None, None) => false,
        };
        let missing = known(counted).map(|it| it.saturating_sub(intents));
        if is_old && !consent.older_database {
            return Err(old(database.path(), backup_at, missing, go_on));
        }
        if is_old && !*without_log {
            let what = match backup_at {
                Some(at) => format!("it is a backup, made on {}", on(at)),
                None => "it is an older copy".to_owned(),
            };
            self.accepted(database.path(), &what, missing);
        }
        let mut before = None;
        if is_old || *without_log {
            database.renew().await?;
            before = Some(origin);
            let Some((renewed, _)) = database.origin(campaign).await? else { return Ok(before) };
            origin = renewed;
        } else if backup_at.is_some() {
            database.accept_backup().await?;
        }
        let Some(index) = self.index() else { return Ok(before) };
        match index.counter(&origin, &whole(database.path()), self.now) {
            // Somebody else may have run it in between.
            Ok(counter) if counter.calls() > intents => {
                let missing = known(Some(counter.calls())).map(|it| it.saturating_sub(intents));
                return Err(old(database.path(), backup_at, missing, go_on));
            }
            Ok(counter) => database.count_calls(counter),
            Err(CounterError::Held(holder)) => return Err(held(holder.as_deref())),
            Err(CounterError::Io(error)) if intents == 0 => return Err(Unusable::of(&error).refusal()),
            Err(CounterError::Io(error)) => self.warn(&Unusable::of(&error)),
        }
        Ok(before)
    }
}

/// Why a list could not be claimed.
#[derive(Debug)]
pub(super) enum ClaimError {
    /// The index cannot be read or written.
    Index(io::Error),
    /// The campaign's database cannot be read.
    Store(StoreError),
}

impl From<io::Error> for ClaimError {
    fn from(error: io::Error) -> Self {
        Self::Index(error)
    }
}

impl From<StoreError> for ClaimError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why the index cannot be used.
#[derive(Debug)]
pub(super) struct Unusable {
    why: String,
    /// True if there is no folder that can be written to. Where something is remembered that cannot be read, another folder
    /// would make all of it forgotten.
    needs_folder: bool,
}

impl Unusable {
    /// Of an index that is there.
    pub(super) fn of(error: &io::Error) -> Self {
        let needs_folder =
            matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
        Self { why: error.to_string(), needs_folder }
    }

    /// Nothing is begun where it is not known who was called before.
    pub(super) fn refusal(&self) -> Failure {
        let Self { why, needs_folder } = self;
        let folder = match needs_folder {
            true => format!(
                ". Set {STATE_DIR} to a folder that this user may write to and that stays: in a container, one of a volume"
            ),
            false => String::new(),
        };
        Failure::Input {
            code: "runs_unknown",
            message: format!(
                "this machine cannot say which lists were run before ({why}), and so nobody is called: people might be \
                 called again{folder}"
            ),
        }
    }
}

/// True if nobody was ever called by the campaign.
pub(super) async fn begins(database: &mut Database, campaign: CampaignId) -> Result<bool, StoreError> {
    Ok(database.origin(campaign).await?.is_none_or(|(_, intents)| intents == 0))
}

/// A list as it is looked up.
pub(super) fn query<'a>(own: &'a [Origin], people: &'a People, service: &'a ServiceName) -> ListQuery<'a> {
    ListQuery {
        sha256: own.first().map_or("", |origin| &origin.list),
        people,
        service: Some(&service.place),
        service_before: Some(&service.said),
        own,
    }
}

fn old(path: &Path, backup_at: Option<Timestamp>, missing: Option<u64>, go_on: &str) -> Failure {
    let what = match backup_at {
        Some(at) => format!("it is a backup, made on {}", on(at)),
        None => "it is an older copy".to_owned(),
    };
    let missing = match missing {
        Some(1) => {
            "1 call was begun since that is not in it; whoever was called would be called again".to_owned()
        }
        Some(missing) => {
            format!("{missing} calls were begun since that are not in it; these people would be called again")
        }
        None => "who was called since is not in it; these people would be called again".to_owned(),
    };
    Failure::Store {
        code: "store_old",
        message: format!(
            "database {}: {what}, and {missing}. Give the database that was run last; or, if that is lost, suppress whom it \
             called and go on with this one: {go_on} --suppress FILE --accept-older-database",
            path.display()
        ),
    }
}

/// A number of calls, unless it stands for one that cannot be read.
fn known(counted: Option<u64>) -> Option<u64> {
    counted.filter(|it| *it < u64::MAX)
}

fn without_log(error: &StoreError, go_on: &str) -> Failure {
    Failure::Store {
        code: "store_log_missing",
        message: format!(
            "{error}; or restore a backup that `outbound campaign backup` has made; to go on with it as it is, which calls \
             those again who are not in it: {go_on} --accept-older-database"
        ),
    }
}

fn held(holder: Option<&(polyai_outbound::campaign::Holder, PathBuf)>) -> Failure {
    let who = match holder {
        Some((holder, database)) => {
            format!("{} from {}", harmless(&holder.to_string()), harmless(&database.display().to_string()))
        }
        None => "another process".to_owned(),
    };
    Failure::Input {
        code: "already_running",
        message: format!(
            "the campaign is run by {who} already, and what is given here is that database or a copy of it; go on with that \
             one, or end it first"
        ),
    }
}

/// A path that means the same from every folder, and by whichever link.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// Where the index is, or would be.
fn folder() -> Result<Option<PathBuf>, Failure> {
    if let Some(folder) = settings::variable(STATE_DIR)? {
        return Ok(Some(folder.into()));
    }
    let variable = |name| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    // What is not absolute means nothing, says the specification of these folders.
    let state = variable("XDG_STATE_HOME").filter(|it| it.is_absolute());
    let state = match () {
        () if cfg!(windows) => variable("LOCALAPPDATA"),
        () if cfg!(target_os = "macos") => {
            state.or_else(|| variable("HOME").map(|home| home.join("Library/Application Support")))
        }
        () => state.or_else(|| variable("HOME").map(|home| home.join(".local/state"))),
    };
    Ok(state.map(|state| state.join(FOLDER)))
}
