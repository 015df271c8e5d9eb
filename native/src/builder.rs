//! How a client is set up: where to, as whom, how long and how often.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyai_outbound_core::{
    Api, BaseUrl, Credential, InvalidInput, Limits, Region, RetryBudget, RetryPolicy, Service,
};

use crate::Client;
use crate::drive::Shared;
use crate::transport::Transport;

/// How long to wait for a connection. It is shorter than the time for a request, because a connection that does not
/// come about is certain not to have rung anybody, and a request that does not come back is not.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Servers close idle connections without a word; a trigger that meets such a closing may be lost. So idle connections
/// are given up before most servers do.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Sets up a [`Client`]. Region or base URL and a token are all that it needs.
///
/// ```
/// use std::time::Duration;
/// use polyai_outbound::{AgentId, Api, Client, Environment, Region};
///
/// let client = Client::builder().region(Region::Us).token("token").build()?;
/// let agents = Client::builder()
///     .region(Region::Eu)
///     .api(Api::Agents { agent_id: AgentId::new("agent-1")?, environment: Environment::Live })
///     .token("key")
///     .request_timeout(Duration::from_secs(10))
///     .max_retries(1)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    place: Option<Place>,
    insecure_http: bool,
    agents_502_not_placed: bool,
    api: Api,
    token: Option<Result<Credential, InvalidInput>>,
    limits: Limits,
    budget: RetryBudget,
    http: Option<reqwest::Client>,
}

enum Place {
    Region(Region),
    /// As it was given: it may hold what no base URL should.
    BaseUrl(String),
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(region) => region.fmt(f),
            Self::BaseUrl(url) => match BaseUrl::parse_insecure(url) {
                Ok(url) => f.write_str(url.as_str()),
                Err(invalid) => invalid.fmt(f),
            },
        }
    }
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            place: None,
            insecure_http: false,
            agents_502_not_placed: false,
            api: Api::Outbound,
            token: None,
            limits: Limits::default(),
            budget: RetryBudget::default(),
            http: None,
        }
    }

    /// The region that the account lives in. Of this and [`base_url`](Self::base_url) the last one given counts.
    pub fn region(mut self, region: Region) -> Self {
        self.place = Some(Place::Region(region));
        self
    }

    /// A base URL of one's own: a project's, a proxy's, or the sandbox's. See [`BaseUrl::parse`] for its form.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.place = Some(Place::BaseUrl(base_url.into()));
        self
    }

    /// Takes a base URL with `http` for any host, and not just for this machine's own: the caller says that nobody
    /// can listen on the way there.
    pub const fn allow_insecure_http(mut self) -> Self {
        self.insecure_http = true;
        self
    }

    /// The dialect that is spoken; [`Api::Outbound`] if not given.
    pub fn api(mut self, api: Api) -> Self {
        self.api = api;
        self
    }

    /// The secret that the service knows the caller by. It may be left out only with a base URL of a proxy that adds it.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Credential::new(token));
        self
    }

    /// The same as a value that was made before.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.token = Some(Ok(credential));
        self
    }

    /// Takes the agents dialect's 502, where it is certainly the service's own, for a call that was not placed, so that its
    /// trigger is sent again. **A phone that rang may ring again**: see [`Service::with_agents_502_not_placed`]. Off if not
    /// given; changes nothing in the outbound dialect, whose 500 needs no such word.
    pub const fn agents_502_not_placed(mut self, not_placed: bool) -> Self {
        self.agents_502_not_placed = not_placed;
        self
    }

    /// How long one request may take, its body included; 30 seconds if not given. A trigger that takes longer is of
    /// unknown placement and not sent again.
    pub const fn request_timeout(mut self, timeout: Duration) -> Self {
        self.limits.request_timeout = timeout;
        self
    }

    /// How long one operation may take, all its requests and the waits between them; 2 minutes if not given.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.operation_timeout = timeout;
        self
    }

    /// How long a call is followed; 4 hours if not given.
    pub const fn follow_timeout(mut self, timeout: Duration) -> Self {
        self.limits.follow_timeout = timeout;
        self
    }

    /// For how long the service must refuse to tell of a call that was placed before its end is given up as lost; 3 minutes
    /// if not given.
    pub const fn lost_after(mut self, timeout: Duration) -> Self {
        self.limits.lost_after = timeout;
        self
    }

    /// How often and after how long what may be sent again is sent again. What may be is not for a setting to say.
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.limits.retry = policy;
        self
    }

    /// How often at most; 0 sends every trigger, and every status read by itself, once. 3 if not given. The readings
    /// of a call that is followed are not counted: they go on until [`follow_timeout`](Self::follow_timeout).
    pub const fn max_retries(mut self, max_retries: u32) -> Self {
        self.limits.retry.max_retries = max_retries;
        self
    }

    /// What all operations of the client and its clones may spend on retries together; see [`RetryBudget`].
    pub const fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// An HTTP client of one's own, to share its connections or set its proxies and certificates. Start it from
    /// [`http_client_builder`]: it must neither follow redirects nor send again by itself. Its own time-outs apply as
    /// well, and a trigger that one of them ends is of unknown placement.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// If what was given is not valid or not enough, or the system's certificates cannot be loaded.
    pub fn build(self) -> Result<Client, BuildError> {
        let credential = self.token.transpose()?;
        let service = match self.place {
            None => return Err(missing("region", "a region or a base_url")),
            Some(Place::Region(region)) => {
                let credential = credential.ok_or_else(|| missing("token", "the account's token"))?;
                Service::in_region(region, self.api, credential)?
            }
            Some(Place::BaseUrl(url)) => {
                let parse = if self.insecure_http { BaseUrl::parse_insecure } else { BaseUrl::parse };
                Service::at(parse(&url)?, self.api, credential)
            }
        }
        .with_agents_502_not_placed(self.agents_502_not_placed);
        let http = match self.http {
            Some(http) => http,
            None => default_http_client(service.base_url(), self.limits)?,
        };
        let transport = Transport::new(http, service.base_url());
        let shared = Shared { transport, budget: Mutex::new(self.budget) };
        Ok(Client { service: Arc::new(service), shared: Arc::new(shared), limits: self.limits })
    }
}

