//! `outbound campaign run`: a list is dialed, once each, and the same command goes on.

use polyai_outbound::campaign::{Command, Database, State};
use serde_json::Value;

use crate::campaign::{Folder, files_with, list, numbers, rang};
use crate::common::server::{Does, Server, refusal};
use crate::common::{Ran, another_press, comes_true, sandbox};

/// The objects of one type.
fn of_type(ran: &Ran, kind: &str) -> Vec<Value> {
    ran.json().into_iter().filter(|it| it["type"] == kind).collect()
}

#[tokio::test]
async fn placeholders_are_warned_of_when_the_list_is_read_and_not_again() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with("phone,amount\n+14155550100,#N/A\n+14155550103,nan\n");
    let warning = "warning: amount: 2 rows hold a placeholder (#N/A, nan): the agent would say it.";
    let ran = folder.run(&sandbox.base_url(), ["--rate", "20", "--json"]).ran().await.says(&[warning]);
    let expected = serde_json::json!([{ "column": "amount", "rows": 2, "examples": ["#N/A", "nan"] }]);
    assert_eq!(of_type(&ran, "imported").remove(0)["placeholders"], expected);
    assert_eq!(rang(&sandbox).len(), 2, "it is for a person to judge");
    let again = folder.run(&sandbox.base_url(), ["--json"]).ran().await;
    assert!(!again.said().contains("placeholder"), "{again:?}");
}

#[tokio::test]
async fn a_list_is_dialed_once_each_and_the_same_command_dials_nobody_again() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list([
        "+12125550100",
        "+12125550101",
        "(212) 555-0100",
        "4.41E+11",
        "+13125550102",
        "+14155550110",
    ]));
    folder.write("never.txt", "+1 415 555 0110\n");
    let never = folder.path("never.txt").display().to_string();
    let options = ["--rate", "20", "--country", "US", "--suppress", &never, "--json"];
    let ran = folder.run(&sandbox.base_url(), options).ran().await.expect(1);
    let once =
        vec![("+12125550100".to_owned(), 1), ("+12125550101".to_owned(), 1), ("+13125550102".to_owned(), 1)];
    assert_eq!(rang(&sandbox), once);

    let imported = of_type(&ran, "imported").remove(0);
    for (what, count) in [("rows", 6), ("accepted", 4), ("refused", 1), ("duplicates", 1), ("suppressed", 1)]
    {
        assert_eq!(imported[what], count, "{what}: {imported}");
    }
    let ended = of_type(&ran, "ended").remove(0);
    assert_eq!((&ended["how"], &ended["exit_code"]), (&"done".into(), &1.into()));
    assert_eq!(ended["states"], serde_json::json!({ "succeeded": 1, "failed": 2, "suppressed": 1 }));
    let of_row = of_type(&ran, "row").into_iter().filter(|it| it["row"] == 3).collect::<Vec<_>>();
    let states: Vec<_> = of_row.iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!((states[0], states[1], states[states.len() - 1]), ("dialing", "in_progress", "failed"));
    let last = &of_row[of_row.len() - 1];
    assert_eq!((&last["disposition"], &last["attempt"]), (&"no-answer".into(), &1.into()));
    assert!(last["call_sid"].as_str().unwrap().starts_with("OUT-") && last["correlation_id"].is_string());
    assert!(folder.read("people.rejects.csv").contains(",5,phone,"));

    let again = folder.run(&sandbox.base_url(), ["--json"]).ran().await.expect(1);
    assert_eq!(rang(&sandbox), once);
    assert!(of_type(&again, "imported").is_empty() && of_type(&again, "row").is_empty(), "{again:?}");
    // Numbers and metadata are in the list and in the database, and nowhere else.
    for secret in ["5550100", "5550101", "Ada-Secret"] {
        assert!(!ran.said().contains(secret) && !again.said().contains(secret), "{secret}: {ran:?}");
        let files = files_with(folder.folder.path(), secret);
        let names: Vec<_> = files.iter().map(|it| it.file_name().unwrap().to_string_lossy()).collect();
        assert!(names.iter().all(|it| it == "people.csv" || it.starts_with("calls.db")), "{names:?}");
    }
    assert!(files_with(folder.folder.path(), "sandbox\"").is_empty(), "no token is kept");
}

