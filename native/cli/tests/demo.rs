//! `outbound demo`: what a stranger runs first.

use crate::common::{Ran, outbound, sandbox, shell};

/// How many rows end in each way.
const ENDINGS: [(&str, u64); 7] = [
    ("held", 1),
    ("succeeded", 19),
    ("failed", 7),
    ("unconfirmed", 5),
    ("status lost", 1),
    ("suppressed", 1),
    ("expired", 2),
];

fn shows_what_became_of_every_row(ran: &Ran) {
    for (state, count) in ENDINGS {
        assert!(ran.stdout.contains(&format!("{count:>7}  {state}\n")), "{state}: {ran:?}");
        let rows =
            ran.stdout.lines().filter(|it| it.contains("****") && it.contains(&format!("  {state}  ")));
        assert_eq!(rows.count() as u64, count, "{state}: {ran:?}");
    }
    let (_, table) = ran.stdout.split_once("\n\n").unwrap();
    let header: Vec<_> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(header, ["row", "number", "state", "dialed", "example", "why"]);
    assert!(table.lines().all(|it| it == it.trim_end()), "no blanks at the end");
    let twice: Vec<_> =
        table.lines().filter(|it| it.contains("redialed 1 times by the rule no-answer=1x1h")).collect();
    assert_eq!(twice.len(), 2, "{table}");
}

fn says_what_happens_on_the_way(ran: &Ran) {
    for said in [
        "40 rows: 32 to be called, 1 held for a person's help, 2 whose time is over, 1 on a suppression list, 1 left out",
        "3 refused; why is in ",
        "the service is congested: 4.0 calls a second",
        "scheduled    its trigger placed no call and is sent again: ",
        "the demo's clock is moved on to ",
        "The sandbox says that 31 phones rang; 2 of them twice, because the redial rule asked for it, and none twice",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
}

fn masks_all_numbers(ran: &Ran) {
    // The commands to be typed have numbers in them, and nothing else has.
    let (told, _) = ran.stderr.split_once("The same by hand").unwrap();
    for number in ["555-01", "555 01", "555010", "555011"] {
        assert!(!format!("{told}{}", ran.stdout).contains(number), "{number}: {ran:?}");
    }
}

fn tells_programs_each_ending(ran: &Ran) {
    let lines = ran.json();
    let ended = lines.iter().find(|it| it["type"] == "ended").unwrap();
    for (state, count) in ENDINGS {
        assert_eq!(ended["states"][state.replace(' ', "_")], count, "{ended}");
    }
    let rang = lines.last().unwrap();
    assert_eq!((&rang["type"], &rang["numbers"]), (&"rang".into(), &31.into()));
    assert_eq!((&rang["twice_by_the_redial_rule"], &rang["twice_against_it"]), (&2.into(), &0.into()));
}

/// Runs them as a person would, in the environment that the demo had, but against a sandbox on another port than the
/// one that they name, which may be taken.
async fn closes_with_commands_that_do_what_it_says(ran: &Ran, garbage: &[(&str, &str)]) {
    let (_, by_hand) = ran.stderr.split_once("The same by hand").unwrap();
    let commands: Vec<_> = by_hand.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let [start, unset, export, waits, lost, list, plan, run, curl] = commands[..] else {
        panic!("{commands:?}")
    };
    assert_eq!(start, "outbound sandbox --speed 50");
    let sandbox = sandbox(60.0).await;
    let here = |command: &str| command.replace("http://127.0.0.1:8660", &sandbox.base_url());
    let script = format!(
        "cd \"$(mktemp -d)\"\n{unset}\n{}\n{waits}\none=$?\n{lost}\ntwo=$?\n{list}\n{plan}\nthree=$?\n{run}\n\
         echo \"exits $one $two $three $?\"\n{}",
        here(export),
        here(curl)
    );
    let run = garbage.iter().fold(shell(&script), |run, (name, value)| run.env(name, value)).ran().await;
    let (_, after) = run.stdout.split_once("exits 0 5 0 1\n").unwrap_or_else(|| panic!("{run:?}"));
    let calls: serde_json::Value = serde_json::from_str(after).unwrap();
    assert_eq!(calls["calls"].as_array().unwrap().len(), 4, "{run:?}");
    let help = outbound(["sandbox", "--help"]).ran().await.expect(0).stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("[default: 127.0.0.1:8660]") && help.contains("[default: sandbox]"), "{help}");
}

/// What stands on the screen in the end has no line that is too wide.
#[cfg(target_os = "linux")]
fn fits_its_terminal(ran: &Ran, columns: usize) {
    let text = ran.stdout.replace("\r\n", "\n");
    let (_, table) = text.rsplit_once("\nrow ").unwrap();
    let (table, _) = table.split_once("\n\nThe sandbox says").unwrap();
    assert!(!table.contains('\u{1b}'), "{table}");
    assert_eq!(table.lines().filter(|line| line.contains("****")).count(), 36, "{table}");
    for line in table.lines().skip(1) {
        assert!(line.chars().count() <= columns, "{columns}: {line}");
    }
}

#[cfg(not(target_os = "linux"))]
async fn on_terminals() {}

#[cfg(target_os = "linux")]
async fn on_terminals() {
    let runs = [(80_u16, "NO_COLOR"), (200, "COLOR")].map(|(columns, colour)| async move {
        let environment = [("TERM", "xterm-256color"), (colour, "1")];
        let ran = crate::common::on_a_terminal("outbound demo", columns, &environment).await.expect(0);
        fits_its_terminal(&ran, usize::from(columns));
        assert_eq!(ran.stdout.contains("[32m"), colour == "COLOR");
    });
    futures_util::future::join_all(runs).await;
}

/// All at once, because a demo takes its time.
#[tokio::test]
async fn it_shows_all_endings_whatever_the_environment_says() {
    let garbage = [
        ("POLYAI_OUTBOUND_API", "garb age"),
        ("POLYAI_OUTBOUND_REGION", "garb age"),
        ("POLYAI_OUTBOUND_BASE_URL", "garb age"),
        ("POLYAI_OUTBOUND_AGENT_ID", "garb age"),
        ("POLYAI_OUTBOUND_ENVIRONMENT", "garb age"),
        ("POLYAI_OUTBOUND_TOKEN", "garb age"),
        ("POLYAI_OUTBOUND_DB", "/garb/age"),
        ("HTTP_PROXY", "http://127.0.0.1:1"),
        ("http_proxy", "http://127.0.0.1:1"),
        ("ALL_PROXY", "http://127.0.0.1:1"),
        ("TERM", "dumb"),
        ("TZ", "Asia/Kathmandu"),
    ];
    let hostile = garbage.iter().fold(shell("outbound demo"), |run, (name, value)| run.env(name, value));
    let (clean, hostile, json, ()) = tokio::join!(
        outbound(["demo"]).ran(),
        hostile.ran(),
        outbound(["demo", "--json"]).ran(),
        on_terminals(),
    );
    let (clean, hostile, json) = (clean.expect(0), hostile.expect(0), json.expect(0));
    for ran in [&clean, &hostile] {
        shows_what_became_of_every_row(ran);
        says_what_happens_on_the_way(ran);
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
    run.tells("row ").await;
    run.signal("INT").await;
    let ran = run.ran().await.expect(130).says(&["interrupted"]);
    assert_eq!(ran.json().pop().unwrap()["error"]["code"], "cancelled");
}
