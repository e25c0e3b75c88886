//! Log records: lines for people, or JSON objects.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::{
    EnvFilter,
    fmt::{self, format::JsonFields},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use super::logstash::Logstash;

/// The form of a log record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object on a line, with the members of the record and of the request that it belongs to.
    Json,
    /// A JSON object on a line, with the members that Logstash and pipelines of the inventory know.
    Logstash {
        /// The name of this machine.
        host: String,
    },
}

/// Why logging cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// The directives are not understood.
    #[error("`{0}` is no log filter: give a level as info, or levels by part as info,store=debug")]
    BadFilter(String),
    /// Somebody began before.
    #[error("logging was set up before")]
    SetUpBefore,
}

/// Writes log records from now on: to the standard error output, and those for pipelines of the inventory to the standard output, where
/// these read. `filter` is a level (`info`), or levels by part of
/// the program (`info,store=debug`).
pub fn init_logs(format: LogFormat, filter: &str) -> Result<(), LogsError> {
    let filter = EnvFilter::try_new(filter).map_err(|_| LogsError::BadFilter(filter.to_owned()))?;
    let registry = tracing_subscriber::registry().with(filter);
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let done = match format {
        LogFormat::Text => registry.with(layer).try_init(),
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init(),
        LogFormat::Logstash { host } => {
            let layer = fmt::layer().with_writer(io::stdout).with_ansi(false);
            let layer = layer.fmt_fields(JsonFields::new()).event_format(Logstash { host });
            registry.with(layer).try_init()
        }
    };
    done.map_err(|_| LogsError::SetUpBefore)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_is_none_is_named() {
        let error = init_logs(LogFormat::Text, "store=loudest").unwrap_err().to_string();
        assert!(error.starts_with("`store=loudest` is no log filter"), "{error}");
    }
}
