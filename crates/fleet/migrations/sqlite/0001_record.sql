-- One row an organisation: the logical clock of its log. Taken under lock by every writer, so that sequence
-- numbers become visible in the order they were given.
CREATE TABLE org (
    org_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    collected INTEGER NOT NULL
) STRICT;

-- The newest state of each host. The columns before `state` are what queries look at.
CREATE TABLE host (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    profile_seq INTEGER NOT NULL,
    insights_id BLOB,
    subscription_manager_id TEXT,
    provider_id TEXT,
    provider_type TEXT,
    fqdn TEXT,
    display_name TEXT NOT NULL,
    display_name_fold TEXT NOT NULL,
    os TEXT NOT NULL,
    host_type TEXT NOT NULL,
    owner_id TEXT,
    group_id BLOB,
    facts TEXT NOT NULL,
    sections BLOB NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX host_insights_id ON host (org_id, insights_id) WHERE insights_id IS NOT NULL;
CREATE INDEX host_subscription_manager_id ON host (org_id, subscription_manager_id) WHERE subscription_manager_id IS NOT NULL;
CREATE INDEX host_provider_id ON host (org_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX host_display_name ON host (org_id, display_name);
CREATE INDEX host_os ON host (org_id, os);
CREATE INDEX host_group_id ON host (org_id, group_id);

-- When each host was last heard of: narrow, because most reports change nothing else.
CREATE TABLE host_checkin (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    updated INTEGER NOT NULL,
    last_check_in INTEGER NOT NULL,
    reporter TEXT NOT NULL,
    reporters TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (org_id, host_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_checkin_updated ON host_checkin (org_id, updated DESC, host_id DESC);
CREATE INDEX host_checkin_last_check_in ON host_checkin (org_id, last_check_in DESC);

-- `tag` is a digest of namespace, key and value, `pair` of namespace and key: the three texts together can be longer
-- than an index entry may be. A key without values has the value ''.
CREATE TABLE host_tag (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    tag BLOB NOT NULL,
    pair BLOB NOT NULL,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (org_id, host_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_tag_tag ON host_tag (org_id, tag, host_id);
CREATE INDEX host_tag_pair ON host_tag (org_id, pair, host_id);

CREATE TABLE host_group (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    account TEXT,
    ungrouped INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX host_group_ungrouped ON host_group (org_id) WHERE ungrouped;
CREATE INDEX host_group_name ON host_group (org_id, name);

-- Parts of profiles, each stored once for an organisation under the digest of its content, whole or as a
-- delta against another one (`base`) that is whole.
CREATE TABLE section (
    org_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    kind INTEGER NOT NULL,
    base BLOB,
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (org_id, digest)
) STRICT;

-- The log: one row for each accepted report or edit, with the whole state after it.
CREATE TABLE host_change (
    org_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    host_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    reporter TEXT,
    matched TEXT,
    base_seq INTEGER,
    request_id TEXT,
    by_frontend INTEGER NOT NULL,
    metadata BLOB,
    times TEXT NOT NULL,
    sections BLOB,
    state BLOB,
    PRIMARY KEY (org_id, seq)
) STRICT;
CREATE INDEX host_change_host ON host_change (org_id, host_id, seq);

-- How far each follower of the log has come.
CREATE TABLE log_position (
    follower TEXT NOT NULL,
    org_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (follower, org_id)
) STRICT, WITHOUT ROWID;

-- Who does a job that one process at a time may do, and until when unless it asks again.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
