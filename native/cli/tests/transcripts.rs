//! The sentences and counts that people read, held whole: `snapshots/*.txt`, one for each theme.

use crate::common::list::{Kept, far_window};
use crate::common::transcript::Transcript;

/// Five people whose calls end in as many ways, and four who are not called.
const PEOPLE: [&str; 11] = [
    "phone,external_id,time_zone,not_after,name",
    "+14155550100,reached,,,Ada",
    "+14155550101,no-answer,,,Alan",
    "+14155550102,busy,,,Grace",
    "+14155550106,lost-answer,,,Edsger",
    "+12125550100,in-new-york,America/New_York,,Radia",
    "+80012345678,nowhere,,,Barbara",
    "+13125550100,late,,2020-01-01T00:00:00Z,Donald",
    "+12135550100,never,,,Tony",
    "+12135550100,twice,,,Tony",
    "4.41E+11,rounded,,,Niklaus",
];
const RUN: [&str; 13] = [
    "run",
    "people.csv",
    "--window",
    "mon-sun 00:00-24:00",
    "--window-margin",
    "0s",
    "--rate",
    "50",
    "--suppress",
    "never.txt",
    "--max-retries",
    "0",
    "--lost-after=2",
];

async fn listed() -> Kept {
    let kept = Kept::new().await;
    kept.write("people.csv", &PEOPLE);
    kept.write("never.txt", &["+12135550100"]);
    kept
}

/// Their campaign, at its end.
async fn ended(transcript: Option<&mut Transcript>, kept: &Kept) {
    let run = kept.runs_here(&RUN).ran().await.expect(5);
    if let Some(transcript) = transcript {
        transcript.shows("outbound campaign run people.csv --suppress never.txt …", &run);
    }
}

#[tokio::test]
async fn plan() {
    let kept = listed().await;
    let mut transcript = Transcript::of(&kept);
    let any_hour = ["--no-windows", "nobody is called"];
    transcript.says("Nine people in ten rows: five to be called.");
    let suppressed = [&["plan", "people.csv", "--suppress", "never.txt"][..], &any_hour].concat();
    transcript.runs(&kept, &suppressed).await;
    transcript.says("As many at a time as the rate asks for, each redialed by a rule.");
    let fast = ["--rate", "2", "--max-in-flight", "500", "--redial", "busy=2x1h"];
    transcript.runs(&kept, &[&["plan", "people.csv"][..], &fast, &any_hour].concat()).await;
    transcript.says("One row, and none.");
    kept.write("one.csv", &["phone", "+14155550100"]);
    kept.write("none.csv", &["phone"]);
    transcript.runs(&kept, &[&["plan", "one.csv"][..], &any_hour].concat()).await;
    transcript.runs(&kept, &[&["plan", "none.csv"][..], &any_hour].concat()).await;
    transcript.says("Nobody who may be called.");
    kept.write("late.csv", &["phone,not_after", "+14155550100,2020-01-01T00:00:00Z", "+80012345678,"]);
    transcript.runs(&kept, &["plan", "late.csv", "--window", "mon-sun 00:00-24:00"]).await;
    transcript.says("A window that is closed, and an end before it opens.");
    kept.write("area.csv", &["phone", "+14155550100", "+12125550100", "+12125550101"]);
    transcript.runs(&kept, &["plan", "area.csv", "--window", &far_window()]).await;
    let soon = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24)).to_string();
    transcript.runs(&kept, &["plan", "area.csv", "--window", &far_window(), "--until", &soon]).await;
    transcript.is("plan");
}

#[tokio::test]
async fn run() {
    let kept = listed().await;
    let mut transcript = Transcript::of(&kept);
    ended(Some(&mut transcript), &kept).await;
    transcript.says("The same command again.");
    transcript.shows("outbound campaign run people.csv …", &kept.runs_here(&RUN).ran().await);
    transcript.says("Other options for the same campaign.");
    let others = ["--rate", "5", "--redial", "busy=1x1h", "--max-in-flight", "4", "--country", "GB"];
    let again = kept.runs_here(&[&["run", "people.csv"][..], &others].concat()).ran().await;
    transcript.shows(&format!("outbound campaign run people.csv {}", others.join(" ")), &again);
    transcript.says("A list of which all are reached.");
    kept.write("two.csv", &["phone", "+13055550100", "+13055550200"]);
    let two = kept.runs_here(&["run", "two.csv", "--no-windows", "a test", "--rate", "50"]).ran().await;
    transcript.shows("outbound campaign run two.csv …", &two);
    transcript.says("A list without a row.");
    kept.write("none.csv", &["phone"]);
    let none = kept.runs_here(&["run", "none.csv", "--no-windows", "a test"]).ran().await;
    transcript.shows("outbound campaign run none.csv …", &none);
    transcript.says("The same people by another list.");
    kept.write("again.csv", &["mobile", "+13055550200", "+13055550100"]);
    let again = kept.runs_here(&["run", "again.csv", "--no-windows", "a test"]).ran().await;
    transcript.shows("outbound campaign run again.csv …", &again);
    transcript.says("Another list under the same name, and another token.");
    kept.write("two.csv", &["phone", "+13055550100", "+13055550200", "+13055550300"]);
    let other = kept.runs_here(&["run", "two.csv"]).ran().await;
    transcript.shows("outbound campaign run two.csv", &other);
    let token = kept.runs_here(&["run", "people.csv"]).env("POLYAI_OUTBOUND_TOKEN", "another").ran().await;
    transcript.shows("POLYAI_OUTBOUND_TOKEN=another outbound campaign run people.csv", &token);
    transcript.is("run");
}

