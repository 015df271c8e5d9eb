//! Requests and responses as plain values: what core hands to a shell and takes from one.
//!
//! Own small types, because on wasm the `http` crate costs about 10 KB gzipped and `url` about 60; conversions
//! to and from the types of `http` are in `http_types`, behind the feature `http`.

use std::borrow::Cow;
use std::fmt;

use crate::Credential;
use crate::correlation::CorrelationId;
use crate::dialect::CORRELATION_ID;

/// An HTTP method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads; may be sent any number of times.
    Get,
    /// Triggers a call; sent again only by the rules of [`Happened`](crate::Happened).
    Post,
    /// Used by the sandbox's own routes.
    Delete,
    /// Asked by browsers before the real request.
    Options,
    /// Any other, which nothing here answers to.
    Other(String),
}

impl Method {
    /// The method as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for Method {
    fn from(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "POST" => Self::Post,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// The value of a header; one that carries the credential is marked and never printed.
#[derive(Clone)]
pub enum HeaderValue {
    /// May be shown.
    Plain(Cow<'static, str>),
    /// Carries the credential: mark it sensitive wherever it goes.
    Secret(Credential),
}

impl HeaderValue {
    /// The value as it is sent, secrets included.
    #[must_use]
    pub fn expose(&self) -> &str {
        match self {
            Self::Plain(value) => value,
            Self::Secret(credential) => credential.expose(),
        }
    }

    /// The value as it may be shown.
    #[must_use]
    pub fn masked(&self) -> &str {
        match self {
            Self::Plain(value) => value,
            Self::Secret(_) => "***",
        }
    }
}

impl fmt::Debug for HeaderValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.masked())
    }
}

/// Header fields in the order in which they were added; names compare without case.
///
/// Its `Debug` shows only values of fields that are known to hold nothing private: a credential may have come in from
/// outside without its mark, and a server may answer with what it was sent.
#[derive(Clone, Default)]
pub struct Headers(Vec<(Cow<'static, str>, HeaderValue)>);

impl Headers {
    pub(crate) fn with_capacity(fields: usize) -> Self {
        Self(Vec::with_capacity(fields))
    }

    /// Adds a field that may be shown.
    pub fn push(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) {
        self.0.push((name.into(), HeaderValue::Plain(value.into())));
    }

    /// Adds a field that carries the credential.
    pub fn push_secret(&mut self, name: impl Into<Cow<'static, str>>, credential: Credential) {
        self.0.push((name.into(), HeaderValue::Secret(credential)));
    }

    /// The first value of a field, secrets included.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value.expose())
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &HeaderValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: [&str; 5] = ["Accept", "Allow", "Content-Length", "Content-Type", "Retry-After"];
        let shown = |name: &str| SHOWN.iter().any(|it| it.eq_ignore_ascii_case(name));
        let fields =
            self.iter().map(|(name, value)| (name, if shown(name) { value.masked() } else { "***" }));
        f.debug_map().entries(fields).finish()
    }
}

/// A request for a shell to send.
///
/// Its `Debug` shows no body, because that holds a phone number and metadata, and masks the credential.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// Puts the correlation id on it, by which support finds it; each sending takes a fresh one.
    #[must_use]
    pub fn under(mut self, correlation_id: Option<&CorrelationId>) -> Self {
        if let Some(correlation_id) = correlation_id {
            self.headers.push(CORRELATION_ID, correlation_id.as_str().to_owned());
        }
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// A response as it arrived; a body that broke off is given as far as it came.
///
/// Its `Debug` shows no body.
#[derive(Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header fields.
    pub headers: Headers,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_private_is_shown_of_a_request_or_a_response() {
        let mut headers = Headers::default();
        headers.push("Retry-After", "2");
        headers.push("X-Echo", "+14155550100");
        headers.push_secret("X-API-KEY", Credential::new("top-secret").unwrap());
        let shown = r#"{"Retry-After": "2", "X-Echo": "***", "X-API-KEY": "***"}"#;
        assert_eq!(format!("{headers:?}"), shown);
        assert_eq!(format!("{:?}", headers.iter().map(|(_, value)| value).last()), "Some(***)");
        let body = b"+14155550100".to_vec();
        let url = "https://example.test/".to_owned();
        let request = Request { method: Method::Post, url, headers: headers.clone(), body: body.clone() };
        assert_eq!(
            format!("{request:?}"),
            format!(
                r#"Request {{ method: Post, url: "https://example.test/", headers: {shown}, body_bytes: 12 }}"#
            )
        );
        let response = Response { status: 200, headers, body };
        assert_eq!(
            format!("{response:?}"),
            format!("Response {{ status: 200, headers: {shown}, body_bytes: 12 }}")
        );
    }

    #[test]
    fn fields_are_found_without_regard_to_case_and_the_first_counts() {
        let mut headers = Headers::default();
        assert_eq!((headers.len(), headers.is_empty()), (0, true));
        headers.push("Accept", "a");
        headers.push("ACCEPT", "b");
        headers.push_secret("X-API-KEY", Credential::new("top-secret").unwrap());
        assert_eq!((headers.len(), headers.is_empty()), (3, false));
        assert_eq!((headers.get("accept"), headers.get("x-api-key")), (Some("a"), Some("top-secret")));
        assert_eq!(headers.get("accep"), None);
        let masked: Vec<_> = headers.iter().map(|(name, value)| (name, value.masked())).collect();
        assert_eq!(masked, [("Accept", "a"), ("ACCEPT", "b"), ("X-API-KEY", "***")]);
    }
}