#[tokio::test]
async fn the_exit_code_is_0_only_if_all_succeeded() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100", "+13125550110"]));
    let ran = folder.run(&sandbox.base_url(), ["--rate", "20"]).ran().await.expect(0);
    assert!(ran.stdout.contains("campaign `people`: done") && ran.stdout.contains("2  succeeded"), "{ran:?}");
    ran.says(&["2 rows: 2 to be called", "done 0 of 2", "waiting: ", "what came of it: "]);
}

#[tokio::test]
async fn a_lost_answer_is_exit_code_5_and_not_dialed_again() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550106", "+13125550100"]));
    let ran = folder.run(&sandbox.base_url(), ["--rate", "20"]).ran().await.expect(5);
    ran.says(&["1 row may have rung and is not called again by itself", "resolve"]);
    folder.run(&sandbox.base_url(), []).ran().await.expect(5);
    assert!(rang(&sandbox).iter().all(|(_, times)| *times == 1));
}

#[tokio::test]
async fn a_refused_credential_ends_it_before_anybody_is_called_and_the_right_one_goes_on() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100", "+13125550100"]));
    let run = folder.run(&sandbox.base_url(), ["--json"]).env("POLYAI_OUTBOUND_TOKEN", "wrong-token");
    let ran = run.ran().await.expect(3).says(&["the service refuses every call", "go on with: "]);
    assert_eq!(of_type(&ran, "halted")[0]["error"]["code"], "unauthorized");
    assert!(!ran.said().contains("wrong-token") && rang(&sandbox).is_empty());
    folder.run(&sandbox.base_url(), ["--rate", "20"]).ran().await.expect(0);
    assert_eq!(rang(&sandbox).len(), 2);
}

#[tokio::test]
async fn what_is_given_on_going_on_replaces_what_was_and_is_said() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    folder.run(&sandbox.base_url(), ["--rate", "20", "--redial", "busy=1x1h"]).ran().await.expect(0);
    let ran = folder.run(&sandbox.base_url(), ["--rate", "5", "--country", "GB"]).ran().await.expect(0);
    let ran =
        ran.says(&["--rate: 20 -> 5\n", "--country: has no effect", "going on with the campaign `people`"]);
    assert!(!ran.stderr.contains("--redial") && !ran.stderr.contains("--window"), "{ran:?}");
    let kept: Value = serde_json::from_str(&folder.campaign().await.1.options).unwrap();
    assert_eq!(
        (&kept["calling"]["pace"]["rate"], &kept["calling"]["redial"][0]),
        (&5.0.into(), &"busy=1x1h".into())
    );
}

#[tokio::test]
async fn another_list_under_the_same_name_is_refused_with_what_to_do() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    folder.run(&sandbox.base_url(), []).ran().await.expect(0);
    let other = list(["+13125550100"]);
    assert_eq!(folder.read("people.csv").len(), other.len(), "as long as the first");
    folder.write("people.csv", &other);
    let ran = folder.run(&sandbox.base_url(), []).ran().await.expect(2);
    ran.says(&[
        "its content is not that of the list",
        "put the file back as it was",
        "a list of the new rows alone",
    ]);
    folder.run(&sandbox.base_url(), ["--name", "second"]).ran().await.expect(0);
    folder.write("people.csv", &list(["+12125550100"]));
    folder.run(&sandbox.base_url(), []).ran().await.expect(0).says(&["going on with the campaign"]);
    assert_eq!(rang(&sandbox).len(), 2);
}

#[tokio::test]
async fn a_suppression_list_that_is_not_there_is_not_added_to_a_campaign() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    folder.run(&sandbox.base_url(), []).ran().await.expect(0);
    let options = folder.campaign().await.1.options;
    let ran = folder.run(&sandbox.base_url(), ["--suppress", "mistyped.txt", "--rate", "5"]).ran().await;
    ran.expect(2).says(&["mistyped.txt: cannot be opened"]);
    assert_eq!(folder.campaign().await.1.options, options);
}

#[tokio::test]
async fn after_a_run_all_is_in_the_one_file_that_people_copy() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    folder.run(&sandbox.base_url(), []).ran().await.expect(0);
    std::fs::copy(folder.path("calls.db"), folder.path("copy.db")).unwrap();
    let mut copy = Database::open(folder.path("copy.db"), false).await.unwrap();
    let campaign = copy.campaign("people").await.unwrap().unwrap();
    assert_eq!(copy.tally(campaign.id).await.unwrap()[&State::Succeeded], 1);
}

