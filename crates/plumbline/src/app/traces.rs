//! Spans on their way to OpenTelemetry: OTLP over HTTP, as JSON (contract inventory-events §19).

use std::time::Duration;

use clients::{Client, Options};
use ground::Stop;
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};
use serde_json::{Value, json};
use settings::Settings;
use tokio::{
    sync::mpsc::Receiver,
    task::JoinHandle,
    time::{Instant, timeout_at},
};
use web::telemetry::traces::{self, Attribute, Messages, Sampling, Span};

use crate::{
    failure::{Failure, Result},
    world::trust,
};

const PATH: &str = "/v1/traces";
/// So many spans are sent together.
const BATCH: usize = 512;

/// Sends spans until told to stop, when the settings say so; `service` is what they are said to come from.
pub fn start(settings: &Settings, service: &'static str, stop: Stop) -> Result<Option<JoinHandle<()>>> {
    let traces = &settings.traces;
    if !*traces.enabled {
        return Ok(None);
    }
    let share = match service {
        // Whose traces begin with messages about hosts.
        MESSAGES => traces.share_of_reports.get(),
        _ => traces.share.get(),
    };
    let mut options = Options::new("opentelemetry", traces.endpoint.to_string());
    options.trust = trust::of_services_anywhere(settings)?;
    let client = Client::new(options).map_err(|error| Failure::Runtime(error.to_string()))?;
    let slow =
        (*traces.slow_milliseconds > 0).then(|| Duration::from_millis((*traces.slow_milliseconds).into()));
    let messages = match (*traces.messages, *traces.every_message) {
        (false, _) => Messages::None,
        (true, true) => Messages::All,
        (true, false) => Messages::Odd(slow),
    };
    let Some(spans) = traces::listen(Sampling { share, messages }) else { return Ok(None) };
    let pause = traces.pause.max(Duration::from_millis(100));
    Ok(Some(tokio::spawn(send(client, spans, service, pause, stop))))
}

/// Waits a moment for the last spans to leave.
pub async fn end(sending: Option<JoinHandle<()>>) {
    if let Some(sending) = sending {
        let _ = tokio::time::timeout(Duration::from_secs(3), sending).await;
    }
}

/// What the process is called that takes in messages.
pub const MESSAGES: &str = "host-inventory-mq";
/// What a process is called that answers requests.
pub const REQUESTS: &str = "host-inventory";

async fn send(
    client: Client,
    mut spans: Receiver<Span>,
    service: &'static str,
    pause: Duration,
    mut stop: Stop,
) {
    let mut batch = Vec::new();
    let mut failing = false;
    while !stop.is_asked() {
        let until = Instant::now() + pause;
        tokio::select! {
            () = stop.asked() => {}
            () = gather(&mut spans, &mut batch, until) => {}
        }
        while batch.len() < BATCH
            && let Ok(span) = spans.try_recv()
        {
            batch.push(span);
        }
        if batch.is_empty() {
            continue;
        }
        let sent = export(&client, service, &batch).await;
        if let Err(problem) = &sent {
            metrics::counter!("plumbline_spans_dropped_total").increment(batch.len() as u64);
            // Said once for each time that it begins.
            if !failing {
                tracing::warn!(problem, endpoint = client.endpoint(), "spans cannot be sent and are dropped");
            }
        }
        failing = sent.is_err();
        batch.clear();
    }
}

/// Takes spans until there are enough, or until a moment.
async fn gather(spans: &mut Receiver<Span>, batch: &mut Vec<Span>, until: Instant) {
    while batch.len() < BATCH {
        match timeout_at(until, spans.recv()).await {
            Ok(Some(span)) => batch.push(span),
            Ok(None) | Err(_) => return,
        }
    }
}

async fn export(client: &Client, service: &str, spans: &[Span]) -> std::result::Result<(), String> {
    let body = serde_json::to_vec(&document(service, spans)).map_err(|error| error.to_string())?;
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let reply = client.ask(Method::POST, PATH, &headers, body).await.map_err(|error| error.to_string())?;
    if reply.status.is_success() { Ok(()) } else { Err(format!("the collector answers {}", reply.status)) }
}

/// Spans as OTLP writes them in JSON.
fn document(service: &str, spans: &[Span]) -> Value {
    let resource = [
        attribute("service.name", &service.into()),
        attribute("service.version", &env!("CARGO_PKG_VERSION").into()),
    ];
    json!({"resourceSpans": [{
        "resource": {"attributes": resource},
        "scopeSpans": [{"scope": {"name": "plumbline"}, "spans": spans.iter().map(of_span).collect::<Vec<_>>()}],
    }]})
}

fn of_span(span: &Span) -> Value {
    let nanoseconds = |micros: i64| (i128::from(micros) * 1_000).to_string();
    let mut said = json!({
        "traceId": span.context.trace_id(), "spanId": span.context.span_id(), "name": span.name, "kind": span.kind as i32,
        "startTimeUnixNano": nanoseconds(span.begun.micros()), "endTimeUnixNano": nanoseconds(span.ended.micros()),
        "attributes": span.attributes.iter().map(|(name, value)| attribute(name, value)).collect::<Vec<_>>(),
        "status": if span.failed { json!({"code": 2}) } else { json!({}) },
    });
    if let Some(parent) = span.context.parent {
        said["parentSpanId"] = format!("{parent:016x}").into();
    }
    if let Some(state) = &span.context.state {
        said["traceState"] = state.as_str().into();
    }
    said
}

fn attribute(name: &str, value: &Attribute) -> Value {
    let value = match value {
        Attribute::Text(text) => json!({"stringValue": text}),
        // 64 bits are a text in JSON of protocol buffers.
        Attribute::Number(number) => json!({"intValue": number.to_string()}),
        Attribute::Flag(flag) => json!({"boolValue": flag}),
    };
    json!({"key": name, "value": value})
}
