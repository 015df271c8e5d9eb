//! One request on its way through reqwest: what core asked to send, as far as its answer has come.

use std::error::Error as _;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{DATE, HeaderMap, RETRY_AFTER};
use http_body_util::Full;
use polyai_outbound_core::wire::Reply;
use polyai_outbound_core::{Answer, BaseUrl, CORRELATION_ID, Request, RetryAfter, SendId, TransportError};

/// No answer of the service comes near this; what goes on beyond it is cut off and read as far as it came.
const LONGEST_BODY: usize = 1024 * 1024;

type Sending = Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send>>;

/// A request on its way. Dropping it gives the request up.
pub(crate) struct Flight {
    id: SendId,
    stage: Stage,
}

enum Stage {
    /// It cannot be sent: it is no request for reqwest.
    Unsendable(String),
    Sending {
        sending: Sending,
        /// As it was asked for.
        url: String,
    },
    Receiving {
        from: reqwest::Response,
        body: Vec<u8>,
    },
}

/// Sends requests to one origin.
pub(crate) struct Transport {
    http: reqwest::Client,
    /// The origin, as it stands before every URL of the service.
    origin: String,
    /// The same, parsed once: a host is costlier to read than all else about a request.
    root: Option<reqwest::Url>,
}

impl Transport {
    pub(crate) fn new(http: reqwest::Client, base_url: &BaseUrl) -> Self {
        let base_url = base_url.as_str();
        let host = base_url.find("://").map_or(0, |at| at + 3);
        let path = base_url.get(host..).and_then(|rest| rest.find('/')).map(|at| host + at);
        let origin = base_url.get(..path.unwrap_or(base_url.len())).unwrap_or_default().to_owned();
        let root = reqwest::Url::parse(&origin).ok();
        Self { http, origin, root }
    }

    fn parse(&self, url: &str) -> Result<reqwest::Url, String> {
        let path =
            url.strip_prefix(&self.origin).filter(|rest| rest.starts_with('/') && !rest.starts_with("//"));
        let parsed = match (&self.root, path) {
            (Some(root), Some(path)) => root.join(path),
            (None, _) | (_, None) => reqwest::Url::parse(url),
        };
        parsed.map_err(|error| error.to_string())
    }

    /// Also gives back the URL as it was asked for.
    fn to_reqwest(&self, request: Request) -> Result<(reqwest::Request, String), String> {
        let method = http::Method::from_bytes(request.method.as_str().as_bytes());
        let url = self.parse(&request.url)?;
        let mut out = reqwest::Request::new(method.map_err(|error| error.to_string())?, url);
        *out.headers_mut() = HeaderMap::try_from(&request.headers).map_err(|error| error.to_string())?;
        *out.body_mut() = (!request.body.is_empty()).then(|| once(request.body));
        Ok((out, request.url))
    }
}

impl Flight {
    pub(crate) fn start(transport: &Transport, id: SendId, request: Request) -> Self {
        let stage = match transport.to_reqwest(request) {
            Ok((request, url)) => Stage::Sending { sending: Box::pin(transport.http.execute(request)), url },
            Err(why) => Stage::Unsendable(why),
        };
        Self { id, stage }
    }

    pub(crate) const fn id(&self) -> SendId {
        self.id
    }

    /// The whole answer, or why there will be none. A body that breaks off is given as far as it came: it may hold
    /// all that matters.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply, TransportError>> {
        loop {
            match &mut self.stage {
                Stage::Unsendable(why) => {
                    return Poll::Ready(Err(TransportError::NeverSent(std::mem::take(why))));
                }
                Stage::Sending { sending, url } => match ready!(sending.as_mut().poll(cx)) {
                    Err(error) => return Poll::Ready(Err(what_happened(error))),
                    Ok(from) if !is_at(&from, url) => {
                        let why = "the HTTP client followed a redirect, which an API client must not do";
                        return Poll::Ready(Err(TransportError::Lost(why.to_owned())));
                    }
                    Ok(from) => self.stage = Stage::Receiving { from, body: Vec::new() },
                },
                Stage::Receiving { from, body } => {
                    let chunk = ready!(pin!(from.chunk()).poll(cx));
                    match chunk {
                        Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST_BODY => {
                            body.extend_from_slice(&chunk);
                        }
                        Ok(Some(_) | None) | Err(_) => return Poll::Ready(Ok(reply(from, body))),
                    }
                }
            }
        }
    }

    /// The answer as far as it has come when there is no more time to wait for the rest of its body.
    pub(crate) fn so_far(&self) -> Option<Reply> {
        match &self.stage {
            Stage::Receiving { from, body } => Some(reply(from, body)),
            Stage::Sending { .. } | Stage::Unsendable(_) => None,
        }
    }
}

/// Whether the response comes from where it was asked for.
fn is_at(from: &reqwest::Response, url: &str) -> bool {
    // Most are spelled as reqwest spells them.
    from.url().as_str() == url || reqwest::Url::parse(url).is_ok_and(|url| from.url() == &url)
}

/// Of a response, what decisions need.
fn reply(from: &reqwest::Response, body: &[u8]) -> Reply {
    let headers = from.headers();
    let correlation_id = headers.get(CORRELATION_ID).and_then(|value| value.to_str().ok());
    let date = headers.get(DATE).and_then(|value| value.to_str().ok());
    let retry_after =
        headers.get(RETRY_AFTER).and_then(|value| RetryAfter::parse_dated(value.to_str().ok()?, date));
    Reply::from_parts(from.status().as_u16(), correlation_id, retry_after, Answer::read(body))
}

/// A body that reqwest cannot copy, so that it sends a trigger once, whatever its policies for retries and redirects are.
fn once(body: Vec<u8>) -> reqwest::Body {
    reqwest::Body::wrap(Full::new(Bytes::from(body)))
}

/// Whether the request may have left. Only a failure to connect is certain: name look-up, TCP, TLS and proxy are all
/// before its first byte.
fn what_happened(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let why = describe(&error);
    if error.is_connect() || error.is_builder() {
        TransportError::NeverSent(why)
    } else {
        TransportError::Lost(why)
    }
}

/// The innermost cause says it best; what stands around it is said once.
fn describe(error: &reqwest::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            said.push_str(": ");
            said.push_str(&text);
        }
        cause = error.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_if_each_were_read_whole() {
        for base_url in [
            "https://api.us-1.platform.polyai.app",
            "http://127.0.0.1:8787/team%20a/x",
            "http://[::1]:80",
            "https://EXAMPLE.com:443//twice/",
            "http://localhost/a//b",
        ] {
            let base_url = BaseUrl::parse(base_url).unwrap();
            let transport = Transport::new(reqwest::Client::new(), &base_url);
            for path in
                ["/v1/outbound-calling", "/v1/agents/a%2Fb/x/OUT-1/status?environment=pre-release", "", "//a"]
            {
                let url = format!("{}{path}", base_url.as_str());
                let whole = reqwest::Url::parse(&url).unwrap();
                assert_eq!(transport.parse(&url).unwrap(), whole);
            }
            assert_eq!(transport.parse("http://a.example/b").unwrap().as_str(), "http://a.example/b");
        }
    }
}
