-- How many numbers a suppression list held when it was believed last: one that has shrunk since then may be half written.
CREATE TABLE suppression_lists (
    campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
    source TEXT NOT NULL, -- the list
    numbers INTEGER NOT NULL, -- the most that it held since it was imported, or since a person accepted a shorter one
    UNIQUE (campaign_id, source)
) STRICT;

INSERT INTO suppression_lists (campaign_id, source, numbers)
SELECT campaign_id, source, count(*) FROM suppressions GROUP BY campaign_id, source;
