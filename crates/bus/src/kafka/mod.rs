//! Apache Kafka, by librdkafka.

mod batch;
mod collect;
mod config;
mod consumer;
mod context;
mod offsets;
mod probe;
mod producer;
mod remedy;
mod start;

pub use batch::Batch;
pub use config::{
    Authorities, ConsumerSettings, KafkaConfig, OffsetReset, ProducerSettings, Sasl, StartError,
};
pub use consumer::Consumer;
pub use producer::Producer;
pub use start::{PartitionState, from_committed, from_the_beginning};
