//! Two forms of one number are one number, wherever numbers are compared; what is dialed is as it was written.

use std::collections::BTreeMap;

use polyai_outbound::campaign::{Database, Duplicate, Duplicates, Planned, Store, Who, read_number};
use polyai_outbound::core::CanonicalNumber;
use polyai_outbound::core::campaign::{Attempt, Obstacle, Outcome, RecipientId, Refusal, State};
use polyai_outbound::{PhoneNumber, Timestamp};
use sqlx::{Connection, SqliteConnection};

use crate::common::{Fixture, NOW, at, entry, fetch_due, imported, intent, turn, with_attempt};

/// As two people may write one number.
const FORMS: [(&str, &str); 8] = [
    ("+5491123456789", "+541123456789"),
    ("+5492211234567", "+542211234567"),
    ("+5511987654321", "+551187654321"),
    ("+5521961234567", "+552161234567"),
    ("+390612345678", "+39612345678"),
    ("+390212345678", "+39212345678"),
    ("+576012345678", "+5712345678"),
    ("+493012345678", "+4903012345678"),
];

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap()
}

fn row(nth: u64, text: &str) -> Planned {
    let mut planned = entry(nth, nth);
    planned.recipient.to_number = number(text);
    planned
}

#[tokio::test]
async fn a_suppressed_number_is_not_dialed_in_another_form() {
    for (one, other) in FORMS.into_iter().chain(FORMS.map(|(one, other)| (other, one))) {
        let mut fixture = Fixture::with(&[row(1, one), row(2, "+14155550134")]).await;
        let mut list = fixture.database.replace_suppressions(fixture.campaign, "never.txt").await.unwrap();
        list.add(&[number(other), number(one)]).await.unwrap();
        assert_eq!(list.finish().await.unwrap(), 1, "one number, written twice");
        let refused = fixture.save(vec![intent(1), intent(2)]).await.unwrap().refused;
        assert_eq!(
            refused,
            [Refusal { id: RecipientId(1), obstacle: Obstacle::Suppressed }],
            "{one} {other}"
        );
        let numbers = [number(one), number("+14155550134"), number(other)];
        let mut found = fixture.database.suppressed(fixture.campaign, &numbers).await.unwrap();
        found.sort();
        let mut expected = [number(one), number(other)];
        expected.sort();
        assert_eq!(found, expected, "as they were asked about");
        let lists = fixture.database.suppressing(fixture.campaign, &number(one)).await.unwrap();
        assert_eq!(lists, ["never.txt"]);
    }
}

#[tokio::test]
async fn of_two_forms_in_a_list_one_is_called_or_none_or_each_as_asked() {
    for (one, other) in FORMS {
        let directory = tempfile::TempDir::new().unwrap();
        let mut database = Database::open(directory.path().join("calls.db"), true).await.unwrap();
        let rows = [row(2, one), row(3, other), row(4, "+14155550134")];
        let first = database.create_campaign(&crate::common::new_campaign("first", Duplicates::First)).await;
        let mut importer = database.importer(first.unwrap()).await.unwrap();
        assert_eq!(importer.add(&rows, 0, 4).await.unwrap(), [Duplicate { row: 3, first: 2 }], "{one}");
        let later = importer.add(&[row(5, other)], 0, 5).await.unwrap();
        assert_eq!(later, [Duplicate { row: 5, first: 2 }], "in a later batch");
        let reject = imported(&mut database, "reject", Duplicates::Reject, &rows).await;
        let tally = database.tally(reject).await.unwrap();
        assert_eq!(tally, BTreeMap::from([(State::Scheduled, 1), (State::Rejected, 2)]), "{one}");
        let each = imported(&mut database, "each", Duplicates::Each, &rows).await;
        assert_eq!(database.tally(each).await.unwrap()[&State::Scheduled], 3);
        assert_eq!(database.shared_numbers(each).await.unwrap(), 3, "all are in the other campaigns");
        let found = database.history(each, &Who::Number(number(other))).await.unwrap();
        assert_eq!(found.iter().map(|it| it.record.row).collect::<Vec<_>>(), [2, 3], "{one}");
        assert_eq!(found[0].record.to_number, number(one), "dialed as it was written");
    }
}

#[tokio::test]
async fn calls_to_one_form_count_for_the_other_in_every_campaign() {
    for (one, other) in FORMS {
        let mut fixture = Fixture::with(&[row(1, one), row(2, other)]).await;
        let autumn = imported(&mut fixture.database, "autumn", Duplicates::Each, &[row(1, other)]).await;
        let rang = Attempt { outcome: Outcome::Failure, ..Attempt::intended(1, at(-30)) };
        fixture.save(vec![with_attempt(1, State::Failed, rang)]).await.unwrap();
        let due = fixture.due(NOW, 9).await.due;
        assert_eq!(
            (due[0].dialed.as_slice(), due[0].dialed_by_others),
            (&[at(-30)][..], Some(at(-30))),
            "{one}"
        );
        let mut store = fixture.database.store(autumn).await.unwrap();
        let elsewhere = store.turn(&turn(NOW, Vec::new(), Some(fetch_due(NOW, 9)))).await.unwrap().due;
        assert_eq!((elsewhere[0].triggered.len(), elsewhere[0].to_number.as_str()), (1, other));
        let refused = store.turn(&turn(NOW, vec![intent(elsewhere[0].id.0)], None)).await.unwrap().refused;
        assert_eq!(refused[0].obstacle, Obstacle::SameNumber, "{one}");
        let day = Timestamp::from_millis(NOW.as_millis() - 86_400_000);
        for form in [one, other] {
            assert_eq!(fixture.database.dialed(&number(form), NOW, day).await.unwrap(), [at(-30)]);
            assert_eq!(fixture.database.triggered(&number(form), NOW, day).await.unwrap(), [at(-30)]);
        }
    }
}

