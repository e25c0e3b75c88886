//! The broker, and how its topics are read (contract inventory-events §1.2, §1.3).

use std::time::Duration;

use crate::{Filled, Secret, choice::choice, section::section};

choice! {
    /// How the broker is spoken to.
    pub enum Protocol {
        /// In the clear.
        Plaintext = "PLAINTEXT",
        /// Encrypted.
        Ssl = "SSL",
        /// With a user name, in the clear.
        SaslPlaintext = "SASL_PLAINTEXT",
        /// With a user name, encrypted.
        SaslSsl = "SASL_SSL",
    }
}

choice! {
    /// How a user name is proven.
    pub enum Mechanism {
        /// The password is sent.
        Plain = "PLAIN",
        /// Challenge and response over SHA-256.
        ScramSha256 = "SCRAM-SHA-256",
        /// Challenge and response over SHA-512.
        ScramSha512 = "SCRAM-SHA-512",
    }
}

choice! {
    /// Where a group without a committed position begins.
    pub enum OffsetReset {
        /// Behind the newest message.
        Latest = "latest",
        /// At the oldest message.
        Earliest = "earliest",
    }
}

section! {
    /// The broker, and how the program proves who it is.
    pub struct Kafka in "kafka" {
        /// Brokers to begin with, as host:port, separated by commas. `CONSUMER_MQ_BROKER` is the override of Clowder deployments, and
        /// means nothing elsewhere.
        bootstrap_servers: Filled = Filled::of("localhost:29092"), env "CONSUMER_MQ_BROKER", "KAFKA_BOOTSTRAP_SERVERS";
        /// How the broker is spoken to.
        security_protocol: Protocol = Protocol::Plaintext, env "KAFKA_SECURITY_PROTOCOL";
        /// How the user name is proven.
        sasl_mechanism: Mechanism = Mechanism::Plain, env "KAFKA_SASL_MECHANISM";
        /// User name at the broker.
        sasl_username: String = String::new(), env "KAFKA_SASL_USERNAME";
        /// Password at the broker.
        sasl_password: Secret = Secret::default(), env "KAFKA_SASL_PASSWORD";
        /// File with the certificates that the broker's is checked against; empty for the system's.
        ssl_ca_file: Option<Filled> = None, env "KAFKA_SSL_CAFILE";
        /// The same certificates as text (PEM), as Clowder gives them.
        ssl_ca_pem: String = String::new();
        /// A copy of another deployment: reads no messages and publishes none.
        replica_namespace: bool = false, env "REPLICA_NAMESPACE";
    }
}

section! {
    /// How topics are read.
    pub struct Consumer in "kafka.consumer" {
        /// The group of the processes that read reports.
        group: Filled = Filled::of("inventory-mq"), env "KAFKA_HOST_INGRESS_GROUP";
        /// Where a group without a committed position begins.
        auto_offset_reset: OffsetReset = OffsetReset::Latest, env "KAFKA_CONSUMER_AUTO_OFFSET_RESET";
        /// Milliseconds without a sign of life until the broker gives the partitions to others.
        session_timeout_ms: u32 = 10_000, env "KAFKA_CONSUMER_SESSION_TIMEOUT_MS";
        /// Milliseconds between signs of life.
        heartbeat_interval_ms: u32 = 3_000, env "KAFKA_CONSUMER_HEARTBEAT_INTERVAL_MS";
        /// Most messages of one batch, which is one transaction. The original's default is 1.
        batch_max_messages: u32 = 500, env "MQ_DB_BATCH_MAX_MESSAGES";
        /// Longest wait for a batch to fill.
        batch_max_seconds: Duration = Duration::from_millis(500), env "MQ_DB_BATCH_MAX_SECONDS";
    }
}

#[cfg(test)]
mod tests {
    use crate::{Inputs, LogLevel, OffsetReset, Protocol, Settings, Source};

    fn load(variables: &[(&str, &str)]) -> Settings {
        let env =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned());
        Settings::load(&Inputs::new(&env)).unwrap()
    }

    #[test]
    fn a_new_group_begins_behind_the_newest_message() {
        assert_eq!(*Settings::default().consumer.auto_offset_reset, OffsetReset::Latest);
    }

    #[test]
    fn words_are_read_in_any_case() {
        let settings =
            load(&[("KAFKA_SECURITY_PROTOCOL", "sasl_ssl"), ("KAFKA_SASL_MECHANISM", "scram-sha-512")]);
        assert_eq!(*settings.kafka.security_protocol, Protocol::SaslSsl);
        assert_eq!(settings.kafka.sasl_mechanism.as_str(), "SCRAM-SHA-512");
    }

    #[test]
    fn levels_have_the_names_of_python_too() {
        for (word, level) in
            [("WARN", LogLevel::Warning), ("CRITICAL", LogLevel::Error), ("INFO", LogLevel::Info)]
        {
            assert_eq!(*load(&[("INVENTORY_LOG_LEVEL", word)]).server.log_level, level, "{word}");
        }
    }

    #[test]
    fn the_broker_override_counts_under_clowder_alone_and_unless_it_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let document = folder.path().join("acg.json");
        std::fs::write(&document, r#"{"kafka": {"brokers": [{"hostname": "clowder", "port": 1}]}}"#).unwrap();
        let (usual, file) = (("KAFKA_BOOTSTRAP_SERVERS", "usual:1"), document.to_str().unwrap());
        let clowder = [("CLOWDER_ENABLED", "true"), ("ACG_CONFIG", file), usual];
        let servers = |variables: &[(&str, &str)]| load(variables).kafka.bootstrap_servers.source.to_string();
        let with = |other| [&clowder[..], &[("CONSUMER_MQ_BROKER", other)]].concat();
        assert_eq!(servers(&with("other:1")), "environment CONSUMER_MQ_BROKER");
        assert_eq!(servers(&with("")), Source::Clowder("/kafka/brokers").to_string());
        let without = [("CONSUMER_MQ_BROKER", "other:1"), usual];
        assert_eq!(servers(&without), "environment KAFKA_BOOTSTRAP_SERVERS");
    }
}
