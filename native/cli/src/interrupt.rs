//! Ctrl-C, being told to end, and a terminal that goes away.

use std::future::Future;

/// Resolves when the person presses Ctrl-C, the process is told to end or its terminal goes away, from the moment of this
/// call on; never if that cannot be noticed, and then the signal ends the process as usual.
#[cfg(unix)]
pub(crate) fn interrupted() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    let signals = || -> std::io::Result<(Signal, Signal, Option<Signal>)> {
        let hangup = if outlives_its_terminal() { None } else { Some(signal(SignalKind::hangup())?) };
        Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, hangup))
    };
    let signals = signals();
    async {
        let Ok((mut interrupt, mut terminate, mut hangup)) = signals else {
            return std::future::pending().await;
        };
        let hung_up = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hung_up => {}
        }
    }
}

/// Whether it was started to go on without its terminal, as `nohup` does; as far as the system tells.
#[cfg(unix)]
fn outlives_its_terminal() -> bool {
    const HANGUP: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & HANGUP != 0)
}

/// Resolves when the person presses Ctrl-C; never if that cannot be noticed.
#[cfg(not(unix))]
pub(crate) async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
