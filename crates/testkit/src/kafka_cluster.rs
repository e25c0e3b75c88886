//! Three Kafka brokers that replicate for one another.

use std::{thread, time::Duration};

use tempfile::TempDir;

use crate::{
    Kafka,
    kafka::{Listeners, Node, Start, format, java},
    ports::free_port,
    process::Process,
};

const BROKERS: usize = 3;
const HEAP_MEGABYTES: u16 = 256;

/// Three Apache Kafka brokers on free ports of 127.0.0.1. Topics that are made through [`kafka`](Self::kafka) stand on all of them, and
/// what is written is acknowledged by two: any one broker may die.
#[derive(Debug)]
pub struct KafkaCluster {
    brokers: Vec<Broker>,
    kafka: Kafka,
}

#[derive(Debug)]
struct Broker {
    folder: TempDir,
    process: Option<Process>,
}

impl Broker {
    fn run(&mut self) {
        let mut command = java(HEAP_MEGABYTES, Start::Quick);
        command.args(["kafka.Kafka", "server.properties"]).current_dir(self.folder.path());
        self.process = Some(Process::spawn("Kafka", command, &self.folder.path().join("log")));
    }
}

impl KafkaCluster {
    /// Makes empty log folders and starts the brokers: about 15 s.
    pub fn start() -> Self {
        let ports: Vec<(u16, u16)> = (0..BROKERS).map(|_| (free_port(), free_port())).collect();
        let addresses: Vec<String> = ports.iter().map(|(port, _)| format!("127.0.0.1:{port}")).collect();
        let controllers: Vec<u16> = ports.iter().map(|(_, controller)| *controller).collect();
        let making = addresses.iter().enumerate().map(|(at, address)| {
            let mut listeners = Listeners::default();
            listeners.add("PLAINTEXT", address, address);
            let node = Node { at, controllers: controllers.clone() };
            thread::spawn(move || {
                let folder =
                    TempDir::with_prefix("plumbline-kafka-").expect("a temporary folder can be made");
                format(folder.path(), &node.properties(&listeners, folder.path()), Vec::new());
                Broker { folder, process: None }
            })
        });
        let making: Vec<_> = making.collect();
        let brokers = making.into_iter().map(|made| made.join().expect("a log folder can be formatted"));
        let kafka = Kafka::at(addresses.join(",")).with_replicas(BROKERS as i32);
        let mut cluster = Self { brokers: brokers.collect(), kafka };
        cluster.brokers.iter_mut().for_each(Broker::run);
        cluster.wait(0);
        cluster
    }

    /// The brokers as their clients see them.
    pub fn kafka(&self) -> &Kafka {
        &self.kafka
    }

    /// Ends a broker (0 to 2) as `kill -9` does.
    pub fn kill(&mut self, broker: usize) {
        if let Some(mut process) = self.brokers[broker].process.take() {
            process.kill();
        }
    }

    /// Starts the killed broker on the same topics and port, and waits until it belongs to the others again.
    pub fn start_again(&mut self, broker: usize) {
        self.brokers[broker].run();
        self.wait(broker);
    }

    /// Until all are there; what is shown otherwise is the log of this one.
    fn wait(&mut self, broker: usize) {
        let Self { brokers, kafka } = self;
        let process = brokers[broker].process.as_mut().expect("it was started");
        assert!(
            process.wait_until(|| kafka.brokers() == BROKERS, Duration::from_secs(90)),
            "three brokers of Kafka do not find one another\n{}",
            process.log_end()
        );
    }
}
