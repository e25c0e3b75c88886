-- The machines that one host was reported from: what hardware they said they have, where several do not fit together.
CREATE TABLE host_hardware (
    org_id TEXT COLLATE "C" NOT NULL,
    host_id UUID NOT NULL,
    digest BYTEA NOT NULL,
    hardware TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (org_id, host_id, digest)
);

-- Hosts that two machines claim. `conflict` names the facts that do not fit together, with commas between them.
CREATE TABLE host_collision (
    org_id TEXT COLLATE "C" NOT NULL,
    host_id UUID NOT NULL,
    raised BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    times BIGINT NOT NULL,
    conflict TEXT COLLATE "C" NOT NULL,
    settled BIGINT,
    told BIGINT NOT NULL,
    PRIMARY KEY (org_id, host_id)
);

-- What somebody decided: reports with this fact are about this host, whatever the rules say.
CREATE TABLE host_pin (
    org_id TEXT COLLATE "C" NOT NULL,
    fact TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    host_id UUID NOT NULL,
    PRIMARY KEY (org_id, fact, value)
);
CREATE INDEX host_pin_host ON host_pin (org_id, host_id);

-- Merges and splits, with what it takes to undo them.
CREATE TABLE identity_change (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    kept UUID NOT NULL,
    other UUID NOT NULL,
    made BIGINT NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL,
    undone BIGINT,
    PRIMARY KEY (org_id, id)
);

-- How many pins an organisation has: without any, no report has to be looked up among them.
ALTER TABLE org ADD COLUMN pins BIGINT NOT NULL DEFAULT 0;
