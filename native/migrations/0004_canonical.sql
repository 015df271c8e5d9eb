-- Some numbers can be written in several forms (with or without Argentina's 9, Italy's 0, …). They are compared by
-- `canonical`, which is the number itself unless `canonical_form` says otherwise; what is dialed is `to_number`. The
-- numbers of a suppression list are kept in that form. Rows that were there before get theirs by the program that opens
-- the file, in the same transaction: only it knows the rules.

ALTER TABLE recipients ADD COLUMN canonical_form TEXT;
ALTER TABLE recipients ADD COLUMN canonical TEXT GENERATED ALWAYS AS (coalesce(canonical_form, to_number)) VIRTUAL;
DROP INDEX recipients_by_number;
CREATE INDEX recipients_by_canonical ON recipients (campaign_id, canonical, row);

ALTER TABLE attempts ADD COLUMN canonical_form TEXT;
ALTER TABLE attempts ADD COLUMN canonical TEXT GENERATED ALWAYS AS (coalesce(canonical_form, to_number)) VIRTUAL;
DROP INDEX attempts_by_number;
CREATE INDEX attempts_by_canonical ON attempts (canonical, dialed_at);
