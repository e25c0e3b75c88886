-- One row an organisation: the logical clock of its log. Taken under lock by every writer, so that sequence
-- numbers become visible in the order they were given.
CREATE TABLE org (
    org_id TEXT COLLATE "C" PRIMARY KEY,
    seq BIGINT NOT NULL,
    collected BIGINT NOT NULL
);

-- The newest state of each host. The columns before `state` are what queries look at.
CREATE TABLE host (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    seq BIGINT NOT NULL,
    profile_seq BIGINT NOT NULL,
    insights_id UUID,
    subscription_manager_id TEXT COLLATE "C",
    provider_id TEXT COLLATE "C",
    provider_type TEXT COLLATE "C",
    fqdn TEXT COLLATE "C",
    display_name TEXT COLLATE "C" NOT NULL,
    display_name_fold TEXT COLLATE "C" NOT NULL,
    os TEXT COLLATE "C" NOT NULL,
    host_type TEXT COLLATE "C" NOT NULL,
    owner_id TEXT COLLATE "C",
    group_id UUID,
    facts JSONB NOT NULL,
    sections BYTEA NOT NULL,
    state BYTEA NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX host_insights_id ON host (org_id, insights_id) WHERE insights_id IS NOT NULL;
CREATE INDEX host_subscription_manager_id ON host (org_id, subscription_manager_id) WHERE subscription_manager_id IS NOT NULL;
CREATE INDEX host_provider_id ON host (org_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX host_display_name ON host (org_id, display_name);
CREATE INDEX host_os ON host (org_id, os);
CREATE INDEX host_group_id ON host (org_id, group_id);

-- When each host was last heard of: narrow, because most reports change nothing else.
CREATE TABLE host_checkin (
    org_id TEXT COLLATE "C" NOT NULL,
    host_id UUID NOT NULL,
    updated BIGINT NOT NULL,
    last_check_in BIGINT NOT NULL,
    reporter TEXT COLLATE "C" NOT NULL,
    reporters JSONB NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (org_id, host_id)
);
CREATE INDEX host_checkin_updated ON host_checkin (org_id, updated DESC, host_id DESC);
CREATE INDEX host_checkin_last_check_in ON host_checkin (org_id, last_check_in DESC);

-- `tag` is a digest of namespace, key and value, `pair` of namespace and key: the three texts together can be longer
-- than an index entry may be. A key without values has the value ''.
CREATE TABLE host_tag (
    org_id TEXT COLLATE "C" NOT NULL,
    host_id UUID NOT NULL,
    tag BYTEA NOT NULL,
    pair BYTEA NOT NULL,
    namespace TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, host_id, tag)
);
CREATE INDEX host_tag_tag ON host_tag (org_id, tag, host_id);
CREATE INDEX host_tag_pair ON host_tag (org_id, pair, host_id);

CREATE TABLE host_group (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C",
    ungrouped BOOLEAN NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX host_group_ungrouped ON host_group (org_id) WHERE ungrouped;
CREATE INDEX host_group_name ON host_group (org_id, name);

-- Parts of profiles, each stored once for an organisation under the digest of its content, whole or as a
-- delta against another one (`base`) that is whole.
CREATE TABLE section (
    org_id TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    kind BIGINT NOT NULL,
    base BYTEA,
    size BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (org_id, digest)
);

-- The log: one row for each accepted report or edit, with the whole state after it.
CREATE TABLE host_change (
    org_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    host_id UUID NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    reporter TEXT COLLATE "C",
    matched TEXT COLLATE "C",
    base_seq BIGINT,
    request_id TEXT COLLATE "C",
    by_frontend BOOLEAN NOT NULL,
    metadata BYTEA,
    times TEXT COLLATE "C" NOT NULL,
    sections BYTEA,
    state BYTEA,
    PRIMARY KEY (org_id, seq)
);
CREATE INDEX host_change_host ON host_change (org_id, host_id, seq);

-- How far each follower of the log has come.
CREATE TABLE log_position (
    follower TEXT COLLATE "C" NOT NULL,
    org_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (follower, org_id)
);

-- Who does a job that one process at a time may do, and until when unless it asks again.
CREATE TABLE lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL
);
