//! The two wire dialects as data: a reader can hold this file beside the API reference line by line.

use crate::service::Region;
use crate::trigger::Encryption;

/// The header that names an exchange for support, in requests and responses of both dialects.
pub const CORRELATION_ID: &str = "X-PolyAI-Correlation-Id";

/// All in which the dialects differ.
#[derive(Debug)]
pub struct Dialect {
    /// Its name in flags and options.
    pub name: &'static str,
    /// The regions it is served from, and their base URLs. What one dialect calls `euw` the other calls `eu`; either word is
    /// taken in both.
    pub regions: &'static [(Region, &'static str)],
    /// The header that carries the credential.
    pub credential_header: &'static str,
    /// The route that a call is triggered at.
    pub trigger_route: &'static [Segment],
    /// The route that a call's status is read at.
    pub status_route: &'static [Segment],
    /// The names of a trigger's fields.
    pub fields: Fields,
    /// The name of the call SID in answers.
    pub call_sid: &'static str,
    /// The words for the encryption of signalling and media.
    pub encryption: fn(Encryption) -> &'static str,
    /// The words for `queued`, `calling`, `success` and `failure`, as the service writes them.
    pub status_words: [&'static str; 4],
    /// The HTTP status that says, in the service's own envelope, that placing the call failed and may be retried.
    pub placing_failed: u16,
    /// Whether that is certain. Of the agents dialect's 502 the platform says elsewhere that an upstream service may have
    /// timed out, and that service is the one that dials.
    pub placing_failed_is_certain: bool,
}

/// The names of a trigger's fields.
#[derive(Debug)]
pub struct Fields {
    /// E.164, or national format with the country beside it.
    pub to_number: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country_code: &'static str,
    /// An object of strings.
    pub metadata: &'static str,
    /// One of the words of [`Dialect::encryption`].
    pub encryption: &'static str,
    /// Where the dialect knows variants of an agent.
    pub variant_id: Option<&'static str>,
    /// Where the dialect asks for an environment, in the body and in the query alike.
    pub environment: Option<&'static str>,
}

/// One segment of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A fixed word.
    Word(&'static str),
    /// The agent's identifier, percent-encoded.
    AgentId,
    /// The call's SID, percent-encoded.
    CallSid,
}

use Segment::{AgentId, CallSid, Word};

/// The Outbound Calling API, the default.
pub static OUTBOUND: Dialect = Dialect {
    name: "outbound",
    regions: &[
        (Region::Us, "https://api.us-1.platform.polyai.app"),
        (Region::Uk, "https://api.uk-1.platform.polyai.app"),
        (Region::Euw, "https://api.euw-1.platform.polyai.app"),
        (Region::Eu, "https://api.euw-1.platform.polyai.app"),
    ],
    credential_header: "X-PolyAi-Auth-Token",
    trigger_route: &[Word("v1"), Word("outbound-calling")],
    status_route: &[Word("v1"), Word("outbound-calling"), CallSid, Word("status")],
    fields: Fields {
        to_number: "to_number",
        country_code: "country_code",
        metadata: "metadata",
        encryption: "encryption",
        variant_id: None,
        environment: None,
    },
    call_sid: "call_sid",
    encryption: |it| match it {
        Encryption::TlsSrtp => "TLS/SRTP",
        Encryption::TlsRtp => "TLS/RTP",
        Encryption::UdpSrtp => "UDP/SRTP",
        Encryption::UdpRtp => "UDP/RTP",
    },
    status_words: ["queued", "calling", "success", "failure"],
    placing_failed: 500,
    placing_failed_is_certain: true,
};

/// The Agents API's outbound-call endpoints.
pub static AGENTS: Dialect = Dialect {
    name: "agents",
    regions: &[
        (Region::Us, "https://api.us.poly.ai"),
        (Region::Eu, "https://api.eu.poly.ai"),
        (Region::Euw, "https://api.eu.poly.ai"),
        (Region::Uk, "https://api.uk.poly.ai"),
        (Region::Studio, "https://api.studio.poly.ai"),
    ],
    credential_header: "X-API-KEY",
    trigger_route: &[Word("v1"), Word("agents"), AgentId, Word("telephony"), Word("outbound-calls")],
    status_route: &[
        Word("v1"),
        Word("agents"),
        AgentId,
        Word("telephony"),
        Word("outbound-calls"),
        CallSid,
        Word("status"),
    ],
    fields: Fields {
        to_number: "toNumber",
        country_code: "countryCode",
        metadata: "metadata",
        encryption: "encryption",
        variant_id: Some("variantId"),
        environment: Some("environment"),
    },
    call_sid: "callSid",
    // Only the first is listed by the reference; the others follow its pattern.
    encryption: |it| match it {
        Encryption::TlsSrtp => "tls_srtp",
        Encryption::TlsRtp => "tls_rtp",
        Encryption::UdpSrtp => "udp_srtp",
        Encryption::UdpRtp => "udp_rtp",
    },
    status_words: ["QUEUED", "CALLING", "SUCCESS", "FAILURE"],
    placing_failed: 502,
    placing_failed_is_certain: false,
};
