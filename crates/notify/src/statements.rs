//! What is asked of the database.

store::statements! {
    CHANNELS = "SELECT name, kind, address, secret, events, created, updated FROM notification_channel WHERE org_id = $1 ORDER BY name";
    COUNT_OTHER_CHANNELS = "SELECT COUNT(*) FROM notification_channel WHERE org_id = $1 AND name <> $2";
    /// Its first making stays.
    SAVE_CHANNEL = "INSERT INTO notification_channel (org_id, name, kind, address, secret, events, created, updated)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (org_id, name) DO UPDATE SET kind = excluded.kind, address = excluded.address,
        secret = excluded.secret, events = excluded.events, updated = excluded.updated";
    REMOVE_CHANNEL = "DELETE FROM notification_channel WHERE org_id = $1 AND name = $2";
    /// The lanes of an organisation with what waits and what was given up.
    LANES = "SELECT l.lane, l.failures, l.reason,
        (SELECT COUNT(*) FROM notification n WHERE n.org_id = l.org_id AND n.lane = l.lane AND n.dead IS NULL),
        (SELECT COUNT(*) FROM notification n WHERE n.org_id = l.org_id AND n.lane = l.lane AND n.dead IS NOT NULL)
        FROM notification_lane l WHERE l.org_id = $1 ORDER BY l.lane";

    /// Makes the lane or has it look again: at once ($4), or after a failure at $5 at the latest. Keeps others from resting it
    /// until the end of the transaction.
    WAKE_LANE = "INSERT INTO notification_lane (org_id, lane, kind, due, taken, puts, failures) VALUES ($1, $2, $3, $4, 0, 1, 0)
        ON CONFLICT (org_id, lane) DO UPDATE SET puts = notification_lane.puts + 1, kind = excluded.kind,
        due = CASE WHEN notification_lane.failures = 0 AND notification_lane.due > $4 THEN $4
            WHEN notification_lane.failures > 0 AND notification_lane.due > $5 THEN $5 ELSE notification_lane.due END";
    COUNT_WAITING = "SELECT COUNT(*) FROM notification WHERE org_id = $1 AND lane = $2 AND dead IS NULL";
    PUT = "INSERT INTO notification (id, org_id, lane, kind, address, event, copied, subject, headers, body, written, due, attempts, reason, dead)
        SELECT r.id, r.org_id, r.lane, r.kind, r.address, r.event, r.copied, r.subject, r.headers, r.body, r.written, r.written, 0, r.reason, r.dead
        FROM ({rows: id uuid, org_id text, lane text, kind text, address text, event text, copied bool, subject text, headers text, body bytes, written int, reason text, dead int}) AS r
        WHERE TRUE ON CONFLICT (org_id, id) DO NOTHING";

    DUE_LANES = "SELECT org_id, lane, kind, puts, failures FROM notification_lane WHERE due <= $1 AND taken <= $1 AND (kind <> 'kafka' OR $2) ORDER BY due, org_id, lane LIMIT $3";
    /// Nobody else works on it until the new time.
    TAKE_LANE = "UPDATE notification_lane SET taken = $4 WHERE org_id = $1 AND lane = $2 AND due <= $3 AND taken <= $3";
    DUE_OF_LANE = "SELECT id, kind, address, event, copied, subject, headers, body, written, attempts FROM notification
        WHERE org_id = $1 AND lane = $2 AND dead IS NULL AND due <= $3 ORDER BY attempts, written, id LIMIT $4";
    NEXT_OF_LANE = "SELECT MIN(due) FROM notification WHERE org_id = $1 AND lane = $2 AND dead IS NULL";
    /// The lane goes on at a time ($6), or at once ($7) when something was put in meanwhile and nothing failed.
    LEAVE_LANE = "UPDATE notification_lane SET taken = 0, failures = CAST($4 AS BIGINT), reason = $5,
        due = CASE WHEN puts = $8 OR CAST($4 AS BIGINT) > 0 THEN CAST($6 AS BIGINT) ELSE CAST($7 AS BIGINT) END WHERE org_id = $1 AND lane = $2 AND taken = $3";
    DELIVERED = "DELETE FROM notification WHERE org_id = $1 AND id IN (SELECT id FROM ({rows: id uuid}) AS r)";
    RETRY = "UPDATE notification SET attempts = attempts + 1, due = $3, reason = $4 WHERE org_id = $1 AND id = $2";
    GIVE_UP = "UPDATE notification SET attempts = attempts + 1, dead = $3, reason = $4 WHERE org_id = $1 AND id = $2";
    /// The oldest ones beyond so many.
    FORGET_DEAD = "DELETE FROM notification WHERE org_id = $1 AND id IN (SELECT id FROM notification WHERE org_id = $1 AND dead IS NOT NULL ORDER BY dead DESC, id DESC LIMIT 10000 OFFSET $2)";

    DEAD = "SELECT id, lane, kind, address, event, subject, written, attempts, reason, dead FROM notification
        WHERE org_id = $1 AND dead IS NOT NULL AND (dead < $2 OR (dead = $2 AND id < $3)) ORDER BY dead DESC, id DESC LIMIT $4";
    COUNT_DEAD = "SELECT COUNT(*) FROM notification WHERE org_id = $1 AND dead IS NOT NULL";
    DEAD_ORGS = "SELECT DISTINCT org_id FROM notification WHERE dead IS NOT NULL ORDER BY org_id";
    DEAD_LANES_OF = "SELECT DISTINCT lane, kind FROM notification WHERE org_id = $1 AND dead IS NOT NULL AND id IN (SELECT id FROM ({rows: id uuid}) AS r)";
    DEAD_LANES = "SELECT DISTINCT lane, kind FROM notification WHERE org_id = $1 AND dead IS NOT NULL";
    /// Its five days begin anew.
    REVIVE_SOME = "UPDATE notification SET dead = NULL, attempts = 0, written = $2, due = $2 WHERE org_id = $1 AND dead IS NOT NULL AND id IN (SELECT id FROM ({rows: id uuid}) AS r)";
    REVIVE_ALL = "UPDATE notification SET dead = NULL, attempts = 0, written = $2, due = $2 WHERE org_id = $1 AND dead IS NOT NULL";
    DISCARD = "DELETE FROM notification WHERE org_id = $1 AND id = $2 AND dead IS NOT NULL";
}
