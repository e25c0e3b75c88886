//! Conditions on profiles, answered from columns in memory that follow the log.

use std::{
    collections::{BTreeSet, HashMap},
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use ::store::{Row, Rows, Sql, Tx};
use ground::{HostId, OrgId};
use lru::LruCache;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    profile_columns::ProfileColumns,
    read::{has_row, log_head, newest_news},
};
use crate::{
    Condition, Error, Fleet, HostQuery, ProfileCondition, Result, SectionMap,
    db::{codec::Unpacker, statements as statement},
    model::section_map::unpack_sections,
    sections,
};

/// Organisations whose profiles are kept in columns.
const MAX_ORGS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(99);
/// Columns of an organisation.
const MAX_COLUMNS: usize = 64;
/// Hosts read in one statement.
const HOSTS_PER_STATEMENT: i64 = 2_000;
/// Changed hosts that are caught up with; after more of them all are read anew.
const MAX_CHANGED: usize = 20_000;

/// The columns that there are. Those of all organisations stay within a quarter of the memory for indexes.
pub(crate) struct ProfileIndexes {
    limit: usize,
    orgs: Mutex<LruCache<OrgId, Arc<tokio::sync::Mutex<ProfileColumns>>>>,
}

impl ProfileIndexes {
    pub(crate) fn new(index_memory: usize) -> Self {
        Self { limit: index_memory / 4, orgs: Mutex::new(LruCache::new(MAX_ORGS)) }
    }

    fn of(&self, org: &OrgId) -> Arc<tokio::sync::Mutex<ProfileColumns>> {
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(orgs.get_or_insert(org.clone(), Arc::default))
    }

    /// Drops what was asked for the longest ago, until this organisation has room.
    fn make_room(&self, org: &OrgId, columns: &mut ProfileColumns) {
        columns.shrink(self.limit, MAX_COLUMNS);
        let mut left = self.limit.saturating_sub(columns.bytes());
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut too_many = Vec::new();
        for (other, known) in orgs.iter().filter(|(other, _)| *other != org) {
            // One that is being asked is in use, and counted by who asks.
            let bytes = known.try_lock().map_or(0, |known| known.bytes());
            match left.checked_sub(bytes) {
                Some(rest) => left = rest,
                None => too_many.push(other.clone()),
            }
        }
        for other in too_many {
            orgs.pop(&other);
        }
    }
}

impl Fleet {
    /// The hosts of an organisation whose profiles are so, as a condition of a question.
    pub async fn with_profiles(&self, org: &OrgId, condition: &ProfileCondition) -> Result<Condition> {
        let columns = self.profile_indexes().of(org);
        let mut columns = columns.lock().await;
        // One state of the database for hosts and lists: a list may be collected once its host has moved on.
        let mut tx = self.db().snapshot().await?;
        self.bring_columns(&mut tx, org, &mut columns, &condition.paths()).await?;
        let wanted = columns.lists_of(condition);
        let texts = sections::load(&mut tx, self.base_cache(), org, wanted).await?;
        drop(tx);
        let list = |digest| {
            let text = texts.get(&digest).ok_or_else(|| Error::missing(digest))?;
            Ok(serde_json::from_str(text)?)
        };
        let hosts = columns.matching(condition, &list)?;
        self.profile_indexes().make_room(org, &mut columns);
        Ok(Condition::Ids(hosts))
    }

    /// The values that stand at a place of the profiles of the hosts that match, lists apart, with the number of those hosts.
    pub async fn profile_values(&self, query: &HostQuery, path: &[&str]) -> Result<Vec<(Value, i64)>> {
        let everything = HostQuery { offset: 0, limit: i64::MAX, ..query.clone() };
        let hosts: Vec<HostId> = self.refs(&everything).await?.hosts.iter().map(|host| host.id).collect();
        let path: Vec<String> = path.iter().map(|&name| name.to_owned()).collect();
        let org = query.scope.org();
        let columns = self.profile_indexes().of(org);
        let mut columns = columns.lock().await;
        self.bring_columns(&mut self.db().snapshot().await?, org, &mut columns, &[&path]).await?;
        let counts = columns.count(&path, &hosts)?;
        self.profile_indexes().make_room(org, &mut columns);
        Ok(counts)
    }

    /// Brings columns of these places to the newest number of the log.
    async fn bring_columns(
        &self,
        tx: &mut Tx,
        org: &OrgId,
        columns: &mut ProfileColumns,
        paths: &[&[String]],
    ) -> Result<()> {
        let newest = log_head(tx, org).await?.seq;
        let mut unpacker = self.facts().unpacker()?;
        let is_known = columns.seq <= newest
            && paths.iter().all(|path| columns.has(path))
            && has_row(tx, org, columns.newest).await?;
        columns.newest = newest_news(tx, org).await?;
        if is_known {
            let sql = Sql::new(statement::PROFILES_CHANGED_AFTER).bind(org).bind(columns.seq);
            let rows = tx.fetch_all(sql.bind(MAX_CHANGED as i64 + 1)).await?;
            if rows.len() <= MAX_CHANGED {
                let changed =
                    rows.iter().map(|row| Ok(HostId(row.get(0)?))).collect::<Result<BTreeSet<_>>>()?;
                // Should reading fail, everything is read anew.
                columns.seq = i64::MAX;
                for changed in changed.into_iter().collect::<Vec<_>>().chunks(HOSTS_PER_STATEMENT as usize) {
                    let ids = Rows::new().column(changed.iter().copied());
                    let found = tx.fetch_all(Sql::new(statement::PROFILES_BY_ID).bind(org).rows(ids)).await?;
                    let mut found: HashMap<HostId, Row> =
                        found.into_iter().map(|row| Ok((HostId(row.get(0)?), row))).collect::<Result<_>>()?;
                    for host in changed {
                        match found.remove(host) {
                            Some(row) => put(columns, &row, &mut unpacker)?,
                            None => columns.remove(*host),
                        }
                    }
                }
                columns.seq = newest;
                return Ok(());
            }
        }
        columns.begin(paths);
        columns.seq = i64::MAX;
        let mut from = Some(Uuid::nil());
        while let Some(first) = from {
            let sql = Sql::new(statement::PROFILES).bind(org).bind(first).bind(HOSTS_PER_STATEMENT);
            let rows = tx.fetch_all(sql).await?;
            for row in &rows {
                put(columns, row, &mut unpacker)?;
            }
            let last = rows.last().filter(|_| rows.len() as i64 == HOSTS_PER_STATEMENT);
            let last = last.map(|row| row.get::<Uuid>(0)).transpose()?;
            from = last.and_then(|id| id.as_u128().checked_add(1)).map(Uuid::from_u128);
        }
        columns.seq = newest;
        Ok(())
    }
}

/// Takes in a row of `id, facts, sections`.
fn put(columns: &mut ProfileColumns, row: &Row, unpacker: &mut Unpacker<'_>) -> Result<()> {
    let facts: Map<String, Value> = unpacker.unpack(&row.get::<Vec<u8>>(1)?)?;
    let lists: SectionMap = unpack_sections(&row.get::<Vec<u8>>(2)?)?;
    columns.put(HostId(row.get(0)?), &facts, &lists);
    Ok(())
}
