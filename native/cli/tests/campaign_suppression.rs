//! Suppression lists of `outbound campaign`: told by numbers and rows, never empty by accident, one whatever their spelling.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::campaign::{Folder, list};
use crate::common::list::{ALWAYS, Kept, far_window};
use crate::common::{Run, outbound, sandbox};

fn plan(folder: &Folder, more: &[&str]) -> Run {
    let run = outbound(["campaign", "plan", "people.csv", "--no-windows", "a test"]);
    run.current_dir(folder.folder.path()).args(more.iter().copied())
}

fn of_type(lines: &[Value], kind: &str) -> Value {
    lines.iter().find(|it| it["type"] == kind).expect("there is one").clone()
}

#[tokio::test]
async fn plan_and_run_tell_how_many_numbers_each_list_holds_and_how_many_rows_it_removed() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+14155550128", "+14155550129", "+14155550130"]));
    folder.write("a.txt", "+14155550128\n+14155550129\n+14155550140\n# one\n");
    folder.write("b.csv", "name,phone,mobile\nAnn,+14155550141,+1 415 555 0128\n");
    let (a, b) = (folder.path("a.txt").display().to_string(), folder.path("b.csv").display().to_string());
    let lists = ["--suppress", &a, "--suppress", &b];
    let expected = json!([
        { "file": a, "numbers": 3, "rows_removed": 2 }, { "file": b, "numbers": 2, "rows_removed": 1 },
    ]);
    let text = [
        format!("suppression list {a}: 3 numbers; 2 rows of the list removed"),
        format!("suppression list {b}: 2 numbers; 1 row of the list removed"),
    ];
    let said: Vec<&str> = text.iter().map(String::as_str).collect();
    let planned = plan(&folder, &lists).ran().await.expect(0);
    assert!(said.iter().all(|it| planned.stdout.contains(it)), "{planned:?}");
    let planned = plan(&folder, &[&lists[..], &["--json"]].concat()).ran().await.expect(0);
    assert_eq!(planned.only_json()["suppression"], expected);

    let options = lists.iter().copied().chain(["--json", "--rate", "20"]);
    let ran = folder.run(&sandbox.base_url(), options).ran().await.expect(0).says(&said);
    assert_eq!(of_type(&ran.json(), "imported")["suppression"], expected);
    assert_eq!(of_type(&ran.json(), "started")["suppression"], expected);
    let again = folder.run(&sandbox.base_url(), ["--json"]).ran().await.says(&said);
    assert_eq!(of_type(&again.json(), "started")["suppression"], expected, "of those that are kept, too");
    assert_eq!(sandbox.calls().len(), 1);
}

#[tokio::test]
async fn a_list_without_a_number_stops_plan_and_run_unless_that_is_allowed() {
    let sandbox = sandbox(100.0).await;
    for text in
        ["", "\u{feff}", "\u{feff}\r\n", "# never\n", "#never\n\n", "phone\n", "phone;reason\r\n", "\n\n"]
    {
        let folder = Folder::with(&list(["+14155550128"]));
        folder.write("never.csv", text);
        let never = folder.path("never.csv").display().to_string();
        let refused = plan(&folder, &["--suppress", &never]).ran().await.expect(2);
        refused.says(&["never.csv: holds no number", "--allow-empty-suppression"]);
        let refused = folder.run(&sandbox.base_url(), ["--suppress", &never]).ran().await.expect(2);
        refused.says(&["never.csv: holds no number"]);
        assert!(!folder.path("calls.db").exists(), "{text:?}");
        let allowed = ["--suppress", &never, "--allow-empty-suppression"];
        let planned = plan(&folder, &allowed).ran().await.expect(0);
        assert!(planned.stdout.contains("never.csv: 0 numbers; 0 rows"), "{planned:?}");
    }
    assert!(sandbox.calls().is_empty());
    let folder = Folder::with(&list(["+14155550128"]));
    folder.write("never.csv", "");
    let never = folder.path("never.csv").display().to_string();
    let allowed = ["--suppress", &never, "--allow-empty-suppression"];
    folder.run(&sandbox.base_url(), allowed).ran().await.expect(0).says(&["never.csv: 0 numbers"]);
    folder.run(&sandbox.base_url(), []).ran().await.expect(0).says(&["never.csv: 0 numbers"]);
    assert_eq!(sandbox.calls().len(), 1, "it is kept with the campaign");
}

