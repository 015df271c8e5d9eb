//! Where to call and as whom: region or base URL, dialect with its identity, credential.

use std::fmt;
use std::net::Ipv6Addr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::InvalidInput;
use crate::correlation::CorrelationId;
use crate::dialect::{AGENTS, Dialect, OUTBOUND};
use crate::host::{ipv4_is_loopback, ipv6_is_loopback};
use crate::text::{
    all, concat, decimal, except, filled, find, holds, is_blank, is_digit, is_visible, numbered, replace,
    split_once, trim_end,
};

/// The secret that the service knows a caller by.
///
/// It has no `Display`, its `Debug` shows nothing, and its memory is wiped when the last copy goes.
#[derive(Clone)]
pub struct Credential(Arc<Zeroizing<String>>);

impl Credential {
    /// Takes a token that can stand in a header: visible ASCII, no spaces, not empty.
    ///
    /// # Errors
    /// If it is empty or has a character that a header cannot carry; a line end left by an editor is the usual one.
    pub fn new(token: impl Into<String>) -> Result<Self, InvalidInput> {
        const EXPECTED: &str = "the token as it was issued: visible ASCII characters, no spaces or line ends";
        let token = Zeroizing::new(token.into());
        if token.is_empty() {
            return Err(InvalidInput::new("token", "is empty", EXPECTED));
        }
        match except(&token, is_visible) {
            None => Ok(Self(Arc::new(token))),
            Some(at) => {
                let (at, of) = (decimal(at as u64 + 1), decimal(token.len() as u64));
                let problem = "has a character at position {} of {} that a header cannot carry";
                Err(InvalidInput::new("token", filled(problem, &[&at, &of]), EXPECTED))
            }
        }
    }

    /// The secret itself, for the one header that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(***)")
    }
}

/// The place where the account lives. Which regions there are depends on the dialect: see [`Dialect::regions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// United States; both dialects.
    Us,
    /// United Kingdom; both dialects.
    Uk,
    /// Europe, as the outbound dialect calls it; both dialects.
    Euw,
    /// The same, as the agents dialect calls it; both dialects.
    Eu,
    /// PolyAI Studio; agents dialect.
    Studio,
}

impl Region {
    /// The word for it in flags and options.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Uk => "uk",
            Self::Euw => "euw",
            Self::Eu => "eu",
            Self::Studio => "studio",
        }
    }
}

/// Which deployment of an agent places the call; the status must be read with the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// The draft.
    Sandbox,
    /// The version under test.
    PreRelease,
    /// The version that the public talks to.
    Live,
}

impl Environment {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::PreRelease => "pre-release",
            Self::Live => "live",
        }
    }
}

/// An agent's identifier, as the agents dialect has it in its path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AgentId(String);

impl AgentId {
    /// Takes an identifier; what a URL path cannot hold is percent-encoded when it is sent.
    ///
    /// # Errors
    /// If it is empty, is `.` or `..`, or has control characters.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidInput> {
        const EXPECTED: &str = "the agent's identifier as Agent Studio shows it";
        let id = id.into();
        if is_blank(&id) {
            return Err(InvalidInput::new("agent_id", "is empty", EXPECTED));
        }
        if id.chars().any(char::is_control) {
            return Err(InvalidInput::new("agent_id", "has a control character", EXPECTED));
        }
        if id == "." || id == ".." {
            return Err(InvalidInput::new("agent_id", "would change the path of the URL", EXPECTED));
        }
        Ok(Self(id))
    }

    /// The identifier as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which of the two dialects is spoken, with the identity that it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Api {
    /// The Outbound Calling API.
    Outbound,
    /// The Agents API's outbound-call endpoints.
    Agents {
        /// Whose voice it is.
        agent_id: AgentId,
        /// Which deployment of it.
        environment: Environment,
    },
}

impl Api {
    /// The dialect as data.
    #[must_use]
    pub const fn dialect(&self) -> &'static Dialect {
        match self {
            Self::Outbound => &OUTBOUND,
            Self::Agents { .. } => &AGENTS,
        }
    }
}

/// The root that routes are appended to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Without a slash at its end.
    url: String,
    loopback: bool,
}

impl BaseUrl {
    /// Takes `https://host[:port][/prefix]`, or the same with `http` if the host is this machine's loopback: `localhost`, an
    /// address that begins with 127., or `[::1]`. Names that end in `.localhost` are not: they may lead anywhere.
    ///
    /// ```
    /// use polyai_outbound_core::BaseUrl;
    ///
    /// assert!(BaseUrl::parse("https://api.us-1.platform.polyai.app").is_ok());
    /// assert!(BaseUrl::parse("http://127.0.0.1:8787/prefix/").is_ok());
    /// assert!(BaseUrl::parse("http://api.example.com").is_err(), "the token would travel in the clear");
    /// ```
    ///
    /// # Errors
    /// If it is not such a URL, or carries credentials, a query or a fragment.
    pub fn parse(url: &str) -> Result<Self, InvalidInput> {
        let parsed = Self::parse_any_scheme(url)?;
        if parsed.loopback || parsed.url.starts_with("https://") {
            return Ok(parsed);
        }
        Err(invalid_url("is not encrypted: the credential and phone numbers would travel in the clear"))
    }

