//! `plumbline health`: what a container runs to see whether the program in it works.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use reqwest::Client;

use crate::{
    app,
    failure::{Failure, Result},
};

/// The longest wait for the answer.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Asks the program that runs with these settings on this machine for its health. Exit code 0 only when all is well.
pub async fn run(config: Option<&PathBuf>) -> Result<ExitCode> {
    let settings = app::config::load(config, &[])?;
    let client = Client::builder().timeout(TIMEOUT).no_proxy().build();
    let client = client.map_err(|error| Failure::Runtime(error.to_string()))?;
    let mut unreached = Vec::new();
    // A consumer has no other port; `plumbline up` has no port for management alone.
    let server = &settings.server;
    let watched = (app::management::address(&settings, true), *server.metrics_port);
    for (address, port) in [watched, (*server.address, *server.port)] {
        let url = format!("http://{}/health", SocketAddr::new(here(address), port));
        match client.get(&url).send().await {
            Ok(answer) if answer.status().is_success() => return Ok(ExitCode::SUCCESS),
            Ok(answer) => {
                let status = answer.status();
                let told = answer.text().await.unwrap_or_default();
                return Err(Failure::Runtime(format!("{url} answers {status}: {told}")));
            }
            Err(_) => unreached.push(url),
        }
    }
    Err(Failure::Runtime(format!("nobody answers at {}", unreached.join(" or "))))
}

/// Where this machine reaches what listens on an address.
const fn here(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    }
}
