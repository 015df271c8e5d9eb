//! The `outbound` command: place calls through PolyAI's Outbound Calling API and follow them to the end.

mod args;
mod call;
mod campaign;
mod demo;
mod dry_run;
mod failure;
mod follow;
mod help;
mod interrupt;
mod limits;
mod output;
mod readers;
mod serve;
mod settings;
mod shell;
mod status;
mod table;
mod usage;

use std::io::ErrorKind;
use std::process::ExitCode;
use std::time::Duration;

use clap::CommandFactory;
use tracing_subscriber::EnvFilter;

use crate::args::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// How long somebody who reads nothing of what was printed is waited for in the end.
const PATIENCE: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let cli = match usage::parse() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    let output = Output::new(cli.global.json, cli.global.verbose);
    log(cli.global.verbose);
    if let Err(failure) = limits::check() {
        output.fail(&failure);
        return Exit::ServiceFailed.into();
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.fail(&Failure::input(format!("this machine gives no threads or timers: {error}")));
            return Exit::ServiceFailed.into();
        }
    };
    let exit = runtime.block_on(run(&cli, output)).unwrap_or_else(|failure| {
        output.fail(&failure);
        failure.exit()
    });
    // A look-up of a name that hangs cannot be stopped; nobody waits for it.
    runtime.shutdown_background();
    output::finish(PATIENCE);
    exit.into()
}

async fn run(cli: &Cli, output: Output) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Demo => demo::run(output).await,
        Command::Call(args) => call::run(args, &cli.global, output).await,
        Command::Status(args) => status::run(args, &cli.global, output).await,
        Command::Campaign(command) => campaign::run(command, &cli.global, output).await,
        Command::Sandbox(args) => serve::run(args, output).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "outbound", &mut script);
            match output.write(&String::from_utf8_lossy(&script)) {
                // Who closes a pipe has read enough.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    Err(Failure::input(format!("the script could not be written: {error}")))
                }
                Ok(()) | Err(_) => Ok(Exit::Done),
            }
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
        .with_writer(|| output::Log)
        // It would say with a panic that stderr is full or closed.
        .log_internal_errors(false)
        .with_ansi(output::colour_on_stderr())
        .init();
}