    /// The same, but takes `http` for any host: the caller says that the way there is safe.
    ///
    /// # Errors
    /// As [`BaseUrl::parse`], less the demand for `https`.
    pub fn parse_insecure(url: &str) -> Result<Self, InvalidInput> {
        Self::parse_any_scheme(url)
    }

    fn parse_any_scheme(url: &str) -> Result<Self, InvalidInput> {
        let legal = |byte| {
            is_visible(byte) && !matches!(byte, b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}')
        };
        if let Some(at) = except(url, legal) {
            let problem = numbered("has a character at position {} that a URL cannot hold", at + 1);
            return Err(InvalidInput::new("base_url", problem, BASE_URL));
        }
        let (scheme, rest) = match split_once(url, "://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
            Some(_) | None => return Err(invalid_url("does not begin with https://")),
        };
        if holds(rest, "?") {
            return Err(invalid_url("has a query"));
        }
        if holds(rest, "#") {
            return Err(invalid_url("has a fragment"));
        }
        let path_at = find(rest, "/").unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(path_at).unwrap_or_default();
        if holds(authority, "@") {
            return Err(invalid_url("has credentials in it"));
        }
        // The URL standard takes %2e for a dot as well.
        let dots = replace(&path.to_ascii_lowercase(), "%2e", ".") + "/";
        if holds(&dots, "/./") || holds(&dots, "/../") {
            return Err(invalid_url("has . or .. in its path"));
        }
        let (host, port) = split_port(authority)?;
        let loopback = host_is_loopback(host)?;
        let host = host.to_ascii_lowercase();
        let path = trim_end(path, "/");
        Ok(Self { url: concat(&[scheme, "://", &host, port, path]), loopback })
    }

    /// The URL, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The place that it leads to, in one form for all spellings: for comparing, not for calling. Names and addresses of the
    /// loopback are one host, a dot behind a name and a default port make no difference, and nor does the scheme on one port.
    ///
    /// ```
    /// use polyai_outbound_core::BaseUrl;
    ///
    /// let place = |url| BaseUrl::parse(url).map(|it| it.place());
    /// assert_eq!(place("https://API.example.com:443/")?, place("https://api.example.com.")?);
    /// assert_eq!(place("http://localhost:8787")?, place("http://[::1]:8787/")?);
    /// assert_ne!(place("https://api.example.com/one")?, place("https://api.example.com/two")?);
    /// # Ok::<(), polyai_outbound_core::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn place(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("", &self.url));
        let (authority, path) =
            rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or_default();
        let (host, port) = split_port(authority).unwrap_or((authority, ""));
        let default = if scheme == "http" { 80 } else { 443 };
        let port = port.strip_prefix(':').and_then(|port| port.parse().ok()).unwrap_or(default);
        let address =
            host.strip_prefix('[').and_then(|host| host.strip_suffix(']')?.parse::<Ipv6Addr>().ok());
        let host = match address {
            _ if self.loopback => "localhost".to_owned(),
            Some(address) => format!("[{address}]"),
            None => host.trim_end_matches('.').to_owned(),
        };
        format!("{host}:{port}{path}")
    }

    /// Whether the host is this machine itself: requests to it should pass through no proxy.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }
}

const BASE_URL: &str = "https://host[:port][/prefix], or http:// for localhost, 127.0.0.1 or [::1]; no credentials, query or fragment";

#[inline(never)]
fn invalid_url(problem: &'static str) -> InvalidInput {
    InvalidInput::new("base_url", problem, BASE_URL)
}

/// Host, and port with its colon.
fn split_port(authority: &str) -> Result<(&str, &str), InvalidInput> {
    let at = if authority.starts_with("[") {
        find(authority, "]").map(|end| end + 1)
    } else {
        Some(find(authority, ":").unwrap_or(authority.len()))
    };
    let (host, port) = at
        .and_then(|at| authority.split_at_checked(at))
        .ok_or_else(|| invalid_url("has an IPv6 address without its closing bracket"))?;
    match port.strip_prefix(":") {
        None if port.is_empty() => Ok((host, port)),
        Some(digits) if all(digits, is_digit) && digits.parse::<u16>().is_ok() => Ok((host, port)),
        None | Some(_) => Err(invalid_url("has a port that is not a number from 0 to 65535")),
    }
}

