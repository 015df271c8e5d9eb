//! Which route a URL names. Routes are the dialects' own data, and the sandbox's two.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::dialect::{AGENTS, Dialect, OUTBOUND, Segment};
use crate::message::Method;

/// What a route is for.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Trigger,
    Status,
    Calls,
    Faults,
}

struct Route {
    segments: &'static [Segment],
    methods: &'static [&'static str],
    /// Whose words it is answered in.
    dialect: &'static Dialect,
    target: Target,
}

use Segment::Word;

const GET: &[&str] = &["GET"];
const POST: &[&str] = &["POST"];
const ALL: &[&str] = &["GET", "POST", "DELETE"];
const CALLS: &[Segment] = &[Word("_sandbox"), Word("calls")];
const FAULTS: &[Segment] = &[Word("_sandbox"), Word("faults")];

#[rustfmt::skip]
static ROUTES: [Route; 6] = [
    Route { segments: OUTBOUND.status_route, methods: GET, dialect: &OUTBOUND, target: Target::Status },
    Route { segments: OUTBOUND.trigger_route, methods: POST, dialect: &OUTBOUND, target: Target::Trigger },
    Route { segments: AGENTS.status_route, methods: GET, dialect: &AGENTS, target: Target::Status },
    Route { segments: AGENTS.trigger_route, methods: POST, dialect: &AGENTS, target: Target::Trigger },
    Route { segments: CALLS, methods: GET, dialect: &OUTBOUND, target: Target::Calls },
    Route { segments: FAULTS, methods: ALL, dialect: &OUTBOUND, target: Target::Faults },
];

/// A route that was found, with what its path and query hold.
pub(super) struct Found<'a> {
    pub(super) target: Target,
    pub(super) dialect: &'static Dialect,
    methods: &'static [&'static str],
    pub(super) agent_id: Option<Cow<'a, str>>,
    pub(super) call_sid: Option<Cow<'a, str>>,
    query: &'a str,
}

impl<'a> Found<'a> {
    /// The route of a URL that is absolute or begins with its path.
    pub(super) fn at(url: &'a str) -> Option<Self> {
        let url = url.split_once('#').map_or(url, |(url, _)| url);
        let (before, query) = url.split_once('?').unwrap_or((url, ""));
        let path = match before.strip_prefix('/') {
            Some(path) => path,
            None => before.split_once("://")?.1.split_once('/')?.1,
        };
        ROUTES.iter().find_map(|route| Self::along(route, path, query))
    }

    fn along(route: &Route, path: &'a str, query: &'a str) -> Option<Self> {
        let Route { segments, methods, dialect, target } = *route;
        let mut found = Self { target, dialect, methods, agent_id: None, call_sid: None, query };
        let mut parts = path.split('/');
        for segment in segments {
            let part = percent_decode_str(parts.next()?).decode_utf8_lossy();
            match segment {
                Word(word) if part == *word => {}
                Word(_) => return None,
                Segment::AgentId | Segment::CallSid if part.is_empty() => return None,
                Segment::AgentId => found.agent_id = Some(part),
                Segment::CallSid => found.call_sid = Some(part),
            }
        }
        parts.next().is_none().then_some(found)
    }

    pub(super) fn allows(&self, method: &Method) -> bool {
        self.methods.contains(&method.as_str())
    }

    /// The methods as a header lists them.
    pub(super) fn allowed(&self) -> String {
        self.methods.join(", ")
    }

    /// The first value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        form_urlencoded::parse(self.query.as_bytes()).find(|(held, _)| held == name).map(|(_, value)| value)
    }
}
