//! One request on its way through reqwest: what core asked to send, as far as its answer has come.

use std::error::Error as _;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::Full;
use polyai_outbound_core::{Request, Response, SendId, TransportError};

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
        url: reqwest::Url,
    },
    Receiving {
        from: reqwest::Response,
        answer: Response,
    },
}

impl Flight {
    pub(crate) fn start(http: &reqwest::Client, id: SendId, request: Request) -> Self {
        let stage = match to_reqwest(request) {
            Ok(request) => {
                let url = request.url().clone();
                Stage::Sending { sending: Box::pin(http.execute(request)), url }
            }
            Err(why) => Stage::Unsendable(why),
        };
        Self { id, stage }
    }

    pub(crate) const fn id(&self) -> SendId {
        self.id
    }

    /// The whole answer, or why there will be none. A body that breaks off is given as far as it came: it may hold
    /// all that matters.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response, TransportError>> {
        loop {
            match &mut self.stage {
                Stage::Unsendable(why) => {
                    return Poll::Ready(Err(TransportError::NeverSent(std::mem::take(why))));
                }
                Stage::Sending { sending, url } => match ready!(sending.as_mut().poll(cx)) {
                    Err(error) => return Poll::Ready(Err(what_happened(error))),
                    Ok(from) if from.url() != url => {
                        let why = "the HTTP client followed a redirect, which an API client must not do";
                        return Poll::Ready(Err(TransportError::Lost(why.to_owned())));
                    }
                    Ok(mut from) => {
                        let head = http::Response::new(Vec::new());
                        let (mut parts, body) = head.into_parts();
                        parts.status = from.status();
                        parts.headers = std::mem::take(from.headers_mut());
                        let answer = Response::from(http::Response::from_parts(parts, body));
                        self.stage = Stage::Receiving { from, answer };
                    }
                },
                Stage::Receiving { from, answer } => match ready!(pin!(from.chunk()).poll(cx)) {
                    Ok(Some(chunk)) if answer.body.len() + chunk.len() <= LONGEST_BODY => {
                        answer.body.extend_from_slice(&chunk);
                    }
                    Ok(Some(_) | None) | Err(_) => return Poll::Ready(Ok(take(answer))),
                },
            }
        }
    }

    /// The answer as far as it has come when there is no more time to wait for the rest of its body.
    pub(crate) fn so_far(&mut self) -> Option<Response> {
        match &mut self.stage {
            Stage::Receiving { answer, .. } => Some(take(answer)),
            Stage::Sending { .. } | Stage::Unsendable(_) => None,
        }
    }
}

fn take(answer: &mut Response) -> Response {
    Response {
        status: answer.status,
        headers: std::mem::take(&mut answer.headers),
        body: std::mem::take(&mut answer.body),
    }
}

fn to_reqwest(request: Request) -> Result<reqwest::Request, String> {
    let request = http::Request::try_from(request).map_err(|error| error.to_string())?;
    reqwest::Request::try_from(request.map(once)).map_err(|error| describe(&error.without_url()))
}

/// A body that reqwest cannot copy, so that it sends a trigger once, whatever its policies for retries and redirects are.
fn once(body: Vec<u8>) -> reqwest::Body {
    if body.is_empty() { reqwest::Body::default() } else { reqwest::Body::wrap(Full::new(Bytes::from(body))) }
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
