//! Tests of the files that runs are remembered in.

use super::*;
use crate::campaign::index::KEY;

const NOW: Timestamp = Timestamp::from_millis(1_795_622_400_000);
const SERVICE: &str = "localhost:8787";

fn origin(nth: i64) -> Origin {
    Origin { database_id: "a".to_owned(), campaign: CampaignId(nth), list: format!("list {nth}") }
}

fn people(index: &RunIndex, numbers: std::ops::Range<u64>) -> People {
    let mut people = index.people();
    for number in numbers {
        people.add_hash(people.hash(&format!("+1415{number:07}")));
    }
    people
}

/// Claims a list of these people for a campaign; how many people each of the earlier runs shares that is told of.
fn claim(index: &RunIndex, nth: i64, numbers: std::ops::Range<u64>, again: bool) -> Vec<Option<u64>> {
    let (own, people) = ([origin(nth)], people(index, numbers));
    let list = ListQuery {
        sha256: &own[0].list,
        people: &people,
        service: Some(SERVICE),
        service_before: None,
        own: &own,
    };
    let name = format!("campaign {nth}");
    let run = ListRun { origin: origin(nth), at: NOW, database: PathBuf::from("calls.db"), name };
    let earlier = index.claim(&list, SERVICE, &run, again).unwrap();
    earlier.iter().map(|it| it.overlap.map(|overlap| overlap.shared)).collect()
}

#[test]
fn a_list_is_the_run_of_one_campaign_until_another_takes_it_over() {
    let folder = tempfile::tempdir().unwrap();
    let index = RunIndex::open(folder.path()).unwrap();
    assert!(index.is_empty().unwrap());
    assert_eq!(claim(&index, 1, 0..31, false), []);
    assert_eq!(index.own(SERVICE, &origin(1)).unwrap(), OwnRun::Last);
    assert_eq!(claim(&index, 1, 0..31, false), [], "the campaign itself goes on");
    assert_eq!(claim(&index, 2, 3..34, false), [Some(28)]);
    assert_eq!(index.own(SERVICE, &origin(2)).unwrap(), OwnRun::Unknown, "a refusal leaves nothing");
    assert_eq!(claim(&index, 2, 3..34, true), [Some(28)]);
    assert_eq!(index.own(SERVICE, &origin(1)).unwrap(), OwnRun::Before);
    assert_eq!(claim(&index, 1, 0..31, false), [Some(28)], "it was taken over");
    assert_eq!(claim(&index, 2, 3..34, false), []);
    // Others are told of, and stand in nobody's way.
    assert_eq!(claim(&index, 3, 33..133, false), [Some(1)]);
    assert_eq!(index.own(SERVICE, &origin(3)).unwrap(), OwnRun::Last);
    assert_eq!(index.own("another service", &origin(3)).unwrap(), OwnRun::Unknown);
}

#[test]
fn of_many_that_claim_a_list_at_once_one_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    RunIndex::open(folder.path()).unwrap();
    let claimed = |nth: i64| {
        let index = RunIndex::open(folder.path()).unwrap();
        let range = u64::try_from(nth).unwrap()..30 + u64::try_from(nth).unwrap();
        claim(&index, nth, range, false).is_empty()
    };
    let claimed = &claimed;
    let won: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|nth| scope.spawn(move || claimed(nth))).collect();
        threads.into_iter().map(|it| usize::from(it.join().unwrap())).sum()
    });
    assert_eq!(won, 1);
}

#[test]
fn runs_of_versions_before_and_what_cannot_be_read_count() {
    let folder = tempfile::tempdir().unwrap();
    let index = RunIndex::open(folder.path()).unwrap();
    let before = "http://127.0.0.1:8787 (outbound API)";
    for content in [&br#"{"origin":"#[..], b"\xff\xfe", b"null"] {
        std::fs::write(index.list("abc", before), content).unwrap();
        let people = people(&index, 0..3);
        let list = ListQuery {
            sha256: "abc",
            people: &people,
            service: Some(SERVICE),
            service_before: Some(before),
            own: &[],
        };
        let earlier = index.earlier(&list).unwrap();
        assert!(matches!(&earlier[..], [EarlierRun { overlap: None, .. }]), "{content:?}: {earlier:?}");
        assert_eq!(earlier[0].run.database, PathBuf::new());
    }
}

