//! `outbound campaign resolve`: what becomes of rows of which nobody knows whether they rang.

use clap::{ArgGroup, Args};
use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{Command, Decided, History, Resolution, ResolveError, Rows, State};
use serde_json::json;

use super::ask::{self, Answer};
use super::found::{Access, Found, WhichArgs, who};
use super::requeue::{are, may_have_rung};
use super::rows_named::{Named, named};
use super::words::{many, ordinal};
use crate::failure::{Exit, Failure};
use crate::output::{Output, harmless};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("decision").required(true).args(["redial", "close"])))]
pub(crate) struct ResolveArgs {
    /// Which: lines of the list, or numbers as the list took them.
    #[arg(value_name = "ROW|NUMBER", required_unless_present = "all_unconfirmed")]
    pub(crate) rows: Vec<String>,
    /// All rows that are unconfirmed.
    #[arg(long, conflicts_with = "rows")]
    pub(crate) all_unconfirmed: bool,
    /// Call them again, within their windows; also those that were closed. The phone may have rung: it may ring a second time.
    #[arg(long)]
    pub(crate) redial: bool,
    /// Call them no more: succeeded or failed. Also for rows that are status_lost.
    #[arg(long, value_parser = close, value_name = "WORD")]
    pub(crate) close: Option<Resolution>,
    /// What was found out, in a sentence that is kept with the row.
    #[arg(long, value_name = "TEXT", value_parser = note)]
    pub(crate) note: String,
    /// Do not ask: a phone may ring a second time.
    #[arg(long)]
    pub(crate) yes: bool,
    /// The country of numbers that are written as dialed within it, if the list was read with none.
    #[arg(long, value_parser = super::args::country, value_name = "US")]
    pub(crate) country: Option<CountryCode>,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
}

fn close(word: &str) -> Result<Resolution, String> {
    [("succeeded", Resolution::Succeeded), ("failed", Resolution::Failed)]
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, resolution)| resolution)
        .ok_or_else(|| "expected succeeded or failed".to_owned())
}

fn note(text: &str) -> Result<String, String> {
    match harmless(text).trim() {
        "" => Err("expected what was found out, in a sentence".to_owned()),
        text => Ok(text.to_owned()),
    }
}

pub(crate) async fn run(args: &ResolveArgs, output: Output) -> Result<Exit, Failure> {
    let mut found = args.which.find(Access::Decide).await?;
    let resolution = args.close.unwrap_or(Resolution::Redial);
    if resolution == Resolution::Redial && found.campaign.command == Command::Cancel {
        return Err(Failure::input(format!(
            "campaign {} is cancelled and calls nobody; close these rows, and make another campaign of them",
            found.name()
        )));
    }
    let rows = which_rows(args, &mut found, resolution).await?;
    let count = match &rows {
        Meant::Rows(Rows::Of(rows)) | Meant::Closed(rows) => rows.len() as u64,
        Meant::Rows(Rows::All) => {
            let tally = found.database.tally(found.campaign.id).await?;
            tally.get(&State::Unconfirmed).copied().unwrap_or_default()
        }
    };
    if count == 0 {
        tell(&found, 0, resolution, "no row is unconfirmed: nothing was changed", output);
        return Ok(Exit::Done);
    }
    if resolution == Resolution::Redial && !args.yes {
        let question = format!(
            "Call {} again? The answer to the last trigger was lost: the phone may have rung, and may ring a second time.",
            many(count, "row", "rows")
        );
        let unasked = format!("{question} If that is meant, give --yes");
        if ask::confirmed(&question, &unasked)? == Answer::No {
            output.note("nothing was changed");
            return Ok(Exit::Interrupted);
        }
    }
    let (by, note) = (who(), args.note.as_str());
    let decided = Decided { by: &by, note, now: found.now };
    let (id, database) = (found.campaign.id, &mut found.database);
    let done = match &rows {
        Meant::Rows(rows) => database.resolve(id, rows, resolution, decided).await,
        Meant::Closed(rows) => database.redial(id, rows, decided).await.map_err(ResolveError::from),
    };
    let done = done.map_err(|error| match error {
        ResolveError::Store(error) => Failure::from(error),
        // Somebody else decided meanwhile.
        ResolveError::NotUnconfirmed(_) => Failure::input(error.to_string()),
    })?;
    let mut said = match resolution {
        Resolution::Redial => format!(
            "{} called again, in the next calling window: the phone may ring a second time",
            many(done, "row is", "rows are")
        ),
        Resolution::Succeeded => {
            format!("{} succeeded", many(done, "row is closed as", "rows are closed as"))
        }
        Resolution::Failed => format!("{} failed", many(done, "row is closed as", "rows are closed as")),
    };
    let runner = found.runner();
    if resolution == Resolution::Redial {
        said.push_str(&format!("\n{}", runner.sentence()));
        if !runner.is_yes() {
            said.push_str(&format!("; call with: {}", found.run_command()));
        }
    }
    tell(&found, done, resolution, &said, output);
    Ok(Exit::Done)
}

