//! Readers of columns that several statements select.

use ::store::Row;
use ground::{OrgId, Timestamp};

use crate::{Error, Group, Result, Times};

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

pub(crate) fn org_id(text: &str) -> Result<OrgId> {
    OrgId::parse(text).map_err(|problem| Error::damaged(problem.to_string()))
}
