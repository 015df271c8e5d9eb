//! Reading the command line. A message about it names flags and never repeats what was typed for a value: that may be
//! a phone number, metadata, or a token that strayed.

use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};

use crate::args::Cli;
use crate::failure::{Exit, Failure};
use crate::help;
use crate::output::Output;

/// The command line, or the exit code of having shown help or what is wrong.
pub(crate) fn parse() -> Result<Cli, ExitCode> {
    let mut command = help::told(Cli::command());
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    matches.and_then(|it| Cli::from_arg_matches(&it)).map_err(|error| {
        if !error.use_stderr() {
            let _ = write!(anstream::stdout().lock(), "{}", error.render().ansi());
            return Exit::Done.into();
        }
        let error = discreet(error);
        let _ = write!(anstream::stderr().lock(), "{}", error.render().ansi());
        if std::env::args_os().any(|it| means_json(it.as_encoded_bytes())) {
            Output::for_programs().say("", &Failure::input(problem(&error.to_string())).to_json());
        }
        Exit::BadInput.into()
    })
}

/// A program that says it in the wrong way reads JSON all the same.
fn means_json(argument: &[u8]) -> bool {
    argument.strip_prefix(b"--json").is_some_and(|rest| rest.is_empty() || rest.starts_with(b"="))
}

/// The error without what was typed, as far as that is no flag and no near miss of a known word.
fn discreet(mut error: clap::Error) -> clap::Error {
    const HIDDEN: &str = "…";
    let mut hide = |kind: ContextKind, is_harmless: fn(&str) -> bool| {
        if let Some(ContextValue::String(typed)) = error.get(kind)
            && !is_harmless(typed)
        {
            error.insert(kind, ContextValue::String(HIDDEN.to_owned()));
        }
    };
    // An empty value has a sentence of its own.
    hide(ContextKind::InvalidValue, str::is_empty);
    hide(ContextKind::InvalidArg, is_flag_or_placeholder);
    if error.kind() == ErrorKind::InvalidSubcommand && error.get(ContextKind::SuggestedSubcommand).is_none() {
        error.insert(ContextKind::InvalidSubcommand, ContextValue::String(HIDDEN.to_owned()));
    }
    // To pass what was typed "as a value" is never what is wanted here, and the tip repeats it.
    error.remove(ContextKind::Suggested);
    error
}

/// `--flag`, `-f`, `--flag <VALUE>`, `<ARGUMENT>`; no number with a minus before it.
fn is_flag_or_placeholder(typed: &str) -> bool {
    let (flag, rest) = typed.split_once(' ').unwrap_or((typed, "<"));
    let name = flag.trim_start_matches('-');
    let is_flag = name.len() < flag.len() && name.chars().all(|it| it.is_ascii_alphabetic() || it == '-');
    typed.starts_with('<') || (is_flag && rest.starts_with('<'))
}

/// What is wrong, on one line and without the frame that is for people.
fn problem(rendered: &str) -> String {
    let problem = rendered.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = problem.split_whitespace().skip_while(|it| *it == "error:").collect();
    words.join(" ")
}
