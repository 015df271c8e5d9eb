//! A database that fails while a campaign runs: nobody is called any more, and no result is lost.
#![cfg(target_os = "linux")]

use polyai_outbound::campaign::State;

use crate::campaign::{Folder, list, numbers, rang};
use crate::common::{Ran, Running, another_press, comes_true, sandbox, shell};

/// Files may not grow beyond so many blocks of 512 bytes: enough to begin with, and not for the whole campaign.
const BLOCKS: u32 = 1000;

/// Reads what it prints up to the next failure of the store, and tells how many rows it dialed until then.
async fn dialed_until_the_store_fails(run: &mut Running) -> usize {
    let mut dialed = 0;
    loop {
        let event: serde_json::Value = serde_json::from_str(&run.line().await).unwrap();
        dialed += usize::from(event["state"] == "dialing");
        if event["type"] == "store_failed" {
            return dialed;
        }
    }
}

/// The exit code of a run whose results could not all be saved: 5 if it saved of some row that nobody knows whether it rang.
fn code_of_unsaved(ran: &Ran) -> i32 {
    let unknown = |it: &serde_json::Value| {
        it["type"] == "row" && (it["state"] == "unconfirmed" || it["state"] == "status_lost")
    };
    if ran.json().iter().any(unknown) { 5 } else { 6 }
}

#[tokio::test]
async fn a_full_disk_stops_the_calling_and_what_could_not_be_saved_is_printed() {
    let sandbox = sandbox(20.0).await;
    let numbers = numbers(400, "0100");
    let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
    let script = format!(
        "trap '' XFSZ; ulimit -f {BLOCKS}; exec outbound campaign run people.csv --db calls.db --no-windows test \
         --rate 40 --max-in-flight 20 --json"
    );
    let at =
        [("POLYAI_OUTBOUND_BASE_URL", sandbox.base_url()), ("POLYAI_OUTBOUND_TOKEN", "sandbox".to_owned())];
    let run = shell(&script).current_dir(folder.folder.path());
    let mut run = at.iter().fold(run, |run, (name, value)| run.env(name, value)).start();
    run.tells("the store failed: nobody is called until it works again").await;
    let dialed = dialed_until_the_store_fails(&mut run).await;
    assert!(dialed > 0 && dialed < 400, "{dialed}");
    // Triggers whose intent was saved before may be on their way still.
    comes_true(async || sandbox.calls().len() == dialed).await;
    assert_eq!(dialed_until_the_store_fails(&mut run).await, 0, "when it is tried again");
    run.signal("INT").await;
    run.tells("interrupted: ").await;
    another_press().await;
    run.signal("INT").await;
    let ran = run.ran().await;
    assert_eq!(sandbox.calls().len(), dialed, "nobody was called any more: {ran:?}");
    assert_eq!(ran.code, Some(code_of_unsaved(&ran)), "{ran:?}");
    let unsaved: Vec<serde_json::Value> = ran
        .stderr
        .lines()
        .filter(|it| it.starts_with('{'))
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert!(!unsaved.is_empty(), "{ran:?}");
    assert!(
        unsaved.iter().all(|it| it["type"] == "unsaved" && it["row"].is_u64() && it["reason"].is_string())
    );
    let ran = ran.says(&["results could not be saved: keep the lines above", "go on with: "]);
    assert!(!ran.said().contains("5550100") && !ran.said().contains("Ada-Secret"));

    // With room again, it goes on where it was.
    let ran = folder.run(&sandbox.base_url(), ["--rate", "400", "--max-in-flight", "400"]).ran().await;
    let states: Vec<_> = folder.records().await.iter().map(|it| it.state).collect();
    let succeeded = states.iter().filter(|it| **it == State::Succeeded).count();
    let unconfirmed = states.iter().filter(|it| **it == State::Unconfirmed).count();
    assert_eq!(succeeded + unconfirmed, 400, "{states:?}");
    assert_eq!(ran.code, Some(if unconfirmed == 0 { 0 } else { 5 }), "{ran:?}");
    assert!(rang(&sandbox).iter().all(|(_, times)| *times == 1));
}

