//! What numbers draw that are not scripted.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

#[test]
fn other_numbers_draw_mostly_success_and_some_of_every_failure() {
    let [service, _] = services();
    let mut sandbox = sandbox();
    for number in 0..1000 {
        let _ = sandbox.handle(START, &trigger_to(&service, &format!("+44207946{number:04}")));
    }
    sandbox.handle_time(START + seconds(3600.0));
    let mut ends = BTreeMap::new();
    let mut lengths = BTreeSet::new();
    for call in sandbox.calls() {
        *ends.entry(call.reason).or_insert(0) += 1;
        lengths.insert(call.ended_at.unwrap().since(call.placed_at));
    }
    assert!((640..760).contains(&ends[""]), "{ends:?}");
    assert!((90..190).contains(&ends["call setup: no answer from the called party"]), "{ends:?}");
    assert!((40..110).contains(&ends["call setup: the called party is busy"]), "{ends:?}");
    assert!((20..90).contains(&ends["call setup: declined by the called party"]), "{ends:?}");
    assert!((15..75).contains(&ends["call queueing: max timeout limit exceeded"]), "{ends:?}");
    assert_eq!(ends.len(), 5);
    assert!(lengths.len() > 900, "lengths vary");
    assert!(lengths.last().unwrap() < &seconds(200.0));
}

#[test]
fn what_other_numbers_draw_is_of_a_plausible_length() {
    let [service, _] = services();
    let mut sandbox = sandbox();
    for number in 0..3000 {
        let _ = sandbox.handle(START, &trigger_to(&service, &format!("+44207946{number:04}")));
    }
    sandbox.handle_time(START + seconds(3600.0));
    let mut lives: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for call in sandbox.calls() {
        let words: Vec<_> = call.changes.iter().map(|it| it.status.as_str()).collect();
        assert_eq!(words[0], "queued");
        let rings = call.reason != "call queueing: max timeout limit exceeded";
        assert_eq!(words[1..words.len() - 1], ["calling"][..usize::from(rings)], "{words:?}");
        let spans = call.changes.windows(2).map(|pair| pair[1].at.since(pair[0].at).as_secs_f64());
        let spans: Vec<_> = spans.collect();
        lives.entry(call.reason).or_default().push((spans[0], spans.get(1).copied().unwrap_or_default()));
    }
    for (reason, queued, calling) in [
        ("", (1.0, 6.0), (15.0, 180.0)),
        ("call setup: no answer from the called party", (1.0, 6.0), (20.0, 45.0)),
        ("call setup: the called party is busy", (1.0, 6.0), (2.0, 6.0)),
        ("call setup: declined by the called party", (1.0, 6.0), (3.0, 20.0)),
        ("call queueing: max timeout limit exceeded", (20.0, 60.0), (0.0, 0.0)),
    ] {
        let within = |spans: Vec<f64>, (least, most): (f64, f64)| {
            let (shortest, longest) =
                spans.iter().fold((f64::MAX, f64::MIN), |(low, high), it| (low.min(*it), high.max(*it)));
            assert!(least <= shortest && longest <= most, "{reason}: {shortest} to {longest}");
            let part = (most - least) / 5.0;
            assert!(shortest <= least + part && longest >= most - part, "{reason}: {shortest} to {longest}");
        };
        within(lives[reason].iter().map(|it| it.0).collect(), queued);
        within(lives[reason].iter().map(|it| it.1).collect(), calling);
    }
}
