-- Zones of the state or province that the row has, with commas between: all of them have to be within a window as well,
-- unless there is a `time_zone`.
ALTER TABLE recipients ADD COLUMN also_in TEXT;