#[tokio::test]
async fn a_database_that_is_taken_away_stops_the_calling_and_what_could_not_be_saved_is_printed() {
    for taken in ["rm calls.db", "rm calls.db*", "cp calls.db other && mv other calls.db", ": > calls.db"] {
        let sandbox = sandbox(20.0).await;
        let numbers = numbers(200, "0100");
        let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
        let options = ["--rate", "20", "--max-in-flight", "200", "--json"];
        let mut run = folder.run(&sandbox.base_url(), options).start();
        while sandbox.calls().len() < 3 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        shell(taken).current_dir(folder.folder.path()).ran().await.expect(0);
        run.tells("the store failed: nobody is called until it works again").await;
        let dialed = dialed_until_the_store_fails(&mut run).await;
        // Triggers whose intent was saved before may be on their way still.
        comes_true(async || sandbox.calls().len() == dialed).await;
        assert_eq!(dialed_until_the_store_fails(&mut run).await, 0, "{taken}: when it is tried again");
        run.signal("INT").await;
        run.tells("interrupted: ").await;
        another_press().await;
        run.signal("INT").await;
        let ran = run.ran().await.says(&["results could not be saved: keep the lines above"]);
        assert_eq!(sandbox.calls().len(), dialed, "{taken}: nobody was called any more: {ran:?}");
        assert_eq!(ran.code, Some(code_of_unsaved(&ran)), "{taken}: {ran:?}");
    }
}

#[tokio::test]
async fn a_database_that_is_away_for_a_while_loses_nothing_and_calls_nobody_twice() {
    let sandbox = sandbox(40.0).await;
    let numbers = numbers(40, "0100");
    let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
    let options = ["--rate", "20", "--max-in-flight", "40"];
    let mut run = folder.run(&sandbox.base_url(), options).start();
    while sandbox.calls().len() < 3 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let moves = |script| shell(script).current_dir(folder.folder.path()).ran();
    moves("mv calls.db away").await.expect(0);
    run.tells("the store failed: nobody is called until it works again").await;
    moves("mv away calls.db").await.expect(0);
    run.tells("the store works again").await;
    let ran = run.ran().await.expect(0);
    let rang = rang(&sandbox);
    assert!(rang.len() == 40 && rang.iter().all(|(_, times)| *times == 1), "{rang:?}: {ran:?}");
}

#[tokio::test]
async fn a_log_without_its_database_is_not_thrown_away() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    folder.write("calls.db-wal", "what is known of calls");
    let ran = folder.run(&sandbox.base_url(), []).ran().await.expect(6);
    let _ = ran.says(&["it is not there, but its log is", "calls.db-wal", "put the file back beside it"]);
    assert!(sandbox.calls().is_empty() && !folder.path("calls.db").exists());
    assert_eq!(folder.read("calls.db-wal"), "what is known of calls");
}

#[tokio::test]
async fn a_stderr_that_takes_nothing_stops_no_campaign() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100", "+13125550100"]));
    let script =
        "exec outbound campaign run people.csv --db calls.db --no-windows test --rate 20 -vvv 2>/dev/full";
    let run = shell(script).current_dir(folder.folder.path());
    let run = run.env("POLYAI_OUTBOUND_BASE_URL", sandbox.base_url()).env("POLYAI_OUTBOUND_TOKEN", "sandbox");
    let ran = run.ran().await.expect(0);
    assert!(ran.stdout.contains("2  succeeded"), "{ran:?}");
    assert_eq!(sandbox.calls().len(), 2);
}

#[tokio::test]
async fn a_number_is_called_by_one_campaign_of_a_database_at_a_time_and_no_more_often_than_its_cap() {
    let sandbox = sandbox(40.0).await;
    let numbers = numbers(40, "0100");
    let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
    let start = |name| {
        // A person wants the list called again at once; the cap holds all the same.
        let again = ["--again", "--not-again-within", "0"];
        let options = ["--rate", "40", "--max-in-flight", "40", "--max-per-number", "1", "--name", name];
        folder.run(&sandbox.base_url(), again.into_iter().chain(options)).start()
    };
    let runs = [start("one"), start("two"), start("three")];
    while sandbox.calls().len() < 40 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // Time for what would be called too often.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let mut codes = Vec::new();
    for run in runs {
        run.signal("INT").await;
        codes.push(run.ran().await.code);
    }
    // What rows of a campaign others have called wait a day for their turn.
    assert_eq!(codes, [Some(130); 3]);
    let rang = rang(&sandbox);
    assert!(rang.len() == 40 && rang.iter().all(|(_, times)| *times == 1), "{rang:?}");
}
