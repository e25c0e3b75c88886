-- When the other inventory told of a profile: what it told earlier, and comes late, is not what the machine is now.
ALTER TABLE historical_profile ADD COLUMN said INTEGER;

-- Profiles that are still to be compared with baselines, with what the event said beside the profile.
CREATE TABLE historical_arrival (
    org_id TEXT NOT NULL,
    profile_id BLOB NOT NULL,
    inventory_id BLOB NOT NULL,
    said INTEGER NOT NULL,
    display_name TEXT,
    check_in TEXT NOT NULL,
    PRIMARY KEY (org_id, profile_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX historical_arrival_said ON historical_arrival (said);
