//! Every static statement of baselines.

store::statements! {
    BASELINES_BY_ID = "SELECT b.id, b.account, b.display_name, b.created, b.updated, b.fact_count, b.notifications_enabled, b.facts
        FROM ({rows: id uuid}) AS wanted JOIN baseline b ON b.org_id = $1 AND b.id = wanted.id";
    IDS_KNOWN = "SELECT b.id FROM ({rows: id uuid}) AS wanted JOIN baseline b ON b.org_id = $1 AND b.id = wanted.id";
    /// The same row until the end of the transaction.
    BASELINE_TO_CHANGE = "SELECT id, account, display_name, created, updated, fact_count, notifications_enabled, facts
        FROM baseline WHERE org_id = $1 AND id = $2{for update}";
    BASELINE_BY_NAME = "SELECT id FROM baseline WHERE org_id = $1 AND display_name = $2";
    COUNT_BASELINES = "SELECT COUNT(*) FROM baseline WHERE org_id = $1";
    PUT_BASELINE = "INSERT INTO baseline (org_id, id, account, display_name, display_name_fold, created, updated, fact_count, facts, notifications_enabled)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    CHANGE_BASELINE = "UPDATE baseline SET display_name = $3, display_name_fold = $4, updated = $5, fact_count = $6, facts = $7, notifications_enabled = $8
        WHERE org_id = $1 AND id = $2";
    DROP_BASELINES = "DELETE FROM baseline WHERE org_id = $1 AND id IN (SELECT id FROM ({rows: id uuid}) AS batch)";
    DROP_SYSTEMS_OF_BASELINES = "DELETE FROM baseline_system
        WHERE org_id = $1 AND baseline_id IN (SELECT id FROM ({rows: id uuid}) AS batch)";

    /// The systems of a baseline in the order in which they were added.
    SYSTEMS = "SELECT system_id, place FROM baseline_system WHERE org_id = $1 AND baseline_id = $2 ORDER BY place, system_id";
    PUT_SYSTEMS = "INSERT INTO baseline_system (org_id, baseline_id, system_id, place)
        SELECT $1, $2, system_id, place FROM ({rows: system_id uuid, place int}) AS batch";
    DROP_SYSTEMS = "DELETE FROM baseline_system
        WHERE org_id = $1 AND baseline_id = $2 AND system_id IN (SELECT system_id FROM ({rows: system_id uuid}) AS batch)";
    DROP_SYSTEMS_EVERYWHERE = "DELETE FROM baseline_system
        WHERE org_id = $1 AND system_id IN (SELECT system_id FROM ({rows: system_id uuid}) AS batch)";
    BASELINES_OF_SYSTEM = "SELECT baseline_id FROM baseline_system WHERE org_id = $1 AND system_id = $2 ORDER BY baseline_id";
    /// One entry for each association.
    BASELINES_OF_SYSTEMS = "SELECT baseline_id FROM baseline_system WHERE org_id = $1 ORDER BY baseline_id";

    GROUPS_OF_SYSTEM = "SELECT group_id, name FROM baseline_system_group WHERE org_id = $1 AND system_id = $2 AND group_id <> '' ORDER BY group_id";
    ASSOCIATED = "SELECT DISTINCT s.system_id FROM ({rows: system_id uuid}) AS wanted
        JOIN baseline_system s ON s.org_id = $1 AND s.system_id = wanted.system_id";
    WATCHING = "SELECT s.system_id, s.baseline_id FROM ({rows: system_id uuid}) AS wanted
        JOIN baseline_system s ON s.org_id = $1 AND s.system_id = wanted.system_id
        JOIN baseline b ON b.org_id = $1 AND b.id = s.baseline_id AND b.notifications_enabled
        ORDER BY s.baseline_id, s.system_id";
    DROP_GROUPS = "DELETE FROM baseline_system_group
        WHERE org_id = $1 AND system_id IN (SELECT system_id FROM ({rows: system_id uuid}) AS batch)";
    PUT_GROUPS = "INSERT INTO baseline_system_group (org_id, system_id, group_id, name)
        SELECT $1, system_id, group_id, name FROM ({rows: system_id uuid, group_id text, name text}) AS batch WHERE TRUE
        ON CONFLICT (org_id, system_id, group_id) DO UPDATE SET name = excluded.name";
    /// The groups of systems that no baseline is for any more.
    DROP_UNUSED_GROUPS = "DELETE FROM baseline_system_group WHERE org_id = $1 AND NOT EXISTS (
        SELECT 1 FROM baseline_system s WHERE s.org_id = $1 AND s.system_id = baseline_system_group.system_id)";

    /// How many baselines each organisation has.
    BASELINES_BY_ORG = "SELECT org_id, COUNT(*) FROM baseline GROUP BY org_id ORDER BY org_id";
    /// How many baselines were created in a time.
    CREATED_BETWEEN = "SELECT COUNT(*) FROM baseline WHERE created >= $1 AND created < $2";
    /// How many systems each baseline has that has any, and how many such baselines there are.
    BASELINES_BY_SYSTEMS = "SELECT many, COUNT(*) FROM (
        SELECT COUNT(*) AS many FROM baseline_system GROUP BY org_id, baseline_id) AS counted GROUP BY many ORDER BY many";
}
