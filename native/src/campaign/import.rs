//! Putting a list into a campaign: read, plan, save, and tell what was refused.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use polyai_outbound_core::campaign::{Options, Planner, Standing, State};
use polyai_outbound_core::{PhoneNumber, Timestamp};

use super::list::{OptedOut, Withheld, is_among, shown};
use super::sqlite::Planned;
use super::{
    CampaignId, Database, Digest, Duplicate, Entry, Fingerprint, List, ListError, ListOptions, NewRecipient,
    People, Placeholders, Problem, Refused, Rejects, StoreError, Suppressing, SuppressionCount,
    SuppressionList, list_sha256,
};

/// So many rows are saved at a time, or fewer, if they are long: so many bytes.
const BATCH: usize = 4096;
const BATCH_BYTES: usize = 4 << 20;
/// So many rows that opted out are told of by name.
const OPT_OUTS_TOLD: usize = 20;

/// A list that is to be put into a campaign, and how.
pub struct ListImport<'a> {
    /// The list.
    pub list: &'a Path,
    /// How it is read.
    pub list_options: &'a ListOptions,
    /// By what its rows are planned.
    pub options: &'a Options,
    /// Whom not to call.
    pub suppress: &'a [SuppressionList],
    /// When.
    pub now: Timestamp,
}

/// What became of the rows of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows of the list.
    pub rows: u64,
    /// Those that are recipients now, whatever their state.
    pub accepted: u64,
    /// Those that are no recipients.
    pub refused: u64,
    /// Those that were left out, because an earlier row has their number.
    pub duplicates: u64,
    /// Of the accepted: those whose number is on a suppression list.
    pub suppressed: u64,
    /// The suppression lists, each by itself: a row on two of them is removed by both.
    pub suppression: Vec<SuppressionCount>,
    /// Of the accepted: those that the list itself says must not be called, in their row or in another with their number.
    pub opted_out: u64,
    /// Of the accepted: those that another list of the database says must not be called.
    pub opted_out_elsewhere: u64,
    /// Numbers that other campaigns kept from being called because of a column of this very list, and that it says nothing of
    /// any more since that column is ignored.
    pub taken_back: u64,
    /// Places where the list says so, as `DoNotCall=1 in row 7`: the first 20.
    pub opt_outs: Vec<String>,
    /// Of the accepted: those that nobody knows when to call.
    pub held: u64,
    /// Of the accepted: those whose time was over already.
    pub expired: u64,
    /// Of the accepted: those whose number is in another campaign of the database as well; each campaign calls it.
    pub elsewhere: u64,
    /// Of the rows that could be read: columns of metadata that hold placeholders instead of values.
    pub placeholders: Vec<Placeholders>,
    /// Where it is written why rows were refused and left out, if any were.
    pub rejects: Option<PathBuf>,
}

/// Why a list could not be put into a campaign.
#[derive(Debug)]
pub enum ImportError {
    /// The list, a suppression list or the file of rejects.
    List(ListError),
    /// The database.
    Store(StoreError),
}

impl From<ListError> for ImportError {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}

