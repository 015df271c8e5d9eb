//! `outbound sandbox`: the service on this machine, where nobody is called.

use polyai_outbound::Credential;
use polyai_outbound::sandbox::{Config, SandboxServer};
use serde_json::json;

use crate::args::SandboxArgs;
use crate::failure::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::output::Output;

pub(crate) async fn run(args: &SandboxArgs, output: Output) -> Result<Exit, Failure> {
    let mut config = Config::default()
        .with_token(Credential::new(&args.token)?)
        .with_seed(args.seed)
        .with_speed(args.speed)?;
    if let Some(rate) = args.rate {
        config = config.with_rate(rate)?;
    }
    let server = SandboxServer::bind(args.listen, config).await.map_err(|error| {
        Failure::input(format!(
            "--listen {}: {error}; expected a free address of this machine (port 0 picks a free port)",
            args.listen
        ))
    })?;
    let base_url = server.base_url();
    output.say(format_args!("sandbox listening on {base_url}"), &json!({ "base_url": base_url }));
    output.note(guide(&base_url, &args.token));
    server
        .serve(interrupted())
        .await
        .map_err(|error| Failure::input(format!("--listen {}: {error}", args.listen)))?;
    Ok(Exit::Done)
}

/// How to use it; a token of one's own is not repeated.
fn guide(base_url: &str, token: &str) -> String {
    let token = if token == "sandbox" { token } else { "(the token given)" };
    format!(
        "in another terminal:
  export POLYAI_OUTBOUND_BASE_URL={base_url} POLYAI_OUTBOUND_TOKEN={token}
  outbound call +14155550100 --wait      the last two digits choose the ending: 00 success, 01 no answer, 02 busy, …
  curl {base_url}/_sandbox/calls         every call that was really placed
Ctrl-C stops it; nobody is called by it"
    )
}
