-- Rows of counters and timers as the metrics UI server knows them; `body` holds counts and 32-bit measures.
CREATE TABLE metric_row (
    org_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    application TEXT COLLATE "C" NOT NULL,
    metric_name TEXT COLLATE "C" NOT NULL,
    ts BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (org_id, kind, environment, application, metric_name, ts)
);

-- The metrics that have rows, and the newest of each.
CREATE TABLE metric_catalogue (
    org_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    application TEXT COLLATE "C" NOT NULL,
    metric_name TEXT COLLATE "C" NOT NULL,
    last_ts BIGINT NOT NULL,
    duration_unit TEXT COLLATE "C",
    rate_unit TEXT COLLATE "C",
    PRIMARY KEY (org_id, kind, environment, application, metric_name)
);

-- Dashboards: documents that the pages write and read.
CREATE TABLE metric_dashboard (
    org_id TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    data TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, type, name)
);
