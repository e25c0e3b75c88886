//! Reports to the topic that they are read from.

use std::{path::PathBuf, sync::Arc, time::Instant};

use bus::{Message, Publisher};
use load::{Machines, Plan};
use tokio::task::JoinSet;

use super::{Progress, make};
use crate::{
    app,
    cli::Load,
    failure::{Failure, Result},
    world,
};

/// Sends the messages, so many batches at a time.
pub async fn send(
    config: Option<&PathBuf>,
    brokers: &str,
    load: &Load,
    machines: &Arc<Machines>,
    plan: Plan,
    progress: &Progress,
) -> Result<()> {
    let flags = [
        ("--kafka", "kafka.bootstrap_servers", brokers.to_owned()),
        ("--kafka", "kafka.replica_namespace", "false".to_owned()),
    ];
    let settings = app::config::load(config, &flags)?;
    let publisher = world::kafka::publisher(&settings)?;
    let topic: Arc<str> = load.topic.as_deref().unwrap_or(&settings.topics.host_ingress).into();
    let machines = Arc::clone(machines);
    let mut batches = make(plan, load.batch, move |reports| {
        let message = |report| {
            let mut text = String::with_capacity(36_000);
            machines.write_message(&mut text, report);
            Message::new(Arc::clone(&topic), text)
        };
        reports.iter().copied().map(message).collect::<Vec<_>>()
    });
    let mut under_way = JoinSet::new();
    while let Some(made) = batches.recv().await {
        progress.pace(made.reports.len()).await;
        while under_way.len() >= load.connections as usize {
            done(under_way.join_next().await)?;
        }
        let (publisher, progress) = (publisher.clone(), progress.clone());
        under_way.spawn(async move { deliver(&publisher, made.body, &progress).await });
    }
    while let Some(outcome) = under_way.join_next().await {
        done(Some(outcome))?;
    }
    Ok(())
}

async fn deliver(publisher: &Publisher, messages: Vec<Message>, progress: &Progress) -> Result<()> {
    let (count, bytes) = (messages.len(), messages.iter().map(|message| message.payload.len()).sum());
    let begun = Instant::now();
    publisher.send_all(&messages).await.map_err(|error| Failure::Runtime(error.to_string()))?;
    progress.add(count, 0, bytes, Some(begun.elapsed()));
    Ok(())
}

/// What became of one of those under way.
pub(super) fn done(outcome: Option<std::result::Result<Result<()>, tokio::task::JoinError>>) -> Result<()> {
    match outcome {
        Some(Ok(outcome)) => outcome,
        Some(Err(stopped)) => Err(Failure::Runtime(stopped.to_string())),
        None => Ok(()),
    }
}
