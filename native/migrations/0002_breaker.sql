-- What stops a campaign while the service fails for everybody, and which triggers may have reached a server.

ALTER TABLE campaigns ADD COLUMN breaker TEXT CHECK (breaker IS NULL OR json_valid(breaker));

-- Whether its trigger may have reached a server, whatever was answered.
ALTER TABLE attempts ADD COLUMN sent INTEGER NOT NULL DEFAULT 1 CHECK (sent IN (0, 1));

UPDATE attempts SET sent = 0
WHERE outcome = 'not_placed' AND (error IS NULL OR error IN ('not_connected', 'invalid_input'));
