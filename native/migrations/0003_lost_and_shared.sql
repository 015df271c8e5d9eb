-- Calls whose end was lost are read again: `due_at` of one that is `status_lost` says from when on, if that is to be done.
CREATE INDEX recipients_lost ON recipients (campaign_id, due_at, id) WHERE state = 'status_lost' AND due_at IS NOT NULL;

-- A call SID is one call's: that no other attempt has it is looked up whenever one is saved.
CREATE INDEX attempts_by_call_sid ON attempts (call_sid) WHERE call_sid IS NOT NULL;
