-- Every table has a primary key, and it begins with the organisation where it holds tenants' data. `tag` keeps the number of
-- its row, by which SQLite gives each tag a number.
CREATE TABLE host_tag_keyed (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    tag INTEGER NOT NULL,
    PRIMARY KEY (org_id, host_id, tag)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO host_tag_keyed (org_id, host_id, tag) SELECT org_id, host_id, tag FROM host_tag;
DROP TABLE host_tag;
ALTER TABLE host_tag_keyed RENAME TO host_tag;
CREATE INDEX host_tag_tag ON host_tag (org_id, tag);
CREATE UNIQUE INDEX tag_number ON tag (org_id, tag);
CREATE TABLE log_position_keyed (
    follower TEXT NOT NULL,
    org_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (org_id, follower)
) STRICT, WITHOUT ROWID;
INSERT INTO log_position_keyed (follower, org_id, seq) SELECT follower, org_id, seq FROM log_position;
DROP TABLE log_position;
ALTER TABLE log_position_keyed RENAME TO log_position;

-- Notifications are published by a follower of their own: it has come as far as the one that published both.
INSERT INTO log_position (follower, org_id, seq) SELECT 'notifications', org_id, seq FROM log_position WHERE follower = 'events';

-- When each follower of the log last gave a sign of life: one that no longer runs holds nothing back.
CREATE TABLE log_follower (
    follower TEXT NOT NULL PRIMARY KEY,
    seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO log_follower (follower, seen)
    SELECT DISTINCT follower, CAST(strftime('%s', 'now') AS INTEGER) * 1000000 FROM log_position;

-- How far a consumer group has come in each partition: `next` is one past the last message of which something was stored,
-- `was` what it was before, `resume` is where a consumer begins again, before which everything is done that follows from the messages.
ALTER TABLE source_mark RENAME TO consumer_offset;
ALTER TABLE consumer_offset RENAME COLUMN follower TO consumer_group;
ALTER TABLE consumer_offset RENAME COLUMN part TO topic_partition;
ALTER TABLE consumer_offset ADD COLUMN resume INTEGER NOT NULL DEFAULT 0;
UPDATE consumer_offset SET resume = next;
