//! Workspaces that another service makes, renames and deletes: from topics into the record (contract inventory-events §7).

use std::time::Instant;

use bus::{Incoming, kafka::Consumer};
use fleet::{ConsumerOffsets, Fleet, GroupOutcome, Origin, SourceMessage};
use ground::Stop;
use web::RoleHealth;

use super::{
    Ended,
    consume::{MessageHandler, consume},
    ingress::{Abandoned, RetryLimit, partition_name, until_stored},
    telemetry::{count_handled, record_consumed, record_handled_in},
};
use crate::report::workspace::{self, WorkspaceChange, WorkspaceMessage};

/// Takes in changes of workspaces.
#[derive(Debug, Clone)]
pub struct Workspaces {
    /// The record.
    pub fleet: Fleet,
}

/// A message that was read.
#[derive(Debug)]
pub struct OpenedWorkspaceMessage {
    message: Result<WorkspaceMessage, String>,
    source: SourceMessage,
}

impl Workspaces {
    /// Takes messages from a consumer until it is told to stop.
    pub async fn run(
        &self,
        consumer: Consumer<OpenedWorkspaceMessage>,
        health: &RoleHealth,
        stop: Stop,
    ) -> Ended {
        consume(self, consumer, health, stop).await
    }

    /// Reads a message of the topic.
    pub fn read(message: Incoming<'_>) -> OpenedWorkspaceMessage {
        let partition = partition_name(message.topic, message.partition);
        let source = SourceMessage::new(partition, message.offset, message.at, message.payload);
        record_consumed(message.payload);
        OpenedWorkspaceMessage { message: workspace::read(message.payload), source }
    }

    /// Does what a message says. To do it again changes nothing more; what cannot be done is no error.
    pub async fn apply(&self, message: &WorkspaceMessage) -> fleet::Result<()> {
        let WorkspaceMessage { org, account, change } = message;
        let (account, origin) = (account.as_deref(), Origin::default());
        let refused = match change {
            WorkspaceChange::Created(workspace) => {
                (!self.fleet.put_workspace(org, workspace, account).await?).then_some("it is there already")
            }
            WorkspaceChange::Renamed(id, name, at) => {
                why_not(&self.fleet.rename_workspace(org, *id, name, *at, &origin).await?)
            }
            WorkspaceChange::Deleted(id) => {
                why_not(&self.fleet.delete_groups(org, &[*id], account, &origin).await?)
            }
        };
        if let Some(reason) = refused {
            tracing::warn!(%org, ?change, reason, "a workspace stays as it is");
        }
        Ok(())
    }
}

fn why_not(outcome: &GroupOutcome) -> Option<&'static str> {
    match outcome {
        GroupOutcome::Done(_) => None,
        GroupOutcome::NoGroup(_) => Some("there is no such workspace"),
        GroupOutcome::Ungrouped => Some("The 'ungrouped' group can not be modified."),
        GroupOutcome::NoHosts(_) | GroupOutcome::NotMembers | GroupOutcome::OutOfReach => {
            Some("it cannot be")
        }
    }
}

impl MessageHandler for Workspaces {
    type Message = OpenedWorkspaceMessage;

    fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    fn source(message: &OpenedWorkspaceMessage) -> Option<&SourceMessage> {
        Some(&message.source)
    }

    /// One after another, each in a transaction of its own: what one says stands on the one before.
    async fn take_in(
        &self,
        batch: Vec<&mut OpenedWorkspaceMessage>,
        _offsets: &mut ConsumerOffsets,
        stop: &mut Stop,
    ) -> Result<(), Abandoned> {
        for opened in batch {
            let began = Instant::now();
            let outcome = match &opened.message {
                Ok(message) => until_stored(RetryLimit::Unlimited, stop, || self.apply(message))
                    .await?
                    .map_err(|error| error.to_string()),
                Err(problem) => Err(problem.clone()),
            };
            count_handled(outcome.is_ok());
            record_handled_in(1, began.elapsed());
            if let Err(problem) = outcome {
                tracing::warn!(problem, "a message about a workspace is dropped");
            }
        }
        Ok(())
    }
}
