//! Settings become sockets that listen, and the limits of their connections.

use std::{net::SocketAddr, path::Path};

use access::guard;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use settings::{Mode, Settings};
use web::Tls;

use crate::failure::{Failure, Result};

/// Begins to listen. In local mode only on this machine.
pub async fn listen(address: SocketAddr, settings: &Settings) -> Result<tokio::net::TcpListener> {
    if *settings.server.mode == Mode::Local {
        guard::check_listen(address).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    raise_file_limit();
    bind(address, "--listen ADDR:PORT").await
}

/// Lets this process open as many files as it may: each connection of a client is one.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// Takes an address; `setting` is what to change when that fails.
pub async fn bind(address: SocketAddr, setting: &str) -> Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address).await.map_err(|error| {
        let cause = match error.kind() {
            std::io::ErrorKind::AddrInUse => "another program uses that port".to_owned(),
            _ => error.to_string(),
        };
        Failure::Runtime(format!("cannot listen on {address}: {cause}; choose another with {setting}"))
    })
}

/// What clients of the API are shown; nothing where the settings name no certificate.
pub fn tls_of_api(settings: &Settings) -> Result<Option<Tls>> {
    tls("server", &settings.server.tls_certificate, &settings.server.tls_key)
}

/// What clients are shown, by the settings `tls_certificate` and `tls_key` of a section; nothing where both are empty.
pub fn tls(section: &str, certificate: &str, key: &str) -> Result<Option<Tls>> {
    match (certificate, key) {
        ("", "") => Ok(None),
        ("", _) | (_, "") => Err(Failure::Usage(format!(
            "set both {section}.tls_certificate and {section}.tls_key, or neither"
        ))),
        (certificate, key) => {
            let tls = Tls::from_files(Path::new(certificate), Path::new(key));
            tls.map(Some)
                .map_err(|bad| Failure::Usage(format!("{section}.tls_certificate, {section}.tls_key: {bad}")))
        }
    }
}

/// Limits of connections, from the settings.
pub fn limits(settings: &Settings) -> web::Limits {
    web::Limits {
        max_connections: *settings.server.max_connections as usize,
        header_timeout: *settings.server.header_timeout,
        max_headers: *settings.server.max_headers as usize,
        max_head_bytes: *settings.server.max_header_bytes as usize,
        answer_timeout: *settings.server.answer_timeout,
        stop_timeout: *settings.server.stop_timeout,
    }
}
