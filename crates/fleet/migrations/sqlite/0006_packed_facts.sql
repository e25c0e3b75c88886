-- The facts of a host are stored packed; what was stored before stays plain until the host is next written. Nothing but the
-- release is asked of them.
ALTER TABLE host ADD COLUMN os_release TEXT;
ALTER TABLE host ADD COLUMN packed BLOB NOT NULL DEFAULT x'';
UPDATE host SET os_release = facts ->> 'os_release', packed = CAST(facts AS BLOB);
ALTER TABLE host DROP COLUMN facts;
ALTER TABLE host RENAME COLUMN packed TO facts;
