-- Numbers that the lists themselves say must not be called: each holds for every campaign of the file, if it is certain, and
-- else for the campaign of the list that leaves it open.
CREATE TABLE opt_outs (
    to_number TEXT NOT NULL, -- in the form by which numbers are compared
    campaign_id INTEGER NOT NULL, -- whose list says so; less than 0 if that is a campaign of another file
    list TEXT NOT NULL, -- its file
    row INTEGER NOT NULL, -- the line of it
    said TEXT NOT NULL, -- DoNotCall=1; or why it is not certain
    certain INTEGER NOT NULL,
    PRIMARY KEY (to_number, campaign_id, row)
) STRICT, WITHOUT ROWID;

-- They were kept among the suppression lists, as `the list itself: DoNotCall=1 in row 7`, for the campaign alone.
INSERT INTO opt_outs (to_number, campaign_id, list, row, said, certain)
SELECT s.to_number, s.campaign_id, c.source_file, CAST(substr(s.source, length(rtrim(s.source, '0123456789')) + 1) AS INTEGER),
    substr(rtrim(s.source, '0123456789'), 18, length(rtrim(s.source, '0123456789')) - 17 - length(' in row ')), 1
FROM suppressions AS s JOIN campaigns AS c ON c.id = s.campaign_id
WHERE substr(s.source, 1, 17) = 'the list itself: ' ON CONFLICT DO NOTHING;
DELETE FROM suppressions WHERE substr(source, 1, 17) = 'the list itself: ';