#[test]
fn a_run_that_is_not_whole_stops_everything_and_names_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let index = RunIndex::open(folder.path()).unwrap();
    claim(&index, 1, 0..31, false);
    let path = index.runs(None).unwrap().remove(0);
    let whole = std::fs::read(&path).unwrap();
    // Whole fingerprints, for two of them may have bytes in common.
    let mut swapped = whole.clone();
    swapped[whole.len() - 2 * PRINT_BYTES..].rotate_left(PRINT_BYTES);
    for broken in [&whole[..whole.len() - 1], &whole[..9], b"", b"\n", &[&whole[..], b"x"].concat(), &swapped]
    {
        std::fs::write(&path, broken).unwrap();
        let people = people(&index, 50..60);
        let list = ListQuery { sha256: "x", people: &people, service: None, service_before: None, own: &[] };
        let error = index.earlier(&list).unwrap_err().to_string();
        assert!(error.starts_with(&path.display().to_string()) && error.contains("is damaged"), "{error}");
    }
}

#[test]
fn what_others_put_into_the_folders_is_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let index = RunIndex::open(folder.path()).unwrap();
    let put = |at: &Path| {
        for name in [".DS_Store", "README", "a".repeat(63).as_str(), "A".repeat(64).as_str()] {
            std::fs::write(at.join(name), "stray").unwrap();
        }
    };
    let people = folder.path().join(PEOPLE);
    for sub in [LISTS, PEOPLE] {
        put(&folder.path().join(sub));
    }
    assert!(index.is_empty().unwrap());
    std::fs::write(people.join("a".repeat(64)), "a file where folders are").unwrap();
    claim(&index, 1, 0..31, false);
    put(&index.folder_of(SERVICE));
    assert_eq!(index.runs(None).unwrap(), [index.run_path(SERVICE, &origin(1))]);
    assert_eq!(claim(&index, 2, 3..34, false), [Some(28)]);
    assert_eq!(index.origins(SERVICE).unwrap(), HashSet::from([origin(1)]));
    assert_eq!(index.own(SERVICE, &origin(1)).unwrap(), OwnRun::Last);
}

#[test]
fn nothing_that_is_remembered_holds_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let index = RunIndex::open(folder.path()).unwrap();
    claim(&index, 1, 0..31, false);
    let path = index.runs(None).unwrap().remove(0);
    let bytes = std::fs::read(path).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("1415"));
    assert_eq!(bytes.len(), bytes.iter().position(|it| *it == b'\n').unwrap() + 1 + 31 * 3);
}

#[test]
fn a_key_that_is_gone_or_damaged_is_not_made_anew_where_something_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    claim(&RunIndex::open(folder.path()).unwrap(), 1, 0..31, false);
    let key = folder.path().join(KEY);
    let whole = std::fs::read(&key).unwrap();
    for broken in [Some(&b"not a key"[..]), Some(b""), Some(b"\xff"), Some(&whole[1..]), None] {
        match broken {
            Some(content) => std::fs::write(&key, content).unwrap(),
            None => std::fs::remove_file(&key).unwrap(),
        }
        let error = RunIndex::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains(&key.display().to_string()), "{error}");
        assert!(error.contains("or remove the whole folder"), "{error}");
    }
    std::fs::write(&key, whole).unwrap();
    RunIndex::open(folder.path()).unwrap();
}

#[test]
fn of_thousands_of_runs_each_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let index = RunIndex::open(folder.path()).unwrap();
    claim(&index, 0, 0..4096, false);
    let path = index.runs(None).unwrap().remove(0);
    let entry = Entry::read(&path).unwrap();
    for nth in 1..2000 {
        let mut head = entry.head.clone();
        head.run.origin = origin(nth);
        std::fs::write(
            index.run_path(SERVICE, &origin(nth)),
            [&serde_json::to_vec(&head).unwrap()[..], b"\n", &entry.prints].concat(),
        )
        .unwrap();
    }
    let people = people(&index, 4000..4100);
    let list =
        ListQuery { sha256: "x", people: &people, service: Some(SERVICE), service_before: None, own: &[] };
    let told: HashSet<_> = index.earlier(&list).unwrap().into_iter().map(|it| it.run.origin).collect();
    assert_eq!(told, (0..2000).map(origin).collect());
}
