//! What is asked of the database about alerts.

store::statements! {
    RULES = "SELECT org_id, scope, id, rule, created, updated, evaluated, error FROM metric_alert WHERE org_id = $1 AND scope = $2 ORDER BY name, id";
    ALL_RULES = "SELECT org_id, scope, id, rule, created, updated, evaluated, error FROM metric_alert ORDER BY org_id, id";
    COUNT_RULES = "SELECT COUNT(*) FROM metric_alert WHERE org_id = $1";
    SAME_NAME = "SELECT COUNT(*) FROM metric_alert WHERE org_id = $1 AND scope = $2 AND name = $3 AND id <> $4";
    /// Whatever is evaluated before it was written is not looked at.
    SAVE_RULE = "INSERT INTO metric_alert (org_id, scope, id, name, rule, created, updated, evaluated, error) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, NULL)
        ON CONFLICT (org_id, id) DO UPDATE SET name = excluded.name, rule = excluded.rule, updated = excluded.updated, evaluated = excluded.evaluated, error = NULL";
    REMOVE_RULE = "DELETE FROM metric_alert WHERE org_id = $1 AND scope = $2 AND id = $3";
    REMOVE_SERIES = "DELETE FROM metric_alert_series WHERE org_id = $1 AND alert_id = $2";
    REMOVE_EVENTS = "DELETE FROM metric_alert_event WHERE org_id = $1 AND alert_id = $2";
    LOCK_RULE = "SELECT evaluated, updated FROM metric_alert WHERE org_id = $1 AND id = $2{for update}";
    EVALUATED = "UPDATE metric_alert SET evaluated = $3, error = $4 WHERE org_id = $1 AND id = $2";

    SERIES = "SELECT labels, state, phase, since, value FROM metric_alert_series WHERE org_id = $1 AND alert_id = $2 ORDER BY labels";
    ACTIVE = "SELECT labels, phase, since, value FROM metric_alert_series WHERE org_id = $1 AND alert_id = $2 AND phase <> 'inactive' ORDER BY since, labels LIMIT $3";
    COUNT_PHASES = "SELECT s.alert_id, s.phase, COUNT(*) FROM metric_alert_series s WHERE s.org_id = $1 GROUP BY s.alert_id, s.phase";
    ADD_SERIES = "INSERT INTO metric_alert_series (org_id, alert_id, labels, state, phase, since, value)
        SELECT $1, $2, r.labels, r.state, r.phase, r.since, r.value FROM ({rows: labels text, state text, phase text, since int, value text}) AS r";
    ADD_EVENTS = "INSERT INTO metric_alert_event (org_id, alert_id, at, labels, before, phase, value)
        SELECT $1, $2, r.at, r.labels, r.before, r.phase, r.value FROM ({rows: at int, labels text, before text, phase text, value text}) AS r WHERE TRUE ON CONFLICT DO NOTHING";
    EVENTS = "SELECT at, labels, before, phase, value FROM metric_alert_event WHERE org_id = $1 AND alert_id = $2 AND at < $3 ORDER BY at DESC, labels LIMIT $4";
    OLD_EVENTS = "DELETE FROM metric_alert_event WHERE at < $1";
}
