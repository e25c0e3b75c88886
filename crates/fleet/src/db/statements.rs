//! Every static statement of the record.

store::statements! {
    /// Takes the lock of an organisation and reads its clock; makes the organisation when it is new. The lock is
    /// the row itself: whoever writes for the organisation waits here.
    LOCK_ORG = "INSERT INTO org (org_id, seq, collected) VALUES ($1, 0, 0)
        ON CONFLICT (org_id) DO UPDATE SET seq = org.seq
        RETURNING seq, written, collected, time_to_stale, time_to_stale_warning, time_to_delete, pins";
    /// Moves the clock to the last row that this transaction wrote.
    MOVE_CLOCK = "UPDATE org SET seq = $2, written = $3 WHERE org_id = $1";
    /// Tells caches that sections went.
    NOTE_COLLECTION = "UPDATE org SET collected = collected + 1 WHERE org_id = $1";
    ORG_SEQ = "SELECT seq FROM org WHERE org_id = $1";
    LOG_HEAD = "SELECT seq, written FROM org WHERE org_id = $1";
    /// What every question about an organisation has to know first.
    ORG_CLOCK = "SELECT seq, written, time_to_stale, time_to_stale_warning, time_to_delete FROM org WHERE org_id = $1";
    OWN_STALENESS = "SELECT time_to_stale, time_to_stale_warning, time_to_delete, staleness_id, staleness_created, staleness_updated
        FROM org WHERE org_id = $1 AND staleness_id IS NOT NULL";
    PUT_OWN_STALENESS = "UPDATE org SET time_to_stale = $2, time_to_stale_warning = $3, time_to_delete = $4, staleness_id = $5,
        staleness_created = $6, staleness_updated = $7 WHERE org_id = $1";
    DROP_OWN_STALENESS = "UPDATE org SET time_to_stale = NULL, time_to_stale_warning = NULL, time_to_delete = NULL, staleness_id = NULL,
        staleness_created = NULL, staleness_updated = NULL WHERE org_id = $1";
    /// The clocks of several organisations: those that somebody watches.
    ORG_SEQS = "SELECT org_id, seq FROM org WHERE org_id IN (SELECT org_id FROM ({rows: org_id text}) AS watched)";
    ORGS = "SELECT org_id, seq FROM org ORDER BY org_id";

    /// How many members that are not culled each group has.
    GROUP_MEMBERS = "SELECT h.group_id, COUNT(*) FROM host h JOIN host_checkin c ON c.org_id = h.org_id AND c.host_id = h.id
        WHERE h.org_id = $1 AND h.group_id IS NOT NULL AND c.last_check_in > $2 GROUP BY h.group_id";

    /// What an index holds of hosts, from an id on.
    INDEX_HOSTS = "SELECT h.id, c.seq, c.updated, c.last_check_in, c.reporter, c.reporters{text}, h.display_name, h.fqdn, h.insights_id IS NOT NULL,
            h.provider_type, h.host_type, h.group_id, h.os, h.os_release
        FROM host h JOIN host_checkin c ON c.org_id = h.org_id AND c.host_id = h.id
        WHERE h.org_id = $1 AND h.id >= $2 ORDER BY h.id LIMIT $3";
    INDEX_HOSTS_BY_ID = "SELECT h.id, c.seq, c.updated, c.last_check_in, c.reporter, c.reporters{text}, h.display_name, h.fqdn, h.insights_id IS NOT NULL,
            h.provider_type, h.host_type, h.group_id, h.os, h.os_release
        FROM ({rows: id uuid}) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        JOIN host_checkin c ON c.org_id = h.org_id AND c.host_id = h.id";
    INDEX_GROUPS = "SELECT id, name, ungrouped FROM host_group WHERE org_id = $1";
    /// Tags with their hosts, from a tag on.
    INDEX_TAGS = "SELECT t.namespace, t.key, t.value, tagged.hosts, tagged.tag FROM (
            SELECT tag, {hex host_ids} AS hosts FROM host_tag WHERE org_id = $1 AND tag > $2 GROUP BY tag ORDER BY tag LIMIT $3
        ) AS tagged JOIN tag t ON t.org_id = $1 AND t.tag = tagged.tag ORDER BY tagged.tag";
    INDEX_TAGS_BY_ID = "SELECT wanted.id, t.namespace, t.key, t.value FROM ({rows: id uuid}) AS wanted
        JOIN host_tag h ON h.org_id = $1 AND h.host_id = wanted.id JOIN tag t ON t.org_id = $1 AND t.tag = h.tag";
    HOSTS_CHANGED_SINCE = "SELECT seq, at, host_id FROM host_change WHERE org_id = $1 AND seq >= $2 ORDER BY seq";

    /// The facts and lists of profiles, from an id on.
    PROFILES = "SELECT h.id, h.facts, s.sections FROM host h JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq
        WHERE h.org_id = $1 AND h.id >= $2 ORDER BY h.id LIMIT $3";
    PROFILES_BY_ID = "SELECT h.id, h.facts, s.sections FROM ({rows: id uuid}) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq";
    /// The states of hosts, from an id on.
    STATES_FROM_ID = "SELECT h.id, s.state FROM host h JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq
        WHERE h.org_id = $1 AND h.id >= $2 ORDER BY h.id LIMIT $3";
    STATES_BY_ID = "SELECT h.id, s.state FROM ({rows: id uuid}) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq";
    SECTIONS_OF_HOSTS = "SELECT h.id, s.sections FROM host h JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq
        WHERE h.org_id = $1 AND h.id >= $2 ORDER BY h.id LIMIT $3";
    SECTIONS_BY_ID = "SELECT h.id, s.sections FROM ({rows: id uuid}) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq";
    /// Hosts that were written, not only heard of, after a row of the log.
    PROFILES_CHANGED_AFTER = "SELECT DISTINCT host_id FROM host_change WHERE org_id = $1 AND seq > $2 AND kind <> 'seen' LIMIT $3";

    HOSTS_BY_ID = "SELECT h.id, h.seq, h.profile_seq, h.facts, s.sections, s.state, c.updated, c.last_check_in, c.reporter, c.reporters{text}, c.raw, c.seq, h.owner_id
        FROM ({rows: id uuid}) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq
        JOIN host_checkin c ON c.org_id = h.org_id AND c.host_id = h.id";
    /// Hosts as lists show them.
    HOSTS_SHOWN = "SELECT s.state, c.updated, c.last_check_in, c.reporter, c.reporters{text}, c.seq, h.id
        FROM ({rows: id uuid}) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq
        JOIN host_checkin c ON c.org_id = $1 AND c.host_id = wanted.id";
    /// Hosts of a page with their facts and sections.
    HOSTS_LISTED = "SELECT s.state, c.updated, c.last_check_in, c.reporter, c.reporters{text}, h.facts, s.sections, h.id
        FROM ({rows: id uuid}) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq
        JOIN host_checkin c ON c.org_id = $1 AND c.host_id = wanted.id";
    /// The hosts that share an id fact with a batch of reports.
    HOSTS_BY_FACTS = "SELECT h.id, h.seq, h.profile_seq, h.facts, s.sections, s.state, c.updated, c.last_check_in, c.reporter, c.reporters{text}, c.raw, c.seq, h.owner_id
        FROM (
            SELECT id FROM host WHERE org_id = $1 AND insights_id IN (SELECT fact FROM ({rows: fact uuid}) AS a)
            UNION SELECT id FROM host WHERE org_id = $1 AND subscription_manager_id IN (SELECT fact FROM ({rows: fact text}) AS b)
            UNION SELECT id FROM host WHERE org_id = $1 AND provider_id IN (SELECT fact FROM ({rows: fact text}) AS c)
        ) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        JOIN host_change s ON s.org_id = $1 AND s.seq = h.seq
        JOIN host_checkin c ON c.org_id = h.org_id AND c.host_id = h.id";
    PUT_HOSTS = "INSERT INTO host (org_id, id, seq, profile_seq, insights_id, subscription_manager_id, provider_id, provider_type, fqdn,
            display_name, display_name_fold, os, os_release, host_type, owner_id, group_id, facts)
        SELECT $1, id, seq, profile_seq, insights_id, subscription_manager_id, provider_id, provider_type, fqdn,
            display_name, display_name_fold, os, os_release, host_type, owner_id, group_id, facts
        FROM ({rows: id uuid, seq int, profile_seq int, insights_id uuid, subscription_manager_id text, provider_id text, provider_type text,
            fqdn text, display_name text, display_name_fold text, os text, os_release text, host_type text, owner_id text, group_id uuid, facts bytes}) AS batch WHERE TRUE
        ON CONFLICT (org_id, id) DO UPDATE SET seq = excluded.seq, profile_seq = excluded.profile_seq, insights_id = excluded.insights_id,
            subscription_manager_id = excluded.subscription_manager_id, provider_id = excluded.provider_id, provider_type = excluded.provider_type,
            fqdn = excluded.fqdn, display_name = excluded.display_name, display_name_fold = excluded.display_name_fold, os = excluded.os, os_release = excluded.os_release,
            host_type = excluded.host_type, owner_id = excluded.owner_id, group_id = excluded.group_id, facts = excluded.facts";
    PUT_CHECKINS = "INSERT INTO host_checkin (org_id, host_id, seq, updated, last_check_in, reporter, reporters, raw)
        SELECT $1, host_id, seq, updated, last_check_in, reporter, reporters{json}, raw
        FROM ({rows: host_id uuid, seq int, updated int, last_check_in int, reporter text, reporters text, raw text}) AS batch WHERE TRUE
        ON CONFLICT (org_id, host_id) DO UPDATE SET seq = excluded.seq, updated = excluded.updated,
            last_check_in = excluded.last_check_in, reporter = excluded.reporter, reporters = excluded.reporters, raw = excluded.raw";
    DROP_HOST_TAGS = "DELETE FROM host_tag WHERE org_id = $1 AND host_id IN (SELECT host_id FROM ({rows: host_id uuid}) AS batch)";
    /// Those that the organisation does not have yet.
    PUT_TAGS = "INSERT INTO tag (org_id, digest, pair, namespace, key, value)
        SELECT $1, digest, pair, namespace, key, value
        FROM ({rows: digest bytes, pair bytes, namespace text, key text, value text}) AS batch
        WHERE NOT EXISTS (SELECT 1 FROM tag WHERE tag.org_id = $1 AND tag.digest = batch.digest)";
    PUT_HOST_TAGS = "INSERT INTO host_tag (org_id, host_id, tag)
        SELECT $1, batch.host_id, tag.tag
        FROM ({rows: host_id uuid, digest bytes}) AS batch JOIN tag ON tag.org_id = $1 AND tag.digest = batch.digest";
    DROP_UNUSED_TAGS = "DELETE FROM tag WHERE org_id = $1 AND NOT EXISTS (SELECT 1 FROM host_tag WHERE org_id = $1 AND host_tag.tag = tag.tag)";
    PUT_CHANGES = "INSERT INTO host_change (org_id, seq, host_id, at, kind, cause, reporter, matched, base_seq, request_id, by_frontend, metadata, times, sections, state)
        SELECT $1, seq, host_id, at, kind, cause, reporter, matched, base_seq, request_id, by_frontend, metadata, times, sections, state
        FROM ({rows: seq int, host_id uuid, at int, kind text, cause text, reporter text, matched text, base_seq int, request_id text,
            by_frontend bool, metadata bytes, times text, sections bytes, state bytes}) AS batch";
    DROP_HOSTS = "DELETE FROM host WHERE org_id = $1 AND id IN (SELECT id FROM ({rows: id uuid}) AS batch)";
    DROP_APP_DATA = "DELETE FROM host_app_data WHERE org_id = $1 AND host_id IN (SELECT id FROM ({rows: id uuid}) AS batch)";
    DROP_CHECKINS = "DELETE FROM host_checkin WHERE org_id = $1 AND host_id IN (SELECT id FROM ({rows: id uuid}) AS batch)";

    APP_DATA = "SELECT a.host_id, a.application, a.reported, a.data{text} FROM ({rows: id uuid}) AS wanted
        JOIN host_app_data a ON a.org_id = $1 AND a.host_id = wanted.id";
    /// The hosts of a batch that the organisation has, with what an application has said of each.
    APP_DATA_BEFORE = "SELECT h.id, a.data{text} FROM ({rows: id uuid}) AS wanted
        JOIN host h ON h.org_id = $1 AND h.id = wanted.id
        LEFT JOIN host_app_data a ON a.org_id = $1 AND a.host_id = h.id AND a.application = $2";
    /// Of hosts of which the application has said nothing.
    IMPORT_APP_DATA = "INSERT INTO host_app_data (org_id, host_id, application, reported, data)
        SELECT $1, host_id, $2, reported, data{json} FROM ({rows: host_id uuid, reported int, data text}) AS batch WHERE TRUE
        ON CONFLICT (org_id, host_id, application) DO NOTHING";
    PUT_APP_DATA = "INSERT INTO host_app_data (org_id, host_id, application, reported, data)
        SELECT $1, host_id, $2, $3, data{json} FROM ({rows: host_id uuid, data text}) AS batch WHERE TRUE
        ON CONFLICT (org_id, host_id, application) DO UPDATE SET reported = excluded.reported, data = excluded.data";

    SECTIONS_KNOWN = "SELECT digest, base FROM section WHERE org_id = $1 AND digest IN (SELECT digest FROM ({rows: digest bytes}) AS batch)";
    SECTIONS = "SELECT digest, base, size, body FROM section WHERE org_id = $1 AND digest IN (SELECT digest FROM ({rows: digest bytes}) AS batch)";
    SECTION_SIZES = "SELECT digest, size FROM section WHERE org_id = $1 AND digest IN (SELECT digest FROM ({rows: digest bytes}) AS batch)";
    PUT_SECTIONS = "INSERT INTO section (org_id, digest, kind, base, size, body)
        SELECT $1, digest, kind, base, size, body
        FROM ({rows: digest bytes, kind int, base bytes, size int, body bytes}) AS batch";
    ALL_SECTIONS = "SELECT digest, base FROM section WHERE org_id = $1 AND digest > $2 ORDER BY digest LIMIT $3";
    DROP_SECTIONS = "DELETE FROM section WHERE org_id = $1 AND digest IN (SELECT digest FROM ({rows: digest bytes}) AS batch)";
    REFERENCES_OF_CHANGES = "SELECT seq, sections, metadata FROM host_change WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";

    CHANGES_AFTER = "SELECT seq, host_id, at, kind, cause, reporter, matched, base_seq, request_id, by_frontend, metadata, times, sections, state
        FROM host_change WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// Which rows follow, and when they were written.
    NUMBERS_AFTER = "SELECT seq, at FROM host_change WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// The same, of rows that tell of something new.
    NEWS_AFTER = "SELECT seq, at FROM host_change WHERE org_id = $1 AND seq > $2 AND kind <> 'seen' ORDER BY seq LIMIT $3";
    LOG_ROW = "SELECT seq, at FROM host_change WHERE org_id = $1 AND seq = $2";
    NEWEST_NEWS = "SELECT seq, at FROM host_change WHERE org_id = $1 AND kind <> 'seen' ORDER BY seq DESC LIMIT 1";
    CHANGES_BY_SEQ = "SELECT seq, host_id, at, kind, cause, reporter, matched, base_seq, request_id, by_frontend, metadata, times, sections, state
        FROM host_change WHERE org_id = $1 AND seq IN (SELECT seq FROM ({rows: seq int}) AS batch)";
    /// The rows with the newest states of hosts.
    STATES_OF_HOSTS = "SELECT h.seq FROM ({rows: id uuid}) AS wanted JOIN host h ON h.org_id = $1 AND h.id = wanted.id";
    CHANGES_OF_HOST = "SELECT seq, host_id, at, kind, cause, reporter, matched, base_seq, request_id, by_frontend, metadata, times, sections, state
        FROM host_change WHERE org_id = $1 AND host_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4";
    HOST_AS_OF = "SELECT seq, host_id, at, kind, cause, reporter, matched, base_seq, request_id, by_frontend, metadata, times, sections, state
        FROM host_change WHERE org_id = $1 AND host_id = $2 AND at <= $3 ORDER BY seq DESC LIMIT 1";
    STATES_BEFORE = "SELECT batch.seq, (SELECT p.seq FROM host_change p WHERE p.org_id = $1 AND p.host_id = batch.id AND p.seq < batch.seq
        AND p.kind <> 'seen' ORDER BY p.seq DESC LIMIT 1) FROM ({rows: id uuid, seq int}) AS batch";
    /// Those that the log tells of, whether they are still there or not.
    HOSTS_IN_LOG = "SELECT wanted.id FROM ({rows: id uuid}) AS wanted
        WHERE EXISTS (SELECT 1 FROM host_change c WHERE c.org_id = $1 AND c.host_id = wanted.id)";
    DROP_SEEN = "DELETE FROM host_change WHERE org_id = $1 AND kind = 'seen' AND seq <= $2";

    POSITIONS = "SELECT o.org_id, o.seq, COALESCE(p.seq, 0) FROM org o
        LEFT JOIN log_position p ON p.org_id = o.org_id AND p.follower = $1 WHERE o.seq > COALESCE(p.seq, 0) ORDER BY o.org_id";
    MOVE_POSITION = "INSERT INTO log_position (follower, org_id, seq) VALUES ($1, $2, $3)
        ON CONFLICT (org_id, follower) DO UPDATE SET seq = excluded.seq WHERE log_position.seq < excluded.seq";
    MOVE_POSITION_FROM = "INSERT INTO log_position (follower, org_id, seq) VALUES ($1, $2, $3)
        ON CONFLICT (org_id, follower) DO UPDATE SET seq = excluded.seq WHERE log_position.seq = $4";
    /// By the clock of the database, the only one that all processes share. A lease that ends later than one taken now was
    /// taken when that clock was ahead: it counts for nothing.
    TAKE_LEASE = "INSERT INTO lease (name, holder, until) VALUES ($1, $2, {now} + $3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
        WHERE lease.holder = excluded.holder OR lease.until <= {now} OR lease.until > {now} + 2 * $3 RETURNING holder";
    DROP_LEASE = "DELETE FROM lease WHERE name = $1 AND holder = $2";
    SEE_FOLLOWER = "INSERT INTO log_follower (follower, seen) VALUES ($1, {now})
        ON CONFLICT (follower) DO UPDATE SET seen = excluded.seen";
    /// The position up to which every follower has come: of those that are named, and of those seen within $2 microseconds.
    LOWEST_POSITION = "SELECT MIN(COALESCE(p.seq, 0)), COUNT(*) FROM (
            SELECT follower FROM ({rows: follower text}) AS required
            UNION SELECT follower FROM log_follower WHERE seen > {now} - $2
        ) AS f LEFT JOIN log_position p ON p.org_id = $1 AND p.follower = f.follower";

    CONSUMER_OFFSETS = "SELECT topic_partition, next, recent, resume FROM consumer_offset
        WHERE consumer_group = $1 AND topic_partition IN (SELECT topic_partition FROM ({rows: topic_partition text}) AS wanted)";
    RESUME_OFFSETS = "SELECT topic_partition, resume FROM consumer_offset WHERE consumer_group = $1";
    NOTE_FIRST_OFFSETS = "INSERT INTO consumer_offset (consumer_group, topic_partition, was, next, resume, recent)
        SELECT $1, topic_partition, first, first, first, $2 FROM ({rows: topic_partition text, first int}) AS batch WHERE TRUE
        ON CONFLICT (consumer_group, topic_partition) DO NOTHING";
    /// Only where the offset still stands as the writer knows it. A row that is not there, though the writer knows one, was
    /// lost with the state of the database that had it.
    PUT_CONSUMER_OFFSETS = "INSERT INTO consumer_offset (consumer_group, topic_partition, was, next, resume, recent)
        SELECT $1, topic_partition, was, next, resume, recent
        FROM ({rows: topic_partition text, was int, next int, resume int, recent bytes}) AS batch
        WHERE batch.was = 0 OR EXISTS (SELECT 1 FROM consumer_offset o
            WHERE o.consumer_group = $1 AND o.topic_partition = batch.topic_partition)
        ON CONFLICT (consumer_group, topic_partition) DO UPDATE
            SET was = excluded.was, next = excluded.next, resume = excluded.resume, recent = excluded.recent
        WHERE consumer_offset.next = excluded.was";

    HAS_HOSTS = "SELECT id FROM host WHERE org_id = $1 LIMIT 1";
    HOSTS_WITHOUT_GROUP = "SELECT id FROM host WHERE org_id = $1 AND group_id IS NULL AND id > $2 ORDER BY id LIMIT $3";
    HOSTS_WITH_NAMESPACE = "SELECT DISTINCT h.host_id FROM tag t JOIN host_tag h ON h.org_id = $1 AND h.tag = t.tag
        WHERE t.org_id = $1 AND t.namespace = $2 AND h.host_id > $3 ORDER BY h.host_id LIMIT $4";
    DROP_ALL_GROUPS = "DELETE FROM host_group WHERE org_id = $1";
    UNGROUPED = "SELECT id, name, account, ungrouped, created, updated FROM host_group WHERE org_id = $1 AND ungrouped";
    GROUPS_BY_ID = "SELECT g.id, g.name, g.account, g.ungrouped, g.created, g.updated FROM host_group g
        WHERE g.org_id = $1 AND g.id IN (SELECT id FROM ({rows: id uuid}) AS wanted)";
    PUT_GROUP = "INSERT INTO host_group (org_id, id, name, name_fold, account, ungrouped, created, updated)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (org_id, id) DO UPDATE SET name = excluded.name, name_fold = excluded.name_fold, updated = excluded.updated";
    DROP_GROUPS = "DELETE FROM host_group WHERE org_id = $1 AND id IN (SELECT id FROM ({rows: id uuid}) AS batch)";
    MEMBERS = "SELECT h.id FROM host h JOIN host_checkin c ON c.org_id = h.org_id AND c.host_id = h.id
        WHERE h.org_id = $1 AND h.group_id = $2 AND c.last_check_in > $3";

    HAS_HARDWARE = "SELECT 1 FROM host_hardware WHERE org_id = $1 AND host_id = $2 AND digest = $3";
    PUT_HARDWARE = "INSERT INTO host_hardware (org_id, host_id, digest, hardware, seq, first_seen, last_seen)
        VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (org_id, host_id, digest) DO UPDATE
        SET hardware = excluded.hardware, seq = excluded.seq, last_seen = excluded.last_seen";
    /// The oldest ones beyond so many.
    FORGET_HARDWARE = "DELETE FROM host_hardware WHERE org_id = $1 AND host_id = $2 AND digest IN
        (SELECT digest FROM host_hardware WHERE org_id = $1 AND host_id = $2 ORDER BY last_seen DESC, digest LIMIT 1000 OFFSET $3)";
    HARDWARE_OF = "SELECT m.host_id, m.hardware, m.seq, m.first_seen, m.last_seen FROM ({rows: id uuid}) AS wanted
        JOIN host_hardware m ON m.org_id = $1 AND m.host_id = wanted.id ORDER BY m.seq DESC";
    /// One that was settled is there anew, and is told anew.
    RAISE_COLLISION = "INSERT INTO host_collision (org_id, host_id, raised, last_seen, times, conflict, told)
        VALUES ($1, $2, $3, $3, 1, $4, 0) ON CONFLICT (org_id, host_id) DO UPDATE SET last_seen = excluded.last_seen,
        times = host_collision.times + 1, conflict = excluded.conflict,
        told = CASE WHEN host_collision.settled IS NULL THEN host_collision.told ELSE 0 END, settled = NULL";
    SETTLE_COLLISION = "UPDATE host_collision SET settled = $3 WHERE org_id = $1 AND host_id = $2 AND settled IS NULL";
    UNTOLD_COLLISIONS = "SELECT c.org_id, c.host_id, h.display_name, c.conflict, c.raised FROM host_collision c
        JOIN host h ON h.org_id = c.org_id AND h.id = c.host_id WHERE c.told = 0 AND c.settled IS NULL ORDER BY c.raised LIMIT $1";
    COLLISION_TOLD = "UPDATE host_collision SET told = 1 WHERE org_id = $1 AND host_id = $2";
    DROP_HARDWARE = "DELETE FROM host_hardware WHERE org_id = $1 AND host_id IN (SELECT id FROM ({rows: id uuid}) AS batch)";
    DROP_COLLISIONS = "DELETE FROM host_collision WHERE org_id = $1 AND host_id IN (SELECT id FROM ({rows: id uuid}) AS batch)";

    PINS = "SELECT p.fact, p.value, p.host_id FROM ({rows: fact text, value text}) AS asked
        JOIN host_pin p ON p.org_id = $1 AND p.fact = asked.fact AND p.value = asked.value";
    PINS_OF_HOST = "SELECT fact, value FROM host_pin WHERE org_id = $1 AND host_id = $2 ORDER BY fact, value";
    PINNED_HOSTS = "SELECT DISTINCT host_id FROM host_pin WHERE org_id = $1";
    PUT_PIN = "INSERT INTO host_pin (org_id, fact, value, host_id) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org_id, fact, value) DO UPDATE SET host_id = excluded.host_id";
    DROP_PIN = "DELETE FROM host_pin WHERE org_id = $1 AND fact = $2 AND value = $3";
    COUNT_PINS = "UPDATE org SET pins = (SELECT COUNT(*) FROM host_pin p WHERE p.org_id = $1) WHERE org_id = $1";
    PUT_IDENTITY_CHANGE = "INSERT INTO identity_change (org_id, id, kind, kept, other, made, made_by, before)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    IDENTITY_CHANGE = "SELECT id, kind, kept, other, made, made_by, before, undone FROM identity_change WHERE org_id = $1 AND id = $2";
    IDENTITY_CHANGES = "SELECT id, kind, kept, other, made, made_by, before, undone FROM identity_change
        WHERE org_id = $1 ORDER BY made DESC, id LIMIT $2";
    IDENTITY_CHANGES_OF_HOST = "SELECT id, kind, kept, other, made, made_by, before, undone FROM identity_change
        WHERE org_id = $1 AND (kept = $3 OR other = $3) ORDER BY made DESC, id LIMIT $2";
    /// Those that stand on the hosts of another one and came after it.
    LATER_IDENTITY_CHANGES = "SELECT id FROM identity_change WHERE org_id = $1 AND undone IS NULL AND made > $2
        AND (kept IN ($3, $4) OR other IN ($3, $4)) ORDER BY made DESC LIMIT 1";
    UNDO_IDENTITY_CHANGE = "UPDATE identity_change SET undone = $3 WHERE org_id = $1 AND id = $2 AND undone IS NULL";
    APP_DATA_OF_HOST = "SELECT application, reported, data{text} FROM host_app_data WHERE org_id = $1 AND host_id = $2";
    PUT_APP_DATA_BACK = "INSERT INTO host_app_data (org_id, host_id, application, reported, data)
        SELECT $1, $2, application, reported, data{json} FROM ({rows: application text, reported int, data text}) AS batch WHERE TRUE
        ON CONFLICT (org_id, host_id, application) DO NOTHING";
}
