//! Dispositions: what kind of ending the reason of a failed call tells of. Which of them are followed by another call is for
//! [`RedialRule`](super::RedialRule) to say.
//!
//! The service promises a sentence for people and no words for programs, so these are phrases, not codes: the platform's own
//! words, the reason phrases of SIP (RFC 3261, section 21; 607 of RFC 8197, 608 of RFC 8688) and the causes of ITU-T Q.850,
//! table 1, which carriers pass on.

/// A failure of the platform's own queue, or of a network that is full: nobody's phone rang long, and calling slower helps.
pub const CONGESTION: &str = "congestion";

/// A kind of ending, and the phrases that tell of it: in lower case, words alone, with a space between them.
#[derive(Debug)]
pub struct Disposition {
    /// The word for it in redial rules and reports.
    pub name: &'static str,
    /// Phrases that tell of it wherever they stand, unless they are denied (`not busy`).
    pub phrases: &'static [&'static str],
    /// Phrases that tell of it only where nothing is said with them: `404 Not Found` does, `page not found` does not.
    pub alone: &'static [&'static str],
}

/// All kinds. The first that fits counts, so what calls for no other call stands before what may.
pub static DISPOSITIONS: [Disposition; 8] = [
    Disposition {
        name: CONGESTION,
        phrases: &[
            "call queueing",
            "call queuing",
            // Q.850: 34, 42, 44, 47.
            "no circuit channel available",
            "congestion",
            "requested circuit channel not available",
            "resource unavailable",
            "resources unavailable",
            // As switches and servers say it, before "busy" is a person's line.
            "circuits busy",
            "circuits are busy",
            "network busy",
            "network is busy",
            "server busy",
            "server is busy",
            "service busy",
            "service is busy",
            "system busy",
            "system is busy",
            "agents are busy",
        ],
        alone: &[],
    },
    Disposition {
        name: "declined",
        phrases: &[
            "declined",
            "explicitly rejected",
            // Q.850: 21.
            "call rejected",
            "call was rejected",
            "rejected the call",
            "user rejected",
            "rejected by user",
            "rejected by the user",
            "callee rejected",
            "rejected by callee",
            "rejected by the callee",
            "rejected by called party",
            "rejected by the called party",
            "rejected by the recipient",
            "rejected by the customer",
        ],
        // SIP: 603, 608, 607.
        alone: &["decline", "rejected", "unwanted"],
    },
    Disposition {
        name: "invalid-number",
        phrases: &[
            "invalid number",
            "invalid phone number",
            "number invalid",
            "number is invalid",
            "number not found",
            "user not found",
            "subscriber not found",
            "callee not found",
            "no such number",
            "not in service",
            "number does not exist",
            "user does not exist",
            "subscriber does not exist",
            "number disconnected",
            "number is disconnected",
            "number has been disconnected",
            // SIP: 604, 484.
            "does not exist anywhere",
            "address incomplete",
            // Q.850: 1 (unallocated (unassigned) number), 22. 28 is in the phrases above.
            "unallocated",
            "unassigned number",
            "number changed",
            "number has changed",
        ],
        // SIP: 404, 410.
        alone: &["not found", "gone", "does not exist"],
    },
    Disposition {
        name: "voicemail",
        phrases: &[
            "voicemail",
            "voice mail",
            "answering machine",
            "machine detected",
            "answered by machine",
            "answered by a machine",
        ],
        alone: &[],
    },
    Disposition {
        name: "busy",
        // SIP: 486, 600. Q.850: 17.
        phrases: &["busy", "line engaged", "line is engaged", "number engaged"],
        alone: &["engaged"],
    },
    Disposition {
        name: "no-answer",
        phrases: &[
            // Q.850: 19 (no answer from user (user alerted)), 18.
            "no answer",
            "no user responding",
            "no reply",
            "not answer",
            "not answered",
            "not answering",
            "didnt answer",
            "doesnt answer",
            "isnt answering",
            "unanswered",
            "nobody answer",
            "nobody answers",
            "nobody answered",
            "no one answer",
            "no one answers",
            "no one answered",
            "not pick up",
            "not picked up",
            "rang out",
            "ring timeout",
            "ringing timeout",
        ],
        // SIP: 408, and 487, which ends a call that its caller gave up.
        alone: &["request timeout", "request terminated"],
    },
    Disposition {
        name: "error",
        phrases: &[
            // SIP: 500, 502, 503, 504, 488 and 606.
            "server internal error",
            "internal server error",
            "internal error",
            "bad gateway",
            "service unavailable",
            "service temporarily unavailable",
            "service is unavailable",
            "service is temporarily unavailable",
            "server time out",
            "server timeout",
            "gateway timeout",
            "not acceptable here",
            // Q.850: 38, 41, 88, 95 to 111, 127.
            "network out of order",
            "temporary failure",
            "incompatible destination",
            "protocol error",
            "interworking",
            "network error",
            "system error",
            "technical error",
            // Not the person that is called.
            "service unreachable",
            "service is unreachable",
            "server unreachable",
            "server is unreachable",
            "host unreachable",
            "host is unreachable",
            "network unreachable",
            "network is unreachable",
        ],
        // The platform's own word; then SIP: 400 to 403, 405, 406 and 606, 482, 483, 501.
        alone: &[
            "error",
            "unknown error",
            "bad request",
            "unauthorized",
            "payment required",
            "forbidden",
            "method not allowed",
            "not acceptable",
            "loop detected",
            "too many hops",
            "not implemented",
        ],
    },
    Disposition {
        name: "unreachable",
        phrases: &[
            "unreachable",
            "not reachable",
            "cannot be reached",
            "cant be reached",
            "could not be reached",
            "switched off",
            "powered off",
            "out of coverage",
            "user unavailable",
            "user is unavailable",
            "user temporarily unavailable",
            "subscriber unavailable",
            "callee unavailable",
            "called party unavailable",
            "called party is unavailable",
            "number unavailable",
            "number is unavailable",
            // Q.850: 2 and 3, 20, 27.
            "no route to",
            "subscriber absent",
            "destination out of order",
        ],
        // The platform's own word; then SIP: 480.
        alone: &[
            "unavailable",
            "currently unavailable",
            "temporarily unavailable",
            "temporarily not available",
        ],
    },
];

