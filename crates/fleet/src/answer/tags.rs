//! Tags of hosts, counted.

use ::store::{Row, Sql};

use crate::{Fleet, HostQuery, NO_NAMESPACE, Result, index::TagTexts};

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

impl TagCount {
    fn new(TagTexts { namespace, key, value }: TagTexts, count: i64) -> Self {
        let namespace = (namespace != NO_NAMESPACE).then_some(namespace);
        Self { namespace, key, value: (!value.is_empty()).then_some(value), count }
    }
}

impl Fleet {
    /// Every tag of the hosts that match, with the number of those hosts. In no order.
    pub async fn tags(&self, query: &HostQuery) -> Result<Vec<TagCount>> {
        let asked = query.clone();
        let counts = self.indexed(query.scope.org(), move |index| index.tag_counts(&asked)).await?;
        match counts {
            Some(counts) => {
                Ok(counts.into_iter().map(|(tag, count)| TagCount::new(tag, count as i64)).collect())
            }
            None => self.tags_in_database(query).await,
        }
    }

    async fn tags_in_database(&self, query: &HostQuery) -> Result<Vec<TagCount>> {
        let org = query.scope.org();
        let mut sql = Sql::new("SELECT t.namespace, t.key, t.value, counted.hosts FROM (");
        sql.push("SELECT tag, COUNT(*) AS hosts FROM host_tag WHERE org_id = ").push_bind(org);
        sql.push(" AND host_id IN (SELECT c.host_id");
        query.add_checkins(&mut sql, false);
        sql.push(") GROUP BY tag) AS counted JOIN tag t ON t.tag = counted.tag AND t.org_id = ")
            .push_bind(org);
        let tag = |row: &Row| {
            let tag = TagTexts { namespace: row.get(0)?, key: row.get(1)?, value: row.get(2)? };
            Ok(TagCount::new(tag, row.get(3)?))
        };
        self.db().read(sql).await?.iter().map(tag).collect()
    }
}
