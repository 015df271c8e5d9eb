//! What is wrong with a value that a caller gave, found before anything is sent.

use std::borrow::Cow;
use std::fmt;

/// A value that the service is documented to refuse, or that cannot be sent safely.
///
/// Says which field, what is wrong with it and what was expected; it never quotes the value itself, because
/// fields hold phone numbers, metadata and credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidInput {
    field: Cow<'static, str>,
    problem: Cow<'static, str>,
    expected: Cow<'static, str>,
}

impl InvalidInput {
    pub(crate) fn new(
        field: impl Into<Cow<'static, str>>,
        problem: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), problem: problem.into(), expected: expected.into() }
    }

    /// The field, by its name in the outbound dialect (`to_number`, `metadata`, `base_url`, …).
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with the value that was given.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What would have been accepted.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; expected {}", self.field, self.problem, self.expected)
    }
}

impl std::error::Error for InvalidInput {}
