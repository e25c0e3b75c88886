//! Settings become what answers requests for exports.

use bus::kafka::{Consumer, ConsumerSettings, OffsetReset, from_committed};
use fleet::Fleet;
use ground::Stop;
use inventory::jobs::export::{Exporter, ReadRequest};
use settings::{Mode, Settings};
use web::RoleHealth;

use super::{jobs::at_least_one, kafka, trust};
use crate::failure::Result;

/// Answers requests for exports until it is told to stop.
pub async fn run(
    fleet: Fleet,
    settings: &Settings,
    health: &RoleHealth,
    stop: Stop,
) -> std::result::Result<(), service::Error> {
    exporter(fleet, settings)?.run(consumer(settings)?, health, stop).await.into()
}

fn exporter(fleet: Fleet, settings: &Settings) -> std::result::Result<Exporter, service::Error> {
    let export = &settings.export;
    // Whoever asks does so over a topic, where nobody has checked what they may.
    let mode = if settings.server.mode.is_set() { *settings.server.mode } else { Mode::Gateway };
    let permissions = super::permissions(settings, mode)?;
    let (trust, batch) = (trust::of_services(settings)?, at_least_one(*export.batch));
    Exporter::new(fleet, permissions, &export.endpoint, export.token.expose(), trust, batch)
}

fn consumer(settings: &Settings) -> Result<Consumer<ReadRequest>> {
    let export = &settings.export;
    let mut config = kafka::client_config(settings);
    config.overrides.insert("max.poll.interval.ms".to_owned(), export.max_poll_interval_ms.to_string());
    let member = ConsumerSettings {
        offset_reset: OffsetReset::Earliest,
        // One export at a time: its answer is committed before the next begins, and a stop is heard between them.
        max_messages: 1,
        ..kafka::member(settings, &export.group, &export.topic)
    };
    kafka::started(&config, member, from_committed(OffsetReset::Earliest), Exporter::read)
}
