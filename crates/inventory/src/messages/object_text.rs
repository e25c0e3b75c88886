//! A JSON object written in parts, some of which are JSON already and are copied unread.

use serde::Serialize;

/// The text of an object that is being written.
pub(super) struct ObjectText(Vec<u8>);

impl ObjectText {
    /// Nothing yet, with room for so many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Adds the members of a struct that has some.
    pub(super) fn add(&mut self, members: &impl Serialize) -> serde_json::Result<()> {
        let begin = self.0.len();
        serde_json::to_writer(&mut self.0, members)?;
        self.0.pop();
        self.0[begin] = if begin == 0 { b'{' } else { b',' };
        Ok(())
    }

    /// Adds a member whose value is the text of any JSON value; its name needs no escapes.
    pub(super) fn add_json(&mut self, name: &str, json: &[u8]) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
        self.0.extend_from_slice(json);
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_become_one_object() {
        let mut text = ObjectText::with_room(0);
        text.add(&json!({"a": {"b": 1}})).unwrap();
        text.add_json("c", b"[1,2]");
        text.add(&json!({"d": null})).unwrap();
        assert_eq!(text.finish(), br#"{"a":{"b":1},"c":[1,2],"d":null}"#);
        let mut text = ObjectText::with_room(0);
        text.add_json("c", b"{}");
        assert_eq!(text.finish(), br#"{"c":{}}"#);
    }
}
