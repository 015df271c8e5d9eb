//! A campaign that is interrupted, in every way in which a process can be: the same command goes on, and nobody is called
//! twice.

use std::time::Duration;

use polyai_outbound::campaign::{Record, State};

use crate::campaign::{Folder, list, numbers, rang};
use crate::common::list::Kept;
use crate::common::{another_press, comes_true, sandbox};

const ROWS: usize = 40;

fn folder() -> Folder {
    let numbers = numbers(ROWS, "0100");
    Folder::with(&list(numbers.iter().map(String::as_str)))
}

#[tokio::test]
async fn the_first_interrupt_calls_nobody_any_more_and_follows_the_running_calls() {
    let sandbox = sandbox(5.0).await;
    let folder = folder();
    for (round, signal) in ["INT", "TERM", "HUP"].into_iter().enumerate() {
        let mut run = folder.run(&sandbox.base_url(), ["--rate", "4", "--json"]).start();
        while !run.line().await.contains("\"in_progress\"") {}
        run.signal(signal).await;
        run.tells("nobody is called any more, ").await;
        let dialed = sandbox.calls().len();
        let ran =
            run.ran().await.expect(130).says(&["again to stop at once. Go on with: ", " campaign run "]);
        // One that was on its way at that moment, at most.
        assert!(sandbox.calls().len() <= dialed + 1, "{ran:?}");
        let ended = ran.json().pop().unwrap();
        assert_eq!((&ended["how"], &ended["exit_code"]), (&"interrupted".into(), &130.into()));
        let states = ended["states"].as_object().unwrap();
        assert_eq!(
            states.keys().collect::<Vec<_>>(),
            ["scheduled", "succeeded"],
            "round {round}: all were followed"
        );
    }
    let ran =
        folder.run(&sandbox.base_url(), ["--rate", "50", "--max-in-flight", "50"]).ran().await.expect(0);
    assert!(ran.stdout.contains("40  succeeded"), "{ran:?}");
    let rang = rang(&sandbox);
    assert!(rang.len() == ROWS && rang.iter().all(|(_, times)| *times == 1), "{rang:?}");
}

#[tokio::test]
async fn the_second_interrupt_stops_at_once_and_the_same_command_follows_the_same_calls() {
    // Slow calls, so that there is something to be cut off from.
    let sandbox = sandbox(1.0).await;
    let folder = Folder::with(&list(["+12125550100", "+13125550100"]));
    let mut run = folder.run(&sandbox.base_url(), ["--rate", "10", "--json"]).start();
    let mut sids = Vec::new();
    while sids.len() < 2 {
        let line: serde_json::Value = serde_json::from_str(&run.line().await).unwrap();
        if line["state"] == "in_progress" && line["status"].is_null() {
            sids.push(line["call_sid"].as_str().unwrap().to_owned());
        }
    }
    run.signal("INT").await;
    run.tells("interrupted: nobody is called any more, 2 running calls are followed").await;
    another_press().await;
    run.signal("INT").await;
    run.ran().await.expect(130).says(&["interrupted again: stopping; 2 running calls go on", "go on with: "]);
    // At once: neither has come to its end.
    assert!(folder.records().await.iter().all(|it| it.state == State::InProgress));

    let ran = folder.run(&sandbox.base_url(), []).ran().await.expect(0);
    assert!(ran.stdout.contains("2  succeeded"), "{ran:?}");
    let mut followed: Vec<_> = folder
        .records()
        .await
        .into_iter()
        .map(|it| it.last.unwrap().call_sid.unwrap().as_str().to_owned())
        .collect();
    followed.sort();
    sids.sort();
    assert_eq!(followed, sids);
    assert_eq!(sandbox.calls().len(), 2);
}

#[tokio::test]
async fn after_a_kill_the_same_command_goes_on_and_no_number_rings_twice() {
    let sandbox = sandbox(50.0).await;
    let folder = folder();
    let options = ["--rate", "20", "--max-in-flight", "20", "--json"];
    for round in 1..=4 {
        let mut run = folder.run(&sandbox.base_url(), options).start();
        let mut placed = 0;
        // So few that some are left, however late a kill comes on a busy machine.
        while placed < 3 * round {
            placed += usize::from(run.line().await.contains("\"in_progress\""));
        }
        run.signal("KILL").await;
        let ran = run.ran().await;
        assert_eq!(ran.code, None, "{ran:?}");
        if round == 4 {
            break;
        }
    }
    let ran = folder.run(&sandbox.base_url(), options).ran().await;
    let rang = rang(&sandbox);
    assert!(rang.iter().all(|(_, times)| *times == 1), "{rang:?}");
    let records = folder.records().await;
    assert_eq!(records.len(), ROWS);
    for record in &records {
        assert!(matches!(record.state, State::Succeeded | State::Unconfirmed), "{:?}", record.state);
        assert!(!record.reason.is_empty());
    }
    // Whoever was not called is not called a success.
    let succeeded = records.iter().filter(|it| it.state == State::Succeeded).count();
    let code = if succeeded == ROWS { 0 } else { 5 };
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(succeeded <= rang.len() && rang.len() <= ROWS);
}

