-- What people and tokens changed. `status` is that of the answer; null while there is none, and for ever when the process ended before.
-- `made` is the id of what was made, as the answer told it.
CREATE TABLE audit_entry (
    org_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    id BLOB NOT NULL,
    actor TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    via TEXT NOT NULL,
    service TEXT NOT NULL,
    operation TEXT NOT NULL,
    subject TEXT NOT NULL,
    request_id TEXT,
    status INTEGER,
    made TEXT,
    PRIMARY KEY (org_id, at, id)
) STRICT;