/// Words that say that what follows is not so.
const DENIALS: [&str; 6] = ["not", "no", "never", "isnt", "wasnt", "without"];
/// What stands before a phrase in the notations of SIP and Q.850, besides numbers.
const LABELS: [&str; 6] = ["sip", "q", "cause", "code", "status", "reason"];
/// More of a reason is not looked at, in bytes; of what is shown there is less.
const LONGEST: usize = 2_000;

/// The kind of ending that the reason of a failed call tells of: one of the [`DISPOSITIONS`] by its name, or `None`.
///
/// ```
/// use polyai_outbound_core::campaign::disposition;
///
/// assert_eq!(disposition("call queueing: max timeout limit exceeded"), Some("congestion"));
/// assert_eq!(disposition("The called party did not answer"), Some("no-answer"));
/// assert_eq!(disposition("SIP 404 Not Found"), Some("invalid-number"));
/// assert_eq!(disposition("the page was not found"), None);
/// assert_eq!(disposition("agent hung up"), None);
/// ```
#[must_use]
pub fn disposition(reason: &str) -> Option<&'static str> {
    let reason = reason.get(..reason.floor_char_boundary(LONGEST)).unwrap_or_default().to_lowercase();
    let all = format!(" {} ", words(&reason));
    let parts: Vec<String> = parts(&reason).collect();
    let fits = |it: &&Disposition| {
        it.phrases.iter().any(|phrase| is_said(&all, phrase))
            || it.alone.iter().any(|phrase| parts.iter().any(|part| part == phrase))
    };
    DISPOSITIONS.iter().find(fits).map(|it| it.name)
}

/// Whether a phrase stands among words, at least once without a denial before it.
fn is_said(words: &str, phrase: &str) -> bool {
    words.match_indices(&format!(" {phrase} ")).any(|(at, _)| {
        let before = words.get(..at).and_then(|before| before.rsplit(' ').next());
        before.is_none_or(|word| !DENIALS.contains(&word))
    })
}

/// What stands between marks of punctuation, each without the numbers and labels before it. None in what is told of HTTP,
/// whose words for its own troubles are SIP's for a number's.
fn parts(reason: &str) -> impl Iterator<Item = String> {
    let of_http = words(reason).split(' ').any(|word| word == "http" || word == "https");
    let marks = |it: char| !it.is_alphanumeric() && !matches!(it, ' ' | '-' | '_' | '/' | '\'' | '\u{2019}');
    let dashed = reason.replace(" - ", ":");
    let parts: Vec<String> = dashed
        .split(marks)
        .filter(|_| !of_http)
        .map(|part| {
            let is_before = |word: &&str| word.bytes().all(|it| it.is_ascii_digit()) || LABELS.contains(word);
            words(part).split(' ').skip_while(is_before).collect::<Vec<_>>().join(" ")
        })
        .collect();
    parts.into_iter()
}

