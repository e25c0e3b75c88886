//! Questions as SQL.

use ::store::Sql;
use ground::OrgId;

use crate::{
    Age, Condition, Direction, HostQuery, NO_NAMESPACE, OrderBy, Pattern, Registration, TagMatch, TagPattern,
    TagText, Tree,
    db::tag_rows::{pair_digest, tag_digest},
    fold,
};

/// Begins a statement that gives hosts in a list.
pub(crate) const REFS: &str = "SELECT c.host_id, c.seq";

/// Begins a statement that counts hosts.
pub(crate) const COUNT: &str = "SELECT COUNT(*)";

/// The tables that every question reads.
pub(crate) const FROM: &str = " FROM host_checkin c JOIN host h ON h.org_id = c.org_id AND h.id = c.host_id";

impl HostQuery {
    /// Adds ` FROM … WHERE …` for what is read of check-ins alone, in the order of the query or in none: where nothing asks
    /// for more, hosts are not looked up, one by one, only to be counted.
    pub(crate) fn add_checkins(&self, sql: &mut Sql, in_order: bool) {
        let ordered = !in_order || matches!(self.order.0, OrderBy::Updated | OrderBy::LastCheckIn);
        if let Some(org) = self.of_checkins()
            && ordered
        {
            sql.push(" FROM host_checkin c WHERE c.org_id = ").push_bind(org);
            self.add_conditions(sql, in_order);
        } else {
            sql.push(FROM);
            if in_order {
                self.add_order_join(sql);
            }
            self.add_where(sql, in_order);
        }
    }

    /// The organisation, when all that is asked is when its hosts reported.
    fn of_checkins(&self) -> Option<&OrgId> {
        let of_checkins = |condition: &Condition| {
            use Condition::{Ages, LastCheckIn, NotCulled, Updated};
            matches!(condition, Ages(_) | LastCheckIn(..) | NotCulled | Updated(..))
        };
        self.scope.whole_org().filter(|_| self.conditions.iter().all(of_checkins))
    }

    /// Adds ` WHERE …`: the scope and all conditions; `in_order` when the order of the query follows.
    pub(crate) fn add_where(&self, sql: &mut Sql, in_order: bool) {
        sql.push(" WHERE ");
        self.scope.restrict(sql);
        // Both tables are searched by organisation: the planner is told so of either.
        sql.push(" AND c.org_id = ").push_bind(self.scope.org());
        self.add_conditions(sql, in_order);
    }

    /// Adds to the conditions on rows `c` of the log that they are about hosts of this question.
    pub(crate) fn add_of_change(&self, sql: &mut Sql) {
        // In the inner statement `c` and `h` are a host's.
        sql.push(" AND c.host_id IN (SELECT h.id").push(FROM);
        self.add_where(sql, false);
        sql.push(")");
    }

    fn add_conditions(&self, sql: &mut Sql, in_order: bool) {
        for condition in &self.conditions {
            sql.push(" AND (");
            // Nearly every host is one that is not culled: a page is found by the index of its order and not, with all other
            // hosts, by that of check-ins. The sign hides the column from it.
            if in_order && *condition == Condition::NotCulled && self.order.0 != OrderBy::LastCheckIn {
                sql.push("+");
            }
            self.add_condition(sql, condition);
            sql.push(")");
        }
    }

