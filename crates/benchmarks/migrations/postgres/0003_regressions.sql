-- Results that are still to be looked at: came, hidden or shown again. One row for each time.
CREATE TABLE benchmark_news (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    result_id UUID NOT NULL
);
INSERT INTO benchmark_news (result_id) SELECT id FROM benchmark_result ORDER BY executed, id;

-- What an organisation wants watched beside what results of tools say of themselves; `better` is `lower`, `higher` or `none`.
CREATE TABLE benchmark_watch (
    org_id TEXT COLLATE "C" NOT NULL,
    benchmark_id UUID NOT NULL REFERENCES benchmark ON DELETE CASCADE,
    path TEXT COLLATE "C" NOT NULL,
    better TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    written BIGINT NOT NULL,
    PRIMARY KEY (org_id, benchmark_id, path)
);

-- One metric of one benchmark on one machine (or, where results are pinned to none, on one flavor). `changed_from` is the time of
-- the first point that came or went since the series was looked at; `revision` counts these changes. Numbers are texts: exact.
CREATE TABLE benchmark_series (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    benchmark_id UUID NOT NULL REFERENCES benchmark ON DELETE CASCADE,
    host_id UUID,
    flavor_id UUID REFERENCES benchmark_flavor ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    metric TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    better TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    changed_from BIGINT,
    level TEXT COLLATE "C",
    noise TEXT COLLATE "C",
    visible TEXT COLLATE "C",
    suspected BOOLEAN NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX benchmark_series_changed ON benchmark_series (changed_from) WHERE changed_from IS NOT NULL;
CREATE INDEX benchmark_series_benchmark ON benchmark_series (benchmark_id);
CREATE INDEX benchmark_series_flavor ON benchmark_series (flavor_id);

CREATE TABLE benchmark_point (
    org_id TEXT COLLATE "C" NOT NULL,
    series_id UUID NOT NULL,
    executed BIGINT NOT NULL,
    result_id UUID NOT NULL REFERENCES benchmark_result ON DELETE CASCADE,
    value TEXT COLLATE "C" NOT NULL,
    environment BIGINT NOT NULL,
    host_seq BIGINT,
    PRIMARY KEY (org_id, series_id, executed, result_id),
    FOREIGN KEY (org_id, series_id) REFERENCES benchmark_series ON DELETE CASCADE
);
CREATE INDEX benchmark_point_result ON benchmark_point (result_id, org_id);

-- From which row of the log on a machine was as it was at `seq`, as far as measurements feel it.
CREATE TABLE benchmark_environment (
    org_id TEXT COLLATE "C" NOT NULL,
    host_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    environment BIGINT NOT NULL,
    PRIMARY KEY (org_id, host_id, seq)
);

-- What was found. `at` is the first changed result and `found` that with which it was found; `owed` is what has yet to be told.
CREATE TABLE benchmark_regression (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    series_id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    found BIGINT NOT NULL,
    good_result_id UUID,
    bad_result_id UUID NOT NULL,
    found_result_id UUID NOT NULL,
    good_seq BIGINT,
    found_seq BIGINT,
    before TEXT COLLATE "C" NOT NULL,
    after TEXT COLLATE "C" NOT NULL,
    host_changes BIGINT NOT NULL,
    written BIGINT NOT NULL,
    owed BOOLEAN NOT NULL,
    ended BIGINT,
    acknowledged BIGINT,
    acknowledged_by TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, series_id) REFERENCES benchmark_series ON DELETE CASCADE
);
CREATE INDEX benchmark_regression_series ON benchmark_regression (org_id, series_id, at);
CREATE INDEX benchmark_regression_written ON benchmark_regression (org_id, written);
CREATE INDEX benchmark_regression_owed ON benchmark_regression (written) WHERE owed = TRUE;
