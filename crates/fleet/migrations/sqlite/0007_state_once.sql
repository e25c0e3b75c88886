-- The newest state of a host is that of the row of the log that `host.seq` names; it stood in both.
ALTER TABLE host DROP COLUMN sections;
ALTER TABLE host DROP COLUMN state;
