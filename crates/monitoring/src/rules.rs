//! Decisions without I/O.

pub mod alert_rule;
pub mod alert_state;
pub mod alerts;
pub mod columns;
pub mod moments;
pub mod plain_json;
pub mod retention;
pub mod times;

/// The kinds of metrics, as Prometheus names them.
const KINDS: [&str; 7] = ["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"];

/// The kind with a name; `unknown` for what there is not.
pub fn metric_kind(name: &str) -> &'static str {
    KINDS.into_iter().find(|kind| *kind == name).unwrap_or("unknown")
}

/// The kind with a number of the remote write protocol, 1.0 (from 1) and 2.0 alike.
pub fn metric_kind_number(number: i32) -> &'static str {
    usize::try_from(number).ok().and_then(|number| KINDS.get(number.checked_sub(1)?)).unwrap_or(&"unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_name_and_number() {
        assert_eq!((metric_kind("summary"), metric_kind("x")), ("summary", "unknown"));
        assert_eq!(
            [metric_kind_number(1), metric_kind_number(0), metric_kind_number(99)],
            ["counter", "unknown", "unknown"]
        );
    }
}