/// The words of a text in lower case, a space between each two; an apostrophe ends none.
fn words(text: &str) -> String {
    let joined = text.replace(['\'', '\u{2019}'], "");
    joined
        .split(|it: char| !it.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_of_its_own_kind_however_it_is_written() {
        for it in &DISPOSITIONS {
            for phrase in it.phrases.iter().chain(it.alone) {
                for said in [
                    (*phrase).to_owned(),
                    format!("Call ended: {}", phrase.to_uppercase()),
                    format!("SIP;cause=480;text=\"{phrase}\""),
                    format!("call setup - 480 {}", phrase.replace(' ', "-")),
                    format!("Q.850;cause=1;text=\"{}\"", phrase.replace(' ', "_")),
                ] {
                    assert_eq!(disposition(&said), Some(it.name), "{said}");
                }
            }
        }
    }

    #[test]
    fn names_are_written_as_redial_rules_have_them_and_phrases_as_they_are_compared() {
        for it in &DISPOSITIONS {
            assert!(it.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", it.name);
            for phrase in it.phrases.iter().chain(it.alone) {
                assert_eq!(words(phrase), *phrase);
            }
        }
    }

    #[test]
    fn the_platforms_own_words_are_known() {
        for (said, kind) in [
            ("success", None),
            ("unavailable", Some("unreachable")),
            ("busy", Some("busy")),
            ("Busy: line engaged", Some("busy")),
            ("line engaged", Some("busy")),
            ("invalid number", Some("invalid-number")),
            ("Not found", Some("invalid-number")),
            ("Declined: explicitly rejected", Some("declined")),
            ("explicitly rejected", Some("declined")),
            ("error", Some("error")),
            ("call queueing: max timeout limit exceeded", Some("congestion")),
        ] {
            assert_eq!(disposition(said), kind, "{said}");
        }
    }

    #[test]
    fn the_reason_phrases_of_sip_are_known() {
        for (code, phrase, kind) in [
            (400, "Bad Request", "error"),
            (403, "Forbidden", "error"),
            (404, "Not Found", "invalid-number"),
            (406, "Not Acceptable", "error"),
            (408, "Request Timeout", "no-answer"),
            (410, "Gone", "invalid-number"),
            (480, "Temporarily Unavailable", "unreachable"),
            (484, "Address Incomplete", "invalid-number"),
            (486, "Busy Here", "busy"),
            (487, "Request Terminated", "no-answer"),
            (488, "Not Acceptable Here", "error"),
            (500, "Server Internal Error", "error"),
            (502, "Bad Gateway", "error"),
            (503, "Service Unavailable", "error"),
            (504, "Server Time-out", "error"),
            (600, "Busy Everywhere", "busy"),
            (603, "Decline", "declined"),
            (604, "Does Not Exist Anywhere", "invalid-number"),
            (606, "Not Acceptable", "error"),
            (607, "Unwanted", "declined"),
            (608, "Rejected", "declined"),
        ] {
            for said in [
                phrase.to_owned(),
                format!("{code} {phrase}"),
                format!("SIP/2.0 {code} {phrase}"),
                format!("call setup: {phrase} ({code})"),
            ] {
                assert_eq!(disposition(&said), Some(kind), "{said}");
            }
        }
        assert_eq!(
            disposition("481 Call/Transaction Does Not Exist"),
            None,
            "of a dialogue, not of a number"
        );
    }

    #[test]
    fn the_causes_of_q850_are_known() {
        for (cause, phrase, kind) in [
            (1, "Unallocated (unassigned) number", Some("invalid-number")),
            (2, "No route to specified transit network", Some("unreachable")),
            (3, "No route to destination", Some("unreachable")),
            (16, "Normal call clearing", None),
            (17, "User busy", Some("busy")),
            (18, "No user responding", Some("no-answer")),
            (19, "No answer from user (user alerted)", Some("no-answer")),
            (20, "Subscriber absent", Some("unreachable")),
            (21, "Call rejected", Some("declined")),
            (22, "Number changed", Some("invalid-number")),
            (27, "Destination out of order", Some("unreachable")),
            (28, "Invalid number format (address incomplete)", Some("invalid-number")),
            (31, "Normal, unspecified", None),
            (34, "No circuit/channel available", Some("congestion")),
            (38, "Network out of order", Some("error")),
            (41, "Temporary failure", Some("error")),
            (42, "Switching equipment congestion", Some("congestion")),
            (44, "Requested circuit/channel not available", Some("congestion")),
            (47, "Resource unavailable, unspecified", Some("congestion")),
            (88, "Incompatible destination", Some("error")),
            (111, "Protocol error, unspecified", Some("error")),
            (127, "Interworking, unspecified", Some("error")),
        ] {
            for said in [phrase.to_owned(), format!("Q.850 cause {cause}: {}", phrase.to_uppercase())] {
                assert_eq!(disposition(&said), kind, "{said}");
            }
        }
    }

    #[test]
    fn what_only_sounds_like_a_kind_is_none_and_of_two_the_safer_counts() {
        for (said, kind) in [
            ("", None),
            ("the line was not busy", None),
            ("no voicemail detected", None),
            ("The user never declined", None),
            ("The line wasn't busy, nobody answered", Some("no-answer")),
            ("busybody", None),
            ("page not found", None),
            ("conversation not found", None),
            ("HTTP 404: Not Found", None),
            ("GET https://x.test: 403 Forbidden", None),
            ("agent does not exist", None),
            ("the connector is gone for good", None),
            ("the agent was unavailable for comment", None),
            ("The service is temporarily unavailable", Some("error")),
            ("speech service unreachable", Some("error")),
            ("All circuits are busy", Some("congestion")),
            ("Switching equipment congestion: user busy", Some("congestion")),
            ("Busy here: declined by the user", Some("declined")),
            ("no answer; number not found", Some("invalid-number")),
            ("went to voicemail, no answer", Some("voicemail")),
            ("The called party didn\u{2019}t answer", Some("no-answer")),
            ("timeout while the text error was said", None),
        ] {
            assert_eq!(disposition(said), kind, "{said}");
        }
        assert_eq!(disposition(&format!("{}busy", "\u{e9} ".repeat(1_000))), None, "too long to be a reason");
    }
}
