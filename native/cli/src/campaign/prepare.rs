//! Before a campaign runs: making it, or finding that it is the one to be gone on with; its list; its lock.

use std::path::Path;
use std::time::Duration;

use polyai_outbound::campaign::{
    Campaign, CampaignId, Database, EarlierRun, ImportError, Imported, List, ListImport, ListRun, LockError,
    NewCampaign, Options, Origin, People, Placeholders, Rejects, Replan, RunIndex, Runner, RunnerLock,
    Source, SuppressionCount, WaitRule, list_sha256,
};
use polyai_outbound::{Client, Credential, Timestamp};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::args::{CallingArgs, ListArgs};
use super::kept::{Kept, duplicates, whole};
use super::memory::earlier::{self, Asked};
use super::memory::{self, ClaimError, Consent, Memory, Unusable, begins};
use super::moment::{on, span};
use super::service::ServiceName;
use super::words::many;
use crate::failure::Failure;
use crate::follow::Waiting;
use crate::output::{Output, harmless};

/// What is to be run, and with what.
pub(super) struct Wanted<'a> {
    pub(super) list: &'a ListArgs,
    pub(super) calling: &'a CallingArgs,
    pub(super) database: &'a Path,
    pub(super) name: &'a str,
    pub(super) client: &'a Client,
    pub(super) service: &'a ServiceName,
    /// Beginning of commands about campaigns, the flags that name this one, and those that say where and as whom to call.
    pub(super) command: &'a str,
    pub(super) of_it: &'a str,
    pub(super) flags: &'a str,
    /// The command that goes on with it.
    pub(super) go_on: &'a str,
    pub(super) token: Option<&'a Credential>,
    pub(super) memory: Memory,
    /// The list, once it was read.
    pub(super) read: OnceCell<ReadList>,
    pub(super) consent: Consent,
    pub(super) now: Timestamp,
    pub(super) output: Output,
}

/// A campaign whose list is in the database, and that nobody else runs.
pub(super) struct Prepared {
    pub(super) database: Database,
    pub(super) campaign: CampaignId,
    pub(super) kept: Kept,
    /// True if its list was read just now, and told of.
    pub(super) imported: bool,
    /// Ends when this does.
    pub(super) lock: RunnerLock,
}

/// The list that is to be dialed: no standard input, because the same command must be able to read it again.
pub(super) fn list_file(list: &ListArgs) -> Result<&Path, Failure> {
    if list.file.as_os_str() == "-" {
        return Err(Failure::input(
            "FILE: standard input cannot be read again by the command that goes on after a crash; expected the path of \
             a file",
        ));
    }
    if list.file.is_dir() {
        return Err(Failure::input(format!(
            "{}: is a folder; expected the path of a list",
            list.file.display()
        )));
    }
    Ok(&list.file)
}

/// The name of a campaign of that list, unless it is given one.
pub(super) fn name_of(list: &ListArgs) -> Result<String, Failure> {
    let stem = list_file(list)?.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|it| !it.is_empty()).ok_or_else(|| {
        Failure::input("FILE: is no file's name; expected the path of a list, or --name with it")
    })
}

/// Where refused rows are written to.
pub(super) fn rejects(list: &ListArgs) -> Rejects {
    match &list.rejects {
        Some(path) => Rejects::at(path, list.file.display().to_string()),
        None => Rejects::beside(&list.file),
    }
}

/// A list as it was read before there is a campaign of it.
#[derive(Debug)]
pub(super) struct ReadList {
    sha256: String,
    /// Who would be called.
    people: People,
}

