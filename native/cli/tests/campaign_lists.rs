//! A list is known by its people, however it is written: it is not run again by accident.

use polyai_outbound::sandbox::RunningSandbox;

use crate::campaign::{Folder, list, numbers, rang};
use crate::common::list::far_window;
use crate::common::{Run, outbound, outbound_at, sandbox};

const PEOPLE: usize = 31;

/// A folder whose list of 31 people was run by the campaign `spring`, from `spring.db`.
async fn run_before(sandbox: &RunningSandbox) -> (Folder, Vec<String>) {
    let numbers = numbers(PEOPLE, "0100");
    let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
    let ran = run(&folder, &sandbox.base_url(), "people.csv", "spring.db").args(["--name", "spring"]);
    ran.ran().await.expect(0);
    assert_eq!(sandbox.calls().len(), PEOPLE);
    (folder, numbers)
}

fn run(folder: &Folder, url: &str, file: &str, database: &str) -> Run {
    let options =
        ["--rate", "1000", "--max-in-flight", "100", "--max-dialing", "50", "--no-windows", "a test"];
    outbound_at(url, ["campaign", "run"])
        .args(options)
        .arg(folder.path(file))
        .arg("--db")
        .arg(folder.path(database))
        .env("POLYAI_OUTBOUND_STATE_DIR", folder.state.path())
}

fn plan(folder: &Folder, url: &str, file: &str) -> Run {
    outbound_at(url, ["campaign", "plan"])
        .arg(folder.path(file))
        .env("POLYAI_OUTBOUND_STATE_DIR", folder.state.path())
}

fn csv(numbers: &[String]) -> String {
    list(numbers.iter().map(String::as_str))
}

fn json(numbers: &[String]) -> String {
    numbers.iter().fold(String::new(), |lines, number| lines + &format!("{{\"to_number\":\"{number}\"}}\n"))
}

/// As people write them within the country.
fn national(numbers: &[String]) -> String {
    let rows = numbers.iter().fold("phone,country\n".to_owned(), |rows, number| {
        rows + &format!("({}) {}-{},US\n", &number[2..5], &number[5..8], &number[8..])
    });
    format!("\u{feff}{}", rows.replace('\n', "\r\n"))
}

#[tokio::test]
async fn a_list_that_is_written_in_another_way_is_refused_with_how_many_of_its_people_were_called() {
    let sandbox = sandbox(500.0).await;
    let url = sandbox.base_url();
    let (folder, people) = run_before(&sandbox).await;
    let others = numbers(80, "0102").split_off(40);
    let before = csv(&people);
    let reversed: Vec<_> = people.iter().rev().cloned().collect();
    let one_more = [&people[..], &others[..1]].concat();
    let half_new = [&people[..16], &others[..15]].concat();
    let in_a_long_list = [&others[..40], &people[..16]].concat();
    let (first_half, second_half) = people.split_at(15);
    let twice = [&people[..], &people[..]].concat();
    let rewritten = [
        ("crlf.csv", before.replace('\n', "\r\n"), "31 of the 31 people of"),
        ("bom.csv", format!("\u{feff}{before}"), "31 of the 31 people of"),
        ("semicolons.csv", before.replace(',', ";"), "31 of the 31 people of"),
        ("blank-line.csv", format!("{before}\n"), "31 of the 31 people of"),
        ("quoted.csv", before.replace("Ada-Secret", "\"Ada-Secret\""), "31 of the 31 people of"),
        ("more.csv", csv(&one_more), "31 of the 32 people of"),
        ("fewer.csv", csv(&people[1..]), "30 of the 30 people of"),
        ("reversed.csv", csv(&reversed), "31 of the 31 people of"),
        ("lines.jsonl", json(&people), "31 of the 31 people of"),
        ("columns.csv", before.replace("phone,name", "mobile,first_name"), "31 of the 31 people of"),
        ("national.csv", national(&people), "31 of the 31 people of"),
        ("twice.csv", csv(&twice), "31 of the 31 people of"),
        ("first.csv", csv(first_half), "15 of the 15 people of"),
        ("second.csv", csv(second_half), "16 of the 16 people of"),
        ("one.csv", csv(&people[7..8]), "1 of the 1 person of"),
        ("half.csv", csv(&half_new), "16 of the 31 people of"),
        ("long.csv", csv(&in_a_long_list), "16 of the 56 people of"),
    ];
    for (file, content, told) in rewritten {
        folder.write(file, &content);
        for (database, name) in [("new.db", "new"), ("spring.db", "autumn")] {
            let ran = run(&folder, &url, file, database).args(["--name", name]).ran().await.expect(2);
            assert!(!ran.said().contains("5550100"), "no number is told: {ran:?}");
            assert!(!folder.path("new.db").exists(), "nothing is left");
            let go_on = format!(
                "campaign run {} --db {} --name spring",
                folder.path("people.csv").display(),
                folder.path("spring.db").display()
            );
            let ran = ran.says(&[
                told,
                "on a list that was run on ",
                "/spring.db (campaign `spring`)",
                "Nobody is called twice by accident.",
                &go_on,
                "to call these people again: --again",
            ]);
            let of_theirs = ran.stderr.contains("which is 16 of the 31 people of that list");
            assert_eq!(of_theirs, file == "long.csv", "{ran:?}");
        }
        let planned = plan(&folder, &url, file).ran().await.expect(0);
        assert!(
            planned.stdout.contains(told) && planned.stdout.contains("`run` refuses that"),
            "{planned:?}"
        );
        let rejects = folder.path(&format!("{}.rejects.csv", file.split('.').next().unwrap()));
        let _ = std::fs::remove_file(rejects);
    }
    assert_eq!(sandbox.calls().len(), PEOPLE);
    let (mut database, _) = spring(&folder).await;
    assert_eq!(database.campaigns().await.unwrap().len(), 1, "no campaign is left behind");
    database.close().await.unwrap();
    // The campaign itself goes on, and there is nothing left to be done.
    let again = run(&folder, &url, "people.csv", "spring.db").args(["--name", "spring"]);
    again.ran().await.expect(0).says(&["going on with the campaign `spring`"]);
    assert_eq!(sandbox.calls().len(), PEOPLE);
}