#[tokio::test]
async fn another_service_for_the_same_campaign_is_refused() {
    let (one, two) = (sandbox(100.0).await, sandbox(100.0).await);
    let folder = Folder::with(&list(["+12125550100"]));
    folder.run(&one.base_url(), []).ran().await.expect(0);
    let ran = folder.run(&two.base_url(), []).ran().await.expect(2);
    ran.says(&[&one.base_url(), &two.base_url(), "give the same service, or another --name"]);
    assert!(rang(&two).is_empty());
}

#[tokio::test]
async fn a_second_runner_is_refused_with_the_process_and_host_of_the_first() {
    let sandbox = sandbox(20.0).await;
    let numbers = numbers(30, "0100");
    let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
    let mut first = folder.run(&sandbox.base_url(), ["--rate", "5"]).start();
    first.tells("done 0 of 30").await;
    let host = gethostname();
    let pid = format!("process {} on {host}", first.id());
    let ran = folder.run(&sandbox.base_url(), ["--json"]).ran().await.expect(2).says(&[&pid]);
    assert_eq!(ran.json().last().unwrap()["error"]["code"], "already_running");
    first.signal("INT").await;
    // Two signals that wait together arrive as one.
    first.tells("interrupted").await;
    // Of a trigger that is cut off nobody knows whether it rang.
    comes_true(async || folder.records().await.iter().all(|it| it.state != State::Dialing)).await;
    another_press().await;
    first.signal("INT").await;
    first.ran().await.expect(130);
}

fn gethostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_list_that_cannot_be_read_makes_no_campaign_and_can_be_put_right() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with("name,city\nAda,London\n");
    let ran = folder.run(&sandbox.base_url(), []).ran().await.expect(2);
    ran.says(&["people.csv", "number"]);
    folder.write("people.csv", &list(["+12125550100"]));
    folder.run(&sandbox.base_url(), []).ran().await.expect(0);
    // One that breaks off in the middle is found before there is a campaign of it, too.
    let mut broken = list(["+12125550100"]).replace("phone", "mobile").into_bytes();
    broken.extend(b"+13125550100,\xff\xfe\n");
    std::fs::write(folder.path("people.csv"), &broken).unwrap();
    let ran = folder.run(&sandbox.base_url(), ["--name", "second"]).ran().await.expect(2);
    ran.says(&["UTF-8"]);
    folder.write("people.csv", &list(["+13125550100"]));
    let ran = folder.run(&sandbox.base_url(), ["--name", "second"]).ran().await.expect(0);
    assert!(!ran.stderr.contains("read from its beginning"), "no campaign was left: {ran:?}");
    // Where nothing can be in the way yet, it is found while it is read into its campaign, and may be put right as well.
    let folder = Folder::with("");
    std::fs::write(folder.path("people.csv"), &broken).unwrap();
    folder.run(&sandbox.base_url(), []).ran().await.expect(2).says(&["UTF-8"]);
    folder.write("people.csv", &list(["+14155550100"]));
    let ran = folder.run(&sandbox.base_url(), []).ran().await.expect(0);
    ran.says(&["read from its beginning"]);
    assert!(rang(&sandbox).iter().all(|(_, times)| *times == 1));
}

