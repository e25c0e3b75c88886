//! Readers of columns that several statements select.

use ::store::Row;
use ground::{OrgId, Timestamp};

use crate::{Error, Group, LogHead, OwnStaleness, Result, Staleness, Times};

/// Reads `updated, last_check_in, reporter, reporters` from four columns.
pub(crate) fn read_times(row: &Row, first: usize) -> Result<Times> {
    Ok(Times {
        updated: Timestamp::from_micros(row.get(first)?),
        last_check_in: Timestamp::from_micros(row.get(first + 1)?),
        reporter: row.get(first + 2)?,
        reporters: serde_json::from_str(&row.get::<String>(first + 3)?)?,
    })
}

/// Reads `id, name, account, ungrouped, created, updated`.
pub(crate) fn read_group(org: &OrgId, row: &Row) -> Result<Group> {
    Ok(Group {
        id: ground::GroupId(row.get(0)?),
        org: org.clone(),
        name: row.get(1)?,
        account: row.get(2)?,
        ungrouped: row.get(3)?,
        created: Timestamp::from_micros(row.get(4)?),
        updated: Timestamp::from_micros(row.get(5)?),
        host_count: 0,
    })
}

/// Reads `seq, written` from the first columns.
pub(crate) fn read_log_head(row: &Row) -> Result<LogHead> {
    Ok(LogHead { seq: row.get(0)?, written: Timestamp::from_micros(row.get(1)?) })
}

/// Reads `time_to_stale, time_to_stale_warning, time_to_delete`, which an organisation has or has not.
pub(crate) fn read_staleness(row: &Row, first: usize) -> Result<Option<Staleness>> {
    let seconds = |column: usize| row.get::<Option<i64>>(first + column);
    let (Some(stale), Some(warning), Some(delete)) = (seconds(0)?, seconds(1)?, seconds(2)?) else {
        return Ok(None);
    };
    Ok(Some(Staleness { stale, warning, delete }))
}

/// Reads `time_to_stale, time_to_stale_warning, time_to_delete, staleness_id, staleness_created, staleness_updated`.
pub(crate) fn read_own_staleness(row: &Row) -> Result<OwnStaleness> {
    let staleness = read_staleness(row, 0)?;
    Ok(OwnStaleness {
        staleness: staleness.ok_or_else(|| Error::damaged("staleness settings lack a time"))?,
        id: row.get(3)?,
        created: Timestamp::from_micros(row.get(4)?),
        updated: Timestamp::from_micros(row.get(5)?),
    })
}

pub(crate) fn org_id(text: &str) -> Result<OrgId> {
    OrgId::parse(text).map_err(|problem| Error::damaged(problem.to_string()))
}
