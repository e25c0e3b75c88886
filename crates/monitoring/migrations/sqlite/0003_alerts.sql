-- An alert as it is asked for, as JSON, and how far it is evaluated (milliseconds). `error` is why it could not be.
CREATE TABLE metric_alert (
    org_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    evaluated INTEGER NOT NULL,
    error TEXT,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, scope, name)
) STRICT, WITHOUT ROWID;

-- What an alert is for a series, which is known by its labels as JSON.
CREATE TABLE metric_alert_series (
    org_id TEXT NOT NULL,
    alert_id BLOB NOT NULL,
    labels TEXT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    since INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (org_id, alert_id, labels)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_alert_event (
    org_id TEXT NOT NULL,
    alert_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    labels TEXT NOT NULL,
    before TEXT NOT NULL,
    phase TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (org_id, alert_id, at, labels)
) STRICT, WITHOUT ROWID;
CREATE INDEX metric_alert_event_at ON metric_alert_event (at);
