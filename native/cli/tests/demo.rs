//! `outbound demo`: what a stranger runs first.

use std::time::{Duration, Instant};

use crate::common::{Ran, outbound, sandbox, shell};

/// Number, status, and whether it has a SID: one row for each ending.
const ENDINGS: [(&str, &str, bool); 12] = [
    ("+1********00", "success", true),
    ("+1********01", "failure", true),
    ("+1********02", "failure", true),
    ("+1********03", "failure", true),
    ("+1********04", "success", true),
    ("+1********05", "success", true),
    ("+1********06", "unknown", false),
    ("+1********07", "success", true),
    ("+1********08", "success", true),
    ("+1********09", "expired", true),
    ("+1********10", "success", true),
    ("+1********11", "unknown", false),
];

fn shows_a_row_for_each_ending(ran: &Ran) {
    let rows: Vec<_> = ran.stdout.lines().skip(2).collect();
    assert_eq!(rows.len(), 12, "{ran:?}");
    for (row, (number, status, has_sid)) in rows.iter().zip(ENDINGS) {
        let words: Vec<_> = row.split_whitespace().collect();
        assert_eq!((words[0], words[2]), (number, status), "{row}");
        assert_eq!(words[1].len(), if has_sid { 40 } else { 1 }, "{row}");
        assert_eq!(*row, row.trim_end(), "no blanks at the end");
    }
    let header: Vec<_> = ran.stdout.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(header, ["number", "SID", "status", "attempts", "time", "reason"]);
}

fn masks_all_numbers(ran: &Ran) {
    // The commands to be typed have numbers in them, and nothing else has.
    let (told, _) = ran.stderr.split_once("The same by hand").unwrap();
    assert!(!format!("{told}{}", ran.stdout).contains("4155550"), "{ran:?}");
}

fn tells_programs_each_ending(ran: &Ran) {
    let lines = ran.json();
    assert_eq!(lines.len(), 12);
    for (line, (number, status, has_sid)) in lines.iter().zip(ENDINGS) {
        assert_eq!((&line["number"], &line["status"]), (&number.into(), &status.into()));
        assert_eq!(line["call_sid"].is_string(), has_sid);
        assert_eq!(line["placement"], if has_sid { "placed" } else { "unknown" });
        assert!(
            line["attempts"].as_u64().unwrap() > 0
                && line["seconds"].is_number()
                && line["reason"].is_string()
        );
    }
}

/// Runs them as a person would, in the environment that the demo had, but against a sandbox on another port than the
/// one that they name, which may be taken.
async fn closes_with_commands_that_do_what_it_says(ran: &Ran, garbage: &[(&str, &str)]) {
    let (_, by_hand) = ran.stderr.split_once("The same by hand").unwrap();
    let commands: Vec<_> = by_hand.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let [start, unset, export, waits, lost, curl] = commands[..] else { panic!("{commands:?}") };
    assert_eq!(start, "outbound sandbox --speed 50");
    let sandbox = sandbox(60.0).await;
    let here = |command: &str| command.replace("http://127.0.0.1:8660", &sandbox.base_url());
    let script = format!(
        "{unset}\n{}\n{waits}\nexit=$?\n{lost}\necho \"exits $exit $?\"\n{}",
        here(export),
        here(curl)
    );
    let run = garbage.iter().fold(shell(&script), |run, (name, value)| run.env(name, value)).ran().await;
    let (_, after) = run.stdout.split_once("exits 0 5\n").unwrap();
    let calls: serde_json::Value = serde_json::from_str(after).unwrap();
    assert_eq!(calls["calls"].as_array().unwrap().len(), 2, "{run:?}");
    let help = outbound(["sandbox", "--help"]).ran().await.expect(0).stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("[default: 127.0.0.1:8660]") && help.contains("[default: sandbox]"), "{help}");
}

