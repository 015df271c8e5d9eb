//! The export: every row once, safe to open in a spreadsheet, readable as a list again, whole or not there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::common::list::{ALWAYS, Kept, far_window};
use crate::common::{Ran, shell};

const LIST: [&str; 6] = [
    "phone,external_id,time_zone,not_after,priority,name",
    "+14155550100,=cmd|' /C calc'!A1,,,,\"Ada, \"\"the first\"\"\"",
    "+14155550101,-5,America/New_York,2100-01-01T00:00:00Z,7,=HYPERLINK(1)",
    "+14155550106,@E-6,,,,",
    "+80012345678,,,,,König",
    "+442079460018,plain,,,,Grace",
];

async fn ended() -> Kept {
    let kept = Kept::new().await;
    kept.write("people.csv", &LIST);
    let ran = kept.runs("people.csv", &[&ALWAYS[..], &["--rate", "50"]].concat()).ran().await;
    assert_eq!(ran.code, Some(5), "{ran:?}");
    kept
}

fn records(ran: &Ran) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(ran.stdout.as_bytes()).deserialize().map(|it| it.unwrap()).collect()
}

#[tokio::test]
async fn csv_and_json_lines_tell_every_row_once_and_the_same_of_it() {
    let kept = ended().await;
    let (csv, json) =
        tokio::join!(kept.says(["export"]).ran(), kept.says(["export", "--format", "jsonl"]).ran());
    let (csv, json) = (records(&csv.expect(0)), json.expect(0).json());
    assert_eq!((csv.len(), json.len()), (5, 5));
    let text = |value: &Value| {
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if value.is_null() { String::new() } else { shown }
    };
    for (record, object) in csv.iter().zip(&json) {
        for (name, cell) in record {
            let cell = if name == "metadata" {
                serde_json::from_str::<Value>(cell).unwrap().to_string()
            } else {
                cell.strip_prefix('\'').unwrap_or(cell).to_owned()
            };
            assert_eq!(cell, text(&object[name]), "{name} of {object}");
        }
        assert_eq!(record.len(), object.as_object().unwrap().len());
    }
    let ada = &json[0];
    assert_eq!(
        (&ada["row"], &ada["to_number"], &ada["state"]),
        (&2.into(), &"+14155550100".into(), &"succeeded".into())
    );
    assert_eq!(
        (&ada["attempts"], &ada["status"], &ada["metadata"]["name"]),
        (&1.into(), &"success".into(), &"Ada, \"the first\"".into())
    );
    assert!(ada["call_sid"].as_str().unwrap().starts_with("OUT-"));
    assert!(ada["placed_at"].as_str().unwrap().ends_with('Z') && ada["ended_at"].is_string());
    assert_eq!((&json[1]["disposition"], &json[1]["status"]), (&"no-answer".into(), &"failure".into()));
    assert_eq!((&json[2]["state"], &json[2]["error"]), (&"unconfirmed".into(), &"connection_lost".into()));
    assert_eq!((&json[3]["state"], &json[3]["attempts"]), (&"held".into(), &0.into()));
}

#[tokio::test]
async fn no_cell_is_a_formula_for_a_spreadsheet() {
    let kept = ended().await;
    let ran = kept.says(["export"]).ran().await.expect(0);
    for record in records(&ran) {
        for (name, cell) in &record {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{name}: {cell}");
        }
        assert!(record["to_number"].starts_with("'+"), "{record:?}");
    }
}

#[tokio::test]
async fn an_export_can_be_run_as_a_list_again_with_the_same_numbers_zones_and_times() {
    let kept = ended().await;
    let path = kept.path("again.csv").display().to_string();
    let ran = kept.says(["export", "--output", &path]).ran().await.expect(0);
    assert!(ran.stdout.contains("5 rows written to "), "{ran:?}");
    let running = kept
        .runs("again.csv", &["--again", "--window", &far_window(), "--metadata-columns", "state"])
        .start();
    kept.until_of("again", |it| it["source"]["import"] == "complete" && it["rows"] == 5).await;
    let (first, again) = tokio::join!(
        kept.says(["export", "people", "--format", "jsonl"]).ran(),
        kept.says(["export", "again", "--format", "jsonl"]).ran()
    );
    let (first, again) = (first.expect(0).json(), again.expect(0).json());
    assert_eq!((first.len(), again.len()), (5, 5));
    for (first, again) in first.iter().zip(&again) {
        for name in ["to_number", "time_zone", "not_before", "not_after", "priority"] {
            assert_eq!(first[name], again[name], "{name}");
        }
        assert_eq!(again["metadata"], serde_json::json!({ "state": first["state"] }));
    }
    kept.stops(running).await;
}

