//! Long output on a terminal goes through a pager.

use std::{
    io::{IsTerminal as _, Write as _, stdout},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError},
};

/// What stands between this program and the terminal, while it does.
static INTO: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// A pager that runs; when this goes, what is written goes to the standard output again, and the reader has read to the end.
#[derive(Debug)]
pub struct Pager(Option<Child>);

impl Pager {
    /// Begins one where a person reads: `PAGER` names it (empty or `cat` for none), otherwise it is `less`, which ends by
    /// itself when everything is on one screen. Where none can be started, nothing is between.
    pub fn begin() -> Self {
        let asked = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
        if !stdout().is_terminal() || matches!(asked.trim(), "" | "cat") {
            return Self(None);
        }
        let mut command = Command::new("sh");
        command.args(["-c", &asked]).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            // Ends when all fits on a screen, shows colours, leaves the text there.
            command.env("LESS", "FRX");
        }
        let mut child = command.spawn().ok();
        *INTO.lock().unwrap_or_else(PoisonError::into_inner) =
            child.as_mut().and_then(|child| child.stdin.take());
        Self(child)
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        drop(INTO.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(child) = &mut self.0 {
            // However it ended, the reader is done.
            let _ = child.wait();
        }
    }
}

/// Writes a line to whoever reads.
pub fn write_line(text: &str) -> std::io::Result<()> {
    match INTO.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        Some(pager) => writeln!(pager, "{text}"),
        None => writeln!(stdout().lock(), "{text}"),
    }
}
