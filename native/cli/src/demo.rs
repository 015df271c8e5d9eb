//! `outbound demo`: a campaign of forty rows with every kind of ending, through the code of `outbound campaign run`, on a
//! sandbox in this process.

mod people;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser;
use polyai_outbound::campaign::Database;
use polyai_outbound::core::campaign::Zone;
use polyai_outbound::sandbox::{Config, SandboxServer};
use polyai_outbound::{Client, Timestamp};
use serde_json::json;

use crate::args::{DEFAULT_LISTEN, DEFAULT_TOKEN};
use crate::campaign::{Clock, Consent, Ended, PlanArgs, Session, Shows, rfc3339};
use crate::failure::{Exit, Failure};
use crate::output::{Output, harmless};
use crate::shell::me;
use crate::table::{table, width};

/// Calls go faster than life here; requests and the waits between them do not. At this speed the slowest call ends in
/// time, and the one whose status expires is seen before it does, even on a machine that is busy.
const SPEED: f64 = 50.0;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);
/// From how many columns on a terminal is wide.
const WIDE: u16 = 140;
const NAME: &str = "demo";
/// As it could be said on the command line.
const OPTIONS: [&str; 10] = [
    "--country",
    "US",
    "--suppress",
    "never.txt",
    "--redial",
    "no-answer=1x1h",
    "--rate",
    "8",
    "--max-in-flight",
    "24",
];

pub(crate) async fn run(output: Output) -> Result<Exit, Failure> {
    output.detach();
    let failed = |error: std::io::Error| {
        Failure::input(format!(
            "the demo has no room for its files: {error}; make the folder for temporary files writable"
        ))
    };
    let config = Config::default().with_speed(SPEED)?;
    let server = SandboxServer::bind(([127, 0, 0, 1], 0).into(), config)
        .await
        .map_err(|error| Failure::input(format!("no free port on this machine's loopback: {error}")))?;
    let client = Client::builder()
        .base_url(server.base_url())
        .token(DEFAULT_TOKEN)
        .request_timeout(REQUEST_TIMEOUT)
        // Nobody who looks at a demo waits three minutes for a call that is gone.
        .lost_after(Duration::from_secs(2))
        .build()?;
    let clock = Clock::default();
    let start = next_wednesday(clock.now());
    clock.move_on(start);
    let folder = tempfile::tempdir().map_err(failed)?;
    let (line, database) = files(folder.path(), start).map_err(failed)?;
    let sandbox = server.spawn();
    output.note(format_args!(
        "A list of {} rows on a sandbox at {}; nobody is called. On the demo's clock it is {}.\n\n  {} campaign run \
         people.csv --db calls.db {}\n",
        people::ROWS.len(),
        sandbox.base_url(),
        Zone::parse("America/New_York").map_or_else(|_| rfc3339(start), |zone| polyai_outbound::campaign::local(start, zone)),
        me(),
        OPTIONS.join(" "),
    ));
    let began = Instant::now();
    let session = Session {
        list: &line.list,
        calling: &line.calling,
        database: &database,
        name: NAME,
        client: &client,
        consent: Consent::default(),
        go_on: format!("{} demo", me()),
        command: format!("{} campaign", me()),
        of_it: format!("--db {}", database.display()),
        flags: String::new(),
        clock,
        shows: Shows::Rows,
        output,
    };
    let Ended { interrupted, .. } = session.run().await?;
    if interrupted {
        return Err(Failure::interrupted("interrupted"));
    }
    if !output.json {
        output.print(&format!("\n{}\n", report(&database).await?));
    }
    // What the other side says: how often each number really rang.
    let mut rang = BTreeMap::new();
    for call in sandbox.calls() {
        *rang.entry(call.destination).or_insert(0_u32) += 1;
    }
    sandbox.stop().await;
    let twice = rang.iter().filter(|(_, times)| **times > 1);
    let (by_the_rule, against_it): (Vec<_>, Vec<_>) =
        twice.partition(|(number, times)| **times == 2 && people::is_redialed(number));
    if output.json {
        output.say(
            "",
            &json!({
                "type": "rang", "numbers": rang.len(), "twice_by_the_redial_rule": by_the_rule.len(),
                "twice_against_it": against_it.len(), "seconds": began.elapsed().as_secs_f64(),
            }),
        );
    }
    output.note(format_args!(
        "\nThe sandbox says that {} phones rang; {} of them twice, because the redial rule asked for it, and {} twice \
         without. {:.1} s.\n",
        rang.len(),
        by_the_rule.len(),
        if against_it.is_empty() { "none".to_owned() } else { against_it.len().to_string() },
        began.elapsed().as_secs_f64(),
    ));
    output.note(by_hand());
    Ok(if against_it.is_empty() { Exit::Done } else { Exit::Unknown })
}

