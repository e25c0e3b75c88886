-- What applications of the console say of hosts (contract inventory-events §8): for each host and application the values that
-- came last. It goes with the host.
CREATE TABLE host_app_data (
    org_id TEXT NOT NULL,
    host_id BLOB NOT NULL,
    application TEXT NOT NULL,
    -- When the application said so, in microseconds.
    reported INTEGER NOT NULL,
    -- Values by name: whole numbers, texts, times in microseconds, lists.
    data TEXT NOT NULL,
    PRIMARY KEY (org_id, host_id, application)
) STRICT;
