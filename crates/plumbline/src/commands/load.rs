//! `plumbline load`.

mod file;
mod http;
mod kafka;
mod progress;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use ground::OrgId;
use load::{Machines, Plan, Reported, Stream};
use tokio::sync::mpsc::{Receiver, channel};

use self::progress::Progress;
use crate::{
    cli::{Load, StreamName},
    failure::{Failure, Result},
};

/// Makes the reports and sends them to where they were asked for.
pub async fn run(config: Option<&PathBuf>, load: &Load) -> Result<ExitCode> {
    let org = OrgId::parse(&load.org).map_err(|error| Failure::Usage(format!("--org: {error}")))?;
    let machines = Arc::new(Machines::new(load.seed, org, load.unique));
    let plan = Plan {
        stream: match load.stream {
            StreamName::New => Stream::New,
            StreamName::Same => Stream::Same,
            StreamName::Changed => Stream::Changed,
            StreamName::Day => Stream::Day,
        },
        seed: load.seed,
        machines: load.hosts,
        round: load.round,
    };
    let progress = Progress::start(plan.len(), load.rate);
    match (&load.target.file, &load.target.http, &load.target.kafka) {
        (Some(path), ..) => file::write(path, &machines, plan, &progress).await?,
        (_, Some(url), _) => http::send(url, load, &machines, plan, &progress).await?,
        (_, _, Some(brokers)) => kafka::send(config, brokers, load, &machines, plan, &progress).await?,
        (None, None, None) => return Err(Failure::Usage("name one of --file, --http, --kafka".to_owned())),
    }
    let to_standard_output = load.target.file.as_ref().is_some_and(|path| path.as_os_str() == "-");
    let outcome = progress.finish();
    outcome.show(load.json, to_standard_output)?;
    Ok(if outcome.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reports sent together.
struct Made<T> {
    reports: Vec<Reported>,
    body: T,
}

/// Makes batches on a thread of its own, a few ahead of who sends them.
fn make<T: Send + 'static>(
    plan: Plan,
    batch: u32,
    write: impl Fn(&[Reported]) -> T + Send + 'static,
) -> Receiver<Made<T>> {
    let (made, batches) = channel(4);
    tokio::task::spawn_blocking(move || {
        let mut all = plan.reports().peekable();
        while all.peek().is_some() {
            let reports: Vec<Reported> = all.by_ref().take(batch as usize).collect();
            let body = write(&reports);
            // Whoever sends them has stopped.
            if made.blocking_send(Made { reports, body }).is_err() {
                break;
            }
        }
    });
    batches
}