/// 18:00 UTC on a Wednesday to come: everywhere from New York to Anchorage it is a time to call, and not in Honolulu, so
/// that the demo goes the same way at whatever hour it is run.
fn next_wednesday(now: Timestamp) -> Timestamp {
    const DAY: u64 = 86_400_000;
    // The first day was a Thursday.
    let tomorrow = now.as_millis() / DAY + 1;
    let days = tomorrow + (13 - tomorrow % 7) % 7;
    Timestamp::from_millis(days * DAY + DAY / 4 * 3)
}

/// Writes the list and the numbers that are never called; tells the command line for them, and where the database is to be.
fn files(folder: &Path, start: Timestamp) -> std::io::Result<(PlanArgs, PathBuf)> {
    let (list, never) = (folder.join("people.csv"), folder.join("never.txt"));
    std::fs::write(&list, people::list(start))?;
    std::fs::write(&never, people::NEVER)?;
    let options = OPTIONS.iter().map(|it| if *it == "never.txt" { never.as_os_str() } else { it.as_ref() });
    let words = ["outbound".as_ref(), list.as_os_str()].into_iter().chain(options);
    let line = PlanArgs::try_parse_from(words).map_err(std::io::Error::other)?;
    Ok((line, folder.join("calls.db")))
}

/// What became of every row.
async fn report(database: &Path) -> Result<String, Failure> {
    let mut database = Database::read_only(database).await?;
    let Some(campaign) = database.campaign(NAME).await? else { return Ok(String::new()) };
    // A narrow one has room for what is known of a row, and none for what it is an example of.
    let is_wide = width().is_none_or(|width| width >= WIDE);
    let mut rows = Vec::new();
    database
        .for_each_recipient(campaign.id, |record| {
            let mut row = vec![
                record.row.to_string(),
                record.to_number.masked(),
                record.state.as_str().replace('_', " "),
                record.tries.dials.to_string(),
            ];
            if is_wide {
                row.push(record.external_id.unwrap_or_default());
            }
            row.push(harmless(&record.reason));
            rows.push(row);
            Ok::<_, Failure>(())
        })
        .await?;
    let header: &[_] = if is_wide {
        &["#row", "number", "state", "#dialed", "example", "why"]
    } else {
        &["#row", "number", "state", "#dialed", "why"]
    };
    Ok(table(header, rows))
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
One whose answer is lost: exit code 5, because it may have rung, and it is not dialed again by itself:
  {me} call +14155550106
A list, and what would happen to it; then a campaign of it, at whatever hour it is now:
  printf 'phone\\n+12125550100\\n+13125550101\\n' > people.csv
  {me} campaign plan people.csv
  {me} campaign run people.csv --db calls.db --no-windows 'nobody is called'
Every call that was really placed:
  curl -sS --noproxy '*' http://{DEFAULT_LISTEN}/_sandbox/calls"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_begins_on_a_wednesday_to_come() {
        for hours in 0..400 {
            let now = Timestamp::from_millis(1_795_600_000_000 + hours * 3_600_000);
            let start = next_wednesday(now);
            assert!(start > now && start.since(now) <= Duration::from_secs(8 * 86_400), "{hours}");
            assert_eq!((start.as_millis() / 86_400_000 + 4) % 7, 3, "a Wednesday");
            assert!(rfc3339(start).ends_with("T18:00:00.000Z"));
        }
    }

    /// Whatever day it is, and at whatever hour.
    #[test]
    fn the_demo_begins_on_the_same_day_of_the_week_on_any_day_and_at_night() {
        for (now, start) in [
            ("2026-11-29T12:00:00Z", "2026-12-02T18:00:00.000Z"), // a Sunday
            ("2026-11-30T03:00:00Z", "2026-12-02T18:00:00.000Z"),
            ("2026-12-01T23:59:59Z", "2026-12-02T18:00:00.000Z"),
            ("2026-12-02T00:00:00Z", "2026-12-09T18:00:00.000Z"), // a Wednesday
            ("2026-12-02T23:00:00Z", "2026-12-09T18:00:00.000Z"),
            ("2026-12-03T02:30:00Z", "2026-12-09T18:00:00.000Z"),
            ("2026-12-04T22:00:00Z", "2026-12-09T18:00:00.000Z"),
            ("2026-12-05T05:00:00Z", "2026-12-09T18:00:00.000Z"),
            ("2028-02-28T04:00:00Z", "2028-03-01T18:00:00.000Z"), // behind a leap day
        ] {
            let now: jiff::Timestamp = now.parse().unwrap();
            let millis = u64::try_from(now.as_millisecond()).unwrap();
            assert_eq!(rfc3339(next_wednesday(Timestamp::from_millis(millis))), start, "{now}");
        }
    }
}
