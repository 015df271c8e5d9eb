//! `outbound demo`: a dozen calls with different endings, through the real client, on a sandbox in this process.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use polyai_outbound::sandbox::{Config, SandboxServer};
use polyai_outbound::{
    CallEnd, CallEvent, CallSid, Client, Destination, Error, ErrorCode, Metadata, Placement, TriggerCall,
};
use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::output::{Output, coloured};

/// Calls go faster than life here; requests and the waits between them do not.
const SPEED: f64 = 60.0;
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

    let board = Board::new(output);
    let started = Instant::now();
    let mut calls: FuturesUnordered<_> =
        (0..12).map(|ending| follow(&client, ending, board.line(ending), started)).collect();
    let mut lines = Vec::new();
    while let Some(line) = calls.next().await {
        lines.push(line?);
    }
    lines.sort_by_key(|line| line.ending);
    board.finish();

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
        output.say(table(&lines), &());
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
    Ok(if twice == 0 { Exit::Done } else { Exit::ServiceFailed })
}

/// How one call went.
struct Line {
    ending: u8,
    number: String,
    call_sid: Option<CallSid>,
    result: Result<CallEnd, Error>,
    attempts: u32,
    took: Duration,
}

/// Places one call and shows what becomes of it.
async fn follow(client: &Client, ending: u8, bar: Bar, started: Instant) -> Result<Line, Failure> {
    let destination = Destination::parse(&format!("+141555501{ending:02}"), None)?;
    let number = destination.masked();
    let metadata = Metadata::new([("attempt-id", format!("demo-{ending}"))])?;
    tokio::time::sleep(Duration::from_millis(u64::from(ending) * 60)).await;
    let mut events = client.call(TriggerCall::new(destination).with_metadata(metadata)).events();
    let began = Instant::now();
    let mut placed = None;
    bar.show(&number, "triggering", started);
    loop {
        match events.next().await {
            Some(CallEvent::Placed(it)) => {
                bar.show(&number, "placed", started);
                placed = Some((it.value.call_sid, it.attempts));
            }
            // The end is told by the event that follows.
            Some(CallEvent::Status(change)) if change.status.is_terminal() => {}
            Some(CallEvent::Status(change)) => {
                bar.show(&number, &format!("{} {}", change.status, change.reason), started);
            }
            Some(CallEvent::Retrying(retry)) => {
                bar.show(
                    &number,
                    &format!("{}, trying again in {:.1} s", retry.code, retry.after.as_secs_f64()),
                    started,
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
                bar.end(&line, started);
                return Ok(line);
            }
            None => return Err(Failure::input("the client ended a call without saying how")),
        }
    }
}

impl Line {
    fn status(&self) -> &str {
        match &self.result {
            Ok(end) => end.status.as_str(),
            Err(error) if error.placement() == Some(Placement::Unknown) => "unknown",
            Err(error) if error.code() == ErrorCode::Expired => "expired",
            Err(_) => "failed",
        }
    }

    fn reason(&self) -> String {
        match &self.result {
            Ok(end) => end.reason.clone(),
            Err(error) if error.placement() == Some(Placement::Unknown) => {
                format!("{}: may have rung, so it is not dialled again", error.code().sentence())
            }
            Err(error) => error.code().sentence().to_owned(),
        }
    }

    fn to_json(&self) -> serde_json::Value {
        let placement = match &self.result {
            Ok(_) => Some(Placement::Placed),
            Err(error) => error.placement(),
        };
        json!({
            "number": self.number,
            "call_sid": self.call_sid,
            "status": self.status(),
            "reason": self.reason(),
            "placement": placement,
            "attempts": self.attempts,
            "seconds": self.took.as_secs_f64(),
        })
    }
}

fn table(lines: &[Line]) -> Table {
    let mut table = Table::new();
    let style = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic).set_width(124);
    table.set_header(["number", "SID", "status", "reason", "attempts", "time"]);
    // A SID is there to be copied: it stays on one line.
    for column in table.column_iter_mut().take(3) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    for line in lines {
        table.add_row([
            line.number.clone(),
            line.call_sid.as_ref().map_or_else(|| "-".to_owned(), |sid| sid.as_str().to_owned()),
            line.status().to_owned(),
            line.reason(),
            line.attempts.to_string(),
            format!("{:.1} s", line.took.as_secs_f64()),
        ]);
    }
    table
}

/// Live progress: a line for each call on a terminal, a line for each change elsewhere.
struct Board {
    output: Output,
    bars: Option<MultiProgress>,
}

struct Bar {
    output: Output,
    bar: Option<ProgressBar>,
}

impl Board {
    fn new(output: Output) -> Self {
        let bars = MultiProgress::new();
        Self { output, bars: (!bars.is_hidden()).then_some(bars) }
    }

    fn line(&self, ending: u8) -> Bar {
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.insert(usize::from(ending), ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Bar { output: self.output, bar }
    }

    fn finish(self) {
        if let Some(bars) = self.bars {
            let _ = bars.clear();
        }
    }
}

impl Bar {
    fn show(&self, number: &str, what: &str, started: Instant) {
        match &self.bar {
            Some(bar) => bar.set_message(format!("{number}  {what}")),
            None => {
                self.output.note(format_args!("{:5.1} s  {number}  {what}", started.elapsed().as_secs_f64()));
            }
        }
    }

    fn end(&self, line: &Line, started: Instant) {
        self.show(&line.number, &format!("{} {}", coloured(line.status()), line.reason()), started);
        if let Some(bar) = &self.bar {
            bar.finish();
        }
    }
}

/// The commands to do the same by hand, with this program's name as it was called.
fn by_hand() -> String {
    let me = std::env::args().next().unwrap_or_else(|| "outbound".to_owned());
    format!(
        "The same by hand:
  {me} sandbox --speed {SPEED}          # in another terminal; prints its address
  export POLYAI_OUTBOUND_BASE_URL=http://127.0.0.1:8660 POLYAI_OUTBOUND_TOKEN=sandbox
  {me} call +14155550100 --wait         # 00 success, 01 no answer, 02 busy, … 13; exit code 0
  {me} call +14155550106                # the answer is lost: exit code 5, never dialled again by itself
  curl $POLYAI_OUTBOUND_BASE_URL/_sandbox/calls    # every call that was really placed"
    )
}
