//! What every message on a topic repeats.

use std::sync::Arc;

use bus::Message;

/// Where messages go and who sends them.
#[derive(Debug, Clone)]
pub struct Outlet {
    /// The topic.
    pub topic: Arc<str>,
    /// The name of this machine, for the header `producer`.
    pub producer: Arc<str>,
}

impl Outlet {
    pub(super) fn message(&self, payload: Vec<u8>) -> Message {
        Message::new(self.topic.clone(), payload)
    }
}
