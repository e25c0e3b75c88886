//! How many bytes values take.

use std::io::{self, Write};

use serde_json::Value;

/// Bytes of a value as JSON text.
pub(crate) fn text_bytes(value: &Value) -> usize {
    struct Count(usize);

    impl Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    // Counting does not fail.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

/// About how many bytes a value takes in memory.
pub(crate) fn memory_bytes(value: &Value) -> usize {
    let inner = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.capacity(),
        Value::Array(items) => items.iter().map(memory_bytes).sum(),
        // A name and its place in the map, beside the value.
        Value::Object(members) => {
            members.iter().map(|(name, value)| name.capacity() + 48 + memory_bytes(value)).sum()
        }
    };
    size_of::<Value>() + inner
}