impl Wanted<'_> {
    pub(super) async fn prepare(&self) -> Result<Prepared, Failure> {
        let source = source(&self.list.file)?;
        let is_new = !self.database.exists();
        if is_new {
            // What is wrong is found before there is a file.
            let (kept, _) = self.described()?;
            self.check_list(None, &kept).await?;
        }
        let mut opened = self.memory.open(self.database, self.consent, self.go_on).await?;
        let known = match opened.database.campaign(self.name).await? {
            Some(known) => self.still(&mut opened.database, known, &source).await?,
            None => None,
        };
        let imported = known.as_ref().is_none_or(|it| !it.imported);
        let (campaign, kept, lock) = match known {
            Some(known) => self.go_on(&mut opened.database, &known).await?,
            None => self.begin(&mut opened.database, source, !is_new).await?,
        };
        let before = self.memory.count(&mut opened, campaign, self.consent, self.go_on).await?;
        self.claim(&mut opened.database, campaign, before, imported).await?;
        Ok(Prepared { database: opened.database, campaign, kept, imported, lock })
    }

    /// Refuses a list whose people were on one that was run before: from this database, or from another as far as this machine
    /// knows. Nothing is remembered of it yet.
    async fn check_list(&self, database: Option<&mut Database>, kept: &Kept) -> Result<(), Failure> {
        let Some(index) = self.memory.to_begin()? else { return Ok(()) };
        let failed = |error: std::io::Error| Unusable::of(&error).refusal();
        if database.is_none() && index.is_empty().map_err(failed)? {
            return Ok(());
        }
        let ReadList { sha256, people } = self.read(index, kept).await?;
        let own = [Origin { database_id: String::new(), campaign: CampaignId(0), list: sha256.clone() }];
        let mut earlier = match database {
            Some(database) => self.in_database(database, index, sha256, people).await?,
            None => Vec::new(),
        };
        let query = memory::query(&own, people, self.service);
        for run in index.earlier(&query).map_err(failed)? {
            if earlier.iter().all(|it| it.run.origin != run.run.origin) {
                earlier.push(run);
            }
        }
        self.judge(&earlier).await?;
        if self.consent.again && !earlier.iter().any(EarlierRun::stands_in_the_way) {
            self.output.note("--again: has no effect, because no list with these people was run before");
        }
        Ok(())
    }

    /// Refuses the list if one of the runs stands in the way, and `--again` is not said; tells of the others.
    async fn judge(&self, earlier: &[EarlierRun]) -> Result<(), Failure> {
        let refusing = earlier.iter().find(|it| it.stands_in_the_way() && !self.consent.again);
        if let Some(run) = refusing {
            return Err(earlier::refusal(self.asked(), run).await);
        }
        for line in earlier::notes(&self.list.file, earlier, self.consent.again) {
            self.output.note(line);
        }
        Ok(())
    }

    fn asked(&self) -> Asked<'_> {
        Asked { file: &self.list.file, command: self.command, flags: self.flags }
    }

    /// Other campaigns of the database that called people of the list, as far as the machine's index does not know them.
    async fn in_database(
        &self,
        database: &mut Database,
        index: &RunIndex,
        sha256: &str,
        people: &People,
    ) -> Result<Vec<EarlierRun>, Failure> {
        let known = index.origins(&self.service.place).map_err(|error| Unusable::of(&error).refusal())?;
        let mut earlier = Vec::new();
        for Campaign { id, name, created_at, service, source_sha256, .. } in database.campaigns().await? {
            if !self.service.is_at(&service) {
                continue;
            }
            let Some((origin, _)) = database.origin(id).await? else { continue };
            let is_same_file = source_sha256.as_deref() == Some(sha256);
            let overlap = if is_same_file {
                None
            } else if !known.contains(&origin) {
                let mut theirs = index.people();
                database.add_people(id, &mut theirs).await?;
                Some(people.overlap(&theirs)).filter(|it| it.shared > 0)
            } else {
                continue;
            };
            if is_same_file || overlap.is_some() {
                let database =
                    std::path::absolute(database.path()).unwrap_or_else(|_| database.path().to_owned());
                let run = ListRun { origin, at: created_at, database, name };
                earlier.push(EarlierRun { run, overlap, may_be_chance: false });
            }
        }
        Ok(earlier)
    }

    /// Remembers that the list is run by the campaign; refuses it if it was run by another since, or first. Of one whose list
    /// was `imported` just now, what was found before is told already.
    async fn claim(
        &self,
        database: &mut Database,
        campaign: CampaignId,
        before: Option<Origin>,
        imported: bool,
    ) -> Result<(), Failure> {
        let named = (self.name, self.service);
        match self.memory.claim(database, campaign, named, before, self.consent.again).await {
            Ok(earlier) if imported => match earlier.iter().find(|it| it.stands_in_the_way()) {
                Some(run) if !self.consent.again => Err(earlier::refusal(self.asked(), run).await),
                Some(_) | None => Ok(()),
            },
            Ok(earlier) => self.judge(&earlier).await,
            Err(ClaimError::Store(error)) => Err(error.into()),
            Err(ClaimError::Index(error)) if begins(database, campaign).await? => {
                Err(Unusable::of(&error).refusal())
            }
            Err(ClaimError::Index(error)) => {
                self.memory.warn(&Unusable::of(&error));
                Ok(())
            }
        }
    }

    /// The list, read once, where it keeps nobody from interrupting.
    async fn read(&self, index: &RunIndex, kept: &Kept) -> Result<&ReadList, Failure> {
        let read = || async {
            let (list_options, suppress) = (kept.list_options()?, kept.suppression_lists()?);
            let (file, options, now) = (self.list.file.clone(), kept.calling.clone(), self.now);
            let mut people = index.people();
            blocking(move || {
                let import = ListImport {
                    list: &file,
                    list_options: &list_options,
                    options: &options,
                    suppress: &suppress,
                    now,
                };
                let digest = import.people(&mut people)?;
                Ok(ReadList { sha256: digest.hex(), people })
            })
            .await
        };
        self.read.get_or_try_init(read).await
    }

    /// Refuses another token than that which the campaign was begun with.
    async fn check_token(&self, database: &mut Database, campaign: CampaignId) -> Result<(), Failure> {
        let Some(token) = self.token else { return Ok(()) };
        if database.check_token(campaign, token, self.consent.other_token, self.now).await? {
            return Ok(());
        }
        Err(Failure::Input {
            code: "other_token",
            message: format!(
                "the campaign `{}` was begun with another token, and a token belongs to one connector: the people on the rest \
                 of the list would hear from another agent. Give the token that it was begun with; or, if this one was issued \
                 in its place: --other-token",
                harmless(self.name)
            ),
        })
    }

    /// A campaign of that name, if it is the one that is meant. One whose list changed before all of it was read gives way.
    async fn still(
        &self,
        database: &mut Database,
        known: Campaign,
        source: &Source,
    ) -> Result<Option<Campaign>, Failure> {
        if !self.service.is(&known.service) {
            return Err(Failure::input(format!(
                "the campaign `{}` calls through {}, and now {} is asked for; give the same service, or another --name",
                self.name, known.service, self.service.said
            )));
        }
        let kept = Kept::read(&known.options)?;
        let looks_the_same =
            known.source.size == source.size && known.source.modified_at == source.modified_at;
        if known.imported {
            let is_the_same = looks_the_same
                || (known.source.size == source.size
                    && known.source_sha256 == Some(self.list_sha256().await?));
            if !is_the_same {
                return Err(Failure::input(format!(
                    "{file}: its content is not that of the list which the campaign `{name}` was made of, on {made}, so nobody \
                     is called. To go on with `{name}`, put the file back as it was. For people who are new, make a list of \
                     the new rows alone and give it a --name of its own",
                    file = self.list.file.display(),
                    name = self.name,
                    made = on(known.created_at),
                )));
            }
            if self.list.duplicates.is_some_and(|it| it != known.duplicates) {
                self.output.note(
                    "--duplicates: has no effect, because the list was read before; it needs a campaign of another --name",
                );
            }
            return Ok(Some(known));
        }
        let (anew, _) = Kept::new(self.list, &CallingArgs::default(), self.now)?;
        let reads_the_same = kept.list == anew.list && known.duplicates == duplicates(self.list);
        if looks_the_same && reads_the_same {
            return Ok(Some(known));
        }
        let _lock = self.acquire(known.id).await?;
        database.discard_import(known.id).await?;
        self.output.note(format_args!(
            "the list is not what it was when reading it was cut off, so it is read from its beginning; nobody was called yet"
        ));
        Ok(None)
    }

    /// A new campaign as the command line describes it, if its files can be read.
    fn described(&self) -> Result<(Kept, Vec<String>), Failure> {
        let (kept, notes) = Kept::new(self.list, self.calling, self.now)?;
        Runner::check(self.client, &kept.calling)?;
        List::open(&self.list.file, &kept.list_options()?)?;
        for list in kept.suppression_lists()? {
            list.check()?;
        }
        Ok((kept, notes))
    }

    async fn begin(
        &self,
        database: &mut Database,
        source: Source,
        checks: bool,
    ) -> Result<(CampaignId, Kept, RunnerLock), Failure> {
        let (kept, notes) = self.described()?;
        if checks {
            self.check_list(Some(database), &kept).await?;
        }
        self.notes(&notes);
        let campaign = database
            .create_campaign(&NewCampaign {
                name: self.name.to_owned(),
                created_at: self.now,
                options: kept.to_json(),
                service: self.service.said.clone(),
                source,
                duplicates: duplicates(self.list),
            })
            .await?;
        let lock = self.lock(database, campaign).await?;
        self.check_token(database, campaign).await?;
        self.import(database, campaign, &kept).await?;
        Ok((campaign, kept, lock))
    }

    async fn go_on(
        &self,
        database: &mut Database,
        known: &Campaign,
    ) -> Result<(CampaignId, Kept, RunnerLock), Failure> {
        let campaign = known.id;
        if begins(database, campaign).await? {
            self.memory.to_begin()?;
        } else {
            self.memory.warn_if_unusable();
        }
        let lock = self.lock(database, campaign).await?;
        self.check_token(database, campaign).await?;
        let before = Kept::read(&known.options)?;
        let (kept, notes) = before.over(self.list, self.calling, self.now)?;
        // Options that no run can have are not kept: every later one would be refused for them.
        Runner::check(self.client, &kept.calling)?;
        // Lists are only ever added: one that is not there would stand in the way for good.
        for added in kept.suppression_lists()?.iter().skip(before.suppress.len()) {
            added.check()?;
        }
        self.notes(&notes);
        if kept != before {
            let times = |kept: &Kept| {
                let Options { windows, window_margin, zone_by, until, .. } = &kept.calling;
                (windows.clone(), *window_margin, *zone_by, *until)
            };
            let within = |kept: &Kept| kept.calling.not_again_within;
            let caps = |kept: &Kept| (kept.calling.max_per_number, kept.calling.max_triggers_per_number);
            let recent = (within(&kept) != within(&before)).then_some(WaitRule::RecentCall);
            let capped = (caps(&kept) != caps(&before)).then_some(WaitRule::NumberCap);
            let waiting_by: Vec<_> = recent.into_iter().chain(capped).collect();
            let replan = Replan {
                options: &kept.calling,
                untried: times(&kept) != times(&before),
                waiting_by: &waiting_by,
            };
            database.change_options(campaign, &kept.to_json(), replan, self.now).await?;
        }
        if known.imported {
            self.output.note(format_args!("going on with the campaign `{}`", self.name));
        } else {
            self.output.note(format_args!(
                "reading the list was cut off after line {}, so it is read from its beginning; nobody was called yet",
                known.lines_done
            ));
            self.import(database, campaign, &kept).await?;
        }
        Ok((campaign, kept, lock))
    }

    async fn lock(&self, database: &mut Database, campaign: CampaignId) -> Result<RunnerLock, Failure> {
        let lock = self.acquire(campaign).await?;
        database.set_runner(campaign, lock.holder()).await?;
        Ok(lock)
    }

    async fn acquire(&self, campaign: CampaignId) -> Result<RunnerLock, Failure> {
        let acquired = RunnerLock::acquire(self.database, campaign, self.now).await;
        acquired.map_err(|error| match error {
            LockError::AlreadyRunning(_) => Failure::Input {
                code: "already_running",
                message: format!("{error}; look at it with: {} status {}", self.command, self.of_it),
            },
            LockError::Io { .. } | LockError::NotAFile { .. } => error.into(),
        })
    }

    async fn import(
        &self,
        database: &mut Database,
        campaign: CampaignId,
        kept: &Kept,
    ) -> Result<(), Failure> {
        let imported = import(self.list, kept, self.now, database, campaign, self.output).await?;
        self.output.note(told(&imported));
        for line in suppression_told(&imported.suppression).chain(suppression_sum(&imported)) {
            self.output.note(line);
        }
        if imported.elsewhere > 0 {
            let numbers = match imported.elsewhere {
                1 => "the number of 1 row is".to_owned(),
                rows => format!("the numbers of {rows} rows are"),
            };
            let within = kept.calling.not_again_within;
            let peace = if within.is_zero() {
                "all together --max-per-number times in 24 hours at most".to_owned()
            } else {
                format!("none within {} of another's call (--not-again-within)", span(within))
            };
            self.output.note(format_args!(
                "warning: {numbers} also in other campaigns of this database, and each campaign calls them, {peace}; to \
                 call nobody of this one: {} cancel {}",
                self.command, self.of_it
            ));
        }
        let recent = database.recently_called(campaign, self.now, kept.calling.not_again_within).await?;
        if recent > 0 {
            self.output.note(told_recent(recent, kept.calling.not_again_within));
        }
        if self.output.json {
            let mut told = to_json(&imported);
            if let Some(fields) = told.as_object_mut() {
                fields.insert("recently_called".to_owned(), json!(recent));
            }
            self.output.say("", &told);
        }
        Ok(())
    }

    /// The SHA-256 of the list as it is now.
    async fn list_sha256(&self) -> Result<String, Failure> {
        if let Some(read) = self.read.get() {
            return Ok(read.sha256.clone());
        }
        let file = self.list.file.clone();
        blocking(move || {
            list_sha256(&file).map_err(|error| {
                let file = file.display();
                Failure::input(format!("{file}: cannot be read: {error}; expected the path of a list"))
            })
        })
        .await
    }

    fn notes(&self, notes: &[String]) {
        for note in notes {
            self.output.note(note);
        }
    }
}

