//! Where machines are listened to that report themselves: a socket of its own, on which nothing but their reports is served.
//!
//! Local mode asks for no log-in and so keeps to the loopback; here tokens are asked for, and other machines may connect.

use std::net::SocketAddr;

use fleet_api::{
    BASE,
    api::{agents::MOST_REPORT_BYTES, openapi},
};
use ground::Stop;
use settings::Settings;
use tokio::task::JoinHandle;
use web::Tls;

use super::{listeners, routers};
use crate::{
    failure::{Failure, Result},
    wiring,
    world::World,
};

/// Where the operations begin that ask for tokens of machines.
pub fn paths() -> String {
    format!("{BASE}/agents/")
}

/// A socket that listens, and what it is answered with.
pub struct Listening {
    listener: tokio::net::TcpListener,
    tls: Option<Tls>,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Where the settings say that machines are listened to, and what is shown to them; nothing where they say nothing.
pub fn wanted(settings: &Settings) -> Result<Option<(SocketAddr, Option<Tls>)>> {
    let wanted = &settings.enrolment;
    if wanted.listen.is_empty() {
        return Ok(None);
    }
    let address: SocketAddr = wanted.listen.parse().map_err(|_| {
        Failure::Usage(format!(
            "enrolment.listen: `{}` is no address with a port: give one as 0.0.0.0:8443",
            *wanted.listen
        ))
    })?;
    let tls = listeners::tls("enrolment", &wanted.tls_certificate, &wanted.tls_key)?;
    if tls.is_none() && !address.ip().is_loopback() && !*wanted.plain_http {
        return Err(Failure::Usage(format!(
            "tokens would go over the network for everybody to read: for machines on {address} set enrolment.tls_certificate and \
             enrolment.tls_key, or listen on 127.0.0.1 behind a proxy that speaks TLS; on a network that nobody else is on, set \
             enrolment.plain_http"
        )));
    }
    Ok(Some((address, tls)))
}

/// Begins to listen where the settings say; nothing where they say nothing.
pub async fn listen(settings: &Settings) -> Result<Option<Listening>> {
    let Some((address, tls)) = wanted(settings)? else { return Ok(None) };
    let listener = listeners::bind(address, "--agents ADDR:PORT").await?;
    let address = listener.local_addr().map_err(|error| Failure::Runtime(error.to_string()))?;
    Ok(Some(Listening { listener, tls, address }))
}

impl Listening {
    /// The address as a URL, for people.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls.is_some() { "https" } else { "http" }, self.address)
    }

    /// Serves them until it is told to stop.
    pub fn serve(self, world: &World, mut stop: Stop) -> JoinHandle<()> {
        let settings = &world.settings;
        let shell = web::Shell { max_body_bytes: MOST_REPORT_BYTES, ..routers::shell(settings) };
        let router = shell.around(openapi::operations_of_agents().router(&wiring::fleet::app(world), [BASE]));
        let limits = listeners::limits(settings);
        let Self { listener, tls, .. } = self;
        let followed = tls.clone().map(|tls| tokio::spawn(tls.follow_files()));
        tokio::spawn(async move {
            web::serve(listener, tls, router, limits, stop.asked()).await;
            followed.inspect(JoinHandle::abort);
        })
    }
}