/// What stands on the screen in the end is one table, with no line that is too wide and no SID that is broken.
#[cfg(target_os = "linux")]
fn fits_its_terminal(ran: &Ran, columns: usize) {
    let text = ran.stdout.replace("\r\n", "\n");
    // What moved was cleared before the table came.
    let (_, table) = text.rsplit_once("\u{1b}[2K").unwrap();
    let (table, _) = table.split_once("\n\n12 calls triggered").unwrap();
    let table = table.trim_start_matches(|it| it != 'n');
    assert!(table.starts_with("number ") && !table.contains('\u{1b}'), "{table}");
    let sids = table.split_whitespace().filter(|it| it.starts_with("OUT-") && it.len() == 40);
    assert_eq!(sids.count(), 10, "{table}");
    assert_eq!(table.lines().filter(|line| line.starts_with("+1********")).count(), 12, "{table}");
    for line in table.lines() {
        assert!(line.chars().count() <= columns, "{columns}: {line}");
    }
}

#[cfg(not(target_os = "linux"))]
async fn on_terminals() {}

#[cfg(target_os = "linux")]
async fn on_terminals() {
    let runs = [(80_u16, "NO_COLOR"), (124, "COLOR"), (200, "COLOR")].map(|(columns, colour)| async move {
        let environment = [("TERM", "xterm-256color"), (colour, "1")];
        let ran = crate::common::on_a_terminal("outbound demo", columns, &environment).await.expect(0);
        fits_its_terminal(&ran, usize::from(columns));
        assert_eq!(ran.stdout.contains("[32m"), colour == "COLOR");
    });
    futures_util::future::join_all(runs).await;
}

/// All at once, because a demo takes its time.
#[tokio::test]
async fn it_shows_all_endings_in_time_whatever_the_environment_says() {
    let garbage = [
        ("POLYAI_OUTBOUND_API", "garb age"),
        ("POLYAI_OUTBOUND_REGION", "garb age"),
        ("POLYAI_OUTBOUND_BASE_URL", "garb age"),
        ("POLYAI_OUTBOUND_AGENT_ID", "garb age"),
        ("POLYAI_OUTBOUND_ENVIRONMENT", "garb age"),
        ("POLYAI_OUTBOUND_TOKEN", "garb age"),
        ("HTTP_PROXY", "http://127.0.0.1:1"),
        ("http_proxy", "http://127.0.0.1:1"),
        ("ALL_PROXY", "http://127.0.0.1:1"),
        ("TERM", "dumb"),
    ];
    let hostile = garbage.iter().fold(shell("outbound demo"), |run, (name, value)| run.env(name, value));
    let began = Instant::now();
    let (clean, hostile, json, ()) = tokio::join!(
        outbound(["demo"]).ran(),
        hostile.ran(),
        outbound(["demo", "--json"]).ran(),
        on_terminals(),
    );
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let (clean, hostile, json) = (clean.expect(0), hostile.expect(0), json.expect(0));
    for ran in [&clean, &hostile] {
        shows_a_row_for_each_ending(ran);
        assert!(
            ran.stderr.contains("+1********05  the service failed; trying again in "),
            "each change: {ran:?}"
        );
        assert!(
            ran.stderr
                .contains("12 calls triggered; the sandbox says that 12 phones rang, none of them twice.")
        );
    }
    for ran in [&clean, &hostile, &json] {
        masks_all_numbers(ran);
        assert!(!ran.said().contains('\u{1b}'), "{ran:?}");
    }
    tells_programs_each_ending(&json);
    closes_with_commands_that_do_what_it_says(&hostile, &garbage).await;
}

#[tokio::test]
async fn it_can_be_stopped() {
    let mut run = outbound(["demo", "--json"]).start();
    run.tells("triggering").await;
    run.signal("INT").await;
    let ran = run.ran().await.expect(130).says(&["interrupted"]);
    assert_eq!(ran.only_json()["error"]["code"], "cancelled");
}