/// Runs `read`, which reads files, without keeping anybody from interrupting.
async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(read).await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(read) => read,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The runtime is shutting down.
        Err(Err(_)) => std::future::pending().await,
    }
}

/// Reads the list into the campaign.
pub(super) async fn import(
    list: &ListArgs,
    kept: &Kept,
    now: Timestamp,
    database: &mut Database,
    campaign: CampaignId,
    output: Output,
) -> Result<Imported, Failure> {
    const LONG: Duration = Duration::from_secs(5);
    let (list_options, suppress) = (kept.list_options()?, kept.suppression_lists()?);
    let import = ListImport {
        list: &list.file,
        list_options: &list_options,
        options: &kept.calling,
        suppress: &suppress,
        now,
    };
    let waiting = Waiting::new(output, "reading the list");
    let mut told_at = std::time::Instant::now();
    let imported = import.run(database, campaign, rejects(list), |rows| {
        waiting.show(format!("reading the list: {rows} rows"));
        if !output.live && told_at.elapsed() >= LONG {
            told_at = std::time::Instant::now();
            output.note(format_args!("reading the list: {rows} rows"));
        }
    });
    let imported = imported.await?;
    drop(waiting);
    for it in &imported.placeholders {
        output.note(placeholders_warning(it));
    }
    Ok(imported)
}

