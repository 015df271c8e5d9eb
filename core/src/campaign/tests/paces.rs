//! The rate and the calls at a time: never exceeded, and used when there is work.

use super::*;

/// The most triggers within any span of that length.
fn most_within(sent: &[stage::Sent], span: Duration) -> usize {
    let at: Vec<_> = sent.iter().map(|sent| sent.really_at).collect();
    (0..at.len())
        .map(|from| at[from..].iter().take_while(|it| it.since(at[from]) < span).count())
        .max()
        .unwrap_or_default()
}

#[test]
fn the_rate_is_never_exceeded_and_fully_used() {
    for (rate, count) in [(0.2, 15), (1.0, 60), (3.0, 150), (40.0, 600)] {
        let mut stage = Stage::new(quick(rate), Answering::Quickly).with(plain(count));
        assert_eq!(stage.run(), Finish::Done);
        let most_at_once = (rate / 10.0).max(1.0);
        for span in [1.0, 5.0, 10.0] {
            let most = most_within(&stage.sent, Duration::from_secs_f64(span)) as f64;
            assert!(most <= (rate * span + most_at_once).ceil(), "{rate}: {most} within {span} s");
        }
        let took = stage.sent.last().unwrap().really_at.since(stage.sent[0].really_at).as_secs_f64();
        let least = (count - 1) as f64 / rate;
        assert!(took <= least * 1.05 + 1.0, "{rate}: {took} instead of {least}");
    }
}

#[test]
fn a_slow_store_makes_no_bursts() {
    for way in WAYS {
        let mut stage = Stage::new(quick(1.0), way).with(plain(60));
        assert_eq!(stage.run(), Finish::Done);
        // Intents are as far apart as the rate says; the store delays each by another span.
        for span in [30, 60] {
            let most = most_within(&stage.sent, secs(span));
            assert!(most <= usize::try_from(span).unwrap() + 7, "{way:?}: {most} within {span} s");
        }
        let mut at: Vec<_> = (0..60).map(|nth| stage.attempts(nth)[0].dialed_at).collect();
        at.sort_unstable();
        for (one, next) in at.iter().zip(at.iter().skip(2)) {
            assert!(next.since(*one) >= Duration::from_millis(990), "three intents within a second");
        }
    }
}

#[test]
fn calls_at_a_time_are_never_more_than_they_may_be_and_as_many_if_there_is_work() {
    for way in WAYS {
        for max_in_flight in [1, 3, 8] {
            let pace = Pace { rate: 20.0, max_in_flight, max_dialing: 64 };
            let mut stage = Stage::new(Options { pace, ..Options::default() }, way).with(plain(40));
            let mut most = 0;
            stage.run_while(|stage| {
                most = most.max(stage.campaign.in_flight());
                true
            });
            assert_eq!((stage.finish, most), (Some(Finish::Done), max_in_flight as usize));
            // By what really rang, which the machine has no part in.
            let mut moments: Vec<_> = stage
                .rang()
                .into_values()
                .flatten()
                .flat_map(|call| [(call.placed_at, 1), (call.ended_at.unwrap(), -1)])
                .collect();
            moments.sort_unstable();
            let (mut at_once, mut most) = (0, 0);
            for (_, step) in moments {
                at_once += step;
                most = most.max(at_once);
            }
            assert!(most <= i64::from(max_in_flight), "{most}");
        }
    }
}

#[test]
fn triggers_on_their_way_are_never_more_than_they_may_be() {
    for way in WAYS {
        let pace = Pace { rate: 100.0, max_in_flight: 100, max_dialing: 3 };
        let mut stage = Stage::new(Options { pace, ..Options::default() }, way).with(plain(50));
        let mut most = 0;
        stage.run_while(|stage| {
            most = most.max(stage.store.count(State::Dialing));
            assert!(stage.campaign.dialing() <= 3);
            true
        });
        assert_eq!(stage.finish, Some(Finish::Done));
        assert!((1..=3).contains(&most), "{most}");
    }
}

#[test]
fn those_of_higher_priority_are_called_first_and_then_those_longer_due() {
    for way in WAYS {
        let mut recipients = plain(30);
        for (nth, recipient) in (0_u8..).zip(&mut recipients) {
            recipient.priority = Priority::new(nth * 7 % 10).unwrap();
        }
        let priorities: Vec<_> = recipients.iter().map(|it| it.priority).collect();
        let mut stage = Stage::new(quick(1.0), way).with(recipients);
        assert_eq!(stage.run(), Finish::Done);
        let order: Vec<_> = stage
            .sent
            .iter()
            .map(|sent| (sent.id.0, priorities[usize::try_from(sent.id.0).unwrap()]))
            .collect();
        let mut sorted = order.clone();
        sorted.sort_by_key(|(id, priority)| (std::cmp::Reverse(*priority), *id));
        assert_eq!(order, sorted, "{way:?}");
    }
}

#[test]
fn calls_that_were_accepted_are_no_triggers_on_their_way() {
    for way in WAYS {
        let pace = Pace { rate: 100.0, max_in_flight: 10, max_dialing: 1 };
        let mut stage = Stage::new(Options { pace, ..Options::default() }, way).with(plain(20));
        let mut most = 0;
        stage.run_while(|stage| {
            most = most.max(stage.campaign.in_flight());
            true
        });
        assert_eq!((stage.finish, stage.store.count(State::Succeeded)), (Some(Finish::Done), 20));
        assert!(most > 1, "{way:?}: {most} at a time");
    }
}

#[test]
fn intents_that_the_store_refused_are_no_triggers_on_their_way() {
    for way in WAYS {
        let pace = Pace { rate: 10.0, max_in_flight: 10, max_dialing: 2 };
        let mut stage = Stage::new(Options { pace, ..Options::default() }, way).with(plain(12));
        for nth in 0..9 {
            stage.suppress(&number(&format!("+1{}5550100", 201 + nth)));
        }
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!((stage.store.count(State::Suppressed), stage.store.count(State::Succeeded)), (9, 3));
        assert_eq!((stage.campaign.dialing(), stage.campaign.in_flight()), (0, 0));
    }
}
