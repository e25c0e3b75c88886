-- When the newest row of the log was written, beside its number: after the database was put back to an earlier state, its
-- numbers are given once more, and what is kept in memory must not take the new rows for the old ones.
ALTER TABLE org ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
UPDATE org SET written = COALESCE((SELECT at FROM host_change c WHERE c.org_id = org.org_id AND c.seq = org.seq), 0);
