//! Tests of what may be sent with a call.

use proptest::prelude::*;

use super::*;

fn refusal(name: &str, value: &str) -> String {
    Metadata::new([(name, value)]).unwrap_err().to_string()
}

#[test]
fn a_key_must_be_a_legal_sip_header_name() {
    for name in ["a", "X-Appointment", "a.b!%*_+`'~9"] {
        assert!(Metadata::new([(name, "v")]).is_ok(), "{name}");
    }
    for name in ["", " ", "a b", "a:b", "a\r\nX-Evil", "é", "a\0", "(a)", "a;b", "a\"b", "a/b", "a=b"] {
        let refused = refusal(name, "private");
        assert!(refused.starts_with("metadata: ") && !refused.contains("private"), "{refused}");
    }
}

#[test]
fn an_odd_character_in_a_key_is_told_with_its_place_and_an_empty_key_with_its_own() {
    for (name, place) in [(":a", "byte 1 "), ("a:", "byte 2 "), ("abc d", "byte 4 "), ("aé", "byte 2 ")] {
        assert!(refusal(name, "v").contains(place), "{}", refusal(name, "v"));
    }
    let second = Metadata::new([("a", "v"), ("", "v")]).unwrap_err();
    assert_eq!(second.problem(), "key 2 is empty");
}

#[test]
fn a_value_that_would_end_the_header_is_refused_and_named_but_not_shown() {
    assert_eq!(
        refusal("note", "private\r\nX-Evil: 1"),
        "metadata: the value of `note` has a carriage return, which would end the SIP header that carries it; \
         expected text on one line"
    );
    assert!(refusal("note", "private\n").contains("a line feed"));
    assert!(refusal("note", "private\0").contains("a NUL"));
    assert!(Metadata::new([("note", "tab\tand ünïcode are fine \u{2028}")]).is_ok());
}

#[test]
fn a_value_with_a_control_character_is_refused_and_what_was_saved_with_one_is_read() {
    for (value, what) in [
        ("private\u{1b}[2J", "an escape character"),
        ("private\u{b}", "a vertical tab"),
        ("private\u{c}page", "a form feed"),
        ("\u{7}private", "a control character (U+0007)"),
        ("private\u{7f}", "a control character (U+007F)"),
        ("pri\u{9b}31mvate", "a control character (U+009B)"),
        ("private\u{85}", "a control character (U+0085)"),
        ("\u{1}", "a control character (U+0001)"),
    ] {
        let said = refusal("note", value);
        let expected = format!(
            "metadata: the value of `note` has {what}, which a SIP header cannot carry; \
             expected text without control characters"
        );
        assert_eq!(said, expected);
        let saved = serde_json::json!({ "note": value }).to_string();
        assert!(Metadata::from_json(saved.as_bytes()).is_err(), "{said}");
        assert!(Metadata::from_saved_json(saved.as_bytes()).is_ok(), "{said}");
    }
}

