//! A campaign from its list to its end, with what people and programs are told on the way.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use polyai_outbound::campaign::{
    BreakerPhase, Campaign, CampaignId, Change, Command, Database, Event, Finish, Runner, State,
    SuppressionCount, WatchedStore,
};
use polyai_outbound::{Client, Error, ErrorCode};
use serde_json::json;
use tokio::sync::{OnceCell, watch};

use super::args::{CallingArgs, ListArgs};
use super::blocks::accept_shorter;
use super::events;
use super::memory::{Consent, Memory};
use super::moment::Clock;
use super::prepare::{Prepared, Wanted, suppression_json, suppression_told};
use super::progress::{Board, Look, words};
use super::service::ServiceName;
use super::words::many;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupts;
use crate::output::{Output, coloured};

/// How often the board is brought up to date.
const SHOWN_EVERY: Duration = Duration::from_millis(500);
/// How long somebody who reads nothing is waited for when it is left without waiting.
const LEAVING: Duration = Duration::from_millis(500);
/// How often the database is looked into, at most.
const LOOKED_EVERY: Duration = Duration::from_secs(1);

/// A campaign that is to be run by this process.
pub(crate) struct Session<'a> {
    pub(crate) list: &'a ListArgs,
    pub(crate) calling: &'a CallingArgs,
    pub(crate) database: &'a Path,
    pub(crate) name: &'a str,
    pub(crate) client: &'a Client,
    pub(crate) consent: Consent,
    /// The command that goes on with it.
    pub(crate) go_on: String,
    /// What all commands about campaigns begin with, and what says which campaign.
    pub(crate) command: String,
    pub(crate) of_it: String,
    /// Flags that say where and as whom to call, to be put behind a command.
    pub(crate) flags: String,
    pub(crate) clock: Clock,
    pub(crate) shows: Shows,
    pub(crate) output: Output,
}

/// What is shown of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    /// How far it is.
    Progress,
    /// A line for each change of a row, too; and time is not waited for but moved on, when all else is done.
    Rows,
}

/// How a run came to its end.
pub(crate) struct Ended {
    pub(crate) exit: Exit,
    pub(crate) interrupted: bool,
}

/// What is known of a run when it is over.
struct Run {
    /// Rows of which nobody knows whether they rang, or how they ended, since it began.
    unknown: u64,
    halted: Option<Error>,
    finish: Option<Finish>,
    /// It stopped itself, which is told.
    stopped: bool,
    interrupts: u32,
    unsaved: usize,
}

