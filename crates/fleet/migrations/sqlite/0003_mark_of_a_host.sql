-- The newest row of the log about the host: what is kept in memory of it is right as long as this stands.
ALTER TABLE host_checkin ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
