-- Profiles of machines that another inventory keeps, or that were imported: what the log of hosts has of its own.
-- `captured` is an instant; `captured_text` says it with the offset that it came with. `dated`: the profile says when it
-- was captured. `parts` are the digests of its larger members, `head` is the rest.
CREATE TABLE historical_profile (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    inventory_id BLOB NOT NULL,
    account TEXT,
    created INTEGER NOT NULL,
    captured INTEGER NOT NULL,
    captured_text TEXT NOT NULL,
    dated INTEGER NOT NULL,
    groups TEXT,
    parts BLOB NOT NULL,
    head BLOB NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX historical_profile_host ON historical_profile (org_id, inventory_id, captured);
CREATE INDEX historical_profile_created ON historical_profile (created);

-- Members of profiles, each stored once for an organisation. `last_used` is not before the newest profile that has it was
-- created: who removes older profiles may remove older parts.
CREATE TABLE historical_profile_part (
    org_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    last_used INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (org_id, digest)
) STRICT;
CREATE INDEX historical_profile_part_last_used ON historical_profile_part (last_used);

-- When the other inventory removed a machine: what it said of it before that, and comes late, is not stored again.
CREATE TABLE historical_removal (
    org_id TEXT NOT NULL,
    inventory_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (org_id, inventory_id)
) STRICT, WITHOUT ROWID;
