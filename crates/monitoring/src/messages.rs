//! What comes from topics: lines of counters and timers (contract metrics §4).

mod line;
mod writer;

use std::time::Duration;

use bus::kafka::{Consumer, ConsumerSettings, KafkaConfig, OffsetReset, from_committed};
use ground::{OrgId, Stop};
use metrics::counter;
use service::Error;
use web::RoleHealth;

pub use line::{BadLine, Line};
pub use writer::Writer;

use crate::App;

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The topics with lines, and whose these are.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Where the brokers are.
    pub kafka: KafkaConfig,
    /// The topics.
    pub topics: Vec<String>,
    /// The consumer group.
    pub group: String,
    /// Whose the lines are.
    pub org: OrgId,
}

/// Stores lines until it is told to stop. Offsets are committed when the rows are stored; a line that comes again changes nothing.
pub async fn run(app: App, health: RoleHealth, mut stop: Stop) -> Result<(), Error> {
    let lines = app.lines;
    let settings = ConsumerSettings {
        topics: lines.topics,
        // As the original: what stands in a topic before the first start is read, too.
        offset_reset: OffsetReset::Earliest,
        ..ConsumerSettings::new(lines.group, "")
    };
    let start = from_committed(settings.offset_reset);
    let mut consumer = Consumer::start(&lines.kafka, settings, start, |message| Line::read(message.payload))?;
    let writer = Writer::new(app.tables, lines.org);
    loop {
        let batch = tokio::select! {
            () = stop.asked() => break,
            batch = consumer.next() => batch,
        };
        let Some(mut batch) = batch else { return Err("the thread that reads the topics has ended".into()) };
        let mut good = Vec::new();
        for read in batch.messages() {
            match read {
                Ok(line) => good.push(line.clone()),
                Err(problem) => {
                    counter!("metrics_lines_refused_total").increment(1);
                    tracing::warn!(%problem, "a line of a metric is passed over");
                }
            }
        }
        health.begin();
        if until_stored(&writer, &good, &mut stop).await.is_none() {
            break;
        }
        health.done();
        batch.commit().await;
    }
    consumer.close().await;
    Ok(())
}

/// Stores lines, however long that takes: they have all that a row needs, so that only the place can be at fault. `None` when it
/// was told to stop before that.
async fn until_stored(writer: &Writer, lines: &[Line], stop: &mut Stop) -> Option<()> {
    let mut wait = FIRST_WAIT;
    loop {
        match writer.put(lines).await {
            Ok(()) => {
                counter!("metrics_lines_stored_total").increment(lines.len() as u64);
                return Some(());
            }
            Err(problem) => tracing::warn!(%problem, "rows of metrics are not stored yet"),
        }
        if !stop.sleep(wait).await {
            return None;
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
