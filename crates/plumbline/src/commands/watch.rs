//! `--watch`: what a command shows, again and again.

use std::{process::ExitCode, time::Duration};

use crate::{cli::Watch, failure::Result, out};

/// Shows it once; or, with a time between, until Ctrl-C, on a terminal each time in place of what stood there.
pub async fn watch(watch: Watch, show: impl AsyncFn() -> Result<ExitCode>) -> Result<ExitCode> {
    let Some(seconds) = watch.watch else { return show().await };
    loop {
        out::clear()?;
        show().await?;
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(ExitCode::SUCCESS),
        }
    }
}
