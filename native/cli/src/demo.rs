//! `outbound demo`: a dozen calls with different endings, through the real client, on a sandbox in this process.

mod board;
mod line;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use polyai_outbound::sandbox::{Config, SandboxServer};
use polyai_outbound::{CallEvent, Client, Destination, Metadata, TriggerCall};
use terminal_size::{Width, terminal_size_of};

use crate::args::{DEFAULT_LISTEN, DEFAULT_TOKEN};
use crate::failure::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::output::{Output, coloured};
use crate::shell::me;
use board::{Bar, Board};
use line::{Line, table};

/// Calls go faster than life here; requests and the waits between them do not. At this speed the slowest call ends in
/// time, and the one whose status expires is seen before it does, even on a machine that is busy.
const SPEED: f64 = 50.0;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);

pub(crate) async fn run(output: Output) -> Result<Exit, Failure> {
    let config = Config::default().with_speed(SPEED)?;
    let server = SandboxServer::bind(([127, 0, 0, 1], 0).into(), config)
        .await
        .map_err(|error| Failure::input(format!("no free port on this machine's loopback: {error}")))?;
    let client = Client::builder()
        .base_url(server.base_url())
        .token("sandbox")
        .request_timeout(REQUEST_TIMEOUT)
        .build()?;
    let sandbox = server.spawn();
    output.note(format_args!("A dozen calls on a sandbox at {}; nobody is called.\n", sandbox.base_url()));

    let started = Instant::now();
    let board = Board::new(output);
    let mut lines = tokio::select! {
        lines = all(&client, &board) => lines?,
        () = interrupted() => {
            drop(board);
            return Err(Failure::interrupted("interrupted"));
        }
    };
    drop(board);
    lines.sort_by_key(|line| line.ending);

    // What the other side says: how often each number really rang.
    let mut rang = BTreeMap::new();
    for call in sandbox.calls() {
        *rang.entry(call.destination).or_insert(0_u32) += 1;
    }
    sandbox.stop().await;
    if output.json {
        for line in &lines {
            output.say("", &line.to_json());
        }
    } else {
        let width = terminal_size_of(std::io::stdout()).map(|(Width(width), _)| width);
        output.print(&format!("{}\n", table(&lines, width)));
    }
    let twice = rang.values().filter(|times| **times > 1).count();
    output.note(format_args!(
        "\n{} calls triggered; the sandbox says that {} phones rang, {} of them twice. {:.1} s.\n",
        lines.len(),
        rang.len(),
        if twice == 0 { "none".to_owned() } else { twice.to_string() },
        started.elapsed().as_secs_f64(),
    ));
    output.note(by_hand());
    Ok(if twice == 0 { Exit::Done } else { Exit::Unknown })
}

/// A dozen calls at once, shown while they go on.
async fn all(client: &Client, board: &Board) -> Result<Vec<Line>, Failure> {
    let mut calls = FuturesUnordered::new();
    for ending in 0..12_u8 {
        let destination = Destination::parse(&format!("+141555501{ending:02}"), None)?;
        let bar = board.line(&destination.masked());
        calls.push(follow(client, ending, destination, bar));
    }
    let mut lines = Vec::new();
    while let Some(line) = calls.next().await {
        lines.push(line?);
    }
    Ok(lines)
}

/// Places one call and shows what becomes of it.
async fn follow(client: &Client, ending: u8, destination: Destination, bar: Bar) -> Result<Line, Failure> {
    let number = destination.masked();
    let metadata = Metadata::new([("attempt-id", format!("demo-{ending}"))])?;
    tokio::time::sleep(Duration::from_millis(u64::from(ending) * 60)).await;
    let mut events = client.call(TriggerCall::new(destination).with_metadata(metadata)).events();
    let began = Instant::now();
    let mut placed = None;
    bar.show(&number, "triggering");
    loop {
        match events.next().await {
            Some(CallEvent::Placed(it)) => {
                bar.show(&number, "placed");
                placed = Some((it.value.call_sid, it.attempts));
            }
            // The end is told by the event that follows.
            Some(CallEvent::Status(change)) if change.status.is_terminal() => {}
            Some(CallEvent::Status(change)) => {
                bar.show(&number, &coloured(change.status.as_str()));
            }
            Some(CallEvent::Retrying(retry)) => {
                bar.show(
                    &number,
                    &format!("{}; trying again in {:.1} s", retry.code.sentence(), retry.after.as_secs_f64()),
                );
            }
            Some(CallEvent::Regression(_)) => {}
            Some(CallEvent::Ended(result)) => {
                let (call_sid, attempts) = match (placed, &result) {
                    (Some((call_sid, attempts)), _) => (Some(call_sid), attempts),
                    (None, Err(error)) => (None, error.attempts()),
                    (None, Ok(end)) => (Some(end.call_sid.clone()), end.attempts),
                };
                let line = Line { ending, number, call_sid, result, attempts, took: began.elapsed() };
                bar.end(&line);
                return Ok(line);
            }
            None => return Err(Failure::input("the client ended a call without saying how")),
        }
    }
}

/// The commands to do the same by hand, with this program's name as it was called. Each line is only a command, because
/// not every shell takes a comment after one.
fn by_hand() -> String {
    let me = me();
    let in_the_way: Vec<_> = ["POLYAI_OUTBOUND_REGION", "POLYAI_OUTBOUND_API"]
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        .collect();
    let unset =
        if in_the_way.is_empty() { String::new() } else { format!("  unset {}\n", in_the_way.join(" ")) };
    format!(
        "The same by hand. In another terminal, the sandbox:
  {me} sandbox --speed {SPEED}
Here, where it is and its token:
{unset}  export POLYAI_OUTBOUND_BASE_URL=http://{DEFAULT_LISTEN} POLYAI_OUTBOUND_TOKEN={DEFAULT_TOKEN}
A call, followed to its end; the last two digits choose it (00 success, 01 no answer, 02 busy, … 13):
  {me} call +14155550100 --wait
One whose answer is lost: exit code 5, because it may have rung, and it is not dialled again by itself:
  {me} call +14155550106
Every call that was really placed:
  curl -sS --noproxy '*' http://{DEFAULT_LISTEN}/_sandbox/calls"
    )
}
