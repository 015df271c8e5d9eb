//! A campaign that is gone on with in another way, and an import that gives way to another.

use polyai_outbound::campaign::{
    CallingWindows, Options, Planned, Replan, Standing, StoreError, WaitRule, ZoneBy, Zones,
};
use polyai_outbound::core::campaign::{Attempt, Change, State};

use crate::common::{Fixture, NOW, at, change, entry, new_campaign, with_attempt};

fn standing(row: u64, state: State, due_at: Option<i64>, wait: Option<WaitRule>) -> Planned {
    let mut planned = entry(row, row);
    planned.standing = Standing { state, due_at: due_at.map(at), wait, ..planned.standing };
    planned
}

const fn untried(options: &Options) -> Replan<'_> {
    Replan { options, untried: true, waiting_by: &[] }
}

#[tokio::test]
async fn other_options_plan_anew_whom_nobody_has_tried_to_call_and_nobody_else() {
    let rows = [
        standing(1, State::Scheduled, Some(40_000), Some(WaitRule::Window)),
        standing(2, State::Held, None, Some(WaitRule::ZoneUnknown)),
        standing(3, State::Expired, None, None),
        standing(4, State::Suppressed, None, None),
        standing(5, State::Scheduled, Some(0), None),
        standing(6, State::Scheduled, Some(0), None),
        standing(7, State::Scheduled, Some(500), Some(WaitRule::NumberCap)),
    ];
    let mut fixture = Fixture::with(&rows).await;
    // The sixth was called, and is to be called again when the window opens.
    fixture.save(vec![with_attempt(6, State::Dialing, Attempt::intended(1, NOW))]).await.unwrap();
    let redial = Change {
        due_at: Some(at(40_000)),
        wait: Some(WaitRule::Window),
        ..with_attempt(6, State::Scheduled, Attempt::intended(1, NOW))
    };
    fixture.save(vec![redial, change(4, State::Suppressed, "is on a list")]).await.unwrap();

    let options = Options { windows: CallingWindows::always("a test").unwrap(), ..Options::default() };
    let (database, campaign) = (&mut fixture.database, fixture.campaign);
    database.change_options(campaign, r#"{"at":"any time"}"#, untried(&options), at(10)).await.unwrap();
    let told = fixture
        .text("SELECT group_concat(state || ' ' || ifnull(due_at, '') || ' ' || ifnull(wait, ''), ', ') FROM recipients")
        .await;
    let (now, then, before, cap) =
        (at(10).as_millis(), at(40_000).as_millis(), NOW.as_millis(), at(500).as_millis());
    assert_eq!(
        told,
        format!(
            "scheduled {now} , scheduled {now} , scheduled {now} , suppressed  , scheduled {before} , \
             scheduled {then} window, scheduled {cap} number_cap"
        )
    );
    assert_eq!(fixture.text("SELECT options FROM campaigns").await, r#"{"at":"any time"}"#);
}

#[tokio::test]
async fn those_who_wait_by_a_rule_that_is_another_now_are_due_and_nobody_else() {
    let recent = "another campaign called its number less than 1d ago; it waits until then";
    let capped =
        "its number was dialed 3 times within 24 hours, the most that is allowed; it waits until then";
    let reasons = [recent, recent, recent, capped, "its number was dialed less than a minute ago", recent];
    let states = [State::Scheduled, State::Scheduled, State::Expired, State::Scheduled, State::Scheduled];
    let waits = [
        Some(WaitRule::RecentCall),
        Some(WaitRule::Window),
        None,
        Some(WaitRule::NumberCap),
        Some(WaitRule::SameNumber),
        None,
    ];
    let (then, now) = (at(40_000).as_millis().to_string(), at(10).as_millis().to_string());
    for (waiting_by, due) in [
        (vec![], [&then, &then, "", &then, &then, ""]),
        (vec![WaitRule::RecentCall], [&now, &now, &now, &then, &then, ""]),
        (vec![WaitRule::NumberCap], [&then, &then, "", &now, &then, ""]),
        (vec![WaitRule::RecentCall, WaitRule::NumberCap], [&now, &now, &now, &now, &then, ""]),
    ] {
        let rows: Vec<_> = (1..=6).map(|row| entry(row, row)).collect();
        let mut fixture = Fixture::with(&rows).await;
        let states = states.into_iter().chain([State::Cancelled]);
        let changes = (1..).zip(states.zip(reasons).zip(waits)).map(|(id, ((state, reason), wait))| {
            let due_at = (state == State::Scheduled).then_some(at(40_000));
            Change { due_at, wait, ..change(id, state, reason) }
        });
        fixture.save(changes.collect()).await.unwrap();
        let options = Options { windows: CallingWindows::always("a test").unwrap(), ..Options::default() };
        let replan = Replan { options: &options, untried: false, waiting_by: &waiting_by };
        fixture.database.change_options(fixture.campaign, "{}", replan, at(10)).await.unwrap();
        let told = fixture.text("SELECT group_concat(ifnull(due_at, '')) FROM recipients").await;
        assert_eq!(told, due.join(","), "{waiting_by:?}");
    }
}

#[tokio::test]
async fn an_import_that_was_cut_off_gives_way_and_one_that_came_to_its_end_stays() {
    let mut fixture = Fixture::of(3).await;
    let mut new = new_campaign("summer", polyai_outbound::campaign::Duplicates::Each);
    new.options = "{}".to_owned();
    let cut_off = fixture.database.create_campaign(&new).await.unwrap();
    let mut importer = fixture.database.importer(cut_off).await.unwrap();
    importer.add(&[entry(1, 1), entry(2, 2)], 0, 2).await.unwrap();
    fixture.database.discard_import(cut_off).await.unwrap();
    fixture.database.discard_import(fixture.campaign).await.unwrap();
    assert_eq!(fixture.text("SELECT group_concat(name) FROM campaigns").await, "spring");
    assert_eq!(fixture.count("SELECT count(*) FROM recipients").await, 3);
    fixture.database.create_campaign(&new).await.unwrap();
}

#[tokio::test]
async fn the_zones_of_a_state_are_kept_and_counted_whenever_a_row_is_planned() {
    let states = ["HI", "NY", "Manitoba", "AK", "Puerto Rico"];
    let rows: Vec<_> = (1..)
        .zip(states)
        .map(|(row, state)| {
            let mut planned = entry(row, row);
            planned.standing.wait = Some(WaitRule::Window);
            planned.recipient.also_in = Zones::of_state(state).unwrap();
            planned
        })
        .collect();
    let mut fixture = Fixture::with(&rows).await;
    for zone_by in ZoneBy::ALL {
        let options = Options { zone_by, ..Options::default() };
        let (database, campaign) = (&mut fixture.database, fixture.campaign);
        database.change_options(campaign, "{}", untried(&options), NOW).await.unwrap();
        let mut records = Vec::new();
        let mut each = |record| {
            records.push(record);
            Ok::<_, StoreError>(())
        };
        database.for_each_recipient(campaign, &mut each).await.unwrap();
        // It is 4:00 in San Francisco, where their numbers were given out; its window opens at 17:00 UTC.
        let hours: Vec<u64> =
            records.iter().map(|it| it.due_at.unwrap().since(NOW).as_secs() / 3600).collect();
        assert_eq!(hours, [7, 5, 5, 7, 5], "{zone_by:?}");
        let due = fixture.due(at(86_400), 9).await.due;
        for (recipient, record) in due.iter().map(|it| (it, &records[usize::try_from(it.row).unwrap() - 1])) {
            assert_eq!(recipient.also_in, record.also_in);
            assert_eq!(
                record.also_in,
                Zones::of_state(states[usize::try_from(record.row).unwrap() - 1]).unwrap()
            );
            assert_eq!(record.zones(zone_by), zone_by.zones(&recipient.to_number, None, &recipient.also_in));
        }
        assert_eq!(due.len(), 5);
    }
}
