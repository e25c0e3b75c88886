-- Tokens that machines enrol with. `digest` is that of the secret, which itself is nowhere here. `uses` is null where there
-- is no limit; `host_id` where the token is for one host that is known already.
CREATE TABLE enrolment_token (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    digest BLOB NOT NULL,
    note TEXT NOT NULL,
    group_id BLOB,
    tags TEXT NOT NULL,
    host_id BLOB,
    uses INTEGER,
    used INTEGER NOT NULL,
    created INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
-- A token is found before it is known whose it is.
CREATE UNIQUE INDEX enrolment_token_id ON enrolment_token (id);
CREATE INDEX enrolment_token_org ON enrolment_token (org_id, created);

-- The tokens of hosts. `placed` says whether the host has the group and the tags of the token that it was enrolled with.
CREATE TABLE host_token (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    digest BLOB NOT NULL,
    host_id BLOB NOT NULL,
    enrolled_with BLOB NOT NULL,
    enrolled INTEGER NOT NULL,
    placed INTEGER NOT NULL,
    revoked INTEGER,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX host_token_id ON host_token (id);
CREATE INDEX host_token_org ON host_token (org_id, enrolled);
CREATE INDEX host_token_host ON host_token (org_id, host_id);
CREATE INDEX host_token_enrolled_with ON host_token (enrolled_with);