impl ListImport<'_> {
    /// Puts the list into the campaign, in batches of 4,096 rows or 4 MiB, so that memory grows neither with it nor with its
    /// rows; `progress` is told after each how many rows were read. What an import that was cut off has left is replaced: it
    /// may have been read in another way.
    ///
    /// # Errors
    /// If the list cannot be read, or the database or the rejects cannot be written. Until the import is complete the campaign
    /// cannot be run, so the same may be tried again.
    pub async fn run(
        &self,
        database: &mut Database,
        campaign: CampaignId,
        mut rejects: Rejects,
        mut progress: impl FnMut(u64),
    ) -> Result<Imported, ImportError> {
        for list in self.suppress {
            suppress(database, campaign, list).await?;
        }
        database.begin_import(campaign).await?;
        database.forget_opt_outs(campaign).await?;
        let misread = self.misread(database, campaign).await?;
        let mut list = List::open(self.list, self.list_options)?;
        let mut planner = Planner::new(self.options);
        let mut imported = Imported::default();
        let mut batch = Batch::default();
        let mut withholds = false;
        loop {
            let entry = list.next().transpose()?.map(|entry| self.allowed(entry));
            let at_end = entry.is_none();
            for withheld in list.take_withheld() {
                if withheld.is_certain && imported.opt_outs.len() < OPT_OUTS_TOLD {
                    let said = format!("{} in row {}", withheld.said, withheld.row);
                    if !imported.opt_outs.contains(&said) {
                        imported.opt_outs.push(said);
                    }
                }
                batch.withheld.push(withheld);
            }
            match entry {
                None => {}
                Some(Entry::Recipient(recipient)) => {
                    batch.read_to(recipient.row);
                    batch.push(recipient);
                }
                Some(Entry::OptedOut(opted_out)) => {
                    batch.read_to(opted_out.row);
                    if imported.opt_outs.len() < OPT_OUTS_TOLD {
                        imported.opt_outs.push(opted_out.said.clone());
                    }
                    batch.opt_out(opted_out);
                }
                Some(Entry::Refused(refused)) => {
                    batch.read_to(refused.row);
                    rejects.write(&refused)?;
                    imported.refused += 1;
                    batch.refused += 1;
                }
            }
            if batch.is_full() || (at_end && batch.rows > 0) {
                withholds |= !batch.withheld.is_empty();
                imported.rows += batch.rows;
                self.save(
                    database,
                    campaign,
                    &mut planner,
                    (std::mem::take(&mut batch), &misread),
                    &mut imported,
                    &mut rejects,
                )
                .await?;
                progress(imported.rows);
            }
            if at_end {
                break;
            }
        }
        // An earlier row may have the number of one that opted out, and so may other campaigns.
        if withholds {
            let applied = database.apply_opt_outs(campaign, self.now).await?;
            imported.opted_out += applied.scheduled + applied.held;
            imported.held -= applied.held.min(imported.held);
        }
        let digest = list.digest().map(|digest| digest.hex()).unwrap_or_default();
        database.importer(campaign).await?.finish(&digest, self.now).await?;
        imported.placeholders = list.placeholders().to_vec();
        imported.suppression = database.suppression_counts(campaign).await?;
        imported.elsewhere = database.shared_numbers(campaign).await?;
        imported.rejects = rejects.finish()?;
        Ok(imported)
    }

    /// Who may be called by the list, as far as it says itself and the suppression lists do, without a database: they are
    /// added to `people`, also those whose time is over, because a later end may be set. It reads files, and takes a while of a long list.
    ///
    /// # Errors
    /// If the list or a suppression list cannot be read.
    pub fn people(&self, people: &mut People) -> Result<Digest, ListError> {
        let mut left_out = HashSet::new();
        for list in self.suppress {
            list.for_each(|number| {
                left_out.insert(people.hash(number.canonical().as_str()));
                Ok::<_, ListError>(())
            })?;
        }
        let mut opted_out = HashSet::new();
        let mut list = List::open(self.list, self.list_options)?;
        while let Some(entry) = list.next().transpose()? {
            match self.allowed(entry) {
                Entry::Recipient(recipient) => {
                    let hash = people.hash(recipient.to_number.canonical().as_str());
                    if !left_out.contains(&hash) {
                        people.add_hash(hash);
                    }
                }
                Entry::OptedOut(OptedOut { to_number, .. }) => {
                    let hash = people.hash(to_number.canonical().as_str());
                    left_out.insert(hash);
                    opted_out.insert(hash);
                }
                Entry::Refused(_) => {}
            }
        }
        // An earlier row may have the number of one that opted out.
        people.remove(&opted_out);
        Ok(list.digest().unwrap_or(Digest { sha256: [0; 32], bytes: 0, rows: 0 }))
    }

    /// The row, unless its number is one that nobody asked for by name.
    fn allowed(&self, entry: Entry) -> Entry {
        let recipient = match entry {
            Entry::Recipient(recipient) => recipient,
            Entry::OptedOut(_) | Entry::Refused(_) => return entry,
        };
        match self.options.allowed.check(recipient.to_number.restricted()) {
            Ok(()) => Entry::Recipient(recipient),
            Err(refused) => {
                let Problem { problem, expected } = refused.into();
                Entry::Refused(Refused { row: recipient.row, column: None, problem, expected })
            }
        }
    }

    /// Columns that are ignored now, and from which an earlier campaign of this list recorded opt-outs.
    async fn misread(&self, database: &mut Database, campaign: CampaignId) -> Result<Misread, ImportError> {
        let mut misread = Misread::default();
        let ignored: Vec<String> = self.list_options.ignored_columns.iter().map(|it| shown(it)).collect();
        if ignored.is_empty() {
            return Ok(misread);
        }
        // A list that cannot be read is told of by what reads it.
        misread.sha256 = list_sha256(self.list).unwrap_or_default();
        misread.columns = database.opted_out_by(campaign, &misread.sha256).await?;
        misread.columns.retain(|name| is_among(name, &ignored));
        Ok(misread)
    }

    async fn save(
        &self,
        database: &mut Database,
        campaign: CampaignId,
        planner: &mut Planner,
        (batch, misread): (Batch, &Misread),
        imported: &mut Imported,
        rejects: &mut Rejects,
    ) -> Result<(), ImportError> {
        database.add_opt_outs(campaign, &batch.withheld).await?;
        let opted_out: BTreeMap<u64, &OptedOut> = batch.opted_out.iter().map(|it| (it.row, it)).collect();
        let numbers: Vec<PhoneNumber> = batch.recipients.iter().map(|it| it.to_number.clone()).collect();
        let mut suppressed = database.suppressed(campaign, &numbers).await?;
        suppressed.sort();
        if !misread.columns.is_empty() {
            let Misread { sha256, columns } = misread;
            imported.taken_back += database.take_back_opt_outs(campaign, sha256, &numbers, columns).await?;
        }
        let elsewhere = database.opted_out_elsewhere(campaign, &numbers).await?;
        let mut planned = Vec::with_capacity(batch.recipients.len());
        let mut told_elsewhere = BTreeSet::new();
        for (recipient, elsewhere) in batch.recipients.into_iter().zip(elsewhere) {
            let standing = if let Some(opted_out) = opted_out.get(&recipient.row) {
                Standing::opted_out(&opted_out.said)
            } else if suppressed.binary_search(&recipient.to_number).is_ok() {
                Standing::suppressed()
            } else if let Some(said) = elsewhere {
                told_elsewhere.insert(recipient.row);
                Standing::opted_out(&said)
            } else {
                planner.first(self.now, &recipient)
            };
            planned.push(Planned { recipient, standing });
        }
        let mut importer = database.importer(campaign).await?;
        let duplicates = importer.add(&planned, batch.refused, batch.last_row).await?;
        for Duplicate { row, first } in &duplicates {
            rejects.write(&Refused {
                row: *row,
                column: None,
                problem: format!("has the number of row {first}").into(),
                expected: "each number once; --duplicates each calls every row".into(),
            })?;
        }
        imported.duplicates += duplicates.len() as u64;
        let left_out: BTreeSet<u64> = duplicates.iter().map(|it| it.row).collect();
        for Planned { standing, recipient } in
            planned.iter().filter(|it| !left_out.contains(&it.recipient.row))
        {
            imported.accepted += 1;
            let own = opted_out.contains_key(&recipient.row);
            imported.opted_out += u64::from(own);
            let by_another = told_elsewhere.contains(&recipient.row);
            imported.opted_out_elsewhere += u64::from(by_another);
            imported.suppressed += u64::from(standing.state == State::Suppressed && !own && !by_another);
            imported.held += u64::from(standing.state == State::Held);
            imported.expired += u64::from(standing.state == State::Expired);
        }
        Ok(())
    }
}

