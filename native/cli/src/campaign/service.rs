//! The service that a campaign calls through: as it is told, and in the form by which it is known again.

use polyai_outbound::{Api, BaseUrl, Service};

/// A service's name.
#[derive(Clone, Debug)]
pub(super) struct ServiceName {
    /// Base URL and API, as they are kept with a campaign.
    pub(super) said: String,
    /// Its place: the same for all spellings of the base URL, and for both APIs.
    pub(super) place: String,
}

impl ServiceName {
    pub(super) fn of(service: &Service) -> Self {
        let url = service.base_url().as_str();
        let said = match service.api() {
            Api::Outbound => format!("{url} (outbound API)"),
            Api::Agents { agent_id, environment } => {
                format!("{url} (agents API, agent {}, {})", agent_id.as_str(), environment.as_str())
            }
        };
        Self { said, place: service.base_url().place() }
    }

    /// True if a campaign that is kept with this name calls through it: whatever the spelling, but by the same API, because
    /// the calls that are followed are known to that.
    pub(super) fn is(&self, kept: &str) -> bool {
        self.is_at(kept) && api(kept) == api(&self.said)
    }

    /// True if a campaign that is kept with this name calls through it, by whichever API.
    pub(super) fn is_at(&self, kept: &str) -> bool {
        let url = kept.split_once(" (").map_or(kept, |(url, _)| url);
        BaseUrl::parse_insecure(url).is_ok_and(|url| url.place() == self.place)
    }
}

fn api(said: &str) -> &str {
    said.split_once(" (").map_or("", |(_, api)| api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_knows_its_service_in_every_spelling_and_by_the_same_api() {
        let url = BaseUrl::parse("http://LOCALHOST:8787/").unwrap();
        let name = ServiceName::of(&Service::at(url, Api::Outbound, None));
        assert_eq!(name.said, "http://localhost:8787 (outbound API)");
        for kept in ["http://127.0.0.1:8787 (outbound API)", "http://[::1]:8787 (outbound API)"] {
            assert!(name.is(kept) && name.is_at(kept), "{kept}");
        }
        let agents = "http://127.0.0.1:8787 (agents API, agent a (b), live)";
        assert!(!name.is(agents) && name.is_at(agents));
        for kept in
            ["http://127.0.0.1:8788 (outbound API)", "http://127.0.0.1:8787/x (outbound API)", "", "demo"]
        {
            assert!(!name.is(kept) && !name.is_at(kept), "{kept}");
        }
    }
}
