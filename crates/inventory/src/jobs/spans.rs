//! Spans of messages (contract inventory-events §19).

use bus::Incoming;
use ground::{Clock, Timestamp};
use web::telemetry::traces::{self, Attribute, Messages, Span, SpanKind, TraceContext};

/// The span of a message, from when it was read until it was dealt with.
#[derive(Debug)]
pub(super) struct MessageSpan {
    context: TraceContext,
    begun: Timestamp,
    topic: String,
    partition: i32,
    offset: i64,
}

impl MessageSpan {
    /// Of a message that was read; nothing when no span of it will be sent.
    pub fn begin(message: &Incoming<'_>) -> Option<Self> {
        if traces::messages() == Messages::None {
            return None;
        }
        let text = |name: &str| message.header(name).and_then(|value| std::str::from_utf8(value).ok());
        let context = TraceContext::of(text("traceparent"), text("tracestate"));
        context.is_recorded().then(|| Self {
            context,
            begun: Clock::system().now(),
            topic: message.topic.to_owned(),
            partition: message.partition,
            offset: message.offset,
        })
    }

    /// What it says was stored, or was not.
    pub fn end(&self, org: Option<&str>, request: Option<&str>, failed: bool) {
        let name = format!("mq.process {}", self.topic);
        let span = Span::ending(self.context.clone(), name, SpanKind::Consumer, self.begun);
        let took = span.ended.micros() - span.begun.micros();
        let is_slow = |slow: std::time::Duration| took >= slow.as_micros() as i64;
        let is_wanted = match traces::messages() {
            Messages::None => false,
            Messages::All => true,
            Messages::Odd(slow) => failed || slow.is_some_and(is_slow),
        };
        if !is_wanted {
            return;
        }
        let mut span = span
            .with("rh.service", "host-inventory-mq")
            .with("messaging.system", "kafka")
            .with("messaging.operation.type", "process")
            .with("messaging.destination.name", &*self.topic)
            .with("messaging.destination.partition.id", &*self.partition.to_string())
            .with("messaging.kafka.offset", Attribute::Number(self.offset));
        if let Some(org) = org {
            span = span.with("rh.org_id", org);
        }
        if let Some(request) = request {
            span = span.with("rh.request_id", request);
        }
        if failed {
            span = span.with("hbi.error", Attribute::Flag(true));
            span.failed = true;
        }
        span.finish();
    }
}