/// What is said of each suppression list, a line each.
pub(super) fn suppression_told(counts: &[SuppressionCount]) -> impl Iterator<Item = String> {
    counts.iter().map(|SuppressionCount { file, numbers, rows_removed, passed }| {
        let (numbers, rows) = (many(*numbers, "number", "numbers"), many(*rows_removed, "row", "rows"));
        let passed = passed.as_deref().map(|it| format!("; {}", harmless(it))).unwrap_or_default();
        format!("suppression list {}: {numbers}; {rows} of the list removed{passed}", harmless(file))
    })
}

/// The same for programs.
pub(super) fn suppression_json(counts: &[SuppressionCount]) -> Value {
    let lists = counts.iter();
    lists
        .map(|it| {
            let mut told = json!({ "file": it.file, "numbers": it.numbers, "rows_removed": it.rows_removed });
            if let (Some(fields), Some(passed)) = (told.as_object_mut(), &it.passed) {
                fields.insert("passed_over".to_owned(), json!(passed));
            }
            told
        })
        .collect()
}

/// Why the lists together remove other rows than are told to be on one, if they do.
pub(super) fn suppression_sum(imported: &Imported) -> Option<String> {
    let of_lists: u64 = imported.suppression.iter().map(|it| it.rows_removed).sum();
    let more = of_lists.checked_sub(imported.suppressed).filter(|more| *more > 0)?;
    Some(format!(
        "{} more often than once: on several lists, or also said by the list itself to be left alone",
        if more == 1 {
            "1 row is counted there".to_owned()
        } else {
            format!("{more} rows are counted there")
        }
    ))
}

