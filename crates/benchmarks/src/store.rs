//! Statements and what they read, thing by thing. Nothing here decides.

pub mod claims;
pub mod entries;
pub mod list;
pub mod mails;
pub mod results;
pub mod submits;
pub mod tags;
pub mod users;

store::statements! {
    GET_USER = "SELECT u.iss, u.sub, u.email, u.registered FROM benchmark_user u WHERE u.iss = $1 AND u.sub = $2";
    ADD_USER = "INSERT INTO benchmark_user (iss, sub, email, registered) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    SET_EMAIL = "UPDATE benchmark_user SET email = $3 WHERE iss = $1 AND sub = $2";

    GET_BENCHMARK = "SELECT b.id, b.docker_image, b.docker_tag, b.url, b.json_schema, b.description, b.uploaded FROM benchmark b WHERE b.id = $1";
    /// What a result is held against.
    GET_SCHEMA = "SELECT json_schema_given, approved FROM benchmark WHERE id = $1";
    ADD_BENCHMARK = "INSERT INTO benchmark (id, docker_image, docker_tag, url, json_schema, json_schema_given, description, approved, uploaded, uploader_iss, uploader_sub)
        VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, $9, $10) ON CONFLICT DO NOTHING";
    /// A description that is not given stays.
    SET_BENCHMARK = "UPDATE benchmark SET docker_image = $2, docker_tag = $3, url = $4, json_schema = $5, json_schema_given = $6,
        description = COALESCE($7, description) WHERE id = $1";

    GET_SITE = "SELECT s.id, s.name, s.address, s.description, s.uploaded FROM benchmark_site s WHERE s.id = $1";
    ADD_SITE = "INSERT INTO benchmark_site (id, name, address, description, approved, uploaded, uploader_iss, uploader_sub)
        VALUES ($1, $2, $3, $4, FALSE, $5, $6, $7) ON CONFLICT DO NOTHING";
    SET_SITE = "UPDATE benchmark_site SET name = $2, address = $3, description = COALESCE($4, description) WHERE id = $1";

    GET_FLAVOR = "SELECT f.id, f.name, f.description, f.uploaded FROM benchmark_flavor f WHERE f.id = $1";
    GET_FLAVOR_SITE = "SELECT s.id, s.name, s.address, s.description, s.uploaded FROM benchmark_flavor f
        JOIN benchmark_site s ON s.id = f.site_id WHERE f.id = $1";
    /// Where a result ran.
    GET_PLACE = "SELECT site_id, approved FROM benchmark_flavor WHERE id = $1";
    ADD_FLAVOR = "INSERT INTO benchmark_flavor (id, site_id, name, description, approved, uploaded, uploader_iss, uploader_sub)
        VALUES ($1, $2, $3, $4, FALSE, $5, $6, $7) ON CONFLICT DO NOTHING";
    SET_FLAVOR = "UPDATE benchmark_flavor SET name = $2, description = COALESCE($3, description) WHERE id = $1";

    BENCHMARK_REVIEW = "SELECT b.approved, u.email FROM benchmark b JOIN benchmark_user u ON u.iss = b.uploader_iss AND u.sub = b.uploader_sub WHERE b.id = $1{for update}";
    SITE_REVIEW = "SELECT s.approved, u.email FROM benchmark_site s JOIN benchmark_user u ON u.iss = s.uploader_iss AND u.sub = s.uploader_sub WHERE s.id = $1{for update}";
    FLAVOR_REVIEW = "SELECT f.approved, u.email FROM benchmark_flavor f JOIN benchmark_user u ON u.iss = f.uploader_iss AND u.sub = f.uploader_sub WHERE f.id = $1{for update}";
    APPROVE_BENCHMARK = "UPDATE benchmark SET approved = TRUE WHERE id = $1";
    APPROVE_SITE = "UPDATE benchmark_site SET approved = TRUE WHERE id = $1";
    APPROVE_FLAVOR = "UPDATE benchmark_flavor SET approved = TRUE WHERE id = $1";
    /// Series that lose results are to be looked at again, from their beginning.
    SITE_TAKES_POINTS = "UPDATE benchmark_series SET revision = revision + 1, changed_from = $2 WHERE (org_id, id) IN
        (SELECT p.org_id, p.series_id FROM benchmark_result r JOIN benchmark_point p ON p.result_id = r.id WHERE r.site_id = $1)";
    FLAVOR_TAKES_POINTS = "UPDATE benchmark_series SET revision = revision + 1, changed_from = $2 WHERE (org_id, id) IN
        (SELECT p.org_id, p.series_id FROM benchmark_result r JOIN benchmark_point p ON p.result_id = r.id WHERE r.flavor_id = $1)";
    DROP_BENCHMARK = "DELETE FROM benchmark WHERE id = $1";
    DROP_SITE = "DELETE FROM benchmark_site WHERE id = $1";
    DROP_FLAVOR = "DELETE FROM benchmark_flavor WHERE id = $1";

    GET_TAG = "SELECT t.id, t.name, t.description FROM benchmark_tag t WHERE t.id = $1";
    ADD_TAG = "INSERT INTO benchmark_tag (id, name, description) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    SET_TAG = "UPDATE benchmark_tag SET name = $2, description = COALESCE($3, description) WHERE id = $1";
    DROP_TAG = "DELETE FROM benchmark_tag WHERE id = $1";
    TAGS_KNOWN = "SELECT id FROM benchmark_tag WHERE id IN (SELECT id FROM ({rows: id uuid}) AS wanted)";
    TAGS_OF_RESULTS = "SELECT rt.result_id, t.id, t.name, t.description FROM ({rows: id uuid}) AS wanted
        JOIN benchmark_result_tag rt ON rt.result_id = wanted.id JOIN benchmark_tag t ON t.id = rt.tag_id ORDER BY t.name, t.id";
    PUT_RESULT_TAGS = "INSERT INTO benchmark_result_tag (result_id, tag_id) SELECT $1, id FROM ({rows: id uuid}) AS batch";
    DROP_RESULT_TAGS = "DELETE FROM benchmark_result_tag WHERE result_id = $1";

    ADD_RESULT = "INSERT INTO benchmark_result (id, benchmark_id, site_id, flavor_id, document, executed, uploaded, hidden, uploader_iss, uploader_sub, host_org, host_id, host_seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, $9, $10, $11, $12)";
    PINNED_RESULTS = "SELECT r.id, r.host_id, r.host_seq FROM ({rows: id uuid}) AS wanted JOIN benchmark_result r ON r.id = wanted.id
        WHERE r.host_org = $1 AND r.hidden = FALSE";
    UPLOADER_OF_RESULT = "SELECT u.iss, u.sub, u.email, u.registered FROM benchmark_result r
        JOIN benchmark_user u ON u.iss = r.uploader_iss AND u.sub = r.uploader_sub WHERE r.id = $1";
    HIDE_RESULT = "UPDATE benchmark_result SET hidden = TRUE WHERE id = $1";
    /// Shows a result again against which nothing is held any more.
    RESTORE_RESULT = "UPDATE benchmark_result SET hidden = FALSE WHERE id = $1 AND hidden = TRUE
        AND NOT EXISTS (SELECT 1 FROM benchmark_claim WHERE result_id = $1)";
    /// Whoever follows results looks at this one.
    ADD_NEWS = "INSERT INTO benchmark_news (result_id) VALUES ($1)";
    PUT_PATHS = "INSERT INTO benchmark_path (path) SELECT path FROM ({rows: path text}) AS batch WHERE TRUE ON CONFLICT DO NOTHING";
    PUT_VALUES = "INSERT INTO benchmark_value (path_id, result_id, number, truth, text, rank)
        SELECT p.id, $1, batch.number, batch.truth, batch.text, batch.rank
        FROM ({rows: path text, number int, truth bool, text text, rank bytes}) AS batch JOIN benchmark_path p ON p.path = batch.path";
    PATHS_KNOWN = "SELECT path FROM benchmark_path WHERE path IN (SELECT path FROM ({rows: path text}) AS wanted)";

    GET_CLAIM = "SELECT c.id, r.id, c.message, c.uploaded, u.iss, u.sub, u.email, u.registered FROM benchmark_claim c
        JOIN benchmark_user u ON u.iss = c.uploader_iss AND u.sub = c.uploader_sub LEFT JOIN benchmark_result r ON r.id = c.result_id WHERE c.id = $1";
    ADD_CLAIM = "INSERT INTO benchmark_claim (id, result_id, message, approved, uploaded, uploader_iss, uploader_sub) VALUES ($1, $2, $3, FALSE, $4, $5, $6)";
    CLAIM_REVIEW = "SELECT c.approved, u.email, c.result_id FROM benchmark_claim c JOIN benchmark_user u ON u.iss = c.uploader_iss AND u.sub = c.uploader_sub WHERE c.id = $1{for update}";
    APPROVE_CLAIM = "UPDATE benchmark_claim SET approved = TRUE WHERE id = $1";
    DROP_CLAIM = "DELETE FROM benchmark_claim WHERE id = $1";
}
