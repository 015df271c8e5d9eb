//! What went wrong, as one type with a stable code, and for a trigger the only question that matters: was it placed?

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::retry::Happened;
use crate::text::decimal;
use crate::{CallSid, InvalidInput};

/// Whether a call was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// It was not: nobody's phone rings.
    NotPlaced,
    /// It was.
    Placed,
    /// It may have been: the answer was lost, and there is no way to ask. Never dial again by itself.
    Unknown,
}

impl Placement {
    /// The word for it in JSON and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotPlaced => "not_placed",
            Self::Placed => "placed",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Placement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What kind of thing went wrong. The words of [`ErrorCode::as_str`] never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A value was refused before anything was sent.
    InvalidInput,
    /// 401: the credential is wrong or missing.
    Unauthorized,
    /// 403: the credential is known but may not do this.
    Forbidden,
    /// 400 and any 4xx without a code of its own: the service refused the request.
    Rejected,
    /// 404: no such call as far as the service knows, or no connector for the environment.
    NotFound,
    /// 404 for a call that was seen before: its status data is gone, two hours after its end.
    Expired,
    /// 429 to the last attempt.
    RateLimited,
    /// The service says of itself that it failed: 408 or 5xx, certainly its own.
    ServiceFailed,
    /// An answer that is not the service's, or not what was asked for.
    UnexpectedAnswer,
    /// No connection: refused, name not found, TLS failed. Nothing was sent.
    NotConnected,
    /// The connection broke after the request may have left.
    ConnectionLost,
    /// No whole answer within the time for one request.
    TimedOut,
    /// All the time that the caller gave is over.
    DeadlineExceeded,
    /// The caller gave up.
    Cancelled,
}

impl ErrorCode {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::Rejected => "rejected",
            Self::NotFound => "not_found",
            Self::Expired => "expired",
            Self::RateLimited => "rate_limited",
            Self::ServiceFailed => "service_failed",
            Self::UnexpectedAnswer => "unexpected_answer",
            Self::NotConnected => "not_connected",
            Self::ConnectionLost => "connection_lost",
            Self::TimedOut => "timed_out",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Cancelled => "cancelled",
        }
    }

    /// What it means, as a clause for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::InvalidInput => "a value was refused before anything was sent",
            Self::Unauthorized => {
                "the service does not accept the credential: check the token (or the connector is not configured for \
                 outbound calling)"
            }
            Self::Forbidden => {
                "the credential may not do this: check the account's and the agent's permissions"
            }
            Self::Rejected => "the service refused the request",
            Self::NotFound => "the service does not know this",
            Self::Expired => {
                "the call's status data is gone: the service keeps it for two hours after the call's end"
            }
            Self::RateLimited => "the service asks for fewer requests",
            Self::ServiceFailed => "the service failed",
            Self::UnexpectedAnswer => "the answer is not one that the service gives",
            Self::NotConnected => "no connection: nothing was sent",
            Self::ConnectionLost => "the connection broke before the answer was there",
            Self::TimedOut => "no whole answer in time",
            Self::DeadlineExceeded => "all the time for this is over",
            Self::Cancelled => "given up by the caller",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What went wrong with one attempt; with the last, what is told of them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: ErrorCode,
    /// The row of the table of what may be sent again.
    pub(crate) happened: Option<Happened>,
    pub(crate) http_status: Option<u16>,
    /// What the service or the transport says, cleared of what must not be shown.
    pub(crate) message: Option<String>,
    /// The service's own code.
    pub(crate) service_code: Option<String>,
    pub(crate) correlation_id: Option<String>,
    /// How long the service asks to wait.
    pub(crate) retry_after: Option<Duration>,
    /// The call that it is about, if it has a SID.
    pub(crate) call_sid: Option<CallSid>,
    pub(crate) placement: Option<Placement>,
    pub(crate) attempts: u32,
}

impl Failure {
    pub(crate) fn new(code: ErrorCode) -> Box<Self> {
        Box::new(Self {
            code,
            happened: None,
            http_status: None,
            message: None,
            service_code: None,
            correlation_id: None,
            retry_after: None,
            call_sid: None,
            placement: None,
            attempts: 0,
        })
    }

