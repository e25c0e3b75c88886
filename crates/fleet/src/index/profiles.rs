//! Conditions on profiles, answered from columns in memory that follow the log.

use std::collections::HashMap;

use ::store::{Row, Rows, Sql, Tx};
use ground::{HostId, OrgId};
use serde_json::{Map, Value};

use super::{
    log_position::{LogPosition, Since},
    org_cache::{Measured, OrgCache},
    profile_columns::ProfileColumns,
    read::each_by_id,
};
use crate::{
    Condition, Error, Fleet, HostQuery, ProfileCondition, Result, SectionMap,
    db::{codec::Unpacker, statements as statement},
    model::section_map::unpack_sections,
    sections,
};

/// Columns of an organisation.
const MAX_COLUMNS: usize = 64;
/// Hosts read in one statement.
const HOSTS_PER_STATEMENT: i64 = 2_000;

/// The columns that there are.
pub(crate) type ProfileIndexes = OrgCache<ProfileColumns>;

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
        self.keep(org, &mut columns);
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
        self.keep(org, &mut columns);
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
        let (since, newest) = LogPosition::since(tx, org, columns.position).await?;
        let since = if paths.iter().all(|path| columns.has(path)) { since } else { Since::Everything };
        if matches!(since, Since::Nothing) {
            return Ok(());
        }
        // Should reading fail, everything is read anew.
        columns.position = None;
        let mut unpacker = self.facts().unpacker()?;
        match since {
            Since::Nothing => {}
            Since::Hosts(changed) => {
                for changed in changed.chunks(HOSTS_PER_STATEMENT as usize) {
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
            }
            Since::Everything => {
                columns.begin(paths);
                let take = |row: &Row| put(columns, row, &mut unpacker);
                each_by_id(tx, statement::PROFILES, org, HOSTS_PER_STATEMENT, take).await?;
            }
        }
        columns.position = Some(newest);
        Ok(())
    }

    /// Columns that were asked are kept, within the limits; what others have goes first that was asked for the longest ago.
    fn keep(&self, org: &OrgId, columns: &mut ProfileColumns) {
        let indexes = self.profile_indexes();
        columns.shrink(indexes.limit(), MAX_COLUMNS);
        indexes.make_room(org, columns.bytes());
    }
}

/// Takes in a row of `id, facts, sections`.
fn put(columns: &mut ProfileColumns, row: &Row, unpacker: &mut Unpacker<'_>) -> Result<()> {
    let facts: Map<String, Value> = unpacker.unpack(&row.get::<Vec<u8>>(1)?)?;
    let lists: SectionMap = unpack_sections(&row.get::<Vec<u8>>(2)?)?;
    columns.put(HostId(row.get(0)?), &facts, &lists);
    Ok(())
}
