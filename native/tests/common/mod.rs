//! What the tests of the client share: clients with known secrets, and ways to run many cases side by side.

#![allow(dead_code, reason = "every test binary uses its own part of this")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]
#![allow(clippy::needless_pass_by_value, reason = "values read better where they are compared")]

pub(crate) mod case;
pub(crate) mod connections;
pub(crate) mod logs;
#[cfg(target_os = "linux")]
pub(crate) mod memory;
pub(crate) mod server;
pub(crate) mod tls;

use std::future::Future;
use std::time::Duration;

use polyai_outbound::{Client, ClientBuilder, Destination, Metadata, TriggerCall};
use tokio::time::MissedTickBehavior;

/// What no output may show. Metadata is long enough not to be an ordinary word.
pub(crate) const TOKEN: &str = "tok-5b1c9e77";
pub(crate) const NUMBER: &str = "+14155550100";
pub(crate) const NATIONAL: &str = "(415) 555-0100";
pub(crate) const METADATA: [(&str, &str); 2] = [("patient", "Augusta Ada King"), ("X-Case", "case#71-b")];

/// A SID as the service gives it.
pub(crate) const SID: &str = "OUT-3f2504e0-4f89-41d3-9a0c-0305e82c3301";

/// A call that carries all that must stay hidden.
pub(crate) fn call() -> TriggerCall {
    call_to(NUMBER)
}

pub(crate) fn call_to(number: &str) -> TriggerCall {
    TriggerCall::new(Destination::parse(number, None).unwrap())
        .with_metadata(Metadata::new(METADATA).unwrap())
}

/// A client in default settings.
pub(crate) fn builder(base_url: impl Into<String>) -> ClientBuilder {
    Client::builder().base_url(base_url).token(TOKEN)
}

/// Waits so long as this process is run: of a time in which it got no processor, or was stopped, a tenth of a second counts.
/// So a limit is about what is tested and not about the machine.
pub(crate) async fn patience(time: Duration) {
    const STEP: Duration = Duration::from_millis(100);
    let mut steps = tokio::time::interval(STEP);
    steps.set_missed_tick_behavior(MissedTickBehavior::Skip);
    // The first comes at once.
    for _ in 0..=time.as_millis() / STEP.as_millis() {
        steps.tick().await;
    }
}

/// The output of a future that is over within that time, as [`patience`] counts it; else nothing.
pub(crate) async fn within<F: Future>(time: Duration, future: F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = patience(time) => None,
    }
}

/// Runs cases side by side, because most of their time is waiting, and tells of all that failed at once.
pub(crate) async fn side_by_side<C: Future<Output = Result<(), String>>>(
    cases: impl IntoIterator<Item = (&'static str, C)>,
) {
    let running = cases.into_iter().map(|(name, case)| async move {
        match within(Duration::from_secs(40), case).await {
            Some(result) => result.err().map(|wrong| format!("{name}: {wrong}")),
            None => Some(format!("{name}: never ends")),
        }
    });
    let wrong: Vec<String> = futures_util::future::join_all(running).await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// An error that tells both, unless they are equal.
pub(crate) fn expect_eq<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: T,
    expected: T,
) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what} is {found:?}, expected {expected:?}")) }
}
