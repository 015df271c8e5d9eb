//! Calls that are followed on elsewhere: what was stored of them. The input is a snapshot's JSON; behind the byte 1e, replies.

use polyai_outbound_core::{Api, Call, CallEvent, Limits, Method, Placement, Snapshot};

use crate::play::{SEPARATOR, Told, drive, responses, service};

/// See the module.
pub fn snapshot(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == SEPARATOR);
    let json = parts.next().unwrap_or_default();
    let Ok(snapshot) = serde_json::from_slice::<Snapshot>(json) else { return };
    let written = serde_json::to_string(&snapshot).unwrap();
    assert_eq!(serde_json::from_str::<Snapshot>(&written).unwrap(), snapshot);
    assert!(snapshot.call_sid.as_str().starts_with("OUT-"));

    let parts: Vec<&[u8]> = parts.collect();
    let is_known = snapshot.reading.as_ref().is_some_and(|it| it.status.is_terminal());
    let mut machine = Call::resume(service(Api::Outbound, None), snapshot.clone(), Limits::default(), 7);
    assert_eq!(machine.snapshot(), Some(&snapshot));
    let (mut readings, mut ends) = (0, 0);
    drive(&mut machine, responses(parts.into_iter()), |machine, told| {
        let known = machine.snapshot().expect("it stays known");
        assert_eq!(known.call_sid, snapshot.call_sid);
        assert_eq!(known.placed_at, snapshot.placed_at);
        assert_eq!(machine.placement_if_dropped(), None, "it was placed elsewhere");
        match told {
            Told::Sent(method, _) => {
                assert_eq!(method, Method::Get, "nobody is called");
                assert_eq!(ends, 0);
                readings += 1;
            }
            Told::Event(CallEvent::Placed(_)) => panic!("it was placed elsewhere"),
            Told::Event(CallEvent::Retrying(_) | CallEvent::Regression(_)) => {}
            Told::Event(CallEvent::Status(_)) => assert!(!is_known, "an end is final"),
            Told::Event(CallEvent::Ended(end)) => {
                ends += 1;
                match end {
                    Ok(end) => {
                        assert_eq!(end.call_sid, snapshot.call_sid);
                        assert!(end.status.is_terminal() && end.attempts == 0);
                    }
                    Err(error) => {
                        assert_eq!(error.call_sid(), Some(&snapshot.call_sid));
                        let placement = error.placement();
                        assert_eq!(placement, snapshot.placed_at.map(|_| Placement::Placed));
                    }
                }
            }
        }
    });
    assert_eq!(ends, 1, "it ends once");
    assert!(!is_known || readings == 0, "what has ended is not read again");
    // And what it has become can be stored as well.
    let known = machine.snapshot().unwrap();
    assert_eq!(serde_json::from_str::<Snapshot>(&serde_json::to_string(known).unwrap()).unwrap(), *known);
}
