//! `outbound campaign requeue`: puts rows back in place, by state, reason or disposition, to be called or read again.

use std::collections::{BTreeMap, BTreeSet};

use clap::{ArgGroup, Args};
use polyai_outbound::campaign::{
    Command, DISPOSITIONS, Decided, Outcome, Record, Requeue, Selected, Selection, State, Who, cause,
};
use serde_json::{Value, json};

use super::ask::{self, Answer};
use super::control::since;
use super::found::{Access, Found, WhichArgs, who};
use super::words::{brief, many, paragraphs, rows, table, utc};
use crate::failure::{Exit, Failure};
use crate::output::{Output, harmless};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which_rows").required(true).multiple(true).args(["state", "reason", "disposition", "row"])))]
pub(crate) struct RequeueArgs {
    /// Rows in these states: failed, rejected, expired, held, cancelled; or status_lost, which are read again, not called.
    #[arg(long, value_parser = state, value_delimiter = ',', value_name = "A,B")]
    pub(crate) state: Vec<State>,
    /// Rows whose reason holds this text, as `why` or `report` shows it.
    #[arg(long, value_name = "TEXT", value_parser = text)]
    pub(crate) reason: Option<String>,
    /// Rows whose last call had this kind of ending, as busy or no-answer.
    #[arg(long, value_name = "KIND", value_parser = disposition)]
    pub(crate) disposition: Option<String>,
    /// These lines of the list.
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub(crate) row: Vec<u64>,
    /// Why, in a sentence that is kept with the rows.
    #[arg(long, value_name = "TEXT", value_parser = text)]
    pub(crate) note: Option<String>,
    /// Only tell which rows would be put back.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
}

fn text(text: &str) -> Result<String, String> {
    match harmless(text).trim() {
        "" => Err("expected some text".to_owned()),
        text => Ok(text.to_owned()),
    }
}

/// A state that rows can be put back from; of another, why they cannot.
fn state(word: &str) -> Result<State, String> {
    let word = word.trim().to_lowercase().replace([' ', '-'], "_");
    let known = match word.as_str() {
        "on_hold" => Some(State::Held),
        "canceled" => Some(State::Cancelled),
        word => State::from_word(word),
    };
    match known {
        Some(state) if Requeue::of(state).is_some() => Ok(state),
        Some(state) => Err(why_not(state).to_owned()),
        None => Err(format!("expected one of {}", can_be().join(", "))),
    }
}

fn can_be() -> Vec<&'static str> {
    State::ALL.into_iter().filter(|it| Requeue::of(*it).is_some()).map(State::as_str).collect()
}

/// Why rows in that state are not put back, and what to do.
const fn why_not(state: State) -> &'static str {
    match state {
        State::Unconfirmed => {
            "nobody knows whether the phone of such a row rang; find out, and decide with `outbound campaign resolve`"
        }
        State::Succeeded => "such a row was reached; to call it once more, put it into another list",
        State::Suppressed => "the number of such a row is on a suppression list",
        State::Scheduled => "such a row is called anyway, at its time",
        State::Dialing | State::InProgress => "such a row is being called",
        State::Held
        | State::StatusLost
        | State::Failed
        | State::Rejected
        | State::Expired
        | State::Cancelled => "it can be put back",
    }
}

/// Returns true if a person has closed the row without anybody knowing whether its phone rang, or how the call ended.
pub(crate) fn may_have_rung(record: &Record) -> bool {
    Requeue::of(record.state) == Some(Requeue::CallAgain)
        && record.last.as_ref().is_some_and(|it| matches!(it.outcome, Outcome::Unknown | Outcome::Lost))
}

/// Why rows that may have rung are not put back, and what to do.
fn may_have_rung_sentence(row: &str) -> String {
    format!(
        "the phone may have rung when such a row was called last; find out, and decide with `outbound campaign resolve {row} \
         --redial`"
    )
}