async fn spring(
    folder: &Folder,
) -> (polyai_outbound::campaign::Database, polyai_outbound::campaign::Campaign) {
    let mut database =
        polyai_outbound::campaign::Database::open(folder.path("spring.db"), false).await.unwrap();
    let campaign = database.campaign("spring").await.unwrap().unwrap();
    (database, campaign)
}

#[tokio::test]
async fn less_than_half_is_told_and_called_and_again_says_whom_it_calls_again() {
    let sandbox = sandbox(500.0).await;
    let url = sandbox.base_url();
    let (folder, people) = run_before(&sandbox).await;
    let others = numbers(80, "0102").split_off(40);
    folder.write("some.csv", &csv(&[&others[..26], &people[..5]].concat()));
    let json = plan(&folder, &url, "some.csv").arg("--json").ran().await.expect(0).only_json();
    let told = &json["earlier_runs"][0];
    assert_eq!(json["earlier_runs"].as_array().unwrap().len(), 1);
    assert_eq!((&told["shared"], &told["of"], &told["of_earlier"]), (&5.into(), &31.into(), &31.into()));
    assert_eq!((&told["refused"], &told["exact"]), (&false.into(), &true.into()));
    assert_eq!((&told["campaign"], &told["same_file"]), (&"spring".into(), &false.into()));
    let ran = run(&folder, &url, "some.csv", "some.db").ran().await;
    let ran = ran.says(&["warning: 5 of the 31 people of", "this campaign calls them as well"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(rang(&sandbox).iter().filter(|(_, times)| *times == 2).count(), 5);

    folder.write("more.csv", &csv(&[&people[..], &others[39..40]].concat()));
    let again = || run(&folder, &url, "more.csv", "more.db").arg("--again");
    let ran = again().ran().await;
    ran.says(&["warning: 31 of the 32 people of", "they are called again, as --again says"]);
    assert_eq!(rang(&sandbox).iter().filter(|(_, times)| *times >= 2).count(), 31);
    // It has the list now: the campaign that had it before goes on only if a person says so, too.
    let before = || run(&folder, &url, "people.csv", "spring.db").args(["--name", "spring"]);
    before().ran().await.expect(2).says(&["31 of the 31 people of", "/more.db (campaign `more`)"]);
    let calls = sandbox.calls().len();
    before().arg("--again").ran().await.expect(0).says(&["they are called again, as --again says"]);
    assert_eq!(sandbox.calls().len(), calls);

    folder.write("others.csv", &csv(&others[27..30]));
    let ran = run(&folder, &url, "others.csv", "others.db").arg("--again").ran().await;
    ran.says(&["--again: has no effect, because no list with these people was run before"]);
}

#[tokio::test]
async fn people_who_are_not_called_do_not_count() {
    let sandbox = sandbox(500.0).await;
    let url = sandbox.base_url();
    let (folder, people) = run_before(&sandbox).await;
    let others = numbers(80, "0100").split_off(40);
    folder.write("called.txt", &people.join("\n"));
    folder.write("next.csv", &csv(&[&people[..], &others[..10]].concat()));
    let ran = run(&folder, &url, "next.csv", "next.db").arg("--suppress").arg(folder.path("called.txt"));
    let ran = ran.ran().await;
    let ran = ran.expect(0);
    assert!(!ran.stderr.contains("were on a list"), "{ran:?}");
    assert_eq!(rang(&sandbox).len(), PEOPLE + 10);
    assert!(rang(&sandbox).iter().all(|(_, times)| *times == 1));
    // Those of them who were called are the ten.
    folder.write("ten.jsonl", &json(&others[..10]));
    let ran = run(&folder, &url, "ten.jsonl", "ten.db").ran().await.expect(2);
    ran.says(&["10 of the 10 people of", "/next.db (campaign `next`)"]);
    let opted_out = others[..10].iter().fold("phone,DoNotCall\n".to_owned(), |rows, it| rows + it + ",1\n");
    folder.write("opted-out.csv", &(opted_out + &format!("{},0\n", others[20])));
    let ran = run(&folder, &url, "opted-out.csv", "opted-out.db").ran().await;
    assert!(!ran.stderr.contains("on a list that was run"), "{ran:?}");
    assert_eq!(rang(&sandbox).len(), PEOPLE + 11);
}

#[tokio::test]
async fn a_service_is_one_however_it_is_spelled_and_another_is_another() {
    let sandbox = sandbox(500.0).await;
    let url = sandbox.base_url();
    let port = url.rsplit_once(':').unwrap().1.to_owned();
    let (folder, people) = run_before(&sandbox).await;
    folder.write("again.jsonl", &json(&people));
    let agents = ["--api", "agents", "--agent-id", "agent-1", "--environment", "live"];
    for spelled in [
        format!("http://localhost:{port}"),
        format!("http://LOCALHOST.:{port}/"),
        format!("HTTP://127.0.0.1:{port}///"),
        format!("http://[::1]:{port}"),
        format!("http://[0:0:0:0:0:0:0:1]:{port}/"),
        format!("https://localhost:{port}"),
    ] {
        for api in [&[][..], &agents[..]] {
            for file in ["again.jsonl", "people.csv"] {
                let ran = run(&folder, &spelled, file, "other.db").args(api.iter().copied()).ran().await;
                ran.expect(2).says(&["Nobody is called twice by accident."]);
                assert!(!folder.path("other.db").exists());
            }
        }
    }
    // The campaign itself goes on by any of them.
    let go_on = |url: &str| run(&folder, url, "people.csv", "spring.db").args(["--name", "spring"]);
    go_on(&format!("http://LOCALHOST:{port}/")).ran().await.expect(0);
    let ran = go_on(&url).args(agents).ran().await.expect(2);
    ran.says(&[
        "the campaign `spring` calls through",
        "(outbound API), and now",
        "(agents API, agent agent-1, live)",
    ]);
    let another = crate::common::sandbox(500.0).await;
    run(&folder, &another.base_url(), "again.jsonl", "other.db").ran().await.expect(0);
    // Also from the same database, as who has rehearsed there does: the file is the same byte for byte.
    let third = crate::common::sandbox(500.0).await;
    let run_there = run(&folder, &third.base_url(), "people.csv", "spring.db").args(["--name", "third"]);
    let mut running = run_there.start();
    running.tells("31 rows have numbers that another campaign of the database called within").await;
    running.tells("campaign `third` in ").await;
    running.signal("INT").await;
    running.ran().await.expect(130);
    let prefixed = format!("{url}/prefix");
    let ran = plan(&folder, &prefixed, "people.csv").ran().await.expect(0);
    assert!(!ran.stdout.contains("was run on"), "{ran:?}");
    // A plan that knows no service tells of all.
    let ran = outbound(["campaign", "plan"]).arg(folder.path("again.jsonl"));
    let ran = ran.env("POLYAI_OUTBOUND_STATE_DIR", folder.state.path()).ran().await.expect(0);
    assert_eq!(ran.stdout.matches("31 of the 31 people of").count(), 3, "{ran:?}");
}

#[tokio::test]
async fn of_two_that_are_run_at_once_one_calls() {
    for _ in 0..3 {
        let sandbox = sandbox(500.0).await;
        let url = sandbox.base_url();
        let people = numbers(PEOPLE, "0100");
        let folder = Folder::with(&csv(&people));
        folder.write("lines.jsonl", &json(&people[3..]));
        let both = tokio::join!(
            run(&folder, &url, "people.csv", "one.db").ran(),
            run(&folder, &url, "lines.jsonl", "two.db").ran()
        );
        let mut codes = [both.0.code.unwrap(), both.1.code.unwrap()];
        codes.sort_unstable();
        assert_eq!(codes, [0, 2], "{both:?}");
        assert!(rang(&sandbox).iter().all(|(_, times)| *times == 1), "{both:?}");
        // Whoever was refused is refused again.
        let (file, database) =
            if both.0.code == Some(2) { ("people.csv", "one.db") } else { ("lines.jsonl", "two.db") };
        run(&folder, &url, file, database).ran().await.expect(2).says(&["28 of the "]);
        assert!(rang(&sandbox).iter().all(|(_, times)| *times == 1));
    }
}

#[tokio::test]
async fn what_is_damaged_stops_whoever_begins_and_nobody_who_goes_on() {
    let sandbox = sandbox(500.0).await;
    let url = sandbox.base_url();
    let (folder, people) = run_before(&sandbox).await;
    let service = std::fs::read_dir(folder.state.path().join("people")).unwrap().next().unwrap().unwrap();
    let entry = std::fs::read_dir(service.path()).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&entry).unwrap();
    folder.write("others.csv", &csv(&numbers(3, "0102")));
    for stray in [folder.state.path().join("people/.DS_Store"), service.path().join(".DS_Store")] {
        std::fs::write(stray, "stray").unwrap();
    }
    folder.write("stray.jsonl", &json(&people));
    run(&folder, &url, "stray.jsonl", "stray.db").ran().await.expect(2).says(&["31 of the 31 people of"]);
    let planned = plan(&folder, &url, "stray.jsonl").ran().await.expect(0);
    assert!(planned.stdout.contains("31 of the 31 people of"), "{planned:?}");
    std::fs::write(&entry, &whole[..whole.len() - 2]).unwrap();
    let damaged = format!("{} is damaged", entry.display());
    let ran = run(&folder, &url, "others.csv", "others.db").ran().await.expect(2);
    let ran = ran.says(&["and so nobody is called", &damaged, "remove it"]);
    assert!(!ran.stderr.contains("POLYAI_OUTBOUND_STATE_DIR"), "that would forget everybody: {ran:?}");
    assert!(!folder.path("others.db").exists());
    let planned = plan(&folder, &url, "others.csv").ran().await.expect(0);
    planned.says(&[&damaged]);
    let go_on = run(&folder, &url, "people.csv", "spring.db").args(["--name", "spring"]);
    go_on.ran().await.expect(0).says(&["warning: this machine cannot remember", &damaged]);
    // Without what it was, and with the list's file as it was, it is known all the same.
    std::fs::remove_file(&entry).unwrap();
    run(&folder, &url, "people.csv", "others.db").ran().await.expect(2).says(&["this list was run on "]);
    let lists = std::fs::read_dir(folder.state.path().join("lists")).unwrap();
    for list in lists {
        std::fs::write(list.unwrap().path(), "{").unwrap();
    }
    let ran = run(&folder, &url, "people.csv", "others.db").ran().await.expect(2);
    ran.says(&["this list was run before, and what this machine remembers of that run cannot be read"]);
    // A database that the index does not know tells of its own campaigns.
    std::fs::remove_dir_all(folder.state.path()).unwrap();
    folder.write("again.jsonl", &json(&people[..20]));
    let ran = run(&folder, &url, "again.jsonl", "spring.db").ran().await.expect(2);
    ran.says(&["20 of the 20 people of", "/spring.db (campaign `spring`)"]);
    assert_eq!(sandbox.calls().len(), PEOPLE);
}

/// Options by which nobody's time comes before the end.
fn too_late() -> [String; 4] {
    let until = (jiff::Timestamp::now() + std::time::Duration::from_secs(3600)).to_string();
    ["--window".to_owned(), far_window(), "--until".to_owned(), until]
}

#[tokio::test]
async fn who_expired_or_was_cancelled_counts_because_the_row_may_come_back() {
    let sandbox = sandbox(500.0).await;
    let url = sandbox.base_url();
    let (folder, people) = run_before(&sandbox).await;
    let in_windows = |file: &str, database: &str| {
        outbound_at(&url, ["campaign", "run"])
            .arg(folder.path(file))
            .arg("--db")
            .arg(folder.path(database))
            .args(too_late().iter().map(String::as_str))
            .env("POLYAI_OUTBOUND_STATE_DIR", folder.state.path())
    };
    // Whom this run calls nobody of, a later end brings back.
    folder.write("late.jsonl", &json(&people));
    for _ in 0..2 {
        let ran = in_windows("late.jsonl", "late.db").ran().await.expect(2);
        ran.says(&["31 of the 31 people of", "/spring.db (campaign `spring`)"]);
        assert!(!folder.path("late.db").exists());
    }
    // And the other way round: who expired in one campaign is its own.
    let others = numbers(80, "0102").split_off(40);
    for (first, cancels, people) in [("one", false, &others[..9]), ("two", true, &others[20..29])] {
        folder.write(&format!("{first}.csv"), &csv(people));
        let database = format!("{first}.db");
        let ran = in_windows(&format!("{first}.csv"), &database).ran().await;
        assert!(ran.said().contains("expired"), "{ran:?}");
        if cancels {
            let of_it = |words: &[&str]| {
                let run = outbound(["campaign"]).args(words.iter().copied());
                run.arg("--db").arg(folder.path(&database)).arg("--name").arg(first)
            };
            of_it(&["requeue", "--state", "expired", "--yes"]).ran().await.expect(0);
            of_it(&["cancel", "--yes"]).ran().await.expect(0);
            let ran = run(&folder, &url, "two.csv", &database).ran().await;
            assert!(ran.said().contains("cancelled"), "{ran:?}");
        }
        folder.write("same.jsonl", &json(people));
        let ran = run(&folder, &url, "same.jsonl", "same.db").ran().await.expect(2);
        ran.says(&["9 of the 9 people of", &format!("/{first}.db (campaign `{first}`)")]);
    }
    assert_eq!(sandbox.calls().len(), PEOPLE);
}

#[tokio::test]
async fn nobody_is_called_by_the_second_try_either_of_a_campaign_that_could_not_be_remembered() {
    let sandbox = sandbox(500.0).await;
    let url = sandbox.base_url();
    let (folder, _) = run_before(&sandbox).await;
    folder.write("others.csv", &csv(&numbers(3, "0102")));
    let (lock, counters) = (folder.state.path().join("lock"), folder.state.path().join("campaigns"));
    let known = files_of(&counters);
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let begins = || run(&folder, &url, "others.csv", "others.db");
    for _ in 0..3 {
        let ran = begins().ran().await.expect(2).says(&["and so nobody is called", "/lock: "]);
        assert!(!ran.stderr.contains("POLYAI_OUTBOUND_STATE_DIR"), "{ran:?}");
    }
    std::fs::remove_dir(&lock).unwrap();
    let counter = files_of(&counters).into_iter().find(|it| !known.contains(it)).unwrap();
    std::fs::remove_file(&counter).unwrap();
    std::fs::create_dir(&counter).unwrap();
    for _ in 0..2 {
        begins().ran().await.expect(2).says(&["and so nobody is called", &counter.display().to_string()]);
    }
    assert_eq!(sandbox.calls().len(), PEOPLE);
    std::fs::remove_dir(&counter).unwrap();
    // The sandbox lets these calls fail.
    begins().ran().await.expect(1);
    assert_eq!(sandbox.calls().len(), PEOPLE + 3);
    // Who was called by it is in its database: it goes on.
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    begins().ran().await.expect(1).says(&["warning: this machine cannot remember"]);
}

fn files_of(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect()
}
