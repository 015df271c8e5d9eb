//! Asking a person before something is done that cannot be undone.

use std::io::IsTerminal;

use crate::failure::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
}

/// What a person at a terminal answers; only a yes is one. Where there is none, nobody is asked and `unasked` says what to
/// do.
pub(crate) fn confirmed(question: &str, unasked: &str) -> Result<Answer, Failure> {
    if !can_be_asked() {
        return Err(Failure::input(unasked));
    }
    eprint_question(question);
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    let yes = read.is_ok() && ["y", "yes"].iter().any(|it| line.trim().eq_ignore_ascii_case(it));
    Ok(if yes { Answer::Yes } else { Answer::No })
}

/// Whether a person is there.
pub(crate) fn can_be_asked() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn eprint_question(question: &str) {
    use std::io::Write;
    let mut out = anstream::stderr().lock();
    let _ = write!(out, "{question} [y/N] ");
    let _ = out.flush();
}