#[tokio::test]
async fn spellings_of_one_file_are_one_list() {
    let folder = Folder::with(&list(["+14155550128", "12"]));
    folder.write("never.txt", "+14155550140\n");
    std::fs::create_dir(folder.path("sub")).unwrap();
    std::os::unix::fs::symlink(folder.path("never.txt"), folder.path("link.txt")).unwrap();
    let whole = folder.path("never.txt").display().to_string();
    let spelled = ["never.txt", "./never.txt", "sub/../never.txt", "link.txt", "link.txt", whole.as_str()];
    let options: Vec<&str> = spelled.iter().flat_map(|it| ["--suppress", it]).chain(["--json"]).collect();
    let planned = plan(&folder, &options).ran().await.expect(0).only_json();
    let lists = planned["suppression"].as_array().unwrap();
    assert_eq!(lists.len(), 2, "and the link, which may lead elsewhere later: {planned}");

    // Nor does a list stand in its own way by its rejects, or in that of another.
    folder.write("people.jsonl", "{\"phone\":\"12\"}\n{\"phone\":\"+14155550128\"}\n");
    folder.write("people.tsv", "phone\tname\n12\tAnn\n");
    let whole = folder.path("people.csv").display().to_string();
    for file in
        ["./people.csv", "sub/../people.csv", whole.as_str(), "people.jsonl", "people.tsv", "people.csv"]
    {
        let run = outbound(["campaign", "plan", file, "--no-windows", "a test", "--json"]);
        let planned = run.current_dir(folder.folder.path()).ran().await.expect(0).only_json();
        assert_eq!(planned["refused"], 1, "{file}: {planned}");
    }
    let run = outbound(["campaign", "plan", "../people.csv", "--no-windows", "a test"]);
    run.current_dir(&folder.path("sub")).ran().await.expect(0);
    for name in ["people.rejects.csv", "people.jsonl.rejects.csv", "people.tsv.rejects.csv"] {
        assert!(folder.path(name).exists(), "{name}");
    }
}

/// A campaign of two people who wait, and the numbers and the path of its suppression list, which blocks nothing.
async fn beside_twenty(name: &str) -> (Kept, Vec<String>, String) {
    let kept = Kept::new().await;
    let numbers: Vec<String> = (28..48).map(|it| format!("+141555501{it}")).collect();
    kept.write("people.csv", &["phone", "+14155550150", "+14155550151"]);
    let never = kept.write(name, &numbers).display().to_string();
    let running = kept.runs("people.csv", &["--window", &far_window(), "--suppress", &never]).start();
    let status = kept.until(|it| it["states"]["scheduled"] == 2).await;
    assert_eq!(status["blocked"], json!([]));
    kept.stops(running).await;
    (kept, numbers, never)
}

#[tokio::test]
async fn a_list_that_lost_its_numbers_stops_the_calling_until_a_person_says_so_also_of_a_run_that_goes_on() {
    let (kept, numbers, never) = beside_twenty("never.txt").await;

    kept.write("never.txt", &numbers[..3]);
    let options = [&ALWAYS[..], &["--rate", "20"]].concat();
    let mut running = kept.runs("people.csv", &options).start();
    running.tells("nobody is called for now").await;
    // Time for what is not to be.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(kept.book().await.is_empty(), "a new run does not believe it either");
    let no_list = kept.says(["resume", "--accept-shorter-suppression", "people.csv"]).ran().await;
    no_list.expect(2).says(&["is no suppression list of the campaign", "never.txt"]);
    let accepted = kept.says(["resume", "--accept-shorter-suppression", &never]).ran().await.expect(0);
    for said in ["never.txt: accepted with 3 numbers; it held 20", "learns of it within a second"] {
        assert!(accepted.stdout.contains(said), "{accepted:?}");
    }
    let ran = running.ran().await;
    ran.says(&["nobody is called for now", "holds 3 numbers, where it held 20 before"]);
    assert_eq!(kept.book().await.len(), 2);
}

