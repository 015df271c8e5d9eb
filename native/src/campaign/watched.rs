//! A store whose suppression lists are files that may change while a campaign runs.

use std::time::{Duration, Instant};

use polyai_outbound_core::campaign::{Obstacle, Refusal, State, Turn, Turned};

use super::import::{Whole, put, whole};
use super::{
    CampaignId, Database, Fingerprint, ListError, SqliteStore, Store, StoreError, SuppressionBlock,
    SuppressionCount, SuppressionList,
};

/// How long a list has to be as it is before it is believed that numbers are gone from it: programs that write a file in
/// place empty it first, and fill it again piece by piece.
const STILL: Duration = Duration::from_secs(5);

/// Keeps a campaign's suppression lists up to date: before every intent to call, files that changed are read again.
///
/// A number that comes on a list counts at once. One that is gone from it may be called when the file has not changed for
/// some seconds and was read again. A list that lost more than a tenth of its numbers, or all, blocks: nobody is called until
/// it is whole again or a person [accepts](Database::accept_suppressions) it as it is. What a list held is kept with the
/// campaign, so that a new run does not take a list that was cut short for whole.
///
/// A list that cannot be read blocks, too, for a number that we cannot read is one that we would dial; and so does one that
/// never held a number, unless it [may be empty](SuppressionList::may_be_empty). What is known of calls in flight is saved
/// all the same.
pub struct WatchedStore {
    store: SqliteStore,
    database: Database,
    campaign: CampaignId,
    lists: Vec<Watched>,
    still: Duration,
}

/// A list, and what is known of its file.
struct Watched {
    list: SuppressionList,
    read: Option<Read>,
    /// The command with which a shorter list is accepted.
    resume: Option<String>,
    /// Reason for blocking that the database holds; `None` before that was read.
    kept: Option<Option<SuppressionBlock>>,
}

/// Why nobody may be called.
enum Stop {
    List { error: ListError, shrunk: Option<(u64, u64)> },
    Store(StoreError),
}

