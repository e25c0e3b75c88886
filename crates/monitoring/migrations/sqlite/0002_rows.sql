-- Rows of counters and timers as the metrics UI server knows them; `body` holds counts and 32-bit measures.
CREATE TABLE metric_row (
    org_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    environment TEXT NOT NULL,
    application TEXT NOT NULL,
    metric_name TEXT NOT NULL,
    ts INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (org_id, kind, environment, application, metric_name, ts)
) WITHOUT ROWID;

-- The metrics that have rows, and the newest of each.
CREATE TABLE metric_catalogue (
    org_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    environment TEXT NOT NULL,
    application TEXT NOT NULL,
    metric_name TEXT NOT NULL,
    last_ts INTEGER NOT NULL,
    duration_unit TEXT,
    rate_unit TEXT,
    PRIMARY KEY (org_id, kind, environment, application, metric_name)
) WITHOUT ROWID;

-- Dashboards: documents that the pages write and read.
CREATE TABLE metric_dashboard (
    org_id TEXT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org_id, type, name)
) WITHOUT ROWID;
