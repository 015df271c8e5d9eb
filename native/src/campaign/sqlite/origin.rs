//! What a database and its campaigns are known by, wherever the file lies: its id, how many calls it knows of, the token that
//! a campaign was begun with, and whether it is a backup.

use std::path::Path;

use sqlx::{Connection, SqliteConnection};

use super::connect::{failed, from_io};
use super::rows::millis;
use super::{CampaignId, Database, Link};
use crate::campaign::index::{keyed, random_key};
use crate::campaign::{Origin, StoreError, StoreErrorKind};
use polyai_outbound_core::campaign::Turn;
use polyai_outbound_core::{Credential, Timestamp};

impl Database {
    /// What a campaign is known by outside of its database, and how many intents to call were ever saved of it. Nothing of
    /// one whose list is not in it yet.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn origin(&mut self, campaign: CampaignId) -> Result<Option<(Origin, u64)>, StoreError> {
        let query = sqlx::query(
            "SELECT database_id, source_sha256, intents FROM identity CROSS JOIN campaigns
             WHERE id = ?1 AND source_sha256 IS NOT NULL",
        );
        let found = self.ask(query.bind(campaign.0), |columns| {
            let (database_id, list) = (columns.plain()?, columns.plain()?);
            Ok((Origin { database_id, campaign, list }, columns.number()?))
        });
        Ok(found.await?.into_iter().next())
    }

    /// Time at which this copy was made, if it is a [`backup`](Self::backup) that was not [renewed](Self::renew).
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn backup_at(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query("SELECT backup_at FROM identity");
        Ok(self.ask(query, |columns| columns.moment()).await?.into_iter().next().flatten())
    }

    /// Makes a database of its own of what is a copy or a backup: nothing that is known of another one is about it any more.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn renew(&mut self) -> Result<(), StoreError> {
        let mut connection = self.link.take().await?;
        sqlx::query("UPDATE identity SET database_id = lower(hex(randomblob(16))), backup_at = NULL")
            .execute(&mut connection)
            .await
            .map_err(|error| failed(self.link.path(), &error))?;
        self.link.put(connection);
        Ok(())
    }

    /// Takes it for the database that this is a backup of, because nothing has happened there since.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn accept_backup(&mut self) -> Result<(), StoreError> {
        let mut connection = self.link.take().await?;
        sqlx::query("UPDATE identity SET backup_at = NULL")
            .execute(&mut connection)
            .await
            .map_err(|error| failed(self.link.path(), &error))?;
        self.link.put(connection);
        Ok(())
    }

    /// Writes a copy of it, with all that is saved until now, to a file that is not there yet; also while a campaign runs. The
    /// copy is marked as one: see [`backup_at`](Self::backup_at).
    ///
    /// # Errors
    /// If there is such a file, it cannot be written, or the database cannot be read.
    pub async fn backup(&mut self, to: &Path, now: Timestamp) -> Result<(), StoreError> {
        let part = {
            let mut name = to.as_os_str().to_owned();
            name.push(format!(".{}.part", std::process::id()));
            std::path::PathBuf::from(name)
        };
        let made = self.write_backup(&part, to, now).await;
        if made.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        made
    }

    async fn write_backup(&mut self, part: &Path, to: &Path, now: Timestamp) -> Result<(), StoreError> {
        let there = || {
            StoreError::new(StoreErrorKind::Other, to, "there is a file of that name")
                .advise("give the name of a file that is not there yet")
        };
        if to.symlink_metadata().is_ok() {
            return Err(there());
        }
        let text = part.to_str().ok_or_else(|| {
            StoreError::new(StoreErrorKind::Other, to, "its path is not Unicode").advise("give another path")
        })?;
        // SQLite writes into a file that is there and empty: so it is private from its beginning.
        super::connect::create_file(part).map_err(|error| from_io(part, &error))?;
        let mut connection = self.link.take().await?;
        let written = sqlx::query("VACUUM INTO ?1").bind(text).execute(&mut connection).await;
        written.map_err(|error| failed(to, &error))?;
        self.link.put(connection);
        mark_backup(part, now).await?;
        std::fs::File::open(part).and_then(|file| file.sync_all()).map_err(|error| from_io(to, &error))?;
        // Unlike a rename, this replaces nothing that was put there meanwhile; where there are no links, the rename has to do.
        match std::fs::hard_link(part, to) {
            Ok(()) => std::fs::remove_file(part),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Err(there()),
            Err(_) => std::fs::rename(part, to),
        }
        .map_err(|error| from_io(to, &error))?;
        super::connect::sync_folder(to).map_err(|error| from_io(to, &error))
    }

    /// Keeps a fingerprint of the token that a campaign is run with. Not if there is one of another token, by which somebody
    /// was called, unless `replace` says that another is wanted: that is kept once the service has placed a call that was
    /// triggered by it at `now` or later, by a [store](Self::store) made after this, and until then the first one stays.
    /// Returns false if the token is another one, and `replace` does not say that it is wanted.
    ///
    /// # Errors
    /// If the database cannot be read or written.
    pub async fn check_token(
        &mut self,
        campaign: CampaignId,
        token: &Credential,
        replace: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let fail = |error: sqlx::Error| failed(path, &error);
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        let kept: Option<(Option<String>, Option<String>)> =
            sqlx::query_as("SELECT token_key, token_fingerprint FROM campaigns WHERE id = ?1")
                .bind(campaign.0)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(fail)?;
        let kept = kept.and_then(|(key, fingerprint)| key.zip(fingerprint));
        let is_the_same = kept.is_none_or(|(key, fingerprint)| keyed(&key, &[token.expose()]) == fingerprint);
        let key = random_key().map_err(|error| from_io(path, &error))?;
        let binding = TokenBinding { campaign, fingerprint: keyed(&key, &[token.expose()]), key, since: now };
        // One by which nobody was called, because it was wrong, binds to nothing.
        let waits = !is_the_same && has_called(&mut transaction, campaign).await.map_err(fail)?;
        if !waits {
            binding.save(&mut transaction).await.map_err(fail)?;
        }
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        self.token = (waits && replace).then_some(binding);
        Ok(!waits || replace)
    }
}

