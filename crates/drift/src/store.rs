//! What is asked of the database.

store::statements! {
    BEFORE = "SELECT host_id, cause_id, planned FROM drift_cause_host WHERE org_id = $1 AND host_id IN (SELECT id FROM ({rows: id uuid}) AS r)";
    COUNT_CAUSES = "SELECT COUNT(*) FROM drift_cause WHERE org_id = $1";
    KNOWN_CAUSES = "SELECT id FROM drift_cause WHERE org_id = $1 AND id IN (SELECT id FROM ({rows: id uuid}) AS r)";
    /// A cause that nobody had for a day ($2 is a day ago) is a new one when it comes back.
    JOIN_CAUSES = "INSERT INTO drift_cause (org_id, id, baseline_id, baseline_name, fact, expected, actual, opened, latest, hosts, unplanned, due)
        SELECT $1, r.id, r.baseline_id, r.baseline_name, r.fact, r.expected, r.actual, r.opened, r.latest, r.hosts, r.unplanned, r.due
        FROM ({rows: id uuid, baseline_id uuid, baseline_name text, fact text, expected text, actual text, opened int, latest int, hosts int, unplanned int, due int}) AS r
        WHERE TRUE ON CONFLICT (org_id, id) DO UPDATE SET baseline_name = excluded.baseline_name, latest = excluded.latest,
        hosts = drift_cause.hosts + excluded.hosts, unplanned = drift_cause.unplanned + excluded.unplanned, ended = NULL,
        opened = CASE WHEN drift_cause.ended < $2 THEN excluded.opened ELSE drift_cause.opened END,
        told = CASE WHEN drift_cause.ended < $2 THEN NULL ELSE drift_cause.told END,
        due = CASE WHEN drift_cause.ended < $2 OR (drift_cause.told IS NULL AND drift_cause.due IS NULL) THEN excluded.due ELSE drift_cause.due END";
    JOIN_HOSTS = "INSERT INTO drift_cause_host (org_id, host_id, cause_id, since, planned)
        SELECT $1, r.host_id, r.cause_id, r.since, r.planned FROM ({rows: host_id uuid, cause_id uuid, since int, planned bool}) AS r WHERE TRUE ON CONFLICT DO NOTHING";
    LEAVE_HOSTS = "DELETE FROM drift_cause_host WHERE org_id = $1 AND (host_id, cause_id) IN (SELECT host_id, cause_id FROM ({rows: host_id uuid, cause_id uuid}) AS r)";
    /// Whoever leaves a cause last ends it; one that has ended before it was told is not told.
    LEAVE_CAUSE = "UPDATE drift_cause SET hosts = hosts - $3, unplanned = unplanned - $4, ended = CASE WHEN hosts <= $3 THEN $5 ELSE ended END,
        due = CASE WHEN hosts <= $3 THEN NULL ELSE due END WHERE org_id = $1 AND id = $2";

    DUE_CAUSES = "SELECT org_id, id, baseline_id, baseline_name, fact, expected, actual, opened, latest, ended, hosts, unplanned, told FROM drift_cause WHERE due <= $1 ORDER BY due, org_id, id LIMIT $2";
    TOLD = "UPDATE drift_cause SET due = NULL, told = $2 WHERE org_id = $1 AND id IN (SELECT id FROM ({rows: id uuid}) AS r)";

    CAUSES = "SELECT org_id, id, baseline_id, baseline_name, fact, expected, actual, opened, latest, ended, hosts, unplanned, told FROM drift_cause WHERE org_id = $1 ORDER BY opened DESC, id LIMIT $2";
    HOSTS = "SELECT host_id, since, planned FROM drift_cause_host WHERE org_id = $1 AND cause_id = $2 ORDER BY since, host_id LIMIT $3 OFFSET $4";
    CLEAN = "DELETE FROM drift_cause WHERE ended < $1";
    CLEAN_RULES = "DELETE FROM drift_rule WHERE ends < $1";

    RULES = "SELECT id, kind, baseline_id, pattern, value, begins, ends, reason, author FROM drift_rule WHERE org_id = $1 ORDER BY begins DESC, id";
    COUNT_RULES = "SELECT COUNT(*) FROM drift_rule WHERE org_id = $1";
    ADD_RULE = "INSERT INTO drift_rule (org_id, id, kind, baseline_id, pattern, value, begins, ends, reason, author) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    REMOVE_RULE = "DELETE FROM drift_rule WHERE org_id = $1 AND id = $2";
}