#[tokio::test]
async fn rows_can_be_chosen_by_their_states_and_nothing_chosen_is_a_header_alone() {
    let kept = ended().await;
    let some = kept.says(["export", "--json", "--state", "held,unconfirmed"]).ran().await.expect(0).json();
    let states: Vec<_> = some.iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["unconfirmed", "held"]);
    let none = kept.says(["export", "--state", "cancelled"]).ran().await.expect(0);
    assert!(none.stdout.starts_with("row,external_id,to_number,state,") && none.stdout.lines().count() == 1);
    kept.says(["export", "--state", "done"]).ran().await.expect(2).says(&["expected one of scheduled, held"]);
    kept.says(["export", "--format", "xlsx"]).ran().await.expect(2).says(&["expected csv or jsonl"]);
    kept.says(["export", "--json", "--format", "csv"])
        .ran()
        .await
        .expect(2)
        .says(&["--format jsonl, or --output"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let kept = ended().await;
    let path = kept.write("out.csv", &["what was before"]);
    let file = path.display().to_string();
    kept.says(["export", "--output", &file]).ran().await.expect(0);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 6);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let nowhere = kept.path("none/out.csv").display().to_string();
    kept.says(["export", "--output", &nowhere]).ran().await.expect(2).says(&["could not be written"]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_and_a_reader_who_has_read_enough_is_not() {
    let kept = ended().await;
    for format in ["csv", "jsonl"] {
        let script = format!("outbound campaign export --format {format} > /dev/full");
        let run = |script: &str| shell(script).env("POLYAI_OUTBOUND_DB", kept.database()).ran();
        run(&script).await.expect(2).says(&["the export could not be written", "No space left"]);
        let script = format!("outbound campaign export --format {format} --output /dev/full");
        run(&script).await.expect(2).says(&["the export could not be written", "No space left"]);
        let ran = kept.says(["export", "--format", format]).stdout_closed().ran().await.expect(0);
        assert_eq!(ran.stderr, "");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_is_replaced_by_a_whole_one_or_stays_as_it_was() {
    let kept = Kept::new().await;
    let list: Vec<_> =
        ["phone".to_owned()].into_iter().chain((0..2000).map(|it| format!("+1212555{it:04}"))).collect();
    kept.write("people.csv", &list);
    let running = kept.runs("people.csv", &["--window", &far_window()]).start();
    kept.until(|it| it["source"]["import"] == "complete").await;
    kept.stops(running).await;
    let path = kept.write("out.csv", &["what was before"]);
    // No file may grow beyond 64 KiB, as on a disk that is full.
    let script = format!("trap '' XFSZ; ulimit -f 128; outbound campaign export --output {}", path.display());
    let ran = shell(&script).env("POLYAI_OUTBOUND_DB", kept.database()).ran().await.expect(2);
    assert!(ran.stderr.contains("what was in the file before is still there"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "what was before\n");
    let left = std::fs::read_dir(kept.folder.path()).unwrap().map(|it| it.unwrap().file_name());
    assert!(left.into_iter().all(|it| !it.to_string_lossy().contains("partial")));
    kept.says(["export", "--output", &path.display().to_string()]).ran().await.expect(0);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2001);
}

#[tokio::test]
async fn no_file_that_the_campaign_needs_is_replaced() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+12125550100"]);
    kept.write("never.txt", &["+13125550100"]);
    let never = kept.path("never.txt").display().to_string();
    let running = kept.runs("people.csv", &["--window", &far_window(), "--suppress", &never]).start();
    kept.until(|it| it["source"]["import"] == "complete").await;
    kept.stops(running).await;
    let database = kept.database().display().to_string();
    let files = [
        (database.clone(), "the database"),
        (format!("{database}-wal"), "the log of the database"),
        (kept.path("people.csv").display().to_string(), "the list"),
        (never, "a suppression list"),
    ];
    for (file, what) in files {
        let before = std::fs::read(&file).ok();
        let ran = kept.says(["export", "--output", &file]).ran().await.expect(2);
        ran.says(&[what, "nothing was written; expected another path"]);
        assert_eq!(std::fs::read(&file).ok(), before, "{file}");
    }
    kept.says(["export"]).ran().await.expect(0);
}
