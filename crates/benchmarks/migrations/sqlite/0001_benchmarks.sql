-- Whoever registered. The same person at two issuers is two users.
CREATE TABLE benchmark_user (
    iss TEXT NOT NULL,
    sub TEXT NOT NULL,
    email TEXT NOT NULL,
    registered INTEGER NOT NULL,
    PRIMARY KEY (iss, sub)
) STRICT;
CREATE INDEX benchmark_user_email ON benchmark_user (email);

-- `json_schema` is as answers show it, `json_schema_given` as it was sent: the order of its keys says which of several
-- errors is told. `approved` is false while it is on review.
CREATE TABLE benchmark (
    id BLOB PRIMARY KEY,
    docker_image TEXT NOT NULL,
    docker_tag TEXT NOT NULL,
    url TEXT NOT NULL,
    json_schema TEXT NOT NULL,
    json_schema_given TEXT NOT NULL,
    description TEXT,
    approved INTEGER NOT NULL,
    uploaded INTEGER NOT NULL,
    uploader_iss TEXT NOT NULL,
    uploader_sub TEXT NOT NULL,
    UNIQUE (docker_image, docker_tag),
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
) STRICT;
CREATE INDEX benchmark_uploader ON benchmark (uploader_iss, uploader_sub);

CREATE TABLE benchmark_site (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    description TEXT,
    approved INTEGER NOT NULL,
    uploaded INTEGER NOT NULL,
    uploader_iss TEXT NOT NULL,
    uploader_sub TEXT NOT NULL,
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
) STRICT;
CREATE INDEX benchmark_site_uploader ON benchmark_site (uploader_iss, uploader_sub);

CREATE TABLE benchmark_flavor (
    id BLOB PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES benchmark_site ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    approved INTEGER NOT NULL,
    uploaded INTEGER NOT NULL,
    uploader_iss TEXT NOT NULL,
    uploader_sub TEXT NOT NULL,
    UNIQUE (site_id, name),
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
) STRICT;
CREATE INDEX benchmark_flavor_uploader ON benchmark_flavor (uploader_iss, uploader_sub);

CREATE TABLE benchmark_tag (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT
) STRICT;

-- Results never change, but for being hidden. The host is the one it ran on, when that is known, and `host_seq` the
-- row of the log with its state then.
CREATE TABLE benchmark_result (
    id BLOB PRIMARY KEY,
    benchmark_id BLOB NOT NULL REFERENCES benchmark ON DELETE CASCADE,
    site_id BLOB NOT NULL REFERENCES benchmark_site ON DELETE CASCADE,
    flavor_id BLOB NOT NULL REFERENCES benchmark_flavor ON DELETE CASCADE,
    document TEXT NOT NULL,
    executed INTEGER NOT NULL,
    uploaded INTEGER NOT NULL,
    hidden INTEGER NOT NULL,
    uploader_iss TEXT NOT NULL,
    uploader_sub TEXT NOT NULL,
    host_org TEXT,
    host_id BLOB,
    host_seq INTEGER,
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
) STRICT;
CREATE INDEX benchmark_result_executed ON benchmark_result (hidden, executed, uploaded, id);
CREATE INDEX benchmark_result_benchmark ON benchmark_result (benchmark_id, hidden, executed, uploaded, id);
CREATE INDEX benchmark_result_site ON benchmark_result (site_id, hidden, executed, uploaded, id);
CREATE INDEX benchmark_result_flavor ON benchmark_result (flavor_id, hidden, executed, uploaded, id);
CREATE INDEX benchmark_result_uploader ON benchmark_result (uploader_iss, uploader_sub, executed, uploaded, id);

CREATE TABLE benchmark_result_tag (
    result_id BLOB NOT NULL REFERENCES benchmark_result ON DELETE CASCADE,
    tag_id BLOB NOT NULL REFERENCES benchmark_tag ON DELETE CASCADE,
    PRIMARY KEY (result_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX benchmark_result_tag_tag ON benchmark_result_tag (tag_id, result_id);

-- The places in documents, as JSON pointers, and what stands at each: what filters compare and lists are sorted by.
CREATE TABLE benchmark_path (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE benchmark_value (
    path_id INTEGER NOT NULL,
    result_id BLOB NOT NULL REFERENCES benchmark_result ON DELETE CASCADE,
    number INTEGER,
    truth INTEGER,
    text TEXT,
    rank BLOB,
    PRIMARY KEY (path_id, result_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX benchmark_value_number ON benchmark_value (path_id, number, result_id) WHERE number IS NOT NULL;
CREATE INDEX benchmark_value_text ON benchmark_value (path_id, text, result_id) WHERE text IS NOT NULL;
CREATE INDEX benchmark_value_result ON benchmark_value (result_id);

-- What somebody holds against a result. It stays when the result goes.
CREATE TABLE benchmark_claim (
    id BLOB PRIMARY KEY,
    result_id BLOB NOT NULL,
    message TEXT NOT NULL,
    approved INTEGER NOT NULL,
    uploaded INTEGER NOT NULL,
    uploader_iss TEXT NOT NULL,
    uploader_sub TEXT NOT NULL,
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
) STRICT;
CREATE INDEX benchmark_claim_result ON benchmark_claim (result_id);
CREATE INDEX benchmark_claim_uploader ON benchmark_claim (uploader_iss, uploader_sub);

-- E-mails that are not sent yet; `due` is when the next attempt is.
CREATE TABLE benchmark_mail (
    id BLOB PRIMARY KEY,
    due INTEGER NOT NULL,
    written INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    copied INTEGER NOT NULL,
    subject TEXT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX benchmark_mail_due ON benchmark_mail (due);
