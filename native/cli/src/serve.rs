//! `outbound sandbox`: the service on this machine, where nobody is called.

use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

use polyai_outbound::Credential;
use polyai_outbound::sandbox::{Config, SandboxServer};
use serde_json::json;

use crate::args::{DEFAULT_TOKEN, SandboxArgs};
use crate::failure::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::output::Output;
use crate::shell::me;

pub(crate) async fn run(args: &SandboxArgs, output: Output) -> Result<Exit, Failure> {
    let token = Credential::new(&args.token).map_err(|error| Failure::refused("--token", &error))?;
    let seed = args.seed.unwrap_or_else(one_of_its_own);
    let mut config = Config::default().with_token(token).with_seed(seed).with_speed(args.speed)?;
    if let Some(rate) = args.rate {
        config = config.with_rate(rate)?;
    }
    let listen = args.listen;
    let server = SandboxServer::bind(listen, config).await.map_err(|error| {
        Failure::input(format!(
            "--listen {listen}: {error}; expected a free address of this machine (port 0 picks a free port)"
        ))
    })?;
    let interrupted = interrupted();
    let base_url = server.base_url();
    output.say(format_args!("sandbox listening on {base_url}"), &json!({ "base_url": base_url }));
    if !listen.ip().is_loopback() {
        output.note(
            "warning: whoever can reach this address can use the sandbox, and see every number that it was given",
        );
    }
    output.note(guide(&base_url, &args.token));
    server.serve(interrupted).await.map_err(|error| Failure::input(format!("--listen {listen}: {error}")))?;
    Ok(Exit::Done)
}

/// A seed that no other run has: a sandbox that was started again must not answer the call SIDs of the one before, which
/// a campaign takes for an alarm.
fn one_of_its_own() -> u64 {
    // Its keys are random.
    RandomState::new().hash_one((std::process::id(), SystemTime::now()))
}

/// How to use it; a token of one's own is not repeated.
fn guide(base_url: &str, token: &str) -> String {
    let me = me();
    let token = if token == DEFAULT_TOKEN { token } else { "…" };
    format!(
        "
Nobody is called by it. In another terminal:
  export POLYAI_OUTBOUND_BASE_URL={base_url} POLYAI_OUTBOUND_TOKEN={token}
A call, followed to its end; the last two digits choose the ending (00 success, 01 no answer, 02 busy, …):
  {me} call +14155550100 --wait
Every call that was really placed:
  curl -sS --noproxy '*' {base_url}/_sandbox/calls
Ctrl-C stops the sandbox."
    )
}
