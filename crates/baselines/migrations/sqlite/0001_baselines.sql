-- What machines should be. The facts of a baseline are one JSON text: they are read whole, and nothing is asked of them.
CREATE TABLE baseline (
    org_id TEXT NOT NULL,
    id BLOB NOT NULL,
    account TEXT,
    display_name TEXT NOT NULL,
    display_name_fold TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    fact_count INTEGER NOT NULL,
    facts TEXT NOT NULL,
    notifications_enabled INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE UNIQUE INDEX baseline_display_name ON baseline (org_id, display_name);

-- Which machines a baseline is for. `place` is where a machine stands in the order in which they were added.
CREATE TABLE baseline_system (
    org_id TEXT NOT NULL,
    baseline_id BLOB NOT NULL,
    system_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (org_id, baseline_id, system_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX baseline_system_system_id ON baseline_system (org_id, system_id);

-- The inventory groups of machines that have baselines, as they were last told. A machine in no group has one row with
-- the id ''; one of which nothing is known has none.
CREATE TABLE baseline_system_group (
    org_id TEXT NOT NULL,
    system_id BLOB NOT NULL,
    group_id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (org_id, system_id, group_id)
) STRICT, WITHOUT ROWID;
