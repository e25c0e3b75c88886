-- An alert as it is asked for, as JSON, and how far it is evaluated (milliseconds). `error` is why it could not be.
CREATE TABLE metric_alert (
    org_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    evaluated BIGINT NOT NULL,
    error TEXT,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, scope, name)
);

-- What an alert is for a series, which is known by its labels as JSON.
CREATE TABLE metric_alert_series (
    org_id TEXT COLLATE "C" NOT NULL,
    alert_id UUID NOT NULL,
    labels TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    phase TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, alert_id, labels)
);

CREATE TABLE metric_alert_event (
    org_id TEXT COLLATE "C" NOT NULL,
    alert_id UUID NOT NULL,
    at BIGINT NOT NULL,
    labels TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL,
    phase TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, alert_id, at, labels)
);
CREATE INDEX metric_alert_event_at ON metric_alert_event (at);