#[tokio::test]
async fn nobody_on_a_list_rings_while_it_is_rewritten_in_many_ways() {
    let kept = Kept::new().await;
    let spared: Vec<String> = (40..60).map(|it| format!("+141555501{it}")).collect();
    let called: Vec<String> = (28..40).map(|it| format!("+141555501{it}")).collect();
    let rows = called.iter().chain(&spared).cloned();
    kept.write("people.csv", &std::iter::once("phone".to_owned()).chain(rows).collect::<Vec<_>>());
    // None of them is on it when the list is read; they come when the first is called.
    let others: Vec<String> = (60..80).map(|it| format!("+141555501{it}")).collect();
    let path = kept.write("never.txt", &others);
    let never = path.display().to_string();
    let options = [&ALWAYS[..], &["--rate", "4", "--suppress", &never]].concat();
    let running = kept.runs("people.csv", &options).start();
    let text = others.iter().chain(&spared).map(|it| format!("{it}\n")).collect::<String>();
    kept.until(|it| it["states"]["scheduled"].as_u64().is_some_and(|it| (1..32).contains(&it))).await;
    std::fs::write(&path, &text).unwrap();
    let began = Instant::now();
    let new = kept.path("new.txt");
    tokio::task::spawn_blocking(move || {
        use std::io::Write as _;
        while began.elapsed() < Duration::from_secs(8) {
            for way in 0..8 {
                match way {
                    0 => std::fs::write(&path, "").unwrap(),
                    1 => std::fs::write(&path, &text[..text.len() / 2]).unwrap(),
                    2 => {
                        let mut file = std::fs::File::create(&path).unwrap();
                        for piece in text.as_bytes().chunks(100) {
                            file.write_all(piece).unwrap();
                            std::thread::sleep(Duration::from_millis(20));
                        }
                    }
                    3 => std::fs::remove_file(&path).unwrap(),
                    4 => std::fs::rename(&path, &new).unwrap(),
                    5 => {
                        std::fs::write(&new, "phone\n+14155550160\n").unwrap();
                        std::fs::rename(&new, &path).unwrap();
                    }
                    6 => std::fs::write(&path, "phone\n").unwrap(),
                    _ => {
                        std::fs::remove_file(&path).unwrap();
                        std::os::unix::fs::symlink("/dev/null", &path).unwrap();
                        std::fs::remove_file(&path).unwrap();
                    }
                }
                std::thread::sleep(Duration::from_millis(60));
                std::fs::write(&path, &text).unwrap();
                std::thread::sleep(Duration::from_millis(250));
            }
        }
    })
    .await
    .unwrap();
    let ran = running.ran().await;
    let rang = kept.book().await;
    assert!(spared.iter().all(|number| !rang.contains(number)), "{rang:?}");
    assert!(called.iter().all(|number| rang.contains(number)), "and the others do: {rang:?} {ran:?}");
}

#[tokio::test]
async fn a_list_that_was_named_from_one_folder_holds_from_every_other() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+14155550100", "+14155550200"]);
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("never.txt"), "").unwrap();
    // Nobody is on it when the list is read.
    kept.write("never.txt", &["+16285550100"]);
    let first = kept.runs("people.csv", &["--window", &far_window(), "--suppress", "never.txt"]);
    let running = first.current_dir(kept.folder.path()).start();
    kept.until(|it| it["states"]["scheduled"] == 2).await;
    kept.stops(running).await;
    kept.write("never.txt", &["+16285550100", "+14155550200"]);
    kept.runs("people.csv", &["--no-windows", "a test"]).current_dir(elsewhere.path()).ran().await.expect(0);
    assert_eq!(kept.book().await, ["+14155550100"]);
}

