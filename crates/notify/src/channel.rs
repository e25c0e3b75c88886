//! Where notifications go.

use std::{fmt, str::FromStr};

use ground::Timestamp;

/// Longest name of a channel.
const LONGEST_NAME: usize = 100;
/// Longest address of a channel.
const LONGEST_ADDRESS: usize = 2_000;
/// Shortest and longest secret, in bytes.
const SECRET: std::ops::RangeInclusive<usize> = 16..=200;

/// What kind of event is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A machine reported and is not as its baselines say: one for each report.
    Drift,
    /// Machines are no longer as a baseline says, and why: one for each cause.
    Cause,
    /// An alert fires, or fires no more.
    Alert,
    /// Two machines claim one host.
    Collision,
    /// A metric of a benchmark got worse on a machine.
    Regression,
    /// An e-mail to one person.
    Mail,
    /// Somebody tries out a channel.
    Test,
}

/// How a notification is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelKind {
    /// As an HTTP request.
    Webhook,
    /// As an e-mail.
    Email,
    /// To a topic.
    Kafka,
}

macro_rules! names {
    ($type:ident, $($variant:ident = $name:literal),+) => {
        impl $type {
            /// Its name, as in the API and the tables.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
        impl FromStr for $type {
            type Err = BadChannel;
            fn from_str(text: &str) -> Result<Self, BadChannel> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    other => Err(BadChannel(format!(concat!("`{}` is not one of", $(" ", $name),+), other))),
                }
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
names!(
    Event,
    Drift = "drift",
    Cause = "cause",
    Alert = "alert",
    Collision = "collision",
    Regression = "regression",
    Mail = "mail",
    Test = "test"
);
names!(ChannelKind, Webhook = "webhook", Email = "email", Kafka = "kafka");

/// A channel that cannot be: what is wrong, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadChannel(pub String);

/// Where an organisation wants notifications.
#[derive(Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name in the organisation.
    pub name: String,
    /// How it is delivered.
    pub kind: ChannelKind,
    /// The URL of a webhook, or an e-mail address.
    pub address: String,
    /// What webhooks are signed with.
    pub secret: String,
    /// What it is told.
    pub events: Vec<Event>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Event {
    /// What channels are told, as it is named to those who choose.
    pub const FOR_CHANNELS: &'static str = "drift, cause, alert, collision, regression";
}

impl Channel {
    /// Refuses what cannot be a channel of an organisation.
    pub fn check(&self) -> Result<(), BadChannel> {
        let bad = |text: String| Err(BadChannel(text));
        let is_named = (1..=LONGEST_NAME).contains(&self.name.len())
            && self.name.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c));
        if !is_named {
            return bad(format!(
                "the name is 1 to {LONGEST_NAME} bytes of letters, digits, blanks and `-_.`"
            ));
        }
        if self.events.iter().any(|event| matches!(event, Event::Mail | Event::Test)) {
            return bad(format!("the events of a channel are {}", Event::FOR_CHANNELS));
        }
        if self.events.is_empty() {
            return bad(format!("name at least one event: {}", Event::FOR_CHANNELS));
        }
        if self.address.len() > LONGEST_ADDRESS {
            return bad(format!("the address is longer than {LONGEST_ADDRESS} bytes"));
        }
        match self.kind {
            ChannelKind::Webhook => check_url(&self.address)?,
            ChannelKind::Email => check_email(&self.address)?,
            ChannelKind::Kafka => {
                return bad("topics are the operator's: set notifications.topic".to_owned());
            }
        }
        if self.kind == ChannelKind::Webhook && !SECRET.contains(&self.secret.len()) {
            return bad(format!("the secret has {} to {} bytes", SECRET.start(), SECRET.end()));
        }
        Ok(())
    }
}

fn check_url(text: &str) -> Result<(), BadChannel> {
    let bad = |why: &str| {
        Err(BadChannel(format!("the address of a webhook is a URL as https://example.com/path: {why}")))
    };
    let Ok(url) = text.parse::<http::Uri>() else { return bad("this is none") };
    match url.scheme_str() {
        Some("https" | "http") if url.host().is_some_and(|host| !host.is_empty()) => {}
        _ => return bad("this is none"),
    }
    if url.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return bad("it has no user and password; receivers know us by the signature");
    }
    Ok(())
}

fn check_email(text: &str) -> Result<(), BadChannel> {
    let address = text.parse::<lettre::Address>();
    address.map(drop).map_err(|error| BadChannel(format!("`{text}` is no e-mail address: {error}")))
}

/// Where the operator wants notifications of every organisation.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fixed {
    /// A webhook: its URL and what it is signed with.
    pub webhook: Option<(String, String)>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// What these are told.
    pub events: Vec<Event>,
    /// Topics, each with what is published there.
    pub topics: Vec<(String, Vec<Event>)>,
}

impl fmt::Debug for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixed")
            .field("emails", &self.emails)
            .field("topics", &self.topics)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(kind: ChannelKind, address: &str) -> Channel {
        let at = Timestamp::from_micros(0);
        let (name, secret) = ("ops".to_owned(), "0123456789abcdef".to_owned());
        let address = address.to_owned();
        Channel { name, kind, address, secret, events: vec![Event::Alert], created: at, updated: at }
    }

    #[test]
    fn addresses_are_looked_at_before_they_are_kept() {
        for good in ["https://example.com/hook?x=y", "http://10.0.0.1:9/"] {
            assert_eq!(channel(ChannelKind::Webhook, good).check(), Ok(()), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "ftp://x/",
            "https://user:pass@example.com/",
            "https:///x",
            "file:///etc/passwd",
        ] {
            assert!(channel(ChannelKind::Webhook, bad).check().is_err(), "{bad}");
        }
        assert_eq!(channel(ChannelKind::Email, "a@example.org").check(), Ok(()));
        for bad in ["", "a", "a@", "a@b\r\nBcc: c@d"] {
            assert!(channel(ChannelKind::Email, bad).check().is_err(), "{bad}");
        }
        assert!(channel(ChannelKind::Kafka, "t").check().is_err());
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert!(
            !format!("{:?}", channel(ChannelKind::Webhook, "https://e.org")).contains("0123456789abcdef")
        );
    }
}
