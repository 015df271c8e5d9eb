//! Tests of what is cleared of a text from outside, in whatever form it quotes what must not be shown.

use proptest::prelude::*;

use super::*;
use crate::{Destination, Metadata};

fn call(number: &str, country: Option<&str>, metadata: &[(&str, &str)]) -> TriggerCall {
    // As it may have been saved once, with characters that are not taken any more.
    let saved: serde_json::Map<String, serde_json::Value> =
        metadata.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let metadata = Metadata::from_saved_json(&serde_json::to_vec(&saved).unwrap()).unwrap();
    TriggerCall::new(Destination::parse(number, country).unwrap()).with_metadata(metadata)
}

#[test]
fn a_message_that_quotes_the_request_is_cleared_of_it() {
    let credential = Credential::new("tok-123").unwrap();
    let call = call("+14155550100", None, &[("a", "Ada"), ("b", "Ada Lovelace"), ("d", "x")]);
    let secrets = Secrets { credential: Some(&credential), call: Some(&call) };
    let said =
        "bad +14155550100 (or +1 (415) 555-0100), Ada Lovelace and Ada, token tok-123, code 12345, x\r\ny";
    let cleared = secrets.clear(said);
    assert_eq!(
        cleared,
        "bad [number] (or [number]), [metadata] and [metadata], token [token], code 12345, x  y"
    );
}

#[test]
fn a_quoted_request_is_cleared_however_it_is_spelt() {
    let call = call("020/79/46", Some("GB"), &[("a", "tab\there"), ("b", "say \"hi\"")]);
    let secrets = Secrets { credential: None, call: Some(&call) };
    for said in ["tab\there", r"{\tab\there", "say \"hi\"", r#"{"b":"say \"hi\""}"#, "020/79/46"] {
        let cleared = secrets.clear(said);
        for private in ["here", "hi", "79"] {
            assert!(!cleared.contains(private), "{said}: {cleared}");
        }
    }
    let short = self::call("55512", Some("US"), &[]);
    let secrets = Secrets { credential: None, call: Some(&short) };
    assert_eq!(secrets.clear("no route to 55512"), "no route to [number]");
    assert_eq!(
        secrets.clear("no route to 020/7946/0000 or 020\u{a0}7946 0000"),
        "no route to [number] or [number]"
    );
}