/// A file as the version before made it: the schema up to the third step, and rows without a form.
async fn of_the_version_before(path: &std::path::Path, rows: u32) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut sql = SqliteConnection::connect_with(&options).await.unwrap();
    let steps = [
        (1, "campaigns", include_str!("../../migrations/0001_campaigns.sql")),
        (2, "breaker", include_str!("../../migrations/0002_breaker.sql")),
        (3, "lost and shared", include_str!("../../migrations/0003_lost_and_shared.sql")),
    ];
    let steps = steps.into_iter().map(|(version, name, text)| {
        let kind = sqlx::migrate::MigrationType::Simple;
        sqlx::migrate::Migration::new(version, name.into(), kind, sqlx::SqlSafeStr::into_sql_str(text), false)
    });
    let migrator = sqlx::migrate::Migrator::with_migrations(steps.collect());
    migrator.run_direct(None, &mut sql, false).await.unwrap();
    let fill =
        "INSERT INTO campaigns (id, name, created_at, options, service, source_file, source_size, duplicates,
            import_state) VALUES (1, 'spring', 0, '{}', 'x', 'list.csv', 1, 'each', 'complete')";
    sqlx::query(fill).execute(&mut sql).await.unwrap();
    sqlx::query("BEGIN").execute(&mut sql).await.unwrap();
    for nth in 1..=rows {
        let row = "INSERT INTO recipients (id, campaign_id, row, to_number, metadata, priority, state, due_at, reason,
            updated_at) VALUES (?1, 1, ?1, ?2, '{}', 5, 'scheduled', 0, 'is due', 0)";
        let (one, _) = FORMS[nth as usize % FORMS.len()];
        sqlx::query(row).bind(nth).bind(one).execute(&mut sql).await.unwrap();
        let attempt = "INSERT INTO attempts (recipient_id, number, to_number, dialed_at, outcome)
            VALUES (?1, 1, ?2, ?3, 'failure')";
        let dialed = i64::try_from(NOW.as_millis()).unwrap() - 1000;
        sqlx::query(attempt).bind(nth).bind(one).bind(dialed).execute(&mut sql).await.unwrap();
    }
    for listed in FORMS.iter().flat_map(|(one, other)| [one, other]).chain(&["+14155550134", "no number"]) {
        let suppress = "INSERT INTO suppressions VALUES (1, ?1, 'never.txt')";
        sqlx::query(suppress).bind(listed).execute(&mut sql).await.unwrap();
    }
    let opt_out = "INSERT INTO suppressions VALUES (1, ?1, 'the list itself: DNC 2=yes in row 41')";
    sqlx::query(opt_out).bind(FORMS[0].1).execute(&mut sql).await.unwrap();
    sqlx::query("COMMIT").execute(&mut sql).await.unwrap();
    sql.close().await.unwrap();
}

#[tokio::test]
async fn rows_of_a_file_of_the_version_before_are_compared_by_the_form_too() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("calls.db");
    // More than are looked at at a time.
    of_the_version_before(&path, 5_000).await;
    let mut database = Database::open(&path, false).await.unwrap();
    let campaign = database.campaign("spring").await.unwrap().unwrap().id;
    let day = Timestamp::from_millis(NOW.as_millis() - 86_400_000);
    for (one, other) in FORMS {
        assert_eq!(database.triggered(&number(other), NOW, day).await.unwrap().len(), 625, "{one}");
        assert_eq!(
            database.history(campaign, &Who::Number(number(other))).await.unwrap().len(),
            625,
            "{one}"
        );
        assert_eq!(database.suppressing(campaign, &number(one)).await.unwrap(), ["never.txt"], "{one}");
    }
    let opted_out = database.opted_out(campaign, &number(FORMS[0].0)).await.unwrap().unwrap();
    assert_eq!((opted_out.row, opted_out.said.as_str(), opted_out.is_certain), (41, "DNC 2=yes", true));
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut sql = SqliteConnection::connect_with(&options).await.unwrap();
    let listed: Vec<String> = sqlx::query_scalar("SELECT to_number FROM suppressions ORDER BY 1")
        .fetch_all(&mut sql)
        .await
        .unwrap();
    let forms = FORMS.map(|(one, _)| number(one).canonical());
    let mut expected: Vec<_> =
        forms.iter().map(CanonicalNumber::as_str).chain(["+14155550134", "no number"]).collect();
    expected.sort_unstable();
    assert_eq!(listed, expected, "none is lost, and each is there once");
    let dialed: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT to_number FROM recipients").fetch_all(&mut sql).await.unwrap();
    assert_eq!(dialed.len(), FORMS.len(), "as they were written");
    drop(database);
    // It is done once: the file opens again as it is.
    Database::open(&path, false).await.unwrap();
}

/// What is read from a list with a 0 that is dialed within the country is the number without: libphonenumber's reading and
/// the form by which numbers are compared agree on its own examples of every country.
#[test]
fn the_form_agrees_with_libphonenumber_about_zeros_behind_the_calling_code() {
    let mut compared = 0;
    for example in include_str!("../../../core/data/example_numbers.txt").lines() {
        let valid = number(example);
        let (code, rest) = example.split_at(1 + valid.calling_code().to_string().len());
        let with_zero = format!("{code}0{rest}");
        let (Ok(read), Ok(written)) = (read_number(&with_zero, None), PhoneNumber::parse(&with_zero)) else {
            continue;
        };
        if read == valid {
            compared += 1;
            assert_eq!(written.canonical(), valid.canonical(), "{with_zero}");
        }
    }
    assert!(compared > 100, "{compared}");
}