/// What is said of a column with placeholders.
fn placeholders_warning(of: &Placeholders) -> String {
    let Placeholders { column, rows, examples } = of;
    let rows = if *rows == 1 { "1 row holds".to_owned() } else { format!("{rows} rows hold") };
    format!(
        "warning: {}: {rows} a placeholder ({}): the agent would say it. Empty these cells, or leave the column out \
         (--metadata-columns).",
        harmless(column),
        examples.join(", ")
    )
}

/// The file as it is now.
fn source(path: &Path) -> Result<Source, Failure> {
    let refuse = |error: std::io::Error| {
        let nowhere = error.kind() == std::io::ErrorKind::NotFound && path.is_symlink();
        let problem = if nowhere { "is a link to a file that is not there" } else { "cannot be read" };
        Failure::input(format!("{}: {problem}: {error}; expected the path of a list", path.display()))
    };
    let metadata = std::fs::metadata(path).map_err(refuse)?;
    if !metadata.is_file() {
        return Err(Failure::input(format!(
            "{}: is no file; expected the path of a list that can be read again",
            path.display()
        )));
    }
    let modified = metadata.modified().ok().and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
    Ok(Source {
        file: whole(path),
        size: metadata.len(),
        modified_at: modified
            .map(|it| Timestamp::from_millis(u64::try_from(it.as_millis()).unwrap_or(u64::MAX))),
    })
}

