//! What the clients are told (contract inventory-events §1.3).

use std::{collections::BTreeMap, fmt, time::Duration};

use rdkafka::ClientConfig;

use super::remedy::remedy_of_start;

/// How many kilobytes of messages a consumer has ready behind its next batch.
const PREFETCHED_KIB: &str = "8192";

/// Where the brokers are and how to speak to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KafkaConfig {
    /// `host:port`, several with commas.
    pub bootstrap: String,
    /// `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`; empty means `PLAINTEXT`.
    pub security_protocol: String,
    /// Who we are, for the two `SASL_…` protocols.
    pub sasl: Option<Sasl>,
    /// The authorities of which one must have made the certificates of the brokers; absent: those of the system.
    pub ssl_ca: Option<Authorities>,
    /// librdkafka properties by name, for all clients; they win over everything else.
    pub overrides: BTreeMap<String, String>,
}

/// Certificates (PEM) of authorities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorities {
    /// In a file.
    File(String),
    /// As text.
    Text(String),
}

/// A name and a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Sasl {
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
    pub mechanism: String,
    /// The name.
    pub username: String,
    /// The password; never shown.
    pub password: String,
}

/// How a consumer reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSettings {
    /// The consumer group: its members share the partitions.
    pub group: String,
    /// The topics to read.
    pub topics: Vec<String>,
    /// Where a group without a committed offset begins.
    pub offset_reset: OffsetReset,
    /// A member that is silent for so long is out of the group.
    pub session_timeout: Duration,
    /// How often a member says that it lives.
    pub heartbeat_interval: Duration,
    /// A batch has at most so many messages.
    pub max_messages: usize,
    /// A batch is given at most so long after its first message was there.
    pub max_wait: Duration,
    /// A batch takes no further message when its payloads have so many bytes.
    pub max_bytes: usize,
    /// A batch may be worked on for so long before the partitions are paused. Until then other members wait for it
    /// when partitions move; from then on they do not, and what is lost by a move is not committed.
    pub grace: Duration,
}

/// Where a group without a committed offset begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffsetReset {
    /// At the oldest message.
    Earliest,
    /// At the next message.
    Latest,
}

/// How a producer sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProducerSettings {
    /// A message that is not with the brokers after so long has failed.
    pub delivery_timeout: Duration,
    /// How long to wait for more messages to send together.
    pub linger: Duration,
    /// Bytes of messages sent together.
    pub batch_bytes: usize,
    /// Bytes of the largest message, and of the largest request: what the brokers take (`message.max.bytes`).
    pub message_max_bytes: usize,
}

/// A client cannot be made: a setting is wrong, or a file that it names cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot start the Kafka {client}: {reason}; {}", remedy_of_start(.reason))]
pub struct StartError {
    pub(super) client: &'static str,
    pub(super) reason: String,
}

impl KafkaConfig {
    /// Brokers that want no encryption and no name.
    pub fn plaintext(bootstrap: impl Into<String>) -> Self {
        Self {
            bootstrap: bootstrap.into(),
            security_protocol: String::new(),
            sasl: None,
            ssl_ca: None,
            overrides: BTreeMap::new(),
        }
    }

    pub(super) fn consumer(&self, settings: &ConsumerSettings) -> ClientConfig {
        let mut config = self.client();
        config
            .set("group.id", &settings.group)
            .set("auto.offset.reset", settings.offset_reset.as_str())
            .set("session.timeout.ms", millis(settings.session_timeout))
            .set("heartbeat.interval.ms", millis(settings.heartbeat_interval))
            .set("statistics.interval.ms", "5000")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // By default 64 MB are fetched ahead. Two batches are enough to keep a caller busy.
            .set("queued.max.messages.kbytes", PREFETCHED_KIB)
            // When that is reached, the next fetch would come a whole second later, long after the last batch is done.
            .set("fetch.queue.backoff.ms", "10");
        self.overridden(config)
    }

    pub(super) fn producer(&self, settings: &ProducerSettings) -> ClientConfig {
        let mut config = self.client();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // A partition without a leader refuses the first request of a producer and may, a moment later, take a second one as
            // its beginning: the refused one never finds its place then, and the client counts it as delivered (KAFKA-15591).
            .set("max.in.flight.requests.per.connection", "1")
            .set("message.timeout.ms", millis(settings.delivery_timeout))
            .set("linger.ms", millis(settings.linger))
            .set("batch.size", settings.batch_bytes.to_string())
            .set("message.max.bytes", settings.message_max_bytes.to_string());
        self.overridden(config)
    }

