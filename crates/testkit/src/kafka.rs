//! A Kafka broker in a process of its own.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::{
    Certificates, Kafka,
    ports::free_port,
    process::{Process, mortal, run},
};

/// Any 16 bytes in base64: the cluster has to have a name.
const CLUSTER: &str = "cGx1bWJsaW5lLXRlc3Rzc2";

/// A single Apache Kafka broker on a free port of 127.0.0.1, for tests that stop or kill it; the others use
/// [`Kafka::shared`]. Topics have to be made before they are used.
#[derive(Debug)]
pub struct KafkaServer {
    process: Option<Process>,
    kafka: Kafka,
    folder: TempDir,
    start: Start,
    guards: Option<KafkaGuards>,
}

/// Further ways in to a broker, for clients that encrypt or that have a name. The broker calls itself `localhost` there.
#[derive(Debug)]
pub struct KafkaGuards {
    /// What the broker shows.
    pub certificates: Certificates,
    ssl: u16,
    sasl_plaintext: u16,
    sasl_ssl: u16,
}

impl KafkaGuards {
    /// The name of the one user, in each mechanism.
    pub const USER: &str = "plumbline";
    /// The user's password.
    pub const PASSWORD: &str = "a plumb line";

    fn new() -> Self {
        let [ssl, sasl_plaintext, sasl_ssl] = [free_port(), free_port(), free_port()];
        Self { certificates: Certificates::new(), ssl, sasl_plaintext, sasl_ssl }
    }

    /// Those of the broker that `scripts/with-components.sh` started for this run: of [`Kafka::shared`].
    pub fn shared() -> Self {
        let told = crate::component("PLUMBLINE_TEST_KAFKA_GUARDS");
        let mut parts = told.split(' ');
        let mut port = || parts.next().and_then(|port| port.parse().ok()).expect("three ports are told");
        let (ssl, sasl_plaintext, sasl_ssl) = (port(), port(), port());
        let folder = parts.collect::<Vec<_>>().join(" ");
        Self { certificates: Certificates::of_another_process(&folder), ssl, sasl_plaintext, sasl_ssl }
    }

    /// What [`shared`](Self::shared) is told: the value of `PLUMBLINE_TEST_KAFKA_GUARDS`.
    pub fn told(&self) -> String {
        let Self { certificates, ssl, sasl_plaintext, sasl_ssl } = self;
        format!("{ssl} {sasl_plaintext} {sasl_ssl} {}", certificates.folder().display())
    }

    /// `localhost:port` for a protocol: `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`.
    pub fn bootstrap(&self, protocol: &str) -> String {
        let port = match protocol {
            "SSL" => self.ssl,
            "SASL_PLAINTEXT" => self.sasl_plaintext,
            "SASL_SSL" => self.sasl_ssl,
            other => panic!("there is no way in by {other}"),
        };
        format!("localhost:{port}")
    }

    fn listeners(&self) -> Vec<(&'static str, u16)> {
        vec![("SSL", self.ssl), ("SASL_PLAINTEXT", self.sasl_plaintext), ("SASL_SSL", self.sasl_ssl)]
    }

    fn properties(&self) -> String {
        let security = "org.apache.kafka.common.security";
        let (user, password) = (Self::USER, Self::PASSWORD);
        let logins = ["sasl_plaintext", "sasl_ssl"].map(|listener| {
            let of = format!("listener.name.{listener}");
            format!(
                "{of}.plain.sasl.jaas.config={security}.plain.PlainLoginModule required user_{user}=\"{password}\";
{of}.scram-sha-256.sasl.jaas.config={security}.scram.ScramLoginModule required;
{of}.scram-sha-512.sasl.jaas.config={security}.scram.ScramLoginModule required;
"
            )
        });
        format!(
            "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
ssl.keystore.type=PKCS12
ssl.keystore.location={}
ssl.keystore.password=changeit
{}",
            self.certificates.key_store().display(),
            logins.concat()
        )
    }

    /// Arguments of `StorageTool format` that make the user.
    fn users() -> Vec<String> {
        let user =
            |mechanism: &str| format!("{mechanism}=[name={},password=\"{}\"]", Self::USER, Self::PASSWORD);
        let each =
            ["SCRAM-SHA-256", "SCRAM-SHA-512"].map(|mechanism| ["--add-scram".to_owned(), user(mechanism)]);
        each.concat()
    }
}

/// What the broker's Java is tuned for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    /// To be there soon.
    Quick,
    /// To be fast once it is there.
    Warm,
}

impl KafkaServer {
    /// Makes an empty log folder and starts the broker: about 8 s.
    pub fn start() -> Self {
        Self::start_as(Start::Quick, None, None)
    }

    /// The same with further ways in.
    pub fn start_guarded() -> Self {
        Self::start_as(Start::Quick, None, Some(KafkaGuards::new()))
    }

    /// The same for measurements: compiled as far as it goes, as users have it.
    pub fn for_measurement() -> Self {
        Self::start_as(Start::Warm, None, None)
    }

    /// The same broker with a second way in: clients that come in on port `behind` of 127.0.0.1 are told to stay
    /// with `proxy`, the address of a [`TcpProxy`](crate::TcpProxy) that carries to that port.
    pub fn start_behind(behind: u16, proxy: SocketAddr) -> Self {
        Self::start_as(Start::Quick, Some((behind, proxy)), None)
    }

