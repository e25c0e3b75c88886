//! The hosts of an organisation as an index takes them in, read from the database.

use std::collections::{BTreeMap, BTreeSet};

use ::store::{Row, Rows, Sql, Tx};
use ground::{GroupId, HostId, OrgId};
use uuid::Uuid;

use super::{
    org_index::{GroupKey, Heard, HostUpdate, OrgIndex, State, System},
    tags::TagTexts,
};
use crate::{
    Error, LogHead, Result,
    db::{
        columns::{read_log_head, read_times},
        statements as statement,
    },
};

/// Hosts read in one statement.
const HOSTS_PER_STATEMENT: i64 = 5_000;
/// Tags read in one statement, each with all of its hosts.
const TAGS_PER_STATEMENT: i64 = 100;
/// Rows of the log that are caught up with; who is further behind is built anew.
const MAX_ROWS_BEHIND: i64 = 20_000;

/// Hexadecimal digits of an id.
const ID_DIGITS: usize = 32;

/// The newest row of the log, in the transaction.
pub(super) async fn log_head(tx: &mut Tx, org: &OrgId) -> Result<LogHead> {
    let row = tx.fetch_one(Sql::new(statement::LOG_HEAD).bind(org)).await?;
    row.map_or(Ok(LogHead::default()), |row| read_log_head(&row))
}

/// Where the next page of rows begins that are read by the id in their first column; nowhere after the last.
pub(super) fn next_page(rows: &[Row], rows_of_a_page: i64) -> Result<Option<Uuid>> {
    let Some(last) = rows.last().filter(|_| rows.len() as i64 == rows_of_a_page) else { return Ok(None) };
    Ok(last.get::<Uuid>(0)?.as_u128().checked_add(1).map(Uuid::from_u128))
}

/// Gives every row of an organisation that a statement reads by the id in its first column, so many at a time.
pub(super) async fn each_by_id(
    tx: &mut Tx,
    statement: &'static str,
    org: &OrgId,
    rows_of_a_page: i64,
    mut take: impl FnMut(&Row) -> Result<()>,
) -> Result<()> {
    let mut from = Some(Uuid::nil());
    while let Some(first) = from {
        let rows = tx.fetch_all(Sql::new(statement).bind(org).bind(first).bind(rows_of_a_page)).await?;
        rows.iter().try_for_each(&mut take)?;
        from = next_page(&rows, rows_of_a_page)?;
    }
    Ok(())
}

/// Builds an index from one state of the database.
pub(super) async fn build(tx: &mut Tx, org: &OrgId) -> Result<OrgIndex> {
    let head = log_head(tx, org).await?;
    let groups = groups(tx, org).await?;
    let mut index = OrgIndex::new(org.clone(), head);
    each_by_id(tx, statement::INDEX_HOSTS, org, HOSTS_PER_STATEMENT, |row| {
        index.load(&heard(row, &groups)?);
        Ok(())
    })
    .await?;
    index.sort();
    let mut after = i64::MIN;
    loop {
        let sql = Sql::new(statement::INDEX_TAGS).bind(org).bind(after).bind(TAGS_PER_STATEMENT);
        let rows = tx.fetch_all(sql).await?;
        for row in &rows {
            add_tag(&mut index, row)?;
        }
        match rows.last() {
            Some(last) if rows.len() as i64 == TAGS_PER_STATEMENT => after = last.get(4)?,
            _ => return Ok(index),
        }
    }
}

/// Reads `namespace, key, value` and the ids of the hosts.
fn add_tag(index: &mut OrgIndex, row: &Row) -> Result<()> {
    let digits: String = row.get(3)?;
    let ids = digits.as_bytes().chunks(ID_DIGITS).map(|digits| Ok(HostId(Uuid::try_parse_ascii(digits)?)));
    let ids = ids.collect::<std::result::Result<Vec<_>, uuid::Error>>();
    let ids = ids.map_err(|error| Error::damaged(format!("the hosts of a tag: {error}")))?;
    index.add_tag(tag(row, 0)?, ids.into_iter());
    Ok(())
}

