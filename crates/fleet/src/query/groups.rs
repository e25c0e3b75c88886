//! Pages of groups.

use ::store::Sql;
use ground::{GroupId, Timestamp};

use crate::{Direction, Fleet, Group, Result, Scope, Staleness, db::columns::read_group, fold};

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
    /// A page of the groups that match.
    pub async fn groups(&self, query: &GroupQuery) -> Result<GroupPage> {
        let mut total = Sql::new("SELECT COUNT(*) FROM host_group g");
        add_where(&mut total, query);
        let mut page = Sql::new(
            "SELECT g.id, g.name, g.account, g.ungrouped, g.created, g.updated, COALESCE(m.count, 0) FROM host_group g LEFT JOIN (
                SELECT h.group_id, COUNT(*) AS count FROM host h JOIN host_checkin c ON c.org_id = h.org_id AND c.host_id = h.id WHERE h.org_id = ",
        );
        page.push_bind(query.scope.org()).push(" AND c.last_check_in > ");
        page.push_bind(query.staleness.culled_before(query.now))
            .push(" GROUP BY h.group_id) m ON m.group_id = g.id");
        add_where(&mut page, query);
        let how = match query.order.1 {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        let key = match query.order.0 {
            GroupOrder::Name => "g.name",
            GroupOrder::HostCount => "COALESCE(m.count, 0)",
            GroupOrder::Updated => "g.updated",
        };
        page.push(" ORDER BY ")
            .push(key)
            .push(" ")
            .push(how)
            .push(", g.id ASC LIMIT ")
            .push_bind(query.limit);
        page.push(" OFFSET ").push_bind(query.offset);
        let mut tx = self.db().snapshot().await?;
        let total = tx.fetch_one(total).await?.map_or(Ok(0), |row| row.get(0))?;
        let rows = tx.fetch_all(page).await?;
        let groups = rows
            .iter()
            .map(|row| Ok(Group { host_count: row.get(6)?, ..read_group(query.scope.org(), row)? }))
            .collect::<Result<Vec<_>>>()?;
        Ok(GroupPage { total, groups })
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
