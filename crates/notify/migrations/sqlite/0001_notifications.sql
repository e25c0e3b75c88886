-- Where notifications of an organisation go. `events` are names with commas between them.
CREATE TABLE notification_channel (
    org_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (org_id, name)
) STRICT;

-- One destination of an organisation. `due` is when it is looked at next; who delivers has it until `taken`.
-- `puts` counts what was ever put in: a lane rests only if nothing came meanwhile. `failures` in a row, and why.
CREATE TABLE notification_lane (
    org_id TEXT NOT NULL,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    due INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    puts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (org_id, lane)
) STRICT;
CREATE INDEX notification_lane_due ON notification_lane (due);

-- What is not delivered yet; `due` is when the next attempt is. `dead` is when it was given up.
CREATE TABLE notification (
    id BLOB NOT NULL,
    org_id TEXT NOT NULL,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    event TEXT NOT NULL,
    copied INTEGER NOT NULL,
    subject TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    written INTEGER NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    reason TEXT,
    dead INTEGER,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX notification_waiting ON notification (org_id, lane, attempts, written) WHERE dead IS NULL;
CREATE INDEX notification_dead ON notification (org_id, dead, id) WHERE dead IS NOT NULL;
