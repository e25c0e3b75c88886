-- What people and tokens changed. `status` is that of the answer; null while there is none, and for ever when the process ended before.
-- `made` is the id of what was made, as the answer told it.
CREATE TABLE audit_entry (
    org_id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    id UUID NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    actor_kind TEXT COLLATE "C" NOT NULL,
    via TEXT COLLATE "C" NOT NULL,
    service TEXT COLLATE "C" NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C",
    status BIGINT,
    made TEXT COLLATE "C",
    PRIMARY KEY (org_id, at, id)
);