    pub(crate) fn with_message(code: ErrorCode, message: String) -> Box<Self> {
        let mut failure = Self::new(code);
        failure.message = Some(message);
        failure
    }
}

/// Why an operation failed. It holds no credential, no metadata value and no full phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Failure>);

impl Error {
    pub(crate) fn new(mut failure: Box<Failure>, placement: Option<Placement>, attempts: u32) -> Self {
        failure.placement = placement;
        failure.attempts = attempts;
        Self(failure)
    }

    pub(crate) fn with_call(mut self, call_sid: CallSid) -> Self {
        self.0.call_sid = Some(call_sid);
        self
    }

    pub(crate) fn with_code(mut self, code: ErrorCode) -> Self {
        self.0.code = code;
        self
    }

    pub(crate) fn with_placement(mut self, placement: Placement) -> Self {
        self.0.placement = Some(placement);
        self
    }

    /// What kind of thing went wrong.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The row of the table of [what may be sent again](crate::RULES) that the last request met; nothing if none was sent.
    #[must_use]
    pub fn happened(&self) -> Option<Happened> {
        self.0.happened
    }

    /// For a trigger, whether the call was placed; for a status read, nothing.
    #[must_use]
    pub fn placement(&self) -> Option<Placement> {
        self.0.placement
    }

    /// The HTTP status of the last answer, if there was one.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// What the service or the transport said, cleared of phone numbers, metadata and credential.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The service's own code for the error.
    #[must_use]
    pub fn service_code(&self) -> Option<&str> {
        self.0.service_code.as_deref()
    }

    /// The correlation id of the last request, which support asks for: that of its answer, or the one that it was sent
    /// under where no answer came or the answer carries none.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.correlation_id.as_deref()
    }

    /// How long the service asked to wait, with its last answer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many requests the operation that failed was sent as; 0 if none was on its way.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The call this is about, if it has a SID. For a trigger of unknown placement that is the call which its answer
    /// named: its status tells whether it was placed.
    #[must_use]
    pub fn call_sid(&self) -> Option<&CallSid> {
        self.0.call_sid.as_ref()
    }
}

impl From<InvalidInput> for Error {
    fn from(refused: InvalidInput) -> Self {
        let failure = Failure::with_message(ErrorCode::InvalidInput, refused.to_string());
        Self::new(failure, Some(Placement::NotPlaced), 0)
    }
}

/// The whole of it in a sentence.
impl From<&Error> for String {
    fn from(error: &Error) -> Self {
        let failure = &*error.0;
        let mut out = failure.code.sentence().to_owned();
        let mut part = |before, text: &str, after| {
            out.push_str(before);
            out.push_str(text);
            out.push_str(after);
        };
        if let Some(status) = failure.http_status {
            part(" (HTTP ", &decimal(status.into()), ")");
        }
        if let Some(message) = &failure.message {
            part(": ", message, "");
        }
        if let Some(code) = &failure.service_code {
            part(" [", code, "]");
        }
        if failure.happened == Some(Happened::ForeignRefusal) {
            part(
                "; ",
                "it is not certainly the service's own, so a proxy or a gateway may have answered",
                "",
            );
        } else if failure.http_status == Some(400) && failure.placement.is_some() {
            part(
                "; ",
                "if the values are right, outbound calling may not be configured for the connector",
                "",
            );
        }
        match failure.placement {
            None => {}
            Some(Placement::NotPlaced) => part("; ", "no call was placed", ""),
            Some(Placement::Placed) => part("; ", "the call was placed", ""),
            Some(Placement::Unknown) => {
                part("; ", "the call may have been placed, so it is not dialed again", "");
            }
        }
        if let Some(call_sid) = &failure.call_sid {
            part("; call ", call_sid.as_str(), "");
        }
        if failure.attempts > 1 {
            part("; ", &decimal(failure.attempts.into()), " attempts");
        }
        if let Some(id) = &failure.correlation_id {
            part("; correlation id ", id, "");
        }
        out
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(self))
    }
}

impl std::error::Error for Error {}
