//! What is told.

use uuid::Uuid;

use crate::channel::Event;

/// One event that somebody may want to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What kind of event.
    pub event: Event,
    /// The same text for the same event, whoever tells it and however often: the ids of its deliveries follow from it.
    pub key: String,
    /// One line for people.
    pub subject: String,
    /// The whole story for people, as plain text.
    pub text: String,
    /// For programs: a JSON document.
    pub json: Vec<u8>,
}

/// An e-mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub recipient: String,
    /// Whether the operators get a copy.
    pub copied: bool,
    /// What it is about.
    pub subject: String,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// What it says.
    pub body: String,
}

/// The id of a delivery: it follows from what is told, to whom and where.
pub(crate) fn delivery_id(org: &str, key: &str, lane: &str) -> Uuid {
    let mut hasher = blake3::Hasher::new();
    for part in [org, key, lane] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
