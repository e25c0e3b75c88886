-- One row a tenant: numbers of its series and of its log, taken under lock by every writer.
CREATE TABLE metric_tenant (
    org_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    next_series INTEGER NOT NULL,
    next_seq INTEGER NOT NULL,
    PRIMARY KEY (org_id, scope)
) WITHOUT ROWID;

-- What series are called. The digest stands for the labels in the index: they may be longer than an index takes.
CREATE TABLE metric_series (
    org_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    labels BLOB NOT NULL,
    PRIMARY KEY (org_id, scope, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX metric_series_digest ON metric_series (org_id, scope, digest);
CREATE INDEX metric_series_name ON metric_series (org_id, scope, name);

-- Samples as they came, one row for each group commit: the log from which chunks are made.
CREATE TABLE metric_log (
    org_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    seq INTEGER NOT NULL,
    first_ts INTEGER NOT NULL,
    last_ts INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (org_id, scope, seq)
);

-- Samples of one series, packed. Of two at one time that of the higher sequence number counts.
CREATE TABLE metric_chunk (
    org_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    series_id INTEGER NOT NULL,
    first_ts INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    last_ts INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (org_id, scope, series_id, first_ts, seq, kind)
);

-- What metrics are.
CREATE TABLE metric_metadata (
    org_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    help TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (org_id, scope, name)
) WITHOUT ROWID;
