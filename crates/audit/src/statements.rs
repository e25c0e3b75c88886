//! What is asked of the database.

store::statements! {
    BEGIN = "INSERT INTO audit_entry (org_id, at, id, actor, actor_kind, via, service, operation, subject, request_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ANSWERED = "UPDATE audit_entry SET status = $4, made = $5 WHERE org_id = $1 AND at = $2 AND id = $3";
    /// What was refused changed nothing.
    REFUSED = "DELETE FROM audit_entry WHERE org_id = $1 AND at = $2 AND id = $3";
    /// Newest first, before a place; the conditions that are null are none.
    ENTRIES = "SELECT at, id, actor, actor_kind, via, service, operation, subject, request_id, status, made FROM audit_entry
        WHERE org_id = $1 AND at >= $2 AND at <= $3 AND (at < $3 OR id < $4)
        AND (CAST($5 AS TEXT) IS NULL OR actor = $5) AND (CAST($6 AS TEXT) IS NULL OR operation = $6)
        ORDER BY at DESC, id DESC LIMIT $7";
    /// Organisations by name, one after another: each step reads one entry of the key.
    NEXT_ORG = "SELECT org_id FROM audit_entry WHERE org_id > $1 ORDER BY org_id LIMIT 1";
    FORGET = "DELETE FROM audit_entry WHERE org_id = $1 AND at < $2 AND id IN
        (SELECT id FROM audit_entry WHERE org_id = $1 AND at < $2 ORDER BY at, id LIMIT $3)";
}
