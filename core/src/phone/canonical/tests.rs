//! Tests of the form by which numbers are compared.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn canonical(number: &str) -> CanonicalNumber {
    PhoneNumber::parse(number).unwrap_or_else(|refused| panic!("{number}: {refused}")).canonical()
}

#[test]
fn two_forms_of_one_number_are_one() {
    for (one, other) in [
        // Argentina, with and without the 9 of mobiles.
        ("+5491123456789", "+541123456789"),
        ("+5493512345678", "+543512345678"),
        // Brazil, with and without the ninth digit.
        ("+5511987654321", "+551187654321"),
        ("+5521961234567", "+552161234567"),
        ("+5585999998888", "+558599998888"),
        // Italy, with and without the 0 of fixed lines.
        ("+390612345678", "+39612345678"),
        ("+390212345678", "+39212345678"),
        ("+39081234567", "+3981234567"),
        // A 0 that is dialed within the country alone.
        ("+49030123456", "+4930123456"),
        ("+4903012345678", "+493012345678"),
        ("+96103123456", "+9613123456"),
        ("+38501234567", "+3851234567"),
        ("+3580401234567", "+358401234567"),
        ("+460701234567", "+46701234567"),
        ("+640211234567", "+64211234567"),
        ("+6208123456789", "+628123456789"),
        ("+971050123456", "+97150123456"),
        // Renumbered, where the old form is one that may be written still.
        ("+841201234567", "+84701234567"),
        ("+841991234567", "+84591234567"),
        ("+5712345678", "+576012345678"),
        ("+20101234567", "+201001234567"),
    ] {
        assert_eq!(canonical(one), canonical(other), "{one} {other}");
    }
}

#[test]
fn two_numbers_stay_two() {
    for (one, other) in [
        ("+5491123456789", "+5491123456780"),
        ("+5491123456789", "+5493512345678"),
        // A fixed line of Brazil had no ninth digit, so a mobile with one is another.
        ("+5511932345678", "+551132345678"),
        ("+5511987654321", "+5521987654321"),
        ("+390612345678", "+390212345678"),
        ("+393121234567", "+3931212345678"),
        // Numbers for which the 0 belongs to them.
        ("+2250712345678", "+2250512345678"),
        ("+2290197123456", "+2290197123457"),
        ("+14155550134", "+14155550135"),
        ("+442079460134", "+442079460135"),
    ] {
        assert_ne!(canonical(one), canonical(other), "{one} {other}");
    }
}

#[test]
fn no_two_examples_of_different_numbers_have_the_same_form() {
    let mut seen: BTreeMap<CanonicalNumber, &str> = BTreeMap::new();
    for number in include_str!("../../../data/example_numbers.txt").lines() {
        let before = seen.insert(canonical(number), number);
        // libphonenumber's examples of a mobile and of a fixed line of Argentina are one number in its two forms.
        let expected = (number == "+5491123456789").then_some("+541123456789");
        assert_eq!(before, expected, "{number}");
    }
    assert!(seen.len() > 900, "{}", seen.len());
}

#[test]
fn the_tables_are_in_order_and_no_two_rules_fit_one_number() {
    assert!(TRUNKS.is_sorted_by(|one, next| one.0 < next.0));
    for (at, one) in REWRITINGS.iter().enumerate() {
        for other in &REWRITINGS[at + 1..] {
            let apart = one.code != other.code || one.digits != other.digits || one.from != other.from;
            assert!(apart, "{} {}", one.code, one.from);
        }
    }
}

#[test]
fn it_is_not_shown_whole() {
    assert_eq!(format!("{:?}", canonical("+5491123456789")), "+5*********89");
}

/// Numbers that can be written, more often than by chance of the countries that have rules.
fn a_number() -> impl Strategy<Value = PhoneNumber> {
    let codes: Vec<u16> = REWRITINGS.iter().map(|it| it.code).chain(TRUNKS.iter().map(|it| it.0)).collect();
    let code =
        prop_oneof![prop::sample::select(codes), prop::sample::select(vec![1, 52, 225, 229, 39, 54, 55])];
    (code, "0{0,2}9?[0-9]{6,11}")
        .prop_filter_map("no number", |(code, digits)| PhoneNumber::parse(&format!("+{code}{digits}")).ok())
}

proptest! {
    #[test]
    fn the_form_of_the_form_is_the_form(number in a_number()) {
        let form = number.canonical();
        if let Ok(again) = PhoneNumber::parse(form.as_str()) {
            prop_assert_eq!(again.canonical(), form, "{}", number.as_str());
        }
        let code = format!("+{}", number.calling_code());
        prop_assert!(number.canonical().as_str().starts_with(&code));
        // The subscriber's own digits are in every form.
        let last = |text: &str| text[text.len() - 4..].to_owned();
        prop_assert_eq!(last(number.canonical().as_str()), last(number.as_str()));
    }
}
