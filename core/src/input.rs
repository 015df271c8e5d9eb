//! What is wrong with a value that a caller gave, found before anything is sent.

use std::borrow::Cow;
use std::fmt;

/// A value that the service is documented to refuse, or that cannot be sent safely.
///
/// Says which field, what is wrong with it and what was expected; it never quotes the value itself, because
/// fields hold phone numbers, metadata and credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidInput(Box<Details>);

#[derive(Clone, PartialEq, Eq)]
struct Details {
    field: &'static str,
    problem: Cow<'static, str>,
    expected: Cow<'static, str>,
}

impl InvalidInput {
    pub(crate) fn new(
        field: &'static str,
        problem: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::boxed(field, problem.into(), expected.into())
    }

    /// Once in the code, not wherever something is refused.
    #[inline(never)]
    fn boxed(field: &'static str, problem: Cow<'static, str>, expected: Cow<'static, str>) -> Self {
        Self(Box::new(Details { field, problem, expected }))
    }

    /// The field, by its name in the outbound dialect (`to_number`, `metadata`, `base_url`, …).
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.0.field
    }

    /// What is wrong with the value that was given.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.0.problem
    }

    /// What would have been accepted.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.0.expected
    }
}

impl fmt::Debug for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidInput")
            .field("field", &self.field())
            .field("problem", &self.problem())
            .field("expected", &self.expected())
            .finish()
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; expected {}", self.field(), self.problem(), self.expected())
    }
}

impl std::error::Error for InvalidInput {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_by_field_problem_and_expectation_and_as_a_sentence() {
        let refused = InvalidInput::new("rate", "is 0", "more than 0");
        assert_eq!((refused.field(), refused.problem(), refused.expected()), ("rate", "is 0", "more than 0"));
        assert_eq!(refused.to_string(), "rate: is 0; expected more than 0");
        let shown = r#"InvalidInput { field: "rate", problem: "is 0", expected: "more than 0" }"#;
        assert_eq!(format!("{refused:?}"), shown);
    }
}