#[tokio::test]
async fn an_interrupt_while_a_trigger_hangs_is_exit_code_5() {
    let sandbox = sandbox(50.0).await;
    let folder = Folder::with(&list(["+12125550111"]));
    let mut run = folder.run(&sandbox.base_url(), ["--json"]).start();
    while !run.line().await.contains("\"dialing\"") {}
    comes_true(async || sandbox.calls().len() == 1).await;
    run.signal("INT").await;
    run.tells("interrupted: ").await;
    another_press().await;
    run.signal("INT").await;
    let ran = run.ran().await.expect(5).says(&["may have rung"]);
    assert_eq!(ran.json().pop().unwrap()["states"], serde_json::json!({ "unconfirmed": 1 }));
}

#[tokio::test]
async fn a_list_whose_reading_is_killed_is_read_anew_and_every_row_is_there_once() {
    const MANY: usize = 40_000;
    let sandbox = sandbox(50.0).await;
    let numbers: Vec<_> =
        (0..MANY).map(|nth| format!("+1{}555{:04}", 212 + nth / 10_000, nth % 10_000)).collect();
    let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
    // Refused as soon as it calls, so that this is about the list alone.
    let start = || folder.run(&sandbox.base_url(), []).env("POLYAI_OUTBOUND_TOKEN", "wrong");
    let run = start().start();
    let done = loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let database = polyai_outbound::campaign::Database::read_only(folder.path("calls.db")).await;
        let Ok(mut database) = database else { continue };
        match database.campaign("people").await {
            Ok(Some(campaign)) if campaign.lines_done > 0 => break campaign.lines_done,
            Ok(_) | Err(_) => {}
        }
    };
    run.signal("KILL").await;
    drop(run);
    assert!(done < MANY as u64, "it was cut off on the way");
    start().ran().await.expect(3).says(&["reading the list was cut off after line ", "40000 rows: "]);
    let records = folder.records().await;
    assert_eq!(records.len(), MANY);
    assert!(records.iter().zip(2..).all(|(record, row)| record.row == row));
    assert!(sandbox.calls().is_empty());
}

#[tokio::test]
async fn a_terminal_that_says_twice_that_it_goes_away_is_no_second_interrupt() {
    let sandbox = sandbox(5.0).await;
    let folder = folder();
    let mut run = folder.run(&sandbox.base_url(), ["--rate", "4", "--json"]).start();
    while !run.line().await.contains("\"in_progress\"") {}
    run.signal("HUP").await;
    run.tells("nobody is called any more, ").await;
    run.signal("HUP").await;
    let ran = run.ran().await.expect(130);
    assert!(!ran.stderr.contains("interrupted again"), "{ran:?}");
    let ended = ran.json().pop().unwrap();
    let states = ended["states"].as_object().unwrap();
    assert_eq!(states.keys().collect::<Vec<_>>(), ["scheduled", "succeeded"], "all were followed");
}

