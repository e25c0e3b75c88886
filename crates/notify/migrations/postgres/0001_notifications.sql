-- Where notifications of an organisation go. `events` are names with commas between them.
CREATE TABLE notification_channel (
    org_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    secret TEXT COLLATE "C" NOT NULL,
    events TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (org_id, name)
);

-- One destination of an organisation. `due` is when it is looked at next; who delivers has it until `taken`.
-- `puts` counts what was ever put in: a lane rests only if nothing came meanwhile. `failures` in a row, and why.
CREATE TABLE notification_lane (
    org_id TEXT COLLATE "C" NOT NULL,
    lane TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    due BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    puts BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    reason TEXT,
    PRIMARY KEY (org_id, lane)
);
CREATE INDEX notification_lane_due ON notification_lane (due);

-- What is not delivered yet; `due` is when the next attempt is. `dead` is when it was given up.
CREATE TABLE notification (
    id UUID NOT NULL,
    org_id TEXT COLLATE "C" NOT NULL,
    lane TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    copied BOOLEAN NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    headers TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    written BIGINT NOT NULL,
    due BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    reason TEXT,
    dead BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX notification_waiting ON notification (org_id, lane, attempts, written) WHERE dead IS NULL;
CREATE INDEX notification_dead ON notification (org_id, dead, id) WHERE dead IS NOT NULL;
