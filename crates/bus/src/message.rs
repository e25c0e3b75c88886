//! What goes to a topic and comes from one.

use std::sync::Arc;

/// A message: bytes under an optional key. Messages with the same key stand in one partition, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The name of the topic.
    pub topic: Arc<str>,
    /// Absent: any partition will do.
    pub key: Option<Vec<u8>>,
    /// In their order; a name may come twice.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, as bytes: nothing says that they are text.
    pub payload: Vec<u8>,
}

impl Message {
    /// A message without key and headers.
    pub fn new(topic: impl Into<Arc<str>>, payload: impl Into<Vec<u8>>) -> Self {
        Self { topic: topic.into(), key: None, headers: Vec::new(), payload: payload.into() }
    }

    /// The same message under a key.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<Vec<u8>>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The same message with one more header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The value of the last header of that name, as producers that replace a header append it.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }
}

/// A message from a topic and where it stands there, while it is being read: nothing of it is copied yet.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'m> {
    /// The name of the topic.
    pub topic: &'m str,
    /// The partition of the topic.
    pub partition: i32,
    /// The place in the partition.
    pub offset: i64,
    /// When it was sent, or came to the broker, as the topic has it: milliseconds since 1970.
    pub at: Option<i64>,
    /// Absent: any partition would have done.
    pub key: Option<&'m [u8]>,
    /// In their order; a name may come twice. A null value is empty here.
    pub headers: &'m [(&'m str, &'m [u8])],
    /// The body. A null payload (a tombstone) is empty here.
    pub payload: &'m [u8],
}

impl<'m> Incoming<'m> {
    /// The value of the last header of that name, as of a [`Message`].
    pub fn header(&self, name: &str) -> Option<&'m [u8]> {
        self.headers.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_headers_with_one_name_the_last_counts() {
        let message =
            Message::new("t", "x").with_header("a", "1").with_header("b", "2").with_header("a", "3");
        assert_eq!(message.header("a"), Some(b"3".as_slice()));
        assert_eq!(message.header("c"), None);
    }
}
