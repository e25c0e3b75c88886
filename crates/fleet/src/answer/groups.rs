//! Pages of groups.

use std::collections::HashMap;

use ::store::{Row, Sql};
use ground::{GroupId, Timestamp};

use crate::{
    Condition, Direction, Fleet, Group, HostQuery, Result, Scope, Staleness,
    db::{columns::read_group, statements as statement},
    fold,
};

/// Which groups a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupKind {
    /// Those that people made.
    #[default]
    Standard,
    /// The group of hosts without one.
    Ungrouped,
    /// All.
    All,
}

/// What groups are ordered by; ties go to the lower id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupOrder {
    /// By code point.
    #[default]
    Name,
    /// By the number of members that are not culled.
    HostCount,
    /// By the last change of name or members.
    Updated,
}

/// A question for a page of groups.
#[derive(Debug, Clone)]
pub struct GroupQuery {
    /// Whose groups; a scope within groups shows those only.
    pub scope: Scope,
    /// Part of the name, letters folded; `%` and `_` stand for any text and any character.
    pub name: Option<String>,
    /// Which kind.
    pub kind: GroupKind,
    /// One of these.
    pub ids: Option<Vec<GroupId>>,
    /// In which order.
    pub order: (GroupOrder, Direction),
    /// How many to leave out.
    pub offset: i64,
    /// How many at the most.
    pub limit: i64,
    /// By which settings hosts age.
    pub staleness: Staleness,
    /// When it is asked.
    pub now: Timestamp,
}

/// A page of groups.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// How many match, on all pages.
    pub total: i64,
    /// Those of this page, with the number of their members that are not culled.
    pub groups: Vec<Group>,
}

impl Fleet {
    /// A question about all groups of a scope, by name, asked now.
    pub async fn group_query(&self, scope: Scope) -> Result<GroupQuery> {
        let staleness = self.staleness(scope.org()).await?;
        Ok(GroupQuery {
            scope,
            name: None,
            kind: GroupKind::All,
            ids: None,
            order: (GroupOrder::Name, Direction::Ascending),
            offset: 0,
            limit: 50,
            staleness,
            now: self.clock().now(),
        })
    }

    /// A page of the groups that match.
    pub async fn groups(&self, query: &GroupQuery) -> Result<GroupPage> {
        let counts = self.members(query).await?;
        let mut page =
            Sql::new("SELECT g.id, g.name, g.account, g.ungrouped, g.created, g.updated FROM host_group g");
        add_where(&mut page, query);
        let how = match query.order.1 {
            Direction::Ascending => " ASC",
            Direction::Descending => " DESC",
        };
        let key = match query.order.0 {
            GroupOrder::Name => Some("g.name"),
            GroupOrder::Updated => Some("g.updated"),
            GroupOrder::HostCount => None,
        };
        if let Some(key) = key {
            page.push(" ORDER BY ").push(key).push(how).push(", g.id ASC LIMIT ").push_bind(query.limit);
            page.push(" OFFSET ").push_bind(query.offset);
        }
        let mut total = Sql::new("SELECT COUNT(*) FROM host_group g");
        add_where(&mut total, query);
        let mut tx = self.db().snapshot().await?;
        let total = tx.fetch_one(total).await?.map_or(Ok(0), |row| row.get(0))?;
        let rows = tx.fetch_all(page).await?;
        let group = |row: &Row| {
            let group = read_group(query.scope.org(), row)?;
            Ok(Group { host_count: counts.get(&group.id).copied().unwrap_or_default(), ..group })
        };
        let mut groups = rows.iter().map(group).collect::<Result<Vec<_>>>()?;
        if key.is_none() {
            // The database does not know the counts: it gave all groups that match.
            let sign = if query.order.1 == Direction::Ascending { 1 } else { -1 };
            groups.sort_by_key(|group| (sign * group.host_count, group.id));
            let bound = |number: i64| usize::try_from(number).unwrap_or(0).min(groups.len());
            let (first, end) = (bound(query.offset), bound(query.offset.saturating_add(query.limit)));
            groups = groups.drain(first..end).collect();
        }
        Ok(GroupPage { total, groups })
    }

    /// How many hosts that are not culled each group of the organisation has.
    async fn members(&self, query: &GroupQuery) -> Result<HashMap<GroupId, i64>> {
        let org = query.scope.org();
        let scope = Scope::of(org.clone());
        let hosts = HostQuery::new(scope, query.staleness, query.now).with(Condition::NotCulled);
        if let Some(counts) = self.indexed(org, move |index| index.group_counts(&hosts)).await? {
            return Ok(counts.into_iter().filter_map(|(id, count)| Some((id?, count as i64))).collect());
        }
        let alive = query.staleness.culled_before(query.now);
        let rows = self.db().read(Sql::new(statement::GROUP_MEMBERS).bind(org).bind(alive)).await?;
        rows.iter().map(|row| Ok((GroupId(row.get(0)?), row.get(1)?))).collect()
    }
}

fn add_where(sql: &mut Sql, query: &GroupQuery) {
    sql.push(" WHERE g.org_id = ").push_bind(query.scope.org());
    match query.kind {
        GroupKind::Standard => drop(sql.push(" AND NOT g.ungrouped")),
        GroupKind::Ungrouped => drop(sql.push(" AND g.ungrouped")),
        GroupKind::All => {}
    }
    if let Some(name) = &query.name {
        let pattern = fold(name).replace('\\', "\\\\");
        sql.push(" AND g.name_fold LIKE ").push_bind(format!("%{pattern}%")).push(" ESCAPE '\\'");
    }
    if let Some(ids) = &query.ids {
        sql.push(" AND g.id IN ").push_list("uuid", ids.iter().copied());
    }
    if let Some(ids) = query.scope.group_ids() {
        sql.push(" AND g.id IN ").push_list("uuid", ids.iter().copied());
    }
}
