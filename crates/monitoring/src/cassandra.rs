//! The connection to a Cassandra cluster: what the original's tables and the samples in our own layout stand on.

mod connection;
mod tls;
mod values;

use std::time::Duration;

pub use tls::Tls;

pub(crate) use connection::{Connection, Values};
pub(crate) use values::{Cells, bigint, blob, int, list, text, time};

/// The name of a keyspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyspaceName(String);

impl KeyspaceName {
    /// From a setting; what is wrong with its value, otherwise.
    pub fn from_setting(setting: &str, name: &str) -> std::result::Result<Self, String> {
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !plain || name.is_empty() || name.len() > 48 {
            return Err(format!(
                "{setting}: a keyspace `{name}` is not allowed: give at most 48 letters, digits and underscores"
            ));
        }
        Ok(Self(name.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a keyspace is reached.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Nodes to begin with: host, or host and port.
    pub hosts: Vec<String>,
    /// The keyspace.
    pub keyspace: KeyspaceName,
    /// User and password, when there is a log-in.
    pub login: Option<(String, settings::Secret)>,
    /// The data centre whose nodes are asked first.
    pub datacenter: Option<String>,
    /// How many replicas answer.
    pub consistency: settings::Consistency,
    /// The longest wait for an answer.
    pub timeout: Duration,
    /// Whether the connection is encrypted, and whom nodes have to be then.
    pub tls: Option<Tls>,
}

impl Cluster {
    /// Each keyspace that the settings ask for: that of samples, that of the metrics UI server.
    pub fn all_of(settings: &settings::Metrics) -> Vec<std::result::Result<Self, String>> {
        let samples =
            (*settings.samples == settings::MetricStore::Cassandra).then(|| Self::of_samples(settings));
        let tables =
            (settings.place() == settings::MetricStore::Cassandra).then(|| Self::of_tables(settings));
        samples.into_iter().chain(tables).collect()
    }

    /// What the settings say of the keyspace of the metrics UI server; what is wrong with them, otherwise.
    pub fn of_tables(settings: &settings::Metrics) -> std::result::Result<Self, String> {
        let keyspace =
            KeyspaceName::from_setting("metrics.cassandra_keyspace", &settings.cassandra_keyspace)?;
        Ok(Self::of(settings, keyspace, *settings.cassandra_consistency))
    }

    /// What they say of the keyspace of samples: the same cluster.
    pub fn of_samples(settings: &settings::Metrics) -> std::result::Result<Self, String> {
        let keyspace = KeyspaceName::from_setting("metrics.samples_keyspace", &settings.samples_keyspace)?;
        Ok(Self::of(settings, keyspace, *settings.samples_consistency))
    }

    fn of(settings: &settings::Metrics, keyspace: KeyspaceName, consistency: settings::Consistency) -> Self {
        let user = settings.cassandra_user.to_string();
        Self {
            hosts: settings.cassandra_hosts.to_vec(),
            keyspace,
            login: (!user.is_empty()).then(|| (user, settings.cassandra_password.value.clone())),
            datacenter: settings.cassandra_datacenter.as_ref().map(ToString::to_string),
            consistency,
            timeout: *settings.cassandra_timeout,
            tls: (*settings.cassandra_tls).then(|| Tls {
                ca_file: settings.cassandra_ca_file.to_string(),
                name: settings.cassandra_tls_name.as_ref().map(ToString::to_string),
            }),
        }
    }
}

/// Why Cassandra did not do what it was asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CassandraError {
    /// It does not answer, or not in time.
    #[error("Cassandra does not answer: {0}")]
    Away(String),
    /// It answers that it cannot: a table is missing, or the user may not.
    #[error("Cassandra refuses: {0}")]
    Refused(String),
}

/// Connects to a cluster and says what it is; why it cannot be used, otherwise.
pub async fn look(cluster: Cluster) -> std::result::Result<String, String> {
    let hosts = cluster.hosts.join(", ");
    let connection = Connection::new(cluster)?;
    let versions =
        connection.collect("SELECT release_version FROM system.local", Values::new(), |mut row| row.text());
    let versions = versions.await.map_err(|problem| problem.to_string())?;
    Ok(format!("{hosts} answers, version {}", versions.join(", ")))
}

/// How many statements of one piece of work are under way at once.
pub(crate) const CONCURRENT_STATEMENTS: usize = 32;

/// What Cassandra answers.
pub(crate) type Result<T> = std::result::Result<T, CassandraError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyspace_that_cannot_be_named_so_is_refused_with_its_setting() {
        let settings = |name: &str, value: &str| {
            let env = |variable: &str| (variable == name).then(|| value.to_owned());
            settings::Settings::load(&settings::Inputs::new(&env)).unwrap().metrics
        };
        for bad in ["a-b", "x; DROP", &"k".repeat(49)] {
            let tables = settings("PLUMBLINE_METRICS_CASSANDRA_KEYSPACE", bad);
            let told = Cluster::of_tables(&tables).unwrap_err();
            assert!(told.starts_with(&format!("metrics.cassandra_keyspace: a keyspace `{bad}`")), "{told}");
            assert!(Cluster::of_samples(&tables).is_ok());
            let samples = settings("PLUMBLINE_METRICS_SAMPLES_KEYSPACE", bad);
            let told = Cluster::of_samples(&samples).unwrap_err();
            assert!(told.starts_with(&format!("metrics.samples_keyspace: a keyspace `{bad}`")), "{told}");
        }
        assert!(KeyspaceName::from_setting("x", "").is_err());
        assert_eq!(KeyspaceName::from_setting("x", "metric_data").unwrap().as_str(), "metric_data");
    }
}
