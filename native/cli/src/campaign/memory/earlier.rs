//! Earlier runs that have to do with a list, in sentences: who on it was on which other list, and what to do about it.

use std::path::Path;

use polyai_outbound::campaign::{Database, EarlierRun, ListRun, Overlap};
use serde_json::{Value, json};

use super::super::moment::{on, rfc3339};
use super::super::words::many;
use crate::failure::Failure;
use crate::output::harmless;
use crate::shell::quote;

/// So many earlier runs are told of by name.
const SHOWN: usize = 3;

/// The list that is to be run, and what commands about it look like.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Asked<'a> {
    pub(in super::super) file: &'a Path,
    /// `outbound campaign`, and the flags that say where and as whom.
    pub(in super::super) command: &'a str,
    pub(in super::super) flags: &'a str,
}

/// Sentence about the people of a list: `28 of the 31 people of list.csv were on a list that was run on …`.
fn known(file: &Path, earlier: &EarlierRun) -> String {
    let (file, EarlierRun { run, overlap, .. }) = (file.display(), earlier);
    let run = run_told(run);
    let Some(Overlap { shared, of, earlier, is_exact, .. }) = *overlap else {
        return format!("{file}: this list was {run}");
    };
    let about = if is_exact { "" } else { "about " };
    let were = if shared == 1 { "was" } else { "were" };
    let all = if shared * 2 < of && shared * 2 >= earlier {
        format!(", which is {shared} of the {} of that list", many(earlier, "person", "people"))
    } else {
        String::new()
    };
    format!(
        "{about}{shared} of the {} of {file} {were} on a list that was {run}{all}",
        many(of, "person", "people")
    )
}

fn run_told(ListRun { at, database, name, .. }: &ListRun) -> String {
    if database.as_os_str().is_empty() {
        return "run before, and what this machine remembers of that run cannot be read".to_owned();
    }
    let (database, name) = (harmless(&database.display().to_string()), harmless(name));
    format!("run on {} from {database} (campaign `{name}`)", on(*at))
}

/// Refuses the list for the sake of one of the runs.
pub(in super::super) async fn refusal(asked: Asked<'_>, earlier: &EarlierRun) -> Failure {
    let chance = match earlier.may_be_chance {
        true => {
            " (by fingerprints, which agree by chance now and then where so few people are compared with so many)"
        }
        false => "",
    };
    Failure::Input {
        code: "list_run_before",
        message: format!(
            "{}{chance}. Nobody is called twice by accident. {}; to call these people again: --again",
            known(asked.file, earlier),
            instead(asked, &earlier.run).await,
        ),
    }
}

/// Advice for whoever does not want to call people again.
async fn instead(Asked { command, flags, .. }: Asked<'_>, run: &ListRun) -> String {
    let ListRun { database, name, origin, .. } = run;
    if database.as_os_str().is_empty() {
        return "Go on with the campaign that ran it, with the --db and --name that it was begun with"
            .to_owned();
    }
    if !database.exists() {
        return "That database is not there any more: restore it from a backup and go on with it; or leave out whom it \
                called (--suppress FILE)"
            .to_owned();
    }
    let (at, called) = (quote(&harmless(&database.display().to_string())), quote(&harmless(name)));
    let list = match Database::read_only(database).await {
        Err(_) => None,
        Ok(mut open) => match open.campaign(name).await {
            Ok(Some(found)) => {
                let is_the_same =
                    matches!(open.origin(found.id).await, Ok(Some((known, _))) if known == *origin);
                if !is_the_same {
                    return "That campaign is not in that database any more, which was replaced: restore the one it was in \
                            from a backup and go on with that; or leave out whom it called (--suppress FILE)"
                        .to_owned();
                }
                Some(found.source.file)
            }
            Ok(None) | Err(_) => None,
        },
    };
    let list = list.map_or_else(|| "FILE".to_owned(), |list| quote(&harmless(&list)));
    format!("To go on with that campaign: {command} run {list} --db {at} --name {called}{flags}")
}

/// Notes on runs that stand in nobody's way, or that a person overrides: a line each.
pub(in super::super) fn notes(file: &Path, earlier: &[EarlierRun], again: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let (in_the_way, others): (Vec<_>, Vec<_>) = earlier.iter().partition(|it| it.stands_in_the_way());
    for it in in_the_way.iter().take(SHOWN).filter(|_| again) {
        lines.push(format!("warning: {}; they are called again, as --again says", known(file, it)));
    }
    for it in others.iter().take(SHOWN) {
        lines.push(format!("warning: {}; this campaign calls them as well", known(file, it)));
    }
    let told = if again { in_the_way.len().min(SHOWN) } else { 0 };
    let untold = (if again { in_the_way.len() } else { 0 } + others.len())
        .saturating_sub(told + others.len().min(SHOWN)) as u64;
    if untold > 0 {
        let runs = many(untold, "more earlier run shares", "more earlier runs share");
        lines.push(format!("warning: {runs} people with {}", file.display()));
    }
    lines
}

/// The same for a plan, which calls nobody: what `run` would say.
pub(in super::super) fn planned(file: &Path, earlier: &[EarlierRun]) -> Vec<String> {
    let told = earlier.iter().take(SHOWN).map(|it| {
        let then = match it.stands_in_the_way() {
            true => "`run` refuses that, until --again",
            false => "`run` calls them as well",
        };
        format!("{}; {then}", known(file, it))
    });
    let more = (earlier.len().saturating_sub(SHOWN)) as u64;
    let more = (more > 0)
        .then(|| format!("{} with people of this list", many(more, "more earlier run", "more earlier runs")));
    told.chain(more).collect()
}

/// The same for programs.
pub(in super::super) fn to_json(earlier: &[EarlierRun]) -> Value {
    let told = earlier.iter().map(|it| {
        let EarlierRun { run: ListRun { at, database, name, .. }, overlap, .. } = it;
        json!({
            "at": rfc3339(*at),
            "database": database.display().to_string(),
            "campaign": name,
            "same_file": overlap.is_none(),
            "shared": overlap.map(|it| it.shared),
            "of": overlap.map(|it| it.of),
            "of_earlier": overlap.map(|it| it.earlier),
            "exact": overlap.is_none_or(|it| it.is_exact),
            "refused": it.stands_in_the_way(),
        })
    });
    told.collect()
}
