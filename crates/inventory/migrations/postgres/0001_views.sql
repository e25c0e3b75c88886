-- Views of hosts that somebody saved. The one that everybody has stands in the program, not here.
CREATE TABLE inventory_view (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    -- JSON, as it was sent.
    configuration TEXT COLLATE "C" NOT NULL,
    org_wide BOOLEAN NOT NULL,
    -- The user id of who saved it.
    created_by TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX inventory_view_created_by ON inventory_view (org_id, created_by);
