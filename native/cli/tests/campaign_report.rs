//! Where a campaign stands and what came of it: counts that add up, by outcome, by reason, by zone.

use crate::common::list::{ALWAYS, Kept, far_window, number};

/// Every kind of ending that takes no long; the first two succeed, and the second is then lost.
const ENDINGS: [u32; 7] = [0, 9, 1, 2, 3, 6, 13];

async fn ended(more: &[&str]) -> Kept {
    let kept = Kept::new().await;
    let mut list = vec!["phone,external_id,time_zone,not_after,name".to_owned()];
    list.extend(ENDINGS.map(|ending| {
        let number = if ending == 9 { "+16285550100".to_owned() } else { number(ending) };
        format!("{number},E-{ending},,,Ada")
    }));
    list.push("+12125550100,S,America/New_York,,Grace".to_owned());
    list.push("+80012345678,H,,,Nobody".to_owned());
    list.push("+13125550100,X,,2020-01-01T00:00:00Z,Late".to_owned());
    list.push("+12135550100,N,,,Never".to_owned());
    list.push("+12135550100,N2,,,Twice".to_owned());
    list.push("4.41E+11,R,,,Rounded".to_owned());
    kept.write("people.csv", &list);
    kept.write("never.txt", &["+12135550100"]);
    let never = kept.path("never.txt").display().to_string();
    let args = [&ALWAYS[..], &["--rate", "50", "--suppress", &never], more].concat();
    let ran = kept.runs("people.csv", &args).ran().await;
    assert_eq!(ran.code, Some(5), "some are unconfirmed: {ran:?}");
    kept.loses(3).await;
    kept
}

