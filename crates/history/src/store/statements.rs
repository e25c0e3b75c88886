//! Every static statement of history.

store::statements! {
    HEADS_OF_HOST = "SELECT id, captured, captured_text, dated, created, groups
        FROM historical_profile WHERE org_id = $1 AND inventory_id = $2 AND captured > $3 ORDER BY captured DESC, id";
    PROFILES_BY_ID = "SELECT p.id, p.captured, p.captured_text, p.dated, p.created, p.groups, p.account, p.inventory_id, p.parts, p.head
        FROM ({rows: id uuid}) AS wanted JOIN historical_profile p ON p.org_id = $1 AND p.id = wanted.id";
    IDS_KNOWN = "SELECT p.id FROM ({rows: id uuid}) AS wanted JOIN historical_profile p ON p.org_id = $1 AND p.id = wanted.id";
    /// Which captures of machines are there already.
    CAPTURES_KNOWN = "SELECT p.inventory_id, p.captured FROM ({rows: inventory_id uuid, captured int}) AS wanted
        JOIN historical_profile p ON p.org_id = $1 AND p.inventory_id = wanted.inventory_id AND p.captured = wanted.captured AND p.dated";
    REMOVALS = "SELECT r.inventory_id, r.at FROM ({rows: inventory_id uuid}) AS wanted
        JOIN historical_removal r ON r.org_id = $1 AND r.inventory_id = wanted.inventory_id";
    PARTS = "SELECT p.digest, p.body FROM ({rows: digest bytes}) AS wanted
        JOIN historical_profile_part p ON p.org_id = $1 AND p.digest = wanted.digest";

    /// Parts that are there are kept from those who remove old ones, from now until the commit.
    USE_PARTS = "UPDATE historical_profile_part SET last_used = $2
        WHERE org_id = $1 AND digest IN (SELECT digest FROM ({rows: digest bytes}) AS batch) RETURNING digest";
    PUT_PARTS = "INSERT INTO historical_profile_part (org_id, digest, last_used, body)
        SELECT $1, digest, $2, body FROM ({rows: digest bytes, body bytes}) AS batch WHERE TRUE
        ON CONFLICT (org_id, digest) DO UPDATE SET last_used = excluded.last_used";
    PUT_PROFILES = "INSERT INTO historical_profile (org_id, id, inventory_id, account, created, captured, captured_text, dated, groups, parts, head, said)
        SELECT $1, id, inventory_id, account, created, captured, captured_text, dated, groups, parts, head, said
        FROM ({rows: id uuid, inventory_id uuid, account text, created int, captured int, captured_text text, dated bool, groups text,
            parts bytes, head bytes, said int}) AS batch WHERE TRUE
        ON CONFLICT (org_id, id) DO NOTHING";
    PUT_REMOVALS = "INSERT INTO historical_removal (org_id, inventory_id, at)
        SELECT $1, inventory_id, at FROM ({rows: inventory_id uuid, at int}) AS batch WHERE TRUE
        ON CONFLICT (org_id, inventory_id) DO UPDATE SET at = excluded.at WHERE historical_removal.at < excluded.at";
    DROP_HOSTS = "DELETE FROM historical_profile
        WHERE org_id = $1 AND inventory_id IN (SELECT inventory_id FROM ({rows: inventory_id uuid}) AS batch)";

    /// A later state of the machine that waits no more has been compared.
    ARRIVALS = "SELECT a.org_id, a.profile_id, a.check_in, a.display_name, EXISTS (
            SELECT 1 FROM historical_profile p WHERE p.org_id = a.org_id AND p.inventory_id = a.inventory_id AND p.said > a.said
            AND NOT EXISTS (SELECT 1 FROM historical_arrival w WHERE w.org_id = p.org_id AND w.profile_id = p.id))
        FROM historical_arrival a ORDER BY a.said, a.org_id, a.profile_id LIMIT $1";
    PUT_ARRIVALS = "INSERT INTO historical_arrival (org_id, profile_id, inventory_id, said, display_name, check_in)
        SELECT $1, profile_id, inventory_id, said, display_name, check_in
        FROM ({rows: profile_id uuid, inventory_id uuid, said int, display_name text, check_in text}) AS batch WHERE TRUE
        ON CONFLICT (org_id, profile_id) DO NOTHING";
    DROP_ARRIVALS = "DELETE FROM historical_arrival
        WHERE org_id = $1 AND profile_id IN (SELECT profile_id FROM ({rows: profile_id uuid}) AS batch)";
    FORGET_ARRIVALS = "DELETE FROM historical_arrival
        WHERE org_id = $1 AND inventory_id IN (SELECT inventory_id FROM ({rows: inventory_id uuid}) AS batch)";

    /// Some of the profiles that were stored before a time.
    DROP_OLD_PROFILES = "DELETE FROM historical_profile WHERE (org_id, id) IN (
        SELECT org_id, id FROM historical_profile WHERE created < $1 ORDER BY created LIMIT $2)";
    DROP_OLD_PARTS = "DELETE FROM historical_profile_part WHERE last_used < $1 AND (org_id, digest) IN (
        SELECT org_id, digest FROM historical_profile_part WHERE last_used < $1 ORDER BY last_used LIMIT $2)";
    /// What nobody compared while its profile was kept.
    DROP_OLD_ARRIVALS = "DELETE FROM historical_arrival WHERE NOT EXISTS (
        SELECT 1 FROM historical_profile p WHERE p.org_id = historical_arrival.org_id AND p.id = historical_arrival.profile_id)";
    DROP_OLD_REMOVALS = "DELETE FROM historical_removal WHERE at < $1";
}
