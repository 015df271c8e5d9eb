//! Where a row stands now: why it is not called yet, until when, by which rule, and what would change that.

use std::time::Duration;

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{BreakerPhase, Command, History, NumberOptOut, Record, State, WaitRule};

use super::clocks::Clocks;
use crate::campaign::control::since;
use crate::campaign::found::{AtWork, Found};
use crate::campaign::kept::Kept;
use crate::campaign::moment::span;
use crate::campaign::requeue::may_have_rung;
use crate::campaign::words::{many, shared_by, utc};
use crate::campaign::{blocks, breaker};
use crate::failure::Failure;
use crate::output::harmless;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Each in a sentence without its end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Present {
    pub(super) why: Vec<String>,
    pub(super) change: Option<String>,
}

impl Present {
    pub(super) async fn of(found: &mut Found, history: &History, clocks: &Clocks) -> Result<Self, Failure> {
        let mut present = Self::by_state(found, history, clocks).await?;
        for shared in found.database.shared_calls(found.campaign.id, Some(history.record.id)).await? {
            present.why.push(format!(
                "the service answered the same call SID, {}, to several triggers, and one call alone can be followed by it: {}",
                harmless(&shared.call_sid),
                shared_by(found, &shared)
            ));
        }
        Ok(present)
    }

    async fn by_state(found: &mut Found, history: &History, clocks: &Clocks) -> Result<Self, Failure> {
        let record = &history.record;
        let runner = found.runner();
        Ok(match record.state {
            State::Scheduled => Self::scheduled(found, record, clocks, &runner).await?,
            State::Held => Self::held(found, record),
            State::Dialing | State::InProgress => Self::in_flight(found, record.state, &runner),
            State::Unconfirmed => Self {
                why: vec![
                    "nobody knows whether the phone rang, and it is never called again by itself".to_owned(),
                ],
                change: Some(format!(
                    "`{}` or `{}`",
                    found.command(&format!("resolve {} --close succeeded --note TEXT", record.row)),
                    found.command(&format!("resolve {} --redial --note TEXT", record.row))
                )),
            },
            State::StatusLost => Self {
                why: vec![match (record.due_at, runner.is_yes()) {
                    (None, _) => "it was called, and how the call ended could not be read".to_owned(),
                    (Some(_), true) => "it was called, and how the call ended is read again now".to_owned(),
                    (Some(_), false) => format!(
                        "it was called, and how the call ended is read again by the next run: `{}`",
                        found.run_command()
                    ),
                }],
                change: Some(format!(
                    "{}, which reads it again as long as the service tells of it, for about two hours after the call; or `{}`",
                    put_back(found, record),
                    found.command(&format!("resolve {} --close succeeded --note TEXT", record.row))
                )),
            },
            State::Succeeded => Self { why: vec!["nothing more happens".to_owned()], change: None },
            State::Failed => Self {
                why: vec![format!(
                    "nothing more happens: it was dialed {}, and nothing asks for another call",
                    many(record.tries.dials.into(), "time", "times")
                )],
                change: Some(put_back(found, record)),
            },
            State::Rejected => Self {
                why: vec!["nothing more happens: it would be refused again".to_owned()],
                change: Some(format!(
                    "another campaign with this row, put right; or, if it was refused by mistake, {}",
                    put_back(found, record)
                )),
            },
            State::Suppressed => Self::suppressed(found, record).await?,
            State::Expired => Self {
                why: vec!["nothing more happens: its time is over".to_owned()],
                change: Some(expired_change(found, record)),
            },
            State::Cancelled => Self {
                why: vec![format!("the campaign is cancelled{}", since(found))],
                change: Some(format!(
                    "another campaign with this row: `{}`",
                    found.command("export --state cancelled --output FILE")
                )),
            },
        })
    }

