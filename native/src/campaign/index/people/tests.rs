//! Tests of how many people two lists are said to share.

use proptest::prelude::*;

use super::*;

const KEY: &str = "a key";

fn people(numbers: impl IntoIterator<Item = u64>) -> People {
    let mut people = People::new(KEY);
    for number in numbers {
        // Hashes are evenly spread; making them so costs less here than hashing numbers.
        let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        people.add_hash(mixed ^ (mixed >> 27));
    }
    people
}

fn overlap(list: &People, earlier: &People) -> Overlap {
    list.overlap(earlier)
}

#[test]
fn a_number_has_one_hash_in_all_its_forms_and_another_by_another_key() {
    let hash = |key: &str, number: &str| {
        let number = polyai_outbound_core::PhoneNumber::parse(number).unwrap();
        People::new(key).hash(number.canonical().as_str())
    };
    assert_eq!(hash(KEY, "+5491123456789"), hash(KEY, "+541123456789"));
    assert_ne!(hash(KEY, "+5491123456789"), hash(KEY, "+5491123456780"));
    assert_ne!(hash(KEY, "+14155550100"), hash("another", "+14155550100"));
}

#[test]
fn short_lists_are_compared_to_the_person() {
    for (first, second, shared) in [
        (0..31, 0..31, 31),
        (0..31, 3..34, 28),
        (0..31, 31..62, 0),
        (0..1, 0..900, 1),
        (0..900, 899..1799, 1),
    ] {
        let overlap = overlap(&people(first.clone()), &people(second.clone()));
        assert_eq!((overlap.shared, overlap.is_exact), (shared, true), "{first:?} {second:?}");
        assert_eq!((overlap.of, overlap.earlier), (first.end - first.start, second.end - second.start));
    }
}

#[test]
fn half_of_either_list_is_enough_and_less_is_not() {
    for (first, second, same) in [
        (0..31, 16..47, false),
        (0..31, 15..46, true),
        (0..30, 15..45, true),
        (0..10, 0..1000, true),
        (0..1000, 990..1010, true),
        (0..1000, 991..1010, false),
    ] {
        let overlap = overlap(&people(first.clone()), &people(second.clone()));
        assert_eq!(overlap.is_the_same(), same, "{first:?} {second:?}: {overlap:?}");
    }
}

#[test]
fn who_is_taken_away_is_gone_and_nobody_else() {
    let mut list = people(0..1000);
    let hashes: HashSet<u64> = people(0..400).counted.unwrap();
    list.remove(&hashes);
    assert_eq!(list.count(), 600);
    assert!(list.prints().eq(people(400..1000).prints()));
}

#[test]
fn memory_does_not_grow_and_long_lists_are_counted_to_a_part_in_a_hundred() {
    let mut list = people(0..300_000);
    assert!(!list.is_counted() && list.counted.is_none());
    assert!(list.count().abs_diff(300_000) < 3_000, "{}", list.count());
    list.remove(&people(0..60_000).counted.unwrap());
    assert!(list.count().abs_diff(240_000) < 3_000, "{}", list.count());
}

#[test]
fn what_chance_makes_of_many_long_lists_is_told_of_none() {
    let list = people(0..4096);
    for nth in 1..200_u64 {
        let overlap = overlap(&list, &people(nth * 10_000..nth * 10_000 + 4096));
        assert!(overlap.is_by_chance(5000), "{nth}: {overlap:?}");
        assert!(overlap.shared <= 6, "{overlap:?}");
    }
    assert!(!overlap(&list, &people(4000..8096)).is_by_chance(5000));
    // Few people are recognized among thousands of runs all the same.
    assert!(!overlap(&people(0..2), &people(0..4096)).is_by_chance(5000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn an_estimate_is_off_by_a_part_in_a_hundred_of_the_shorter_list(
        first in 1_u64..120_000, second in 1_u64..120_000, share in 0.0..=1.0_f64, from in 0..1_u64 << 40,
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a part")]
        let shared = (first.min(second) as f64 * share) as u64;
        let list = people(from..from + first);
        let earlier = people(from + first - shared..from + first - shared + second);
        let overlap = overlap(&list, &earlier);
        let shorter = first.min(second);
        // Chance moves a few people, and more the longer the other list is.
        let most = 3 + shorter / 100 + 5 * ((shorter * first.max(second)) >> 24).isqrt();
        prop_assert!(overlap.shared.abs_diff(shared) <= most, "{shared} of {first} and {second}: {overlap:?}");
        prop_assert!(!overlap.is_exact || overlap.shared.abs_diff(shared) <= 1);
    }
}
