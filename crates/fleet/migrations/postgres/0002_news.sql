-- The rows of the log that say more than "seen", newest first and by hour: what overviews and people ask for, without
-- the many check-ins between them.
CREATE INDEX host_change_news ON host_change (org_id, seq, at, kind) WHERE kind <> 'seen';