    async fn scheduled(
        found: &mut Found,
        record: &Record,
        clocks: &Clocks,
        runner: &AtWork,
    ) -> Result<Self, Failure> {
        let (id, now) = (found.campaign.id, found.now);
        let mut why = Vec::new();
        if found.campaign.command == Command::Pause {
            why.push(format!("the campaign is paused{}: `{}`", since(found), found.command("resume")));
        }
        let breaker = found.campaign.breaker.as_ref().and_then(|state| {
            let resume = format!("`{}`", found.command("resume"));
            breaker::standing(state, found.campaign.command, runner.is_yes(), now, &resume)
        });
        why.extend(breaker);
        for block in found.database.suppression_blocks(id).await? {
            why.push(blocks::told(found, &block));
        }
        if !found.campaign.imported {
            why.push(format!(
                "the campaign's list is not read to its end, and nobody is called before: `{}`",
                found.run_command()
            ));
        } else if !runner.is_yes() {
            why.push(format!("{}: `{}`", runner.sentence(), found.run_command()));
        }
        let lists = found.database.suppressing(id, &record.to_number).await?;
        if !lists.is_empty() {
            why.push(format!("its number is on the suppression list {}: it is not called", listed(&lists)));
        }
        if let Some(opted_out) = found.database.opted_out(id, &record.to_number).await? {
            why.push(not_to_call(&opted_out));
        }
        let kept = found.kept();
        why.extend(when(record, clocks, now));
        if record.due_at.is_some_and(|due| due <= now) {
            let before = found.database.before(id, record, now).await?;
            why.push(match before {
                0 => "it is the next one to be called".to_owned(),
                more => format!("it is due, and {} before it", many(more, "row is", "rows are")),
            });
            why.extend(pace(kept.as_ref(), before));
        }
        if let Some(kept) = &kept {
            why.extend(number_cap(found, record, kept, clocks).await?);
            let until = kept.calling.until.filter(|until| record.due_at.is_some_and(|due| due < *until));
            why.extend(until.map(|until| format!("the campaign calls nobody from {} on", utc(until))));
        }
        let end = record.not_after.map(|end| format!("it is not called from {} on", clocks.moment(end)));
        why.extend(end);
        Ok(Self { why, change: Some(scheduled_change(found, record, runner)) })
    }

    fn held(found: &Found, record: &Record) -> Self {
        let (why, windows) = match record.wait {
            Some(WaitRule::NoWindow) => (
                "no moment lies within the calling windows of all zones that its number may be in (rule no_window)",
                "with more --window, or ",
            ),
            Some(
                WaitRule::ZoneUnknown
                | WaitRule::NotBefore
                | WaitRule::Window
                | WaitRule::Redial
                | WaitRule::Retry
                | WaitRule::NumberCap
                | WaitRule::SameNumber
                | WaitRule::RecentCall,
            )
            // Where no hour is known, no window helps.
            | None => ("nobody knows which hour it is there, so it is not called at any (rule zone_unknown)", ""),
        };
        let change = format!(
            "a list of its own with a time_zone column, run as another campaign; or `{}` {windows}with --no-windows REASON \
             if it may be called at any hour",
            found.run_command()
        );
        Self { why: vec![why.to_owned()], change: Some(change) }
    }

    fn in_flight(found: &Found, state: State, runner: &AtWork) -> Self {
        let dialing = state == State::Dialing;
        let why = match (runner.is_yes(), dialing) {
            (true, true) => "its trigger is on its way, and the answer is awaited".to_owned(),
            (true, false) => "it is called, and followed to its end".to_owned(),
            (false, true) => format!(
                "{}: its trigger may have left, so the next run does not send it again and makes it unconfirmed",
                runner.sentence()
            ),
            (false, false) => format!(
                "{}: the next run follows the call on; the service tells of it for two hours after its end",
                runner.sentence()
            ),
        };
        let change = if runner.is_yes() {
            "the end of the call".to_owned()
        } else {
            format!("`{}`", found.run_command())
        };
        Self { why: vec![why], change: Some(change) }
    }

