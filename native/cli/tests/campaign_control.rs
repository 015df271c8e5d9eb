//! Commands to a campaign from another terminal, while it runs and while it does not.

use std::time::Duration;

use crate::common::list::{ALWAYS, Kept, far_window, number};
use crate::common::outbound;

/// So many rows that end well.
fn rows(count: u32) -> Vec<String> {
    let area = |nth: u32| [415, 212, 312, 213, 305, 702, 617, 206, 303, 404][nth as usize % 10];
    let row = |nth: u32| format!("+1{}555{:04}", area(nth), 100 + nth / 10 * 100 % 9900);
    ["to_number".to_owned()].into_iter().chain((0..count).map(row)).collect()
}

#[tokio::test]
async fn a_pause_stops_a_runner_and_a_resume_lets_it_go_on_and_every_row_is_called_once() {
    let kept = Kept::new().await;
    kept.write("people.csv", &rows(10));
    let mut running = kept.runs("people.csv", &["--rate", "1"]).arg("--no-windows").arg("a test").start();
    kept.until(|it| it["done"].as_u64() >= Some(1)).await;

    let ran = kept.says(["pause", "--note", "the line is noisy"]).ran().await.expect(0);
    assert!(ran.stdout.contains("campaign people is paused"), "{ran:?}");
    assert!(ran.stdout.contains("runs it, since"), "{ran:?}");
    running.tells("paused: nobody is called").await;
    kept.until(|it| it["in_flight"] == 0).await;
    let before = kept.book().await.len();
    assert!(before < 10, "it was paused on the way");
    // Time for what is not to be.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(kept.book().await.len(), before, "nobody is called while it is paused");
    let status = kept.asks(["status"]).await;
    assert_eq!(status["command"]["command"], "pause");
    assert!(status["command"]["by"].as_str().unwrap().starts_with("ada@"), "{status}");
    assert!(status["command"]["by"].as_str().unwrap().ends_with("(the line is noisy)"), "{status}");
    assert_eq!(status["runner"]["runs"], true);

    let resumed = kept.asks(["resume"]).await;
    assert_eq!((&resumed["command"], &resumed["runner"]["runs"]), (&"run".into(), &true.into()));
    running.ran().await.expect(0);
    let mut book = kept.book().await;
    assert_eq!(book.len(), 10);
    book.sort();
    book.dedup();
    assert_eq!(book.len(), 10, "each of them once");
    let status = kept.asks(["status"]).await;
    assert_eq!((&status["over"], &status["runner"]["runs"]), (&true.into(), &false.into()));
    assert_eq!(status["states"]["succeeded"], 10);
}

#[tokio::test]
async fn who_looks_at_a_paused_campaign_or_ends_its_run_is_told_to_resume_it() {
    let kept = Kept::new().await;
    // The first is in a queue for ten minutes: ten seconds here, and the other is due and waits for it.
    kept.write("people.csv", &["phone".to_owned(), number(4), number(0)]);
    let more = ["--no-windows", "a test", "--max-in-flight", "1", "--rate", "10"];
    let running = kept.runs("people.csv", &more).start();
    kept.until(|it| it["in_flight"] == 1).await;
    let pace = "as soon as the pace allows";
    let resume = "outbound campaign resume --name people --db ";
    let ran = kept.says(["status"]).ran().await.expect(0);
    assert!(ran.stdout.contains(pace) && !ran.stdout.contains("campaign resume"), "{ran:?}");

    kept.asks(["pause"]).await;
    for words in [&["status"][..], &["why", "3"]] {
        let ran = kept.says(words.iter().copied()).ran().await.expect(0);
        assert!(!ran.stdout.contains(pace), "{ran:?}");
        assert!(ran.stdout.contains("is to be called once the campaign is resumed"), "{ran:?}");
    }
    let ran = kept.says(["status"]).ran().await.expect(0);
    assert!(
        ran.stdout.contains("it is paused; go on with: ")
            && ran.stdout.contains(resume)
            && !ran.stdout.contains("then start it with"),
        "{ran:?}"
    );

    let ran = kept.stops(running).await;
    let (_, last) =
        ran.stderr.split_once("it is paused, and nobody is called until it is resumed; ").unwrap();
    let both = ["outbound campaign resume ", "then start it with: "];
    assert!(both.iter().all(|it| last.contains(it)), "{ran:?}");
    let ran = kept.says(["status"]).ran().await.expect(0);
    assert!(
        ran.stdout.contains("it is paused; go on with: ")
            && ran.stdout.contains(resume)
            && ran.stdout.contains(both[1]),
        "{ran:?}"
    );

    kept.asks(["resume"]).await;
    let ran = kept.says(["status"]).ran().await.expect(0);
    assert!(!ran.stdout.contains("campaign resume") && ran.stdout.contains("\ngo on with: "), "{ran:?}");
}

