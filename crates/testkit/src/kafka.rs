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
    Kafka,
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
}

/// What the broker's Java is tuned for.
#[derive(Debug, Clone, Copy)]
enum Start {
    /// To be there soon.
    Quick,
    /// To be fast once it is there.
    Warm,
}

impl KafkaServer {
    /// Makes an empty log folder and starts the broker: about 8 s.
    pub fn start() -> Self {
        Self::start_as(Start::Quick, None)
    }

    /// The same for measurements: compiled as far as it goes, as users have it.
    pub fn for_measurement() -> Self {
        Self::start_as(Start::Warm, None)
    }

    /// The same broker with a second way in: clients that come in on port `behind` of 127.0.0.1 are told to stay
    /// with `proxy`, the address of a [`TcpProxy`](crate::TcpProxy) that carries to that port.
    pub fn start_behind(behind: u16, proxy: SocketAddr) -> Self {
        Self::start_as(Start::Quick, Some((behind, proxy)))
    }

    fn start_as(start: Start, proxied: Option<(u16, SocketAddr)>) -> Self {
        let folder = TempDir::with_prefix("plumbline-kafka-").expect("a temporary folder can be made");
        let (port, controller) = (free_port(), free_port());
        let text = properties(port, controller, proxied, folder.path());
        std::fs::write(folder.path().join("server.properties"), text)
            .expect("a file can be written to the temporary folder");
        let mut server = Self { process: None, kafka: Kafka::at(format!("127.0.0.1:{port}")), folder, start };

        let mut format = java(128, Start::Quick);
        format.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", "server.properties"]);
        format.current_dir(server.folder.path());
        run("format the log folder of Kafka", format);
        server.start_again();
        server
    }

    /// The broker as its clients see it; stays the same over stops and starts.
    pub fn kafka(&self) -> &Kafka {
        &self.kafka
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

fn properties(port: u16, controller: u16, proxied: Option<(u16, SocketAddr)>, folder: &Path) -> String {
    let (listener, advertised) = match proxied {
        Some((behind, proxy)) => (format!(",PROXIED://127.0.0.1:{behind}"), format!(",PROXIED://{proxy}")),
        None => (String::new(), String::new()),
    };
    format!(
        "process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}{listener}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}{advertised}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT
log.dirs={}/topics
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.cleaner.dedupe.buffer.size=4194304
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
",
        folder.display()
    )
}

/// Java with the jars of Kafka.
fn java(heap_megabytes: u16, start: Start) -> Command {
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