#[tokio::test]
async fn status_why_and_resume_tell_that_a_list_blocks_and_how_to_accept_it() {
    let (kept, numbers, never) = beside_twenty("never list.txt").await;

    for (lines, holds) in [
        (3, "it holds 3 numbers, where it held 20 before"),
        (1, "it holds 1 number, where it held 20 before"),
    ] {
        kept.write("never list.txt", &numbers[..lines]);
        let running = kept.runs("people.csv", &ALWAYS).start();
        let status = kept.until(|it| it["blocked"][0]["numbers"] == lines).await;
        let accept = status["blocked"][0]["accept"].as_str().unwrap().to_owned();
        let database = kept.database().display().to_string();
        for said in [
            "campaign resume --name people --db",
            database.as_str(),
            "--accept-shorter-suppression",
            "never list.txt'",
        ] {
            assert!(accept.contains(said), "{said}: {accept}");
        }
        assert_eq!(status["blocked"][0]["file"], never);
        assert_eq!(status["blocked"][0]["before"], 20);
        for words in [&["status"][..], &["why", "2"], &["resume"]] {
            let ran = kept.says(words.iter().copied()).ran().await.expect(0);
            assert!(ran.stdout.contains(holds) && ran.stdout.contains(&accept), "{words:?}: {ran:?}");
        }
        assert!(kept.book().await.is_empty());
        let ran = kept.stops(running).await;
        ran.says(&["nobody is called for now", "campaign resume --db", "--accept-shorter-suppression"]);
        // It stands there still when nobody runs it.
        assert!(kept.says(["status"]).ran().await.expect(0).stdout.contains(holds));
    }
    kept.says(["resume", "--accept-shorter-suppression", &never]).ran().await.expect(0);
    let status = kept.asks(["status"]).await;
    assert_eq!(status["blocked"], json!([]));
    assert!(!kept.says(["why", "2"]).ran().await.expect(0).stdout.contains("suppression list"));
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_told_by_status_until_it_can() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+14155550150"]);
    let never = kept.write("never.txt", &["+14155550128", "+14155550129"]).display().to_string();
    let running = kept.runs("people.csv", &["--window", &far_window(), "--suppress", &never]).start();
    kept.until(|it| it["states"]["scheduled"] == 1).await;
    kept.stops(running).await;
    kept.write("never.txt", &["+14155550128", "415555O129"]);
    let running = kept.runs("people.csv", &[&ALWAYS[..], &["--rate", "20"]].concat()).start();
    let status = kept.until(|it| it["blocked"][0]["file"] == never.as_str()).await;
    assert_eq!(
        (&status["blocked"][0]["numbers"], &status["blocked"][0]["accept"]),
        (&Value::Null, &Value::Null)
    );
    let told = kept.says(["status"]).ran().await.expect(0);
    assert!(told.stdout.contains("never.txt, row 2: has letters"), "{told:?}");
    assert!(!told.said().contains("415555O129"), "{told:?}");
    kept.write("never.txt", &["+14155550128", "+14155550129"]);
    running.ran().await.expect(0);
    assert_eq!(kept.asks(["status"]).await["blocked"], json!([]));
    assert_eq!(kept.book().await.len(), 1);
}

#[tokio::test]
async fn plan_and_run_tell_what_was_passed_over_and_why_the_sums_of_the_lists_differ() {
    let sandbox = sandbox(100.0).await;
    let folder =
        Folder::with("phone,DoNotCall\n+14155550128,\n+14155550129,\n+14155550130,yes\n+14155550131,\n");
    folder.write("a.csv", "name,phone\nAnn,+14155550128\nBo,\nCy,\nDi,+5215512345678\n");
    folder.write("b.txt", "+14155550128\n+14155550130\n");
    let (a, b) = (folder.path("a.csv").display().to_string(), folder.path("b.txt").display().to_string());
    let lists = ["--suppress", &a, "--suppress", &b];
    let refused = plan(&folder, &lists).ran().await.expect(2);
    refused.says(&[
        "a.csv, row 3, column `phone`: is empty",
        "take the row out",
        "--allow-rows-without-number",
    ]);
    let lists = [&lists[..], &["--allow-rows-without-number"]].concat();
    let said = [
        "4 rows: 2 to be called, 1 on a suppression list, 1 that must not be called",
        "a.csv: 2 numbers; 1 row of the list removed; 2 rows without a number passed over (the first is row 3); 1 number has an \
         old form that reaches nobody (row 5: is a mobile of Mexico as they were dialed until August 2019)",
        "b.txt: 2 numbers; 2 rows of the list removed",
        "2 rows are counted there more often than once",
    ];
    let planned = plan(&folder, &lists).ran().await.expect(0);
    assert!(said.iter().all(|it| planned.stdout.contains(it)), "{planned:?}");
    let options = lists.iter().copied().chain(["--rate", "20"]);
    folder.run(&sandbox.base_url(), options).ran().await.expect(0).says(&said);
    assert_eq!(sandbox.calls().len(), 2);
    let again = folder.run(&sandbox.base_url(), ["--json"]).ran().await.expect(0);
    let told = of_type(&again.json(), "started");
    assert!(
        told["suppression"][0]["passed_over"].as_str().is_some_and(|it| it.starts_with("2 rows without")),
        "{told}"
    );
}