#[tokio::test]
async fn a_resume_of_what_is_not_paused_changes_nothing_and_says_so() {
    let kept = Kept::new().await;
    kept.write("people.csv", &rows(1));
    kept.runs("people.csv", &["--no-windows", "a test"]).ran().await.expect(0);
    let ran = kept.says(["resume"]).ran().await.expect(0);
    assert!(ran.stdout.contains("was not paused, and nothing was changed"), "{ran:?}");
    assert_eq!(kept.asks(["status"]).await["command"]["at"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_cancel_needs_a_yes_then_cancels_what_waits_and_lets_running_calls_end() {
    let kept = Kept::new().await;
    // The first is in a queue for ten minutes: ten seconds here.
    let mut list = vec!["to_number,priority".to_owned(), format!("{},9", number(4))];
    list.extend((1..=20).map(|nth| format!("+1212555{:04},1", 100 + nth * 100)));
    kept.write("people.csv", &list);
    let running =
        kept.runs("people.csv", &["--rate", "10", "--max-in-flight", "1", "--no-windows", "a test"]);
    let running = running.start();
    kept.until(|it| it["in_flight"] == 1).await;

    let ran = kept.says(["cancel"]).ran().await.expect(2);
    assert!(
        ran.stderr.contains("20 rows that are not called yet") && ran.stderr.contains("give --yes"),
        "{ran:?}"
    );
    assert_eq!(kept.asks(["status"]).await["states"]["scheduled"], 20, "nothing is done without a yes");

    let cancelled = kept.asks(["cancel", "--yes", "--note", "wrong list"]).await;
    assert_eq!(
        (&cancelled["cancelled"], &cancelled["open"], &cancelled["in_flight"]),
        (&20.into(), &0.into(), &1.into())
    );
    running.ran().await.expect(1);
    let status = kept.asks(["status"]).await;
    assert_eq!(
        (&status["states"]["cancelled"], &status["states"]["succeeded"]),
        (&20.into(), &1.into()),
        "{status}"
    );
    assert_eq!(kept.book().await, [number(4)], "only the one that was in flight");
    let why = kept.asks(["why", "3"]).await;
    assert!(why["reason"].as_str().unwrap().contains("(wrong list)"), "{why}");

    let ran = kept.says(["resume"]).ran().await.expect(2);
    assert!(ran.stderr.contains("which is final") && ran.stderr.contains("--state cancelled"), "{ran:?}");
    kept.says(["pause"]).ran().await.expect(2);
    let again = kept.asks(["cancel"]).await;
    assert_eq!(again["cancelled"], 0, "once more changes nothing");
}

#[tokio::test]
async fn a_campaign_that_nobody_runs_takes_commands_too() {
    let kept = Kept::new().await;
    kept.write("people.csv", &rows(3));
    let running = kept.runs("people.csv", &["--window", &far_window()]).start();
    kept.until(|it| it["states"]["scheduled"] == 3).await;
    kept.stops(running).await;

    let ran = kept.says(["pause"]).ran().await.expect(0);
    assert!(
        ran.stdout.contains("nobody runs it now") && ran.stdout.contains("waits until it is resumed"),
        "{ran:?}"
    );
    let ran = kept.says(["resume"]).ran().await.expect(0);
    assert!(ran.stdout.contains("start it with: "), "{ran:?}");
    let cancelled = kept.asks(["cancel", "--yes"]).await;
    assert_eq!((&cancelled["cancelled"], &cancelled["runner"]["runs"]), (&3.into(), &false.into()));
    assert_eq!(kept.asks(["status"]).await["over"], true);
    assert!(kept.book().await.is_empty());
}

#[tokio::test]
async fn a_campaign_need_not_be_named_if_it_is_alone_and_else_all_are_listed() {
    let kept = Kept::new().await;
    kept.write("people.csv", &rows(1));
    // Other numbers: one that was just dialed is left in peace for a minute, whichever campaign it is in.
    kept.write("others.csv", &["phone", "+13125550100", "+13135550100"]);
    kept.runs("people.csv", &ALWAYS).ran().await.expect(0);
    kept.asks(["status"]).await;
    kept.runs("others.csv", &ALWAYS).ran().await.expect(0);

    kept.says(["status"]).ran().await.expect(2).says(&["people", "others", "give the name of one"]);
    assert_eq!(kept.asks(["status", "others"]).await["rows"], 2);
    assert_eq!(kept.asks(["status", "--name", "people"]).await["rows"], 1);
    kept.says(["report", "nobody"])
        .ran()
        .await
        .expect(4)
        .says(&["no campaign of that name", "people, others"]);
    kept.says(["status", "people", "--name", "others"]).ran().await.expect(2);
}

#[tokio::test]
async fn numbers_that_another_campaign_has_are_warned_of_before_anybody_is_called() {
    let kept = Kept::new().await;
    // Whose time is over: nobody is called by either.
    let lines = ["phone,not_after", "+14155550100,2020-01-01T00:00:00Z", "+14155550101,2020-01-01T00:00:00Z"];
    kept.write("people.csv", &lines);
    kept.write("again.csv", &lines[..2]);
    let first = kept.runs("people.csv", &ALWAYS).ran().await.expect(1);
    assert!(!first.stderr.contains("other campaigns"), "{first:?}");
    // They are people of an earlier list, though it called none of them.
    let again = [&ALWAYS[..], &["--again"]].concat();
    kept.runs("again.csv", &again).ran().await.expect(1).says(&[
        "warning: the number of 1 row is also in other campaigns",
        "campaign cancel --db",
        "--name again",
    ]);
}

#[tokio::test]
async fn rows_that_were_refused_are_told_at_the_end_and_by_the_exit_code() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+14155550100", "12"]);
    let ran = kept.runs("people.csv", &ALWAYS).ran().await.expect(1);
    assert!(ran.stdout.contains("refused"), "{ran:?}");
}

#[tokio::test]
async fn no_command_that_looks_or_decides_makes_a_database_or_needs_a_service() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.db");
    let commands: [&[&str]; 8] = [
        &["pause"],
        &["resume"],
        &["cancel", "--yes"],
        &["status"],
        &["report"],
        &["export"],
        &["resolve", "1", "--close", "failed", "--note", "x"],
        &["why", "1"],
    ];
    for command in commands {
        let words = ["campaign"].iter().chain(command).copied();
        let ran = outbound(words.clone()).ran().await.expect(2);
        assert!(ran.stderr.contains("give --db PATH or set POLYAI_OUTBOUND_DB"), "{ran:?}");
        let ran = outbound(words).arg("--db").arg(&path).ran().await.expect(2);
        assert!(
            ran.stderr.contains("it is not there") && ran.stderr.contains("campaign run FILE"),
            "{ran:?}"
        );
        assert!(!path.exists());
    }
    std::fs::write(&path, "no database").unwrap();
    let ran =
        outbound(["campaign", "status", "--json"]).env("POLYAI_OUTBOUND_DB", &path).ran().await.expect(6);
    assert_eq!(ran.only_json()["error"]["code"], "store_corrupt");
}

#[cfg(target_os = "linux")]
mod on_a_terminal {
    use super::*;
    use crate::common::shell;

    #[tokio::test]
    async fn a_person_is_asked_before_all_is_cancelled() {
        let kept = Kept::new().await;
        kept.write("people.csv", &rows(2));
        let running = kept.runs("people.csv", &["--window", &far_window()]).start();
        kept.until(|it| it["states"]["scheduled"] == 2).await;
        let typed = |answer: &str| {
            let cancel = "outbound campaign cancel";
            let script = format!("printf '{answer}\\n' | script -qec '{cancel}' /dev/null");
            shell(&script).env("POLYAI_OUTBOUND_DB", kept.database()).env("USER", "ada")
        };
        for no in ["n", "", "yesterday", "no y", "1"] {
            let ran = typed(no).ran().await.expect(130);
            assert!(
                ran.stdout.contains("[y/N]") && ran.stdout.contains("nothing was changed"),
                "{no}: {ran:?}"
            );
        }
        assert_eq!(kept.asks(["status"]).await["states"]["scheduled"], 2);
        let ran = typed("y").ran().await.expect(0);
        assert!(ran.stdout.contains("2 rows were cancelled"), "{ran:?}");
        assert_eq!(kept.asks(["status"]).await["states"]["cancelled"], 2);
        running.ran().await.expect(1);
    }
}
