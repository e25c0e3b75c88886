//! Hosts as rows of an export (contract inventory-events §16.3).

use std::fmt::Write as _;

use fleet::{Age, HostRow, Staleness};
use ground::Timestamp;
use serde_json::{Value, json};

/// The columns, in their order.
const COLUMNS: [&str; 12] = [
    "display_name",
    "fqdn",
    "host_id",
    "subscription_manager_id",
    "satellite_id",
    "group_id",
    "group_name",
    "os_release",
    "updated",
    "state",
    "tags",
    "host_type",
];

/// How hosts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A list of objects.
    Json,
    /// Lines with commas.
    Csv,
}

impl Format {
    /// The format of that name, in any case of letters.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// What stands before the first host.
    pub fn beginning(self) -> String {
        match self {
            Self::Json => "[".to_owned(),
            Self::Csv => line(COLUMNS.iter().copied()),
        }
    }

    /// What stands behind the last host.
    pub const fn end(self) -> &'static str {
        match self {
            Self::Json => "]",
            Self::Csv => "",
        }
    }

    /// Some hosts; `first` unless others stand before them.
    pub fn rows(self, hosts: &[HostRow], first: bool, staleness: Staleness, now: Timestamp) -> String {
        let values = hosts.iter().map(|row| values(row, staleness, now));
        match self {
            Self::Json => {
                let texts: Vec<String> = values.map(|values| ascii(&object(&values))).collect();
                let comma = if first || texts.is_empty() { "" } else { "," };
                format!("{comma}{}", texts.join(","))
            }
            Self::Csv => values.map(|values| line(values.iter().map(cell))).collect(),
        }
    }
}

/// The values of a host, in the order of the columns.
fn values(row: &HostRow, staleness: Staleness, now: Timestamp) -> [Value; 12] {
    let HostRow { host, facts } = row;
    let state = match staleness.age(host.times.last_check_in, now) {
        Some(Age::Stale) => "stale",
        Some(Age::StaleWarning) | None => "stale warning",
        Some(Age::Fresh) => "fresh",
    };
    let tags = host.tags.iter();
    let tag = |tag: fleet::Tag<'_>| json!({"namespace": tag.namespace, "key": tag.key, "value": tag.value});
    [
        host.display_name.clone().into(),
        host.canonical_facts.fqdn.clone().into(),
        host.id.to_string().into(),
        host.canonical_facts.subscription_manager_id.clone().into(),
        host.canonical_facts.satellite_id.clone().into(),
        host.group.as_ref().map(|group| group.id.0.to_string()).into(),
        host.group.as_ref().map(|group| group.name.clone()).into(),
        facts.get("os_release").cloned().unwrap_or_default(),
        host.times.updated.to_string().into(),
        state.into(),
        tags.map(tag).collect(),
        if host.host_type.is_empty() { "conventional" } else { &host.host_type }.into(),
    ]
}

fn object(values: &[Value; 12]) -> String {
    let members: Vec<String> =
        COLUMNS.iter().zip(values).map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// JSON in ASCII alone.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a text does not fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// A value as a cell: tags as `namespace/key:value` with semicolons between them.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(tags) => {
            let part = |tag: &Value, name: &str| tag[name].as_str().unwrap_or("None").to_owned();
            let tag = |tag: &Value| {
                format!("{}/{}:{}", part(tag, "namespace"), part(tag, "key"), part(tag, "value"))
            };
            tags.iter().map(tag).collect::<Vec<_>>().join(";")
        }
        other => other.to_string(),
    }
}

fn line<T: AsRef<str>>(cells: impl Iterator<Item = T>) -> String {
    let quoted: Vec<String> =
        cells.map(|cell| format!("\"{}\"", cell.as_ref().replace('"', "\"\""))).collect();
    quoted.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::sample;

    fn written(format: Format) -> String {
        let mut host = sample::host();
        host.display_name = "na\"mé".to_owned();
        host.times.last_check_in = Timestamp::default();
        let facts = sample::profile(r#"{"os_release": "9.4"}"#).facts;
        let rows = [HostRow { host, facts }];
        let now = Timestamp::default().plus_seconds(200_000);
        let rows = format.rows(&rows, true, Staleness::default(), now);
        format!("{}{rows}{}", format.beginning(), format.end())
    }

    #[test]
    fn json_is_a_list_in_ascii() {
        let text = written(Format::Json);
        assert!(text.is_ascii() && text.contains("\\u00e9"), "{text}");
        let hosts: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            hosts,
            json!([{
                "display_name": "na\"mé", "fqdn": "h.example.com", "host_id": sample::ID, "subscription_manager_id": "s",
                "satellite_id": null, "group_id": sample::ID, "group_name": "Ungrouped Hosts", "os_release": "9.4",
                "updated": "1970-01-01T00:00:01.000001+00:00", "state": "stale", "host_type": "edge",
                "tags": [{"namespace": "z", "key": "k", "value": "2"}, {"namespace": "z", "key": "k", "value": "1"},
                    {"namespace": null, "key": "flag", "value": null}],
            }])
        );
        let order: Vec<_> = COLUMNS.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
        assert!(order.is_sorted(), "{text}");
        assert_eq!(Format::Json.rows(&[], false, Staleness::default(), Timestamp::default()), "");
    }

    #[test]
    fn csv_is_quoted_lines() {
        let text = written(Format::Csv);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert!(lines[0].starts_with("\"display_name\",\"fqdn\",\"host_id\""), "{text}");
        assert!(lines[1].starts_with("\"na\"\"mé\",\"h.example.com\","), "{text}");
        assert!(
            lines[1].contains(",\"s\",\"\",")
                && lines[1].ends_with("\"z/k:2;z/k:1;None/flag:None\",\"edge\""),
            "{text}"
        );
        assert_eq!(lines[2], "");
    }

    #[test]
    fn formats_are_known_in_any_case() {
        assert_eq!((Format::named("CSV"), Format::named("Json")), (Some(Format::Csv), Some(Format::Json)));
        assert_eq!(Format::named("xml"), None);
    }
}
