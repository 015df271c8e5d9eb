//! Colours and lines that move: on a terminal that wants them, and nowhere else.

use crate::common::{Run, outbound_at, sandbox};

const ESCAPE: char = '\u{1b}';

fn call(base_url: &str) -> Run {
    outbound_at(base_url, ["call", "+14155550101", "--wait"])
}

#[tokio::test]
async fn without_a_terminal_there_are_no_colours_unless_they_are_forced() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    let (plain, with_term, forced, both, logged, json) = tokio::join!(
        call(&url).ran(),
        call(&url).env("TERM", "xterm-256color").ran(),
        call(&url).env("CLICOLOR_FORCE", "1").ran(),
        call(&url).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").ran(),
        call(&url).arg("-vv").ran(),
        call(&url).arg("--json").env("CLICOLOR_FORCE", "1").ran(),
    );
    for ran in [plain, with_term, both, logged] {
        let ran = ran.expect(1);
        assert!(!ran.said().contains(ESCAPE), "{ran:?}");
    }
    assert!(forced.expect(1).stdout.contains("\u{1b}[1m\u{1b}[31mfailure\u{1b}[0m"));
    let json = json.expect(1);
    assert!(!json.stdout.contains(ESCAPE), "{json:?}");
}

#[tokio::test]
async fn what_the_service_says_cannot_steer_a_terminal() {
    use crate::common::server::{Does, Server, accepts};
    let reason = r#"{"status":"failure","reason":"\u001b[2Jgone\u0007\r\nsecond\u009b31m"}"#.to_owned();
    let word = r#"{"status":"\u001b[2Jodd","reason":""}"#.to_owned();
    let failing = Server::start(accepts(), Does::Answers(200, reason)).await;
    let odd = Server::start(accepts(), Does::Answers(200, word)).await;
    let sid = crate::common::server::SID;
    for server in [failing, odd] {
        let ran =
            outbound_at(server.base_url(), ["status", sid]).env("CLICOLOR_FORCE", "1").ran().await.expect(0);
        let steering = |it: char| it.is_control() && it != '\n' && it != ESCAPE;
        assert!(!ran.said().contains(steering) && !ran.said().contains("[2J\u{1b}"), "{ran:?}");
        assert!(!ran.said().contains("\u{1b}[2J") && ran.stdout.lines().count() == 1, "{ran:?}");
    }
}

#[cfg(target_os = "linux")]
mod on_a_terminal {
    use super::*;
    use crate::common::on_a_terminal;

    #[tokio::test]
    async fn a_campaign_shows_how_far_it_is_and_leaves_its_end_alone_on_the_screen() {
        use crate::campaign::{Folder, list, numbers};
        let sandbox = sandbox(20.0).await;
        let url = sandbox.base_url();
        let numbers = numbers(12, "0100");
        let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
        let at = |name: &str| folder.path(name).display().to_string();
        let command = format!(
            "outbound campaign run {} --db {} --rate 4 --no-windows test",
            at("people.csv"),
            at("calls.db")
        );
        let environment = [
            ("POLYAI_OUTBOUND_BASE_URL", url.as_str()),
            ("POLYAI_OUTBOUND_TOKEN", "sandbox"),
            ("TERM", "xterm-256color"),
        ];
        let ran = on_a_terminal(&command, 100, &environment).await.expect(0);
        let (moved, end) = ran.stdout.rsplit_once("\u{1b}[2K").unwrap();
        for said in ["done 0 of 12", "in flight ", "waiting: ", "for their turn", "to go: about "] {
            assert!(moved.contains(said), "{said}: {ran:?}");
        }
        assert!(end.contains("campaign `people`: done") && !end.contains("waiting: "), "{ran:?}");
    }

    #[tokio::test]
    async fn a_status_has_its_colour_and_what_moved_is_cleared() {
        let sandbox = sandbox(60.0).await;
        let url = sandbox.base_url();
        let service = [("POLYAI_OUTBOUND_BASE_URL", url.as_str()), ("POLYAI_OUTBOUND_TOKEN", "sandbox")];
        let with = |more: &[(&'static str, &'static str)]| [&service[..], more].concat();
        let command = "outbound call +14155550101 --wait";
        let (xterm, no_colour, dumb, none) = (
            with(&[("TERM", "xterm-256color")]),
            with(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]),
            with(&[("TERM", "dumb")]),
            with(&[]),
        );
        let (coloured, no_colour, dumb, none) = tokio::join!(
            on_a_terminal(command, 80, &xterm),
            on_a_terminal(command, 80, &no_colour),
            on_a_terminal(command, 80, &dumb),
            on_a_terminal(command, 80, &none)
        );
        let coloured = coloured.expect(1);
        assert!(coloured.stdout.contains("\u{1b}[1m\u{1b}[31mfailure\u{1b}[0m"), "{coloured:?}");
        assert!(coloured.stdout.contains("following; Ctrl-C stops following, not the call"), "{coloured:?}");
        let last = coloured.stdout.rfind("following").unwrap();
        assert!(
            coloured.stdout[last..].contains("\u{1b}[2K"),
            "the last line that moved is cleared: {coloured:?}"
        );
        let no_colour = no_colour.expect(1);
        assert!(
            !no_colour.stdout.contains("[31m") && no_colour.stdout.contains("following"),
            "{no_colour:?}"
        );
        for ran in [dumb, none] {
            let ran = ran.expect(1);
            assert!(!ran.said().contains(ESCAPE), "{ran:?}");
        }
    }

    #[tokio::test]
    async fn what_came_of_a_list_steers_no_terminal_on_which_it_is_exported() {
        use crate::campaign::Folder;
        use crate::common::server::{Does, Server, accepts};
        let odd =
            r#"{"status":"failure","reason":"\u001b[2J\u009b31m\u202eevil\u202c\u007f\u2066x"}"#.to_owned();
        let server = Server::start(accepts(), Does::Answers(200, odd)).await;
        let folder = Folder::with("to_number,name\n+12125550128,\u{202e}adA\n");
        folder.run(server.base_url(), []).ran().await.expect(1);
        let db = folder.path("calls.db").display().to_string();
        let steers = |text: &str| {
            text.chars()
                .any(|it| !matches!(it, '\r' | '\n') && polyai_outbound::core::printable(it) != Some(it))
        };
        for args in
            ["", "--format csv", "--format jsonl", "--json", "--output /dev/tty", "--output /dev/stdout"]
        {
            let ran = on_a_terminal(&format!("outbound campaign export --db {db} {args}"), 200, &[])
                .await
                .expect(0);
            assert!(ran.stdout.contains("evil") && !steers(&ran.stdout), "{args}: {ran:?}");
        }
        for command in ["report", "status", "why 2"] {
            let ran =
                on_a_terminal(&format!("outbound campaign {command} --db {db}"), 200, &[]).await.expect(0);
            assert!(!steers(&ran.stdout), "{command}: {ran:?}");
        }
        // A file has all of it.
        let ran = outbound_at(server.base_url(), ["campaign", "export", "--db", &db]).ran().await.expect(0);
        assert!(ran.stdout.contains("\u{202e}adA"), "{ran:?}");
        let ran = outbound_at(server.base_url(), ["campaign", "export", "--db", &db, "--json"])
            .ran()
            .await
            .expect(0);
        assert!(!steers(&ran.stdout) && ran.only_json()["metadata"]["name"] == "\u{202e}adA", "{ran:?}");
    }
}
