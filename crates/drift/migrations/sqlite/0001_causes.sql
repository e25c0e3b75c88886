-- Why machines are no longer as a baseline says: one fact, what the baseline says of it and what they say. `hosts` are those of
-- which it is true now, `unplanned` those that came to it outside of every rule. `due` is when it is told, `told` when it was.
CREATE TABLE drift_cause (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    baseline_id BLOB NOT NULL,
    baseline_name TEXT NOT NULL,
    fact TEXT NOT NULL,
    expected TEXT NOT NULL,
    actual TEXT NOT NULL,
    opened INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    ended INTEGER,
    hosts INTEGER NOT NULL,
    unplanned INTEGER NOT NULL,
    due INTEGER,
    told INTEGER,
    PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX drift_cause_due ON drift_cause (due) WHERE due IS NOT NULL;
CREATE INDEX drift_cause_ended ON drift_cause (ended) WHERE ended IS NOT NULL;

CREATE TABLE drift_cause_host (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    cause_id BLOB NOT NULL,
    since INTEGER NOT NULL,
    planned INTEGER NOT NULL,
    PRIMARY KEY (org_id, host_id, cause_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX drift_cause_host_of ON drift_cause_host (org_id, cause_id, since, host_id);

-- What is known of changes: `ignore`, `window` (a change window) and `expected` (a version that is wanted).
CREATE TABLE drift_rule (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    baseline_id BLOB,
    pattern TEXT NOT NULL,
    value TEXT,
    begins INTEGER NOT NULL,
    ends INTEGER,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
