-- When the other inventory told of a profile: what it told earlier, and comes late, is not what the machine is now.
ALTER TABLE historical_profile ADD COLUMN said BIGINT;

-- Profiles that are still to be compared with baselines, with what the event said beside the profile.
CREATE TABLE historical_arrival (
    org_id TEXT COLLATE "C" NOT NULL,
    profile_id UUID NOT NULL,
    inventory_id UUID NOT NULL,
    said BIGINT NOT NULL,
    display_name TEXT COLLATE "C",
    check_in TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, profile_id)
);
CREATE INDEX historical_arrival_said ON historical_arrival (said);
