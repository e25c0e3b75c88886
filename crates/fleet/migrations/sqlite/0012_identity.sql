-- The machines that one host was reported from: what hardware they said they have, where several do not fit together.
CREATE TABLE host_hardware (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    digest BLOB NOT NULL,
    hardware TEXT NOT NULL,
    seq INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (org_id, host_id, digest)
) WITHOUT ROWID;

-- Hosts that two machines claim. `conflict` names the facts that do not fit together, with commas between them.
CREATE TABLE host_collision (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    raised INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    times INTEGER NOT NULL,
    conflict TEXT NOT NULL,
    settled INTEGER,
    told INTEGER NOT NULL,
    PRIMARY KEY (org_id, host_id)
) WITHOUT ROWID;

-- What somebody decided: reports with this fact are about this host, whatever the rules say.
CREATE TABLE host_pin (
    org_id TEXT NOT NULL,
    fact TEXT NOT NULL,
    value TEXT NOT NULL,
    host_id BLOB NOT NULL,
    PRIMARY KEY (org_id, fact, value)
) WITHOUT ROWID;
CREATE INDEX host_pin_host ON host_pin (org_id, host_id);

-- Merges and splits, with what it takes to undo them.
CREATE TABLE identity_change (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    kept BLOB NOT NULL,
    other BLOB NOT NULL,
    made INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    before TEXT NOT NULL,
    undone INTEGER,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;

-- How many pins an organisation has: without any, no report has to be looked up among them.
ALTER TABLE org ADD COLUMN pins INTEGER NOT NULL DEFAULT 0;