/// What became of the rows of a list, for people.
pub(super) fn told(imported: &Imported) -> String {
    let to_call = imported.accepted.saturating_sub(
        imported.suppressed
            + imported.opted_out
            + imported.opted_out_elsewhere
            + imported.held
            + imported.expired,
    );
    let mut parts = vec![format!("{to_call} to be called")];
    for (count, what) in [
        (imported.held, "held for a person's help"),
        (imported.expired, "whose time is over"),
        (imported.suppressed, "on a suppression list"),
        (imported.opted_out, "that must not be called, as the list itself says"),
        (imported.opted_out_elsewhere, "that must not be called, as another list of the database says"),
        (imported.duplicates, "left out, because an earlier row has their number"),
        (imported.refused, "refused"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let why = imported.rejects.as_ref().map(|path| format!("; why is in {}", path.display()));
    let all = many(imported.rows, "row", "rows");
    let text = format!("{all}: {}{}", parts.join(", "), why.unwrap_or_default());
    format!("{text}{}{}", opt_outs(imported), taken_back(imported))
}

/// Sentence about opt-outs that another campaign read from a column of the same list that is ignored now.
fn taken_back(imported: &Imported) -> String {
    if imported.taken_back == 0 {
        return String::new();
    }
    format!(
        "\nTaken back for {}: that they must not be called, as this list said to another campaign by a column that \
         --ignore-column leaves out now. Rows that it suppressed there stay so.",
        many(imported.taken_back, "number", "numbers")
    )
}

/// Where the list says who must not be called, a few of them.
fn opt_outs(imported: &Imported) -> String {
    const SHOWN: usize = 3;
    let named: Vec<_> = imported.opt_outs.iter().take(SHOWN).map(|said| harmless(said)).collect();
    let more = imported.opted_out.saturating_sub(named.len() as u64);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    if named.is_empty() {
        return String::new();
    }
    format!(
        "\nMust not be called: {}{more}.\nIf such a column means something else, leave it out: --ignore-column COLUMN; \
         after a run of the list also --again and another --name, which takes back what the column said.",
        named.join(", ")
    )
}

/// What is said of numbers that other campaigns called recently.
pub(super) fn told_recent(rows: u64, within: Duration) -> String {
    format!(
        "{} that another campaign of the database called within {}: {} until that is over, or \
         {} (--not-again-within)",
        if rows == 1 { "1 row has a number".to_owned() } else { format!("{rows} rows have numbers") },
        span(within),
        if rows == 1 { "it waits" } else { "they wait" },
        if rows == 1 { "expires" } else { "expire" },
    )
}

/// The same for programs.
pub(super) fn to_json(imported: &Imported) -> Value {
    json!({
        "type": "imported",
        "rows": imported.rows,
        "accepted": imported.accepted,
        "refused": imported.refused,
        "duplicates": imported.duplicates,
        "suppressed": imported.suppressed,
        "suppression": suppression_json(&imported.suppression),
        "opted_out": imported.opted_out,
        "opted_out_elsewhere": imported.opted_out_elsewhere,
        "opt_outs": imported.opt_outs,
        "opt_outs_taken_back": imported.taken_back,
        "held": imported.held,
        "expired": imported.expired,
        "elsewhere": imported.elsewhere,
        "placeholders": imported
            .placeholders
            .iter()
            .map(|it| json!({ "column": it.column, "rows": it.rows, "examples": it.examples }))
            .collect::<Vec<_>>(),
        "rejects": imported.rejects.as_ref().map(|path| path.display().to_string()),
    })
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::List(error) => error.into(),
            ImportError::Store(error) => error.into(),
        }
    }
}
