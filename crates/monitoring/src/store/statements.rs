//! The statements, and nothing else.

store::statements! {
    /// The numbers of a tenant, locked until the end of the transaction.
    LOCK_TENANT = "SELECT next_series, next_seq, forgotten FROM metric_tenant WHERE org_id = $1 AND scope = $2{for update}";
    /// A tenant that is new.
    ADD_TENANT = "INSERT INTO metric_tenant (org_id, scope, next_series, next_seq) VALUES ($1, $2, 1, 1)
        ON CONFLICT (org_id, scope) DO NOTHING";
    /// The next numbers of a tenant.
    SET_TENANT = "UPDATE metric_tenant SET next_series = $3, next_seq = $4 WHERE org_id = $1 AND scope = $2";
    /// All tenants whose log has rows, with how many bytes.
    TENANTS_WITH_LOG = "SELECT org_id, scope, CAST(SUM(bytes) AS BIGINT), MIN(first_ts) FROM metric_log GROUP BY org_id, scope";
    /// The numbers of series by their digests.
    SERIES_BY_DIGEST = "SELECT digest, id FROM metric_series
        WHERE org_id = $1 AND scope = $2 AND digest IN (SELECT digest FROM ({rows: digest bytes}) AS wanted)";
    /// Series that are new.
    ADD_SERIES = "INSERT INTO metric_series (org_id, scope, id, name, digest, labels)
        SELECT $1, $2, id, name, digest, labels FROM ({rows: id int, name text, digest bytes, labels bytes}) AS fresh";
    /// How many series each metric of a tenant has.
    SERIES_COUNTS = "SELECT name, COUNT(*) FROM metric_series WHERE org_id = $1 AND scope = $2 GROUP BY name";
    /// The series of one metric.
    SERIES_OF_METRIC = "SELECT id, labels FROM metric_series WHERE org_id = $1 AND scope = $2 AND name = $3 ORDER BY id";
    /// All series of a tenant.
    SERIES = "SELECT id, labels FROM metric_series WHERE org_id = $1 AND scope = $2 ORDER BY id";
    /// The names of all metrics of a tenant.
    METRIC_NAMES = "SELECT DISTINCT name FROM metric_series WHERE org_id = $1 AND scope = $2 ORDER BY name";
    /// A row of the log.
    ADD_LOG = "INSERT INTO metric_log (org_id, scope, seq, first_ts, last_ts, bytes, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Which rows of the log touch a range.
    LOG_SEQS = "SELECT seq FROM metric_log
        WHERE org_id = $1 AND scope = $2 AND last_ts >= $3 AND first_ts <= $4 ORDER BY seq";
    /// Rows of the log.
    LOG = "SELECT seq, body FROM metric_log
        WHERE org_id = $1 AND scope = $2 AND seq IN (SELECT seq FROM ({rows: seq int}) AS wanted)";
    /// The whole log of a tenant.
    WHOLE_LOG = "SELECT seq, body FROM metric_log WHERE org_id = $1 AND scope = $2 ORDER BY seq";
    /// Removes the log up to a number.
    REMOVE_LOG = "DELETE FROM metric_log WHERE org_id = $1 AND scope = $2 AND seq <= $3";
    /// Chunks of series that touch a range, and records that hold into it.
    CHUNKS = "SELECT series_id, seq, kind, body FROM metric_chunk
        WHERE org_id = $1 AND scope = $2 AND (last_ts >= $3 OR kind = 3 AND last_ts >= $5) AND first_ts <= $4
        AND series_id IN (SELECT series_id FROM ({rows: series_id int}) AS wanted)";
    /// Chunks with few samples that no later chunk overlaps: what comes next is added to them.
    SMALL_CHUNKS = "SELECT series_id, first_ts, seq, kind, body FROM metric_chunk AS small
        WHERE org_id = $1 AND scope = $2 AND kind <> 3 AND samples < $3 AND last_ts >= $4 AND first_ts <= $5
        AND series_id IN (SELECT series_id FROM ({rows: series_id int}) AS wanted)
        AND NOT EXISTS (SELECT 1 FROM metric_chunk AS other WHERE other.org_id = small.org_id
            AND other.scope = small.scope AND other.series_id = small.series_id AND other.kind = small.kind
            AND other.seq > small.seq AND other.first_ts <= small.last_ts AND other.last_ts >= small.first_ts)";
    /// New chunks.
    ADD_CHUNKS = "INSERT INTO metric_chunk (org_id, scope, series_id, first_ts, seq, kind, last_ts, samples, body)
        SELECT $1, $2, series_id, first_ts, seq, kind, last_ts, samples, body
        FROM ({rows: series_id int, first_ts int, seq int, kind int, last_ts int, samples int, body bytes}) AS fresh";
    /// Removes one chunk.
    REMOVE_CHUNKS = "DELETE FROM metric_chunk WHERE org_id = $1 AND scope = $2
        AND (series_id, first_ts, seq, kind) IN
            (SELECT series_id, first_ts, seq, kind FROM ({rows: series_id int, first_ts int, seq int, kind int}) AS gone)";
    /// Chunks with their keys, for a range to be cut out of them.
    KEYED_CHUNKS = "SELECT series_id, first_ts, seq, kind, body FROM metric_chunk
        WHERE org_id = $1 AND scope = $2 AND last_ts >= $3 AND first_ts <= $4
        AND series_id IN (SELECT series_id FROM ({rows: series_id int}) AS wanted)";
    /// When the oldest samples of a metric begin that were not thinned.
    OLDEST_SAMPLES = "SELECT MIN(first_ts) FROM metric_chunk
        WHERE org_id = $1 AND scope = $2 AND kind = 1 AND first_ts < $4
        AND series_id IN (SELECT id FROM metric_series WHERE org_id = $1 AND scope = $2 AND name = $3)";
    /// How many samples the series of a metric have in chunks that begin before a time.
    SAMPLES_BEFORE = "SELECT series_id, CAST(SUM(samples) AS BIGINT) FROM metric_chunk
        WHERE org_id = $1 AND scope = $2 AND kind = 1 AND first_ts < $4
        AND series_id IN (SELECT id FROM metric_series WHERE org_id = $1 AND scope = $2 AND name = $3)
        GROUP BY series_id ORDER BY series_id";
    /// Series without a chunk.
    UNUSED_SERIES = "SELECT id FROM metric_series AS series WHERE org_id = $1 AND scope = $2
        AND NOT EXISTS (SELECT 1 FROM metric_chunk AS chunk WHERE chunk.org_id = series.org_id
            AND chunk.scope = series.scope AND chunk.series_id = series.id)";
    /// Removes series.
    FORGET_SERIES = "DELETE FROM metric_series
        WHERE org_id = $1 AND scope = $2 AND id IN (SELECT id FROM ({rows: id int}) AS gone)";
    /// Says that series of a tenant were forgotten.
    COUNT_FORGOTTEN = "UPDATE metric_tenant SET forgotten = forgotten + 1 WHERE org_id = $1 AND scope = $2";
    /// All tenants.
    TENANTS = "SELECT org_id, scope FROM metric_tenant";
    /// The names of all metrics of everybody.
    EVERY_NAME = "SELECT DISTINCT name FROM metric_series";
    /// Chunks that end before a time.
    RETIRE = "DELETE FROM metric_chunk WHERE last_ts < $1";
    /// What metrics are.
    SET_METADATA = "INSERT INTO metric_metadata (org_id, scope, name, kind, help, unit)
        SELECT $1, $2, name, kind, help, unit FROM ({rows: name text, kind text, help text, unit text}) AS fresh WHERE TRUE
        ON CONFLICT (org_id, scope, name) DO UPDATE SET kind = excluded.kind, help = excluded.help, unit = excluded.unit";
    /// What the metrics of a tenant are.
    METADATA = "SELECT name, kind, help, unit FROM metric_metadata WHERE org_id = $1 AND scope = $2 ORDER BY name";
}
