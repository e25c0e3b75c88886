-- The facts of a host are stored packed; what was stored before stays plain until the host is next written. Nothing but the
-- release is asked of them.
ALTER TABLE host ADD COLUMN os_release TEXT COLLATE "C";
UPDATE host SET os_release = facts ->> 'os_release';
ALTER TABLE host ALTER COLUMN facts TYPE BYTEA USING convert_to(facts::text, 'UTF8');
