//! The correlation id that a request is sent under, so that support can trace it even if no answer came.

use std::fmt;

/// A random UUID (version 4) that names one request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CorrelationId(String);

impl CorrelationId {
    /// The id that these random bits make.
    #[must_use]
    pub fn from_random(bits: u128) -> Self {
        let uuid = uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid();
        Self(uuid.hyphenated().to_string())
    }

    /// The id as it is sent: 32 lower-case hexadecimal digits in five groups.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<CorrelationId> for String {
    fn from(id: CorrelationId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_random_uuid_of_its_own() {
        let mut rng = fastrand::Rng::with_seed(7);
        let drawn: std::collections::BTreeSet<_> =
            (0..1_000).map(|_| CorrelationId::from_random(rng.u128(..)).to_string()).collect();
        assert_eq!(drawn.len(), 1_000);
        for id in drawn {
            let uuid = uuid::Uuid::parse_str(&id).unwrap();
            assert_eq!((uuid.get_version_num(), id.as_str()), (4, uuid.to_string().as_str()));
        }
    }
}
