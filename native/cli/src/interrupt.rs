//! Ctrl-C, being told to end, and a terminal that goes away.

use std::future::Future;

/// Resolves when the person presses Ctrl-C, the process is told to end or its terminal goes away, from the moment of this
/// call on; never if that cannot be noticed, and then the signal ends the process as usual.
pub(crate) fn interrupted() -> impl Future<Output = ()> + Send + 'static {
    let mut interrupts = Interrupts::new();
    async move { interrupts.next().await }
}

/// All of these from the moment at which it is made, one after the other.
#[cfg(unix)]
pub(crate) struct Interrupts(Option<Signals>);

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// Not if it was started to go on without its terminal. Nor after the first of any of them: a terminal that goes away says
    /// so twice, and nobody is there who wants what a second Ctrl-C does.
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interrupts {
    pub(crate) fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = || -> std::io::Result<Signals> {
            let hangup = if outlives_its_terminal() { None } else { Some(signal(SignalKind::hangup())?) };
            Ok(Signals {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup,
            })
        };
        Self(signals().ok())
    }

    /// Resolves at the next one; never if they cannot be noticed.
    pub(crate) async fn next(&mut self) {
        let Some(Signals { interrupt, terminate, hangup }) = &mut self.0 else {
            return std::future::pending().await;
        };
        let hung_up = async {
            match hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hung_up => {}
        }
        *hangup = None;
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

/// Ctrl-C alone.
#[cfg(not(unix))]
pub(crate) struct Interrupts;

#[cfg(not(unix))]
impl Interrupts {
    pub(crate) const fn new() -> Self {
        Self
    }

    /// Resolves at the next one; never if they cannot be noticed.
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
