//! Connections over TLS.

use std::{path::Path, sync::Arc, time::Duration};

use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
    server::TlsStream,
};

use crate::taking::Taking;

/// What this program shows of itself to its clients. Cheap to clone.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

/// A certificate or a key that is of no use.
#[derive(Debug, thiserror::Error)]
pub enum BadTls {
    /// A file cannot be read.
    #[error("{path} cannot be read as PEM: {cause}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        cause: String,
    },
    /// Both are there and are no pair.
    #[error("the certificate and its key cannot be used: {0}")]
    NoPair(String),
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// From files (PEM): the certificate, with those that it was signed with behind it, and its private key.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, BadTls> {
        let unreadable = |path: &Path, cause: &dyn std::fmt::Display| BadTls::Unreadable {
            path: path.display().to_string(),
            cause: cause.to_string(),
        };
        let chain =
            CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let chain = chain.map_err(|cause| unreadable(certificate, &cause))?;
        let private = PrivateKeyDer::from_pem_file(key).map_err(|cause| unreadable(key, &cause))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
        let config = config.map_err(|cause| BadTls::NoPair(cause.to_string()))?;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// Agrees with a client on keys, within this time.
    pub(crate) async fn accept(
        &self,
        stream: Taking<TcpStream>,
        within: Duration,
    ) -> std::io::Result<TlsStream<Taking<TcpStream>>> {
        timeout(within, self.0.accept(stream))
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
    }
}
