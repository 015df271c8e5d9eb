//! Tests of what may be called and with what.

use proptest::prelude::*;

use super::*;

#[test]
fn base_urls_are_kept_with_their_prefix_and_without_the_last_slash() {
    for (given, kept, loopback) in [
        ("https://api.us-1.platform.polyai.app", "https://api.us-1.platform.polyai.app", false),
        ("HTTPS://Example.COM/a/b/", "https://example.com/a/b", false),
        ("https://example.com:8443/", "https://example.com:8443", false),
        ("http://localhost:8787", "http://localhost:8787", true),
        ("http://LOCALHOST./x", "http://localhost./x", true),
        ("https://tool.localhost/x", "https://tool.localhost/x", false),
        ("https://127.0.0.1.localhost", "https://127.0.0.1.localhost", false),
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
        "ftp://localhost",
        "ws://127.0.0.1",
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://x.localhost",
        "http://x.localhost:8787/y",
        "http://a.b.LocalHost.",
        "http://127.0.0.1.localhost",
        "http://localhost.localhost",
        "http://0x7f.1",
        "http://127.1",
        "http://2130706433",
        "https://127.0.0.0x1",
        "https://example.0X7f",
        "https://example.0x7f.",
        "https://example.1",
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
fn an_odd_character_of_a_url_or_a_token_is_told_with_its_place() {
    for (given, place) in [(" https://a.test", "position 1 "), ("https://a .test", "position 10 ")] {
        let refused = BaseUrl::parse(given).unwrap_err();
        assert!(refused.problem().contains(place), "{refused}");
    }
    for (token, place) in [("\nsecret", "position 1 of 7 "), ("secret\n", "position 7 of 7 ")] {
        let refused = Credential::new(token).unwrap_err();
        assert!(refused.problem().contains(place), "{refused}");
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
    assert_eq!(base(Region::Eu, &Api::Outbound).unwrap(), "https://api.euw-1.platform.polyai.app");
    assert_eq!(base(Region::Us, &agents).unwrap(), "https://api.us.poly.ai");
    assert_eq!(base(Region::Eu, &agents).unwrap(), "https://api.eu.poly.ai");
    assert_eq!(base(Region::Euw, &agents).unwrap(), "https://api.eu.poly.ai");
    assert_eq!(base(Region::Uk, &agents).unwrap(), "https://api.uk.poly.ai");
    assert_eq!(base(Region::Studio, &agents).unwrap(), "https://api.studio.poly.ai");
    assert_eq!(
        base(Region::Studio, &Api::Outbound).unwrap_err().to_string(),
        "region: the outbound API has no region studio; expected one of us, uk, euw, eu"
    );
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

#[test]
fn regions_and_environments_are_the_same_word_everywhere() {
    for (region, word) in [
        (Region::Us, "us"),
        (Region::Uk, "uk"),
        (Region::Euw, "euw"),
        (Region::Eu, "eu"),
        (Region::Studio, "studio"),
    ] {
        assert_eq!((region.as_str(), serde_json::to_value(region).unwrap()), (word, word.into()));
        assert_eq!(serde_json::from_value::<Region>(word.into()).unwrap(), region);
    }
    for (environment, word) in [
        (Environment::Sandbox, "sandbox"),
        (Environment::PreRelease, "pre-release"),
        (Environment::Live, "live"),
    ] {
        assert_eq!((environment.as_str(), serde_json::to_value(environment).unwrap()), (word, word.into()));
        assert_eq!(serde_json::from_value::<Environment>(word.into()).unwrap(), environment);
    }
}

#[test]
fn a_port_is_a_number_of_16_bits_or_there_is_none() {
    for port in [":0", ":1", ":443", ":65535", ":08787"] {
        assert!(BaseUrl::parse(&format!("https://example.com{port}/a")).is_ok(), "{port}");
        assert!(BaseUrl::parse(&format!("https://[2001:db8::1]{port}")).is_ok(), "{port}");
    }
    for port in [":", ":65536", ":-1", ":+1", ":1:2", ":1a", ":99999999999"] {
        assert!(BaseUrl::parse(&format!("https://example.com{port}/a")).is_err(), "{port}");
        assert!(BaseUrl::parse(&format!("https://[2001:db8::1]{port}")).is_err(), "{port}");
    }
}

/// Pieces of URLs, put together in their order or out of it.
fn a_url() -> impl Strategy<Value = String> {
    let scheme =
        prop::sample::select(vec!["https://", "http://", "HTTPS://", "hTTp://", "", "ftp://", "https:/"]);
    let host = prop_oneof![
        "[a-zA-Z0-9_.-]{0,12}",
        prop::sample::select(vec![
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.0.0.1",
            "[::1]",
            "[2001:db8::1]"
        ])
        .prop_map(str::to_owned),
        "[0-9x.]{1,12}",
        "\\PC{0,6}",
        "[a-z@:\\[\\]]{1,8}",
    ];
    let port = prop_oneof![3 => Just(String::new()), 1 => ":[0-9]{0,6}"];
    let path = prop_oneof![Just(String::new()), "(/[a-zA-Z0-9.%2eE_~-]{0,6}){0,4}", "[/?#\\\\.a%]{0,8}"];
    (scheme, host, port, path).prop_map(|(scheme, host, port, path)| format!("{scheme}{host}{port}{path}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_base_url_that_is_taken_is_taken_again_as_it_is_kept(url in a_url()) {
        for taken in [BaseUrl::parse(&url), BaseUrl::parse_insecure(&url)] {
            let Ok(taken) = taken else { continue };
            prop_assert_eq!(&BaseUrl::parse_insecure(taken.as_str()).unwrap(), &taken, "{}", url);
            prop_assert!(!taken.as_str().ends_with('/') && !taken.as_str().contains(['?', '#', '@', '\\']), "{}", url);
        }
        if let Ok(taken) = BaseUrl::parse(&url) {
            prop_assert!(taken.is_loopback() || taken.as_str().starts_with("https://"), "{}", url);
        }
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_base_url_leads_where_another_reader_of_urls_sees_it_lead(url in a_url()) {
        if let Ok(taken) = BaseUrl::parse_insecure(&url) {
            let read: http::Uri = format!("{}/v1/x", taken.as_str()).parse().unwrap();
            let host = read.host().unwrap().to_owned();
            prop_assert!(read.path().ends_with("/v1/x") && read.query().is_none(), "{}", url);
            let authority = read.authority().unwrap().as_str();
            prop_assert!(authority == host || authority.starts_with(&format!("{host}:")), "{}", url);
            let inner = host.trim_start_matches('[').trim_end_matches(']');
            let loopback = match inner.parse::<std::net::IpAddr>() {
                Ok(address) => address.is_loopback(),
                Err(_) => {
                    let name = host.trim_end_matches('.');
                    name == "localhost"
                }
            };
            prop_assert_eq!(taken.is_loopback(), loopback, "{}", url);
        }
    }

    #[test]
    fn a_credential_is_visible_ascii_and_nothing_else(token in prop_oneof!["[!-~]{0,24}", "(?s).{0,12}"]) {
        let legal = !token.is_empty() && token.bytes().all(|it| it.is_ascii_graphic());
        match Credential::new(token.clone()) {
            Ok(taken) => prop_assert!(legal && taken.expose() == token),
            Err(refused) => {
                prop_assert!(!legal);
                prop_assert!(token.len() < 3 || !refused.to_string().contains(&token));
            }
        }
    }
}

#[test]
fn a_place_is_one_however_it_is_spelled() {
    let place = |url: &str| BaseUrl::parse_insecure(url).unwrap().place();
    for (url, expected) in [
        ("https://api.us-1.platform.polyai.app", "api.us-1.platform.polyai.app:443"),
        ("HTTPS://API.US-1.Platform.PolyAI.app:443///", "api.us-1.platform.polyai.app:443"),
        ("https://api.us-1.platform.polyai.app./", "api.us-1.platform.polyai.app:443"),
        ("https://api.us-1.platform.polyai.app.:00443", "api.us-1.platform.polyai.app:443"),
        ("http://api.us-1.platform.polyai.app:443", "api.us-1.platform.polyai.app:443"),
        ("http://LocalHost", "localhost:80"),
        ("http://localhost.:80/", "localhost:80"),
        ("http://127.0.0.1:80", "localhost:80"),
        ("http://127.1.2.3/", "localhost:80"),
        ("http://[::1]", "localhost:80"),
        ("http://[0:0:0:0:0:0:0:1]:80", "localhost:80"),
        ("https://localhost:8787/Prefix/", "localhost:8787/Prefix"),
        ("https://[2001:db8:0:0::1]", "[2001:db8::1]:443"),
        ("https://[2001:DB8::0:1]:443/", "[2001:db8::1]:443"),
        ("https://api.example.com/a/b", "api.example.com:443/a/b"),
        ("http://api.example.com", "api.example.com:80"),
        ("https://x.localhost", "x.localhost:443"),
    ] {
        assert_eq!(place(url), expected, "{url}");
    }
    // What a region stands for, and the same host in the other dialect.
    let region = Service::in_region(Region::Euw, Api::Outbound, Credential::new("x").unwrap()).unwrap();
    assert_eq!(region.base_url().place(), place("https://api.euw-1.platform.polyai.app:443/"));
}
