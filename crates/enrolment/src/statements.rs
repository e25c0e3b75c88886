//! What is asked of the database.

store::statements! {
    ADD_TOKEN = "INSERT INTO enrolment_token (id, org_id, digest, note, group_id, tags, host_id, uses, used, created, created_by, expires)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11)";
    COUNT_TOKENS = "SELECT COUNT(*) FROM enrolment_token WHERE org_id = $1";
    /// Those that have ended make room.
    FORGET_ENDED_TOKENS = "DELETE FROM enrolment_token WHERE org_id = $1 AND (expires <= $2 OR revoked IS NOT NULL)";
    TOKENS = "SELECT id, org_id, digest, note, group_id, tags, host_id, uses, used, created, created_by, expires, revoked
        FROM enrolment_token WHERE org_id = $1 ORDER BY created DESC, id";
    TOKEN = "SELECT id, org_id, digest, note, group_id, tags, host_id, uses, used, created, created_by, expires, revoked
        FROM enrolment_token WHERE id = $1";
    REVOKE_TOKEN = "UPDATE enrolment_token SET revoked = $3 WHERE org_id = $1 AND id = $2 AND revoked IS NULL";
    /// One use, if one is left.
    USE_TOKEN = "UPDATE enrolment_token SET used = used + 1
        WHERE id = $1 AND revoked IS NULL AND expires > $2 AND (uses IS NULL OR used < uses)";

    ADD_HOST_TOKEN = "INSERT INTO host_token (id, org_id, digest, host_id, enrolled_with, enrolled, placed)
        VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (id) DO NOTHING";
    HOST_TOKEN = "SELECT id, org_id, digest, host_id, enrolled_with, enrolled, placed, revoked FROM host_token WHERE id = $1";
    HOST_TOKENS = "SELECT id, org_id, digest, host_id, enrolled_with, enrolled, placed, revoked FROM host_token
        WHERE org_id = $1 ORDER BY enrolled DESC, id LIMIT $2 OFFSET $3";
    COUNT_HOST_TOKENS = "SELECT COUNT(*) FROM host_token WHERE org_id = $1";
    MARK_PLACED = "UPDATE host_token SET placed = 1 WHERE org_id = $1 AND id = $2";
    REVOKE_HOST_TOKEN = "UPDATE host_token SET revoked = $3 WHERE org_id = $1 AND id = $2 AND revoked IS NULL";
    /// What another token of the same host takes the place of.
    REVOKE_OTHERS_OF_HOST = "UPDATE host_token SET revoked = $4 WHERE org_id = $1 AND host_id = $2 AND id <> $3 AND revoked IS NULL";
    REVOKE_ENROLLED_WITH = "UPDATE host_token SET revoked = $3 WHERE org_id = $1 AND enrolled_with = $2 AND revoked IS NULL";
}
