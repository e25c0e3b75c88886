-- What machines should be. The facts of a baseline are one JSON text: they are read whole, and nothing is asked of them.
CREATE TABLE baseline (
    org_id TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    account TEXT COLLATE "C",
    display_name TEXT COLLATE "C" NOT NULL,
    display_name_fold TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    fact_count BIGINT NOT NULL,
    facts TEXT COLLATE "C" NOT NULL,
    notifications_enabled BOOLEAN NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX baseline_display_name ON baseline (org_id, display_name);

-- Which machines a baseline is for. `place` is where a machine stands in the order in which they were added.
CREATE TABLE baseline_system (
    org_id TEXT COLLATE "C" NOT NULL,
    baseline_id UUID NOT NULL,
    system_id UUID NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (org_id, baseline_id, system_id)
);
CREATE INDEX baseline_system_system_id ON baseline_system (org_id, system_id);

-- The inventory groups of machines that have baselines, as they were last told. A machine in no group has one row with
-- the id ''; one of which nothing is known has none.
CREATE TABLE baseline_system_group (
    org_id TEXT COLLATE "C" NOT NULL,
    system_id UUID NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, system_id, group_id)
);
