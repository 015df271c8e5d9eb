//! How often somebody is called at most, whatever the rules are, whoever answers and however.

use proptest::prelude::*;

use super::*;

fn a_rule() -> impl Strategy<Value = String> {
    let ending = prop::sample::select(vec!["busy", "no-answer", "congestion", "failure", "reason:declined"]);
    (ending, 1..4_u32, 1..40_u32).prop_map(|(ending, times, minutes)| format!("{ending}={times}x{minutes}m"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nobody_is_called_more_often_than_rules_and_limits_allow(
        seed: u64,
        slow: bool,
        max_attempts in 1..5_u32,
        max_per_number in 1..5_u32,
        max_refusals in 0..4_u32,
        rules in prop::collection::btree_map("[a-z]", a_rule(), 0..4),
        // The last two digits of a number choose what happens; of four numbers, so that rows share them.
        ends in prop::collection::vec(prop::sample::select(vec![0, 1, 2, 3, 5, 6, 7, 8, 12, 13]), 1..6),
    ) {
        let mut redial: Vec<RedialRule> = rules.values().map(|rule| rule.parse().unwrap()).collect();
        redial.sort_by_key(RedialRule::name);
        redial.dedup_by_key(|rule| rule.name());
        let options = Options {
            windows: CallingWindows::always("a test").unwrap(),
            until: Some(START + 2 * DAY),
            redial: redial.clone(),
            max_attempts,
            max_per_number,
            max_refusals,
            ..quick(0.5)
        };
        let way = if slow { Answering::Within(secs(2)) } else { Answering::Quickly };
        let mut stage = Stage::seeded(options, way, seed).with(rows(&ends));
        stage.lazy = secs(60);
        // Three numbers in a row whose answers are lost stop it, and somebody is there who resumes it.
        stage.run_while(|stage| {
            stage.store.command(Command::Run);
            true
        });
        prop_assert_eq!(stage.finish, Some(Finish::Done));
        for (recipient, standing, attempts) in stage.store.iter() {
            let what = format!("row {}, {}: {}", recipient.row, standing.state, standing.reason);
            prop_assert!(standing.state.is_terminal(), "{}", what);
            let dials = attempts.iter().filter(|it| it.outcome.may_have_rung()).count();
            prop_assert!(dials <= max_attempts as usize, "{}", what);
            let redials: u32 = redial.iter().map(RedialRule::times).sum();
            prop_assert!(dials <= 1 + redials as usize, "{}", what);
            // What may have rung without an answer is never called again.
            let unknown = attempts.iter().position(|it| it.outcome == Outcome::Unknown);
            prop_assert!(unknown.is_none_or(|at| at + 1 == attempts.len()), "{}", what);
            // Nobody is given up for a fault of the service before it was tried as often as it is to be.
            let failed = |it: &&Attempt| it.error.as_deref() == Some("service_failed");
            if attempts.last().is_some_and(|it| failed(&it)) && standing.state == State::Failed {
                let run = attempts.iter().rev().take_while(failed).count();
                prop_assert!(run > max_refusals as usize, "{}", what);
            }
            let numbers: Vec<u32> = attempts.iter().map(|it| it.number).collect();
            prop_assert_eq!(numbers, (1..).take(attempts.len()).collect::<Vec<_>>(), "{}", what);
        }
        // By what really rang, which the machine has no part in.
        for (number, calls) in stage.rang() {
            for (nth, call) in calls.iter().enumerate() {
                let within = calls[nth..].iter().filter(|it| it.placed_at.since(call.placed_at) + secs(8) < DAY);
                prop_assert!(within.count() <= max_per_number as usize, "{}", number);
            }
        }
    }
}