    async fn suppressed(found: &mut Found, record: &Record) -> Result<Self, Failure> {
        let lists = found.database.suppressing(found.campaign.id, &record.to_number).await?;
        let opted_out = found.database.opted_out(found.campaign.id, &record.to_number).await?;
        let mut why: Vec<String> = opted_out.iter().map(not_to_call).collect();
        if !lists.is_empty() {
            why.push(format!("its number is on the suppression list {}", listed(&lists)));
        }
        if why.is_empty() {
            why.push(
                "its number was on a suppression list, and is on none now; it stays suppressed".to_owned(),
            );
        }
        let mut changes: Vec<String> = opted_out.iter().map(to_be_called).collect();
        if !lists.is_empty() || opted_out.is_none() {
            changes.push("taking the number off the list, and another campaign with this row".to_owned());
        }
        Ok(Self { why, change: Some(changes.join("; and ")) })
    }
}

/// Which row of which list keeps a number from being called.
fn not_to_call(it: &NumberOptOut) -> String {
    let NumberOptOut { other_list, row, said, is_certain } = it;
    let list = match other_list {
        Some(file) => format!("the list {}", harmless(file)),
        None => "the list".to_owned(),
    };
    if *is_certain {
        format!(
            "{list} says so itself, of its number: {} in row {row}; a number of which a list says so is called by no row and no \
             campaign of this database",
            harmless(said)
        )
    } else {
        format!(
            "row {row} of {list} has its number and was refused, so nobody knows whether the number may be called: {}",
            harmless(said)
        )
    }
}

fn to_be_called(it: &NumberOptOut) -> String {
    let NumberOptOut { row, said, is_certain, .. } = it;
    if *is_certain {
        let column = said.split('=').next().unwrap_or_default();
        format!(
            "if this person may be called after all: a list that does not say so, run with a database of its own (--db); or, if \
             the column means something else, the same list with --again, another --name and --ignore-column `{}`",
            harmless(column)
        )
    } else {
        format!("row {row} put right, in a list of its own that is run as another campaign")
    }
}

/// Until when it waits, and by which rule.
fn when(record: &Record, clocks: &Clocks, now: Timestamp) -> Option<String> {
    let due = record.due_at.filter(|due| *due > now)?;
    let rule = record.wait.map(|rule| format!(", by the rule {rule}")).unwrap_or_default();
    Some(format!("it is not called before {}, in {}{rule}", clocks.moment(due), span(due.since(now))))
}

fn pace(kept: Option<&Kept>, before: u64) -> Option<String> {
    let pace = kept?.calling.pace;
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let seconds = before as f64 / pace.rate;
    let least = Duration::try_from_secs_f64(seconds).ok()?;
    let least = if before == 0 { String::new() } else { format!(", so in {} at the earliest", span(least)) };
    Some(format!(
        "the pace is {}, {} at a time{least}",
        crate::campaign::events::per_second(pace.rate),
        pace.max_in_flight
    ))
}

/// How often its number was called, if that is as often as it may be when it is due.
async fn number_cap(
    found: &mut Found,
    record: &Record,
    kept: &Kept,
    clocks: &Clocks,
) -> Result<Option<String>, Failure> {
    let options = &kept.calling;
    let from = record.due_at.unwrap_or(found.now).max(found.now);
    let dialed = found.database.dialed(&record.to_number, found.now, from - DAY).await?;
    let triggered = found.database.triggered(&record.to_number, found.now, from - DAY).await?;
    let sentence = |times: &[Timestamp], cap: u32, what: &str| {
        let oldest = times.len().checked_sub(cap as usize).and_then(|at| times.get(at))?;
        Some(format!(
            "its number will have been {what} {} in the 24 hours before; {cap} are allowed, counting all rows and \
             campaigns of the database: it waits until {} or later, by the rule number_cap",
            many(times.len() as u64, "time", "times"),
            clocks.moment(*oldest + DAY)
        ))
    };
    let most_triggers = options.max_triggers_per_number.max(options.max_per_number);
    Ok(sentence(&dialed, options.max_per_number, "dialed")
        .or_else(|| sentence(&triggered, most_triggers, "sent to the service")))
}

