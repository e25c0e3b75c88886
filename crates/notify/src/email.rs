//! Sends an e-mail.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::client::{Tls, TlsParameters},
};

use crate::{delivery::Attempt, lane::Item};

/// Longest time for one e-mail.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How mail goes out.
#[derive(Debug, Clone)]
pub enum Outlet {
    /// It is written to the log only.
    Log,
    /// To this server, without a name and password. TLS is used where the server offers it and its certificate is good.
    Server {
        /// Name or address.
        host: String,
        /// Its port.
        port: u16,
    },
}

/// What sends e-mail.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// How it goes out.
    pub outlet: Outlet,
    /// From whom; empty: from nobody, which most servers refuse.
    pub from: String,
    /// Who gets copies; empty: nobody.
    pub support: String,
}

impl MailServer {
    /// Sends an e-mail to an address.
    pub(crate) async fn send(&self, item: &Item, to: &str) -> Attempt {
        let (host, port) = match &self.outlet {
            Outlet::Log => {
                tracing::info!(to, subject = item.subject, body = %String::from_utf8_lossy(&item.body), "e-mail");
                return Attempt::Delivered;
            }
            Outlet::Server { host, port } => (host, *port),
        };
        let message = match self.message(item, to) {
            Ok(message) => message,
            Err(reason) => return Attempt::Never(reason),
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .timeout(Some(PATIENCE / 2));
        let builder = match TlsParameters::new(host.clone()) {
            Ok(tls) => builder.tls(Tls::Opportunistic(tls)),
            Err(error) => return Attempt::Later(error.to_string()),
        };
        let sending = builder.build();
        match tokio::time::timeout(PATIENCE, sending.send(message)).await {
            Ok(Ok(_)) => Attempt::Delivered,
            Ok(Err(error)) if error.is_permanent() => Attempt::Never(error.to_string()),
            Ok(Err(error)) => Attempt::Later(error.to_string()),
            Err(_) => Attempt::Later("the mail server does not answer".to_owned()),
        }
    }

    fn message(&self, item: &Item, to: &str) -> Result<Message, String> {
        let mailbox =
            |address: &str| address.parse::<Mailbox>().map_err(|error| format!("`{address}`: {error}"));
        let mut builder = Message::builder().to(mailbox(to)?).subject(&item.subject);
        builder =
            builder.from(mailbox(if self.from.is_empty() { "plumbline@localhost" } else { &self.from })?);
        if item.copied && !self.support.is_empty() {
            builder = builder.cc(mailbox(&self.support)?);
        }
        let mut message = builder
            .message_id(Some(format!("<{}@plumbline>", item.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(String::from_utf8_lossy(&item.body).into_owned())
            .map_err(|error| error.to_string())?;
        for (name, value) in item.headers.lines().filter_map(|line| line.split_once(": ")) {
            let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| error.to_string())?;
            message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(message)
    }
}
