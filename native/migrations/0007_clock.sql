-- `updated_at` is when a recipient's time was decided: what was decided by a clock that has been set back since is found by
-- it, and decided again.
CREATE INDEX recipients_decided ON recipients (campaign_id, updated_at) WHERE state IN ('scheduled', 'expired');
