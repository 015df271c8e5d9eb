//! The only place that encodes and decodes HTTP and JSON: requests out, replies in.

use std::borrow::Cow;

use crate::answer::{Answer, Member};
use crate::dialect::{CORRELATION_ID, Dialect, Segment};
use crate::json::Object;
use crate::message::{Headers, Method, Request, Response};
use crate::retry::RetryAfter;
use crate::service::{Api, Service};
use crate::text::{all, filled, is_visible, push_hex, rewrite};
use crate::trigger::{CallSid, TriggerCall};
use crate::{Destination, InvalidInput};

const JSON: &str = "application/json";

/// The request that triggers a call; each time it is sent [under](Request::under) a correlation id of its own.
///
/// # Errors
/// If the call asks for a variant in a dialect that knows none, or goes to an emergency or premium-rate number that
/// nobody asked for by name.
pub fn trigger_request(service: &Service, call: &TriggerCall) -> Result<Request, InvalidInput> {
    check(service, call)?;
    Ok(trigger(service, call))
}

/// Checks that the dialect knows what the call asks for, and that the number may be called.
pub(crate) fn check(service: &Service, call: &TriggerCall) -> Result<(), InvalidInput> {
    call.check_allowed()?;
    let dialect = service.api().dialect();
    if call.variant_id().is_some() && dialect.fields.variant_id.is_none() {
        return Err(InvalidInput::new(
            "variant_id",
            filled("the {} API knows no variants", &[dialect.name]),
            "no variant, or the agents API",
        ));
    }
    Ok(())
}

/// The request that triggers a call which was checked.
pub(crate) fn trigger(service: &Service, call: &TriggerCall) -> Request {
    let dialect = service.api().dialect();
    let mut headers = headers(service, dialect, 4);
    headers.push("Content-Type", JSON);
    let url = url(service, dialect.trigger_route, None, 0);
    Request { method: Method::Post, url, headers, body: body(call, service.api()).into_bytes() }
}

/// The request that reads a call's status; each time it is sent [under](Request::under) a correlation id of its own.
#[must_use]
pub fn status_request(service: &Service, call_sid: &CallSid) -> Request {
    let dialect = service.api().dialect();
    let mut url = url(service, dialect.status_route, Some(call_sid), 32);
    if let (Some(name), Api::Agents { environment, .. }) = (dialect.fields.environment, service.api()) {
        url.push('?');
        url.push_str(name);
        url.push('=');
        url.push_str(environment.as_str());
    }
    Request { method: Method::Get, url, headers: headers(service, dialect, 3), body: Vec::new() }
}

fn headers(service: &Service, dialect: &Dialect, fields: usize) -> Headers {
    let mut headers = Headers::with_capacity(fields);
    headers.push("Accept", JSON);
    if let Some(credential) = service.credential() {
        headers.push_secret(dialect.credential_header, credential.clone());
    }
    headers
}

