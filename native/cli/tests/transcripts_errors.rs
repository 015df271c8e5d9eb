//! Messages about flags and lists that are refused, and the help: `snapshots/*.txt`.

use crate::common::list::Kept;
use crate::common::transcript::Transcript;
use crate::common::{outbound, outbound_at};

#[tokio::test]
async fn errors_of_flags() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+14155550100"]);
    let mut transcript = Transcript::timeless(&kept);
    for words in [
        &["campaign", "run", "people.csv"][..],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--rate", "0"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--rate", "fast"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--max-in-flight", "0"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--max-dialing", "-1"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--redial", "noanswer=3x30m"],
        &[
            "campaign",
            "run",
            "people.csv",
            "--db",
            "calls.db",
            "--redial",
            "busy=1x1h",
            "--redial",
            "busy=2x1h",
        ],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--until", "2020-01-01T00:00:00Z"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--until", "soon"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--until", "2099-01-01"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--window", "22:00-02:00"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--window", "never"],
        &[
            "campaign",
            "run",
            "people.csv",
            "--db",
            "calls.db",
            "--window",
            "09:00-10:00",
            "--no-windows",
            "x",
        ],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--no-windows", " "],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--window-margin", "5"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--zone-by", "town"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--country", "Narnia"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--duplicates", "some"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--name", " "],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--not-again-within", "1"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--holidays", "people.csv"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--encryption", "none"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--variant", "v1"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--max-retries", "some"],
        &["campaign", "run", "people.csv", "--db", "calls.db", "--timeout", "0"],
        &["campaign", "status"],
        &["campaign", "status", "--db", "calls.db"],
        &["campaign", "export", "--format", "xlsx", "--db", "calls.db"],
        &["campaign", "export", "--state", "done", "--db", "calls.db"],
        &["campaign", "resolve", "2", "--close", "maybe", "--note", "x", "--db", "calls.db"],
        &["campaign", "resolve", "2", "--close", "failed", "--note", " ", "--db", "calls.db"],
        &["campaign", "requeue", "--state", "succeeded", "--db", "calls.db"],
        &["campaign", "requeue", "--disposition", "besy", "--db", "calls.db"],
        &["call", "12"],
        &["call", "+14155550100", "--metadata", "name"],
        &["call", "+14155550100", "--timeout", "0"],
        &["call", "+14155550100", "--region", "mars"],
        &["status", "12"],
        &["sandbox", "--speed", "0"],
        &["sandbox", "--listen", "here"],
        &["staus", "OUT-1"],
        &["campaign", "run", "people.csv", "--databse", "calls.db"],
    ] {
        let url = kept.sandbox.base_url();
        let ran = if words.contains(&"--region") {
            outbound(words.iter().copied())
        } else {
            outbound_at(&url, words.iter().copied())
        };
        let ran = ran.env("TZ", "UTC").current_dir(kept.folder.path()).ran().await;
        assert_eq!(ran.code, Some(2), "{words:?}: {ran:?}");
        let said: Vec<_> = words.iter().map(|it| Transcript::quoted(it)).collect();
        transcript.shows(&format!("outbound {}", said.join(" ")), &ran);
    }
    assert!(kept.book().await.is_empty() && !kept.database().exists());
    transcript.is("errors-of-flags");
}

