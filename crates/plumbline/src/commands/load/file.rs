//! Reports into a file.

use std::{
    fs::File,
    io::{ErrorKind, Write},
    path::Path,
    sync::Arc,
};

use load::{Machines, Plan};

use super::{Progress, make};
use crate::failure::{Failure, Result};

/// How many lines are made at a time.
const LINES_PER_ROUND: u32 = 64;

/// Writes one ingress message a line.
pub async fn write(path: &Path, machines: &Arc<Machines>, plan: Plan, progress: &Progress) -> Result<()> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::Unread,
        _ => Failure::Runtime(format!("cannot write to {}: {error}", path.display())),
    };
    let mut file: Box<dyn Write + Send> = if path.as_os_str() == "-" {
        Box::new(std::io::stdout())
    } else {
        Box::new(File::create(path).map_err(failed)?)
    };
    let machines = Arc::clone(machines);
    let mut batches = make(plan, LINES_PER_ROUND, move |reports| {
        let mut text = String::with_capacity(reports.len() * 36_000);
        for report in reports {
            machines.write_message(&mut text, *report);
            text.push('\n');
        }
        text
    });
    while let Some(made) = batches.recv().await {
        progress.pace(made.reports.len()).await;
        file.write_all(made.body.as_bytes()).map_err(failed)?;
        progress.add(made.reports.len(), 0, made.body.len(), None);
    }
    file.flush().map_err(failed)
}
