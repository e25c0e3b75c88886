//! Connections over TLS.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
    server::TlsStream,
};
use x509_cert::{Certificate, der::Decode as _};

use crate::slow_client::SlowClientGuard;

/// How often the files are looked at.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(10);

/// What this program shows of itself to its clients. Cheap to clone.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    pair: Arc<Pair>,
}

/// A certificate and its key, as they stand in files.
#[derive(Debug)]
struct Pair {
    certificate: PathBuf,
    key: PathBuf,
    shown: RwLock<Arc<CertifiedKey>>,
    /// As the files were when they were first read.
    first: Changed,
}

/// When both files last changed, and how long they are; nothing of a file that is not there.
type Changed = [Option<(SystemTime, u64)>; 2];

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
        // Before they are read: what changes from now on is read again.
        let first = changed(certificate, key);
        let shown = RwLock::new(Arc::new(read(certificate, key)?));
        let pair = Arc::new(Pair { certificate: certificate.to_owned(), key: key.to_owned(), shown, first });
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| BadTls::NoPair(cause.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(pair.clone());
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), pair })
    }

    /// Until when the certificate is good, in seconds since 1970.
    pub fn expires(&self) -> Result<u64, BadTls> {
        let shown = self.pair.shown();
        let unreadable =
            |cause: String| BadTls::Unreadable { path: self.pair.certificate.display().to_string(), cause };
        let der = shown.cert.first().ok_or_else(|| unreadable("there is no certificate in it".to_owned()))?;
        let parsed = Certificate::from_der(der).map_err(|cause| unreadable(cause.to_string()))?;
        Ok(parsed.tbs_certificate.validity.not_after.to_unix_duration().as_secs())
    }

    /// Reads the files again when they changed, until the end; new clients are shown what stands in them then. Files that
    /// are no pair, as while they are being exchanged, leave what was shown before.
    pub async fn follow_files(self) {
        self.follow_files_every(LOOKED_AT_EVERY).await;
    }

    async fn follow_files_every(self, every: Duration) {
        let mut known = self.pair.first;
        let mut told = None;
        loop {
            tokio::time::sleep(every).await;
            let changed = changed(&self.pair.certificate, &self.pair.key);
            if changed == known {
                continue;
            }
            match read(&self.pair.certificate, &self.pair.key) {
                Ok(read) => {
                    *self.pair.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
                    known = changed;
                    tracing::info!(certificate = %self.pair.certificate.display(), "a new certificate is shown");
                }
                Err(problem) if told != Some(changed) => {
                    tracing::error!(%problem, "the certificate before is still shown");
                    told = Some(changed);
                }
                Err(_) => {}
            }
        }
    }

    /// Agrees with a client on keys, within this time.
    pub(crate) async fn accept(
        &self,
        stream: SlowClientGuard<TcpStream>,
        within: Duration,
    ) -> std::io::Result<TlsStream<SlowClientGuard<TcpStream>>> {
        timeout(within, self.acceptor.accept(stream))
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
    }
}

impl Pair {
    fn shown(&self) -> Arc<CertifiedKey> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for Pair {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown())
    }
}

fn changed(certificate: &Path, key: &Path) -> Changed {
    [certificate, key].map(|path| {
        let about = std::fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

/// What stands in the files, when it is a pair.
fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, BadTls> {
    let unreadable = |path: &Path, cause: &dyn std::fmt::Display| BadTls::Unreadable {
        path: path.display().to_string(),
        cause: cause.to_string(),
    };
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|cause| unreadable(certificate, &cause))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|cause| unreadable(key, &cause))?;
    let pair = CertifiedKey::from_der(chain, private, &ring::default_provider());
    pair.map_err(|cause| BadTls::NoPair(cause.to_string()))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Puts a certificate that is good for so many days, and its key, into a folder.
    fn make(folder: &Path, days: u32) -> (PathBuf, PathBuf) {
        let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
            .args(["-subj", "/CN=localhost", "-days", &days.to_string(), "-out"])
            .arg(&certificate)
            .arg("-keyout")
            .arg(&key)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        (certificate, key)
    }

    #[tokio::test]
    async fn a_renewed_certificate_is_shown_and_half_of_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = make(folder.path(), 1);
        let tls = Tls::from_files(&certificate, &key).unwrap();
        let first = tls.expires().unwrap();
        let following = tokio::spawn(tls.clone().follow_files_every(Duration::from_millis(5)));

        let old_key = std::fs::read(&key).unwrap();
        make(folder.path(), 30);
        let new_key = std::fs::read(&key).unwrap();
        std::fs::write(&key, "no key").unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        std::fs::write(&key, old_key).unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        std::fs::write(&key, new_key).unwrap();
        let renewed = async {
            while tls.expires().unwrap() < first + 28 * 86_400 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), renewed).await.unwrap();
        following.abort();
    }

    #[test]
    fn what_is_no_pair_is_refused_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = make(folder.path(), 1);
        let missing = Tls::from_files(&folder.path().join("none"), &key).unwrap_err().to_string();
        assert!(missing.contains("none cannot be read as PEM"), "{missing}");
        let other = tempfile::tempdir().unwrap();
        let (_, other_key) = make(other.path(), 1);
        assert!(matches!(Tls::from_files(&certificate, &other_key), Err(BadTls::NoPair(_))));
    }
}