    fn add_condition(&self, sql: &mut Sql, condition: &Condition) {
        match condition {
            Condition::Ids(ids) => {
                sql.push("h.id IN ").push_list("uuid", ids.iter().copied());
            }
            Condition::DisplayName(pattern) => add_like(sql, "h.display_name_fold", pattern),
            Condition::Fqdn(fqdn) => {
                sql.push("h.fqdn = ").push_bind(fold(fqdn));
            }
            Condition::AnyName(pattern, id) => {
                add_like(sql, "h.display_name_fold", pattern);
                sql.push(" OR ");
                add_like(sql, "h.fqdn", pattern);
                if let Some(id) = id {
                    sql.push(" OR h.id = ").push_bind(*id);
                }
            }
            Condition::InsightsId(id) => {
                sql.push("h.insights_id = ").push_bind(*id);
            }
            Condition::SubscriptionManagerId(id) => {
                sql.push("h.subscription_manager_id = ").push_bind(id);
            }
            Condition::ProviderId(id) => {
                sql.push("h.provider_id = ").push_bind(fold(id));
            }
            Condition::ProviderType(kind) => {
                sql.push("h.provider_type = ").push_bind(kind);
            }
            Condition::Updated(from, to) => add_range(sql, "c.updated", *from, *to),
            Condition::LastCheckIn(from, to) => add_range(sql, "c.last_check_in", *from, *to),
            Condition::GroupNames { names, ungrouped } => {
                sql.push("h.group_id IN (SELECT id FROM host_group WHERE org_id = ")
                    .push_bind(self.scope.org())
                    .push(" AND name_fold IN ")
                    .push_list("text", names.iter().map(|name| fold(name)))
                    .push(")");
                if *ungrouped {
                    sql.push(
                        " OR h.group_id IS NULL OR h.group_id IN (SELECT id FROM host_group WHERE org_id = ",
                    )
                    .push_bind(self.scope.org())
                    .push(" AND ungrouped)");
                }
            }
            Condition::GroupNamed(pattern) => {
                sql.push("h.group_id IN (SELECT id FROM host_group WHERE org_id = ")
                    .push_bind(self.scope.org())
                    .push(" AND NOT ungrouped AND ");
                add_like(sql, "name_fold", pattern);
                sql.push(")");
            }
            Condition::GroupIds(ids) => {
                sql.push("h.group_id IN ").push_list("uuid", ids.iter().copied());
            }
            Condition::Ages(ages) => self.add_ages(sql, ages),
            Condition::NotCulled => {
                sql.push("c.last_check_in > ").push_bind(self.staleness.culled_before(self.now));
            }
            Condition::Tags(tags) => self.add_tags(sql, tags),
            Condition::TagLike(pattern) => self.add_tag_pattern(sql, pattern),
            Condition::Registered(ways) => {
                add_any(sql, ways, |sql, way| self.add_registration(sql, way));
            }
            Condition::HostTypes(types) => {
                sql.push("h.host_type IN ").push_list("text", types.iter().map(String::as_str));
            }
            Condition::AppData(conditions) => {
                add_any(sql, conditions, |sql, condition| condition.add(sql, self.scope.org()));
            }
            Condition::Tree(tree) => self.add_tree(sql, tree),
        }
    }

    fn add_tree(&self, sql: &mut Sql, tree: &Tree<Condition>) {
        match tree {
            Tree::All(parts) => {
                sql.push("TRUE");
                for part in parts {
                    sql.push(" AND (");
                    self.add_tree(sql, part);
                    sql.push(")");
                }
            }
            Tree::Any(parts) => add_any(sql, parts, |sql, part| self.add_tree(sql, part)),
            Tree::Not(part) => {
                // Of a host that has nothing to compare a condition is not true, and so its opposite is.
                sql.push("(");
                self.add_tree(sql, part);
                sql.push(") IS NOT TRUE");
            }
            Tree::Is(condition) => self.add_condition(sql, condition),
        }
    }

    fn add_ages(&self, sql: &mut Sql, ages: &[Age]) {
        add_any(sql, ages, |sql, age| {
            let (after, until) = self.staleness.check_ins(*age, self.now);
            sql.push("c.last_check_in > ").push_bind(after);
            if let Some(until) = until {
                sql.push(" AND c.last_check_in <= ").push_bind(until);
            }
        });
    }

    fn add_tags(&self, sql: &mut Sql, tags: &[TagMatch]) {
        add_any(sql, tags, |sql, tag| {
            let namespace = tag.namespace.as_deref().unwrap_or(NO_NAMESPACE);
            sql.push("h.id IN (SELECT host_id FROM host_tag WHERE org_id = ").push_bind(self.scope.org());
            sql.push(" AND tag IN (SELECT tag FROM tag WHERE org_id = ").push_bind(self.scope.org());
            match &tag.value {
                Some(value) => sql.push(" AND digest = ").push_bind(tag_digest(namespace, &tag.key, value)),
                None => sql.push(" AND pair = ").push_bind(pair_digest(namespace, &tag.key)),
            };
            sql.push("))");
        });
    }