#[tokio::test]
async fn status() {
    let kept = listed().await;
    ended(None, &kept).await;
    let mut transcript = Transcript::of(&kept);
    transcript.says("A campaign at its end.");
    transcript.runs(&kept, &["status"]).await;
    transcript.runs(&kept, &["status", "--watch"]).await;
    transcript.says("One that waits for its window, and is not run.");
    kept.write(
        "later.csv",
        &["phone,not_before", "+14155550110,", "+12125550110,", "+13125550110,2100-01-01T00:00:00Z"],
    );
    let window = far_window();
    let running = kept.runs_here(&["run", "later.csv", "--window", &window, "--redial", "busy=2x1h"]).start();
    kept.until_of("later", |it| it["states"]["scheduled"] == 3 && it["source"]["import"] == "complete").await;
    kept.stops(running).await;
    transcript.runs(&kept, &["status", "later"]).await;
    transcript.says("Paused, and then cancelled.");
    kept.says(["pause", "later"]).ran().await.expect(0);
    transcript.runs(&kept, &["status", "later"]).await;
    kept.says(["cancel", "later", "--yes"]).ran().await.expect(0);
    transcript.runs(&kept, &["status", "later"]).await;
    transcript.runs(&kept, &["status"]).await;
    transcript.runs(&kept, &["status", "nobody"]).await;
    transcript.is("status");
}

#[tokio::test]
async fn report() {
    let kept = listed().await;
    ended(None, &kept).await;
    kept.loses(6).await;
    let mut transcript = Transcript::of(&kept);
    transcript.runs(&kept, &["report"]).await;
    transcript.says("A row is closed, the other is read again.");
    transcript.runs(&kept, &["resolve", "5", "--close", "failed", "--note", "she heard nothing"]).await;
    transcript.runs(&kept, &["requeue", "--state", "status_lost", "--yes"]).await;
    transcript.runs(&kept, &["report"]).await;
    transcript.is("report");
}

#[tokio::test]
async fn why() {
    let kept = listed().await;
    ended(None, &kept).await;
    let mut transcript = Transcript::of(&kept);
    for row in 2..=9 {
        transcript.runs(&kept, &["why", &row.to_string()]).await;
    }
    transcript.says("What is asked about is not there.");
    transcript.runs(&kept, &["why", "10"]).await;
    transcript.runs(&kept, &["why", "+14155550199"]).await;
    transcript.says("An end that the campaign has, and one that the row has.");
    let in_hours = |hours| (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours)).to_string();
    let (soon, sooner, later) = (in_hours(24), in_hours(12), in_hours(36));
    kept.write(
        "ends.csv",
        &[
            "phone,not_after,not_before".to_owned(),
            "+14155550110,,".to_owned(),
            "+14155550120,2020-01-01T00:00:00Z,".to_owned(),
            "+14155550130,,2100-01-01T00:00:00Z".to_owned(),
            format!("+14155550140,{sooner},"),
            format!("+14155550150,{later},"),
        ],
    );
    kept.runs_here(&["run", "ends.csv", "--window", &far_window(), "--until", &soon]).ran().await.expect(1);
    for row in ["2", "3", "4", "5", "6"] {
        transcript.runs(&kept, &["why", row, "--name", "ends"]).await;
    }
    transcript.is("why");
}

#[tokio::test]
async fn export() {
    let kept = listed().await;
    ended(None, &kept).await;
    let mut transcript = Transcript::of(&kept);
    transcript.runs(&kept, &["export"]).await;
    transcript.runs(&kept, &["export", "--state", "held,expired", "--format", "jsonl"]).await;
    transcript.runs(&kept, &["export", "--state", "cancelled"]).await;
    transcript.runs(&kept, &["export", "--output", "out.csv"]).await;
    transcript.runs(&kept, &["export", "--state", "held", "--output", "one.csv"]).await;
    transcript.runs(&kept, &["export", "--output", "calls.db"]).await;
    transcript.runs(&kept, &["export", "--output", "never.txt"]).await;
    transcript.runs(&kept, &["export", "--output", "people.csv"]).await;
    transcript.runs(&kept, &["export", "--output", "nowhere/out.csv"]).await;
    transcript.is("export");
}
