//! What this machine remembers of campaigns, as `outbound campaign run` asks for it: that a list was run before, that a
//! database is older than what was run from it, and that a copy of it is being run.
//!
//! The index is in the folder that `POLYAI_OUTBOUND_STATE_DIR` names, or else where the system keeps the state of programs.
//! Where it cannot be written campaigns run all the same, with a warning: what is in their databases still counts.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{
    CampaignId, CounterError, Database, ListRun, RunIndex, StoreError, StoreErrorKind,
};

use super::moment::dated;
use crate::failure::Failure;
use crate::output::{Output, harmless};
use crate::settings;
use crate::shell::quote;

const STATE_DIR: &str = "POLYAI_OUTBOUND_STATE_DIR";
const FOLDER: &str = "polyai-outbound";

/// Consent that a person gave on the command line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Consent {
    /// `--again`: people may be called who were called before.
    pub(crate) again: bool,
    /// `--other-token`: the campaign goes on with another token.
    pub(crate) other_token: bool,
}

/// The index, if there is one.
#[derive(Debug)]
pub(super) struct Memory {
    index: Option<RunIndex>,
    now: Timestamp,
    output: Output,
}

impl Memory {
    /// The index of this machine. Where there can be none, that is said.
    pub(super) fn of_this_machine(now: Timestamp, output: Output) -> Result<Self, Failure> {
        let memory = Self { index: None, now, output };
        let Some(folder) = folder()? else {
            memory.warn(&format!("no folder is known for it; set {STATE_DIR}"));
            return Ok(memory);
        };
        let index = match RunIndex::open(&folder) {
            Ok(index) => Some(index),
            Err(error) => {
                memory.warn(&format!("{}: {error}; make it writable, or set {STATE_DIR}", folder.display()));
                None
            }
        };
        Ok(Self { index, ..memory })
    }

    /// None, of what is run in a folder of its own that is gone afterwards.
    pub(super) const fn none(now: Timestamp, output: Output) -> Self {
        Self { index: None, now, output }
    }

    fn warn(&self, why: &dyn Display) {
        self.output.note(format_args!(
            "warning: this machine cannot remember which lists were run ({why}): it will not be noticed when the same list \
             is run from another database, or from an old copy of this one"
        ));
    }

    /// What `ask` says; nothing, with a warning, if the index fails.
    fn ask<T>(&self, ask: impl FnOnce(&RunIndex) -> std::io::Result<T>) -> Option<T> {
        ask(self.index.as_ref()?).inspect_err(|error| self.warn(error)).ok()
    }

    /// Refuses a list that was run before through the same service.
    pub(super) fn refuse_known_list(&self, file: &Path, list: &str, service: &str) -> Result<(), Failure> {
        match self.ask(|index| index.run_of(list, service)).flatten() {
            Some(run) => Err(self.run_before(file, &run)),
            None => Ok(()),
        }
    }

    fn run_before(&self, file: &Path, run: &ListRun) -> Failure {
        let ListRun { at, database, name, .. } = run;
        let (file, at) = (file.display(), dated(*at));
        let (database, name) = (harmless(&database.display().to_string()), harmless(name));
        Failure::Input {
            code: "list_run_before",
            message: format!(
                "{file}: this list was run on {at} from {database} (campaign `{name}`), and nobody is called twice by accident; \
                 to go on with it: --db {db} --name {named}; to call these people again: --again",
                db = quote(&database),
                named = quote(&name),
            ),
        }
    }

    /// Remembers that the campaign's list is run from here; refuses it if it was run by another campaign since, or first.
    pub(super) async fn claim(
        &self,
        database: &mut Database,
        campaign: CampaignId,
        wanted: (&Path, &str, &str),
        consent: Consent,
    ) -> Result<(), Failure> {
        let (file, name, service) = wanted;
        let Some((origin, _)) = database.origin(campaign).await? else { return Ok(()) };
        let run = ListRun { origin, at: self.now, database: whole(database.path()), name: name.to_owned() };
        match self.ask(|index| index.claim(service, &run, consent.again)).flatten() {
            Some(other) => Err(self.run_before(file, &other)),
            None => Ok(()),
        }
    }

