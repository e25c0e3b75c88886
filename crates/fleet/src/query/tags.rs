//! Tags of hosts, counted.

use std::sync::Arc;

use ::store::Sql;

use crate::{
    Condition, Fleet, HostQuery, NO_NAMESPACE, Result,
    query::{
        answer_cache::{CacheKey, CacheValue},
        host_refs::can_be_kept,
    },
};

/// A tag and on how many hosts it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    /// `None` for tags without a namespace.
    pub namespace: Option<String>,
    /// The key.
    pub key: String,
    /// `None` for a key without a value.
    pub value: Option<String>,
    /// How many hosts.
    pub count: i64,
}

impl Fleet {
    /// Every tag of the hosts that match, with the number of those hosts. In no order. Kept in memory as lists are
    /// ([`Fleet::refs`]).
    pub async fn tags(&self, query: &HostQuery) -> Result<Arc<[TagCount]>> {
        if !can_be_kept(query) {
            return Ok(self.count_tags(query).await?.into());
        }
        let seq = self.sequence(query.scope.org()).await?;
        let tags = async { Ok(self.count_tags(query).await?.into()) };
        let form = (CacheValue::Tags, CacheValue::tags);
        self.answered_once(query, seq, CacheKey::tags(query), form, tags).await
    }

    async fn count_tags(&self, query: &HostQuery) -> Result<Vec<TagCount>> {
        let org = query.scope.org();
        let mut sql = Sql::new("SELECT t.namespace, t.key, t.value, counted.hosts FROM (");
        if query.scope.whole_org().is_some() && query.conditions == [Condition::NotCulled] {
            // Nearly every host counts: all, from the index alone, without the few that are culled.
            sql.push("SELECT tag, CAST(SUM(many) AS BIGINT) AS hosts FROM (");
            sql.push("SELECT tag, COUNT(*) AS many FROM host_tag WHERE org_id = ").push_bind(org);
            sql.push(" GROUP BY tag UNION ALL SELECT t.tag, -COUNT(*) FROM host_checkin c CROSS JOIN host_tag t WHERE c.org_id = ");
            sql.push_bind(org)
                .push(" AND c.last_check_in <= ")
                .push_bind(query.staleness.culled_before(query.now));
            sql.push(" AND t.org_id = ").push_bind(org).push(" AND t.host_id = c.host_id GROUP BY t.tag");
            sql.push(") AS counts GROUP BY tag HAVING SUM(many) > 0");
        } else {
            sql.push("SELECT tag, COUNT(*) AS hosts FROM host_tag WHERE org_id = ").push_bind(org);
            sql.push(" AND host_id IN (SELECT c.host_id");
            query.add_checkins(&mut sql, false);
            sql.push(") GROUP BY tag");
        }
        sql.push(") AS counted JOIN tag t ON t.tag = counted.tag AND t.org_id = ").push_bind(org);
        let rows = self.db().read(sql).await?;
        rows.iter()
            .map(|row| {
                let namespace: String = row.get(0)?;
                let value: String = row.get(2)?;
                Ok(TagCount {
                    namespace: (namespace != NO_NAMESPACE).then_some(namespace),
                    key: row.get(1)?,
                    value: (!value.is_empty()).then_some(value),
                    count: row.get(3)?,
                })
            })
            .collect()
    }
}
