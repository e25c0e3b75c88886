//! Log records as Logstash reads them (version 1), with the members that the inventory's have (contract inventory-events §18).

use std::{ffi::OsStr, fmt, path::Path};

use ground::Clock;
use serde_json::{Map, Value, json};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormattedFields,
        format::{JsonFields, Writer},
    },
    registry::{LookupSpan, Scope},
};

/// Members of the request that a record belongs to: null where that is not known.
const CONTEXT: [&str; 5] = ["request_id", "account_number", "org_id", "trace_id", "span_id"];

/// Members whose text is a JSON document: it stands in the record as such.
const DOCUMENTS: [&str; 4] = ["input_host", "host", "host_ids", "validated_data"];

/// Writes an object a line.
pub(super) struct Logstash {
    /// The name of this machine.
    pub(super) host: String,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> FormatEvent<S, JsonFields> for Logstash {
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut record: Map<String, Value> =
            CONTEXT.map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<JsonFields>>();
            let fields = fields.and_then(|fields| serde_json::from_str::<Map<String, Value>>(fields).ok());
            record.extend(fields.unwrap_or_default());
        }
        event.record(&mut Fields(&mut record));
        if let Some(org) = record.remove("org") {
            record.insert("org_id".to_owned(), org);
        }
        self.add_place(&mut record, event);
        let text = serde_json::to_string(&record).map_err(|_| fmt::Error)?;
        writer.write_str(&text)?;
        writer.write_char('\n')
    }
}

impl Logstash {
    /// When, by whom and where the record was written.
    fn add_place(&self, record: &mut Map<String, Value>, event: &Event<'_>) {
        let now = Clock::system().now();
        let time = now.to_string();
        let metadata = event.metadata();
        let (level, number) = match *metadata.level() {
            Level::ERROR => ("ERROR", 40),
            Level::WARN => ("WARNING", 30),
            Level::INFO => ("INFO", 20),
            _ => ("DEBUG", 10),
        };
        let path = metadata.file().unwrap_or_default();
        let part = |part: Option<&OsStr>| part.and_then(|part| part.to_str()).unwrap_or_default().to_owned();
        let thread = std::thread::current();
        let members = [
            ("@timestamp", json!(format!("{}Z", time.get(..23).unwrap_or_default()))),
            ("@version", json!(1)),
            ("source_host", json!(self.host)),
            ("name", json!(metadata.target().replace("::", "."))),
            ("levelname", json!(level)),
            ("levelno", json!(number)),
            ("pathname", json!(path)),
            ("filename", json!(part(Path::new(path).file_name()))),
            ("module", json!(part(Path::new(path).file_stem()))),
            ("lineno", json!(metadata.line())),
            ("process", json!(std::process::id())),
            ("processName", json!("plumbline")),
            ("threadName", json!(thread.name())),
            ("created", json!(now.micros() as f64 / 1e6)),
            ("msecs", json!(now.micros() / 1_000 % 1_000)),
        ];
        record.extend(members.map(|(name, value)| (name.to_owned(), value)));
        record.entry("message").or_insert_with(|| json!(""));
    }
}

/// What a record says itself.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn add(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let is_document = DOCUMENTS.contains(&field.name()) && value.starts_with(['{', '[']);
        let document = is_document.then(|| serde_json::from_str(value).ok()).flatten();
        self.add(field, document.unwrap_or_else(|| json!(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, json!(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, json!(value));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use ground::Timestamp;
    use tracing_subscriber::{fmt, layer::SubscriberExt as _};

    use super::*;

    /// What is written, kept.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_record_has_the_members_that_logstash_and_the_inventory_know() {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(Logstash { host: "web-1".to_owned() })
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::info_span!("request", request_id = "r-1", trace_id = "4bf9");
            let document = r#"{"fqdn": "web"}"#;
            span.in_scope(|| tracing::warn!(org = %"o-1", hosts = 3, host = %document, note = document, "cannot \"store\""));
            tracing::info!("idle");
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [of_request, idle] = &*records else { panic!("{text}") };
        for (member, value) in [
            ("message", json!("cannot \"store\"")),
            ("request_id", json!("r-1")),
            ("trace_id", json!("4bf9")),
            ("span_id", Value::Null),
            ("org_id", json!("o-1")),
            ("account_number", Value::Null),
            ("hosts", json!(3)),
            ("host", json!({"fqdn": "web"})),
            ("note", json!(r#"{"fqdn": "web"}"#)),
            ("levelname", json!("WARNING")),
            ("levelno", json!(30)),
            ("@version", json!(1)),
            ("source_host", json!("web-1")),
            ("name", json!("web.telemetry.logstash.tests")),
            ("filename", json!("logstash.rs")),
            ("module", json!("logstash")),
        ] {
            assert_eq!(of_request[member], value, "{member}");
        }
        assert!(Timestamp::parse(of_request["@timestamp"].as_str().unwrap()).is_ok(), "{text}");
        assert_eq!(idle["request_id"], Value::Null);
        assert_eq!(idle["message"], json!("idle"));
    }
}
