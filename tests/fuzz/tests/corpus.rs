//! Every input that is kept, read again: what was found once stays fixed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use polyai_outbound_fuzz::SUBJECTS;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_input_that_is_kept_holds_what_is_promised() {
    let mut broken = Vec::new();
    for (name, subject) in SUBJECTS {
        let folder = corpus().join(name);
        let inputs = names(&folder);
        assert!(inputs.len() >= 3, "{name} has {} inputs", inputs.len());
        for input in inputs {
            let bytes = std::fs::read(folder.join(&input)).unwrap();
            if std::panic::catch_unwind(|| subject(&bytes)).is_err() {
                broken.push(format!("corpus/{name}/{input}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:?}: what each of them breaks stands above");
}

#[test]
fn every_subject_has_its_target_and_its_inputs() {
    let subjects: BTreeSet<String> = SUBJECTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&corpus()), subjects);
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("targets");
    let files = names(&targets).into_iter().filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned()));
    assert_eq!(files.collect::<BTreeSet<_>>(), subjects);
    let manifest = std::fs::read_to_string(targets.join("Cargo.toml")).unwrap();
    for name in subjects {
        assert!(manifest.contains(&format!("name = \"{name}\"\npath = \"{name}.rs\"")), "{name}");
    }
}
