//! Requests of the system, or of Ctrl-C, to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::{Failure, Result};

/// The two signals that ask the process to end. From the moment they are caught they no longer kill it: a request that
/// comes while the process starts is heard once it runs.
#[derive(Debug)]
pub struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Catches them from now on.
    pub fn catch() -> Result<Self> {
        let caught = |kind| {
            signal(kind)
                .map_err(|error| Failure::Runtime(format!("cannot catch the signals that end it: {error}")))
        };
        Ok(Self { interrupt: caught(SignalKind::interrupt())?, terminate: caught(SignalKind::terminate())? })
    }

    /// Ends at the next of them.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
