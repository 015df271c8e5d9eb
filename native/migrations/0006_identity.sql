-- What tells a database from its copies, and one that has its log beside it from one that lost it.

CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    database_id TEXT NOT NULL, -- random; copies have it too
    running INTEGER NOT NULL DEFAULT 0 CHECK (running IN (0, 1)), -- calls may be in the log that are not in the file
    backup_at INTEGER -- when this copy was made, if `outbound campaign backup` made it and nobody has run it yet
) STRICT;

INSERT INTO identity (one, database_id) VALUES (1, lower(hex(randomblob(16))));

-- How many intents to call were ever saved: a copy that is older has fewer.
ALTER TABLE campaigns ADD COLUMN intents INTEGER NOT NULL DEFAULT 0;

-- A fingerprint of the token that it was begun with, under a key of its own; never the token.
ALTER TABLE campaigns ADD COLUMN token_key TEXT;
ALTER TABLE campaigns ADD COLUMN token_fingerprint TEXT;
