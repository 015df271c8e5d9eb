//! `outbound campaign plan`: what would happen to a list, without a call, a token or a database that stays.

mod groups;
mod simulate;
mod told;

use std::collections::BTreeSet;
use std::path::Path;

use polyai_outbound::campaign::{
    CampaignId, Database, EarlierRun, ListQuery, NewCampaign, Origin, Source, cause, list_sha256,
};
use polyai_outbound::{CanonicalNumber, Timestamp};

use super::args::PlanArgs;
use super::kept::{Kept, duplicates, whole};
use super::memory::{Memory, Unusable};
use super::moment::Clock;
use super::prepare::{self, list_file, name_of};
use super::service::ServiceName;
use crate::args::Global;
use crate::failure::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::output::Output;
use crate::settings;
use groups::Groups;
use told::Plan;

pub(crate) async fn run(args: &PlanArgs, global: &Global, output: Output) -> Result<Exit, Failure> {
    tokio::select! {
        planned = plan(args, global, output) => planned,
        () = interrupted() => Err(Failure::interrupted("interrupted; nothing was sent")),
    }
}

async fn plan(args: &PlanArgs, global: &Global, output: Output) -> Result<Exit, Failure> {
    let now = Clock::default().now();
    list_file(&args.list)?;
    let (kept, notes) = Kept::new(&args.list, &args.calling, now)?;
    for note in notes {
        output.note(note);
    }
    // A database on the disk, so that a list of any size has room.
    let folder = tempfile::tempdir().map_err(|error| {
        Failure::input(format!(
            "no room for the plan's database: {error}; make the folder for temporary files (TMPDIR) writable"
        ))
    })?;
    let mut database = Database::open(folder.path().join("plan.db"), true).await?;
    let campaign = database.create_campaign(&unnamed(args, &kept, now)).await?;
    // What other lists of the database say holds for this one.
    if let Some(path) = args.database.given()?.filter(|path| path.exists()) {
        let mut other = Database::read_only(path).await?;
        let (file, sha256) = (whole(&args.list.file), list_sha256(&args.list.file).unwrap_or_default());
        database.copy_opt_outs(&mut other, &name_of(&args.list)?, (&file, &sha256)).await?;
    }
    let imported = prepare::import(&args.list, &kept, now, &mut database, campaign, output).await?;
    let mut groups = Groups::new(&kept.calling, now);
    let called = called(args, &kept, now).await?;
    let mut recent = 0;
    database
        .for_each_recipient(campaign, |record| {
            recent += u64::from(called.contains(&record.to_number.canonical()));
            groups.add(&record);
            Ok::<_, Failure>(())
        })
        .await?;
    let earlier = earlier(args, global, &mut database, campaign, output).await?;
    let refused_by = match &imported.rejects {
        Some(path) => refused_by(path)?,
        None => Vec::new(),
    };
    let plan = Plan {
        imported,
        recent,
        earlier,
        file: args.list.file.clone(),
        refused_by,
        zones: groups.zones(),
        by_area_code: groups.by_area_code(),
        timing: groups.timing(),
        options: kept.calling,
        now,
    };
    output.say(plan.for_people(), &plan.to_json());
    output.note("nothing was sent");
    Ok(Exit::Done)
}

/// Earlier runs that the people of the list were on, as far as this machine knows: through the service, if it is said, or
/// through any.
async fn earlier(
    args: &PlanArgs,
    global: &Global,
    plan: &mut Database,
    campaign: CampaignId,
    output: Output,
) -> Result<Vec<EarlierRun>, Failure> {
    let memory = Memory::of_this_machine(Clock::default().now(), output)?;
    let Some(index) = memory.index() else {
        memory.warn_if_unusable();
        return Ok(Vec::new());
    };
    let Some((Origin { list, .. }, _)) = plan.origin(campaign).await? else { return Ok(Vec::new()) };
    let mut people = index.people();
    plan.add_people(campaign, &mut people).await?;
    let mut own = Vec::new();
    if let Some(path) = args.database.given()?.filter(|path| path.exists()) {
        let mut database = Database::read_only(path).await?;
        if let Some(known) = database.campaign(&name_of(&args.list)?).await? {
            own.extend(database.origin(known.id).await?.map(|(origin, _)| origin));
        }
    }
    // A plan needs no service; of one that is only half said, no more is asked than of none.
    let service = settings::service(global).ok().map(|service| ServiceName::of(&service));
    let query = ListQuery {
        sha256: &list,
        people: &people,
        service: service.as_ref().map(|it| it.place.as_str()),
        service_before: service.as_ref().map(|it| it.said.as_str()),
        own: &own,
    };
    index.earlier(&query).or_else(|error| {
        memory.warn(&Unusable::of(&error));
        Ok(Vec::new())
    })
}

/// The numbers that other campaigns of the database called recently.
async fn called(args: &PlanArgs, kept: &Kept, now: Timestamp) -> Result<BTreeSet<CanonicalNumber>, Failure> {
    let within = kept.calling.not_again_within;
    match args.database.given()?.filter(|path| path.exists() && !within.is_zero()) {
        Some(path) => {
            let mut database = Database::read_only(path).await?;
            Ok(database.called_within(now, within, &name_of(&args.list)?).await?)
        }
        None => Ok(BTreeSet::new()),
    }
}

/// It is gone with its folder, so its name does not matter.
fn unnamed(args: &PlanArgs, kept: &Kept, now: Timestamp) -> NewCampaign {
    NewCampaign {
        name: "plan".to_owned(),
        created_at: now,
        options: kept.to_json(),
        service: String::new(),
        source: Source { file: whole(&args.list.file), size: 0, modified_at: None },
        duplicates: duplicates(&args.list),
    }
}

/// What was wrong, and how often; the most first. Rows that were left out as duplicates are counted elsewhere.
fn refused_by(rejects: &Path) -> Result<Vec<(String, u64)>, Failure> {
    let failed =
        |error: csv::Error| Failure::input(format!("{}: cannot be read again: {error}", rejects.display()));
    let mut counts = std::collections::BTreeMap::new();
    for record in csv::Reader::from_path(rejects).map_err(failed)?.records() {
        let record = record.map_err(failed)?;
        let (column, problem) = (record.get(2).unwrap_or_default(), record.get(3).unwrap_or_default());
        if problem.starts_with("has the number of row ") {
            continue;
        }
        let name = if column.is_empty() { String::new() } else { format!("{column}: ") };
        let told = format!("{name}{problem}");
        let (shown, count) =
            counts.entry(format!("{name}{}", cause(problem))).or_insert_with(|| (told.clone(), 0_u64));
        if *shown != told {
            // What differs from row to row is left out, and only that.
            *shown = format!("{name}{}", cause(problem));
        }
        *count += 1;
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(counts)
}