fn disposition(word: &str) -> Result<String, String> {
    let word = word.trim().to_lowercase();
    let mut known = DISPOSITIONS.iter().map(|it| it.name);
    if known.clone().any(|it| it == word) {
        Ok(word)
    } else {
        let known = known.by_ref().collect::<Vec<_>>().join(", ");
        Err(format!("expected one of {known}"))
    }
}

pub(crate) async fn run(args: &RequeueArgs, output: Output) -> Result<Exit, Failure> {
    let access = if args.dry_run { Access::Look } else { Access::Decide };
    let mut found = args.which.find(access).await?;
    named_rows_are_there(args, &mut found).await?;
    let chosen = Chosen::by(args, &mut found).await?;
    if chosen.rows.is_empty() {
        return Err(Failure::input(format!(
            "{}, and nothing was changed{}",
            chosen.nothing(),
            chosen.left()
        )));
    }
    if chosen.count(Requeue::CallAgain) > 0 && found.campaign.command == Command::Cancel {
        return Err(Failure::input(format!(
            "campaign {} is cancelled{}, which is final, and nothing was changed; to call those rows, make another \
             campaign of them: export them with `{}` and run that file",
            found.name(),
            since(&found),
            found.command("export --state cancelled --output FILE")
        )));
    }
    if args.dry_run {
        let said = format!("{}\n\nNothing was changed.", chosen.text());
        output.say(said, &chosen.to_json(&found, true, 0));
        return Ok(Exit::Done);
    }
    if !args.yes {
        let what = chosen.what("would be");
        let unasked = format!("{what}; nothing was changed: look at them with --dry-run, then give --yes");
        // The question alone would not say which.
        if ask::can_be_asked() {
            output.note(chosen.text());
        }
        if ask::confirmed("Put these rows back?", &unasked)? == Answer::No {
            output.note("nothing was changed");
            return Ok(Exit::Interrupted);
        }
    }
    let (by, note) = (who(), args.note.as_deref().unwrap_or_default());
    let decided = Decided { by: &by, note, now: found.now };
    let done = found.database.requeue(found.campaign.id, &chosen.rows, decided).await?;
    output.say(said(&chosen, &found, done), &chosen.to_json(&found, false, done));
    Ok(Exit::Done)
}

/// What was done, and what is to be done next.
fn said(chosen: &Chosen, found: &Found, done: u64) -> String {
    let mut said = vec![chosen.what("are")];
    let changed = (chosen.rows.len() as u64).saturating_sub(done);
    if changed > 0 {
        said.push(format!("{} of them changed meanwhile, and were left as they were", changed));
    }
    let left = chosen.left();
    if !left.is_empty() {
        said.push(left.trim_start_matches("; ").to_owned());
    }
    if found.campaign.command == Command::Pause {
        said.push(format!("the campaign is paused{}; go on with: {}", since(found), found.command("resume")));
    }
    let until = found.kept().and_then(|it| it.calling.until).filter(|until| *until <= found.now);
    if let Some(until) = until.filter(|_| chosen.count(Requeue::CallAgain) > 0) {
        said.push(format!(
            "the campaign calls nobody since {}; run it with a later --until, or they expire again",
            utc(until)
        ));
    }
    let runner = found.runner();
    said.push(if runner.is_yes() {
        format!("{}, and learns of it within a second", runner.sentence())
    } else {
        format!("{}; start it with: {}", runner.sentence(), found.run_command())
    });
    said.join("\n")
}

