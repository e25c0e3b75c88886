-- Tokens that machines enrol with. `digest` is that of the secret, which itself is nowhere here. `uses` is null where there
-- is no limit; `host_id` where the token is for one host that is known already.
CREATE TABLE enrolment_token (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    digest BYTEA NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    group_id UUID,
    tags TEXT COLLATE "C" NOT NULL,
    host_id UUID,
    uses BIGINT,
    used BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT,
    PRIMARY KEY (org_id, id)
);
-- A token is found before it is known whose it is.
CREATE UNIQUE INDEX enrolment_token_id ON enrolment_token (id);
CREATE INDEX enrolment_token_org ON enrolment_token (org_id, created);

-- The tokens of hosts. `placed` says whether the host has the group and the tags of the token that it was enrolled with.
CREATE TABLE host_token (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    digest BYTEA NOT NULL,
    host_id UUID NOT NULL,
    enrolled_with UUID NOT NULL,
    enrolled BIGINT NOT NULL,
    placed BIGINT NOT NULL,
    revoked BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX host_token_id ON host_token (id);
CREATE INDEX host_token_org ON host_token (org_id, enrolled);
CREATE INDEX host_token_host ON host_token (org_id, host_id);
CREATE INDEX host_token_enrolled_with ON host_token (enrolled_with);
