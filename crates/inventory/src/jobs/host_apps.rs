//! What applications say of hosts: from a topic into the record (contract inventory-events §8).

use std::time::Instant;

use bus::{Incoming, kafka::Consumer};
use fleet::{AppData, ConsumerOffsets, Fleet, SourceMessage};
use ground::Stop;
use web::RoleHealth;

use super::{
    Ended,
    consume::{MessageHandler, consume},
    ingress::{Abandoned, Backoff, RetryLimit, partition_name},
    spans::MessageSpan,
    telemetry::{AppMessageHandled, record_consumed},
};
use crate::report::app_data::{self, APPLICATION_HEADER, AppMessage, AppMessageError};

/// Takes in what applications say of hosts.
#[derive(Debug, Clone)]
pub struct HostApps {
    /// The record.
    pub fleet: Fleet,
}

/// A message that was read.
#[derive(Debug)]
pub struct OpenedAppMessage {
    message: Result<AppMessage, AppMessageError>,
    source: SourceMessage,
    span: Option<MessageSpan>,
}

impl HostApps {
    /// Takes messages from a consumer until it is told to stop.
    pub async fn run(&self, consumer: Consumer<OpenedAppMessage>, health: &RoleHealth, stop: Stop) -> Ended {
        consume(self, consumer, health, stop).await
    }

    /// Reads a message of the topic: all of its work that needs no database.
    pub fn read(message: Incoming<'_>) -> OpenedAppMessage {
        let (began, span) = (Instant::now(), MessageSpan::begin(&message));
        let partition = partition_name(message.topic, message.partition);
        let source = SourceMessage::new(partition, message.offset, message.at, message.payload);
        record_consumed(message.payload);
        let message = app_data::read(message.header(APPLICATION_HEADER), message.payload);
        metrics::histogram!("inventory_host_app_data_message_parsing_seconds").record(began.elapsed());
        OpenedAppMessage { message, source, span }
    }

    /// Stores the data of some messages in one transaction; of each the number of hosts, or why its values do not fit.
    async fn store(
        &self,
        said: &[&AppData],
        messages: &[SourceMessage],
        offsets: &mut ConsumerOffsets,
        stop: &mut Stop,
    ) -> Result<fleet::Result<Vec<usize>>, Abandoned> {
        let mut backoff = Backoff::new();
        loop {
            match self.fleet.put_app_data(said, Some((&*offsets, messages))).await {
                Ok((stored, advanced)) => {
                    offsets.advance(advanced);
                    return Ok(Ok(stored));
                }
                Err(error @ fleet::Error::Overtaken) => return Err(Abandoned::Overtaken(error)),
                Err(error) if error.is_of_the_report() => return Ok(Err(error)),
                Err(error) => backoff.again(error, RetryLimit::Unlimited, stop).await?,
            }
        }
    }
}

impl MessageHandler for HostApps {
    type Message = OpenedAppMessage;

    fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    fn source(message: &OpenedAppMessage) -> Option<&SourceMessage> {
        Some(&message.source)
    }

    async fn take_in(
        &self,
        batch: Vec<&mut OpenedAppMessage>,
        offsets: &mut ConsumerOffsets,
        stop: &mut Stop,
    ) -> Result<(), Abandoned> {
        let began = Instant::now();
        let good = batch.iter().filter_map(|opened| Some((opened.message.as_ref().ok()?, &opened.source)));
        let (read, sources): (Vec<&AppMessage>, Vec<SourceMessage>) =
            good.map(|(message, source)| (message, source.clone())).unzip();
        let said: Vec<&AppData> = read.iter().map(|message| &message.data).collect();
        let stored = match self.store(&said, &sources, offsets, stop).await? {
            Ok(stored) => stored.into_iter().map(Ok).collect(),
            Err(error) => {
                tracing::warn!(%error, messages = said.len(), "a batch has values that do not fit, storing one by one");
                let mut stored = Vec::with_capacity(said.len());
                for (data, source) in said.iter().zip(&sources) {
                    let one = self.store(&[data], std::slice::from_ref(source), offsets, stop).await?;
                    stored.push(one.map(|counts| counts.into_iter().sum()));
                }
                stored
            }
        };
        let mut stored: std::vec::IntoIter<fleet::Result<usize>> = stored.into_iter();
        for opened in &batch {
            let stored = opened.message.is_ok().then(|| stored.next()).flatten();
            let failed = !matches!(stored, Some(Ok(_)));
            AppMessageHandled { message: &opened.message, stored, now: self.fleet.clock().now() }.emit();
            if let Some(span) = &opened.span {
                let org = opened.message.as_ref().ok().map(|message| message.data.org.as_str());
                span.end(org, None, failed);
            }
        }
        metrics::histogram!("inventory_host_app_message_handler_seconds").record(began.elapsed());
        Ok(())
    }
}
