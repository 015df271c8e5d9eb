//! Whatever call is asked for, the sandbox reads from the wire what was written to it, in both dialects.

use proptest::prelude::*;

use super::*;
use crate::{CallStatus, Encryption, VariantId};

fn a_destination() -> impl Strategy<Value = Destination> {
    let national = prop::sample::select(vec!["(415) 555-0100", "020 7946 0000", "01/234.567", "0 30 901820"]);
    prop_oneof![
        "[2-9][0-9]{9}".prop_map(|it| Destination::parse(&format!("+1{it}"), None).unwrap()),
        "[1-9][0-9]{9}".prop_map(|it| Destination::parse(&format!("+44{it}"), None).unwrap()),
        (national, prop::sample::select(vec!["US", "gb", "DE"]))
            .prop_map(|(number, country)| Destination::parse(number, Some(country)).unwrap()),
    ]
}

fn a_call() -> impl Strategy<Value = TriggerCall> {
    let metadata = prop::collection::btree_map(
        "X-[a-z][a-z0-9-]{0,8}",
        "[^\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f]{0,20}",
        0..4,
    )
    .prop_map(|entries| Metadata::new(entries).unwrap());
    let encryption = prop::option::of(prop::sample::select(&Encryption::ALL[..]));
    (a_destination(), metadata, encryption).prop_map(|(destination, metadata, encryption)| {
        // The sandbox takes every number, and whoever asks for it by name may call it.
        let call = TriggerCall::new(destination).with_metadata(metadata);
        let call = crate::Restricted::ALL.into_iter().fold(call, TriggerCall::allowing);
        encryption.map_or(call.clone(), |it| call.with_encryption(it))
    })
}

fn an_api() -> impl Strategy<Value = Api> {
    let environments = vec![Environment::Sandbox, Environment::PreRelease, Environment::Live];
    let agents = ("[^\\x00-\\x1f\\x7f-\\x9f]{0,12}[a-z/?#%&+ ]a", prop::sample::select(environments))
        .prop_map(|(id, environment)| Api::Agents { agent_id: AgentId::new(id).unwrap(), environment });
    prop_oneof![Just(Api::Outbound), agents]
}

/// The body by the names that this dialect's reference has, told apart from how they are encoded.
fn member(service: &Service, request: &Request, outbound: &str, agents: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let name = if *service.api() == Api::Outbound { outbound } else { agents };
    body.get(name).map(|it| it.as_str().unwrap().to_owned())
}

proptest! {
    #[test]
    fn the_call_that_is_read_is_the_call_that_was_asked_for(
        api in an_api(),
        call in a_call(),
        prefix in prop::sample::select(vec!["", "/prefix", "/a/b/"]),
        variant in prop::option::of("\\PC{0,8}[a-z]"),
    ) {
        let url = format!("http://localhost:1{prefix}");
        let token = Credential::new("sandbox").unwrap();
        let service = Service::at(BaseUrl::parse(&url).unwrap(), api.clone(), Some(token));
        let call = match (&api, variant) {
            (Api::Agents { .. }, Some(id)) => call.with_variant(VariantId::new(id).unwrap()),
            (Api::Agents { .. } | Api::Outbound, _) => call,
        };
        let mut request = wire::trigger_request(&service, &call).unwrap();
        // The sandbox stands at the root of its host.
        request.url = request.url.replacen(prefix.trim_end_matches('/'), "", 1);

        let mut sandbox = sandbox();
        let _ = sandbox.handle(START, &request);
        let placed: Vec<PlacedCall> = sandbox.calls().collect();
        prop_assert_eq!(placed.len(), 1, "{:?}", String::from_utf8_lossy(&request.body));
        prop_assert_eq!(&placed[0].destination, call.destination());
        prop_assert_eq!(&placed[0].api, &api);
        prop_assert_eq!(&placed[0].metadata, call.metadata());
        prop_assert_eq!(placed[0].variant_id.as_ref(), call.variant_id());

        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let metadata = body.get("metadata").map(|it| Metadata::from_json(it.to_string().as_bytes()).unwrap());
        prop_assert_eq!(&metadata.unwrap_or_default(), call.metadata());
        let encryption = member(&service, &request, "encryption", "encryption");
        prop_assert_eq!(encryption.map(|it| it.parse::<Encryption>().unwrap()), call.encryption());
        let variant = member(&service, &request, "variant_id", "variantId");
        prop_assert_eq!(variant.as_deref(), call.variant_id().map(VariantId::as_str));
        let number = member(&service, &request, "to_number", "toNumber");
        prop_assert_eq!(number.as_deref(), Some(call.destination().number()));
    }

    #[test]
    fn the_status_that_is_read_is_of_the_call_that_was_placed(api in an_api(), seconds in 0..4_000_u64) {
        let service = service(api);
        let mut sandbox = sandbox();
        let call_sid = place(&mut sandbox, START, &service, 0);
        let now = START + Duration::from_secs(seconds);
        let seen = read(&mut sandbox, now, &service, &call_sid);
        prop_assert_eq!(seen.status, 200);
        let placed = sandbox.calls().next().unwrap();
        prop_assert_eq!(&placed.call_sid, &call_sid);
        prop_assert_eq!(CallStatus::from_word(&seen.text("status")), placed.status);
        prop_assert_eq!(seen.text("reason"), placed.reason);
    }

    #[test]
    fn no_request_makes_the_sandbox_panic_or_place_what_it_refuses(
        method in prop::sample::select(vec!["GET", "POST", "DELETE", "OPTIONS", "PUT", ""]),
        url in prop_oneof![
            "\\PC{0,40}",
            "(http://h)?/(v1|_sandbox)/(outbound-calling|calls|faults|agents/[^/]{0,6}/telephony/outbound-calls)(/\\PC{0,8})?(/status)?([?#]\\PC{0,12})?",
        ],
        body in prop::collection::vec(any::<u8>(), 0..60),
        json in "(\\{(\"(to_number|toNumber|environment|metadata|server_error)\":(\"\\PC{0,14}\"|[0-9.e-]{1,6}|\\{\\}|null),?){0,3}\\})?",
    ) {
        let mut request = trigger(&services()[0], 0);
        request.headers.push("X-API-KEY", "sandbox");
        (request.method, request.url) = (Method::from(method), url);
        for body in [body, json.into_bytes()] {
            request.body = body;
            let mut sandbox = sandbox();
            let accepted = match sandbox.handle(START, &request) {
                Reaction::Answer { response, .. } => response.status == 200 && method == "POST",
                Reaction::Cut { .. } | Reaction::Hang => true,
            };
            prop_assert!(accepted || sandbox.calls().count() == 0);
        }
    }
}
