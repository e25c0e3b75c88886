-- The settings by which the hosts of an organisation age, in seconds, where it has its own: all of these, or none. They stand
-- beside the clock, which every question and every writer reads.
ALTER TABLE org ADD COLUMN staleness_id BLOB;
ALTER TABLE org ADD COLUMN time_to_stale INTEGER;
ALTER TABLE org ADD COLUMN time_to_stale_warning INTEGER;
ALTER TABLE org ADD COLUMN time_to_delete INTEGER;
ALTER TABLE org ADD COLUMN staleness_created INTEGER;
ALTER TABLE org ADD COLUMN staleness_updated INTEGER;