    /// A client that only asks.
    pub(super) fn prober(&self) -> ClientConfig {
        self.overridden(self.client())
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.bootstrap)
            .set("client.id", "plumbline")
            // By default a broker that came back may stay unnoticed for 10 s.
            .set("reconnect.backoff.max.ms", "2000");
        if !self.security_protocol.is_empty() {
            config.set("security.protocol", self.security_protocol.to_lowercase());
        }
        if let Some(sasl) = &self.sasl {
            config
                .set("sasl.mechanism", sasl.mechanism.to_uppercase())
                .set("sasl.username", &sasl.username)
                .set("sasl.password", &sasl.password);
        }
        if self.is_encrypted() {
            match self.ssl_ca.clone().or_else(of_the_system) {
                Some(Authorities::File(path)) => config.set("ssl.ca.location", path),
                Some(Authorities::Text(pem)) => config.set("ssl.ca.pem", pem),
                None => &mut config,
            };
        }
        config
    }

    fn is_encrypted(&self) -> bool {
        let protocol = self.overrides.get("security.protocol").unwrap_or(&self.security_protocol);
        protocol.to_ascii_lowercase().ends_with("ssl")
    }

    fn overridden(&self, mut config: ClientConfig) -> ClientConfig {
        for (property, value) in &self.overrides {
            config.set(property, value);
        }
        config
    }
}

impl ConsumerSettings {
    /// The defaults, for a group that reads one topic.
    pub fn new(group: impl Into<String>, topic: impl Into<String>) -> Self {
        Self {
            group: group.into(),
            topics: vec![topic.into()],
            offset_reset: OffsetReset::Latest,
            session_timeout: Duration::from_secs(10),
            heartbeat_interval: Duration::from_secs(3),
            max_messages: 500,
            max_wait: Duration::from_millis(500),
            max_bytes: 4 * 1024 * 1024,
            grace: Duration::from_secs(5),
        }
    }
}

impl Default for ProducerSettings {
    fn default() -> Self {
        Self {
            delivery_timeout: Duration::from_mins(1),
            linger: Duration::from_millis(5),
            batch_bytes: 1_000_000,
            message_max_bytes: 1_000_000,
        }
    }
}

impl OffsetReset {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Earliest => "earliest",
            Self::Latest => "latest",
        }
    }
}

impl fmt::Debug for Sasl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sasl")
            .field("mechanism", &self.mechanism)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Where the system has its authorities, whichever it is: OpenSSL knows where its own builder keeps them, which one that is built
/// into the program does not. `SSL_CERT_FILE` and `SSL_CERT_DIR` win.
fn of_the_system() -> Option<Authorities> {
    let found = openssl_probe::probe();
    let path = found.cert_file.or_else(|| found.cert_dir.into_iter().next())?;
    Some(Authorities::File(path.to_string_lossy().into_owned()))
}

fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sasl() -> KafkaConfig {
        KafkaConfig {
            security_protocol: "SASL_SSL".into(),
            sasl: Some(Sasl { mechanism: "plain".into(), username: "me".into(), password: "secret".into() }),
            ssl_ca: Some(Authorities::File("/etc/ca.pem".into())),
            ..KafkaConfig::plaintext("a:1,b:2")
        }
    }

    #[test]
    fn a_consumer_commits_only_when_told() {
        let config = sasl().consumer(&ConsumerSettings::new("inventory-mq", "t"));
        let expected = [
            ("bootstrap.servers", "a:1,b:2"),
            ("group.id", "inventory-mq"),
            ("auto.offset.reset", "latest"),
            ("enable.auto.commit", "false"),
            ("partition.assignment.strategy", "cooperative-sticky"),
            ("session.timeout.ms", "10000"),
            ("heartbeat.interval.ms", "3000"),
            ("security.protocol", "sasl_ssl"),
            ("sasl.mechanism", "PLAIN"),
            ("sasl.username", "me"),
            ("sasl.password", "secret"),
            ("ssl.ca.location", "/etc/ca.pem"),
        ];
        for (property, value) in expected {
            assert_eq!(config.get(property), Some(value), "{property}");
        }
    }

    #[test]
    fn a_producer_has_one_request_under_way() {
        let config = sasl().producer(&ProducerSettings::default());
        assert_eq!(config.get("max.in.flight.requests.per.connection"), Some("1"));
        assert_eq!(config.get("enable.idempotence"), Some("true"));
    }

    #[test]
    fn an_override_wins() {
        let mut kafka = KafkaConfig::plaintext("a:1");
        kafka.overrides.insert("linger.ms".into(), "77".into());
        assert_eq!(kafka.producer(&ProducerSettings::default()).get("linger.ms"), Some("77"));
    }

    #[test]
    fn authorities_are_those_that_are_given_and_only_where_the_connection_is_encrypted() {
        let given = |protocol: &str, ssl_ca| {
            let protocol = protocol.to_owned();
            let config = KafkaConfig { security_protocol: protocol, ssl_ca, ..sasl() }.prober();
            let text = |property| config.get(property).map(str::to_owned);
            (text("ssl.ca.location"), text("ssl.ca.pem"))
        };
        let text = Some(Authorities::Text("PEM".into()));
        assert_eq!(given("SSL", text.clone()), (None, Some("PEM".into())));
        assert_eq!(given("SASL_PLAINTEXT", text), (None, None));
    }

    #[test]
    fn a_password_is_not_shown() {
        assert!(!format!("{:?}", sasl()).contains("secret"));
    }
}
