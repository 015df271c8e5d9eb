//! Questions to a person at a terminal before something is done that cannot be undone: only a yes is one.
#![cfg(target_os = "linux")]

use crate::common::list::{Kept, number};
use crate::common::{Ran, shell};

/// Answers that are no yes: Enter alone first, and the end of what is typed.
const NO: [&str; 9] = ["\\n", " \\n", "n\\n", "no\\n", "yep\\n", "ye s\\n", "0\\n", "\\ny\\n", "\\004"];

async fn typed(kept: &Kept, command: &str, answer: &str) -> Ran {
    let script = format!("printf '{answer}' | script -qec \"outbound campaign {command}\" /dev/null");
    shell(&script).env("POLYAI_OUTBOUND_DB", kept.database()).env("USER", "ada").ran().await
}

/// Two rows of which nobody knows whether they rang, and one that failed.
async fn ended() -> Kept {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone".to_owned(), number(6), number(13), number(2)]);
    let quick = ["--no-windows", "a test", "--rate", "50"];
    kept.runs("people.csv", &quick).ran().await.expect(5);
    kept
}

async fn refuses_all_but_a_yes(kept: &Kept, command: &str, question: &str) {
    let before = kept.asks(["status"]).await["states"].clone();
    for no in NO {
        let ran = typed(kept, command, no).await.expect(130);
        assert!(ran.stdout.contains(&format!("{question} [y/N] ")), "{no}: {ran:?}");
        assert!(ran.stdout.contains("nothing was changed"), "{no}: {ran:?}");
    }
    assert_eq!(kept.asks(["status"]).await["states"], before);
}

#[tokio::test]
async fn who_may_have_rung_is_called_again_only_by_a_yes() {
    let kept = ended().await;
    let question = "Call 1 row again? The answer to the last trigger was lost: the phone may have rung, and may ring a \
                    second time.";
    refuses_all_but_a_yes(&kept, "resolve 2 --redial --note again", question).await;
    let ran = typed(&kept, "resolve 2 --redial --note again", "YES\\n").await.expect(0);
    assert!(ran.stdout.contains("1 row is called again"), "{ran:?}");
    let states = kept.asks(["status"]).await["states"].clone();
    assert_eq!((&states["unconfirmed"], &states["scheduled"]), (&1.into(), &1.into()));
}

#[tokio::test]
async fn rows_are_put_back_only_by_a_yes_and_are_shown_before() {
    let kept = ended().await;
    refuses_all_but_a_yes(&kept, "requeue --state failed", "Put these rows back?").await;
    let ran = typed(&kept, "requeue --state failed", "y\\n").await.expect(0);
    let shown = ran.stdout.find("the called party is busy").unwrap();
    assert!(shown < ran.stdout.find("Put these rows back?").unwrap(), "{ran:?}");
    let states = kept.asks(["status"]).await["states"].clone();
    assert_eq!((&states["failed"], &states["scheduled"]), (&0.into(), &1.into()));
}

#[tokio::test]
async fn a_campaign_is_cancelled_only_by_a_yes() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone,not_before".to_owned(), format!("{},2100-01-01T00:00:00Z", number(0))]);
    let running = kept.runs("people.csv", &["--no-windows", "a test"]).start();
    kept.until(|it| it["states"]["scheduled"] == 1 && it["source"]["import"] == "complete").await;
    kept.stops(running).await;
    let question = "Cancel campaign people? 1 row that is not called yet is cancelled at once and for good; no call is in \
                    flight.";
    refuses_all_but_a_yes(&kept, "cancel", question).await;
    typed(&kept, "cancel", "Yes\\n").await.expect(0);
    assert_eq!(kept.asks(["status"]).await["states"]["cancelled"], 1);
}
