-- An attempt that is dated ahead, because the clock was set back since, counts from when that was found, until its date has
-- come: nobody knows how long before it rang.
ALTER TABLE attempts ADD COLUMN recounted_at INTEGER;
-- Those are found at the end of this.
CREATE INDEX attempts_counted ON attempts (coalesce(recounted_at, dialed_at));