/// What has become of the hosts that the rows after one are about, and up to which row that is. `None` when there are too
/// many of these, when some have been removed already, or when that one is not in the log any more.
pub(super) async fn updates(
    tx: &mut Tx,
    org: &OrgId,
    after: LogHead,
) -> Result<Option<(Vec<HostUpdate>, LogHead)>> {
    let newest = log_head(tx, org).await?;
    if newest.seq - after.seq > MAX_ROWS_BEHIND {
        return Ok(None);
    }
    let sql = Sql::new(statement::HOSTS_CHANGED_SINCE).bind(org).bind(after.seq);
    let rows = tx.fetch_all(sql).await?;
    // A log has no row 0. Numbers have no gaps, but rows that say "seen" are removed when those who follow the log have
    // dealt with them.
    let (since, rows) = match rows.split_first() {
        Some((first, rows)) if after.seq > 0 => (read_log_head(first)?, rows),
        _ => (LogHead::default(), &rows[..]),
    };
    if since != after || rows.len() as i64 != newest.seq - after.seq {
        return Ok(None);
    }
    let changed = rows.iter().map(|row| Ok(HostId(row.get(2)?))).collect::<Result<BTreeSet<_>>>()?;
    let groups = groups(tx, org).await?;
    let ids = || Rows::new().column(changed.iter().copied());
    let mut found: BTreeMap<HostId, Heard> = BTreeMap::new();
    for row in tx.fetch_all(Sql::new(statement::INDEX_HOSTS_BY_ID).bind(org).rows(ids())).await? {
        let host = heard(&row, &groups)?;
        found.insert(host.id, Heard { tags: Some(Vec::new()), ..host });
    }
    for row in tx.fetch_all(Sql::new(statement::INDEX_TAGS_BY_ID).bind(org).rows(ids())).await? {
        let tags = found.get_mut(&HostId(row.get(0)?)).and_then(|host| host.tags.as_mut());
        if let Some(tags) = tags {
            tags.push(tag(&row, 1)?);
        }
    }
    let update =
        |id: HostId| found.remove(&id).map_or(HostUpdate::Gone(id), |host| HostUpdate::Heard(Box::new(host)));
    Ok(Some((changed.into_iter().map(update).collect(), newest)))
}

async fn groups(tx: &mut Tx, org: &OrgId) -> Result<BTreeMap<GroupId, GroupKey>> {
    let rows = tx.fetch_all(Sql::new(statement::INDEX_GROUPS).bind(org)).await?;
    let group = |row: &Row| {
        let id = GroupId(row.get(0)?);
        Ok((id, GroupKey { id, name: row.get(1)?, ungrouped: row.get(2)? }))
    };
    rows.iter().map(group).collect()
}

/// Reads `id, seq, updated, last_check_in, reporter, reporters, display_name, fqdn, has_insights_id, provider_type, host_type,
/// group_id, os, os_release`.
fn heard(row: &Row, groups: &BTreeMap<GroupId, GroupKey>) -> Result<Heard> {
    let group: Option<Uuid> = row.get(11)?;
    let state = State {
        display_name: row.get(6)?,
        fqdn: row.get(7)?,
        has_insights_id: row.get(8)?,
        provider_type: row.get(9)?,
        host_type: row.get(10)?,
        group: group.and_then(|id| groups.get(&GroupId(id)).cloned()),
        system: System::new(row.get(12)?, row.get(13)?),
    };
    Ok(Heard {
        id: HostId(row.get(0)?),
        version: row.get(1)?,
        times: read_times(row, 2)?,
        state: Some(state),
        tags: None,
    })
}

/// Reads `namespace, key, value`.
fn tag(row: &Row, first: usize) -> Result<TagTexts> {
    Ok(TagTexts { namespace: row.get(first)?, key: row.get(first + 1)?, value: row.get(first + 2)? })
}
