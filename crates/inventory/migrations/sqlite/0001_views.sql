-- Views of hosts that somebody saved. The one that everybody has stands in the program, not here.
CREATE TABLE inventory_view (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    -- JSON, as it was sent.
    configuration TEXT NOT NULL,
    org_wide INTEGER NOT NULL,
    -- The user id of who saved it.
    created_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX inventory_view_created_by ON inventory_view (org_id, created_by);
