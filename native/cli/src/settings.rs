//! Where to call and as whom, from flags and environment. A flag beats the environment; an empty variable is not set.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use polyai_outbound::{AgentId, Api, BaseUrl, Client, Credential, Service};

use crate::args::{self, ApiName, Global};
use crate::failure::Failure;
use crate::readers;
use crate::shell::{me, quote};

const TOKEN: &str = "POLYAI_OUTBOUND_TOKEN";
const AGENT_ID: &str = "POLYAI_OUTBOUND_AGENT_ID";
const BASE_URL: &str = "POLYAI_OUTBOUND_BASE_URL";

/// Returns true if the service is on this machine's loopback, so that it reaches nobody's phone.
pub(crate) fn is_loopback(global: &Global) -> Result<bool, Failure> {
    Ok(match place(global)? {
        Place::Region(_) => false,
        Place::BaseUrl(url) => url.is_loopback(),
    })
}

/// The client that flags and environment describe.
pub(crate) fn client(global: &Global) -> Result<Client, Failure> {
    let mut builder = Client::builder().api(api(global)?).agents_502_not_placed(global.agents_502_not_placed);
    builder = match place(global)? {
        Place::Region(region) => builder.region(region),
        Place::BaseUrl(url) => builder.base_url(url.as_str()),
    };
    let token = token(global)?.ok_or_else(|| {
        Failure::input(format!(
            "there is no token; set {TOKEN} or give --token-file (that of `outbound sandbox` is `sandbox`)"
        ))
    })?;
    builder = builder.credential(token);
    if let Some(timeout) = global.timeout {
        // The time for the whole leaves room for every retry to take as long.
        let requests = global.max_retries.unwrap_or(3).saturating_add(1);
        builder =
            builder.request_timeout(timeout).timeout((timeout.saturating_mul(requests)).max(DEFAULT_WHOLE));
    }
    if let Some(lost_after) = global.lost_after {
        builder = builder.lost_after(lost_after);
    }
    if let Some(max_retries) = global.max_retries {
        builder = builder.max_retries(max_retries);
    }
    Ok(builder.build()?)
}

const DEFAULT_WHOLE: std::time::Duration = std::time::Duration::from_secs(120);

/// The service alone, for looking at a request that is not sent; it may lack a token.
pub(crate) fn service(global: &Global) -> Result<Service, Failure> {
    // Nothing is sent, so what stands for a missing token is never seen.
    let credential = match token(global)? {
        Some(credential) => credential,
        None => Credential::new("none")?,
    };
    let api = api(global)?;
    Ok(match place(global)? {
        Place::Region(region) => Service::in_region(region, api, credential)?,
        Place::BaseUrl(url) => Service::at(url, api, Some(credential)),
    })
}

/// The command that goes on following a call, with the flags of this one that say where and as whom.
pub(crate) fn resume_command(global: &Global, call_sid: &str) -> String {
    format!("{} status {} --wait{}", me(), quote(call_sid), flags(global))
}

/// The flags of this command that say where and as whom, to be put behind another one.
pub(crate) fn flags(global: &Global) -> String {
    let mut said = String::new();
    let flags = [
        ("--api", global.api.map(|it| it.as_str().to_owned())),
        ("--region", global.region.map(|it| it.as_str().to_owned())),
        ("--base-url", global.base_url.clone()),
        ("--agent-id", global.agent_id.clone()),
        ("--environment", global.environment.map(|it| it.as_str().to_owned())),
        ("--token-file", global.token_file.as_ref().map(|it| it.display().to_string())),
    ];
    for (flag, value) in flags {
        if let Some(value) = value {
            said.push_str(&format!(" {flag} {}", quote(&value)));
        }
    }
    if global.agents_502_not_placed {
        said.push_str(" --agents-502-not-placed");
    }
    said
}

enum Place {
    Region(polyai_outbound::Region),
    BaseUrl(BaseUrl),
}

fn place(global: &Global) -> Result<Place, Failure> {
    let base_url = |url: &str, given_in: &str| {
        BaseUrl::parse(url).map(Place::BaseUrl).map_err(|error| Failure::refused(given_in, &error))
    };
    if let Some(url) = &global.base_url {
        return base_url(url, "--base-url");
    }
    if let Some(region) = global.region {
        return Ok(Place::Region(region));
    }
    let url = variable(BASE_URL)?;
    match (url, parsed("POLYAI_OUTBOUND_REGION", args::region)?) {
        (Some(_), Some(_)) => Err(Failure::input(
            "POLYAI_OUTBOUND_BASE_URL and POLYAI_OUTBOUND_REGION are both set; unset one, or give --base-url or --region",
        )),
        (Some(url), None) => base_url(&url, BASE_URL),
        (None, Some(region)) => Ok(Place::Region(region)),
        (None, None) => Err(Failure::input(
            "where to call is not said; give --region or --base-url, or set POLYAI_OUTBOUND_REGION or \
             POLYAI_OUTBOUND_BASE_URL (for a try without an account: outbound demo, outbound sandbox)",
        )),
    }
}

