//! The connection to a Cassandra cluster: what the original's tables and the samples in our own layout stand on.

mod connection;
mod tls;
mod values;

use std::time::Duration;

pub use tls::Tls;

pub(crate) use connection::{Connection, Values};
pub(crate) use values::{Cells, bigint, blob, int, list, text, time};

/// How a keyspace is reached.
#[derive(Debug, Clone)]
pub struct Options {
    /// Nodes to begin with: host, or host and port.
    pub hosts: Vec<String>,
    /// The keyspace.
    pub keyspace: String,
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

impl Options {
    /// What the settings say of the keyspace of the metrics UI server.
    pub fn of_tables(settings: &settings::Metrics) -> Self {
        let user = settings.cassandra_user.to_string();
        Self {
            hosts: settings.cassandra_hosts.to_vec(),
            keyspace: settings.cassandra_keyspace.to_string(),
            login: (!user.is_empty()).then(|| (user, settings.cassandra_password.value.clone())),
            datacenter: settings.cassandra_datacenter.as_ref().map(ToString::to_string),
            consistency: *settings.cassandra_consistency,
            timeout: *settings.cassandra_timeout,
            tls: (*settings.cassandra_tls).then(|| Tls {
                ca_file: settings.cassandra_ca_file.to_string(),
                name: settings.cassandra_tls_name.as_ref().map(ToString::to_string),
            }),
        }
    }

    /// What they say of the keyspace of samples: the same cluster.
    pub fn of_samples(settings: &settings::Metrics) -> Self {
        Self {
            keyspace: settings.samples_keyspace.to_string(),
            consistency: *settings.samples_consistency,
            ..Self::of_tables(settings)
        }
    }
}

/// Why Cassandra did not do what it was asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Problem {
    /// It does not answer, or not in time.
    #[error("Cassandra does not answer: {0}")]
    Away(String),
    /// It answers that it cannot: a table is missing, or the user may not.
    #[error("Cassandra refuses: {0}")]
    Refused(String),
}

/// What Cassandra answers.
pub(crate) type Result<T> = std::result::Result<T, Problem>;
