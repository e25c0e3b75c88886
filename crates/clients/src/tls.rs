//! Whom a client trusts.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::BadClient;

/// Whom a client trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// One of these must have made the certificate of a service.
    pub authorities: Authorities,
    /// Where people set that, in errors.
    pub setting: &'static str,
}

/// Those who make certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorities {
    /// The usual ones of the Web, as they were when the program was built, and those of the system.
    Usual,
    /// These as well: certificates (PEM).
    UsualAnd(String),
    /// These alone: certificates (PEM).
    Only(String),
}

impl Default for Trust {
    fn default() -> Self {
        Self { authorities: Authorities::Usual, setting: "the authorities of the system" }
    }
}

impl Trust {
    /// How a connection to `service` is made.
    pub fn config(&self, service: &'static str) -> Result<ClientConfig, BadClient> {
        let mut roots = RootCertStore::empty();
        if !matches!(self.authorities, Authorities::Only(_)) {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            // Of the system's list some may be of a form that is not read; the others are good.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        if let Authorities::UsualAnd(pem) | Authorities::Only(pem) = &self.authorities {
            add(&mut roots, pem).map_err(|reason| BadClient::Certificates { service, reason })?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| BadClient::Machinery { service, reason: error.to_string() })?;
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }
}

/// Adds certificates; the error says what is wrong with them.
fn add(roots: &mut RootCertStore, pem: &str) -> Result<(), String> {
    let mut found = false;
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
        found = true;
    }
    if found { Ok(()) } else { Err("there is none".to_owned()) }
}
