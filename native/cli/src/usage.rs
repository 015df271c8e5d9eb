//! Reading the command line; a message about it must not repeat a number that was typed.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// An argument with so many digits may be a phone number.
const PHONE_DIGITS: usize = 7;

/// The command line, or the exit code of having shown help or what is wrong.
pub(crate) fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|error| {
        let text = masked(error.render().ansi().to_string(), std::env::args().skip(1));
        if !error.use_stderr() {
            let _ = write!(anstream::stdout().lock(), "{text}");
            return Exit::Done.into();
        }
        let _ = write!(anstream::stderr().lock(), "{text}");
        if std::env::args().any(|it| it == "--json") {
            let plain = masked(error.to_string(), std::env::args().skip(1));
            Output { json: true }.say("", &Failure::input(plain.trim_end()).to_json());
        }
        Exit::BadInput.into()
    })
}

fn masked(mut text: String, args: impl Iterator<Item = String>) -> String {
    for arg in args {
        if arg.chars().filter(char::is_ascii_digit).count() >= PHONE_DIGITS {
            let mask: String = arg.chars().map(|it| if it.is_ascii_digit() { '*' } else { it }).collect();
            text = text.replace(&arg, &mask);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_number_that_was_typed_is_not_repeated() {
        let args = ["call", "+14155550100", "--wait"].map(str::to_owned);
        assert_eq!(
            masked("unexpected argument '+14155550100'; try --wait".to_owned(), args.into_iter()),
            "unexpected argument '+***********'; try --wait"
        );
    }
}
