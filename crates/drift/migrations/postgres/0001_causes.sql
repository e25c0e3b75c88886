-- Why machines are no longer as a baseline says: one fact, what the baseline says of it and what they say. `hosts` are those of
-- which it is true now, `unplanned` those that came to it outside of every rule. `due` is when it is told, `told` when it was.
CREATE TABLE drift_cause (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    baseline_id UUID NOT NULL,
    baseline_name TEXT COLLATE "C" NOT NULL,
    fact TEXT COLLATE "C" NOT NULL,
    expected TEXT COLLATE "C" NOT NULL,
    actual TEXT COLLATE "C" NOT NULL,
    opened BIGINT NOT NULL,
    latest BIGINT NOT NULL,
    ended BIGINT,
    hosts BIGINT NOT NULL,
    unplanned BIGINT NOT NULL,
    due BIGINT,
    told BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX drift_cause_due ON drift_cause (due) WHERE due IS NOT NULL;
CREATE INDEX drift_cause_ended ON drift_cause (ended) WHERE ended IS NOT NULL;

CREATE TABLE drift_cause_host (
    org_id TEXT COLLATE "C" NOT NULL,
    host_id UUID NOT NULL,
    cause_id UUID NOT NULL,
    since BIGINT NOT NULL,
    planned BOOLEAN NOT NULL,
    PRIMARY KEY (org_id, host_id, cause_id)
);
CREATE INDEX drift_cause_host_of ON drift_cause_host (org_id, cause_id, since, host_id);

-- What is known of changes: `ignore`, `window` (a change window) and `expected` (a version that is wanted).
CREATE TABLE drift_rule (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    baseline_id UUID,
    pattern TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C",
    begins BIGINT NOT NULL,
    ends BIGINT,
    reason TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, id)
);
