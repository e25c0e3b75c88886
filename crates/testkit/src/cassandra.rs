//! A Cassandra node in a process of its own.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::{
    Certificates,
    ports::free_port,
    process::{Process, mortal},
};

/// A single Apache Cassandra node on a free port of 127.0.0.1, for tests that stop or kill it; the others use
/// [`shared_cassandra`].
#[derive(Debug)]
pub struct CassandraServer {
    process: Option<Process>,
    port: u16,
    folder: TempDir,
    certificates: Option<Certificates>,
}

impl CassandraServer {
    /// Makes an empty folder and starts the node, without log-in and encryption: about 15 s.
    pub fn start() -> Self {
        Self::start_with(None)
    }

    /// The same with encryption, by a certificate of `localhost`, and log-in: user and password `cassandra`.
    pub fn start_guarded() -> Self {
        Self::start_with(Some(Certificates::new()))
    }

    /// The file of the authority that made the certificate of a guarded node.
    pub fn authority(&self) -> PathBuf {
        self.certificates.as_ref().expect("the node is guarded").authority()
    }

    fn start_with(certificates: Option<Certificates>) -> Self {
        let folder = TempDir::with_prefix("plumbline-cassandra-").expect("a temporary folder can be made");
        let port = free_port();
        let guards = certificates.as_ref().map(guards).unwrap_or_default();
        for (name, text) in [
            ("cassandra.yaml", configuration(port, free_port(), folder.path()) + &guards),
            ("logback.xml", LOG.to_owned()),
        ] {
            std::fs::write(folder.path().join(name), text)
                .expect("a file can be written to the temporary folder");
        }
        let mut server = Self { process: None, port, folder, certificates };
        server.start_again();
        server
    }

    /// `host:port` of its clients; stays the same over stops and starts.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Shuts down in order; what is stored and the port are kept.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.end(Signal::TERM, Duration::from_mins(1));
        }
    }

    /// Ends the node as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    /// Starts the stopped or killed node on the same data and port.
    pub fn start_again(&mut self) {
        let node = java(self.folder.path());
        let mut process = Process::spawn("Cassandra", node, &self.folder.path().join("log"));
        // Clients are let in when everything else is ready.
        let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
        assert!(
            process.wait_until(listens, Duration::from_mins(3)),
            "Cassandra does not start\n{}",
            process.log_end()
        );
        self.process = Some(process);
    }
}

/// `host:port` of the node that the tests of a run share. It starts when the first test asks for it.
pub fn shared_cassandra() -> String {
    let starter = crate::component("PLUMBLINE_TEST_CASSANDRA");
    let mut stream = TcpStream::connect(&starter)
        .unwrap_or_else(|error| panic!("nothing that starts Cassandra listens on {starter}: {error}"));
    let mut address = String::new();
    stream.read_to_string(&mut address).expect("the address of Cassandra can be read");
    assert!(!address.is_empty(), "Cassandra did not start; what it printed stands above");
    address
}

/// Starts a node as soon as somebody connects, and tells everybody who does its address; see [`shared_cassandra`]. The node
/// ends with this value.
#[derive(Debug)]
pub struct LazyCassandra {
    starter: String,
    server: Arc<Mutex<Option<CassandraServer>>>,
}

impl LazyCassandra {
    /// Listens; starts nothing yet.
    pub fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port can be listened on");
        let starter = listener.local_addr().expect("a listener has an address").to_string();
        let server = Arc::new(Mutex::new(None));
        let lazy = Self { starter, server: server.clone() };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut server = server.lock().unwrap_or_else(PoisonError::into_inner);
                let address = server.get_or_insert_with(CassandraServer::start).address();
                // Who has gone meanwhile needs no address.
                let _ = (&stream).write_all(address.as_bytes());
            }
        });
        lazy
    }

    /// Where the address is told: the value of `PLUMBLINE_TEST_CASSANDRA`.
    pub fn starter(&self) -> &str {
        &self.starter
    }
}

