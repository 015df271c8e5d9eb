//! Conversions between core's plain HTTP values and the types of the `http` crate.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::message::{Headers, Method, Request, Response};

impl TryFrom<Request> for http::Request<Vec<u8>> {
    type Error = http::Error;

    fn try_from(request: Request) -> Result<Self, http::Error> {
        let mut out =
            http::Request::builder().method(request.method.as_str()).uri(request.url).body(request.body)?;
        *out.headers_mut() = HeaderMap::try_from(&request.headers)?;
        Ok(out)
    }
}

impl From<http::Request<Vec<u8>>> for Request {
    fn from(request: http::Request<Vec<u8>>) -> Self {
        let (parts, body) = request.into_parts();
        Self {
            method: Method::from(parts.method.as_str()),
            url: parts.uri.to_string(),
            headers: from_map(&parts.headers),
            body,
        }
    }
}

impl TryFrom<Response> for http::Response<Vec<u8>> {
    type Error = http::Error;

    fn try_from(response: Response) -> Result<Self, http::Error> {
        let mut out = http::Response::builder().status(response.status).body(response.body)?;
        *out.headers_mut() = HeaderMap::try_from(&response.headers)?;
        Ok(out)
    }
}

impl From<http::Response<Vec<u8>>> for Response {
    fn from(response: http::Response<Vec<u8>>) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status.as_u16(), headers: from_map(&parts.headers), body }
    }
}

impl TryFrom<&Headers> for HeaderMap {
    type Error = http::Error;

    fn try_from(headers: &Headers) -> Result<Self, http::Error> {
        // With room for what an HTTP client adds of its own.
        let mut map = Self::with_capacity(headers.len() + 4);
        for (name, value) in headers.iter() {
            let mut held = HeaderValue::from_str(value.expose())?;
            held.set_sensitive(matches!(value, crate::HeaderValue::Secret(_)));
            map.append(HeaderName::try_from(name)?, held);
        }
        Ok(map)
    }
}

/// A value that is not UTF-8 is read with replacement characters: headers matter only where they are ASCII.
fn from_map(map: &HeaderMap) -> Headers {
    let mut headers = Headers::with_capacity(map.len());
    for (name, value) in map {
        headers.push(name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credential;

    #[test]
    fn the_credential_stays_marked_as_sensitive() {
        let mut headers = Headers::default();
        headers.push_secret("x-api-key", Credential::new("top-secret").unwrap());
        headers.push("accept", "application/json");
        let request =
            Request { method: Method::Get, url: "https://example.test/a".into(), headers, body: Vec::new() };
        let converted = http::Request::try_from(request).unwrap();
        assert!(converted.headers()["x-api-key"].is_sensitive());
        assert_eq!(converted.headers()["x-api-key"], "top-secret");
        assert!(!format!("{converted:?}").contains("top-secret"));
    }

    #[test]
    fn a_response_comes_over_whole() {
        let response =
            http::Response::builder().status(429).header("retry-after", "2").body(b"{}".to_vec()).unwrap();
        let converted = Response::from(response);
        assert_eq!((converted.status, converted.headers.get("Retry-After")), (429, Some("2")));
    }

    #[test]
    fn a_request_comes_back_whole_whatever_its_method() {
        for method in ["GET", "POST", "DELETE", "OPTIONS", "PATCH"] {
            let mut headers = Headers::default();
            headers.push("accept", "application/json");
            headers.push("accept", "text/plain");
            headers.push_secret("x-api-key", Credential::new("top-secret").unwrap());
            let body = b"{\"a\":1}".to_vec();
            let url = "https://example.test/a?b=c".to_owned();
            let request =
                Request { method: Method::from(method), url: url.clone(), headers, body: body.clone() };
            let back = Request::from(http::Request::try_from(request).unwrap());
            assert_eq!((back.method.as_str(), back.url, back.body), (method, url, body));
            let fields: Vec<_> = back.headers.iter().map(|(name, value)| (name, value.expose())).collect();
            let sent =
                [("accept", "application/json"), ("accept", "text/plain"), ("x-api-key", "top-secret")];
            assert_eq!(fields, sent);
        }
    }

    #[test]
    fn a_response_comes_back_whole() {
        let mut headers = Headers::default();
        headers.push("retry-after", "2");
        let response = Response { status: 503, headers, body: b"later".to_vec() };
        let back = Response::from(http::Response::try_from(response).unwrap());
        assert_eq!((back.status, back.headers.len(), back.body), (503, 1, b"later".to_vec()));
        assert_eq!(back.headers.get("Retry-After"), Some("2"));
    }

    #[test]
    fn what_http_cannot_carry_is_refused() {
        let with = |name: &'static str, value: &'static str| {
            let mut headers = Headers::default();
            headers.push(name, value);
            Request { method: Method::Get, url: "https://example.test/".into(), headers, body: Vec::new() }
        };
        assert!(http::Request::try_from(with("a", "b\r\nc: d")).is_err());
        assert!(http::Request::try_from(with("a b", "c")).is_err());
        let odd = Request { url: "https://exa mple.test/".into(), ..with("a", "b") };
        assert!(http::Request::try_from(odd).is_err());
        let odd = Request { method: Method::Other("GE T".into()), ..with("a", "b") };
        assert!(http::Request::try_from(odd).is_err());
        let odd = Response { status: 99, headers: Headers::default(), body: Vec::new() };
        assert!(http::Response::try_from(odd).is_err());
    }

    #[test]
    fn a_header_that_is_not_utf_8_hides_no_other() {
        let response = http::Response::builder()
            .header("x-odd", HeaderValue::from_bytes(b"a\xffb").unwrap())
            .header("retry-after", "2")
            .body(Vec::new())
            .unwrap();
        let converted = Response::from(response);
        assert_eq!(converted.headers.get("x-odd"), Some("a\u{fffd}b"));
        assert_eq!(converted.headers.get("retry-after"), Some("2"));
    }
}
