//! A call's status, its lifecycle, and what one reading of it says after another.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dialect::OUTBOUND;

/// Where a call is in its life: `queued`, then `calling`, then `success` or `failure` for good.
///
/// The service's words have changed before, so a word that is not known is kept and is not an end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum CallStatus {
    /// Accepted, not yet dialed.
    Queued,
    /// Ringing or in conversation.
    Calling,
    /// Ended, and the service counts it as a success.
    Success,
    /// Ended without success; the reason mostly says why.
    Failure,
    /// A word that this version does not know, as the service wrote it.
    Other(String),
}

impl CallStatus {
    /// Reads a word of either dialect, without regard to case.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        let [queued, calling, success, failure] = OUTBOUND.status_words;
        let is = |known: &str| known.eq_ignore_ascii_case(word);
        match () {
            () if is(queued) => Self::Queued,
            () if is(calling) => Self::Calling,
            () if is(success) => Self::Success,
            () if is(failure) => Self::Failure,
            () => Self::Other(word.to_owned()),
        }
    }

    /// The word in lower case, or an unknown one as the service wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let [queued, calling, success, failure] = OUTBOUND.status_words;
        match self {
            Self::Queued => queued,
            Self::Calling => calling,
            Self::Success => success,
            Self::Failure => failure,
            Self::Other(word) => word,
        }
    }

    /// Whether the call has ended; such a status never changes again.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        match self {
            Self::Success | Self::Failure => true,
            Self::Queued | Self::Calling | Self::Other(_) => false,
        }
    }

    /// What `next`, read after this status, says.
    ///
    /// ```
    /// use polyai_outbound_core::{CallStatus, Transition};
    ///
    /// assert_eq!(CallStatus::Queued.to(&CallStatus::Calling), Transition::Forward);
    /// assert_eq!(CallStatus::Calling.to(&CallStatus::Queued), Transition::Regression);
    /// assert_eq!(CallStatus::Success.to(&CallStatus::Failure), Transition::Regression);
    /// ```
    #[must_use]
    pub fn to(&self, next: &Self) -> Transition {
        match (self, next) {
            (held, next) if held == next => Transition::Same,
            (Self::Success | Self::Failure, _) | (Self::Calling, Self::Queued) => Transition::Regression,
            (Self::Queued | Self::Calling | Self::Other(_), _) => Transition::Forward,
        }
    }
}

impl From<String> for CallStatus {
    fn from(word: String) -> Self {
        Self::from_word(&word)
    }
}

impl From<CallStatus> for String {
    fn from(status: CallStatus) -> Self {
        match status {
            CallStatus::Other(word) => word,
            CallStatus::Queued | CallStatus::Calling | CallStatus::Success | CallStatus::Failure => {
                status.as_str().to_owned()
            }
        }
    }
}

impl fmt::Display for CallStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a reading says after the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transition {
    /// Nothing new.
    Same,
    /// The call has moved on.
    Forward,
    /// Not possible in a call's life: an answer from an older state, which is not believed.
    Regression,
}

/// One answer of the status endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Where the call is.
    pub status: CallStatus,
    /// A sentence for people, filled mostly on failure; empty if the service gave none.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use CallStatus::{Calling, Failure, Other, Queued, Success};

    #[test]
    fn words_of_both_dialects_are_read() {
        for (word, status) in [
            ("queued", Queued),
            ("QUEUED", Queued),
            ("calling", Calling),
            ("CALLING", Calling),
            ("success", Success),
            ("SUCCESS", Success),
            ("failure", Failure),
            ("FAILURE", Failure),
        ] {
            assert_eq!(CallStatus::from_word(word), status);
        }
    }

    #[test]
    fn a_word_from_before_or_after_our_time_is_kept_and_is_no_end() {
        for word in ["ringing", "in-progress", "completed", "no-answer", "VOICEMAIL", ""] {
            let status = CallStatus::from_word(word);
            assert_eq!(status, Other(word.to_owned()));
            assert_eq!(status.as_str(), word);
            assert!(!status.is_terminal());
        }
    }

    #[test]
    fn every_transition_is_decided() {
        use Transition::{Forward, Regression, Same};
        let ringing = || Other("ringing".to_owned());
        let table = [
            (Queued, [Same, Forward, Forward, Forward, Forward]),
            (Calling, [Regression, Same, Forward, Forward, Forward]),
            (Success, [Regression, Regression, Same, Regression, Regression]),
            (Failure, [Regression, Regression, Regression, Same, Regression]),
            (ringing(), [Forward, Forward, Forward, Forward, Same]),
        ];
        for (from, expected) in table {
            for (to, expected) in [Queued, Calling, Success, Failure, ringing()].iter().zip(expected) {
                assert_eq!(from.to(to), expected, "{from} -> {to}");
            }
        }
    }
}
