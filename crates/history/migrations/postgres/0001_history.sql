-- Profiles of machines that another inventory keeps, or that were imported: what the log of hosts has of its own.
-- `captured` is an instant; `captured_text` says it with the offset that it came with. `dated`: the profile says when it
-- was captured. `parts` are the digests of its larger members, `head` is the rest.
CREATE TABLE historical_profile (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    inventory_id UUID NOT NULL,
    account TEXT COLLATE "C",
    created BIGINT NOT NULL,
    captured BIGINT NOT NULL,
    captured_text TEXT COLLATE "C" NOT NULL,
    dated BOOLEAN NOT NULL,
    groups TEXT COLLATE "C",
    parts BYTEA NOT NULL,
    head BYTEA NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX historical_profile_host ON historical_profile (org_id, inventory_id, captured);
CREATE INDEX historical_profile_created ON historical_profile (created);

-- Members of profiles, each stored once for an organisation. `last_used` is not before the newest profile that has it was
-- created: who removes older profiles may remove older parts.
CREATE TABLE historical_profile_part (
    org_id TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    last_used BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (org_id, digest)
);
CREATE INDEX historical_profile_part_last_used ON historical_profile_part (last_used);

-- When the other inventory removed a machine: what it said of it before that, and comes late, is not stored again.
CREATE TABLE historical_removal (
    org_id TEXT COLLATE "C" NOT NULL,
    inventory_id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org_id, inventory_id)
);
