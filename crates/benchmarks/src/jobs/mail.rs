//! Sends e-mail from the queue.
//!
//! A mail server that is down, silent or asks for patience (4xx) is tried again, later and later, for five days; a mail
//! that it refuses for good (5xx) is given up and logged. Several processes may run this: each mail is taken by one.

use std::time::Duration;

use ground::{Clock, Timestamp};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use store::Db;

use crate::{
    mail::Mail,
    store::mails::{self, Waiting},
};

/// How often the queue is looked at.
pub const EVERY: Duration = Duration::from_secs(5);
/// So many mails are sent at a time.
const BATCH: i64 = 20;
/// Longest time for one mail; nobody else tries it meanwhile.
const PATIENCE: Duration = Duration::from_mins(1);
/// The first wait after a failure, in seconds; each further one is twice as long, up to an hour.
const FIRST_WAIT: i64 = 30;
const LONGEST_WAIT: i64 = 3_600;
/// After so many seconds a mail is given up.
const GIVEN_UP: i64 = 5 * 86_400;

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

/// What sends mail.
#[derive(Debug, Clone)]
pub struct Mails {
    /// Where the queue is.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// How it goes out.
    pub outlet: Outlet,
    /// From whom; empty: from nobody, which most servers refuse.
    pub from: String,
    /// Who gets copies; empty: nobody.
    pub support: String,
}

/// What became of an attempt.
enum Attempt {
    Sent,
    Later(String),
    Never(String),
}

impl Mails {
    /// Tries each mail whose time has come once; tells how many were sent.
    pub async fn send_due(&self) -> store::Result<usize> {
        let mut sent = 0;
        loop {
            let due = mails::due(&self.db, self.clock.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(sent);
            }
            for waiting in due {
                let until = self.clock.now().plus_seconds(2 * PATIENCE.as_secs() as i64);
                if mails::take(&self.db, &waiting, until).await? {
                    sent += usize::from(self.attempt(&waiting).await?);
                }
            }
        }
    }

    async fn attempt(&self, waiting: &Waiting) -> store::Result<bool> {
        let now = self.clock.now();
        let attempt = tokio::time::timeout(PATIENCE, self.send(&waiting.mail)).await;
        let attempt =
            attempt.unwrap_or_else(|_| Attempt::Later("the mail server does not answer".to_owned()));
        let given_up = waiting.written.plus_seconds(GIVEN_UP) <= now;
        match attempt {
            Attempt::Sent => {
                mails::remove(&self.db, waiting.id).await?;
                return Ok(true);
            }
            Attempt::Later(reason) if !given_up => {
                tracing::warn!(
                    reason,
                    attempts = waiting.attempts + 1,
                    "an e-mail was not sent; it is tried again"
                );
                mails::delay(&self.db, waiting.id, next_attempt(now, waiting.attempts)).await?;
            }
            Attempt::Later(reason) | Attempt::Never(reason) => {
                tracing::error!(
                    reason,
                    subject = waiting.mail.subject,
                    "an e-mail cannot be sent and is given up"
                );
                mails::remove(&self.db, waiting.id).await?;
            }
        }
        Ok(false)
    }

    async fn send(&self, mail: &Mail) -> Attempt {
        let (host, port) = match &self.outlet {
            Outlet::Log => {
                tracing::info!(to = mail.recipient, subject = mail.subject, body = mail.body, "e-mail");
                return Attempt::Sent;
            }
            Outlet::Server { host, port } => (host, *port),
        };
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(reason) => return Attempt::Never(reason),
        };
        let tls = lettre::transport::smtp::client::TlsParameters::new(host.clone());
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .timeout(Some(PATIENCE / 2));
        let builder = match tls {
            Ok(tls) => builder.tls(lettre::transport::smtp::client::Tls::Opportunistic(tls)),
            Err(error) => return Attempt::Later(error.to_string()),
        };
        match builder.build().send(message).await {
            Ok(_) => Attempt::Sent,
            Err(error) if error.is_permanent() => Attempt::Never(error.to_string()),
            Err(error) => Attempt::Later(error.to_string()),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, String> {
        let mailbox =
            |address: &str| address.parse::<Mailbox>().map_err(|error| format!("`{address}`: {error}"));
        let mut builder = Message::builder().to(mailbox(&mail.recipient)?).subject(&mail.subject);
        builder =
            builder.from(mailbox(if self.from.is_empty() { "plumbline@localhost" } else { &self.from })?);
        if mail.copied && !self.support.is_empty() {
            builder = builder.cc(mailbox(&self.support)?);
        }
        let mut message = builder
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|error| error.to_string())?;
        for (name, value) in &mail.headers {
            let name = HeaderName::new_from_ascii(name.clone()).map_err(|error| error.to_string())?;
            message.headers_mut().insert_raw(HeaderValue::new(name, value.clone()));
        }
        Ok(message)
    }
}

fn next_attempt(now: Timestamp, attempts: i64) -> Timestamp {
    now.plus_seconds((FIRST_WAIT << attempts.clamp(0, 7)).min(LONGEST_WAIT))
}
