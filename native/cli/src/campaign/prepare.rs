//! Before a campaign runs: making it, or finding that it is the one to be gone on with; its list; its lock.

use std::path::Path;
use std::time::Duration;

use polyai_outbound::campaign::{
    Campaign, CampaignId, Database, ImportError, Imported, List, ListImport, NewCampaign, Options,
    Placeholders, Rejects, RunnerLock, Source, SuppressionCount, list_sha256,
};
use polyai_outbound::{Credential, Timestamp};
use serde_json::{Value, json};

use super::args::{CallingArgs, ListArgs};
use super::kept::{Kept, duplicates, whole};
use super::memory::{Consent, Memory};
use super::moment::{here, span};
use super::words::many;
use crate::failure::Failure;
use crate::follow::Waiting;
use crate::output::{Output, harmless};
use crate::shell::{me, quote};

/// What is to be run, and with what.
pub(super) struct Wanted<'a> {
    pub(super) list: &'a ListArgs,
    pub(super) calling: &'a CallingArgs,
    pub(super) database: &'a Path,
    pub(super) name: &'a str,
    /// Base URL and API.
    pub(super) service: &'a str,
    pub(super) token: Option<&'a Credential>,
    pub(super) memory: Memory,
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

impl Wanted<'_> {
    pub(super) async fn prepare(&self) -> Result<Prepared, Failure> {
        let source = source(&self.list.file)?;
        if !self.database.exists() {
            // What is wrong is found before there is a file.
            self.described()?;
            self.refuse_known_list(None).await?;
        }
        let mut database = self.memory.open(self.database, self.consent).await?;
        let known = match database.campaign(self.name).await? {
            Some(known) => self.still(&mut database, known, &source).await?,
            None => None,
        };
        let mut prepared = match known {
            Some(known) => self.go_on(database, &known).await?,
            None => self.begin(database, source).await?,
        };
        let Prepared { database, campaign, .. } = &mut prepared;
        self.memory.count(database, *campaign, self.consent).await?;
        let wanted = (self.list.file.as_path(), self.name, self.service);
        self.memory.claim(database, *campaign, wanted, self.consent).await?;
        Ok(prepared)
    }

    /// Refuses a list of which there is a campaign already: in this database, or in another as far as this machine knows.
    async fn refuse_known_list(&self, database: Option<&mut Database>) -> Result<(), Failure> {
        if self.consent.again {
            return Ok(());
        }
        let list = self.list_sha256()?;
        let campaigns = match database {
            Some(database) => database.campaigns().await?,
            None => Vec::new(),
        };
        let known = campaigns.iter().find(|it| it.source_sha256.as_ref() == Some(&list));
        if let Some(Campaign { name, created_at, .. }) = known {
            return Err(Failure::Input {
                code: "list_run_before",
                message: format!(
                    "{file}: this list was run on {at} as the campaign `{called}` of this database; to go on with that: \
                     --name {name}; to call these people again: --again",
                    file = self.list.file.display(),
                    at = here(*created_at, self.now),
                    called = harmless(name),
                    name = quote(&harmless(name)),
                ),
            });
        }
        self.memory.refuse_known_list(&self.list.file, &list, self.service)
    }

    /// Refuses another token than that which the campaign was begun with.
    async fn check_token(&self, database: &mut Database, campaign: CampaignId) -> Result<(), Failure> {
        let Some(token) = self.token else { return Ok(()) };
        if database.check_token(campaign, token, self.consent.other_token).await? {
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
        if known.service != self.service {
            return Err(Failure::input(format!(
                "the campaign `{}` calls through {}, and now {} is asked for; give the same service, or another --name",
                self.name, known.service, self.service
            )));
        }
        let kept = Kept::read(&known.options)?;
        let looks_the_same =
            known.source.size == source.size && known.source.modified_at == source.modified_at;
        if known.imported {
            let is_the_same = looks_the_same
                || (known.source.size == source.size && known.source_sha256 == Some(self.list_sha256()?));
            if !is_the_same {
                return Err(Failure::input(format!(
                    "{file}: its content is not that of the list which the campaign `{name}` was made of, {made}; go on \
                     with the list as it was, or make a list of the new rows alone and give it a --name of its own: under \
                     another --name every row of a list is called, also those that `{name}` has called",
                    file = self.list.file.display(),
                    name = self.name,
                    made = here(known.created_at, self.now),
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
        let _lock = RunnerLock::acquire(self.database, known.id, self.now).await?;
        database.discard_import(known.id).await?;
        self.output.note(format_args!(
            "the list is not what it was when reading it was cut off, so it is read from its beginning; nobody was called yet"
        ));
        Ok(None)
    }

    /// A new campaign as the command line describes it, if its files can be read.
    fn described(&self) -> Result<(Kept, Vec<String>), Failure> {
        let (kept, notes) = Kept::new(self.list, self.calling, self.now)?;
        List::open(&self.list.file, &kept.list_options()?)?;
        for list in kept.suppression_lists()? {
            list.check()?;
        }
        Ok((kept, notes))
    }

    async fn begin(&self, mut database: Database, source: Source) -> Result<Prepared, Failure> {
        let (kept, notes) = self.described()?;
        self.refuse_known_list(Some(&mut database)).await?;
        self.notes(&notes);
        let campaign = database
            .create_campaign(&NewCampaign {
                name: self.name.to_owned(),
                created_at: self.now,
                options: kept.to_json(),
                service: self.service.to_owned(),
                source,
                duplicates: duplicates(self.list),
            })
            .await?;
        let lock = self.lock(&mut database, campaign).await?;
        self.check_token(&mut database, campaign).await?;
        self.import(&mut database, campaign, &kept).await?;
        Ok(Prepared { database, campaign, kept, imported: true, lock })
    }

    async fn go_on(&self, mut database: Database, known: &Campaign) -> Result<Prepared, Failure> {
        let campaign = known.id;
        let lock = self.lock(&mut database, campaign).await?;
        self.check_token(&mut database, campaign).await?;
        let before = Kept::read(&known.options)?;
        let (kept, notes) = before.over(self.list, self.calling, self.now)?;
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
            let replan = (times(&kept) != times(&before)).then_some(&kept.calling);
            database.change_options(campaign, &kept.to_json(), replan, self.now).await?;
        }
        if known.imported {
            self.output.note(format_args!("going on with the campaign `{}`", self.name));
        } else {
            self.output.note(format_args!(
                "reading the list was cut off after line {}, so it is read from its beginning; nobody was called yet",
                known.lines_done
            ));
            self.import(&mut database, campaign, &kept).await?;
        }
        Ok(Prepared { database, campaign, kept, imported: !known.imported, lock })
    }

    async fn lock(&self, database: &mut Database, campaign: CampaignId) -> Result<RunnerLock, Failure> {
        let lock = RunnerLock::acquire(self.database, campaign, self.now).await?;
        database.set_runner(campaign, lock.holder()).await?;
        Ok(lock)
    }

    async fn import(
        &self,
        database: &mut Database,
        campaign: CampaignId,
        kept: &Kept,
    ) -> Result<(), Failure> {
        let imported = import(self.list, kept, self.now, database, campaign, self.output).await?;
        self.output.note(told(&imported));
        for line in suppression_told(&imported.suppression) {
            self.output.note(line);
        }
        if imported.elsewhere > 0 {
            let (count, me) = (imported.elsewhere, me());
            let within = kept.calling.not_again_within;
            let peace = if within.is_zero() {
                "all together --max-per-number times in 24 hours at most".to_owned()
            } else {
                format!("none within {} of another's call (--not-again-within)", span(within))
            };
            let (database, name) = (quote(&self.database.display().to_string()), quote(self.name));
            self.output.note(format_args!(
                "warning: the numbers of {count} rows are also in other campaigns of this database, and each campaign calls \
                 them, {peace}; to call nobody of this one: {me} campaign \
                 cancel --db {database} --name {name}"
            ));
        }
        let recent = database.recently_called(campaign, self.now - kept.calling.not_again_within).await?;
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
    fn list_sha256(&self) -> Result<String, Failure> {
        list_sha256(&self.list.file).map_err(|error| {
            let file = self.list.file.display();
            Failure::input(format!("{file}: cannot be read: {error}; expected the path of a list"))
        })
    }

    fn notes(&self, notes: &[String]) {
        for note in notes {
            self.output.note(note);
        }
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
    counts.iter().map(|SuppressionCount { file, numbers, rows_removed }| {
        let (numbers, rows) = (many(*numbers, "number", "numbers"), many(*rows_removed, "row", "rows"));
        format!("suppression list {}: {numbers}; {rows} of the list removed", harmless(file))
    })
}

/// The same for programs.
pub(super) fn suppression_json(counts: &[SuppressionCount]) -> Value {
    let lists = counts.iter();
    lists
        .map(|it| json!({ "file": it.file, "numbers": it.numbers, "rows_removed": it.rows_removed }))
        .collect()
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
    let text = format!("{} rows: {}{}", imported.rows, parts.join(", "), why.unwrap_or_default());
    format!("{text}{}", opt_outs(imported))
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
        "\nMust not be called: {}{more}.\nIf such a column means something else, leave it out: --ignore-column COLUMN.",
        named.join(", ")
    )
}

/// What is said of numbers that other campaigns called recently.
pub(super) fn told_recent(rows: u64, within: Duration) -> String {
    format!(
        "{rows} rows have numbers that another campaign of the database called within {}: they wait until that is over, or \
         expire (--not-again-within)",
        span(within)
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