fn missing(field: &'static str, expected: &'static str) -> BuildError {
    BuildError::Missing { field, expected }
}

fn default_http_client(base_url: &BaseUrl, limits: Limits) -> Result<reqwest::Client, reqwest::Error> {
    let patience = limits.request_timeout.min(limits.operation_timeout) / 2;
    let builder = http_client_builder().connect_timeout(CONNECT_TIMEOUT.min(patience));
    // What stays on this machine passes through no proxy, and without TLS there is no use for certificates.
    let builder = if base_url.is_loopback() { builder.no_proxy() } else { builder };
    if base_url.as_str().starts_with("http://") { builder.tls_certs_only([]) } else { builder }.build()
}

/// A builder of HTTP clients that are safe for placing calls: no redirects are followed (a token must not travel to
/// another host), nothing is sent again below this crate (only core knows what may be), idle connections are given up
/// early, and answers are neither asked for nor read compressed (the bound on their length is one on memory).
///
/// ```
/// let http = polyai_outbound::http_client_builder().proxy(reqwest::Proxy::all("http://proxy.internal:3128")?).build()?;
/// let client = polyai_outbound::Client::builder()
///     .region(polyai_outbound::Region::Us)
///     .token("token")
///     .http_client(http)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn http_client_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("polyai-outbound/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never().max_retries_per_request(0))
        .referer(false)
        // Another crate of the same program may have turned decompression on.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
}

/// Why a client could not be set up. Nothing was sent.
#[derive(Debug)]
pub enum BuildError {
    /// A value is not valid.
    Invalid(InvalidInput),
    /// A value is needed and was not given.
    Missing {
        /// Which.
        field: &'static str,
        /// What is needed.
        expected: &'static str,
    },
    /// The HTTP client could not be made; the system's certificates are the usual reason.
    Http(reqwest::Error),
}

impl From<InvalidInput> for BuildError {
    fn from(error: InvalidInput) -> Self {
        Self::Invalid(error)
    }
}

impl From<reqwest::Error> for BuildError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::Missing { field, expected } => write!(f, "{field}: is not given; expected {expected}"),
            Self::Http(_) => {
                f.write_str("the HTTP client could not be set up; are the system's certificates there?")
            }
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid(_) | Self::Missing { .. } => None,
            Self::Http(error) => Some(error),
        }
    }
}