impl Session<'_> {
    pub(crate) async fn run(&self) -> Result<Ended, Failure> {
        let mut interrupts = Interrupts::new();
        let service = ServiceName::of(self.client.service());
        let now = self.clock.now();
        let memory = match self.shows {
            Shows::Progress => Memory::of_this_machine(now, self.output)?,
            Shows::Rows => Memory::none(now, self.output),
        };
        let wanted = Wanted {
            memory,
            consent: self.consent,
            token: self.client.service().credential(),
            client: self.client,
            list: self.list,
            calling: self.calling,
            database: self.database,
            name: self.name,
            service: &service,
            command: &self.command,
            of_it: &self.of_it,
            flags: &self.flags,
            go_on: &self.go_on,
            read: OnceCell::new(),
            now,
            output: self.output,
        };
        let Prepared { database, campaign, kept, imported, lock } = tokio::select! {
            prepared = wanted.prepare() => prepared?,
            () = interrupts.next() => return Err(Failure::interrupted(&format!(
                "interrupted before anybody was called; go on with: {}",
                self.go_on
            ))),
        };
        let lists = kept.suppression_lists()?;
        let mut store = WatchedStore::new(database, campaign, lists).await?;
        let (command, of_it) = (&self.command, &self.of_it);
        store.set_resume_command(|file| accept_shorter(&format!("{command} resume {of_it}"), file));
        let suppression = store.counts().await?;
        let clock = self.clock.clone();
        let runner =
            Runner::with_clock(self.client, store, kept.calling.clone(), Box::new(move || clock.now()))?;
        self.tell_start(&service.said, &suppression, imported);
        let (command, of_it) = (&self.command, &self.of_it);
        self.output.advise(format!(
            "; what came of each row is in the database, look there with:\n  {command} report {of_it}\n  {command} export {of_it}"
        ));
        let run = self.to_the_end(runner, campaign, &mut interrupts).await;
        drop(lock);
        // People copy the file: all that is in the log beside it is worked into it, and it is said that nobody runs it. One
        // that fails has been told of, or is told of by the next.
        let database = match Database::open(self.database, false).await {
            Ok(database) => Some(database),
            Err(_) => Database::read_only(self.database).await.ok(),
        };
        let (mut look, mut ended) = (None, None);
        if let Some(mut database) = database {
            look = look_into(&mut database, campaign).await;
            ended = database.campaign(self.name).await.ok().flatten();
            let _ = database.close().await;
        }
        Ok(Ended {
            exit: self.tell_end(&run, look.as_ref(), ended.as_ref()),
            interrupted: run.interrupts > 0,
        })
    }

    fn tell_start(&self, service: &str, suppression: &[SuppressionCount], told: bool) {
        let database = self.database.display();
        self.output.note(format_args!("campaign `{}` in {database}, through {service}", self.name));
        // Of a list that was read just now it is told already.
        for line in suppression_told(suppression).filter(|_| !told) {
            self.output.note(line);
        }
        if self.output.json {
            let database = database.to_string();
            self.output.say(
                "",
                &json!({
                    "type": "started", "campaign": self.name, "database": database, "service": service,
                    "suppression": suppression_json(suppression),
                }),
            );
        }
    }

    async fn to_the_end(&self, mut runner: Runner, campaign: CampaignId, interrupts: &mut Interrupts) -> Run {
        let handle = runner.handle();
        let mut run =
            Run { unknown: 0, halted: None, finish: None, stopped: false, interrupts: 0, unsaved: 0 };
        let mut board = Board::new(self.output);
        let mut looks = looks(self.database, campaign);
        let mut shown = tokio::time::interval(SHOWN_EVERY);
        shown.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut blocked = false;
        let mut looked = None;
        loop {
            tokio::select! {
                event = runner.next() => match event {
                    Some(event) => {
                        if let Event::Blocked(why) = &event {
                            blocked = why.is_some();
                        }
                        self.tell(&event, &mut board, &mut run);
                    }
                    None => break,
                },
                () = interrupts.next() => {
                    run.interrupts += 1;
                    let (in_flight, _) = runner.in_flight();
                    if self.shows == Shows::Rows {
                        handle.stop();
                    } else if run.interrupts == 1 {
                        handle.drain();
                        board.note(format_args!(
                            "interrupted: nobody is called any more, {}; press Ctrl-C again to stop at once. Go on with: \
                             {}",
                            match in_flight {
                                0 => "and no call is running".to_owned(),
                                _ => many(
                                    in_flight as u64,
                                    "running call is followed to its end",
                                    "running calls are followed to their ends",
                                ),
                            },
                            self.go_on
                        ));
                    } else if run.interrupts > 2 {
                        board.note(format_args!(
                            "interrupted a third time: leaving without waiting for the database. Go on with: {}",
                            self.go_on
                        ));
                        drop(board);
                        self.tell_unsaved(runner.unsaved());
                        crate::output::finish(LEAVING);
                        std::process::exit(Exit::Interrupted as i32);
                    } else {
                        handle.stop();
                        board.note(format_args!(
                            "interrupted again: stopping; {} by themselves. Follow them with: {}",
                            many(in_flight as u64, "running call goes on", "running calls go on"),
                            self.go_on
                        ));
                    }
                },
                Ok(()) = looks.changed() => {
                    let look = looks.borrow_and_update().clone();
                    if self.shows == Shows::Rows {
                        self.move_on(&look, &runner, &board);
                    }
                    looked = Some(look);
                }
                _ = shown.tick() => if let Some(look) = &looked {
                    let drains = run.interrupts > 0 || run.halted.is_some();
                    board.show(look, self.clock.now(), &runner, drains, blocked);
                },
            }
        }
        drop(board);
        run.unsaved = self.tell_unsaved(runner.unsaved());
        run
    }

    /// Moves time on to when the next is due, if nothing else is left to be done.
    fn move_on(&self, look: &Look, runner: &Runner, board: &Board) {
        const WORTH_IT: Duration = Duration::from_secs(10);
        let next = look.waiting.iter().map(|it| it.next).min();
        let now = self.clock.now();
        if let Some(next) = next.filter(|next| next.since(now) > WORTH_IT && runner.in_flight() == (0, 0)) {
            board.note(format_args!(
                "(nothing is due for {}: the demo's clock is moved on to {})",
                super::moment::span(next.since(now)),
                super::moment::here(next, now)
            ));
            self.clock.move_on(next);
        }
    }

    fn tell(&self, event: &Event, board: &mut Board, run: &mut Run) {
        board.tell(&events::to_json(event));
        match event {
            Event::Saved(change) => {
                if change.state == State::Dialing {
                    board.dials();
                }
                if matches!(change.state, State::Unconfirmed | State::StatusLost) {
                    run.unknown += 1;
                }
                if self.shows == Shows::Rows
                    && change.state != State::Dialing
                    && !events::is_on_the_way(change)
                {
                    board.note(events::row_sentence(change));
                }
            }
            Event::Halted(error) => run.halted = Some(error.clone()),
            Event::Finished(finish) => run.finish = Some(*finish),
            Event::Breaker(state) => run.stopped = state.phase == BreakerPhase::Stopped,
            Event::Command(Command::Pause) if run.stopped => return board.show_soon(),
            Event::Pace { .. }
            | Event::Command(_)
            | Event::StoreFailed { .. }
            | Event::SharedSid { .. }
            | Event::StoreRecovered
            | Event::AskedToWait { .. }
            | Event::Blocked(_) => {}
        }
        let resume = format!("{} resume {}", self.command, self.of_it);
        if let Some(sentence) = events::sentence(event, self.clock.now(), &resume) {
            board.note(sentence);
            if !matches!(event, Event::Pace { .. }) {
                board.show_soon();
            }
        }
    }

    /// Results that the store did not take: all there is left of them is what is printed here.
    fn tell_unsaved<'c>(&self, unsaved: impl Iterator<Item = &'c Change>) -> usize {
        let mut count = 0;
        for change in unsaved {
            self.output.keep(events::row(change, "unsaved"));
            count += 1;
        }
        if count > 0 {
            self.output.keep(format_args!(
                "{count} results could not be saved: keep the lines above, which say what became of each row. Rows whose \
                 trigger had left are found as they are when the store works again, with: {}",
                self.go_on
            ));
        }
        count
    }

    fn tell_end(&self, run: &Run, look: Option<&Look>, campaign: Option<&Campaign>) -> Exit {
        // How many rows of the list are no recipients.
        let refused = campaign.map_or(0, |it| it.refused);
        let mut exit = run.exit(look);
        // Not all of the list was called.
        if exit == Exit::Done && refused > 0 && self.shows == Shows::Progress {
            exit = Exit::CallFailed;
        }
        let tally = look.map(|look| &look.tally);
        let states: BTreeMap<_, _> =
            tally.into_iter().flatten().map(|(state, count)| (state.as_str(), *count)).collect();
        let ended = match (run.finish, run.interrupts) {
            (Some(Finish::Done), _) => "done",
            (Some(Finish::Stopped) | None, 0) => "stopped",
            (Some(Finish::Stopped) | None, _) => "interrupted",
        };
        let mut for_people = format!("campaign `{}`: {ended}", self.name);
        for (state, count) in tally.into_iter().flatten() {
            let name = words(*state);
            for_people.push_str(&format!("\n  {count:>7}  {}", coloured_state(*state, &name)));
        }
        if refused > 0 {
            for_people
                .push_str(&format!("\n  {refused:>7}  refused rows of the list, which are in no state"));
        }
        self.output.conclude(
            for_people,
            &json!({
                "refused_rows": refused,
                "type": "ended", "campaign": self.name, "how": ended, "states": states, "unsaved": run.unsaved,
                "exit_code": exit as u8,
            }),
        );
        self.advise(run, look, campaign.is_some_and(|it| it.command == Command::Pause));
        exit
    }

    /// What may be done next.
    fn advise(&self, run: &Run, look: Option<&Look>, is_paused: bool) {
        let (command, of_it) = (&self.command, &self.of_it);
        let count = |state| look.map_or(0, |look| look.in_state(state));
        if self.shows == Shows::Rows {
            return;
        }
        match (run.finish, is_paused) {
            (Some(Finish::Done), _) => {}
            (Some(Finish::Stopped) | None, true) => self.output.note(format_args!(
                "it is paused, and nobody is called until it is resumed; go on with: {command} resume {of_it}\nthen start \
                 it with: {}",
                self.go_on
            )),
            (Some(Finish::Stopped) | None, false) => {
                self.output.note(format_args!("go on with: {}", self.go_on));
            }
        }
        let unconfirmed = count(State::Unconfirmed);
        if unconfirmed > 0 {
            self.output.note(format_args!(
                "{}; decide about {} with: {command} resolve --help",
                if unconfirmed == 1 {
                    "1 row may have rung and is not called again by itself".to_owned()
                } else {
                    format!("{unconfirmed} rows may have rung and are not called again by themselves")
                },
                if unconfirmed == 1 { "it" } else { "them" },
            ));
        }
        if count(State::Held) > 0 {
            self.output.note(format_args!("why rows are held: {command} report {of_it}"));
        }
        self.output.note(format_args!("what came of it: {command} report {of_it}"));
    }
}