    fn add_tag_pattern(&self, sql: &mut Sql, pattern: &TagPattern) {
        sql.push("h.id IN (SELECT host_id FROM host_tag WHERE org_id = ").push_bind(self.scope.org());
        sql.push(" AND tag IN (SELECT tag FROM tag WHERE org_id = ").push_bind(self.scope.org());
        let key = ("key", Some(&pattern.key));
        for (column, text) in
            [("namespace", pattern.namespace.as_ref()), key, ("value", pattern.value.as_ref())]
        {
            match text {
                None => {}
                Some(TagText::Is(text)) => {
                    sql.push(" AND ").push(column).push(" = ").push_bind(text);
                }
                Some(TagText::Begins(text)) => {
                    let length = text.chars().count() as i64;
                    sql.push(" AND SUBSTR(").push(column).push(", 1, CAST(").push_bind(length);
                    sql.push(" AS INTEGER)) = ").push_bind(text);
                }
            }
        }
        sql.push("))");
    }

    fn add_registration(&self, sql: &mut Sql, way: &Registration) {
        let since = self.staleness.culled_before(self.now);
        match way {
            Registration::WithInsightsId => {
                sql.push("h.insights_id IS NOT NULL");
            }
            Registration::By(reporters) => add_any(sql, reporters, |sql, reporter| {
                add_check_in_of(sql, reporter);
                sql.push(" >= ").push_bind(since);
            }),
            Registration::NotBy(reporters) => {
                for reporter in reporters {
                    sql.push("COALESCE(");
                    add_check_in_of(sql, reporter);
                    sql.push(" < ").push_bind(since).push(", TRUE) AND ");
                }
                sql.push("c.last_check_in > ")
                    .push_bind(since)
                    .push(" AND c.last_check_in <= ")
                    .push_bind(self.now);
            }
        }
    }

    /// Adds ` ORDER BY …`.
    pub(crate) fn add_order(&self, sql: &mut Sql) {
        let (by, direction) = self.order;
        let how = match direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        sql.push(" ORDER BY ");
        match by {
            OrderBy::Updated => {
                sql.push("c.updated ").push(how).push(", c.host_id DESC");
            }
            OrderBy::DisplayName => add_key(sql, "h.display_name", how),
            OrderBy::LastCheckIn => add_key(sql, "c.last_check_in", how),
            OrderBy::OperatingSystem => add_key(sql, "h.os", how),
            OrderBy::GroupName => {
                // A host without a group counts as one in the group of those.
                sql.push("CASE WHEN g.id IS NULL OR g.ungrouped THEN 0 ELSE 1 END ").push(how).push(", ");
                add_key(sql, "COALESCE(g.name, '')", how);
            }
            OrderBy::AppData(key) => {
                key.add_order(sql, direction);
                sql.push(TIES);
            }
        }
    }

    /// Adds ` LIMIT … OFFSET …`.
    pub(crate) fn add_page(&self, sql: &mut Sql) {
        sql.push(" LIMIT ").push_bind(self.limit).push(" OFFSET ").push_bind(self.offset);
    }

    /// Adds the table that only one of the orders reads.
    pub(crate) fn add_order_join(&self, sql: &mut Sql) {
        match &self.order.0 {
            OrderBy::GroupName => {
                sql.push(" LEFT JOIN host_group g ON g.org_id = h.org_id AND g.id = h.group_id");
            }
            OrderBy::AppData(key) => key.add_join(sql),
            _ => {}
        }
    }
}

/// Ties go to the newer `updated`, then to the higher id.
const TIES: &str = ", c.updated DESC, c.host_id DESC";

fn add_key(sql: &mut Sql, key: &str, how: &str) {
    sql.push(key).push(" ").push(how).push(TIES);
}

fn add_like(sql: &mut Sql, column: &str, pattern: &Pattern) {
    sql.push(column).push(" LIKE ").push_bind(pattern.like()).push(" ESCAPE '\\'");
}

fn add_range(sql: &mut Sql, column: &str, from: Option<ground::Timestamp>, to: Option<ground::Timestamp>) {
    sql.push("TRUE");
    if let Some(from) = from {
        sql.push(" AND ").push(column).push(" >= ").push_bind(from);
    }
    if let Some(to) = to {
        sql.push(" AND ").push(column).push(" <= ").push_bind(to);
    }
}

/// When a reporter was last heard, as a number.
fn add_check_in_of(sql: &mut Sql, reporter: &str) {
    sql.push("CAST(c.reporters ->> ").push_bind(reporter).push(" AS BIGINT)");
}

fn add_any<T>(sql: &mut Sql, items: &[T], mut add: impl FnMut(&mut Sql, &T)) {
    if items.is_empty() {
        sql.push("FALSE");
    }
    for (n, item) in items.iter().enumerate() {
        sql.push(if n == 0 { "(" } else { " OR (" });
        add(sql, item);
        sql.push(")");
    }
}
