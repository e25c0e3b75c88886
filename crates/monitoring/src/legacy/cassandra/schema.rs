//! Makes what is missing of a keyspace, as the original's own scripts do, and never drops anything.

use crate::{cassandra::Connection, legacy::Result};

const KEY: &str =
    "environment text, application text, metric_name text, metric_timestamp timestamp, count bigint";
const INTERVAL: &str = ", previous_metric_timestamp timestamp, previous_count bigint";
const MEASURES: &str =
    ", max float, mean float, min float, std_dev float, median float, p75 float, p95 float, p98 float,
    p99 float, p999 float, mean_rate float, one_min_rate float, five_min_rate float, fifteen_min_rate float,
    rate_unit text, duration_unit text";

/// Makes the keyspace (one replica) and the tables that are not there.
pub(super) async fn make_missing(connection: &Connection) -> Result<String> {
    let keyspace = connection.keyspace();
    let mut statements = vec![format!(
        "CREATE KEYSPACE IF NOT EXISTS \"{keyspace}\" WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}"
    )];
    for (name, columns) in [
        ("raw_counter", String::new()),
        ("raw_timer", MEASURES.to_owned()),
        ("raw_counter_with_interval", INTERVAL.to_owned()),
        ("raw_timer_with_interval", format!("{INTERVAL}{MEASURES}")),
    ] {
        let table = connection.table(name);
        statements.push(format!(
            "CREATE TABLE IF NOT EXISTS {table} ({KEY}{columns},
             PRIMARY KEY ((environment, application, metric_name), metric_timestamp))
             WITH CLUSTERING ORDER BY (metric_timestamp ASC)"
        ));
    }
    let dashboards = connection.table("dashboards");
    statements.push(format!(
        "CREATE TABLE IF NOT EXISTS {dashboards} (type text, name text, data text, PRIMARY KEY (type, name))
         WITH CLUSTERING ORDER BY (name ASC)"
    ));
    connection.make(statements).await?;
    Ok(format!("the keyspace `{keyspace}` has all tables of metrics"))
}
