//! Rows that are put back in place: called again only when a person has seen which and said yes, and never one of which nobody
//! knows whether it rang.

use polyai_outbound::campaign::{Database, Decided, Selection, StoreError};

use crate::common::list::{Kept, far_window, number};

/// A campaign that ran to its end; rows are lines 2 and on.
async fn ended(endings: &[u32], more: &[&str]) -> Kept {
    let kept = Kept::new().await;
    let list: Vec<_> = endings.iter().map(|ending| number(*ending)).collect();
    kept.write("people.csv", &[&["phone".to_owned()][..], &list].concat());
    let code = match endings {
        _ if endings.iter().any(|it| [6, 13].contains(it)) => 5,
        _ if endings.iter().any(|it| *it != 0) => 1,
        _ => 0,
    };
    let options = [&["--no-windows", "a test", "--rate", "50"], more].concat();
    kept.runs("people.csv", &options).ran().await.expect(code);
    kept
}

#[tokio::test]
async fn who_failed_is_called_again_only_when_a_person_has_said_yes_to_it() {
    let kept = ended(&[1, 2, 0], &[]).await;
    let requeue = ["requeue", "--disposition", "busy"];
    let ran = kept.says(requeue).ran().await.expect(2);
    for said in ["1 row would be called again", "(it has rung before, or may have)", "then give --yes"] {
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
    let told = kept.asks(requeue.into_iter().chain(["--dry-run"])).await;
    let group = &told["groups"][0];
    assert_eq!((&told["rows"], &told["to_call"], &told["dry_run"]), (&1.into(), &1.into(), &true.into()));
    assert_eq!(
        (&group["state"], &group["rows"], &group["rang_before"]),
        (&"failed".into(), &1.into(), &1.into())
    );
    assert_eq!(kept.asks(["status"]).await["states"]["failed"], 2, "nothing is done without a yes");

    let ran = kept.says(requeue).args(["--yes", "--note", "the line is free"]).ran().await.expect(0);
    for said in ["1 row is called again", "nobody runs it now", "start it with: "] {
        assert!(ran.stdout.contains(said), "{said}: {ran:?}");
    }
    kept.runs("people.csv", &[]).ran().await.expect(1);
    assert_eq!(
        (kept.rang(&number(2)).await, kept.rang(&number(1)).await, kept.rang(&number(0)).await),
        (2, 1, 1)
    );
    let why = kept.asks(["why", "3"]).await;
    assert_eq!((&why["attempts"], &why["dials"]), (&2.into(), &2.into()), "what was is kept: {why}");
    let texts: Vec<_> =
        why["history"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert!(texts.iter().any(|it| it.ends_with("put it back to be called again: the line is free")), "{why}");
    assert!(texts.iter().any(|it| it.ends_with("the called party is busy")), "{why}");
    assert!(why["change"].as_str().unwrap().contains("campaign requeue --row 3"), "{why}");
}

#[tokio::test]
async fn who_may_have_rung_is_never_put_back_and_is_told_of() {
    let kept = ended(&[13, 1, 0], &[]).await;
    for words in [&["requeue", "--state", "unconfirmed", "--yes"][..], &["requeue", "--row", "2", "--yes"]] {
        let ran = kept.says(words.iter().copied()).ran().await.expect(2);
        assert!(ran.stderr.contains("outbound campaign resolve"), "{ran:?}");
    }
    // It is in the reason of both.
    let ran = kept.says(["requeue", "--reason", "e", "--yes"]).ran().await.expect(0);
    assert!(ran.stdout.contains("1 row is left as it is, because it is unconfirmed"), "{ran:?}");
    assert!(ran.stdout.contains("because it is succeeded"), "{ran:?}");
    kept.runs("people.csv", &[]).ran().await.expect(5);
    assert_eq!(
        (kept.rang(&number(13)).await, kept.rang(&number(1)).await, kept.rang(&number(0)).await),
        (1, 2, 1)
    );
}

#[tokio::test]
async fn a_call_whose_end_was_lost_is_read_again_by_the_next_run_and_nobody_is_called_for_it() {
    let kept = ended(&[0, 2], &[]).await;
    kept.loses(2).await;
    kept.loses(3).await;
    let why = kept.asks(["why", "2"]).await;
    assert!(why["change"].as_str().unwrap().contains("campaign requeue --row 2"), "{why}");
    kept.runs("people.csv", &[]).ran().await.expect(1);
    let states = kept.asks(["status"]).await["states"].clone();
    assert_eq!(
        (&states["succeeded"], &states["failed"], &states["status_lost"]),
        (&1.into(), &1.into(), &0.into())
    );
    assert_eq!(kept.book().await.len(), 2);
    let why = kept.asks(["why", "3"]).await;
    let texts: Vec<_> =
        why["history"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert!(texts.iter().any(|it| it.starts_with("it was placed, and its end is lost")), "{why}");
    assert_eq!(why["attempts"], 1);
}

#[tokio::test]
async fn a_runner_that_is_at_work_reads_again_what_a_person_puts_back() {
    let kept = Kept::new().await;
    let far = format!("{},2100-01-01T00:00:00Z", number(1));
    kept.write("people.csv", &["phone,not_before".to_owned(), format!("{},", number(0)), far]);
    let running = kept.runs("people.csv", &["--no-windows", "a test"]).start();
    kept.until(|it| it["states"]["succeeded"] == 1).await;
    kept.loses(2).await;
    let told = kept.asks(["requeue", "--state", "status_lost", "--yes"]).await;
    assert_eq!(
        (&told["to_read"], &told["to_call"], &told["groups"][0]["again"]),
        (&1.into(), &0.into(), &"read".into())
    );
    kept.until(|it| it["states"]["succeeded"] == 1).await;
    assert_eq!(kept.rang(&number(0)).await, 1);
    kept.stops(running).await;
}

#[tokio::test]
async fn a_state_that_nothing_is_put_back_from_and_a_row_that_is_not_there_are_bad_usage() {
    let kept = ended(&[0, 1], &[]).await;
    for (words, code, says) in [
        (&["requeue", "--yes"][..], 2, "required"),
        (&["requeue", "--state", "succeeded", "--yes"], 2, "was reached"),
        (&["requeue", "--state", "suppressed", "--yes"], 2, "suppression list"),
        (&["requeue", "--state", "nonsense", "--yes"], 2, "expected one of held, failed"),
        (&["requeue", "--disposition", "besy", "--yes"], 2, "expected one of congestion, declined"),
        (&["requeue", "--row", "2", "3", "--yes"], 2, "row 2 is succeeded"),
        (&["requeue", "--row", "77", "--yes"], 4, "there is no such row"),
        (&["requeue", "--state", "rejected", "--yes"], 2, "no row matches, and nothing was changed"),
        (&["requeue", "--state", "failed", "--reason", "xyz", "--yes"], 2, "no row matches"),
    ] {
        kept.says(words.iter().copied()).ran().await.expect(code).says(&[says]);
    }
    assert_eq!(kept.asks(["status"]).await["states"]["failed"], 1);
}

#[tokio::test]
async fn of_rows_that_are_named_each_state_is_explained_by_its_own_sentence() {
    let kept = Kept::new().await;
    let far = format!("{},2100-01-01T00:00:00Z", number(0));
    kept.write("people.csv", &["phone,not_before".to_owned(), far, format!("{},", number(13))]);
    let running = kept.runs("people.csv", &["--no-windows", "a test"]).start();
    kept.until(|it| it["states"]["unconfirmed"] == 1).await;
    for rows in [["2", "3"], ["3", "2"]] {
        kept.says(["requeue", "--yes", "--row"]).args(rows).ran().await.expect(2).says(&[
            "nothing was changed",
            "row 2 is scheduled: such a row is called anyway",
            "row 3 is unconfirmed: nobody knows whether the phone of such a row rang",
        ]);
    }
    kept.stops(running).await;
}

#[tokio::test]
async fn who_may_have_rung_and_was_closed_as_failed_is_called_again_only_by_a_decision_about_that_row() {
    let kept = ended(&[13, 1, 0], &[]).await;
    kept.asks(["resolve", "2", "--close", "failed", "--note", "nobody answers"]).await;
    let ran = kept.says(["requeue", "--row", "2", "--yes"]).ran().await.expect(2);
    ran.says(&["nothing was changed: row 2 is failed, but the phone may have rung", "resolve 2 --redial"]);

    let why = kept.asks(["why", "2"]).await;
    assert!(why["change"].as_str().unwrap().contains("resolve 2 --redial"), "{why}");

    // Row 3 alone: it is known how its call ended.
    let ran = kept.says(["requeue", "--state", "failed", "--yes"]).ran().await.expect(0);
    for said in [
        "1 row is called again",
        "1 row is left as it is (2), because the phone may have rung",
        "outbound campaign resolve ROW --redial",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {ran:?}");
    }
    kept.runs("people.csv", &[]).ran().await.expect(1);
    assert_eq!((kept.rang(&number(13)).await, kept.rang(&number(1)).await), (1, 2));
    let told = kept.asks(["requeue", "--state", "failed", "--dry-run"]).await;
    assert_eq!((&told["rows"], &told["left_may_have_rung"]), (&1.into(), &serde_json::json!([2])));

    // The way that is named is one.
    let redial = ["resolve", "2", "--redial", "--note", "they heard nothing"];
    kept.says(redial).ran().await.expect(2).says(&["may ring a second time", "give --yes"]);
    assert_eq!(kept.asks(redial.into_iter().chain(["--yes"])).await["rows"], 1);
    kept.runs("people.csv", &[]).ran().await.expect(5);
    assert_eq!(kept.rang(&number(13)).await, 2);
    let why = kept.asks(["why", "2"]).await.to_string();
    assert!(why.contains("closed it: nobody answers") && why.contains("they heard nothing"), "{why}");
}

#[tokio::test]
async fn a_call_that_was_lost_and_closed_as_failed_is_left_as_it_is() {
    let kept = ended(&[0, 2], &[]).await;
    kept.loses(2).await;
    kept.asks(["resolve", "2", "--close", "failed", "--note", "gave up"]).await;
    kept.says(["requeue", "--reason", "gave up", "--yes"]).ran().await.expect(2).says(&[
        "rows match, but none of them can be put back, and nothing was changed",
        "the phone may have rung",
    ]);
    assert_eq!(kept.asks(["status"]).await["states"]["failed"], 2);
}

#[tokio::test]
async fn a_row_that_may_have_rung_meanwhile_is_left_as_it_is_by_the_database_itself() {
    let kept = ended(&[13, 2], &[]).await;
    kept.asks(["resolve", "2", "--close", "failed", "--note", "gave up"]).await;
    let mut database = Database::open(kept.database(), false).await.unwrap();
    let campaign = database.campaigns().await.unwrap().remove(0).id;
    let mut selected = Vec::new();
    let each = |it| {
        selected.push(it);
        Ok::<_, StoreError>(())
    };
    database.for_each_selected(campaign, &Selection::default(), each).await.unwrap();
    assert_eq!(selected.len(), 2);
    let decided = Decided { by: "Ada", note: "", now: polyai_outbound::Timestamp::default() };
    assert_eq!(database.requeue(campaign, &selected, decided).await.unwrap(), 1);
    let states = kept.asks(["status"]).await["states"].clone();
    assert_eq!((&states["failed"], &states["scheduled"]), (&1.into(), &1.into()));
}

#[tokio::test]
async fn rows_with_the_same_number_are_put_back_only_by_name() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone".to_owned(), number(0), number(0), number(1)]);
    kept.runs("people.csv", &["--no-windows", "a test", "--duplicates", "reject"]).ran().await.expect(1);
    kept.says(["requeue", "--state", "rejected", "--yes"]).ran().await.expect(2).says(&["name with --row"]);
    assert_eq!(kept.asks(["requeue", "--row", "2", "--yes"]).await["rows"], 1);
    kept.runs("people.csv", &[]).ran().await.expect(1);
    assert_eq!(kept.rang(&number(0)).await, 1);
}

#[tokio::test]
async fn a_number_that_came_on_a_suppression_list_is_not_called_when_its_row_is_put_back() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone".to_owned(), number(1)]);
    let never = kept.write("never.txt", &["+12135550199"]).display().to_string();
    let suppress = ["--no-windows", "a test", "--suppress", &never];
    kept.runs("people.csv", &suppress).ran().await.expect(1);
    kept.asks(["requeue", "--row", "2", "--yes"]).await;
    kept.write("never.txt", &[number(1)]);
    kept.runs("people.csv", &suppress).ran().await.expect(0);
    assert_eq!(kept.asks(["status"]).await["states"]["suppressed"], 1);
    assert_eq!(kept.rang(&number(1)).await, 1);
}

#[tokio::test]
async fn a_runner_that_is_at_work_calls_who_is_put_back_meanwhile() {
    let kept = Kept::new().await;
    // One that fails at once, and one that keeps the campaign open.
    let far = format!("{},2100-01-01T00:00:00Z", number(0));
    kept.write("people.csv", &["phone,not_before".to_owned(), format!("{},", number(2)), far]);
    let running = kept.runs("people.csv", &["--no-windows", "a test"]).start();
    kept.until(|it| it["states"]["failed"] == 1).await;
    let told = kept.asks(["requeue", "--state", "failed", "--yes"]).await;
    assert_eq!((&told["rows"], &told["runner"]["runs"]), (&1.into(), &true.into()));
    kept.until(|it| it["states"]["failed"] == 1).await;
    assert_eq!(kept.rang(&number(2)).await, 2);
    kept.stops(running).await;
}

#[tokio::test]
async fn a_campaign_that_is_cancelled_calls_nobody_who_is_put_back() {
    let kept = ended(&[1], &[]).await;
    kept.asks(["cancel", "--yes"]).await;
    for words in ["failed", "canceled"] {
        let ran = kept.says(["requeue", "--state", words, "--yes"]).ran().await.expect(2);
        assert!(ran.stderr.contains("nothing was changed"), "{ran:?}");
    }
    assert_eq!(kept.asks(["status"]).await["states"]["failed"], 1);
}

#[tokio::test]
async fn rows_whose_time_was_over_are_called_when_the_same_campaign_may_last_longer() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone,not_after", "+14155550100,", "+14155550200,2020-01-01T00:00:00Z"]);
    // The window opens in three days, when the time of the campaign is over.
    let until = "2100-01-01T00:00:00Z";
    let late = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24)).to_string();
    let over = ["--window", &far_window(), "--until", &late];
    kept.runs("people.csv", &over).ran().await.expect(1);
    assert_eq!(kept.asks(["status"]).await["states"]["expired"], 2);
    let ran = kept.runs("people.csv", &["--until", until, "--no-windows", "a test"]).ran().await.expect(1);
    ran.says(&["--until: ", "-> 2100-01-01T00:00:00.000Z"]);
    let status = kept.asks(["status"]).await;
    assert_eq!(
        (&status["states"]["succeeded"], &status["states"]["expired"]),
        (&1.into(), &1.into()),
        "the row's own time is over all the same: {status}"
    );
    assert_eq!(kept.book().await, ["+14155550100"]);
}

