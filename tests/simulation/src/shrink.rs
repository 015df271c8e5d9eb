//! Makes a world that breaks a promise as small as it can be: leaves out parts as long as that promise is still broken.

use std::collections::BTreeSet;

use crate::judge::Promise;
use crate::scenario::Scenario;

/// The parts that can be left out. `breaks` lives a world and says which promise it breaks.
pub fn shrink(
    scenario: &Scenario,
    promise: Promise,
    breaks: impl Fn(&Scenario) -> Option<Promise>,
) -> BTreeSet<usize> {
    let mut out = BTreeSet::new();
    let mut size = scenario.parts().div_ceil(2);
    loop {
        let left: Vec<usize> = (0..scenario.parts()).filter(|part| !out.contains(part)).collect();
        for some in left.chunks(size) {
            let more: BTreeSet<usize> = out.iter().chain(some).copied().collect();
            // Somebody has to be there.
            let anybody = (0..scenario.rows.len()).any(|row| !more.contains(&row));
            if anybody && breaks(&scenario.without(&more)) == Some(promise) {
                out = more;
            }
        }
        if size == 1 {
            return out;
        }
        size = size.div_ceil(2);
    }
}

/// Parts as they are written: `0-3,7`.
#[must_use]
pub fn written(parts: &BTreeSet<usize>) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for part in parts {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *part => *last = *part,
            _ => ranges.push((*part, *part)),
        }
    }
    let text = |(first, last): &(usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    ranges.iter().map(text).collect::<Vec<_>>().join(",")
}

/// Parts as they were written.
///
/// # Errors
/// With what is no such thing.
pub fn read(text: &str) -> Result<BTreeSet<usize>, String> {
    let wrong = |part: &str| format!("`{part}` is no part; expected numbers such as 0-3,7");
    let mut parts = BTreeSet::new();
    for range in text.split(',').filter(|range| !range.is_empty()) {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| text.parse::<usize>().map_err(|_| wrong(range));
        parts.extend(number(first)?..=number(last)?);
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let parts: BTreeSet<usize> = [0, 1, 2, 3, 7, 9, 10].into_iter().collect();
        assert_eq!(written(&parts), "0-3,7,9-10");
        assert_eq!(read(&written(&parts)), Ok(parts));
        assert!(read("1,x").is_err());
    }

    #[test]
    fn what_has_no_part_in_it_is_left_out() {
        let scenario =
            (0..).map(Scenario::of).find(|it| it.rows.len() > 4 && it.happenings.len() > 2).unwrap();
        // As if only the third row and the second happening were to blame.
        let blame = scenario.rows[2].number.clone();
        let happening = format!("{:?}", scenario.happenings[1]);
        let out = shrink(&scenario, Promise::Once, |less| {
            let there = less.rows[2].number == blame;
            let happens = less.happenings.iter().any(|it| format!("{it:?}") == happening);
            (there && happens).then_some(Promise::Once)
        });
        assert_eq!(out.len(), scenario.parts() - 2);
        assert!(!out.contains(&2) && !out.contains(&(scenario.rows.len() + 1)));
    }
}