    /// The database, for a run. One whose log is gone is taken if it is known that nothing is missing in it, or if a person
    /// agrees.
    pub(super) async fn open(&self, path: &Path, consent: Consent) -> Result<Database, Failure> {
        let error = match Database::open(path, true).await {
            Err(error) if error.kind() == StoreErrorKind::LogMissing => error,
            opened => return Ok(opened?),
        };
        if self.is_complete(path).await.unwrap_or_default() {
            self.output.note(format_args!(
                "the log of {} is gone, and every call that was made from this machine is in the file",
                path.display()
            ));
            return Ok(Database::open_without_log(path).await?);
        }
        if !consent.again {
            return Err(without_log(path, &error));
        }
        let missing = self.missing(path).await.ok().flatten();
        let mut database = Database::open_without_log(path).await?;
        self.accepted(path, "the log of it is gone", missing);
        database.renew().await?;
        Ok(database)
    }

    /// Says what a person agreed to.
    fn accepted(&self, path: &Path, what: &str, missing: Option<u64>) {
        let missing = missing.map_or_else(
            || "how many calls are missing in it is not known".to_owned(),
            |missing| format!("calls that are missing in it: {missing}"),
        );
        self.output.note(format_args!(
            "warning: database {}: {what}, and it is gone on with (--again); {missing}; whoever they were made to may be \
             called again",
            path.display()
        ));
    }

    /// How many calls were counted that are not in the file alone, if that is known of all of its campaigns.
    async fn missing(&self, path: &Path) -> Result<Option<u64>, StoreError> {
        let Some(index) = &self.index else { return Ok(None) };
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
        let Some(index) = &self.index else { return Ok(false) };
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

    /// Counts the calls of a campaign from now on, and refuses a database that knows of fewer than were counted.
    pub(super) async fn count(
        &self,
        database: &mut Database,
        campaign: CampaignId,
        consent: Consent,
    ) -> Result<(), Failure> {
        let Some((origin, intents)) = database.origin(campaign).await? else { return Ok(()) };
        let backup_at = database.backup_at().await?;
        let counted = self.ask(|index| index.calls(&origin)).flatten();
        let is_old = match (counted, backup_at) {
            (Some(counted), _) => counted > intents,
            // Whether somebody was called since is not known here.
            (None, Some(_)) => true,
            (None, None) => false,
        };
        let missing = known(counted).map(|it| it.saturating_sub(intents));
        if is_old && !consent.again {
            return Err(self.old(database.path(), backup_at, missing));
        }
        if is_old {
            self.accepted(database.path(), "it is an older copy or a backup", missing);
        }
        let origin = match (is_old, backup_at) {
            (true, _) => {
                database.renew().await?;
                let Some((origin, _)) = database.origin(campaign).await? else { return Ok(()) };
                origin
            }
            (false, Some(_)) => {
                database.accept_backup().await?;
                origin
            }
            (false, None) => origin,
        };
        let Some(index) = &self.index else { return Ok(()) };
        match index.counter(&origin, &whole(database.path()), self.now) {
            // Somebody else may have run it in between.
            Ok(counter) if counter.calls() > intents => {
                let missing = known(Some(counter.calls())).map(|it| it.saturating_sub(intents));
                Err(self.old(database.path(), backup_at, missing))
            }
            Ok(counter) => {
                database.count_calls(counter);
                Ok(())
            }
            Err(CounterError::Held(holder)) => Err(held(holder.as_deref())),
            Err(CounterError::Io(error)) => {
                self.warn(&error);
                Ok(())
            }
        }
    }

    fn old(&self, path: &Path, backup_at: Option<Timestamp>, missing: Option<u64>) -> Failure {
        let what = match backup_at {
            Some(at) => format!("it is a backup, made on {}", dated(at)),
            None => "it is an older copy".to_owned(),
        };
        let missing = match missing {
            Some(1) => "1 call was begun since that is not in it".to_owned(),
            Some(missing) => format!("{missing} calls were begun since that are not in it"),
            None => "who was called since is not in it".to_owned(),
        };
        Failure::Store {
            code: "store_old",
            message: format!(
                "database {}: {what}, and {missing}; these people would be called again. Give the database that was run last; \
                 or, if that is lost, suppress whom it called (--suppress) and go on with this one: --again",
                path.display()
            ),
        }
    }
}

/// A number of calls, unless it stands for one that cannot be read.
fn known(counted: Option<u64>) -> Option<u64> {
    counted.filter(|it| *it < u64::MAX)
}

fn without_log(path: &Path, error: &StoreError) -> Failure {
    Failure::Store {
        code: "store_log_missing",
        message: format!(
            "{error}; or restore a backup (outbound campaign backup); to go on with {} as it is, which calls those again who \
             are not in it: --again",
            path.display()
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
            "the campaign is run by {who} already, and what is given here is that database or a copy of it; look at that one \
             with `outbound campaign status`, or end it first"
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