#[test]
fn a_key_comes_once() {
    assert!(Metadata::new([("a", "1"), ("a", "2")]).unwrap_err().to_string().contains("`a` twice"));
    assert!(Metadata::from_json(br#"{"a":"1","a":"2"}"#).is_err());
    let both = Metadata::new([("name", "private"), ("x", "1"), ("Name", "private")]).unwrap_err().to_string();
    assert_eq!(
        both,
        "metadata: has the keys `name` and `Name`, which are the same SIP header: case tells none apart; \
         expected each key once"
    );
}

#[test]
fn a_name_that_sip_itself_uses_is_refused_in_any_case_with_another_that_will_do() {
    // RFC 3261, section 20, from its table of contents; then the short forms of section 7.3.3.
    let section_20 = "Accept Accept-Encoding Accept-Language Alert-Info Allow Authentication-Info Authorization Call-ID \
                      Call-Info Contact Content-Disposition Content-Encoding Content-Language Content-Length \
                      Content-Type CSeq Date Error-Info Expires From In-Reply-To Max-Forwards Min-Expires MIME-Version \
                      Organization Priority Proxy-Authenticate Proxy-Authorization Proxy-Require Record-Route Reply-To \
                      Require Retry-After Route Server Subject Supported Timestamp To Unsupported User-Agent Via \
                      Warning WWW-Authenticate i m e l c f s k t v";
    assert_eq!(section_20.split(' ').count(), 44 + 10);
    for name in section_20.split(' ') {
        for name in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
            let refused = refusal(&name, "private");
            assert!(
                refused.contains(&format!("the key `{name}` is a header that SIP itself uses")),
                "{refused}"
            );
            assert!(refused.ends_with(&format!("rename it (X-{name}, say)")), "{refused}");
            assert!(Metadata::new([(format!("X-{name}"), "v")]).is_ok(), "X-{name}");
        }
    }
    for name in ["Froms", "ate", "call_id", "name", "a", "x", "first-name", "subject-line", "contacts"] {
        assert!(Metadata::new([(name, "v")]).is_ok(), "{name}");
    }
}

#[test]
fn metadata_that_was_saved_is_read_whatever_names_are_taken_now() {
    let saved = br#"{"Contact":"Ada","name":"a","Name":"b"}"#;
    let metadata = Metadata::from_saved_json(saved).unwrap();
    assert_eq!(serde_json::to_string(&metadata).unwrap().as_bytes(), saved);
    for broken in [&br#"{"a":"b\r\nVia: x"}"#[..], br#"{"a b":"c"}"#, br#"{"a":1}"#, b"[]", b""] {
        assert!(Metadata::from_saved_json(broken).is_err(), "{}", String::from_utf8_lossy(broken));
    }
}

#[test]
fn the_size_is_that_of_the_base64_of_the_json() {
    // {"n":"…"} is 8 bytes around the value; 19,965 bytes make 26,620 of base64, 19,968 make 26,624.
    let fits = "x".repeat(19_965 - 8);
    assert!(Metadata::new([("n", fits.as_str())]).is_ok());
    let too_large = "x".repeat(19_968 - 8);
    assert_eq!(
        refusal("n", &too_large),
        "metadata: is 26624 bytes as base64 of its JSON; expected less than 26624 bytes (26 KB)"
    );
    // Escapes count: a control character is six bytes of JSON.
    assert!(Metadata::new([("n", "\u{1}".repeat(3_400))]).is_err());
    assert!(Metadata::new([("n", "\"".repeat(9_900))]).is_ok());
}

#[test]
fn json_with_anything_but_text_names_the_key() {
    for (json, says) in [
        (r#"{"a":1}"#, "`a` is a number"),
        (r#"{"a":"x","b":true}"#, "`b` is a boolean"),
        (r#"{"a":null}"#, "`a` is null"),
        (r#"{"a":{"b":"c"}}"#, "`a` is an object"),
        (r#"{"a":["b"]}"#, "`a` is an array"),
        (r#"["private"]"#, "is an array; expected a JSON object"),
        (r#""private""#, "is a string; expected a JSON object"),
        ("14155550100", "is a number; expected a JSON object"),
        (r#"{"a\n at line ":1}"#, "`a\u{fffd} at line ` is a number"),
        (r#"{"a":"private""#, "is not JSON: the fault is at line 1"),
        ("", "is not JSON"),
    ] {
        let refused = Metadata::from_json(json.as_bytes()).unwrap_err().to_string();
        let quoted = ["private", "14155550100", "\n"].iter().any(|it| refused.contains(it));
        assert!(refused.contains(says) && !quoted, "{json}: {refused}");
    }
}

#[test]
fn a_name_is_not_quoted_at_length() {
    let long = format!("{}:", "x".repeat(100_000));
    assert!(refusal(&long, "v").len() < 400);
    assert!(refusal(&long.replace(':', ""), "\n").len() < 400);
    assert!(Metadata::from_json(format!("{{\"{long}\":1}}").as_bytes()).unwrap_err().to_string().len() < 400);
}

#[test]
fn metadata_of_very_many_entries_is_refused_without_comparing_all_of_them() {
    let entries = (0..300_000).map(|nth| (format!("k{nth}"), ""));
    let refused = Metadata::new(entries).unwrap_err().to_string();
    assert!(refused.contains("bytes as base64"), "{refused}");
}

#[test]
fn metadata_keeps_its_order_and_hides_its_values() {
    let metadata = Metadata::from_json(br#"{"z":"private","a":"secret"}"#).unwrap();
    assert_eq!(serde_json::to_string(&metadata).unwrap(), r#"{"z":"private","a":"secret"}"#);
    assert_eq!(format!("{metadata:?}"), r#"{"z": "***", "a": "***"}"#);
    assert_eq!((metadata.len(), metadata.is_empty()), (2, false));
    assert_eq!((Metadata::EMPTY.len(), Metadata::EMPTY.is_empty()), (0, true));
}

#[test]
fn encryption_is_read_in_the_words_of_both_dialects() {
    for it in Encryption::ALL {
        for dialect in [&crate::dialect::OUTBOUND, &crate::dialect::AGENTS] {
            assert_eq!((dialect.encryption)(it).parse::<Encryption>().unwrap(), it);
            assert_eq!((dialect.encryption)(it).to_ascii_lowercase().parse::<Encryption>().unwrap(), it);
        }
    }
    assert!("SRTP".parse::<Encryption>().is_err());
}

#[test]
fn a_sid_is_an_identifier_and_nothing_else() {
    assert!(CallSid::parse("OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301").is_ok());
    assert!(CallSid::parse("OUT-a/../b?c#d").is_ok(), "odd, but safe once percent-encoded");
    for sid in
        ["", "OUT-", "out-1", "CA123", "OUT-a b", "OUT-a\r\n", "OUT-é", &format!("OUT-{}", "x".repeat(125))]
    {
        assert!(CallSid::parse(sid).is_err(), "{sid}");
    }
}

/// Values of any script, quotes and what else JSON escapes among them, of any length about the limit.
fn a_value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z ]{1,4}",
        2 => prop::sample::select(vec!["\"", "\\", "\t", "é", "日", "😀"]).prop_map(str::to_owned),
    ];
    let repeats = prop_oneof![0..20_usize, 0..9_000_usize];
    (prop::collection::vec(piece, 1..6), repeats)
        .prop_map(|(pieces, repeats)| pieces.concat().repeat(repeats))
}

/// One value that brings the JSON to just about the limit.
fn near_the_limit() -> impl Strategy<Value = Vec<(String, String)>> {
    (prop::sample::select(vec!["x", "é", "\"", "\t"]), 19_950..19_990_usize).prop_map(|(unit, bytes)| {
        let each = serde_json::to_string(unit).unwrap().len() - 2;
        let mut value = unit.repeat((bytes - 8) / each);
        value.push_str(&"y".repeat((bytes - 8) % each));
        vec![("n".to_owned(), value)]
    })
}

proptest! {
    #[test]
    fn metadata_is_taken_exactly_if_the_base64_of_its_json_is_under_26_kb(
        entries in prop_oneof![
            prop::collection::btree_map("X-[a-z][a-z0-9-]{0,12}", a_value(), 0..6)
                .prop_map(|it| it.into_iter().collect::<Vec<_>>()),
            near_the_limit(),
        ],
    ) {
        // As `serde_json` writes it, and four characters for every three bytes begun.
        let mut json = serde_json::Map::new();
        json.extend(entries.iter().map(|(name, value)| (name.clone(), value.clone().into())));
        let bytes = serde_json::to_string(&json).unwrap().len();
        let fits = bytes.div_ceil(3) * 4 < 26 * 1024;
        match Metadata::new(entries.clone()) {
            Err(refused) => prop_assert!(!fits && refused.problem().contains("as base64"), "{bytes}: {refused}"),
            Ok(taken) => {
                prop_assert!(fits, "{bytes} bytes");
                let held: Vec<_> = taken.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
                prop_assert_eq!(held, entries);
                let json = serde_json::to_string(&taken).unwrap();
                prop_assert_eq!(&taken.to_json(), &json);
                prop_assert_eq!(Metadata::from_json(json.as_bytes()).unwrap(), taken);
            }
        }
    }

    #[test]
    fn no_metadata_that_is_taken_could_end_a_header_or_begin_another(name in "\\PC{0,6}", value in "(?s).{0,12}") {
        if let Ok(taken) = Metadata::new([(name.as_str(), value.as_str())]) {
            prop_assert!(value.chars().all(|it| it == '\t' || !it.is_control()));
            let separators = b"()<>@,;:\\\"/[]?={}";
            let is_token = name.bytes().all(|it| it.is_ascii_graphic() && !separators.contains(&it));
            prop_assert!(!name.is_empty() && is_token, "{}", name);
            prop_assert_eq!(format!("{taken:?}"), format!("{{{name:?}: \"***\"}}"));
        }
    }

    #[test]
    fn a_sid_is_the_same_after_json(id in "[!-~]{1,124}") {
        let sid = CallSid::parse(format!("OUT-{id}")).unwrap();
        let json = serde_json::to_string(&sid).unwrap();
        prop_assert_eq!(&serde_json::from_str::<CallSid>(&json).unwrap(), &sid);
        prop_assert_eq!(sid.to_string().parse::<CallSid>().unwrap(), sid);
    }
}

#[test]
fn a_variant_is_named_or_there_is_none() {
    assert_eq!(VariantId::new(" v 1 ").unwrap().as_str(), " v 1 ", "as it was given");
    for blank in ["", " ", "\t\n", "\u{a0}"] {
        assert_eq!(VariantId::new(blank).unwrap_err().field(), "variant_id", "{blank:?}");
    }
}
