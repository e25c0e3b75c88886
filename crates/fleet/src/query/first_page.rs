//! The first page of a list in an order whose keys hosts share: a name, an operating system.
//!
//! Hosts that share a place are in the order of their last update, which stands in another table. In one statement a
//! database looks up and sorts all of them, a quarter of the fleet when that has four systems, to give the first fifty.
//! Here the place where the page ends is found first, in the index alone; hosts before it are no more than the page has,
//! and of those that share it the newest are looked for among the newest of the fleet.

use ::store::{Sql, Tx};

use crate::{Fleet, HostQuery, HostRef, Result, query::sql::Key};

/// For each host that is wanted so many of the newest are looked at. What fewer than one host in so many share is sorted
/// as a whole.
const NEWEST: i64 = 16;

impl Fleet {
    /// The first `wanted` of the hosts that match, in order. `None` when there are not so many, or when the question or its
    /// order is another one.
    pub(crate) async fn first_page(&self, query: &HostQuery, wanted: i64) -> Result<Option<Vec<HostRef>>> {
        let Some(key) = query.shared_key().filter(|_| wanted > 0) else { return Ok(None) };
        let mut tx = self.db().snapshot().await?;
        // Culled hosts have their places too: with them among the first ones, the page ends further back.
        let mut reach = wanted;
        while let Some(last) = key_at(&mut tx, query, key, reach - 1).await? {
            let mut before = query.hosts_first();
            before.push(" AND ").push(key.column).push(key.before).push_bind(&last);
            query.add_order(&mut before);
            before.push(" LIMIT ").push_bind(wanted);
            let mut hosts = refs(&mut tx, before).await?;
            let missing = wanted - hosts.len() as i64;
            if missing > 0 {
                hosts.extend(sharing(&mut tx, query, key, &last, missing).await?);
            }
            if hosts.len() as i64 == wanted {
                return Ok(Some(hosts));
            }
            reach *= 2;
        }
        Ok(None)
    }
}

/// What the host at a place of the order has there, culled hosts counted.
async fn key_at(tx: &mut Tx, query: &HostQuery, key: Key, place: i64) -> Result<Option<String>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(key.column).push(" FROM host h WHERE ");
    query.scope.restrict(&mut sql);
    sql.push(" ORDER BY ").push(key.column).push(key.how).push(" LIMIT 1 OFFSET ").push_bind(place);
    let row = tx.fetch_one(sql).await?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

/// The newest of the hosts that share a place.
async fn sharing(tx: &mut Tx, query: &HostQuery, key: Key, place: &str, wanted: i64) -> Result<Vec<HostRef>> {
    let among = wanted.saturating_mul(NEWEST);
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM host h WHERE ");
    query.scope.restrict(&mut sql);
    sql.push(" AND ").push(key.column).push(" = ").push_bind(place);
    sql.push(" LIMIT ").push_bind(among).push(") AS found");
    let many = tx.fetch_one(sql).await?.map_or(Ok(0), |row| row.get::<i64>(0))? == among;
    if many {
        let mut sql = query.newest_first(among);
        add_sharing(&mut sql, key, place, wanted);
        let hosts = refs(tx, sql).await?;
        if hosts.len() as i64 == wanted {
            return Ok(hosts);
        }
    }
    let mut sql = query.hosts_first();
    add_sharing(&mut sql, key, place, wanted);
    refs(tx, sql).await
}

/// Ends a statement: of the hosts at a place the newest, so many of them.
fn add_sharing(sql: &mut Sql, key: Key, place: &str, wanted: i64) {
    sql.push(" AND ").push(key.column).push(" = ").push_bind(place);
    sql.push(" ORDER BY c.updated DESC, c.host_id DESC LIMIT ").push_bind(wanted);
}

async fn refs(tx: &mut Tx, sql: Sql) -> Result<Vec<HostRef>> {
    tx.fetch_all(sql).await?.iter().map(HostRef::read).collect()
}
