//! How requests come in, and how the program logs.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use crate::{choice::choice, section::section};

choice! {
    /// Who is taken for the caller.
    pub enum Mode {
        /// One local organisation; only this machine can connect.
        Local = "local",
        /// The identity header of a trusted gateway.
        Gateway = "gateway",
        /// Whose bearer token it is.
        Oidc = "oidc",
    }
}

choice! {
    /// Whether people rely on this process.
    pub enum Environment {
        /// They do.
        Production = "production",
        /// It is being tried out, on one machine.
        Development = "development",
    }
}

choice! {
    /// The least important records that are written. The names that Python has for levels are read, too.
    pub enum LogLevel {
        /// Only failures.
        Error = "error" | "critical" | "fatal",
        /// And what may become one.
        Warning = "warning" | "warn",
        /// And what happened.
        Info = "info",
        /// And how.
        Debug = "debug" | "notset",
    }
}

choice! {
    /// The form of a log record.
    pub enum LogFormat {
        /// A line for people.
        Text = "text",
        /// A JSON object on a line.
        Json = "json",
        /// A JSON object on a line, with the members that Logstash and pipelines of Host Based Inventory know.
        Logstash = "logstash",
    }
}

section! {
    /// How requests come in, and how the program logs.
    pub struct Server in "server" {
        /// Who is taken for the caller: local (one organisation, this machine only), gateway (the identity header of
        /// a trusted gateway) or oidc (whose bearer token it is).
        mode: Mode = Mode::Local;
        /// production, or development: then OpenID providers and the public address may be http on this machine.
        environment: Environment = Environment::Production, env "FLASK_ENV";
        /// With server.mode = oidc, the address that browsers reach the pages at, as `https://plumbline.example.org`. Without
        /// one nobody logs in to the pages.
        public_url: String = String::new();
        /// The address to listen on. A container behind a gateway listens on 0.0.0.0.
        address: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST), env "METRICS_SERVER_HOST";
        /// The port to listen on; 0 for any that is free.
        port: u16 = 8080, env "LISTEN_PORT", "METRICS_SERVER_PORT";
        /// The certificate that `plumbline serve` shows on that port, with those that it was signed with behind it: a file (PEM). Without
        /// one it speaks plain HTTP, for a gateway on the same machine or network.
        tls_certificate: String = String::new();
        /// Its private key: a file (PEM).
        tls_key: String = String::new();
        /// The port of health, metrics and version alone, for all processes but `plumbline up`: it answers also when every connection of the API is taken.
        metrics_port: u16 = 9126;
        /// The address of that port; empty: where the API listens, and for `plumbline consume`, which has no API, every address of
        /// this machine unless server.address is set.
        metrics_address: Option<IpAddr> = None;
        /// Longest time for one request, in seconds.
        request_timeout: Duration = Duration::from_mins(1);
        /// Requests worked on at the same time; more are answered with 503.
        max_requests: u32 = 512;
        /// Connections open at the same time; more wait.
        max_connections: u32 = 4096;
        /// Most lines of a request's head; more are answered with 431.
        max_headers: u32 = 100;
        /// Most bytes of a request's head, at least 8192; more are answered with 431.
        max_header_bytes: u32 = 262_144;
        /// Longest time for the head of a request to come in, also for the next one on the same connection, in
        /// seconds.
        header_timeout: Duration = Duration::from_secs(30);
        /// Longest time for a request body to come in, in seconds; then 408.
        body_timeout: Duration = Duration::from_secs(30);
        /// Within so many seconds a client has to take 16 KiB of an answer, or all that is left of it; then the
        /// connection ends.
        answer_timeout: Duration = Duration::from_secs(30);
        /// Most bytes of a request body.
        max_body_bytes: u32 = 10_485_760;
        /// After the signal to stop, so many seconds of requests that still come in while `/health` says 503: a gateway needs
        /// them to send its requests elsewhere. A second signal ends them. Local mode does not wait.
        drain_time: Duration = Duration::from_secs(5);
        /// Longest time for requests under way after that, in seconds.
        stop_timeout: Duration = Duration::from_secs(30);
        /// The least important records that are written.
        log_level: LogLevel = LogLevel::Info, env "INVENTORY_LOG_LEVEL";
        /// The form of a log record.
        log_format: LogFormat = LogFormat::Text;
    }
}

impl Server {
    /// Where to listen.
    pub fn listen(&self) -> SocketAddr {
        SocketAddr::new(*self.address, *self.port)
    }
}

#[cfg(test)]
mod tests {
    use crate::Settings;

    #[test]
    fn only_this_machine_can_connect_unless_told_otherwise() {
        assert!(Settings::default().server.listen().ip().is_loopback());
    }
}
