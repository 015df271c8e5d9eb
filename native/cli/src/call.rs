//! `outbound call`: place one call.

mod hours;
mod piped;

use std::io::Read;
use std::path::Path;

use polyai_outbound::{
    Allowed, CallSid, Client, Destination, Metadata, Placement, Restricted, TriggerCall, VariantId,
};

use crate::args::{CallArgs, Global};
use crate::campaign::ask::Answer;
use crate::campaign::moment::Clock;
use crate::campaign::ordinal;
use crate::failure::{Exit, Failure};
use crate::follow::{self, Waiting};
use crate::interrupt::interrupted;
use crate::output::{Output, Row};
use crate::{dry_run, settings};
use piped::Piped;

pub(crate) async fn run(args: &CallArgs, global: &Global, output: Output) -> Result<Exit, Failure> {
    let call = described(args)?;
    if args.dry_run {
        return dry_run::show(global, &call, output);
    }
    let client = settings::client(global)?;
    // Who is called by a service on this machine's loopback, a sandbox, is nobody.
    if !args.anytime && !settings::is_loopback(global)? {
        match hours::confirmed(call.destination(), Clock::default().now())? {
            Answer::Yes => {}
            Answer::No => return Err(Failure::interrupted("no call was placed")),
        }
    }
    if args.wait {
        output.detach();
        return follow::to_the_end(client.call(call).events(), global, output).await;
    }
    place(&client, call, global, output).await
}

async fn place(client: &Client, call: TriggerCall, global: &Global, output: Output) -> Result<Exit, Failure> {
    let trigger = client.trigger(call);
    let handle = trigger.handle();
    let waiting = Waiting::new(output, "triggering");
    let placed = tokio::select! {
        placed = trigger => placed?,
        () = interrupted() => return Err(interruption(global, handle.call_sid(), Some(handle.placement()))),
    };
    drop(waiting);
    let row = Row::placed(&placed);
    output.say(row.sentence(), &row);
    let sid = placed.value.call_sid.as_str();
    output.note(format_args!("follow it with: {}", settings::resume_command(global, sid)));
    Ok(Exit::Done)
}

/// What is left behind when a person gives up.
pub(crate) fn interruption(
    global: &Global,
    call_sid: Option<CallSid>,
    placement: Option<Placement>,
) -> Failure {
    let call_sid = call_sid.map(|sid| sid.as_str().to_owned());
    let message = match (&call_sid, placement) {
        (Some(sid), _) => format!(
            "interrupted; the call goes on as {sid}; follow it with: {}",
            settings::resume_command(global, sid)
        ),
        (None, None | Some(Placement::NotPlaced)) => "interrupted; no call was placed".to_owned(),
        (None, Some(Placement::Placed | Placement::Unknown)) => {
            "interrupted while the trigger was on its way; the call may have been placed: do not dial again without \
             asking a person"
                .to_owned()
        }
    };
    Failure::Interrupted { message, placement, call_sid }
}

/// The call that the arguments describe.
fn described(args: &CallArgs) -> Result<TriggerCall, Failure> {
    let given = match args.number.as_str() {
        "-" if args.metadata_json.as_deref() == Some(Path::new("-")) => {
            return Err(Failure::input(
                "--metadata-json -: the call is read from standard input; put its metadata there, or in a file",
            ));
        }
        "-" => piped::read(args.country.as_deref())?,
        number => Piped { number: number.to_owned(), country: args.country.clone(), metadata: Vec::new() },
    };
    let metadata = metadata(given.metadata, &args.metadata, args.metadata_json.as_deref())?;
    let mut call = TriggerCall::new(Destination::parse(&given.number, given.country.as_deref())?)
        .with_metadata(metadata)
        .with_allowed(args.allow.added_to(Allowed::NONE));
    check(&call, args.anytime)?;
    if let Some(encryption) = args.encryption {
        call = call.with_encryption(encryption);
    }
    if let Some(variant) = &args.variant {
        call = call.with_variant(VariantId::new(variant)?);
    }
    Ok(call)
}

/// Checks that the number is whole, and of no kind that nobody asked for by name.
fn check(call: &TriggerCall, anytime: bool) -> Result<(), Failure> {
    let destination = call.destination();
    match call.check_allowed() {
        // As of satellites: what else it needs is told at once.
        Err(refused) if !anytime && hours::is_nowhere(destination) && !is_short(destination) => {
            return Err(Failure::input(format!(
                "NUMBER: {}; expected {}. {}, so it needs --anytime as well",
                refused.problem(),
                refused.expected(),
                hours::NOWHERE
            )));
        }
        checked => checked?,
    }
    Ok(destination.check_whole()?)
}

fn is_short(destination: &Destination) -> bool {
    Restricted::of(destination) == Some(Restricted::Emergency)
}

fn metadata(
    mut entries: Vec<(String, String)>,
    pairs: &[String],
    file: Option<&Path>,
) -> Result<Metadata, Failure> {
    if let Some(path) = file {
        // The path is not repeated: some write the JSON itself there.
        let text = read(path).map_err(|error| {
            Failure::input(format!(
                "--metadata-json: {error}; expected the path of a JSON file, or - for stdin"
            ))
        })?;
        // Some editors begin every file with it.
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        let held = Metadata::from_json(text).map_err(|error| Failure::refused("--metadata-json", &error))?;
        entries.extend(held.iter().map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
    for (nth, pair) in pairs.iter().enumerate() {
        let Some((key, value)) = pair.split_once('=') else {
            let problem =
                format!("--metadata, the {} time: there is no = in it; expected KEY=VALUE", ordinal(nth + 1));
            return Err(Failure::input(problem));
        };
        entries.push((key.to_owned(), value.to_owned()));
    }
    Metadata::new(entries).map_err(|error| Failure::refused("--metadata", &error))
}

/// A file, or stdin; a little more than can be valid is read, so that what is too large is seen to be.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    // One byte, behind a mark of byte order.
    let more = Metadata::LONGEST_JSON as u64 + 4;
    let mut text = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(more).read_to_end(&mut text)?;
    } else {
        std::fs::File::open(path)?.take(more).read_to_end(&mut text)?;
    }
    Ok(text)
}