impl From<ListError> for Stop {
    fn from(error: ListError) -> Self {
        Self::List { error, shrunk: None }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The file as it was read last.
struct Read {
    fingerprint: Fingerprint,
    /// When it was first seen like that.
    since: Instant,
    numbers: u64,
    /// True if it had been still for long enough when it was read, so that what is gone from it is gone.
    settled: bool,
}

impl WatchedStore {
    /// The campaign's store with these lists; they are read at the first turn.
    ///
    /// # Errors
    /// If the database cannot be opened any more.
    pub async fn new(
        database: Database,
        campaign: CampaignId,
        lists: Vec<SuppressionList>,
    ) -> Result<Self, StoreError> {
        let store = database.store(campaign).await?;
        let lists =
            lists.into_iter().map(|list| Watched { list, read: None, resume: None, kept: None }).collect();
        Ok(Self { store, database, campaign, lists, still: STILL })
    }

    /// Tells the command with which a person accepts a list that has lost numbers, for what is said of one.
    pub fn set_resume_command(&mut self, command: impl Fn(&std::path::Path) -> String) {
        for watched in &mut self.lists {
            watched.resume = Some(command(watched.list.path()));
        }
    }

    /// How long a file has to be still.
    #[doc(hidden)]
    pub const fn set_still(&mut self, still: Duration) {
        self.still = still;
    }

    /// The lists in figures, as they are now; one that cannot be read, as it was when it could.
    ///
    /// # Errors
    /// If the database cannot be read or written.
    pub async fn counts(&mut self) -> Result<Vec<SuppressionCount>, StoreError> {
        match self.refresh().await {
            Err(Stop::Store(error)) => return Err(error),
            // It is told at the first turn.
            Ok(()) | Err(Stop::List { .. }) => {}
        }
        self.database.suppression_counts(self.campaign).await
    }

    async fn refresh(&mut self) -> Result<(), Stop> {
        let mut stop = None;
        for watched in &mut self.lists {
            let read = watched.refresh(&mut self.database, self.campaign, self.still).await;
            watched.keep(&mut self.database, self.campaign, &read).await?;
            match read {
                Err(Stop::Store(error)) => return Err(error.into()),
                Ok(()) => {}
                // Numbers that came on another list count all the same.
                Err(blocked) => stop = stop.or(Some(blocked)),
            }
        }
        stop.map_or(Ok(()), Err)
    }
}

impl Watched {
    /// Brings what is known of the list up to date; an error if nobody may be called by it.
    async fn refresh(
        &mut self,
        database: &mut Database,
        campaign: CampaignId,
        still: Duration,
    ) -> Result<(), Stop> {
        let source = self.list.path().display().to_string();
        let resume = self.resume.clone();
        let judge = async |list: &SuppressionList, database: &mut Database, numbers: u64| {
            judge(list, &source, database, campaign, numbers, resume.as_deref()).await
        };
        let now = self.list.fingerprint()?;
        let known = self.read.take().filter(|read| read.fingerprint == now);
        let mut was_still = None;
        if let Some(read) = known {
            let (numbers, since, settled) = (read.numbers, read.since, read.settled);
            // What is no file, as a pipe, cannot be read again: nothing is ever gone from it.
            let stays = settled || since.elapsed() < still || !self.list.is_file();
            self.read = Some(read);
            if !settled {
                judge(&self.list, database, numbers).await?;
            }
            if stays {
                return Ok(());
            }
            was_still = Some((now, since));
        }
        let Whole { fingerprint, numbers, passed } = whole(self.list.clone()).await?;
        put(database.add_suppressions(campaign, source.clone()).await?, &numbers).await?;
        let was_still = was_still.filter(|(before, _)| *before == fingerprint);
        let since = was_still.as_ref().map_or_else(Instant::now, |(_, since)| *since);
        let count = numbers.len() as u64;
        let read = self.read.insert(Read { fingerprint, since, numbers: count, settled: false });
        judge(&self.list, database, count).await?;
        database.keep_passed(campaign, &source, passed).await?;
        if was_still.is_some() {
            put(database.replace_suppressions(campaign, source).await?, &numbers).await?;
            read.settled = true;
        }
        Ok(())
    }

    /// Keeps whether it blocks, and why, for those who ask how the campaign stands.
    async fn keep(
        &mut self,
        database: &mut Database,
        campaign: CampaignId,
        read: &Result<(), Stop>,
    ) -> Result<(), StoreError> {
        let file = self.list.path().display().to_string();
        let block = match read {
            Ok(()) => None,
            Err(Stop::List { error, shrunk }) => {
                Some(SuppressionBlock { file: file.clone(), why: error.to_string(), shrunk: *shrunk })
            }
            Err(Stop::Store(_)) => return Ok(()),
        };
        if self.kept.as_ref() == Some(&block) {
            return Ok(());
        }
        match &block {
            Some(block) => database.block_suppression(campaign, block).await?,
            None => database.unblock_suppression(campaign, &file).await?,
        }
        self.kept = Some(block);
        Ok(())
    }
}

/// Checks that a list may be believed that holds so many numbers: it may have been cut short. If it may, that is kept.
async fn judge(
    list: &SuppressionList,
    source: &str,
    database: &mut Database,
    campaign: CampaignId,
    numbers: u64,
    resume: Option<&str>,
) -> Result<(), Stop> {
    let most = database.most_suppressions(campaign, source).await?;
    match most {
        None if numbers == 0 && !list.allows_empty() => return Err(list.empty().into()),
        Some(most) if is_cut_short(numbers, most) => {
            let error = list.cut_short(numbers, most, resume);
            return Err(Stop::List { error, shrunk: Some((numbers, most)) });
        }
        None | Some(_) => {}
    }
    if most.is_none_or(|most| most < numbers) {
        database.hold_suppressions(campaign, source, numbers).await?;
    }
    Ok(())
}

/// Returns true if it lost more than a tenth, or all.
const fn is_cut_short(numbers: u64, most: u64) -> bool {
    let lost = most.saturating_sub(numbers);
    lost > most / 10 || (most > 0 && numbers == 0)
}

impl Store for WatchedStore {
    async fn turn(&mut self, turn: &Turn) -> Result<Turned, StoreError> {
        let why = match self.refresh().await {
            Ok(()) => return self.store.turn(turn).await,
            Err(Stop::List { error, .. }) => error.to_string(),
            Err(Stop::Store(error)) => error.to_string(),
        };
        let (intents, changes): (Vec<_>, Vec<_>) =
            turn.changes.iter().cloned().partition(|change| change.state == State::Dialing);
        let mut turned = self.store.turn(&Turn { changes, ..turn.clone() }).await?;
        turned
            .refused
            .extend(intents.iter().map(|change| Refusal { id: change.id, obstacle: Obstacle::NotScheduled }));
        turned.blocked = Some(why);
        Ok(turned)
    }

    async fn close(&mut self) -> Result<(), StoreError> {
        self.store.close().await
    }
}
