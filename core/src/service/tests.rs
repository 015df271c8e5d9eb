//! Tests of what may be called and with what.

use super::*;

#[test]
fn base_urls_are_kept_with_their_prefix_and_without_the_last_slash() {
    for (given, kept, loopback) in [
        ("https://api.us-1.platform.polyai.app", "https://api.us-1.platform.polyai.app", false),
        ("HTTPS://Example.COM/a/b/", "https://example.com/a/b", false),
        ("https://example.com:8443/", "https://example.com:8443", false),
        ("http://localhost:8787", "http://localhost:8787", true),
        ("http://tool.localhost/x", "http://tool.localhost/x", true),
        ("http://127.0.0.1:9", "http://127.0.0.1:9", true),
        ("http://127.8.9.10", "http://127.8.9.10", true),
        ("http://[::1]:80", "http://[::1]:80", true),
        ("https://[2001:db8::1]", "https://[2001:db8::1]", false),
    ] {
        let parsed = BaseUrl::parse(given).unwrap();
        assert_eq!((parsed.as_str(), parsed.is_loopback()), (kept, loopback), "{given}");
    }
}

#[test]
fn base_urls_that_would_leak_or_mislead_are_refused() {
    for given in [
        "",
        "example.com",
        "ftp://example.com",
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://0x7f.1",
        "http://127.1",
        "http://2130706433",
        "https://user:pass@example.com",
        "https://user@example.com",
        "https://127.0.0.1@example.com",
        "https://example.com?x=1",
        "https://example.com/a#b",
        "https://example.com/a/../b",
        "https://example.com/a/%2e%2E/b",
        "https://example.com/a/.%2e",
        "https://",
        "https:///path",
        "https://:443",
        "https://exa mple.com",
        "https://example.com\r\nX: y",
        "https://example.com\\@evil.test",
        "https://exämple.com",
        "https://example..com",
        "https://example.com:port",
        "https://example.com:99999",
        "https://example.com:",
        "https://[::1",
        "https://[::1]x",
        "https://[zz]",
    ] {
        let refused = BaseUrl::parse(given);
        // A port with nothing behind its colon is the only one that some clients accept.
        assert!(refused.is_err(), "{given}: {refused:?}");
    }
}

#[test]
fn plain_http_is_taken_where_the_caller_asks_for_it() {
    assert!(BaseUrl::parse_insecure("http://gateway.internal:8080").is_ok());
    assert!(BaseUrl::parse_insecure("http://user@gateway.internal").is_err());
}

#[test]
fn each_dialect_has_its_regions_and_names_them_when_asked_for_another() {
    let token = || Credential::new("t").unwrap();
    let agents = Api::Agents { agent_id: AgentId::new("a").unwrap(), environment: Environment::Live };
    let base = |region, api: &Api| {
        Service::in_region(region, api.clone(), token()).map(|it| it.base_url().as_str().to_owned())
    };
    assert_eq!(base(Region::Us, &Api::Outbound).unwrap(), "https://api.us-1.platform.polyai.app");
    assert_eq!(base(Region::Uk, &Api::Outbound).unwrap(), "https://api.uk-1.platform.polyai.app");
    assert_eq!(base(Region::Euw, &Api::Outbound).unwrap(), "https://api.euw-1.platform.polyai.app");
    assert_eq!(base(Region::Us, &agents).unwrap(), "https://api.us.poly.ai");
    assert_eq!(base(Region::Eu, &agents).unwrap(), "https://api.eu.poly.ai");
    assert_eq!(base(Region::Uk, &agents).unwrap(), "https://api.uk.poly.ai");
    assert_eq!(base(Region::Studio, &agents).unwrap(), "https://api.studio.poly.ai");
    assert_eq!(
        base(Region::Studio, &Api::Outbound).unwrap_err().to_string(),
        "region: the outbound API has no region studio; expected one of us, uk, euw"
    );
    assert!(base(Region::Euw, &agents).is_err());
}

#[test]
fn a_credential_that_a_header_cannot_carry_is_refused_without_being_shown() {
    for token in ["", "a b", "secret\n", "secret\r\nX-Evil: 1", "s\u{e9}cret", "\u{0}", "\u{7f}"] {
        let refused = Credential::new(token).unwrap_err().to_string();
        assert!(!refused.contains("cret"), "{refused}");
    }
    assert_eq!(format!("{:?}", Credential::new("secret").unwrap()), "Credential(***)");
}

#[test]
fn an_agent_id_cannot_walk_the_path() {
    for id in ["", "  ", ".", "..", "a\nb", "\u{0}"] {
        assert!(AgentId::new(id).is_err(), "{id:?}");
    }
}
