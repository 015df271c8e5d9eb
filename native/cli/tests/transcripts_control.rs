//! Commands that steer a campaign, and lists of numbers that are never called, as people read them: `snapshots/*.txt`.

use crate::common::list::{Kept, far_window, number};
use crate::common::transcript::Transcript;

#[tokio::test]
async fn control() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+14155550110", "+12125550110", "+80012345678"]);
    let window = far_window();
    let running = kept.runs_here(&["run", "people.csv", "--window", &window]).start();
    kept.until(|it| it["states"]["scheduled"] == 2 && it["source"]["import"] == "complete").await;
    let mut transcript = Transcript::of(&kept);
    transcript.says("While it runs.");
    transcript.runs(&kept, &["resume"]).await;
    transcript.runs(&kept, &["pause", "--note", "the line is noisy"]).await;
    transcript.runs(&kept, &["resume"]).await;
    kept.stops(running).await;
    transcript.says("While nobody runs it.");
    transcript.runs(&kept, &["pause"]).await;
    transcript.runs(&kept, &["pause"]).await;
    transcript.runs(&kept, &["why", "2"]).await;
    transcript.runs(&kept, &["resume"]).await;
    transcript.runs(&kept, &["resume"]).await;
    transcript.runs(&kept, &["cancel"]).await;
    transcript.runs(&kept, &["cancel", "--yes", "--note", "wrong list"]).await;
    transcript.runs(&kept, &["cancel", "--yes"]).await;
    transcript.runs(&kept, &["cancel"]).await;
    transcript.runs(&kept, &["resume"]).await;
    transcript.runs(&kept, &["pause"]).await;
    transcript.runs(&kept, &["why", "2"]).await;
    transcript.runs(&kept, &["requeue", "--state", "cancelled", "--yes"]).await;
    transcript.runs(&kept, &["resolve", "2", "--redial", "--note", "x", "--yes"]).await;
    transcript.runs(&kept, &["run", "people.csv"]).await;
    transcript.is("control");
}

#[tokio::test]
async fn decisions() {
    let kept = Kept::new().await;
    let rows = [0, 1, 2, 6, 13].map(number);
    kept.write("people.csv", &[&["phone".to_owned()], &rows[..]].concat());
    let quick = ["--no-windows", "a test", "--rate", "50", "--max-retries", "0"];
    kept.runs_here(&[&["run", "people.csv"][..], &quick].concat()).ran().await.expect(5);
    let mut transcript = Transcript::of(&kept);
    transcript
        .says("Row 2 was reached, 3 did not answer, 4 was busy; of 5 and 6 nobody knows whether they rang.");
    for words in [
        &["requeue", "--state", "failed", "--dry-run"][..],
        &["requeue", "--state", "failed"],
        &["requeue", "--disposition", "busy", "--yes", "--note", "the line is free"],
        &["requeue", "--disposition", "busy", "--yes"],
        &["requeue", "--reason", "call", "--yes"],
        &["requeue", "--row", "2", "5", "--yes"],
        &["requeue", "--row", "77", "--yes"],
        &["requeue", "--state", "unconfirmed", "--yes"],
        &["resolve", "5", "--redial", "--note", "she heard nothing"],
        &["resolve", "5", "--redial", "--note", "she heard nothing", "--yes"],
        &["resolve", "2", "6", "--close", "failed", "--note", "gave up"],
        &["resolve", "77", "--close", "failed", "--note", "gave up"],
        &["resolve", "6", "--close", "succeeded", "--note", "spoke to him"],
        &["resolve", "6", "--close", "failed", "--note", "spoke to him"],
        &["resolve", "--all-unconfirmed", "--close", "failed", "--note", "gave up"],
        &["why", "6"],
    ] {
        transcript.runs(&kept, words).await;
    }
    transcript.is("decisions");
}

#[tokio::test]
async fn suppression() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone,name", "+14155550128,Ada", "+14155550129,Alan", "+14155550130,Grace"]);
    kept.write("never.txt", &["+14155550128", "+1 415 555 0129", "+14155550140"]);
    kept.write("never.csv", &["name,phone", "Ann,+14155550141", "Bo,"]);
    kept.write("empty.txt", &["# nobody yet"]);
    kept.write("letters.txt", &["+14155550128", "415555O129"]);
    let mut transcript = Transcript::of(&kept);
    let plan = async |transcript: &mut Transcript, more: &[&str]| {
        let words = [&["plan", "people.csv", "--no-windows", "a test"][..], more].concat();
        let ran = kept.runs_here(&words).ran().await;
        let shown: Vec<_> = ran.stdout.lines().take_while(|line| !line.is_empty()).collect();
        let ran = crate::common::Ran { stdout: format!("{}\n", shown.join("\n")), ..ran };
        transcript.shows(&format!("outbound campaign plan people.csv {} …", more.join(" ")), &ran);
    };
    plan(&mut transcript, &["--suppress", "never.txt"]).await;
    plan(&mut transcript, &["--suppress", "never.csv"]).await;
    plan(&mut transcript, &["--suppress", "never.csv", "--allow-rows-without-number"]).await;
    plan(&mut transcript, &["--suppress", "empty.txt"]).await;
    plan(&mut transcript, &["--suppress", "empty.txt", "--allow-empty-suppression"]).await;
    plan(&mut transcript, &["--suppress", "letters.txt"]).await;
    plan(&mut transcript, &["--suppress", "not-there.txt"]).await;

    let lines: Vec<_> = (40..60).map(|it| format!("+141555501{it}")).collect();
    kept.write("never.txt", &lines);
    let window = far_window();
    let running =
        kept.runs_here(&["run", "people.csv", "--window", &window, "--suppress", "never.txt"]).start();
    kept.until(|it| it["states"]["scheduled"] == 3 && it["source"]["import"] == "complete").await;
    kept.stops(running).await;
    kept.write("never.txt", &lines[..3]);
    let mut running = kept.runs_here(&["run", "people.csv", "--no-windows", "a test"]).start();
    running.tells("nobody is called for now").await;
    // Nothing is in flight: one interrupt ends it.
    running.signal("INT").await;
    let ran = running.ran().await;
    transcript.says("A list that lost 17 of its 20 numbers since the campaign began.");
    transcript.shows("outbound campaign run people.csv --no-windows 'a test'", &ran);
    transcript.runs(&kept, &["status"]).await;
    transcript.runs(&kept, &["why", "2"]).await;
    transcript.runs(&kept, &["resume"]).await;
    transcript.runs(&kept, &["resume", "--accept-shorter-suppression", "people.csv"]).await;
    transcript.runs(&kept, &["resume", "--accept-shorter-suppression", "never.txt"]).await;
    transcript.is("suppression");
}
