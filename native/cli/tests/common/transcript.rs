//! Transcripts of the command, as texts that a person can read and compare: a command line, and below it what it
//! prints. It is held by a file of `tests/snapshots`; `SNAPSHOTS=overwrite` in the environment writes the files anew.
//!
//! Lines behind `|` are on stderr, all others on stdout. What differs from run to run has a name in its place: `[TIME]`,
//! `[SPAN]`, `[DAY]`, `[SID]`, `[ID]`, `[PID]`, `[HOST]`, `[FOLDER]`, `[ADDRESS]`. Rules below headers of tables are as long as the
//! widest cell, so all have one length here; and lines of progress, which come as often as a run takes long, are left out.

use std::path::Path;

use regex::{Captures, Regex};

use super::list::Kept;
use super::{PROGRAM, Ran};

pub(crate) struct Transcript {
    text: String,
    /// Texts that are replaced by their names; in this order.
    names: Vec<(Regex, &'static str)>,
}

impl Transcript {
    /// Of what does not depend on when it is said: times are examples, and stay.
    pub(crate) fn timeless(kept: &Kept) -> Self {
        let whole = kept.folder.path().canonicalize().unwrap();
        let mut all = vec![
            (literal(PROGRAM), "outbound"),
            (literal(&whole.display().to_string()), "[FOLDER]"),
            (literal(&kept.folder.path().display().to_string()), "[FOLDER]"),
            (literal(&kept.sandbox.base_url()), "http://[ADDRESS]"),
        ];
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host = regex::escape(host.trim());
        all.push((Regex::new(&format!("process [0-9]+ on {host}")).unwrap(), "process [PID] on [HOST]"));
        all.push((Regex::new(&format!("@{host}")).unwrap(), "@[HOST]"));
        all.push((Regex::new("─+").unwrap(), "────"));
        // Until a moment that a test has put far away.
        all.push((Regex::new("in [0-9]{4,5} days(?: [0-9]+ h)?").unwrap(), "in [SPAN]"));
        Self { text: String::new(), names: all }
    }

    /// Of commands about a campaign in that folder.
    pub(crate) fn of(kept: &Kept) -> Self {
        let mut transcript = Self::timeless(kept);
        const DAY: &str = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|mon|tue|wed|thu|fri|sat|sun)";
        // Of these days; those that a test has written itself are before or after.
        const DATE: &str = "20(?:2[1-9]|[3-9][0-9])-[0-9]{2}-[0-9]{2}";
        const CLOCK: &str = "[0-9]{2}:[0-9]{2}:[0-9]{2}";
        for (pattern, name) in [
            ("OUT-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}".to_owned(), "[SID]"),
            ("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}".to_owned(), "[ID]"),
            (format!("{DATE}T{CLOCK}(?:[.][0-9]+)?Z"), "[TIME]"),
            (format!("{DAY} {DATE} {CLOCK}(?: to (?:{DAY} {DATE} )?{CLOCK})?"), "[TIME]"),
            (format!("{DATE} {CLOCK}"), "[TIME]"),
            (
                format!(
                    "from (?:{DAY} )?(?:{DATE} )?[0-9]{{2}}:[0-9]{{2}} to (?:{DAY} )?(?:{DATE} )?[0-9]{{2}}:[0-9]{{2}} by"
                ),
                "from [TIME] to [TIME] by",
            ),
            ("[0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2} at [0-9]{2}:[0-9]{2}".to_owned(), "[TIME]"),
            (format!("(?:{DAY} )?{DATE} [0-9]{{2}}:[0-9]{{2}}"), "[TIME]"),
            (format!("(?m)^{CLOCK} UTC"), "[TIME]"),
            (
                r"\[TIME\] by this machine's clock, in (?:[0-9]+ days?|[0-9]+ days? [0-9]+ h)[.]".to_owned(),
                "[TIME] by this machine's clock, in [SPAN].",
            ),
            (r"\[TIME\](?: UTC)?\), in (?:[0-9]+ (?:days?|h|min|s) ?)+".to_owned(), "[TIME]), in [SPAN]"),
            (format!("\\b{DAY} 10:00-16:00"), "[DAY] 10:00-16:00"),
        ] {
            transcript.names.push((Regex::new(&pattern).unwrap(), name));
        }
        transcript
    }

    /// A line that is no command: what happened meanwhile.
    pub(crate) fn says(&mut self, what: &str) {
        self.part();
        self.text.push_str(&format!("# {what}\n"));
    }

    /// Output of a command, and the code that it ended with unless that is 0.
    pub(crate) fn shows(&mut self, command: &str, ran: &Ran) {
        self.part();
        let mut text = format!("$ {command}\n");
        for line in ran.stdout.lines() {
            text.push_str(&format!("{line}\n"));
        }
        let progress = Regex::new("^[0-9]{2}:[0-9]{2}  done [0-9]+ of [0-9]+").unwrap();
        for line in ran.stderr.lines().filter(|line| !progress.is_match(line)) {
            text.push_str(format!("| {line}").trim_end());
            text.push('\n');
        }
        match ran.code {
            Some(0) => {}
            Some(code) => text.push_str(&format!("(exit code {code})\n")),
            None => text.push_str("(killed)\n"),
        }
        self.text.push_str(&self.named(&text));
    }

    /// Runs `outbound campaign` with these words in the folder of the campaign, and shows it.
    pub(crate) async fn runs(&mut self, kept: &Kept, words: &[&str]) -> Ran {
        let ran = kept.runs_here(words).ran().await;
        let said: Vec<_> = words.iter().map(|it| Self::quoted(it)).collect();
        self.shows(&format!("outbound campaign {}", said.join(" ")), &ran);
        ran
    }

    /// A word as it is typed.
    pub(crate) fn quoted(word: &str) -> String {
        if word.contains([' ', '\'']) || word.is_empty() { format!("'{word}'") } else { word.to_owned() }
    }

    /// Compares all of it with the file of that name.
    #[track_caller]
    pub(crate) fn is(self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.txt"));
        let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
        snapbox::Assert::new().action_env("SNAPSHOTS").eq(self.text, expected);
    }

    fn part(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn named(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (what, name)| {
            what.replace_all(&text, |_: &Captures<'_>| (*name).to_owned()).into_owned()
        })
    }
}

fn literal(text: &str) -> Regex {
    Regex::new(&regex::escape(text)).unwrap()
}
