//! A store whose suppression lists are files that may change while a campaign runs.

use polyai_outbound_core::campaign::{Obstacle, Refusal, State, Turn, Turned};

use super::import::suppress;
use super::{
    CampaignId, Database, Fingerprint, ImportError, SqliteStore, Store, StoreError, SuppressionList,
};

/// Keeps a campaign's suppression lists up to date: before every intent to call, files that changed are read again.
///
/// A list that cannot be read blocks: nobody is called until it can, for a number that we cannot read is one that we would
/// dial. What is known of calls in flight is saved all the same.
pub struct WatchedStore {
    store: SqliteStore,
    database: Database,
    campaign: CampaignId,
    lists: Vec<(SuppressionList, Option<Fingerprint>)>,
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
        Ok(Self { store, database, campaign, lists: lists.into_iter().map(|list| (list, None)).collect() })
    }

    async fn refresh(&mut self) -> Result<(), ImportError> {
        for (list, known) in &mut self.lists {
            if known.is_none() || *known != Some(list.fingerprint()?) {
                *known = None;
                *known = Some(suppress(&mut self.database, self.campaign, list).await?);
            }
        }
        Ok(())
    }
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
}
