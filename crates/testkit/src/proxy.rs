//! A network between a client and a component that does what the test says.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::sleep,
};

use crate::free_port;

/// Listens on a free port of 127.0.0.1 and carries every connection to a target, until told otherwise. Ends with
/// the value, and so do its connections. Needs a Tokio runtime.
#[derive(Debug)]
pub struct TcpProxy {
    address: SocketAddr,
    network: Arc<watch::Sender<Network>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Network {
    refusing: bool,
    stalled: bool,
    delay: Duration,
    /// Moves on at every cut: a connection made under an older number ends.
    cuts: u64,
}

impl TcpProxy {
    /// Carries to `target`, a `host:port`; it need not listen yet.
    pub async fn start(target: impl Into<String>) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let listener = TcpListener::bind(address).await.expect("a free port can be listened on");
        let (network, changes) = watch::channel(Network::default());
        tokio::spawn(accept(address, listener, target.into(), changes));
        Self { address, network: Arc::new(network) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends all connections; new ones are carried.
    pub fn cut(&self) {
        self.network.send_modify(|network| network.cuts += 1);
    }

    /// Ends all connections and refuses new ones, as a machine without the service does.
    pub fn refuse(&self) {
        self.network.send_modify(|network| {
            network.refusing = true;
            network.cuts += 1;
        });
    }

    /// Holds all bytes back and keeps the connections, as a network does that drops packets.
    pub fn stall(&self) {
        self.network.send_modify(|network| network.stalled = true);
    }

    /// Holds every piece of data back for that long, in both directions.
    pub fn delay(&self, delay: Duration) {
        self.network.send_modify(|network| network.delay = delay);
    }

    /// A sound network again. Connections that were cut stay so.
    pub fn resume(&self) {
        self.network.send_modify(|network| *network = Network { cuts: network.cuts, ..Network::default() });
    }
}

/// Ends when the proxy is dropped: then its `watch` has no sender, and every wait for a change fails.
async fn accept(
    address: SocketAddr,
    first: TcpListener,
    target: String,
    mut network: watch::Receiver<Network>,
) {
    let mut listener = Some(first);
    loop {
        if network.borrow_and_update().refusing {
            listener = None;
            if network.changed().await.is_err() {
                return;
            }
            continue;
        }
        let open = match listener.take() {
            Some(open) => open,
            None => TcpListener::bind(address).await.expect("the port of the proxy is still free"),
        };
        tokio::select! {
            accepted = open.accept() => {
                if let Ok((client, _)) = accepted {
                    tokio::spawn(carry(client, target.clone(), network.clone()));
                }
            }
            changed = network.changed() => if changed.is_err() { return },
        }
        listener = Some(open);
    }
}

async fn carry(client: TcpStream, target: String, mut network: watch::Receiver<Network>) {
    let made_under = network.borrow().cuts;
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let there = copy(from_client, to_server, network.clone());
    let back = copy(from_server, to_client, network.clone());
    // One direction may be closed while the other still carries.
    let both = async { tokio::join!(there, back) };
    tokio::select! {
        _ = both => {}
        _ = network.wait_for(|network| network.cuts != made_under) => {}
    }
}

async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut network: watch::Receiver<Network>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        let delay = match network.wait_for(|network| !network.stalled).await {
            Ok(network) => network.delay,
            Err(_) => return Ok(()),
        };
        sleep(delay).await;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..length]).await?;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, timeout};

    use super::*;

    /// A target that sends back what it gets.
    async fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        address
    }

    async fn says(stream: &mut TcpStream, text: &str) -> io::Result<String> {
        stream.write_all(text.as_bytes()).await?;
        let mut answer = vec![0; text.len()];
        stream.read_exact(&mut answer).await?;
        Ok(String::from_utf8(answer).unwrap())
    }

    #[tokio::test]
    async fn a_sound_network_carries_both_ways() {
        let proxy = TcpProxy::start(echo().await).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(says(&mut stream, "hello").await.unwrap(), "hello");
    }

    #[tokio::test]
    async fn a_cut_ends_connections_and_lets_new_ones_in() {
        let proxy = TcpProxy::start(echo().await).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        says(&mut stream, "hello").await.unwrap();
        proxy.cut();
        assert!(says(&mut stream, "hello").await.is_err());
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(says(&mut stream, "again").await.unwrap(), "again");
    }

    #[tokio::test]
    async fn a_refusing_network_lets_nobody_in_until_it_resumes() {
        let proxy = TcpProxy::start(echo().await).await;
        proxy.refuse();
        crate::eventually("the port is closed", Duration::from_secs(5), || async {
            TcpStream::connect(proxy.address()).await.err()
        })
        .await;
        proxy.resume();
        let mut stream = crate::eventually("the port is open", Duration::from_secs(5), || async {
            TcpStream::connect(proxy.address()).await.ok()
        })
        .await;
        assert_eq!(says(&mut stream, "back").await.unwrap(), "back");
    }

    #[tokio::test]
    async fn a_stalled_network_delivers_when_it_resumes() {
        let proxy = TcpProxy::start(echo().await).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        proxy.stall();
        let mut waiting = Box::pin(says(&mut stream, "late"));
        assert!(timeout(Duration::from_millis(100), &mut waiting).await.is_err());
        proxy.resume();
        assert_eq!(waiting.await.unwrap(), "late");
    }

    #[tokio::test]
    async fn a_delay_holds_back_both_directions() {
        let proxy = TcpProxy::start(echo().await).await;
        proxy.delay(Duration::from_millis(40));
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        let started = Instant::now();
        says(&mut stream, "slow").await.unwrap();
        assert!(started.elapsed() >= Duration::from_millis(80));
    }

    #[tokio::test]
    async fn connections_end_with_the_proxy() {
        let proxy = TcpProxy::start(echo().await).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        says(&mut stream, "hello").await.unwrap();
        drop(proxy);
        assert!(says(&mut stream, "hello").await.is_err());
    }
}