/// The way to have a row called whose time is over: by its own end, or by that of the campaign.
fn expired_change(found: &Found, record: &Record) -> String {
    let own_end = record.not_after;
    if own_end.is_some_and(|end| end <= found.now) {
        return "another campaign with this row and a later not_after".to_owned();
    }
    let until = found.kept().and_then(|kept| kept.calling.until);
    // The earlier of both ends is the one before which there was no window.
    let is_own = own_end.is_some_and(|end| until.is_none_or(|until| end <= until));
    let (run, later) = (found.run_command(), if is_own { "" } else { "a later --until, or " });
    let before = if is_own { " that opens before its not_after" } else { "" };
    if record.tries.attempts == 0 {
        format!("`{run}` with {later}more --window{before}")
    } else {
        format!("{}, and {later}more --window{before}", put_back(found, record))
    }
}

/// The command that puts a row back in place.
fn put_back(found: &Found, record: &Record) -> String {
    if may_have_rung(record) {
        let redial = found.command(&format!("resolve {} --redial --note TEXT", record.row));
        return format!("`{redial}`; the phone may have rung");
    }
    format!("`{}`", found.command(&format!("requeue --row {}", record.row)))
}

/// What the whole campaign waits for comes first: as long as it does, nothing else changes anything.
fn scheduled_change(found: &Found, record: &Record, runner: &AtWork) -> String {
    let (run, resume) = (format!("`{}`", found.run_command()), format!("`{}`", found.command("resume")));
    let phase = found.campaign.breaker.as_ref().map_or(BreakerPhase::Closed, |state| state.phase);
    let mut changes = Vec::new();
    match (found.campaign.command, phase) {
        (Command::Pause, BreakerPhase::Stopped) => {
            changes.push(format!("resuming it, once what is wrong is put right: {resume}"));
        }
        (Command::Pause, BreakerPhase::Open | BreakerPhase::Closed) => {
            changes.push(format!("resuming it: {resume}"));
        }
        (Command::Run | Command::Cancel, _) => {}
    }
    if !runner.is_yes() {
        changes.push(format!("starting it: {run}"));
    }
    if phase == BreakerPhase::Open || (phase == BreakerPhase::Stopped && changes.is_empty()) {
        changes.push("a service that works: it is tried by itself, and then calls go on".to_owned());
    }
    let is_due = record.due_at.is_none_or(|due| due <= found.now);
    match (changes.is_empty(), record.wait) {
        (true, None) if is_due => changes.push(format!("a higher --rate or --max-in-flight with {run}")),
        (true, None) => changes.push("time alone".to_owned()),
        (_, Some(rule)) => changes.push(by_rule(found, rule, &run)),
        (false, None) => {}
    }
    changes.join("; then ")
}

fn by_rule(found: &Found, rule: WaitRule, run: &str) -> String {
    match rule {
        WaitRule::Window => format!("other calling windows: {run} with --window (once nobody runs it)"),
        WaitRule::NotBefore => "another not_before in the list, in a campaign of its own".to_owned(),
        WaitRule::Redial | WaitRule::Retry => {
            format!("time alone; or `{}`, for the whole campaign", found.command("cancel"))
        }
        WaitRule::NumberCap => {
            format!("a higher --max-per-number or --max-triggers-per-number with {run}")
        }
        WaitRule::RecentCall => {
            format!("a shorter --not-again-within with {run} (0 takes it back)")
        }
        WaitRule::SameNumber => "the end of the call to the other row with its number".to_owned(),
        WaitRule::ZoneUnknown | WaitRule::NoWindow => {
            "a list of its own with a time_zone column, run as another campaign".to_owned()
        }
    }
}

fn listed(lists: &[String]) -> String {
    lists.iter().map(|it| harmless(it)).collect::<Vec<_>>().join(", ")
}
