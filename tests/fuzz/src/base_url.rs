//! Base URLs. The input is one.

use std::sync::Arc;

use polyai_outbound_core::{Api, BaseUrl, CallSid, Credential, Service, wire};
use url::{Host, Url};

/// See the module.
pub fn base_url(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let safe = BaseUrl::parse(&text);
    let any = BaseUrl::parse_insecure(&text);
    match (&safe, &any) {
        (Ok(safe), Ok(any)) => assert_eq!(safe, any),
        (Err(_), Ok(any)) => {
            assert!(any.as_str().starts_with("http://") && !any.is_loopback(), "why is it refused?");
        }
        (Ok(_), Err(_)) => panic!("taken by the stricter of the two"),
        (Err(_), Err(_)) => {}
    }
    let Ok(base) = any else { return };
    assert_eq!(BaseUrl::parse_insecure(base.as_str()).as_ref(), Ok(&base), "read again");

    // What whoever wrote it means by it, and where the request really goes.
    let meant = match Url::parse(&text) {
        Ok(meant) => meant,
        // Whether punycode spells a name is known to clients only, and they send nothing then.
        Err(error) => {
            assert!(base.as_str().contains("xn--"), "{error}");
            return;
        }
    };
    let credential = Credential::new("secret").unwrap();
    let service = Arc::new(Service::at(base.clone(), Api::Outbound, Some(credential)));
    let request = wire::status_request(&service, &CallSid::parse("OUT-1").unwrap());
    let asked = Url::parse(&request.url).expect("a request's URL is one");
    assert_eq!(asked.scheme(), meant.scheme());
    assert_eq!(asked.host(), meant.host());
    assert_eq!(asked.port_or_known_default(), meant.port_or_known_default());
    for url in [&meant, &asked] {
        assert_eq!((url.username(), url.password(), url.query(), url.fragment()), ("", None, None, None));
    }
    let prefix = meant.path().trim_end_matches('/');
    assert_eq!(asked.path(), format!("{prefix}/v1/outbound-calling/OUT-1/status"));

    let is_loopback = match asked.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost"
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => panic!("it has no host"),
    };
    assert_eq!(base.is_loopback(), is_loopback, "{}", base.as_str());
    if safe.is_ok() {
        assert!(asked.scheme() == "https" || is_loopback, "the credential would travel in the clear");
    }
}
