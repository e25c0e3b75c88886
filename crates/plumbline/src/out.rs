//! Lines on the standard output.

use std::io::{ErrorKind, Write as _};

use crate::failure::{Failure, Result};

/// Writes a line. A reader who has gone away (`plumbline hosts | head`) ends the command without a word.
pub fn line(text: impl std::fmt::Display) -> Result<()> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::Unread,
        _ => Failure::Runtime(format!("cannot write to the standard output: {error}")),
    })
}
