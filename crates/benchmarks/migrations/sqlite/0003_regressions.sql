-- Results that are still to be looked at: came, hidden or shown again. One row for each time.
CREATE TABLE benchmark_news (
    id INTEGER PRIMARY KEY,
    result_id BLOB NOT NULL
) STRICT;
INSERT INTO benchmark_news (result_id) SELECT id FROM benchmark_result ORDER BY executed, id;

-- What an organisation wants watched beside what results of tools say of themselves; `better` is `lower`, `higher` or `none`.
CREATE TABLE benchmark_watch (
    org_id TEXT NOT NULL,
    benchmark_id BLOB NOT NULL REFERENCES benchmark ON DELETE CASCADE,
    path TEXT NOT NULL,
    better TEXT NOT NULL,
    author TEXT NOT NULL,
    written INTEGER NOT NULL,
    PRIMARY KEY (org_id, benchmark_id, path)
) STRICT, WITHOUT ROWID;

-- One metric of one benchmark on one machine (or, where results are pinned to none, on one flavor). `changed_from` is the time of
-- the first point that came or went since the series was looked at; `revision` counts these changes. Numbers are texts: exact.
CREATE TABLE benchmark_series (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    benchmark_id BLOB NOT NULL REFERENCES benchmark ON DELETE CASCADE,
    host_id BLOB,
    flavor_id BLOB REFERENCES benchmark_flavor ON DELETE CASCADE,
    name TEXT NOT NULL,
    metric TEXT NOT NULL,
    unit TEXT NOT NULL,
    better TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed_from INTEGER,
    level TEXT,
    noise TEXT,
    visible TEXT,
    suspected INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX benchmark_series_changed ON benchmark_series (changed_from) WHERE changed_from IS NOT NULL;
CREATE INDEX benchmark_series_benchmark ON benchmark_series (benchmark_id);
CREATE INDEX benchmark_series_flavor ON benchmark_series (flavor_id);

CREATE TABLE benchmark_point (
    org_id TEXT NOT NULL,
    series_id BLOB NOT NULL,
    executed INTEGER NOT NULL,
    result_id BLOB NOT NULL REFERENCES benchmark_result ON DELETE CASCADE,
    value TEXT NOT NULL,
    environment INTEGER NOT NULL,
    host_seq INTEGER,
    PRIMARY KEY (org_id, series_id, executed, result_id),
    FOREIGN KEY (org_id, series_id) REFERENCES benchmark_series ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX benchmark_point_result ON benchmark_point (result_id, org_id);

-- From which row of the log on a machine was as it was at `seq`, as far as measurements feel it.
CREATE TABLE benchmark_environment (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    environment INTEGER NOT NULL,
    PRIMARY KEY (org_id, host_id, seq)
) STRICT, WITHOUT ROWID;

-- What was found. `at` is the first changed result and `found` that with which it was found; `owed` is what has yet to be told.
CREATE TABLE benchmark_regression (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    series_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    found INTEGER NOT NULL,
    good_result_id BLOB,
    bad_result_id BLOB NOT NULL,
    found_result_id BLOB NOT NULL,
    good_seq INTEGER,
    found_seq INTEGER,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    host_changes INTEGER NOT NULL,
    written INTEGER NOT NULL,
    owed INTEGER NOT NULL,
    ended INTEGER,
    acknowledged INTEGER,
    acknowledged_by TEXT,
    reason TEXT,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, series_id) REFERENCES benchmark_series ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX benchmark_regression_series ON benchmark_regression (org_id, series_id, at);
CREATE INDEX benchmark_regression_written ON benchmark_regression (org_id, written);
CREATE INDEX benchmark_regression_owed ON benchmark_regression (written) WHERE owed = TRUE;