#[tokio::test]
async fn a_report_counts_every_row_once_in_each_of_its_tables() {
    let kept = ended(&[]).await;
    let report = kept.asks(["report"]).await;
    assert_eq!(
        (&report["rows"], &report["refused"], &report["duplicates"]),
        (&11.into(), &1.into(), &1.into())
    );
    let states = report["states"].as_object().unwrap();
    let sum: u64 = states.values().map(|it| it.as_u64().unwrap()).sum();
    assert_eq!(sum, 11);
    for (state, count) in [
        ("succeeded", 2),
        ("failed", 3),
        ("unconfirmed", 2),
        ("status_lost", 1),
        ("held", 1),
        ("expired", 1),
        ("suppressed", 1),
        ("scheduled", 0),
    ] {
        assert_eq!(states[state], count, "{state}: {report}");
    }
    for (table, of) in [("zones", "rows"), ("endings", "rows"), ("reasons", "rows")] {
        let sum: u64 = report[table].as_array().unwrap().iter().map(|it| it[of].as_u64().unwrap()).sum();
        assert_eq!(sum, 11, "{table}: {report}");
    }
    let zone = |name: &str| {
        let zones = report["zones"].as_array().unwrap();
        zones.iter().find(|it| it["zones"] == serde_json::json!([name])).cloned().unwrap_or_default()
    };
    assert_eq!(zone("America/New_York")["succeeded"], 1);
    assert_eq!(
        report["zones"].as_array().unwrap().iter().find(|it| it["zones"] == serde_json::json!([])).unwrap()["open"],
        1
    );
    let endings = report["endings"].as_array().unwrap();
    for kind in ["no-answer", "busy", "congestion"] {
        assert!(
            endings.iter().any(|it| it["disposition"] == kind && it["state"] == "failed"),
            "{kind}: {report}"
        );
    }
    let unsettled = report["unsettled"].as_array().unwrap();
    let ids: Vec<_> = unsettled.iter().map(|it| it["external_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["E-6", "E-13", "E-9"]);
    let attempts: u64 = report["attempts"].as_object().unwrap().values().map(|it| it.as_u64().unwrap()).sum();
    assert_eq!(attempts, 8, "the held, the late and the suppressed were never tried");
}

#[tokio::test]
async fn a_report_for_people_tells_what_to_do_about_those_of_whom_nobody_knows_and_shows_no_number() {
    let kept = ended(&[]).await;
    let ran = kept.says(["report"]).ran().await.expect(0);
    for text in [
        "campaign people: 11 rows",
        "may have rung; never called again by itself",
        "America/Los_Angeles",
        "unknown",
        "E-13",
        "Of 2 rows nobody knows whether the phone rang",
        "campaign resolve ROW --redial --note",
        "campaign resolve ROW --close failed",
        "congestion",
    ] {
        assert!(ran.stdout.contains(text), "{text}: {ran:?}");
    }
    let status = kept.says(["status"]).ran().await.expect(0);
    assert!(status.stdout.contains("done but for 1 row that is held"), "{status:?}");
    assert!(status.stdout.contains("its time zone, which nobody knows"), "{status:?}");
    for said in [ran.said(), status.said()] {
        assert!(!said.contains("5550") && !said.contains("80012345678") && !said.contains("Ada"), "{said}");
    }
}

#[tokio::test]
async fn rows_of_one_cause_are_one_line_of_a_report() {
    let kept = Kept::new().await;
    let mut list = vec!["phone".to_owned()];
    list.extend((0..10).flat_map(|nth| [number(nth), number(nth)]));
    kept.write("people.csv", &list);
    kept.runs("people.csv", &["--no-windows", "a test", "--duplicates", "reject"]).ran().await.expect(1);
    let cause = "its number is also in row …, and --duplicates reject calls neither";
    let report = kept.asks(["report"]).await;
    assert_eq!(report["reasons"], serde_json::json!([{ "state": "rejected", "reason": cause, "rows": 20 }]));
    let text = kept.says(["report"]).ran().await.expect(0).stdout;
    assert_eq!(text.matches("its number is also in row").count(), 1, "{text}");
    kept.says(["requeue", "--reason", cause, "--yes"])
        .ran()
        .await
        .expect(2)
        .says(&["20 rows are left as they are"]);
}

#[tokio::test]
async fn a_report_tells_what_a_redial_rule_came_to() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone".to_owned(), number(1), number(0)]);
    let running = kept.runs("people.csv", &["--no-windows", "a test", "--redial", "no-answer=2x1h"]).start();
    kept.until(|it| it["waiting"][0]["rule"] == "redial").await;
    let report = kept.asks(["report"]).await;
    assert_eq!(
        report["redials"],
        serde_json::json!([{ "rule": "no-answer", "calls": 1, "rows": 1, "succeeded": 0 }])
    );
    let status = kept.asks(["status"]).await;
    assert!(status["waiting"][0]["why"].as_str().unwrap().contains("by the rule no-answer=2x1h"), "{status}");
    kept.stops(running).await;
}

#[tokio::test]
async fn a_status_tells_what_is_waited_for_until_when_and_by_whose_clocks() {
    let kept = Kept::new().await;
    kept.write(
        "people.csv",
        &["phone,not_before", "+12125550100,", "+13125550100,", "+12125550101,2100-01-01T00:00:00Z"],
    );
    let window = far_window();
    let running = kept.runs("people.csv", &["--window", &window, "--rate", "0.5"]).start();
    let is_read = |it: &serde_json::Value| it["source"]["import"] == "complete";
    let status = kept.until(|it| it["states"]["scheduled"] == 3 && is_read(it)).await;
    assert_eq!((&status["runner"]["runs"], &status["command"]["command"]), (&true.into(), &"run".into()));
    assert_eq!(status["source"]["import"], "complete");
    assert_eq!(status["options"]["calling"]["pace"]["rate"], 0.5);
    let waiting = status["waiting"].as_array().unwrap();
    let rows: u64 = waiting.iter().map(|it| it["rows"].as_u64().unwrap()).sum();
    assert_eq!(rows, 3);
    assert_eq!(waiting[0]["rule"], "window");
    assert!(waiting[0]["why"].as_str().unwrap().contains("10:00 (America/New_York)"), "{status}");
    let ran = kept.says(["status"]).ran().await.expect(0);
    for text in
        ["campaign people: running", "0.5 calls a second, 10 at a time", "its calling window", &window]
    {
        assert!(ran.stdout.contains(text), "{text}: {ran:?}");
    }
    kept.stops(running).await;
}

#[tokio::test]
async fn a_status_that_is_watched_says_each_change_once_and_ends_with_the_campaign() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone".to_owned(), number(0), "+12125550100".to_owned()]);
    let running = kept.runs("people.csv", &["--no-windows", "a test", "--rate", "0.5"]).start();
    kept.until(|it| it["rows"] == 2).await;
    let watched = kept.says(["status", "--watch", "--json"]).ran().await.expect(0);
    running.ran().await.expect(0);
    let lines = watched.json();
    assert_eq!(lines.last().unwrap()["done"], 2);
    assert!(lines.windows(2).all(|pair| pair[0] != pair[1]), "{watched:?}");
    let plain = kept.says(["status", "--watch"]).ran().await.expect(0);
    assert_eq!(plain.stdout.lines().count(), 1, "{plain:?}");
    assert!(plain.stdout.contains("done 2 of 2 (2 succeeded); in flight 0; waiting 0"), "{plain:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_status_that_is_watched_on_a_terminal_is_left_there_whole() {
    let kept = ended(&[]).await;
    let database = kept.database().display().to_string();
    let environment = [("POLYAI_OUTBOUND_DB", database.as_str()), ("TERM", "xterm-256color")];
    let command = "outbound campaign status --watch";
    let ran = crate::common::on_a_terminal(command, 100, &environment).await.expect(0);
    assert!(ran.stdout.contains("done but for 1 row that is held"), "{ran:?}");
    let last = ran.stdout.rfind("campaign people").unwrap();
    assert!(!ran.stdout[last..].contains("Ctrl-C stops looking"), "{ran:?}");
}