/// Rows that were named must be there, and in a state that they can be put back from.
async fn named_rows_are_there(args: &RequeueArgs, found: &mut Found) -> Result<(), Failure> {
    let mut others = BTreeMap::<State, Vec<u64>>::new();
    let mut rang = BTreeMap::<State, Vec<u64>>::new();
    for row in &args.row {
        let histories = found.database.history(found.campaign.id, &Who::Row(*row)).await?;
        let Some(history) = histories.first() else {
            return Err(Failure::NotFound(format!(
                "--row {row}: there is no such row in campaign {}; nothing was changed",
                found.name()
            )));
        };
        let state = history.record.state;
        if may_have_rung(&history.record) {
            rang.entry(state).or_default().push(*row);
        } else if Requeue::of(state).is_none() {
            others.entry(state).or_default().push(*row);
        }
    }
    if others.is_empty() && rang.is_empty() {
        return Ok(());
    }
    // Each state has its own reason.
    let others = others.iter().map(|(state, rows)| format!("{} {state}: {}", are(rows), why_not(*state)));
    let rang = rang.iter().map(|(state, rows)| {
        let row = rows.first().map(u64::to_string).unwrap_or_default();
        format!("{} {state}, but {}", are(rows), may_have_rung_sentence(&row))
    });
    let listed: Vec<_> = others.chain(rang).collect();
    Err(Failure::input(format!(
        "only rows that are {} can be put back, and nothing was changed: {}",
        can_be().join(", "),
        listed.join("; ")
    )))
}

fn left_as_is(count: u64) -> String {
    many(count, "row is left as it is", "rows are left as they are")
}

