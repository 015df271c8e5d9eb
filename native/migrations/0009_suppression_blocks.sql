-- Why nobody is called by a suppression list, as the run said it last. A list that blocks nothing has none.
CREATE TABLE suppression_blocks (
    campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
    source TEXT NOT NULL, -- the list
    why TEXT NOT NULL,
    numbers INTEGER, -- how many it holds, if it has lost numbers,
    before INTEGER, -- and how many it held
    UNIQUE (campaign_id, source)
) STRICT;

-- What was passed over when the list was read: rows without a number, numbers in an old form.
ALTER TABLE suppression_lists ADD COLUMN passed TEXT;