/// Columns that are ignored now, and were obeyed when another campaign read the same list.
#[derive(Default)]
struct Misread {
    sha256: String,
    columns: Vec<String>,
}

/// Rows that are saved together.
#[derive(Default)]
struct Batch {
    recipients: Vec<NewRecipient>,
    opted_out: Vec<OptedOut>,
    withheld: Vec<Withheld>,
    bytes: usize,
    rows: u64,
    refused: u64,
    last_row: u64,
}

impl Batch {
    fn push(&mut self, recipient: NewRecipient) {
        let text = recipient.metadata.iter().map(|(name, value)| name.len() + value.len());
        self.bytes += text.sum::<usize>();
        self.recipients.push(recipient);
    }

    /// It is kept as a row that is not called, with nothing that the agent is told.
    fn opt_out(&mut self, opted_out: OptedOut) {
        self.recipients.push(NewRecipient::new(opted_out.row, opted_out.to_number.clone()));
        self.withheld.push(Withheld::from(&opted_out));
        self.opted_out.push(opted_out);
    }

    const fn is_full(&self) -> bool {
        self.recipients.len() >= BATCH || self.withheld.len() >= BATCH || self.bytes >= BATCH_BYTES
    }

    const fn read_to(&mut self, row: u64) {
        self.rows += 1;
        self.last_row = row;
    }
}

/// Puts a suppression list into a campaign, in the place of what it held before.
async fn suppress(
    database: &mut Database,
    campaign: CampaignId,
    list: &SuppressionList,
) -> Result<(), ImportError> {
    // Read whole before anything is replaced: a list that cannot be read leaves the old one in force.
    let Whole { numbers, passed, .. } = whole(list.clone()).await?;
    if numbers.is_empty() && !list.allows_empty() {
        return Err(list.empty().into());
    }
    let source = list.path().display().to_string();
    let suppressing = database.replace_suppressions(campaign, source.clone()).await?;
    let count = put(suppressing, &numbers).await?;
    database.accept_suppressions(campaign, &source, count).await?;
    Ok(database.keep_passed(campaign, &source, passed).await?)
}

/// Adds all numbers; tells how many are known of the list then.
pub(super) async fn put(
    mut suppressing: Suppressing<'_>,
    numbers: &[PhoneNumber],
) -> Result<u64, StoreError> {
    for some in numbers.chunks(BATCH) {
        suppressing.add(some).await?;
    }
    suppressing.finish().await
}

/// Digest of a list, and its numbers.
pub(super) struct Whole {
    pub(super) fingerprint: Fingerprint,
    /// All of its numbers, each once.
    pub(super) numbers: Vec<PhoneNumber>,
    /// Rows that were passed over, and why.
    pub(super) passed: Option<String>,
}

/// Reads a list where a long one keeps no call from being followed.
pub(super) async fn whole(list: SuppressionList) -> Result<Whole, ListError> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut numbers = Vec::new();
        let (fingerprint, passed) = list.for_each_but(|number| {
            numbers.push(number);
            Ok::<_, ListError>(())
        })?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Whole { fingerprint, numbers, passed: passed.told() })
    });
    match reading.await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(read) => read,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The runtime is shutting down.
        Err(Err(_)) => std::future::pending().await,
    }
}
