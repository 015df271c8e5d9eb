//! The `outbound` command: place calls through PolyAI's Outbound Calling API and follow them to the end.

mod args;
mod call;
mod demo;
mod dry_run;
mod failure;
mod follow;
mod interrupt;
mod output;
mod serve;
mod settings;
mod shell;
mod status;
mod usage;

use std::process::ExitCode;

use clap::CommandFactory;
use tracing_subscriber::EnvFilter;

use crate::args::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::output::Output;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match usage::parse() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    let output = Output { json: cli.global.json };
    log(cli.global.verbose);
    let exit = run(&cli, output).await.unwrap_or_else(|failure| {
        output.fail(&failure);
        failure.exit()
    });
    exit.into()
}

async fn run(cli: &Cli, output: Output) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Demo => demo::run(output).await,
        Command::Call(args) => call::run(args, &cli.global, output).await,
        Command::Status(args) => status::run(args, &cli.global, output).await,
        Command::Sandbox(args) => serve::run(args, output).await,
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "outbound", &mut std::io::stdout());
            Ok(Exit::Done)
        }
    }
}

/// Logs go to stderr, and only if asked for.
fn log(verbose: u8) {
    let filter = match verbose {
        0 => return,
        1 => "polyai_outbound=info",
        2 => "polyai_outbound=debug,info",
        _ => "trace",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(
            std::env::var_os("NO_COLOR").is_none() && std::io::IsTerminal::is_terminal(&std::io::stderr()),
        )
        .init();
}
