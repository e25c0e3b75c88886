//! The metrics service (contract metrics §2): where rows of counters and timers and dashboards stand.

use std::time::Duration;

use crate::{Filled, Secret, Words, choice::choice, section::section};

choice! {
    /// Where metrics stand.
    pub enum MetricStore {
        /// In the relational store.
        Database = "database",
        /// In a Cassandra keyspace.
        Cassandra = "cassandra",
    }
}

choice! {
    /// How many replicas of a Cassandra keyspace answer.
    pub enum Consistency {
        /// One of the own data centre.
        LocalOne = "local_one",
        /// Most of the own data centre.
        LocalQuorum = "local_quorum",
    }
}

section! {
    /// Counters, timers and dashboards of the metrics UI server. Its own configuration file (JSON) is read in place of this one,
    /// and its `METRICS_SERVER_…` variables do not count then.
    pub struct Metrics in "metrics" {
        /// Where they stand; empty for Cassandra when its hosts are named, and the database otherwise.
        store: Option<MetricStore> = None;
        /// Nodes of Cassandra to begin with, as host or host:port, separated by commas; the port is 9042 otherwise.
        cassandra_hosts: Words = Words::default(), env "METRICS_SERVER_CASSANDRA";
        /// The keyspace with the tables; `plumbline job metric-tables` makes what is missing of them.
        cassandra_keyspace: Filled = Filled::of("metric_data");
        /// The user to log in as; empty for no log-in.
        cassandra_user: String = String::new();
        /// The user's password.
        cassandra_password: Secret = Secret::default();
        /// Whether the connection is encrypted: nodes must then show a certificate of their host or address that a trusted authority
        /// made.
        cassandra_tls: bool = false;
        /// File with the certificates (PEM) of authorities that are trusted beside the usual ones.
        cassandra_ca_file: String = String::new();
        /// The name that the certificates of all nodes have, when it is not that of their host or address.
        cassandra_tls_name: Option<Filled> = None;
        /// The data centre whose nodes are asked first; empty for any.
        cassandra_datacenter: Option<Filled> = None;
        /// How many replicas answer.
        cassandra_consistency: Consistency = Consistency::LocalOne;
        /// Longest wait for an answer, in seconds.
        cassandra_timeout: Duration = Duration::from_secs(10);
        /// Where samples are kept: in the database, or in Cassandra in a layout of our own (`cassandra_hosts`), which any number of
        /// programs may share.
        samples: MetricStore = MetricStore::Database;
        /// The keyspace of samples; `plumbline job metric-tables` makes it.
        samples_keyspace: Filled = Filled::of("plumbline_samples");
        /// How many replicas have a sample before it is acknowledged, and are asked for it.
        samples_consistency: Consistency = Consistency::LocalQuorum;
        /// How many replicas a keyspace of samples that is made has in each data centre.
        samples_replicas: u32 = 1;
        /// The organisation that the keyspace belongs to, and the lines of the topics: the tables themselves know none. Others do
        /// not see them.
        org: Filled = Filled::of("local");
        /// For how many days samples are kept.
        keep_days: u32 = 400;
        /// For how many days those of some metrics are: up=800, or with the beginning of names, node_*=30. The name that says most
        /// counts.
        keep_days_of: Words = Words::default();
        /// Which samples become one record for each interval, with minimum, maximum, sum and count, after how many days:
        /// up=90:5m, or with the beginning of names, node_*=30:1h. The width divides a day; nothing is thinned otherwise.
        thin_after: Words = Words::default();
        /// To read: topics with lines (CSV) of counters and timers; the original's are `bmgf.metric.20170221,bmgf.metric.pi4`.
        csv_topics: Words = Words::default();
        /// The consumer group that reads them.
        csv_group: Filled = Filled::of("metric-backend");
    }
}

impl Metrics {
    /// Where rows and dashboards stand.
    pub fn place(&self) -> MetricStore {
        let named =
            if self.cassandra_hosts.is_empty() { MetricStore::Database } else { MetricStore::Cassandra };
        (*self.store).unwrap_or(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Inputs, Settings};

    #[test]
    fn hosts_of_cassandra_are_enough_to_use_it_and_a_word_wins() {
        let place = |variables: &[(&str, &str)]| {
            let env = |name: &str| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned())
            };
            Settings::load(&Inputs::new(&env)).unwrap().metrics.place()
        };
        let hosts = ("METRICS_SERVER_CASSANDRA", "c1");
        assert_eq!(place(&[]), MetricStore::Database);
        assert_eq!(place(&[("METRICS_SERVER_CASSANDRA", "")]), MetricStore::Database);
        assert_eq!(place(&[hosts]), MetricStore::Cassandra);
        assert_eq!(place(&[hosts, ("PLUMBLINE_METRICS_STORE", "database")]), MetricStore::Database);
    }
}
