//! Which route a URL names. Routes are the dialects' own data, and the sandbox's two.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::dialect::{AGENTS, Dialect, OUTBOUND, Segment};
use crate::message::Method;

/// What a route is for.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Trigger(&'static Dialect),
    Status(&'static Dialect),
    Calls,
    Faults,
}

struct Route {
    segments: &'static [Segment],
    methods: &'static [&'static str],
    target: Target,
}

use Segment::Word;

#[rustfmt::skip]
static ROUTES: [Route; 6] = [
    Route { segments: OUTBOUND.status_route, methods: &["GET"], target: Target::Status(&OUTBOUND) },
    Route { segments: OUTBOUND.trigger_route, methods: &["POST"], target: Target::Trigger(&OUTBOUND) },
    Route { segments: AGENTS.status_route, methods: &["GET"], target: Target::Status(&AGENTS) },
    Route { segments: AGENTS.trigger_route, methods: &["POST"], target: Target::Trigger(&AGENTS) },
    Route { segments: &[Word("_sandbox"), Word("calls")], methods: &["GET"], target: Target::Calls },
    Route { segments: &[Word("_sandbox"), Word("faults")], methods: &["GET", "POST", "DELETE"], target: Target::Faults },
];

/// A route that was found, with what its path and query hold.
pub(super) struct Found<'a> {
    pub(super) target: Target,
    methods: &'static [&'static str],
    pub(super) agent_id: Option<Cow<'a, str>>,
    pub(super) call_sid: Option<Cow<'a, str>>,
    query: &'a str,
}

impl<'a> Found<'a> {
    /// The route of a URL that is absolute or begins with its path.
    pub(super) fn at(url: &'a str) -> Option<Self> {
        let rest = match url.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => rest.get(rest.find('/')?..)?,
            Some(_) | None => url,
        };
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = path.strip_prefix('/')?;
        ROUTES.iter().find_map(|route| Self::along(route, path, query))
    }

    fn along(route: &Route, path: &'a str, query: &'a str) -> Option<Self> {
        let Route { segments, methods, target } = *route;
        let mut found = Self { target, methods, agent_id: None, call_sid: None, query };
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

    /// Whose words the route is answered in.
    pub(super) const fn dialect(&self) -> &'static Dialect {
        match self.target {
            Target::Trigger(dialect) | Target::Status(dialect) => dialect,
            Target::Calls | Target::Faults => &OUTBOUND,
        }
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
