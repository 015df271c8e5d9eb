//! Lists that are dialed by the command: what the tests of `outbound campaign` have in common.

use std::path::{Path, PathBuf};

use polyai_outbound::campaign::{Campaign, Command, Database, Record};
use polyai_outbound::sandbox::RunningSandbox;

use crate::common::{Run, outbound_at};

/// A folder with a list in it, and room for a database.
pub(crate) struct Folder {
    pub(crate) folder: tempfile::TempDir,
    /// What its runs remember.
    pub(crate) state: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn with(list: &str) -> Self {
        let folder = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        folder.write("people.csv", list);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// `outbound campaign run` of the list, at any hour.
    pub(crate) fn run<'a>(&self, base_url: &str, options: impl IntoIterator<Item = &'a str>) -> Run {
        let run = self.run_in_windows(base_url, options);
        run.arg("--no-windows").arg("a test, at whatever hour")
    }

    /// The same within calling windows.
    pub(crate) fn run_in_windows<'a>(
        &self,
        base_url: &str,
        options: impl IntoIterator<Item = &'a str>,
    ) -> Run {
        let run = outbound_at(base_url, ["campaign", "run"]).arg(self.path("people.csv"));
        let run = run.env("POLYAI_OUTBOUND_STATE_DIR", self.state.path());
        options.into_iter().fold(run.arg("--db").arg(self.path("calls.db")), |run, it| run.arg(it))
    }

    pub(crate) async fn campaign(&self) -> (Database, Campaign) {
        let mut database = Database::open(self.path("calls.db"), false).await.unwrap();
        let campaign = database.campaign("people").await.unwrap().expect("the campaign is there");
        (database, campaign)
    }

    pub(crate) async fn records(&self) -> Vec<Record> {
        let (mut database, campaign) = self.campaign().await;
        let mut records = Vec::new();
        database
            .for_each_recipient(campaign.id, |record| {
                records.push(record);
                Ok::<_, polyai_outbound::campaign::StoreError>(())
            })
            .await
            .unwrap();
        records
    }

    /// What a person says from another terminal.
    pub(crate) async fn command(&self, command: Command) {
        let (mut database, campaign) = self.campaign().await;
        let now = polyai_outbound::Timestamp::from_millis(1);
        database.set_command(campaign.id, command, "a test", now).await.unwrap();
    }
}

/// A list of numbers, as CSV.
pub(crate) fn list<'a>(numbers: impl IntoIterator<Item = &'a str>) -> String {
    numbers.into_iter().fold("phone,name\n".to_owned(), |list, number| list + number + ",Ada-Secret\n")
}

/// So many fictional numbers whose calls end in that way, each in an area code of its own.
pub(crate) fn numbers(count: usize, ending: &str) -> Vec<String> {
    (0..count).map(|nth| format!("+1{}555{ending}", 201 + nth)).collect()
}

/// How often each number rang; none is told twice.
pub(crate) fn rang(sandbox: &RunningSandbox) -> Vec<(String, usize)> {
    let mut times = std::collections::BTreeMap::new();
    for call in sandbox.calls() {
        let polyai_outbound::Destination::E164(number) = call.destination else { panic!("is E.164") };
        *times.entry(number.as_str().to_owned()).or_insert(0) += 1;
    }
    times.into_iter().collect()
}

/// All files of a folder whose content holds this.
pub(crate) fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    files.filter(|it| String::from_utf8_lossy(&std::fs::read(it).unwrap()).contains(text)).collect()
}
