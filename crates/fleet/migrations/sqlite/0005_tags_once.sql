-- Each tag is written once for an organisation, and hosts have its number: the texts and digests of the few hundred tags
-- of a fleet were most of what the tags of its hosts took.
CREATE TABLE tag (
    tag INTEGER PRIMARY KEY,
    org_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    pair BLOB NOT NULL,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL
) STRICT;
INSERT INTO tag (org_id, digest, pair, namespace, key, value)
    SELECT org_id, tag, pair, namespace, key, value FROM host_tag GROUP BY org_id, tag;
CREATE UNIQUE INDEX tag_digest ON tag (org_id, digest);
CREATE INDEX tag_pair ON tag (org_id, pair);

ALTER TABLE host_tag RENAME TO host_tag_texts;
-- A host has a tag once: its writer drops the old ones first, under the lock of the organisation. Neither index says so,
-- because equal keys then share an entry.
CREATE TABLE host_tag (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    tag INTEGER NOT NULL
) STRICT;
INSERT INTO host_tag (org_id, host_id, tag)
    SELECT h.org_id, h.host_id, t.tag FROM host_tag_texts h JOIN tag t ON t.org_id = h.org_id AND t.digest = h.tag;
DROP TABLE host_tag_texts;
CREATE INDEX host_tag_host ON host_tag (org_id, host_id);
CREATE INDEX host_tag_tag ON host_tag (org_id, tag);