/// A token's fingerprint that is to be kept with a campaign.
#[derive(Clone, Debug)]
pub(super) struct TokenBinding {
    campaign: CampaignId,
    key: String,
    fingerprint: String,
    since: Timestamp,
}

impl TokenBinding {
    /// True if the service placed a call by that token: a typing mistake binds nothing.
    pub(super) fn is_proven(&self, turn: &Turn) -> bool {
        let mut attempts = turn.changes.iter().filter_map(|change| change.attempt.as_ref());
        attempts.any(|attempt| attempt.placed_at.is_some() && attempt.dialed_at >= self.since)
    }

    pub(super) async fn save(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE campaigns SET token_key = ?2, token_fingerprint = ?3 WHERE id = ?1")
            .bind(self.campaign.0)
            .bind(&self.key)
            .bind(&self.fingerprint)
            .execute(connection)
            .await
            .map(drop)
    }
}

/// Returns true if somebody was called by the campaign, or may have been.
async fn has_called(connection: &mut SqliteConnection, campaign: CampaignId) -> Result<bool, sqlx::Error> {
    let called =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM recipients WHERE campaign_id = ?1 AND dials > 0)");
    called.bind(campaign.0).fetch_one(connection).await
}

/// Says in a copy that it is one, and that it needs no log.
async fn mark_backup(copy: &Path, now: Timestamp) -> Result<(), StoreError> {
    let mut connection = Link::plain(copy).await?;
    let fail = |error: sqlx::Error| failed(copy, &error);
    sqlx::query("UPDATE identity SET running = 0, backup_at = ?1")
        .bind(millis(now))
        .execute(&mut connection)
        .await
        .map_err(fail)?;
    connection.close().await.map_err(fail)
}
