//! Opt-outs, countries and states in columns of a list, and that `outbound campaign plan` and `run` obey them.

use crate::common::list::{ALWAYS, Kept, number};

const FAST: [&str; 2] = ["--rate", "50"];

fn always_and_fast(more: &[&'static str]) -> Vec<&'static str> {
    ALWAYS.into_iter().chain(FAST).chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn whom_the_list_says_not_to_call_is_called_by_no_row_before_or_behind() {
    for duplicates in ["first", "each"] {
        let kept = Kept::new().await;
        kept.write(
            "people.csv",
            &[
                "phone,DoNotCall,consent,status,name".to_owned(),
                format!("{},0,yes,NEW,Ada", number(30)),
                format!("{},no,granted,,Bob", number(31)),
                format!("{},yes,yes,NEW,Bob", number(31)),
                format!("{},0,no,NEW,Cleo", number(32)),
                format!("{},0,yes,NEW,Cleo", number(32)),
                format!("{},,yes,do not call,Dan", number(33)),
                format!("{},maybe,yes,,Eve", number(34)),
                format!("{},0,,,Fay", number(35)),
                format!("{},2024-05-01,yes,,Gus", number(36)),
                format!("{},0,yes,open,Hal", number(37)),
            ],
        );
        let path = kept.path("people.csv").display().to_string();
        let plan = kept.asks(["plan", &path, "--duplicates", duplicates, "--no-windows", "a test"]).await;
        assert_eq!((&plan["calls"], &plan["refused"]), (&2.into(), &2.into()), "{plan}");
        let opted_out = if duplicates == "each" { 6 } else { 4 };
        assert_eq!((&plan["opted_out"], &plan["suppressed"]), (&opted_out.into(), &0.into()), "{plan}");
        assert_eq!(
            plan["opt_outs"],
            serde_json::json!([
                "DoNotCall=yes in row 4",
                "consent=no in row 5",
                "status=do not call in row 7",
                "DoNotCall=(a date) in row 10"
            ])
        );
        let ran =
            kept.runs("people.csv", &always_and_fast(&["--duplicates", duplicates])).ran().await.expect(1);
        assert!(
            ran.stderr.contains("Must not be called: DoNotCall=yes in row 4, consent=no in row 5"),
            "{ran:?}"
        );
        let mut book = kept.book().await;
        book.sort();
        assert_eq!(book, [number(30), number(37)]);
        for (row, said) in [
            ("3", "it must not be called: row 4 says DoNotCall=yes of this number."),
            ("3", "DoNotCall=yes in row 4"),
            ("5", "it must not be called: consent=no in row 5."),
            ("7", "status=do not call in row 7"),
        ] {
            let why = kept.says(["why", row]).ran().await.expect(0);
            assert!(why.stdout.contains(said) && why.stdout.contains("suppressed"), "{row}: {why:?}");
        }
    }
}

#[tokio::test]
async fn a_column_that_is_ignored_once_is_ignored_whenever_the_campaign_goes_on() {
    let kept = Kept::new().await;
    let rows = [
        "phone,DoNotCall,deleted".to_owned(),
        format!("{},1,no", number(40)),
        format!("{},0,yes", number(41)),
    ];
    kept.write("people.csv", &rows);
    let ran = kept.runs("people.csv", &always_and_fast(&["--ignore-column", "dnc"])).ran().await.expect(2);
    assert!(ran.stderr.contains("has no column `dnc` to be ignored"), "{ran:?}");
    let ignoring = always_and_fast(&["--ignore-column", "do not call"]);
    kept.runs("people.csv", &ignoring).ran().await.expect(0);
    assert_eq!(kept.book().await, [number(40)], "the other column is obeyed");
    let ran =
        kept.runs("people.csv", &always_and_fast(&["--ignore-column", "deleted"])).ran().await.expect(0);
    assert!(
        ran.stderr.contains("--ignore-column: has no effect, because the list was read before"),
        "{ran:?}"
    );
    assert_eq!(kept.book().await, [number(40)]);
}

#[tokio::test]
async fn a_refused_row_that_says_not_to_call_keeps_its_number_from_every_other_row() {
    let kept = Kept::new().await;
    let mut rows = vec!["phone,DoNotCall,consent,country_code,time_zone,name,".to_owned()];
    let refused: [(&str, u32, &str); 7] = [
        ("an extra field", 50, ",1,yes,,,Ada,,x"),
        ("an unclear flag", 51, ",perhaps,yes,,,Ada,"),
        ("empty consent", 52, ",0,,,,Ada,"),
        ("another country", 53, ",1,yes,GB,,Ada,"),
        ("text behind a quote", 54, ",1,yes,,,\"Ada\" x,"),
        ("an unnamed column", 55, ",1,yes,,,Ada,x"),
        ("too few fields", 56, ",0"),
    ];
    let honest = |at: u32| format!("{},0,yes,,,Bob,", number(at));
    // Each before and behind, by turns, and one that nothing is wrong with.
    for (_, at, tail) in refused {
        let row = format!("{}{tail}", number(at));
        if at % 2 == 0 {
            rows.extend([honest(at), row]);
        } else {
            rows.extend([row, honest(at)]);
        }
    }
    rows.push(format!("{},0,yes,,Mars,Ada,", number(57)));
    rows.extend([honest(57), honest(58)]);
    kept.write("people.csv", &rows);
    let path = kept.path("people.csv").display().to_string();
    let plan = kept.asks(["plan", &path, "--no-windows", "a test"]).await;
    assert_eq!((&plan["calls"], &plan["opted_out"]), (&2.into(), &7.into()), "{plan}");
    kept.runs("people.csv", &always_and_fast(&[])).ran().await.expect(1);
    let mut book = kept.book().await;
    book.sort();
    assert_eq!(book, [number(57), number(58)]);
    for (at, said) in [
        (
            50,
            "row 3 has this number, and nobody knows whether it may be called: the row cannot be read, and may say \
             DoNotCall=1",
        ),
        (51, "row 4 has this number, and nobody knows whether it may be called: its DoNotCall is not clear"),
        (52, "row 7 has this number, and nobody knows whether it may be called: its consent is not clear"),
        (53, "row 8 says DoNotCall=1 of this number"),
    ] {
        let why = kept.says(["why", &number(at)]).ran().await.expect(0);
        assert!(why.stdout.contains(said), "{at}: {why:?}");
    }
}

#[tokio::test]
async fn a_street_of_two_lines_keeps_nobody_from_being_called() {
    for (flag, column) in [("--ignore-column", "MailingStreet"), ("--metadata-columns", "Name")] {
        let kept = Kept::new().await;
        let rows = [
            "Name,MailingStreet,Phone,DoNotCall".to_owned(),
            format!("Ada,\"1 Elm St\nSuite 4\",{},0", number(30)),
            format!("Bob,\"2 Elm St\nSuite 5\",{},1", number(31)),
        ];
        kept.write("people.csv", &rows);
        kept.runs("people.csv", &always_and_fast(&[flag, column])).ran().await.expect(0);
        assert_eq!(kept.book().await, [number(30)], "{flag}");
    }
}

#[tokio::test]
async fn what_one_list_says_holds_for_every_later_list_of_the_database() {
    let kept = Kept::new().await;
    let header = "phone,DoNotCall,name".to_owned();
    kept.write(
        "spring.csv",
        &[
            header.clone(),
            format!("{},1,Ada", number(60)),
            format!("{},perhaps,Bob", number(61)),
            format!("{},1,Cleo,do not call", number(62)),
            format!("{},0,Dan", number(63)),
            // Whose columns are guessed.
            format!("{},1,Eve,x", number(59)),
        ],
    );
    kept.runs("spring.csv", &always_and_fast(&[])).ran().await.expect(1);
    assert_eq!(kept.book().await, [number(63)]);
    let people = [59, 60, 61, 62, 64].map(|at| format!("{},Someone", number(at)));
    kept.write("autumn.csv", &["phone,name".to_owned()].into_iter().chain(people).collect::<Vec<_>>());
    let path = kept.path("autumn.csv").display().to_string();
    let plan = kept.asks(["plan", &path, "--no-windows", "a test"]).await;
    assert_eq!(
        (&plan["calls"], &plan["opted_out_elsewhere"], &plan["suppressed"]),
        (&3.into(), &2.into(), &0.into()),
        "{plan}"
    );
    let told = kept.says(["plan", &path, "--no-windows", "a test"]).ran().await.expect(0);
    let text = "2 that must not be called, as another list of the database says";
    assert!(told.stdout.contains(text), "{told:?}");
    let ran = kept.runs("autumn.csv", &always_and_fast(&[])).ran().await.expect(0);
    assert!(ran.said().contains(text), "{ran:?}");
    let mut book = kept.book().await;
    book.sort();
    // Of what is not certain in one list another may be certain.
    assert_eq!(book, [59, 61, 63, 64].map(number));
    let why = kept.says(["why", "3", "--name", "autumn"]).ran().await.expect(0);
    let list = kept.path("spring.csv").canonicalize().unwrap();
    let said = format!("row 2 of {} says DoNotCall=1 of this number", list.display());
    assert!(why.stdout.contains(&said) && why.stdout.contains("DoNotCall=1 in row 2"), "{said}: {why:?}");
}

#[tokio::test]
async fn what_a_column_said_is_taken_back_for_the_same_list_when_it_is_ignored() {
    // The same path, and the same content under another.
    for again in ["people.csv", "moved.csv"] {
        let kept = Kept::new().await;
        let rows = [
            "phone,DoNotCall,consent".to_owned(),
            format!("{},1,yes", number(46)),
            format!("{},1,no", number(47)),
            format!("{},0,no", number(48)),
        ];
        kept.write("people.csv", &rows);
        kept.runs("people.csv", &always_and_fast(&[])).ran().await.expect(0);
        assert_eq!(kept.book().await, [""; 0]);
        // Another list says the same of a number, and is not taken back.
        kept.write("other.csv", &["phone,DoNotCall".to_owned(), format!("{},1", number(45))]);
        kept.runs("other.csv", &always_and_fast(&[])).ran().await.expect(0);
        kept.write(again, &rows);
        let path = kept.path(again).display().to_string();
        let ignoring = ["plan", &path, "--no-windows", "a test", "--ignore-column", "do_not_call"];
        let plan = kept.asks(ignoring).await;
        // A plan is of the campaign that has the list's name, and asks of others.
        let taken = if again == "people.csv" { 0 } else { 2 };
        assert_eq!(
            (&plan["calls"], &plan["opted_out"], &plan["opted_out_elsewhere"], &plan["opt_outs_taken_back"]),
            (&1.into(), &2.into(), &0.into(), &taken.into()),
            "{plan}"
        );
        let more = ["--again", "--name", "again", "--ignore-column", "do_not_call"];
        let ran = kept.runs(again, &always_and_fast(&more)).ran().await.expect(0);
        assert!(ran.stderr.contains("Taken back for 2 numbers: that they must not be called"), "{ran:?}");
        assert_eq!((kept.rang(&number(46)).await, kept.rang(&number(47)).await), (1, 0));
        assert_eq!(kept.rang(&number(48)).await, 0);
        kept.write("later.csv", &["phone".to_owned(), number(45), number(46), number(47), number(48)]);
        let path = kept.path("later.csv").display().to_string();
        let plan = kept.asks(["plan", &path, "--no-windows", "a test"]).await;
        assert_eq!((&plan["calls"], &plan["opted_out_elsewhere"]), (&1.into(), &3.into()), "{plan}");
    }
}

#[tokio::test]
async fn a_column_that_was_ignored_where_it_stood_is_kept_for_no_later_list() {
    let kept = Kept::new().await;
    kept.write("a.csv", &["phone,DoNotCall".to_owned(), format!("{},1", number(65))]);
    kept.runs("a.csv", &always_and_fast(&["--ignore-column", "DoNotCall"])).ran().await.expect(0);
    kept.write("b.csv", &["phone".to_owned(), number(65), number(66)]);
    let path = kept.path("b.csv").display().to_string();
    let plan = kept.asks(["plan", &path, "--no-windows", "a test"]).await;
    assert_eq!((&plan["calls"], &plan["opted_out_elsewhere"]), (&2.into(), &0.into()), "{plan}");
}

#[tokio::test]
async fn a_campaign_that_runs_obeys_what_a_new_list_says_at_once() {
    let kept = Kept::new().await;
    // The first is in a queue for ten minutes: ten seconds here, and the others wait for it.
    kept.write("now.csv", &["phone".to_owned(), number(4), number(67), "+16285550100".to_owned()]);
    let more = ["--no-windows", "a test", "--max-in-flight", "1", "--rate", "10"];
    let running = kept.runs("now.csv", &more).start();
    kept.until(|it| it["in_flight"] == 1).await;
    kept.write("new.csv", &["phone,dnc".to_owned(), format!("{},yes", number(67))]);
    kept.runs("new.csv", &always_and_fast(&[])).ran().await.expect(0);
    running.ran().await.expect(0);
    assert_eq!((kept.rang(&number(67)).await, kept.rang("+16285550100").await), (0, 1));
    let why = kept.says(["why", "3", "--name", "now"]).ran().await.expect(0);
    // As its reason, and in its history.
    assert!(why.stdout.matches("says dnc=yes of this number").count() >= 2, "{why:?}");
}

#[tokio::test]
async fn the_calling_code_of_a_row_is_its_numbers_and_not_told_to_the_agent() {
    let kept = Kept::new().await;
    let rows = [
        "phone_code,phone,name",
        "44,2079460018,Omar",
        "1,4155550145,Tess",
        "49,4155550146,Uma",
        "x,4155550147,Val",
    ];
    kept.write("leads.csv", &rows);
    kept.runs("leads.csv", &always_and_fast(&["--country", "US"])).ran().await.expect(1);
    let mut book = kept.book().await;
    book.sort();
    assert_eq!(book[..2], [number(45), "+442079460018".to_owned()], "{book:?}");
    assert!(!book.contains(&number(46)) && !book.contains(&number(47)), "{book:?}");
    let exported = kept.path("out.csv").display().to_string();
    kept.says(["export", "--output", &exported]).ran().await.expect(0);
    assert!(!std::fs::read_to_string(exported).unwrap().contains("phone_code"));
}

#[tokio::test]
async fn a_state_and_the_country_are_demanded_beside_the_area_code() {
    let kept = Kept::new().await;
    kept.write(
        "people.csv",
        &[
            "phone,state,address,time_zone",
            "+16175550140,CA,,",
            "+16175550141,,\"5 Elm St, Austin, TX 78701\",",
            "+16175550142,,,",
            "+16175550143,HI,,America/New_York",
            "+442079460018,CA,,",
            "+18005550144,,,",
        ],
    );
    let path = kept.path("people.csv").display().to_string();
    let plan = kept.asks(["plan", &path]).await;
    assert_eq!(plan["by_area_code_alone"], 1, "{plan}");
    let zones: Vec<String> =
        plan["zones"].as_array().unwrap().iter().map(|it| it["zones"].to_string()).collect();
    for expected in [
        r#"["America/Los_Angeles","America/New_York"]"#,
        r#"["America/Chicago","America/Denver","America/New_York"]"#,
        r#"["America/New_York"]"#,
    ] {
        assert!(zones.iter().any(|it| it == expected), "{expected}: {zones:?}");
    }
    let told = kept.says(["plan", &path]).ran().await.expect(0);
    assert!(told.stdout.contains("1 row rests on an area code alone"), "{told:?}");
    let by_country = kept.asks(["plan", &path, "--zone-by", "country"]).await;
    assert_eq!(by_country["by_area_code_alone"], 0, "{by_country}");
    let zones: Vec<String> =
        by_country["zones"].as_array().unwrap().iter().map(|it| it["zones"].to_string()).collect();
    let mainland =
        zones.iter().find(|it| it.contains("Chicago") && it.contains("Phoenix")).expect("the mainland");
    assert!(
        mainland.contains("New_York") && mainland.contains("Los_Angeles") && !mainland.contains("Honolulu")
    );
    assert!(zones.iter().any(|it| it == r#"["America/New_York"]"#), "the row's own zone alone: {zones:?}");
    kept.says(["plan", &path, "--zone-by", "state"])
        .ran()
        .await
        .expect(2)
        .says(&["expected area-code or country"]);
}
