//! Randomness by name: what is drawn for one thing does not move what is drawn for another.

/// The source for what these numbers name.
#[must_use]
pub fn chance(names: &[u64]) -> fastrand::Rng {
    let mixed = names.iter().fold(0x9e37_79b9_7f4a_7c15_u64, |held, name| mix(held ^ mix(*name)));
    fastrand::Rng::with_seed(mixed)
}

/// The finalizer of SplitMix64: neighbouring numbers come out far apart.
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
