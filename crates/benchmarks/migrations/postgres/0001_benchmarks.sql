-- Whoever registered. The same person at two issuers is two users.
CREATE TABLE benchmark_user (
    iss TEXT COLLATE "C" NOT NULL,
    sub TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    registered BIGINT NOT NULL,
    PRIMARY KEY (iss, sub)
);
CREATE INDEX benchmark_user_email ON benchmark_user (email);

-- `json_schema` is as answers show it, `json_schema_given` as it was sent: the order of its keys says which of several
-- errors is told. `approved` is false while it is on review.
CREATE TABLE benchmark (
    id UUID PRIMARY KEY,
    docker_image TEXT COLLATE "C" NOT NULL,
    docker_tag TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    json_schema TEXT NOT NULL,
    json_schema_given TEXT NOT NULL,
    description TEXT COLLATE "C",
    approved BOOLEAN NOT NULL,
    uploaded BIGINT NOT NULL,
    uploader_iss TEXT COLLATE "C" NOT NULL,
    uploader_sub TEXT COLLATE "C" NOT NULL,
    UNIQUE (docker_image, docker_tag),
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
);
CREATE INDEX benchmark_uploader ON benchmark (uploader_iss, uploader_sub);

CREATE TABLE benchmark_site (
    id UUID PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    address TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    approved BOOLEAN NOT NULL,
    uploaded BIGINT NOT NULL,
    uploader_iss TEXT COLLATE "C" NOT NULL,
    uploader_sub TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
);
CREATE INDEX benchmark_site_uploader ON benchmark_site (uploader_iss, uploader_sub);

CREATE TABLE benchmark_flavor (
    id UUID PRIMARY KEY,
    site_id UUID NOT NULL REFERENCES benchmark_site ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    approved BOOLEAN NOT NULL,
    uploaded BIGINT NOT NULL,
    uploader_iss TEXT COLLATE "C" NOT NULL,
    uploader_sub TEXT COLLATE "C" NOT NULL,
    UNIQUE (site_id, name),
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
);
CREATE INDEX benchmark_flavor_uploader ON benchmark_flavor (uploader_iss, uploader_sub);

CREATE TABLE benchmark_tag (
    id UUID PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    description TEXT COLLATE "C"
);

-- Results never change, but for being hidden. The host is the one it ran on, when that is known, and `host_seq` the
-- row of the log with its state then.
CREATE TABLE benchmark_result (
    id UUID PRIMARY KEY,
    benchmark_id UUID NOT NULL REFERENCES benchmark ON DELETE CASCADE,
    site_id UUID NOT NULL REFERENCES benchmark_site ON DELETE CASCADE,
    flavor_id UUID NOT NULL REFERENCES benchmark_flavor ON DELETE CASCADE,
    document TEXT NOT NULL,
    executed BIGINT NOT NULL,
    uploaded BIGINT NOT NULL,
    hidden BOOLEAN NOT NULL,
    uploader_iss TEXT COLLATE "C" NOT NULL,
    uploader_sub TEXT COLLATE "C" NOT NULL,
    host_org TEXT COLLATE "C",
    host_id UUID,
    host_seq BIGINT,
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
);
CREATE INDEX benchmark_result_executed ON benchmark_result (hidden, executed, uploaded, id);
CREATE INDEX benchmark_result_benchmark ON benchmark_result (benchmark_id, hidden, executed, uploaded, id);
CREATE INDEX benchmark_result_site ON benchmark_result (site_id, hidden, executed, uploaded, id);
CREATE INDEX benchmark_result_flavor ON benchmark_result (flavor_id, hidden, executed, uploaded, id);
CREATE INDEX benchmark_result_uploader ON benchmark_result (uploader_iss, uploader_sub, executed, uploaded, id);

CREATE TABLE benchmark_result_tag (
    result_id UUID NOT NULL REFERENCES benchmark_result ON DELETE CASCADE,
    tag_id UUID NOT NULL REFERENCES benchmark_tag ON DELETE CASCADE,
    PRIMARY KEY (result_id, tag_id)
);
CREATE INDEX benchmark_result_tag_tag ON benchmark_result_tag (tag_id, result_id);

-- The places in documents, as JSON pointers, and what stands at each: what filters compare and lists are sorted by.
CREATE TABLE benchmark_path (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path TEXT COLLATE "C" NOT NULL UNIQUE
);
CREATE TABLE benchmark_value (
    path_id BIGINT NOT NULL,
    result_id UUID NOT NULL REFERENCES benchmark_result ON DELETE CASCADE,
    number BIGINT,
    truth BOOLEAN,
    text TEXT COLLATE "C",
    rank BYTEA,
    PRIMARY KEY (path_id, result_id)
);
CREATE INDEX benchmark_value_number ON benchmark_value (path_id, number, result_id) WHERE number IS NOT NULL;
CREATE INDEX benchmark_value_text ON benchmark_value (path_id, text, result_id) WHERE text IS NOT NULL;
CREATE INDEX benchmark_value_result ON benchmark_value (result_id);

-- What somebody holds against a result. It stays when the result goes.
CREATE TABLE benchmark_claim (
    id UUID PRIMARY KEY,
    result_id UUID NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    approved BOOLEAN NOT NULL,
    uploaded BIGINT NOT NULL,
    uploader_iss TEXT COLLATE "C" NOT NULL,
    uploader_sub TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (uploader_iss, uploader_sub) REFERENCES benchmark_user ON DELETE CASCADE
);
CREATE INDEX benchmark_claim_result ON benchmark_claim (result_id);
CREATE INDEX benchmark_claim_uploader ON benchmark_claim (uploader_iss, uploader_sub);

-- E-mails that are not sent yet; `due` is when the next attempt is.
CREATE TABLE benchmark_mail (
    id UUID PRIMARY KEY,
    due BIGINT NOT NULL,
    written BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    copied BOOLEAN NOT NULL,
    subject TEXT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX benchmark_mail_due ON benchmark_mail (due);