impl Default for LazyCassandra {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for LazyCassandra {
    fn drop(&mut self) {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// The configuration that asks for encryption and a log-in.
fn guards(certificates: &Certificates) -> String {
    format!(
        "authenticator: PasswordAuthenticator
client_encryption_options:
  enabled: true
  optional: false
  keystore: {}
  keystore_password: changeit
  store_type: PKCS12
",
        certificates.key_store().display()
    )
}

const LOG: &str = r#"<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%-5level %date{HH:mm:ss,SSS} %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="OUT"/></root>
</configuration>
"#;

fn configuration(port: u16, storage: u16, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "cluster_name: plumbline-test
num_tokens: 4
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
commitlog_sync: periodic
commitlog_sync_period: 1000ms
commitlog_segment_size: 8MiB
endpoint_snitch: SimpleSnitch
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: \"127.0.0.1:{storage}\"
listen_address: 127.0.0.1
storage_port: {storage}
rpc_address: 127.0.0.1
native_transport_port: {port}
data_file_directories: [\"{folder}/data\"]
commitlog_directory: {folder}/commitlog
saved_caches_directory: {folder}/caches
hints_directory: {folder}/hints
cdc_raw_directory: {folder}/cdc
auto_snapshot: false
read_request_timeout: 60000ms
range_request_timeout: 60000ms
write_request_timeout: 60000ms
cas_contention_timeout: 60000ms
request_timeout: 60000ms
"
    )
}

/// What Java 17 has to open to Cassandra.
const EXPORTS: [&str; 9] = [
    "java.base/jdk.internal.misc",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.base/java.lang.ref",
    "java.management.rmi/com.sun.jmx.remote.internal.rmi",
    "java.rmi/sun.rmi.registry",
    "java.rmi/sun.rmi.server",
    "java.sql/java.sql",
    "jdk.unsupported/sun.misc",
];
const OPENS: [&str; 17] = [
    "java.base/java.lang.module",
    "java.base/jdk.internal.loader",
    "java.base/jdk.internal.ref",
    "java.base/jdk.internal.reflect",
    "java.base/jdk.internal.math",
    "java.base/jdk.internal.module",
    "java.base/jdk.internal.util.jar",
    "java.base/sun.nio.ch",
    "java.base/java.io",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/java.nio",
    "java.base/java.lang",
    "java.base/java.lang.reflect",
    "java.base/java.net",
    "jdk.management/com.sun.management.internal",
];

/// The node, with a heap of half a gigabyte.
fn java(folder: &Path) -> Command {
    let mut command = mortal("KILL");
    command.args(["java", "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    command.args(["-Djdk.attach.allowAttachSelf=true", "-Dcassandra-foreground=yes"]);
    command.arg("-Dcassandra.superuser_setup_delay_ms=0");
    command.args(["-Dcassandra.skip_wait_for_gossip_to_settle=0", "-Dcassandra.ring_delay_ms=0"]);
    command.arg(format!("-Dcassandra.config=file://{}/cassandra.yaml", folder.display()));
    command.arg(format!("-Dcassandra.storagedir={}", folder.display()));
    for module in EXPORTS {
        command.args(["--add-exports", &format!("{module}=ALL-UNNAMED")]);
    }
    for module in OPENS {
        command.args(["--add-opens", &format!("{module}=ALL-UNNAMED")]);
    }
    let classes = format!("{}:{}", folder.display(), jars().join("*").display());
    command.args(["-cp", &classes, "org.apache.cassandra.service.CassandraDaemon"]);
    command.current_dir(folder);
    command
}

fn jars() -> PathBuf {
    crate::cached("PLUMBLINE_CASSANDRA_JARS", "cassandra-5.0.4")
        .expect("the jars of Cassandra are not in the cache: scripts/fetch-cassandra.sh")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_starts_when_it_is_asked_for_and_again_after_a_kill() {
        let lazy = LazyCassandra::new();
        let ask = || {
            let mut address = String::new();
            TcpStream::connect(lazy.starter()).unwrap().read_to_string(&mut address).unwrap();
            address
        };
        let address = ask();
        assert_eq!(ask(), address);
        assert!(TcpStream::connect(&address).is_ok());
        let mut server = lazy.server.lock().unwrap().take().unwrap();
        server.kill();
        assert!(TcpStream::connect(&address).is_err());
        server.start_again();
        assert!(TcpStream::connect(&address).is_ok());
    }
}
