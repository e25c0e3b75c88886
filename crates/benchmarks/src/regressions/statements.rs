//! The statements.

store::statements! {
    NEWS = "SELECT id, result_id FROM benchmark_news ORDER BY id LIMIT $1";
    DROP_NEWS = "DELETE FROM benchmark_news WHERE id IN (SELECT id FROM ({rows: id int}) AS seen)";
    NEWS_OF_BENCHMARK = "INSERT INTO benchmark_news (result_id) SELECT id FROM benchmark_result WHERE benchmark_id = $1";
    ARRIVED = "SELECT r.id, r.benchmark_id, r.flavor_id, r.document, r.executed, r.hidden, r.host_org, r.host_id, r.host_seq
        FROM ({rows: id uuid}) AS wanted JOIN benchmark_result r ON r.id = wanted.id ORDER BY r.executed, r.id";

    WATCHES = "SELECT w.benchmark_id, w.path, w.better, w.author, w.written, b.docker_image || ':' || b.docker_tag
        FROM benchmark_watch w JOIN benchmark b ON b.id = w.benchmark_id WHERE w.org_id = $1 ORDER BY w.benchmark_id, w.path";
    WATCHES_OF = "SELECT path, better FROM benchmark_watch WHERE org_id = $1 AND benchmark_id = $2 ORDER BY path";
    PUT_WATCH = "INSERT INTO benchmark_watch (org_id, benchmark_id, path, better, author, written) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (org_id, benchmark_id, path) DO UPDATE SET better = excluded.better, author = excluded.author, written = excluded.written";
    DROP_WATCH = "DELETE FROM benchmark_watch WHERE org_id = $1 AND benchmark_id = $2 AND path = $3";
    COUNT_WATCHES = "SELECT COUNT(*) FROM benchmark_watch WHERE org_id = $1";
    DROP_SERIES = "DELETE FROM benchmark_series WHERE org_id = $1 AND benchmark_id = $2 AND metric = $3";

    POINTS_OF_RESULTS = "SELECT p.series_id, p.executed FROM ({rows: id uuid}) AS gone
        JOIN benchmark_point p ON p.result_id = gone.id WHERE p.org_id = $1";
    DROP_POINTS = "DELETE FROM benchmark_point WHERE org_id = $1 AND result_id IN (SELECT id FROM ({rows: id uuid}) AS gone)";
    /// Unit and direction are those of the newest result.
    PUT_SERIES = "INSERT INTO benchmark_series (org_id, id, benchmark_id, host_id, flavor_id, name, metric, unit, better, revision, suspected)
        SELECT $1, batch.id, batch.benchmark, batch.host, batch.flavor, batch.name, batch.metric, batch.unit, batch.better, 0, FALSE
        FROM ({rows: id uuid, benchmark uuid, host uuid, flavor uuid, name text, metric text, unit text, better text}) AS batch WHERE TRUE
        ON CONFLICT (org_id, id) DO UPDATE SET unit = excluded.unit, better = excluded.better";
    PUT_POINTS = "INSERT INTO benchmark_point (org_id, series_id, executed, result_id, value, environment, host_seq)
        SELECT $1, batch.series, batch.executed, batch.result, batch.value, batch.environment, batch.seq
        FROM ({rows: series uuid, executed int, result uuid, value text, environment int, seq int}) AS batch WHERE TRUE ON CONFLICT DO NOTHING";
    CHANGED = "UPDATE benchmark_series SET revision = revision + 1,
        changed_from = CASE WHEN changed_from IS NULL OR changed_from > $3 THEN $3 ELSE changed_from END WHERE org_id = $1 AND id = $2";

    TO_LOOK_AT = "SELECT org_id, id, better, revision, changed_from, host_id FROM benchmark_series
        WHERE changed_from IS NOT NULL ORDER BY changed_from, id LIMIT $1";
    NEWEST_POINTS = "SELECT executed, result_id, value, environment, host_seq FROM benchmark_point
        WHERE org_id = $1 AND series_id = $2 AND executed > $3 ORDER BY executed DESC, result_id DESC LIMIT $4";
    POINTS_FROM = "SELECT executed, result_id, value, environment, host_seq FROM benchmark_point
        WHERE org_id = $1 AND series_id = $2 AND executed >= $3 ORDER BY executed, result_id LIMIT $4";
    POINTS_BEFORE = "SELECT executed, result_id, value, environment, host_seq FROM benchmark_point
        WHERE org_id = $1 AND series_id = $2 AND executed < $3 ORDER BY executed DESC, result_id DESC LIMIT $4";
    LOOKED_AT = "UPDATE benchmark_series SET changed_from = NULL, level = $4, noise = $5, visible = $6, suspected = $7
        WHERE org_id = $1 AND id = $2 AND revision = $3";

    KNOWN = "SELECT r.id, r.at, r.found, r.before, r.after, r.ended, EXISTS (SELECT 1 FROM benchmark_point p WHERE p.org_id = r.org_id
        AND p.series_id = r.series_id AND p.executed = r.found AND p.result_id = r.found_result_id)
        FROM benchmark_regression r WHERE r.org_id = $1 AND r.series_id = $2 AND (r.found >= $3 OR r.ended IS NULL)";
    ADD_REGRESSION = "INSERT INTO benchmark_regression (org_id, id, series_id, kind, at, found, good_result_id, bad_result_id, found_result_id,
        good_seq, found_seq, before, after, host_changes, written, owed, ended)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING";
    SET_ENDED = "UPDATE benchmark_regression SET ended = $3 WHERE org_id = $1 AND id = $2";
    OWED = "SELECT r.org_id, r.id FROM benchmark_regression r WHERE r.owed = TRUE ORDER BY r.written LIMIT $1";
    TOLD = "UPDATE benchmark_regression SET owed = FALSE WHERE org_id = $1 AND id = $2";
    ACKNOWLEDGE = "UPDATE benchmark_regression SET acknowledged = $3, acknowledged_by = $4, reason = $5 WHERE org_id = $1 AND id = $2";

    ENVIRONMENT_BEFORE = "SELECT seq, environment FROM benchmark_environment WHERE org_id = $1 AND host_id = $2 AND seq <= $3
        ORDER BY seq DESC LIMIT 1";
    ENVIRONMENT_AFTER = "SELECT seq, environment FROM benchmark_environment WHERE org_id = $1 AND host_id = $2 AND seq > $3
        ORDER BY seq LIMIT 1";
    PUT_ENVIRONMENT = "INSERT INTO benchmark_environment (org_id, host_id, seq, environment) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
}
