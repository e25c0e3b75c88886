-- Every table has a primary key, and it begins with the organisation where it holds tenants' data: without one, logical
-- replication refuses every change, and a distributed database cannot place the rows.
DELETE FROM host_tag a USING host_tag b
    WHERE a.org_id = b.org_id AND a.host_id = b.host_id AND a.tag = b.tag AND a.ctid > b.ctid;
ALTER TABLE host_tag ADD PRIMARY KEY (org_id, host_id, tag);
DROP INDEX host_tag_host;
ALTER TABLE tag DROP CONSTRAINT tag_pkey;
DROP INDEX tag_digest;
ALTER TABLE tag ADD CONSTRAINT tag_digest PRIMARY KEY (org_id, digest);
CREATE UNIQUE INDEX tag_number ON tag (org_id, tag);
ALTER TABLE log_position DROP CONSTRAINT log_position_pkey;
ALTER TABLE log_position ADD PRIMARY KEY (org_id, follower);

-- Notifications are published by a follower of their own: it has come as far as the one that published both.
INSERT INTO log_position (follower, org_id, seq) SELECT 'notifications', org_id, seq FROM log_position WHERE follower = 'events';

-- When each follower of the log last gave a sign of life: one that no longer runs holds nothing back.
CREATE TABLE log_follower (
    follower TEXT COLLATE "C" PRIMARY KEY,
    seen BIGINT NOT NULL
);
INSERT INTO log_follower (follower, seen)
    SELECT DISTINCT follower, CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) FROM log_position;

-- How far a consumer group has come in each partition: `next` is one past the last message of which something was stored,
-- `was` what it was before, `resume` is where a consumer begins again, before which everything is done that follows from the messages.
ALTER TABLE source_mark RENAME TO consumer_offset;
ALTER TABLE consumer_offset RENAME COLUMN follower TO consumer_group;
ALTER TABLE consumer_offset RENAME COLUMN part TO topic_partition;
ALTER TABLE consumer_offset ADD COLUMN resume BIGINT NOT NULL DEFAULT 0;
UPDATE consumer_offset SET resume = next;