fn url(service: &Service, route: &[Segment], call_sid: Option<&CallSid>, more: usize) -> String {
    let base = service.base_url().as_str();
    let mut url = String::with_capacity(base.len() + 96 + more);
    url.push_str(base);
    for segment in route {
        url.push('/');
        match segment {
            Segment::Word(word) => url.push_str(word),
            Segment::AgentId => match service.api() {
                Api::Agents { agent_id, .. } => percent_encode(agent_id.as_str(), &mut url),
                Api::Outbound => {}
            },
            Segment::CallSid => percent_encode(call_sid.map_or("", CallSid::as_str), &mut url),
        }
    }
    url
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn percent_encode(text: &str, out: &mut String) {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    // Nearly every identifier stays as it is.
    if all(text, unreserved) {
        return out.push_str(text);
    }
    for byte in text.bytes() {
        if unreserved(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            push_hex(byte.into(), 2, out);
        }
    }
}

/// A trigger's body in the names and words of a dialect.
fn body(call: &TriggerCall, api: &Api) -> String {
    let dialect = api.dialect();
    let fields = &dialect.fields;
    let mut body = Object::default();
    body.text(fields.to_number, call.destination().number());
    if let Destination::National { country, .. } = call.destination() {
        body.text(fields.country_code, country.as_str());
    }
    if let (Some(name), Api::Agents { environment, .. }) = (fields.environment, api) {
        body.text(name, environment.as_str());
    }
    if let (Some(name), Some(variant_id)) = (fields.variant_id, call.variant_id()) {
        body.text(name, variant_id.as_str());
    }
    if !call.metadata().is_empty() {
        body.json(fields.metadata, &call.metadata().to_json());
    }
    if let Some(encryption) = call.encryption() {
        body.text(fields.encryption, (dialect.encryption)(encryption));
    }
    body.end()
}

/// A response as decisions need it: read once, then only looked at.
#[derive(Clone)]
pub struct Reply {
    /// The HTTP status.
    pub http_status: u16,
    /// The correlation id that the answer carries, in its header or else as its `error_id`.
    pub correlation_id: Option<String>,
    /// How long the service asks to wait.
    pub retry_after: Option<RetryAfter>,
    /// What the body says.
    pub answer: Answer,
    /// Whether the header was there and is the `error_id` where the body has one.
    correlated: bool,
}

impl Reply {
    /// From the parts that matter; `correlation_id` is the header of that name.
    #[must_use]
    pub fn from_parts(
        http_status: u16,
        correlation_id: Option<&str>,
        retry_after: Option<RetryAfter>,
        answer: Answer,
    ) -> Self {
        let header = correlation_id.and_then(one_line);
        let error_id = answer.text(Member::ErrorId).and_then(one_line);
        let correlated = match (&header, &error_id) {
            (Some(header), Some(error_id)) => header.eq_ignore_ascii_case(error_id),
            (Some(_), None) => true,
            (None, _) => false,
        };
        Self { http_status, correlation_id: header.or(error_id), retry_after, answer, correlated }
    }

    /// Whether the answer is certainly the service's own and not that of a proxy or gateway before it: an error body of
    /// either dialect, under the correlation id that the service puts on every response. Proxies write such bodies too,
    /// but no such header. Read strictly: what is taken for a gateway's is never sent again.
    #[must_use]
    pub fn is_own(&self) -> bool {
        let Answer::Object(members) = &self.answer else { return false };
        let has = |member| members.text(member).is_some();
        let is_envelope =
            has(Member::Error) || has(Member::Code) || (members.denies_success() && has(Member::ErrorCode));
        // A refusal of values has forms of its own, none of which comes with a failure.
        let is_refusal = (400..500).contains(&self.http_status) && members.is_refusal();
        self.correlated && (is_envelope || is_refusal)
    }

    /// The sentence that says what went wrong, from whichever envelope it came in.
    pub(crate) fn message(&self) -> Option<Cow<'_, str>> {
        let members = match &self.answer {
            Answer::Foreign(excerpt) => {
                return (!excerpt.is_empty()).then_some(Cow::Borrowed(excerpt.as_str()));
            }
            Answer::Object(members) => members,
        };
        let said = [Member::ErrorMessage, Member::Error, Member::Message]
            .into_iter()
            .find_map(|member| members.text(member).filter(|text| !text.is_empty()));
        match (said, members.details()) {
            (said, None) => said.map(Cow::Borrowed),
            (None, Some(details)) => Some(Cow::Borrowed(details)),
            (Some(said), Some(details)) => Some(Cow::Owned(format!("{said}: {details}"))),
        }
    }

    /// The service's own code for what went wrong.
    pub(crate) fn service_code(&self) -> Option<String> {
        [Member::ErrorCode, Member::Code].into_iter().find_map(|member| one_line(self.answer.text(member)?))
    }
}

impl From<&Response> for Reply {
    fn from(response: &Response) -> Self {
        let header = |name| response.headers.get(name);
        Self::from_parts(
            response.status,
            header(CORRELATION_ID),
            header("Retry-After").and_then(|value| RetryAfter::parse_dated(value, header("Date"))),
            Answer::read(&response.body),
        )
    }
}

/// An identifier from outside, fit to be shown: visible characters, not too many; nothing if there are none.
fn one_line(text: &str) -> Option<String> {
    const LONGEST: usize = 128;
    if text.len() <= LONGEST && all(text, is_visible) {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let line = rewrite(text, LONGEST, |it| it.is_ascii_graphic().then_some(it));
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests;
