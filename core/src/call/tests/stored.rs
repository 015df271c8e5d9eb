//! A call that is stored in mid-life is the same when it is read again, and goes on from there.

use proptest::prelude::*;

use super::*;
use crate::status::Reading;

fn a_status() -> impl Strategy<Value = CallStatus> {
    let known = ["queued", "CALLING", "success", "Failure"].map(str::to_owned);
    prop_oneof![3 => prop::sample::select(known.to_vec()), 1 => "\\PC{0,12}"]
        .prop_map(|word| CallStatus::from_word(&word))
}

fn a_snapshot() -> impl Strategy<Value = Snapshot> {
    let moment = || prop::option::of(any::<u64>().prop_map(Timestamp::from_millis));
    let reading =
        prop::option::of((a_status(), "(?s).{0,20}").prop_map(|(status, reason)| Reading { status, reason }));
    ("[!-~]{1,40}", moment(), moment(), reading).prop_map(|(id, placed_at, seen_at, reading)| Snapshot {
        call_sid: CallSid::parse(format!("OUT-{id}")).unwrap(),
        placed_at,
        seen_at,
        reading,
    })
}

proptest! {
    #[test]
    fn a_snapshot_is_the_same_after_json_and_is_what_the_call_goes_on_from(snapshot in a_snapshot(), seed: u64) {
        let json = serde_json::to_string(&snapshot).unwrap();
        let read: Snapshot = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &snapshot, "{}", json);
        let call = Call::resume(outbound(), read, Limits::default(), seed);
        prop_assert_eq!(call.snapshot(), Some(&snapshot));
        prop_assert_eq!(call.placement_if_dropped(), None, "it was placed elsewhere");
    }

    #[test]
    fn a_status_is_the_word_that_is_stored_for_it(status in a_status()) {
        let json = serde_json::to_string(&status).unwrap();
        prop_assert_eq!(&json, &serde_json::to_string(status.as_str()).unwrap());
        prop_assert_eq!(serde_json::from_str::<CallStatus>(&json).unwrap(), status);
    }
}

#[test]
fn a_snapshot_that_is_cut_or_odd_is_refused() {
    for json in [
        "",
        "{}",
        r#"{"call_sid":"CA-1","placed_at":null,"seen_at":null,"reading":null}"#,
        r#"{"call_sid":"OUT-1","placed_at":-1,"seen_at":null,"reading":null}"#,
        r#"{"call_sid":"OUT-1","placed_at":1.5,"seen_at":null,"reading":null}"#,
        r#"{"call_sid":"OUT-1","placed_at":null,"seen_at":null,"reading":{"status":"queued"}}"#,
        r#"{"call_sid":"OUT-1","placed_at":null,"seen_at":null,"reading":{"status":7,"reason":""}}"#,
    ] {
        assert!(serde_json::from_str::<Snapshot>(json).is_err(), "{json}");
    }
}