#[test]
fn a_value_that_ends_in_a_quotation_mark_leaves_none_behind() {
    let call = call("+14155550100", None, &[("note", "Ada \"Z\"")]);
    let secrets = Secrets { credential: None, call: Some(&call) };
    assert_eq!(secrets.clear(r#"{"note":"Ada \"Z\""}"#), r#"{"note":"[metadata]"}"#);
}

#[test]
fn a_text_that_broke_off_within_a_secret_does_not_show_its_beginning() {
    let credential = Credential::new("tok-123456").unwrap();
    let call = call("+14155550100", None, &[("a", "Ada Lovelace")]);
    let secrets = Secrets { credential: Some(&credential), call: Some(&call) };
    assert_eq!(secrets.clear_excerpt("<pre>X-API-KEY: tok-12"), "<pre>X-API-KEY: [token]");
    assert_eq!(secrets.clear_excerpt("{\"name\":\"Ada Lov"), "{\"name\":\"[metadata]");
    assert_eq!(secrets.clear_excerpt("a page to"), "a page to");
    assert_eq!(secrets.clear("wait for tok"), "wait for tok", "what is whole ends with whole words");
    let long = format!("{}tok-1234", "[metadata]".repeat(200).replace("[metadata]", "Ada Lovelace"));
    assert!(!secrets.clear(&long[..2_005]).contains("Lov"), "what is read of a long one is an excerpt");
}

#[test]
fn a_quoted_value_is_cleared_where_the_space_around_it_was_lost() {
    for value in [" Lovelace", "Lovelace\u{a0}", "\tLovelace\u{85}", "\u{1}Lovelace\u{7f}"] {
        let call = call("+14155550100", None, &[("name", value)]);
        let secrets = Secrets { credential: None, call: Some(&call) };
        for said in ["Lovelace", "no Lovelace here"] {
            assert!(!secrets.clear(said).contains("Love"), "{value:?}");
            assert!(!secrets.clear_excerpt(said).contains("Love"), "{value:?}");
        }
        assert!(!secrets.identifies("x-Lovelace"), "{value:?}");
    }
}

#[test]
fn an_identifier_that_quotes_a_secret_is_none() {
    let credential = Credential::new("tok-123").unwrap();
    let call = call("+14155550100", None, &[("a", "Ada Lovelace")]);
    let secrets = Secrets { credential: Some(&credential), call: Some(&call) };
    for id in ["id-tok-123", "AdaLovelace", "+14155550100", "x14155550100", "1-415-555-0100", "4155550100"] {
        assert!(!secrets.identifies(id), "{id}");
    }
    for id in ["E7", "NO_CONNECTOR", "trace-of-Ada-and-3", "3f250415-4f89-11d3-5550-0305e82c0100", "12345678"]
    {
        assert!(secrets.identifies(id), "{id}");
    }
    let call = TriggerCall::new(Destination::parse("020 7946 0018", Some("GB")).unwrap());
    let secrets = Secrets { credential: None, call: Some(&call) };
    for id in ["02079460018", "442079460018", "id-20-7946-0018"] {
        assert!(!secrets.identifies(id), "{id}");
    }
}

#[test]
fn a_message_is_one_line_of_a_length_that_people_read() {
    let none = Secrets { credential: None, call: None };
    assert_eq!(none.clear("a\tb\u{1b}c\u{7f}d\u{85}e"), "a b c d e");
    assert_eq!(none.clear(&"x".repeat(600)).len(), LONGEST);
    assert_eq!(none.clear(&"ü".repeat(10_000)).chars().count(), LONGEST);
    assert_eq!(none.clear("at 555-0100"), "at [number]");
    assert_eq!(none.clear("555-0100, 555010"), "[number], 555010", "seven digits are a number, six are not");
}

#[test]
fn metadata_of_any_script_leaves_an_identifier_that_does_not_quote_it() {
    for value in ["日本語", "Привет", "   ", "\u{a0}\u{a0}\u{a0}", "山田 a"] {
        let call = call("+14155550100", None, &[("name", value)]);
        let secrets = Secrets { credential: None, call: Some(&call) };
        assert!(secrets.identifies("3f250415-4f89-11d3-9a0c-0305e82cabcd"), "{value}");
    }
}

#[test]
fn a_quoted_value_is_cleared_where_lines_are_broken_within_it() {
    let call = call("+14155550100", None, &[("name", "Ada Lovelace")]);
    let secrets = Secrets { credential: None, call: Some(&call) };
    assert_eq!(secrets.clear("no Ada\nLovelace"), "no [metadata]");
}

#[test]
fn a_quoted_value_is_cleared_however_json_escapes_it() {
    let call = call("+14155550100", None, &[("name", "Zoë O'Hara"), ("mark", "😀😀😀")]);
    let secrets = Secrets { credential: None, call: Some(&call) };
    for said in [
        r"no Zo\u00eb O'Hara here",
        r"no Zo\u00EB O\u0027Hara here",
        r"no \ud83d\ude00\ud83d\ude00\ud83d\ude00 here",
    ] {
        assert_eq!(secrets.clear(said), "no [metadata] here", "{said}");
        assert_eq!(secrets.clear_excerpt(said), "no [metadata] here", "{said}");
    }
    assert_eq!(secrets.clear_excerpt(r"no Zo\u00eb O\u00"), "no [metadata]");
    let call = self::call("030/123456", Some("DE"), &[("a", "Ada/Zo\u{eb}")]);
    let secrets = Secrets { credential: None, call: Some(&call) };
    for said in [r"no 030\/123456, Ada\/Zoë", r"no 030\u002f123456, Ada\/Zo\u00eb"] {
        assert_eq!(secrets.clear(said), "no [number], [metadata]", "{said}");
        assert_eq!(secrets.clear_excerpt(said), "no [number], [metadata]", "{said}");
    }
    // The shorter value is there at once, the longer one only when its escape is read.
    let call = self::call("+14155550100", None, &[("a", "Ada"), ("b", "Ada\u{e9} Lovelace")]);
    let secrets = Secrets { credential: None, call: Some(&call) };
    assert_eq!(secrets.clear(r"no Ada\u00e9 Lovelace, Ada"), "no [metadata], [metadata]");
    for odd in [r"\u", r"\u00", r"\uzzzz", r"\ud83d", r"\ud83d\u0041", r"a\u0000b"] {
        let _ = secrets.clear(odd);
    }
}

#[test]
fn what_only_looks_a_little_like_a_number_stays() {
    let none = Secrets { credential: None, call: None };
    for plain in ["HTTP 500 after 3 of 4", "max timeout 120.5 s", "1, 2 - 3", "id 3f2504e0-4f89-11d3"] {
        assert_eq!(none.clear(plain), plain);
    }
}

/// Digits alone, as many as a number has in every group: none of it may be taken for one.
const DIGITS: &str = "12345678-1234-1234-1234-123456789012";

#[test]
fn a_uuid_and_the_sid_of_a_call_are_no_phone_number_and_a_number_beside_one_is() {
    let none = Secrets { credential: None, call: None };
    for uuid in [DIGITS, "3f250415-4f89-1103-9a0c-0305182c3301", "00000000-0000-0000-0000-000000000000"] {
        for id in [
            uuid.to_owned(),
            uuid.to_uppercase(),
            format!("OUT-{uuid}"),
            format!("out-{}", uuid.to_uppercase()),
        ] {
            for whole in [
                id.clone(),
                format!("no call {id}."),
                format!("({id})"),
                format!("\"{id}\":\"{id}\",{id}"),
                format!("{id} {id}"),
                format!("/v1/outbound-calling/{id}/status?x={id}&y"),
                format!("call={id}; 415 of 555"),
            ] {
                assert_eq!(none.clear(&whole), whole);
                assert_eq!(none.clear_excerpt(&whole), whole);
            }
            for (said, shown) in [
                (format!("{id} of +1 (415) 555-0100."), format!("{id} of [number].")),
                (format!("+14155550100 {id}"), format!("[number] {id}")),
                (format!("4155550100/{id}/4155550100"), format!("[number]/{id}/[number]")),
                (format!("{id}-4155550100"), format!("{id}-[number]")),
                (format!("415 {id} 5550"), format!("415 {id} 5550")),
            ] {
                assert_eq!(none.clear(&said), shown);
            }
        }
    }
}

#[test]
fn the_sid_of_a_call_is_no_phone_number_whatever_its_form() {
    let none = Secrets { credential: None, call: None };
    for sid in [
        "OUT-12345678",
        "OUT-14155550128",
        "OUT-0000000001",
        "out-20261130-0746-128",
        "OUT-call_1234567890",
        "OUT-1234567890abcdef1234567890abcdef",
        "OUT-12345678-1234-1234-1234-12345678901",
    ] {
        for whole in [
            sid.to_owned(),
            format!("no call {sid}."),
            format!("({sid})"),
            format!("\"{sid}\":{sid},{sid}"),
            format!("/v1/outbound-calling/{sid}/status?x={sid}&y"),
            format!("{sid} of 4155 rows"),
            format!("{sid}-"),
            format!("“{sid}” – «{sid}»…"),
            format!("呼叫（{sid}）：{sid}。"),
        ] {
            assert_eq!(none.clear(&whole), whole);
            assert_eq!(none.clear_excerpt(&whole), whole);
        }
        assert_eq!(none.clear(&format!("+14155550128: {sid}")), format!("[number]: {sid}"));
        assert_eq!(none.clear(&format!("{sid} to +1 415 555 0128")), format!("{sid} to [number]"));
    }
    for (said, shown) in [
        ("OUT-415 555 0128", "OUT-[number]"),
        ("OUT-(415) 555 0128", "OUT-([number]"),
        ("OUT-+14155550128", "OUT-[number]"),
        ("SHOUT-14155550128", "SHOUT-[number]"),
        ("OUT--", "OUT--"),
        ("OUT 14155550128", "OUT [number]"),
        ("OUT-14155550128+14155550129", "OUT-[number]"),
        ("éOUT-14155550128", "éOUT-[number]"),
        ("OUT-14155550128号", "OUT-[number]号"),
        ("OUT-14155550128＋1", "OUT-[number]＋1"),
    ] {
        assert_eq!(none.clear(said), shown, "{said}");
    }
}

#[test]
fn what_is_not_seen_hides_no_number_and_no_secret() {
    let credential = Credential::new("tok-123").unwrap();
    let call = call("+14155550128", None, &[("a", "Ada\u{200b} Lovelace")]);
    let secrets = Secrets { credential: Some(&credential), call: Some(&call) };
    for (said, shown) in [
        ("+1415\u{200b}555\u{2060}0128", "[number]"),
        ("tok\u{ad}-123", "[token]"),
        ("Ada Love\u{feff}lace", "[metadata]"),
        ("\u{202e}8210\u{202c} is odd", "8210 is odd"),
        (r"212\u200b555\u200b0128", "[number]"),
        ("a\u{2066}b\u{2069}\u{61c}c\u{e0041}", "abc"),
    ] {
        assert_eq!(secrets.clear(said), shown, "{said:?}");
        assert_eq!(secrets.clear_excerpt(said), shown, "{said:?}");
    }
}

#[test]
fn what_only_looks_like_a_uuid_is_masked_as_the_digits_that_it_is() {
    let none = Secrets { credential: None, call: None };
    for (said, shown) in [
        (format!("+{DIGITS}"), "[number]"),
        (format!("9{DIGITS}"), "[number]"),
        (format!("{DIGITS}9"), "[number]"),
        (format!("é{DIGITS}"), "é[number]"),
        (DIGITS.replace('-', " "), "[number]"),
        (DIGITS[..35].to_owned(), "[number]"),
        (DIGITS.replacen("12345678-1", "1234567-81", 1), "[number]"),
    ] {
        assert_eq!(none.clear(&said), shown, "{said}");
    }
}

#[test]
fn a_uuid_that_holds_a_secret_is_cleared_of_it() {
    let credential = Credential::new("1234-1234-1234").unwrap();
    let call = call("+442079460018", None, &[("a", "4f89-1103")]);
    let secrets = Secrets { credential: Some(&credential), call: Some(&call) };
    assert_eq!(secrets.clear(&format!("OUT-{DIGITS}")), "OUT-[number]-[token]-[number]");
    assert_eq!(
        secrets.clear("3f250415-4f89-1103-9a0c-0305e82c3301"),
        "3f250415-[metadata]-9a0c-0305e82c3301"
    );
}

#[test]
fn a_quoted_value_is_cleared_where_its_json_has_control_characters_in_it() {
    let call = call("+14155550100", None, &[("a", "say \"Ada\"\u{7f}"), ("b", "\"Zoë\"\u{1}")]);
    let secrets = Secrets { credential: None, call: Some(&call) };
    for said in ["no say \\\"Ada\\\"\u{7f} here", r#"no \"Zo\u00eb\"\u0001 here"#] {
        assert_eq!(secrets.clear(said), "no [metadata] here", "{said}");
    }
}

#[test]
fn an_escape_that_broke_off_is_left_out_and_one_that_did_not_is_read() {
    let none = Secrets { credential: None, call: None };
    for (excerpt, kept) in [
        (r"it is \", "it is "),
        (r"it is \u", "it is "),
        (r"it is \u00e", "it is "),
        (r"it is \u00e9", "it is é"),
        (r"it is \u00e9t", "it is ét"),
        (r"it is \n", r"it is \n"),
        (r"it is \uzz", r"it is \uzz"),
        (r"it \u00e9 is", "it é is"),
        (r"it is \ud83d\ude00", "it is 😀"),
        (r"it is \ud83d\u0041", "it is \u{fffd}A"),
        (r"it is \u0041\ude00", "it is A\u{fffd}"),
        (r"it is \udbff\udfff", "it is \u{10ffff}"),
        (r"it is \ue000\udc00", "it is \u{e000}\u{fffd}"),
    ] {
        assert_eq!(none.clear_excerpt(excerpt), kept, "{excerpt}");
    }
}

/// A value that could be in no word of the text around it. Its JSON differs from it in every way there is.
fn a_secret() -> impl Strategy<Value = String> {
    let more = prop::sample::select(vec![
        'A', 'D', 'Z', ' ', '"', '\\', '\t', '\u{1}', '\u{7f}', '\u{85}', 'é', '日', '😀',
    ]);
    ("[A-Z]", prop::collection::vec(more, 2..14))
        .prop_map(|(first, more)| first + &more.into_iter().collect::<String>())
}

/// The same as JSON writes it in ASCII alone.
fn in_ascii(json: &str) -> String {
    let mut out = String::new();
    for it in json.chars() {
        if it.is_ascii() {
            out.push(it);
        } else {
            it.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

fn every_letter_escaped(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect()
}

fn inner_json(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap();
    json[1..json.len() - 1].to_owned()
}

proptest! {
    #[test]
    fn a_secret_is_cleared_in_whichever_form_it_is_quoted(
        secret in a_secret(),
        longer in "[A-Z]{1,4}",
        before in "([a-z]{1,8} ){1,6}",
        after in "( [a-z]{1,8}){0,6}",
        as_token: bool,
    ) {
        let visible: String = secret.chars().filter(char::is_ascii_graphic).chain("XYZ".chars()).collect();
        let credential = Credential::new(visible.clone()).unwrap();
        // One value within another: the longer one goes whole.
        let longest = format!("{secret}{longer}");
        let call = call("+14155550100", None, &[("a", &secret), ("b", &longest)]);
        let (secrets, quoted, mark) = if as_token {
            (Secrets { credential: Some(&credential), call: None }, visible, "[token]")
        } else {
            (Secrets { credential: None, call: Some(&call) }, longest, "[metadata]")
        };
        let json = inner_json(&quoted);
        for form in [quoted.clone(), in_ascii(&json), every_letter_escaped(&quoted), json] {
            let said = format!("{before}{form}{after}");
            prop_assert_eq!(secrets.clear(&said), format!("{before}{mark}{after}"), "{}", said);
            let cleared = secrets.clear_excerpt(&format!("{said} "));
            prop_assert_eq!(cleared, format!("{before}{mark}{after} "), "{}", said);
        }
        prop_assert_eq!(secrets.clear(&format!("{before}{after}")), format!("{before}{after}"));
    }

    #[test]
    fn what_is_seen_to_be_clear_at_a_glance_is_what_would_be_left_of_it(
        said in prop_oneof!["[ -~]{0,40}", "[ -~é日\u{a0}\u{85}\u{c2}\t\u{7f}]{0,40}"],
        secret in prop_oneof!["[!-~]{3,8}", a_secret()],
        at in 0..40_usize,
        quoted: bool,
    ) {
        let call = call("+14155550100", None, &[("a", &secret)]);
        let secrets = Secrets { credential: None, call: Some(&call) };
        let at = said.floor_char_boundary(at);
        let said = if quoted { format!("{}{secret}{}", &said[..at], &said[at..]) } else { said };
        prop_assert_eq!(secrets.clear(&said), cut(without(&said, &secrets.forms())));
    }

    #[test]
    fn a_text_that_breaks_off_within_a_secret_shows_two_letters_of_it_at_most(
        secret in "[A-Z][A-Zé日 ]{2,13}[A-Z]",
        before in "([a-z]{1,8} ){1,6}",
        kept in 0..14_usize,
    ) {
        let call = call("+14155550100", None, &[("a", &secret)]);
        let secrets = Secrets { credential: None, call: Some(&call) };
        let begun: String = secret.chars().take(kept).collect();
        let shown = if begun.chars().count() < SHORTEST { begun.as_str() } else { "[metadata]" };
        prop_assert_eq!(secrets.clear_excerpt(&format!("{before}{begun}")), format!("{before}{shown}"));
    }

    #[test]
    fn what_has_as_many_digits_as_a_number_is_masked_however_they_are_grouped(
        digits in "[0-9]{1,16}",
        marks in prop::collection::vec(prop::sample::select(vec!["", "", " ", "-", ".", "/", "(", ") ", "\u{a0}"]), 16),
        before in "([a-z]{1,8} ){0,3}",
        after in "( [a-z]{1,8}){0,3}",
        plus: bool,
    ) {
        let none = Secrets { credential: None, call: None };
        let (first, rest) = digits.split_at(1);
        let grouped: String = rest.chars().zip(&marks).map(|(digit, mark)| format!("{mark}{digit}")).collect();
        let written = format!("{}{first}{grouped}", if plus { "+" } else { "" });
        let shown = if digits.len() >= PHONE_DIGITS { "[number]" } else { written.as_str() };
        prop_assert_eq!(none.clear(&format!("{before}{written}{after}")), format!("{before}{shown}{after}"));
    }

    #[test]
    fn whatever_is_said_is_cleared_to_one_line_that_people_can_read(said in "(?s).{0,80}", times in 1..60_usize) {
        let call = call("020 7946 0000", Some("GB"), &[("a", "Ada \"Z\""), ("b", "日本語")]);
        let credential = Credential::new("tok-123").unwrap();
        let secrets = Secrets { credential: Some(&credential), call: Some(&call) };
        for cleared in [secrets.clear(&said.repeat(times)), secrets.clear_excerpt(&said.repeat(times))] {
            prop_assert!(cleared.chars().count() <= LONGEST);
            prop_assert!(!cleared.contains(char::is_control));
        }
        let quoting = format!("{said}tok-123{said}");
        prop_assert!(!secrets.identifies(&quoting));
    }
}