#[tokio::test]
async fn bad_input_is_refused_before_there_is_a_database() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    for (options, says) in [
        (&["--rate", "0"][..], "--rate"),
        (&["--max-in-flight", "0"], "--max-in-flight"),
        (&["--redial", "noanswer=3x30m"], "--redial"),
        (&["--until", "2020-01-01T00:00:00Z"], "--until: is past"),
        (&["--until", "soon"], "--until: is no moment"),
        (&["--window-margin", "5"], "--window-margin"),
        (&["--country", "Narnia"], "--country"),
        (&["--duplicates", "some"], "--duplicates"),
        (&["--suppress", "/not/there"], "/not/there"),
        (&["--number-column", "nope"], "nope"),
        (&["--name", " "], "--name"),
    ] {
        let ran = folder.run(&sandbox.base_url(), options.iter().copied()).ran().await.expect(2);
        assert!(ran.stderr.contains(says), "{options:?}: {ran:?}");
    }
    let twice = ["--redial", "busy=1x1h", "--redial", "busy=2x1h"];
    folder.run(&sandbox.base_url(), twice).ran().await.expect(2).says(&["--redial"]);
    for window in ["22:00-02:00", "never"] {
        let run = folder.run_in_windows(&sandbox.base_url(), ["--window", window]);
        run.ran().await.expect(2).says(&["--window"]);
    }
    let run = folder.run(&sandbox.base_url(), ["--window", "09:00-10:00"]);
    run.ran().await.expect(2).says(&["--no-windows"]);
    let run =
        crate::common::outbound_at(&sandbox.base_url(), ["campaign", "run"]).arg(folder.path("people.csv"));
    run.ran().await.expect(2).says(&["--db PATH", "POLYAI_OUTBOUND_DB"]);
    let run = crate::common::outbound_at(&sandbox.base_url(), ["campaign", "run", "-", "--db", "x.db"]);
    run.ran().await.expect(2).says(&["standard input"]);
    assert!(rang(&sandbox).is_empty() && !folder.path("calls.db").exists());
}

/// On a day that is neither today nor tomorrow, wherever one is.
fn closed_now() -> String {
    let days = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
    let today = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() / 86_400;
    format!("{} 09:00-10:00", days[usize::try_from((today + 3) % 7).unwrap()])
}

#[tokio::test]
async fn nobody_is_called_outside_the_windows_until_they_are_given_up() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100", "+442071234567", "+80012345678"]));
    let window = closed_now();
    let mut run = folder.run_in_windows(&sandbox.base_url(), ["--window", &window]).start();
    run.tells("2 for a calling window (the next opens ").await;
    run.signal("INT").await;
    let ran = run.ran().await.expect(130);
    assert!(ran.stderr.contains("1 held for a person's help") && rang(&sandbox).is_empty(), "{ran:?}");
    let records = folder.records().await;
    assert!(
        records[0].reason.contains("waits for its calling window, which opens "),
        "{:?}",
        records[0].reason
    );
    // A new plan is made for those whom nobody has tried to call.
    let ran = folder.run(&sandbox.base_url(), ["--rate", "20"]).ran().await;
    assert!(ran.stderr.contains("--window: ") && ran.stderr.contains(" -> at any time"), "{ran:?}");
    assert_eq!(rang(&sandbox).len(), 3, "{ran:?}");
}

#[tokio::test]
async fn a_paused_campaign_says_so_and_waits_and_a_cancelled_one_ends() {
    let sandbox = sandbox(100.0).await;
    let numbers = numbers(3, "0100");
    let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
    folder.run(&sandbox.base_url(), []).env("POLYAI_OUTBOUND_TOKEN", "wrong").ran().await.expect(3);
    folder.command(Command::Pause).await;
    let mut run = folder.run(&sandbox.base_url(), ["--rate", "20"]).start();
    run.tells("paused: nobody is called").await;
    run.tells("paused; waiting: 3 for their turn").await;
    assert!(rang(&sandbox).is_empty());
    folder.command(Command::Run).await;
    run.tells("resumed: calling again").await;
    run.ran().await.expect(0);
    assert_eq!(rang(&sandbox).len(), 3);

    let folder = Folder::with(&list(["+12125550110"]));
    folder.run(&sandbox.base_url(), []).env("POLYAI_OUTBOUND_TOKEN", "wrong").ran().await.expect(3);
    folder.command(Command::Cancel).await;
    folder.run(&sandbox.base_url(), []).ran().await.expect(1).says(&["cancelled: nobody is called any more"]);
    assert_eq!(folder.records().await[0].state, State::Cancelled);
    assert_eq!(rang(&sandbox).len(), 3);
}

#[tokio::test]
async fn a_service_that_fails_every_trigger_stops_the_calling_and_no_row_ends_because_of_it() {
    let server = Server::start(refusal(500), Does::Hangs).await;
    let folder = Folder::with(&list(["+12125550100"]));
    let mut run = folder.run(server.base_url(), ["--json", "--rate", "20"]).start();
    run.tells("No calls are being placed").await;
    run.signal("INT").await;
    let ran = run.ran().await.expect(130);
    let last = ran.json().into_iter().rfind(|it| it["type"] == "row").unwrap();
    assert_eq!(last["state"], "scheduled");
}
