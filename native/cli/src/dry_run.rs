//! `outbound call --dry-run`: the request as it would be sent, and as a curl line, with the credential masked.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use polyai_outbound::TriggerCall;
use polyai_outbound::core::{CORRELATION_ID, HeaderValue, Request, wire};
use serde_json::{Value, json};

use crate::args::Global;
use crate::failure::{Exit, Failure};
use crate::output::{Output, escaped};
use crate::settings;
use crate::shell::quote;

pub(crate) fn show(global: &Global, call: &TriggerCall, output: Output) -> Result<Exit, Failure> {
    let service = &settings::service(global)?;
    let request = wire::trigger_request(service, call)?;
    // It is JSON: escaped, it says the same to the service and to a shell, and nothing to a terminal.
    let body = escaped(&String::from_utf8_lossy(&request.body));
    let curl = curl(&request, &body, service.base_url().is_loopback(), global.token_file.as_deref());
    let headers: BTreeMap<_, _> =
        request.headers.iter().map(|(name, value)| (name, value.masked())).collect();
    let for_programs = json!({
        "method": request.method.as_str(),
        "url": request.url,
        "headers": headers,
        "body": serde_json::from_str::<Value>(&body).unwrap_or_default(),
        "curl": curl,
    });
    let mut for_people = format!("{} {}\n", request.method.as_str(), request.url);
    for (name, value) in request.headers.iter() {
        let _ = writeln!(for_people, "{name}: {}", value.masked());
    }
    let _ = writeln!(for_people, "{CORRELATION_ID}: (a new UUID with every request)");
    let _ = write!(for_people, "\n{body}\n\n{curl}");
    output.say(for_people, &for_programs);
    output.note("nothing was sent");
    Ok(Exit::Done)
}

/// The token stays where it is: the shell takes it from the environment, or from its file, and hands it to curl by stdin,
/// because every process list shows a command's arguments. What stays on this machine passes through no proxy, as with
/// the client.
fn curl(request: &Request, body: &str, is_loopback: bool, token_file: Option<&Path>) -> String {
    let token = match token_file {
        Some(path) => format!(r"$(tr -d '\r\n' < {})", quote(&path.display().to_string())),
        None => "$POLYAI_OUTBOUND_TOKEN".to_owned(),
    };
    let no_proxy = if is_loopback { " --noproxy '*'" } else { "" };
    let mut secrets = String::new();
    let mut line = format!("curl -sS{no_proxy} -X {} {}", request.method.as_str(), quote(&request.url));
    for (name, value) in request.headers.iter() {
        let _ = match value {
            HeaderValue::Plain(value) => write!(line, " -H {}", quote(&format!("{name}: {value}"))),
            HeaderValue::Secret(_) => write!(secrets, " \"{name}: {token}\""),
        };
    }
    let _ = write!(line, " --data-raw {}", quote(body));
    if secrets.is_empty() { line } else { format!(r"printf '%s\n'{secrets} | {line} -H @-") }
}
