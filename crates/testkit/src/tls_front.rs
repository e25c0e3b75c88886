//! TLS before a component that speaks none.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

use crate::Certificates;

/// Listens on a free port of 127.0.0.1, shows the certificate of `localhost`, and carries what comes over TLS to a target. Ends with
/// the value. Needs a Tokio runtime.
#[derive(Debug)]
pub struct TlsFront {
    port: u16,
    accepting: AbortHandle,
}

impl TlsFront {
    /// Carries to `target`, a `host:port` or the `http://host:port` of a server.
    pub async fn start(target: &str, certificates: &Certificates) -> Self {
        let target = target.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let acceptor = acceptor(certificates);
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(address).await.expect("a free port can be listened on");
        let port = listener.local_addr().expect("a listener has an address").port();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(acceptor.clone(), stream, target.clone()));
            }
        });
        Self { port, accepting: accepting.abort_handle() }
    }

    /// Where it listens, under the name that its certificate has: `https://localhost:PORT`.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Where it listens, under a name that its certificate has not.
    pub fn url_of_another_name(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn acceptor(certificates: &Certificates) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(certificates.certificate()).and_then(Iterator::collect);
    let chain: Vec<CertificateDer<'static>> = chain.expect("the certificate can be read");
    let key = PrivateKeyDer::from_pem_file(certificates.key()).expect("the key can be read");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the usual versions are known")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("certificate and key are a pair");
    TlsAcceptor::from(Arc::new(config))
}

/// A client that does not trust the certificate goes away, and so may the target.
async fn carry(acceptor: TlsAcceptor, stream: TcpStream, target: String) {
    let Ok(mut client) = acceptor.accept(stream).await else { return };
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
