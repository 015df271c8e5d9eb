//! Readings, whatever arrives: no more than may be made, and none later than the longest wait.
//!
//! That a trigger is not sent again where it may have rung is judged by [`model`](super::model).

use proptest::prelude::*;

use super::*;

/// The longest `Retry-After` that a reading waits for: status data is not slept through.
const LONGEST: Duration = secs(600);

#[derive(Clone, Debug)]
enum Arrives {
    /// One of the causes of a row of the table.
    Row(Happened, usize),
    /// A status of the service's that asks to wait.
    Asks(u16, String),
}

fn arrives() -> impl Strategy<Value = Arrives> {
    let seconds = prop_oneof![0..20_u64, 0..5_000_u64, any::<u64>()].prop_map(|it| it.to_string());
    let date = (0..4_000_u64).prop_map(|after| {
        let at = std::time::UNIX_EPOCH + Duration::from_millis(START.as_millis()) + secs(after);
        httpdate::fmt_http_date(at)
    });
    let asked = prop_oneof![3 => seconds, 1 => date, 1 => "[a-z -]{0,8}"];
    prop_oneof![
        3 => (prop::sample::select(crate::RULES.map(|it| it.happened).to_vec()), any::<usize>())
            .prop_map(|(row, nth)| Arrives::Row(row, nth)),
        2 => (prop::sample::select(vec![408, 429, 500, 502, 503, 504]), asked)
            .prop_map(|(status, asked)| Arrives::Asks(status, asked)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_reading_is_made_no_more_often_and_no_later_than_it_may_be(
        in_agents: bool,
        seed: u64,
        max_retries in prop_oneof![0..5_u32, Just(u32::MAX)],
        budget in prop_oneof![0..5_u32, Just(100)],
        base in 0..5_000_u64,
        cap in 0..40_000_u64,
        operation_timeout in prop_oneof![1..4_000_u64, Just(u64::MAX)],
        arriving in prop::collection::vec(arrives(), 1..12),
    ) {
        let retry = RetryPolicy {
            max_retries,
            base: Duration::from_millis(base),
            cap: Duration::from_millis(cap),
        };
        let limits = Limits { operation_timeout: secs(operation_timeout), retry, ..Limits::default() };
        let service = if in_agents { agents() } else { outbound() };
        let operation = StatusRead::new(Arc::clone(&service), CallSid::parse(SID).unwrap());
        let mut shell = Shell::undrained(Exchange::new(operation, limits, seed));
        shell.budget = RetryBudget::new(budget);
        shell.drain();
        // The agents dialect has no failure to place that is believed.
        let arriving = arriving
            .into_iter()
            .filter(|it| !matches!(it, Arrives::Row(row, _) if causes(&service, *row).is_empty()));
        for (nth, arrives) in (1_u32..).zip(arriving) {
            if shell.outcome().is_some() {
                break;
            }
            let told = shell.events.len();
            let cause = match arrives {
                Arrives::Row(row, nth) => {
                    let mut causes = causes(&service, row);
                    causes.swap_remove(nth % causes.len())
                }
                Arrives::Asks(status, asked) => {
                    Cause::Reply(reply_with(status, &[("Retry-After", &asked)], own_envelope(&service)))
                }
            };
            shell.bring(&cause);
            let Some(Progress::Retrying(retrying)) = shell.events.get(told) else { break };
            prop_assert_eq!(retrying.attempts, nth);
            let doubled = retry.base.saturating_mul(1 << (nth - 1)).min(retry.cap);
            prop_assert!(retrying.after <= doubled.max(LONGEST + retry.base.min(retry.cap)), "{retrying:?}");
            prop_assert!(shell.now + retrying.after < START + limits.operation_timeout, "{retrying:?}");
            shell.wake();
        }
        prop_assert_eq!(shell.posts(), 0);
        prop_assert!(shell.sent.len() as u64 <= 1 + u64::from(max_retries.min(budget)));
        shell.tell(Input::Cancel);
        let ends = shell.events.iter().filter(|it| matches!(it, Progress::Done(_))).count();
        prop_assert_eq!(ends, 1, "there is one end");
        if let Some(Err(error)) = shell.outcome() {
            prop_assert_eq!(error.attempts() as usize, shell.sent.len());
            prop_assert_eq!(error.placement(), None);
        }
    }
}