/// `row 2 is`, `rows 2, 5 are`.
pub(super) fn are(rows: &[u64]) -> String {
    match rows {
        [row] => format!("row {row} is"),
        rows => format!("rows {} are", rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// Rows of one state that the same cause befell.
type Group = (Requeue, State, String);

/// The rows that are meant.
#[derive(Default)]
struct Chosen {
    rows: Vec<Selected>,
    /// How many of each, and how many of these rang before or may have.
    groups: BTreeMap<Group, (u64, u64)>,
    /// Rows for which all holds that is asked for, and which are in a state that nothing is put back from.
    others: BTreeMap<State, u64>,
    duplicates: u64,
    /// Rows that could be put back by their state, but whose phone may have rung.
    may_have_rung: BTreeSet<u64>,
}

impl Chosen {
    async fn by(args: &RequeueArgs, found: &mut Found) -> Result<Self, Failure> {
        let named = !args.row.is_empty();
        let selection = Selection {
            states: args.state.clone(),
            reason: args.reason.clone(),
            disposition: args.disposition.clone(),
            rows: named.then(|| args.row.clone()),
        };
        let mut chosen = Self::default();
        let rang = found.database.may_have_rung(found.campaign.id).await?;
        found
            .database
            .for_each_selected(found.campaign.id, &selection, |it| {
                if rang.contains(&it.row) {
                    chosen.may_have_rung.insert(it.row);
                } else {
                    chosen.add(it, named);
                }
                Ok::<(), Failure>(())
            })
            .await?;
        Ok(chosen)
    }

    fn add(&mut self, selected: Selected, named: bool) {
        match Requeue::of(selected.state) {
            None => *self.others.entry(selected.state).or_default() += 1,
            // Which of them is to be called, only a person can say.
            Some(_) if selected.is_duplicate() && !named => self.duplicates += 1,
            Some(requeue) => {
                let group = (requeue, selected.state, cause(&selected.reason).into_owned());
                let (rows, rang) = self.groups.entry(group).or_default();
                *rows += 1;
                *rang += u64::from(selected.dials > 0);
                self.rows.push(selected);
            }
        }
    }

    fn count(&self, requeue: Requeue) -> u64 {
        self.groups.iter().filter(|((it, ..), _)| *it == requeue).map(|(_, (rows, _))| rows).sum()
    }

    /// How many of those that are called again rang before, or may have.
    fn rang(&self) -> u64 {
        let called = self.groups.iter().filter(|((it, ..), _)| *it == Requeue::CallAgain);
        called.map(|(_, (_, rang))| rang).sum()
    }

    /// The most rows first.
    fn most_first(&self) -> Vec<(&Group, &(u64, u64))> {
        let mut groups: Vec<_> = self.groups.iter().collect();
        groups.sort_by_key(|(_, (rows, _))| std::cmp::Reverse(*rows));
        groups
    }

    /// `12 rows are called again, 3 rows are read again`, each with what it means.
    fn what(&self, are: &str) -> String {
        let mut parts = Vec::new();
        let (call, read) = (self.count(Requeue::CallAgain), self.count(Requeue::ReadAgain));
        let verb = |count: u64| if are == "are" && count == 1 { "is" } else { are };
        if call > 0 {
            let rang = match (call, self.rang()) {
                (1, 0) => "it has not rung before".to_owned(),
                (_, 0) => "none of them has rung before".to_owned(),
                (1, _) => "it has rung before, or may have".to_owned(),
                (_, rang) => {
                    format!("{} before, or may have", many(rang, "of them has rung", "of them have rung"))
                }
            };
            let whose = if call == 1 { "its" } else { "their" };
            parts.push(format!(
                "{} {} called again, within {whose} calling windows ({rang})",
                rows(call),
                verb(call)
            ));
        }
        if read > 0 {
            parts.push(format!("{} {} read again, and nobody is called for it", rows(read), verb(read)));
        }
        parts.join("; ")
    }

    fn text(&self) -> String {
        const SHOWN: usize = 20;
        let groups = self.most_first();
        let lines = groups.iter().take(SHOWN).map(|((_, state, cause), (rows, rang))| {
            [rows.to_string(), state.to_string(), rang.to_string(), brief(cause)]
        });
        let mut parts = vec![
            format!("{}.", self.what("would be")),
            table(["rows", "state", "rang", "reason"], lines, &[0, 2]),
        ];
        if groups.len() > SHOWN {
            parts.push(format!("and {} more reasons", groups.len() - SHOWN));
        }
        let left = self.left();
        if !left.is_empty() {
            parts.push(format!("{}.", left.trim_start_matches("; ")));
        }
        paragraphs(parts)
    }

    fn nothing(&self) -> &'static str {
        if self.others.is_empty() && self.duplicates == 0 && self.may_have_rung.is_empty() {
            "no row matches"
        } else {
            "rows match, but none of them can be put back"
        }
    }

    /// What is left as it is though all holds that was asked for, and why.
    fn left(&self) -> String {
        let mut left = String::new();
        for (state, count) in &self.others {
            left.push_str(&format!(
                "; {}, because {} {state}: {}",
                left_as_is(*count),
                if *count == 1 { "it is" } else { "they are" },
                why_not(*state)
            ));
        }
        if !self.may_have_rung.is_empty() {
            const SHOWN: usize = 10;
            let listed: Vec<_> = self.may_have_rung.iter().take(SHOWN).map(u64::to_string).collect();
            let more = match self.may_have_rung.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            left.push_str(&format!(
                "; {} ({}{more}), because {}",
                left_as_is(self.may_have_rung.len() as u64),
                listed.join(", "),
                may_have_rung_sentence("ROW")
            ));
        }
        if self.duplicates > 0 {
            left.push_str(&format!(
                "; {}, because {} number stands in several rows: name with --row which of them is to be called",
                left_as_is(self.duplicates),
                if self.duplicates == 1 { "its" } else { "their" }
            ));
        }
        left
    }

    fn to_json(&self, found: &Found, dry_run: bool, done: u64) -> Value {
        let groups: Vec<_> = self
            .most_first()
            .into_iter()
            .map(|((requeue, state, cause), (rows, rang))| {
                let again = match requeue {
                    Requeue::CallAgain => "call",
                    Requeue::ReadAgain => "read",
                };
                json!({ "again": again, "state": state.as_str(), "reason": cause, "rows": rows, "rang_before": rang })
            })
            .collect();
        let left: BTreeMap<_, _> = self.others.iter().map(|(state, count)| (state.as_str(), count)).collect();
        json!({
            "campaign": found.campaign.name,
            "dry_run": dry_run,
            "rows": if dry_run { self.rows.len() as u64 } else { done },
            "to_call": self.count(Requeue::CallAgain),
            "to_read": self.count(Requeue::ReadAgain),
            "rang_before": self.rang(),
            "groups": groups,
            "left": left,
            "left_duplicates": self.duplicates,
            "left_may_have_rung": self.may_have_rung,
            "runner": found.runner().to_json(),
        })
    }
}