fn api(global: &Global) -> Result<Api, Failure> {
    let name = match global.api {
        Some(name) => name,
        None => parsed("POLYAI_OUTBOUND_API", args::api)?.unwrap_or(ApiName::Outbound),
    };
    match name {
        ApiName::Outbound => match (&global.agent_id, global.environment) {
            (None, None) if global.agents_502_not_placed => Err(Failure::input(
                "--agents-502-not-placed belongs to the agents API; give --api agents with it",
            )),
            (None, None) => Ok(Api::Outbound),
            (Some(_), _) => {
                Err(Failure::input("--agent-id belongs to the agents API; give --api agents with it"))
            }
            (None, Some(_)) => {
                Err(Failure::input("--environment belongs to the agents API; give --api agents with it"))
            }
        },
        ApiName::Agents => {
            let (agent_id, given_in) = match &global.agent_id {
                Some(agent_id) => (Some(agent_id.clone()), "--agent-id"),
                None => (variable(AGENT_ID)?, AGENT_ID),
            };
            let agent_id = agent_id.ok_or_else(|| {
                Failure::input(format!("the agents API needs an agent; give --agent-id or set {AGENT_ID}"))
            })?;
            let agent_id = AgentId::new(agent_id).map_err(|error| Failure::refused(given_in, &error))?;
            let environment = match global.environment {
                Some(environment) => Some(environment),
                None => parsed("POLYAI_OUTBOUND_ENVIRONMENT", args::environment)?,
            };
            let environment = environment.ok_or_else(|| {
                Failure::input(
                    "the agents API needs an environment; give --environment sandbox, pre-release or live, or set \
                     POLYAI_OUTBOUND_ENVIRONMENT",
                )
            })?;
            Ok(Api::Agents { agent_id, environment })
        }
    }
}

fn token(global: &Global) -> Result<Option<Credential>, Failure> {
    match &global.token_file {
        Some(path) => read_token(path).map(Some),
        None => {
            let token = variable(TOKEN)?.map(Credential::new).transpose();
            token.map_err(|error| Failure::refused(TOKEN, &error))
        }
    }
}

/// Reads the token of a file. Neither is repeated in what is said about it: some write the token where its file goes.
fn read_token(path: &Path) -> Result<Credential, Failure> {
    const LONGEST: usize = 64 * 1024;
    let refuse = |problem: &str| {
        Failure::input(format!(
            "--token-file: {problem}; expected the path of a text file with the token on one line"
        ))
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        let metadata = file.metadata()?;
        file.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
        Ok(metadata)
    });
    let metadata = read.map_err(|error| {
        let leads_nowhere = error.kind() == ErrorKind::NotFound && path.is_symlink();
        refuse(&if leads_nowhere {
            "it is a link to a file that is not there".to_owned()
        } else {
            error.to_string()
        })
    })?;
    if bytes.len() > LONGEST {
        return Err(refuse("the file is longer than 64 KiB"));
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse("the file is not UTF-8"))?;
    let token = text.trim_end_matches(['\r', '\n']);
    match token {
        "" => Err(refuse("the file is empty")),
        _ if token.starts_with('\u{feff}') => {
            Err(refuse("the file begins with a byte order mark (save it as UTF-8 without BOM)"))
        }
        _ if token.contains(['\r', '\n']) => Err(refuse("the file has more than one line")),
        _ => {
            let credential =
                Credential::new(token).map_err(|error| Failure::refused("--token-file", &error))?;
            readers::warn(path, &metadata, "a token that places calls in your name");
            Ok(credential)
        }
    }
}

/// A variable of the environment, if it is set to something.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::input(format!("{name}: is not text"))),
    }
}

fn parsed<T>(name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, Failure> {
    let Some(word) = variable(name)? else { return Ok(None) };
    parse(&word)
        .map(Some)
        .map_err(|problem| Failure::input(format!("{name}: the word is not known; {problem}")))
}
