//! Makes what is missing of the keyspace of samples, and never drops anything.

use super::Keyspace;
use crate::store::StoreError;

/// Into how many windows of compaction the time falls for which samples are kept.
const WINDOWS: i64 = 25;

pub(super) async fn make_missing(store: &Keyspace) -> Result<String, StoreError> {
    let keyspace = store.connection.keyspace();
    let replicas = store.options.replicas.max(1);
    let place = match &store.options.cluster.datacenter {
        Some(name) => {
            format!("'class': 'NetworkTopologyStrategy', '{}': {replicas}", name.replace('\'', "''"))
        }
        None => format!("'class': 'NetworkTopologyStrategy', 'replication_factor': {replicas}"),
    };
    let mut statements =
        vec![format!("CREATE KEYSPACE IF NOT EXISTS \"{keyspace}\" WITH replication = {{{place}}}")];
    let window = (store.options.retention.usual() / WINDOWS).max(1);
    let by_window = format!(
        " AND compaction = {{'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS',
         'compaction_window_size': {window}}}"
    );
    // Rows are removed from the tail all the time: what stands for them is to go soon.
    let soon = " AND gc_grace_seconds = 86400".to_owned();
    for (name, columns, key, more) in [
        (
            "sample_name",
            "name text, series int, kind text, help text, unit text",
            "(org, scope), name",
            String::new(),
        ),
        (
            "sample_series",
            "name text, series bigint, labels blob",
            "(org, scope, name), series",
            String::new(),
        ),
        ("sample_day", "day bigint", "(org, scope), day", String::new()),
        (
            "sample_tail",
            "name text, day bigint, seq bigint, writer bigint, part int, first_ts bigint, last_ts bigint, body blob",
            "(org, scope, name, day), seq, writer, part",
            soon,
        ),
        (
            "sample_chunk",
            "name text, day bigint, shard int, series bigint, kind int, first_ts bigint, seq bigint, last_ts bigint,
             samples int, body blob",
            "(org, scope, name, day, shard), series, kind, first_ts",
            by_window,
        ),
        ("sample_lock", "fence bigint, until bigint", "(org, scope)", String::new()),
    ] {
        let table = store.table(name);
        let comment = "WITH comment = 'samples of plumbline'";
        statements.push(format!(
            "CREATE TABLE IF NOT EXISTS {table} (org text, scope text, {columns}, PRIMARY KEY ({key})) {comment}{more}"
        ));
    }
    store.connection.make(statements).await?;
    Ok(format!("the keyspace `{keyspace}` has all tables of samples"))
}
