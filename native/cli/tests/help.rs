//! Help, version and completions.

use crate::common::{outbound, shell};

const COMMANDS: [&str; 6] = ["demo", "call", "status", "campaign", "sandbox", "completions"];
const OF_CAMPAIGNS: [&str; 12] = [
    "plan", "run", "pause", "resume", "cancel", "status", "report", "export", "resolve", "requeue", "why",
    "backup",
];

#[tokio::test]
async fn every_command_has_an_example_and_no_line_too_wide_for_a_terminal() {
    let commands = COMMANDS.map(|command| vec![command, "--help"]);
    let of_campaigns = OF_CAMPAIGNS.map(|command| vec!["campaign", command, "--help"]);
    for args in commands.into_iter().chain(of_campaigns).chain([vec!["--help"]]) {
        let ran = outbound(args.iter().copied()).ran().await.expect(0);
        let (_, examples) = ran.stdout.split_once("Examples:\n").unwrap();
        assert!(examples.trim_start().starts_with("outbound "), "{args:?}");
        let below = examples.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(below <= 80, "{args:?}: {below} columns");
        assert_eq!(ran.stderr, "");
        let short: Vec<_> = args.iter().map(|it| it.replace("--help", "-h")).collect();
        assert_eq!(outbound(short.iter().map(String::as_str)).ran().await.expect(0).stdout, ran.stdout);
    }
}

#[tokio::test]
async fn where_to_call_is_explained_only_where_it_matters() {
    for (command, matters) in
        [("demo", false), ("call", true), ("status", true), ("sandbox", false), ("completions", false)]
    {
        let help = outbound([command, "--help"]).ran().await.expect(0).stdout;
        assert_eq!(help.contains("--base-url"), matters, "{command}");
        assert!(help.contains("--json"), "{command}");
    }
    for command in OF_CAMPAIGNS {
        let help = outbound(["campaign", command, "--help"]).ran().await.expect(0).stdout;
        assert_eq!(help.contains("--base-url"), command == "run", "{command}");
        assert!(help.contains("--db"), "{command}");
    }
}

#[tokio::test]
async fn help_names_every_variable_and_every_ending_of_the_sandbox() {
    let help = outbound(["--help"]).ran().await.expect(0).stdout;
    for name in ["TOKEN", "API", "REGION", "BASE_URL", "AGENT_ID", "ENVIRONMENT", "DB"] {
        assert!(help.contains(&format!("POLYAI_OUTBOUND_{name} ")), "{name}");
    }
    let help = outbound(["sandbox", "--help"]).ran().await.expect(0).stdout;
    for ending in 0..14 {
        assert!(help.contains(&format!(" {ending:02} ")), "{ending}");
    }
}

#[tokio::test]
async fn nothing_said_shows_the_help_and_is_bad_usage() {
    let ran = outbound([]).ran().await.expect(2).says(&["Usage: outbound", "Examples:"]);
    assert_eq!(ran.stdout, "");
}

#[tokio::test]
async fn the_version_is_that_of_the_package() {
    let ran = outbound(["--version"]).ran().await.expect(0);
    assert_eq!(ran.stdout, format!("outbound {}\n", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn each_shell_gets_its_completions() {
    for name in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = outbound(["completions", name]).ran().await.expect(0);
        for word in COMMANDS.iter().chain(&["metadata-json", "base-url", "dry-run"]) {
            assert!(ran.stdout.contains(word), "{name}: {word}");
        }
        assert_eq!(ran.stderr, "");
    }
    let script =
        "outbound completions bash > \"$FILE\" && bash -n \"$FILE\" && . \"$FILE\"; complete -p outbound";
    let folder = tempfile::tempdir().unwrap();
    let run = shell(&format!("bash -c '{script}'")).env("FILE", folder.path().join("outbound.bash"));
    assert!(run.ran().await.expect(0).stdout.contains("outbound"));
}

#[tokio::test]
async fn help_and_completions_that_nobody_reads_to_the_end_do_not_panic() {
    for args in [&["completions", "bash"][..], &["--help"], &["--version"], &["call", "--help"]] {
        let ran = outbound(args.iter().copied()).stdout_closed().ran().await.expect(0);
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_script_that_was_not_written_whole_is_no_success() {
    let ran = shell("outbound completions bash > /dev/full").ran().await.expect(2);
    assert!(ran.stderr.lines().count() == 1, "{ran:?}");
    ran.says(&["error: the script could not be written", "No space left"]);
}
