//! Files that are not as they should be: read by others, links that lead nowhere, and too few of them to be had.

#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use crate::campaign::{Folder, list};
use crate::common::{Run, file, outbound, outbound_at, sandbox, shell};

const DRY: [&str; 5] = ["call", "+14155550128", "--dry-run", "--base-url", "http://127.0.0.1:1"];

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn with_token(path: &Path) -> Run {
    outbound(DRY).arg("--token-file").arg(path)
}

#[tokio::test]
async fn a_token_that_others_can_read_is_warned_of_once_and_used() {
    let (_folder, path) = file("my token", "sandbox\n");
    for (mode, warns) in
        [(0o644, true), (0o640, true), (0o604, true), (0o622, true), (0o600, false), (0o400, false)]
    {
        allow(&path, mode);
        let ran = with_token(&path).ran().await.expect(0);
        let advice = format!("chmod 600 '{}'", path.display());
        assert_eq!(
            ran.stderr.matches("warning: others on this machine").count(),
            usize::from(warns),
            "{mode:o}: {ran:?}"
        );
        assert_eq!(ran.stderr.contains(&advice), warns, "{mode:o}: {ran:?}");
        assert!(!ran.stdout.contains("warning"), "{ran:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_in_no_file_of_the_users_is_not_warned_of() {
    let (folder, path) = file("token", "sandbox\n");
    allow(&path, 0o644);
    // As Kubernetes gives secrets: by links, through a folder that is replaced as a whole.
    let secrets = folder.path().join("secret");
    std::fs::create_dir_all(secrets.join("..2026_11_30")).unwrap();
    std::fs::write(secrets.join("..2026_11_30/token"), "sandbox").unwrap();
    allow(&secrets.join("..2026_11_30/token"), 0o644);
    symlink("..2026_11_30", secrets.join("..data")).unwrap();
    symlink("..data/token", secrets.join("token")).unwrap();
    let runs = [
        with_token(&secrets.join("token")),
        with_token(Path::new("/dev/stdin")).stdin("sandbox"),
        shell("echo sandbox | outbound call +14155550128 --dry-run --base-url http://127.0.0.1:1 --token-file /dev/stdin"),
        shell("outbound call +14155550128 --dry-run --base-url http://127.0.0.1:1 --token-file /dev/stdin < $FILE")
            .env("FILE", &path),
        shell("exec 7< $FILE; outbound call +14155550128 --dry-run --base-url http://127.0.0.1:1 --token-file /dev/fd/7")
            .env("FILE", &path),
    ];
    for run in runs {
        let ran = run.ran().await.expect(0);
        assert!(!ran.stderr.contains("warning"), "{ran:?}");
    }
}

#[tokio::test]
async fn a_database_that_others_can_read_is_warned_of_by_whatever_opens_it() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    let folder = Folder::with(&list(["+12125550100"]));
    let ran = folder.run(&url, []).ran().await.expect(0);
    assert!(!ran.stderr.contains("warning"), "it is made for its owner alone: {ran:?}");
    allow(&folder.path("calls.db"), 0o644);
    let db = folder.path("calls.db").display().to_string();
    let advice = format!("chmod 600 {db}");
    folder.run(&url, []).ran().await.expect(0).says(&["warning: others on this machine can read ", &advice]);
    for command in ["status", "report", "export", "pause", "resume"] {
        let ran = outbound_at(&url, ["campaign", command, "--db", &db]).ran().await.expect(0);
        assert_eq!(ran.stderr.matches(&advice).count(), 1, "{command}: {ran:?}");
    }
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_named_as_one_and_nothing_is_made_through_it() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    let folder = Folder::with(&list(["+12125550100"]));
    folder.run(&url, []).ran().await.expect(0);
    for name in ["gone", "gone.csv", "gone.db", "loop"] {
        symlink(folder.path(if name == "loop" { "loop" } else { "nowhere" }), folder.path(name)).unwrap();
    }
    let at = |name: &str| folder.path(name).display().to_string();
    let (db, people, gone, gone_db) = (at("calls.db"), at("people.csv"), at("gone.csv"), at("gone.db"));
    const LINK: &str = "is a link to a file that is not there";
    let cases: [(&[&str], i32); 10] = [
        (&["campaign", "plan", &gone], 2),
        (&["campaign", "run", &gone, "--db", &db], 2),
        (&["campaign", "run", &people, "--db", &gone_db], 6),
        (&["campaign", "run", &people, "--db", &at("loop")], 6),
        (&["campaign", "run", &people, "--db", &at("new.db"), "--suppress", &gone], 2),
        (&["campaign", "plan", &people, "--suppress", &gone], 2),
        (&["campaign", "status", "--db", &gone_db], 2),
        (&["campaign", "pause", "--db", &at("loop")], 2),
        (&["campaign", "export", "--db", &db, "--output", &gone], 2),
        (&["call", "+14155550128", "--token-file", &at("gone")], 2),
    ];
    for (args, code) in cases {
        let ran = outbound_at(&url, args.iter().copied()).ran().await.expect(code);
        assert!(ran.stderr.contains(LINK) && !ran.stderr.contains("panicked"), "{args:?}: {ran:?}");
        assert!(!folder.path("nowhere").exists() && folder.path("gone.csv").is_symlink(), "{args:?}");
    }
    assert_eq!(sandbox.calls().len(), 1);
}

#[tokio::test]
async fn a_lock_that_is_a_link_is_left_alone_and_nobody_is_called() {
    let sandbox = sandbox(60.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    folder.run(&sandbox.base_url(), []).ran().await.expect(0);
    let (lock, precious) = (folder.path("calls.db.1.lock"), folder.path("precious"));
    std::fs::write(&precious, "not to be lost").unwrap();
    std::fs::remove_file(&lock).unwrap();
    symlink(&precious, &lock).unwrap();
    let ran = folder.run(&sandbox.base_url(), []).ran().await.expect(6);
    ran.says(&["calls.db.1.lock is a link or no file, and is left alone", "remove it"]);
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "not to be lost");
}

#[tokio::test]
async fn too_few_files_are_an_error_before_anything_is_done_and_no_panic() {
    let sandbox = sandbox(60.0).await;
    let folder = Folder::with(&list(["+12125550128"]));
    folder.run(&sandbox.base_url(), []).ran().await.expect(0);
    let before = sandbox.calls().len();
    for files in [6, 7, 9, 10, 14, 24, 40] {
        for command in [
            "call +14155550128",
            "call +14155550128 --wait",
            "call +14155550128 --dry-run",
            "status OUT-1",
            "demo",
            "sandbox --listen 127.0.0.1:0",
            "completions bash",
            "campaign plan people.csv",
            "campaign run people.csv --db new.db --no-windows test",
            "campaign status --db calls.db",
            "campaign export --db calls.db",
            "campaign pause --db calls.db",
        ] {
            let ran = shell(&format!("ulimit -n {files}; exec outbound {command}"))
                .current_dir(folder.folder.path())
                .env("POLYAI_OUTBOUND_BASE_URL", sandbox.base_url())
                .env("POLYAI_OUTBOUND_TOKEN", "sandbox")
                .ran()
                .await
                .expect(6)
                .says(&["more files can be opened", "nothing was done", "ulimit -n 1024"]);
            assert!(!ran.stderr.contains("panicked"), "{files} {command}: {ran:?}");
        }
    }
    assert_eq!(sandbox.calls().len(), before);
    assert!(!folder.path("new.db").exists());
}
