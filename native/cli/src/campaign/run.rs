//! `outbound campaign run`: the command that begins a campaign, and goes on with it after a crash.

use crate::args::Global;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::shell::{me, quote};
use crate::{readers, settings};

use super::args::RunArgs;
use super::memory::Consent;
use super::moment::Clock;
use super::prepare::{list_file, name_of};
use super::session::{Session, Shows};

pub(crate) async fn run(args: &RunArgs, global: &Global, output: Output) -> Result<Exit, Failure> {
    output.detach();
    let database = args.database.path()?;
    readers::warn_of_database(&database);
    list_file(&args.list)?;
    let name = match &args.name {
        Some(name) if name.trim().is_empty() => {
            return Err(Failure::input("--name: is empty; expected what the campaign is called"));
        }
        Some(name) => name.clone(),
        None => name_of(&args.list)?,
    };
    let client = settings::client(global)?;
    let me = me();
    let of_it = format!("--db {} --name {}", quote(&database.display().to_string()), quote(&name));
    let flags = settings::flags(global);
    let session = Session {
        list: &args.list,
        calling: &args.calling,
        database: &database,
        name: &name,
        client: &client,
        consent: Consent {
            again: args.again,
            older_database: args.accept_older_database,
            other_token: args.other_token,
        },
        go_on: format!("{me} campaign run {} {of_it}{flags}", quote(&args.list.file.display().to_string())),
        command: format!("{me} campaign"),
        of_it,
        flags,
        clock: Clock::default(),
        shows: Shows::Progress,
        output,
    };
    Ok(session.run().await?.exit)
}