#[tokio::test]
async fn errors_of_lists() {
    let kept = Kept::new().await;
    let mut transcript = Transcript::timeless(&kept);
    let lists: [(&str, &[&str], &[&str]); 14] = [
        ("no-number.csv", &["name,city", "Ada,London"], &[]),
        ("two-numbers.csv", &["phone,mobile", "+14155550100,+14155550101"], &[]),
        ("other-column.csv", &["phone", "+14155550100"], &["--number-column", "nope"]),
        ("sip.csv", &["phone,From", "+14155550100,x"], &[]),
        ("twice.csv", &["phone,name,name", "+14155550100,a,b"], &[]),
        ("ignored.csv", &["phone", "+14155550100"], &["--ignore-column", "dnc"]),
        ("metadata.csv", &["phone,name", "+14155550100,Ada"], &["--metadata-columns", "nick"]),
        ("empty.csv", &[], &[]),
        ("lines.jsonl", &["{\"name\":\"Ada\"}", "no JSON"], &[]),
        (
            "placeholder.csv",
            &["phone,amount", "+14155550100,#N/A", "+14155550101,nan", "+14155550102,12"],
            &[],
        ),
        (
            "opted-out.csv",
            &["phone,DoNotCall", "+14155550100,yes", "+14155550101,perhaps", "+14155550102,no"],
            &[],
        ),
        ("premium.csv", &["phone", "+19005550134", "911", "+14155550100"], &[]),
        ("national.csv", &["phone", "(415) 555-0100", "415-555-0101", "555-0102"], &["--country", "US"]),
        (
            "rows.csv",
            &[
                "phone,time_zone,not_before,not_after,priority",
                "12,,,,",
                "+14155550100,Mars,,,",
                "+14155550101,,soon,,",
                "+14155550102,,2030-01-02T00:00:00Z,2030-01-01T00:00:00Z,",
                "+14155550103,,,,11",
                "+14155550104,,,",
                "4.41E+11,,,,",
                "4.42E+11,,,,",
                ",,,,",
            ],
            &[],
        ),
    ];
    for (file, lines, more) in lists {
        kept.write(file, lines);
        let words = [&["plan", file, "--no-windows", "a test"][..], more].concat();
        let ran = kept.runs_here(&words).ran().await;
        // What would be dialed when is another theme.
        let shown: Vec<_> = ran.stdout.lines().take_while(|line| !line.starts_with("to call")).collect();
        let shown = shown.join("\n").trim_end().to_owned();
        let ran = crate::common::Ran { stdout: format!("{shown}\n"), ..ran };
        let said: Vec<_> = words[4..].iter().map(|it| Transcript::quoted(it)).collect();
        transcript.shows(format!("outbound campaign plan {file} {}", said.join(" ")).trim_end(), &ran);
        let rejects = kept.path(&file.replace(".csv", ".rejects.csv"));
        if let (true, Ok(rejects)) = (file.ends_with(".csv"), std::fs::read_to_string(&rejects)) {
            let ran = crate::common::Ran { code: Some(0), stdout: rejects, stderr: String::new() };
            transcript.shows(&format!("cat {}", file.replace(".csv", ".rejects.csv")), &ran);
        }
    }
    transcript.runs(&kept, &["plan", "not-there.csv"]).await;
    transcript.runs(&kept, &["plan", "-"]).await;
    transcript.runs(&kept, &["plan", "/"]).await;
    transcript.is("errors-of-lists");
}

#[tokio::test]
async fn help() {
    let kept = Kept::new().await;
    let mut transcript = Transcript::timeless(&kept);
    for words in [
        &["--help"][..],
        &["demo", "--help"],
        &["call", "--help"],
        &["status", "--help"],
        &["sandbox", "--help"],
        &["completions", "--help"],
        &["campaign", "--help"],
        &["campaign", "plan", "--help"],
        &["campaign", "run", "--help"],
        &["campaign", "pause", "--help"],
        &["campaign", "resume", "--help"],
        &["campaign", "cancel", "--help"],
        &["campaign", "status", "--help"],
        &["campaign", "report", "--help"],
        &["campaign", "export", "--help"],
        &["campaign", "resolve", "--help"],
        &["campaign", "requeue", "--help"],
        &["campaign", "backup", "--help"],
        &["campaign", "why", "--help"],
    ] {
        let ran = outbound(words.iter().copied()).ran().await.expect(0);
        transcript.shows(&format!("outbound {}", words.join(" ")), &ran);
    }
    transcript.is("help");
}
