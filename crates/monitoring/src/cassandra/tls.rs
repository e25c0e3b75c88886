//! Encryption towards nodes ([why so](../../../../docs/adr/0086-encryption-towards-cassandra.md)).
//!
//! The driver speaks to a port of this machine, and what comes there goes on to a node in TLS, once its certificate was checked. No
//! other user of this machine is let through such a port.

use std::{
    collections::HashMap,
    fmt, fs, io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    os::unix::fs::MetadataExt as _,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use clients::{Authorities, Trust};
use scylla::{
    errors::TranslationError,
    policies::address_translator::{AddressTranslator, UntranslatedPeer},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

/// The longest wait for a node to take a connection and to show its certificate.
const CONNECT: Duration = Duration::from_secs(5);

/// Whom nodes have to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Authorities that are trusted beside the usual ones: a file of certificates (PEM); empty for none.
    pub ca_file: String,
    /// The name that the certificates of all nodes have, when it is not that of their host or address.
    pub name: Option<String>,
}

/// Ports of this machine behind which nodes are.
pub(crate) struct Tunnels {
    connector: TlsConnector,
    name: Option<ServerName<'static>>,
    /// The port of all nodes: they tell one another's addresses only.
    port: u16,
    open: Mutex<Open>,
    /// Why a node was last refused.
    pub(super) problem: Arc<Mutex<Option<String>>>,
}

#[derive(Default)]
struct Open {
    ports: HashMap<String, SocketAddr>,
    tasks: JoinSet<()>,
}

impl fmt::Debug for Tunnels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnels").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A host and its port; tells what is wrong with them, otherwise.
fn parts(node: &str) -> Result<(&str, u16), String> {
    let wrong = || format!("`{node}` is no host with a port");
    let (host, port) = node.rsplit_once(':').ok_or_else(wrong)?;
    Ok((host.trim_matches(['[', ']']), port.parse().map_err(|_| wrong())?))
}

impl Tunnels {
    /// To nodes that are who `tls` says, on the port of the first of them.
    pub(crate) fn new(tls: &Tls, first: &str) -> Result<Self, String> {
        let authorities = match tls.ca_file.as_str() {
            "" => Authorities::Usual,
            path => Authorities::UsualAnd(
                fs::read_to_string(path).map_err(|problem| format!("`{path}` cannot be read: {problem}"))?,
            ),
        };
        let trust = Trust { authorities, setting: "metrics.cassandra_ca_file" };
        let config = trust.config("Cassandra").map_err(|problem| problem.to_string())?;
        let name = tls.name.clone().map(ServerName::try_from).transpose();
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name: name.map_err(|_| "metrics.cassandra_tls_name is no name of a host".to_owned())?,
            port: parts(first)?.1,
            open: Mutex::default(),
            problem: Arc::default(),
        })
    }

    /// Why a node was last refused, once.
    pub(crate) fn take_problem(&self) -> Option<String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The port behind which a node is, `host:port`.
    pub(crate) async fn to(&self, node: &str) -> io::Result<SocketAddr> {
        let known = |open: &Open| open.ports.get(node).copied();
        if let Some(port) = known(&self.open.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(port);
        }
        let (host, _) = parts(node).map_err(io::Error::other)?;
        let name = match &self.name {
            Some(name) => name.clone(),
            None => ServerName::try_from(host.to_owned()).map_err(io::Error::other)?,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?;
        let (connector, problem) = (self.connector.clone(), self.problem.clone());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.ports.insert(node.to_owned(), port);
        open.tasks.spawn(listen(listener, Way { node: node.to_owned(), name, connector, problem }));
        Ok(port)
    }
}

/// The way to a node.
#[derive(Clone)]
struct Way {
    node: String,
    name: ServerName<'static>,
    connector: TlsConnector,
    problem: Arc<Mutex<Option<String>>>,
}

async fn listen(listener: TcpListener, way: Way) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, from)) if listener.local_addr().is_ok_and(|to| is_ours(from, to)) => {
                connections.spawn(pass_on(stream, way.clone()));
            }
            Ok((_, from)) => tracing::warn!(%from, "somebody else's connection to Cassandra was refused"),
            // Too many files are open: later there may be fewer.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn pass_on(mut near: TcpStream, way: Way) {
    let reached = async {
        let far = TcpStream::connect(&way.node).await?;
        far.set_nodelay(true)?;
        near.set_nodelay(true)?;
        way.connector.connect(way.name.clone(), far).await
    };
    let problem = match tokio::time::timeout(CONNECT, reached).await {
        Ok(Ok(mut far)) => {
            // How it ends the driver sees.
            let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            return;
        }
        Ok(Err(problem)) => problem.to_string(),
        Err(_) => "it takes too long".to_owned(),
    };
    let told = format!("TLS to {}: {problem}", way.node);
    *way.problem.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
}

/// Whether a connection of this machine was made by the user that the program runs as.
fn is_ours(from: SocketAddr, to: SocketAddr) -> bool {
    let own = fs::metadata("/proc/self").map(|own| own.uid().to_string());
    let known = fs::read_to_string("/proc/self/net/tcp");
    let (Ok(own), Ok(known)) = (own, known) else { return false };
    let (Some(from), Some(to)) = (written(from), written(to)) else { return false };
    known.lines().any(|line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        words.get(1) == Some(&from.as_str())
            && words.get(2) == Some(&to.as_str())
            && words.get(7) == Some(&own.as_str())
    })
}

/// An address as the kernel lists it.
fn written(address: SocketAddr) -> Option<String> {
    match address.ip() {
        IpAddr::V4(ip) => Some(format!("{:08X}:{:04X}", u32::from_ne_bytes(ip.octets()), address.port())),
        IpAddr::V6(_) => None,
    }
}

/// Where nodes that others tell of are.
#[derive(Debug)]
pub(crate) struct Translator(pub Arc<Tunnels>);

impl AddressTranslator for Translator {
    fn translate_address<'life0, 'life1, 'async_trait>(
        &'life0 self,
        peer: &'life1 UntranslatedPeer<'_>,
    ) -> Pin<Box<dyn Future<Output = Result<SocketAddr, TranslationError>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        let node = SocketAddr::new(peer.untranslated_address().ip(), self.0.port).to_string();
        Box::pin(async move {
            self.0.to(&node).await.map_err(|problem| TranslationError::IoError(Arc::new(problem)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_who_runs_the_program_is_let_through() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let to = listener.local_addr().unwrap();
        let ours = TcpStream::connect(to).await.unwrap();
        assert!(is_ours(ours.local_addr().unwrap(), to));
        let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        assert!(!is_ours(nobody, to) && !is_ours(ours.local_addr().unwrap(), nobody));
    }
}
