//! How a command ends: with which exit code, and what it says if it failed.

use std::fmt;
use std::process::ExitCode;

use polyai_outbound::campaign::{ListError, LockError, StoreError, StoreErrorKind};
use polyai_outbound::{BuildError, CallStatus, Error, ErrorCode, InvalidInput, Placement};
use serde_json::{Map, Value, json};

use crate::output::harmless;

/// The exit codes, as `outbound --help` explains them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    CallFailed = 1,
    BadInput = 2,
    NotAuthorised = 3,
    NotFound = 4,
    Unknown = 5,
    ServiceFailed = 6,
    Interrupted = 130,
}

impl Exit {
    /// Of a call that was followed to its end.
    pub(crate) fn of_end(status: &CallStatus) -> Self {
        match status {
            CallStatus::Success => Self::Done,
            CallStatus::Failure => Self::CallFailed,
            // Not an end; nothing that ends a call has another status.
            CallStatus::Queued | CallStatus::Calling | CallStatus::Other(_) => Self::Unknown,
        }
    }

    /// Of an error of the service or the way to it.
    fn of_error(error: &Error) -> Self {
        use ErrorCode as Code;
        match (error.placement(), error.code()) {
            (Some(Placement::Unknown), _) => Self::Unknown,
            (_, Code::NotFound | Code::Expired) => Self::NotFound,
            // It rang: no exit code that says "nothing was placed" may follow.
            (Some(Placement::Placed), _) => Self::Unknown,
            (Some(Placement::NotPlaced) | None, code) => match code {
                Code::InvalidInput | Code::Rejected => Self::BadInput,
                Code::Unauthorized | Code::Forbidden => Self::NotAuthorised,
                Code::Cancelled => Self::Interrupted,
                Code::NotFound
                | Code::Expired
                | Code::RateLimited
                | Code::ServiceFailed
                | Code::UnexpectedAnswer
                | Code::NotConnected
                | Code::ConnectionLost
                | Code::TimedOut
                | Code::DeadlineExceeded => Self::ServiceFailed,
            },
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was said on the command line, in the environment or in a file is not valid.
    Input { code: &'static str, message: String },
    /// What is asked about is not there.
    NotFound(String),
    /// The service or the way to it.
    Service(Error),
    /// What campaigns are kept in.
    Store { code: &'static str, message: String },
    /// The person pressed Ctrl-C, or the process was told to end.
    Interrupted { message: String, placement: Option<Placement>, call_sid: Option<String> },
}

impl Failure {
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::Input { code: ErrorCode::InvalidInput.as_str(), message: message.into() }
    }

    /// A value that was refused, and where it was given.
    pub(crate) fn refused(given_in: &str, error: &InvalidInput) -> Self {
        Self::input(format!("{given_in}: {}; expected {}", error.problem(), error.expected()))
    }

    /// Given up by the person, with nothing left behind.
    pub(crate) fn interrupted(message: &str) -> Self {
        Self::Interrupted { message: message.to_owned(), placement: None, call_sid: None }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Input { .. } => Exit::BadInput,
            Self::NotFound(_) => Exit::NotFound,
            Self::Service(error) => Exit::of_error(error),
            Self::Store { .. } => Exit::ServiceFailed,
            Self::Interrupted { placement: Some(Placement::Unknown), .. } => Exit::Unknown,
            Self::Interrupted { .. } => Exit::Interrupted,
        }
    }

    /// `{"error":{"code","message",…}}`; what is not known is left out.
    pub(crate) fn to_json(&self) -> Value {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        match self {
            Self::Input { code, message } | Self::Store { code, message } => {
                put("code", Some(json!(code)));
                put("message", Some(json!(message)));
            }
            Self::NotFound(message) => {
                put("code", Some(json!(ErrorCode::NotFound.as_str())));
                put("message", Some(json!(message)));
            }
            Self::Interrupted { message, placement, call_sid } => {
                put("code", Some(json!(ErrorCode::Cancelled.as_str())));
                put("message", Some(json!(message)));
                put("placement", placement.map(|it| json!(it.as_str())));
                put("call_sid", call_sid.as_ref().map(|it| json!(it)));
            }
            Self::Service(error) => {
                put("code", Some(json!(error.code().as_str())));
                put("message", Some(json!(error.to_string())));
                put("placement", error.placement().map(|it| json!(it.as_str())));
                put("call_sid", error.call_sid().map(|it| json!(it.as_str())));
                put("attempts", Some(json!(error.attempts())));
                put("http_status", error.http_status().map(|it| json!(it)));
                put("service_message", error.message().map(|it| json!(it)));
                put("service_code", error.service_code().map(|it| json!(it)));
                put("correlation_id", error.correlation_id().map(|it| json!(it)));
                put("retry_after_seconds", error.retry_after().map(|it| json!(it.as_secs_f64())));
            }
        }
        json!({ "error": fields })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input { message, .. } | Self::NotFound(message) | Self::Interrupted { message, .. } => {
                f.write_str(message)
            }
            Self::Store { message, .. } => f.write_str(&harmless(message)),
            Self::Service(error) => f.write_str(&harmless(&error.to_string())),
        }
    }
}

/// Where the command line says what core has under another name.
const GIVEN_IN: [(&str, &str); 14] = [
    ("to_number", "NUMBER"),
    ("country_code", "--country"),
    ("call_sid", "SID"),
    ("variant_id", "--variant"),
    ("region", "--region or POLYAI_OUTBOUND_REGION"),
    ("speed", "--speed"),
    ("rate", "--rate"),
    ("max_in_flight", "--max-in-flight"),
    ("max_attempts", "--max-attempts"),
    ("max_per_number", "--max-per-number"),
    ("redial", "--redial"),
    ("window", "--window"),
    ("no_windows", "--no-windows"),
    ("holiday", "--holidays"),
];

impl From<InvalidInput> for Failure {
    fn from(error: InvalidInput) -> Self {
        let given_in = GIVEN_IN.iter().find(|(field, _)| *field == error.field());
        Self::refused(given_in.map_or(error.field(), |(_, name)| name), &error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Invalid(error) => error.into(),
            BuildError::Missing { .. } => Self::input(error.to_string()),
            BuildError::Http(ref cause) => Self::input(format!("{error}: {cause}")),
        }
    }
}

impl From<ListError> for Failure {
    fn from(error: ListError) -> Self {
        // The crate knows no flags.
        Self::input(error.to_string().replace("as number column", "with --number-column"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error.kind() {
            StoreErrorKind::Full => "store_full",
            StoreErrorKind::ReadOnly => "store_read_only",
            StoreErrorKind::Busy => "store_busy",
            StoreErrorKind::Corrupt => "store_corrupt",
            StoreErrorKind::LogMissing => "store_log_missing",
            StoreErrorKind::Io => "store_io",
            StoreErrorKind::Other => "store_refused",
        };
        Self::Store { code, message: error.to_string() }
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        let message = error.to_string();
        match error {
            LockError::AlreadyRunning(_) => Self::Input { code: "already_running", message },
            LockError::Io { .. } | LockError::NotAFile { .. } => Self::Store { code: "store_io", message },
        }
    }
}
