-- One row a tenant: numbers of its series and of its log, taken under lock by every writer.
CREATE TABLE metric_tenant (
    org_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    next_series BIGINT NOT NULL,
    next_seq BIGINT NOT NULL,
    PRIMARY KEY (org_id, scope)
);

-- What series are called. The digest stands for the labels in the index: they may be longer than an index takes.
CREATE TABLE metric_series (
    org_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    labels BYTEA NOT NULL,
    PRIMARY KEY (org_id, scope, id)
);
CREATE UNIQUE INDEX metric_series_digest ON metric_series (org_id, scope, digest);
CREATE INDEX metric_series_name ON metric_series (org_id, scope, name);

-- Samples as they came, one row for each group commit: the log from which chunks are made.
CREATE TABLE metric_log (
    org_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    first_ts BIGINT NOT NULL,
    last_ts BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (org_id, scope, seq)
);

-- Samples of one series, packed. Of two at one time that of the higher sequence number counts.
CREATE TABLE metric_chunk (
    org_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    series_id BIGINT NOT NULL,
    first_ts BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    last_ts BIGINT NOT NULL,
    samples BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (org_id, scope, series_id, first_ts, seq, kind)
);

-- What metrics are.
CREATE TABLE metric_metadata (
    org_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    help TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, scope, name)
);
