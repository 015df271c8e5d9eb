-- Campaigns, their recipients and what became of each. Columns `*_at` and `not_*` are milliseconds since 1970, UTC;
-- the views at the end show them as text. No credential is ever in here.

PRAGMA application_id = 1347371587; -- "POBC": no other SQLite file is taken for one of these

CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    options TEXT NOT NULL CHECK (json_valid(options)),
    service TEXT NOT NULL, -- base URL and API
    source_file TEXT NOT NULL,
    source_size INTEGER NOT NULL,
    source_modified_at INTEGER,
    source_sha256 TEXT, -- known when all of it was read
    duplicates TEXT NOT NULL CHECK (duplicates IN ('first', 'each', 'reject')),
    import_state TEXT NOT NULL DEFAULT 'importing' CHECK (import_state IN ('importing', 'complete')),
    imported_lines INTEGER NOT NULL DEFAULT 0, -- of the source, those that are dealt with
    imported_rows INTEGER NOT NULL DEFAULT 0, -- that became recipients
    refused_rows INTEGER NOT NULL DEFAULT 0, -- that are no recipients
    duplicate_rows INTEGER NOT NULL DEFAULT 0, -- that were left out, because their number came before
    command TEXT NOT NULL DEFAULT 'run' CHECK (command IN ('run', 'pause', 'cancel')),
    command_at INTEGER,
    command_by TEXT,
    runner_pid INTEGER, -- the last one; whether it still runs is told by the lock beside the database
    runner_host TEXT,
    runner_started_at INTEGER
) STRICT;

CREATE TABLE recipients (
    id INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
    row INTEGER NOT NULL, -- the line of the source
    to_number TEXT NOT NULL,
    external_id TEXT,
    metadata TEXT NOT NULL, -- a JSON object
    time_zone TEXT,
    not_before INTEGER,
    not_after INTEGER,
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9), -- 9 first
    state TEXT NOT NULL CHECK (state IN (
        'scheduled', 'held', 'dialing', 'in_progress', 'succeeded', 'failed', 'unconfirmed', 'status_lost',
        'rejected', 'suppressed', 'expired', 'cancelled')),
    due_at INTEGER CHECK (due_at IS NOT NULL OR state <> 'scheduled'),
    wait TEXT, -- the rule by which it is not called before `due_at`, or not at all
    reason TEXT NOT NULL, -- why it is in its state
    attempts INTEGER NOT NULL DEFAULT 0,
    dials INTEGER NOT NULL DEFAULT 0, -- attempts that rang, or may have
    refusals INTEGER NOT NULL DEFAULT 0, -- attempts in a row, up to now, that the service says it failed to place
    redials TEXT, -- JSON: how often each redial rule was used
    updated_at INTEGER NOT NULL
) STRICT;

-- Who is next: read from its beginning, one priority after the other, so that the cost is that of what is read.
CREATE INDEX recipients_due ON recipients (campaign_id, priority, due_at, id, wait) WHERE state = 'scheduled';
CREATE INDEX recipients_by_state ON recipients (campaign_id, state);
CREATE INDEX recipients_by_number ON recipients (campaign_id, to_number, row);
CREATE UNIQUE INDEX recipients_by_row ON recipients (campaign_id, row);
CREATE INDEX recipients_by_external_id ON recipients (campaign_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE attempts (
    recipient_id INTEGER NOT NULL REFERENCES recipients (id),
    number INTEGER NOT NULL, -- from 1
    to_number TEXT NOT NULL,
    dialed_at INTEGER NOT NULL, -- when the intent was saved, before the request left
    outcome TEXT NOT NULL CHECK (outcome IN (
        'dialing', 'not_placed', 'in_progress', 'success', 'failure', 'unknown', 'lost')),
    call_sid TEXT,
    placed_at INTEGER,
    seen_at INTEGER, -- when the status endpoint last knew it
    status TEXT,
    status_reason TEXT,
    ended_at INTEGER,
    disposition TEXT,
    error TEXT,
    correlation_id TEXT,
    PRIMARY KEY (recipient_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_by_number ON attempts (to_number, dialed_at);

CREATE TABLE status_changes (
    recipient_id INTEGER NOT NULL REFERENCES recipients (id),
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    correlation_id TEXT,
    PRIMARY KEY (recipient_id, attempt, at, status, reason)
) STRICT, WITHOUT ROWID;

-- What nothing else tells: why a recipient was put off, and what people decided about it.
CREATE TABLE notes (
    recipient_id INTEGER NOT NULL REFERENCES recipients (id),
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (recipient_id, at, by, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE suppressions (
    campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
    to_number TEXT NOT NULL,
    source TEXT NOT NULL, -- the list that it is on
    PRIMARY KEY (campaign_id, to_number, source)
) STRICT, WITHOUT ROWID;

CREATE VIEW recipients_readable AS
SELECT
    campaigns.name AS campaign, recipients.row, recipients.to_number, recipients.external_id, recipients.state, recipients.reason,
    recipients.wait,
    strftime('%Y-%m-%dT%H:%M:%fZ', recipients.due_at / 1000.0, 'unixepoch') AS due,
    recipients.priority, recipients.time_zone, recipients.attempts, recipients.dials,
    strftime('%Y-%m-%dT%H:%M:%fZ', recipients.updated_at / 1000.0, 'unixepoch') AS updated
FROM recipients JOIN campaigns ON campaigns.id = recipients.campaign_id;

CREATE VIEW calls AS
SELECT
    campaigns.name AS campaign, recipients.row, attempts.number AS attempt, attempts.to_number,
    strftime('%Y-%m-%dT%H:%M:%fZ', attempts.dialed_at / 1000.0, 'unixepoch') AS dialed,
    attempts.outcome, attempts.disposition, attempts.status, attempts.status_reason, attempts.error, attempts.call_sid,
    strftime('%Y-%m-%dT%H:%M:%fZ', attempts.placed_at / 1000.0, 'unixepoch') AS placed,
    strftime('%Y-%m-%dT%H:%M:%fZ', attempts.ended_at / 1000.0, 'unixepoch') AS ended,
    attempts.correlation_id
FROM attempts
JOIN recipients ON recipients.id = attempts.recipient_id
JOIN campaigns ON campaigns.id = recipients.campaign_id;