/// Checks a host and tells whether it is this machine.
fn host_is_loopback(host: &str) -> Result<bool, InvalidInput> {
    if let Some(inner) = host.strip_prefix("[") {
        let loopback = inner.strip_suffix("]").and_then(ipv6_is_loopback);
        return loopback.ok_or_else(|| invalid_url("has a host that is no IPv6 address"));
    }
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if host.is_empty() {
        return Err(invalid_url("has no host"));
    }
    let name = host.strip_suffix(".").unwrap_or(host);
    // No label is empty.
    let labels = concat(&[".", name, "."]);
    if holds(&labels, "..") || !all(name, legal) {
        return Err(invalid_url("has a host that is no name or address (write other scripts as punycode)"));
    }
    // What ends in a number is read as an IPv4 address by every client, in spellings that differ between them.
    let last = name.bytes().rposition(|byte| byte == b'.').map_or(0, |dot| dot + 1);
    let last = name.get(last..).unwrap_or_default();
    let numeric = all(last, is_digit) || last.starts_with("0x") || last.starts_with("0X");
    if numeric {
        return ipv4_is_loopback(host).ok_or_else(|| invalid_url("has a host that is no IPv4 address"));
    }
    // Names below it are whatever a resolver says, and a search domain or a hosts file may send them anywhere.
    Ok(name.eq_ignore_ascii_case("localhost"))
}

/// Where to call and as whom; what every request is built from.
#[derive(Clone, Debug)]
pub struct Service {
    base_url: BaseUrl,
    api: Api,
    credential: Option<Credential>,
    agents_502_not_placed: bool,
    sends_correlation_id: bool,
}

impl Service {
    /// The service of a region.
    ///
    /// # Errors
    /// If the dialect has no such region.
    pub fn in_region(region: Region, api: Api, credential: Credential) -> Result<Self, InvalidInput> {
        let dialect = api.dialect();
        let base_url =
            dialect.regions.iter().find(|(held, _)| *held == region).map(|(_, url)| *url).ok_or_else(
                || {
                    let mut known = "one of".to_owned();
                    for (region, _) in dialect.regions {
                        known.push_str(if known.len() > 6 { ", " } else { " " });
                        known.push_str(region.as_str());
                    }
                    let problem = filled("the {} API has no region {}", &[dialect.name, region.as_str()]);
                    InvalidInput::new("region", problem, known)
                },
            )?;
        Ok(Self::at(BaseUrl::parse(base_url)?, api, Some(credential)))
    }

    /// The service at a base URL of one's own: a project's, a proxy's or the sandbox's. A proxy that adds the
    /// credential itself is called without one.
    #[must_use]
    pub const fn at(base_url: BaseUrl, api: Api, credential: Option<Credential>) -> Self {
        Self { base_url, api, credential, agents_502_not_placed: false, sends_correlation_id: true }
    }

    /// Takes the agents dialect's 502, where it is certainly the service's own, for a call that was not placed, so that
    /// the trigger is sent again. **A phone that rang may ring again**: the endpoint says of this answer "retry", but the
    /// platform says that what stands behind it may have timed out, and that is what dials. Off by default; changes
    /// nothing in the outbound dialect.
    #[must_use]
    pub const fn with_agents_502_not_placed(mut self, not_placed: bool) -> Self {
        self.agents_502_not_placed = not_placed;
        self
    }

    /// Another credential for the same service: tokens are rotated.
    #[must_use]
    pub fn with_credential(self, credential: Credential) -> Self {
        Self { credential: Some(credential), ..self }
    }

    /// Sends no correlation id with requests: from a page to another origin, whose CORS need not allow the header.
    #[must_use]
    pub const fn without_correlation_id(mut self) -> Self {
        self.sends_correlation_id = false;
        self
    }

    /// A fresh correlation id for a request, if requests carry one.
    pub(crate) fn correlation_id(&self, rng: &mut fastrand::Rng) -> Option<CorrelationId> {
        self.sends_correlation_id.then(|| CorrelationId::from_random(rng.u128(..)))
    }

    /// Whether this HTTP status, in the service's own envelope, says that a trigger placed no call and may be sent again.
    pub(crate) const fn failed_to_place(&self, http_status: u16) -> bool {
        let dialect = self.api.dialect();
        let is_certain = dialect.placing_failed_is_certain || self.agents_502_not_placed;
        http_status == dialect.placing_failed && is_certain
    }

    /// The root that routes are appended to.
    #[must_use]
    pub const fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// The dialect and its identity.
    #[must_use]
    pub const fn api(&self) -> &Api {
        &self.api
    }

    /// The credential, if requests carry one.
    #[must_use]
    pub const fn credential(&self) -> Option<&Credential> {
        self.credential.as_ref()
    }
}

#[cfg(test)]
mod tests;
