//! Whom a client trusts.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::BadClient;

/// The usual authorities, those of the system where they are asked for, and those of `ca_pem`, which may be empty.
pub fn config(service: &'static str, ca_pem: &str, system: bool) -> Result<ClientConfig, BadClient> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if system {
        // Of the system's list some may be of a form that is not read; the others are good.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let unreadable = || BadClient::Certificates { service };
    if !ca_pem.trim().is_empty() {
        let mut found = false;
        for certificate in CertificateDer::pem_slice_iter(ca_pem.as_bytes()) {
            roots.add(certificate.map_err(|_| unreadable())?).map_err(|_| unreadable())?;
            found = true;
        }
        if !found {
            return Err(unreadable());
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| BadClient::Machinery { service, reason: error.to_string() })?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
