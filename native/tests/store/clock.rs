//! What was decided by a clock that was ahead is told to the runner when the clock is set right, and to nobody else.

use polyai_outbound::campaign::Store;
use polyai_outbound::core::campaign::{Change, Misdated, PLANNED_ANEW, State, WaitRule};
use polyai_outbound::{PhoneNumber, Timestamp};

use crate::common::{Fixture, NOW, at, change, fetch_due, turn};

const YEAR: i64 = 365 * 86_400;

async fn misdated(fixture: &mut Fixture, now: Timestamp) -> Vec<Misdated> {
    let turned = fixture.store.turn(&turn(now, Vec::new(), Some(fetch_due(now, 0)))).await.unwrap();
    turned.misdated
}

fn ids(misdated: &[Misdated]) -> Vec<i64> {
    misdated.iter().map(|it| it.recipient.id.0).collect()
}

fn scheduled(id: i64, due_at: Timestamp, wait: WaitRule) -> Change {
    Change { due_at: Some(due_at), wait: Some(wait), ..change(id, State::Scheduled, "waits") }
}

#[tokio::test]
async fn whoever_was_put_off_or_expired_by_a_clock_that_was_ahead_is_told_with_all_that_decides_anew() {
    let mut fixture = Fixture::of(6).await;
    assert_eq!(ids(&misdated(&mut fixture, NOW).await), [0_i64; 0], "the clock was right");
    let wrong = at(YEAR);
    let changes = vec![
        scheduled(1, at(YEAR + 1_800), WaitRule::Redial),
        change(2, State::Expired, "too late"),
        change(3, State::Succeeded, "done"),
        change(4, State::Held, "no window"),
    ];
    fixture.store_turn(wrong, changes).await;
    // A minute is not worth it, and what was decided in time stays.
    fixture.store_turn(at(59), vec![scheduled(5, at(120), WaitRule::Window)]).await;
    let told = misdated(&mut fixture, NOW).await;
    assert_eq!(ids(&told), [1, 2]);
    assert_eq!((told[0].decided_at, told[0].due_at), (wrong, Some(at(YEAR + 1_800))));
    assert_eq!((told[0].state, told[0].wait), (State::Scheduled, Some(WaitRule::Redial)));
    assert_eq!((told[1].state, told[1].due_at, told[1].wait), (State::Expired, None, None));
    let numbers: Vec<&PhoneNumber> = told.iter().map(|it| &it.recipient.to_number).collect();
    assert_eq!(numbers, [&crate::common::number(1), &crate::common::number(2)]);
    // By the clock that was wrong, nothing is.
    assert_eq!(ids(&misdated(&mut fixture, wrong).await), [0_i64; 0]);
}

#[tokio::test]
async fn whoever_is_decided_about_again_is_not_told_again() {
    let mut fixture = Fixture::of(4).await;
    let changes = (1..=4).map(|id| scheduled(id, at(YEAR), WaitRule::SameNumber)).collect();
    fixture.store_turn(at(YEAR), changes).await;
    for id in 1..=4 {
        assert_eq!(misdated(&mut fixture, at(id)).await.len(), usize::try_from(5 - id).unwrap());
        fixture.store_turn(at(id), vec![scheduled(id, at(60), WaitRule::NotBefore)]).await;
    }
    assert_eq!(ids(&misdated(&mut fixture, at(5)).await), [0_i64; 0]);
}

#[tokio::test]
async fn many_are_told_some_at_a_time_those_decided_first_first() {
    let many = PLANNED_ANEW as u64 + 10;
    let mut fixture = Fixture::of(many).await;
    let ids_of: Vec<i64> = (1..=i64::try_from(many).unwrap()).collect();
    for (nth, some) in ids_of.chunks(100).enumerate() {
        let changes = some.iter().map(|id| change(*id, State::Expired, "too late")).collect();
        fixture.store_turn(at(YEAR - i64::try_from(nth).unwrap()), changes).await;
    }
    let told = misdated(&mut fixture, NOW).await;
    assert_eq!(told.len(), PLANNED_ANEW);
    assert!(told.is_sorted_by_key(|it| it.decided_at));
}
