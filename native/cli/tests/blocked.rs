//! Output that nobody reads any more, as behind a pager that was left open: calls are followed to their ends all the same.

use std::time::Duration;

use polyai_outbound::campaign::{Database, State};

use crate::campaign::{Folder, list, numbers};
use crate::common::server::{Does, Server, accepts};
use crate::common::{Stream, comes_true, ended, outbound_at, sandbox};

/// So many events do not fit into a pipe.
const ROWS: usize = 60;

fn folder() -> Folder {
    let numbers = numbers(ROWS, "0100");
    Folder::with(&list(numbers.iter().map(String::as_str)))
}

async fn succeeded(folder: &Folder) -> Option<u64> {
    let mut database = Database::read_only(folder.path("calls.db")).await.ok()?;
    let campaign = database.campaign("people").await.ok()??;
    database.tally(campaign.id).await.ok()?.get(&State::Succeeded).copied()
}

async fn all_succeed(folder: &Folder) {
    comes_true(async || succeeded(folder).await == Some(ROWS as u64)).await;
}

#[tokio::test]
async fn a_campaign_whose_output_is_blocked_follows_every_call_and_then_ends() {
    let sandbox = sandbox(60.0).await;
    for stream in [Stream::Out, Stream::Err] {
        for more in [&["--json"][..], &["-vv"], &["--json", "-vvv"]] {
            let folder = folder();
            let options = ["--rate", "50", "--max-in-flight", "50"].into_iter().chain(more.iter().copied());
            let (run, blocked) = folder.run(&sandbox.base_url(), options).blocked(stream);
            let run = run.quiet(stream).spawned();
            all_succeed(&folder).await;
            // It does not wait for ever.
            assert_eq!(ended(run).await, Some(0), "{stream:?} {more:?}");
            drop(blocked);
        }
    }
    assert_eq!(sandbox.calls().len(), 6 * ROWS, "each rang once in each");
}

#[tokio::test]
async fn no_event_is_missing_when_somebody_reads_again() {
    let sandbox = sandbox(60.0).await;
    let folder = folder();
    let options = ["--rate", "50", "--max-in-flight", "50", "--json"];
    let (run, blocked) = folder.run(&sandbox.base_url(), options).blocked(Stream::Out);
    let run = run.quiet(Stream::Out).spawned();
    all_succeed(&folder).await;
    let text = blocked.read().await;
    assert_eq!(ended(run).await, Some(0));
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(text.len() > 1 << 15, "more than a pipe holds beside what was in it: {}", text.len());
    assert_eq!((&events[0]["type"], &events.last().unwrap()["type"]), (&"imported".into(), &"ended".into()));
    for row in 2..ROWS as u64 + 2 {
        let states: Vec<_> =
            events.iter().filter(|it| it["row"] == row).map(|it| it["state"].as_str().unwrap()).collect();
        assert_eq!((states[0], *states.last().unwrap()), ("dialing", "succeeded"), "row {row}: {states:?}");
    }
}

#[tokio::test]
async fn of_progress_that_nobody_read_only_the_newest_is_told_when_somebody_reads_again() {
    let sandbox = sandbox(1.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    let (run, blocked) = folder.run(&sandbox.base_url(), []).blocked(Stream::Err);
    let run = run.quiet(Stream::Err).spawned();
    // Two lines of progress, ten seconds apart; the call takes longer.
    tokio::time::sleep(Duration::from_secs(13)).await;
    let text = blocked.read().await;
    assert_eq!(ended(run).await, Some(0));
    assert!(text.contains("1 line was not shown, because the output was blocked"), "{text}");
    let first = text.find("not shown").unwrap();
    assert!(!text[..first].contains("in flight"), "the first was replaced: {text}");
    assert!(text[first..].contains("in flight 1 of 10"), "by the newest: {text}");
    assert!(text.contains("what came of it: "), "and all else is there: {text}");
}

#[tokio::test]
async fn a_single_call_is_followed_to_its_end_while_its_output_is_blocked() {
    let sandbox = sandbox(60.0).await;
    for stream in [Stream::Out, Stream::Err] {
        for (number, code) in [("+14155550100", 0), ("+14155550102", 1)] {
            let call = outbound_at(&sandbox.base_url(), ["call", number, "--wait", "-vvv"]);
            let (call, blocked) = call.blocked(stream);
            assert_eq!(ended(call.quiet(stream).spawned()).await, Some(code), "{stream:?}");
            let sid = sandbox.calls().pop().unwrap().call_sid;
            let status = outbound_at(&sandbox.base_url(), ["status", sid.as_str(), "--wait"]);
            let (status, also_blocked) = status.blocked(stream);
            assert_eq!(ended(status.quiet(stream).spawned()).await, Some(code), "{stream:?}");
            drop((blocked, also_blocked));
        }
    }
}

#[tokio::test]
async fn what_waits_for_its_reader_is_printed_whole_by_commands_that_follow_no_call() {
    let server = Server::start(accepts(), Does::Hangs).await;
    let (call, blocked) = outbound_at(server.base_url(), ["call", "+14155550100"]).blocked(Stream::Out);
    let call = call.quiet(Stream::Out).spawned();
    server.arrived().await;
    // Longer than an end is waited for by those that do.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(blocked.read().await.starts_with("OUT-"));
    assert_eq!(ended(call).await, Some(0));
}

#[tokio::test]
async fn lines_that_nobody_read_before_the_end_are_counted_on_stderr_with_where_to_look() {
    let sandbox = sandbox(60.0).await;
    let folder = folder();
    let run = folder.run(&sandbox.base_url(), ["--rate", "50", "--max-in-flight", "50", "--json"]);
    let (run, blocked) = run.blocked(Stream::Out);
    let ran = run.ran().await.expect(0);
    let (before, after) =
        ran.stderr.split_once(" lines were left out of standard output at the end").expect("it is said");
    let lines: usize = before.lines().last().unwrap().parse().unwrap();
    assert!(lines > ROWS, "at least one of each row: {ran:?}");
    assert!(after.contains("campaign report ") && after.contains("campaign export "), "{ran:?}");
    drop(blocked);
}

#[tokio::test]
async fn what_nobody_reads_on_stdout_any_more_is_announced_once_on_stderr_before_it_follows_there() {
    let sandbox = sandbox(60.0).await;
    let folder = Folder::with(&list(["+14155550100"]));
    let said = "nobody reads standard output any more; what it would say follows here\n";
    let runs = [
        folder.run(&sandbox.base_url(), ["--json"]),
        outbound_at(&sandbox.base_url(), ["call", "+12125550100", "--json"]),
    ];
    for run in runs {
        let ran = run.stdout_closed().ran().await.expect(0);
        let (before, after) = ran.stderr.split_once(said).expect("it is said");
        assert!(!before.contains('{') && after.starts_with('{') && !after.contains(said), "{ran:?}");
        assert!(!after.contains("left out"), "all of it follows: {ran:?}");
    }
}