#[tokio::test]
async fn who_expired_because_no_window_opened_before_the_end_of_the_row_is_called_when_one_does() {
    let kept = Kept::new().await;
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24);
    kept.write("people.csv", &["phone,not_after".to_owned(), format!("+14155550100,{end}")]);
    kept.runs("people.csv", &["--window", &far_window()]).ran().await.expect(1);
    let why = kept.asks(["why", "2"]).await;
    let change = why["change"].as_str().unwrap();
    assert!(change.ends_with("` with more --window that opens before its not_after"), "{change}");
    kept.runs("people.csv", &["--window", "mon-sun 00:00-24:00"]).ran().await.expect(0);
    assert_eq!(kept.book().await, ["+14155550100"]);
}

#[tokio::test]
async fn who_expired_by_the_end_of_the_campaign_is_back_in_place_with_a_later_end_alone() {
    let kept = Kept::new().await;
    let in_hours = |hours: i32| {
        let at = jiff::Timestamp::now().as_second() + i64::from(hours) * 3600;
        jiff::Timestamp::from_second(at).unwrap().to_string()
    };
    let not_before = in_hours(12);
    kept.write("people.csv", &["phone,not_before".to_owned(), format!("+14155550100,{not_before}")]);
    let any_hour = ["--no-windows", "a test"];
    let soon = in_hours(6);
    kept.runs("people.csv", &[&any_hour[..], &["--until", &soon]].concat()).ran().await.expect(1);
    assert_eq!(kept.asks(["status"]).await["states"]["expired"], 1);
    let later = ["--until", "2100-01-01T00:00:00Z"];
    let running = kept.runs("people.csv", &[&any_hour[..], &later].concat()).start();
    let status = kept.until(|it| it["states"]["scheduled"] == 1).await;
    assert_eq!(status["waiting"][0]["rule"], "not_before");
    assert_eq!(status["waiting"][0]["next_at"], not_before.replace('Z', ".000Z"));
    kept.stops(running).await;
    assert!(kept.book().await.is_empty());
}