    fn start_as(start: Start, proxied: Option<(u16, SocketAddr)>, guards: Option<KafkaGuards>) -> Self {
        let folder = TempDir::with_prefix("plumbline-kafka-").expect("a temporary folder can be made");
        let (port, controller) = (free_port(), free_port());
        let mut listeners = Listeners::default();
        listeners.add("PLAINTEXT", &format!("127.0.0.1:{port}"), &format!("127.0.0.1:{port}"));
        if let Some((behind, proxy)) = proxied {
            listeners.add("PROXIED", &format!("127.0.0.1:{behind}"), &proxy.to_string());
        }
        for (name, port) in guards.as_ref().map(KafkaGuards::listeners).unwrap_or_default() {
            listeners.add(name, &format!("127.0.0.1:{port}"), &format!("localhost:{port}"));
        }
        let guarded = guards.as_ref().map(KafkaGuards::properties).unwrap_or_default();
        let node = Node { at: 0, controllers: vec![controller] };
        let text = node.properties(&listeners, folder.path()) + &guarded;
        let users = guards.as_ref().map(|_| KafkaGuards::users()).unwrap_or_default();
        format(folder.path(), &text, users);
        let kafka = Kafka::at(format!("127.0.0.1:{port}"));
        let mut server = Self { process: None, kafka, folder, start, guards };
        server.start_again();
        server
    }

    /// The broker as its clients see it; stays the same over stops and starts.
    pub fn kafka(&self) -> &Kafka {
        &self.kafka
    }

    /// The further ways in of a guarded broker.
    pub fn guards(&self) -> &KafkaGuards {
        self.guards.as_ref().expect("the broker is guarded")
    }

    /// Shuts down in order; topics and port are kept.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.end(Signal::TERM, Duration::from_secs(30));
        }
    }

    /// Ends the broker as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    /// Starts the stopped or killed broker on the same topics and port.
    pub fn start_again(&mut self) {
        let mut broker = java(384, self.start);
        broker.args(["kafka.Kafka", "server.properties"]).current_dir(self.folder.path());
        let mut process = Process::spawn("Kafka", broker, &self.folder.path().join("log"));
        assert!(
            process.wait_until(|| self.kafka.answers(), Duration::from_secs(90)),
            "Kafka does not start\n{}",
            process.log_end()
        );
        self.process = Some(process);
    }
}

/// Where the broker listens, and what it tells clients to connect to: `NAME://host:port`.
#[derive(Default)]
pub(crate) struct Listeners {
    at: Vec<String>,
    advertised: Vec<String>,
}

impl Listeners {
    pub(crate) fn add(&mut self, name: &str, at: &str, advertised: &str) {
        self.at.push(format!("{name}://{at}"));
        self.advertised.push(format!("{name}://{advertised}"));
    }
}

/// A broker among those that make up a cluster, each of which is a controller, too.
pub(crate) struct Node {
    /// Which of them it is, from 0.
    pub at: usize,
    /// The ports of the controllers.
    pub controllers: Vec<u16>,
}

impl Node {
    /// What `server.properties` says. Each topic that the brokers make for themselves stands on all of them.
    pub(crate) fn properties(&self, listeners: &Listeners, folder: &Path) -> String {
        let controller = self.controllers[self.at];
        let (id, replicas) = (self.at + 1, self.controllers.len());
        let voters: Vec<String> =
            self.controllers.iter().zip(1..).map(|(port, id)| format!("{id}@127.0.0.1:{port}")).collect();
        let in_sync = replicas.div_ceil(2);
        format!(
            "process.roles=broker,controller
node.id={id}
controller.quorum.voters={}
listeners=CONTROLLER://127.0.0.1:{controller},{}
advertised.listeners={}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
log.dirs={}/topics
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor={replicas}
min.insync.replicas={in_sync}
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
log.cleaner.dedupe.buffer.size=4194304
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
",
            voters.join(","),
            listeners.at.join(","),
            listeners.advertised.join(","),
            folder.display()
        )
    }
}

/// Writes `server.properties` into an empty folder and makes it a log folder, with these users.
pub(crate) fn format(folder: &Path, properties: &str, users: Vec<String>) {
    std::fs::write(folder.join("server.properties"), properties)
        .expect("a file can be written to the temporary folder");
    let mut format = java(128, Start::Quick);
    format.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", "server.properties"]);
    format.args(users).current_dir(folder);
    run("format the log folder of Kafka", format);
}

/// Java with the jars of Kafka.
pub(crate) fn java(heap_megabytes: u16, start: Start) -> Command {
    let mut command = mortal("KILL");
    command.arg("java").arg(format!("-Xmx{heap_megabytes}m"));
    command.args(["-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]);
    if matches!(start, Start::Quick) {
        command.arg("-XX:TieredStopAtLevel=1");
    }
    command.arg("-cp").arg(jars().join("*"));
    command
}

fn jars() -> PathBuf {
    crate::cached("PLUMBLINE_KAFKA_JARS", "kafka-4.1.0")
        .expect("the jars of Kafka are not in the cache: scripts/fetch-kafka.sh")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Record;

    #[tokio::test]
    async fn topics_survive_a_stop_and_a_kill() {
        let mut server = KafkaServer::start();
        let topic = server.kafka().new_topic("kept", 1).await;
        server.kafka().produce(&topic, vec![Record::new("k", "one")]).await;
        server.stop();
        assert!(!server.kafka().answers());

        server.start_again();
        server.kafka().produce(&topic, vec![Record::new("k", "two")]).await;
        server.kill();
        server.start_again();
        let records = server.kafka().read(&topic, 2, Duration::from_secs(20)).await;
        let payloads: Vec<_> = records.iter().map(Record::text).collect();
        assert_eq!(payloads, ["one", "two"]);
    }
}
