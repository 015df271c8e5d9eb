//! A store whose suppression lists are files that may change while a campaign runs.

use std::time::{Duration, Instant};

use polyai_outbound_core::campaign::{Obstacle, Refusal, State, Turn, Turned};

use super::import::{put, whole};
use super::{
    CampaignId, Database, Fingerprint, ImportError, SqliteStore, Store, StoreError, SuppressionCount,
    SuppressionList,
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
        let lists = lists.into_iter().map(|list| Watched { list, read: None }).collect();
        Ok(Self { store, database, campaign, lists, still: STILL })
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
            Err(ImportError::Store(error)) => return Err(error),
            // It is told at the first turn.
            Ok(()) | Err(ImportError::List(_)) => {}
        }
        self.database.suppression_counts(self.campaign).await
    }

    async fn refresh(&mut self) -> Result<(), ImportError> {
        for watched in &mut self.lists {
            watched.refresh(&mut self.database, self.campaign, self.still).await?;
        }
        Ok(())
    }
}

impl Watched {
    /// Brings what is known of the list up to date; an error if nobody may be called by it.
    async fn refresh(
        &mut self,
        database: &mut Database,
        campaign: CampaignId,
        still: Duration,
    ) -> Result<(), ImportError> {
        let source = self.list.path().display().to_string();
        let now = self.list.fingerprint()?;
        let known = self.read.take().filter(|read| read.fingerprint == now);
        let mut was_still = None;
        if let Some(read) = known {
            let (numbers, since, settled) = (read.numbers, read.since, read.settled);
            // What is no file, as a pipe, cannot be read again: nothing is ever gone from it.
            let stays = settled || since.elapsed() < still || !self.list.is_file();
            self.read = Some(read);
            if !settled {
                judge(&self.list, &source, database, campaign, numbers).await?;
            }
            if stays {
                return Ok(());
            }
            was_still = Some((now, since));
        }
        let (fingerprint, numbers) = whole(self.list.clone()).await?;
        put(database.add_suppressions(campaign, source.clone()).await?, &numbers).await?;
        let was_still = was_still.filter(|(before, _)| *before == fingerprint);
        let since = was_still.as_ref().map_or_else(Instant::now, |(_, since)| *since);
        let count = numbers.len() as u64;
        let read = self.read.insert(Read { fingerprint, since, numbers: count, settled: false });
        judge(&self.list, &source, database, campaign, count).await?;
        if was_still.is_some() {
            put(database.replace_suppressions(campaign, source).await?, &numbers).await?;
            read.settled = true;
        }
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
) -> Result<(), ImportError> {
    let most = database.most_suppressions(campaign, source).await?;
    match most {
        None if numbers == 0 && !list.allows_empty() => return Err(list.empty().into()),
        Some(most) if is_cut_short(numbers, most) => return Err(list.cut_short(numbers, most).into()),
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
            Err(ImportError::List(error)) => error.to_string(),
            Err(ImportError::Store(error)) => error.to_string(),
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