/// Rows that are decided about in one visit to the database.
enum Meant {
    Rows(Rows),
    /// That a person has closed, though nobody knows whether the phone rang: they are called again.
    Closed(Vec<u64>),
}

/// The rows that are meant, all of which are in a state that this is for.
async fn which_rows(args: &ResolveArgs, found: &mut Found, resolution: Resolution) -> Result<Meant, Failure> {
    if args.all_unconfirmed {
        return Ok(Meant::Rows(Rows::All));
    }
    let (mut rows, mut closed, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (nth, text) in args.rows.iter().enumerate() {
        let histories = named(found, text, args.country, Named::RowOrNumber).await?;
        if histories.is_empty() {
            return Err(Failure::NotFound(format!(
                "{}; nothing was changed",
                not_there(text, nth + 1, found)
            )));
        }
        let (fit, rest): (Vec<&History>, Vec<&History>) =
            histories.iter().partition(|it| resolution.takes().contains(&it.record.state));
        let again = |it: &&&History| resolution == Resolution::Redial && may_have_rung(&it.record);
        let (again, rest): (Vec<&History>, Vec<&History>) = rest.iter().partition(again);
        // Of several rows with a number those are meant that can be.
        if fit.is_empty() && !again.is_empty() {
            closed.extend(again.iter().map(|it| it.record.row));
        } else if fit.is_empty() {
            others.extend(rest.iter().map(|it| format!("row {} is {}", it.record.row, it.record.state)));
        }
        rows.extend(fit.iter().map(|it| it.record.row));
    }
    if !others.is_empty() {
        let states: Vec<_> = resolution.takes().iter().map(|it| it.as_str()).collect();
        let can = match resolution {
            Resolution::Redial => "can be called again by a decision",
            Resolution::Succeeded | Resolution::Failed => "can be closed",
        };
        return Err(Failure::input(format!(
            "only rows that are {} {can}, and nothing was changed: {}",
            states.join(" or "),
            others.join(", ")
        )));
    }
    for rows in [&mut rows, &mut closed] {
        rows.sort_unstable();
        rows.dedup();
    }
    match (rows.is_empty(), closed.is_empty()) {
        (_, true) => Ok(Meant::Rows(Rows::Of(rows))),
        (true, false) => Ok(Meant::Closed(closed)),
        (false, false) => Err(Failure::input(format!(
            "{} closed and {} unconfirmed, and nothing was changed: give those that were closed in a command of their own",
            are(&closed),
            are(&rows)
        ))),
    }
}

/// Why nothing is meant by a word: a line of the list is repeated, a number is not.
fn not_there(text: &str, nth: usize, found: &Found) -> String {
    /// No list is so long, and no number of a phone so short.
    const LONGEST_LINE: usize = 6;
    let (text, name) = (text.trim(), found.name());
    let is_line = text.len() <= LONGEST_LINE && text.bytes().all(|it| it.is_ascii_digit());
    if is_line && !text.starts_with('0') {
        return format!("row {text}: there is no such row in campaign {name}");
    }
    format!(
        "the {} ROW|NUMBER that was given: there is no such row in campaign {name}, nor a row with such a number",
        ordinal(nth)
    )
}

fn tell(found: &Found, rows: u64, resolution: Resolution, said: &str, output: Output) {
    let decision = match resolution {
        Resolution::Redial => "redial",
        Resolution::Succeeded => "succeeded",
        Resolution::Failed => "failed",
    };
    let program = json!({
        "campaign": found.campaign.name,
        "decision": decision,
        "rows": rows,
        "runner": found.runner().to_json(),
    });
    output.say(said, &program);
}
