//! Ctrl-C, being told to end, and a terminal that goes away.

use std::future::Future;
use std::time::{Duration, Instant};

/// One key press or one order to end may arrive several times: from the terminal, which tells all its processes, and from a
/// wrapper that forwards what it was told; or as INT and TERM from a supervisor. Nobody presses twice so fast.
const ONE_PRESS: Duration = Duration::from_millis(500);

/// Resolves when the person presses Ctrl-C, the process is told to end or its terminal goes away, from the moment of this
/// call on; never if that cannot be noticed, and then the signal ends the process as usual.
pub(crate) fn interrupted() -> impl Future<Output = ()> + Send + 'static {
    let mut interrupts = Interrupts::new();
    async move { interrupts.next().await }
}

/// All of these from the moment at which it is made, one after the other; those of one press are one.
pub(crate) struct Interrupts {
    signals: Signals,
    presses: Presses,
}

impl Interrupts {
    pub(crate) fn new() -> Self {
        Self { signals: Signals::new(), presses: Presses::default() }
    }

    /// Resolves at the next one; never if they cannot be noticed.
    pub(crate) async fn next(&mut self) {
        loop {
            self.signals.next().await;
            if self.presses.is_another(Instant::now()) {
                return;
            }
        }
    }
}

/// Tells the presses of a person apart, whatever signals each of them sends. By a clock that is never set.
#[derive(Debug, Default)]
struct Presses {
    /// When the last one began.
    last: Option<Instant>,
}

impl Presses {
    /// Returns true if a signal at this moment is of another press than the one before.
    fn is_another(&mut self, now: Instant) -> bool {
        let is_another = self.last.is_none_or(|last| now.saturating_duration_since(last) >= ONE_PRESS);
        if is_another {
            self.last = Some(now);
        }
        is_another
    }
}

#[cfg(unix)]
struct Signals(Option<Kinds>);

#[cfg(unix)]
struct Kinds {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// Not if it was started to go on without its terminal. Nor after the first of any of them: a terminal that goes away says
    /// so twice, and nobody is there who wants what a second Ctrl-C does.
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = || -> std::io::Result<Kinds> {
            let hangup = if outlives_its_terminal() { None } else { Some(signal(SignalKind::hangup())?) };
            Ok(Kinds {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup,
            })
        };
        Self(kinds().ok())
    }

    async fn next(&mut self) {
        let Some(Kinds { interrupt, terminate, hangup }) = &mut self.0 else {
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
struct Signals;

#[cfg(not(unix))]
impl Signals {
    const fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the signals at these milliseconds are presses of their own.
    fn presses(at: &[u64]) -> Vec<u64> {
        let (begin, mut presses) = (Instant::now(), Presses::default());
        at.iter().copied().filter(|at| presses.is_another(begin + Duration::from_millis(*at))).collect()
    }

    #[test]
    fn signals_within_half_a_second_of_the_first_are_of_one_press() {
        for (at, of_their_own) in [
            (&[0][..], &[0][..]),
            (&[0, 0, 0], &[0]),
            (&[0, 3], &[0]),
            (&[0, 120, 240, 480], &[0]),
            (&[0, 499], &[0]),
            (&[0, 500], &[0, 500]),
            (&[0, 3, 700], &[0, 700]),
            // A key that is held down repeats, and is a person's who wants an end.
            (&[0, 300, 600, 900, 1200], &[0, 600, 1200]),
            (&[0, 800, 803, 2000, 2499], &[0, 800, 2000]),
        ] {
            assert_eq!(presses(at), of_their_own, "{at:?}");
        }
    }

    #[test]
    fn a_clock_that_seems_to_go_back_is_no_other_press() {
        let (mut presses, now) = (Presses::default(), Instant::now());
        assert!(presses.is_another(now + Duration::from_secs(5)));
        assert!(!presses.is_another(now));
    }
}