impl Run {
    fn exit(&self, look: Option<&Look>) -> Exit {
        let done = self.finish == Some(Finish::Done);
        let count = |states: &[State]| -> u64 {
            look.map_or(0, |look| states.iter().map(|state| look.in_state(*state)).sum())
        };
        let unknown = self.unknown > 0 || (done && count(&[State::Unconfirmed, State::StatusLost]) > 0);
        if unknown {
            Exit::Unknown
        } else if self.unsaved > 0 || look.is_none() {
            Exit::ServiceFailed
        } else if let Some(error) = &self.halted {
            if error.code() == ErrorCode::NotFound { Exit::NotFound } else { Exit::NotAuthorised }
        } else if !done {
            Exit::Interrupted
        } else if look.is_some_and(|look| look.total() > count(&[State::Succeeded, State::Suppressed])) {
            Exit::CallFailed
        } else {
            Exit::Done
        }
    }
}

fn coloured_state(state: State, name: &str) -> String {
    let like = match state {
        State::Succeeded => "success",
        State::Failed | State::Unconfirmed | State::StatusLost | State::Rejected => "failure",
        State::Scheduled
        | State::Held
        | State::Dialing
        | State::InProgress
        | State::Suppressed
        | State::Expired
        | State::Cancelled => return name.to_owned(),
    };
    coloured(like).replace(like, name)
}

async fn look_into(database: &mut Database, campaign: CampaignId) -> Option<Look> {
    let tally = database.tally(campaign).await.ok()?;
    Some(Look { tally, waiting: database.waiting(campaign).await.ok()? })
}

/// Looks into the database again and again, by itself and beside the runner: the longer a look takes, the less often.
fn looks(database: &Path, campaign: CampaignId) -> watch::Receiver<Look> {
    let (tell, looks) = watch::channel(Look::default());
    let path = database.to_owned();
    tokio::spawn(async move {
        let mut database = None;
        while !tell.is_closed() {
            let began = Instant::now();
            if database.is_none() {
                database = Database::read_only(&path).await.ok();
            }
            let look = match &mut database {
                Some(open) => look_into(open, campaign).await,
                None => None,
            };
            match look {
                Some(look) => {
                    let _ = tell.send(look);
                }
                None => database = None,
            }
            tokio::time::sleep(LOOKED_EVERY.max(began.elapsed() * 20)).await;
        }
    });
    looks
}