#[tokio::test]
async fn one_press_that_arrives_as_several_signals_is_one_interrupt() {
    let cases: [&[(&str, u64)]; 6] = [
        &[("INT", 0), ("INT", 3)],
        &[("TERM", 0), ("TERM", 3)],
        &[("INT", 0), ("TERM", 3)],
        &[("TERM", 0), ("HUP", 1), ("INT", 150)],
        &[("HUP", 0), ("INT", 20), ("TERM", 20)],
        &[("INT", 0), ("INT", 100), ("INT", 200), ("TERM", 300)],
    ];
    let all = cases.map(|signals| async move {
        let sandbox = sandbox(5.0).await;
        let folder = folder();
        let mut run = folder.run(&sandbox.base_url(), ["--rate", "4", "--json"]).start();
        while !run.line().await.contains("\"in_progress\"") {}
        let mut before = 0;
        for (signal, at) in signals {
            tokio::time::sleep(Duration::from_millis(at - before)).await;
            before = *at;
            run.signal(signal).await;
        }
        let ran = run.ran().await.expect(130);
        assert!(!ran.stderr.contains("interrupted again"), "{signals:?}: {ran:?}");
        let ended = ran.json().pop().unwrap();
        let states = ended["states"].as_object().unwrap();
        let names: Vec<_> = states.keys().collect();
        assert_eq!(names, ["scheduled", "succeeded"], "{signals:?}: all were followed");
    });
    futures_util::future::join_all(all).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_terminal_that_is_gone_while_progress_is_shown_leaves_no_call_unfollowed() {
    let sandbox = sandbox(5.0).await;
    let folder = folder();
    let script = "script -qec 'exec outbound campaign run people.csv --db calls.db --no-windows test --rate 4' \
                  /dev/null < /dev/null > /dev/null 2>&1 & echo $!; wait";
    let run = crate::common::shell(script).current_dir(folder.folder.path());
    let run = run.env("POLYAI_OUTBOUND_BASE_URL", sandbox.base_url()).env("POLYAI_OUTBOUND_TOKEN", "sandbox");
    let mut run = run.start();
    let terminal = run.line().await;
    comes_true(async || sandbox.calls().len() >= 2).await;
    crate::common::shell(&format!("kill -9 {terminal}")).ran().await.expect(0);
    comes_true(async || {
        let records = folder.records().await;
        let is_over = |it: &Record| matches!(it.state, State::Scheduled | State::Succeeded);
        records.iter().all(is_over) && records.iter().filter(|it| it.state == State::Succeeded).count() >= 2
    })
    .await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_campaign_that_was_started_to_outlive_its_terminal_goes_on_when_it_goes_away() {
    let sandbox = sandbox(50.0).await;
    let folder = Folder::with(&list(["+12125550100", "+13125550100", "+13055550100"]));
    // As nohup does.
    let script =
        "trap '' HUP; exec outbound campaign run people.csv --db calls.db --no-windows test --rate 2 --json";
    let run = crate::common::shell(script).current_dir(folder.folder.path());
    let run = run.env("POLYAI_OUTBOUND_BASE_URL", sandbox.base_url()).env("POLYAI_OUTBOUND_TOKEN", "sandbox");
    let mut run = run.start();
    while !run.line().await.contains("\"in_progress\"") {}
    run.signal("HUP").await;
    let ran = run.ran().await.expect(0);
    assert!(!ran.stderr.contains("interrupted"), "{ran:?}");
    assert_eq!(rang(&sandbox).len(), 3);
}

#[tokio::test]
async fn a_trigger_that_a_kill_left_behind_counts_toward_the_cap_of_its_number() {
    let kept = Kept::new().await;
    kept.write("first.csv", &["phone", "+12125550111"]);
    kept.write("second.csv", &["phone", "+12125550111", "+12125550200"]);
    let always = ["--no-windows", "a test", "--json"];
    let mut first = kept.runs("first.csv", &always).start();
    while !first.line().await.contains("\"dialing\"") {}
    first.signal("KILL").await;
    first.ran().await;

    let cap = ["--again", "--not-again-within", "none", "--max-per-number", "1"];
    let mut second = kept.runs("second.csv", &[&always[..], &cap].concat()).start();
    while !second.line().await.contains("\"succeeded\"") {}
    let why = kept.asks(["why", "2", "--name", "second"]).await;
    let cap = why["why"].as_array().unwrap().last().unwrap().as_str().unwrap();
    assert!(
        cap.starts_with("its number will have been dialed 1 time in the 24 hours before; 1 are allowed")
            && cap.ends_with("by the rule number_cap"),
        "{why:#}"
    );
    // A day after the trigger that was left behind.
    let first = kept.asks(["why", "2", "--name", "first"]).await;
    let history = first["history"].as_array().unwrap();
    let dialed = history.iter().find(|it| it["kind"] == "dialed").unwrap();
    let dialed: jiff::Timestamp = dialed["at"].as_str().unwrap().parse().unwrap();
    let free = (dialed + jiff::SignedDuration::from_hours(24))
        .strftime("(%Y-%m-%d %H:%M:%S UTC) or later")
        .to_string();
    assert!(cap.contains(&free), "{free}: {cap}");
    second.signal("KILL").await;
}
