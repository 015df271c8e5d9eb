//! The people of a list as short fingerprints under a key, so that another list with the same people is known.
//!
//! Of each number, in the form by which numbers are compared, 24 bits of a keyed hash are kept: of the numbers of a national
//! plan some 600 have the same, so that none can be read from them even with the key. Two numbers agree by chance once in 16
//! million pairs; what that makes of two lists is taken off, see [`Overlap`].

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};

use polyai_outbound_core::CanonicalNumber;

/// Number of different fingerprints.
const ALL: u32 = 1 << 24;
/// Up to so many people are counted one by one, and more by how full the fingerprints are.
const COUNTED: usize = 1 << 16;
/// An overlap is told as it is if chance had a part in it less often than that.
const EXACT: f64 = 0.05;
/// One that chance would make that often, among all lists that are compared, is none.
const BY_CHANCE: f64 = 0.01;

/// The people of a list, in memory that does not grow with it.
#[derive(Clone, Debug)]
pub struct People {
    key: String,
    /// A bit for each fingerprint.
    bits: Vec<u64>,
    /// The whole hashes, until there are too many.
    counted: Option<HashSet<u64>>,
}

impl People {
    pub(super) fn new(key: &str) -> Self {
        let bits = vec![0; ALL as usize / 64];
        Self { key: key.to_owned(), bits, counted: Some(HashSet::new()) }
    }

    /// Fingerprint of a number.
    pub(in crate::campaign) fn hash(&self, number: &str) -> u64 {
        let mut hash = Sha256::new();
        hash.update(&self.key);
        hash.update(b"\0number\0");
        hash.update(number);
        let mut first = [0; 8];
        first.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        u64::from_be_bytes(first)
    }

    /// Adds somebody.
    pub fn add(&mut self, number: &CanonicalNumber) {
        self.add_hash(self.hash(number.as_str()));
    }

    pub(in crate::campaign) fn add_hash(&mut self, hash: u64) {
        set(&mut self.bits, hash);
        if let Some(counted) = &mut self.counted {
            counted.insert(hash);
            if counted.len() > COUNTED {
                self.counted = None;
            }
        }
    }

    /// Takes people away, who may not be there. In a long list that may take others with the same fingerprints along.
    pub(in crate::campaign) fn remove(&mut self, hashes: &HashSet<u64>) {
        match &mut self.counted {
            Some(counted) => {
                counted.retain(|hash| !hashes.contains(hash));
                self.bits.fill(0);
                for hash in counted.iter() {
                    set(&mut self.bits, *hash);
                }
            }
            None => {
                for (at, bit) in hashes.iter().map(|hash| place(print(*hash))) {
                    if let Some(bits) = self.bits.get_mut(at) {
                        *bits &= !bit;
                    }
                }
            }
        }
    }

    /// Number of people; an estimate, if they are very many.
    #[must_use]
    pub fn count(&self) -> u64 {
        match &self.counted {
            Some(counted) => counted.len() as u64,
            None => filled_by(self.prints().count()),
        }
    }

    /// True if the count is no estimate.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.counted.is_some()
    }

    /// Compares these people with those of an earlier list.
    #[must_use]
    pub fn overlap(&self, earlier: &Self) -> Overlap {
        let common = earlier.prints().filter(|print| self.has(*print)).count() as u64;
        Overlap::new(self.size(), earlier.size(), common)
    }

    pub(super) fn size(&self) -> Size {
        let prints = self.prints().count() as u64;
        Size { people: self.count(), is_counted: self.is_counted(), prints }
    }

    /// The fingerprints in order, each once.
    pub(super) fn prints(&self) -> impl Iterator<Item = u32> {
        (0_u32..).zip(&self.bits).flat_map(|(at, bits)| {
            let mut rest = *bits;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                rest &= rest.checked_sub(1)?;
                Some(at * 64 + bit)
            })
        })
    }

    pub(super) fn has(&self, print: u32) -> bool {
        let (at, bit) = place(print);
        self.bits.get(at).is_some_and(|bits| bits & bit != 0)
    }
}

fn set(bits: &mut [u64], hash: u64) {
    let (at, bit) = place(print(hash));
    if let Some(bits) = bits.get_mut(at) {
        *bits |= bit;
    }
}

const fn print(hash: u64) -> u32 {
    (hash >> 40) as u32
}

const fn place(print: u32) -> (usize, u64) {
    (print as usize / 64, 1 << (print % 64))
}

/// Number of people who fill so many fingerprints.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "an estimate below 2^31"
)]
fn filled_by(prints: usize) -> u64 {
    let all = f64::from(ALL);
    let free = (all - prints as f64).max(1.0);
    (-all * (free / all).ln()).round() as u64
}

/// Number of people whom a list shares with an earlier one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// People who are on both.
    pub shared: u64,
    /// People of the list.
    pub of: u64,
    /// People of the earlier one.
    pub earlier: u64,
    /// True if the numbers are no estimates.
    pub is_exact: bool,
    /// Probability that lists without common people look like this.
    pub(super) chance: f64,
}

/// A list as far as it matters for an overlap: its people, and its fingerprints.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) people: u64,
    pub(super) is_counted: bool,
    pub(super) prints: u64,
}

impl Overlap {
    /// Of two lists that have so many fingerprints in common. With `t` people on both, the others agree by chance in
    /// `(a - t)(b - t) / (ALL - t)`; that is solved for `t`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an estimate between 0 and numbers of people"
    )]
    pub(super) fn new(list: Size, earlier: Size, common: u64) -> Self {
        let (all, a, b) = (f64::from(ALL), list.prints as f64, earlier.prints as f64);
        let common = common as f64;
        let shared = (common * all - a * b) / (all - a - b + common).max(1.0);
        let shared = shared.clamp(0.0, a.min(b));
        let by_chance = (a - shared) * (b - shared) / all;
        // Two people of one list may have the same fingerprint.
        let scale = (list.people as f64 / a.max(1.0)).min(earlier.people as f64 / b.max(1.0));
        let most = list.people.min(earlier.people);
        Self {
            shared: ((shared * scale).round() as u64).min(most),
            of: list.people,
            earlier: earlier.people,
            is_exact: list.is_counted && earlier.is_counted && by_chance < EXACT,
            chance: tail(a * b / all, common),
        }
    }

    /// True if the one list is the other, as far as calling people again is concerned: at least half of the people of either
    /// are on the other.
    #[must_use]
    pub const fn is_the_same(&self) -> bool {
        self.shared > 0 && (self.shared * 2 >= self.of || self.shared * 2 >= self.earlier)
    }

    /// True if chance explains it, when so many lists are compared.
    pub(super) fn is_by_chance(&self, lists: usize) -> bool {
        let lists = u32::try_from(lists).unwrap_or(u32::MAX);
        self.shared == 0 || self.chance * f64::from(lists) >= BY_CHANCE
    }
}

/// A bound on how often as many come by chance, where so many are to be expected (Chernoff's).
fn tail(expected: f64, common: f64) -> f64 {
    if common <= expected {
        return 1.0;
    }
    (common - expected - common * (common / expected).ln()).exp()
}

#[cfg(test)]
mod tests;
